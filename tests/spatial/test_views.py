"""Who says what of the disputed areas: every party its own word, since when, by which source; and their names."""

from __future__ import annotations

import csv
import itertools
import json
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest
import shapely

from servanda.spatial import disputed_areas, geography
from servanda.spatial.land import views
from servanda.spatial.land.layer import layer
from servanda.spatial.land.tenure import spells
from servanda.vocabulary.party import parties

GEO = Path(str(resources.files("servanda.data"))) / "geo"
LATEST = date(2025, 12, 31)
AREAS = {area.en: area for area in disputed_areas()}
WORDS = [w for area in AREAS for w in views.words(area)]
# Entities that govern themselves, or did, and have no code; each may speak under its name.
WITHOUT_CODE = {
    "Abkhazia", "South Ossetia", "Transnistria", "Nagorno-Karabakh", "Northern Cyprus", "Somaliland",
    "Donetsk People's Republic", "Luhansk People's Republic", "Republic of Crimea", "Hamas",
}  # fmt: skip


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((GEO / name).read_text(encoding="utf-8").splitlines()))


def _outlines() -> list[dict[str, object]]:
    features: list[dict[str, object]] = json.loads((GEO / "disputed.geojson").read_text(encoding="utf-8"))["features"]
    return features


@pytest.mark.parametrize("area", AREAS)
def test_every_claimant_has_a_word_of_its_own_with_a_source(area: str) -> None:
    said = {w.speaker: w for w in views.words(area)}

    assert set(AREAS[area].claimants) <= set(said)
    assert all(w.source and w.source[0].isupper() for w in said.values())


@pytest.mark.parametrize("area", AREAS)
def test_the_claimants_of_the_table_are_those_who_claim_it_in_their_own_words(area: str) -> None:
    dispute = views.disputes()[area]
    last = LATEST if dispute.settled is None else dispute.settled - timedelta(days=1)
    first = last if dispute.settled is None or dispute.begins is None else dispute.begins

    # Of a dispute that is over those who were at odds when it began, for some gave way before the end.
    assert {*views.claimants(area, first), *views.claimants(area, last)} == set(AREAS[area].claimants)


def test_words_are_given_for_all_sides_alike() -> None:
    columns = _rows("views.csv")[0].keys()

    # Nothing in the table can mark a word as right.
    assert list(columns) == ["area", "speaker", "says", "since", "until", "administers", "source"]
    # A State that was annexed whole is no area of today's map, and is spoken of by its name.
    states = {p.name for p in layer().pieces if p.code == p.id and p.id in spells()}
    spoken = {r["area"] for r in _rows("views.csv")}
    assert set(AREAS) <= spoken <= set(AREAS) | states


def test_speakers_are_parties_or_entities_without_a_code() -> None:
    known = set(parties().by_code)
    assert {w.speaker for w in WORDS} - known - WITHOUT_CODE == set()
    administrators = {r["administers"] for r in _rows("views.csv")} - {""}
    assert administrators - known - WITHOUT_CODE == set()
    held = {code for w in WORDS for code in w.holders}
    assert held - known == set()


def test_a_row_is_either_a_word_or_an_administration() -> None:
    for row in _rows("views.csv"):
        assert bool(row["speaker"]) == bool(row["says"]) != bool(row["administers"])


def test_one_speaker_says_one_thing_at_a_time() -> None:
    for area, speaker in {(w.area, w.speaker) for w in WORDS}:
        said = sorted((w for w in views.words(area) if w.speaker == speaker), key=lambda w: w.since)
        assert all(w.until is None or w.since < w.until for w in said)
        assert all(a.until is not None and a.until <= b.since for a, b in itertools.pairwise(said)), (area, speaker)


