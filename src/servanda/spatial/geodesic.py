"""The shortest line on the WGS 84 ellipsoid: exact for one pair, fast for many.

Source: C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87 (2013), doi:10.1007/s00190-012-0578-z;
for arrays T. Vincenty, Direct and inverse solutions of geodesics, Survey Review 23 (1975), which agrees with the
former to a millimetre wherever it converges; pairs for which it does not (nearly antipodal) are handed to the former.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from geographiclib.geodesic import Geodesic

Floats = npt.NDArray[np.float64]

EQUATORIAL_RADIUS_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
POLAR_RADIUS_M = EQUATORIAL_RADIUS_M * (1 - FLATTENING)

# The least and the greatest radius of curvature anywhere on the ellipsoid: at the equator northward, at the poles.
LEAST_CURVATURE_RADIUS_M = POLAR_RADIUS_M**2 / EQUATORIAL_RADIUS_M
GREATEST_CURVATURE_RADIUS_M = EQUATORIAL_RADIUS_M**2 / POLAR_RADIUS_M

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
    x1, y1 = checked(lon1, lat1)
    x2, y2 = checked(lon2, lat2)
    x1, y1, x2, y2 = (np.array(v) for v in np.broadcast_arrays(x1, y1, x2, y2))
    length, converged = _vincenty(x1, y1, x2, y2)
    for i in np.flatnonzero(~converged):
        length[i] = distance_m(float(x1[i]), float(y1[i]), float(x2[i]), float(y2[i]))
    return length


def _vincenty(x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    f, b = FLATTENING, POLAR_RADIUS_M
    u1, u2 = (np.arctan2((1 - f) * np.sin(np.radians(y)), np.cos(np.radians(y))) for y in (y1, y2))
    sin1, cos1, sin2, cos2 = np.sin(u1), np.cos(u1), np.sin(u2), np.cos(u2)
    difference = np.radians((x2 - x1 + 180) % 360 - 180)
    lam = difference.copy()
    converged = np.zeros(lam.shape, dtype=bool)
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS):
            sin_s = np.hypot(cos2 * np.sin(lam), cos1 * sin2 - sin1 * cos2 * np.cos(lam))
            cos_s = sin1 * sin2 + cos1 * cos2 * np.cos(lam)
            sigma = np.arctan2(sin_s, cos_s)
            sin_a = np.where(sin_s > 0, cos1 * cos2 * np.sin(lam) / sin_s, 0.0)
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
    # Beyond pi the longitude has run past the antipode: no geodesic. Short of it by little, rounding is amplified.
    return length, converged & (np.abs(lam) <= math.pi) & (sigma < math.pi - 0.02)


def _series(cos2_a: Floats, sin_s: Floats, cos_s: Floats, cos_m: Floats, sigma: Floats) -> Floats:
    ratio = cos2_a * (EQUATORIAL_RADIUS_M**2 - POLAR_RADIUS_M**2) / POLAR_RADIUS_M**2
    a = 1 + ratio / 16384 * (4096 + ratio * (-768 + ratio * (320 - 175 * ratio)))
    b = ratio / 1024 * (256 + ratio * (-128 + ratio * (74 - 47 * ratio)))
    third = b / 6 * cos_m * (4 * sin_s**2 - 3) * (4 * cos_m**2 - 3)
    swing = b * sin_s * (cos_m + b / 4 * (cos_s * (2 * cos_m**2 - 1) - third))
    result: Floats = a * (sigma - swing)
    return result


def destinations(lon: float, lat: float, azimuths: npt.ArrayLike, distance: float) -> Floats:
    """Where one comes to from a position, going `distance` metres on each azimuth: rows of longitude, latitude."""
    checked(lon, lat)
    ends: list[dict[str, Any]] = [
        Geodesic.WGS84.Direct(lat, lon, float(azimuth), distance, Geodesic.STANDARD | Geodesic.LONG_UNROLL)
        for azimuth in np.atleast_1d(np.asarray(azimuths, dtype=np.float64))
    ]
    return np.array([(end["lon2"], end["lat2"]) for end in ends], dtype=np.float64)


def earth_centred(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Cartesian coordinates in metres of positions on the ellipsoid: rows of x, y, z."""
    x, y = np.radians(np.asarray(lon, dtype=np.float64)), np.radians(np.asarray(lat, dtype=np.float64))
    e2 = FLATTENING * (2 - FLATTENING)
    n = EQUATORIAL_RADIUS_M / np.sqrt(1 - e2 * np.sin(y) ** 2)
    return np.stack([n * np.cos(y) * np.cos(x), n * np.cos(y) * np.sin(x), n * (1 - e2) * np.sin(y)], axis=-1)


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
