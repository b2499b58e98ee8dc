"""Whether a range reaches a territory, from a site, from many sites, and to all territories.

The arithmetic is exact to half a centimetre; the map is not, and some land is disputed. So a reach is an interval, and
where the range falls inside it the answer is that it cannot be told, and why. `docs/explanation/reach.md` gives the
method.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from servanda.errors import Diagnostic, InputError
from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.ellipsoid.geodesic import HALF_ROUND_M, checked
from servanda.spatial.ellipsoid.segment import EdgeModel
from servanda.spatial.land.layer import layer
from servanda.spatial.land.outlines import Outlines, outlines
from servanda.spatial.land.tenure import Tenure, tenure
from servanda.spatial.outline.edges import ERROR_M, Outline
from servanda.spatial.outline.inside import Inside
from servanda.spatial.territory import MARGIN_M, Geography, geography

Verdicts = npt.NDArray[np.int8]

Cause = Literal["margin", "disputed", "before-layer", "after-layer"]
REACHES, BEYOND, UNTOLD = 1, 0, -1


@dataclass(frozen=True)
class Reach:
    """Whether a range reaches from a site to a territory, and what that rests on.

    `reaches` is None where it cannot be told, for the `cause`: the range falls inside the map's margin, or it depends
    on disputed land, or the map does not know the day. `distance_m`: the least and the greatest that the distance can
    be, the margin and disputed land counted in; the greatest is infinite where all the land is disputed. `computed_m`:
    the distance to the undisputed land as it is drawn, right to `ERROR_M`; 0 inside it. `nearest`: the longitude and
    latitude of the nearest point of its outline, also from inside; `margin_m`: how wrong the map may be there; both
    None where there is no undisputed land.
    """

    site: tuple[float, float]
    range_m: float
    territory: str
    reaches: bool | None
    distance_m: tuple[float, float]
    computed_m: float
    nearest: tuple[float, float] | None
    margin_m: float | None
    edges: EdgeModel
    cause: Cause | None = None
    on: date | None = None
    view: str | None = None


def reach(
    site: tuple[float, float],
    range_m: float,
    territory: str,
    *,
    on: date | None = None,
    view: str | None = None,
    edges: EdgeModel = "geodesic",
) -> Reach:
    """Whether a range in metres reaches from a site (longitude, latitude) to the territory of a code.

    Raises PositionError, and InputError for a range that is none or a code that has no land that day.

    >>> reach((20.5, 54.7), 500_000, "POL").reaches
    True
    """
    range_m = checked_range(range_m)
    lon, lat = checked(*site)
    when = tenure(on, view)
    place = (float(lon[0]), float(lat[0]))
    if when.missing is not None:
        unknown: Cause = "before-layer" if when.missing == "before-layer" else "after-layer"
        return Reach(
            place, range_m, territory, None, (0.0, np.inf), np.inf, None, None, edges, unknown, on=on, view=view
        )
    own, claimed = _pieces(territory, when, on)
    land = _land(own, edges)
    computed, nearest, margin = land.nearest(lon, lat)
    least, greatest, least_own = (float(v[0]) for v in _interval(lon, lat, own, claimed, edges))
    if inside := land.holds(lon, lat)[0]:
        least, greatest = 0.0, _greatest_inside(geography(view), place, territory, on)
    reaches = True if greatest <= range_m else None if least <= range_m else False
    cause: Cause | None = None
    if reaches is None:
        cause = "margin" if least_own <= range_m else "disputed"
    return Reach(
        site=place,
        range_m=range_m,
        territory=territory,
        reaches=reaches,
        distance_m=(least, greatest),
        computed_m=0.0 if inside else computed,
        nearest=nearest,
        margin_m=margin,
        edges=edges,
        cause=cause,
        on=on,
        view=view,
    )


def reached_by(
    territory: str,
    sites: Mapping[str, tuple[float, float]],
    range_m: float,
    *,
    on: date | None = None,
    view: str | None = None,
    edges: EdgeModel = "geodesic",
) -> dict[str, Reach]:
    """The reach to one territory from each of many sites, by their names. Raises like `reach`."""
    return {name: reach(site, range_m, territory, on=on, view=view, edges=edges) for name, site in sites.items()}


def territories_reached(
    site: tuple[float, float],
    range_m: float,
    *,
    on: date | None = None,
    view: str | None = None,
    edges: EdgeModel = "geodesic",
) -> dict[str, bool | None]:
    """Of every code that has land on the day whether the range reaches it from the site. Raises like `reach`."""
    range_m = checked_range(range_m)
    lon, lat = checked(*site)
    when = tenure(on, view)
    lines, to_line = _lines(), _outline(edges).to_each(float(lon[0]), float(lat[0]))
    holds = _holding(float(lon[0]), float(lat[0]))
    found: dict[str, bool | None] = {}
    for code in sorted(when.codes):
        own, claimed = when.pieces_of(code)
        if holds & set(own.tolist()):
            certain = _greatest_inside(geography(view), (float(lon[0]), float(lat[0])), code, on) <= range_m
        else:
            certain = _reaches_line(lines, to_line, own, range_m, 1.0)
        possible = bool(holds & {*own.tolist(), *claimed.tolist()}) or any(
            _reaches_line(lines, to_line, pieces, range_m, -1.0) for pieces in _shapes(own, claimed)
        )
        found[code] = True if certain else None if possible else False
    return found


def in_reach(
    lon: Floats,
    lat: Floats,
    range_m: float,
    territory: str,
    *,
    on: date | None = None,
    view: str | None = None,
    edges: EdgeModel = "geodesic",
    as_drawn: bool = False,
) -> Verdicts:
    """`reach` of many sites: REACHES (1), BEYOND (0) or UNTOLD (-1) for each. Raises like `reach`.

    `as_drawn`: whether each lies on the undisputed land as it is drawn, or within a range of it; no margin is counted.
    """
    range_m = checked_range(range_m)
    x, y = checked(lon, lat)
    when = tenure(on, view)
    if when.missing is not None:
        return np.full(len(x), UNTOLD, dtype=np.int8)
    own, claimed = _pieces(territory, when, on)
    land = _land(own, edges)
    if as_drawn:
        return np.where(land.in_range(x, y, range_m, 0.0) | land.holds(x, y), REACHES, BEYOND).astype(np.int8)
    certain = land.in_range(x, y, range_m, 1.0)
    inside = np.flatnonzero(land.holds(x, y))
    # From inside the territory it is reached, unless others' land is so near that the map may be wrong.
    sure = range_m >= land.widest_m
    certain[inside] = True if sure else _greatest_many(view, x[inside], y[inside], territory, on) <= range_m
    possible = certain.copy()
    possible[inside] = True
    for pieces in _shapes(own, claimed):
        near = _land(pieces, edges)
        rest = np.flatnonzero(~possible)
        possible[rest] = near.in_range(x[rest], y[rest], range_m, -1.0) | near.holds(x[rest], y[rest])
    return np.where(certain, REACHES, np.where(possible, UNTOLD, BEYOND)).astype(np.int8)


def checked_range(range_m: float) -> float:
    """The range, when it is one: from zero exclusive to half the Earth's round. Raises InputError."""
    if not (0 < range_m <= HALF_ROUND_M):
        case = "beyond" if range_m > HALF_ROUND_M else None
        shown = f"{range_m / 1000:.10g} km" if case else f"{range_m:g}"
        raise InputError([Diagnostic("range-impossible", {"range": shown}, case=case)])
    return float(range_m)


