"""Positions and outlines for the tests of reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from geographiclib.geodesic import Geodesic

from servanda.spatial.ellipsoid.geodesic import arrivals, geodesics
from servanda.spatial.land.layer import layer
from servanda.spatial.land.tenure import tenure
from servanda.spatial.outline.edges import Outline
from spatial.independent import solver

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Land:
    """Pieces of the map: to be measured by the package, and by the solver."""

    rings: list[Floats]
    owners: npt.NDArray[np.int64]
    outline: Outline
    solved: solver.Outline

    def nearest_m(self, lon: Floats, lat: Floats) -> Floats:
        return self.outline.nearest(lon, lat).distance_m

    def solve(self, lon: Floats, lat: Floats) -> Floats:
        return np.array([solver.distance(x, y, self.solved) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)])


def pieces_of(code: str) -> npt.NDArray[np.int64]:
    """What is undisputedly of one code; Antarctica, ATA, is all of it."""
    if code == "ATA":
        named = [i for i, p in enumerate(layer().pieces) if p.name.startswith("Antarctica")]
        return np.array(named, dtype=np.int64)
    return tenure().pieces_of(code)[0]


@cache
def land(code: str) -> Land:
    """The land of one code."""
    rings, owners = layer().rings_of(pieces_of(code))
    return Land(rings, owners, Outline(rings, owners), solver.outline(rings))


def uniform(count: int, seed: int) -> tuple[Floats, Floats]:
    """Positions strewn evenly over the Earth."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-180, 180, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))


def around(of: Land, count: int, seed: int) -> tuple[Floats, Floats]:
    """Positions from centimetres to a thousand kilometres from vertices."""
    rng = np.random.default_rng(seed)
    start = of.solved.start[rng.integers(0, len(of.solved.start), count)]
    turn, way = rng.uniform(-np.pi, np.pi, count), 10 ** rng.uniform(-2, 6, count)
    lon, lat, _ = arrivals(start[:, 0], start[:, 1], turn, way)
    return lon, lat


def near_threshold(of: Land, range_m: float, spread_m: float, count: int, seed: int) -> tuple[Floats, Floats]:
    """Positions at `range_m` from the outline, more or less by at most `spread_m`: on the ways of farther ones to it.

    Whoever goes towards the nearest point of an outline keeps it as the nearest.
    """
    lon, lat = uniform(count * 40, seed)
    feet = of.outline.nearest(lon, lat)
    beyond = np.flatnonzero((feet.distance_m > range_m + spread_m) & (feet.distance_m < range_m + 3e6))
    at = beyond[np.arange(count) % len(beyond)]
    way = geodesics(feet.lon[at], feet.lat[at], lon[at], lat[at])
    rng = np.random.default_rng(seed)
    x, y, _ = arrivals(feet.lon[at], feet.lat[at], way.setting_out, range_m + rng.uniform(-spread_m, spread_m, count))
    return x, y


def destinations(lon: float, lat: float, azimuths: npt.ArrayLike, distance: float) -> Floats:
    """Where one comes to, going `distance` metres on each azimuth in degrees: rows of longitude, latitude.

    By another arithmetic than that of the package.
    """
    ends = [
        Geodesic.WGS84.Direct(lat, lon, float(azimuth), distance, Geodesic.STANDARD | Geodesic.LONG_UNROLL)
        for azimuth in np.atleast_1d(np.asarray(azimuths, dtype=np.float64))
    ]
    return np.array([(end["lon2"], end["lat2"]) for end in ends], dtype=np.float64)
