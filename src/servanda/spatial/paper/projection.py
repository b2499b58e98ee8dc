"""From longitude and latitude to the sheet: equal areas around a centre, or the whole world.

Lambert's azimuthal equal-area projection on a sphere (J. P. Snyder, Map Projections: A Working Manual, USGS
Professional Paper 1395, 1987, chapter 24); the whole world on Equal Earth (B. Šavrič, T. Patterson and B. Jenny,
Int. J. Geographical Information Science 33, 2019, doi:10.1080/13658816.2018.1504949).
They draw; nothing is measured on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servanda.spatial.ellipsoid.arrays import Floats

RADIUS_KM = 6371.0
# Beyond this angle from the centre the sheet is cut: near the antipode shapes are torn apart.
RIM_DEGREES = 125.0
_WHOLE_WORLD_DEGREES = 100.0
_EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)


@dataclass(frozen=True)
class Projection:
    """Lambert's projection around a centre; `world`: the whole Earth on one sheet, Equal Earth."""

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
            return _equal_earth(lon, lat)
        x, y, z = self._turned(lon, lat)
        flat = np.hypot(x, y)
        angle = np.minimum(np.arctan2(flat, z), np.radians(RIM_DEGREES))
        radius = 2 * RADIUS_KM * np.sin(angle / 2)
        scale = np.where(flat > 0, radius / np.where(flat > 0, flat, 1), 0)
        return np.stack([x * scale, y * scale], axis=-1)

    def north(self, x_km: float, y_km: float) -> float:
        """Degrees clockwise from the top of the sheet to north, at a place of the sheet."""
        if self.world:
            return 0.0
        lon, lat = self.position(x_km, y_km)
        step = 0.01 if lat < 89.9 else -0.01
        here, there = self.plane(np.array([lon, lon]), np.array([lat, lat + step]))
        east, north = (there - here) * np.sign(step)
        return float(np.degrees(np.arctan2(east, north)))

    def position(self, x_km: float, y_km: float) -> tuple[float, float]:
        """Longitude and latitude of a place of Lambert's sheet."""
        radius = float(np.hypot(x_km, y_km))
        if radius == 0:
            return self.lon, self.lat
        angle = 2 * np.arcsin(min(radius / (2 * RADIUS_KM), 1.0))
        y0 = np.radians(self.lat)
        sine = np.cos(angle) * np.sin(y0) + y_km * np.sin(angle) * np.cos(y0) / radius
        turned = np.arctan2(
            x_km * np.sin(angle), radius * np.cos(y0) * np.cos(angle) - y_km * np.sin(y0) * np.sin(angle)
        )
        lon = (self.lon + np.degrees(turned) + 180.0) % 360.0 - 180.0
        return float(lon), float(np.degrees(np.arcsin(np.clip(sine, -1, 1))))

    def _turned(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats]:
        """Unit vectors seen from above the centre: east, north, up."""
        d, y, y0 = np.radians(lon - self.lon), np.radians(lat), np.radians(self.lat)
        return (
            np.cos(y) * np.sin(d),
            np.cos(y0) * np.sin(y) - np.sin(y0) * np.cos(y) * np.cos(d),
            np.sin(y0) * np.sin(y) + np.cos(y0) * np.cos(y) * np.cos(d),
        )


def _equal_earth(lon: Floats, lat: Floats) -> Floats:
    a1, a2, a3, a4 = _EQUAL_EARTH
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(lat)))
    t2 = t * t
    t6 = t2 * t2 * t2
    x = 2 * np.sqrt(3) * np.radians(lon) * np.cos(t) / (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1))
    y = t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
    return RADIUS_KM * np.stack([x, y], axis=-1)


def _unit(lon: Floats, lat: Floats) -> Floats:
    x, y = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=-1)
