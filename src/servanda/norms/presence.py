"""How long an act was there: its time, as far as the record knows it, cut where conditions may read otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from servanda.norms.cuts import cuts
from servanda.norms.facts import NOTHING, Act, World
from servanda.norms.norm import Variant
from servanda.norms.spread import time_wanting
from servanda.norms.truth import FALSE, TRUE, Truth, unknown
from servanda.temporal import Moment, day_of, end_of_day_us, start_of_day_us
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
    """How long a lasting act was there, once it had begun: certainly up to `sure_until`, possibly to `gone`.

    Microseconds. `seen` is when it was last there as far as the record goes; `seen` < `gone` where its end is not on
    record. An act of which only the start is known, and that not to the day, was there at an instant that may have
    been any from the first on: then `sure_until` lies before the last at which it may have begun.
    """

    start: Moment
    seen: int
    gone: int
    ends: Moment | None
    sure_until: int

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
        if self.start.hi <= lo and self.ends is not None:
            return unknown(time_wanting(act, "until", self.ends, zone))
        return unknown(time_wanting(act, "start", self.start, zone))

    def surely(self, zone: str) -> tuple[int, int]:
        """From when to when it is certainly there, a day on which it begins or ends taken whole."""
        first = max(self.start.lo, start_of_day_us(day_of(self.start.hi, zone), zone))
        if self.ends is None:
            return first, self.sure_until
        return first, min(self.ends.hi, end_of_day_us(day_of(self.ends.lo, zone), zone))

    def edges(self, zone: str) -> set[int]:
        """The instants from which the record says otherwise of whether it is there."""
        first, last = self.surely(zone)
        unseen = {self.seen + 1} if self.ends is None else set()
        return unseen | {first, last + 1} if first <= last else unseen


def presence(world: World, act: Act) -> Presence | None:
    """How long the act was there, as of the day asked about; None where even its start is unknown.

    Without an end it lasts until last seen; after that it is unknown, unless coverage claims the departures of the
    kind. An end that does not apply (`none`) means that it is still there.
    """
    start, until, seen = act.start, act.get("until"), act.get("last-seen")
    if start is None:
        return None
    if isinstance(until, Moment):
        return Presence(start, until.hi, until.hi, until, until.lo)
    if until is NOTHING:
        return Presence(start, world.on, world.on, None, world.on)
    by = act.get("by")
    sighted = [start, seen] if isinstance(seen, Moment) else [start]
    departures = world.coverage.departures(act.kind, by if isinstance(by, str) else None, start.lo)
    still = max(world.on, start.hi)
    zone = world.agreement.counting.zone
    last = max(departures, *(when.hi for when in sighted))
    sure = max(departures, *(_that_day(when, zone) for when in sighted))
    return Presence(start, min(last, still), still, None, min(sure, still))


def _that_day(when: Moment, zone: str) -> int:
    """The end of the day, if that is known; else of the first it can be."""
    return when.lo if when.sharp else min(when.hi, end_of_day_us(day_of(when.lo, zone), zone))


@dataclass(frozen=True)
class Piece:
    """A stretch [lo, hi] of microseconds, both included, and whether the act is there in it."""

    lo: int
    hi: int
    here: Truth


def time_of(world: World, variant: Variant, act: Act, lo: int, hi: int, *, moment: bool) -> Iterator[Piece]:
    """The act's time within [lo, hi], in pieces; one piece where it does not last, or where its `moment` alone counts:
    that it comes, or is placed."""
    if lo > hi:
        return
    start = act.start
    if lasts(act) and not moment:
        yield from pieces(world, variant, act, lo, hi)
    elif start is None:
        yield from some_time(world, variant, act, lo, hi)
    elif lo <= start.lo and start.hi <= hi:
        yield Piece(start.lo, start.hi, TRUE)
    elif start.lo <= hi and lo <= start.hi:
        wanting = time_wanting(act, "start", start, world.agreement.counting.zone)
        yield Piece(max(lo, start.lo), min(hi, start.hi), unknown(wanting))


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
    edges = {first, *cuts(world, variant, first, last), *(t for t in there.edges(zone) if first < t <= last)}
    ordered = sorted(edges)
    for start, after in zip(ordered, [*ordered[1:], last + 1], strict=True):
        here = there.here(act, start, after - 1, zone)
        if here.possibly:
            yield Piece(start, after - 1, here)


def together(world: World, act: Act, first: Piece, last: Piece) -> Truth:
    """Whether the act is there in the stretch from the one piece to the other: that it is in neither for certain does
    not say that it is not in both."""
    if first is last or (first.here.certainly and last.here.certainly):
        return first.here
    there = presence(world, act)
    if there is None:
        return first.here
    return there.here(act, first.lo, last.hi, world.agreement.counting.zone)


def some_time(world: World, variant: Variant, act: Act, lo: int, hi: int) -> Iterator[Piece]:
    """[lo, hi] for an act of which not even the start is known: it may have been on any day of it."""
    edges = [lo, *cuts(world, variant, lo, hi)]
    for start, after in zip(edges, [*edges[1:], hi + 1], strict=True):
        yield Piece(start, after - 1, unknown(Fact.of("attribute", attribute="start", act=act.id)))
