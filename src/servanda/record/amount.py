"""An amount as written ('30 000 long tons', rounded, between) to an exact closed interval in base units."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from servanda.errors import Phrase
from servanda.record.columns import representable
from servanda.record.document import Datum, folded_key
from servanda.record.refusal import Refused, phrase, suggesting
from servanda.vocabulary.unit import Unit, unit, units

# Dimensions whose amounts are bare counts: a table may leave the unit out.
COUNTS = frozenset({"persons", "items", "tanks"})

# '30 000', '30000', '0.5', '-1'; spaces (also no-break and thin ones) part groups of three digits only.
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u2009\u202f_]\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")
_AT_LEAST = re.compile(r"at least\s+(.*)", re.S)
_AT_MOST = re.compile(r"at most\s+(.*)", re.S)

Interval = tuple[Fraction, Fraction | None]
_NO_UNIT = ".,0123456789-–—/±+"
_KEYS = ("value", "rounded-to", "between", "at-least", "at-most")


def read_amount(datum: Datum, dimension: str, bare_unit: Unit | None = None) -> Interval:
    """The closed interval in which the amount lies, in base units of `dimension`.

    `bare_unit` is the unit of a number written without one; None: a unit is required.
    """
    low, high = _interval(datum, dimension, bare_unit)
    if high is not None and high < low:
        raise Refused("amount-order")
    if low < 0:
        raise Refused("amount-negative")
    if not representable(low) or (high is not None and not representable(high)):
        raise Refused("amount-too-fine")
    return low, high


def _interval(datum: Datum, dimension: str, bare: Unit | None) -> Interval:
    match datum:
        case str():
            text = datum.strip()
            if found := _AT_LEAST.fullmatch(text):
                return _sharp(found[1], dimension, bare), None
            if found := _AT_MOST.fullmatch(text):
                return Fraction(0), _sharp(found[1], dimension, bare)
            amount = _sharp(text, dimension, bare)
            return amount, amount
        case dict():
            return _structured({folded_key(k): v for k, v in datum.items()}, dimension, bare)
        case _:
            raise Refused("bad-amount")


def _structured(datum: dict[str, Datum], dimension: str, bare: Unit | None) -> Interval:
    for key in datum:
        if key not in _KEYS:
            raise suggesting("record-unknown-key", key, list(_KEYS))
    match datum:
        case {"value": value, "rounded-to": str(step), **rest} if not rest:
            half = _sharp(step, dimension, bare) / 2
            if half < 0:
                raise Refused("amount-negative")
            low, high = _interval(value, dimension, bare)
            return max(low - half, Fraction(0)), None if high is None else high + half
        case {"value": value, **rest} if not rest:
            return _interval(value, dimension, bare)
        case {"between": [str(a), str(b)], **rest} if not rest:
            return _sharp(a, dimension, bare), _sharp(b, dimension, bare)
        case {"at-least": str(a), "at-most": str(b), **rest} if not rest:
            return _sharp(a, dimension, bare), _sharp(b, dimension, bare)
        case {"at-least": str(a), **rest} if not rest:
            return _sharp(a, dimension, bare), None
        case {"at-most": str(b), **rest} if not rest:
            return Fraction(0), _sharp(b, dimension, bare)
    raise Refused("bad-amount")


def _sharp(text: str, dimension: str, bare: Unit | None) -> Fraction:
    text = text.strip()
    found = _GROUPED.match(text)
    if found is None or len(text) > 100:
        raise Refused("bad-amount")
    number = _number(found[0])
    name = text[found.end() :].strip()
    if name[:1] in _NO_UNIT and name:  # '9-10 km', '10,5 km', '10. km'
        raise Refused("bad-amount")
    return number * _unit(name, dimension, bare).factor


def _number(text: str) -> Fraction:
    return Fraction(Decimal(re.sub(r"[ \u00a0\u2009\u202f_]", "", text)))


def _unit(name: str, dimension: str, bare: Unit | None) -> Unit:
    if not name:
        if bare is None:
            raise Refused("amount-without-unit", dimension=dimension, example=example(dimension))
        return bare
    found = unit(name)
    if found is None:
        fitting = [n for u in units().values() if u.dimension == dimension for n in (u.name, *u.aliases)]
        raise suggesting("no-such-unit", name, fitting, example=example(dimension))
    if found.dimension != dimension:
        raise Refused("amount-dimension", unit=name, is_a=_said(found.dimension), wanted=_said(dimension))
    return found


def _said(dimension: str) -> Phrase:
    return phrase(f"record-dimension.{dimension}")


def base_unit(dimension: str) -> Unit:
    """The unit of factor 1: metre, kilogram, person."""
    return next(u for u in units().values() if u.dimension == dimension and u.factor == 1)


def example(dimension: str) -> str:
    """How an amount of the dimension looks, for hints."""
    return {"length": "500 km", "mass": "30 000 t", "money": "5 000 USD", "duration": "72 hours"}.get(
        dimension, f"9 000 {dimension}"
    )
