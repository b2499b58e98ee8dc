"""Files that are missing, damaged, hostile or merely unusual."""

from __future__ import annotations

import gzip
import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servanda.errors import InputError, render
from servanda.record import heading as record_heading
from servanda.record import refusal as record_refusal
from servanda.record.load import load

YAML = "acts:\n- {id: d1, kind: incident, by: Việt Nam, start: 2022-03-01}\n"
CSV = "id,kind,by,start\nd1,incident,Việt Nam,2022-03-01\n"


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(*paths: str) -> str:
    with pytest.raises(InputError) as caught:
        load(paths)
    return "\n".join(render(d) for d in caught.value.diagnostics)


def test_a_path_that_is_not_there() -> None:
    assert refusal("nothing.yaml") == (
        "nothing.yaml: there is no such file or folder [record-missing]\n"
        "   hint: a record is a YAML, CSV or Parquet file, or a folder of them"
    )


def test_a_path_with_a_null_byte() -> None:
    assert "[record-unreadable]" in refusal("a\0b.yaml")


def test_an_empty_folder() -> None:
    Path("empty").mkdir()
    assert refusal("empty") == (
        "empty: the folder holds no table of a record [record-empty-folder]\n"
        "   hint: put acts.csv, acts.parquet or any .yaml file there"
    )


def test_a_table_that_no_record_has() -> None:
    Path("folder").mkdir()
    Path("folder/act.csv").write_text(CSV)
    assert refusal("folder") == (
        "folder/act.csv: no table of a record is called act [record-table]\n"
        "   hint: rename it acts.csv, or keep it in another folder; tables are acts, assertions, corrections, "
        "coverage, memberships, instruments, sources, places"
    )


def test_a_link_to_itself() -> None:
    Path("loop.yaml").symlink_to("loop.yaml")
    assert refusal("loop.yaml") == (
        "loop.yaml: this cannot be read: Too many levels of symbolic links [record-unreadable]"
    )


def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("pipe.yaml")
    assert refusal("pipe.yaml") == "pipe.yaml: this cannot be read: it is no regular file [record-unreadable]"


def test_folders_that_link_to_one_another_end() -> None:
    Path("folder").mkdir()
    Path("folder/again").symlink_to("../folder")
    Path("folder/acts.csv").write_text(CSV)
    assert load("folder").acts.num_rows == 1


def test_includes_in_a_circle_are_read_once() -> None:
    Path("a.yaml").write_text("includes: [b.yaml]\n" + YAML)
    Path("b.yaml").write_text("includes: [a.yaml]\nacts:\n- {id: d2, kind: incident}\n")
    assert load("a.yaml").acts["act"].to_pylist() == ["d1", "d2"]


def test_a_text_in_utf_16() -> None:
    Path("record.yaml").write_bytes(YAML.encode("utf-16"))
    Path("acts.csv").write_bytes(CSV.encode("utf-16"))
    assert refusal("record.yaml", "acts.csv") == (
        "acts.csv: the file is UTF-16, not UTF-8 [record-encoding]\n   hint: save the file as UTF-8\n"
        "record.yaml: the file is UTF-16, not UTF-8 [record-encoding]\n   hint: save the file as UTF-8"
    )


def test_a_text_in_an_old_code_page() -> None:
    Path("record.yaml").write_bytes(b"acts:\n- {id: d\xe91, kind: incident}\n")
    Path("acts.csv").write_bytes(b"id,kind\nd\xe91,incident\n")
    said = refusal("record.yaml", "acts.csv")
    assert said.count("line 2 is not UTF-8 text [record-encoding]") == 2
    assert "acts.csv:2:2: " in said
    assert "record.yaml:2:9: " in said
    assert "    2 | - {id: d\ufffd1, kind: incident}\n      |         ^\n" in said


def test_characters_that_are_none_and_breaks_that_break_no_line() -> None:
    Path("record.yaml").write_text("acts:\n- {id: d1, kind: incident} # \x0b\n")
    assert "record.yaml:2:30: U+000B is no character that a text may hold [record-yaml]\n    2 | - {id: d1" in refusal(
        "record.yaml"
    )
    Path("record.yaml").write_text("# a\u2028b\x85\nacts:\n- {id: d2, kind: incidnt, note: a\u2028b}\n")
    assert "record.yaml:3:18: " in (said := refusal("record.yaml"))
    assert "    3 | - {id: d2, kind: incidnt, note: a\\u2028b}\n" in said


def test_a_message_repeats_the_head_of_a_long_name() -> None:
    Path("record.yaml").write_text("acts: *" + "a" * 100_000)
    assert len(refusal("record.yaml")) < 1000


def test_a_text_in_utf_32() -> None:
    Path("acts.csv").write_bytes(CSV.encode("utf-32"))
    Path("record.yaml").write_bytes(b"\0\0\xfe\xff" + YAML.encode("utf-32-be"))
    assert refusal("record.yaml", "acts.csv").count("the file is UTF-32, not UTF-8") == 2


