"""Values as written, and what the canonical table holds of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servanda.norms.facts import NOTHING, Point, Range
from servanda.record.load import load
from servanda.record.place import point
from servanda.record.refusal import Refused
from servanda.record.values import acts_as_values
from servanda.record.zones import in_zone
from servanda.temporal import DAY_US, Moment, whole_day

DAY = 19052  # 2022-03-01


def row(tmp_path: Path, fields: str, kind: str = "deployment") -> Mapping[str, object]:
    """The known cells of one act with these fields."""
    (tmp_path / "record.yaml").write_text(f"acts:\n- {{id: d1, kind: {kind}, {fields}}}\n", encoding="utf-8")
    [cells] = load(tmp_path / "record.yaml").acts.to_pylist()
    return {c: v for c, v in cells.items() if v is not None and c not in ("act", "kind", "sure")}


@pytest.mark.parametrize(
    ("amount", "low", "high"),
    [
        ("851 persons", 851, 851),
        ("30 000 persons", 30_000, 30_000),
        ("1 người", 1, 1),
        ("{value: 2000 persons, rounded_to: 1000 persons}", 1500, 2500),
        ("{value: 200 persons, rounded to: 1000 persons}", 0, 700),
        ("{between: [10 persons, 20 persons]}", 10, 20),
        ("at least 9 000 persons", 9000, None),
        ("at most 9 000 persons", 0, 9000),
        ("0 persons", 0, 0),
    ],
)
def test_an_amount_is_a_closed_interval(tmp_path: Path, amount: str, low: int, high: int | None) -> None:
    expected = {"troops_lo": low} | ({} if high is None else {"troops_hi": high})
    assert row(tmp_path, f"troops: {amount}") == expected


def test_amounts_are_exact_in_base_units(tmp_path: Path) -> None:
    cells = row(tmp_path, "displacement: 30 000 long tons, range: 0.5 nmi", kind="presence")
    assert Fraction(str(cells["displacement_lo"])) == Fraction("30481407.264")
    assert cells["range_lo"] == cells["range_hi"] == 926


@pytest.mark.parametrize("value", ["unknown", "disputed"])
def test_what_is_not_known_has_no_cell(tmp_path: Path, value: str) -> None:
    fields = f"troops: {value}, start: {value}, host: {value}, about: {value}, place: {value}"
    assert row(tmp_path, fields) == {}


def test_what_does_not_apply_is_none(tmp_path: Path) -> None:
    cells = row(tmp_path, "range: none, until: none, host: none, about: none, place: none")
    assert cells == {
        "range_none": True,
        "until_none": True,
        "host": "none",
        "about": [],
        "place": "none",
        "place_in": "none",
    }
    [act] = acts_as_values(load(tmp_path / "record.yaml").acts)
    assert act.values == {
        "range": NOTHING,
        "until": NOTHING,
        "host": NOTHING,
        "about": (),
        "place": NOTHING,
    }


@pytest.mark.parametrize(
    ("time", "low", "high", "day"),
    [
        ("2022-03-01", DAY * DAY_US, (DAY + 1) * DAY_US - 1, DAY),
        ("2022-03-01T10:00Z", DAY * DAY_US + 36_000_000_000, DAY * DAY_US + 36_000_000_000, None),
        ("2022-03-01T13:00:00.000+03:00", DAY * DAY_US + 36_000_000_000, DAY * DAY_US + 36_000_000_000, None),
        ("2022-03", DAY * DAY_US, (DAY + 31) * DAY_US - 1, DAY),
        ("2022", 18993 * DAY_US, 19358 * DAY_US - 1, 18993),
        ("{between: [2022-03-01, 2022-03-03]}", DAY * DAY_US, (DAY + 3) * DAY_US - 1, DAY),
    ],
)
def test_a_time_is_as_wide_as_it_is_known(tmp_path: Path, time: str, low: int, high: int, day: int | None) -> None:
    expected = {"start_lo": low, "start_hi": high} | ({} if day is None else {"start_day": day})
    assert row(tmp_path, f"start: {time}") == expected


def test_an_hour_that_came_twice_is_both(tmp_path: Path) -> None:
    text = "zone: Europe/Kyiv\nacts:\n- {id: d1, kind: incident, start: 2022-10-30T03:30}\n"
    (tmp_path / "record.yaml").write_text(text)
    [cells] = load(tmp_path / "record.yaml").acts.to_pylist()
    assert cells["start_hi"] - cells["start_lo"] == 3_600_000_000


@pytest.mark.parametrize("name", ["VNM", "Việt Nam", "Vietnam", "Вьетнам", "vnm"])
def test_parties_are_codes_whatever_the_language(tmp_path: Path, name: str) -> None:
    assert row(tmp_path, f"by: {name}") == {"by": "VNM"}


@pytest.mark.parametrize(
    ("place", "cells"),
    [
        ("{lon: 34.1, lat: 45.1, in: 'disputed: Crimea'}", {"lon": 34.1, "lat": 45.1, "area": "Crimea"}),
        ("{lon: 5, lat: 70, in: high seas, km_to: {NOR: 31}}", {"lon": 5.0, "lat": 70.0, "place_in": "high seas"}),
        ("Ba Lan", {"place_in": "POL"}),
        ("high seas", {"place_in": "high seas"}),
        ("Redzikowo", {"place": "Redzikowo", "lon": 17.1, "lat": 54.5, "place_in": "POL"}),
        ("Somewhere", {"place": "Somewhere"}),
    ],
)
def test_places(tmp_path: Path, place: str, cells: Mapping[str, object]) -> None:
    (tmp_path / "record.yaml").write_text(
        f"acts:\n- {{id: d1, kind: incident, place: {place}}}\n"
        "places:\n  Redzikowo: {lon: 17.1, lat: 54.5, in: Poland}\n",
        encoding="utf-8",
    )
    [found] = load(tmp_path / "record.yaml").acts.to_pylist()
    assert {c: v for c, v in found.items() if v is not None} == {
        "act": "d1",
        "kind": "incident",
        "sure": True,
        **cells,
    }


def test_a_name_that_stands_in_no_table_of_places_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "record.yaml").write_text(
        "acts:\n- {id: d1, kind: incident, place: Redzikow}\n- {id: d2, kind: incident, place: Redzikow}\n"
        "places: [{name: Redzikowo, lon: 17.1, lat: 54.5}]\n"
    )
    [warning] = load(tmp_path / "record.yaml").diagnostics
    assert (warning.severity, warning.code) == ("warning", "unlisted-place")
    assert warning.hint() == 'did you mean "Redzikowo"?'
    assert warning.span is not None
    assert warning.span.line == 2


def test_words_that_yaml_1_1_turns_into_other_things_stay_words(tmp_path: Path) -> None:
    assert row(tmp_path, "scenario: NO, unannounced: no, note: 12:30", kind="exercise") == {
        "scenario": "NO",
        "unannounced": "no",
        "note": "12:30",
    }


HAND = """
acts:
- {id: x1, kind: exercise, by: POL, host: POL, start: 2022-03-01, until: 2022-03-09, troops: 9 000 persons,
   participant: [POL, USA], place: {lon: 17.1, lat: 54.5, in: POL}}
