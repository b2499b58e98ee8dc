"""The shortest line on the WGS 84 ellipsoid: exact for one pair, fast for many.

Source: C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87 (2013), doi:10.1007/s00190-012-0578-z;
for arrays T. Vincenty, Direct and inverse solutions of geodesics, Survey Review 23 (1975), which agrees with the
former to a millimetre wherever it converges; pairs for which it does not (nearly antipodal) are handed to the former.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from geographiclib.geodesic import Geodesic

from servanda.spatial.ellipsoid.arrays import Floats, Truths

EQUATORIAL_RADIUS_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
POLAR_RADIUS_M = EQUATORIAL_RADIUS_M * (1 - FLATTENING)

# The least and the greatest radius of curvature anywhere on the ellipsoid: at the equator northward, at the poles.
LEAST_CURVATURE_RADIUS_M = POLAR_RADIUS_M**2 / EQUATORIAL_RADIUS_M
GREATEST_CURVATURE_RADIUS_M = EQUATORIAL_RADIUS_M**2 / POLAR_RADIUS_M

MEAN_RADIUS_M = 6_371_008.8

# Half a meridian ellipse: no two positions are farther apart.
HALF_ROUND_M = 20_003_931.458_625

_ROUNDS = 30


class PositionError(ValueError):
    """A position that is none: a latitude outside [-90, 90] degrees, or a coordinate that is no finite number."""


def checked(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Longitudes brought into [-180, 180) and latitudes, as arrays of one length. Raises PositionError."""
    x, y = np.broadcast_arrays(
        np.atleast_1d(np.asarray(lon, dtype=np.float64)), np.atleast_1d(np.asarray(lat, dtype=np.float64))
    )
    wrong = ~(np.isfinite(x) & np.isfinite(y) & (np.abs(y) <= 90))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise PositionError(f"no position: longitude {x[at]}, latitude {y[at]}")
    inside = (x >= -180) & (x < 180)
    return np.where(inside, x, (x + 180) % 360 - 180), np.array(y)


