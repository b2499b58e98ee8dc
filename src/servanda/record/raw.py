"""CSV and Parquet files as raw tables: columns as the file has them, and the number of each row in the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from servanda.errors import Diagnostic, InputError
from servanda.record.files import File, decoded, other_encoding, read_bytes
from servanda.record.parquet import read_whole
from servanda.record.refusal import Refusal, Refused, Where, damaged, phrase

_MAX_HEADER = 1 << 20
_MOST_AT_ONCE = 2**31 - 1
_BLANK_LINES = re.compile(rb"(?:[ \t]*(?:\r\n|\r|\n))+")
_SEPARATORS = {";": "semicolon", "\t": "tab"}  # what spreadsheets write where the comma parts decimals


@dataclass(frozen=True)
class Raw:
    """A table as read. `rows`: the row of the file that each one is, as a spreadsheet counts."""

    table: pa.Table
    rows: pa.Array
    shown: str
    rows_lost: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def read_raw(file: File) -> Raw:
    """Read the file. Raises InputError when it is damaged, empty, or no table."""
    return _parquet(file) if file.suffix == ".parquet" else csv_table(read_bytes(file), file.shown)


def _parquet(file: File) -> Raw:
    try:
        if file.path.stat().st_size == 0:
            raise InputError([Diagnostic("record-empty", file=file.shown)])
        table = read_whole(file.path, file.shown)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged(file.shown, error) from None
    return Raw(table, pa.array(np.arange(1, table.num_rows + 1)), file.shown)


def csv_table(data: bytes, shown: str) -> Raw:
    """A CSV text as a table of text. Rows with too many or too few cells are refused."""
    if not data.strip() or other_encoding(data) is not None:
        decoded(data, shown)
    data = data.removeprefix(b"\xef\xbb\xbf")
    blank = _BLANK_LINES.match(data)
    above = len(blank[0].splitlines()) if blank is not None else 0  # lines before the header
    data = data[blank.end() :] if blank is not None else data
    if b"\n" not in data and b"\r" not in data:
        data += b"\n"  # a header alone, whose line does not end
    names = _header(data, shown)
    _check_quotes(data, shown)
    try:
        if b"\n\n" in data or b"\n\r\n" in data:  # blank lines would shift the numbers of rows
            raise pa.ArrowInvalid("blank lines")
        table = _read(data, names, threads=True)
        return _without_blank(Raw(table, pa.array(np.arange(2, table.num_rows + 2) + above), shown))
    except pa.ArrowInvalid:
        return _slowly(data, names, shown, above)


def _header(data: bytes, shown: str) -> list[str]:
    head = decoded(data[:_MAX_HEADER].rsplit(b"\n", 1)[0] if len(data) > _MAX_HEADER else data, shown)
    try:
        with _cells_of_any_length(len(head)):
            names = next(csv.reader(io.StringIO(head, newline=""), strict=True))
    except (csv.Error, StopIteration) as error:
        raise damaged(shown, error) from None
    if len(names) == 1 and (separator := next((_SEPARATORS[c] for c in names[0] if c in _SEPARATORS), None)):
        args = {"separator": phrase(f"record-separator.{separator}")}
        raise InputError([Diagnostic("unknown-column", args, file=shown, case="parted")])
    return [n.strip() for n in names]


@contextmanager
def _cells_of_any_length(length: int) -> Iterator[None]:
    """Python's reader refuses cells of more than 128 KiB unless it is told: these are as long as the file at most."""
    before = csv.field_size_limit(max(length, csv.field_size_limit()))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _check_quotes(data: bytes, shown: str) -> None:
    """Refuse a text cut off within a quoted cell; an odd number of marks is looked into, for it may be inches."""
    if data.count(b'"') % 2 == 0:
        return
    try:
        with _cells_of_any_length(len(data)):
            for _ in csv.reader(io.StringIO(decoded(data, shown), newline=""), strict=True):
                pass
    except csv.Error as error:
        raise damaged(shown, error) from None


def _read(data: bytes, names: list[str], threads: bool, handler: object = None, block: int | None = None) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(
            column_names=[f"{i} {n}" for i, n in enumerate(names)],
            skip_rows_after_names=1,
            use_threads=threads,
            block_size=block,
        ),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=threads, invalid_row_handler=handler
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types={f"{i} {n}": pa.string() for i, n in enumerate(names)},
            strings_can_be_null=True,
            null_values=[""],
        ),
    ).rename_columns(names)


def _slowly(data: bytes, names: list[str], shown: str, above: int, block: int | None = None) -> Raw:
    """Read again, one thread, keeping the rows that do not fit: their numbers are known only so.

    `block`: the bytes that are read at a time; a row must fit in them.
    """
    lost: list[int] = []
    refusals: list[Refusal] = []

    def keep(row: pa_csv.InvalidRow) -> str:
        number = row.number if row.number is not None else 0
        lost.append(number)
        if row.text.strip():
            args = {"cells": str(row.actual_columns), "columns": str(row.expected_columns)}
            refusals.append(Where(shown, number + above).refuse(Refused("row-length", **args), row.text))
        return "skip"

    try:
        table = _read(data, names, threads=False, handler=keep, block=block)
    except pa.ArrowInvalid as error:
        decoded(data, shown)
        if block is None and "straddling" in str(error):
            return _slowly(data, names, shown, above, min(len(data) + 1, _MOST_AT_ONCE))
        raise damaged(shown, error) from None
    numbers = np.arange(2, table.num_rows + len(lost) + 2)
    kept = numbers[~np.isin(numbers, lost)][: table.num_rows] + above
    return _without_blank(Raw(table, pa.array(kept), shown, len(refusals), refusals))


def _without_blank(raw: Raw) -> Raw:
    """Lines without any value are no rows: spreadsheets leave them behind."""
    blank = np.ones(raw.table.num_rows, bool)
    for column in raw.table.columns:
        if not blank.any():
            return raw
        blank &= np.asarray(column.is_null())
    keep = pa.array(~blank)
    return replace(raw, table=raw.table.filter(keep), rows=raw.rows.filter(keep))
