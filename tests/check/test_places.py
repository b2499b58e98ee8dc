"""The geography as conditions ask for it: what is answered at once must agree with what is worked out exactly."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest

from servanda.check.places import the_map
from servanda.norms.facts import Lots
from servanda.spatial.land import tenure
from servanda.spatial.land.layer import layer
from servanda.spatial.territory import MANY, geography

CODES = ("RUS", "UKR", "USA", "POL", "NOR", "FJI", "VNM", "GRL", "ATA", "VAT")
TODAY = date(2021, 6, 1)


def _positions(count: int) -> list[tuple[float, float]]:
    """Half of them anywhere, half of them within a degree of some outline."""
    chance = random.Random(7)
    rings = [ring for ring, piece in zip(layer().rings, layer().ring_piece, strict=True) if piece >= 0]
    found = [(chance.uniform(-180, 180), chance.uniform(-90, 90)) for _ in range(count // 2)]
    for _ in range(count - len(found)):
        ring = chance.choice(rings)
        x, y = ring[chance.randrange(len(ring))]
        found.append(((x + chance.uniform(-1, 1) + 180) % 360 - 180, max(-90.0, min(90.0, y + chance.uniform(-1, 1)))))
    return found


@pytest.mark.parametrize("code", CODES)
def test_the_rough_distance_holds_the_exact_one(code: str) -> None:
    for lon, lat in _positions(60):
        exact = the_map().distance_m(lon, lat, code, TODAY)
        least, greatest = the_map().rough_m(lon, lat, code, TODAY)
        if exact is not None and exact[1] > 0:
            assert least <= max(exact[0], 0.001) and exact[1] <= greatest + 1e-6, (lon, lat)


@pytest.mark.parametrize("view", [None, "RUS", "UKR", "CHN", "GBR"])
def test_a_place_is_whose_it_was_the_last_time_anything_near_it_changed(view: str | None) -> None:
    chance = random.Random(3)
    for lon, lat in [(34.1, 44.95), (20.46, 42.6), (114.17, 22.33), (13.4, 52.52), *_positions(12)]:
        for _ in range(6):
            day = date(1950, 1, 1) + timedelta(days=chance.randrange(27_000))
            found, direct = the_map(view).standing(lon, lat, day), geography(view).standing(lon, lat, day)
            assert (found.codes, found.certain, found.missing) == (direct.codes, direct.certain, direct.missing), day


def test_between_the_changes_of_a_state_it_is_as_much_there_as_before() -> None:
    code, map_ = "UKR", the_map("RUS")
    days = map_.changes_of(frozenset({code}), date(1991, 1, 1), date(2025, 1, 1))
    others = [day for day in map_.changes_between(date(1991, 1, 1), date(2025, 1, 1)) if day not in days]
    assert days and others
    for lon, lat in [(34.1, 44.95), (37.8, 48.0), (35.1, 47.8), (30.5, 50.4), (44.5, 40.2)]:
        for day in others:
            before, after = (map_.lots_at(lon, lat, d) for d in (day - timedelta(days=1), day))
            assert before is not None and after is not None
            was, is_ = (
                (any(code in lot for lot in lots), all(code in lot for lot in lots)) for lots in (before, after)
            )
            assert was == is_, day


def test_a_dependency_is_its_own_territory_and_that_of_its_state() -> None:
    assert the_map().lots_at(-42.0, 72.0, TODAY) == _lots("DNK GRL")
    assert the_map().lots_at(116.0, 40.0, TODAY) == _lots("CHN")

    near_the_line = the_map().lots_at(114.06, 22.545, TODAY)  # Shenzhen: not certainly not Hong Kong
    assert near_the_line == _lots("CHN", "CHN HKG")


def _lots(*lots: str) -> Lots:
    return frozenset(frozenset(lot.split()) for lot in lots)


@pytest.mark.parametrize("view", [None, "RUS"])
def test_many_positions_are_told_apart_as_each_one_is(view: str | None) -> None:
    """Anywhere, near outlines, at the meridian of 180 degrees and at the poles; more than are asked one by one."""
    near_lines = [(x + d, max(-90.0, min(90.0, y + d))) for x, y in _positions(200) for d in (0.0, 0.005)]
    edges = [(180.0, 68.0), (-180.0, 68.9), (0.0, 90.0), (0.0, -90.0), (180.0, -16.5)]
    anywhere = [(x / 7 % 360 - 180, x / 31 % 180 - 90) for x in range(MANY)]
    lon, lat = np.array([*near_lines, *edges, *anywhere]).T

    standings = geography(view).standings(lon, lat, TODAY)
    assert geography(view).lots(lon, lat, TODAY) == [s.lots for s in standings]


@pytest.mark.parametrize("view", ["RUS", "USA", "SRB", "VNM"])
@pytest.mark.parametrize("day", [date(1974, 2, 1), date(2008, 3, 1), date(2022, 10, 1)])
def test_a_view_differs_from_nobodys_only_where_it_has_said_something(view: str, day: date) -> None:
    start = max(d for d in tenure.changes() if d <= day)
    piece_by_piece = tuple(tenure._holding(piece, start, view) for piece in layer().pieces)

    assert tenure.tenure(day, view).holdings == piece_by_piece
