"""The distance from a position to an outline, found slowly and by other means: Karney's geodesics one by one.

Nothing here is shared with the package. Vertices are sorted out by distances on a sphere, with more slack than the
ellipsoid can differ from it; an edge is then sorted out by the triangle inequality alone; on the edges that remain
the least distance is found by golden sections over the geodesic between the vertices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from geographiclib.geodesic import Geodesic

WGS84 = Geodesic.WGS84
MEAN_RADIUS = 6_371_008.8
# Geodesics on WGS 84 are between 0.9943 and 1.0057 times the length on the mean sphere in geodetic latitudes.
LEAST_SHARE, GREATEST_SHARE = 0.993, 1.007
GOLDEN = (math.sqrt(5) - 1) / 2

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outline:
    """Edges: start and end in degrees, and lengths on the mean sphere."""

    start: Floats
    end: Floats
    length: Floats


def outline(rings: Sequence[Floats]) -> Outline:
    """All edges of closed rings, without those drawn along the antimeridian or at a pole."""
    starts, ends = [], []
    for ring in rings:
        closing = np.concatenate([ring[1:], ring[:1]])
        seam = ((abs(ring[:, 0]) == 180) & (ring[:, 0] == closing[:, 0])) | (
            (abs(ring[:, 1]) == 90) & (ring[:, 1] == closing[:, 1])
        )
        starts.append(ring[~seam])
        ends.append(closing[~seam])
    start, end = np.concatenate(starts), np.concatenate(ends)
    return Outline(start, end, haversine(start[:, 0], start[:, 1], end[:, 0], end[:, 1]))


def haversine(lon1: Floats, lat1: Floats, lon2: Floats | float, lat2: Floats | float) -> Floats:
    x1, y1, x2, y2 = (np.radians(v) for v in (lon1, lat1, lon2, lat2))
    h = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    length: Floats = 2 * MEAN_RADIUS * np.arcsin(np.sqrt(np.minimum(h, 1)))
    return length


def distance(lon: float, lat: float, to: Outline) -> float:
    """Metres from a position to the nearest point of the outline."""
    at_start = haversine(to.start[:, 0], to.start[:, 1], lon, lat)
    at_end = haversine(to.end[:, 0], to.end[:, 1], lon, lat)
    surely_within = at_start.min() * GREATEST_SHARE
    least = np.maximum((at_start + at_end - to.length) / 2, 0.0) * LEAST_SHARE - to.length * 0.01
    maybe = np.flatnonzero(least <= surely_within)
    known: dict[tuple[float, float], float] = {}
    edges = []
    best = math.inf
    for x1, y1, x2, y2 in zip(*to.start[maybe].T.tolist(), *to.end[maybe].T.tolist(), strict=True):
        d1, d2 = _known(known, lon, lat, x1, y1), _known(known, lon, lat, x2, y2)
        best = min(best, d1, d2)
        edges.append((d1, d2, x1, y1, x2, y2))
    for d1, d2, x1, y1, x2, y2 in sorted(edges):
        # The way from one end to the other by any point of the edge is no shorter than over the position.
        if (d1 + d2 - between(x1, y1, x2, y2)) / 2 <= best:
            best = min(best, _on_edge(lon, lat, x1, y1, x2, y2))
    return best


def _known(known: dict[tuple[float, float], float], lon: float, lat: float, x: float, y: float) -> float:
    if (x, y) not in known:
        known[x, y] = between(lon, lat, x, y)
    return known[x, y]


def between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two positions."""
    return float(WGS84.Inverse(lat1, lon1, lat2, lon2, Geodesic.DISTANCE)["s12"])


def _on_edge(lon: float, lat: float, x1: float, y1: float, x2: float, y2: float) -> float:
    line = WGS84.InverseLine(y1, x1, y2, x2)

    def to(s: float) -> float:
        at = line.Position(s)
        return between(lon, lat, at["lon2"], at["lat2"])

    low, high = 0.0, line.s13
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = to(left), to(right)
    least = min(to(low), to(high))
    while high - low > 0.02:
        least = min(least, at_left, at_right)
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = to(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = to(right)
    return min(least, at_left, at_right)