@overload
def look_swapped(lon: float, lat: float) -> bool: ...
@overload
def look_swapped(lon: Floats, lat: Floats) -> Truths: ...
def look_swapped(lon: Any, lat: Any) -> bool | Truths:
    """Whether what is no position would be one with longitude and latitude exchanged."""
    swapped: bool | Truths = (abs(lat) > 90) & (abs(lat) <= 180) & (abs(lon) <= 90)
    return swapped


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Length in metres of the geodesic between two positions in degrees.

    Symmetric; zero only when both name the same point; poles and antimeridian need no care.
    Raises PositionError.

    >>> round(distance_m(-73.8, 40.6, 2.55, 49.01666667))
    5853226
    """
    checked([lon1, lon2], [lat1, lat2])
    return float(Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2, Geodesic.DISTANCE)["s12"])


def distances_m(lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike) -> Floats:
    """`distance_m` for arrays, pair by pair."""
    return geodesics(lon1, lat1, lon2, lat2).length


@dataclass(frozen=True)
class Geodesics:
    """Shortest lines: lengths in metres; azimuths on setting out and on arriving, both forward, in radians."""

    length: Floats
    setting_out: Floats
    arriving: Floats


def geodesics(lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike) -> Geodesics:
    """The geodesics from the first positions to the second, pair by pair. Raises PositionError."""
    x1, y1 = checked(lon1, lat1)
    x2, y2 = checked(lon2, lat2)
    x1, y1, x2, y2 = (np.array(v) for v in np.broadcast_arrays(x1, y1, x2, y2))
    lines, converged = _vincenty(x1, y1, x2, y2)
    for i in np.flatnonzero(~converged):
        exact = Geodesic.WGS84.Inverse(float(y1[i]), float(x1[i]), float(y2[i]), float(x2[i]), Geodesic.STANDARD)
        lines.length[i] = exact["s12"]
        lines.setting_out[i], lines.arriving[i] = math.radians(exact["azi1"]), math.radians(exact["azi2"])
    return lines


def _vincenty(x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> tuple[Geodesics, npt.NDArray[np.bool_]]:
    f, b = FLATTENING, POLAR_RADIUS_M
    (sin1, cos1), (sin2, cos2) = reduced(y1), reduced(y2)
    difference = np.radians((x2 - x1 + 180) % 360 - 180)
    lam = difference.copy()
    converged = np.zeros(lam.shape, dtype=bool)
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS):
            sin_l, cos_l = np.sin(lam), np.cos(lam)
            sin_s = np.hypot(cos2 * sin_l, cos1 * sin2 - sin1 * cos2 * cos_l)
            cos_s = sin1 * sin2 + cos1 * cos2 * cos_l
            sigma = np.arctan2(sin_s, cos_s)
            sin_a = np.where(sin_s > 0, cos1 * cos2 * sin_l / sin_s, 0.0)
            cos2_a = 1 - sin_a**2
            cos_m = np.where(cos2_a > 1e-15, cos_s - 2 * sin1 * sin2 / cos2_a, 0.0)
            c = f / 16 * cos2_a * (4 + f * (4 - 3 * cos2_a))
            inner = cos_m + c * cos_s * (2 * cos_m**2 - 1)
            following = difference + (1 - c) * f * sin_a * (sigma + c * sin_s * inner)
            converged = np.abs(following - lam) < 1e-12
            lam = following
            if converged.all():
                break
        length = b * _series(cos2_a, sin_s, cos_s, cos_m, sigma)
        sin_l, cos_l = np.sin(lam), np.cos(lam)
        out = np.arctan2(cos2 * sin_l, cos1 * sin2 - sin1 * cos2 * cos_l)
        arriving = np.arctan2(cos1 * sin_l, cos1 * sin2 * cos_l - sin1 * cos2)
    # Beyond pi the longitude has run past the antipode: no geodesic. Short of it by little, rounding is amplified.
    return Geodesics(length, out, arriving), converged & (np.abs(lam) <= math.pi) & (sigma < math.pi - 0.02)


def reduced(lat: Floats) -> tuple[Floats, Floats]:
    """Sine and cosine of the reduced latitude: that of the sphere on which geodesics are great circles."""
    y = np.radians(lat)
    sin, cos = (1 - FLATTENING) * np.sin(y), np.cos(y)
    size = np.hypot(sin, cos)
    return sin / size, cos / size


def _series(cos2_a: Floats, sin_s: Floats, cos_s: Floats, cos_m: Floats, sigma: Floats) -> Floats:
    a, b = _coefficients(cos2_a)
    result: Floats = a * (sigma - _swing(b, sin_s, cos_s, cos_m))
    return result


def _coefficients(cos2_a: Floats) -> tuple[Floats, Floats]:
    ratio = cos2_a * (EQUATORIAL_RADIUS_M**2 - POLAR_RADIUS_M**2) / POLAR_RADIUS_M**2
    a = 1 + ratio / 16384 * (4096 + ratio * (-768 + ratio * (320 - 175 * ratio)))
    b = ratio / 1024 * (256 + ratio * (-128 + ratio * (74 - 47 * ratio)))
    return a, b


def _swing(b: Floats, sin_s: Floats, cos_s: Floats, cos_m: Floats) -> Floats:
    third = b / 6 * cos_m * (4 * sin_s**2 - 3) * (4 * cos_m**2 - 3)
    swing: Floats = b * sin_s * (cos_m + b / 4 * (cos_s * (2 * cos_m**2 - 1) - third))
    return swing


def arrivals(
    lon: npt.ArrayLike, lat: npt.ArrayLike, azimuth: npt.ArrayLike, distance: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Where one comes to, going `distance` metres on `azimuth`, row by row: longitudes, latitudes, azimuths there.

    After Vincenty's direct formula; good to a millimetre. Azimuths in radians, longitudes in [-180, 180). Raises
    PositionError.
    """
    x, y = checked(lon, lat)
    x, y, turn, way = np.broadcast_arrays(x, y, np.asarray(azimuth, dtype=float), np.asarray(distance, dtype=float))
    f, b = FLATTENING, POLAR_RADIUS_M
    sin1, cos1 = reduced(y)
    sin_t, cos_t = np.sin(turn), np.cos(turn)
    start = np.arctan2(sin1, cos1 * cos_t)
    sin_a = cos1 * sin_t
    cos2_a = 1 - sin_a**2
    major, minor = _coefficients(cos2_a)
    straight = way / (b * major)
    sigma = straight
    for _ in range(_ROUNDS):
        sin_s, cos_s, cos_m = np.sin(sigma), np.cos(sigma), np.cos(2 * start + sigma)
        following = straight + _swing(minor, sin_s, cos_s, cos_m)
        still = np.max(np.abs(following - sigma), initial=0.0)
        sigma = following
        if still < 1e-13:
            break
    sin_s, cos_s, cos_m = np.sin(sigma), np.cos(sigma), np.cos(2 * start + sigma)
    ahead = sin1 * sin_s - cos1 * cos_s * cos_t
    lat2 = np.degrees(np.arctan2(sin1 * cos_s + cos1 * sin_s * cos_t, (1 - f) * np.hypot(sin_a, ahead)))
    lam = np.arctan2(sin_s * sin_t, cos1 * cos_s - sin1 * sin_s * cos_t)
    c = f / 16 * cos2_a * (4 + f * (4 - 3 * cos2_a))
    turned = lam - (1 - c) * f * sin_a * (sigma + c * sin_s * (cos_m + c * cos_s * (2 * cos_m**2 - 1)))
    lon2 = (x + np.degrees(turned) + 180) % 360 - 180
    return lon2, lat2, np.arctan2(sin_a, -ahead)


