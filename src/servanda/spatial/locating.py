"""Where many positions are, as columns: whose land, which seas, how near a border, without an object for each row.

Far from every coast and border the answer hangs on the piece of the map alone, and is asked for once for each piece.
Only the positions that lie nearer are put to `Geography.standings`, so both answer alike everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.ellipsoid.geodesic import checked
from servanda.spatial.index.vicinity import near_lines
from servanda.spatial.index.zone_batch import NO_PIECE, pieces_at
from servanda.spatial.land.layer import layer
from servanda.spatial.land.outlines import outlines
from servanda.spatial.land.tenure import tenure
from servanda.spatial.territory import BORDER_CAP_M, MARGIN_M, Standing, geography


@dataclass(frozen=True)
class Whose:
    """Whose land it is, as `Standing` says it, without the distance to the border.

    `piece`: the number of the piece of the map, -1 at sea. `beside`: those that lie within the margin, of a
    position at sea. `holders`: whose the piece is on the day.
    """

    codes: tuple[str, ...]
    certain: bool
    area: str | None
    missing: str | None
    piece: int
    beside: tuple[int, ...]
    holders: tuple[str, ...]


@dataclass(frozen=True)
class Located:
    """One entry a position: a number in `answers`, a number in `sea_sets`, and metres to the border, at most 20 km."""

    answers: tuple[Whose, ...]
    answer: Ints
    sea_sets: tuple[tuple[str, ...], ...]
    seas: Ints
    border_m: Floats


def locate(lon: npt.ArrayLike, lat: npt.ArrayLike, on: date | None = None, view: str | None = None) -> Located:
    """Where the positions were on a day (None: the last that the map knows), in a view. Raises PositionError."""
    x, y = checked(lon, lat)
    piece, point, sea = pieces_at(x, y)
    sets, seas = _sea_sets(len(x), point, sea)
    found = _Standings(piece, on, view)
    near = near_lines(max(BORDER_CAP_M, float(outlines(MARGIN_M).margin_m.max()))).near(x, y)
    found.take_far(x, y, np.flatnonzero(~near))
    found.take_near(x, y, np.flatnonzero(near))
    return Located(tuple(found.answers), found.answer, sets, seas, found.border_m)


def swapped_onto_land(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Which positions lie off every coast as given, and on land with longitude and latitude exchanged."""
    swapped: npt.NDArray[np.bool_] = np.abs(lon) <= 90
    at = np.flatnonzero(swapped)
    given, _, _ = pieces_at(lon[at], lat[at])
    turned, _, _ = pieces_at(lat[at], lon[at])
    swapped[at] = (given == NO_PIECE) & (turned != NO_PIECE)
    return swapped


class _Standings:
    """Collects answers, each kept once."""

    def __init__(self, piece: Ints, on: date | None, view: str | None) -> None:
        self.answers: list[Whose] = []
        self.answer = np.zeros(len(piece), dtype=np.int64)
        self.border_m = np.full(len(piece), BORDER_CAP_M)
        self._number: dict[Whose, int] = {}
        self._piece = piece
        self._map, self._on = geography(view), on
        self._holdings = tenure(on, view).holdings

    def take_far(self, x: Floats, y: Floats, at: Ints) -> None:
        """Positions of one piece, or of none, all have one answer: that of the first."""
        pieces, first, which = np.unique(self._piece[at], return_index=True, return_inverse=True)
        one = at[first]
        standings = self._map.standings(x[one], y[one], self._on) if len(one) else []
        numbers = [self._kept(s, int(p), ()) for s, p in zip(standings, pieces.tolist(), strict=True)]
        self.answer[at] = np.array(numbers, dtype=np.int64)[which.reshape(-1)]

    def take_near(self, x: Floats, y: Floats, at: Ints) -> None:
        """Positions that the map is asked about one by one."""
        if not len(at):
            return
        standings = self._map.standings(x[at], y[at], self._on)
        self.border_m[at] = [s.border_m for s in standings]
        ashore = [i for i, s in zip(at.tolist(), standings, strict=True) if s.codes and self._piece[i] == NO_PIECE]
        beside = dict(zip(ashore, _beside(x[ashore], y[ashore]), strict=True))
        self.answer[at] = [
            self._kept(s, int(self._piece[i]), beside.get(i, ())) for i, s in zip(at.tolist(), standings, strict=True)
        ]

    def _kept(self, standing: Standing, piece: int, beside: tuple[int, ...]) -> int:
        holders = self._holdings[piece].holders if piece != NO_PIECE else ()
        whose = Whose(standing.codes, standing.certain, standing.area, standing.missing, piece, beside, holders)
        number = self._number.setdefault(whose, len(self.answers))
        if number == len(self.answers):
            self.answers.append(whose)
        return number