def test_a_cell_of_more_than_a_block_is_read() -> None:
    Path("acts.csv").write_text("id,kind,note\nd1,incident," + "a" * 3_000_000 + "\nd2,incident,b\n")
    assert load("acts.csv").acts.num_rows == 2
    Path("acts.csv").write_text('id,kind,note\nd1,incident,4"' + "a" * 3_000_000 + "\n")
    assert load("acts.csv").acts.num_rows == 1
    Path("acts.csv").write_text("id,kind," + "a" * 900_000 + "\nd1,incident,b\n")
    assert "no attribute of an act [unknown-column]" in refusal("acts.csv")


def test_a_header_alone_is_a_table_without_rows() -> None:
    Path("acts.csv").write_text("id,kind")
    assert load("acts.csv").acts.num_rows == 0


def test_lines_above_the_header_are_counted_and_passed_over() -> None:
    Path("acts.csv").write_bytes(b"\n \t\r\nid,kind,by\nd1,incident,NOR\nd2,incident\n\nd3,incident,NORR\n")
    record = load("acts.csv", strict=False)
    assert record.acts["act"].to_pylist() == ["d1"]
    assert [(r.row, r.code) for r in record.refused] == [(5, "row-length"), (7, "no-such-party")]


def test_a_bare_amount_below_nothing_is_refused_in_a_canonical_column_too() -> None:
    pq.write_table(
        pa.table({"id": ["d1", "d2"], "kind": ["exercise"] * 2, "troops_lo": [-5, 5], "troops_hi": [3, 5]}),
        "acts.parquet",
    )
    record = load("acts.parquet", strict=False)
    assert record.acts["act"].to_pylist() == ["d2"]
    assert [r.code for r in record.refused] == ["amount-negative"]


def test_a_near_name_is_sought_only_for_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    sought: list[str] = []

    def near(name: str, known: Sequence[str]) -> str:
        sought.append(name)
        return ""

    for module in (record_refusal, record_heading):
        monkeypatch.setattr(module, "near", near)
    rows = "".join(f"d{i},incident,Norwai{i},acc{i}\n" for i in range(2000))
    Path("acts.csv").write_text("id,kind,by,account\n" + rows)
    said = refusal("acts.csv")
    assert "1800 more rows are refused for the reason no-such-party" in said
    assert len(sought) == 200

    Path("acts.csv").write_text("id,kind," + ",".join(f"c{i}" for i in range(1000)) + "\n")
    assert "800 more columns are refused for the reason unknown-column" in refusal("acts.csv")
    assert len(sought) == 400


@pytest.mark.parametrize("name", ["acts.csv", "acts.parquet", "acts.csv.gz"])
def test_an_empty_table(name: str) -> None:
    Path(name).write_bytes(gzip.compress(b"") if name.endswith("gz") else b"")
    assert refusal(name) == f"{name}: the file is empty [record-empty]"


