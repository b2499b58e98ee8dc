"""Values of the record as a reader sees them: ISO times, codes, exact amounts in plain units."""

from __future__ import annotations

from fractions import Fraction

from servanda.norms.facts import NOTHING, Act, Point, Range, Value
from servanda.norms.term import Quantity
from servanda.temporal import DAY_US, Moment, datetime_of, day_of
from servanda.vocabulary.act import vocabulary


def printed(value: Value, dimension: str, zone: str) -> str:
    """A value of the record; amounts in base units of their dimension."""
    match value:
        case Moment(lo=lo, hi=hi):
            first, last = day_of(lo, zone), day_of(hi, zone)
            if lo == hi:
                return datetime_of(lo, zone).isoformat().replace("+00:00", "Z")
            return str(first) if first == last and hi - lo >= DAY_US - 1 else f"{first}…{last}"
        case Range(lo=low, hi=high):
            return _range(low, high, dimension)
        case tuple():
            return ", ".join(value)
        case Point(lon=lon, lat=lat, name=name, territory=territory, area=area):
            where = f"{lat:g}, {lon:g}" if lon is not None and lat is not None else ""
            return "; ".join(part for part in (name, where, territory, area) if part)
        case _:
            return "none" if value is NOTHING else str(value)


_BASE = {"length": "m", "mass": "kg", "duration": "s", "money": "USD"}


def _range(low: Fraction, high: Fraction | None, dimension: str) -> str:
    unit = _BASE.get(dimension, dimension)
    if dimension == "length" and low % 1000 == 0 and (high is None or high % 1000 == 0):
        low, high, unit = low / 1000, None if high is None else high / 1000, "km"
    if high == low:
        return f"{number(low)} {unit}".strip()
    if high is None:
        return f"at least {number(low)} {unit}".strip()
    return f"{number(low)}…{number(high)} {unit}".strip()


def number(value: Fraction) -> str:
    """A number, thousands apart; a fraction as a decimal of six places at most.

    >>> number(Fraction(12000)), number(Fraction(24691357, 20)), number(Fraction("499.9"))
    ('12 000', '1 234 567.85', '499.9')
    """
    text = f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.6f}".rstrip("0").rstrip(".")
    return text.replace(",", " ")


def quantity(given: Quantity) -> str:
    """A parameter's value as printed."""
    if given.span_of_time is not None or given.dimension == "calendar":
        return f"{number(given.value)} {given.unit}".strip()
    return _range(given.value, given.value, given.dimension)


def printed_act(act: Act, sources: str, zone: str) -> dict[str, str]:
    """Every known attribute of an act, printed, and its sources."""
    told = {"kind": act.kind, "by": "unknown"}
    for name, value in act.values.items():
        told[name] = printed(value, vocabulary().attributes[name].dimension, zone)
    return {**told, "sources": sources} if sources else told
