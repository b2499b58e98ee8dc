"""The digest of a record: SHA-256 over its content, whatever the order of rows, files and Arrow chunks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servanda.record.columns import DECIMAL, quantity_columns, tidy
from servanda.record.refusal import Where

_VERSION = b"servanda record 1\n"


def digest_of(acts: pa.Table, *entries: Iterable[object]) -> str:
    """The digest of a canonical table in canonical order, and of entries in any order."""
    sha = hashlib.sha256(_VERSION)
    for name, column in _canonical(acts):
        sha.update(f"{name} {column.type}\n".encode())
        _feed(sha, column)
    for group in entries:
        sha.update(b"--\n")
        for text in sorted(canonical(e) for e in group):
            sha.update(text.encode() + b"\n")
    return sha.hexdigest()


def _canonical(acts: pa.Table) -> list[tuple[str, pa.Array]]:
    table = tidy(acts)
    columns = []
    for name in table.column_names:
        column = table[name]
        if name in quantity_columns() and column.type != DECIMAL:
            column = column.cast(pa.int64())
        columns.append((name, column.combine_chunks()))
    return columns


def _feed(sha: Any, array: pa.Array) -> None:
    """Hash an array by its values: what lies under a null, and how it is cut into chunks, does not matter."""
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if array.null_count:
        sha.update(np.packbits(np.asarray(array.is_valid())).tobytes())
    if pa.types.is_list(array.type):
        sha.update(np.asarray(pc.fill_null(pc.list_value_length(array), 0)).tobytes())
        _feed(sha, pc.list_flatten(array))
    elif pa.types.is_string(array.type):
        _feed_text(sha, array)
    elif pa.types.is_decimal(array.type):
        _feed_text(sha, pc.cast(array, pa.string()))
    elif pa.types.is_boolean(array.type):
        sha.update(np.packbits(np.asarray(pc.fill_null(array, False))).tobytes())
    else:
        sha.update(np.ascontiguousarray(pc.fill_null(array, 0).to_numpy(zero_copy_only=False)).tobytes())


def _feed_text(sha: Any, array: pa.Array) -> None:
    sha.update(np.asarray(pc.fill_null(pc.binary_length(array), 0)).tobytes())
    sha.update(_bytes_of(array))


def _bytes_of(array: pa.Array) -> bytes:
    """The bytes of all strings, one after the other."""
    known = pa.concat_arrays([array.drop_null()])
    _, offsets, data = known.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, np.int32)[known.offset : known.offset + len(known) + 1]
    return bytes(memoryview(data)[ends[0] : ends[-1]])


def canonical(value: object) -> str:
    """A value as one line of text; where it stood is left out."""
    match value:
        case Where():
            return ""
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case Mapping():
            return "{" + ",".join(f"{k}:{canonical(v)}" for k, v in sorted(value.items()) if v is not None) + "}"
        case frozenset() | set():
            return "{" + ",".join(sorted(canonical(v) for v in value)) + "}"
        case tuple() | list():
            return "[" + ",".join(canonical(v) for v in value) + "]"
    if is_dataclass(value):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return type(value).__name__ + canonical({k: v for k, v in parts.items() if not isinstance(v, Where)})
    return repr(value)
