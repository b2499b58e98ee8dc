"""Where the line runs that lies at a given distance from an outline: cells of a cube drawn onto the Earth, halved and
halved again wherever the line may be.

No cell is passed over by guess. Distance changes by no more than one moves, so a cell whose middle lies nearer than
the range by more than its half diagonal is wholly inside, and so on. What may be nearest to some point of a cell is
kept as a list of balls of the outline, which shrinks with the cell. Halving ends where all that may be nearest lies
within sixty degrees of one direction: there the distance grows steadily along the opposite one, so that the line
crosses the cell once and nothing hides in it, no hole and no strait. Elsewhere it goes on to cells of five metres.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from servanda.spatial.area.shore import Shore
from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths, ranges
from servanda.spatial.ellipsoid.geodesic import EQUATORIAL_RADIUS_M, MEAN_RADIUS_M
from servanda.spatial.ellipsoid.sphere import apart, positions

DEEPEST = 21  # halvings of a face: cells of five metres
LATTICE = 2**DEEPEST  # nodes of a face run from -LATTICE to LATTICE in steps of two
_FIRST = 2
_LARGEST_M = 12_000.0
_FINE = 8  # cells are smaller than the range by this
_AT_ONCE = 500_000  # pairs of a cell and a ball
_ROOM = 2.0  # what is kept for a cell serves around it too, as far as this many half diagonals from its middle
# For a quarter to have its room in that of the whole, the whole needs half a diagonal and half of that room; a little
# more, as large cells are not quite alike.
_ROOM_ABOVE = 1.25
NEAR_ENOUGH = 0.35  # balls are opened until their radius is this share of the half diagonal
# Radians between the outermost directions, seen from the middle; seen from anywhere around, it is 120 degrees at most.
# So steep a line that leaves a cell on one side comes back before it leaves the room around it.
_SPREAD = 1.88
# In cells of twenty metres only what faces another stretch of the line may hide: a strait or a hole, not a mere corner.
_SMALL = 19
_SPREAD_OF_SMALL = 2.7


@dataclass(frozen=True)
class Cells:
    """Cells of the faces of a cube: face, row and column at `level`, and what may be nearest to their points."""

    level: Ints
    face: Ints
    row: Ints
    column: Ints
    start: Ints  # into `nodes`
    count: Ints
    nodes: Ints
    outside: Truths  # known not to touch the polygons

    def __len__(self) -> int:
        return len(self.face)

    def take(self, which: Ints | Truths) -> Cells:
        """Some of the cells."""
        return Cells(
            self.level[which],
            self.face[which],
            self.row[which],
            self.column[which],
            self.start[which],
            self.count[which],
            self.nodes,
            self.outside[which],
        )

    def corners(self) -> Ints:
        """Lattice points of the corners, around each cell: rows of four points of three whole numbers."""
        step = 2 * (LATTICE >> self.level)
        low = np.stack([self.row * step - LATTICE, self.column * step - LATTICE], axis=-1)
        shifts = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        plane = low[:, None, :] + shifts[None, :, :] * step[:, None, None]
        return on_cube(np.repeat(self.face[:, None], 4, axis=1), plane)

    def middles(self) -> Ints:
        """Lattice points of the middles; in the smallest cells they are whole numbers still."""
        step = 2 * (LATTICE >> self.level)
        plane = np.stack([self.row * step + step // 2, self.column * step + step // 2], axis=-1) - LATTICE
        return on_cube(self.face, plane)


def on_cube(face: Ints, plane: Ints) -> Ints:
    """Points of the cube from a face (axis and side) and the place on it."""
    axis, side = face // 2, 1 - 2 * (face % 2)
    point = np.empty((*face.shape, 3), dtype=np.int64)
    np.put_along_axis(point, axis[..., None], (side * LATTICE)[..., None], axis=-1)
    for turn in (1, 2):
        np.put_along_axis(point, ((axis + turn) % 3)[..., None], plane[..., turn - 1, None], axis=-1)
    return point


def on_sphere(point: Ints | Floats) -> Floats:
    """Unit vectors of points of the cube, so that cells are of nearly one size."""
    straight = np.tan(np.pi / 4 * (point / LATTICE))
    size = np.sqrt(np.einsum("...i,...i->...", straight, straight))
    vector: Floats = straight / size[..., None]
    return vector


_PLANE_BITS = DEEPEST + 2  # of a number from 0 to 2 LATTICE


def key(point: Ints) -> Ints:
    """One whole number for each lattice point: a face that it is on, and the place on it."""
    axis = np.argmax(np.abs(point) == LATTICE, axis=-1)
    on, one, two = (
        np.take_along_axis(point, ((axis + turn) % 3)[..., None], axis=-1)[..., 0] + LATTICE for turn in range(3)
    )
    face = axis * 2 + (on == 0)
    number: Ints = (face << (2 * _PLANE_BITS)) | (one << _PLANE_BITS) | two
    return number


def lattice_points(keys: Ints) -> Ints:
    """The lattice points of keys."""
    low = (1 << _PLANE_BITS) - 1
    plane = np.stack([(keys >> _PLANE_BITS) & low, keys & low], axis=-1) - LATTICE
    return on_cube(keys >> (2 * _PLANE_BITS), plane)


def common_level(reach: float) -> int:
    """The level at which halving ends where nothing hides."""
    largest = min(_LARGEST_M, reach / _FINE)
    whole = np.pi / 4 * np.sqrt(2) * EQUATORIAL_RADIUS_M
    return int(np.clip(np.ceil(np.log2(whole / largest)), _FIRST, DEEPEST))


def search(shore: Shore, reach: float) -> tuple[Cells, Ints]:
    """The cells in which the line lies, and the middles (as keys) of sides of cells halved beyond the common level."""
    common = common_level(reach)
    halved = [np.empty(0, dtype=np.int64)]

    def sift(cells: Cells) -> tuple[Cells, Truths]:
        cells, scattered = _sifted(cells, shore, reach, common)
        done = (cells.level >= common) & (~scattered | (cells.level >= DEEPEST))
        corners = cells.take(~done & (cells.level >= common)).corners()
        halved.append(key((corners + np.roll(corners, -1, axis=1)) // 2).ravel())
        return cells, done

    return narrowed(shore, sift), np.unique(np.concatenate(halved))


def narrowed(shore: Shore, sift: Callable[[Cells], tuple[Cells, Truths]]) -> Cells:
    """What is left of the whole Earth; `sift` drops cells and says which are done, the others are halved."""
    waiting, found = [_whole_earth(shore)], []
    while waiting:
        cells = waiting.pop()
        if len(cells) > 1 and int(cells.count.sum()) > _AT_ONCE:
            half = np.arange(len(cells)) < len(cells) // 2
            waiting += [cells.take(half), cells.take(~half)]
            continue
        cells, done = sift(cells)
        found.append(cells.take(done))
        if not done.all():
            waiting.append(_quartered(cells.take(~done)))
    return _joined(found)


def _whole_earth(shore: Shore) -> Cells:
    """Large cells over the whole Earth, to begin with."""
    side = 2**_FIRST
    face, row, column = (v.ravel() for v in np.meshgrid(np.arange(6), np.arange(side), np.arange(side), indexing="ij"))
    top = shore.balls.top
    size = len(face)
    return Cells(
        np.full(size, _FIRST),
        face,
        row,
        column,
        np.arange(size) * len(top),
        np.full(size, len(top)),
        np.tile(top, size),
        np.zeros(size, dtype=bool),
    )


def _quartered(cells: Cells) -> Cells:
    """Each cell as its four quarters."""
    four = np.repeat(np.arange(len(cells)), 4)
    shift = np.tile(np.arange(4), len(cells))
    return Cells(
        cells.level[four] + 1,
        cells.face[four],
        cells.row[four] * 2 + shift // 2,
        cells.column[four] * 2 + shift % 2,
        cells.start[four],
        cells.count[four],
        cells.nodes,
        cells.outside[four],
    )


def _joined(parts: list[Cells]) -> Cells:
    """The cells of all parts."""
    begin = np.cumsum([0, *(len(p.nodes) for p in parts[:-1])])
    level, face, row, column, count, nodes = (
        np.concatenate([getattr(p, name) for p in parts])
        for name in ("level", "face", "row", "column", "count", "nodes")
    )
    start = np.concatenate([p.start + b for p, b in zip(parts, begin, strict=True)])
    return Cells(level, face, row, column, start, count, nodes, np.concatenate([p.outside for p in parts]))


def _sifted(cells: Cells, shore: Shore, reach: float, common: int) -> tuple[Cells, Truths]:
    """The cells that are neither wholly within reach nor wholly beyond, with shorter lists; and whether what may be
    nearest to a cell lies scattered over more than sixty degrees to either side of one direction."""
    middle, half = measured(cells)
    largest = np.where(cells.level >= common, -1.0, NEAR_ENOUGH * half)
    pairs = paired(cells, middle, largest, shore)
    nearest, least = (np.minimum.reduceat(v, pairs.begin()) for v in (pairs.high, pairs.low))
    least = np.maximum(least - shore.stray(least), 0.0)
    inside = nearest + half <= reach
    outside = cells.outside.copy()
    asked = np.flatnonzero(~inside & ~outside & (least > half))
    held = shore.holds(*positions(middle[asked]))
    inside[asked[held]], outside[asked[~held]] = True, True
    open_ = ~inside & ~(outside & (least - half > reach))
    room = half * (_ROOM_ABOVE + (_ROOM - _ROOM_ABOVE) * 0.5 ** np.maximum(common - cells.level, 0))
    stray = shore.stray(np.maximum(nearest - room, 0.0))
    pairs = pairs.take(open_[pairs.cell] & (pairs.low <= (nearest + 2 * room + stray)[pairs.cell]))
    turn = turned(pairs, middle, nearest, shore.balls.centre)
    drift = window(room[pairs.cell], least[pairs.cell], turn, pairs.swing)
    kept = pairs.low <= (nearest + stray)[pairs.cell] + drift
    left, right = np.zeros(len(cells)), np.zeros(len(cells))
    np.maximum.at(left, pairs.cell[kept], (pairs.swing - turn)[kept])
    np.maximum.at(right, pairs.cell[kept], (pairs.swing + turn)[kept])
    scattered = left + right > np.where(cells.level < _SMALL, _SPREAD, _SPREAD_OF_SMALL)
    count = np.bincount(pairs.cell[kept], minlength=len(cells))
    place = (cells.level, cells.face, cells.row, cells.column)
    sifted = Cells(*place, np.cumsum(count) - count, count, pairs.node[kept], outside)
    return sifted.take(open_), scattered[open_]


@dataclass(frozen=True)
class Pairs:
    """Cells and balls that may be nearest to them, cell by cell; the distance of the middle is at least and at most.

    `high` is to the middle of the ball, which is a point of the outline. `swing`: how far the direction of what is in
    the ball may be from that of its middle.
    """

    cell: Ints
    node: Ints
    low: Floats
    high: Floats
    swing: Floats

    def begin(self) -> Ints:
        """Where each cell's pairs begin."""
        return np.flatnonzero(np.append(True, self.cell[1:] != self.cell[:-1]))

    def take(self, which: Truths) -> Pairs:
        """Some of them."""
        return Pairs(self.cell[which], self.node[which], self.low[which], self.high[which], self.swing[which])


