"""Many instants in text at once: the fixed layout is cut into columns of numbers, so that no row is a Python object.

Only `YYYY-MM-DDTHH:MM[:SS[.ffffff]]` with `Z` or an offset comes here; all else is read value by value.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from servanda.record.moment import offset_us, read_day
from servanda.record.refusal import Refused
from servanda.temporal import DAY_US, EPOCH

_LAYOUT = r"^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-5]):[0-5]\d)$"


def regular(texts: pa.Array) -> pa.Array:
    """True for the texts that `instants` reads, and for nulls."""
    return pc.fill_null(pc.match_substring_regex(texts, _LAYOUT), True)


def instants(texts: pa.Array) -> pa.Array:
    """Microseconds since 1970 UTC of regular texts; null where the day is none of the calendar."""
    days = _each(pc.utf8_slice_codeunits(texts, 0, 10), _day_us)
    hours = pc.utf8_slice_codeunits(texts, 11, 13).cast(pa.int64())
    minutes = pc.utf8_slice_codeunits(texts, 14, 16).cast(pa.int64())
    rest = pc.utf8_slice_codeunits(texts, 16, 40)
    tail = _each(rest, _tail_us)
    clock = pc.add(pc.multiply(hours, 3_600_000_000), pc.multiply(minutes, 60_000_000))
    return pc.add(pc.add(days, clock), tail)


def _each(texts: pa.Array, read: object) -> pa.Array:
    """`read` of each distinct text, laid out as the texts stand."""
    encoded = texts.dictionary_encode()
    assert callable(read)
    values = pa.array([read(t) for t in encoded.dictionary.to_pylist()], pa.int64())
    return values.take(encoded.indices)


def _day_us(text: str) -> int | None:
    try:
        return (read_day(text) - EPOCH).days * DAY_US
    except Refused:
        return None


def _tail_us(text: str) -> int:
    """Seconds and offset, ':30.25+03:00', as microseconds to add."""
    at = max(text.find("Z"), text.find("+"), text.find("-"))
    seconds, offset = text[1:at], text[at:]
    whole, _, fraction = seconds.partition(".")
    return int(whole or 0) * 1_000_000 + int(fraction.ljust(6, "0") or 0) - offset_us(offset)
