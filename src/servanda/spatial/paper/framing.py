"""Which window shows a State, a sea or some positions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from servanda.spatial.ellipsoid.arrays import Floats
from servanda.spatial.land.layer import layer
from servanda.spatial.paper.projection import RADIUS_KM, Projection
from servanda.spatial.paper.window import Around

_ROOM = 1.12  # of what is shown, with what lies round it
_LEAST_KM = 120.0
_FARTHEST_DEGREES = 85.0
_OUTLYING = 0.03  # of the largest polygon: smaller ones far away do not widen the window


def around_land(pieces: Iterable[int]) -> Around | None:
    """What shows these pieces, small ones far away aside; None when there are none."""
    return around_positions(_large(np.array(layer().polygons_of(list(pieces)), dtype=object)))


def around_sea(name: str) -> Around | None:
    """What shows the sea of this English name."""
    return _around_named(name, "sea")


def around_area(name: str) -> Around | None:
    """What shows the disputed area of this English name, whosever it is on the map."""
    return _around_named(name, "area")


def _around_named(name: str, kind: str) -> Around | None:
    return around_land(n for n, piece in enumerate(layer().pieces) if piece.kind == kind and piece.name == name)


def around_positions(positions: Floats) -> Around | None:
    """What shows all of these; None when there are none, or when only the whole world does."""
    if not len(positions):
        return None
    projection = Projection.around(positions[:, 0], positions[:, 1])
    if projection.world:
        return None
    plane = projection.plane(positions[:, 0], positions[:, 1])
    x, y = (plane.min(axis=0) + plane.max(axis=0)) / 2
    lon, lat = projection.position(float(x), float(y))
    angle = float(Projection(lon, lat).angles(positions[:, 0], positions[:, 1]).max())
    if angle > _FARTHEST_DEGREES:
        return None
    return Around(lon, lat, max(_LEAST_KM, _ROOM * float(np.radians(angle)) * RADIUS_KM))


def _large(polygons: Floats) -> Floats:
    if not len(polygons):
        return np.empty((0, 2))
    areas = shapely.area(polygons)
    return shapely.get_coordinates(polygons[areas >= areas.max() * _OUTLYING])
