"""Which positions are far from every coast and border: a coarse grid that answers for most of the Earth at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats, Ints, places
from servanda.spatial.land.layer import layer

_CELL = 0.25  # degrees
_ROWS, _COLUMNS = 720, 1440
# No degree of latitude is shorter, and no degree of longitude at the equator: both a little less than on WGS 84.
_LEAST_DEGREE_M = 110_500.0


class Vicinity:
    """The cells of a grid that may lie within a distance of an outline; outside of them nothing does."""

    def __init__(self, rings: Sequence[Floats], metres: float) -> None:
        self._near = _widened(_touched(rings), metres)

    def near(self, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
        """Whether each position may lie within the distance; where not, it certainly does not."""
        row, column = _cells(lon, lat)
        near: npt.NDArray[np.bool_] = self._near[row, column]
        return near


@cache
def near_lines(metres: float) -> Vicinity:
    """What may lie within a distance of a line of the shipped map on land."""
    rings, _ = layer().rings_of(layer().of_kind("land", "area"))
    return Vicinity(rings, metres)


def _cells(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    row = np.minimum(((lat + 90) / _CELL).astype(np.int64), _ROWS - 1)
    column = ((lon + 180) / _CELL).astype(np.int64) % _COLUMNS
    return row, column


def _touched(rings: Sequence[Floats]) -> npt.NDArray[np.bool_]:
    """The cells in which outlines have a point; an edge may cut a corner of a cell beside, no farther off."""
    start = np.concatenate(rings)
    end = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    parts = np.maximum(1, np.ceil(np.abs(end - start).max(axis=1) / _CELL)).astype(np.int64)
    which = np.repeat(np.arange(len(parts)), parts)
    share = (places(parts) / parts[which])[:, None]
    position = start[which] * (1 - share) + end[which] * share
    touched = np.zeros((_ROWS, _COLUMNS), dtype=bool)
    touched[_cells(position[:, 0], position[:, 1])] = True
    return touched


def _widened(touched: npt.NDArray[np.bool_], metres: float) -> npt.NDArray[np.bool_]:
    """Every cell from which a touched one, or its neighbour, is within the distance."""
    up = math.ceil(metres / (_LEAST_DEGREE_M * _CELL)) + 1
    wide = np.zeros_like(touched)
    for row in np.flatnonzero(touched.any(axis=1)).tolist():
        low, high = max(0, row - up), min(_ROWS, row + up + 1)
        # The meridians are nearest to one another at the end of the band that is nearer to a pole.
        latitude = max(abs(low * _CELL - 90), abs(high * _CELL - 90))
        narrowest = _LEAST_DEGREE_M * math.cos(math.radians(latitude)) * _CELL
        aside = math.ceil(metres / narrowest) + 1 if narrowest > 1 else _COLUMNS
        wide[low:high] |= _spread(touched[row], aside)
    return wide


def _spread(row: npt.NDArray[np.bool_], aside: int) -> npt.NDArray[np.bool_]:
    """The row with each true cell widened to both sides, round the Earth."""
    if 2 * aside + 1 >= _COLUMNS:
        return np.ones_like(row)
    around = np.concatenate([row[-aside:], row, row[:aside]]).astype(np.int64)
    total = np.append(0, np.cumsum(around))
    spread: npt.NDArray[np.bool_] = total[2 * aside + 1 :] > total[: -2 * aside - 1]
    return spread
