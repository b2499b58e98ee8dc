"""Short pieces of outline, and the exact distance to them.

A drawn edge is one of three lines: the *geodesic* between its ends, a line straight in longitude and latitude
(*planar*), or a line of constant course (*rhumb*). Long edges are cut, along that very line, into pieces; on a piece
the foot of a position is where the direction to the position is square to the piece, found by Newton's method on the
cosine of that angle, held between bounds that close in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths, places
from servanda.spatial.ellipsoid.geodesic import (
    EQUATORIAL_RADIUS_M,
    FLATTENING,
    MEAN_RADIUS_M,
    arrivals,
    earth_centred,
    geodesics,
    on_the_ground,
)

EdgeModel = Literal["geodesic", "planar", "rhumb"]

# A geodesic of 20 km strays from the plane through its ends and the vertical by 0.1 mm: it is measured as that plane.
LONGEST_GEODESIC_M = 20_000.0
_SHORT_DEGREES = 0.12  # in both directions: shorter than that anywhere
# A piece that turns by less than this against a geodesic, in radians, has one nearest point, or an end is nearest.
_GREATEST_TURN = 0.004
_LONGEST_CURVE_M = 5_000.0

_ROUNDS = 40
_CLOSE_M = 1e-4
_TO_ENDS_RAD = 1.3  # from here on a piece may have its nearest point at either end: both are measured
_E2 = FLATTENING * (2 - FLATTENING)
_E = math.sqrt(_E2)


@dataclass(frozen=True)
class Pieces:
    """Pieces of outline: rows of longitude and latitude of their ends, and the owner of each."""

    model: EdgeModel
    start: Floats
    end: Floats
    owner: Ints

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True)
class Feet:
    """Nearest points: metres to them, and their positions."""

    distance: Floats
    lon: Floats
    lat: Floats


def cut(model: EdgeModel, rings: Sequence[Floats], owners: Ints) -> Pieces:
    """The outlines in pieces short enough to measure."""
    start, end, owner = _edges(rings, owners)
    if model == "rhumb":  # at a pole the course has no end
        start, end = (np.stack([v[:, 0], np.clip(v[:, 1], -89.999999, 89.999999)], axis=1) for v in (start, end))
    parts = _parts(model, start, end)
    long = parts > 1
    if not long.any():
        return Pieces(model, start, end, owner)
    a, b = _cut_long(model, start[long], end[long], parts[long])
    again = np.repeat(owner[long], parts[long])
    keep = ~long
    return Pieces(
        model, np.concatenate([start[keep], a]), np.concatenate([end[keep], b]), np.concatenate([owner[keep], again])
    )


def _edges(rings: Sequence[Floats], owners: Ints) -> tuple[Floats, Floats, Ints]:
    if not rings:
        return np.empty((0, 2)), np.empty((0, 2)), np.empty(0, np.int64)
    count = [_edges_once(ring) for ring in rings]
    start = np.concatenate([ring[:n] for ring, n in zip(rings, count, strict=True)])
    # After its last vertex a whole ring begins again.
    ends = [(r[1 : n + 1], r[: max(0, n + 1 - len(r))]) for r, n in zip(rings, count, strict=True)]
    end = np.concatenate([part for parts in ends for part in parts])
    owner = np.repeat(owners, count)
    idle = along_the_cut(start, end) | (start == end).all(axis=1)
    return start[~idle], end[~idle], owner[~idle]


def along_the_cut(start: Floats, end: Floats) -> Truths:
    """Which edges run along the antimeridian or at a pole, where the map is cut: they are nobody's outline."""
    along: Truths = ((np.abs(start) == (180, 90)) & (start == end)).any(axis=1)
    return along


def _edges_once(ring: Floats) -> int:
    """How many edges a ring has; half of them where it is a line drawn there and back."""
    n = len(ring)
    if n < 2 or n % 2 or not np.array_equal(ring[1], ring[-1]):
        return n
    return n // 2 if np.array_equal(ring[n // 2 + 1 :], ring[n // 2 - 1 : 0 : -1]) else n


