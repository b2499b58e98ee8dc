"""A column of a file turned into canonical columns, with the rows that could not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servanda.errors import Diagnostic, InputError
from servanda.record.columns import Cells, array_of, column_types
from servanda.record.heading import Column
from servanda.record.refusal import Refused


@dataclass(frozen=True)
class Converted:
    """Canonical columns, and for each bad row the reason."""

    columns: dict[str, pa.Array]
    bad: dict[int, Refused] = field(default_factory=dict)


def by_text(texts: pa.Array, columns: Sequence[str], read: Callable[[str], Cells]) -> Converted:
    """Read each distinct text once. Columns that come out as they went in are not copied."""
    encoded = texts.dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    cells: list[Cells] = []
    bad: dict[int, Refused] = {}
    for number, text in enumerate(distinct):
        cell: Cells = {}
        if text is not None and text.strip():
            try:
                cell = read(text)
            except Refused as reason:
                bad[number] = reason
        cells.append(cell)
    laid_out = {}
    for column in columns:
        values = [c.get(column) for c in cells]
        if distinct and values == distinct and texts.type == column_types()[column]:
            laid_out[column] = texts
        elif any(v is not None for v in values):
            laid_out[column] = array_of(column, values).take(encoded.indices)
    if not laid_out:
        laid_out[columns[0]] = array_of(columns[0], [None]).take(pa.array(np.zeros(len(texts), np.int64)))
    return Converted(laid_out, _rows(encoded.indices, bad))


def _rows(indices: pa.Array, bad: dict[int, Refused]) -> dict[int, Refused]:
    if not bad:
        return {}
    numbers = np.asarray(pc.fill_null(indices, -1))
    return {int(i): bad[int(numbers[i])] for i in np.flatnonzero(np.isin(numbers, list(bad)))}


def flagged(mask: pa.Array, reason: Refused) -> dict[int, Refused]:
    """The rows for which the mask is true, all for one reason."""
    return {int(i): reason for i in np.flatnonzero(np.asarray(pc.fill_null(mask, False)))}


def text_of(array: pa.Array, column: Column, shown: str) -> pa.Array:
    """A column as text. Raises InputError where its type is no text and no whole number."""
    if pa.types.is_string(array.type):
        return array
    if pa.types.is_null(array.type) or pa.types.is_integer(array.type):
        return array.cast(pa.string())
    raise wrong_type(column, array.type, shown)


def wrong_type(column: Column, found: pa.DataType, shown: str) -> InputError:
    """The error for a column whose type cannot hold what it should."""
    return InputError([Diagnostic("column-type", {"name": column.name, "found": str(found)}, file=shown)])
