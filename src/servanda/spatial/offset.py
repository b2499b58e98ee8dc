"""The area from which a range reaches a territory: polygons every vertex of which lies at the range.

Measured along geodesics of WGS 84 to an outline whose edges are geodesics. `shore.py` knows the outline, `cells.py`
finds where the line runs and proves that nothing is passed over, `contour.py` and `front.py` make exact rings of it,
`plate.py` polygons of the rings. docs/how-to/where-may-it-stand.md shows what comes out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from servanda.errors import Diagnostic, InputError
from servanda.spatial.area.cells import search
from servanda.spatial.area.contour import loops
from servanda.spatial.area.front import Front
from servanda.spatial.area.plate import polygons, tidy
from servanda.spatial.area.shore import Shore
from servanda.spatial.ellipsoid.arrays import Floats, Truths
from servanda.spatial.ellipsoid.geodesic import arrivals, checked, distances_m
from servanda.spatial.land.layer import layer
from servanda.spatial.land.outlines import outlines
from servanda.spatial.land.tenure import KNOWN_UNTIL, changes, tenure
from servanda.spatial.reach import checked_range
from servanda.spatial.territory import MARGIN_M

# A line nearer than this follows every stone of the coast; one farther lies beside the antipodes, where the shortest
# lines to one place set out in all directions.
LEAST_RANGE_M = 100.0
GREATEST_RANGE_M = 18_000_000.0


@dataclass(frozen=True)
class Land:
    """Land by its outline. `margin_m`: by how much the map may be wrong about it."""

    rings: tuple[Floats, ...]
    polygons: tuple[Polygon, ...]
    margin_m: float

    @cached_property
    def shape(self) -> MultiPolygon:
        """As one shape in longitude and latitude."""
        return tidy(shapely.union_all(list(self.polygons)))

    def cut(self, polygons: MultiPolygon, margin_m: float) -> tuple[MultiPolygon, float]:
        """The part of an area on the land, and by how much the map may be wrong about that part."""
        return tidy(shapely.intersection(polygons, self.shape)), max(margin_m, self.margin_m)


@dataclass(frozen=True)
class Zone:
    """All places from which a range reaches a territory, the territory itself among them.

    `polygons`: in longitude and latitude, cut at the antimeridian, up to the edge of the sheet at a pole. `codes`:
    whose territory; `claimed`: with what they only claim. `on` and `view`: the day and the speaker whose word on
    disputed areas decides, None for the map's last day and for nobody. `edges`: what joins two vertices of the
    territory. `within`: the codes of the land with which it was cut.
    """

    polygons: MultiPolygon
    range_m: float
    margin_m: float
    codes: tuple[str, ...]
    on: date | None = None
    view: str | None = None
    claimed: bool = False
    within: tuple[str, ...] = ()
    edges: str = "geodesic"

    @property
    def code(self) -> str:
        """The codes of the territory, joined by `|` where there are several."""
        return "|".join(self.codes)

    def contains(self, lon: float, lat: float) -> bool:
        """Whether a position lies in the zone, as the range alone decides; the map's margin is not counted."""
        return bool(self.contain(np.array([lon]), np.array([lat]))[0])

    def contain(self, lon: Floats, lat: Floats) -> Truths:
        """`contains` for many positions. Raises PositionError."""
        x, y = checked(lon, lat)
        shapely.prepare(self.polygons)
        inside: Truths = shapely.intersects_xy(self.polygons, x, y)
        return inside

    def cut_with(self, *codes: str) -> Zone:
        """The part of the zone on the land of these States, as of the same day and in the same view."""
        ground = territory(codes, on=self.on, view=self.view, claimed=self.claimed)
        polygons, margin_m = ground.cut(self.polygons, self.margin_m)
        return replace(self, polygons=polygons, within=tuple(codes), margin_m=margin_m)


def zone(
    of: str | Iterable[str], range_m: float, *, on: date | None = None, view: str | None = None, claimed: bool = False
) -> Zone:
    """The zone of `range_m` metres around the territory of a State, or of several together.

    `claimed`: the disputed areas that they claim count as theirs; otherwise only what nobody disputes, or what the view
    gives them. Raises InputError: `range-impossible`, `no-territory`, `zone-not-drawn`.
    """
    codes = (of,) if isinstance(of, str) else tuple(of)
    reach = possible(range_m)
    land = territory(codes, on=on, view=view, claimed=claimed)
    return Zone(around(land.rings, land.polygons, reach), reach, land.margin_m, codes, on, view, claimed)


