"""Which of many positions lie within a range of an outline: cells of the Earth decided at once, the rest one by one.

Distance to an outline changes by no more than one moves. So a cell, all of which lies within r of its middle, is
wholly within range when its middle is nearer than the range by r, and wholly beyond when it is farther by r; only cells
that the line at that very range crosses are halved. What may lie within range of some point of a cell is kept as its
list of nodes of the tree of the outline, which shrinks with the cell. Of the few positions left in crossed cells the
bounds of `tree` decide nearly all, and the exact distance the others: no answer rests on a guess.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths, places, ranges
from servanda.spatial.ellipsoid.geodesic import GREATEST_CURVATURE_RADIUS_M, POLAR_RADIUS_M
from servanda.spatial.ellipsoid.segment import feet
from servanda.spatial.ellipsoid.sphere import apart, unit
from servanda.spatial.outline.tree import Tree

_ROWS = 45  # of four degrees
_SUB = 4  # a cell of the first grid is kept as four by four
_DENSE = 200  # nodes with which the first grid is compared, at most
_FEW = 6  # positions in a cell that are not worth another halving
_FINEST_M = 150.0
_OPEN = 0.5  # nodes are opened while their radius is more than this share of the cell's
_OUT, _IN, _OPEN_STATE = 0, 1, 2


@dataclass(frozen=True)
class Cells:
    """Boxes of longitude and latitude, in degrees."""

    west: Floats
    south: Floats
    width: Floats
    height: Floats

    def __len__(self) -> int:
        return len(self.west)

    def of(self, which: Ints | Truths) -> Cells:
        """Some of them."""
        return Cells(self.west[which], self.south[which], self.width[which], self.height[which])

    def middle(self) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of their middles."""
        return self.west + self.width / 2, self.south + self.height / 2

    def radius_m(self) -> Floats:
        """How far at most any point of a cell is from its middle."""
        _, lat = self.middle()
        north, south = np.abs(self.south + self.height), np.abs(self.south)
        widest = np.where((self.south < 0) & (self.south + self.height > 0), 0.0, np.minimum(north, south))
        up, across = np.radians(self.height) / 4, np.radians(self.width) / 4
        square = np.sin(up) ** 2 + np.cos(np.radians(lat)) * np.cos(np.radians(widest)) * np.sin(across) ** 2
        angle = 2 * np.arcsin(np.sqrt(np.minimum(square, 1.0)))
        radius: Floats = GREATEST_CURVATURE_RADIUS_M * angle * (1 + 1e-9) + 0.001
        return radius

    def quarter(self, digit: Ints) -> Cells:
        """One quarter of each: 0 and 1 in the south, 2 and 3 in the north, from west to east."""
        width, height = self.width / 2, self.height / 2
        return Cells(self.west + (digit % 2) * width, self.south + (digit // 2) * height, width, height)


@dataclass(frozen=True)
class Lists:
    """The nodes, all of one level of the tree, that each cell keeps: `node[first[i] : first[i] + count[i]]`."""

    level: int
    first: Ints
    count: Ints
    node: Ints

    def of(self, which: Ints) -> tuple[Ints, Ints]:
        """The lists of some cells, as pairs of the place in `which` and a node."""
        count = self.count[which]
        cell = np.repeat(np.arange(len(which)), count)
        return cell, self.node[ranges(self.first[which], count)]


@dataclass(frozen=True)
class Sifted:
    """What is known of cells: wholly within range; crossed by its line, with the nodes that decide; else beyond."""

    within: Truths
    crossed: Truths
    cell: Ints
    node: Ints
    level: int


class Halo:
    """All that lies within `range_m` of an outline, on either side of it."""

    def __init__(self, tree: Tree, range_m: float) -> None:
        self._tree, self._range = tree, range_m
        self._across, self._first = _grid_rows()
        grid = _grid(self._across)
        self._state = np.zeros((len(grid), _SUB, _SUB), dtype=np.int8)
        self._slot = np.zeros((len(grid), _SUB, _SUB), dtype=np.int32)
        self._open, self._lists = self._build(grid)

    def holds(self, lon: Floats, lat: Floats) -> Truths:
        """Whether each position lies within the range. Longitudes in [-180, 180), latitudes in [-90, 90]."""
        north = (lat + 90) * (_ROWS / 180)
        row = np.minimum(north.astype(np.int64), _ROWS - 1)
        east = (lon + 180) * (self._across[row] / 360)
        column = np.minimum(east.astype(np.int64), self._across[row] - 1)
        x, y = (east - column) * _SUB, (north - row) * _SUB
        i, j = np.minimum(x.astype(np.int64), _SUB - 1), np.minimum(y.astype(np.int64), _SUB - 1)
        address = ((self._first[row] + column) * _SUB + j) * _SUB + i
        state = self._state.ravel()[address]
        held: Truths = state == _IN
        rest = np.flatnonzero(state == _OPEN_STATE)
        if len(rest):
            slot = self._slot.ravel()[address[rest]].astype(np.int64)
            held[rest] = self._decide(lon[rest], lat[rest], slot, (x - i)[rest], (y - j)[rest])
        return held

    def _build(self, grid: Cells) -> tuple[Cells, Lists]:
        """Sifts the first grid and halves twice what the line crosses; notes what is decided."""
        cell, node, level = self._dense(grid)
        cells, home = grid, np.arange(len(grid))
        corner = np.zeros(
            (len(grid), 2), dtype=np.int64
        )  # row and column of the cell in its home, in units of its size
        sub = _SUB
        while True:
            found = self._sift(unit(*cells.middle()), cells.radius_m(), cell, node, level)
            self._record(home, corner, sub, found)
            kept = np.flatnonzero(found.crossed)
            lists = _listed(found, len(cells))
            if sub == 1:
                self._slot[home[kept], corner[kept, 0], corner[kept, 1]] = np.arange(len(kept))
                return cells.of(kept), Lists(lists.level, lists.first[kept], lists.count[kept], lists.node)
            parent, digit = np.repeat(kept, 4), np.tile(np.arange(4), len(kept))
            cells, home = cells.of(parent).quarter(digit), home[parent]
            corner = corner[parent] * 2 + np.stack([digit // 2, digit % 2], axis=1)
            cell, node = lists.of(parent)
            level, sub = found.level, sub // 2

    def _dense(self, grid: Cells) -> tuple[Ints, Ints, int]:
        """Nodes that may be within range of each cell of the first grid, by the two spheres alone."""
        levels = self._tree.levels
        level = next(i for i, v in enumerate(levels) if len(v.place) <= _DENSE or i == len(levels) - 1)
        room = (self._range + levels[level].radius + grid.radius_m().max()) / POLAR_RADIUS_M
        cosine = unit(*grid.middle()) @ levels[level].place.T
        cell, node = np.nonzero(cosine >= np.cos(np.minimum(room, math.pi)) - 1e-12)
        return cell, node, level

    def _sift(self, u: Floats, radius: Floats, cell: Ints, node: Ints, level: int) -> Sifted:
        """Bounds for pairs of a cell and a node; nodes are opened until they are small against the cells."""
        within = np.zeros(len(u), dtype=bool)
        fine = _OPEN * float(radius.max(initial=0.0))
        while True:
            nodes = self._tree.levels[level]
            length, error = apart(u.take(cell, axis=0), nodes.place.take(node, axis=0))
            within[cell[length + error + self._tree.stray + radius[cell] <= self._range]] = True
            kept = (length - error - nodes.radius[node] - radius[cell] <= self._range) & ~within[cell]
            cell, node = cell[kept], node[kept]
            if not level or not len(cell) or float(np.median(nodes.radius)) <= fine:
                break
            cell, node = nodes.children(cell, node)
            level -= 1
        crossed = np.zeros(len(u), dtype=bool)
        crossed[cell] = True
        return Sifted(within, crossed, cell, node, level)

    def _record(self, home: Ints, corner: Ints, size: int, found: Sifted) -> None:
        state = np.where(found.within, _IN, np.where(found.crossed, _OPEN_STATE, _OUT)).astype(np.int8)
        for j in range(size):
            for i in range(size):
                self._state[home, corner[:, 0] * size + j, corner[:, 1] * size + i] = state

    def _decide(self, lon: Floats, lat: Floats, slot: Ints, x: Floats, y: Floats) -> Truths:
        """Positions in crossed cells: halves the cells that hold many, then measures. `x`, `y`: place in the cell."""
        held = np.zeros(len(lon), dtype=bool)
        cells, lists = self._open, self._lists
        left = np.arange(len(lon))
        while len(left):
            count = np.bincount(slot, minlength=len(cells))
            settle = (count <= _FEW) | (cells.radius_m() < _FINEST_M)
            here = settle[slot]
            held[left[here]] = self._measure(lon[left[here]], lat[left[here]], slot[here], lists)
            left, slot, x, y = left[~here], slot[~here], x[~here] * 2, y[~here] * 2
            i, j = np.minimum(x.astype(np.int64), 1), np.minimum(y.astype(np.int64), 1)
            x, y = x - i, y - j
            address, slot = np.unique(slot * 4 + j * 2 + i, return_inverse=True)
            cells = cells.of(address // 4).quarter(address % 4)
            cell, node = lists.of(address // 4)
            found = self._sift(unit(*cells.middle()), cells.radius_m(), cell, node, lists.level)
            lists = _listed(found, len(cells))
            held[left] = found.within[slot]
            going = found.crossed[slot]
            left, slot, x, y = left[going], slot[going], x[going], y[going]
        return held

    def _measure(self, lon: Floats, lat: Floats, slot: Ints, lists: Lists) -> Truths:
        """Whether positions are within the range, from the lists of the cells they are in."""
        u = unit(lon, lat)
        point, node = lists.of(slot)
        found = self._sift(u, np.zeros(len(u)), point, node, lists.level)
        held, point, piece = found.within, found.cell, found.node
        low, high = self._tree.bounds(u.take(point, axis=0), piece)
        held[point[high <= self._range]] = True
        open_ = (low <= self._range) & ~held[point]
        point, piece = point[open_], piece[open_]
        pieces = self._tree.pieces
        start, end = pieces.start.take(piece, axis=0), pieces.end.take(piece, axis=0)
        exact = feet(pieces.model, start, end, lon[point], lat[point])
        held[point[exact.distance <= self._range]] = True
        return held


def _listed(found: Sifted, cells: int) -> Lists:
    count = np.bincount(found.cell, minlength=cells)
    return Lists(found.level, np.cumsum(count) - count, count, found.node)


def _grid_rows() -> tuple[Ints, Ints]:
    """How many cells each row of the first grid has, and the number of its first: about as wide as high everywhere."""
    south = np.arange(_ROWS) * (180 / _ROWS) - 90
    north = south + 180 / _ROWS
    widest = np.where((south < 0) & (north > 0), 0.0, np.minimum(np.abs(south), np.abs(north)))
    across = np.maximum(3, np.ceil(2 * _ROWS * np.cos(np.radians(widest)))).astype(np.int64)
    return across, np.cumsum(across) - across


def _grid(across: Ints) -> Cells:
    row = np.repeat(np.arange(_ROWS), across)
    column = places(across)
    width = 360 / across[row]
    height = np.full_like(width, 180 / _ROWS)
    return Cells(column * width - 180, row * height - 90, width, height)
