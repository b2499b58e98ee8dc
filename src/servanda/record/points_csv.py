"""A CSV text in parts, each row with its number in the file, be it ever so long."""

from __future__ import annotations

import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from servanda.errors import Diagnostic, InputError, Phrase
from servanda.messages import say
from servanda.record.files import decoded, suffix_of, too_large, unpacked_limit
from servanda.record.refusal import Refusal, Refused, Where, damaged

_BLOCK = 1 << 22  # no row is longer
_HEADER = 1 << 16


@dataclass(frozen=True)
class Part:
    """Some rows of a file, which row of the file each is, those that do not fit the header; how much was read."""

    table: pa.Table
    rows: npt.NDArray[np.int64]
    refusals: list[Refusal]
    passed: int


class _Watched(io.RawIOBase):
    """A stream that is passed on, with what only the bytes tell: marks left open, no text at all."""

    def __init__(self, inner: BinaryIO, outer: BinaryIO, shown: str) -> None:
        super().__init__()
        self._inner, self._outer, self._shown = inner, outer, shown
        self._limit = unpacked_limit(os.fstat(outer.fileno()).st_size)
        self._passed = 0
        self.marks = 0
        self.has_nul = False

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._inner.read(size)
        self.marks += data.count(b'"')
        self.has_nul |= b"\0" in data
        self._passed += len(data)
        if self._passed > self._limit and self._inner is not self._outer:
            raise InputError([too_large(self._shown, self._limit)])
        return data

    @property
    def position(self) -> int:
        """How far the file itself was read."""
        return self._outer.tell()


def csv_batches(path: Path, shown: str) -> Iterator[Part]:
    """The rows of a CSV file as text, the first part without rows. Raises InputError for what is no table of text."""
    try:
        with path.open("rb") as outer, _unpacked(path, outer) as inner:
            names = _header(inner, shown)
            inner.seek(0)
            watched = _Watched(inner, outer, shown)
            yield from _parts(watched, names, shown)
            if watched.marks % 2:
                inner.seek(0)
                _check_marks(inner, shown)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(shown, error) from None


def _unpacked(path: Path, outer: BinaryIO) -> AbstractContextManager[BinaryIO]:
    if suffix_of(path) != ".csv.gz":
        return nullcontext(outer)
    return cast(AbstractContextManager[BinaryIO], gzip.GzipFile(fileobj=outer))


def _header(stream: BinaryIO, shown: str) -> list[str]:
    head = stream.read(_HEADER)
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise _binary(shown)
    text = decoded(head.rsplit(b"\n", 1)[0] if len(head) == _HEADER else head, shown)
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (csv.Error, StopIteration) as error:
        raise damaged(shown, error) from None
    return [n.strip() for n in names]


def _parts(stream: _Watched, names: list[str], shown: str) -> Iterator[Part]:
    lost: list[tuple[int, Refusal | None]] = []

    def keep(row: pa_csv.InvalidRow) -> str:
        lost.append((row.number or 0, _wrong_length(row, shown) if row.text.strip() else None))
        return "skip"

    following = 2
    none = pa.table({f"{i}": pa.array([], pa.string()) for i in range(len(names))}).rename_columns(names)
    yield Part(none, np.arange(0), [], 0)
    try:
        for batch in _reader(stream, names, keep):
            if stream.has_nul:
                raise _binary(shown)
            numbers = _numbers(following, batch.num_rows, [n for n, _ in lost])
            refusals = [r for _, r in lost if r is not None]
            following = max([following - 1, *numbers[-1:].tolist(), *(n for n, _ in lost)]) + 1
            lost.clear()
            table = pa.Table.from_batches([batch]).rename_columns(names)
            yield _without_blank(Part(table, numbers, refusals, stream.position))
        yield Part(none, np.arange(0), [r for _, r in lost if r is not None], stream.position)
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            args = {"found": Phrase(say("points-not-utf8", "en"), say("points-not-utf8", "vi"))}
            raise InputError([Diagnostic("record-encoding", args, file=shown, case="other")]) from None
        raise damaged(shown, error) from None


def _reader(stream: _Watched, names: list[str], handler: object) -> pa_csv.CSVStreamingReader:
    numbered = [f"{i} {n}" for i, n in enumerate(names)]
    return pa_csv.open_csv(
        pa.PythonFile(stream, "r"),
        read_options=pa_csv.ReadOptions(
            column_names=numbered, skip_rows_after_names=1, block_size=_BLOCK, use_threads=False
        ),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=handler
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(numbered, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )


def _wrong_length(row: pa_csv.InvalidRow, shown: str) -> Refusal:
    args = {"cells": str(row.actual_columns), "columns": str(row.expected_columns)}
    return Where(shown, row.number or 0).refuse(Refused("row-length", **args), row.text)


def _numbers(first: int, count: int, lost: list[int]) -> npt.NDArray[np.int64]:
    """The next rows of the file that were not lost."""
    numbers = np.arange(first, first + count + len(lost))
    return numbers[~np.isin(numbers, lost)][:count]


def _without_blank(part: Part) -> Part:
    """Lines without any value are no rows: spreadsheets leave them behind."""
    blank = np.ones(part.table.num_rows, bool)
    for column in part.table.columns:
        if not blank.any():
            return part
        blank &= np.asarray(column.is_null())
    return Part(part.table.filter(pa.array(~blank)), part.rows[~blank], part.refusals, part.passed)


def _check_marks(stream: BinaryIO, shown: str) -> None:
    """Refuse a text cut off within a quoted cell; an odd number of marks may be inches."""
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    try:
        for _ in csv.reader(text, strict=True):
            pass
    except csv.Error as error:
        raise damaged(shown, error) from None
    finally:
        text.detach()  # the stream is closed by whoever opened it


def _binary(shown: str) -> InputError:
    args = {"found": Phrase(say("points-binary", "en"), say("points-binary", "vi"))}
    return InputError([Diagnostic("record-encoding", args, file=shown, case="other")])
