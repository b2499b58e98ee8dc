"""Days, months and spans of days are those of the agreement's zone; instants stand; every format reads alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servanda.errors import InputError
from servanda.record.load import load
from servanda.record.record import Record
from servanda.record.values import acts_as_values
from servanda.record.zones import in_zone
from servanda.temporal import DAY_US, Moment, end_of_day_us, start_of_day_us, whole_day

ZONES = ("UTC", "Pacific/Auckland", "America/Santiago", "Asia/Kolkata", "Pacific/Kiritimati", "-12:00")
HOUR = DAY_US // 24


def written(folder: Path, text: str, name: str = "record.yaml") -> Record:
    (folder / name).write_text(text, encoding="utf-8")
    return load(folder / name)


def starts(record: Record, zone: str) -> dict[str, object]:
    return {a.id: a.values.get("start") for a in acts_as_values(in_zone(record.acts, zone))}


def days(first: date, last: date, zone: str) -> Moment:
    return Moment(start_of_day_us(first, zone), end_of_day_us(last, zone))


@pytest.mark.parametrize("zone", ZONES)
def test_months_years_and_spans_of_days_are_those_of_the_zone(tmp_path: Path, zone: str) -> None:
    record = written(
        tmp_path,
        """acts:
- {id: day, kind: test, start: 2019-12-31}
- {id: month, kind: test, start: 2019-12}
- {id: year, kind: test, start: 2019}
- {id: before 1970, kind: test, start: 1969-02}
- {id: span, kind: test, start: {between: [2020-01-01, 2020-01-05]}}
- {id: months, kind: test, start: {between: [2019-11, 2020-02-03]}}
- {id: one day, kind: test, start: {between: [2019-12-31, 2019-12-31]}}
- {id: instants, kind: test, start: {between: ['2019-12-01T00:00Z', '2019-12-31T00:00Z']}}
""",
    )
    assert starts(record, zone) == {
        "day": whole_day(date(2019, 12, 31), zone),
        "month": days(date(2019, 12, 1), date(2019, 12, 31), zone),
        "year": days(date(2019, 1, 1), date(2019, 12, 31), zone),
        "before 1970": days(date(1969, 2, 1), date(1969, 2, 28), zone),
        "span": days(date(2020, 1, 1), date(2020, 1, 5), zone),
        "months": days(date(2019, 11, 1), date(2020, 2, 3), zone),
        "one day": whole_day(date(2019, 12, 31), zone),
        "instants": Moment(start_of_day_us(date(2019, 12, 1)), start_of_day_us(date(2019, 12, 31))),
    }


@pytest.mark.parametrize("zone", ZONES)
def test_beside_an_instant_a_day_is_one_of_its_offset(tmp_path: Path, zone: str) -> None:
    record = written(
        tmp_path,
        """zone: Asia/Tokyo
acts:
- {id: from a day, kind: test, start: {between: [2020-01-01, '2020-01-05T10:00+09:00']}}
- {id: to a day, kind: test, start: {between: ['2020-01-01T23:00-05:00', 2020-01-01]}}
- {id: in the zone of the record, kind: test, start: {between: ['2020-01-01T10:00', 2020-01]}}
""",
    )
    first = start_of_day_us(date(2020, 1, 1))
    assert starts(record, zone) == {
        "from a day": Moment(first - 9 * HOUR, first + 4 * DAY_US + HOUR),
        "to a day": Moment(first + 28 * HOUR, first + 29 * HOUR - 1),
        "in the zone of the record": Moment(first + HOUR, first + 31 * DAY_US - 9 * HOUR - 1),
    }


@pytest.mark.parametrize("zone", ZONES)
def test_instruments_and_coverage_are_counted_as_acts_are(tmp_path: Path, zone: str) -> None:
    record = written(
        tmp_path,
        """instruments:
