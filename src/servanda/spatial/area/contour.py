"""Rings from cells: where the line enters and leaves each cell, and how the pieces hang together.

Whether a corner lies within the range is computed once for all cells that share it, so what leaves one cell enters its
neighbour and every ring closes. On the cube nothing has to be done for the poles and the antimeridian.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from servanda.spatial.area.cells import LATTICE, Cells, key, on_sphere
from servanda.spatial.area.shore import Ints, Shore
from servanda.spatial.ellipsoid.arcs import positions
from servanda.spatial.ellipsoid.geodesic import Floats

_STEPS = 40
_CLOSE_M = 5.0


@dataclass(frozen=True)
class Crossings:
    """Where the line crosses sides of cells: positions, roughly on the line, each with a cell that it bounds."""

    lon: Floats
    lat: Floats
    cell: Ints


@dataclass(frozen=True)
class Loop:
    """A closed walk: crossings one after another, and the cell between each and the next."""

    crossing: Ints
    cell: Ints


def loops(cells: Cells, halved: set[int], shore: Shore, reach: float) -> tuple[Crossings, list[Loop]]:
    """All closed walks along the line."""
    outlines = list(_outlines(cells, halved))
    inside = _corners_inside(outlines, cells, shore, reach)
    middles = _Middles(cells, shore, reach)
    side_of: dict[tuple[int, int], int] = {}
    side_cell: list[int] = []
    links: dict[int, list[tuple[int, int]]] = {}
    for number, outline in enumerate(outlines):
        crossed = [
            (a, b) for a, b in zip(outline, outline[1:] + outline[:1], strict=True) if inside[a] is not inside[b]
        ]
        for pair in _paired(crossed, inside, number, middles):
            one, other = (_side(a, b, side_of, side_cell, number) for a, b in pair)
            links.setdefault(one, []).append((other, number))
            links.setdefault(other, []).append((one, number))
    sides = np.array(list(side_of), dtype=np.int64).reshape(-1, 2)
    cell = np.array(side_cell, dtype=np.int64)
    lon, lat = _crossed(sides, cell, cells, shore, reach)
    return Crossings(lon, lat, cell), list(_walks(links))


def _outlines(cells: Cells, halved: set[int]) -> Iterator[list[int]]:
    """Around each cell its corners and the corners of smaller neighbours, as keys."""
    keys = key(cells.corners()).tolist()
    if not halved:
        yield from keys
        return
    for corners in keys:
        outline: list[int] = []
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
            _walk(a, b, halved, outline)
        yield outline


def _walk(a: int, b: int, halved: set[int], outline: list[int]) -> None:
    # The three numbers of a key do not run into one another, so that the middle of two keys is the key of the middle.
    middle = (a + b) >> 1
    if middle in halved:
        _walk(a, middle, halved, outline)
        _walk(middle, b, halved, outline)
    else:
        outline.append(a)


def points(keys: Ints) -> Ints:
    """The lattice points of keys."""
    low = (1 << 21) - 1
    lattice: Ints = np.stack([keys >> 42, (keys >> 21) & low, keys & low], axis=-1) - LATTICE
    return lattice


def _distance(place: Floats, cell: Ints, cells: Cells, shore: Shore) -> Floats:
    return shore.ways(*positions(place), cells.start[cell], cells.count[cell], cells.nodes).distance


def _corners_inside(outlines: list[list[int]], cells: Cells, shore: Shore, reach: float) -> dict[int, bool]:
    owner: dict[int, int] = {}
    for number, outline in enumerate(outlines):
        for corner in outline:
            owner.setdefault(corner, number)
    if not owner:
        return {}
    place = on_sphere(points(np.fromiter(owner, dtype=np.int64, count=len(owner))))
    cell = np.fromiter(owner.values(), dtype=np.int64, count=len(owner))
    near = _distance(place, cell, cells, shore) <= reach
    return dict(zip(owner, near.tolist(), strict=True))


class _Middles:
    """Whether the middle of a cell lies within the range; asked only where the line passes a cell twice."""

    def __init__(self, cells: Cells, shore: Shore, reach: float) -> None:
        self._cells, self._shore, self._reach = cells, shore, reach

    def inside(self, number: int) -> bool:
        """Of one cell."""
        one = np.array([number])
        place = on_sphere(self._cells.take(one).middles())
        return bool(_distance(place, one, self._cells, self._shore)[0] <= self._reach)


def _paired(
    crossed: list[tuple[int, int]], inside: dict[int, bool], number: int, middles: _Middles
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Sides by twos, between which the line runs through the cell: it cuts off what differs from the middle."""
    if len(crossed) > 2 and inside[crossed[0][1]] is middles.inside(number):
        crossed = crossed[1:] + crossed[:1]
    yield from zip(crossed[::2], crossed[1::2], strict=True)


def _side(a: int, b: int, side_of: dict[tuple[int, int], int], side_cell: list[int], number: int) -> int:
    """The number of a side, the same from both of its cells."""
    name = (a, b) if a < b else (b, a)
    if name not in side_of:
        side_of[name] = len(side_cell)
        side_cell.append(number)
    return side_of[name]


def _walks(links: dict[int, list[tuple[int, int]]]) -> Iterator[Loop]:
    left = dict(links)
    while left:
        first, ways = next(iter(left.items()))
        crossing, cell = [first], [ways[0][1]]
        here, through = ways[0]
        while here != first:
            crossing.append(here)
            one, other = left.pop(here)
            here, through = other if one[1] == through else one
            cell.append(through)
        del left[first]
        yield Loop(np.array(crossing, dtype=np.int64), np.array(cell, dtype=np.int64))


def _crossed(sides: Ints, cell: Ints, cells: Cells, shore: Shore, reach: float) -> tuple[Floats, Floats]:
    """Where the distance is the range on each side, within some metres: false position, halved where it is slow."""
    a, b = points(sides[:, 0]).astype(np.float64), points(sides[:, 1]).astype(np.float64)
    low, high = np.zeros(len(sides)), np.ones(len(sides))
    at_low, at_high = (_distance(on_sphere(p), cell, cells, shore) - reach for p in (a, b))
    share = np.full(len(sides), 0.5)
    open_ = np.arange(len(sides))
    for step in range(_STEPS):
        if not len(open_):
            break
        fall = at_low[open_] / (at_low[open_] - at_high[open_])
        guess = np.clip(fall, 0.02, 0.98) if step % 3 else np.full(len(open_), 0.5)
        if not step:
            guess = np.clip(fall, 0.02, 0.98)
        middle = low[open_] + (high[open_] - low[open_]) * guess
        place = a[open_] * (1 - middle[:, None]) + b[open_] * middle[:, None]
        value = _distance(on_sphere(place), cell[open_], cells, shore) - reach
        share[open_] = middle
        lower = (value > 0) == (at_low[open_] > 0)
        low[open_[lower]], at_low[open_[lower]] = middle[lower], value[lower]
        high[open_[~lower]], at_high[open_[~lower]] = middle[~lower], value[~lower]
        open_ = open_[np.abs(value) > _CLOSE_M]
    return positions(on_sphere(a * (1 - share[:, None]) + b * share[:, None]))
