"""Exact amounts in the unit that the norm's own text uses: '851 persons', '30 000 long tons'.

Findings carry base units; the unit is looked for where a reader would: in the ceiling, then in the parameter or
the table that gives it, then in the dimension.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from servanda.check.occasions import variant_of
from servanda.messages import Lang, catalogue, say
from servanda.norms.norm import Agreement, Limits, SameMeasure, Steps, Variant
from servanda.norms.term import Amount, Arithmetic, Cell, Parameter, Quantity, Share
from servanda.vocabulary.unit import unit as find_unit
from servanda.vocabulary.verdict import Finding

BASE = {"length": "m", "mass": "kg", "duration": "seconds", "money": "USD", "number": "", "calendar": "days"}

_DECIMALS = 6  # so many are printed as they are
_NOISE = Fraction(1, 10**6)

Bounds = tuple[Fraction, Fraction | None]


@dataclass(frozen=True)
class Measured:
    """What was measured, the limit, and by how much the one passes the other, in one unit."""

    unit: str
    measured: Bounds | None
    limit: Bounds | None
    excess: Bounds | None
    floor: bool  # the limit is a least amount


def measured(agreement: Agreement, finding: Finding) -> Measured | None:
    """The amounts of a finding in the unit of its norm; None where it measures nothing."""
    if finding.measured is None and finding.limit is None:
        return None
    variant = variant_of(agreement, finding)
    unit, floor = unit_of(agreement, variant), _is_floor(variant)
    known = find_unit(unit)
    factor = known.factor if known else Fraction(1)
    value, limit = _scaled(finding.measured, factor), _scaled(finding.limit, factor)
    return Measured(unit, value, limit, _excess(value, limit, floor), floor)


def unit_of(agreement: Agreement, variant: Variant | None) -> str:
    """The unit in which a norm's amounts are printed."""
    if variant is None or not isinstance(variant.shape, Limits):
        return ""
    for ceiling in (variant.shape.at_most, variant.shape.at_least):
        match ceiling:
            case None:
                continue
            case SameMeasure():
                break
            case Steps(steps):
                found = next((u for _, amount in steps if (u := _unit(agreement, amount))), "")
            case amount:
                found = _unit(agreement, amount)
        if found:
            return found
    dimension = variant.shape.measure.dimension
    return BASE.get(dimension, dimension)


def _unit(agreement: Agreement, amount: Amount) -> str:
    match amount:
        case Quantity(unit=unit):
            return unit
        case Parameter(name=name):
            given, left_open = agreement.parameters.get(name), agreement.open_parameters.get(name)
            return given.unit if given else left_open.unit if left_open else ""
        case Cell(table=table):
            return next((q.unit for q in agreement.tables.get(table, {}).values() if q.unit), "")
        case Share(of=inner):
            return _unit(agreement, inner)
        case Arithmetic(left=left, right=right):
            return _unit(agreement, left) or _unit(agreement, right)
        case _:
            return ""


def _is_floor(variant: Variant | None) -> bool:
    return (
        variant is not None
        and isinstance(variant.shape, Limits)
        and variant.shape.at_most is None
        and variant.shape.at_least is not None
    )


def _scaled(bounds: Bounds | None, factor: Fraction) -> Bounds | None:
    if bounds is None:
        return None
    lo, hi = bounds
    return (lo / factor, None if hi is None else hi / factor)


def _excess(value: Bounds | None, limit: Bounds | None, floor: bool) -> Bounds | None:
    """By how much the limit is certainly passed; None where it is not."""
    if value is None or limit is None:
        return None
    over, under = (limit, value) if floor else (value, limit)
    if under[1] is None or over[0] <= under[1]:
        return None
    return (over[0] - under[1], None if over[1] is None else over[1] - under[0])


def plain(bounds: Bounds | None, unit: str) -> str | None:
    """For programs: '851 persons', '1500 to 2500 persons', 'at least 1500 persons'."""
    if bounds is None:
        return None
    lo, hi = bounds
    if hi is None:
        return f"at least {_with_unit(exact(lo), lo, unit, 'en')}"
    if lo == hi:
        return _with_unit(exact(lo), lo, unit, "en")
    return f"{exact(lo)} to {_with_unit(exact(hi), hi, unit, 'en')}"


def said(bounds: Bounds | None, unit: str, lang: Lang) -> str:
    """For people: '11,000 persons', '11.000 người'."""
    if bounds is None:
        return say("amount.unknown", lang)
    lo, hi = bounds
    if hi is None:
        return say("amount.at-least", lang, amount=_with_unit(grouped(lo, lang), lo, unit, lang))
    if lo == hi:
        return _with_unit(grouped(lo, lang), lo, unit, lang)
    return say("amount.between", lang, least=grouped(lo, lang), most=_with_unit(grouped(hi, lang), hi, unit, lang))


def exact(value: Fraction) -> str:
    """A whole number, a finite decimal, or else a fraction; never rounded.

    >>> exact(Fraction(7, 2)), exact(Fraction(10, 3)), exact(Fraction(11000))
    ('3.5', '10/3', '11000')
    """
    if value.denominator == 1:
        return str(value.numerator)
    places = _decimal_places(value.denominator)
    if places is None:
        return f"{value.numerator}/{value.denominator}"
    whole = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{whole[:-places]}.{whole[-places:]}"


def _decimal_places(denominator: int) -> int | None:
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def grouped(value: Fraction, lang: Lang) -> str:
    """With the marks for thousands and decimals of the language; what has no end, or a long one, about.

    >>> grouped(Fraction(23001, 2), "en"), grouped(Fraction(23001, 2), "vi")
    ('11,500.5', '11.500,5')
    """
    text = exact(value)
    if len(text.partition(".")[2]) > _DECIMALS or "/" in text:
        near = Fraction(round(value * 100), 100)
        if not near:
            return say("amount.under", lang, amount=_marked("0.01", lang))
        # A length of time that lacks its last microsecond is as good as whole.
        return _near(near, lang) if abs(value - near) < _NOISE else say("amount.about", lang, amount=_near(near, lang))
    return _marked(text, lang)


def _near(value: Fraction, lang: Lang) -> str:
    return _marked(exact(value), lang)


def _marked(text: str, lang: Lang) -> str:
    whole, _, decimals = text.partition(".")
    english = f"{int(whole):,}"
    if whole.startswith("-0"):
        english = "-" + english
    joined = f"{english}.{decimals}" if decimals else english
    return joined if lang == "en" else joined.translate(str.maketrans(",.", ".,"))


def _with_unit(number: str, value: Fraction, unit: str, lang: Lang) -> str:
    return f"{number} {said_unit(unit, lang, one=value == 1)}".rstrip()


def said_unit(unit: str, lang: Lang, *, one: bool = False) -> str:
    """The unit in the language; as written where the language has no word for it."""
    known = find_unit(unit)
    name = known.name if known else unit
    for key in (f"unit.{name}-one" if one else "", f"unit.{name}"):
        if key in catalogue():
            return say(key, lang)
    return unit
