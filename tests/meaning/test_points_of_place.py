"""Where something was: territory as of the day and in each account's view, zones, strips, belts of the sea.

Every case is asked of both engines. The facts are made up; the places are real.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meaning.asking import BREACHED, COMPLIED, DEPENDS, UNDETERMINED, Case, facts, only
from meaning.placed import SIMFEROPOL, found, incident
from servanda.check import EngineName
from servanda.report.facts import fact
from servanda.vocabulary.verdict import Outcome

# ---- the day


def test_territory_is_asked_as_of_the_day_of_the_act(tmp_path: Path, engine: EngineName) -> None:
    in_ukraine = "in territory of Ukraine"

    assert found(tmp_path, engine, in_ukraine, SIMFEROPOL, "2013-06-01") is BREACHED
    assert found(tmp_path, engine, in_ukraine, SIMFEROPOL, "2015-06-01") is DEPENDS


def test_a_State_that_is_gone_has_its_territory_on_the_days_on_which_it_was_one(
    tmp_path: Path, engine: EngineName
) -> None:
    in_gdr = "in territory of DDR"
    east_berlin = "{lon: 13.45, lat: 52.52}"

    assert found(tmp_path, engine, in_gdr, east_berlin, "1990-10-02") is not COMPLIED
    assert found(tmp_path, engine, in_gdr, east_berlin, "1990-10-03") is COMPLIED


def test_where_the_day_is_not_known_the_answer_must_hold_on_every_day_that_it_may_be(
    tmp_path: Path, engine: EngineName
) -> None:
    juba = "{lon: 31.6, lat: 4.85}"
    in_sudan = "in territory of Sudan"

    assert found(tmp_path, engine, in_sudan, juba, "2011-07-08") is BREACHED
    assert found(tmp_path, engine, in_sudan, juba, "2011-07-09") is COMPLIED
    assert found(tmp_path, engine, in_sudan, juba, "2011-07") is UNDETERMINED
    assert found(tmp_path, engine, in_sudan, juba, "2011-06") is BREACHED


def test_a_state_of_things_is_cut_on_the_day_on_which_the_land_changes_hands(
    tmp_path: Path, engine: EngineName
) -> None:
    norm = "id: a\nprohibits: keeping deployment d\nbearer: d.by\nwhere: d.place is in territory of Sudan"
    record = (
        "coverage: [{kinds: [deployment], until: 2030-01-01}]\nacts:\n"
        "- {id: d, kind: deployment, by: NOR, start: 2011-01-01, until: 2012-01-01, place: {lon: 31.6, lat: 4.85}}\n"
    )
    verdict = only(Case(tmp_path, norm, record).ask("2025-06-01", as_if="1950-01-01", engine=engine), "NOR")

    assert verdict.outcome is BREACHED
    assert verdict.finding.until is not None
    assert verdict.finding.until + 1 == 1_310_169_600_000_000, "2011-07-09, the day of independence"


def test_a_day_before_the_map_begins_is_unknown_and_says_so(tmp_path: Path, engine: EngineName) -> None:
    case = incident(tmp_path, "in territory of Norway", "{lon: 10.7, lat: 59.9}", "1944-06-01")
    verdict = only(case.ask("2025-06-01", as_if="1940-01-01", engine=engine), "NOR")

    assert verdict.outcome is UNDETERMINED
    assert "map-day 1944-06-01" in facts(verdict)


# ---- views


def test_on_disputed_land_the_verdict_depends_on_the_claimants_views(tmp_path: Path, engine: EngineName) -> None:
    case = incident(tmp_path, "in territory of Ukraine", SIMFEROPOL, "2014-03-18")
    verdict = only(case.ask("2025-06-01", as_if="1950-01-01", engine=engine), "NOR")
    by_account = {a.account: a.outcome for a in verdict.alternatives}

    assert verdict.outcome is DEPENDS
    assert by_account["UKR"] is BREACHED
    assert by_account["RUS"] is COMPLIED
    assert by_account[None] is UNDETERMINED


def test_the_reason_names_the_area_and_who_says_what(tmp_path: Path, engine: EngineName) -> None:
    case = incident(tmp_path, "in territory of Ukraine", SIMFEROPOL, "2020-01-01")
    verdict = only(case.ask("2025-06-01", as_if="1950-01-01", engine=engine), "NOR")
    told = [fact(f, "en") for f in (*verdict.deciding, *verdict.missing)]

    assert any(t.startswith("Crimea: disputed; ") and "Russia says Russia since 2014-03-18" in t for t in told), told
    assert any("Ukraine says Ukraine" in t for t in told), told


def test_what_the_record_says_of_a_place_goes_before_every_view(tmp_path: Path, engine: EngineName) -> None:
    said = "{lon: 34.1, lat: 44.95, in: UKR}"

    assert found(tmp_path, engine, "in territory of Ukraine", said, "2020-01-01") is BREACHED


def test_the_account_asked_for_decides_by_its_own_view(tmp_path: Path, engine: EngineName) -> None:
    in_russia = "in territory of Russia"

    assert found(tmp_path, engine, in_russia, SIMFEROPOL, "2020-01-01", account="RUS") is BREACHED
    assert found(tmp_path, engine, in_russia, SIMFEROPOL, "2020-01-01", account="UKR") is COMPLIED
    assert found(tmp_path, engine, in_russia, SIMFEROPOL, "2014-03-01", account="RUS") is COMPLIED


def test_views_come_into_play_only_where_a_norm_asks_whose_land_it_is(tmp_path: Path, engine: EngineName) -> None:
    case = incident(tmp_path, "in Black Sea", SIMFEROPOL, "2020-01-01")

    assert case.ask("2025-06-01", as_if="1950-01-01", engine=engine).assumptions.accounts == ("undisputed",)


# ---- zones


def _square(folder: Path) -> str:
    ring = [[10, 50], [12, 50], [12, 52], [10, 52], [10, 50]]
    (folder / "zone.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    return "regions: {Test Zone: {geometry: zone.geojson}}"


def test_a_zone_drawn_in_a_file(tmp_path: Path, engine: EngineName) -> None:
    terms = _square(tmp_path)

    assert found(tmp_path, engine, "in zone Test Zone", "{lon: 11, lat: 51}", terms=terms) is BREACHED
    assert found(tmp_path, engine, "in zone Test Zone", "{lon: 13, lat: 51}", terms=terms) is COMPLIED
    assert found(tmp_path, engine, "not in Test Zone", "{lon: 13, lat: 51}", terms=terms) is BREACHED


def test_a_circle_by_centre_and_radius(tmp_path: Path, engine: EngineName) -> None:
    terms = "regions: {Site: {centre: 50° N 10° E, radius: 100 km}}"

    assert found(tmp_path, engine, "in zone Site", "{lon: 11.39, lat: 50}", terms=terms) is BREACHED
    assert found(tmp_path, engine, "in zone Site", "{lon: 11.41, lat: 50}", terms=terms) is COMPLIED


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("south of 60° S", "{lon: 0, lat: -60.1}", "{lon: 0, lat: -60}"),
        ("north of 60° N", "{lon: 0, lat: 60.1}", "{lon: 0, lat: 60}"),
        ("east of 30° E", "{lon: 31, lat: 0}", "{lon: 30, lat: 0}"),
        ("east of 30° E", "{lon: -150.1, lat: 60}", "{lon: -149.9, lat: 60}"),
        ("west of 170° W", "{lon: 171, lat: 0}", "{lon: -169, lat: 0}"),
        ("west of 0° E", "{lon: -179, lat: 0}", "{lon: 180, lat: 0}"),
    ],
)
def test_one_side_of_a_parallel_or_a_meridian(
    tmp_path: Path, engine: EngineName, words: str, inside: str, outside: str
) -> None:
    terms = f"regions: {{Area: {words}}}"

    assert found(tmp_path, engine, f"{words}", inside) is BREACHED
    assert found(tmp_path, engine, f"{words}", outside) is COMPLIED
    assert found(tmp_path, engine, "in zone Area", inside, terms=terms) is BREACHED


def test_a_region_left_open_is_unknown(tmp_path: Path, engine: EngineName) -> None:
    terms = "parameters: {Buffer: {region: place}}"

    assert found(tmp_path, engine, "in zone Buffer", "{lon: 0, lat: 0}", terms=terms) is UNDETERMINED


# ---- borders and strips


def test_a_border_runs_on_land_and_a_coast_is_none(tmp_path: Path, engine: EngineName) -> None:
    near = "within 20 km of border of Poland"

    assert found(tmp_path, engine, near, "{lon: 23.6, lat: 52.09}") is BREACHED, "Terespol, over against Brest"
    assert found(tmp_path, engine, near, "{lon: 18.6, lat: 54.35}") is COMPLIED, "Gdańsk, on the coast"
    assert found(tmp_path, engine, "within 50 km of border of Japan", "{lon: 139.7, lat: 35.7}") is COMPLIED


def test_a_strip_on_each_side_of_a_line(tmp_path: Path, engine: EngineName) -> None:
    strip = "in strip of 50 km on each side of line between Germany and Poland"

    assert found(tmp_path, engine, strip, "{lon: 14.2, lat: 52.35}") is BREACHED, "west of the Oder"
    assert found(tmp_path, engine, strip, "{lon: 15.0, lat: 52.35}") is BREACHED, "east of it"
    assert found(tmp_path, engine, strip, "{lon: 13.3, lat: 52.5}") is COMPLIED


def test_a_strip_is_within_the_width_of_the_border_between(tmp_path: Path, engine: EngineName) -> None:
    for place in ("{lon: 14.2, lat: 52.35}", "{lon: 13.3, lat: 52.5}", "{lon: 14.6, lat: 53.4}"):
        strip = found(tmp_path, engine, "in strip of 50 km on each side of line between Germany and Poland", place)
        near = found(tmp_path, engine, "within 50 km of border between Germany and Poland", place)

        assert strip is near


# ---- territory and the sea


@pytest.mark.parametrize(
    ("extent", "outcome"),
    [("land", COMPLIED), ("with territorial sea", BREACHED), ("with internal waters", UNDETERMINED)],
)
def test_how_far_territory_reaches_is_a_parameter_of_the_terms(
    tmp_path: Path, engine: EngineName, extent: str, outcome: Outcome
) -> None:
    off_bergen = "{lon: 4.75, lat: 60.35}"
    place, terms = off_bergen, f"territory: {extent}"
    in_norway = "in territory of Norway"

    assert found(tmp_path, engine, in_norway, place, terms=terms) is outcome
    assert found(tmp_path, engine, in_norway, "{lon: 10.4, lat: 60.4}", terms=terms) is BREACHED
    assert found(tmp_path, engine, in_norway, "{lon: -30, lat: 30}", terms=terms) is COMPLIED


def test_the_extent_of_territory_may_have_readings_and_may_be_set(tmp_path: Path, engine: EngineName) -> None:
    terms = "territory: {readings: {land: land, with the sea: with territorial sea}}"
    case = incident(tmp_path, "in territory of Norway", "{lon: 4.75, lat: 60.35}", terms=terms)
    asked = case.ask("2025-06-01", as_if="1950-01-01", engine=engine)

    assert only(asked, "NOR").over == ("reading",)
    assert asked.assumptions.territory == "land / with territorial sea"
    plain = incident(tmp_path, "in territory of Norway", "{lon: 4.75, lat: 60.35}")
    given = plain.ask("2025-06-01", as_if="1950-01-01", engine=engine, parameters={"territory": "with territorial sea"})
    assert only(given, "NOR").outcome is BREACHED
    assert given.assumptions.territory == "with territorial sea"


def test_belts_of_the_sea_follow_one_another(tmp_path: Path, engine: EngineName) -> None:
    at = {"territorial sea": "{lon: 4.75, lat: 60.35}", "contiguous zone": "{lon: 4.36, lat: 60.35}",
          "exclusive economic zone": "{lon: 3.4, lat: 60.35}"}  # fmt: skip
    within = {belt: {belt} for belt in at}
    within["exclusive economic zone"].add("contiguous zone")  # its first twelve miles
    for belt in at:
        for there, place in at.items():
            outcome = found(tmp_path, engine, f"in {belt} of Norway", place)
            assert outcome is (BREACHED if there in within[belt] else COMPLIED), (belt, there)


def test_internal_waters_are_never_certain_and_never_denied_near_the_coast(tmp_path: Path, engine: EngineName) -> None:
    inside = "in internal waters of Norway"

    assert found(tmp_path, engine, inside, "{lon: 4.75, lat: 60.35}") is UNDETERMINED
    assert found(tmp_path, engine, inside, "{lon: 10.4, lat: 60.4}") is UNDETERMINED, "a lake is drawn as land"
    assert found(tmp_path, engine, inside, "{lon: -30, lat: 30}") is COMPLIED


def test_the_territory_of_a_group_is_that_of_its_members_on_the_day(tmp_path: Path, engine: EngineName) -> None:
    in_nato = "in territory of NATO"
    warsaw = "{lon: 21.0, lat: 52.2}"

    assert found(tmp_path, engine, in_nato, warsaw, "1999-03-11") is COMPLIED
    assert found(tmp_path, engine, in_nato, warsaw, "1999-03-12") is BREACHED


def test_a_region_of_the_United_Nations_is_the_land_of_its_States(tmp_path: Path, engine: EngineName) -> None:
    assert found(tmp_path, engine, "in Central Asia", "{lon: 66.9, lat: 48.0}") is BREACHED
    assert found(tmp_path, engine, "in Central Asia", "{lon: 10.7, lat: 59.9}") is COMPLIED


def test_no_coordinates_is_unknown_and_not_elsewhere(tmp_path: Path, engine: EngineName) -> None:
    for where in (
        "within 20 km of border of Poland",
        "south of 60° S",
        "in contiguous zone of Norway",
        "in strip of 5 km on each side of line between Chile and Norway",
    ):
        assert found(tmp_path, engine, where, "{name: Somewhere}") is UNDETERMINED
