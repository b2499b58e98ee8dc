"""Names of places, and regions as territory: one meaning, several, or none."""

from __future__ import annotations

import csv
from datetime import date
from importlib import resources

import pytest

from servanda.errors import render
from servanda.messages import LANGS
from servanda.spatial.land.layer import layer
from servanda.spatial.land.names import disputed_areas, known_regions, seas
from servanda.spatial.land.tenure import changes, tenure
from servanda.vocabulary.party import known_memberships, parties
from servanda.vocabulary.place_name import Ambiguous, Found, Unknown, place_problem, resolve_name
from servanda.vocabulary.territories import (
    region_names,
    states_of,
    subregion_of,
    subregion_of_area,
    subregions,
)

DAY = date(2021, 12, 17)


@pytest.mark.parametrize(
    "name",
    [
        "Georgia",
        "Kyiv region",
        "the Baltic",
        "Baltic",
        "Congo",
        "Korea",
        "Guinea",
        "Niger",
        "Samoa",
        "Ireland",
        "Micronesia",
        "Macedonia",
        "Sudan",
        "China",
        "Cyprus",
        "the Gulf",
        "Kaliningrad",
        "GEORGIA",
        "East Sea",
        "Судан",
        "Палестина",
        "Mông Cổ",
        "  Kyiv   region ",
    ],
)
def test_a_name_of_several_places_is_not_guessed(name: str) -> None:
    found = resolve_name(name)

    assert isinstance(found, Ambiguous)
    assert len(found.candidates) >= 2
    for lang in LANGS:
        text = render(place_problem(found), lang)
        assert "[place-ambiguous]" in text
        assert all((c.vi if lang == "vi" else c.en) in text for c in found.candidates)


@pytest.mark.parametrize(
    ("name", "sort", "key"),
    [
        ("Norway", "state", "NOR"),
        ("Na Uy", "state", "NOR"),
        ("NOR", "state", "NOR"),
        ("GEO", "state", "GEO"),
        ("Black Sea", "sea", "Black Sea"),
        ("the Black Sea", "sea", "Black Sea"),
        ("Biển Đông", "sea", "South China Sea"),
        ("West Philippine Sea", "sea", "South China Sea"),
        ("Чёрное море", "sea", "Black Sea"),
        ("Crimea", "area", "Crimea"),
        ("Крым", "area", "Crimea"),
        ("Hoàng Sa", "area", "Paracel Islands"),
        ("Quần đảo Trường Sa", "area", "Spratly Islands"),
        ("西沙群岛", "area", "Paracel Islands"),
        ("Islas Malvinas", "area", "Falkland Islands (Malvinas)"),
        ("Southern Asia", "region", "Southern Asia"),
        ("former USSR", "region", "former USSR"),
        ("NATO", "region", "NATO"),
    ],
)
def test_a_name_of_one_place_is_found(name: str, sort: str, key: str) -> None:
    assert resolve_name(name) == Found(sort, key)  # type: ignore[arg-type]  # the sorts are written out above


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Bosphorous", "Bosphorus"),
        ("Blak Sea", "Black Sea"),
        ("Bien Baltic", "Biển Baltic"),
        ("Hoang Sa", "Hoàng Sa"),
        ("Norwey", "Norway"),
        ("Kyiv regoin", "kyiv region"),
    ],
)
def test_names_near_to_an_unknown_one_are_offered(name: str, near: str) -> None:
    found = resolve_name(name)

    assert isinstance(found, Unknown)
    assert near in found.near
    assert near in render(place_problem(found))


@pytest.mark.parametrize("name", ["", "   ", "xyzzy qqq", "x" * 10_000, "\x1b[31m", "(((("])
def test_a_name_of_nothing_is_answered(name: str) -> None:
    found = resolve_name(name)

    assert isinstance(found, Unknown)
    for lang in LANGS:
        assert len(render(place_problem(found), lang)) < 500


