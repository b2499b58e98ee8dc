"""The place at the end of a path, as far as a scene knows it: by the record's word, and on the map.

What the record says of a place goes before the map: first the territory it names, then the host State, then the
coordinates. Whose land a place is, is asked as of the scene's day, and where the act's day is not known, as of every
day that it may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from servanda.norms.facts import Act, Lots, Point
from servanda.norms.scene import Scene, act_of, path_value
from servanda.norms.term import Path
from servanda.norms.truth import Truth, unknown
from servanda.temporal import day_of
from servanda.vocabulary.verdict import Fact


@dataclass(frozen=True)
class Possible:
    """What a place may be, day by day as its act may have begun."""

    by_day: tuple[Lots, ...]

    @property
    def lots(self) -> Lots:
        """On any of the days."""
        return self.by_day[0] if len(self.by_day) == 1 else frozenset().union(*self.by_day)


@dataclass(frozen=True)
class Site:
    """A place in a scene. What is asked of it is worked out once."""

    scene: Scene
    path: Path

    @cached_property
    def act(self) -> Act | None:
        """The act whose place it is."""
        return act_of(self.scene, self.path)

    @cached_property
    def point(self) -> Point | None:
        """The place, as far as it is known."""
        value = path_value(self.scene, self.path)
        return value if isinstance(value, Point) else None

    @cached_property
    def at(self) -> tuple[float, float] | None:
        """Its longitude and latitude, where it has coordinates."""
        point = self.point
        return None if point is None or point.lon is None or point.lat is None else (point.lon, point.lat)

    @cached_property
    def said(self) -> str | None:
        """Whose the record says that it is: the territory it names, or the host."""
        if self.point is not None and self.point.territory is not None:
            return self.point.territory
        host = self.act.get("host") if self.act is not None else None
        return None if host is None else str(host)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days as of which the map is asked: the scene's, and every one from which land is another's while the
        act may have begun."""
        scene, start = self.scene, self.act.start if self.act is not None else None
        first = scene.day
        if start is None or not start.lo <= scene.at <= start.hi:
            return (first,)
        last = day_of(start.hi, scene.zone)
        if last == first:
            return (first,)
        return (first, *scene.world.places.changes_between(first, last))

    @cached_property
    def drawn(self) -> Possible | None:
        """What the map lets it be; None where it has no coordinates, or where the map does not know one of the days."""
        if self.at is None:
            return None
        found = [self.scene.world.places.lots_at(*self.at, day) for day in self.days]
        told = tuple(lots for lots in found if lots is not None)
        return Possible(told) if len(told) == len(found) else None

    @property
    def named(self) -> str:
        """The act as facts name it; the variable where there is none."""
        return self.act.id if self.act is not None else self.path.variable

    def place_missing(self) -> Truth:
        """Unknown for want of the place."""
        return unknown(Fact.of("attribute", attribute="place", act=self.named))

    def day_missing(self) -> Truth:
        """Unknown for want of the day."""
        return unknown(Fact.of("day", act=self.named))

    def off_the_map(self) -> Truth:
        """Unknown because the map does not know the day, or whose the land was."""
        return unknown(Fact.of("map-day", day=self.scene.day))