def _parts(model: EdgeModel, start: Floats, end: Floats) -> Ints:
    """Into how many pieces each edge is cut."""
    parts = np.ones(len(start), dtype=np.int64)
    reach = np.maximum(np.abs(end[:, 1] - start[:, 1]), np.abs(end[:, 0] - start[:, 0]))
    # Most are so short that no more need be known of them.
    long = np.flatnonzero(reach > _SHORT_DEGREES) if model == "geodesic" else np.arange(len(start))
    parts[long] = _parts_of_long(model, start[long], end[long])
    return parts


def _parts_of_long(model: EdgeModel, start: Floats, end: Floats) -> Ints:
    north = np.abs(end[:, 1] - start[:, 1])
    east = np.abs(_eastward(model, start, end))
    outer = np.minimum(np.maximum(np.abs(start[:, 1]), np.abs(end[:, 1])), 89.999999)
    inner = np.where(start[:, 1] * end[:, 1] < 0, 0.0, np.minimum(np.abs(start[:, 1]), np.abs(end[:, 1])))
    length = np.radians(np.hypot(north, east * np.cos(np.radians(inner)))) * EQUATORIAL_RADIUS_M  # or longer
    if model == "geodesic":
        return _count(length / LONGEST_GEODESIC_M)
    turn = length / EQUATORIAL_RADIUS_M * np.tan(np.radians(outer))
    return _count(np.maximum(length / _LONGEST_CURVE_M, np.minimum(turn / _GREATEST_TURN, 4096)))


def _count(share: Floats) -> Ints:
    return np.maximum(1, np.ceil(share)).astype(np.int64)


