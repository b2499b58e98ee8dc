"""The window on the world that a picture shows: a projection, and where kilometres of its sheet fall on the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from servanda.spatial.ellipsoid.arrays import Floats
from servanda.spatial.ellipsoid.geodesic import arrivals
from servanda.spatial.paper.labels import Box
from servanda.spatial.paper.projection import Projection

EDGE = 28  # white space around everything
TOP = 96  # and above, for the title
BLEED = 8  # outlines are cut this far outside the frame, so that the cut is not seen

_LEAST_SPAN_KM = 350.0
_WORLD = np.array([[-17243.0, -8392.0], [17243.0, 8392.0]])


@dataclass(frozen=True)
class Around:
    """What the picture is to show: all within `km` of a position."""

    lon: float
    lat: float
    km: float


@dataclass(frozen=True)
class View:
    """The window: a projection, and kilometres of the sheet to pixels."""

    projection: Projection
    frame: Box
    west_km: float
    north_km: float
    px_per_km: float
    width: int

    def pixels(self, lon: Floats, lat: Floats) -> Floats:
        """Pixels, y downwards."""
        plane = self.projection.plane(lon, lat)
        return np.stack(
            [
                self.frame.left + (plane[:, 0] - self.west_km) * self.px_per_km,
                self.frame.top + (self.north_km - plane[:, 1]) * self.px_per_km,
            ],
            axis=-1,
        )

    @property
    def paper(self) -> tuple[float, float, float, float]:
        """The frame and a little beyond: left, top, right, bottom."""
        frame = self.frame
        return frame.left - BLEED, frame.top - BLEED, frame.right + BLEED, frame.bottom + BLEED

    def north_at(self, x: float, y: float) -> float:
        """Degrees clockwise from the top of the paper to north, at a pixel."""
        return self.projection.north(
            self.west_km + (x - self.frame.left) / self.px_per_km, self.north_km - (y - self.frame.top) / self.px_per_km
        )


def view_of(lon: Floats, lat: Floats, around: Around | None, width: int) -> View:
    """A window that shows these positions, or what lies around a place; with neither the whole world."""
    if around is not None:
        projection = Projection(around.lon, around.lat)
        half = np.array([around.km, min(around.km, 9000.0) * 0.66])
        return _window(projection, np.stack([-half, half]), width, pad=1.0)
    projection = Projection.around(lon, lat) if len(lon) else Projection(0.0, 0.0, world=True)
    if projection.world:
        return _window(projection, _WORLD, width, pad=1.02)
    return _window(projection, projection.plane(lon, lat), width, pad=1.22)


def _window(projection: Projection, plane: Floats, width: int, pad: float) -> View:
    low, high = plane.min(axis=0), plane.max(axis=0)
    middle = (low + high) / 2
    span = np.maximum((high - low) * pad, _LEAST_SPAN_KM)
    wide = width - 2 * EDGE
    aspect = float(np.clip(span[1] / span[0], 0.48, 0.72))
    scale = min(wide / float(span[0]), wide * aspect / float(span[1]))
    frame = Box(EDGE, TOP, width - EDGE, TOP + round(wide * aspect))
    west = float(middle[0]) - wide / scale / 2
    return View(projection, frame, west, float(middle[1]) + wide * aspect / scale / 2, scale, width)


def rim(lon: float, lat: float, radius_m: float) -> Floats:
    """The line at a distance of a place, its longitude running on past the antimeridian."""
    x, y, _ = arrivals(lon, lat, np.radians(np.linspace(0, 360, 181)), radius_m)
    return np.stack([np.unwrap(x, period=360), y], axis=-1)


@lru_cache(maxsize=1024)
def disc(lon: float, lat: float, radius_m: float) -> BaseGeometry:
    """All within a distance of a place, in longitude and latitude, cut at the antimeridian."""
    line = rim(lon, lat, radius_m)
    turns = round(float(line[-1, 0] - line[0, 0]) / 360.0)
    if turns:  # it goes round a pole: closed along it
        pole = 90.0 if lat > 0 else -90.0
        line = np.concatenate([line, [[line[-1, 0], pole], [line[0, 0], pole]]])
    shape = shapely.make_valid(shapely.Polygon(line))
    parts = [
        affinity.translate(shapely.intersection(shape, shapely.box(turn - 180, -90, turn + 180, 90)), -turn)
        for turn in (-720.0, -360.0, 0.0, 360.0, 720.0)
    ]
    whole = shapely.union_all([p for p in parts if not p.is_empty])
    # It holds both poles where its line goes round neither: then all the rest is meant.
    if not turns and radius_m > 111_000.0 * (90.0 + abs(lat)):
        return shapely.difference(shapely.box(-180, -90, 180, 90), whole)
    return whole


def positions_of(shapes: Sequence[BaseGeometry]) -> Floats:
    """Every position of these shapes."""
    return np.concatenate([np.empty((0, 2)), *(shapely.get_coordinates(s) for s in shapes)])
