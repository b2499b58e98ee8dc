"""The map's margin against surveyed points: where borders meet, capes, islands, lines that treaties fix by degrees."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from servanda.spatial import geography

# Latitude and longitude as published by surveys and gazetteers, to some 100 m.
WHERE_BORDERS_MEET = {
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
    "Argentina, Brazil, Paraguay": (-25.5947, -54.5939),
    "Lithuania, Poland, Russia": (54.3634, 22.7922),
    "Botswana, Zambia, Zimbabwe": (-17.7930, 25.2630),
    "Laos, Myanmar, Thailand": (20.3522, 100.0836),
    "China, Laos, Viet Nam": (22.4006, 102.1439),
    "China, Mongolia, Russia (east)": (49.8451, 116.7130),
    "China, Mongolia, Russia (west)": (49.1704, 87.8156),
    "China, Kazakhstan, Russia": (49.1150, 87.2867),
    "Afghanistan, Iran, Pakistan": (29.8580, 60.8740),
    "Egypt, Libya, Sudan": (22.0000, 25.0000),
    "Oman, Saudi Arabia, Yemen": (19.0000, 52.0000),
    "Oman, Saudi Arabia, United Arab Emirates": (22.7080, 55.2080),
    "Iraq, Jordan, Syria": (33.3747, 38.7936),
    "Mexico, United States, at the Pacific": (32.5343, -117.1238),
    "Belize, Guatemala, Mexico": (17.8157, -89.1500),
    "Chile, Peru, at the coast": (-18.3508, -70.3803),
    "Brazil, Guyana, Venezuela": (5.2022, -60.7353),
    "Brazil, Uruguay, at the coast": (-33.7458, -53.3732),
    "Lũng Cú": (23.3925, 105.3233),
    "Georgia, Türkiye, at the coast": (41.5208, 41.5472),
    "Estonia, Russia, at the coast": (59.4708, 28.0444),
    "Belarus, Latvia, Russia": (56.1715, 28.1477),
    "Bulgaria, Greece, Türkiye": (41.7136, 26.3567),
    "Hungary, Romania, Serbia": (46.1278, 20.2647),
}
CAPES_AND_ISLANDS = {
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
    "Cape of Good Hope": (-34.3570, 18.4739),
    "Cape Leeuwin": (-34.3736, 115.1361),
    "Cape York": (-10.6908, 142.5311),
    "South East Point": (-39.1306, 146.4244),
    "South East Cape": (-43.6439, 146.8272),
    "Steep Point": (-26.1511, 113.1556),
    "Cape Reinga": (-34.4264, 172.6772),
    "East Cape": (-37.6889, 178.5483),
    "Slope Point": (-46.6742, 169.0031),
    "Cape Comorin": (8.0780, 77.5510),
    "Dondra Head": (5.9211, 80.5944),
    "Cape Guardafui": (11.8339, 51.2872),
    "Pointe des Almadies": (14.7447, -17.5203),
    "Cap Blanc": (20.7708, -17.0467),
    "Cap Spartel": (35.7911, -5.9236),
    "Ras ben Sakka": (37.3478, 9.7414),
    "Cabo de Gata": (36.7217, -2.1931),
    "Tainaron": (36.3864, 22.4828),
    "Isola delle Correnti": (36.6453, 15.0767),
    "Santa Maria di Leuca": (39.7958, 18.3683),
    "Cape Emine": (42.7019, 27.8978),
    "Cape Kaliakra": (43.3614, 28.4658),
    "Cape Sarych": (44.3867, 33.7389),
    "Knivskjellodden": (71.1853, 25.6764),
    "Cape Nordkinn": (71.1336, 27.6539),
    "Cape Lopatka": (50.8697, 156.6697),
    "Point Barrow": (71.3889, -156.4792),
    "Cape Flattery": (48.3831, -124.7144),
    "Cape Mendocino": (40.4401, -124.4095),
    "Point Conception": (34.4486, -120.4714),
    "Montauk Point": (41.0711, -71.8572),
    "West Quoddy Head": (44.8153, -66.9508),
    "Cape Spear": (47.5236, -52.6194),
    "Cape Race": (46.6586, -53.0736),
    "Cabo San Lucas": (22.8756, -109.8953),
    "Punta Gallinas": (12.4583, -71.6678),
    "Punta Pariñas": (-4.6811, -81.3281),
    "Ponta do Seixas": (-7.1550, -34.7931),
    "Cape Froward": (-53.8964, -71.2944),
    "Punta Dungeness": (-52.3965, -68.4340),
    "Tanjung Piai": (1.2667, 103.5086),
    "Cape Soya": (45.5228, 141.9364),
    "Cape Nosappu": (43.3853, 145.8175),
    "Cape Sata": (30.9944, 130.6608),
    "Cape Shiono": (33.4375, 135.7536),
    "Cape Muroto": (33.2475, 134.1764),
    "Cape Iro": (34.6025, 138.8456),
    "Mũi Đôi": (12.6484, 109.4622),
    "Tristan da Cunha": (-37.0675, -12.3111),
    "Bounty Bay, Pitcairn": (-25.0683, -130.0956),
    "Jamestown, Saint Helena": (-15.9222, -5.7183),
    "Hanga Roa": (-27.1444, -109.4303),
    "Kingston, Norfolk Island": (-29.0586, 167.9553),
    "Flying Fish Cove, Christmas Island": (-10.4278, 105.6681),
    "Aiwo, Nauru": (-0.5300, 166.9089),
    "Alofi, Niue": (-19.0531, -169.9186),
    "St David's Head, Bermuda": (32.3639, -64.6514),
    "Georgetown, Ascension": (-7.9264, -14.4150),
    "Europa Point": (36.1094, -5.3447),
    "Cape Columbia": (83.1113, -69.9577),
    "Cape Morris Jesup": (83.6292, -32.6700),
    "Cape Farewell": (59.7758, -43.9161),
    "Malin Head": (55.3817, -7.3736),
    "Mizen Head": (51.4500, -9.8167),
    "Dunnet Head": (58.6717, -3.3767),
    "Lizard Point": (49.9589, -5.2064),
    "Créac'h, Ushant": (48.4592, -5.1294),
    "Pointe du Raz": (48.0397, -4.7394),
    "Capo Palinuro": (40.0236, 15.2744),
    "Cap Corse": (43.0328, 9.4042),
    "Capo Pertusato": (41.3667, 9.1850),
    "Portland Bill": (50.5142, -2.4567),
    "Hook Head": (52.1239, -6.9294),
    "Reykjanestá": (63.8156, -22.7042),
    "Dyrhólaey": (63.3994, -19.1267),
    "Rifstangi": (66.5358, -16.2019),
    "Bjargtangar": (65.5025, -24.5317),
    "Cape Horn": (-55.9797, -67.2731),
}
# Points of lines that the parties fixed by meridians and parallels; markers stand within a few hundred metres of them.
FIXED_BY_DEGREES = {
    "141 W at the Arctic coast": (69.6467, -141.0014),
    "141 W, 65 N": (65.0000, -141.0014),
    "49 N, 110 W": (49.0000, -110.0000),
    "49 N at Boundary Bay": (49.0021, -122.7570),
    "Northwest Angle": (49.3842, -95.1533),
    "Mexico, United States: monument 127": (31.3322, -111.0745),
    "Mexico, United States: monument 53": (31.3325, -108.2085),
    "Mexico, United States: monument 40": (31.7836, -108.2085),
    "Mexico, United States: monument 1": (31.7839, -106.5283),
    "Indonesia, Papua New Guinea: 4 S": (-4.0000, 141.0000),
    "Indonesia, Papua New Guinea: 8 S": (-8.0000, 141.0194),
    "Egypt, Libya: 27 N": (27.0000, 25.0000),
    "Angola, Namibia: 16 E": (-17.3900, 16.0000),
    "Botswana, Namibia: 22 S, 20 E": (-22.0000, 20.0000),
    "Botswana, Namibia: 22 S, 21 E": (-22.0000, 21.0000),
    "Libya, Sudan: 21 N": (21.0000, 25.0000),
    "Egypt, Sudan: 28 E": (22.0000, 28.0000),
    "Kenya, Somalia: 0.5 N": (0.5000, 40.9957),
    "49 N, 100 W": (49.0000, -100.0000),
    "49 N, 120 W": (49.0000, -120.0000),
    "Mali, Mauritania: 7 W": (15.5000, -7.0000),
    "Botswana, Namibia: 20 S": (-20.0000, 21.0000),
    "Namibia, South Africa: 26 S": (-26.0000, 20.0000),
    "Botswana, Namibia: 23 S": (-23.0000, 20.0000),
    "Angola, Zambia: 23 E": (-13.0000, 23.0000),
    "Angola, Zambia: 15 S": (-15.0000, 22.0000),
    "Equatorial Guinea, Gabon: 10.6 E": (1.0000, 10.6000),
    "Equatorial Guinea, Gabon: 1.7 N": (1.7000, 11.3372),
    "Oman, Saudi Arabia: 20 N": (20.0000, 55.0000),
    "Oman, Saudi Arabia: 22 N": (22.0000, 55.6667),
    "Jordan, Saudi Arabia: 37 E": (31.5000, 37.0000),
    "Jordan, Saudi Arabia: 38 E": (30.5000, 38.0000),
    "Jordan, Saudi Arabia: 30 N": (30.0000, 37.5000),
    "Argentina, Chile: 53.5 S": (-53.5000, -68.6107),
    "Argentina, Chile: 54 S": (-54.0000, -68.6107),
    "Argentina, Chile: 52 S": (-52.0000, -71.0000),
    "Guatemala, Mexico: 17 49 N": (17.8167, -90.0000),
    "Guatemala, Mexico: 16 04 N": (16.0742, -91.0000),
    "Indonesia, Papua New Guinea: 5 S": (-5.0000, 141.0000),
    "Indonesia, Papua New Guinea: 9 S": (-9.0000, 141.0194),
    "Indonesia, Papua New Guinea: 7.5 S": (-7.5000, 141.0194),
    "Indonesia, Papua New Guinea: at the coast": (-2.6100, 141.0000),
    "141 W, 67 N": (67.0000, -141.0014),
    "141 W, 62 N": (62.0000, -141.0014),
}
SURVEYED = WHERE_BORDERS_MEET | CAPES_AND_ISLANDS | FIXED_BY_DEGREES

# Borders that the map draws farther off than its margin; `margins.csv` gives them one of their own.
FAR_OFF = {
    "Indonesia, Papua New Guinea: 7.5 S": ("IDN", "PNG"),
    "Indonesia, Papua New Guinea: 8 S": ("IDN", "PNG"),
    "Indonesia, Papua New Guinea: 9 S": ("IDN", "PNG"),
    "Oman, Saudi Arabia: 22 N": ("OMN", "SAU"),
    "Kenya, Somalia: 0.5 N": ("KEN", "SOM"),
    "Lũng Cú": ("CHN", "VNM"),
}


def _error_m(name: str) -> float:
    lat, lon = SURVEYED[name]
    return geography().standing(lon, lat).border_m


def _own_margins() -> dict[tuple[str, str], float]:
    text = (resources.files("servanda.data") / "geo" / "margins.csv").read_text(encoding="utf-8")
    return {(r["left"], r["right"]): float(r["margin_m"]) for r in csv.DictReader(text.splitlines())}


def test_the_points_are_many_and_of_all_continents() -> None:
    assert len(SURVEYED) == len(WHERE_BORDERS_MEET) + len(CAPES_AND_ISLANDS) + len(FIXED_BY_DEGREES) >= 120
    east, south = ({lat_lon[i] // 45 for lat_lon in SURVEYED.values()} for i in (1, 0))
    assert len(east) == 8
    assert len(south) == 4


@pytest.mark.parametrize("name", sorted(SURVEYED.keys() - FAR_OFF.keys()))
def test_the_map_is_within_its_margin_of_what_was_surveyed(name: str) -> None:
    assert _error_m(name) <= geography().margin_m


@pytest.mark.parametrize("name", FAR_OFF)
def test_a_border_that_is_farther_off_has_a_margin_of_its_own_and_says_so(name: str) -> None:
    lat, lon = SURVEYED[name]
    there = geography().standing(lon, lat)

    assert geography().margin_m < there.border_m <= _own_margins()[FAR_OFF[name]]
    assert there.codes == FAR_OFF[name]
    assert not there.certain


def test_the_margin_is_not_wider_than_the_map_needs() -> None:
    errors = sorted(_error_m(name) for name in SURVEYED.keys() - FAR_OFF.keys())

    assert errors[-1] > geography().margin_m * 0.8
    assert errors[len(errors) // 2] < 700


def test_every_margin_of_a_border_rests_on_a_measurement() -> None:
    assert set(FAR_OFF.values()) == set(_own_margins())
    for left, right in _own_margins():
        worst = max(_error_m(name) for name, border in FAR_OFF.items() if border == (left, right))
        assert worst * 1.2 < _own_margins()[left, right] < worst * 1.6
