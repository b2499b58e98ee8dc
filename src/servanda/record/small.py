"""The small tables of a folder (sources, assertions, coverage …) from CSV or Parquet: rows as if written by hand."""

from __future__ import annotations

from servanda.errors import Diagnostic, InputError
from servanda.record.cell import Context
from servanda.record.document import Document
from servanda.record.files import File
from servanda.record.parquet import values
from servanda.record.raw import read_raw
from servanda.record.row import Row, table_row

_MAX_ROWS = 1_000_000


def small_rows(file: File, context: Context) -> list[Row]:
    """The rows of a table other than `acts`. Cells with several values are parted by semicolons."""
    raw = read_raw(file)
    if raw.table.num_rows > _MAX_ROWS:
        raise InputError([Diagnostic("record-too-long", {"limit": str(_MAX_ROWS)}, file=file.shown)])
    document = Document(file.shown, ())
    names = raw.table.column_names
    rows = []
    columns = [values(column) for column in raw.table.columns]
    for number, cells in zip(raw.rows.to_pylist(), zip(*columns, strict=True), strict=True):
        texts = {n: (i, _text(v)) for i, (n, v) in enumerate(zip(names, cells, strict=True), 1) if v is not None}
        rows.append(table_row(document, number, texts, context))
    for refusal in raw.refusals:
        row = table_row(document, refusal.row, {}, context)
        row.problems.append(refusal)
        rows.append(row)
    return rows


def _text(value: object) -> str:
    """A value of a typed column as a person would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ";".join(str(v) for v in value)
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if callable(isoformat) else str(value)
