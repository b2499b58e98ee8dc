"""The borders of a State on land, and how far a position lies from them. A coast is no border.

Which lines of the map are borders depends on the day and the view: a line between two pieces that one State holds is
none, and along a disputed area the border runs on the one side or on the other.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from servanda.spatial.ellipsoid.geodesic import Floats, checked
from servanda.spatial.ellipsoid.segment import Ints
from servanda.spatial.land.outlines import COAST, Outlines, Truths, outlines
from servanda.spatial.land.tenure import Tenure, tenure
from servanda.spatial.territory import MARGIN_M


def borders_m(lon: Floats, lat: Floats, code: str, on: date | None, view: str | None) -> tuple[Floats, Floats]:
    """Least and greatest metres from each position to the State's borders on land, the map's margin included.

    The least counts every line that may be a border of the State, the greatest only those between its undisputed land
    and another's. Infinite where there is none. Raises KeyError where the State has no land on the day, PositionError.
    """
    x, y = checked(lon, lat)
    lines, held = outlines(MARGIN_M), tenure(on, view)
    own, claimed = (_among(held, pieces) for pieces in held.pieces_of(code))
    foreign = np.array(held.certain) & ~own
    least, _ = _nearest(lines, x, y, _across(lines, own | claimed, ~own))
    _, greatest = _nearest(lines, x, y, _across(lines, own, foreign))
    return np.maximum(least, 0.0), greatest


def _among(held: Tenure, pieces: Ints) -> Truths:
    among = np.zeros(len(held.holdings), dtype=bool)
    among[pieces] = True
    return among


def _across(lines: Outlines, here: Truths, there: Truths) -> Ints:
    """Lines on land with a piece of the one kind on one side and one of the other kind on the other."""
    ashore = lines.right != COAST
    one = here[lines.left] & there[lines.right]
    return np.flatnonzero(ashore & (one | (there[lines.left] & here[lines.right])))


def _nearest(lines: Outlines, x: Floats, y: Floats, which: Ints) -> tuple[Floats, Floats]:
    least, greatest = np.full(len(x), np.inf), np.full(len(x), np.inf)
    for typed, edges in ((False, lines.drawn), (True, lines.by_hand)):
        chosen = which[lines.typed[which] == typed]
        if edges is None or not len(chosen):
            continue
        for margin in np.unique(lines.margin_m[chosen]).tolist():
            distance = edges.nearest_m(x, y, chosen[lines.margin_m[chosen] == margin].tolist())
            least, greatest = np.minimum(least, distance - margin), np.minimum(greatest, distance + margin)
    return least, greatest


__all__ = ["borders_m"]
