"""The map as lines that neighbours share, so that a border is drawn once and thinned out the same on both sides.

A ring of the layer is cut where three pieces meet; what lies between two cuts is an arc, and the ring a row of arcs,
each walked as it stands or backwards. Lines along the antimeridian and along the south pole are seams of the sheet on
which the layer was drawn: no land ends there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import shapely

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.land.layer import UNIT_DEGREES, layer

_STEPS = round(1 / UNIT_DEGREES)
_SEAM_X = 180 * _STEPS
_SEAM_Y = -90 * _STEPS


@dataclass(frozen=True)
class Outline:
    """One polygon of a piece: its rings as rows of arcs, `~n` being arc `n` walked backwards."""

    piece: int
    rings: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Topology:
    """Arcs (rows of longitude and latitude, ends included), the pieces beside each, and the polygons made of them.

    `sides`: one piece where the sea or a seam is on the other side.
    """

    arcs: tuple[Floats, ...]
    sides: tuple[tuple[int, ...], ...]
    seam: tuple[bool, ...]
    outlines: tuple[Outline, ...]


@cache
def topology() -> Topology:
    """The arcs of all land, disputed land included, of the layer of the package."""
    world = layer()
    which = np.flatnonzero(np.isin(world.polygon_piece, world.of_kind("land", "area")))
    rings, polygon = shapely.get_rings([world.polygons[i] for i in which], return_index=True)
    lines = [_keys(shapely.get_coordinates(ring)[:-1]) for ring in rings.tolist()]
    cuts = _cuts(lines)
    collected = _Arcs()
    rows = [
        collected.ring(line, cut, int(world.polygon_piece[which[number]]))
        for line, cut, number in zip(lines, cuts, polygon.tolist(), strict=True)
    ]
    begins = np.searchsorted(polygon, np.arange(len(which) + 1)).tolist()
    outlines = [
        Outline(int(world.polygon_piece[position]), tuple(rows[begins[number] : begins[number + 1]]))
        for number, position in enumerate(which.tolist())
    ]
    return Topology(
        tuple(_positions(arc) for arc in collected.arcs),
        tuple(tuple(sorted(s)) for s in collected.sides),
        tuple(bool(_seams(arc[:-1], arc[1:]).all()) for arc in collected.arcs),
        tuple(outlines),
    )


def _keys(ring: Floats) -> Ints:
    """Each position as one number."""
    steps = np.rint(ring * _STEPS).astype(np.int64)
    return (steps[:, 0] + _SEAM_X) << 32 | (steps[:, 1] - _SEAM_Y)


def _positions(keys: Ints) -> Floats:
    x, y = (keys >> 32) - _SEAM_X, (keys & 0xFFFFFFFF) + _SEAM_Y
    return np.stack([x, y], axis=1) / _STEPS


def _seams(keys: Ints, following: Ints) -> Truths:
    """Which edges, each from a position to the one that follows, run along a seam."""
    x, y = (keys >> 32) - _SEAM_X, (keys & 0xFFFFFFFF) + _SEAM_Y
    to_x, to_y = (following >> 32) - _SEAM_X, (following & 0xFFFFFFFF) + _SEAM_Y
    meridian = (np.abs(x) == _SEAM_X) & (to_x == x)
    pole = (y == _SEAM_Y) & (to_y == y)
    return np.asarray(meridian | pole)


def _cuts(lines: list[Ints]) -> list[Ints]:
    """Of each ring the places at which it is cut: where it goes with others no longer, and where a seam begins."""
    here = np.concatenate(lines)
    before = np.concatenate([_turned(line, -1) for line in lines])
    after = np.concatenate([_turned(line, 1) for line in lines])
    low, high = np.minimum(before, after), np.maximum(before, after)
    order = np.lexsort((high, low, here))
    same = here[order][1:] == here[order][:-1]
    other = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    junctions = np.unique(here[order][1:][same & other])
    cut = np.isin(here, junctions) | (_seams(here, after) != _seams(before, here))
    return [np.flatnonzero(part) for part in np.split(cut, np.cumsum([len(line) for line in lines[:-1]]))]


def _turned(line: Ints, by: int) -> Ints:
    return np.concatenate([line[by:], line[:by]])


class _Arcs:
    """Arcs found so far; one that is met again, forwards or backwards, is the same."""

    def __init__(self) -> None:
        self.arcs: list[Ints] = []
        self.sides: list[set[int]] = []
        self._known: dict[bytes, int] = {}

    def ring(self, line: Ints, cuts: Ints, piece: int) -> tuple[int, ...]:
        """The row of arcs of a ring."""
        return tuple(self._arc(part, piece) for part in _parts(line, cuts))

    def _arc(self, part: Ints, piece: int) -> int:
        back = part[::-1]
        forwards = part.tolist() <= back.tolist()
        kept = part if forwards else back
        number = self._known.setdefault(kept.tobytes(), len(self.arcs))
        if number == len(self.arcs):
            self.arcs.append(kept)
            self.sides.append(set())
        self.sides[number].add(piece)
        return number if forwards else ~number


def _parts(line: Ints, cuts: Ints) -> Iterator[Ints]:
    """The ring from cut to cut; one without a cut is an arc that ends where it begins, at its least position."""
    start = int(cuts[0]) if len(cuts) else int(np.argmin(line))
    turned = _turned(line, start)
    closed = np.append(turned, turned[0])
    ends = [*(cuts - start).tolist(), len(line)] if len(cuts) else [0, len(line)]
    for begin, end in pairwise(ends):
        yield closed[begin : end + 1]
