"""The outline of a territory as samples along its geodesic edges, and the exact way from a position to it.

Between neighbouring samples the outline is one geodesic. Whoever knows a sample near the foot of the shortest line to
the outline finds the foot itself on the two geodesics that meet in the sample. Runs of samples are enclosed in balls,
and runs of balls in larger ones, so that most of the outline is put aside unlooked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from servanda.spatial.ellipsoid.arrays import Columns, Floats, Ints, Truths, places, ranges
from servanda.spatial.ellipsoid.geodesic import EQUATORIAL_RADIUS_M, MEAN_RADIUS_M, arrivals, geodesics
from servanda.spatial.ellipsoid.segment import along_the_cut
from servanda.spatial.ellipsoid.sphere import apart, unit
from servanda.spatial.outline.inside import Inside

_FANOUT = 8
_TOP = 64  # balls at the top of the tree
_FOOT_ROUNDS = 4
_FOOT_M = 1e-4
_STRAY_M = 10.0  # by which a sample may be farther than the foot beside it, at the distance asked about
_LONGEST_STEP_M = 60_000.0


@dataclass(frozen=True)
class Ways(Columns):
    """Shortest lines to the outline: length, foot, azimuth at the foot back to the position, that at the position
    on from there, nearest sample."""

    distance: Floats
    lon: Floats
    lat: Floats
    azimuth: Floats
    onward: Floats
    sample: Ints


@dataclass(frozen=True)
class Side:
    """The geodesic from each sample to its neighbour on one side: azimuth and length, zero where there is none."""

    azimuth: Floats
    length: Floats


@dataclass(frozen=True)
class Balls:
    """Nodes of a tree: the samples first, each a ball without radius, then balls of balls."""

    centre: Floats  # unit vectors
    radius: Floats  # metres
    first: Ints  # of the children, which lie side by side
    count: Ints
    top: Ints


class Shore:
    """Samples along the outline of some polygons, dense enough for distances of about `reach` metres."""

    def __init__(self, rings: Sequence[Floats], polygons: Sequence[shapely.Polygon], reach: float) -> None:
        self.step_m = float(np.clip(np.sqrt(8 * reach * _STRAY_M), 50.0, _LONGEST_STEP_M))
        lon, lat, ring, ahead, behind = _sampled(rings, self.step_m)
        order = _curve(unit(lon, lat))
        self.lon, self.lat = lon[order], lat[order]
        self.ring = ring[order]  # which ring each sample is of
        self.sides = tuple(Side(s.azimuth[order], s.length[order]) for s in (ahead, behind))
        self.balls = _balls(unit(self.lon, self.lat))
        self._inside = Inside(polygons)

    def stray(self, distance: Floats) -> Floats:
        """By how many metres the nearest sample may be farther than the outline, at such a distance."""
        excess: Floats = np.minimum(self.step_m / 2, self.step_m**2 / (7 * np.maximum(distance, 1.0)))
        return excess

    def holds(self, lon: Floats, lat: Floats) -> Truths:
        """Whether positions lie in the polygons."""
        return self._inside.holds(lon, lat)

    def within(self, lon: Floats, lat: Floats, reach: float) -> Truths:
        """Whether positions lie in the polygons or within reach of the outline."""
        inside = self.holds(lon, lat)
        rest = np.flatnonzero(~inside)
        point, sample = self._near(lon[rest], lat[rest])
        count = np.bincount(point, minlength=len(rest))
        way = self.ways(lon[rest], lat[rest], np.cumsum(count) - count, count, sample)
        inside[rest] = way.distance <= reach
        return inside

    def nearest_sample(self, lon: Floats, lat: Floats) -> Ints:
        """The sample nearest to each position, as the sphere of reduced latitudes tells."""
        point, sample = self._near(lon, lat)
        metres, _ = apart(unit(lon, lat)[point], self.balls.centre[sample])
        order = np.lexsort((metres, point))
        nearest: Ints = sample[order[np.append(True, np.diff(point[order]) > 0)[: len(order)]]]
        return nearest

    def _near(self, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
        """Positions, by number and in order, with the samples that may be the nearest or beside the nearest foot."""
        balls, place = self.balls, unit(lon, lat)
        point, node = np.repeat(np.arange(len(lon)), len(balls.top)), np.tile(balls.top, len(lon))
        while True:
            metres, wrong = apart(place[point], balls.centre[node])
            most = np.full(len(lon), np.inf)
            np.minimum.at(most, point, metres + wrong)
            kept = metres - wrong - balls.radius[node] <= (most + self.stray(most))[point]
            point, node = point[kept], node[kept]
            if not (balls.count[node] > 0).any():
                return point, node
            count = np.maximum(balls.count[node], 1)
            first = np.where(balls.count[node] > 0, balls.first[node], node)
            point, node = np.repeat(point, count), ranges(first, count)

    def ways(self, lon: Floats, lat: Floats, start: Ints, count: Ints, nodes: Ints) -> Ways:
        """The way from each position to the outline; `nodes[start:start + count]` are samples that may be nearest."""
        point = np.repeat(np.arange(len(lon)), count)
        sample = nodes[ranges(start, count)]
        guess, wrong = apart(unit(lon, lat).take(point, axis=0), self.balls.centre.take(sample, axis=0))
        begin = np.cumsum(count) - count
        least = np.minimum.reduceat(guess + wrong, begin) if len(begin) else np.empty(0)
        kept = guess - wrong <= np.repeat(least + self.stray(least), count)
        point, sample = point[kept], sample[kept]
        way = self.way_by(lon[point], lat[point], sample)
        order = np.lexsort((way.distance, point))
        best = order[np.append(True, point[order][1:] != point[order][:-1])[: len(order)]]
        return way.take(best)

    def way_by(self, lon: Floats, lat: Floats, sample: Ints) -> Ways:
        """The way from each position to the two geodesics that meet in its sample."""
        line = geodesics(self.lon[sample], self.lat[sample], lon, lat)
        length, setting_out = line.length.copy(), line.setting_out.copy()
        way = Ways(line.length, self.lon[sample], self.lat[sample], line.setting_out, line.arriving, sample)
        for side in self.sides:
            self._along(way, lon, lat, length, np.cos(setting_out - side.azimuth[sample]), side)
        return way

    def _along(self, way: Ways, lon: Floats, lat: Floats, length: Floats, leaning: Floats, side: Side) -> None:
        """Put the foot where the geodesic of this side comes nearer than the sample."""
        longest = side.length[way.sample]
        at = np.flatnonzero((leaning > 1e-12) & (longest > 0))
        along = np.minimum(_abreast(length[at], leaning[at]), longest[at])
        for _ in range(_FOOT_ROUNDS):
            sample = way.sample[at]
            foot_lon, foot_lat, ahead = arrivals(self.lon[sample], self.lat[sample], side.azimuth[sample], along)
            line = geodesics(foot_lon, foot_lat, lon[at], lat[at])
            nearer = line.length < way.distance[at]
            put = at[nearer]
            way.distance[put] = line.length[nearer]
            way.azimuth[put], way.onward[put] = line.setting_out[nearer], line.arriving[nearer]
            way.lon[put], way.lat[put] = foot_lon[nearer], foot_lat[nearer]
            following = np.clip(along + _abreast(line.length, np.cos(line.setting_out - ahead)), 0.0, longest[at])
            # A foot that is off by so much leaves the way too long by half its square by the length.
            going = (following - along) ** 2 > 2 * _FOOT_M * line.length
            at, along = at[going], following[going]
            if not len(at):
                break


def _abreast(distance: Floats, cosine: Floats) -> Floats:
    """How far to go on a line until a position at this distance and angle lies abreast (on a sphere)."""
    angle = distance / MEAN_RADIUS_M
    forward: Floats = MEAN_RADIUS_M * np.arctan2(np.sin(angle) * cosine, np.cos(angle))
    return forward


def _sampled(rings: Sequence[Floats], step: float) -> tuple[Floats, Floats, Ints, Side, Side]:
    """Samples ring after ring, and the geodesics ahead of and behind each."""
    sizes = np.array([len(r) for r in rings])
    start = np.concatenate(rings)
    following = np.arange(len(start)) + 1
    following[np.cumsum(sizes) - 1] = np.cumsum(sizes) - sizes
    end = start[following]
    edge = geodesics(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    length = np.where(along_the_cut(start, end), 0.0, edge.length)
    parts = np.maximum(1, np.ceil(length / step)).astype(np.int64)
    which = np.repeat(np.arange(len(parts)), parts)
    place = places(parts)
    lon, lat, azimuth = start[which, 0], start[which, 1], edge.setting_out[which]
    between = np.flatnonzero(place)
    lon[between], lat[between], azimuth[between] = arrivals(
        lon[between], lat[between], azimuth[between], (length / parts)[which[between]] * place[between]
    )
    ahead = Side(azimuth, (length / parts)[which])
    ring = np.repeat(np.arange(len(sizes)), sizes)[which]
    return lon, lat, ring, ahead, _behind(ahead, edge.arriving, sizes, parts, place)


def _behind(ahead: Side, arriving: Floats, sizes: Ints, parts: Ints, place: Ints) -> Side:
    """The geodesics back to the sample before each, around each ring."""
    ends = np.cumsum(parts)[np.cumsum(sizes) - 1]
    begins = np.append(0, ends[:-1])
    before = np.arange(len(place)) - 1
    before[begins] = ends - 1
    vertices = np.cumsum(sizes)
    edge_before = np.arange(len(arriving)) - 1
    edge_before[np.append(0, vertices[:-1])] = vertices - 1
    azimuth = ahead.azimuth + np.pi
    azimuth[place == 0] = arriving[edge_before] + np.pi
    return Side(azimuth, ahead.length[before])


def _curve(vector: Floats) -> Ints:
    """An order in which neighbours on Earth stand near one another: the faces of a cube, each by interleaved bits."""
    axis = np.argmax(np.abs(vector), axis=1)
    rows = np.arange(len(vector))
    main = vector[rows, axis]
    face = axis * 2 + (main < 0)
    key = face.astype(np.int64) << 40
    for turn in (1, 2):
        other = vector[rows, (axis + turn) % 3] / np.abs(main)
        cell = np.clip((other + 1) / 2 * 2**16, 0, 2**16 - 1).astype(np.int64)
        for bit in range(16):
            key |= ((cell >> bit) & 1) << (2 * bit + turn - 1)
    return np.argsort(key, kind="stable").astype(np.int64)


def _balls(samples: Floats) -> Balls:
    centres, radii = [samples], [np.zeros(len(samples))]
    firsts, counts = [np.zeros(len(samples), np.int64)], [np.zeros(len(samples), np.int64)]
    begin = np.arange(len(samples))  # the first sample under each node of the level
    base = 0
    while len(begin) > _TOP:
        first = np.arange(0, len(begin), _FANOUT)
        upper = begin[first]
        size = np.diff(np.append(upper, len(samples)))
        middle = samples[upper + size // 2]
        gap = samples - np.repeat(middle, size, axis=0)
        angle = 2 * np.arcsin(np.minimum(np.sqrt(np.einsum("ij,ij->i", gap, gap)) / 2, 1.0))
        centres.append(middle)
        radii.append(EQUATORIAL_RADIUS_M * np.maximum.reduceat(angle, upper))
        firsts.append(base + first)
        counts.append(np.diff(np.append(first, len(begin))))
        base += len(begin)
        begin = upper
    return Balls(
        np.concatenate(centres),
        np.concatenate(radii),
        np.concatenate(firsts).astype(np.int64),
        np.concatenate(counts).astype(np.int64),
        np.arange(base, base + len(begin)),
    )
