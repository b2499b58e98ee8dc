"""Rows of the canonical table as the acts that `norms.facts` speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from servanda.norms.facts import NOTHING, Act, Point, Range, Value
from servanda.record.columns import Cells, column_of, recorded_attributes
from servanda.temporal import BEGINNING_US, END_US, Moment
from servanda.vocabulary.act import Attribute, Sort


def acts_as_values(table: pa.Table) -> list[Act]:
    """Every row as an `Act`; attributes without a known value are left out. One Python object a row: for few rows."""
    names = set(table.column_names)
    present = [a for a in recorded_attributes().values() if _heads(a) & names]
    return [_act(row, present) for row in table.to_pylist()]


def _heads(attribute: Attribute) -> set[str]:
    name = column_of(attribute.name)
    if attribute.sort is Sort.PLACE:
        return {"lon", "place", "place_in", "area"}
    return {name, f"{name}_lo", f"{name}_hi", f"{name}_none"}


def _act(row: Cells, attributes: list[Attribute]) -> Act:
    values: dict[str, Value] = {}
    for attribute in attributes:
        if (value := value_of(row, attribute)) is not None:
            values[attribute.name] = value
    return Act(str(row["act"]), str(row["kind"]), bool(row.get("sure", True)), values)


def value_of(row: Mapping[str, object], attribute: Attribute) -> Value | None:
    """The value of an attribute in a canonical row; None where it is unknown."""
    name = column_of(attribute.name)
    if row.get(f"{name}_none"):
        return NOTHING
    match attribute.sort:
        case Sort.QUANTITY:
            return _amount(row.get(f"{name}_lo"), row.get(f"{name}_hi"))
        case Sort.TIME:
            return _moment(row.get(f"{name}_lo"), row.get(f"{name}_hi"))
        case Sort.PLACE:
            return _point(row)
    match row.get(name):
        case None:
            return None
        case list() as several:
            return tuple(str(v) for v in several)
        case int() as year:
            return year
        case "none":
            return NOTHING
        case other:
            return str(other)


def _amount(low: object, high: object) -> Range | None:
    if not isinstance(low, int | Decimal):
        return None
    return Range(Fraction(low), Fraction(high) if isinstance(high, int | Decimal) else None)


def _moment(low: object, high: object) -> Moment | None:
    if low is None and high is None:
        return None
    lo = low if isinstance(low, int) else BEGINNING_US
    return Moment(lo, high if isinstance(high, int) else END_US)


def _point(row: Mapping[str, object]) -> Value | None:
    if row.get("place") == "none" and row.get("place_in") == "none":
        return NOTHING
    lon, lat = row.get("lon"), row.get("lat")
    name, territory, area = row.get("place"), row.get("place_in"), row.get("area")
    if lon is lat is name is territory is area is None:
        return None
    return Point(
        lon if isinstance(lon, float) else None,
        lat if isinstance(lat, float) else None,
        None if name is None else str(name),
        None if territory is None else str(territory),
        None if area is None else str(area),
    )
