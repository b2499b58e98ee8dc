"""A tree of balls over pieces of outline, and the pieces that can be the nearest, by bounds that hold for certain.

The pieces are sorted into cubes, these into cubes four times as large, and so on. A node stands for the pieces of one
cube: it is a position that lies *on* their outline and a radius around it that holds them all. The distance to the
position bounds the distance to the outline from above, and less the radius from below. Distances are Lambert's with
their certain error (`sphere`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths, ranges
from servanda.spatial.ellipsoid.geodesic import EQUATORIAL_RADIUS_M
from servanda.spatial.ellipsoid.segment import LONGEST_GEODESIC_M, Pieces, middles
from servanda.spatial.ellipsoid.sphere import SLANT, apart, at_most, normalised, unit

_FINEST = 12  # halvings of the cube around the Earth, to cubes of 3 km
_STEP = 2  # halvings from level to level
_CHUNK = 4000  # positions at a time, to bound memory
_STRAY = 0.06  # metres that a geodesic of the longest length strays from a great circle: twice the most measured
_SQUARE_ON = 1.2  # radians up to which the foot on the sphere bounds that on the ellipsoid


@dataclass(frozen=True)
class Level:
    """Nodes: unit vectors of positions on the outline, and the radius in metres that holds all that hangs on each.

    Those of the level below that hang on a node begin with `first` and are `count`.
    """

    place: Floats
    radius: Floats
    first: Ints
    count: Ints

    def children(self, point: Ints, node: Ints) -> tuple[Ints, Ints]:
        """Pairs of a position and a node, with what hangs on the node in its stead."""
        count = self.count[node]
        return np.repeat(point, count), ranges(self.first[node], count)


@dataclass(frozen=True)
class Pairs:
    """Positions and pieces, by number, grouped by position."""

    point: Ints
    piece: Ints


class Tree:
    """Pieces of outline, to be searched for the nearest. `levels[0]` are the pieces themselves."""

    def __init__(self, pieces: Pieces) -> None:
        a, b = _ends(pieces)
        if (curved := middles(pieces)) is None:
            place, bulge = normalised(a + b), _STRAY * (at_most(a, b) / LONGEST_GEODESIC_M) ** 2 + 0.002
            self.stray = float(bulge.max())  # of a node's position from the outline, at most
        else:
            place, bulge = unit(*curved[0].T), curved[1]
            self.stray = 0.0
        key = _cube(place)
        order = np.argsort(key, kind="stable")
        self.pieces = Pieces(pieces.model, pieces.start[order], pieces.end[order], pieces.owner[order])
        self.a, self.b, self.bulge = a[order], b[order], bulge[order]
        place, key = place[order], key[order]
        radius = np.maximum(at_most(place, self.a), at_most(place, self.b)) + self.bulge
        itself = np.arange(len(place))
        self.levels = [Level(place, radius, itself, np.ones_like(itself))]
        for _ in range(0, _FINEST, _STEP):
            begin = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
            self.levels.append(_above(self.levels[-1], begin))
            key = key[begin] >> np.uint64(3 * _STEP)

    def among(self, owners: Ints) -> list[Truths]:
        """Of the nodes of each level whether a piece of one of these owners hangs on them."""
        wanted = np.zeros(max(self.pieces.owner.max(), owners.max(initial=-1)) + 1, dtype=bool)
        wanted[owners] = True
        holding = [wanted[self.pieces.owner]]
        for level in self.levels[1:]:
            holding.append(np.logical_or.reduceat(holding[-1], level.first))
        return holding

    def near(self, u: Floats, reach: float, cap: float, among: Sequence[Truths] | None = None) -> Pairs:
        """Every piece that may lie within `reach` metres of a position or may, up to `cap`, be the nearest to it.

        `among`: of each level the nodes that count, as if the tree held no others; None: all.
        """
        found = [self._near_few(u[i : i + _CHUNK], reach, cap, i, among) for i in range(0, len(u), _CHUNK)]
        none = np.empty(0, np.int64)
        return Pairs(
            np.concatenate([none, *(f.point for f in found)]), np.concatenate([none, *(f.piece for f in found)])
        )

    def _near_few(self, u: Floats, reach: float, cap: float, offset: int, among: Sequence[Truths] | None) -> Pairs:
        top = len(self.levels[-1].place)
        point, node = np.repeat(np.arange(len(u)), top), np.tile(np.arange(top), len(u))
        best = np.full(len(u), np.inf)
        for depth in range(len(self.levels) - 1, -1, -1):
            level = self.levels[depth]
            if among is not None:
                counts = among[depth][node]
                point, node = point[counts], node[counts]
            length, error = apart(u.take(point, axis=0), level.place.take(node, axis=0))
            # A node's place may lie on a piece that does not count; one that does is within the node's radius.
            spare = level.radius[node] if among is not None and depth else self.stray
            _lower(best, point, length + error + spare)
            kept = length - error - level.radius[node] <= np.maximum(np.minimum(best, cap), reach)[point]
            point, node = point[kept], node[kept]
            if depth:
                point, node = level.children(point, node)
        low, high = self.bounds(u.take(point, axis=0), node)
        _lower(best, point, high)
        kept = low <= np.maximum(np.minimum(best, cap), reach)[point]
        return Pairs(point[kept] + offset, node[kept])

    def near_each(self, u: Floats, group: Ints) -> Ints:
        """Every piece that may be the nearest of its group to one position."""
        level = self.levels[0]
        length, error = apart(u, level.place)
        best = np.full(int(group.max()) + 1, np.inf)
        np.minimum.at(best, group, length + error + self.stray)
        piece = np.flatnonzero(length - error - level.radius <= best[group])
        low, high = self.bounds(np.repeat(u, len(piece), axis=0), piece)
        np.minimum.at(best, group[piece], high)
        near: Ints = piece[low <= best[group[piece]]]
        return near

    def bounds(self, u: Floats, piece: Ints) -> tuple[Floats, Floats]:
        """Least and greatest distance in metres that a position can have from a piece, pair by pair."""
        a, b = self.a.take(piece, axis=0), self.b.take(piece, axis=0)
        line = b - a
        p0, p1 = np.einsum("ij,ij->i", u, a), np.einsum("ij,ij->i", u, line)
        q1, q2 = np.einsum("ij,ij->i", a, line), np.einsum("ij,ij->i", line, line)
        # Where the great circle through the ends comes nearest: the derivative of the cosine over it is linear.
        below = p1 * q1 - p0 * q2
        share = np.clip((p0 * q1 - p1) / np.where(below < 0, below, -1.0), 0.0, 1.0)
        length, error = apart(u, normalised(a + share[:, None] * line))
        error += self.bulge[piece]
        slack = np.where(p0 > np.cos(_SQUARE_ON), SLANT, 1.0) * np.sqrt(q2) * EQUATORIAL_RADIUS_M * 1.001
        return length - error - slack, length + error


def _ends(pieces: Pieces) -> tuple[Floats, Floats]:
    """Unit vectors of both ends of each piece; most end where the next begins."""
    a = unit(*pieces.start.T)
    b = np.roll(a, -1, axis=0)
    other = np.flatnonzero((pieces.end != np.roll(pieces.start, -1, axis=0)).any(axis=1))
    b[other] = unit(*pieces.end[other].T)
    return a, b


def _lower(best: Floats, point: Ints, high: Floats) -> None:
    if len(point):
        begin = np.flatnonzero(np.append(True, point[1:] != point[:-1]))
        least = np.minimum.reduceat(high, begin)
        best[point[begin]] = np.minimum(best[point[begin]], least)


def _above(level: Level, begin: Ints) -> Level:
    """The level above: its nodes take the runs of nodes that begin there."""
    count = np.diff(np.append(begin, len(level.place)))
    run = np.repeat(np.arange(len(begin)), count)
    gap = level.place - (np.add.reduceat(level.place, begin, axis=0) / count[:, None])[run]
    square = np.einsum("ij,ij->i", gap, gap)
    central = np.flatnonzero(square == np.minimum.reduceat(square, begin)[run])
    first = np.searchsorted(run[central], np.arange(len(begin)))
    place = level.place[central[first]]
    radius = np.maximum.reduceat(at_most(place[run], level.place) + level.radius, begin)
    return Level(place, radius, begin, count)


def _cube(u: Floats) -> npt.NDArray[np.uint64]:
    """The number of the smallest cube that each unit vector lies in; cubes of one larger cube are neighbours."""
    key = np.zeros(len(u), dtype=np.uint64)
    side = 2**_FINEST
    for axis in range(3):
        place = np.minimum((u[:, axis] + 1.0) * (side / 2), side - 1).astype(np.uint64)
        key |= _spread(place) << np.uint64(axis)
    return key


def _spread(v: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    for shift, mask in (
        (32, 0x1F00000000FFFF),
        (16, 0x1F0000FF0000FF),
        (8, 0x100F00F00F00F00F),
        (4, 0x10C30C30C30C30C3),
        (2, 0x1249249249249249),
    ):
        v = (v | (v << np.uint64(shift))) & np.uint64(mask)
    return v
