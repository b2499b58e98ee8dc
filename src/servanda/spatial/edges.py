"""The nearest outline to a position: a tree of balls over short edges, searched for many positions at once.

An edge is a straight line in longitude and latitude, as the map draws it, cut until it is so short that the straight
line through the Earth between its ends strays from it by metres. Runs of eight neighbouring edges, of eight such runs
and so on are enclosed in balls. A ball is put aside when even its nearest point is certainly farther, on the
ellipsoid, than some other ball's farthest; the last few edges are measured with the geodesic itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from servanda.spatial.geodesic import Floats, distances_m, earth_centred, greatest_arc_m, least_arc_m

Ints = npt.NDArray[np.int64]

LONGEST_EDGE_DEGREES = 0.2
_FANOUT = 8
_LEVELS = 4
_CHUNK = 2000  # positions at a time, to bound memory


@dataclass(frozen=True)
class Level:
    """Balls: their centres and radii in metres, and which stretch of the level below each encloses."""

    centre: Floats
    radius: Floats
    first: Ints
    last: Ints


@dataclass(frozen=True)
class Near:
    """Measured pairs: position `point[i]` lies `distance[i]` metres from an edge of outline `owner[i]`."""

    point: Ints
    owner: Ints
    distance: Floats


class Edges:
    """The outlines of numbered owners, and the geodesic distance to them."""

    def __init__(self, rings: Sequence[Floats], owners: Ints) -> None:
        start, end, owner = _cut(rings, owners)
        self._start, self._end, self._owner = start, end, owner
        self._a = earth_centred(start[:, 0], start[:, 1])
        self._b = earth_centred(end[:, 0], end[:, 1])
        self._levels = _levels(self._a, self._b, owner)
        self._top_owner = _owner_of_top(self._levels, owner)

    def nearest_m(self, lon: Floats, lat: Floats, owners: Sequence[int]) -> Floats:
        """Distance in metres from each position to the nearest edge of any of `owners`; infinite if they have none."""
        best = np.full(len(lon), np.inf)
        near = self._search(lon, lat, np.isin(self._top_owner, np.asarray(owners)), 0.0, np.inf)
        np.minimum.at(best, near.point, near.distance)
        return best

    def within(self, lon: Floats, lat: Floats, distance: float, cap: float) -> Near:
        """Every outline within `distance` metres of each position, and the nearest one up to `cap`."""
        return self._search(lon, lat, np.ones(len(self._top_owner), dtype=bool), distance, cap)

    def _search(self, lon: Floats, lat: Floats, top: npt.NDArray[np.bool_], reach: float, cap: float) -> Near:
        nodes = np.flatnonzero(top)
        parts = [
            self._search_few(lon[i : i + _CHUNK], lat[i : i + _CHUNK], nodes, reach, cap, i)
            for i in range(0, len(lon), _CHUNK)
            if len(nodes)
        ]
        if not parts:
            return Near(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        return Near(
            np.concatenate([p.point for p in parts]),
            np.concatenate([p.owner for p in parts]),
            np.concatenate([p.distance for p in parts]),
        )

    def _search_few(self, lon: Floats, lat: Floats, nodes: Ints, reach: float, cap: float, offset: int) -> Near:
        position = earth_centred(lon, lat)
        point = np.repeat(np.arange(len(lon)), len(nodes))
        node = np.tile(nodes, len(lon))
        for level in reversed(self._levels):
            chord = _length(position[point] - level.centre[node])
            kept = _worth_a_look(point, chord - level.radius[node], chord + level.radius[node], reach, cap)
            point, node = _children(point[kept], level.first[node[kept]], level.last[node[kept]])
        chord, along = _to_edge(position[point], self._a[node], self._b[node])
        kept = _worth_a_look(point, chord, chord, reach, cap)
        point, node, along = point[kept], node[kept], along[kept, None]
        foot = self._start[node] * (1 - along) + self._end[node] * along
        distance = distances_m(lon[point], lat[point], foot[:, 0], foot[:, 1]) if len(point) else np.empty(0)
        return Near(point + offset, self._owner[node], distance)


def _cut(rings: Sequence[Floats], owners: Ints) -> tuple[Floats, Floats, Ints]:
    start = np.concatenate(rings)
    end = np.concatenate([np.roll(r, -1, axis=0) for r in rings])
    owner = np.repeat(owners, [len(r) for r in rings])
    # The map is cut along the antimeridian and at the pole; those lines are nobody's outline.
    cut = ((np.abs(start[:, 0]) == 180) & (start[:, 0] == end[:, 0])) | (
        (np.abs(start[:, 1]) == 90) & (start[:, 1] == end[:, 1])
    )
    start, end, owner = start[~cut], end[~cut], owner[~cut]
    parts = np.maximum(1, np.ceil(np.abs(end - start).max(axis=1) / LONGEST_EDGE_DEGREES)).astype(np.int64)
    which = np.repeat(np.arange(len(parts)), parts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = (step / parts[which])[:, None]
    following = ((step + 1) / parts[which])[:, None]
    a, b = start[which], end[which]
    return a * (1 - share) + b * share, a * (1 - following) + b * following, owner[which]


def _levels(a: Floats, b: Floats, owner: Ints) -> list[Level]:
    levels: list[Level] = []
    first = _runs(owner, _FANOUT)
    last = np.append(first[1:], len(owner))
    low, high = np.minimum(a, b), np.maximum(a, b)
    owners = owner
    for _ in range(_LEVELS):
        low, high = np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)
        levels.append(Level((low + high) / 2, _length(high - low) / 2, first, last))
        owners = owners[first]
        first = _runs(owners, _FANOUT)
        last = np.append(first[1:], len(owners))
    return levels


def _runs(owner: Ints, size: int) -> Ints:
    """Where runs of at most `size` begin, none of which spans two owners."""
    fresh = np.append(True, owner[1:] != owner[:-1])
    begin = np.flatnonzero(fresh)
    place = np.arange(len(owner)) - np.repeat(begin, np.diff(np.append(begin, len(owner))))
    return np.flatnonzero(place % size == 0)


def _owner_of_top(levels: list[Level], owner: Ints) -> Ints:
    for level in levels:
        owner = owner[level.first]
    return owner


def _worth_a_look(point: Ints, low: Floats, high: Floats, reach: float, cap: float) -> npt.NDArray[np.bool_]:
    if not len(point):
        return np.zeros(0, dtype=bool)
    begin = np.flatnonzero(np.append(True, point[1:] != point[:-1]))
    best = np.minimum.reduceat(greatest_arc_m(np.maximum(high, 0)), begin)
    bound = np.maximum(np.minimum(best, cap), reach) + 1.0
    wide: npt.NDArray[np.bool_] = least_arc_m(np.maximum(low, 0)) <= np.repeat(
        bound, np.diff(np.append(begin, len(point)))
    )
    return wide


def _children(point: Ints, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    count = last - first
    inside = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(point, count), np.repeat(first, count) + inside


def _to_edge(p: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    line = b - a
    square = np.einsum("ij,ij->i", line, line)
    share = np.einsum("ij,ij->i", p - a, line) / np.where(square > 0, square, 1)
    along = np.clip(share, 0, 1)
    return _length(p - (a + along[:, None] * line)), along


def _length(v: Floats) -> Floats:
    length: Floats = np.sqrt(np.einsum("ij,ij->i", v, v))
    return length
