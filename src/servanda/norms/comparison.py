"""Amounts compared: exact thresholds, intervals for what is rounded, scales for words that have an order."""

from __future__ import annotations

from fractions import Fraction

from servanda.norms.facts import Act, Range
from servanda.norms.norm import walk
from servanda.norms.scene import Scene, Unknown, When, amount, path_value, shifted
from servanda.norms.spread import time_wanting
from servanda.norms.term import Amount, Length, Path
from servanda.norms.timing import before, not_after
from servanda.norms.truth import Truth, known, unknown
from servanda.temporal import Moment
from servanda.vocabulary.verdict import Fact


def compare_amounts(scene: Scene, left: Amount, operator: str, right: Amount) -> Truth:
    """Whether left OP right holds of two amounts, as far as they are known."""
    if isinstance(left, Length) and left.dimension == "calendar":
        return _calendar_length(scene, left, operator, right)
    a, b = amount(scene, left), amount(scene, right)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return unknown(*(f for side in (a, b) if isinstance(side, Unknown) for f in side.missing))
    certainly, possibly = compared(a, operator, b)
    if certainly == possibly:
        return known(certainly)
    return unknown(*(interval_fact(scene, t, r) for t, r in ((left, a), (right, b)) if r.hi != r.lo))


def compared(a: Range, operator: str, b: Range) -> tuple[bool, bool]:
    """Certainly and possibly `a` OP `b` for two intervals; no `hi` is no bound."""
    match operator:
        case ">=":
            return b.hi is not None and a.lo >= b.hi, a.hi is None or a.hi >= b.lo
        case ">":
            return b.hi is not None and a.lo > b.hi, a.hi is None or a.hi > b.lo
        case "<=":
            return compared(b, ">=", a)
        case _:
            return compared(b, ">", a)


def interval_fact(scene: Scene, term: Amount, known_range: Range) -> Fact:
    """The fact that an amount is known only as an interval; of a length, that one of its ends is."""
    named = next(
        (part for part in walk(term) if isinstance(part, Length) or (isinstance(part, Path) and part.steps)), None
    )
    thing = scene.things.get(named.variable) if named is not None else None
    if isinstance(named, Length) and isinstance(thing, Act):
        ends = ((name, thing.get(name)) for name in ("start", "until"))
        blurred = [(name, when) for name, when in ends if isinstance(when, Moment) and not when.sharp]
        if blurred:
            return time_wanting(thing, *blurred[0], scene.zone)
    return Fact.of(
        "interval",
        attribute=named.steps[-1].name if isinstance(named, Path) else "",
        act=thing.id if isinstance(thing, Act) else "" if named is None else named.variable,
        least=_plain(known_range.lo),
        greatest="…" if known_range.hi is None else _plain(known_range.hi),
    )


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _calendar_length(scene: Scene, left: Length, operator: str, right: Amount) -> Truth:
    """A length in days is counted as a deadline is: at most 21 days when the end is within 21 days after the start."""
    act = scene.things.get(left.variable)
    if not isinstance(act, Act):  # where no occasion is on record
        return unknown(Fact.of("party", attribute=left.variable, act=left.variable))
    start, until = act.start, act.get("until")
    if start is None or not isinstance(until, Moment):
        return unknown(Fact.of("end", act=act.id))
    limit = shifted(scene, When(start.lo, start.hi), right, "after")
    if isinstance(limit, Unknown):
        return unknown(*limit.missing)
    end = When(until.lo, until.hi)
    match operator:
        case "<=":
            return not_after(scene, end, limit)
        case ">":
            return ~not_after(scene, end, limit)
        case "<":
            return before(scene, end, limit)
        case _:
            return ~before(scene, end, limit)


def stands_above(scene: Scene, left: Path, word: str) -> Truth:
    """Whether the value stands higher on its scale than the word."""
    value = path_value(scene, left)
    if isinstance(value, Unknown):
        return unknown(*value.missing)
    scale = left.steps[-1].values
    text = str(value)
    return known(text in scale and scale.index(text) > scale.index(word))
