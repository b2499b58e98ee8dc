"""The line between two sides' coasts: where one coast ceases to be the nearest and another begins.

Cells of the Earth are halved as long as samples of both sides may be nearest to some point of them. In the smallest the
line is drawn straight from side to side. It strays from the true line of equal distance by some tens of metres: that is
far below the map's margin, and no treaty's line.
"""

from __future__ import annotations

import numpy as np
from shapely import LineString

from servanda.spatial.area.cells import (
    DEEPEST,
    NEAR_ENOUGH,
    Cells,
    measured,
    narrowed,
    on_sphere,
    paired,
    turned,
    window,
)
from servanda.spatial.area.shore import Shore
from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths, ranges
from servanda.spatial.ellipsoid.geodesic import EQUATORIAL_RADIUS_M
from servanda.spatial.ellipsoid.sphere import apart, positions

_SHARE = 250  # cells are smaller than the range by this
_SMALLEST_M = 250.0
_ROOM = 1.1  # what is kept for a cell serves in it, and in those that it is halved into
_STEPS = 12
_FAR_M = 1e9


def median_lines(shore: Shore, ours: Truths, reach: float) -> list[LineString]:
    """Pieces of the line between the coasts of rings that are `ours` and those of others, not farther than `reach`."""
    mine = ours[shore.ring]
    cells = _mixed(shore, mine, reach)
    if not len(cells):
        return []
    corners = cells.corners()
    nearer = np.stack([_lead(on_sphere(corners[:, i]), cells, shore, mine) for i in range(4)], axis=1) < 0
    lines: list[LineString] = []
    crossed = nearer != np.roll(nearer, -1, axis=1)
    for count in (2, 4):
        at = np.flatnonzero(crossed.sum(axis=1) == count)
        if len(at):
            sides = np.nonzero(crossed[at])[1].reshape(-1, count)
            for pair in range(0, count, 2):
                one, two = (_meeting(cells.take(at), corners[at], sides[:, pair + k], shore, mine) for k in (0, 1))
                lines += _short_lines(one, two)
    return lines


def _short_lines(one: Floats, two: Floats) -> list[LineString]:
    apart_ = (one != two).any(axis=1) & (np.abs(one[:, 0] - two[:, 0]) < 180)
    return [LineString([a, b]) for a, b in zip(one[apart_].tolist(), two[apart_].tolist(), strict=True)]


def _mixed(shore: Shore, mine: Truths, reach: float) -> Cells:
    """The smallest cells to which both sides may be nearest, at sea, within reach."""
    whole = np.pi / 4 * np.sqrt(2) * EQUATORIAL_RADIUS_M
    deepest = int(min(np.ceil(np.log2(whole / max(reach / _SHARE, _SMALLEST_M))), DEEPEST))

    def sift(cells: Cells) -> tuple[Cells, Truths]:
        cells = _sifted(cells, shore, mine, reach, deepest)
        return cells, cells.level >= deepest

    return narrowed(shore, sift)


def _sifted(cells: Cells, shore: Shore, mine: Truths, reach: float, deepest: int) -> Cells:
    middle, half = measured(cells)
    last = cells.level >= deepest
    pairs = paired(cells, middle, np.where(last, -1.0, NEAR_ENOUGH * half), shore)
    nearest, least = (np.minimum.reduceat(v, pairs.begin()) for v in (pairs.high, pairs.low))
    room = _ROOM * half
    pairs = pairs.take(pairs.low <= (nearest + 2 * room)[pairs.cell])
    turn = turned(pairs, middle, nearest, shore.balls.centre)
    drift = window(room[pairs.cell], least[pairs.cell], turn, pairs.swing)
    pairs = pairs.take(pairs.low <= nearest[pairs.cell] + drift)
    count = np.bincount(pairs.cell, minlength=len(cells))
    ours = np.zeros(len(cells), dtype=bool)
    theirs = ours.copy()
    leaf = pairs.node < len(mine)
    side = mine[np.where(leaf, pairs.node, 0)]
    ours[pairs.cell[~leaf | side]], theirs[pairs.cell[~leaf | ~side]] = True, True
    # No coast in the cell, and its middle on land: the line there is a border, not a median.
    away = np.flatnonzero(ours & theirs & (least > half + shore.stray(least)))
    open_ = ours & theirs & (least - half <= reach)
    open_[away[shore.holds(*positions(middle[away]))]] = False
    place = (cells.level, cells.face, cells.row, cells.column)
    return Cells(*place, np.cumsum(count) - count, count, pairs.node, cells.outside).take(open_)


def _lead(place: Floats, cells: Cells, shore: Shore, mine: Truths) -> Floats:
    """By how many metres our coast is farther than theirs, from a place in each cell."""
    point = np.repeat(np.arange(len(cells)), cells.count)
    sample = cells.nodes[ranges(cells.start, cells.count)]
    metres, _ = apart(place[point], shore.balls.centre[sample])
    begin = np.cumsum(cells.count) - cells.count
    ours: Floats = np.minimum.reduceat(np.where(mine[sample], metres, np.inf), begin)
    theirs: Floats = np.minimum.reduceat(np.where(mine[sample], np.inf, metres), begin)
    # A side that is not on the list is farther than the other.
    lead: Floats = np.clip(ours, 0.0, _FAR_M) - np.clip(theirs, 0.0, _FAR_M)
    return lead


def _meeting(cells: Cells, corners: Ints, side: Ints, shore: Shore, mine: Truths) -> Floats:
    """Where the coasts are equally far on a side of each cell: the same point from both cells of the side."""
    rows = np.arange(len(cells))
    a, b = corners[rows, side].astype(np.float64), corners[rows, (side + 1) % 4].astype(np.float64)
    turned_ = (a > b)[rows, np.argmax(a != b, axis=1)]
    a, b = np.where(turned_[:, None], b, a), np.where(turned_[:, None], a, b)
    low, high = np.zeros(len(cells)), np.ones(len(cells))
    start = _lead(on_sphere(a), cells, shore, mine) < 0
    for _ in range(_STEPS):
        share = (low + high) / 2
        same = (_lead(on_sphere(a + (b - a) * share[:, None]), cells, shore, mine) < 0) == start
        low, high = np.where(same, share, low), np.where(same, high, share)
    lon, lat = positions(on_sphere(a + (b - a) * ((low + high) / 2)[:, None]))
    meeting: Floats = np.stack([lon, lat], axis=1).round(7)
    return meeting
