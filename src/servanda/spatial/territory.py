"""Whose land a place is, and how far it lies from a State's land, as far as the map can tell.

The map has a margin, and some land is disputed: answers are therefore intervals. What the map cannot decide it
says so; it never decides a quarrel. `docs/explanation/geography.md` gives the reasons and the measured margin,
`docs/explanation/territory-through-time.md` tells of other days than today and of views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.ellipsoid.geodesic import PositionError, checked
from servanda.spatial.index.vicinity import near_lines
from servanda.spatial.index.zone_batch import pieces_at
from servanda.spatial.land.layer import LAYER, Layer, Piece, layer
from servanda.spatial.land.names import disputed_areas, folded, seas
from servanda.spatial.land.outlines import COAST, Outlines, outlines
from servanda.spatial.land.tenure import BEFORE_LAYER, KNOWN_FROM, KNOWN_UNTIL, Holding, Tenure, tenure
from servanda.spatial.outline.edges import Near, Outline

MARGIN_M = 3_000.0  # measured against surveyed points: docs/explanation/geography.md
BORDER_CAP_M = 20_000.0
MANY = 2_000  # from so many positions on, those far from every outline are told apart first


# What a place may be: of each possibility the codes whose land it then is, a dependency's beside its State's.
Lot = frozenset[str]
Lots = frozenset[Lot]
WATER: Lot = frozenset()  # no land
UNHELD = "-"  # land, and no State's with a code


@dataclass(frozen=True)
class Standing:
    """Whose land a place is.

    `codes`: one State, and `certain`: it is that State's. Several: near a border, or disputed among them, or, when
    `certain`, held by all of them together. None: nobody's, at sea, or land that no State with a code has; when not
    `certain`, nobody claims it or the map cannot say (`missing`). One that is not certain: at sea within the margin of
    its coast, or in an area that only it and an entity without a code claim. `area`: the disputed area, by its English
    name. `border_m`: to the nearest border or coast, at most 20 km. `missing`: `before-layer` or `after-layer` (the map
    does not know the day) or `unsettled` (the place was no State's that day, or the sources do not say whose). `lots`:
    everything that the place may be, where nothing is missing.
    """

    codes: tuple[str, ...]
    certain: bool
    area: str | None
    border_m: float
    missing: str | None = None
    lots: Lots = field(default=frozenset(), compare=False)


class Geography:
    """The shipped map in one view. It is read when first asked; an agreement without places never asks.

    `view`: the code of a State, whose word decides where it has spoken of a disputed area; None: nobody's decides.
    `on`, wherever it is asked: the day, from `KNOWN_FROM` to `KNOWN_UNTIL`; None: the last of them.
    """

    layer: str = LAYER
    margin_m: float = MARGIN_M

    def __init__(self, view: str | None = None) -> None:
        self.view = view

    def standing(self, lon: float, lat: float, on: date | None = None) -> Standing:
        """Whose land one position is. Raises PositionError."""
        return self.standings(np.array([lon]), np.array([lat]), on)[0]

    def standings(self, lon: Floats, lat: Floats, on: date | None = None) -> list[Standing]:
        """`standing` for many positions; equal ones are looked up once."""
        x, y, back = _distinct(lon, lat)
        day = self._on(on)
        inside = self._inside(x, y)
        near = self._near(x, y, day.widest_m, BORDER_CAP_M)
        beside = self._beside(len(x), day, near)
        border_m = self._border_m(x, y, day, near)
        answers = [self._standing(day, inside[i], beside[i], float(border_m[i])) for i in range(len(x))]
        return [answers[i] for i in back]

    def lots(self, lon: Floats, lat: Floats, on: date | None = None) -> list[Lots | None]:
        """`lots` of the standings of many positions, and nothing else; None where something is missing."""
        x, y, back = _distinct(lon, lat)
        day = self._on(on)
        # Of many, those that are far from every outline hang on the piece alone.
        near = near_lines(self._widest_m).near(x, y) if len(x) > MANY else np.ones(len(x), dtype=bool)
        found = np.empty(len(x), dtype=object)
        far = np.flatnonzero(~near)
        if len(far):
            pieces, which = np.unique(pieces_at(x[far], y[far])[0], return_inverse=True)
            alone = [self._possible(day, frozenset({i} if i >= 0 else ()), frozenset()) for i in pieces.tolist()]
            found[far] = _objects(alone)[which.reshape(-1)]
        at = np.flatnonzero(near)
        inside = map(frozenset, self._inside(x[at], y[at]))
        beside = map(frozenset, self._beside(len(at), day, self._near(x[at], y[at], day.widest_m, 0.0)))
        found[at] = _objects([self._possible(day, *pieces) for pieces in zip(inside, beside, strict=True)])
        answers: list[Lots | None] = found[back].tolist()
        return answers

    def lots_at(self, lon: float, lat: float, on: date | None = None) -> Lots | None:
        """`lots` of one position, whose surroundings are looked up once for all days and views."""
        day = self._on(on)
        inside, near = _surroundings(lon, lat, day.widest_m)
        (beside,) = self._beside(1, day, near)
        return self._possible(day, inside, frozenset(beside))

    @lru_cache(maxsize=4096)  # noqa: B019 - there is one map a view, and it lives as long as the process
    def _possible(self, day: Day, inside: frozenset[int], beside: frozenset[int]) -> Lots | None:
        """What a position on these pieces, and within the margin of those, may be."""
        numbers = inside | beside
        if day.tenure.missing is not None or any(day.tenure.holdings[i].missing for i in numbers):
            return None
        lots = frozenset(lot for i in numbers for lot in day.lots[i])
        # The coast does not make land uncertain: what lies off it is the same State's water.
        return lots if inside else lots | {WATER}

    def _near(self, x: Floats, y: Floats, widest_m: float, cap_m: float) -> list[Near]:
        """The lines within their margin of each position, those by hand within the widest, and the nearest one up to
        the cap."""
        hand = (edges.within(x, y, widest_m, cap_m) for edges in self._by_hand(widest_m))
        return [self._lines.drawn.within(x, y, self.margin_m, cap_m), *hand]

    def _beside(self, count: int, day: Day, near: Sequence[Near]) -> list[set[int]]:
        """Of each position the pieces on either side of lines within their margin."""
        beside: list[set[int]] = [set() for _ in range(count)]
        for found in near:
            close = day.parting[found.owner] & (found.distance <= self._lines.margin_m[found.owner])
            for point, border in zip(found.point[close].tolist(), found.owner[close].tolist(), strict=True):
                beside[point] |= {int(self._lines.left[border]), int(self._lines.right[border])} - {COAST}
        return beside

    def _border_m(self, x: Floats, y: Floats, day: Day, near: Sequence[Near]) -> Floats:
        """To the nearest line that parts two lots, at most the cap."""
        border = np.full(len(x), BORDER_CAP_M)
        hidden = np.zeros(len(x), dtype=bool)
        for found in near:
            parting = day.parting[found.owner]
            np.minimum.at(border, found.point[parting], found.distance[parting])
            hidden[found.point[~parting]] = True
        # A line within one State may have hidden the nearest line between two.
        at = np.flatnonzero(hidden)
        if len(at):
            hand = [(edges, self._lines.typed) for edges in self._by_hand(day.widest_m)]
            for edges, kind in [(self._lines.drawn, ~self._lines.typed), *hand]:
                nearest = edges.nearest_m(x[at], y[at], np.flatnonzero(day.parting & kind).tolist())
                border[at] = np.minimum(border[at], nearest)
        return border

    def _standing(self, day: Day, inside: set[int], beside: set[int], border: float) -> Standing:
        if day.tenure.missing is not None:
            return Standing((), False, None, border, day.tenure.missing)
        numbers = sorted(inside | beside)
        held = [day.tenure.holdings[i] for i in numbers]
        codes = tuple(sorted({code for h in held for code in h.holders}))
        # The coast does not make land uncertain: what lies off it is the same State's water.
        one = len({h.holders for h in held}) <= 1 and all(h.certain for h in held)
        doubtful = [i for i in (*sorted(inside), *numbers) if not day.tenure.holdings[i].plain]
        missing = next((h.missing for h in held if h.missing is not None), None)
        return Standing(
            codes,
            one and (bool(inside) or not held),
            self._map.pieces[doubtful[0]].name if doubtful else None,
            border,
            missing,
            self._possible(day, frozenset(inside), frozenset(beside)) or frozenset(),
        )

    def named(self, code: str, on: date | None = None) -> Lots | None:
        """What a place may be that is said to be the State's, or the dependency's, without saying where it lies.

        None where the map cannot say whose the dependency is on the day. A State has on a day that the map
        does not know the dependencies of the nearest day that it knows.
        """
        day = self._on(on)
        own = [i for i, piece in enumerate(self._map.pieces) if piece.dependency == code]
        if own:
            settled = not any(day.tenure.holdings[i].missing for i in own)
            return frozenset(lot for i in own for lot in day.lots[i]) if settled else None
        if day.tenure.missing is not None:
            day = self._on(KNOWN_FROM if day.tenure.missing == BEFORE_LAYER else KNOWN_UNTIL)
        parts = {lot for i in self._dependencies for lot in day.lots[i] if code in lot}
        return frozenset({frozenset({code})} | parts)

    def area(self, name: str, on: date | None = None) -> Lots | None:
        """What a place in the area may be; None where nothing can be said of the day."""
        day = self._on(on)
        own = [i for i, piece in enumerate(self._map.pieces) if piece.id == name]
        settled = own and not any(day.tenure.holdings[i].missing for i in own)
        return frozenset(lot for i in own for lot in day.lots[i]) if settled else None

    def distance_m(self, lon: float, lat: float, code: str, on: date | None = None) -> tuple[float, float] | None:
        """Least and greatest geodesic distance in metres to the State's territory; None when it has none that day.

        The least counts what the State claims in disputed areas as its own, the greatest only what nobody disputes;
        both hold the map's margin. (0, 0) when certainly inside. The greatest is infinite for a State all of whose land
        is disputed; on a day that the map does not know nothing is excluded, (0, infinity). `code` may be a territory
        with a code of its own, such as GRL. Raises PositionError.
        """
        if self._on(on).tenure.missing is None and code not in self.codes_on(on):
            checked(lon, lat)
            return None
        least, greatest = self.distances_m(np.array([lon]), np.array([lat]), code, on)
        return float(least[0]), float(greatest[0])

    def distances_m(self, lon: Floats, lat: Floats, code: str, on: date | None = None) -> tuple[Floats, Floats]:
        """`distance_m` for many positions. Raises KeyError when no State of that code has land or claims on the day."""
        x, y, back = _distinct(lon, lat)
        day = self._on(on)
        if day.tenure.missing is not None:
            return np.zeros(len(lon)), np.full(len(lon), np.inf)
        undisputed, claimed = (self._map.among(pieces) for pieces in day.tenure.pieces_of(code))
        nearest, farthest = self._lines.span_m(x, y, self._lines.around(undisputed))
        if claimed.any():
            nearest, _ = self._lines.span_m(x, y, self._lines.around(undisputed | claimed))
        point, piece = self._hits(x, y, np.flatnonzero(undisputed | claimed))
        least, greatest = np.maximum(nearest, 0.0), farthest
        least[point] = 0.0
        within = np.unique(point[undisputed[piece]])
        # Inside, the way to the outline is the way out: the margin matters only where others' land is that near.
        greatest[within] = self._way_in_m(x[within], y[within], undisputed, day)
        return least[back], greatest[back]

    def _way_in_m(self, x: Floats, y: Floats, own: Truths, day: Day) -> Floats:
        """From positions within `own` how far its land may be, were the lines near them drawn as wrong as can be."""
        way = np.zeros(len(x))
        foreign = self._lines.touching(~own)
        near = self._lines.drawn.within(x, y, self.margin_m, 0.0)
        at = np.unique(near.point[foreign[near.owner] & (near.distance <= self.margin_m)])
        if len(at):
            outline = self._lines.around(own)
            to_line = self._lines.drawn.nearest_m(x[at], y[at], outline[~self._lines.typed[outline]].tolist())
            way[at] = np.maximum(self.margin_m - to_line, 0.0)
        for hand in self._by_hand(day.widest_m):
            near = hand.within(x, y, day.widest_m, 0.0)
            matters = foreign[near.owner] & day.parting[near.owner]
            spare = self._lines.margin_m[near.owner] - near.distance
            np.maximum.at(way, near.point[matters], spare[matters])
        return way

    def region(self, name: str, lon: float, lat: float) -> tuple[bool, bool]:
        """Whether a position is certainly, and possibly, in a named sea or disputed area. Raises KeyError.

        It is the same on every day, whosever it is.
        """
        certainly, possibly = self.regions(name, np.array([lon]), np.array([lat]))
        return bool(certainly[0]), bool(possibly[0])

    def regions(self, name: str, lon: Floats, lat: Floats) -> tuple[Truths, Truths]:
        """`region` for many positions."""
        inside, nearest, _ = self._region(name, lon, lat)
        near = nearest <= 0
        return inside & ~near, inside | near

    def regions_m(self, name: str, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Least and greatest distance in metres of many positions to a named sea or area. Raises KeyError."""
        inside, nearest, farthest = self._region(name, lon, lat)
        within = np.where(nearest > 0, 0.0, farthest)
        return np.where(inside, 0.0, np.maximum(nearest, 0.0)), np.where(inside, within, farthest)

    def _region(self, name: str, lon: Floats, lat: Floats) -> tuple[Truths, Floats, Floats]:
        """Whether each position is in the region as drawn, and how near and how far its outline can be."""
        pieces = self._regions[folded(name)]
        x, y, back = _distinct(lon, lat)
        inside = np.zeros(len(x), dtype=bool)
        inside[self._hits(x, y, pieces)[0]] = True
        if self._map.pieces[pieces[0]].kind == "area":
            nearest, farthest = self._lines.span_m(x, y, self._lines.around(self._map.among(pieces)))
        else:
            outline = _sea_edges(int(pieces[0])).nearest_m(x, y, pieces.tolist())
            nearest, farthest = outline - self.margin_m, outline + self.margin_m
        return inside[back], nearest[back], farthest[back]

    def codes_on(self, on: date | None = None) -> frozenset[str]:
        """States and territories that held or claimed land on the day."""
        return tenure(on, self.view).codes

    def _on(self, on: date | None) -> Day:
        return _day(tenure(on, self.view))

    @cached_property
    def _map(self) -> Layer:
        return layer()

    @cached_property
    def _land(self) -> Ints:
        return self._map.of_kind("land", "area")

    @cached_property
    def _lines(self) -> Outlines:
        return outlines(MARGIN_M)

    @cached_property
    def _widest_m(self) -> float:
        return float(self._lines.margin_m.max())

    def _by_hand(self, widest_m: float) -> Sequence[Outline]:
        """The lines typed by hand, where any of them matters: then the widest margin among these is not nothing."""
        hand = self._lines.by_hand
        return (hand,) if hand is not None and widest_m > 0 else ()

    @cached_property
    def _dependencies(self) -> list[int]:
        return [i for i, piece in enumerate(self._map.pieces) if piece.dependency is not None]

    @cached_property
    def _regions(self) -> dict[str, Ints]:
        """The pieces of each named sea and disputed area, by every name of a sea and the English one of an area."""
        numbers: dict[str, list[int]] = {}
        for i, piece in enumerate(self._map.pieces):
            if piece.kind in ("sea", "area"):
                numbers.setdefault(piece.name, []).append(i)
        named = {name: sea.en for sea in seas() for name in sea.names} | {a.en: a.en for a in disputed_areas()}
        return {folded(n): np.array(numbers[en], dtype=np.int64) for n, en in named.items() if en in numbers}

    def _inside(self, x: Floats, y: Floats) -> list[set[int]]:
        inside: list[set[int]] = [set() for _ in x]
        for point, piece in zip(*(v.tolist() for v in self._hits(x, y, self._land)), strict=True):
            inside[point].add(piece)
        return inside

    def _hits(self, x: Floats, y: Floats, pieces: Ints) -> tuple[Ints, Ints]:
        """Pairs of a position and a piece that holds it."""
        point, number = self._map.tree.query(shapely.points(x, y))
        wanted = np.isin(self._map.polygon_piece[number], pieces)
        order = np.argsort(number[wanted], kind="stable")
        point, number = point[wanted][order], number[wanted][order]
        held = np.zeros(len(point), dtype=bool)
        begin = np.flatnonzero(np.append(True, number[1:] != number[:-1])[: len(number)])
        for at in np.split(np.arange(len(number)), begin[1:]) if len(number) else ():
            shape = self._map.polygons[number[at[0]]]
            held[at] = shapely.intersects_xy(shape, x[point[at]], y[point[at]])
        return point[held], self._map.polygon_piece[number[held]]


@dataclass(frozen=True, eq=False)
class Day:
    """Whose each piece is, which lines part two lots, and the widest margin of those among them typed by hand."""

    tenure: Tenure
    lots: tuple[Lots, ...]
    parting: Truths
    widest_m: float


@cache
def _day(tenure: Tenure) -> Day:
    lots: dict[object, int] = {}
    numbers = []
    for piece, holding in zip(layer().pieces, tenure.holdings, strict=True):
        lot = (holding, piece.dependency, None if holding.certain else piece.name)
        numbers.append(lots.setdefault(lot, len(lots)))
    lines = outlines(MARGIN_M)
    parting = lines.parting(np.array(numbers, dtype=np.int64))
    own = tuple(map(_lots, layer().pieces, tenure.holdings))
    return Day(tenure, own, parting, float(lines.margin_m[parting & lines.typed].max(initial=0.0)))


def _lots(piece: Piece, holding: Holding) -> Lots:
    """What a place on the piece may be."""
    itself = {piece.dependency} if piece.dependency is not None else set()
    return frozenset(frozenset({*(holders or (UNHELD,)), *itself}) for holders in holding.possible)


@lru_cache(maxsize=1 << 16)
def _surroundings(lon: float, lat: float, widest_m: float) -> tuple[frozenset[int], list[Near]]:
    """The pieces of land in which a position lies, and the lines that may part it from others."""
    x, y, _ = _distinct(np.array([lon]), np.array([lat]))
    map_ = geography()
    (inside,) = map_._inside(x, y)
    return frozenset(inside), map_._near(x, y, widest_m, 0.0)


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    """The values as an array, sets left whole."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@cache
def _sea_edges(piece: int) -> Outline:
    return Outline(*layer().rings_of(np.array([piece])))


def _distinct(lon: Floats, lat: Floats) -> tuple[Floats, Floats, Ints]:
    x, y = checked(lon, lat)
    positions, back = np.unique(np.stack([x, y], axis=1), axis=0, return_inverse=True)
    return positions[:, 0], positions[:, 1], back.reshape(-1)


@cache
def geography(view: str | None = None) -> Geography:
    """The map of the package, in the view of a State or in nobody's."""
    return Geography(view)


__all__ = ["Geography", "PositionError", "Standing", "geography"]
