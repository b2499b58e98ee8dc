"""The tables of parties, memberships and areas that the package ships."""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from servanda.spatial import area_name, disputed_areas, known_regions
from servanda.spatial.land.layer import layer
from servanda.spatial.land.names import folded, seas
from servanda.vocabulary.party import known_memberships, parties

DATA = Path(str(resources.files("servanda.data")))


def test_every_party_has_a_name_in_each_language() -> None:
    for party in parties().by_code.values():
        assert set(party.names) == {"en", "vi", "ru"}
        assert party.kind in ("state", "territory", "organisation")


def test_no_two_parties_share_a_name() -> None:
    owners: dict[str, set[str]] = {}
    for party in parties().by_code.values():
        for name in (*party.names.values(), *party.aliases):
            owners.setdefault(folded(name), set()).add(party.code)

    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


def test_no_party_is_named_as_another_is_coded() -> None:
    # "Nga" is Russia in Vietnamese, and NGA the code of Nigeria: exact codes come first, then names.
    assert parties().code("Nga") == "RUS"
    assert parties().code("NGA") == "NGA"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United States", "USA"),
        ("US", "USA"),
        ("Mỹ", "USA"),
        ("Hoa Kỳ", "USA"),
        ("Russia", "RUS"),
        ("Russian Federation", "RUS"),
        ("Россия", "RUS"),
        ("Soviet Union", "SUN"),
        ("Liên Xô", "SUN"),
        ("Great Britain", "GBR"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        (unicodedata.normalize("NFD", "Türkiye"), "TUR"),
        ("Georgia", "GEO"),
        ("Gruzia", "GEO"),
        ("Ukraina", "UKR"),
        ("North Macedonia", "MKD"),
        ("Kyrgyz Republic", "KGZ"),
        ("Czech Republic", "CZE"),
        ("East Germany", "DDR"),
        ("Kosovo", "XKX"),
        ("Warsaw Pact", "WPO"),
        ("NATO-Russia Council", "NRC"),
        ("Bosnia and Herzegovina", "BIH"),
    ],
)
def test_parties_are_found_by_the_names_in_use(name: str, code: str) -> None:
    assert parties().code(name) == code


@pytest.mark.parametrize(
    ("group", "day", "count"),
    [
        ("NATO", date(1949, 8, 23), 0),
        ("NATO", date(1949, 8, 24), 12),
        ("NATO", date(1997, 5, 27), 16),
        ("NATO", date(2004, 3, 28), 19),
        ("NATO", date(2004, 3, 29), 26),
        ("NATO", date(2021, 12, 17), 30),
        ("NATO", date(2023, 4, 4), 31),
        ("NATO", date(2024, 3, 7), 32),
        ("CSTO", date(1999, 4, 19), 9),
        ("CSTO", date(1999, 4, 20), 6),
        ("CSTO", date(2010, 1, 1), 7),
        ("EU", date(2020, 1, 31), 28),
        ("EU", date(2020, 2, 1), 27),
        ("Council of Europe", date(2022, 3, 15), 47),
        ("Council of Europe", date(2022, 3, 16), 46),
        ("USSR", date(1991, 9, 5), 15),
        ("USSR", date(1991, 9, 6), 12),
        ("USSR", date(1991, 12, 26), 0),
        ("UN Eastern European Group", date(2021, 12, 17), 23),
        ("M49 Eastern Europe", date(2021, 12, 17), 10),
        ("M49 Central Asia", date(2021, 12, 17), 5),
        ("South Caucasus", date(2021, 12, 17), 3),
        ("Permanent members of the Security Council", date(1991, 12, 24), 5),
        ("Permanent members of the Security Council", date(1991, 12, 23), 5),
    ],
)
def test_groups_have_the_members_that_history_says(group: str, day: date, count: int) -> None:
    assert len(known_memberships().members(group, day)) == count


def test_every_membership_names_a_party_a_source_and_an_order_of_days() -> None:
    with (DATA / "memberships.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["member"] in parties().by_code
            assert row["source"]
    assert all(r.start < r.until for r in known_memberships().rows)


def test_the_regions_of_m49_are_disjoint_and_make_up_europe() -> None:
    on = date(2021, 12, 17)
    parts = [known_memberships().members(f"M49 {p} Europe", on) for p in ("Eastern", "Northern", "Southern", "Western")]

    assert sum(len(p) for p in parts) == len(frozenset().union(*parts))
    assert frozenset().union(*parts) == known_memberships().members("M49 Europe", on)


def test_the_map_draws_every_sea_and_area_of_the_tables() -> None:
    drawn = {(p.kind, p.name) for p in layer().pieces}

    assert {("sea", s.en) for s in seas()} == {d for d in drawn if d[0] == "sea"}
    assert {("area", a.en) for a in disputed_areas()} == {d for d in drawn if d[0] == "area"}


def test_no_two_seas_share_a_name_and_no_sea_is_named_as_a_party() -> None:
    names = [folded(name) for sea in seas() for name in set(sea.names)]

    assert len(names) == len(set(names))
    assert not {name for name in known_regions() if parties().code(name)}


def test_an_area_is_named_in_vietnamese_too() -> None:
    assert area_name("Crimea", "vi") == "Crưm"
    assert area_name("Crimea") == "Crimea"


def test_every_data_file_has_an_origin_and_a_licence() -> None:
    origins = tomllib.loads((DATA / "ORIGINS.toml").read_text(encoding="utf-8"))["file"]
    shipped = {
        f.relative_to(DATA).as_posix()
        for f in DATA.rglob("*")
        if f.is_file() and f.suffix not in (".py", ".pyc") and f.name != "ORIGINS.toml"
    }

    assert {o["path"] for o in origins} == shipped
    for origin in origins:
        assert origin["what"] and origin["origin"] and origin["licence"]
    page = (Path(__file__).parents[2] / "docs" / "reference" / "data.md").read_text(encoding="utf-8")
    assert {path for path in shipped if f"`{path}`" not in page} == set()