def paired(cells: Cells, middle: Floats, largest: Floats, shore: Shore) -> Pairs:
    """The cells with what is on their lists, opened until no ball is larger than its cell allows."""
    cell = np.repeat(np.arange(len(cells)), cells.count)
    cell, node = _opened(cell, cells.nodes[ranges(cells.start, cells.count)], largest, shore)
    about, wrong = apart(middle.take(cell, axis=0), shore.balls.centre.take(node, axis=0))
    radius = shore.balls.radius[node]
    sine = np.maximum(np.sin(np.minimum(about / MEAN_RADIUS_M, 3.1)), 1e-3)
    low = np.maximum(about - radius - wrong, 0.0)
    return Pairs(cell, node, low, about + wrong, radius / (MEAN_RADIUS_M * sine))


def measured(cells: Cells) -> tuple[Floats, Floats]:
    """Middles as unit vectors, and half diagonals: no point of a cell is farther from its middle, in metres."""
    middle, corner = on_sphere(cells.middles()), on_sphere(cells.corners())
    gap = corner - middle[:, None, :]
    square = np.einsum("ijk,ijk->ij", gap, gap).max(axis=1)
    half: Floats = EQUATORIAL_RADIUS_M * 2 * np.arcsin(np.minimum(np.sqrt(square) / 2, 1.0)) * (1 + 1e-9)
    return middle, half


