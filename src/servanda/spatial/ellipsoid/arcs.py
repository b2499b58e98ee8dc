"""Where geodesics on WGS 84 lead, with the azimuth on which they arrive, for arrays; and back from the sphere of
reduced latitudes, on which `sphere.py` bounds distances.

Source: T. Vincenty, Direct and inverse solutions of geodesics, Survey Review 23 (1975).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.geodesic import EQUATORIAL_RADIUS_M, FLATTENING, POLAR_RADIUS_M, Floats, reduced

_ROUNDS = 30
_SECOND_ECCENTRICITY_SQUARED = (EQUATORIAL_RADIUS_M**2 - POLAR_RADIUS_M**2) / POLAR_RADIUS_M**2
MEAN_RADIUS_M = 6_371_008.8


def positions(vector: Floats) -> tuple[Floats, Floats]:
    """Longitudes in [-180, 180) and latitudes of vectors on the sphere of reduced latitudes, of whatever length."""
    flat = np.hypot(vector[..., 0], vector[..., 1])
    lon = np.degrees(np.arctan2(vector[..., 1], vector[..., 0]))
    return np.where(lon >= 180, lon - 360, lon), np.degrees(np.arctan2(vector[..., 2], (1 - FLATTENING) * flat))


def reached(lon: Floats, lat: Floats, azimuth: Floats, distance: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Where one comes to going `distance` metres on each azimuth (radians): longitude, latitude, azimuth there."""
    f = FLATTENING
    sin1, cos1 = reduced(lat)
    sin_az, cos_az = np.sin(azimuth), np.cos(azimuth)
    first = np.arctan2(sin1, cos1 * cos_az)
    sin_a = cos1 * sin_az
    cos2_a = 1 - sin_a**2
    a, b = _coefficients(cos2_a)
    straight = np.asarray(distance, dtype=np.float64) / (POLAR_RADIUS_M * a)
    sigma = straight
    for _ in range(_ROUNDS):
        sin_s, cos_s, cos_m = np.sin(sigma), np.cos(sigma), np.cos(2 * first + sigma)
        following = straight + _swing(b, sin_s, cos_s, cos_m)
        done = np.abs(following - sigma) < 1e-13
        sigma = following
        if done.all():
            break
    sin_s, cos_s, cos_m = np.sin(sigma), np.cos(sigma), np.cos(2 * first + sigma)
    ahead = sin1 * sin_s - cos1 * cos_s * cos_az
    lat2 = np.arctan2(sin1 * cos_s + cos1 * sin_s * cos_az, (1 - f) * np.hypot(sin_a, ahead))
    lam = np.arctan2(sin_s * sin_az, cos1 * cos_s - sin1 * sin_s * cos_az)
    c = f / 16 * cos2_a * (4 + f * (4 - 3 * cos2_a))
    east = lam - (1 - c) * f * sin_a * (sigma + c * sin_s * (cos_m + c * cos_s * (2 * cos_m**2 - 1)))
    lon2 = (np.asarray(lon) + np.degrees(east) + 180) % 360 - 180
    return lon2, np.degrees(lat2), np.arctan2(sin_a, -ahead)


def _coefficients(cos2_a: Floats) -> tuple[Floats, Floats]:
    ratio = cos2_a * _SECOND_ECCENTRICITY_SQUARED
    a = 1 + ratio / 16384 * (4096 + ratio * (-768 + ratio * (320 - 175 * ratio)))
    b = ratio / 1024 * (256 + ratio * (-128 + ratio * (74 - 47 * ratio)))
    return a, b


def _swing(b: Floats, sin_s: Floats, cos_s: Floats, cos_m: Floats) -> Floats:
    third = b / 6 * cos_m * (4 * sin_s**2 - 3) * (4 * cos_m**2 - 3)
    swing: Floats = b * sin_s * (cos_m + b / 4 * (cos_s * (2 * cos_m**2 - 1) - third))
    return swing
