from __future__ import annotations

from functools import cache

import pytest

from servanda.spatial.maritime import MaritimeZone, maritime_zone


@cache
def polish() -> MaritimeZone:
    return maritime_zone("POL", "exclusive economic zone")


def test_a_territorial_sea_lies_off_the_coast() -> None:
    """Twelve nautical miles off Fiji: water, no land, nothing farther out."""
    belt = maritime_zone("FJI", "territorial sea")

    assert belt.polygons.is_valid and belt.status == "computed, not legal baselines"
    assert belt.contains(178.0, -18.3) and not belt.contains(178.0, -17.8) and not belt.contains(178.0, -19.8)


def test_an_exclusive_economic_zone_begins_where_the_territorial_sea_ends() -> None:
    """Off Ustka the one is beyond and adjacent to the other (UNCLOS art. 55): 12 miles are 0.2 degrees."""
    sea = maritime_zone("POL", "territorial sea")

    assert sea.contains(16.9, 54.7) and not polish().contains(16.9, 54.7)
    assert not sea.contains(16.9, 54.9) and polish().contains(16.9, 54.9)


@pytest.mark.parametrize(
    ("lon", "lat", "whose"), [(18.5, 55.4, "POL"), (15.2, 55.6, None), (20.5, 55.6, None), (18.7, 56.6, None)]
)
def test_the_nearer_coast_decides(lon: float, lat: float, whose: str | None) -> None:
    """Off Gdynia the sea is Poland's; off Bornholm, Kaliningrad and Gotland it is not."""
    assert polish().contains(lon, lat) == (whose == "POL")
