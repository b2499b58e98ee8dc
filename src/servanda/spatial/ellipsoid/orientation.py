"""On which side of a line a point lies, exactly, for many points at once.

A determinant of doubles is first computed in floating point; where its sign is not certain from the error bound, it is
written as twelve doubles whose sum is exact, and these are added without loss. Source: J. R. Shewchuk, Adaptive
precision floating-point arithmetic and fast robust geometric predicates, Discrete Comput. Geom. 18 (1997),
doi:10.1007/PL00009321. Coordinates so small that a product would underflow are decided by fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats

Signs = npt.NDArray[np.int8]

_BOUND = (3 + 16 * 2.0**-53) * 2.0**-53
_SPLITTER = 2.0**27 + 1
_TINY = 2.0**-300  # a product of two coordinates no smaller than this loses nothing to underflow


def orientations(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> Signs:
    """1 where p lies left of the line from a to b, -1 where right, 0 where exactly on it.

    >>> orientations(*(np.array([v]) for v in (0.0, 0.0, 1.0, 0.1, 10.0, 1.0)))
    array([-1], dtype=int8)
    """
    left, right = (ax - px) * (by - py), (ay - py) * (bx - px)
    determinant = left - right
    sign = np.sign(determinant).astype(np.int8)
    doubtful = np.flatnonzero(np.abs(determinant) <= _BOUND * (np.abs(left) + np.abs(right)) + 1e-290)
    if len(doubtful):
        sign[doubtful] = _exact(*(v[doubtful] for v in (ax, ay, bx, by, px, py)))
    return sign


def _exact(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> Signs:
    total: list[Floats] = []
    # The determinant (a - p) x (b - p), multiplied out.
    for u, v in ((ax, by), (-bx, ay), (bx, py), (-px, by), (px, ay), (-ax, py)):
        for term in _product(u, v):
            _add(total, term)
    sign = np.zeros(len(ax), dtype=np.int8)
    for part in total:  # from the least to the greatest: the last that is not nought decides
        sign = np.where(part != 0, np.sign(part), sign).astype(np.int8)
    coordinates = (ax, ay, bx, by, px, py)
    tiny = np.any([(np.abs(v) < _TINY) & (v != 0) for v in coordinates], axis=0)
    for i in np.flatnonzero(tiny):
        sign[i] = _by_fractions([Fraction(float(v[i])) for v in coordinates])
    return sign


def _by_fractions(coordinates: Sequence[Fraction]) -> int:
    ax, ay, bx, by, px, py = coordinates
    determinant = (ax - px) * (by - py) - (ay - py) * (bx - px)
    return (determinant > 0) - (determinant < 0)


def _product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """What rounding leaves out of a * b, and a * b rounded: their sum is exact."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low), product


def _halves(a: Floats) -> tuple[Floats, Floats]:
    scaled = _SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


def _add(total: list[Floats], term: Floats) -> None:
    """Add to an expansion, kept from the least part to the greatest, without loss."""
    for i, part in enumerate(total):
        sum_ = part + term
        other = sum_ - part
        total[i] = (part - (sum_ - other)) + (term - other)
        term = sum_
    total.append(term)
