"""The borders of a State on land, and how far a position lies from them. A coast is no border.

Which lines of the map are borders depends on the day and the view: a line between two pieces that one State holds is
none, and along a disputed area the border runs on the one side or on the other.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.ellipsoid.geodesic import checked
from servanda.spatial.land.layer import layer
from servanda.spatial.land.outlines import COAST, Outlines, outlines
from servanda.spatial.land.tenure import tenure
from servanda.spatial.territory import MARGIN_M


def borders_m(lon: Floats, lat: Floats, code: str, on: date | None, view: str | None) -> tuple[Floats, Floats]:
    """Least and greatest metres from each position to the State's borders on land, the map's margin included.

    The least counts every line that may be a border of the State, the greatest only those between its undisputed land
    and another's. Infinite where there is none. Raises KeyError where the State has no land on the day, PositionError.
    """
    x, y = checked(lon, lat)
    lines, held = outlines(MARGIN_M), tenure(on, view)
    own, claimed = (layer().among(pieces) for pieces in held.pieces_of(code))
    foreign = np.array(held.certain) & ~own
    least, _ = lines.span_m(x, y, _across(lines, own | claimed, ~own))
    _, greatest = lines.span_m(x, y, _across(lines, own, foreign))
    return np.maximum(least, 0.0), greatest


def _across(lines: Outlines, here: Truths, there: Truths) -> Ints:
    """Lines on land with a piece of the one kind on one side and one of the other kind on the other."""
    ashore = lines.right != COAST
    one = here[lines.left] & there[lines.right]
    return np.flatnonzero(ashore & (one | (there[lines.left] & here[lines.right])))


__all__ = ["borders_m"]