- {kind: deposit, by: USA, received: 2020-02}
- {kind: deposit, by: RUS, received: {between: [2020-02-03, 2020-02-05]}}
coverage:
- {from: 2020, until: 2020-03}
""",
    )
    received = [i.received.moment(zone) for i in record.instruments if i.received is not None]
    [claim] = record.coverage_in(zone).claims
    assert received == [
        days(date(2020, 2, 1), date(2020, 2, 29), zone),
        days(date(2020, 2, 3), date(2020, 2, 5), zone),
    ]
    assert (claim.start, claim.until) == (
        start_of_day_us(date(2020, 1, 1), zone),
        start_of_day_us(date(2020, 3, 1), zone),
    )


def test_a_day_that_the_zone_left_out_has_an_instant_all_the_same(tmp_path: Path) -> None:
    record = written(tmp_path, "acts:\n- {id: t1, kind: test, start: 2011-12-30}\n")
    [start] = starts(record, "Pacific/Apia").values()
    assert start == Moment(start_of_day_us(date(2011, 12, 30), "-10:00"), end_of_day_us(date(2011, 12, 30), "-10:00"))


TIMES = ("2019-12", "2019", "2019-12-31", "2019-12-31T22:30", "2019-12-31T22:30:01.25", "2019-12-31T22:30+03:00")


def test_times_as_text_read_alike_in_every_format(tmp_path: Path) -> None:
    rows = [(f"t{i}", "test", t, "2020-01-31T23:30-05:00") for i, t in enumerate(TIMES)]
    (tmp_path / "zone.yaml").write_text("zone: Europe/Kyiv\n")
    names = ("id", "kind", "start", "recorded")
    listed = "".join("- {" + ", ".join(f"{n}: '{v}'" for n, v in zip(names, r, strict=True)) + "}\n" for r in rows)
    by_hand = written(tmp_path, f"zone: Europe/Kyiv\nacts:\n{listed}")
    (tmp_path / "acts.csv").write_text("\n".join(",".join(r) for r in (names, *rows)) + "\n")
    pq.write_table(
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), tmp_path / "acts.parquet"
    )
    for name in ("acts.csv", "acts.parquet"):
        table = load([tmp_path / "zone.yaml", tmp_path / name])
        assert table.acts.to_pylist() == by_hand.acts.to_pylist()
        assert table.digest == by_hand.digest


def test_columns_of_few_distinct_times_are_read_as_others_are(tmp_path: Path) -> None:
    columns = {
        "id": ["a", "b"],
        "kind": ["test", "test"],
        "start": ["2022-03", "2022-03"],
        "recorded": ["disputed"] * 2,
    }
    encoded = {name: pa.array(values).dictionary_encode() for name, values in columns.items()}
    pq.write_table(pa.table(encoded), tmp_path / "acts.parquet")
    by_hand = "".join(f"- {{id: {i}, kind: test, start: 2022-03, recorded: disputed}}\n" for i in "ab")
    assert load(tmp_path / "acts.parquet").acts.to_pylist() == written(tmp_path, "acts:\n" + by_hand).acts.to_pylist()


def test_small_tables_of_typed_columns_say_what_is_written_by_hand(tmp_path: Path) -> None:
    end = pa.array([datetime(2022, 3, 1, 10, tzinfo=UTC)], pa.timestamp("ns", "Asia/Tokyo"))
    table = pa.table({"kinds": ["test"], "from": [date(2022, 1, 1)], "until": end, "departures": [True]})
    pq.write_table(table, tmp_path / "coverage.parquet")
    by_hand = "coverage: [{kinds: test, from: 2022-01-01, until: '2022-03-01T10:00Z', departures: yes}]\n"
    assert load(tmp_path / "coverage.parquet").claims == written(tmp_path, by_hand).claims


def test_time_stamps_without_a_zone_keep_their_fractions(tmp_path: Path) -> None:
    (tmp_path / "zone.yaml").write_text("zone: Europe/Kyiv\n")
    stamps = pa.array([datetime(2022, 3, 1, 10, 0, 0, 250_000)], pa.timestamp("us"))
    pq.write_table(pa.table({"id": ["t1"], "kind": ["test"], "start": stamps}), tmp_path / "acts.parquet")
    by_hand = written(tmp_path, "zone: Europe/Kyiv\nacts:\n- {id: t1, kind: test, start: '2022-03-01T10:00:00.25'}\n")
    table = load([tmp_path / "zone.yaml", tmp_path / "acts.parquet"])
    assert table.acts.to_pylist() == by_hand.acts.to_pylist()


def test_recorded_may_be_a_time_stamp_without_a_zone_where_one_is_declared(tmp_path: Path) -> None:
    (tmp_path / "zone.yaml").write_text("zone: Asia/Tokyo\n")
    stamps = pa.array([datetime(2022, 3, 2, 8, 0), None], pa.timestamp("ms"))
    pq.write_table(
        pa.table({"id": ["t1", "t2"], "kind": ["test", "test"], "recorded": stamps}), tmp_path / "acts.parquet"
    )
    by_hand = written(
        tmp_path,
        "zone: Asia/Tokyo\nacts:\n- {id: t1, kind: test, recorded: '2022-03-02T08:00'}\n- {id: t2, kind: test}\n",
    )
    table = load([tmp_path / "zone.yaml", tmp_path / "acts.parquet"])
    assert table.acts.to_pylist() == by_hand.acts.to_pylist()
    with pytest.raises(InputError) as refused:
        load(tmp_path / "acts.parquet")
    assert [d.code for d in refused.value.diagnostics] == ["naive-time"]


def test_two_files_are_each_read_in_their_own_zone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("zone: Asia/Tokyo\nacts:\n- {id: a, kind: test, start: '2022-03-01T10:00'}\n")
    (tmp_path / "b.yaml").write_text("zone: Europe/Kyiv\nacts:\n- {id: b, kind: test, start: '2022-03-01T10:00'}\n")
    both = [load([tmp_path / x, tmp_path / y]) for x, y in (("a.yaml", "b.yaml"), ("b.yaml", "a.yaml"))]
    noon = start_of_day_us(date(2022, 3, 1))
    for record in both:
        assert starts(record, "UTC") == {
            "a": Moment(noon + HOUR, noon + HOUR),
            "b": Moment(noon + 8 * HOUR, noon + 8 * HOUR),
        }
    (tmp_path / "acts.csv").write_text("id,kind,start\nc,test,2022-03-01T10:00\n")
    with pytest.raises(InputError) as refused:
        load([tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "acts.csv"])
    assert [d.code for d in refused.value.diagnostics] == ["naive-time"]
