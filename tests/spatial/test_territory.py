"""Whose land a place is, and how far it lies from a State's land."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.spatial import PositionError, disputed_areas, distances_m, geography
from servanda.spatial.land.layer import layer
from servanda.vocabulary.party import parties

WORLD = geography()
MARGIN = WORLD.margin_m

# Rounded geodesic distances to territories, computed with other tools on another map: (lon, lat, State, km).
PUBLISHED = [
    (21.8, 54.6, "POL", 26),
    (21.95, 53.8, "RUS", 63),
    (32.0, 54.8, "LVA", 286),
    (41.2, 39.95, "RUS", 364),
    (46.0, 51.5, "TUR", 1129),
    (46.0, 51.5, "LVA", 1279),
    (-6.2, 36.6, "RUS", 2799),
    (-6.2, 36.6, "PRT", 124),
    (5.0, 70.0, "RUS", 920),
    (28.3, 57.8, "EST", 31),
    (11.9, 49.7, "RUS", 747),
    (127.8, 26.4, "RUS", 1783),
    (23.9, 52.3, "POL", 29),
    (-175.0, 60.0, "USA", 121),
    (170.0, 45.0, "RUS", 1065),
    (28.6, 53.3, "USA", 6164),
]


@pytest.mark.parametrize(("lon", "lat", "state", "km"), PUBLISHED)
def test_distances_agree_with_other_tools_to_a_kilometre(lon: float, lat: float, state: str, km: int) -> None:
    interval = WORLD.distance_m(lon, lat, state)

    assert interval is not None
    assert (interval[1] - MARGIN) / 1000 == pytest.approx(km, abs=1.5)


def _brute(lon: float, lat: float, code: str) -> float:
    """The geodesic to the nearest vertex of the State's undisputed outline, and to points between."""
    pieces = [i for i, p in enumerate(layer().pieces) if p.kind == "land" and code in p.holders]
    rings, _ = layer().rings_of(np.array(pieces))
    best = np.inf
    for ring in rings:
        following = np.roll(ring, -1, axis=0)
        for share in (0.0, 0.5):
            at = ring * (1 - share) + following * share
            best = min(best, float(distances_m(lon, lat, at[:, 0], at[:, 1]).min()))
    return best


@pytest.mark.parametrize("code", ["EST", "FJI", "NZL", "SVN"])
@settings(max_examples=8, deadline=None)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_the_tree_finds_what_a_search_of_every_vertex_finds(code: str, lon: float, lat: float) -> None:
    interval = WORLD.distance_m(lon, lat, code)

    assert interval is not None
    if interval[0] > 0:
        found = interval[1] - MARGIN
        assert found <= _brute(lon, lat, code) + 1.0
        assert found >= _brute(lon, lat, code) - 4_000  # long edges bulge between the points tried


@settings(max_examples=40, deadline=None)
@given(st.floats(-180, 180), st.floats(-89, 89))
def test_the_interval_is_as_wide_as_the_margin_says_where_nothing_is_disputed(lon: float, lat: float) -> None:
    interval = WORLD.distance_m(lon, lat, "POL")

    assert interval is not None
    least, greatest = interval
    assert 0 <= least <= greatest
    assert greatest - least <= 2 * MARGIN + 1e-6


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (37.6, 55.75, "RUS"),
        (-100.0, 40.0, "USA"),
        (179.9, 66.0, "RUS"),
        (-179.5, 66.5, "RUS"),
        (-45.0, 72.0, "DNK"),  # Greenland is the Kingdom's
        (-66.3, 18.2, "USA"),  # Puerto Rico
        (-53.0, 4.0, "FRA"),  # French Guiana
        (16.0, 78.5, "NOR"),  # Svalbard
        (30.5, 50.45, "UKR"),
        (20.5, 54.7, "RUS"),  # Kaliningrad
    ],
)
def test_well_inside_a_State_the_standing_is_certain_and_the_distance_nothing(
    lon: float, lat: float, code: str
) -> None:
    standing = WORLD.standing(lon, lat)

    assert (standing.codes, standing.certain, standing.area) == ((code,), True, None)
    assert WORLD.distance_m(lon, lat, code) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("lon", "lat", "area", "codes"),
    [
        (34.1, 45.1, "Crimea", ("RUS", "UKR")),
        (37.8, 48.0, "Donbas", ("RUS", "UKR")),
        (41.0, 43.0, "Abkhazia", ("GEO",)),
        (43.9, 42.3, "South Ossetia", ("GEO",)),
        (29.6, 46.85, "Transnistria", ("MDA",)),
        (33.5, 35.3, "Northern Cyprus", ("CYP",)),
        (35.8, 33.0, "Golan Heights", ("ISR", "SYR")),
        (35.2, 32.0, "West Bank", ("ISR", "PSE")),
        (74.8, 34.1, "Jammu and Kashmir", ("IND", "PAK")),
        (-13.0, 24.5, "Western Sahara", ("ESH", "MAR")),
        (20.9, 42.6, "Kosovo", ("SRB", "XKX")),
        (147.9, 45.0, "Southern Kurils", ("JPN", "RUS")),
        (121.0, 24.0, "Taiwan", ("CHN", "TWN")),
        (-59.0, -51.7, "Falkland Islands (Malvinas)", ("ARG", "GBR")),
        (-65.0, -72.0, "Antarctica (53°W to 74°W)", ("ARG", "CHL", "GBR")),
    ],
)
def test_disputed_areas_belong_to_no_State(lon: float, lat: float, area: str, codes: tuple[str, ...]) -> None:
    standing = WORLD.standing(lon, lat)

    assert (standing.area, standing.codes, standing.certain) == (area, codes, False)