def _opened(cell: Ints, node: Ints, largest: Floats, shore: Shore) -> tuple[Ints, Ints]:
    """Balls replaced by what they hold, until none is larger than its cell allows."""
    balls = shore.balls
    while True:
        large = (balls.radius[node] > largest[cell]) & (balls.count[node] > 0)
        if not large.any():
            return cell, node
        count = np.where(large, balls.count[node], 1)
        first = np.where(large, balls.first[node], node)
        cell, node = np.repeat(cell, count), ranges(first, count)


def turned(pairs: Pairs, middle: Floats, nearest: Floats, centre: Floats) -> Floats:
    """By which angle each ball's direction, seen from the middle, is turned from that of the nearest, to the left."""
    far = centre.take(pairs.node, axis=0)
    least = np.flatnonzero(pairs.high == nearest[pairs.cell])
    ahead = np.zeros_like(middle)
    ahead[pairs.cell[least]] = far[least]
    left = np.cross(middle, ahead)
    ahead = np.cross(left, middle)
    turn: Floats = np.arctan2(_along(far, left.take(pairs.cell, axis=0)), _along(far, ahead.take(pairs.cell, axis=0)))
    return turn


def _along(one: Floats, other: Floats) -> Floats:
    product: Floats = np.einsum("ij,ij->i", one, other)
    return product


def window(room: Floats, least: Floats, turn: Floats, swing: Floats) -> Floats:
    """How much farther than the nearest a ball may be from the middle and yet be nearest to some point around it.

    Two distances drift apart along a step by no more than the step times the chord between their directions, and by
    what the lines of equal distance are curved. Right beside the outline only the step itself counts, twice.
    """
    clear = (least - room) / MEAN_RADIUS_M
    steep = np.abs(1 / np.tan(np.clip(clear, 1e-6, np.pi - 1e-3)))
    chord = 2 * np.abs(np.sin(turn / 2)) + swing
    drift = room * (1.02 * chord + 1e-4) + room**2 / MEAN_RADIUS_M * steep
    widest: Floats = np.where(clear > 0, np.minimum(drift, 2 * room), 2 * room)
    return widest
