"""From longitude and latitude to the sheet: equal areas around a centre, or the whole world.

Lambert's azimuthal equal-area projection on a sphere (J. P. Snyder, Map Projections: A Working Manual, USGS
Professional Paper 1395, 1987, chapter 24). It draws; nothing is measured on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servanda.spatial.geodesic import Floats

RADIUS_KM = 6371.0
# Beyond this angle from the centre the sheet is cut: near the antipode shapes are torn apart.
RIM_DEGREES = 125.0
_WHOLE_WORLD_DEGREES = 100.0


@dataclass(frozen=True)
class Projection:
    """Lambert's projection around a centre; `world`: longitude and latitude as they are."""

    lon: float
    lat: float
    world: bool = False

    @staticmethod
    def around(lon: Floats, lat: Floats) -> Projection:
        """Centred on the positions, or the whole world when they lie too far apart."""
        if not len(lon):
            return Projection(15.0, 52.0)
        mean = _unit(lon, lat).mean(axis=0)
        if np.linalg.norm(mean) < 0.05:
            return Projection(0.0, 0.0, world=True)
        centre = Projection(
            float(np.degrees(np.arctan2(mean[1], mean[0]))),
            float(np.degrees(np.arctan2(mean[2], np.hypot(mean[0], mean[1])))),
        )
        if centre.angles(lon, lat).max() > _WHOLE_WORLD_DEGREES:
            return Projection(0.0, 0.0, world=True)
        return centre

    def angles(self, lon: Floats, lat: Floats) -> Floats:
        """Degrees of arc from the centre."""
        cosine = _unit(lon, lat) @ _unit(np.array([self.lon]), np.array([self.lat]))[0]
        angle: Floats = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
        return angle

    def plane(self, lon: Floats, lat: Floats) -> Floats:
        """Kilometres on the sheet, eastward and northward of the centre."""
        if self.world:
            return np.stack([np.radians(lon) * RADIUS_KM, np.radians(lat) * RADIUS_KM], axis=-1)
        x, y, z = self._turned(lon, lat)
        flat = np.hypot(x, y)
        angle = np.minimum(np.arctan2(flat, z), np.radians(RIM_DEGREES))
        radius = 2 * RADIUS_KM * np.sin(angle / 2)
        scale = np.where(flat > 0, radius / np.where(flat > 0, flat, 1), 0)
        return np.stack([x * scale, y * scale], axis=-1)

    def _turned(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats]:
        """Unit vectors seen from above the centre: east, north, up."""
        d, y, y0 = np.radians(lon - self.lon), np.radians(lat), np.radians(self.lat)
        return (
            np.cos(y) * np.sin(d),
            np.cos(y0) * np.sin(y) - np.sin(y0) * np.cos(y) * np.cos(d),
            np.sin(y0) * np.sin(y) + np.cos(y0) * np.cos(y) * np.cos(d),
        )


def _unit(lon: Floats, lat: Floats) -> Floats:
    x, y = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=-1)
