"""Which zones hold a point: exact, for many overlapping zones and millions of points.

A zone is any number of polygons in longitude and latitude, edges straight in both. Its outline belongs to it: a point
on an edge or vertex is in every zone that shares it. Inside is what an odd number of crossings leads out of. The
meridian of 180 degrees is one line whichever way it is written, and each pole one place: a point there is in every
zone that touches it. `docs/explanation/zone-index.md` explains the method and what it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from servanda.spatial.ellipsoid.arrays import Floats, Ints, ranges
from servanda.spatial.ellipsoid.geodesic import PositionError, checked
from servanda.spatial.ellipsoid.orientation import orientations
from servanda.spatial.index.zone_cache import DamagedIndex, cache_folder, content_key, forget_old, load, save
from servanda.spatial.index.zone_edges import rings_of, zone_edges
from servanda.spatial.index.zone_grid import COLUMNS, DEEPEST, PER_DEGREE, SPLIT, reference
from servanda.spatial.index.zone_tables import (
    EDGE,
    EDGES,
    FIRST,
    FLIPS,
    OUTCOME,
    STATE,
    TURN,
    Bytes,
    Floats32,
    Ints32,
    Tables,
    goes_on,
    level_of,
    tables,
)

Answer = TypeVar("Answer")

_CHUNK = 1 << 18  # points at a time: what is computed of them stays in the processor's cache
_THREADS = 2
_DOUBT = np.float32(2.0**-17)  # single precision errs by less than 2**-18 here: docs/explanation/zone-index.md
_NONE = np.int32(np.iinfo(np.int32).max)
_SPAN = int(_NONE) + 1
_END = 1e-12  # well within the slack with which edges are dealt to cells


@dataclass(frozen=True)
class _Found:
    """Of each point a set of zones; and sets beside, for points that have more than one."""

    sets: Ints32
    point: Ints
    more: Ints32


@dataclass(frozen=True)
class _Leaves:
    """Points in leaves: the point's number, the leaf, and the point as seen from the leaf's reference place."""

    point: Ints
    leaf: Ints32
    x: Floats32
    y: Floats32


_NO_POINTS = np.zeros(0, dtype=np.int64)
_NO_SETS = np.zeros(0, dtype=np.int32)


class ZoneIndex:
    """An index over zones. Its answers equal those of a prepared Shapely geometry's `intersects_xy`."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._sizes = np.diff(tables.set_first)
        self._set_count = len(self._sizes)
        least = np.full(self._set_count, -1, dtype=np.int32)
        filled = self._sizes > 0
        least[filled] = tables.set_zones[tables.set_first[:-1][filled]]
        self._least = least
        self._goes_on = bool(goes_on(tables.leaves).any())
        self._fraction = (float(tables.fraction[0]), float(tables.fraction[1]))
        self._several = self._sizes > 1

    @classmethod
    def build(cls, polygons: Sequence[BaseGeometry], zone_of_polygon: npt.ArrayLike) -> ZoneIndex:
        """The index of polygons and multipolygons, each with the number of its zone (nought or more).

        Raises PositionError for a vertex outside [-180, 180] x [-90, 90] degrees.
        """
        return cls.of_rings(*rings_of(polygons), zone_of_polygon)

    @classmethod
    def of_rings(cls, rings: Sequence[Floats], polygon_of_ring: Ints, zone_of_polygon: npt.ArrayLike) -> ZoneIndex:
        """The index of polygons given by their rings, rows of longitude and latitude, closed or not."""
        return cls(tables(zone_edges(rings, polygon_of_ring), _numbered(zone_of_polygon)))

    @classmethod
    def cached(
        cls, polygons: Sequence[BaseGeometry], zone_of_polygon: npt.ArrayLike, folder: Path | None = None
    ) -> ZoneIndex:
        """`build`, kept on disk: by default where `cache_folder` says. What cannot be read or written is built."""
        rings, owner = rings_of(polygons)
        zones = _numbered(zone_of_polygon)
        folder = folder or cache_folder()
        file = folder / f"{content_key(rings, owner, zones)}.zones" if folder else None
        if file:
            with suppress(OSError, DamagedIndex):
                opened = cls(load(file))
                with suppress(OSError):
                    file.touch()  # so that it is not among the old ones
                return opened
        made = cls.of_rings(rings, owner, zones)
        if file:
            with suppress(OSError):
                save(made.tables, file)
                forget_old(file.parent)
        return made

    @classmethod
    def open(cls, file: Path) -> ZoneIndex:
        """The index of a file, mapped into memory. Raises DamagedIndex or OSError."""
        return cls(load(file))

    def save(self, file: Path) -> None:
        """Write the index to a file. Raises OSError."""
        save(self.tables, file)

    def first(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Ints32:
        """Of each point the zone that holds it, the least number if several do, -1 if none. Raises PositionError."""
        x, y = _columns(lon, lat)
        answer = np.empty(len(x), dtype=np.int32)

        def look_up(at: slice) -> None:
            found = self._find(x[at], y[at])
            own = answer[at]
            np.take(self._least, found.sets, out=own, mode="clip")
            if len(found.point):
                least = np.where(own < 0, _NONE, own)
                also = self._least[found.more]
                np.minimum.at(least, found.point, np.where(also < 0, _NONE, also))
                own[:] = np.where(least == _NONE, -1, least)

        _in_chunks(look_up, len(x))
        return answer

    def hits(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Ints, Ints]:
        """Pairs of a point's number and a zone that holds it, ascending. Raises PositionError."""
        x, y = _columns(lon, lat)
        pairs = _in_chunks(lambda at: self._pairs(self._find(x[at], y[at]), at.start), len(x))
        if len(pairs) == 1:
            return pairs[0]
        return np.concatenate([p for p, _ in pairs]), np.concatenate([z for _, z in pairs])

    def _pairs(self, found: _Found, start: int) -> tuple[Ints, Ints]:
        point = np.flatnonzero(found.sets != 0)
        sets = found.sets.take(point)
        several = np.flatnonzero(self._several.take(sets))
        more_at, more = found.point, found.more
        if len(several) > len(point) // 8:
            point, zone = self._expanded(point, sets)
        else:  # nearly all points are in one zone: the others' zones are put between
            zone = self._least.take(sets).astype(np.int64)
            more_at, more = np.append(point[several], more_at), np.append(sets[several], more)
        if len(more):
            point, zone = _merged(point, zone, *self._expanded(more_at, more))
        point += start
        return point, zone

    def _expanded(self, point: Ints, sets: Ints32) -> tuple[Ints, Ints]:
        counts = self._sizes.take(sets)
        zones = self.tables.set_zones.take(ranges(self.tables.set_first.take(sets), counts))
        return np.repeat(point, counts), zones.astype(np.int64)

    # ---- from points to sets of zones

    def _find(self, x: Floats, y: Floats) -> _Found:
        """The sets of zones that hold points."""
        if not len(x):
            return _Found(_NO_SETS, _NO_POINTS, _NO_SETS)
        west, east, south, north = x.min(), x.max(), y.min(), y.max()
        # Not a number makes every comparison false, as it must.
        if not (west >= -180 and east < 180 and south >= -90 and north <= 90):
            x, y = checked(x, y)
            x[x == 180] = -180  # rounding may have brought it there
        elif west > -180 and east < 180 - _END and south > -90 and north < 90 - _END:
            return self._descend(x, y, careful=False)
        found = self._descend(x, y, careful=True)
        seam = np.flatnonzero(x == -180)
        if len(seam):
            other = self._descend(np.full(len(seam), 180.0), y[seam], careful=True)
            found = _Found(
                found.sets,
                np.concatenate([found.point, seam, seam[other.point]]),
                np.concatenate([found.more, other.sets, other.more]),
            )
        pole = np.flatnonzero(np.abs(y) == 90)
        if len(pole):
            found.sets[pole] = self.tables.poles[(y[pole] > 0).astype(np.int64)]
            off = ~np.isin(found.point, pole)
            found = _Found(found.sets, found.point[off], found.more[off])
        return found

    def _descend(self, x: Floats, y: Floats, careful: bool) -> _Found:
        u, v = _from_corner(x, y) if careful else (x + 180.0, y + 90.0)
        u *= PER_DEGREE
        v *= PER_DEGREE
        cell = v.astype(np.int32)
        cell *= np.int32(COLUMNS)
        cell += u.astype(np.int32)
        sets = code = self.tables.codes.take(cell)
        point, block = _NO_POINTS, _NO_SETS  # of the undecided; on the first level these are all points
        reached: list[_Leaves] = []
        for level in range(DEEPEST + 1):
            leaf = np.flatnonzero(code >= self._set_count)
            if len(leaf):
                number = code.take(leaf) - np.int32(self._set_count)
                if level:
                    number += self.tables.blocks[:, 0].take(block.take(leaf))
                seen = self._seen(u.take(leaf), v.take(leaf))
                reached.append(_Leaves(point.take(leaf) if level else leaf, number, *seen))
            cut = np.flatnonzero(code < 0)
            if not len(cut):
                break
            point, u, v, code = point.take(cut) if level else cut, u.take(cut), v.take(cut), ~code.take(cut)
            block = code + self.tables.blocks[:, 1].take(block.take(cut)) if level else code
            code = self.tables.children.take(_child(block, u, v)).astype(np.int32)
            sets[point] = code
        if not reached:
            return _Found(sets, _NO_POINTS, _NO_SETS)
        return self._in_leaves(sets, _joined(reached), x, y)

    def _seen(self, u: Floats, v: Floats) -> tuple[Floats32, Floats32]:
        """Points as seen from the reference places of their cells, in units of the cells' sides."""
        u -= np.floor(u)
        v -= np.floor(v)
        u -= self._fraction[0]
        v -= self._fraction[1]
        return u.astype(np.float32), v.astype(np.float32)

    def _in_leaves(self, sets: Ints32, at: _Leaves, x: Floats, y: Floats) -> _Found:
        """The sets of points in leaves, written to `sets`; and the further sets of points whose leaf goes on."""
        more_points, more_sets = [_NO_POINTS], [_NO_SETS]
        sets[at.point], going = self._decide(at, x, y)
        while len(going):
            at = _Leaves(at.point[going], at.leaf[going] + 1, at.x[going], at.y[going])
            found, going = self._decide(at, x, y)
            more_points.append(at.point)
            more_sets.append(found)
        return _Found(sets, np.concatenate(more_points), np.concatenate(more_sets))

    def _decide(self, at: _Leaves, x: Floats, y: Floats) -> tuple[Ints32, Ints]:
        """The sets of zones that leaves mean for points in them, and which of the points have leaves that go on.

        Edges between the reference place and the point flip bits.
        """
        leaf = self.tables.leaves.take(at.leaf, axis=0)
        count = leaf[:, EDGES]
        # Points with many edges first: those that still have a k-th edge are then a slice.
        order = np.argsort(count.astype(np.uint16) if count.max() < 1 << 16 else count, kind="stable")[::-1]
        leaf, point, px, py = leaf.take(order, axis=0), at.point.take(order), at.x.take(order), at.y.take(order)
        first, byte = leaf[:, FIRST].copy(), leaf[:, STATE].astype(np.uint8)
        on = np.zeros(len(byte), dtype=np.uint8)
        for k, n in enumerate((len(order) - np.cumsum(np.bincount(count))[:-1]).tolist()):
            sides = self.tables.sides.take(first[:n] + np.int32(k), axis=0)
            flips, doubtful = _crossed(sides, px[:n], py[:n])
            if len(doubtful):
                where = point[doubtful]
                flips[doubtful], touched = self._exactly(sides[doubtful], level_of(leaf[doubtful]), x[where], y[where])
                on[doubtful] |= touched
            byte[:n] ^= flips
        byte |= on
        sets = np.empty(len(order), dtype=np.int32)
        sets[order] = self.tables.outcome.take(leaf[:, OUTCOME] + byte)
        return sets, order[np.flatnonzero(goes_on(leaf))] if self._goes_on else _NO_POINTS

    def _exactly(self, sides: Floats32, level: Ints32, x: Floats, y: Floats) -> tuple[Bytes, Bytes]:
        """The bits that edges flip, and those of the polygons on whose outlines the points are."""
        numbers = sides.view(np.int32)
        ax, ay, bx, by = self.tables.ends[:, numbers[:, EDGE]]
        column, row = (np.floor(axis * PER_DEGREE * SPLIT**level).astype(np.int64) for axis in _from_corner(x, y))
        rx, ry = reference(column, row, level, self._fraction)
        of_point = orientations(ax, ay, bx, by, x, y)
        apart = (orientations(rx, ry, x, y, ax, ay) >= 0) != (orientations(rx, ry, x, y, bx, by) >= 0)
        crossed = apart & (of_point != np.sign(sides[:, TURN])) & (of_point != 0)
        within = (np.minimum(ax, bx) <= x) & (x <= np.maximum(ax, bx))
        within &= (np.minimum(ay, by) <= y) & (y <= np.maximum(ay, by))
        flips = numbers[:, FLIPS].astype(np.uint8)
        return flips * crossed, flips * (within & (of_point == 0))


def _child(block: Ints32, u: Floats, v: Floats) -> Ints32:
    """Where the children are in which points lie; u and v become those of the next level."""
    for axis in (u, v):
        axis -= np.floor(axis)
        axis *= SPLIT
    at = v.astype(np.int32)
    at *= np.int32(SPLIT)
    at += u.astype(np.int32)
    at += block * np.int32(SPLIT * SPLIT)
    return at


def _joined(parts: list[_Leaves]) -> _Leaves:
    if len(parts) == 1:
        return parts[0]
    return _Leaves(*(np.concatenate([getattr(p, name) for p in parts]) for name in _Leaves.__annotations__))


def _crossed(sides: Floats32, px: Floats32, py: Floats32) -> tuple[Bytes, Ints]:
    """The bits that edges flip, and where single precision does not tell."""
    a = px * sides[:, 1] - py * sides[:, 0]
    b = px * sides[:, 3] - py * sides[:, 2]
    turn = sides[:, TURN]
    o = turn + a
    o -= b
    # Crossed where a and b have unlike signs, and o and the turn: the sign is the first bit.
    unlike = a.view(np.int32) ^ b.view(np.int32)
    unlike &= o.view(np.int32) ^ turn.view(np.int32)
    flips = sides.view(np.int32)[:, FLIPS].astype(np.uint8)
    flips *= (unlike < 0).view(np.uint8)
    for v in (a, b, o):
        np.abs(v, out=v)
    np.minimum(a, b, out=a)
    np.minimum(a, o, out=a)
    return flips, np.flatnonzero(a <= _DOUBT) if a.min(initial=1) <= _DOUBT else _NO_POINTS


def _merged(point: Ints, zone: Ints, also_point: Ints, also_zone: Ints) -> tuple[Ints, Ints]:
    """Pairs in order, and others among them, each once. The others are few."""
    key, other = point * _SPAN + zone, np.unique(also_point * _SPAN + also_zone)
    at = np.searchsorted(key, other)
    new = key[np.minimum(at, len(key) - 1)] != other if len(key) else np.ones(len(other), dtype=bool)
    at, (other_point, other_zone) = at[new], np.divmod(other[new], _SPAN)
    return np.insert(point, at, other_point), np.insert(zone, at, other_zone)


def _from_corner(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Degrees from the south-western end of the world; its eastern and its northern end belong to the last cells."""
    return np.minimum(x, 180 - _END) + 180.0, np.minimum(y, 90 - _END) + 90.0


def _numbered(zone_of_polygon: npt.ArrayLike) -> Ints:
    zones = np.asarray(zone_of_polygon, dtype=np.int64)
    if len(zones) and not (zones.min() >= 0 and zones.max() < _NONE):
        raise ValueError("zones are numbered from nought")
    return zones


def _columns(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, y = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (lon, lat))
    if x.shape != y.shape:
        x, y = np.broadcast_arrays(x, y)
    return x, y


def _in_chunks(work: Callable[[slice], Answer], length: int) -> list[Answer]:
    chunks = [slice(i, min(i + _CHUNK, length)) for i in range(0, max(length, 1), _CHUNK)]
    if len(chunks) == 1:
        return [work(chunks[0])]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(work, chunks))


__all__ = ["DamagedIndex", "PositionError", "ZoneIndex"]
