"""Times known by days alone, moved to the zone in which an agreement counts its days."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from servanda.temporal import DAY_US, EPOCH, end_of_day_us, start_of_day_us


def in_zone(table: pa.Table, zone: str) -> pa.Table:
    """The acts with the bounds of every time known by days recomputed for the zone; nothing to do for UTC.

    The first day is written, and the last is that of the upper bound, which lies at the end of a UTC day.

    Each day is converted once, however many rows name it. Raises ValueError when there is no such zone.
    """
    if zone == "UTC":
        return table
    for name in [n for n in table.column_names if n.endswith("_day") and f"{n[:-4]}_lo" in table.column_names]:
        table = _moved(table, name.removesuffix("_day"), zone)
    return table


def _moved(table: pa.Table, stem: str, zone: str) -> pa.Table:
    first = table[f"{stem}_day"].combine_chunks()
    last = pc.if_else(first.is_valid(), _day_of(table[f"{stem}_hi"].combine_chunks()), None)
    for suffix, numbers, edge in (("lo", first, start_of_day_us), ("hi", last, end_of_day_us)):
        encoded = numbers.dictionary_encode()
        days = [EPOCH + timedelta(days=d) for d in encoded.dictionary.to_pylist()]
        edges = pa.array([edge(d, zone) for d in days], pa.int64()).take(encoded.indices)
        column = f"{stem}_{suffix}"
        moved = pc.if_else(numbers.is_valid(), edges, table[column])
        table = table.set_column(table.column_names.index(column), column, moved)
    return table


def _day_of(us: pa.Array) -> pa.Array:
    """The UTC days of instants, rounded down before 1970 too."""
    day = pc.divide(us, DAY_US)
    return pc.subtract(day, pc.less(us, pc.multiply(day, DAY_US)).cast(pa.int64()))
