"""The map's margin against surveyed points: where borders meet, and capes."""

from __future__ import annotations

import numpy as np

from servanda.spatial import geography

# Latitude and longitude as published by surveys and gazetteers, to some 100 m.
SURVEYED = {
    "Finland, Norway, Russia": (69.0517, 28.9292),
    "Finland, Norway, Sweden": (69.0600, 20.5486),
    "Belgium, Germany, Netherlands": (50.7547, 6.0208),
    "France, Germany, Switzerland": (47.5897, 7.5889),
    "France, Germany, Luxembourg": (49.4694, 6.3672),
    "Czechia, Germany, Poland": (50.8703, 14.8233),
    "Austria, Hungary, Slovakia": (48.0069, 17.1608),
    "Poland, Slovakia, Ukraine": (49.0892, 22.5658),
    "Belgium, France, Luxembourg": (49.5464, 5.8181),
    "Austria, Italy, Slovenia": (46.5222, 13.7139),
    "France, Italy, Switzerland": (45.9228, 7.0444),
    "Austria, Czechia, Germany": (48.7717, 13.8394),
    "Austria, Czechia, Slovakia": (48.6167, 16.9400),
    "Austria, Hungary, Slovenia": (46.8686, 16.1131),
    "Cabo da Roca": (38.7808, -9.4989),
    "Cape Dezhnev": (66.0797, -169.6494),
    "Land's End": (50.0686, -5.7161),
    "Tarifa": (36.0008, -5.6097),
    "Cap Gris-Nez": (50.8697, 1.5833),
    "Cape Agulhas": (-34.8333, 20.0006),
    "Lindesnes": (57.9825, 7.0467),
    "Cape Arkona": (54.6792, 13.4322),
    "Cape Wrath": (58.6253, -4.9989),
    "Cape Byron": (-28.6386, 153.6383),
    "Cape Finisterre": (42.8825, -9.2719),
    "Cape St Vincent": (37.0225, -8.9947),
    "Skagen": (57.7444, 10.6517),
    "South Foreland": (51.1586, 1.3950),
    "Cape Bon": (37.0789, 11.0433),
    "Beachy Head": (50.7361, 0.2475),
}


def _errors_m() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([geography().standing(lon, lat).border_m for lat, lon in SURVEYED.values()])


def test_the_map_is_within_its_margin_of_what_was_surveyed() -> None:
    assert (_errors_m() <= geography().margin_m).all()


def test_the_margin_is_not_wider_than_the_map_needs() -> None:
    assert _errors_m().max() > geography().margin_m * 0.8
    assert np.median(_errors_m()) < 600