def earth_centred(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Cartesian coordinates in metres of positions on the ellipsoid: rows of x, y, z."""
    x, y = np.radians(np.asarray(lon, dtype=np.float64)), np.radians(np.asarray(lat, dtype=np.float64))
    e2 = FLATTENING * (2 - FLATTENING)
    n = EQUATORIAL_RADIUS_M / np.sqrt(1 - e2 * np.sin(y) ** 2)
    return np.stack([n * np.cos(y) * np.cos(x), n * np.cos(y) * np.sin(x), n * (1 - e2) * np.sin(y)], axis=-1)


def on_the_ground(place: Floats) -> Floats:
    """The positions straight below or above rows of x, y, z near the ellipsoid: longitudes and latitudes.

    Bowring's formula; exact on the ellipsoid, and to micrometres within kilometres of it.
    """
    e2 = FLATTENING * (2 - FLATTENING)
    out = np.hypot(place[:, 0], place[:, 1])
    sin, cos = place[:, 2], out * (1 - FLATTENING)
    size = np.hypot(sin, cos)
    sin, cos = sin / np.where(size > 0, size, 1), cos / np.where(size > 0, size, 1)
    up = place[:, 2] + e2 / (1 - e2) * POLAR_RADIUS_M * sin**3
    lat = np.degrees(np.arctan2(up, out - e2 * EQUATORIAL_RADIUS_M * cos**3))
    return np.stack([np.degrees(np.arctan2(place[:, 1], place[:, 0])), lat], axis=-1)


def least_arc_m(chord: Floats) -> Floats:
    """The shortest geodesic that a straight line of this length through the Earth can have above it."""
    radius = GREATEST_CURVATURE_RADIUS_M
    arc: Floats = 2 * radius * np.arcsin(np.clip(chord / (2 * radius), 0, 1)) * (1 - 1e-6)
    return arc


def greatest_arc_m(chord: Floats) -> Floats:
    """The longest geodesic that a straight line of this length through the Earth can have above it."""
    radius = LEAST_CURVATURE_RADIUS_M
    share = chord / (2 * radius)
    half_round = math.pi * GREATEST_CURVATURE_RADIUS_M
    arc: Floats = np.where(share < 1, 2 * radius * np.arcsin(np.clip(share, 0, 1)), half_round)
    return arc * (1 + 1e-6)