def possible(range_m: float) -> float:
    """The range, if it is one and its zone can be drawn. Raises InputError."""
    reach = checked_range(range_m)
    case = "short" if reach < LEAST_RANGE_M else "far" if reach > GREATEST_RANGE_M else None
    if case is not None:
        limits = {"least": f"{LEAST_RANGE_M:g} m", "greatest": f"{GREATEST_RANGE_M / 1000:g} km"}
        shown = f"{reach:g} m" if case == "short" else f"{reach / 1000:.10g} km"
        raise InputError([Diagnostic("zone-not-drawn", {"range": shown, **limits}, case=case)])
    return reach


def territory(codes: Sequence[str], *, on: date | None = None, view: str | None = None, claimed: bool = False) -> Land:
    """The land of these States. Raises InputError when one of them has none that day."""
    held = tenure(on, view)
    if held.missing is not None:
        raise InputError([Diagnostic("zone-not-drawn", {"day": str(on)}, case=held.missing)])
    wrong: list[Diagnostic] = []
    pieces: set[int] = set()
    for code in codes:
        own, claims = held.pieces_of(code) if code in held.codes else (np.empty(0, np.int64), np.empty(0, np.int64))
        counted = [*own.tolist(), *(claims.tolist() if claimed else ())]
        if not counted:
            case = "claims" if len(claims) else "day" if on is not None else "past" if _once(code) else None
            wrong.append(Diagnostic("no-territory", {"code": code, "day": str(on or KNOWN_UNTIL)}, case=case))
        pieces.update(counted)
    if wrong:
        raise InputError(wrong)
    return _land(tuple(sorted(pieces)))


@cache
def _once(code: str) -> bool:
    """Whether a State that has no land on the map's last day had some before."""
    return any(code in tenure(day, None).codes for day in changes())


@cache
def _land(pieces: tuple[int, ...]) -> Land:
    world = layer()
    lines = outlines(MARGIN_M)
    # The margin is that of the worst line around the land; lines between two pieces of it do not matter.
    margin_m = float(lines.margin_m[lines.around(world.among(pieces))].max(initial=MARGIN_M))
    rings, _ = world.rings_of(np.array(pieces, dtype=np.int64))
    return Land(tuple(rings), tuple(world.polygons_of(pieces)), margin_m)


def around(rings: Sequence[Floats], shapes: Sequence[Polygon], range_m: float) -> MultiPolygon:
    """All places within `range_m` metres of polygons, given their rings (not closed) and the polygons themselves."""
    shore = Shore(rings, shapes, range_m)
    cells, halved = search(shore, range_m)
    crossings, walks = loops(cells, halved, shore, range_m)
    lines = Front(shore, cells, range_m).rings(crossings, walks) if walks else []
    return polygons(lines, lambda lon, lat: shore.within(lon, lat, range_m))


def circle(lon: float, lat: float, range_m: float) -> MultiPolygon:
    """All places within `range_m` metres of one. Raises InputError: `range-impossible`, `zone-not-drawn`."""
    reach = possible(range_m)
    count = max(64, math.ceil(8 * math.sqrt(reach)))  # so many that a straight line strays by some decimetres
    azimuth = np.linspace(0, -2 * math.pi, count, endpoint=False)
    x, y, _ = arrivals(lon, lat, azimuth, reach)
    return polygons([np.stack([x, y], axis=1)], lambda x, y: distances_m(x, y, lon, lat) <= reach)


def strip(
    one: Iterable[str], other: Iterable[str], width_m: float, *, on: date | None = None, view: str | None = None
) -> Zone:
    """The land of either side within a width of the land of the other: a strip on each side of the line between them.

    Raises InputError as `zone` does.
    """
    sides = (tuple(one), tuple(other))
    near = [zone(side, width_m, on=on, view=view) for side in sides]
    halves = [near[0].cut_with(*sides[1]), near[1].cut_with(*sides[0])]
    both = tidy(shapely.union_all([half.polygons for half in halves]))
    margin = max(half.margin_m for half in halves)
    return Zone(both, near[0].range_m, margin, (*sides[0], *sides[1]), on, view, within=(*sides[0], *sides[1]))


__all__ = [
    "GREATEST_RANGE_M",
    "LEAST_RANGE_M",
    "Land",
    "Zone",
    "around",
    "circle",
    "possible",
    "strip",
    "territory",
    "zone",
]
