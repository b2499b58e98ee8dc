"""Whether positions lie on the land of some polygons: a prepared shape for each side of the meridian of Greenwich.

A territory on both sides of the antimeridian has a box round the whole Earth, and every position would have to be held
against its outline; each of its halves has a small one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from servanda.spatial.ellipsoid.arrays import Floats, Truths


class Inside:
    """The land of polygons whose vertices have longitudes from -180 to 180; outlines belong to it."""

    def __init__(self, polygons: Sequence[Polygon]) -> None:
        east = [p for p in polygons if p.bounds[0] + p.bounds[2] >= 0]
        west = [p for p in polygons if p.bounds[0] + p.bounds[2] < 0]
        self._halves = [_ready(half) for half in (east, west) if half]

    def holds(self, lon: Floats, lat: Floats) -> Truths:
        """Whether each position lies on the land, its outline included. Longitudes in [-180, 180)."""
        held = np.zeros(len(lon), dtype=bool)
        for half in self._halves:
            west, south, east, north = half.bounds
            at = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & ~held)
            held[at] = shapely.intersects_xy(half, lon[at], lat[at])
        edge = np.flatnonzero((lon == -180) & ~held)  # the antimeridian is one line, whichever way it is written
        for half in self._halves:
            held[edge] |= shapely.intersects_xy(half, np.full(len(edge), 180.0), lat[edge])
        return held


def _ready(polygons: Sequence[Polygon]) -> MultiPolygon:
    # Made anew, rings and all: to make ready the polygons given would be to change them under others' hands.
    shape = MultiPolygon([Polygon(p.exterior, list(p.interiors)) for p in polygons])
    shapely.prepare(shape)
    return shape
