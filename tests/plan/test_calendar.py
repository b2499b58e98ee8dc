"""Calendar arithmetic in SQL equals `temporal`, in every zone and over every clock change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.norms.scene import _yearly
from servanda.norms.term import DayName, MonthStart, YearlyDay
from servanda.plan import calendar, sql
from servanda.plan.sql import Expr
from servanda.temporal import (
    DAY_US,
    EPOCH,
    CalendarSpan,
    Counting,
    add_months,
    day_of,
    end_of_day_us,
    shift_day,
    start_of_day_us,
)

ZONES = ("UTC", "+03:00", "-05:30", "Europe/Paris", "America/New_York", "America/Havana", "Asia/Kolkata")
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
CON = duckdb.connect()


def computed(node: Expr) -> int:
    query = sql.exp.Select(expressions=[sql.alias(node, "value")]).sql("duckdb")
    (row,) = CON.execute(query).fetchall()
    return int(row[0])


def day_number(day: date) -> int:
    return (day - EPOCH).days


@pytest.mark.parametrize("zone", ZONES)
@given(day=DAYS, within=st.integers(0, DAY_US - 1))
@settings(max_examples=40, deadline=None)
def test_an_instant_falls_on_its_day(zone: str, day: date, within: int) -> None:
    us = start_of_day_us(day, zone) + within

    assert computed(calendar.day_of(sql.number(us), zone)) == day_number(day_of(us, zone))


@pytest.mark.parametrize("zone", ZONES)
@given(day=DAYS)
@settings(max_examples=40, deadline=None)
def test_a_day_begins_and_ends_where_it_does(zone: str, day: date) -> None:
    number = sql.number(day_number(day))

    assert computed(calendar.start_of(number, zone)) == start_of_day_us(day, zone)
    assert computed(calendar.end_of(number, zone)) == end_of_day_us(day, zone)


def test_a_midnight_that_occurs_twice_is_the_first() -> None:
    day = date(1992, 10, 11)  # in Havana the clocks went back from 01:00 to 00:00

    assert computed(calendar.start_of(sql.number(day_number(day)), "America/Havana")) == start_of_day_us(
        day, "America/Havana"
    )


@given(
    day=DAYS, months=st.integers(0, 30), days=st.integers(0, 400), clear=st.booleans(), sign=st.sampled_from((1, -1)),
    included=st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_spans_are_counted_as_the_words_count_them(
    day: date, months: int, days: int, clear: bool, sign: int, included: bool
) -> None:
    span, counting = CalendarSpan(months, days, clear), Counting(first_day_included=included)
    moved = computed(calendar.shift(sql.number(day_number(day)), span, sign, counting))

    assert EPOCH + timedelta(days=moved) == shift_day(day, span, sign, counting)


def test_31_august_and_six_months_is_28_february() -> None:
    moved = computed(calendar.shift(sql.number(day_number(date(2021, 8, 31))), CalendarSpan(months=6), 1, Counting()))

    assert EPOCH + timedelta(days=moved) == date(2022, 2, 28)


@given(
    day=DAYS, month=st.integers(1, 12), number=st.integers(1, 31), which=st.sampled_from(("first", "last")),
    on=st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_the_first_and_the_last_such_day(
    day: date, month: int, number: int, which: Literal["first", "last"], on: bool
) -> None:
    relations: dict[str, tuple[Literal["after", "before"], Literal["on or after", "on or before"]]] = {
        "first": ("after", "on or after"),
        "last": ("before", "on or before"),
    }
    term = YearlyDay(which, month, number, relations[which][on], DayName(day))
    moved = computed(calendar.yearly(sql.number(day_number(day)), term))

    assert EPOCH + timedelta(days=moved) == _yearly(term, day)


@given(day=DAYS, ordinal=st.integers(0, 18))
@settings(max_examples=60, deadline=None)
def test_the_first_day_of_the_month_after(day: date, ordinal: int) -> None:
    moved = computed(calendar.month_start(sql.number(day_number(day)), MonthStart(ordinal, DayName(day))))

    assert EPOCH + timedelta(days=moved) == add_months(day.replace(day=1), ordinal)