def test_reach_that_hangs_on_a_disputed_area_is_open() -> None:
    simferopol = (34.1, 45.0)

    for state in ("RUS", "UKR"):
        interval = WORLD.distance_m(*simferopol, state)
        assert interval is not None
        assert interval[0] == 0.0
        assert interval[1] > 50_000


def test_a_State_all_of_whose_land_is_disputed_is_no_certain_distance_away() -> None:
    assert WORLD.distance_m(121.0, 24.0, "TWN") == (0.0, float("inf"))


def test_the_open_sea_is_nobodys() -> None:
    for lon, lat in ((30.0, 43.0), (0.0, 90.0), (-30.0, 40.0)):
        standing = WORLD.standing(lon, lat)
        assert (standing.codes, standing.certain) == ((), True)


def test_near_a_land_border_both_neighbours_are_possible() -> None:
    standing = WORLD.standing(6.0208, 50.7547)  # where Belgium, Germany and the Netherlands meet

    assert standing.codes == ("BEL", "DEU", "NLD")
    assert not standing.certain
    assert standing.border_m <= MARGIN


def test_a_port_is_certainly_its_State_s_though_the_coast_is_near() -> None:
    standing = WORLD.standing(-74.01, 40.72)

    assert standing.codes == ("USA",)
    assert standing.border_m < MARGIN
    assert standing.certain


def test_neighbours_across_the_antimeridian_are_near() -> None:
    # Big Diomede is Russia's, Little Diomede the United States'; 4 km of water between them.
    interval = WORLD.distance_m(-169.06, 65.78, "USA")

    assert interval is not None
    assert interval[1] < 10_000 + MARGIN
    # From Wrangel Island's east, over the antimeridian, to Chukotka in the west.
    fiji = WORLD.distance_m(-179.9, -25.0, "FJI")
    assert fiji is not None
    assert fiji[1] < 1_000_000


@pytest.mark.parametrize(("on", "code"), [(None, "RUS"), (date(1975, 6, 1), "SUN"), (date(1947, 6, 1), "GBR")])
def test_many_positions_get_the_same_answers_as_one_by_one(on: date | None, code: str) -> None:
    lon = np.array([21.8, 34.1, 0.0, 21.8, -175.0, 11.0, 13.4, 72.9])
    lat = np.array([54.6, 45.1, -90.0, 54.6, 60.0, 52.2, 52.52, 20.4])

    least, greatest = WORLD.distances_m(lon, lat, code, on)
    singly = np.array([WORLD.distance_m(x, y, code, on) for x, y in zip(lon, lat, strict=True)])

    np.testing.assert_allclose(singly, np.stack([least, greatest], axis=1), rtol=0, atol=1e-4)
    together = WORLD.standings(lon, lat, on)
    apart = [WORLD.standing(x, y, on) for x, y in zip(lon, lat, strict=True)]
    assert [replace(s, border_m=0.0) for s in together] == [replace(s, border_m=0.0) for s in apart]
    assert [s.border_m for s in together] == pytest.approx([s.border_m for s in apart], rel=0, abs=1e-4)


def test_no_positions_have_no_answers() -> None:
    empty = np.empty(0)

    assert WORLD.standings(empty, empty) == []
    assert [len(v) for v in WORLD.distances_m(empty, empty, "RUS")] == [0, 0]
    assert [len(v) for v in WORLD.regions("Black Sea", empty, empty)] == [0, 0]


def test_a_State_that_no_longer_exists_is_not_on_the_map() -> None:
    assert WORLD.distance_m(37.6, 55.75, "SUN") is None


@pytest.mark.parametrize(("lon", "lat"), [(0, 95), (float("nan"), 0), (0, float("inf"))])
def test_a_place_that_is_none_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(PositionError):
        WORLD.standing(lon, lat)
    with pytest.raises(PositionError):
        WORLD.distance_m(lon, lat, "RUS")
    with pytest.raises(PositionError):
        WORLD.distance_m(lon, lat, "SUN")


def test_every_code_on_the_map_is_a_known_party() -> None:
    assert WORLD.codes_on() <= parties().by_code.keys()
    assert {c for area in disputed_areas() for c in area.claimants} <= parties().by_code.keys()
