"""What one account need not work out again: what a norm says of an act on which that account has no view of its own.

The worlds of all accounts have one `shared` memory. An entry holds for every world in which the norm reads nothing
that is contested there, and whose map gives the same answers to what the norm asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any, TypeVar, cast

from servanda.norms.condition import Distance, IsAt
from servanda.norms.cuts import cuts
from servanda.norms.facts import Act, Dispute, Lots, Places, World
from servanda.norms.memory import once
from servanda.norms.norm import Variant
from servanda.norms.term import Outline, Region

T = TypeVar("T")
Questions = dict[tuple[str, tuple[Any, ...]], object]


class Asked(Places):
    """A map that notes what it is asked, and what it answers, while somebody wants to know."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._noted: list[Questions] = []

    def noting(self, make: Callable[[], Iterable[T]]) -> tuple[Questions, list[T]]:
        """What `make` gives, and all that it asks."""
        self._noted.append({})
        try:
            made = list(make())
        finally:
            noted = self._noted.pop()
        return noted, made

    def answers(self, questions: Questions) -> bool:
        """Whether this map gives the same answers."""
        return all(getattr(self.places, name)(*of) == answer for (name, of), answer in questions.items())

    def _ask(self, name: str, *of: Any) -> Any:
        answer = getattr(self.places, name)(*of)
        for noted in self._noted:
            noted[name, of] = answer
        return answer

    def changes(self) -> tuple[date, ...]:
        """As the map's; not noted: what is asked of single days is, and the cuts of time are compared apart."""
        return self.places.changes()

    def changes_of(self, codes: frozenset[str], first: date, last: date) -> tuple[date, ...]:
        """As the map's; not noted, as above."""
        return self.places.changes_of(codes, first, last)

    def changes_between(self, first: date, last: date) -> tuple[date, ...]:
        """As the map's."""
        return cast("tuple[date, ...]", self._ask("changes_between", first, last))

    def lots_at(self, lon: float, lat: float, on: date) -> Lots | None:
        """As the map's."""
        return cast("Lots | None", self._ask("lots_at", lon, lat, on))

    def linked(self) -> frozenset[str]:
        """As the map's; the same in every view."""
        return self.places.linked()

    def named(self, code: str, on: date) -> Lots:
        """As the map's."""
        return cast("Lots", self._ask("named", code, on))

    def distance_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        """As the map's."""
        return cast("tuple[float, float] | None", self._ask("distance_m", lon, lat, code, on))

    def rough_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float]:
        """As the map's."""
        return cast("tuple[float, float]", self._ask("rough_m", lon, lat, code, on))

    def border_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        """As the map's."""
        return cast("tuple[float, float] | None", self._ask("border_m", lon, lat, code, on))

    def inside(self, region: Region | Outline, lon: float, lat: float) -> tuple[bool, bool]:
        """As the map's."""
        return cast("tuple[bool, bool]", self._ask("inside", region, lon, lat))

    def region_m(self, region: Region | Outline, lon: float, lat: float) -> tuple[float, float]:
        """As the map's."""
        return cast("tuple[float, float]", self._ask("region_m", region, lon, lat))

    def dispute(self, lon: float, lat: float, on: date) -> Dispute | None:
        """As the map's."""
        return cast("Dispute | None", self._ask("dispute", lon, lat, on))

    def lots_of(self, lon: Sequence[float], lat: Sequence[float], on: date) -> Sequence[Lots | None]:
        """As the map's; questions of many points are not noted."""
        return self.places.lots_of(lon, lat, on)

    def distances_m(
        self, lon: Sequence[float], lat: Sequence[float], code: str, on: date
    ) -> Sequence[tuple[float, float] | None]:
        """As the map's; not noted."""
        return self.places.distances_m(lon, lat, code, on)

    def borders_m(
        self, lon: Sequence[float], lat: Sequence[float], code: str, on: date
    ) -> Sequence[tuple[float, float] | None]:
        """As the map's; not noted."""
        return self.places.borders_m(lon, lat, code, on)

    def regions_m(
        self, region: Region | Outline, lon: Sequence[float], lat: Sequence[float]
    ) -> Sequence[tuple[float, float]]:
        """As the map's; not noted."""
        return self.places.regions_m(region, lon, lat)

    def all_inside(
        self, region: Region | Outline, lon: Sequence[float], lat: Sequence[float]
    ) -> Sequence[tuple[bool, bool]]:
        """As the map's; not noted."""
        return self.places.all_inside(region, lon, lat)


@dataclass(frozen=True)
class _Made:
    """What was made in one world: the instants at which its time is cut, and what was asked of its map."""

    places: Places
    cuts: Sequence[int]
    questions: Questions
    results: Sequence[object]


def reads_places(variant: Variant) -> bool:
    """Whether the norm asks where something is: then the map, and whose view it shows, matters."""
    return any(isinstance(term, IsAt | Distance) for term in variant.terms)


def settled(world: World, variant: Variant) -> bool:
    """Whether nothing that the norm reads beside the act under its head is contested in this world."""
    return once(world.memo, "settled", variant, (), lambda: not ({"act"} | world.disputed_kinds) & variant.reads)


def of_act(world: World, variant: Variant, act: Act, what: Hashable, make: Callable[[], Iterable[T]]) -> Iterable[T]:
    """What `make` gives for the act: made once for all worlds in which it must be the same."""
    if not settled(world, variant) or act.id in world.disputed:
        return make()
    known: list[_Made] = once(world.shared, "act", variant, (what, act.id, world.on), list)
    cut_at = _cuts(world, variant, act) if _asks_the_map(world, variant) else ()
    for one in known:
        if one.cuts == cut_at and _same_map(world.places, one):
            return cast("Sequence[T]", one.results)
    questions, made = world.places.noting(make) if isinstance(world.places, Asked) else ({}, list(make()))
    known.append(_Made(world.places, cut_at, questions, made))
    return made


def _same_map(places: Places, made: _Made) -> bool:
    return places is made.places or (isinstance(places, Asked) and places.answers(made.questions))


def _asks_the_map(world: World, variant: Variant) -> bool:
    return once(world.shared, "reads places", variant, (), lambda: reads_places(variant))


def _cuts(world: World, variant: Variant, act: Act) -> Sequence[int]:
    """The instants at which the act's time is cut while anybody is bound: they differ with what a view says when."""
    start = act.start
    bound = world.first_bound
    return cuts(world, variant, max(bound, start.lo if start else bound) - 1, world.on)


def of_parts(
    world: World, variant: Variant, what: Hashable, parts: Sequence[object], make: Callable[[], Iterable[T]]
) -> Iterable[T]:
    """What `make` gives for the parts: made once for all worlds in which they are the very same objects."""
    made: list[tuple[Sequence[object], list[T]]] = once(world.shared, "parts", variant, (what, world.on), list)
    if not made:
        made.append((parts, list(make())))
    known, results = made[0]
    return results if all(a is b for a, b in zip_longest(known, parts)) else make()
