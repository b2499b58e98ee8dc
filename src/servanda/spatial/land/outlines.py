"""The lines of the map, each once, with what lies on either side of it.

Two pieces that touch have their common line in common vertex by vertex (`tools/build_layer.py` sees to it), so that a
line between two pieces of one State, on some day and in some view, can be left out of account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.land.layer import UNIT_DEGREES, Layer, layer
from servanda.spatial.outline.edges import Outline

COAST = -1  # on the other side of a line: no land
_SPREAD = np.int64(0x1E3779B97F4A7C15)  # odd and large: two ends to one mark, modulo 2**64, as good as unique


@dataclass(frozen=True)
class Outlines:
    """Lines by number: the pieces on either side (the second may be COAST), the margin, and whether typed by hand."""

    left: Ints
    right: Ints
    margin_m: Floats
    typed: Truths
    rings: tuple[tuple[Floats, ...], ...]

    @cached_property
    def drawn(self) -> Outline:
        """The lines of Natural Earth, to be searched; the owners are numbers of lines."""
        return _edges(self, ~self.typed)

    @cached_property
    def by_hand(self) -> Outline | None:
        """The lines typed by hand, likewise; None when there are none."""
        return _edges(self, self.typed) if self.typed.any() else None

    def around(self, pieces: Truths) -> Ints:
        """Numbers of the lines of which exactly one side is among these pieces (True by number of piece)."""
        return np.flatnonzero(pieces[self.left] ^ ((self.right != COAST) & pieces[self.right]))

    def span_m(self, lon: Floats, lat: Floats, lines: Ints) -> tuple[Floats, Floats]:
        """The least and the greatest distance from each position to the nearest of these lines, margins included."""
        least, greatest = np.full(len(lon), np.inf), np.full(len(lon), np.inf)
        for typed in (False, True):
            chosen = lines[self.typed[lines] == typed]
            edges = self.by_hand if typed else self.drawn
            for margin in np.unique(self.margin_m[chosen]).tolist():
                assert edges is not None  # some are typed by hand
                distance = edges.nearest_m(lon, lat, chosen[self.margin_m[chosen] == margin].tolist())
                least, greatest = np.minimum(least, distance - margin), np.minimum(greatest, distance + margin)
        return least, greatest

    def touching(self, pieces: Truths) -> Truths:
        """Of each line whether land on either side is among these pieces."""
        touching: Truths = pieces[self.left] | ((self.right != COAST) & pieces[self.right])
        return touching

    def parting(self, lots: Ints) -> Truths:
        """Of each line whether it parts two lots (a number for each piece), or land from water."""
        parting: Truths = (self.right == COAST) | (lots[self.left] != lots[self.right])
        return parting


def _edges(outlines: Outlines, which: Truths) -> Outline:
    numbers = [(n, ring) for n in np.flatnonzero(which).tolist() for ring in outlines.rings[n]]
    return Outline([ring for _, ring in numbers], np.array([n for n, _ in numbers], dtype=np.int64))


@cache
def outlines(margin_m: float) -> Outlines:
    """The lines of the package's layer; `margin_m` is that of the map's own."""
    found: dict[tuple[int, int, int], list[Floats]] = {}
    for left, right, metres, ring in _stretches_of_land(layer()):
        found.setdefault((left, right, metres), []).append(ring)
    keys = np.array(sorted(found), dtype=np.int64)
    return Outlines(
        left=keys[:, 0],
        right=keys[:, 1],
        margin_m=np.where(keys[:, 2] > 0, keys[:, 2], margin_m).astype(np.float64),
        typed=keys[:, 2] > 0,
        rings=tuple(tuple(found[left, right, metres]) for left, right, metres in keys.tolist()),
    )


def _stretches_of_land(world: Layer) -> Iterator[tuple[int, int, int, Floats]]:
    """Lines with the same piece on the other side: the two pieces, the margin in metres, the line as a closed ring."""
    land = set(world.of_kind("land", "area").tolist())
    rings = [i for i, piece in enumerate(world.ring_piece.tolist()) if piece in land]
    length = np.array([len(world.rings[i]) for i in rings])
    others = np.split(_other_side([world.rings[i] for i in rings], world.ring_piece[rings]), np.cumsum(length)[:-1])
    for i, other in zip(rings, others, strict=True):
        piece, ring, metres = int(world.ring_piece[i]), world.rings[i], world.ring_margin[i]
        for first, last in _runs(other, metres):
            beyond = int(other[first])
            if beyond == COAST or piece < beyond:
                yield piece, beyond, int(metres[first]), _closed(ring, first, last)


def _other_side(rings: list[Floats], pieces: Ints) -> Ints:
    """For each edge, by the vertex where it begins, the piece that has the same edge the other way round."""
    length = [len(ring) for ring in rings]
    start = np.rint(np.concatenate(rings) / UNIT_DEGREES).astype(np.int64) @ np.array([1 << 32, 1])
    last = np.cumsum(length)
    following = np.arange(1, len(start) + 1)
    following[last - 1] = np.append(0, last[:-1])  # after its last vertex a ring begins again
    end = start[following]
    # Either way round an edge has the same mark, so that the two lie side by side when sorted.
    order = np.argsort(np.minimum(start, end) * _SPREAD + np.maximum(start, end))
    one, next_ = order[:-1], order[1:]
    owner = np.repeat(pieces, length)
    twins = (start[one] == end[next_]) & (end[one] == start[next_]) & (owner[one] != owner[next_])
    other: Ints = np.full(len(start), COAST, dtype=np.int64)
    other[one[twins]] = owner[next_[twins]]
    other[next_[twins]] = owner[one[twins]]
    return other


def _runs(other: Ints, metres: Ints) -> Iterator[tuple[int, int]]:
    """Runs of edges alike, first and last, the last beyond the ring's end where the run goes round it."""
    if (other == other[0]).all() and (metres == metres[0]).all():
        yield 0, len(other) - 1
        return
    changes = np.flatnonzero((other != np.roll(other, 1)) | (metres != np.roll(metres, 1))).tolist()
    for first, following in zip(changes, [*changes[1:], changes[0] + len(other)], strict=True):
        yield first, following - 1


def _closed(ring: Floats, first: int, last: int) -> Floats:
    """The stretch as a closed ring: itself when it is the whole ring, else there and back."""
    if last - first + 1 == len(ring):
        return ring
    line = ring[np.arange(first, last + 2) % len(ring)]
    return np.concatenate([line, line[-2:0:-1]])
