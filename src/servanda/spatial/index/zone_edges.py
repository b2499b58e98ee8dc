"""The edges of polygons, each once, with the polygons whose outline it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from servanda.spatial.ellipsoid.arrays import Floats, Ints, ranges
from servanda.spatial.ellipsoid.geodesic import PositionError


@dataclass(frozen=True)
class ZoneEdges:
    """Edge `i` goes from `ends[:, i]` = (ax, ay) to (bx, by) and bounds `polygons[first[i]:first[i + 1]]`."""

    ends: Floats  # four rows: ax, ay, bx, by
    first: Ints
    polygons: Ints

    def __len__(self) -> int:
        return int(self.ends.shape[1])

    def at(self, which: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        """The ends of these edges: ax, ay, bx, by."""
        ax, ay, bx, by = (row[which] for row in self.ends)
        return ax, ay, bx, by

    def polygons_of(self, which: Ints) -> tuple[Ints, Ints]:
        """Pairs of a place in `which` and a polygon that its edge bounds."""
        counts = self.first[which + 1] - self.first[which]
        return np.repeat(np.arange(len(which)), counts), self.polygons[ranges(self.first[which], counts)]


def rings_of(polygons: Sequence[BaseGeometry]) -> tuple[list[Floats], Ints]:
    """The rings of polygons and multipolygons, and whose each is."""
    shapes = np.asarray(polygons, dtype=object)
    kinds = shapely.get_type_id(shapes)
    wrong = ~np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    if wrong.any():
        raise ValueError(f"no polygon: {shapes[int(np.argmax(wrong))]}")
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    xy, at = shapely.get_coordinates(rings, return_index=True)
    bounds = np.searchsorted(at, np.arange(1, len(rings)))
    return np.split(xy, bounds) if len(rings) else [], part_of[ring_of]


def zone_edges(rings: Sequence[Floats], owner: Ints) -> ZoneEdges:
    """The edges of rings, closed or not; a ring that is one point has none.

    Raises PositionError for a vertex outside [-180, 180] x [-90, 90] degrees.
    """
    if not len(rings):
        return ZoneEdges(np.zeros((4, 0)), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64))
    lengths = np.array([len(ring) for ring in rings])
    a = np.concatenate(rings).astype(np.float64, copy=False) + 0.0  # -0.0 and 0.0 are one place
    _refuse(a)
    following = np.arange(1, len(a) + 1)
    ends = np.cumsum(lengths)
    filled = lengths > 0
    following[ends[filled] - 1] = (ends - lengths)[filled]
    b = a[following]
    polygon = np.repeat(np.asarray(owner, dtype=np.int64), lengths)
    # One direction, so that neighbours that share an edge have the same.
    turned = (b[:, 0] < a[:, 0]) | ((b[:, 0] == a[:, 0]) & (b[:, 1] < a[:, 1]))
    sides = np.where(turned[:, None], np.hstack([b, a]), np.hstack([a, b]))
    real = (a != b).any(axis=1)
    return _shared(sides[real], polygon[real])


def _refuse(xy: Floats) -> None:
    wrong = ~((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90))
    if wrong.any():
        x, y = xy[int(np.argmax(wrong))]
        raise PositionError(f"no vertex of a zone: longitude {x}, latitude {y}; cut zones at the antimeridian")


def _shared(sides: Floats, polygon: Ints) -> ZoneEdges:
    order = np.lexsort((polygon, sides[:, 3], sides[:, 2], sides[:, 1], sides[:, 0]))
    sides, polygon = sides[order], polygon[order]
    new = np.append(True, (sides[1:] != sides[:-1]).any(axis=1))[: len(sides)]
    # An outline that goes along the same edge twice has it twice: each passage changes sides.
    again = np.append(False, ~new[1:] & (polygon[1:] == polygon[:-1]))[: len(sides)]
    new |= again
    first = np.flatnonzero(new)
    return ZoneEdges(np.ascontiguousarray(sides[first].T), np.append(first, len(sides)), polygon)
