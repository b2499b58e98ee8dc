"""A region that somebody drew: polygons and circles, each with how far its outline may be wrong.

Edges are straight in longitude and latitude, as GeoJSON has them (RFC 7946). A circle is all that lies within a
geodesic distance of its centre, and is measured, never drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from servanda.spatial.ellipsoid.arrays import Floats, Truths
from servanda.spatial.ellipsoid.geodesic import checked, distances_m
from servanda.spatial.outline.edges import Outline

_BESIDE = 1e-9  # degrees: a tenth of a millimetre


@dataclass(frozen=True)
class Circle:
    """Everything within `radius_m` of a position, along geodesics."""

    lon: float
    lat: float
    radius_m: float
    uncertainty_m: float = 0.0

    def contains(self, lon: Floats, lat: Floats) -> tuple[Truths, Truths]:
        """Which positions are certainly, and which possibly, within. On the very circle it is possible."""
        distance = distances_m(lon, lat, self.lon, self.lat)
        certainly: Truths = distance < self.radius_m - self.uncertainty_m
        possibly: Truths = distance <= self.radius_m + self.uncertainty_m
        return certainly, possibly

    def distance_m(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Least and greatest distance in metres; nothing within."""
        beyond = distances_m(lon, lat, self.lon, self.lat) - self.radius_m
        return np.maximum(beyond - self.uncertainty_m, 0.0), np.maximum(beyond + self.uncertainty_m, 0.0)


@dataclass(frozen=True)
class Patch:
    """Polygons of one uncertainty, joined."""

    area: BaseGeometry
    uncertainty_m: float = 0.0

    def contains(self, lon: Floats, lat: Floats) -> tuple[Truths, Truths]:
        """Which positions are certainly, and which possibly, within."""
        certainly, possibly = self._drawn(lon, lat)
        if self.uncertainty_m > 0:
            near = self._edges.nearest_m(lon, lat, [0]) <= self.uncertainty_m
            certainly, possibly = certainly & ~near, possibly | near
        return certainly, possibly

    def distance_m(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Least and greatest distance in metres; nothing within."""
        _, drawn = self._drawn(lon, lat)
        beyond = np.where(drawn, -1.0, 1.0) * self._edges.nearest_m(lon, lat, [0])
        return np.maximum(beyond - self.uncertainty_m, 0.0), np.maximum(beyond + self.uncertainty_m, 0.0)

    def _drawn(self, lon: Floats, lat: Floats) -> tuple[Truths, Truths]:
        possibly: Truths = shapely.intersects_xy(self.area, lon, lat)
        certainly: Truths = shapely.contains_xy(self.area, lon, lat)
        seam = np.flatnonzero((np.abs(lon) == 180) & (np.abs(lat) < 90))
        if len(seam):
            # One meridian written in two ways: what is beside it on both sides tells.
            y = lat[seam]
            west, east = np.full(len(seam), 180.0), np.full(len(seam), -180.0)
            possibly[seam] = shapely.intersects_xy(self.area, west, y) | shapely.intersects_xy(self.area, east, y)
            beside = shapely.contains_xy(self.area, west - _BESIDE, y) & shapely.contains_xy(
                self.area, east + _BESIDE, y
            )
            certainly[seam] = beside
        for pole in (-90.0, 90.0):
            certainly[lat == pole], possibly[lat == pole] = self._at_pole(pole)
        return certainly, possibly

    def _at_pole(self, pole: float) -> tuple[bool, bool]:
        """A pole is one place, whatever its longitude: what goes all round it holds it, what touches it may."""
        touches = bool(shapely.intersects(self.area, LineString([(-180, pole), (180, pole)])))
        beside = pole - np.sign(pole) * _BESIDE
        round_it = LineString([(-180, beside), (180, beside)])
        return touches and bool(shapely.covers(self.area, round_it)), touches

    @cached_property
    def _edges(self) -> Outline:
        rings = [
            shapely.get_coordinates(ring)[:-1]
            for part in shapely.get_parts(self.area)
            for ring in (part.exterior, *part.interiors)
        ]
        return Outline(rings, np.zeros(len(rings), dtype=np.int64), "planar")


@dataclass(frozen=True)
class Shape:
    """Patches and circles together: within when within any of them."""

    patches: tuple[Patch, ...] = ()
    circles: tuple[Circle, ...] = ()

    @staticmethod
    def of(polygons: Iterable[tuple[BaseGeometry, float]], circles: Iterable[Circle] = ()) -> Shape:
        """Polygons with the uncertainty of each; those of one uncertainty are joined, and their common lines vanish."""
        by_uncertainty: dict[float, list[BaseGeometry]] = {}
        for polygon, uncertainty in polygons:
            by_uncertainty.setdefault(uncertainty, []).append(polygon)
        patches = []
        for uncertainty, parts in sorted(by_uncertainty.items()):
            area = shapely.union_all(parts)
            shapely.prepare(area)
            patches.append(Patch(area, uncertainty))
        return Shape(tuple(patches), tuple(circles))

    @property
    def area(self) -> BaseGeometry:
        """The polygons without regard to uncertainty; circles are not among them."""
        return shapely.union_all([p.area for p in self.patches])

    def contains(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Truths, Truths]:
        """Which positions are certainly, and which possibly, within. Raises PositionError."""
        x, y = checked(lon, lat)
        certainly, possibly = np.zeros(len(x), dtype=bool), np.zeros(len(x), dtype=bool)
        for part in self._parts:
            sure, maybe = part.contains(x, y)
            certainly, possibly = certainly | sure, possibly | maybe
        return certainly, possibly

    def distance_m(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Least and greatest geodesic distance of each position to the nearest part. Raises PositionError."""
        x, y = checked(lon, lat)
        found = [part.distance_m(x, y) for part in self._parts]
        none = np.full(len(x), np.inf)
        return np.minimum.reduce([none, *(lo for lo, _ in found)]), np.minimum.reduce([none, *(hi for _, hi in found)])

    @property
    def _parts(self) -> tuple[Patch | Circle, ...]:
        return (*self.patches, *self.circles)
