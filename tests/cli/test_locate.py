"""`servanda locate`: the same rows with where they are; nothing lost in silence, whatever the table looks like.

The wording of what is refused stands in `tests/bad/points.md`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.calls import Call, Called
from servanda.report.placed import COLUMNS
from servanda.spatial import geography

ROWS = """name,lon,lat,on
Moscow,37.6,55.75,
Simferopol,34.1,44.95,2010-01-01
Simferopol,34.1,44.95,2020-01-01
a ship,26.0,59.9,
Cayenne,-52.5,4.5,
Summit,-38.5,72.6,
Kristinestad,21.0,62.27,
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "points.csv"
    file.write_text(ROWS, encoding="utf-8")
    return file


def _read(called: Called) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(called.out)))


def _column(called: Called, name: str) -> list[str]:
    return [row[name] for row in _read(called)]


def test_each_row_comes_back_with_where_it_is(call: Call, table: Path) -> None:
    called = call("locate", str(table))
    rows = _read(called)

    assert (called.status, called.err) == (0, "")
    assert [{k: r[k] for k in ("name", "lon", "lat", "on")} for r in rows] == list(csv.DictReader(io.StringIO(ROWS)))
    assert _column(called, "territory")[:6] == ["RUS", "UKR", "RUS|UKR", "", "FRA", "DNK"]
    assert _column(called, "area")[1:3] == ["", "Crimea"]
    assert _column(called, "sea")[3] == "Gulf of Finland|Baltic Sea"
    assert _column(called, "region")[:6] == [
        "Eastern Europe",
        "Eastern Europe",
        "Eastern Europe",
        "",
        "South America",
        "Northern America",
    ]
    assert _column(called, "certain")[:4] == ["true", "true", "false", "true"]


def test_the_answer_is_that_of_the_map(call: Call, tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    lon, lat = np.round(chance.uniform(-10, 40, 300), 4), np.round(chance.uniform(35, 70, 300), 4)
    file = tmp_path / "points.csv"
    file.write_text("lon,lat\n" + "".join(f"{x},{y}\n" for x, y in zip(lon, lat, strict=True)))
    called = call("locate", str(file), "--on", "1990-10-02", "--view", "UKR")
    standings = geography("UKR").standings(lon, lat, date(1990, 10, 2))

    assert _column(called, "territory") == ["|".join(s.codes) for s in standings]
    assert _column(called, "certain") == [str(s.certain).lower() for s in standings]
    assert _column(called, "border_m") == [str(round(s.border_m)) for s in standings]


def test_a_view_decides_where_its_speaker_has_spoken(call: Call, table: Path) -> None:
    assert _column(call("locate", str(table), "--view", "Ukraine"), "territory")[2] == "UKR"
    assert _column(call("locate", str(table), "--view", "RUS"), "territory")[2] == "RUS"


def test_a_view_of_somebody_who_has_not_spoken_is_said(call: Call, table: Path) -> None:
    called = call("locate", str(table), "--view", "Vatican City")

    assert called.status == 0
    assert "[view-silent]" in called.err


def test_the_day_of_the_call_is_for_rows_that_name_none(call: Call, table: Path) -> None:
    called = call("locate", str(table), "--on", "1980-01-01")

    assert _column(called, "territory")[:3] == ["SUN", "UKR", "RUS|UKR"]


def test_a_day_that_the_map_does_not_know_has_one_name(call: Call, table: Path) -> None:
    for words in (("locate", str(table)), ("map",), ("zone", "--of", "EST", "--within", "5km")):
        called = call(*words, "--on", "1938-03-12")
        assert called.status == 2 and "[map-day]" in called.err, words


def test_each_form_says_the_same(call: Call, table: Path, tmp_path: Path) -> None:
    rows = _read(call("locate", str(table)))
    lines = [json.loads(line) for line in call("locate", str(table), "--format", "jsonl").out.splitlines()]
    assert call("locate", str(table), "--format", "parquet", "--output", str(tmp_path / "o.parquet")).out == ""
    stored = pq.read_table(tmp_path / "o.parquet")

    assert stored.to_pylist() == lines
    assert [line["territory"] or "" for line in lines] == [r["territory"] for r in rows]
    assert lines[0]["lon"] == 37.6
    assert lines[0]["certain"] is True
    assert lines[0]["sea"] is None
    assert json.loads(stored.schema.metadata[b"servanda"])["margin_m"] == 3000
    text = call("locate", str(table), "--format", "text").out
    assert "Moscow" in text and "margin 3 km" in text


def test_parquet_gives_the_same_as_csv_and_keeps_its_columns(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.parquet"
    columns = {
        "lon": pa.array([37.6, 34.1], pa.float32()),
        "lat": pa.array([56, 45]),
        "on": pa.array([None, date(2010, 1, 1)]),
        "tags": [["a", "b"], None],
    }
    pq.write_table(pa.table(columns), file)
    called = call("locate", str(file))

    assert _column(called, "territory") == ["RUS", "UKR"]
    assert _column(called, "tags") == ['["a", "b"]', ""]
    assert called.status == 0


def test_the_answer_is_in_the_language_asked_for(call: Call, table: Path) -> None:
    called = call("locate", str(table), "--lang", "vi")

    assert _column(called, "area")[2] == "Crưm"
    assert _column(called, "sea")[3] == "Vịnh Phần Lan|Biển Baltic"
    assert _column(called, "region")[0] == "Đông Âu"


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("name,lon,lat,on", "name, Longitude ,LATITUDE,On").encode(),
        lambda text: (text + "\n\n,,,\n").encode(),
    ],
    ids=["byte order mark", "other line ends", "no last line end", "other names", "blank lines"],
)
def test_other_spellings_of_a_table_are_no_errors(
    spelled: Callable[[str], bytes], call: Call, table: Path, tmp_path: Path
) -> None:
    file = tmp_path / "spelled.csv"
    file.write_bytes(spelled(ROWS))

    assert _column(call("locate", str(file)), "territory") == _column(call("locate", str(table)), "territory")


