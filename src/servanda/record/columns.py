"""The canonical table of acts: which Arrow columns an attribute has, and of what type.

A column is there only when some row has a value; a missing column is unknown throughout.

    act, kind                    string, never null
    sure                         bool: the existence of the act is taken in this view
    party, word, norm, act, text string; null is unknown, "none" does not apply
    several values               list<string>; null is unknown, [] is none
    quantity a                   a_lo, a_hi: int64, or decimal128(38, 9); closed interval in base units;
                                 a_hi null beside a_lo: unbounded above; both null: unknown
    time a                       a_lo, a_hi: int64 microseconds since 1970 UTC, both included;
                                 a_day: int32 days since 1970, the first, where only days are known
    year a                       a: int32
    place                        lon, lat: double; place, place_in, area: string
    account, source              string; recorded_day: int32
    a_none                       bool, for a quantity, time or year: true where it does not apply
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from servanda.vocabulary.act import Attribute, Sort, vocabulary

DECIMAL = pa.decimal128(38, 9)
_SCALE = 10**9
_GREATEST = 10**38 - 1
_INT64 = 2**63 - 1

HEAD = ("act", "kind", "sure")

# Kinds that are computed from other norms and never recorded.
COMPUTED = ("breach",)

Cells = dict[str, object]


def column_of(attribute: str) -> str:
    """The column name of an attribute: `last-seen` is `last_seen`."""
    return attribute.replace("-", "_")


@cache
def columns_of(attribute: Attribute) -> tuple[str, ...]:
    """The columns that hold the value of an attribute."""
    name = column_of(attribute.name)
    match attribute.sort:
        case Sort.QUANTITY:
            return (f"{name}_lo", f"{name}_hi", f"{name}_none")
        case Sort.TIME:
            return (f"{name}_lo", f"{name}_hi", f"{name}_day", f"{name}_none")
        case Sort.YEAR:
            return (name, f"{name}_none")
        case Sort.PLACE:
            return ("lon", "lat", "place", "place_in", "area")
    return (name,)


@cache
def recorded_attributes() -> Mapping[str, Attribute]:
    """The attributes that records hold: those of breaches are computed."""
    known = vocabulary()
    names = {n for kind in known.kinds.values() if kind.name not in COMPUTED for n in kind.attributes}
    return {n: a for n, a in known.attributes.items() if n in names}


@cache
def column_types() -> Mapping[str, pa.DataType]:
    """The type of every canonical column, in canonical order; a quantity may also be DECIMAL."""
    types: dict[str, pa.DataType] = {"act": pa.string(), "kind": pa.string(), "sure": pa.bool_()}
    for attribute in recorded_attributes().values():
        for name in columns_of(attribute):
            types[name] = _type(attribute, name)
    return types | {"account": pa.string(), "source": pa.string(), "recorded_day": pa.int32()}


def _type(attribute: Attribute, column: str) -> pa.DataType:
    if column.endswith("_none"):
        return pa.bool_()
    match attribute.sort:
        case Sort.QUANTITY:
            return pa.int64()
        case Sort.TIME:
            return pa.int32() if column.endswith("_day") else pa.int64()
        case Sort.YEAR:
            return pa.int32()
        case Sort.PLACE:
            return pa.float64() if column in ("lon", "lat") else pa.string()
    return pa.list_(pa.string()) if attribute.many else pa.string()


@cache
def quantity_columns() -> frozenset[str]:
    """Columns that hold amounts: int64 or DECIMAL."""
    attributes = recorded_attributes().values()
    return frozenset(c for a in attributes if a.sort is Sort.QUANTITY for c in columns_of(a)[:2])


@cache
def attribute_of() -> Mapping[str, Attribute]:
    """The attribute that each canonical column belongs to."""
    return {c: a for a in recorded_attributes().values() for c in columns_of(a)}


def amount_array(values: Sequence[Fraction | None]) -> pa.Array:
    """Amounts as int64 if all are whole and fit, else as decimals with nine places."""
    known = [v for v in values if v is not None]
    if all(v.denominator == 1 and abs(v) <= _INT64 for v in known):
        return pa.array([None if v is None else int(v) for v in values], pa.int64())
    return pa.array([None if v is None else _decimal(v) for v in values], DECIMAL)


def representable(value: Fraction) -> bool:
    """True when an amount fits into nine decimal places and thirty-eight digits."""
    scaled = value * _SCALE
    return scaled.denominator == 1 and abs(scaled) <= _GREATEST


def _decimal(value: Fraction) -> Decimal:
    scaled = int(value * _SCALE)
    sign, digits = (1, -scaled) if scaled < 0 else (0, scaled)
    return Decimal((sign, tuple(int(d) for d in str(digits)), -9))


def array_of(column: str, values: Sequence[object]) -> pa.Array:
    """Values of one canonical column as an array; amounts are Fractions."""
    if column in quantity_columns():
        return amount_array([v if isinstance(v, Fraction) else None for v in values])
    return pa.array(values, column_types()[column])


def table_of(rows: Iterable[Mapping[str, object]], extra: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """Rows of cells as a canonical table; columns without any value are left out."""
    listed = list(rows)
    present = {c for row in listed for c, v in row.items() if v is not None}
    columns = {c: array_of(c, [row.get(c) for row in listed]) for c in column_types() if c in present or c in HEAD}
    for c, type_ in (extra or {}).items():
        columns[c] = pa.array([row.get(c) for row in listed], type_)
    return pa.table(columns)


def unified(tables: Sequence[pa.Table]) -> pa.Table:
    """Canonical tables one under another: amounts take the wider type where tables differ."""
    if len(tables) == 1:
        return tables[0]
    wide = {c for t in tables for c in quantity_columns() if c in t.column_names and t.schema.field(c).type == DECIMAL}
    return pa.concat_tables([_widened(t, wide) for t in tables], promote_options="default")


def _widened(table: pa.Table, wide: set[str]) -> pa.Table:
    for c in wide & set(table.column_names):
        i = table.column_names.index(c)
        table = table.set_column(i, c, table[c].cast(DECIMAL))
    return table


def tidy(table: pa.Table) -> pa.Table:
    """Columns in canonical order, those without a value left out, amounts in their narrowest type."""
    names = set(table.column_names)
    kept = {}
    for c in column_types():
        if c not in names or (c not in HEAD and table[c].null_count == table.num_rows):
            continue
        kept[c] = _narrowed(table[c]) if c in quantity_columns() else table[c]
    return pa.table(kept)


def _narrowed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type != DECIMAL:
        return column
    whole = pc.all(pc.equal(column, pc.floor(column))).as_py() is not False
    least, greatest = pc.min_max(column).as_py().values()
    if whole and (least is None or (abs(least) <= _INT64 and abs(greatest) <= _INT64)):
        return column.cast(pa.int64())
    return column


def ordered(table: pa.Table) -> pa.Table:
    """Rows by kind, start, id: the one order that every engine reads."""
    keys = [(k, "ascending") for k in ("kind", "start_lo", "act") if k in table.column_names]
    if _in_order(table, keys):
        return table
    return table.take(pc.sort_indices(table, sort_keys=keys))


def _in_order(table: pa.Table, keys: list[tuple[str, str]]) -> bool:
    """True when the rows stand in order already, so that a tidy file is not copied."""
    n = table.num_rows
    if n < 2:
        return True
    tied: pa.ChunkedArray | None = None
    rising: pa.ChunkedArray | None = None
    for name, _ in keys:
        column = table[name].combine_chunks()
        a, b = column.slice(0, n - 1), column.slice(1)
        if column.null_count:  # nulls last, as sort_indices puts them
            less = pc.or_kleene(pc.less(a, b), pc.and_(a.is_valid(), b.is_null())).fill_null(False)
            same = pc.or_(pc.equal(a, b).fill_null(False), pc.and_(a.is_null(), b.is_null()))
        else:
            less, same = pc.less(a, b), pc.equal(a, b)
        step = less if tied is None else pc.and_(tied, less)
        rising = step if rising is None else pc.or_(rising, step)
        tied = same if tied is None else pc.and_(tied, same)
    assert rising is not None and tied is not None
    return bool(pc.all(pc.or_(rising, tied)).as_py())