@pytest.mark.parametrize(
    ("area", "speaker", "day", "says"),
    [
        ("Crimea", "RUS", "2014-03-16", "UKR"),
        ("Crimea", "RUS", "2014-03-17", "itself"),
        ("Crimea", "RUS", "2014-03-18", "RUS"),
        ("Crimea", "UKR", "2014-03-18", "UKR"),
        ("Crimea", "UN", "2014-03-26", None),
        ("Crimea", "UN", "2014-03-27", "UKR"),
        ("Donbas", "RUS", "2022-02-20", "UKR"),
        ("Donbas", "RUS", "2022-02-21", "itself"),
        ("Donbas", "RUS", "2022-09-30", "RUS"),
        ("Kherson Oblast", "RUS", "2022-09-28", "UKR"),
        ("Kherson Oblast", "RUS", "2022-09-30", "RUS"),
        ("Abkhazia", "RUS", "2008-08-25", "GEO"),
        ("Abkhazia", "RUS", "2008-08-26", "itself"),
        ("Abkhazia", "TUV", "2014-03-31", "GEO"),
        ("Nagorno-Karabakh", "ARM", "2022-10-05", "undetermined"),
        ("Nagorno-Karabakh", "ARM", "2022-10-06", "AZE"),
        ("Kosovo", "SRB", "2024-01-01", "SRB"),
        ("Kosovo", "USA", "2008-02-18", "XKX"),
        ("Kosovo", "ESP", "2024-01-01", "SRB"),
        ("Northern Cyprus", "TUR", "1983-11-15", "itself"),
        ("Golan Heights", "USA", "2019-03-24", "SYR"),
        ("Golan Heights", "USA", "2019-03-25", "ISR"),
        ("Western Sahara", "USA", "2020-12-10", "MAR"),
        ("Western Sahara", "DZA", "2020-12-10", "ESH"),
        ("Taiwan", "USA", "1978-12-31", "TWN"),
        ("Taiwan", "USA", "1979-01-01", "undetermined"),
        ("Southern Kurils", "SUN", "1991-12-25", "SUN"),
        ("Southern Kurils", "RUS", "1991-12-26", "RUS"),
        ("Paracel Islands", "VNM", "2024-01-01", "VNM"),
        ("Paracel Islands", "CHN", "2024-01-01", "CHN"),
        ("Spratly Islands", "PHL", "2024-01-01", "PHL in part"),
        ("Chagos Archipelago", "UN", "2019-05-22", "MUS"),
        ("Chagos Archipelago", "GBR", "2025-06-01", "GBR"),
        ("Swains Island", "NZL", "1983-09-03", "USA"),
        ("Bir Tawil", "EGY", "2020-01-01", "SDN"),
        ("Bir Tawil", "SDN", "2020-01-01", "EGY"),
        ("Antarctica (53°W to 74°W)", "USA", "2020-01-01", "nobody"),
        ("Crimea", "BRA", "2020-01-01", None),
    ],
)
def test_a_speaker_said_this_on_that_day(area: str, speaker: str, day: str, says: str | None) -> None:
    word = views.word(area, speaker, date.fromisoformat(day))

    assert (word and word.says) == says


def test_a_word_that_leaves_it_open_or_claims_a_part_decides_nothing() -> None:
    taiwan = views.word("Taiwan", "USA", LATEST)
    spratlys = views.word("Spratly Islands", "MYS", LATEST)
    assert taiwan and not taiwan.decides and taiwan.holders == ()
    assert spratlys and not spratlys.decides and spratlys.holders == ("MYS",)
    abkhazia = views.word("Abkhazia", "RUS", LATEST)
    assert abkhazia and abkhazia.decides and abkhazia.holders == ()


