"""Cheap certain bounds on geodesic distances: the sphere of reduced latitudes.

A position becomes a unit vector with its longitude and its *reduced* latitude. With s the angle between two such
vectors, a and b the radii of the ellipsoid, b s <= distance <= a s (the metric of the ellipsoid lies between those of
the two spheres). Lambert's formula, of first order in the flattening, is far sharper; its remainder was measured over
millions of pairs (docs/explanation/reach.md), and twice the greatest is allowed for.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats
from servanda.spatial.ellipsoid.geodesic import EQUATORIAL_RADIUS_M, FLATTENING, POLAR_RADIUS_M, reduced

# The remainder of Lambert's formula, as a share of the length: falls short by f*f/8 at most, and runs wild at the
# antipode as 1/(pi - s). Both with a factor of two.
_SHORT = 3e-6
_ANTIPODE = 8e-6
# How much faster along any direction the distance over a can change than the angle does: |grad| of Lambert's term is
# at most 2.31 while the angle is under two radians, times f/2, and some room.
SLANT = 0.005


def unit(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Unit vectors of positions on the sphere of reduced latitudes: rows of x, y, z."""
    x = np.radians(np.asarray(lon, dtype=np.float64))
    sin, cos = reduced(np.asarray(lat, dtype=np.float64))
    return np.stack([cos * np.cos(x), cos * np.sin(x), sin], axis=-1)


def positions(vector: Floats) -> tuple[Floats, Floats]:
    """Longitudes in [-180, 180) and latitudes of vectors on the sphere of reduced latitudes, of whatever length."""
    flat = np.hypot(vector[..., 0], vector[..., 1])
    lon = np.degrees(np.arctan2(vector[..., 1], vector[..., 0]))
    return np.where(lon >= 180, lon - 360, lon), np.degrees(np.arctan2(vector[..., 2], (1 - FLATTENING) * flat))


def apart(u: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Lambert's length in metres between unit vectors, row by row, and how far at most the true one is from it."""
    gap = u - v
    square = np.einsum("ij,ij->i", gap, gap)
    return _lambert(square, u[:, 2] + v[:, 2], gap[:, 2])


def _lambert(square: Floats, total: Floats, gap: Floats) -> tuple[Floats, Floats]:
    square = np.minimum(square, 4.0 - 1e-9)
    half = np.sqrt(square) * 0.5
    angle = 2 * np.arcsin(half)
    sine = 2 * half * np.sqrt(1 - half * half)
    across = (angle - sine) / (4 - square) * total * total
    along = (angle + sine) / np.maximum(square, 1e-30) * gap * gap
    length = EQUATORIAL_RADIUS_M * (angle - FLATTENING / 2 * (across + along))
    error = length * (_SHORT + _ANTIPODE / (math.pi - angle)) + 0.002
    near_antipode = angle > 2.9
    if near_antipode.any():
        crude = (EQUATORIAL_RADIUS_M + POLAR_RADIUS_M) / 2 * angle
        length = np.where(near_antipode, crude, length)
        error = np.where(near_antipode, (EQUATORIAL_RADIUS_M - POLAR_RADIUS_M) / 2 * angle + 300.0, error)
    return length, error


def at_most(u: Floats, v: Floats) -> Floats:
    """A length in metres that the geodesic between two unit vectors certainly does not exceed."""
    gap = u - v
    half = np.sqrt(np.einsum("...j,...j->...", gap, gap)) / 2
    most: Floats = 2 * EQUATORIAL_RADIUS_M * np.arcsin(np.minimum(half, 1.0)) * (1 + 1e-12)
    return most


def normalised(v: Floats) -> Floats:
    """Rows brought to length one."""
    rows: Floats = v / np.sqrt(np.einsum("ij,ij->i", v, v))[:, None]
    return rows
