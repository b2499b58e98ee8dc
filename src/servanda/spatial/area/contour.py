"""Rings from cells: where the line enters and leaves each cell, and how the pieces hang together.

Whether a corner lies within the range is computed once for all cells that share it, so what leaves one cell enters its
neighbour and every ring closes. On the cube nothing has to be done for the poles and the antimeridian.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from servanda.spatial.area.cells import Cells, key, lattice_points, on_sphere
from servanda.spatial.area.shore import Shore
from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.ellipsoid.sphere import positions

_STEPS = 40
_CLOSE_M = 0.5


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


def loops(cells: Cells, halved: Ints, shore: Shore, reach: float) -> tuple[Crossings, list[Loop]]:
    """All closed walks along the line."""
    sides = _sides(cells, halved)
    corners, owner, number = np.unique(sides.ends, return_index=True, return_inverse=True)
    cell_of = np.repeat(sides.cell, 2)
    off = _distance(on_sphere(lattice_points(corners)), cell_of[owner], cells, shore) - reach
    inside = off <= 0
    ends = number.reshape(-1, 2)
    crossed = np.flatnonzero(inside[ends[:, 0]] != inside[ends[:, 1]])
    # A side is the same from both of its cells.
    ordered = np.sort(ends[crossed], axis=1)
    _, first, side = np.unique(ordered[:, 0] * len(corners) + ordered[:, 1], return_index=True, return_inverse=True)
    entered = inside[ends[crossed, 1]]
    links = _links(sides.cell[crossed], side.ravel(), entered, _Middles(cells, shore, reach))
    cell = sides.cell[crossed[first]]
    place = _crossed(lattice_points(corners[ordered[first]]), off[ordered[first]], cell, cells, shore, reach)
    return Crossings(*positions(place), cell), list(_walks(links))


@dataclass(frozen=True)
class _Sides:
    """The sides of each cell in turn, those shared with smaller neighbours in parts: the cell, the keys of the ends."""

    cell: Ints
    ends: Ints  # rows of two


def _sides(cells: Cells, halved: Ints) -> _Sides:
    corners = key(cells.corners())
    ends = np.stack([corners, np.roll(corners, -1, axis=1)], axis=-1).reshape(-1, 2)
    cell = np.repeat(np.arange(len(cells)), 4)
    while len(parted := np.flatnonzero(np.isin(middle := key(lattice_points(ends).sum(axis=1) // 2), halved))):
        count = np.ones(len(ends), dtype=np.int64)
        count[parted] = 2
        at = np.cumsum(count)[parted] - 1  # of the second halves
        ends, cell = np.repeat(ends, count, axis=0), np.repeat(cell, count)
        ends[at - 1, 1] = ends[at, 0] = middle[parted]
    return _Sides(cell, ends)


def _links(cell: Ints, side: Ints, entered: Truths, middles: _Middles) -> list[list[tuple[int, int]]]:
    """Of each crossed side the sides to which the line runs on, with the cell between: one in either of its cells."""
    links: list[list[tuple[int, int]]] = [[] for _ in range(int(side.max(initial=-1)) + 1)]
    begins = np.flatnonzero(np.append(True, cell[1:] != cell[:-1])[: len(cell)])
    sides, entering = side.tolist(), entered.tolist()
    turns = pairwise([*begins.tolist(), len(cell)])
    for (begin, end), number in zip(turns, cell[begins].tolist(), strict=True):
        around = sides[begin:end]
        # Where the line passes a cell twice it cuts off what differs from the middle.
        if end - begin > 2 and entering[begin] == middles.inside(number):
            around = around[1:] + around[:1]
        for one, other in zip(around[::2], around[1::2], strict=True):
            links[one].append((other, number))
            links[other].append((one, number))
    return links


def _distance(place: Floats, cell: Ints, cells: Cells, shore: Shore) -> Floats:
    return shore.ways(*positions(place), cells.start[cell], cells.count[cell], cells.nodes).distance


class _Middles:
    """Whether the middle of a cell lies within the range; asked only where the line passes a cell twice."""

    def __init__(self, cells: Cells, shore: Shore, reach: float) -> None:
        self._cells, self._shore, self._reach = cells, shore, reach

    def inside(self, number: int) -> bool:
        """Of one cell."""
        one = np.array([number])
        place = on_sphere(self._cells.take(one).middles())
        return bool(_distance(place, one, self._cells, self._shore)[0] <= self._reach)


def _walks(links: list[list[tuple[int, int]]]) -> Iterator[Loop]:
    walked = [False] * len(links)
    for first, ways in enumerate(links):
        if walked[first]:
            continue
        crossing, cell = [first], [ways[0][1]]
        here, through = ways[0]
        while here != first:
            crossing.append(here)
            walked[here] = True
            one, other = links[here]
            here, through = other if one[1] == through else one
            cell.append(through)
        yield Loop(np.array(crossing, dtype=np.int64), np.array(cell, dtype=np.int64))


def _crossed(ends: Ints, off: Floats, cell: Ints, cells: Cells, shore: Shore, reach: float) -> Floats:
    """Where the distance is the range between two points, within some metres: false position, halved where slow.

    `off`: by how much the two are too far, one of them by less than nothing.
    """
    a, b = ends[:, 0].astype(np.float64), ends[:, 1].astype(np.float64)
    low, high = np.zeros(len(a)), np.ones(len(a))
    at_low, at_high = off[:, 0].copy(), off[:, 1].copy()
    place = np.empty((len(a), 3))
    open_ = np.arange(len(a))
    for step in range(_STEPS):
        if not len(open_):
            break
        halving = step % 3 == 2
        share = 0.5 if halving else np.clip(at_low[open_] / (at_low[open_] - at_high[open_]), 0.02, 0.98)
        middle = low[open_] + (high[open_] - low[open_]) * share
        place[open_] = on_sphere(a[open_] * (1 - middle[:, None]) + b[open_] * middle[:, None])
        value = _distance(place[open_], cell[open_], cells, shore) - reach
        lower = (value > 0) == (at_low[open_] > 0)
        low[open_[lower]], at_low[open_[lower]] = middle[lower], value[lower]
        high[open_[~lower]], at_high[open_[~lower]] = middle[~lower], value[~lower]
        open_ = open_[np.abs(value) > _CLOSE_M]
    return place
