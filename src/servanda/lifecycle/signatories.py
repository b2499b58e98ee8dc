"""Whom a clause means by `signatories` and `parties` before anybody is bound (VCLT 2, 24(2)).

The signatories of a text are all that sign it, not those who have signed so far; where nobody has, the States that
the text names. A named State of which no signature is on record may have signed, unless the record claims to hold
every signature. No share of fewer than two States is ever reached, and nothing is reached by nobody.
"""

from __future__ import annotations

from dataclasses import replace

from servanda.lifecycle.life import Life, kinds, received, revocations
from servanda.norms.condition import And, AtLeast, Condition, EveryOf, Has, Or
from servanda.norms.groups import is_open, members
from servanda.norms.norm import walk
from servanda.norms.scene import Scene
from servanda.norms.term import Group, Listed, OpenGroup, Population
from servanda.temporal import end_of_day_us
from servanda.vocabulary.verdict import Fact

NOBODY = Group("", (Listed(frozenset()),))
FEWEST = 2  # a treaty is between States


def said_of(life: Life, condition: Condition, at: int) -> list[Condition]:
    """The condition with its populations as they may be at the instant; several where that is not known."""
    asked = any(isinstance(part, Population) and part.which == "signatory" for part in walk(condition))
    bases = _signatories(life, at) if asked else [life.named]
    return [_read(life, condition, at, base) for base in bases]


def _signatories(life: Life, at: int) -> list[frozenset[str]]:
    signed = {code for code, us in _signatures(life, at).items() if code in life.named or us <= at}
    if not signed:
        return [life.named]
    unknown = {
        code for code in life.named - signed if not life.coverage.covers(("signature",), code, *_signing(life, at))
    }
    unknown -= set(_all_signatures(life, at))
    return [frozenset(signed), frozenset(signed | unknown)] if unknown else [frozenset(signed)]


def _signing(life: Life, at: int) -> tuple[int, int]:
    opened = life.agreement.opened or life.agreement.signed
    first = min((received(a) for a in life.world.acts.get("signature", ())), default=at)
    start = first if opened is None else min(first, end_of_day_us(opened, life.zone))
    return start, max(start, at, life.world.on)


def _all_signatures(life: Life, at: int) -> dict[str, int]:
    """The first signature of each, whenever it was, but for those taken back by the instant."""
    found: dict[str, int] = {}
    for act in life.world.acts.get("signature", ()):
        by = act.get("by")
        if isinstance(by, str) and not any(received(r) <= at for r in revocations(life, act)):
            found[by] = min(found.get(by, received(act)), received(act))
    return found


def _signatures(life: Life, at: int) -> dict[str, int]:
    """The same, but for those who sign a text that was signed, to join it."""
    found = _all_signatures(life, at)
    joining, signed = life.stage("joining"), life.agreement.signed
    if joining is None or signed is None or "signature" not in kinds(joining.when):
        return found
    original = {code: us for code, us in found.items() if us <= end_of_day_us(signed, life.zone)}
    return original if len(original) >= FEWEST else found


def _read(life: Life, condition: Condition, at: int, base: frozenset[str]) -> Condition:
    match condition:
        case And(parts=parts) | Or(parts=parts):
            return replace(condition, parts=tuple(_read(life, part, at, base) for part in parts))
        case Has(subject=EveryOf() | AtLeast() as subject):
            return replace(condition, subject=_subject(life, subject, at, base))
    return condition


def _subject(life: Life, subject: EveryOf | AtLeast, at: int, base: frozenset[str]) -> EveryOf | AtLeast:
    of = _population(life, subject.of, base)
    whole = isinstance(subject, EveryOf) and subject.quantifier == "every"
    share = isinstance(subject, AtLeast) and subject.share is not None and subject.weight is None
    if not whole and not share:
        return replace(subject, of=of)
    fewest, scene = FEWEST if isinstance(subject.of, Population) else 1, Scene(life.world, at)
    if is_open(scene, of):
        life.hangs(None, *(Fact.of("group", name=part.name) for part in walk(of) if isinstance(part, OpenGroup)))
        return subject if life.side == "most" else AtLeast(1, None, False, NOBODY)
    if len(members(scene, of)) < fewest:
        return AtLeast(1, None, False, NOBODY)
    return replace(subject, of=of)


def _population(life: Life, of: Population | Group, base: frozenset[str]) -> Population | Group:
    match of:
        case Population(which="signatory"):
            return Group("", (Listed(base),))
        case Population(which="party"):
            return Group("", (Listed(life.named),)) if life.named else Population("State")
    return of


def wanting(life: Life, at: int) -> tuple[Fact, ...]:
    """The coverage for want of which it is not known who the signatories are."""
    bases = _signatories(life, at)
    unknown = ", ".join(sorted(bases[-1] - bases[0]))
    span: dict[str, object] = {"from": "", "until": ""}
    return (Fact.of("coverage", kinds="signature", parties=unknown, **span),) if unknown else ()


def insiders(life: Life) -> frozenset[str]:
    """Those whom the text names, and those who have signed it: they may consent without a clause on joining."""
    return life.named | frozenset(_all_signatures(life, life.world.on))
