"""When a duty falls due. Legal time: a deadline that is a date ends at 24:00 of that day in the agreement's zone."""

from __future__ import annotations

from dataclasses import dataclass

from servanda.norms.condition import Offset, Order
from servanda.norms.norm import Due, KeptUp
from servanda.norms.scene import Scene, Unknown, When, first_end, last_start, shifted, time
from servanda.vocabulary.verdict import Fact


@dataclass(frozen=True)
class Deadline:
    """The window in which the duty can be discharged, microseconds, both ends included.

    `opens` is its beginning, where the words give one. It ends at `earliest` at the soonest and at `latest` at the
    latest: the two differ where the anchor is not sharp. `open`: it has no end. All None: not known.
    """

    earliest: int | None = None
    latest: int | None = None
    opens: int | None = None
    open: bool = False
    missing: tuple[Fact, ...] = ()


NONE = Deadline(open=True)


def deadline(scene: Scene, due: Due) -> Deadline:
    """The window that the words of `due` give on this occasion."""
    match due:
        case "no deadline" | "at all times" | KeptUp():
            return NONE
        case Order(relation=relation, right=right):
            when = time(scene, right)
            return Deadline(missing=when.missing) if isinstance(when, Unknown) else _by_order(scene, relation, when)
        case Offset():
            return _by_offset(scene, due)


def _by_order(scene: Scene, relation: str, when: When) -> Deadline:
    match relation:
        case "before":
            return Deadline(when.lo - 1, last_start(scene, when) - 1)
        case "on or before":
            return Deadline(first_end(scene, when), when.hi)
        case "after":
            return Deadline(opens=first_end(scene, when) + 1, open=True)
        case _:
            return Deadline(opens=when.lo, open=True)


def _by_offset(scene: Scene, due: Offset) -> Deadline:
    anchor = time(scene, due.anchor)
    if isinstance(anchor, Unknown):
        return Deadline(missing=anchor.missing)
    bound = shifted(scene, anchor, due.amount, due.direction)
    if isinstance(bound, Unknown):
        return Deadline(missing=bound.missing)
    match due.bound, due.direction:
        case "within", "after":
            return Deadline(first_end(scene, bound), bound.hi, opens=anchor.lo)
        case "within", _:
            return Deadline(first_end(scene, anchor), anchor.hi, opens=bound.lo)
        case "at least", "before":
            return Deadline(first_end(scene, bound), bound.hi)
        case "more than", "before":
            return Deadline(bound.lo - 1, last_start(scene, bound) - 1)
        case _:
            return Deadline(opens=bound.lo, open=True)
