"""Numbers with units: exact quantities in base units."""

from __future__ import annotations

from fractions import Fraction

from servanda.agreement import syntax as s
from servanda.agreement.resolve.context import Here
from servanda.norms.term import Quantity
from servanda.temporal import DAY_US, CalendarSpan, ExactSpan
from servanda.vocabulary.unit import Unit, unit, units

NUMBER = "number"


def quantity(here: Here, node: s.NumberRef) -> Quantity:
    """A number with its unit."""
    if not node.unit:
        return Quantity(node.value, NUMBER, "", None, span=here.span(node))
    found = unit(node.unit)
    if found is None:
        known = [n for u in units().values() for n in (u.name, *u.aliases)]
        raise here.unknown("unit", node.unit, node, known)
    if found.name == "working days":
        raise here.refuse("not-computable", node, "working-days")
    return in_unit(here, node, found)


def in_unit(here: Here, node: s.NumberRef, found: Unit) -> Quantity:
    """The exact quantity in base units."""
    span = here.span(node)
    match found.dimension:
        case "calendar":
            _need_counting(here, node)
            return Quantity(node.value, "calendar", node.unit, _calendar(here, node, found), span=span)
        case "duration":
            us = node.value * found.factor * 1_000_000
            if us.denominator != 1:
                raise here.refuse("not-computable", node, "microseconds")
            if us > _LONGEST_SPAN * 30 * DAY_US:
                raise here.refuse("not-computable", node, "too-long")
            return Quantity(node.value * found.factor, "duration", node.unit, ExactSpan(int(us)), span=span)
        case _:
            return Quantity(node.value * found.factor, found.dimension, node.unit, None, span=span)


_LONGEST_SPAN = 12 * 9000  # months; a span that leaves the calendar from any day is no span


def _calendar(here: Here, node: s.NumberRef, found: Unit) -> CalendarSpan:
    number = node.value * found.factor
    if number.denominator != 1:
        raise here.refuse("not-computable", node, "fraction-of-days", unit=node.unit)
    if found.name in ("months", "years"):
        if number > _LONGEST_SPAN:
            raise here.refuse("not-computable", node, "too-long")
        return CalendarSpan(months=int(number))
    if number > _LONGEST_SPAN * 30:
        raise here.refuse("not-computable", node, "too-long")
    return CalendarSpan(days=int(number), clear=found.name == "clear days")


def _need_counting(here: Here, node: s.NumberRef) -> None:
    context = here.context
    if not context.counting_declared and not context.counting_reported:
        context.counting_reported = True
        context.problems.say("no-counting", here.span(node), amount=f"{plain(node.value)} {node.unit}")


def plain(value: Fraction) -> str:
    """The number as it is written, without a unit."""
    return str(value.numerator) if value.denominator == 1 else str(float(value))
