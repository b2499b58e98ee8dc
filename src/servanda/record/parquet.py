"""Parquet files, whole or in batches: text as plain text, times in microseconds, and no more of it than memory holds.

A few bytes of a dictionary can stand for more text than any memory: such columns are read as dictionaries, measured,
and only then laid out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from servanda.errors import Diagnostic, InputError
from servanda.record.files import FREE_PACKED, too_large

_MAX_RATIO = 1000  # of what is laid out to the file: Parquet packs what comes again better than CSV can be packed
_LENGTH = 4  # bytes that plain text needs beside its letters
_US = 1_000_000
_DAYS = 100_000_000  # a day as far off as that is in no calendar, and its microseconds can still be counted
_DAY_MS = 86_400_000


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """The file, its columns of much text in few bytes as dictionaries. Names of files need not be text."""
    with pa.OSFile(os.fsencode(path)) as source:
        metadata = pq.read_metadata(source)
        with pq.ParquetFile(source, metadata=metadata, read_dictionary=_folded(metadata)) as file:
            yield file


def read_whole(path: Path, shown: str) -> pa.Table:
    """The table, as plain columns. Raises InputError when it is out of all proportion to the file."""
    limit = _limit(path.stat().st_size)
    with opened(path) as file:
        if _laid_out(file.metadata) > limit:
            raise InputError([too_large(shown, limit)])
        table = file.read()
    if _size(table) > limit:
        raise InputError([too_large(shown, limit)])
    check_text(table, shown)
    return plain(table)


def batches(file: pq.ParquetFile, rows: int, size: int, shown: str) -> Iterator[pa.Table]:
    """The table in parts, its columns as the file declares them.

    Raises InputError when it is out of all proportion to the `size` of the file.
    """
    limit, passed = _limit(size), 0
    schema = declared(file)
    for batch in file.iter_batches(rows):
        table = pa.Table.from_batches([batch])
        passed += _size(table)
        if passed > limit:
            raise InputError([too_large(shown, limit)])
        check_text(table, shown)
        columns = [_unfolded(column, field.type) for column, field in zip(table.columns, schema, strict=True)]
        yield pa.table(columns, schema=schema)


def declared(file: pq.ParquetFile) -> pa.Schema:
    """The columns as the file declares them."""
    return file.metadata.schema.to_arrow_schema()


def _unfolded(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if column.type == wanted:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(wanted)


def check_text(table: pa.Table, shown: str) -> None:
    """Refuse text that is not UTF-8: what wrote the file did not look."""
    wrong = [name for name, column in zip(table.column_names, table.columns, strict=True) if not _is_text(column)]
    if wrong:
        raise InputError(
            [Diagnostic("record-encoding", {"column": name}, file=shown, case="column") for name in sorted(set(wrong))]
        )


def _is_text(column: pa.ChunkedArray) -> bool:
    if not _holds_text(column.type):
        return True
    try:
        column.validate(full=True)
    except pa.ArrowInvalid as error:
        return "UTF8" not in str(error)
    return True


def _holds_text(found: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        return _holds_text(found.value_type)
    text = pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found)
    return text or any(_holds_text(found.field(i).type) for i in range(found.num_fields))


def plain(table: pa.Table) -> pa.Table:
    """The table with each column in the plainest type that holds it."""
    return pa.table([plain_column(c) for c in table.columns], names=table.column_names)


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text as `string`, lists as `list`, days as `date32`, instants and spans in microseconds; others as they are."""
    found = column.type
    if pa.types.is_dictionary(found):
        return plain_column(column.cast(found.value_type))
    if pa.types.is_date64(found):
        days = pc.divide(column.cast(pa.int64()), _DAY_MS)
        return plain_column(_clipped(days, _DAYS).cast(pa.int32()).cast(pa.date32()))
    if pa.types.is_date32(found):
        return _clipped(column.cast(pa.int32()), _DAYS).cast(pa.date32())
    if pa.types.is_timestamp(found):
        return _microseconds(column, pa.timestamp("us", found.tz))
    if pa.types.is_duration(found):
        return _microseconds(column, pa.duration("us"))
    if pa.types.is_time64(found):
        return column.cast(pa.time64("us"), safe=False)
    try:
        return plain_text(column)
    except pa.ArrowInvalid:  # more text than one array holds
        return column