def _sea_sets(length: int, point: Ints, sea: Ints) -> tuple[tuple[tuple[str, ...], ...], Ints]:
    """Each set of seas that comes up, the smallest sea first, and which of them each position is in."""
    rank = _sea_rank()[sea]
    order = np.lexsort((rank, point))
    point, rank = point[order], rank[order]
    begin = np.flatnonzero(np.append(True, point[1:] != point[:-1])[: len(point)])
    count = np.diff(np.append(begin, len(point)))
    key = np.zeros(length, dtype=np.int64)
    base = len(_seas_by_size()) + 1
    for place in range(int(count.max()) if len(count) else 0):
        some = begin[count > place]
        key[point[some]] = key[point[some]] * base + rank[some + place] + 1
    keys, which = np.unique(key, return_inverse=True)
    return tuple(_unpacked(int(k), base) for k in keys), which.reshape(-1)


def _unpacked(key: int, base: int) -> tuple[str, ...]:
    names: list[str] = []
    while key:
        key, rank = divmod(key, base)
        names.append(layer().pieces[_seas_by_size()[rank - 1]].name)
    return tuple(reversed(names))


def _beside(x: Floats, y: Floats) -> list[tuple[int, ...]]:
    """The pieces met on circles within the margin of positions at sea: their nearest shore, whose dependency it is."""
    beside: list[tuple[int, ...]] = [()] * len(x)
    if not len(x):
        return beside
    for radius in (0.25, 0.5, 0.75, 1.0):
        piece, _, _ = pieces_at(*_circles(x, y, radius * MARGIN_M))
        for i, row in enumerate(piece.reshape(len(x), -1)):
            if not beside[i]:
                beside[i] = tuple(sorted(set(row[row != NO_PIECE].tolist())))
    return beside


def _circles(x: Floats, y: Floats, radius: float) -> tuple[Floats, Floats]:
    """Sixteen positions around each; a circle drawn with a few metres' fault is good enough to meet a shore with."""
    angle = np.arange(16) * (2 * np.pi / 16)
    north = radius / 111_000.0
    lat = np.clip(y[:, None] + north * np.cos(angle), -90, 90)
    shrink = np.maximum(np.cos(np.radians(y)), 1e-3)[:, None]
    lon = (x[:, None] + north * np.sin(angle) / shrink + 180) % 360 - 180
    return lon.reshape(-1), lat.reshape(-1)


@cache
def _seas_by_size() -> Sequence[int]:
    """The numbers of the seas, from the smallest on the map: a gulf comes before the sea that it is part of."""
    map_ = layer()
    area = np.zeros(len(map_.pieces))
    width = np.array([p.area * np.cos(np.radians(p.centroid.y)) for p in map_.polygons])
    np.add.at(area, map_.polygon_piece, width)
    return tuple(sorted(map_.of_kind("sea").tolist(), key=lambda i: (area[i], i)))


@cache
def _sea_rank() -> Ints:
    rank = np.zeros(len(layer().pieces), dtype=np.int64)
    rank[list(_seas_by_size())] = np.arange(len(_seas_by_size()))
    return rank
