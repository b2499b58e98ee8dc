"""Tables in Parquet as other programs write them: any type of text, day or instant; and no more than memory holds."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servanda.errors import Diagnostic, InputError
from servanda.record.load import load
from servanda.record.record import Record

NOT_UTF8 = b"\xff\xfe"
DAY = 19_000  # 2022-01-08


def acts(**columns: pa.Array) -> pa.Table:
    """One act; columns given take the place of the usual ones."""
    usual = {"id": "x1", "kind": "exercise", "by": "NOR", "start": "2022-01-08"}
    return pa.table({**{name: pa.array([text]) for name, text in usual.items()}, **columns})


def loaded(table: pa.Table, folder: Path, name: str = "acts.parquet") -> Record:
    """The record of a folder with this table."""
    pq.write_table(table, folder / name)
    return load(folder)


def wrong(table: pa.Table, folder: Path, name: str = "acts.parquet") -> list[Diagnostic]:
    """What is said against it."""
    with pytest.raises(InputError) as caught:
        loaded(table, folder, name)
    return list(caught.value.diagnostics)


def ill_text(length: int = 1) -> pa.Array:
    """A column of text that is none."""
    offsets = pa.py_buffer(np.arange(0, 2 * length + 2, 2, dtype=np.int32).tobytes())
    return pa.Array.from_buffers(pa.string(), length, [None, offsets, pa.py_buffer(NOT_UTF8 * length)])


@pytest.mark.parametrize(
    "text",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int32(), pa.string()),
        pa.dictionary(pa.int8(), pa.large_string()),
    ],
    ids=str,
)
def test_text_is_text_in_whatever_form_it_is_kept(text: pa.DataType, tmp_path: Path) -> None:
    plain = acts()
    other = pa.table({name: plain[name].cast(pa.string()).cast(text) for name in plain.column_names})

    assert loaded(other, tmp_path).acts.equals(load_plain(tmp_path))


def load_plain(folder: Path) -> pa.Table:
    """The acts of the usual table."""
    (folder / "plain").mkdir()
    return loaded(acts(), folder / "plain").acts


@pytest.mark.parametrize(
    "lists",
    [
        pa.list_(pa.string()),
        pa.list_(pa.large_string()),
        pa.large_list(pa.large_string()),
        pa.list_(pa.string(), 1),
        pa.list_(pa.dictionary(pa.int32(), pa.string())),
    ],
    ids=str,
)
def test_lists_of_text_are_lists(lists: pa.DataType, tmp_path: Path) -> None:
    record = loaded(acts(to=pa.array([["SWE"]], lists)), tmp_path)

    assert record.acts["to"].to_pylist() == [["SWE"]]


@pytest.mark.parametrize("name", ["id", "kind", "by", "start", "note"])
def test_text_that_is_not_utf_8_is_told_by_its_column(name: str, tmp_path: Path) -> None:
    found = wrong(acts(**{name: ill_text()}), tmp_path)

    assert [(d.code, d.args["column"]) for d in found] == [("record-encoding", name)]


def test_text_of_a_small_table_that_is_not_utf_8_is_told_by_its_column(tmp_path: Path) -> None:
    table = pa.table({"kinds": ill_text(), "from": pa.array(["2022-01-01"]), "until": pa.array(["2022-12-31"])})

    assert [d.code for d in wrong(table, tmp_path, "coverage.parquet")] == ["record-encoding"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_any_unit_are_read(unit: str, tmp_path: Path) -> None:
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    instant = pa.array([DAY * 86_400 * scale], pa.int64()).cast(pa.timestamp(unit, "UTC"))
    record = loaded(acts(start=instant), tmp_path)

    assert record.acts["start_lo"].to_pylist() == [DAY * 86_400 * 10**6]


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_instants_of_any_unit_are_read_in_small_tables(unit: str, tmp_path: Path) -> None:
    scale = {"s": 1, "us": 10**6, "ns": 10**9}[unit]
    first, last = (
        pa.array([day * 86_400 * scale], pa.int64()).cast(pa.timestamp(unit, "UTC")) for day in (DAY, DAY + 9)
    )
    table = pa.table({"kinds": pa.array(["exercise"]), "from": first, "until": last})

    assert len(loaded(table, tmp_path, "coverage.parquet").claims) == 1


@pytest.mark.parametrize(
    "start",
    [
        pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
        pa.array([-(2**31)], pa.int32()).cast(pa.date32()),
        pa.array([2_932_897], pa.int32()).cast(pa.date32()),
        pa.array([2**56], pa.int64()).cast(pa.date64()),
        pa.array([2**52], pa.int64()).cast(pa.timestamp("s", "UTC")),
        pa.array([-(2**62)], pa.int64()).cast(pa.timestamp("ms", "UTC")),
        pa.array([2**62], pa.int64()).cast(pa.timestamp("us", "UTC")),
    ],
    ids=str,
)
def test_a_time_outside_of_the_calendar_refuses_its_row(start: pa.Array, tmp_path: Path) -> None:
    found = wrong(acts(start=start), tmp_path)
    table = pa.table({"kinds": pa.array(["exercise"]), "from": start, "until": start})
    (tmp_path / "small").mkdir()
    small = wrong(table, tmp_path / "small", "coverage.parquet")

    assert [(d.code, d.span and d.span.line) for d in found] == [("bad-time", 1)]
    assert {(d.code, d.span and d.span.line) for d in small} == {("bad-time", 1)}


def test_the_least_instant_of_a_column_in_nanoseconds_is_an_instant(tmp_path: Path) -> None:
    least = pa.array([-(2**63) + 1], pa.int64()).cast(pa.timestamp("ns", "UTC"))

    assert [d.code for d in wrong(acts(until=least), tmp_path)] == ["until-before-start"]


@pytest.mark.parametrize("name", ["acts.parquet", "coverage.parquet"])
def test_a_file_that_holds_out_of_all_proportion_is_refused(name: str, tmp_path: Path) -> None:
    """A thousand rows of one text of a million letters, in a file of some thousand bytes."""
    long = pa.array(["x" * 2**20]).dictionary_encode()
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1000, np.int32)), long.dictionary)
    pq.write_table(pa.table({"id": column, "note": column}), tmp_path / name, compression="zstd")
    with pytest.raises(InputError) as caught:
        load(tmp_path)

    assert [d.code for d in caught.value.diagnostics] == ["record-too-large"]


def test_numbers_that_repeat_are_bounded_too(tmp_path: Path) -> None:
    table = pa.table({f"c{i}": pa.array(np.zeros(2**21, np.int64)) for i in range(5)})
    pq.write_table(table, tmp_path / "acts.parquet", compression="zstd")
    with pytest.raises(InputError) as caught:
        load(tmp_path)

    assert [d.code for d in caught.value.diagnostics] == ["record-too-large"]


def test_a_long_table_of_few_words_is_no_bomb(tmp_path: Path) -> None:
    n = 200_000
    table = pa.table(
        {
            "id": pa.array([f"x{i}" for i in range(n)]),
            "kind": pa.array(["exercise"] * n),
            "by": pa.array(["NOR"] * n),
            "start": pa.array(["2022-01-08"] * n),
        }
    )
    pq.write_table(table, tmp_path / "acts.parquet", compression="zstd")

    assert load(tmp_path).rows_used == n


def test_names_of_files_need_not_be_text(tmp_path: Path) -> None:
    pq.write_table(acts(), tmp_path / "acts.parquet")
    odd = tmp_path / os.fsdecode(b"acts-\xff.parquet")
    (tmp_path / "acts.parquet").rename(odd)

    assert load(odd).rows_used == 1
