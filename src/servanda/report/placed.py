"""Points with where they are: the rows that came in, and six columns more, as CSV, Parquet, JSON lines or a table."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TextIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich import box
from rich.table import Table

from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.record.parquet import plain_column, plain_text, values
from servanda.report.cells import FORMULA, harmless
from servanda.report.console import paged

COLUMNS = ("territory", "area", "sea", "region", "certain", "border_m")
_NUMBERS = ("lon", "lat", "border_m")
_WORD = 12  # letters that are not parted
_ON_A_TERMINAL = 200  # rows of a table that somebody reads
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$"
_UNPRINTABLE = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"


@dataclass(frozen=True)
class Placed:
    """Rows as read, their coordinates as numbers, and what was found."""

    table: pa.Table
    lon: tuple[str, npt.NDArray[np.float64]]
    lat: tuple[str, npt.NDArray[np.float64]]
    found: pa.Table

    @property
    def numbers(self) -> pa.Table:
        """The rows with coordinates as numbers, and what was found."""
        table = self.table
        for name, degrees in (self.lon, self.lat):
            table = table.set_column(table.column_names.index(name), name, pa.array(degrees))
        return _joined(table, self.found)


class Sink(Protocol):
    """Takes rows, and is closed."""

    def write(self, placed: Placed) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Write what is left."""


def _joined(table: pa.Table, found: pa.Table) -> pa.Table:
    for name in found.column_names:
        table = table.append_column(name, found[name])
    return table


class CsvSink:
    """Rows as CSV: cells as they came, but none that a spreadsheet would run or that steers a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._fresh = True

    def write(self, placed: Placed) -> None:
        """Write some rows, the header before the first."""
        whole = _joined(placed.table, placed.found)
        if self._fresh:
            names = pa.array([harmless(n) for n in whole.column_names])
            self._out.write(",".join(_quoted(names).to_pylist()) + "\n")
            self._fresh = False
        if whole.num_rows:
            cells = [_quoted(_harmless(c)) for c in whole.columns]
            lines = pc.binary_join_element_wise(*cells, ",", null_handling="replace", null_replacement="")
            self._out.write("\n".join(lines.to_pylist()) + "\n")

    def close(self) -> None:
        """Nothing is left."""


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells as text that no spreadsheet runs and no terminal obeys; numbers stay as they are."""
    column = plain_text(column)
    if not pa.types.is_string(column.type):
        return column.cast(pa.string()) if _plain(column.type) else pa.chunked_array([_as_json(column)])
    if pc.any(pc.match_substring_regex(column, _UNPRINTABLE)).as_py():
        shown = [v if v is None else "\n".join(map(printable, v.split("\n"))) for v in column.to_pylist()]
        column = pa.chunked_array([pa.array(shown, pa.string())])
    formula = pc.and_not(pc.match_substring_regex(column, FORMULA), pc.match_substring_regex(column, _NUMBER))
    if pc.any(formula).as_py():
        column = pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)
    return column


def _quoted(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Cells in quotation marks where a comma, a mark or the end of a line stands in them."""
    special = pc.match_substring_regex(column, r'[,"\r\n]')
    if not pc.any(special).as_py():
        return column
    marked = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(special, marked, column)


def _plain(found: pa.DataType) -> bool:
    types = pa.types
    tests = (types.is_integer, types.is_floating, types.is_boolean, types.is_date, types.is_timestamp, types.is_null)
    return any(test(found) for test in (*tests, types.is_decimal, types.is_time))


def _as_json(column: pa.ChunkedArray) -> pa.Array:
    """Lists, mappings and the like, which CSV has no form for."""
    return pa.array([None if v is None else _json(v) for v in _values(column)], pa.string())


def _values(column: pa.ChunkedArray) -> list[object]:
    """The cells as Python has them; finer instants than Python's as text."""
    if getattr(column.type, "unit", None) != "ns":
        return values(plain_text(column))
    return values(plain_column(column) if pa.types.is_duration(column.type) else column.cast(pa.string()))


def _rows(table: pa.Table) -> Iterator[dict[str, object]]:
    columns = [_values(column) for column in table.columns]
    return (dict(zip(table.column_names, cells, strict=True)) for cells in zip(*columns, strict=True))


class JsonSink:
    """Rows as JSON lines."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, placed: Placed) -> None:
        """Write some rows."""
        self._out.writelines(_json(row) + "\n" for row in _rows(placed.numbers))

    def close(self) -> None:
        """Nothing is left."""


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, default=str)


def _finite(value: object) -> object:
    """JSON has no number that is none, nor one beyond all."""
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _finite(of) for key, of in value.items()}
        case list():
            return [_finite(of) for of in value]
    return value


class ParquetSink:
    """Rows as Parquet; what the answers rest on stands in the metadata under `servanda`."""

    def __init__(self, path: Path, assumed: dict[str, object]) -> None:
        self._path, self._metadata = path, {"servanda": _json(assumed)}
        self._writer: pq.ParquetWriter | None = None

    def write(self, placed: Placed) -> None:
        """Write some rows."""
        table = placed.numbers.replace_schema_metadata(self._metadata)
        if self._writer is None:
            self._file = self._path.open("wb")  # its name may be no text
            self._writer = pq.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        """Write the end of the file."""
        if self._writer is not None:
            self._writer.close()
            self._file.close()


class TextSink:
    """A table for a reader: its first rows, what it rests on, and how many more there are."""

    def __init__(self, out: TextIO, lang: Lang, rests_on: Callable[[], str]) -> None:
        self._out, self._lang, self._rests_on = out, lang, rests_on
        self._rows: list[list[str]] = []
        self._names: list[str] = []
        self._more = 0

    def write(self, placed: Placed) -> None:
        """Keep some rows."""
        table = _joined(placed.table, placed.found)
        self._names = table.column_names
        taken = table.slice(0, max(0, _ON_A_TERMINAL - len(self._rows)))
        self._rows += [[_shown(n, v, self._lang) for n, v in row.items()] for row in _rows(taken)]
        self._more += table.num_rows - taken.num_rows

    def close(self) -> None:
        """Print the table."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        for place, name in enumerate(self._names):
            words = [word for row in self._rows for word in row[place].split()]
            longest = min(_WORD, max(map(len, [name, *words]), default=0))
            justify: Literal["right", "left"] = "right" if name in _NUMBERS else "left"
            whole = name in (*_NUMBERS, "on", "certain")
            table.add_column(printable(name), overflow="fold", justify=justify, no_wrap=whole, min_width=longest)
        for row in self._rows:
            table.add_row(*row)
        with paged(self._out) as page:
            if self._rows:
                page.print(table)
            if self._more:
                page.print(say("locate.more", self._lang, count=self._more))
            page.print(self._rests_on())


def _shown(name: str, value: object, lang: Lang) -> str:
    match value:
        case str() if name in COLUMNS:
            return value.replace("|", ", ")
        case None:
            return ""
        case bool():
            return say("locate.yes" if value else "locate.no", lang)
    return printable(str(value))
