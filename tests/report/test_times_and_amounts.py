from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.answers import AGREEMENT, APPROACH, LATE, OVER, TOO_CLOSE, day, end, finding, norm
from servanda.norms.term import Quantity
from servanda.report import amounts, times
from servanda.temporal import BEGINNING_US, END_US
from servanda.vocabulary.verdict import Outcome, Reason

HOUR = 3_600_000_000


def test_the_examples_in_the_docstrings_are_true() -> None:
    for module in (times, amounts):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("due", "zone", "printed"),
    [
        (end("2022-02-04"), "UTC", "2022-02-04"),
        (day("2022-02-04") + 9 * HOUR, "UTC", "2022-02-04T09:00:00Z"),
        (end("2022-02-04") - 3 * HOUR, "+03:00", "2022-02-04"),
        (day("2022-02-04") + 12 * HOUR - 1, "UTC", "2022-02-04T11:59:59.999999Z"),
    ],
)
def test_a_deadline_at_midnight_is_printed_as_its_day(due: int, zone: str, printed: str) -> None:
    assert times.iso_deadline(due, zone) == printed


def test_a_deadline_before_an_instant_says_before() -> None:
    said = times.said_deadline(day("2022-02-04") + 12 * HOUR - 1, "UTC", "en")

    assert said == "just before 4 February 2022, 12:00 UTC"


@pytest.mark.parametrize(
    ("late_by", "printed"),
    [
        (90 * 60_000_000, "90 minutes"),
        (HOUR, "1 hour"),
        (2 * HOUR, "2 hours"),
        (26 * HOUR, "1 day 2 hours"),
        (1, "1 second"),
        (0, "0 minutes"),
        (1441 * 60_000_000, "1 day 1 minute"),
    ],
)
def test_a_delay_after_an_instant_is_the_time_elapsed(late_by: int, printed: str) -> None:
    due = day("2022-02-04") + 9 * HOUR

    assert times.iso_delay(late_by, due, due + late_by, "UTC") == printed


def test_a_delay_after_a_day_is_counted_in_days() -> None:
    due, cured = end("2022-02-04"), day("2022-02-07") + 14 * HOUR

    assert times.iso_delay(cured - due, due, cured, "UTC") == "3 days"


def test_a_fixed_offset_is_named_with_the_hour() -> None:
    assert times.said_time(day("2022-02-04") + 9 * HOUR, "+03:00", "vi") == "12:00 (UTC+03:00) ngày 4/2/2022"


@pytest.mark.parametrize(
    ("bounds", "printed"),
    [
        ((Fraction(851), Fraction(851)), "851 persons"),
        ((Fraction(1), Fraction(1)), "1 person"),
        ((Fraction(1500), Fraction(2500)), "1500 to 2500 persons"),
        ((Fraction(1500), None), "at least 1500 persons"),
        (None, None),
    ],
)
def test_an_amount_is_printed_exactly_with_its_unit(bounds: amounts.Bounds | None, printed: str | None) -> None:
    assert amounts.plain(bounds, "persons") == printed


@given(st.integers(-(10**30), 10**30), st.integers(0, 6))
def test_an_amount_loses_no_digit(number: int, places: int) -> None:
    value = Fraction(number, 10**places)

    assert Fraction(amounts.exact(value)) == value


@given(st.fractions())
def test_what_is_no_decimal_is_printed_as_a_fraction(value: Fraction) -> None:
    assert Fraction(amounts.exact(value)) == value


@given(st.integers(-(10**12), 10**12), st.integers(0, 4), st.sampled_from(["en", "vi"]))
def test_marks_for_thousands_change_no_digit(number: int, places: int, lang: str) -> None:
    value = Fraction(number, 10**places)
    said = amounts.grouped(value, "vi" if lang == "vi" else "en")
    plain = said.replace(",", "") if lang == "en" else said.replace(".", "").replace(",", ".")

    assert Fraction(plain) == value


