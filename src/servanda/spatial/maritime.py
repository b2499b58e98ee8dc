"""Belts of sea along a coast: territorial sea, contiguous zone, exclusive economic zone, computed from the coast.

They are no legal limits. The law counts from baselines that States draw and publish, and no baseline is on the map; it
lets States agree on lines between them, and here the nearer coast decides everywhere (the median line); islands count
in full, rocks too. What belongs to one State at its end of a disputed coast belongs to nobody here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import numpy as np
import shapely
from shapely import MultiPolygon

from servanda.spatial.area.median import median_lines
from servanda.spatial.area.plate import tidy
from servanda.spatial.area.shore import Shore
from servanda.spatial.ellipsoid.arrays import Floats, Truths
from servanda.spatial.land.layer import layer
from servanda.spatial.land.outlines import COAST, outlines
from servanda.spatial.land.tenure import tenure
from servanda.spatial.offset import Zone, zone
from servanda.spatial.territory import MARGIN_M

Belt = Literal["territorial sea", "contiguous zone", "exclusive economic zone"]

# How far from the coast a belt ends. Nautical miles are 1852 m. UNCLOS articles 3, 33, 57.
BREADTH_M: dict[Belt, float] = {
    "territorial sea": 22_224.0,
    "contiguous zone": 44_448.0,
    "exclusive economic zone": 370_400.0,
}


@dataclass(frozen=True)
class MaritimeZone(Zone):
    """A belt of sea; `status` says what it is worth."""

    belt: Belt = "territorial sea"
    status: str = "computed, not legal baselines"


def maritime_zone(code: str, belt: Belt, *, on: date | None = None, view: str | None = None) -> MaritimeZone:
    """The sea within the breadth of the belt from the coast of a State, and nearer to its coast than to any other.

    The contiguous zone and the exclusive economic zone begin where the territorial sea ends: the latter is the area
    "beyond and adjacent to" it (UNCLOS art. 55). Raises as `zone` does.
    """
    breadth = BREADTH_M[belt]
    reach = zone(code, breadth, on=on, view=view)
    water = tidy(shapely.difference(reach.polygons, _land_near(reach.polygons)))
    if belt != "territorial sea":
        water = tidy(shapely.difference(water, zone(code, BREADTH_M["territorial sea"], on=on, view=view).polygons))
    own = layer().among(tenure(on, view).pieces_of(code)[0])
    about = zone(code, 2 * breadth, on=on, view=view).polygons
    rings, ours = _coasts(own, about)
    polygons = water if ours.all() else _ours(water, Shore(rings, _shapes_near(about), breadth), ours, breadth)
    return MaritimeZone(polygons, breadth, reach.margin_m, (code,), on, view, edges=reach.edges, belt=belt)


def _ours(water: MultiPolygon, shore: Shore, ours: Truths, breadth: float) -> MultiPolygon:
    """The part of the water to which our coast is the nearest."""
    lines = median_lines(shore, ours, breadth)
    network = shapely.union_all([water.boundary, *lines])
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(network).tolist())).tolist(), dtype=object)
    inner = shapely.point_on_surface(faces)
    lon, lat = shapely.get_x(inner), shapely.get_y(inner)
    shapely.prepare(water)
    wet = np.flatnonzero(shapely.intersects_xy(water, lon, lat))
    mine = wet[ours[shore.ring[shore.nearest_sample(lon[wet], lat[wet])]]]
    return tidy(shapely.union_all(faces[mine]))


def _coasts(own: Truths, about: MultiPolygon) -> tuple[list[Floats], Truths]:
    """The coasts that come near, and which of them are ours. A border on land is no coast."""
    lines = outlines(MARGIN_M)
    shapely.prepare(about)
    rings: list[Floats] = []
    ours: list[bool] = []
    for number in np.flatnonzero(lines.right == COAST).tolist():
        mine = bool(own[lines.left[number]])
        for ring in lines.rings[number]:
            if mine or shapely.intersects_xy(about, ring[:, 0], ring[:, 1]).any():
                rings.append(ring)
                ours.append(mine)
    return rings, np.array(ours, dtype=bool)


def _shapes_near(about: MultiPolygon) -> list[shapely.Polygon]:
    tree = _land_shapes()
    near: list[shapely.Polygon] = tree.geometries[tree.query(about, predicate="intersects")].tolist()
    return near


@cache
def _land_shapes() -> shapely.STRtree:
    return shapely.STRtree(layer().polygons_of(layer().of_kind("land", "area")))


def _land_near(about: MultiPolygon) -> MultiPolygon:
    shapes = _shapes_near(about)
    return tidy(shapely.union_all(shapes)) if shapes else MultiPolygon()


__all__ = ["BREADTH_M", "Belt", "MaritimeZone", "maritime_zone"]
