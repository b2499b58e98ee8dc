"""The outlines of numbered owners, and the exact geodesic distance to them.

A tree of balls leaves, of each position, the few pieces of outline that can be nearest (`tree`); on these the foot is
found exactly (`segment`). The result is within `ERROR_M` of the geodesic distance on WGS 84.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.ellipsoid.geodesic import checked
from servanda.spatial.ellipsoid.segment import EdgeModel, Feet, Pieces, cut, feet
from servanda.spatial.ellipsoid.sphere import unit
from servanda.spatial.outline.halo import Halo
from servanda.spatial.outline.tree import Pairs, Tree

# Of any distance given here: 1 mm each of Vincenty's series, of the foot and of pieces of a geodesic; the rest is room.
ERROR_M = 0.005
_FEW = 128  # positions, up to which a tree of what is near them is made faster than one of everything
_POLAR = 80.0  # degrees, beyond which a box in longitude says little
_NEAR_M = 50_000.0
_KEPT = 128  # trees, marks on the tree of all, and halos: of as many sets of owners and ranges
_SHARED = 0.3  # of all vertices: from this share on the tree of all is searched for those that count


@dataclass(frozen=True)
class Near:
    """Measured pairs: position `point[i]` lies `distance[i]` metres from the outline of `owner[i]`."""

    point: Ints
    owner: Ints
    distance: Floats


@dataclass(frozen=True)
class Nearest:
    """Of each position the distance in metres to the outline, the nearest point of it, and whose it is.

    Where there is no outline the distance is infinite, the point no number, the owner -1.
    """

    distance_m: Floats
    lon: Floats
    lat: Floats
    owner: Ints


Key = tuple[int, ...] | None  # owners, in order; None: all


class Outline:
    """The outlines of numbered owners. `edges` says which line joins two vertices.

    A ring is rows of longitude and latitude; its last vertex is joined to its first. Edges along the antimeridian or at
    a pole are where the map was cut, and left out. A line drawn there and back counts as a line.
    """

    def __init__(self, rings: Sequence[Floats], owners: Ints, edges: EdgeModel = "geodesic") -> None:
        self.edges = edges
        self._rings, self._owners = list(rings), np.asarray(owners, dtype=np.int64)
        self._trees: dict[Key, Tree | None] = {}
        self._among: dict[Key, list[Truths]] = {}
        self._asked = 0
        self._halos: dict[tuple[Key, float], Halo] = {}

    def nearest(self, lon: Floats, lat: Floats, owners: Sequence[int] | None = None) -> Nearest:
        """The nearest outline of any of `owners` (of all: None) to each position. Raises PositionError."""
        x, y = checked(lon, lat)
        key = _key(owners)
        most = self._most(key)
        tree = self.tree(None if most else owners)
        none = np.full(len(x), np.nan)
        found = Nearest(np.full(len(x), np.inf), none, none.copy(), np.full(len(x), -1))
        if tree is None:
            return found
        pairs = tree.near(unit(x, y), 0.0, np.inf, self._counting(tree, key) if most else None)
        measured = _feet(tree, pairs, x, y)
        # The last written wins: the nearest of each position.
        order = np.lexsort((-measured.distance, pairs.point))
        at = pairs.point[order]
        found.distance_m[at], found.owner[at] = measured.distance[order], tree.pieces.owner[pairs.piece[order]]
        found.lon[at], found.lat[at] = measured.lon[order], measured.lat[order]
        return found

    def nearest_m(self, lon: Floats, lat: Floats, owners: Sequence[int]) -> Floats:
        """Distance in metres from each position to the nearest outline of any of `owners`; infinite if none has any."""
        return self.nearest(lon, lat, owners).distance_m

    def within(self, lon: Floats, lat: Floats, distance: float, cap: float) -> Near:
        """Every outline within `distance` metres of each position, and the nearest one up to `cap`."""
        x, y = checked(lon, lat)
        tree = self._tree_about(x, y, max(distance, cap))
        if tree is None:
            return Near(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        pairs = tree.near(unit(x, y), distance, cap)
        measured = _feet(tree, pairs, x, y)
        return _each_once(pairs.point, tree.pieces.owner[pairs.piece], measured.distance)

    def in_range(self, lon: Floats, lat: Floats, range_m: float, owners: Sequence[int] | None = None) -> Truths:
        """Whether each position lies within a range of the outline of any of `owners`: what `nearest` finds, but fast.

        The first call for a range draws its cells (`halo`), later ones use them. Raises PositionError.
        """
        x, y = checked(lon, lat)
        key = _key(owners)
        tree = self.tree(owners)
        if tree is None or not range_m >= 0:
            return np.zeros(len(x), dtype=bool)
        if (key, range_m) not in self._halos:
            _make_room(self._halos)
            self._halos[key, range_m] = Halo(tree, range_m)
        return self._halos[key, range_m].holds(x, y)

    def to_each(self, lon: float, lat: float) -> Floats:
        """Distance in metres from one position to the outline of each owner, by number; infinite if it has none."""
        x, y = checked(lon, lat)
        tree = self.tree(None)
        distance = np.full(int(self._owners.max(initial=-1)) + 1, np.inf)
        if tree is not None:
            piece = tree.near_each(unit(x, y), tree.pieces.owner)
            measured = _feet(tree, Pairs(np.zeros_like(piece), piece), x, y)
            np.minimum.at(distance, tree.pieces.owner[piece], measured.distance)
        return distance

    def tree(self, owners: Sequence[int] | None) -> Tree | None:
        """The pieces of the outlines of these owners (of all: None), ready to be searched; None if they have none."""
        key = _key(owners)
        if key not in self._trees:
            pieces = self._pieces(key)
            _make_room(self._trees)
            self._trees[key] = Tree(pieces) if len(pieces) else None
        return self._trees[key]

    def _counting(self, tree: Tree, owners: Key) -> list[Truths] | None:
        """Of the tree of all outlines the nodes that count for these owners; None: all of them."""
        if owners is None:
            return None
        if owners not in self._among:
            _make_room(self._among)
            self._among[owners] = tree.among(np.array(owners, dtype=np.int64))
        return self._among[owners]

    def _most(self, owners: Key) -> bool:
        """Whether these have so much of all outlines that their own tree would be the tree of all over again."""
        if owners is None:
            return True
        number = np.array(owners, dtype=np.int64)
        share = self._length[number[number < len(self._length)]].sum()
        return bool(share > _SHARED * self._length.sum())

    @cached_property
    def _length(self) -> Floats:
        """The vertices of each owner."""
        return np.bincount(self._owners, [len(ring) for ring in self._rings]).astype(np.float64)

    def _tree_about(self, x: Floats, y: Floats, metres: float) -> Tree | None:
        """The tree of all outlines; while few positions were asked about, one of those alone that may be so near."""
        self._asked += len(x)
        polar = len(y) > 0 and float(np.abs(y).max()) > _POLAR
        if not self._rings or None in self._trees or self._asked > _FEW or polar or not metres <= _NEAR_M:
            return self.tree(None)
        north = metres / 110_000
        east = north / np.cos(np.radians(_POLAR + 1))
        low, high = self._boxes
        near = np.zeros(len(self._rings), dtype=bool)
        for lon, lat in zip(x.tolist(), y.tolist(), strict=True):
            in_latitude = (low[:, 1] - north <= lat) & (lat <= high[:, 1] + north)
            for turn in (-360.0, 0.0, 360.0):
                near |= in_latitude & (low[:, 0] - east <= lon + turn) & (lon + turn <= high[:, 0] + east)
        which = np.flatnonzero(near)
        pieces = cut(self.edges, [self._rings[i] for i in which], self._owners[which])
        return Tree(pieces) if len(pieces) else None

    @cached_property
    def _boxes(self) -> tuple[Floats, Floats]:
        """West and south, east and north of each ring, in degrees."""
        every = np.concatenate(self._rings)
        begins = np.append(0, np.cumsum([len(ring) for ring in self._rings])[:-1])
        return np.minimum.reduceat(every, begins, axis=0), np.maximum.reduceat(every, begins, axis=0)

    def _pieces(self, owners: Key) -> Pieces:
        wanted = np.ones(len(self._owners), dtype=bool) if owners is None else np.isin(self._owners, owners)
        which = np.flatnonzero(wanted)
        return cut(self.edges, [self._rings[i] for i in which], self._owners[which])


def _make_room(kept: dict[Any, Any]) -> None:
    while len(kept) >= _KEPT:
        kept.pop(next(iter(kept)))


def _key(owners: Sequence[int] | npt.NDArray[np.int64] | None) -> Key:
    return None if owners is None else tuple(np.unique(np.asarray(owners, dtype=np.int64)).tolist())


def _feet(tree: Tree, pairs: Pairs, x: Floats, y: Floats) -> Feet:
    pieces = tree.pieces
    start, end = pieces.start[pairs.piece], pieces.end[pairs.piece]
    return feet(pieces.model, start, end, x[pairs.point], y[pairs.point])


def _each_once(point: Ints, owner: Ints, distance: Floats) -> Near:
    """Of each position and owner the least distance."""
    order = np.lexsort((distance, owner, point))
    point, owner, distance = point[order], owner[order], distance[order]
    first = np.append(True, (point[1:] != point[:-1]) | (owner[1:] != owner[:-1]))[: len(point)]
    return Near(point[first], owner[first], distance[first])
