"""Times in a plan, as whole microseconds: when a time is at the earliest and at the latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from servanda.norms import scene as reading
from servanda.norms.norm import walk
from servanda.norms.scene import Scene, Unknown, When, first_end, last_start
from servanda.norms.term import (
    Amount,
    Chosen,
    MonthStart,
    Parameter,
    PartyName,
    Path,
    Quantity,
    Shifted,
    Time,
    TreatyTime,
    YearlyDay,
)
from servanda.plan import calendar, sql
from servanda.plan.amount import amount
from servanda.plan.operand import act_at, operand, single_of
from servanda.plan.scope import NotComputable, Scope, UnitThing, attribute_columns, column
from servanda.plan.sql import Expr, all_of, col, compare, greatest, least, not_null, null, number, when
from servanda.plan.truth import Pair, bounds, conjunction
from servanda.temporal import CALENDAR_US, DAY_US, CalendarSpan, ExactSpan
from servanda.vocabulary.act import Sort


@dataclass(frozen=True)
class Instant:
    """A time in [lo, hi]; NULL unknown. A day ends at `first_end` at the earliest and begins at `last_start` at the
    latest; for an instant these are `lo` and `hi` again. `day`: it is a day."""

    lo: Expr
    hi: Expr
    first_end: Expr
    last_start: Expr
    day: bool = False


def sharp(lo: Expr, hi: Expr) -> Instant:
    """An instant that lies in [lo, hi]."""
    return Instant(lo, hi, lo, hi)


NEVER = sharp(null(sql.BIGINT), null(sql.BIGINT))


def constant(scope: Scope, term: Time) -> When | Unknown | None:
    """The time, where it is the same for every row."""
    if any(isinstance(part, Path) for part in walk(term)):
        return None
    return reading.time(Scene(scope.world, scope.world.on), term)


def written(scope: Scope, when_: When) -> Instant:
    """A time that is the same for every row."""
    scene = Scene(scope.world, scope.world.on)
    ends = (when_.lo, when_.hi, first_end(scene, when_), last_start(scene, when_))
    lo, hi, first, last = (number(end) for end in ends)
    return Instant(lo, hi, first, last, when_.day)


def time(scope: Scope, term: Time) -> Instant:
    """The time as far as a row knows it."""
    settled = constant(scope, term)
    if settled is not None:
        return NEVER if isinstance(settled, Unknown) else written(scope, settled)
    match term:
        case Path():
            return _recorded(scope, term)
        case Shifted(amount=by, direction=direction, of=of):
            return shifted(scope, time(scope, of), by, direction)
        case Chosen():
            return _chosen(scope, term)
        case YearlyDay(of=of):
            return _days(scope, time(scope, of), lambda day: calendar.yearly(day, term))
        case MonthStart(of=of):
            return _days(scope, time(scope, of), lambda day: calendar.month_start(day, term))
        case TreatyTime():
            return _entry(scope, term)
    raise NotComputable(type(term).__name__)


def zone_of(scope: Scope) -> str:
    """The agreement's zone."""
    return scope.world.agreement.counting.zone


def _recorded(scope: Scope, path: Path) -> Instant:
    thing = scope.things.get(path.variable)
    if isinstance(thing, UnitThing):
        lo, hi = col(f"{thing.prefix}__lo"), col(f"{thing.prefix}__hi")
        return Instant(lo, hi, hi, lo, day=True)
    owner = act_at(scope, path) if path.steps else None
    if owner is None or path.steps[-1].sort is not Sort.TIME:
        return NEVER
    low, high, _, none = attribute_columns(path.steps[-1])
    lo, hi = column(scope, owner, low), column(scope, owner, high)
    if path.steps[-1].name != "sent":
        return sharp(lo, hi)
    # A message is sent when it starts, where nothing else is said.
    silent = all_of((sql.is_null(lo), sql.negated(sql.coalesce(column(scope, owner, none), sql.boolean(False)))))
    start_lo, start_hi = column(scope, owner, "start_lo"), column(scope, owner, "start_hi")
    return sharp(when((silent, start_lo), otherwise=lo), when((silent, start_hi), otherwise=hi))


def shifted(scope: Scope, base: Instant, by: Amount, direction: Literal["before", "after"]) -> Instant:
    """`base` moved by a span: calendar spans count from its day and give a day, elapsed ones an instant."""
    sign = 1 if direction == "after" else -1
    span = _span(scope, by)
    match span:
        case None:
            return NEVER
        case ExactSpan(us=us):
            moved = sharp(compare(base.lo, "+", number(sign * us)), compare(base.hi, "+", number(sign * us)))
            return moved if us < _FAR.days * DAY_US else _inside(moved, CALENDAR_US)
        case CalendarSpan():
            counting = scope.world.agreement.counting
            moved = _days(scope, base, lambda day: calendar.shift(day, span, sign, counting))
            return moved if span.months < _FAR.months and span.days < _FAR.days else _inside(moved, CALENDAR_US)
    operator = "+" if sign == 1 else "-"
    return sharp(compare(base.lo, operator, span), compare(base.hi, operator, span))