def _cut_long(model: EdgeModel, start: Floats, end: Floats, parts: Ints) -> tuple[Floats, Floats]:
    which = np.repeat(np.arange(len(parts)), parts)
    step = places(parts)
    if model == "geodesic":
        line = geodesics(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
        (lon, lat), way = start[which].T, line.length[which] * step / parts[which]
        a = np.stack(arrivals(lon, lat, line.setting_out[which], way)[:2], axis=1)
    else:
        a = _along(model, start[which], end[which], step / parts[which])
    a[step == 0] = start
    last = step == parts[which] - 1
    b = np.roll(a, -1, axis=0)
    b[last] = end
    return a, b


def middles(pieces: Pieces) -> tuple[Floats, Floats] | None:
    """Of curves, a position in the middle of each, and how many metres at most it strays from a great circle.

    None for geodesics: there the middle of the great circle on the sphere of reduced latitudes is as good.
    """
    start, end = pieces.start, pieces.end
    if pieces.model == "geodesic":
        return None
    middle = _along(pieces.model, start, end, np.full(len(start), 0.5))
    chord = on_the_ground((earth_centred(*start.T) + earth_centred(*end.T)) / 2)
    return middle, 0.02 + 2 * _length(earth_centred(*middle.T) - earth_centred(*chord.T))


def _along(model: EdgeModel, start: Floats, end: Floats, share: Floats) -> Floats:
    """Positions on pieces, `share` of the way."""
    if model == "geodesic":
        a, b = earth_centred(*start.T), earth_centred(*end.T)
        return on_the_ground(a + share[:, None] * (b - a))
    lon = start[:, 0] + share * _eastward(model, start, end)
    if model == "planar":
        return np.stack([lon, start[:, 1] + share * (end[:, 1] - start[:, 1])], axis=1)
    low, high = _isometric(start[:, 1]), _isometric(end[:, 1])
    return np.stack([lon, _from_isometric(low + share * (high - low))], axis=1)


def _eastward(model: EdgeModel, start: Floats, end: Floats) -> Floats:
    east: Floats = end[:, 0] - start[:, 0]
    return east if model == "planar" else (east + 180) % 360 - 180


def _isometric(lat: Floats) -> Floats:
    y = np.radians(lat)
    latitude: Floats = np.arcsinh(np.tan(y)) - _E * np.arctanh(_E * np.sin(y))
    return latitude


def _from_isometric(wanted: Floats) -> Floats:
    y = np.arctan(np.sinh(wanted))
    for _ in range(8):
        y = np.arctan(np.sinh(wanted + _E * np.arctanh(_E * np.sin(y))))
    return np.degrees(y)


def _velocity(model: EdgeModel, start: Floats, end: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Metres east and north on passing `at`, by the share of the way."""
    lam, phi = np.radians(at[:, 0]), np.radians(at[:, 1])
    if model == "geodesic":
        line = earth_centred(*end.T) - earth_centred(*start.T)
        east = line[:, 1] * np.cos(lam) - line[:, 0] * np.sin(lam)
        out = line[:, 0] * np.cos(lam) + line[:, 1] * np.sin(lam)
        return east, line[:, 2] * np.cos(phi) - out * np.sin(phi)
    w = 1 - _E2 * np.sin(phi) ** 2
    across = EQUATORIAL_RADIUS_M / np.sqrt(w)
    east = np.radians(_eastward(model, start, end)) * across * np.cos(phi)
    if model == "planar":
        return east, np.radians(end[:, 1] - start[:, 1]) * across * (1 - _E2) / w
    return east, (_isometric(end[:, 1]) - _isometric(start[:, 1])) * across * np.cos(phi)


def feet(model: EdgeModel, start: Floats, end: Floats, lon: Floats, lat: Floats) -> Feet:
    """The nearest point of each piece to each position, row by row, to a millimetre of distance."""
    share = _first_guess(start, end, lon, lat)
    low, high = np.zeros(len(lon)), np.ones(len(lon))
    found = Feet(np.full(len(lon), np.inf), lon.copy(), lat.copy())
    active = np.arange(len(lon))
    for _ in range(_ROUNDS):
        if not len(active):
            break
        a, b = start[active], end[active]
        at = _along(model, a, b, share[active])
        slope, bend = _measure(model, found, active, a, b, at, lon, lat)
        low[active] = np.where(slope < 0, share[active], low[active])
        high[active] = np.where(slope > 0, share[active], high[active])
        wanted = share[active] - slope / bend
        beyond = (wanted < low[active]) | (wanted > high[active])
        ends = np.clip(wanted, 0.0, 1.0)
        untried = (ends >= low[active]) & (ends <= high[active])
        following = np.where(~beyond, wanted, np.where(untried, ends, (low[active] + high[active]) / 2))
        going = np.abs(slope * (following - share[active])) > _CLOSE_M
        share[active] = following
        active = active[going]
    _ends(model, found, start, end, lon, lat)
    return found


def _measure(
    model: EdgeModel, found: Feet, active: Ints, a: Floats, b: Floats, at: Floats, lon: Floats, lat: Floats
) -> tuple[Floats, Floats]:
    """Notes the distances to `at`; gives their first derivative along the piece and about their second."""
    line = geodesics(lon[active], lat[active], at[:, 0], at[:, 1])
    _note(found, active, line.length, at)
    east, north = _velocity(model, a, b, at)
    speed = np.hypot(east, north)
    angle = line.arriving - np.arctan2(east, north)
    slope = np.where(line.length > 0, np.cos(angle) * speed, 0.0)
    spread = np.tan(np.clip(line.length / MEAN_RADIUS_M, 1e-12, 1.5)) * MEAN_RADIUS_M
    bend = np.maximum(speed * np.sin(angle), 1e-3 * speed) ** 2 / spread
    return slope, np.maximum(bend, 1e-12)


def _note(found: Feet, which: Ints, length: Floats, at: Floats) -> None:
    better = length < found.distance[which]
    place = which[better]
    found.distance[place] = length[better]
    found.lon[place], found.lat[place] = (at[better, 0] + 180) % 360 - 180, at[better, 1]


def _ends(model: EdgeModel, found: Feet, start: Floats, end: Floats, lon: Floats, lat: Floats) -> None:
    far = np.flatnonzero((found.distance > _TO_ENDS_RAD * MEAN_RADIUS_M) | (model != "geodesic"))
    for at in (start[far], end[far]):
        _note(found, far, geodesics(lon[far], lat[far], at[:, 0], at[:, 1]).length, at)


def _first_guess(start: Floats, end: Floats, lon: Floats, lat: Floats) -> Floats:
    a = earth_centred(*start.T)
    line = earth_centred(*end.T) - a
    square = np.einsum("ij,ij->i", line, line)
    share = np.einsum("ij,ij->i", earth_centred(lon, lat) - a, line) / np.where(square > 0, square, 1)
    guess: Floats = np.clip(share, 0.0, 1.0)
    return guess


def _length(v: Floats) -> Floats:
    length: Floats = np.sqrt(np.einsum("ij,ij->i", v, v))
    return length