@pytest.mark.parametrize(
    ("area", "day", "claimants"),
    [
        ("Crimea", "2014-03-17", ("UKR",)),
        ("Crimea", "2014-03-18", ("RUS", "UKR")),
        ("Donbas", "2022-09-29", ("UKR",)),
        ("West Bank", "1970-01-01", ("ISR", "JOR")),
        ("West Bank", "2000-01-01", ("ISR", "PSE")),
        ("Western Sahara", "1977-01-01", ("ESH", "MAR", "MRT")),
        ("Western Sahara", "1980-01-01", ("ESH", "MAR")),
        ("Southern Kurils", "1950-01-01", ("JPN", "SUN")),
        ("Essequibo", "1963-01-01", ("GBR", "VEN")),
        ("Glorioso Islands", "2000-01-01", ("FRA", "MDG")),
    ],
)
def test_claimants_come_and_go(area: str, day: str, claimants: tuple[str, ...]) -> None:
    assert views.claimants(area, date.fromisoformat(day)) == claimants


@pytest.mark.parametrize(
    ("area", "day", "by"),
    [
        ("Crimea", "2014-02-26", ("UKR",)),
        ("Crimea", "2014-03-01", ("RUS",)),
        ("Paracel Islands", "1974-01-19", ("CHN", "RVN")),
        ("Paracel Islands", "1974-01-20", ("CHN",)),
        ("Golan Heights", "2020-01-01", ("ISR",)),
        ("Falkland Islands (Malvinas)", "1982-05-01", ("ARG",)),
        ("Falkland Islands (Malvinas)", "1982-06-14", ("GBR",)),
        ("Abkhazia", "2020-01-01", ("Abkhazia",)),
        ("Nagorno-Karabakh", "2023-09-20", ("AZE",)),
    ],
)
def test_who_administers_is_told_apart_from_title(area: str, day: str, by: tuple[str, ...]) -> None:
    assert views.administrators(area, date.fromisoformat(day)) == by


@pytest.mark.parametrize(
    ("area", "first", "last"),
    [
        ("Crimea", "2014-03-18", None),
        ("Zaporizhzhia Oblast", "2022-09-29", None),
        ("Hans Island", "1973-12-17", "2022-06-13"),
        ("Nagorno-Karabakh", "1991-12-26", "2023-12-31"),
        ("Preah Vihear", "1954-06-01", "2013-11-10"),
    ],
)
def test_a_dispute_has_its_days(area: str, first: str, last: str | None) -> None:
    dispute = views.disputes()[area]
    begins = date.fromisoformat(first)
    assert dispute.open_on(begins)
    assert not dispute.open_on(begins - timedelta(days=1))
    if last is None:
        assert dispute.open_on(LATEST)
    else:
        assert dispute.open_on(date.fromisoformat(last))
        assert not dispute.open_on(date.fromisoformat(last) + timedelta(days=1))
        assert dispute.then


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_a_name_in_three_languages_and_in_its_claimants_words(area: str) -> None:
    assert views.area_name(area, "vi") == AREAS[area].vi
    assert any("а" <= letter <= "я" for letter in views.area_name(area, "ru"))
    assert set(AREAS[area].claimants) <= set(views.area_names(area))


def test_names_are_those_that_each_party_uses() -> None:
    assert views.area_names("Paracel Islands")["VNM"] == "Quần đảo Hoàng Sa"
    assert views.area_names("Paracel Islands")["CHN"] == "西沙群岛"
    assert views.area_names("Falkland Islands (Malvinas)")["ARG"] == "Islas Malvinas"
    assert views.area_names("Dokdo (Takeshima)") == {"JPN": "竹島", "KOR": "독도"}
    assert views.area_names("Southern Kurils")["JPN"] == "北方領土"
    assert views.area_names("Crimea")["UKR"] == "Автономна Республіка Крим і місто Севастополь"
    assert views.area_name("Kosovo", "en") == "Kosovo"


def test_every_area_without_a_part_of_natural_earth_has_an_outline() -> None:
    drawn = {f["properties"]["name"] for f in _outlines()}  # type: ignore[index]  # GeoJSON is untyped
    islands = {r["of"] for r in _rows("islands.csv")} & set(AREAS)

    assert drawn <= {r["en"] for r in _rows("areas.csv") if not r["parts"]} <= drawn | islands