def test_the_table_of_ambiguous_names_names_what_exists() -> None:
    text = (resources.files("servanda.data") / "geo" / "ambiguous.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    known = {
        "sea": {s.en for s in seas()},
        "area": {a.en for a in disputed_areas()},
        "group": set(known_memberships().groups),
        "region": set(region_names()),
        "place": {""},
    }
    for row in rows:
        assert row["en"] and row["vi"]
        if row["kind"] in ("state", "states"):
            assert set(row["key"].split("|")) <= set(parties().by_code), row
        else:
            assert row["key"] in known[row["kind"]], row


def test_names_that_are_ambiguous_alone_still_name_a_state_in_a_list_of_states() -> None:
    assert parties().code("Georgia") == "GEO"
    assert parties().code("Cyprus") == "CYP"
    assert "Baltic" in known_regions()


# ---- regions as territory


def test_the_subregions_of_m49_share_no_state_and_leave_none_out() -> None:
    listed = [code for s in subregions() for code in (*s.members, *s.also)]
    states = {c for c, p in parties().by_code.items() if p.kind == "state"}
    drawn = {c for p in layer().pieces for c in (p.code, *p.holders) if c}

    assert len(listed) == len(set(listed))
    assert set(listed) <= set(parties().by_code)
    assert drawn <= set(listed)
    # The land of the Soviet Union lies in several subregions: the pieces of the map have codes of their own.
    assert states - set(listed) == {"SUN"}


def test_the_groups_and_the_table_of_m49_agree() -> None:
    for group in ("Eastern Europe", "Northern Europe", "Southern Europe", "Western Europe", "Central Asia"):
        assert states_of(f"M49 {group}", DAY) == known_memberships().members(f"M49 {group}", DAY)


@pytest.mark.parametrize(
    ("name", "day", "count"),
    [
        ("NATO", date(1949, 8, 24), 12),
        ("NATO", DAY, 30),
        ("USSR", date(1990, 1, 1), 15),
        ("USSR", DAY, 0),
        ("former USSR", DAY, 15),
        ("the former Soviet Union", date(1950, 1, 1), 15),
        ("former Yugoslavia", DAY, 7),
        ("Southern Asia", DAY, 9),
        ("Nam Á", DAY, 9),
        ("Africa", DAY, 60),
    ],
)
def test_a_region_or_a_group_stands_for_states_of_a_day(name: str, day: date, count: int) -> None:
    codes = states_of(name, day)

    assert codes is not None
    assert len(codes) == count


def test_what_is_no_region_and_no_group_stands_for_nothing() -> None:
    assert states_of("Atlantis", DAY) is None
    assert states_of("former Atlantis", DAY) is None


def test_land_has_the_subregion_in_which_it_lies() -> None:
    names = {code: s.en for code in ("GRL", "GUF", "VNM", "XKX", "CSK") if (s := subregion_of(code))}

    assert names == {
        "GRL": "Northern America",
        "GUF": "South America",
        "VNM": "South-eastern Asia",
        "XKX": "Southern Europe",
        "CSK": "Eastern Europe",
    }
    assert subregion_of("SUN") is None
    falklands = subregion_of_area("Falkland Islands (Malvinas)")
    assert falklands is not None and falklands.en == "South America"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Zaire", "COD"),
        ("ZAR", "COD"),
        ("Заир", "COD"),
        ("Burma", "MMR"),
        ("Miến Điện", "MMR"),
        ("BUR", "MMR"),
        ("Dahomey", "BEN"),
        ("Upper Volta", "BFA"),
        ("Southern Rhodesia", "ZWE"),
        ("Byelorussian SSR", "BLR"),
        ("BYS", "BLR"),
        ("East Timor", "TLS"),
        ("Ceylon", "LKA"),
    ],
)
def test_a_State_under_a_former_name_is_the_same_party_and_place(name: str, code: str) -> None:
    assert parties().code(name) == code
    assert resolve_name(name) == Found("state", code)


def test_every_State_has_land_on_some_day_of_the_map() -> None:
    held = frozenset().union(*(tenure(day).codes for day in changes()))

    assert {p.code for p in parties().by_code.values() if p.kind == "state"} <= held
