"""Times: days, instants, and what is counted from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from servanda.agreement import syntax as s
from servanda.agreement.resolve.amounts import dimension_of, time_amount
from servanda.agreement.resolve.context import Here, Term, Unresolved
from servanda.agreement.resolve.operands import it, party_name, path
from servanda.agreement.resolve.readings import pick
from servanda.agreement.yaml import Scalar
from servanda.norms.term import (
    Chosen,
    DayName,
    InstantName,
    MonthStart,
    Operand,
    Shifted,
    Time,
    TreatyTime,
    YearlyDay,
)
from servanda.temporal import FIRST_YEAR, LAST_YEAR, instant_us
from servanda.vocabulary.act import Sort


def resolve_time(here: Here, node: s.TimeRef) -> Time:
    """The time. Raises Unresolved after the report."""
    match node:
        case s.PathRef():
            found = path(here, node)
            if found.sort is not Sort.TIME:
                raise here.refuse("type-clash", node, "not-time", text=".".join(node.names))
            return found
        case s.DateRef(text):
            return written_date(here, node, text)
        case s.NameRef():
            return _named(here, node)
        case s.TimeWord():
            return _word(here, node)
        case s.EntryRef(agreement, party):
            return TreatyTime("entry", agreement, _party(here, party), span=here.span(node))
        case s.ChosenRef(which, first, second):
            return Chosen(which, resolve_time(here, first), resolve_time(here, second), span=here.span(node))
        case s.YearlyRef(which, month, day, relation, of):
            return YearlyDay(which, month, day, relation, resolve_time(here, of), span=here.span(node))
        case s.MonthStartRef(ordinal, of):
            if not 1 <= ordinal <= 120:
                raise here.refuse("not-computable", node, "ordinal")
            return MonthStart(ordinal, resolve_time(here, of), span=here.span(node))
        case s.ShiftedRef():
            return _shifted(here, node)


def _shifted(here: Here, node: s.ShiftedRef) -> Shifted:
    shifted = Shifted(time_amount(here, node.amount), node.direction, resolve_time(here, node.of), span=here.span(node))
    if len(clocks(shifted)) > 1:
        here.note("two-clocks", node)
    return shifted


def clocks(time: Time) -> frozenset[str]:
    """Which kinds of time a chain adds: calendar, elapsed, or both."""
    return frozenset(_clocks(time))


def _clocks(time: Time) -> Iterator[str]:
    while isinstance(time, Shifted):
        yield dimension_of(time.amount)
        time = time.of


def _party(here: Here, node: s.Ref | None) -> Operand | None:
    match node:
        case None:
            return None
        case s.ItRef():
            return it(here, node)
        case s.NameRef():
            return party_name(here, node)
        case s.PathRef():
            found = path(here, node)
            if found.sort is not Sort.PARTY:
                raise here.refuse("type-clash", node, "not-party-path", text=".".join(node.names))
            return found


def _word(here: Here, node: s.TimeWord) -> TreatyTime:
    span = here.span(node)
    match node.word:
        case "that":
            if not here.clause:
                raise here.refuse("type-clash", node, "that-outside-clause")
            return TreatyTime("that", span=span)
        case "the end":
            return TreatyTime("end", span=span)
        case "opening":
            return TreatyTime("opening", span=span)
        case "signature":
            return TreatyTime("signature", span=span)


_PARTS = re.compile(r"(\d{4})-(\d{2})-(\d{2})(T.*)?")


def written_date(here: Here, node: object, text: str) -> DayName | InstantName:
    """A day or an instant as written."""
    span = here.span(node)
    found = parse_date(text)
    match found:
        case date() if not isinstance(found, datetime):
            return DayName(found, span=span)
        case datetime() if found.tzinfo is not None:
            return InstantName(instant_us(found), span=span)
        case datetime():
            raise here.refuse("no-offset", node, None, time=text)
    raise here.refuse("no-such-day", node, None, date=text)


def parse_date(text: str) -> date | datetime | None:
    """A day or a date and time in ISO form; None when the calendar has no such day."""
    shape = _PARTS.fullmatch(text)
    if shape is None or not FIRST_YEAR <= int(shape[1]) <= LAST_YEAR:
        return None
    try:
        if shape[4] is None:
            return date(int(shape[1]), int(shape[2]), int(shape[3]))
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _named(here: Here, node: s.NameRef) -> Time:
    context = here.context
    term = context.terms.get(node.text)
    if term is None or term.kind != "date":
        if term is not None:
            raise here.refuse("type-clash", node, "not-date", term.key.span, name=node.text)
        known = [t.name for t in context.terms.values() if t.kind == "date"]
        raise here.unknown("date", node.text, node, known)
    return named_date(here, term)


def named_date(here: Here, term: Term) -> Time:
    """The time that a term of `dates` stands for."""
    context = here.context
    value = pick(context, term.value, term.name)
    if not isinstance(value, Scalar):
        context.problems.say("type-clash", term.key.span, "date-value", name=term.name)
        raise Unresolved
    with context.resolving(term):
        return resolve_time(Here(context, value), context.parse(value, "start_time"))
