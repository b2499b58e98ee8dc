"""Whose land a place is, where it may be several States': groups taken as one, dependencies, and what is missing.

Every case is asked of both engines. The facts are made up; the places are real.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import BREACHED, COMPLIED, DEPENDS, UNDETERMINED, Case, facts, of
from meaning.placed import SIMFEROPOL, asked, found
from servanda.check import EngineName

GIBRALTAR = "{lon: -5.35, lat: 36.14}"
NUUK = "{lon: -51.7, lat: 64.18}"
SOVIET = "regions: {Soviet Lands: in 'former USSR'}"


# ---- several States as one


def test_what_two_members_claim_is_the_groups_whoever_has_it(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "in territory of NATO", GIBRALTAR) is BREACHED
    assert found(tmp_path, engine, "in territory of i.to", GIBRALTAR) is BREACHED
    assert found(tmp_path, engine, "in airspace of NATO", GIBRALTAR) is BREACHED
    assert found(tmp_path, engine, "in territory of Spain", GIBRALTAR) is DEPENDS
    assert found(tmp_path, engine, "in territory of CSTO", GIBRALTAR) is COMPLIED


def test_what_a_member_and_another_claim_is_not_certainly_the_groups(tmp_path: Path, engine: EngineName) -> None:
    spain_joined = "1982-05-30"

    assert found(tmp_path, engine, "in territory of NATO", GIBRALTAR, "1982-05-29") is DEPENDS
    assert found(tmp_path, engine, "in territory of NATO", GIBRALTAR, spain_joined) is BREACHED
    assert found(tmp_path, engine, "in territory of NATO", "{lon: -5.32, lat: 35.89}") is DEPENDS, "Ceuta"


def test_land_that_an_entity_without_a_code_has_is_not_certainly_anybodys(tmp_path: Path, engine: EngineName) -> None:
    tiraspol = "{lon: 29.63, lat: 46.84}"

    assert found(tmp_path, engine, "in Soviet Lands", tiraspol, terms=SOVIET) is UNDETERMINED
    assert found(tmp_path, engine, "in Soviet Lands", SIMFEROPOL, "2020-06-01", SOVIET) is BREACHED


def test_on_the_line_between_two_members_a_place_is_the_groups(tmp_path: Path, engine: EngineName) -> None:
    on_the_line = "{lon: 6.121, lat: 50.0}"  # Germany and Luxembourg

    assert found(tmp_path, engine, "in territory of Germany", on_the_line) is UNDETERMINED
    assert found(tmp_path, engine, "in territory of NATO", on_the_line) is BREACHED
    assert found(tmp_path, engine, "in territory of NATO", "{lon: 9.53, lat: 47.27}") is not BREACHED, "no members"


def test_in_the_midst_of_the_group_a_place_is_within_any_distance_of_it(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "within 1 km of territory of Germany", "{lon: 6.121, lat: 50.0}") is UNDETERMINED
    assert found(tmp_path, engine, "within 1 km of territory of NATO", "{lon: 6.121, lat: 50.0}") is BREACHED
    assert found(tmp_path, engine, "within 1 km of territory of NATO", GIBRALTAR) is BREACHED


def test_of_a_group_that_is_open_nothing_is_certain(tmp_path: Path, engine: EngineName) -> None:
    terms = "groups: {Both: 'Spain, United Kingdom except Friends'}\nparameters: {Friends: {group: States}}"
    verdict = asked(tmp_path, engine, "in territory of Both", GIBRALTAR, "2013-06-01", terms)

    assert verdict.outcome is UNDETERMINED
    assert facts(verdict) == ["group Both"]


# ---- dependencies


@pytest.mark.parametrize(
    ("said", "day", "whose", "others"),
    [
        ("GRL", "2020-06-01", "Denmark", "Norway"),
        ("HKG", "1997-06-30", "United Kingdom", "China"),
        ("HKG", "1997-07-01", "China", "United Kingdom"),
        ("MAC", "1999-12-19", "Portugal", "China"),
        ("PRI", "2020-06-01", "United States", "Denmark"),
        ("NCL", "2020-06-01", "France", "Australia"),
        ("GUF", "2020-06-01", "France", "Brazil"),
        ("SJM", "2020-06-01", "Norway", "Denmark"),
    ],
)
def test_what_is_said_to_be_a_dependency_is_its_states_of_the_day(
    tmp_path: Path, said: str, day: str, whose: str, others: str
) -> None:
    place = f"{{name: Somewhere, in: {said}}}"

    assert found(tmp_path, "reference", f"in territory of {whose}", place, day) is BREACHED
    assert found(tmp_path, "reference", f"in territory of {others}", place, day) is COMPLIED
    assert found(tmp_path, "reference", f"in territory of {said}", place, day) is BREACHED


def test_what_is_said_to_be_the_states_may_be_a_dependency(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "in territory of GRL", "{name: Somewhere, in: DNK}") is UNDETERMINED
    assert found(tmp_path, engine, "in territory of GRL", "{name: Somewhere, in: POL}") is COMPLIED
    assert found(tmp_path, engine, "in territory of GRL", NUUK.replace("}", ", in: DNK}")) is BREACHED
    assert found(tmp_path, engine, "in territory of GRL", "{lon: 9.5, lat: 56.0, in: DNK}") is COMPLIED
    assert found(tmp_path, engine, "in territory of NATO", "{name: Somewhere, in: GRL}") is BREACHED


def test_a_dependency_that_two_claim_is_neithers_for_certain(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "in territory of Argentina", "{name: Stanley, in: FLK}") is DEPENDS
    assert found(tmp_path, engine, "in territory of Chile", "{name: Stanley, in: FLK}") is COMPLIED


# ---- what is missing


def test_where_only_the_day_is_wanting_the_day_is_asked_for(tmp_path: Path, engine: EngineName) -> None:
    verdict = asked(tmp_path, engine, "in territory of Sudan", "{lon: 31.6, lat: 4.85}", "2011-07")

    assert verdict.outcome is UNDETERMINED
    assert facts(verdict) == ["day i"]


def test_where_views_part_before_the_dispute_the_words_that_part_them_are_named(
    tmp_path: Path, engine: EngineName
) -> None:
    norm = "id: a\nprohibits: incident i\nbearer: i.by\nwhere: i.place is in territory of Ukraine"
    act = f"kind: incident, by: NOR, place: {SIMFEROPOL}"
    record = f"acts:\n- {{id: i, start: 2014-03-17, {act}}}\n- {{id: j, start: 2020-01-01, {act}}}\n"
    asked = Case(tmp_path, norm, record).ask("2025-06-01", as_if="1950-01-01", engine=engine)
    (verdict,) = of(asked, "NOR", "i")

    assert verdict.outcome is DEPENDS
    assert facts(verdict) == ["disputed i Crimea RUS=itself=2014-03-17|UKR=UKR=1991-08-24"]


def test_land_overseas_has_a_code_of_its_own_too(tmp_path: Path, engine: EngineName) -> None:
    cayenne = "{lon: -52.3, lat: 4.85}"

    assert found(tmp_path, engine, "in territory of GUF", cayenne) is BREACHED
    assert found(tmp_path, engine, "in territory of France", cayenne) is BREACHED


def test_inland_is_in_nobodys_territorial_sea_whoever_holds_it(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "in territorial sea of Russia", SIMFEROPOL, "2020-06-01") is COMPLIED
    assert found(tmp_path, engine, "in territorial sea of Ukraine", SIMFEROPOL, "2020-06-01") is COMPLIED


# ---- at the shore

SEAWARD = "territory: with territorial sea"
OFF_KEY_WEST = "{lon: -81.8, lat: 24.53}"


def test_at_a_shore_a_place_is_territory_whether_it_is_land_or_sea(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "in land territory of USA", OFF_KEY_WEST) is UNDETERMINED
    assert found(tmp_path, engine, "in territorial sea of USA", OFF_KEY_WEST) is UNDETERMINED
    assert found(tmp_path, engine, "in territory of USA", OFF_KEY_WEST, terms=SEAWARD) is BREACHED
    assert found(tmp_path, engine, "in territory of NATO", OFF_KEY_WEST, terms=SEAWARD) is BREACHED
    assert found(tmp_path, engine, "in airspace of USA", OFF_KEY_WEST) is BREACHED
    assert found(tmp_path, engine, "in airspace of Cuba", OFF_KEY_WEST) is COMPLIED


def test_at_a_shore_that_two_claim_a_place_is_neithers_territory(tmp_path: Path, engine: EngineName) -> None:
    off_gibraltar = "{lon: -5.36, lat: 36.12}"

    assert found(tmp_path, engine, "in airspace of Spain", off_gibraltar) in {UNDETERMINED, DEPENDS}
    assert found(tmp_path, engine, "in airspace of NATO", off_gibraltar) is BREACHED


# ---- near a region


def test_how_far_a_region_is_is_measured(tmp_path: Path, engine: EngineName) -> None:
    sofia = "{lon: 23.32, lat: 42.70}"  # some 340 km from the Black Sea

    assert found(tmp_path, engine, "within 500 km of Black Sea", sofia) is BREACHED
    assert found(tmp_path, engine, "within 200 km of Black Sea", sofia) is COMPLIED
    assert found(tmp_path, engine, "within 1 km of Black Sea", "{lon: 34.0, lat: 43.0}") is BREACHED
    assert found(tmp_path, engine, "within 2 km of Black Sea", "{name: Somewhere}") is UNDETERMINED


def test_a_disputed_area_is_a_region_whosever_it_is(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "in Crimea", SIMFEROPOL, "2020-06-01") is BREACHED
    assert found(tmp_path, engine, "in 'Hoàng Sa'", "{lon: 112.34, lat: 16.83}", "2020-06-01") is not COMPLIED
    assert found(tmp_path, engine, "in Crimea", "{lon: 33.37, lat: 46.75}", "2020-06-01") is COMPLIED, "Nova Kakhovka"
    assert found(tmp_path, engine, "within 200 km of Crimea", "{lon: 33.37, lat: 46.75}", "2020-06-01") is BREACHED
