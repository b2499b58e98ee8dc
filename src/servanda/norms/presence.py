"""How long an act was there: its time, as far as the record knows it, cut where conditions may read otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from servanda.norms.cuts import cuts
from servanda.norms.facts import NOTHING, Act, World
from servanda.norms.norm import Variant
from servanda.norms.truth import FALSE, TRUE, Truth, unknown
from servanda.temporal import Moment, day_of
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.verdict import Fact


def lasts(act: Act) -> bool:
    """Whether acts of its kind have an end."""
    kind = vocabulary().kinds.get(act.kind)
    return kind is not None and kind.lasts


def stands_by_itself(act: Act) -> bool:
    """Whether acts of its kind stand: they may be placed, and kept."""
    kind = vocabulary().kinds.get(act.kind)
    return kind is not None and kind.stands


@dataclass(frozen=True)
class Presence:
    """How long a lasting act was there: certainly from `start` to `seen`, possibly to `gone`; microseconds.

    `seen` < `gone` where its end is not on record.
    """

    start: Moment
    seen: int
    gone: int
    ends: Moment | None

    def here(self, act: Act, lo: int, hi: int, zone: str) -> Truth:
        """Whether it is there at some instant of [lo, hi]."""
        if self.start.lo > hi or self.gone < lo:
            return FALSE
        starts_inside = lo <= self.start.lo and self.start.hi <= hi
        core = max(self.start.hi, lo) <= min(self.sure_until, hi)
        ends_inside = self.ends is not None and lo <= self.ends.lo and self.ends.hi <= hi
        if starts_inside or core or ends_inside:
            return TRUE
        if self.ends is None and self.start.hi <= lo:
            return unknown(Fact.of("presence", act=act.id, after=day_of(self.seen, zone)))
        return unknown(Fact.of("hour", act=act.id))

    @property
    def sure_until(self) -> int:
        """The last instant at which it is certainly there, once it has begun."""
        return self.ends.lo if self.ends is not None else self.seen


def presence(world: World, act: Act) -> Presence | None:
    """How long the act was there, as of the day asked about; None where even its start is unknown.

    Without an end it lasts until last seen; after that it is unknown, unless coverage claims the departures of the
    kind. An end that does not apply (`none`) means that it is still there.
    """
    start, until, seen = act.get("start"), act.get("until"), act.get("last-seen")
    if not isinstance(start, Moment):
        return None
    if isinstance(until, Moment):
        return Presence(start, until.hi, until.hi, until)
    if until is NOTHING:
        return Presence(start, world.on, world.on, None)
    last = max(start.hi, seen.hi if isinstance(seen, Moment) else start.hi)
    by = act.get("by")
    last = max(last, world.coverage.departures(act.kind, by if isinstance(by, str) else None, start.lo))
    return Presence(start, min(last, max(world.on, start.hi)), max(world.on, start.hi), None)


@dataclass(frozen=True)
class Piece:
    """A stretch [lo, hi] of microseconds, both included, and whether the act is there in it."""

    lo: int
    hi: int
    here: Truth


def pieces(world: World, variant: Variant, act: Act, lo: int, hi: int) -> Iterator[Piece]:
    """The act's time within [lo, hi], cut where conditions may change, each with whether it is there."""
    zone = world.agreement.counting.zone
    there = presence(world, act)
    if there is None:
        yield from some_time(world, variant, act, lo, hi)
        return
    first, last = max(lo, there.start.lo), min(hi, there.gone)
    if first > last:
        return
    edges = {first, *cuts(world, variant, first, last)}
    if there.ends is None and first <= there.seen < last:
        edges.add(there.seen + 1)
    ordered = sorted(edges)
    for start, after in zip(ordered, [*ordered[1:], last + 1], strict=True):
        here = there.here(act, start, after - 1, zone)
        if here.possibly:
            yield Piece(start, after - 1, here)


def some_time(world: World, variant: Variant, act: Act, lo: int, hi: int) -> Iterator[Piece]:
    """[lo, hi] for an act of which not even the start is known: it may have been on any day of it."""
    edges = [lo, *cuts(world, variant, lo, hi)]
    for start, after in zip(edges, [*edges[1:], hi + 1], strict=True):
        yield Piece(start, after - 1, unknown(Fact.of("attribute", attribute="start", act=act.id)))


def instant(act: Act, world: World) -> Moment | None:
    """When an act that does not last was, or when a lasting one began."""
    start = act.get("start")
    return start if isinstance(start, Moment) else None