- {id: n1, kind: notification, by: POL, start: 2022-01-10T12:00:00Z, about: x1, to: [RUS, BLR],
   source: s1, account: POL, recorded: 2022-01-11}
- {id: t1, kind: test, by: PRK, start: 2022-01-05T08:10+09:00, range: 0.7 km, distance: 700 m}
sources: [{id: s1, publisher: OSCE}]
"""
TABLE = """\
id,kind,by,host,start,until,troops,participant,lon,lat,in,about,to,source,account,recorded,range_km,distance [m]
x1,exercise,Poland,POL,2022-03-01,2022-03-09,9000,POL;USA,17.1,54.5,Poland,,,,,,,
n1,notification,POL,,2022-01-10T12:00:00Z,,,,,,,x1,Russia; Belarus,s1,POL,2022-01-11,,
t1,test,PRK,,2022-01-05T08:10:00+09:00,,,,,,,,,,,,0.7,700
"""


def test_yaml_csv_and_parquet_give_one_record(tmp_path: Path) -> None:
    (tmp_path / "hand.yaml").write_text(HAND)
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "acts.csv").write_text(TABLE)
    (folder / "sources.csv").write_text("id,publisher\ns1,OSCE\n")
    by_hand, tables = load(tmp_path / "hand.yaml"), load(folder)
    pq.write_table(by_hand.acts, folder / "acts.parquet")
    (folder / "acts.csv").unlink()

    assert tables.acts.to_pylist() == by_hand.acts.to_pylist()
    assert tables.digest == by_hand.digest == load(folder).digest


def test_typed_parquet_columns_are_taken_as_they_are(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([7, 8]),
            "kind": pa.array(["exercise", "exercise"]).dictionary_encode(),
            "by": ["Poland", None],
            "start": pa.array([date(2022, 3, 1), None]),
            "until": pa.array([DAY * DAY_US + 5, None], pa.timestamp("us", "Europe/Warsaw")),
            "troops": pa.array([9000.0, None]),
            "participant": [["Poland", "USA"], None],
            "unannounced": [True, None],
        }
    )
    pq.write_table(table, tmp_path / "acts.parquet")
    first, second = load(tmp_path / "acts.parquet").acts.to_pylist()
    assert first == {
        "act": "7",
        "kind": "exercise",
        "sure": True,
        "by": "POL",
        "start_lo": DAY * DAY_US,
        "start_hi": (DAY + 1) * DAY_US - 1,
        "start_day": DAY,
        "until_lo": DAY * DAY_US + 5,
        "until_hi": DAY * DAY_US + 5,
        "troops_lo": 9000,
        "troops_hi": 9000,
        "participant": ["POL", "USA"],
        "unannounced": "yes",
    }
    assert {c for c, v in second.items() if v is not None} == {"act", "kind", "sure"}


def test_many_instants_are_cut_as_one_by_one(tmp_path: Path) -> None:
    texts = [f"2022-03-{1 + i % 28:02}T{i % 24:02}:{i % 60:02}:{i % 59:02}.{i}+03:00" for i in range(5000)]
    lines = "".join(f"d{i},incident,{t}\n" for i, t in enumerate(texts))
    (tmp_path / "acts.csv").write_text("id,kind,start\n" + lines)
    hand = "".join(f"- {{id: d{i}, kind: incident, start: '{t}'}}\n" for i, t in enumerate(texts) if i % 100 == 0)
    (tmp_path / "some.yaml").write_text("acts:\n" + hand)
    assert load([tmp_path / "acts.csv", tmp_path / "some.yaml"]).acts.num_rows == 5000


def test_values_for_the_engines(tmp_path: Path) -> None:
    (tmp_path / "hand.yaml").write_text(HAND)
    by_id = {a.id: a for a in acts_as_values(load(tmp_path / "hand.yaml").view())}
    assert by_id["x1"].values == {
        "by": "POL",
        "host": "POL",
        "start": whole_day(date(2022, 3, 1)),
        "until": whole_day(date(2022, 3, 9)),
        "troops": Range(Fraction(9000), Fraction(9000)),
        "participant": ("POL", "USA"),
        "place": Point(17.1, 54.5, None, "POL", None),
    }
    assert by_id["n1"].values["about"] == ("x1",)
    assert by_id["t1"].values["range"] == Range(Fraction(700), Fraction(700))


def test_a_day_moves_with_the_zone_and_an_instant_does_not(tmp_path: Path) -> None:
    (tmp_path / "hand.yaml").write_text(HAND)
    acts = load(tmp_path / "hand.yaml").acts
    assert in_zone(acts, "UTC") is acts
    moved = {a.id: a for a in acts_as_values(in_zone(acts, "Asia/Ho_Chi_Minh"))}
    assert moved["x1"].values["start"] == whole_day(date(2022, 3, 1), "Asia/Ho_Chi_Minh")
    noon = 19002 * DAY_US + 43_200_000_000
    assert moved["n1"].values["start"] == Moment(noon, noon)


@pytest.mark.parametrize(("lat", "case"), [("120", "swapped"), ("-180", "swapped"), ("500", "off")])
def test_a_place_is_called_exchanged_only_where_the_exchange_would_mend_it(lat: str, case: str) -> None:
    with pytest.raises(Refused) as refused:
        point("10", lat)
    assert (refused.value.code, refused.value.case) == ("place-range", case)
