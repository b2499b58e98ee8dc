"""Where many points are, as columns: the same as the map says one by one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from servanda.spatial import geography
from servanda.spatial.ellipsoid.geodesic import PositionError
from servanda.spatial.index.vicinity import Vicinity
from servanda.spatial.land.layer import layer
from servanda.spatial.land.names import sea_name, seas
from servanda.spatial.locating import locate, swapped_onto_land
from servanda.spatial.territory import BORDER_CAP_M


def _seas(lon: float, lat: float) -> tuple[str, ...]:
    found = locate([lon], [lat])
    return found.sea_sets[found.seas[0]]


def _points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Half anywhere on the globe, half beside a vertex of the map."""
    chance = np.random.default_rng(20260)
    rings = np.concatenate(layer().rings)
    beside = rings[chance.integers(len(rings), size=count // 2)] + chance.normal(0, 0.03, (count // 2, 2))
    lon = np.concatenate([chance.uniform(-180, 180, count - len(beside)), beside[:, 0]])
    lat = np.concatenate([np.degrees(np.arcsin(chance.uniform(-1, 1, count - len(beside)))), beside[:, 1]])
    return (lon + 180) % 360 - 180, np.clip(lat, -90, 90)


@pytest.mark.parametrize("on", [None, date(1949, 4, 4), date(1990, 10, 2)])
@pytest.mark.parametrize("view", [None, "RUS"])
def test_columns_say_what_the_map_says_of_each_point(on: date | None, view: str | None) -> None:
    lon, lat = _points(2_000)
    found = locate(lon, lat, on, view)
    for i, standing in enumerate(geography(view).standings(lon, lat, on)):
        whose = found.answers[found.answer[i]]
        assert (whose.codes, whose.certain, whose.area, whose.missing) == (
            standing.codes,
            standing.certain,
            standing.area,
            standing.missing,
        ), (lon[i], lat[i])
        assert found.border_m[i] == standing.border_m


def test_what_is_not_in_the_vicinity_is_farther_than_its_distance() -> None:
    lon, lat = _points(3_000)
    map_ = layer()
    rings, _ = map_.rings_of(map_.of_kind("land", "area"))
    near = Vicinity(rings, BORDER_CAP_M).near(lon, lat)
    border = locate(lon, lat).border_m

    assert 0.1 < near.mean() < 0.9
    assert (border[~near] == BORDER_CAP_M).all()


def test_a_gulf_is_named_before_its_sea() -> None:
    assert _seas(26.0, 59.9) == ("Gulf of Finland", "Baltic Sea")


@pytest.mark.parametrize(
    ("lon", "lat", "names"),
    [
        (29.05, 41.1, {"Bosporus", "Turkish Straits"}),
        (36.7, 45.4, {"Kerch Strait", "Sea of Azov"}),
        (36.55, 45.15, {"Kerch Strait", "Black Sea"}),
        (56.5, 26.5, {"Strait of Hormuz", "Persian Gulf"}),
        (10.9, 55.4, {"Danish Straits", "Great and Little Belt"}),
        (0.0, 90.0, {"Arctic Ocean"}),
        (180.0, 58.0, {"Bering Sea", "Pacific Ocean"}),
        (-180.0, 58.0, {"Bering Sea", "Pacific Ocean"}),
        (40.0, 73.0, {"Barents Sea", "Arctic Ocean"}),
        (114.0, 12.0, {"South China Sea"}),
        (-30.0, 30.0, {"Atlantic Ocean", "North Atlantic Ocean"}),
        (37.6, 55.75, set()),
    ],
)
def test_a_point_is_in_every_sea_that_holds_it(lon: float, lat: float, names: set[str]) -> None:
    found = set(_seas(lon, lat))

    assert names <= found
    assert names or not found


@pytest.mark.parametrize("sea", ["Baltic Sea", "Mediterranean Sea", "Black Sea", "South China Sea", "Caspian Sea"])
def test_inner_and_archipelagic_seas_stand_by_themselves(sea: str) -> None:
    """The rule for oceans: their marginal seas belong to them, these do not."""
    where = {"Baltic Sea": (19.5, 56.5), "Mediterranean Sea": (18, 34.5), "Black Sea": (34, 43)}
    where |= {"South China Sea": (114, 15), "Caspian Sea": (51, 40)}
    found = _seas(*where[sea])

    assert sea in found
    assert not [name for name in found if name.endswith("Ocean")]


@pytest.mark.parametrize(
    ("sea", "lang", "label"),
    [
        ("Sea of Japan", "en", "Sea of Japan / East Sea"),
        ("South China Sea", "en", "South China Sea / Biển Đông / West Philippine Sea"),
        ("South China Sea", "vi", "Biển Đông / Biển Nam Trung Hoa / Biển Tây Philippines"),
        ("Persian Gulf", "en", "Persian Gulf / Arabian Gulf"),
        ("Persian Gulf", "ru", "Персидский залив / Арабский залив"),
        ("Baltic Sea", "vi", "Biển Baltic"),
    ],
)
def test_names_that_differ_by_party_are_given_alike(sea: str, lang: str, label: str) -> None:
    assert sea_name(sea, lang) == label


def test_every_sea_has_a_name_in_each_language_and_is_found() -> None:
    for sea in seas():
        assert sea.en and sea.vi and sea.ru
        assert " / " not in sea.en


def test_exchanged_columns_are_noticed_where_they_lead_from_sea_to_land() -> None:
    # At sea both ways; Berlin exchanged, in the Gulf of Aden; Moscow, on land both ways; at sea both ways.
    lon, lat = np.array([54.7, 52.5, 37.6, 0.0]), np.array([-20.5, 13.4, 55.75, 0.0])
    assert swapped_onto_land(lon, lat).tolist() == [False, True, False, False]


def test_no_position_is_refused() -> None:
    with pytest.raises(PositionError):
        locate([0.0, float("nan")], [0.0, 0.0])
    assert locate([], []).border_m.shape == (0,)
