"""Reach: what a range reaches, both ways, as of a day, and when that cannot be told."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from servanda.errors import InputError
from servanda.spatial import PositionError, distance_m, geography
from servanda.spatial.ellipsoid.segment import EdgeModel
from servanda.spatial.reach import (
    BEYOND,
    REACHES,
    UNTOLD,
    in_reach,
    reach,
    reached_by,
    territories_reached,
)
from spatial.places import around, land, uniform

KALININGRAD = (20.5, 54.7)
SIMFEROPOL = (34.1, 45.0)
BAGHDAD = (44.36, 33.31)
MOSCOW = (37.6, 55.75)


def test_a_reach_is_the_interval_that_the_map_gives_with_the_nearest_point() -> None:
    found = reach(BAGHDAD, 2_000_000, "ROU")
    interval = geography().distance_m(*BAGHDAD, "ROU")

    assert found.reaches is True
    assert interval is not None and found.nearest is not None and found.margin_m is not None
    assert found.distance_m == pytest.approx(interval, abs=0.02)
    assert found.computed_m == pytest.approx(distance_m(*BAGHDAD, *found.nearest), abs=1e-3)
    assert found.distance_m[1] - found.computed_m == pytest.approx(found.margin_m, abs=0.01)


def test_a_range_inside_the_margin_cannot_be_told() -> None:
    computed = reach(BAGHDAD, 1, "ROU").computed_m
    verdicts = [reach(BAGHDAD, computed + off, "ROU") for off in (-3_001, -2_999, 2_999, 3_001)]

    assert [(r.reaches, r.cause) for r in verdicts] == [(False, None), (None, "margin"), (None, "margin"), (True, None)]


def test_reach_that_hangs_on_a_disputed_area_cannot_be_told_without_a_view() -> None:
    for state in ("RUS", "UKR"):
        found = reach(SIMFEROPOL, 50_000, state)
        assert (found.reaches, found.cause, found.distance_m[0]) == (None, "disputed", 0.0)
    assert reach(SIMFEROPOL, 1_000, "RUS", view="RUS").reaches is True
    assert reach(SIMFEROPOL, 1_000, "UKR", view="RUS").reaches is False
    assert reach(SIMFEROPOL, 1_000, "UKR", view="UKR").reaches is True


def test_a_State_all_of_whose_land_is_disputed_is_never_certainly_reached() -> None:
    found = reach((121.0, 24.0), 1_000_000, "TWN")

    assert (found.reaches, found.cause, found.distance_m, found.nearest) == (None, "disputed", (0.0, np.inf), None)


def test_territory_is_that_of_the_day() -> None:
    assert reach((30.5, 50.45), 1_000, "SUN", on=date(1980, 1, 1)).reaches is True
    with pytest.raises(InputError, match="on 1980-01-01 the map has no land of “UKR”"):
        reach((30.5, 50.45), 1_000, "UKR", on=date(1980, 1, 1))


@pytest.mark.parametrize(("day", "cause"), [(date(1912, 1, 1), "before-layer"), (date(2199, 1, 1), "after-layer")])
def test_a_day_that_the_map_does_not_know_cannot_be_told(day: date, cause: str) -> None:
    found = reach(MOSCOW, 1_000, "RUS", on=day)

    assert (found.reaches, found.cause, found.distance_m) == (None, cause, (0.0, np.inf))
    assert (in_reach(np.zeros(2), np.zeros(2), 1_000, "RUS", on=day) == UNTOLD).all()
    assert territories_reached(MOSCOW, 1_000, on=day) == {}


@pytest.mark.parametrize("range_m", [0, -1, float("nan"), float("inf"), -float("inf"), 20_003_932])
def test_a_range_that_is_none_is_refused(range_m: float) -> None:
    for ask in (
        lambda: reach(MOSCOW, range_m, "RUS"),
        lambda: in_reach(np.zeros(1), np.zeros(1), range_m, "RUS"),
        lambda: in_reach(np.zeros(1), np.zeros(1), range_m, "RUS", as_drawn=True),
        lambda: territories_reached(MOSCOW, range_m),
    ):
        with pytest.raises(InputError) as caught:
            ask()
        assert [d.code for d in caught.value.diagnostics] == ["range-impossible"]


def test_half_the_earths_round_reaches_everything() -> None:
    lon, lat = uniform(500, 1)

    assert (in_reach(lon, lat, 20_003_931, "NZL") != BEYOND).all()
    assert set(territories_reached(MOSCOW, 20_003_931).values()) <= {True, None}


@pytest.mark.parametrize("lat", [90.001, float("nan")])
def test_a_site_that_is_none_is_refused(lat: float) -> None:
    with pytest.raises(PositionError):
        reach((0.0, lat), 1_000, "RUS")


@pytest.mark.parametrize(("code", "range_m"), [("RUS", 500_000.0), ("UKR", 250_000.0), ("FJI", 2_000.0), ("ESH", 9e5)])
@pytest.mark.parametrize("view", [pytest.param(None, marks=pytest.mark.long), "RUS"])
def test_many_sites_are_told_what_each_is_told(code: str, range_m: float, view: str | None) -> None:
    far, near = uniform(150, 2), around(land("UKR" if code == "UKR" else "FJI"), 50, 3)
    lon, lat = np.concatenate([far[0], near[0]]), np.concatenate([far[1], near[1]])
    one_by_one = [
        reach(site, range_m, code, view=view).reaches for site in zip(lon.tolist(), lat.tolist(), strict=True)
    ]

    assert in_reach(lon, lat, range_m, code, view=view).tolist() == [
        UNTOLD if told is None else REACHES if told else BEYOND for told in one_by_one
    ]


def test_as_drawn_the_land_is_reached_from_inside_and_up_to_the_range() -> None:
    of = land("RUS")
    lon, lat = uniform(2_000, 4)
    inside = np.array([_drawn_m(site) == 0 for site in zip(lon[:100].tolist(), lat[:100].tolist(), strict=True)])
    held = in_reach(lon, lat, 300_000, "RUS", as_drawn=True) == REACHES

    assert held[:100][inside].all()
    assert (held | (of.nearest_m(lon, lat) > 300_000)).all()
    assert in_reach(np.array([MOSCOW[0]]), np.array([MOSCOW[1]]), 1.0, "RUS", as_drawn=True)[0] == REACHES


def _drawn_m(site: tuple[float, float]) -> float:
    return reach(site, 1_000, "RUS").computed_m


@pytest.mark.parametrize(
    "site", [KALININGRAD, SIMFEROPOL, (0.0, -90.0), (179.9, -16.8), (-30.0, 30.0), (12.453, 41.903)]
)
def test_which_territories_a_site_reaches_is_what_each_territory_says(site: tuple[float, float]) -> None:
    told = territories_reached(site, 400_000)

    assert len(told) > 190
    some = [code for code, truth in told.items() if truth is not False] + ["RUS", "NOR", "BRA", "TWN"]
    assert {code: told[code] for code in some} == {code: reach(site, 400_000, code).reaches for code in some}


def test_which_sites_reach_a_territory_is_told_by_their_names() -> None:
    told = reached_by("POL", {"Kaliningrad": KALININGRAD, "Baghdad": BAGHDAD}, 480_000)

    assert {name: r.reaches for name, r in told.items()} == {"Kaliningrad": True, "Baghdad": False}


def test_other_edges_move_a_distance_by_metres_alone() -> None:
    geodesic = reach(BAGHDAD, 1_000, "NOR").computed_m
    models: tuple[EdgeModel, ...] = ("planar", "rhumb")
    for model in models:
        other = reach(BAGHDAD, 1_000, "NOR", edges=model)
        assert other.edges == model
        assert other.computed_m == pytest.approx(geodesic, abs=50)


def test_messages_speak_vietnamese() -> None:
    with pytest.raises(InputError) as caught:
        reach(MOSCOW, 3e7, "RUS")
    assert "nửa vòng Trái Đất" in caught.value.diagnostics[0].hint("vi")