def plain_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with its text, if it is that, as `string`."""
    wanted = _plain_type(column.type)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column if column.type == wanted else column.cast(wanted)


def _plain_type(found: pa.DataType) -> pa.DataType:
    types = pa.types
    if types.is_dictionary(found):
        return _plain_type(found.value_type)
    if types.is_large_string(found) or types.is_string_view(found):
        return pa.string()
    if types.is_large_binary(found) or types.is_binary_view(found):
        return pa.binary()
    if types.is_nested(found) and not (types.is_struct(found) or types.is_map(found) or types.is_union(found)):
        return pa.list_(_plain_type(found.value_type))
    return found


def _microseconds(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    """What is too far off to be counted is cut off where it is in no calendar still."""
    if (scale := {"s": _US, "ms": 1000}.get(column.type.unit)) is not None:
        column = _clipped(column.cast(pa.int64()), (2**63 - 1) // scale).cast(column.type)
    return column.cast(wanted, safe=False)


def _clipped(numbers: pa.ChunkedArray, most: int) -> pa.ChunkedArray:
    most_of = pa.scalar(most, numbers.type)
    least_of = pa.scalar(-most, numbers.type)
    floor = pc.max_element_wise(numbers, least_of, skip_nulls=False)
    return pc.min_element_wise(floor, most_of, skip_nulls=False)


def values(column: pa.ChunkedArray) -> list[object]:
    """The values of a plain column; a day or an instant that no calendar of Python holds, as text."""
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        return [value(scalar) for scalar in column]


def value(scalar: pa.Scalar) -> object:
    """One value; what Python has no value for, as text."""
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        return str(pa.array([scalar]).cast(pa.string())[0])


# ---- how much it is
#
# What the metadata says of a single column is not asked: of one that is encrypted, asking ends the process.


def _folded(metadata: pq.FileMetaData) -> list[str]:
    """The columns of text that are read as dictionaries: in lists always, others where their bytes are few."""
    texts = [leaf for leaf in _leaves(metadata) if leaf.physical_type == "BYTE_ARRAY"]
    few = _bytes(metadata) < 4 * _LENGTH * metadata.num_rows * len(texts)
    return [leaf.path for leaf in texts if (few and not leaf.max_repetition_level) or ".list." in leaf.path]


def _limit(size: int) -> int:
    return max(FREE_PACKED, _MAX_RATIO * size)


def _laid_out(metadata: pq.FileMetaData) -> int:
    """At least how many bytes the columns take when they are read."""
    return max(_bytes(metadata), int(metadata.num_rows) * sum(map(_width, _leaves(metadata))))


def _leaves(metadata: pq.FileMetaData) -> list[pq.ColumnSchema]:
    return [metadata.schema.column(number) for number in range(metadata.num_columns)]


def _bytes(metadata: pq.FileMetaData) -> int:
    return sum(int(metadata.row_group(group).total_byte_size) for group in range(metadata.num_row_groups))


def _width(leaf: pq.ColumnSchema) -> int:
    if leaf.physical_type == "FIXED_LEN_BYTE_ARRAY":
        return max(1, int(leaf.length))
    return {"BOOLEAN": 0, "INT32": 4, "FLOAT": 4, "BYTE_ARRAY": _LENGTH}.get(leaf.physical_type, 8)


def _size(table: pa.Table) -> int:
    """How many bytes the table takes with its dictionaries laid out."""
    return sum(_size_of(chunk) for column in table.columns for chunk in column.chunks)


def _size_of(array: pa.Array) -> int:
    if pa.types.is_nested(array.type):
        parts = array.flatten() if pa.types.is_struct(array.type) else [array.values]
        return int(array.nbytes) + sum(map(_size_of, parts))
    if not pa.types.is_dictionary(array.type) or not _is_lettered(array.type.value_type):
        return int(array.nbytes)
    lengths = np.asarray(pc.fill_null(pc.binary_length(array.dictionary), 0)).astype(np.int64)
    used = np.asarray(array.indices.drop_null()).astype(np.int64)
    counts = np.bincount(used, minlength=len(lengths)) if len(used) else np.zeros(len(lengths), np.int64)
    return int(np.dot(counts, lengths)) + _LENGTH * len(array)


def _is_lettered(found: pa.DataType) -> bool:
    types = pa.types
    return any(test(found) for test in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary))
