"""Many positions at once are decided as one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.spatial.outline.edges import Outline
from spatial.places import around, land, near_threshold, uniform


@pytest.mark.parametrize("code", ["RUS", "NOR", "IDN", "FJI", "ATA", "VAT"])
@pytest.mark.parametrize("range_m", [0.5, 40.0, 3_000.0, 70_000.0, 500_000.0, 1_000_000.0, 5_500_000.0, 15_000_000.0])
def test_cells_decide_as_the_distance_does(code: str, range_m: float) -> None:
    of = land(code)
    far, near = uniform(1_500, 1), around(of, 1_500, 2)
    lon, lat = np.concatenate([far[0], near[0]]), np.concatenate([far[1], near[1]])

    assert (of.outline.in_range(lon, lat, range_m) == (of.nearest_m(lon, lat) <= range_m)).all()


@pytest.mark.parametrize("spread_m", [0.02, 5.0, 2_000.0])
def test_crowded_cells_are_halved_until_all_is_decided(spread_m: float) -> None:
    of = land("NOR")
    lon, lat = near_threshold(of, 300_000.0, spread_m, 3_000, 3)
    found = of.nearest_m(lon, lat)
    held = of.outline.in_range(lon, lat, 300_000.0)

    # Two ways to one distance may round differently.
    clear = np.abs(found - 300_000) > 1e-3
    assert (held == (found <= 300_000))[clear].all()
    assert held.any() and not held.all()


def test_a_crowd_on_one_spot_is_decided() -> None:
    of = land("VAT")
    lon, lat = np.full(10_000, 12.45), np.full(10_000, 41.95)
    away = float(of.nearest_m(lon[:1], lat[:1])[0])

    assert of.outline.in_range(lon, lat, away + 0.01).all()
    assert not of.outline.in_range(lon, lat, away - 0.01).any()


def test_poles_corners_of_cells_and_the_antimeridian_are_decided() -> None:
    of = land("RUS")
    lat = np.repeat(np.arange(-90.0, 91.0, 2.0), 181)
    lon = np.tile(np.arange(-180.0, 181.0, 2.0), 91)

    for range_m in (100_000.0, 1_000_000.0, 9_000_000.0):
        assert (of.outline.in_range(lon, lat, range_m) == (of.nearest_m(lon, lat) <= range_m)).all()


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(1, 2e7), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_cells_decide_as_the_distance_does_round_any_island(x: float, y: float, range_m: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = np.stack([x + rng.uniform(-1, 1, 5), np.clip(y + rng.uniform(-1, 1, 5), -89.9, 89.9)], axis=1)
    of = Outline([ring], np.array([0]))
    lon, lat = uniform(300, seed)

    assert (of.in_range(lon, lat, range_m) == (of.nearest(lon, lat).distance_m <= range_m)).all()


def test_no_positions_and_no_range_hold_nothing() -> None:
    of = land("VAT").outline

    assert len(of.in_range(np.empty(0), np.empty(0), 1e6)) == 0
    assert not of.in_range(np.array([12.0]), np.array([41.0]), -1.0).any()
    assert not of.in_range(np.array([12.0]), np.array([41.0]), float("nan")).any()