def test_the_unit_is_that_of_the_text() -> None:
    ton = Fraction("1016.0469088")
    found = finding(
        "art7.2", "USA", Outcome.BREACHED, Reason.OVER_LIMIT, measured=(31_000 * ton,) * 2, limit=(30_000 * ton,) * 2
    )
    told = amounts.measured(AGREEMENT, found)

    assert told is not None
    assert amounts.plain(told.measured, told.unit) == "31000 long tons"
    assert amounts.plain(told.excess, told.unit) == "1000 long tons"


def test_a_reference_level_is_printed_in_the_unit_of_its_dimension() -> None:
    told = amounts.measured(AGREEMENT, OVER.finding)

    assert told is not None and amounts.plain(told.excess, told.unit) == "1 person"


def test_the_unit_is_that_of_the_readings_that_are_left() -> None:
    """The choice of where to measure does not matter; the first variant is one of the other choice of what."""
    far = replace(APPROACH, at_least=Quantity(Fraction(2_000), "length", "km"))
    choices = [{"what": w, "where": p} for w in ("near", "far") for p in ("here", "there")]
    shapes = {"near": APPROACH, "far": far}
    read = norm("art5.3", "5(3)", "Ships keep away.", APPROACH, *choices)
    read = replace(read, variants=tuple(replace(v, shape=shapes[v.readings["what"]]) for v in read.variants))
    agreement = replace(AGREEMENT, norms=(read,))
    chosen = (("what", "far"),)
    bounds = {"measured": (Fraction(1_000),) * 2, "limit": (Fraction(2_000),) * 2}
    found = finding("art5.3", "USA", Outcome.BREACHED, Reason.OVER_LIMIT, readings=chosen, **bounds)
    told = amounts.measured(agreement, found)

    assert told is not None and amounts.plain(told.excess, told.unit) == "1 km"


def test_a_floor_is_missed_from_below() -> None:
    told = amounts.measured(AGREEMENT, TOO_CLOSE.finding)

    assert told is not None and told.floor
    assert amounts.plain(told.excess, told.unit) == "10 m"


def test_an_excess_is_only_told_when_it_is_certain() -> None:
    bounds = {"measured": (Fraction(5), Fraction(9)), "limit": (Fraction(7), Fraction(7))}
    found = finding("art4", "RUS", Outcome.UNDETERMINED, Reason.FACT_MISSING, **bounds)
    told = amounts.measured(AGREEMENT, found)

    assert told is not None and told.excess is None


def test_what_measures_nothing_has_no_amounts() -> None:
    assert amounts.measured(AGREEMENT, LATE.finding) is None


def test_the_beginning_and_the_end_of_time_are_no_days() -> None:
    assert times.iso_day(BEGINNING_US, "UTC") is None
    assert times.iso_day(END_US, "UTC") is None
    assert times.said_days_within("2022-02-30 and 2022-02-03", "en") == "2022-02-30 and 3 February 2022"
    assert times.said_day(date(2022, 2, 3), "vi") == "ngày 3/2/2022"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2014-03-01…2014-03-31", "March 2014"),
        ("2018-01-01…2018-12-31", "2018"),
        ("2014-03-02…2014-04-05", "between 2 March 2014 and 5 April 2014"),
        ("2014-99-01…2014-99-31", "2014-99-01…2014-99-31"),
    ],
)
def test_a_day_known_by_its_month_or_year_is_said_so(text: str, said: str) -> None:
    assert times.said_days_within(text, "en") == said


def test_a_span_within_a_month_names_the_month_once() -> None:
    assert times.said_span("2023-09-11", "2023-09-20", "en") == "11 to 20 September 2023"
    assert times.said_span("2023-09-11", "2023-09-20", "vi") == "ngày 11 đến 20/9/2023"
    assert times.said_span("2023-03-30", "2023-04-02", "en") == "30 March 2023 to 2 April 2023"
