"""How one time stands to another: before, after, within. Bounds are as the words say.

"within D" is closed at both ends, "at least" includes the bound, "more than", "before" and "after" do not.
"""

from __future__ import annotations

from servanda.norms.condition import Offset, Order
from servanda.norms.scene import Scene, Unknown, When, act_of, first_end, last_start, path_value, shifted, time
from servanda.norms.spread import time_wanting
from servanda.norms.term import Path
from servanda.norms.truth import Truth, conjunction, known, unknown
from servanda.temporal import Moment
from servanda.vocabulary.verdict import Fact


def timely(scene: Scene, timing: Order | Offset) -> Truth:
    """Whether the time on the left stands as the timing says."""
    left = time(scene, timing.left)
    if isinstance(left, Unknown):
        return unknown(*left.missing)
    truth = stands(scene, left, timing)
    if not any(fact.code == "hour-of-day" for fact in truth.missing):
        return truth
    return Truth(truth.certainly, truth.possibly, tuple(_named(scene, timing, f) for f in truth.missing))


def stands(scene: Scene, left: When, timing: Order | Offset) -> Truth:
    """Whether a time that was read elsewhere stands as the timing says."""
    match timing:
        case Order(relation=relation, right=right):
            other = time(scene, right)
            return unknown(*other.missing) if isinstance(other, Unknown) else ordered(scene, left, relation, other)
        case Offset():
            return _offset(scene, left, timing)


def _named(scene: Scene, timing: Order | Offset, fact: Fact) -> Fact:
    """What is not known of the times that the timing speaks of: a day before an hour."""
    if fact.code != "hour-of-day":
        return fact
    found: list[Fact] = []
    for side in (timing.left, timing.right if isinstance(timing, Order) else timing.anchor):
        if isinstance(side, Path):
            value, act = path_value(scene, side), act_of(scene, side)
            if act is not None and isinstance(value, Moment) and not value.sharp:
                found.append(time_wanting(act, side.steps[-1].name, value, scene.zone))
    return next((wanted for wanted in found if wanted.code != "hour"), found[0] if found else fact)


def ordered(scene: Scene, left: When, relation: str, right: When) -> Truth:
    """`left` before, after, on or before, on or after `right`. A day lasts from 00:00 to 24:00."""
    match relation:
        case "before":
            return before(scene, left, right)
        case "on or before":
            return not_after(scene, left, right)
        case "after":
            return ~not_after(scene, left, right)
        case _:
            return ~before(scene, left, right)


def before(scene: Scene, left: When, right: When) -> Truth:
    """Whether `left` lies before `right`; before a day is before its 00:00."""
    return blurred(left.hi < right.lo, left.lo < last_start(scene, right))


def not_after(scene: Scene, left: When, right: When) -> Truth:
    """Whether `left` lies on or before `right`; a day ends at 24:00."""
    return blurred(left.hi <= first_end(scene, right), left.lo <= right.hi)


def blurred(certainly: bool, possibly: bool) -> Truth:
    """The pair as a truth; unknown for want of the hour."""
    if certainly or not possibly:
        return known(certainly)
    return unknown(Fact.of("hour-of-day"))


def _offset(scene: Scene, left: When, timing: Offset) -> Truth:
    anchor = time(scene, timing.anchor)
    if isinstance(anchor, Unknown):
        return unknown(*anchor.missing)
    bound = shifted(scene, anchor, timing.amount, timing.direction)
    if isinstance(bound, Unknown):
        # Whatever the span, an act on the wrong side of the anchor is not within it.
        side = _side(scene, left, anchor, timing.direction)
        return conjunction((side, unknown(*bound.missing))) if timing.bound == "within" else unknown(*bound.missing)
    after = timing.direction == "after"
    match timing.bound:
        case "at least":
            return ~before(scene, left, bound) if after else not_after(scene, left, bound)
        case "more than":
            return ~not_after(scene, left, bound) if after else before(scene, left, bound)
        case "within":
            inside = not_after(scene, left, bound) if after else ~before(scene, left, bound)
            return conjunction((_side(scene, left, anchor, timing.direction), inside))


def _side(scene: Scene, left: When, anchor: When, direction: str) -> Truth:
    return ~before(scene, left, anchor) if direction == "after" else not_after(scene, left, anchor)
