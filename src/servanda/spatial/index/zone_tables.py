"""What a zone index looks up, as plain arrays: cells, the edges in them, and which zones each outcome means.

A cell's code is, from nought up: a set of zones that hold all of it; from the number of sets up: a leaf; below
nought: ~k, the k-th cell that is cut. Codes of children count leaves and cut cells from the first among their siblings,
so that two bytes do.

A leaf has its edges in units of its side, seen from its reference place and scaled so that nothing exceeds 1, and a
byte with a bit for each of its polygons that holds the reference place. Edges crossed on the way to a point flip bits;
what the byte then says is looked up in `outcome`. A leaf that more polygons meet than that goes on in the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.ellipsoid.orientation import orientations
from servanda.spatial.index.zone_edges import ZoneEdges
from servanda.spatial.index.zone_grid import COLUMNS, PER_DEGREE, ROWS, SPLIT, Grid, ReferenceOnEdge, grid, reference

Ints32 = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Floats32 = npt.NDArray[np.float32]

_BITS = 6  # polygons of a leaf, so that outcomes are at most 64


# Columns of a leaf: where its edges begin, how many they are, where its outcomes begin, and packed in one number the
# bits of the polygons that hold the reference place, the level, and whether the leaf goes on.
FIRST, EDGES, OUTCOME, STATE = range(4)
_LEVEL, _MORE = 8, 16
# Columns of a side: ax, ay, bx, by; a x b, whose sign is exact; as integers the bits that it flips and its edge.
TURN, FLIPS, EDGE = 4, 5, 6


@dataclass(frozen=True)
class Tables:
    """All of a zone index; every field is one array of the cache file."""

    codes: Ints32  # of the cells of the first level, row by row
    children: npt.NDArray[np.int16] | Ints32  # codes of the children of each cell that is cut
    blocks: Ints32  # for each cell that is cut, the number of its children's first leaf and of their first cut cell
    fraction: Floats  # where in a cell its reference place is
    leaves: Ints32  # rows of 4 numbers, so that one is fetched at once
    outcome: Ints32  # sets of zones
    sides: Floats32  # rows of 8 numbers
    ends: Floats  # four rows: ax, ay, bx, by of each edge, in degrees
    set_first: Ints32  # zones of set i: set_zones[set_first[i]:set_first[i + 1]], ascending
    set_zones: Ints32
    poles: Ints32  # the sets of zones that touch the south pole and the north pole


class _ZoneSets:
    def __init__(self) -> None:
        self.number: dict[tuple[int, ...], int] = {(): 0}

    def of(self, zones: Sequence[int] | set[int]) -> int:
        return self.number.setdefault(tuple(sorted(set(zones))), len(self.number))


def tables(edges: ZoneEdges, zone: Ints) -> Tables:
    """The tables for polygons whose zones are `zone`."""
    made = grid(edges, len(zone))
    sets = _ZoneSets()
    of_polygons = np.array([sets.of([int(zone[p]) for p in members]) for members in made.sets.members])
    local = _Locals(made, edges)
    outcome, leaf_outcome = local.outcomes(zone, sets)
    sides, side_record = local.sides(made, edges)
    poles = [sets.of(_touching(edges, zone, latitude)) for latitude in (-90.0, 90.0)]
    codes, children, blocks = _codes(made, of_polygons, len(sets.number), local.first_record)
    lists = list(sets.number)
    return Tables(
        codes=codes,
        children=children,
        blocks=blocks,
        fraction=np.array(made.fraction),
        leaves=local.leaves(made, side_record, leaf_outcome),
        sides=sides,
        outcome=outcome.astype(np.int32),
        ends=edges.ends,
        set_first=np.cumsum([0, *(len(zones) for zones in lists)]).astype(np.int32),
        set_zones=np.array([z for zones in lists for z in zones], dtype=np.int32),
        poles=np.array(poles, dtype=np.int32),
    )


def _codes(made: Grid, of_polygons: Ints, set_count: int, record: Ints) -> tuple[Ints32, npt.NDArray[Any], Ints32]:
    """The codes of the first level, those of children, and the numbers from which blocks of children count."""
    code = np.zeros(len(made.kind), dtype=np.int32)
    whole, leaf, cut = (np.flatnonzero(made.kind == kind) for kind in range(3))
    code[whole] = of_polygons[made.number[whole]]
    code[leaf] = record[made.number[leaf]]
    code[cut] = made.number[cut]
    blocks = np.zeros((len(cut), 2), dtype=np.int32)
    for column, numbered in enumerate((leaf, cut)):
        # Numbers ascend from child to child, so the first of a block is its least.
        below = numbered[numbered >= COLUMNS * ROWS]
        block, first = np.unique((below - COLUMNS * ROWS) // SPLIT**2, return_index=True)
        blocks[block, column] = code[below[first]]
        code[below] -= blocks[(below - COLUMNS * ROWS) // SPLIT**2, column]
    code[leaf] += set_count
    code[cut] = ~code[cut]
    children = code[COLUMNS * ROWS :]
    small = children.max(initial=0) < 1 << 15
    return code[: COLUMNS * ROWS].copy(), children.astype(np.int16 if small else np.int32), blocks


def level_of(leaf: Ints32) -> Ints32:
    """The levels of rows of leaves."""
    return (leaf[:, STATE] >> _LEVEL) & 0xFF


def goes_on(leaf: Ints32) -> npt.NDArray[np.bool_]:
    """Whether the next row goes on with the polygons of the same cell."""
    return (leaf[:, STATE] >> _MORE) > 0


def _touching(edges: ZoneEdges, zone: Ints, latitude: float) -> set[int]:
    at = np.flatnonzero((edges.ends[1] == latitude) | (edges.ends[3] == latitude))
    _, polygons = edges.polygons_of(at)
    return {int(z) for z in zone[np.unique(polygons)]}


class _Locals:
    """The polygons whose outlines meet a leaf, dealt to records of at most six; each record is a leaf of the tables."""

    def __init__(self, made: Grid, edges: ZoneEdges) -> None:
        leaves = made.leaves
        order = np.argsort(leaves.pair_leaf, kind="stable")
        self.pair_leaf, self.pair_edge = leaves.pair_leaf[order], leaves.pair_edge[order]
        pair, polygon = edges.polygons_of(self.pair_edge)
        key = self.pair_leaf[pair] * len(made.sets.salt) + polygon
        distinct, place = np.unique(key, return_inverse=True)
        self.leaf, self.polygon = np.divmod(distinct, max(len(made.sets.salt), 1))
        begin = np.searchsorted(self.leaf, np.arange(len(leaves.level)))
        rank = np.arange(len(distinct)) - begin[self.leaf]
        page, bit = np.divmod(rank, _BITS)
        new = (rank % _BITS) == 0
        self.record = np.cumsum(new) - 1
        self.bit = bit
        self.record_leaf = self.leaf[new]
        self.first_record = np.searchsorted(self.record_leaf, np.arange(len(leaves.level)))
        self.inside = _holds(made, leaves.held_by[self.leaf], self.polygon)
        self.holds = self._bytes(self.record, np.where(self.inside, 1 << bit, 0), len(self.record_leaf))
        # An edge stands in every record that one of its polygons is in, and flips their bits there.
        place = place.reshape(-1)
        pair_record = pair * (int(page.max(initial=0)) + 1) + page[place]
        self.side, at = np.unique(pair_record, return_inverse=True)
        self.flips = self._bytes(at.reshape(-1), 1 << bit[place], len(self.side))
        self.side_pair = self.side // (int(page.max(initial=0)) + 1)
        self.side_record = np.zeros(len(self.side), dtype=np.int64)
        self.side_record[at.reshape(-1)] = self.record[place]
        self.made = made

    @staticmethod
    def _bytes(where: Ints, bits: Ints, length: int) -> Bytes:
        found = np.zeros(length, dtype=np.uint8)
        np.bitwise_or.at(found, where, bits.astype(np.uint8))
        return found

    def leaves(self, made: Grid, side_record: Ints, outcome: Ints) -> Ints32:
        """The leaves of the tables."""
        rows = np.zeros((len(self.record_leaf), 4), dtype=np.int32)
        first = np.searchsorted(side_record, np.arange(len(rows) + 1))
        rows[:, FIRST], rows[:, EDGES], rows[:, OUTCOME] = first[:-1], np.diff(first), outcome
        more = np.append(self.record_leaf[1:] == self.record_leaf[:-1], False)[: len(rows)]
        level = made.leaves.level[self.record_leaf]
        rows[:, STATE] = self.holds | level << _LEVEL | more.astype(np.int64) << _MORE
        return rows

    def sides(self, made: Grid, edges: ZoneEdges) -> tuple[Floats32, Ints]:
        """The edges of each leaf as tables hold them, and whose each is."""
        order = np.argsort(self.side_record, kind="stable")
        record, pair = self.side_record[order], self.side_pair[order]
        leaf, edge = self.pair_leaf[pair], self.pair_edge[pair]
        x, y, per_degree = (np.zeros(len(leaf)) for _ in range(3))
        for level in np.unique(made.leaves.level):
            own = made.leaves.level[leaf] == level
            column, row = made.leaves.column[leaf[own]], made.leaves.row[leaf[own]]
            x[own], y[own] = reference(column, row, int(level), made.fraction)
            per_degree[own] = PER_DEGREE * SPLIT ** int(level)
        ax, ay, bx, by = edges.at(edge)
        turn = orientations(x, y, ax, ay, bx, by)
        if (turn == 0).any():
            raise ReferenceOnEdge
        ax, ay, bx, by = (ax - x) * per_degree, (ay - y) * per_degree, (bx - x) * per_degree, (by - y) * per_degree
        scale = np.maximum.reduce([np.abs(ax), np.abs(ay), np.abs(bx), np.abs(by)])
        # The sign is exact; it must survive being rounded to single precision.
        cross = turn * np.maximum(np.abs(ax * by - ay * bx) / scale, 1e-30)
        rows = np.zeros((len(record), 8), dtype=np.float32)
        for column, values in enumerate((ax, ay, bx, by)):
            rows[:, column] = values / scale
        rows[:, TURN] = cross
        rows.view(np.int32)[:, FLIPS] = self.flips[order]
        rows.view(np.int32)[:, EDGE] = edge
        return rows, record

    def outcomes(self, zone: Ints, sets: _ZoneSets) -> tuple[Ints, Ints]:
        """The sets of zones that a leaf's byte can mean, and where each leaf's begin. Leaves alike share them."""
        background, members = self._backgrounds()
        first = self.first_record[self.record_leaf] == np.arange(len(self.record_leaf))
        columns = np.full((_BITS, len(self.record_leaf)), -1, dtype=np.int64)
        columns[self.bit, self.record] = self.polygon
        alike = np.where(first, background[self.record_leaf] + 1, 0)
        for column in columns:
            _, alike = np.unique(alike * (len(zone) + 1) + column + 1, return_inverse=True)
            alike = alike.reshape(-1)
        _, example = np.unique(alike, return_index=True)
        found: list[int] = []
        begin: list[int] = []
        for i in example.tolist():
            begin.append(len(found))
            own = [int(zone[p]) for p in columns[:, i] if p >= 0]
            behind = members[int(background[self.record_leaf[i]])] if first[i] else frozenset()
            others = {int(zone[p]) for p in behind}
            found += [sets.of(others | {own[k] for k in which}) for which in _subsets(len(own))]
        return np.array(found, dtype=np.int64), np.array(begin, dtype=np.int64)[alike]

    def _backgrounds(self) -> tuple[Ints, list[frozenset[int]]]:
        """Of each leaf the set of polygons that hold all of it, numbered; and these sets."""
        leaves, sets = self.made.leaves, self.made.sets
        without = leaves.hashes.copy()
        np.bitwise_xor.at(without, self.leaf[self.inside], sets.salt[self.polygon[self.inside]])
        _, example, number = np.unique(without, return_index=True, return_inverse=True)
        found = []
        for i in example.tolist():
            begin, end = np.searchsorted(self.leaf, (i, i + 1))
            found.append(sets.members[int(leaves.held_by[i])] - set(self.polygon[begin:end].tolist()))
        return number.reshape(-1), found


def _subsets(count: int) -> list[tuple[int, ...]]:
    """Which bits are set in 0, 1, … 2**count - 1."""
    every = [which for size in range(count + 1) for which in combinations(range(count), size)]
    return sorted(every, key=lambda which: sum(1 << k for k in which))


def _holds(made: Grid, held_by: Ints, polygon: Ints) -> npt.NDArray[np.bool_]:
    """Whether a set of polygons has this one."""
    sizes = np.array([len(m) for m in made.sets.members])
    members = np.array([p for m in made.sets.members for p in sorted(m)], dtype=np.int64)
    keys = np.repeat(np.arange(len(sizes)), sizes) * len(made.sets.salt) + members
    return np.isin(held_by * len(made.sets.salt) + polygon, keys)


__all__ = ["Tables", "tables"]
