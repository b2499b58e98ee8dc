"""Entry into force, and from when each State is bound (VCLT 11 to 16, 24, 68)."""

from __future__ import annotations

from dataclasses import dataclass

from servanda.lifecycle.life import CONSENT, Life, Span, denies, effect, kinds, moment, received, revocations, whole_day
from servanda.lifecycle.signatories import insiders
from servanda.lifecycle.trigger import comes_true
from servanda.norms.condition import And, Condition, EveryOf, Has, Or
from servanda.norms.facts import Act
from servanda.norms.norm import Stage
from servanda.norms.scene import When
from servanda.norms.term import Group, Listed
from servanda.temporal import BEGINNING_US, Moment
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.verdict import Fact

ENTRY, JOINING = "entry into force", "joining"


@dataclass(frozen=True)
class Consent:
    """When a State's consent was given, and from when it binds."""

    given: int
    start: int


def entry(life: Life) -> int | None:
    """When the treaty enters into force; None where it does not, or not for certain."""
    stage = life.stage(ENTRY)
    if stage is None:
        return _by_consent_of_all(life)
    if not stage.run:
        given = [received(a) for a in life.acts if a.kind in _consents(life) and received(a) <= life.world.on]
        if not given:
            return None
        life.hangs_on_clause(None, ENTRY)
        return life.consent(Span(whole_day(life, min(given))[0], None))
    that = None if stage.when is None else comes_true(life, stage.when, None)
    if that is None and stage.when is not None:
        return None
    span = effect(life, stage, that, None)
    if that is not None and span.latest is not None and span.soonest < span.latest:
        life.hangs(None, *_hours(life, that, kinds(stage.when)))
    return life.consent(span)


def _by_consent_of_all(life: Life) -> int | None:
    """Without a clause: once all negotiating States, those that the text names, have consented (VCLT 24(2)).

    Signature alone is consent only if it was meant so (VCLT 12), which nobody can compute.
    """
    signed = comes_true(life, _all_have(life, CONSENT | {"signature"}), None) if life.named else None
    if signed is None:
        return None
    life.rules["VCLT 24(2)"] = None
    consented = comes_true(life, _all_have(life, CONSENT), None)
    if consented is not None:
        return whole_day(life, consented.lo)[0]
    life.hangs_on_clause(None, ENTRY, Fact.of("meant-as-consent"))
    return life.consent(Span(whole_day(life, signed.lo)[0], None))


def _all_have(life: Life, kinds_of: frozenset[str]) -> Condition:
    """That each State which the text names has done something of these kinds."""
    verbs = [verb for verb in vocabulary().verbs.values() if verb.kind in kinds_of]
    named = [Group("", (Listed(frozenset({code})),)) for code in sorted(life.named)]
    return And(tuple(Or(tuple(Has(EveryOf("every", one), verb) for verb in verbs)) for one in named))


def _hours(life: Life, that: When, of: frozenset[str], by: str | None = None) -> list[Fact]:
    """The instruments of the day, of that State alone where one is named, that are known by their day alone."""
    first, last = whole_day(life, that.lo)
    return [
        Fact.of("hour", act=a.id)
        for a in life.acts
        if a.kind in of and by in (None, a.get("by")) and first <= moment(a).lo <= last and not moment(a).sharp
    ]


# ---- each State


def consents(life: Life) -> frozenset[str]:
    """Those who have done something that the clauses count as consent."""
    counted = _consents(life)
    return frozenset(by for a in life.acts if a.kind in counted and isinstance(by := a.get("by"), str))


def _consents(life: Life) -> frozenset[str]:
    """The kinds by which a State consents: those of the clauses; signature where they ask for nothing more."""
    stages = [s for s in (life.stage(ENTRY), life.stage(JOINING)) if s is not None]
    counted = frozenset().union(*(kinds(s.when) for s in stages)) - {"notice", "revocation", "exclusion", "objection"}
    if not counted:
        return CONSENT | {"signature"}
    return counted


def _by_entry(life: Life) -> frozenset[str]:
    """The kinds by which those consent who bring the treaty into force."""
    stage = life.stage(ENTRY)
    counted = frozenset() if stage is None else kinds(stage.when)
    if counted & CONSENT:
        return counted & CONSENT
    return counted or CONSENT | {"signature"}


def consent(life: Life, code: str, common: int, since: int = BEGINNING_US) -> Consent | None:
    """The State's consent given after `since`, and the first day bound: the common one if it was given by then.

    Consent that was revoked before it bound is no consent (VCLT 68); what was given afterwards may be.
    """
    while (found := _given(life, code, common, since)) is not None:
        counted = _consents(life) | _by_entry(life)
        gone = [r for a in life.by(code, counted) for r in revocations(life, a) if received(a) > since]
        taken_back = [received(r) for r in gone if found.given <= received(r) < found.start]
        if not taken_back:
            return found
        since = min(taken_back)
    return None


def _given(life: Life, code: str, common: int, since: int) -> Consent | None:
    joining = life.stage(JOINING)
    if joining is None or not joining.run:
        return _without_clause(life, code, common, since, joining)
    assert joining.when is not None
    ready = comes_true(life, joining.when, code, since)
    if ready is None:
        return None
    span = effect(life, joining, ready, code)
    if span.latest is not None and span.soonest < span.latest:
        life.hangs(code, *_hours(life, ready, kinds(joining.when), code))
    after = life.consent(span)
    if after is None:
        return None
    own = joining.options.get("own clock") == "after the trigger"
    shared = not own and _in_time(life, ready, common)
    return Consent(ready.lo, common if shared else max(common, after))


def _without_clause(life: Life, code: str, common: int, since: int, joining: Stage | None) -> Consent | None:
    """Later consent binds from its day (VCLT 24(3)); that of a State which the text does not name may be none (15)."""
    mine = [a for a in life.by(code, _by_entry(life) if joining is None else _consents(life)) if received(a) > since]
    if not mine:
        return None
    ready = _first(mine)
    shared = since == BEGINNING_US and _in_time(life, ready, common)
    start = common if shared else max(common, whole_day(life, ready.lo)[0])
    counted = shared and any(a.kind in _by_entry(life) for a in mine)
    if joining is None and not shared:
        life.rules["VCLT 24(3)"] = None
    if (counted or joining is None) and (code in insiders(life) or (shared and not life.named)):
        return Consent(ready.lo, start)
    if joining is not None and denies(joining):
        return None
    life.hangs_on_clause(code, JOINING, None if joining is not None else Fact.of("right-to-join", party=code))
    return Consent(ready.lo, start) if life.side == "most" else None


def _first(acts: list[Act]) -> When:
    first: Moment = min((moment(a) for a in acts), key=lambda m: (m.lo, m.hi))
    return When(first.lo, first.hi)


def _in_time(life: Life, ready: When, common: int) -> bool:
    """Whether consent was there when the treaty entered into force: on that day, or by that hour."""
    first, last = whole_day(life, common)
    return ready.lo <= (last if common == first else common)
