"""How far it is to land, to within some tens of kilometres, at once: for questions that need no more.

The outline of every piece of the map is thinned to samples, so that from any place on it the way to the next sample
is at most `STEP_M`. The straight line through the Earth to the nearest sample then bounds the geodesic to the outline
from both sides.
"""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np
import shapely

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.ellipsoid.geodesic import earth_centred, greatest_arc_m, least_arc_m
from servanda.spatial.land.layer import Layer, layer

STEP_M = 20_000.0
# A map's edge, straight in longitude and latitude, and the geodesic between its ends stray from each other by less.
STRAY_M = 6_000.0
_LONGEST_DEGREES = 0.1  # an edge is cut so short that its ends and the way along it are alike


class Samples:
    """Samples of the outlines of a layer's pieces, made when a piece is first asked about."""

    def __init__(self, map_: Layer) -> None:
        self._map = map_
        self._made: dict[int, Floats] = {}
        self._joined: dict[bytes, Floats] = {}

    def bounds_m(self, lon: float, lat: float, pieces: Ints) -> tuple[float, float]:
        """Less than and more than the distance from a position to the outline of these pieces, as drawn."""
        key = pieces.tobytes()
        if key not in self._joined:
            parts = [self._of(i) for i in pieces.tolist()]
            self._joined[key] = np.concatenate(parts) if parts else np.empty((0, 3))
        samples = self._joined[key]
        if not len(samples):
            return float("inf"), float("inf")
        gap = samples - earth_centred(np.array([lon]), np.array([lat]))
        chord = np.sqrt(np.einsum("ij,ij->i", gap, gap).min(keepdims=True))
        least = float(least_arc_m(chord)[0]) - STEP_M - STRAY_M
        return max(0.0, least), float(greatest_arc_m(chord)[0]) + STRAY_M

    def margin_m(self, pieces: Ints, floor: float) -> float:
        """The greatest margin of any line of these pieces, at least the floor."""
        return max([floor, *(float(self._margins[i]) for i in pieces.tolist())])

    def widest_m(self, floor: float) -> float:
        """The greatest margin of any line of the map, at least the floor."""
        return max(floor, float(self._margins.max()))

    def at(self, lon: float, lat: float) -> frozenset[int]:
        """The pieces in which the position lies."""
        point = shapely.Point(lon, lat)
        found = self._map.tree.query(point, predicate="intersects")
        return frozenset(self._map.polygon_piece[found].tolist())

    @cached_property
    def _margins(self) -> Floats:
        margins = np.zeros(len(self._map.pieces))
        worst = np.array([margin.max(initial=0.0) for margin in self._map.ring_margin])
        np.maximum.at(margins, self._map.ring_piece, worst)
        return margins

    def _of(self, piece: int) -> Floats:
        if piece not in self._made:
            rings = [self._map.rings[i] for i in np.flatnonzero(self._map.ring_piece == piece)]
            self._made[piece] = _thinned(rings) if rings else np.empty((0, 3))
        return self._made[piece]


def _thinned(rings: list[Floats]) -> Floats:
    places = np.concatenate([part for ring in rings for part in (ring, ring[:1])])
    begins = np.zeros(len(places), dtype=bool)
    begins[np.cumsum([0, *(len(ring) + 1 for ring in rings[:-1])])] = True
    steps = np.diff(places, axis=0)
    steps[begins[1:]] = 0.0  # from ring to ring there is no way
    parts = np.maximum(1, np.ceil(np.abs(steps).max(axis=1) / _LONGEST_DEGREES)).astype(np.int64)
    if parts.max() > 1:
        which = np.append(np.repeat(np.arange(len(parts)), parts), len(parts))
        nth = np.arange(len(which)) - np.append(0, np.cumsum(parts))[which]
        places = places[which] + np.append(steps / parts[:, None], [[0.0, 0.0]], axis=0)[which] * nth[:, None]
        begins = begins[which] & (nth == 0)
    xyz = earth_centred(places[:, 0], places[:, 1])
    gap = np.diff(xyz, axis=0)
    # Half of the step is kept in hand for the edge that reaches over its end, itself at most 0.1 degree or 16 km.
    along = np.append(0.0, np.cumsum(np.sqrt(np.einsum("ij,ij->i", gap, gap))))
    mark = np.floor(along / (STEP_M / 2)).astype(np.int64)
    kept = begins | np.append(True, mark[1:] != mark[:-1])
    thinned: Floats = xyz[kept]
    return thinned


@cache
def samples() -> Samples:
    """Those of the shipped map."""
    return Samples(layer())