def test_a_parquet_file_cut_off() -> None:
    pq.write_table(pa.table({"id": ["d1"], "kind": ["incident"]}), "acts.parquet")
    whole = Path("acts.parquet").read_bytes()
    for cut in (4, len(whole) // 2, len(whole) - 1):
        Path("acts.parquet").write_bytes(whole[:cut])
        assert "[record-damaged]" in refusal("acts.parquet")


def test_an_archive_cut_off() -> None:
    Path("acts.csv.gz").write_bytes(gzip.compress(CSV.encode())[:-6])
    assert "[record-damaged]" in refusal("acts.csv.gz")


def test_an_archive_that_unpacks_without_end() -> None:
    with gzip.open("acts.csv.gz", "wb") as file:
        for _ in range(80):
            file.write(b"\n" * 2**20)
    assert refusal("acts.csv.gz") == (
        "acts.csv.gz: the file holds more than 64 MiB [record-too-large]\n"
        "   hint: keep large tables of acts as CSV or Parquet"
    )


def test_yaml_of_200_megabytes_is_not_read() -> None:
    Path("record.yaml").touch()
    os.truncate("record.yaml", 200 * 2**20)
    assert refusal("record.yaml") == (
        "record.yaml: the file holds more than 32 MiB [record-too-large]\n"
        "   hint: keep large tables of acts as CSV or Parquet"
    )


@pytest.mark.parametrize("bracket", ["[", "{a: "])
def test_yaml_nested_without_end(bracket: str) -> None:
    Path("record.yaml").write_text("acts: " + bracket * 50_000)
    assert "more than 32 deep [record-deep]" in refusal("record.yaml")


def test_a_billion_laughs_are_not_told() -> None:
    laughs = "a: &a [ha, ha]\n" + "".join(
        f"{y}: &{y} [*{x}, *{x}]\n" for x, y in zip("abcdefgh", "bcdefghi", strict=True)
    )
    Path("record.yaml").write_text(laughs)
    assert "record.yaml:2:8: the alias *a is not taken" in refusal("record.yaml")


def test_a_python_object_in_yaml_is_text() -> None:
    Path("record.yaml").write_text("acts:\n- !!python/object/apply:os.system [ls]\n")
    assert "[bad-shape]" in refusal("record.yaml")


def test_parquet_columns_of_the_wrong_type() -> None:
    table = pa.table({"id": ["d1"], "kind": ["deployment"], "by": [1.5], "start": [7], "troops": [True]})
    pq.write_table(table, "acts.parquet")
    hint = (
        "   hint: names and words are text, days are dates, instants are time stamps with a zone, "
        "amounts are numbers or text"
    )
    assert refusal("acts.parquet").splitlines() == [
        'acts.parquet: the column "by" is of type double, which cannot hold its values [column-type]',
        hint,
        'acts.parquet: the column "start" is of type int64, which cannot hold its values [column-type]',
        hint,
        'acts.parquet: the column "troops" is of type bool, which cannot hold its values [column-type]',
        hint,
    ]


def test_parquet_time_stamps_without_a_zone() -> None:
    start = pa.array([0], pa.timestamp("us"))
    pq.write_table(pa.table({"id": ["d1"], "kind": ["incident"], "start": start}), "acts.parquet")
    assert refusal("acts.parquet") == (
        'acts.parquet: the time stamps of the column "start" have no zone [naive-time]\n'
        "   hint: write the column with a zone (UTC), or declare zone: in a YAML file of the record"
    )
    Path("zone.yaml").write_text("zone: +03:00\n")
    assert load(["zone.yaml", "acts.parquet"]).acts["start_lo"].to_pylist() == [-3 * 3_600_000_000]


def test_parquet_amounts_that_are_no_numbers() -> None:
    table = pa.table({"id": ["d1", "d2", "d3"], "kind": ["test"] * 3, "range_km": [0.5, float("nan"), float("-inf")]})
    pq.write_table(table, "acts.parquet")
    assert [line for line in refusal("acts.parquet").splitlines() if "hint" not in line] == [
        'acts.parquet:2:3: range_km: "nan" is no number [bad-amount]',
        'acts.parquet:3:3: range_km: "-inf" is no number [bad-amount]',
    ]


def test_parquet_rows_are_named_by_row_and_column() -> None:
    table = pa.table({"id": ["d1", "d2"], "kind": ["incident", "incidnt"], "by": ["RUS", "RUS"]})
    pq.write_table(table, "acts.parquet")
    assert refusal("acts.parquet") == (
        'acts.parquet:2:2: no kind of act is called "incidnt" [unknown-kind]\n   hint: did you mean "incident"?'
    )


@pytest.mark.parametrize(
    "written",
    [
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.replace("\n", "\r\n").encode(),
        unicodedata.normalize("NFD", CSV).encode(),
        CSV.rstrip("\n").encode(),
        (CSV + "\n\n").encode(),
        CSV.replace("d1,incident", '"d1","incident"').encode(),
    ],
    ids=["plain", "byte order mark", "CRLF", "NFD", "no last line end", "blank lines", "quoted"],
)
def test_csv_as_programs_write_it(written: bytes) -> None:
    Path("record.yaml").write_text(YAML, encoding="utf-8")
    Path("acts.csv").write_bytes(written)
    assert load("acts.csv").digest == load("record.yaml").digest


@pytest.mark.parametrize(
    "written",
    [b"\xef\xbb\xbf" + YAML.encode(), YAML.replace("\n", "\r\n").encode(), unicodedata.normalize("NFD", YAML).encode()],
    ids=["byte order mark", "CRLF", "NFD"],
)
def test_yaml_as_programs_write_it(written: bytes) -> None:
    Path("record.yaml").write_text(YAML, encoding="utf-8")
    Path("other.yaml").write_bytes(written)
    assert load("other.yaml").digest == load("record.yaml").digest


def test_rows_keep_their_numbers_beside_blank_and_broken_lines() -> None:
    Path("acts.csv").write_text('id,kind,note\n\nd1,incident,"two\nlines"\nd2\nd3,incidnt,\n')
    assert [line for line in refusal("acts.csv").splitlines() if "hint" not in line] == [
        "acts.csv:4:1: the row has 1 cells, the table 3 columns [row-length]",
        'acts.csv:5:2: no kind of act is called "incidnt" [unknown-kind]',
    ]


def test_a_text_cut_off_within_quotation_marks() -> None:
    Path("acts.csv").write_text('id,kind,note\nd1,incident,"the rep')
    assert refusal("acts.csv") == (
        "acts.csv: the file is damaged or cut off: unexpected end of data [record-damaged]\n"
        "   hint: write or fetch it again"
    )


def test_many_refusals_are_counted_after_the_first() -> None:
    rows = "".join(f"d{i},incidnt\n" for i in range(1000))
    Path("acts.csv").write_text("id,kind\n" + rows)
    said = refusal("acts.csv").splitlines()
    assert len([line for line in said if "[unknown-kind]" in line]) == 200
    assert said[-1] == "~: 800 more rows are refused for the reason unknown-kind [more-refused]"


def test_what_was_refused_is_listed_when_asked_not_to_raise() -> None:
    Path("acts.csv").write_text("id,kind\nd1,incident\nd2,incidnt\n")
    record = load("acts.csv", strict=False)
    assert (record.rows_in, record.rows_used, record.rows_refused) == (2, 1, 1)
    [refused] = record.refused
    assert (refused.file, refused.row, refused.column, refused.value) == ("acts.csv", 3, "kind", "incidnt")
