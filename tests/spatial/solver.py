"""The distance from a position to outlines, worked out without any code of the package: Karney's solution, one pair at
a time, and golden section along each edge. Slow, and right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from geographiclib.geodesic import Geodesic

Floats = npt.NDArray[np.float64]

_EARTH = Geodesic.WGS84
_GOLDEN = (5**0.5 - 1) / 2
_SPHERE_M = 6_371_000.0


def _metres(lon: float, lat: float, x: float, y: float) -> float:
    return float(_EARTH.Inverse(lat, lon, y, x)["s12"])


@dataclass
class Solver:
    """Edges as geodesics, except those on which the map is cut."""

    rings: Sequence[Floats]
    start: Floats = field(init=False)
    end: Floats = field(init=False)

    def __post_init__(self) -> None:
        start = np.concatenate(list(self.rings))
        end = np.concatenate([np.roll(ring, -1, axis=0) for ring in self.rings])
        seam = (np.abs(start[:, 0]) == 180) & (start[:, 0] == end[:, 0])
        pole = (np.abs(start[:, 1]) == 90) & (start[:, 1] == end[:, 1])
        self.start, self.end = start[~(seam | pole)], end[~(seam | pole)]
        self._from, self._to = _vectors(self.start), _vectors(self.end)

    def distance_m(self, lon: float, lat: float) -> float:
        """To the nearest point of any edge. Edges that a sphere shows to be farther by far are left out."""
        place = _vectors(np.array([[lon, lat]]))[0]
        along = self._to - self._from
        share = ((place - self._from) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-30)
        foot = self._from + along * np.clip(share, 0, 1)[:, None]
        foot /= np.linalg.norm(foot, axis=1)[:, None]
        rough = 2 * np.arcsin(np.minimum(np.linalg.norm(foot - place, axis=1) / 2, 1)) * _SPHERE_M
        best = np.inf
        for i in np.argsort(rough):
            if rough[i] > rough.min() * 1.008 + 100:
                break
            if rough[i] * 0.996 - 100 > best:
                continue
            best = min(best, self._edge_m(int(i), lon, lat))
        return best

    def _edge_m(self, i: int, lon: float, lat: float) -> float:
        (x1, y1), (x2, y2) = self.start[i], self.end[i]
        edge = _EARTH.InverseLine(y1, x1, y2, x2)

        def away(metres: float) -> float:
            at = edge.Position(metres)
            return _metres(lon, lat, at["lon2"], at["lat2"])

        low, high = 0.0, float(edge.s13)
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        at_left, at_right = away(left), away(right)
        best = min(away(low), away(high))
        while high - low > 1.0:
            if at_left < at_right:
                high, right, at_right = right, left, at_left
                left = high - _GOLDEN * (high - low)
                at_left = away(left)
            else:
                low, left, at_left = left, right, at_right
                right = low + _GOLDEN * (high - low)
                at_right = away(right)
        return min(best, at_left, at_right)


def _vectors(positions: Floats) -> Floats:
    x, y = np.radians(positions[:, 0]), np.radians(positions[:, 1])
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)