@dataclass(frozen=True)
class Land:
    """Pieces of land taken together, with the lines around them, those of one margin together."""

    outline: Outline
    around: tuple[tuple[float, tuple[int, ...]], ...]
    inside: Inside

    @property
    def widest_m(self) -> float:
        """The greatest margin that a line of the map has."""
        return float(_lines().margin_m.max())

    def holds(self, lon: Floats, lat: Floats) -> Truths:
        """Whether each position is on the land, its outline included."""
        return self.inside.holds(lon, lat)

    def nearest(self, lon: Floats, lat: Floats) -> tuple[float, tuple[float, float] | None, float | None]:
        """Distance, nearest point and margin there, for one position."""
        best: tuple[float, tuple[float, float] | None, float | None] = (np.inf, None, None)
        for margin, lines in self.around:
            found = self.outline.nearest(lon, lat, lines)
            if found.distance_m[0] < best[0]:
                best = (float(found.distance_m[0]), (float(found.lon[0]), float(found.lat[0])), margin)
        return best

    def span_m(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """The least and the greatest distance to the outline, the margin and the error of arithmetic counted in."""
        least, greatest = np.full(len(lon), np.inf), np.full(len(lon), np.inf)
        for margin, lines in self.around:
            distance = self.outline.nearest_m(lon, lat, lines)
            least = np.minimum(least, distance - (margin + ERROR_M))
            greatest = np.minimum(greatest, distance + (margin + ERROR_M))
        return np.where(self.holds(lon, lat), 0.0, np.maximum(least, 0.0)), greatest

    def in_range(self, lon: Floats, lat: Floats, range_m: float, sign: float) -> Truths:
        """Whether the greatest (1), the least (-1) of `span_m` or (0) the distance as drawn is at most the range."""
        held = np.zeros(len(lon), dtype=bool)
        for margin, lines in self.around:
            error = ERROR_M if sign else 0.0
            held |= self.outline.in_range(lon, lat, range_m - sign * (margin + error), lines)
        return held


def _pieces(territory: str, when: Tenure, on: date | None) -> tuple[Ints, Ints]:
    if territory not in when.codes:
        day = {"code": territory} if on is None else {"code": territory, "day": on.isoformat()}
        raise InputError([Diagnostic("no-territory", day, case=None if on is None else "day")])
    return when.pieces_of(territory)


def _shapes(own: Ints, claimed: Ints) -> Iterator[Ints]:
    """What may be the State's land at the least, and at the most."""
    yield own
    if len(claimed):
        yield np.union1d(own, claimed)


def _interval(lon: Floats, lat: Floats, own: Ints, claimed: Ints, edges: EdgeModel) -> tuple[Floats, Floats, Floats]:
    """From outside the land: the least and the greatest that the distance can be; and the least to the own land."""
    (least_own, greatest), *others = (_land(pieces, edges).span_m(lon, lat) for pieces in _shapes(own, claimed))
    return np.minimum.reduce([least_own, *(least for least, _ in others)]), greatest, least_own


def _greatest_inside(world: Geography, site: tuple[float, float], territory: str, on: date | None) -> float:
    interval = world.distance_m(*site, territory, on)
    return np.inf if interval is None else interval[1]


def _greatest_many(view: str | None, lon: Floats, lat: Floats, territory: str, on: date | None) -> Floats:
    return geography(view).distances_m(lon, lat, territory, on)[1]


def _reaches_line(lines: Outlines, to_line: Floats, pieces: Ints, range_m: float, sign: float) -> bool:
    around = lines.around(layer().among(pieces))
    around = around[around < len(to_line)]
    return bool((to_line[around] + sign * (lines.margin_m[around] + ERROR_M) <= range_m).any())


def _land(pieces: Ints, edges: EdgeModel) -> Land:
    return _land_of(tuple(pieces.tolist()), edges)


@lru_cache(maxsize=256)
def _land_of(pieces: tuple[int, ...], edges: EdgeModel) -> Land:
    lines = _lines()
    around = lines.around(layer().among(pieces))
    margins = np.unique(lines.margin_m[around]).tolist()
    groups = tuple((m, tuple(around[lines.margin_m[around] == m].tolist())) for m in margins)
    return Land(_outline(edges), groups, Inside(layer().polygons_of(pieces)))


def _holding(lon: float, lat: float) -> set[int]:
    """The pieces of land on which a position lies, their outlines included."""
    world = layer()
    both = [(lon, lat), (180.0, lat)] if lon == -180 else [(lon, lat)]  # one line, whichever way it is written
    _, found = world.tree.query(shapely.points(both), predicate="intersects")
    return {piece for piece in world.polygon_piece[found].tolist() if world.pieces[piece].kind in ("land", "area")}


@cache
def _outline(edges: EdgeModel) -> Outline:
    numbers = [(n, ring) for n, rings in enumerate(_lines().rings) for ring in rings]
    return Outline([ring for _, ring in numbers], np.array([n for n, _ in numbers], dtype=np.int64), edges)


@cache
def _lines() -> Outlines:
    return outlines(MARGIN_M)