@pytest.mark.parametrize("island", _rows("islands.csv"), ids=lambda r: r["name"])
def test_an_island_that_natural_earth_leaves_out_is_on_the_map(island: dict[str, str]) -> None:
    there = geography().standing(float(island["lon"]), float(island["lat"]))

    whose = views.disputes().get(island["of"])
    if whose is None:
        whole = next(p for p in layer().pieces if p.id == island["of"])
        assert set(whole.holders) <= set(there.codes)
    else:
        assert (there.area == island["of"]) if whose.settled is None else (there.codes == whose.then)


@pytest.mark.parametrize(
    ("lon", "lat", "area"),
    [
        (37.55, 47.10, "Donetsk Oblast (rest)"),  # Mariupol
        (37.80, 48.00, "Donbas"),  # Donetsk
        (38.49, 48.95, "Luhansk Oblast (rest)"),  # Sievierodonetsk
        (34.66, 47.50, "Zaporizhzhia Oblast"),  # Enerhodar
        (32.61, 46.64, "Kherson Oblast"),  # Kherson
        (34.80, 46.17, "Kherson Oblast"),  # Henichesk
        (34.10, 44.95, "Crimea"),  # Simferopol
        (35.235, 31.778, "East Jerusalem"),
        (35.205, 31.777, "West Jerusalem"),
        (35.20, 31.90, "West Bank"),  # Ramallah
        (36.65, 22.22, "Halaib Triangle"),
        (35.80, 33.00, "Golan Heights"),
        (-68.0, -75.0, "Antarctica (53°W to 74°W)"),
        (2.5, -72.0, "Antarctica (Queen Maud Land)"),
        (166.67, -77.85, "Antarctica (Ross Dependency)"),
        (-120.0, -80.0, "Antarctica (unclaimed sector)"),
        (79.55, 32.76, "Demchok"),
    ],
)
def test_a_disputed_place_is_in_its_area(lon: float, lat: float, area: str) -> None:
    there = geography().standing(lon, lat)

    assert there.area == area
    assert not there.certain


@pytest.mark.parametrize(("lon", "lat"), [(34.39, 47.57), (32.0, 46.97), (37.25, 49.2)])  # Nikopol, Mykolaiv, Izium
def test_a_place_beyond_the_line_is_not(lon: float, lat: float) -> None:
    there = geography().standing(lon, lat)

    assert (there.codes, there.area) in ((("UKR",), None), (("RUS", "UKR"), "Zaporizhzhia Oblast"))


@pytest.mark.parametrize("feature", _outlines(), ids=lambda f: f["properties"]["name"])
def test_an_outline_is_valid_and_says_how_uncertain_it_is(feature: dict[str, dict[str, object]]) -> None:
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    about = feature["properties"]

    assert shape.is_valid and not shape.is_empty
    assert about["kind"] == "area" and about["source"] and isinstance(about["of"], list)
    assert isinstance(about["uncertainty_m"], int) and 0 < about["uncertainty_m"] <= 12_000


@pytest.mark.parametrize(
    ("place", "view", "code"),
    [
        ((24.75, 59.3), None, "SUN"),
        ((24.75, 59.3), "SUN", "SUN"),
        ((24.75, 59.3), "EST", "EST"),
        ((24.75, 59.3), "USA", "EST"),
        ((24.1, 56.9), "USA", "LVA"),
        ((25.28, 54.69), "USA", "LTU"),
        ((25.28, 54.69), "EST", "SUN"),  # it has a word of its own land alone
    ],
)
def test_who_never_recognised_an_annexation_says_so_in_its_view(
    place: tuple[float, float], view: str | None, code: str
) -> None:
    then, now = (geography(view).standing(*place, on=day) for day in (date(1980, 6, 1), date(1992, 6, 1)))

    assert (then.codes, then.certain) == ((code,), True)
    assert now.codes == geography().standing(*place, on=date(1992, 6, 1)).codes