_FAR = CalendarSpan(months=1_200, days=36_500)  # what is nearer leads from no time of a record out of the calendar


def _inside(moved: Instant, bounds_us: tuple[int, int]) -> Instant:
    """The time where it lies in the calendar; else it is not known."""
    first, last = (number(us) for us in bounds_us)
    inside = all_of((compare(first, "<=", moved.lo), compare(moved.hi, "<=", last)))

    def kept(end: Expr) -> Expr:
        return when((inside, end), otherwise=null(sql.BIGINT))

    return Instant(kept(moved.lo), kept(moved.hi), kept(moved.first_end), kept(moved.last_start), moved.day)


def _span(scope: Scope, term: Amount) -> CalendarSpan | ExactSpan | Expr | None:
    """The amount as a span of time; an expression of microseconds where it differs by row."""
    if isinstance(term, Quantity | Parameter) or not any(isinstance(part, Path) for part in walk(term)):
        settled = reading.span_of(Scene(scope.world, scope.world.on), term)
        return None if isinstance(settled, Unknown) else settled
    known = amount(scope, term)
    sharp_ = all_of((not_null(known.lo), compare(known.lo, "=", known.hi)))
    us = compare(compare(sql.cast(known.lo, sql.WIDE), "*", number(10**6)), "//", number(known.scale))
    return when((sharp_, sql.cast(us, sql.BIGINT)), otherwise=null(sql.BIGINT))


def _days(scope: Scope, base: Instant, move: Callable[[Expr], Expr]) -> Instant:
    there = zone_of(scope)
    first = move(calendar.day_of(base.lo, there))
    last = move(calendar.day_of(base.hi, there))
    return Instant(
        calendar.start_of(first, there),
        calendar.end_of(last, there),
        calendar.end_of(first, there),
        calendar.start_of(last, there),
        day=True,
    )


def _chosen(scope: Scope, term: Chosen) -> Instant:
    a, b = time(scope, term.first), time(scope, term.second)
    pick = greatest if term.which == "later" else least
    both = all_of((not_null(a.lo), not_null(b.lo)))

    def picked(one: Expr, other: Expr) -> Expr:
        return when((both, pick(one, other)), otherwise=null(sql.BIGINT))

    lo, hi = picked(a.lo, b.lo), picked(a.hi, b.hi)
    if not (a.day and b.day):
        return sharp(lo, hi)
    return Instant(lo, hi, picked(a.first_end, b.first_end), picked(a.last_start, b.last_start), day=True)


def _entry(scope: Scope, term: TreatyTime) -> Instant:
    """Entry into force for a party that differs by row."""
    assert term.party is not None
    code = single_of(operand(scope, term.party))
    ends: dict[str, Instant] = {}
    for party in sorted(scope.world.entry_for):
        here = constant(scope, TreatyTime(term.which, term.agreement, PartyName(party)))
        if isinstance(here, When):
            ends[party] = written(scope, here)

    def by_party(end: str) -> Expr:
        branches = [(compare(code, "=", sql.text(p)), getattr(i, end)) for p, i in ends.items()]
        return when(*branches, otherwise=null(sql.BIGINT))

    return Instant(by_party("lo"), by_party("hi"), by_party("first_end"), by_party("last_start"))


# ---- comparison


def before(left: Instant, right: Instant) -> Pair:
    """Before the other begins: a day begins at 00:00."""
    return bounds(compare(left.hi, "<", right.lo), compare(left.lo, "<", right.last_start))


def not_after(left: Instant, right: Instant) -> Pair:
    """On or before the other: a day lasts to 24:00."""
    return bounds(compare(left.hi, "<=", right.first_end), compare(left.lo, "<=", right.hi))


def ordered(left: Instant, relation: str, right: Instant) -> Pair:
    """before, after, on or before, on or after."""
    match relation:
        case "before":
            return before(left, right)
        case "on or before":
            return not_after(left, right)
        case "after":
            return ~not_after(left, right)
        case _:
            return ~before(left, right)


def offset(left: Instant, anchor: Instant, bound: Instant, kind: str, direction: str) -> Pair:
    """At least, more than or within a span before or after the anchor; `bound` is the anchor moved by the span."""
    after = direction == "after"
    match kind:
        case "at least":
            return ~before(left, bound) if after else not_after(left, bound)
        case "more than":
            return ~not_after(left, bound) if after else before(left, bound)
    side = ~before(left, anchor) if after else not_after(left, anchor)
    inside = not_after(left, bound) if after else ~before(left, bound)
    return conjunction((side, inside))