def test_a_packed_table_is_read(call: Call, table: Path, tmp_path: Path) -> None:
    file = tmp_path / "points.csv.gz"
    file.write_bytes(gzip.compress(ROWS.encode()))

    assert call("locate", str(file)).out == call("locate", str(table)).out


def test_rows_in_are_rows_used_and_rows_refused(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    good, bad = ["10,50"] * 70, ["200,5", "5,95", "x,5", ",5", "5", "1,2,3", "5,nan", "5,inf", "0x10,5", "1_0,5"] * 10
    file.write_text("lon,lat\n" + "\n".join(good + bad) + "\n")
    called = call("locate", str(file))

    assert called.status == 2
    assert len(_read(called)) == 70
    assert "100 of 170 rows were refused and left out" in called.err
    assert 1 <= called.err.count("points.csv:") <= 50
    assert call("locate", str(file), "--allow-refused").status == 0


def test_a_refusal_names_the_row_of_the_file(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text('name,lon,lat\n"two\nlines",10,50\n\nshort,10\nbad,x,50\n')
    called = call("locate", str(file))

    assert "points.csv:4:1: the row has 2 cells" in called.err
    assert 'points.csv:5:1: lon: "x"' in called.err
    assert called.out.count("two\nlines") == 1


def test_exchanged_columns_are_suspected_once(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    places = [(52.5, 13.4), (59.3, 18.0), (55.7, 12.5), (59.9, 10.7), (60.2, 24.9), (59.4, 24.7)]
    file.write_text("lon,lat\n" + "".join(f"{a},{b}\n" for a, b in places))
    called = call("locate", str(file))

    assert called.err.count("[coordinates-swapped]") == 1
    assert called.status == 0


def test_a_position_is_called_exchanged_only_where_the_exchange_would_mend_it(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("lon,lat\n10,120\n10,500\n120,120\n10,50\n")
    called = call("locate", str(file))

    assert called.err.count("[place-range]") == 3
    assert called.err.count("swapped?") == 1


def test_formulas_and_escapes_are_data(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    names = ["=1+1", "+1", "-5.5", "@x", "\x1b[31m", "a,b", 'say ""x""']
    file.write_text('"=name",lon,lat\n' + "".join(f'"{n}",-10.5,50\n' for n in names), encoding="utf-8")
    called = call("locate", str(file))

    assert called.out.startswith("'=name,")
    assert _column(called, "'=name") == ["'=1+1", "+1", "-5.5", "'@x", "\\x1b[31m", "a,b", 'say "x"']
    assert _column(called, "lon") == ["-10.5"] * len(names)
    kept = [json.loads(line)["=name"] for line in call("locate", str(file), "--format", "jsonl").out.splitlines()]
    assert kept[0] == "=1+1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "record-empty"),
        (b"\n\n", "record-empty"),
        (ROWS.encode("utf-16"), "record-encoding"),
        (ROWS.replace("Moscow", "Moscou é").encode("latin-1"), "record-encoding"),
        (ROWS.replace("Moscow", "M\0").encode(), "record-encoding"),
        (b"name,lon\n", "points-column-missing"),
        (ROWS.replace(",", "\t").encode(), "points-column-missing"),
        (ROWS.replace("name", "lon").encode(), "points-column-twice"),
        (ROWS.replace("name", "sea").encode(), "points-column-taken"),
        (b'lon,lat\n"1,2\n', "record-damaged"),
        (b"lon,lat," + b"x" * 10_000_000 + b"\n1,2,3\n", "record-damaged"),
        (b"lon,lat,name\n1,2," + b"x" * 10_000_000 + b"\n", "record-damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "record-encoding"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_table_that_nobody_meant_is_answered(content: bytes, code: str, call: Call, tmp_path: Path) -> None:
    for name, data in (("points.csv", content), ("points.csv.gz", gzip.compress(content))):
        (tmp_path / name).write_bytes(data)
        called = call("locate", str(tmp_path / name))

        assert called.status == 2
        assert f"[{code}]" in called.err, (name, called.err)
        assert "\x00" not in called.err


def test_an_empty_cell_is_told_apart_from_what_is_no_number(call: Call, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("lon,lat\n,5\n5,\n  ,5\nx,5\n37,55\n")

    called = call("locate", str(tmp_path / "points.csv"))

    told = [line.split(": ", 1)[1] for line in called.err.splitlines() if "[bad-place]" in line]
    assert told == [
        "lon: the cell is empty [bad-place]",
        "lat: the cell is empty [bad-place]",
        "lon: the cell is empty [bad-place]",
        'lon: "x" is no point in decimal degrees [bad-place]',
    ]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"lon": [True], "lat": [5.0]}, "points-column-type"),
        ({"lon": [[1.0]], "lat": [5.0]}, "points-column-type"),
        ({"lon": [1.0], "lat": [5.0], "on": [3]}, "points-column-type"),
        ({"lon": [1.0]}, "points-column-missing"),
        ({"lon": [1.0], "lat": [5.0], "certain": [1]}, "points-column-taken"),
        ({"lon": [float("nan")], "lat": [5.0]}, "bad-place"),
        ({"lon": [None], "lat": [5.0]}, "bad-place"),
        ({"lon": [1e300], "lat": [5.0]}, "place-range"),
        ({"lon": ["1e300"], "lat": ["5"]}, "bad-place"),
        ({"lon": [1.0], "lat": [5.0], "on": ["soon"]}, "points-day"),
        ({"lon": [1.0], "lat": [5.0], "on": [date(1900, 1, 1)]}, "points-day"),
    ],
)
def test_a_parquet_table_of_other_types_is_answered(
    columns: dict[str, list[Any]], code: str, call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "points.parquet"
    pq.write_table(pa.table(columns), file)
    called = call("locate", str(file))

    assert called.status == 2
    assert f"[{code}]" in called.err


_TEXTS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]


@pytest.mark.parametrize("text", _TEXTS, ids=str)
def test_text_is_text_in_whatever_form_a_table_keeps_it(text: pa.DataType, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.parquet"
    cells = {"lon": "10.5", "lat": "60.1", "on": "2014-03-18", "name": "=1+1"}
    pq.write_table(pa.table({name: pa.array([cell]).cast(text) for name, cell in cells.items()}), file)
    called = call("locate", str(file))

    assert (called.status, called.err) == (0, "")
    assert called.out.splitlines()[1].startswith("10.5,60.1,2014-03-18,'=1+1,NOR,")
    assert json.loads(call("locate", str(file), "--format", "jsonl").out)["name"] == "=1+1"


@pytest.mark.parametrize(
    "days",
    [
        pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
        pa.array([-(2**31)], pa.int32()).cast(pa.date32()),
        pa.array([2**56], pa.int64()).cast(pa.date64()),
        pa.array([2_932_897], pa.int32()).cast(pa.date32()).dictionary_encode(),
    ],
    ids=["last", "first", "date64", "dictionary"],
)
def test_a_day_in_no_calendar_refuses_its_row(days: pa.Array, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.parquet"
    pq.write_table(pa.table({"lon": [1.0], "lat": [5.0], "on": days}), file)
    called = call("locate", str(file))

    assert ":1:1: on: " in called.err and "[points-day]" in called.err


@pytest.mark.parametrize("form", ["csv", "jsonl", "text", "parquet"])
@pytest.mark.parametrize(
    "other",
    [
        pa.array([1], pa.int64()).cast(pa.duration("ns")),
        pa.array([-(2**63) + 1], pa.int64()).cast(pa.timestamp("us")),
        pa.array([2**62 + 1], pa.int64()).cast(pa.timestamp("ns")),
        pa.array([1], pa.int64()).cast(pa.time64("ns")),
        pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
        pa.array([2**56], pa.int64()).cast(pa.date64()),
        pa.array([float("nan")]),
        pa.array([[float("inf"), None]]),
        pa.array([{"a": float("nan")}]),
        pa.array([b"\xff"]),
        pa.array([["a"]], pa.large_list(pa.large_string())),
    ],
    ids=lambda value: str(value.type),
)
def test_other_columns_may_hold_anything(other: pa.Array, form: str, call: Call, tmp_path: Path) -> None:
    file, output = tmp_path / "points.parquet", tmp_path / "located"
    pq.write_table(pa.table({"lon": [10.5], "lat": [60.1], "other": other}), file)
    called = call("locate", str(file), "--format", form, "--output", str(output))

    assert (called.status, called.err) == (0, "")
    if form == "jsonl":
        assert json.loads(output.read_text(encoding="utf-8"), parse_constant=_no_number)["territory"] == "NOR"


def _no_number(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def test_text_that_is_not_utf_8_is_told_by_its_column(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.parquet"
    offsets = pa.py_buffer(b"\0\0\0\0\2\0\0\0")
    name = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfe")])
    pq.write_table(pa.table({"lon": [1.0], "lat": [5.0], "name": name}), file)
    called = call("locate", str(file))

    assert (called.status, called.out) == (2, "")
    assert "the column “name” holds text that is not UTF-8 [record-encoding]" in called.err


def test_a_packed_table_out_of_all_proportion_is_refused(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.csv.gz"
    file.write_bytes(gzip.compress(b"lon,lat\n" + b"\n" * (70 * 2**20), 9))
    called = call("locate", str(file), "--output", str(tmp_path / "located.csv"))

    assert called.status == 2
    assert "the file holds more than 64 MiB [record-too-large]" in called.err
    assert not (tmp_path / "located.csv").exists()


def test_a_parquet_table_out_of_all_proportion_is_refused(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.parquet"
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["x" * 2**20]))
    table = pa.table({"lon": ["1.0"] * 1000, "lat": ["5.0"] * 1000, "x": long})
    pq.write_table(table, file, compression="zstd", store_schema=False)

    assert "[record-too-large]" in call("locate", str(file)).err


@pytest.mark.parametrize("content", [b"", b"PAR1 and nothing", b"lon,lat\n1,2\n"])
def test_a_parquet_file_that_is_none_is_answered(content: bytes, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "points.parquet"
    file.write_bytes(content)

    assert call("locate", str(file)).status == 2


def test_an_empty_table_has_no_rows_and_no_fault(call: Call, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("lon,lat\n")
    none = pa.array([], pa.float64())
    pq.write_table(pa.table({"lon": none, "lat": none}), tmp_path / "p.parquet")
    for name in ("points.csv", "p.parquet"):
        for form in ("csv", "jsonl", "text"):
            called = call("locate", str(tmp_path / name), "--format", form)
            assert (called.status, called.err) == (0, "")
        stored = tmp_path / "out.parquet"
        assert call("locate", str(tmp_path / name), "--format", "parquet", "--output", str(stored)).status == 0
        assert set(COLUMNS) <= set(pq.read_table(stored).column_names)
    assert call("locate", str(tmp_path / "points.csv")).out.strip() == ",".join(("lon", "lat", *COLUMNS))


def test_the_table_of_points_is_not_written_over(call: Call, table: Path) -> None:
    before = table.read_bytes()
    called = call("locate", str(table), "--output", str(table))

    assert called.status == 2 and "[cannot-write]" in called.err
    assert table.read_bytes() == before


def test_antarctica_is_a_region_of_its_own(call: Call, tmp_path: Path) -> None:
    """Whoever claims a sector: its land lies in no claimant's region."""
    (tmp_path / "points.csv").write_text("lon,lat\n0,-90\n-68,-75\n-120,-80\n90,-75\n")

    assert set(_column(call("locate", str(tmp_path / "points.csv")), "region")) == {"Antarctica"}


def test_a_file_is_written_whole_or_not_at_all(call: Call, tmp_path: Path) -> None:
    file, output = tmp_path / "points.csv", tmp_path / "out.csv"
    file.write_text("lon,lat\n1,2\n" + '"1,2\n')
    output.write_text("as it was")

    assert call("locate", str(file), "--output", str(output)).status == 2
    assert output.read_text() == "as it was"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "points.csv"]


def test_rows_pass_in_parts_and_keep_their_order(call: Call, tmp_path: Path) -> None:
    count = 150_000
    file = tmp_path / "points.parquet"
    lon = np.linspace(-179, 179, count)
    days = pa.array([date(1950 + i % 70, 1, 1) for i in range(count)])
    pq.write_table(pa.table({"id": np.arange(count), "lon": lon, "lat": np.full(count, -50.0), "on": days}), file)
    output = tmp_path / "out.parquet"

    assert call("locate", str(file), "--output", str(output), "--format", "parquet").status == 0
    assert pq.read_table(output)["id"].to_pylist() == list(range(count))
