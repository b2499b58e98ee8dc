"""Times known by their day alone, moved to the zone in which an agreement counts its days."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from servanda.temporal import EPOCH, end_of_day_us, start_of_day_us


def in_zone(table: pa.Table, zone: str) -> pa.Table:
    """The acts with the bounds of every day-only time recomputed for the zone; nothing to do for UTC.

    Each day is converted once, however many rows name it. Raises ValueError when there is no such zone.
    """
    if zone == "UTC":
        return table
    for name in [n for n in table.column_names if n.endswith("_day") and f"{n[:-4]}_lo" in table.column_names]:
        table = _moved(table, name.removesuffix("_day"), zone)
    return table


def _moved(table: pa.Table, stem: str, zone: str) -> pa.Table:
    numbers = table[f"{stem}_day"].combine_chunks()
    encoded = numbers.dictionary_encode()
    days = [EPOCH + timedelta(days=d) for d in encoded.dictionary.to_pylist()]
    for suffix, edge in (("lo", start_of_day_us), ("hi", end_of_day_us)):
        edges = pa.array([edge(d, zone) for d in days], pa.int64()).take(encoded.indices)
        column = f"{stem}_{suffix}"
        moved = pc.if_else(numbers.is_valid(), edges, table[column])
        table = table.set_column(table.column_names.index(column), column, moved)
    return table
