"""Cuts: the instants from which a condition that reads the day may read otherwise.

What changes with the day (membership, being bound, what somebody has done, whose land is where) changes at finitely
many of them. Between two cuts such a condition is constant.
"""

from __future__ import annotations

from bisect import bisect_right

from servanda.norms.condition import Has, InForce
from servanda.norms.evaluate import verb_time
from servanda.norms.facts import Act, World
from servanda.norms.groups import turnover
from servanda.norms.map_changes import map_changes
from servanda.norms.memory import once
from servanda.norms.norm import Variant
from servanda.norms.scene import Scene, Spread
from servanda.norms.spread import time_wanting
from servanda.norms.term import ON_THE_MAP
from servanda.temporal import Moment, day_of, start_of_day_us


def cuts(world: World, variant: Variant, lo: int, hi: int) -> list[int]:
    """The instants in (lo, hi] from which a condition that reads the day may read otherwise, rising."""
    found = once(world.memo, "cuts", variant, (), lambda: sorted(_all_cuts(world, variant)))
    return found[bisect_right(found, lo) : bisect_right(found, hi)]


def spread(scene: Scene, variant: Variant, lo: int, hi: int, act: Act) -> Scene:
    """The scene at an instant somewhere in [lo, hi], which is when the act began."""
    found = cuts(scene.world, variant, lo, hi) if lo < hi else []
    if not found:
        return scene.at_instant(lo)
    return scene.at_some(Spread((lo, *found), time_wanting(act, "start", act.start or Moment(lo, hi), scene.zone)))


def _all_cuts(world: World, variant: Variant) -> set[int]:
    zone = world.agreement.counting.zone
    found: set[int] = set()
    for term in variant.terms:
        if isinstance(term, ON_THE_MAP):
            found |= {start_of_day_us(day, zone) for day in map_changes(world, variant, term)}
        elif isinstance(term, Has):
            times = (verb_time(act, term.verb) for act in world.acts.get(term.verb.kind, ()))
            found |= {start_of_day_us(day_of(t, zone), zone) for m in times if m for t in (m.lo, m.hi)}
        else:
            found |= turning_points(world, term)
    return found


def turning_points(world: World, term: object) -> set[int]:
    """The instants at which somebody joins or leaves those of whom the term speaks, or at which the treaty enters
    into force."""
    if isinstance(term, InForce):
        return set() if world.entry is None else {world.entry}
    return turnover(world, term)
