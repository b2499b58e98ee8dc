"""A grid that is finer where outlines are: which zones hold all of a cell, and which edges cross the others.

The world is cut into cells of 1 / `PER_DEGREE` degree; a cell that more than a few edges meet is cut into
`SPLIT` x `SPLIT`, and so on. Each cell has a reference place, at the same odd fraction of its sides, which lies on no
edge's line. The set of polygons that hold it is found along paths from cell to cell: every edge that a path crosses
changes the set by the polygons that the edge bounds. Signs are exact (`orientation.py`), so the sets are.

Sets are carried as the exclusive or of random 64-bit numbers, one a polygon, and read back from the crossings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats, Ints, ranges
from servanda.spatial.ellipsoid.orientation import orientations
from servanda.spatial.index.zone_edges import ZoneEdges

Ints32 = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]

PER_DEGREE = 4
SPLIT = 16
FEW = 4  # a cell that so many edges meet is not cut further
DEEPEST = 4  # cells of the last level are 2**-18 degrees wide
MOST_DEALT = 100_000  # edges in cells that are cut, beside two for each edge, to bound memory
COLUMNS, ROWS = 360 * PER_DEGREE, 180 * PER_DEGREE

# Cells hold what meets them or comes this near, so that rounding cannot put a point into a cell that lacks its edge.
_SLACK = 2.0**-36
_TIE = 1e-5  # of a cell
_PAIRS = 50_000  # pairs of a cell and an edge at a time, to bound memory


class ReferenceOnEdge(Exception):
    """A reference place lies on the line of an edge: another fraction must be taken."""


@dataclass(frozen=True)
class Leaves:
    """Cells that edges meet: level, column, row, the set that holds the reference place; and pairs of leaf and edge."""

    level: Ints
    column: Ints
    row: Ints
    held_by: Ints
    hashes: Hashes
    pair_leaf: Ints
    pair_edge: Ints


@dataclass
class PolygonSets:
    """Sets of polygons by number and by hash; number 0 is the empty set."""

    salt: Hashes  # of each polygon
    members: list[frozenset[int]] = field(default_factory=lambda: [frozenset()])
    by_hash: dict[int, int] = field(default_factory=lambda: {0: 0})

    def learn(self, code: int, members: frozenset[int]) -> None:
        """Number a set."""
        code_of_members = int(np.bitwise_xor.reduce(self.salt[sorted(members)])) if members else 0
        assert code == code_of_members, "an outline that does not close"
        self.by_hash[code] = len(self.members)
        self.members.append(members)

    def numbers(self, codes: Hashes) -> Ints:
        """The numbers of sets all of which are known."""
        distinct, back = np.unique(codes, return_inverse=True)
        return np.array([self.by_hash[int(c)] for c in distinct], dtype=np.int64)[back.reshape(-1)]


@dataclass(frozen=True)
class Grid:
    """Codes of cells, level by level: a set of polygons (`kind` 0), a leaf (1), a cell that is cut (2), numbered."""

    kind: npt.NDArray[np.int8]
    number: Ints32
    leaves: Leaves
    sets: PolygonSets
    fraction: tuple[float, float]


def reference(column: Ints, row: Ints, level: int | Ints32, fraction: tuple[float, float]) -> tuple[Floats, Floats]:
    """The reference places of cells."""
    size = 1.0 / (PER_DEGREE * SPLIT**level)  # a power of two: exact
    return (column + fraction[0]) * size - 180.0, (row + fraction[1]) * size - 90.0


def grid(edges: ZoneEdges, polygons: int) -> Grid:
    """The grid of these edges of so many polygons."""
    for fraction in _fractions():
        try:
            return _Builder(edges, polygons, fraction).build()
        except ReferenceOnEdge:
            continue
    raise AssertionError("edges are finitely many")


def _fractions() -> Iterator[tuple[float, float]]:
    yield 0.48763018346, 0.51402917735
    dice = np.random.default_rng(1758)
    while True:
        x, y = dice.uniform(0.4, 0.6, 2)
        yield float(x), float(y)


@dataclass(frozen=True)
class _Cells:
    """Cells that are cut, where their children begin, and pairs of such a cell and an edge that meets it."""

    level: int  # of the children
    columns: int  # of children in a cell
    rows: int
    column: Ints  # of the first child
    row: Ints
    hashes: Hashes  # at the reference places of the cells
    sets: Ints
    pair_cell: Ints
    pair_edge: Ints

    @property
    def size(self) -> float:
        return 1.0 / float(PER_DEGREE * SPLIT**self.level)


class _Builder:
    def __init__(self, edges: ZoneEdges, polygons: int, fraction: tuple[float, float]) -> None:
        self.edges, self.fraction = edges, fraction
        salt = np.random.default_rng(1625).integers(1, 2**63, polygons, dtype=np.uint64)
        self.sets = PolygonSets(salt)
        bounded = salt[edges.polygons]
        self.edge_hash = np.bitwise_xor.reduceat(bounded, edges.first[:-1]) if len(edges) else salt[:0]
        self.kinds: list[npt.NDArray[np.int8]] = []
        self.numbers: list[Ints32] = []
        self.leaves: list[Leaves] = []
        self.leaf_count = self.cut_count = 0
        self.to_deal = MOST_DEALT + 2 * len(edges)

    def build(self) -> Grid:
        nought = np.zeros(1, dtype=np.int64)
        everything = np.arange(len(self.edges))
        cells: _Cells | None = _Cells(
            0, COLUMNS, ROWS, nought, nought, np.zeros(1, dtype=np.uint64), nought, 0 * everything, everything
        )
        while cells is not None:
            cells = self._level(cells)
        gathered = (np.concatenate([getattr(part, name) for part in self.leaves]) for name in Leaves.__annotations__)
        return Grid(
            np.concatenate(self.kinds), np.concatenate(self.numbers), Leaves(*gathered), self.sets, self.fraction
        )

    def _level(self, cells: _Cells) -> _Cells | None:
        """Classify the children of cells; the ones that are cut in turn."""
        hashes = self._hashes(cells)
        child, edge = _met(cells, self.edges)
        order = np.argsort(child, kind="stable")
        child, edge = child[order], edge[order]
        count = np.bincount(child, minlength=hashes.size)
        sets = self.sets_of_runs(hashes)
        kind = (count > 0).astype(np.int8)
        cut = self._to_cut(count, cells.level)
        kind[cut] = 2
        leaf, number = np.flatnonzero(kind == 1), sets.copy()
        number[leaf] = self.leaf_count + np.arange(len(leaf))
        number[cut] = self.cut_count + np.arange(len(cut))
        self.kinds.append(kind)
        self.numbers.append(number)
        own = kind[child] == 1
        held, pair_leaf = sets[leaf].astype(np.int64), number[child[own]].astype(np.int64)
        level = np.full(len(leaf), cells.level)
        self.leaves.append(Leaves(level, *_positions(cells, leaf), held, hashes[leaf], pair_leaf, edge[own]))
        self.leaf_count += len(leaf)
        self.cut_count += len(cut)
        if not len(cut):
            return None
        place = np.full(hashes.size, -1, dtype=np.int64)
        place[cut] = np.arange(len(cut))
        column, row = _positions(cells, cut)
        own = kind[child] == 2
        return _Cells(
            cells.level + 1, SPLIT, SPLIT, column * SPLIT, row * SPLIT, hashes[cut], sets[cut].astype(np.int64),
            place[child[own]], edge[own],
        )  # fmt: skip

    def _to_cut(self, count: Ints, level: int) -> Ints:
        """Cells that many edges meet; the fullest, where all would be too many (long lines close to each other)."""
        full = np.flatnonzero(count > FEW) if level < DEEPEST else np.zeros(0, dtype=np.int64)
        full = full[np.argsort(-count[full], kind="stable")]
        dealt = np.cumsum(count[full])
        full = np.sort(full[dealt <= self.to_deal])
        self.to_deal -= int(count[full].sum())
        return full

    def _hashes(self, cells: _Cells) -> Hashes:
        """The sets at the reference places of all children, row by row, as hashes; new sets are learnt."""
        line, column, edge = self._crossings_on_rows(cells)
        if cells.level:
            first_line, first_edge = self._crossings_to_rows(cells)
            later = column > 0  # the path of a row starts at the reference place of its first child
            line = np.concatenate([first_line, line[later]])
            column = np.concatenate([np.zeros(len(first_line), dtype=np.int64), column[later]])
            edge = np.concatenate([first_edge, edge[later]])
        inside = column < cells.columns
        line, column, edge = line[inside], np.maximum(column[inside], 0), edge[inside]
        order = np.argsort(line, kind="stable")
        line, column, edge = line[order], column[order], edge[order]
        lines = len(cells.column) * cells.rows
        hashes = np.zeros((lines, cells.columns), dtype=np.uint64)
        np.bitwise_xor.at(hashes.reshape(-1), line * cells.columns + column, self.edge_hash[edge])
        hashes[:, 0] ^= np.repeat(cells.hashes, cells.rows)
        np.bitwise_xor.accumulate(hashes, axis=1, out=hashes)
        self._learn(cells, hashes, line, column, edge)
        return hashes.reshape(-1)

    def _learn(self, cells: _Cells, hashes: Hashes, line: Ints, column: Ints, edge: Ints) -> None:
        starts, _ = _runs(hashes.reshape(-1))
        distinct, where = np.unique(hashes.reshape(-1)[starts], return_index=True)
        for code, at in zip(distinct.tolist(), starts[where].tolist(), strict=True):
            if code in self.sets.by_hash:
                continue
            own_line, own_column = divmod(at, cells.columns)
            begin, end = np.searchsorted(line, (own_line, own_line + 1))
            crossed = edge[begin:end][column[begin:end] <= own_column]
            _, polygons = self.edges.polygons_of(crossed)
            numbers, times = np.unique(polygons, return_counts=True)
            base = self.sets.members[int(cells.sets[own_line // cells.rows])]
            self.sets.learn(code, base ^ frozenset(numbers[times % 2 == 1].tolist()))

    def sets_of_runs(self, hashes: Hashes) -> Ints32:
        """The numbers of sets, many neighbours being equal."""
        starts, lengths = _runs(hashes)
        return np.repeat(self.sets.numbers(hashes[starts]).astype(np.int32), lengths)

    def _crossings_on_rows(self, cells: _Cells) -> tuple[Ints, Ints, Ints]:
        """Where edges cross rows of reference places: the row's number, the first column beyond, the edge."""
        size, (fx, fy) = cells.size, self.fraction
        _, ay, _, by = self.edges.at(cells.pair_edge)
        low, high = np.minimum(ay, by), np.maximum(ay, by)
        origin = cells.row[cells.pair_cell]
        first = np.clip(np.floor((low + 90) / size - fy).astype(np.int64) - origin, 0, cells.rows)
        last = np.clip(np.floor((high + 90) / size - fy).astype(np.int64) + 1 - origin, -1, cells.rows - 1)
        counts = np.maximum(last - first + 1, 0)
        pair = np.repeat(np.arange(len(counts)), counts)
        row = ranges(first, counts)
        _, y = reference(row, origin[pair] + row, cells.level, self.fraction)
        crossing = (low[pair] <= y) & (y < high[pair])
        pair, row, y = pair[crossing], row[crossing], y[crossing]
        cell, edge = cells.pair_cell[pair], cells.pair_edge[pair]
        ax, ay, bx, by = self.edges.at(edge)
        x = ax + (y - ay) / (by - ay) * (bx - ax)
        at = (x + 180) / size - fx
        column = np.ceil(at).astype(np.int64)
        tie = np.flatnonzero(np.abs(at - np.rint(at)) < _TIE)
        near = np.rint(at[tie]).astype(np.int64)
        upward = np.where(by > ay, 1, -1)[tie]
        there, _ = reference(near, near, cells.level, self.fraction)
        side = upward * self._sides(edge[tie], there, y[tie])
        column[tie] = np.where(side > 0, near + 1, near)
        return cell * cells.rows + row, column - cells.column[cell], edge

    def _crossings_to_rows(self, cells: _Cells) -> tuple[Ints, Ints]:
        """Where edges cross the ways from cells' reference places to those of the first child in each row."""
        parts = [
            self._ways_crossed(cells, cells.pair_cell[i : i + _PAIRS], cells.pair_edge[i : i + _PAIRS])
            for i in range(0, len(cells.pair_cell), _PAIRS)
        ]
        return np.concatenate([line for line, _ in parts]), np.concatenate([edge for _, edge in parts])

    def _ways_crossed(self, cells: _Cells, cell: Ints, edge: Ints) -> tuple[Ints, Ints]:
        row = np.tile(np.arange(cells.rows), len(cell))
        cell, edge = np.repeat(cell, cells.rows), np.repeat(edge, cells.rows)
        column, first = cells.column[cell], cells.row[cell]
        start = reference(column // SPLIT, first // SPLIT, cells.level - 1, self.fraction)
        end = reference(column, first + row, cells.level, self.fraction)
        ax, ay, bx, by = self.edges.at(edge)
        at = np.flatnonzero((orientations(*start, *end, ax, ay) >= 0) != (orientations(*start, *end, bx, by) >= 0))
        (x0, y0), (x1, y1) = ((x[at], y[at]) for x, y in (start, end))
        at = at[self._sides(edge[at], x0, y0) != self._sides(edge[at], x1, y1)]
        return cell[at] * cells.rows + row[at], edge[at]

    def _sides(self, edge: Ints, x: Floats, y: Floats) -> npt.NDArray[np.int8]:
        side = orientations(*self.edges.at(edge), x, y)
        if (side == 0).any():
            raise ReferenceOnEdge
        return side


def _runs(values: Hashes) -> tuple[Ints, Ints]:
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    return starts, np.diff(np.append(starts, len(values)))


def _positions(cells: _Cells, child: Ints) -> tuple[Ints, Ints]:
    cell, within = np.divmod(child, cells.rows * cells.columns)
    row, column = np.divmod(within, cells.columns)
    return cells.column[cell] + column, cells.row[cell] + row


def _met(cells: _Cells, edges: ZoneEdges) -> tuple[Ints, Ints]:
    """Pairs of a child and an edge that meets it."""
    size = cells.size
    _, ay, _, by = edges.at(cells.pair_edge)
    origin = cells.row[cells.pair_cell]
    pair, row = _spread(np.minimum(ay, by) + 90, np.maximum(ay, by) + 90, size, origin, cells.rows)
    cell, edge = cells.pair_cell[pair], cells.pair_edge[pair]
    ax, ay, bx, by = edges.at(edge)
    low = (origin[pair] + row) * size - 90.0
    rise = by - ay
    with np.errstate(divide="ignore", invalid="ignore"):
        t0 = np.where(rise == 0, 0.0, np.clip((low - _SLACK - ay) / rise, 0.0, 1.0))
        t1 = np.where(rise == 0, 1.0, np.clip((low + size + _SLACK - ay) / rise, 0.0, 1.0))
    x0, x1 = ax + t0 * (bx - ax) + 180, ax + t1 * (bx - ax) + 180
    again, column = _spread(np.minimum(x0, x1), np.maximum(x0, x1), size, cells.column[cell], cells.columns)
    return (cell[again] * cells.rows + row[again]) * cells.columns + column, edge[again]


def _spread(low: Floats, high: Floats, size: float, origin: Ints, count: int) -> tuple[Ints, Ints]:
    """For each interval the cells of a row or column that it meets: the interval's number, the cell's."""
    first = np.clip(np.floor((low - _SLACK) / size).astype(np.int64) - origin, 0, count)
    last = np.clip(np.floor((high + _SLACK) / size).astype(np.int64) - origin, -1, count - 1)
    counts = np.maximum(last - first + 1, 0)
    return np.repeat(np.arange(len(low)), counts), ranges(first, counts)
