"""Calendar arithmetic in a plan: instants are whole microseconds, days whole numbers since 1970 in the zone."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from functools import cache

from sqlglot import exp

from servanda.norms.term import MonthStart, YearlyDay
from servanda.plan import sql
from servanda.plan.sql import Expr, compare, number
from servanda.temporal import DAY_US, CalendarSpan, Counting, zone

HOUR_US = 3_600_000_000
_FAR = 800_000  # days: makes every day number positive, so that whole division rounds down


def day_of(us: Expr, zone_name: str) -> Expr:
    """The day on which an instant falls in the zone."""
    fixed = fixed_offset(zone_name)
    if fixed is None:
        there = sql.call("timezone", sql.text(zone_name), sql.call("make_timestamptz", sql.cast(us, sql.BIGINT)))
        return _number(sql.cast(there, sql.DATE))
    local = compare(us, "+", number(_FAR * DAY_US + fixed))
    return compare(compare(local, "//", number(DAY_US)), "-", number(_FAR))


def start_of(day: Expr, zone_name: str) -> Expr:
    """The instant at which a day begins in the zone."""
    fixed = fixed_offset(zone_name)
    if fixed is None:
        midnight = sql.cast(_date(day), exp.DataType.build("TIMESTAMP"))
        found = sql.call("epoch_us", sql.call("timezone", sql.text(zone_name), midnight))
        # A midnight that occurs twice, when clocks go back, is the first of the two; the engine takes the second.
        earlier = compare(found, "-", number(HOUR_US))
        local = sql.call("timezone", sql.text(zone_name), sql.call("make_timestamptz", earlier))
        return sql.when((compare(local, "=", midnight), earlier), otherwise=found)
    local = compare(day, "*", number(DAY_US))
    return compare(local, "-", number(fixed)) if fixed else local


@cache
def fixed_offset(zone_name: str) -> int | None:
    """The zone's offset in microseconds, where it is always the same."""
    there = zone(zone_name)
    if there is not UTC and not isinstance(there, timezone):
        return None
    return (there.utcoffset(None) or timedelta()) // timedelta(microseconds=1)


def end_of(day: Expr, zone_name: str) -> Expr:
    """The last microsecond of a day in the zone."""
    return compare(start_of(compare(day, "+", number(1)), zone_name), "-", number(1))


def shift(day: Expr, span: CalendarSpan, sign: int, counting: Counting) -> Expr:
    """`temporal.shift_day`: months first, clipped at the month's end, then days, in one step."""
    days = span.days - (1 if counting.first_day_included and span.days > 0 else 0) + (1 if span.clear else 0)
    moved = _number(_months(_date(day), sign * span.months)) if span.months else day
    return compare(moved, "+", number(sign * days)) if days else moved


def month_start(day: Expr, term: MonthStart) -> Expr:
    """The first day of the nth month after the day's own."""
    first = sql.cast(sql.call("date_trunc", sql.text("month"), _date(day)), sql.DATE)
    return _number(_months(first, term.ordinal))


def yearly(day: Expr, term: YearlyDay) -> Expr:
    """The first such day of a year after the day, or the last before it."""
    inclusive = term.relation.startswith("on")
    year = sql.cast(exp.Extract(this=exp.Var(this="YEAR"), expression=_date(day)), sql.BIGINT)
    around = [_number(_in_year(compare(year, "+", number(step)), term)) for step in (-1, 0, 1)]
    if term.which == "first":
        tests = [(compare(day, "<=" if inclusive else "<", found), found) for found in around[:-1]]
        return sql.when(*tests, otherwise=around[-1])
    tests = [(compare(day, ">=" if inclusive else ">", found), found) for found in reversed(around[1:])]
    return sql.when(*tests, otherwise=around[0])


def _in_year(year: Expr, term: YearlyDay) -> Expr:
    first = sql.call("make_date", year, number(term.month), number(1))
    last = compare(_months(first, 1), "-", sql.cast(number(1), sql.INT))
    wanted = compare(first, "+", sql.cast(number(term.day - 1), sql.INT))
    return sql.least(wanted, last)


def _date(day: Expr) -> Expr:
    return compare(sql.cast(sql.text("1970-01-01"), sql.DATE), "+", sql.cast(day, sql.INT))


def _number(date: Expr) -> Expr:
    return compare(date, "-", sql.cast(sql.text("1970-01-01"), sql.DATE))


def _months(date: Expr, months: int) -> Expr:
    interval = exp.Interval(this=sql.text(str(months)), unit=exp.Var(this="MONTH"))
    return sql.cast(compare(date, "+", sql.cast(interval, exp.DataType.build("INTERVAL"))), sql.DATE)
