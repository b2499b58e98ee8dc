"""Rows as JSON lines, CSV and Parquet. A table that leaves the program takes its assumptions with it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from servanda.check import Answer
from servanda.report.cells import harmless
from servanda.report.header import header_row, supposed
from servanda.report.rows import COLUMNS, Row

Table = Sequence[tuple[Answer, Sequence[Row]]]

# Assumptions that every line of a flat table repeats, because a line is what gets copied out of it.
_ASSUMED = (
    "as_if_in_force",
    "on",
    "as_known_on",
    "complete_until",
    "parameters",
    "supposed",
    "record_digest",
    "agreement_digest",
    "version",
)


def write_jsonl(table: Table, out: TextIO) -> None:
    """A header line for each agreement, then its rows."""
    for answer, rows in table:
        out.write(_json({"header": header_row(answer)}) + "\n")
        out.writelines(_json(row) + "\n" for row in rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def write_csv(table: Table, out: TextIO) -> None:
    """One line a verdict. Cells that a spreadsheet would run as a formula get a leading apostrophe.

    Control characters and marks that steer the direction of writing are shown as escapes.
    """
    flat = _flat(table)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns())
    writer.writerows([harmless(row[name] or "") for name in columns()] for row in flat)


def write_parquet(table: Table, path: Path) -> None:
    """The same columns, as text; the headers stand in the metadata under `servanda`."""
    flat = _flat(table)
    schema = pa.schema([(name, pa.string()) for name in columns()])
    headers = _utf8(_json([header_row(answer) for answer, _ in table]))
    cells = [{name: _utf8(cell) for name, cell in row.items()} for row in flat]
    arrow = pa.Table.from_pylist(cells, schema=schema).replace_schema_metadata({"servanda": headers})
    with path.open("wb") as file:  # its name may be no text
        pq.write_table(arrow, file)


def _utf8(text: str | None) -> str | None:
    """Names of files need not be text; what is none of a letter stands as its escape."""
    return text and text.encode("utf-8", "backslashreplace").decode("utf-8")


def _flat(table: Table) -> list[dict[str, str | None]]:
    return [
        {name: _text(row[name]) for name in COLUMNS} | assumed
        for answer, rows in table
        for assumed in [_assumed(answer)]
        for row in rows
    ]


def _assumed(answer: Answer) -> dict[str, str | None]:
    header = header_row(answer) | {"supposed": supposed(answer.assumptions, "en")}
    return {name: _text(header[name]) for name in (*_ASSUMED, "disclaimer")}


def columns() -> tuple[str, ...]:
    """The columns of the flat tables, in order."""
    return (*COLUMNS, *_ASSUMED, "disclaimer")


def _text(value: Any) -> str | None:
    """Lists joined by '; ', pairs as 'name: value', conditions as JSON."""
    match value:
        case None | []:
            return None
        case dict():
            return "; ".join(f"{k}: {'unknown' if v is None else v}" for k, v in value.items()) or None
        case [dict(), *_]:
            return _json(value)
        case list():
            return "; ".join(str(v) for v in value)
        case _:
            return str(value)
