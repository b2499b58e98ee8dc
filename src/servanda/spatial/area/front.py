"""The line at a given distance from an outline, as exact points so close together that straight lines will do.

Around a corner of the outline the line is an arc of a geodesic circle, along an edge it runs beside it, and where two
arcs meet it has a corner of its own. Points are put exactly at the range from their foot on the outline; between two of
them another is put until the straight line in longitude and latitude, as readers of GeoJSON draw it, strays from the
true line by less than `STRAY_M`. Corners are solved for, from the two feet that are equally near.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from servanda.spatial.area.cells import Cells
from servanda.spatial.area.contour import Crossings, Loop
from servanda.spatial.area.shore import Shore, Ways
from servanda.spatial.ellipsoid.arrays import Columns, Floats, Ints, Truths
from servanda.spatial.ellipsoid.geodesic import arrivals, geodesics

STRAY_M = 0.35
_EXACT_M = 1e-3
_TOGETHER_M = 0.05  # points no farther apart are one
_ROUNDS = 30
_SNAPS = 25
_CORNER_STEPS = 8
_WIDEST_DEGREES = 60.0  # a straight line in longitude and latitude is not drawn over more, around a pole


@dataclass(frozen=True)
class Gaps(Columns):
    """Stretches between neighbouring points: the ends, the sample nearest to each, the cell, the place in the walk."""

    lon: Floats  # rows of two
    lat: Floats
    sample: Ints  # rows of two
    cell: Ints
    loop: Ints
    place: Floats  # rows of two

    def middle(self, share: float) -> tuple[Floats, Floats]:
        """The point on the straight line in longitude and latitude."""
        step = (self.lon[:, 1] - self.lon[:, 0] + 180) % 360 - 180
        lon = (self.lon[:, 0] + step * share + 180) % 360 - 180
        return lon, self.lat[:, 0] + (self.lat[:, 1] - self.lat[:, 0]) * share

    def wide(self) -> Truths:
        """Over more degrees of longitude than are drawn as one line."""
        return np.abs((self.lon[:, 1] - self.lon[:, 0] + 180) % 360 - 180) > _WIDEST_DEGREES

    def length(self) -> Floats:
        """Metres from end to end."""
        return geodesics(self.lon[:, 0], self.lat[:, 0], self.lon[:, 1], self.lat[:, 1]).length


class Front:
    """Works out the rings of the line at `reach` metres."""

    def __init__(self, shore: Shore, cells: Cells, reach: float) -> None:
        self._shore, self._cells, self._reach = shore, cells, reach

    def rings(self, crossings: Crossings, loops: list[Loop]) -> list[Floats]:
        """Closed rings of longitude and latitude, the first point not repeated."""
        done: list[Gaps] = []
        gaps = self._gaps(crossings, loops)
        for _ in range(_ROUNDS):
            if not len(gaps.cell):
                break
            fine = self._straight(gaps)
            done.append(gaps.take(fine))
            gaps = self._parted(gaps.take(~fine))
        done.append(gaps)
        return _rings(_together(done), len(loops))

    def _ways(self, lon: Floats, lat: Floats, cell: Ints) -> Ways:
        return self._shore.ways(lon, lat, self._cells.start[cell], self._cells.count[cell], self._cells.nodes)

    def _snapped(self, lon: Floats, lat: Floats, cell: Ints) -> tuple[Floats, Floats, Ints]:
        """The points moved onto the line, each along the shortest way to its foot, and the sample of the foot."""
        lon, lat = lon.copy(), lat.copy()
        sample = np.zeros(len(lon), dtype=np.int64)
        open_ = np.arange(len(lon))
        for _ in range(_SNAPS):
            way = self._ways(lon[open_], lat[open_], cell[open_])
            sample[open_] = way.sample
            off = np.abs(way.distance - self._reach) > _EXACT_M
            if not off.any():
                break
            open_ = open_[off]
            lon[open_], lat[open_], _ = arrivals(way.lon[off], way.lat[off], way.azimuth[off], self._reach)
        return lon, lat, sample

    def _gaps(self, crossings: Crossings, loops: list[Loop]) -> Gaps:
        lon, lat, sample = self._snapped(crossings.lon, crossings.lat, crossings.cell)
        size = np.array([len(loop.crossing) for loop in loops], dtype=np.int64)
        one = np.concatenate([loop.crossing for loop in loops])
        two = np.concatenate([np.roll(loop.crossing, -1) for loop in loops])
        # The first step of a walk leads through its first cell.
        ends = np.stack([one, two], axis=1)
        number = np.repeat(np.arange(len(loops)), size)
        place = np.arange(len(one), dtype=np.float64)
        cell = np.concatenate([loop.cell for loop in loops])
        return Gaps(lon[ends], lat[ends], sample[ends], cell, number, np.stack([place, place + 1], axis=1))

    def _straight(self, gaps: Gaps) -> Truths:
        """Which gaps a straight line fills."""
        fine = (self._strays(gaps, 0.5) <= STRAY_M) & ~gaps.wide()
        # Arcs of two feet meet somewhere in between; a look at the middle alone may miss it.
        two = np.flatnonzero(fine & (gaps.sample[:, 0] != gaps.sample[:, 1]))
        for share in (0.25, 0.75):
            fine[two] &= self._strays(gaps.take(two), share) <= STRAY_M
        rest = np.flatnonzero(~fine)
        fine[rest] = gaps.take(rest).length() <= _TOGETHER_M
        return fine

    def _strays(self, gaps: Gaps, share: float) -> Floats:
        strays: Floats = np.abs(self._ways(*gaps.middle(share), gaps.cell).distance - self._reach)
        return strays

    def _parted(self, gaps: Gaps) -> Gaps:
        """Each gap as two, parted by a point on the line: the corner of its two arcs where there is one."""
        lon, lat = gaps.middle(0.5)
        left, right = gaps.sample[:, 0].copy(), gaps.sample[:, 1].copy()
        corner = np.zeros(len(lon), dtype=bool)
        two = np.flatnonzero(left != right)
        found_lon, found_lat, found = self._corners(gaps.take(two), lon[two], lat[two])
        at = two[found]
        lon[at], lat[at], corner[at] = found_lon[found], found_lat[found], True
        lon, lat, sample = self._snapped_but(lon, lat, gaps.cell, corner)
        left, right = np.where(corner, left, sample), np.where(corner, right, sample)
        place = gaps.place.mean(axis=1)
        halves = [
            Gaps(
                np.stack([gaps.lon[:, 0], lon], axis=1),
                np.stack([gaps.lat[:, 0], lat], axis=1),
                np.stack([gaps.sample[:, 0], left], axis=1),
                gaps.cell,
                gaps.loop,
                np.stack([gaps.place[:, 0], place], axis=1),
            ),
            Gaps(
                np.stack([lon, gaps.lon[:, 1]], axis=1),
                np.stack([lat, gaps.lat[:, 1]], axis=1),
                np.stack([right, gaps.sample[:, 1]], axis=1),
                gaps.cell,
                gaps.loop,
                np.stack([place, gaps.place[:, 1]], axis=1),
            ),
        ]
        return _together(halves)

    def _snapped_but(self, lon: Floats, lat: Floats, cell: Ints, corner: Truths) -> tuple[Floats, Floats, Ints]:
        """All but true corners snapped; a corner that a third arc covers is none."""
        at = np.flatnonzero(corner)
        corner[at] = np.abs(self._ways(lon[at], lat[at], cell[at]).distance - self._reach) <= _EXACT_M
        lon, lat = lon.copy(), lat.copy()
        sample = np.zeros(len(lon), dtype=np.int64)
        rest = np.flatnonzero(~corner)
        lon[rest], lat[rest], sample[rest] = self._snapped(lon[rest], lat[rest], cell[rest])
        return lon, lat, sample

    def _corners(self, gaps: Gaps, lon: Floats, lat: Floats) -> tuple[Floats, Floats, Truths]:
        """Where both samples' parts of the outline are at the range: Newton's method in the plane of each guess."""
        longest = 1.2 * gaps.length()
        start_lon, start_lat = lon, lat
        lon, lat = lon.copy(), lat.copy()
        found = np.zeros(len(lon), dtype=bool)
        open_ = np.arange(len(lon))
        for _ in range(_CORNER_STEPS):
            one, two = (self._pull(lon[open_], lat[open_], gaps.sample[open_, i]) for i in (0, 1))
            met = (np.abs(one[2]) <= _EXACT_M / 2) & (np.abs(two[2]) <= _EXACT_M / 2)
            found[open_[met]] = True
            cross = one[0] * two[1] - one[1] * two[0]
            sound = np.where(np.abs(cross) > 1e-5, cross, np.inf)
            east = (one[2] * two[1] - two[2] * one[1]) / sound
            north = (two[2] * one[0] - one[2] * two[0]) / sound
            step = np.hypot(east, north)
            # A step that leads out of the gap leads to no corner of it.
            going = ~met & (step <= longest[open_])
            open_ = open_[going]
            if not len(open_):
                break
            towards = np.arctan2(east[going], north[going])
            lon[open_], lat[open_], _ = arrivals(lon[open_], lat[open_], towards, step[going])
        found &= geodesics(start_lon, start_lat, lon, lat).length <= longest
        return lon, lat, found

    def _pull(self, lon: Floats, lat: Floats, sample: Ints) -> tuple[Floats, Floats, Floats]:
        """East and north of the direction to the foot near a sample, and how far too far away the point is."""
        way = self._shore.way_by(lon, lat, sample)
        return -np.sin(way.onward), -np.cos(way.onward), way.distance - self._reach


def _together(parts: list[Gaps]) -> Gaps:
    return Gaps(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Gaps)))


def _rings(gaps: Gaps, count: int) -> list[Floats]:
    """The first points of the gaps, in the order of each walk, without repetitions."""
    order = np.lexsort((gaps.place[:, 0], gaps.loop))
    gaps = gaps.take(order)
    apart = gaps.length() > _TOGETHER_M / 10
    point = np.stack([gaps.lon[:, 0], gaps.lat[:, 0]], axis=1)[apart]
    loop = gaps.loop[apart]
    ends = np.searchsorted(loop, np.arange(count + 1)).tolist()
    return [point[a:b] for a, b in pairwise(ends)]
