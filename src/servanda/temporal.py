"""Time as treaties use it: days and instants, calendar spans and exact spans, and what is not known of them.

`Day` is not `Instant`, "72 hours" is not "3 months": four types that look alike and are not. A time of the
record is a `Moment`, a closed range of microseconds in which the true instant lies: of no width when the
instant is known, of a day when only the day is. Microseconds count from 1970-01-01T00:00Z, so that the
engines compare whole numbers.

Counting follows the European Convention on the Calculation of Time-Limits (1972) and depositary practice:
the day of the act is not counted, months keep the day number and clip at the month's end, and a time
limit that is a date ends at 24:00 of that day in the agreement's zone.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_US = 86_400_000_000
EPOCH = date(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)

# The years a record may speak of. Zone arithmetic at the very ends of the calendar would overflow.
FIRST_YEAR, LAST_YEAR = 2, 9998
BEGINNING_US = (date(FIRST_YEAR, 1, 1) - EPOCH).days * DAY_US
END_US = (date(LAST_YEAR, 12, 31) - EPOCH).days * DAY_US
# The first and the last day of which both ends can be told, and the instants in between.
CALENDAR = (date.min, date.max - timedelta(days=1))
CALENDAR_US = ((CALENDAR[0] - EPOCH).days * DAY_US, (date.max - EPOCH).days * DAY_US - 1)

CalendarUnit = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, order=True)
class Moment:
    """When something was, as far as it is known: the instant lies in [lo, hi], microseconds since 1970 UTC."""

    lo: int
    hi: int

    def __post_init__(self) -> None:
        assert self.lo <= self.hi, "a moment ends before it begins"

    @property
    def sharp(self) -> bool:
        """True when the instant is known."""
        return self.lo == self.hi


@dataclass(frozen=True)
class CalendarSpan:
    """So many months and days of the calendar, as written: '6 months', '42 days', '150 clear days'."""

    months: int = 0
    days: int = 0
    clear: bool = False


@dataclass(frozen=True)
class ExactSpan:
    """Elapsed time: '72 hours' is the same length on every day of the year. Microseconds."""

    us: int


@dataclass(frozen=True)
class Counting:
    """How an agreement counts days: its zone, and whether the day of the act is counted.

    Raises ValueError when the zone has no name in the tz database and is no offset such as '+03:00'.
    """

    zone: str = "UTC"
    first_day_included: bool = False
    declared: bool = True

    def __post_init__(self) -> None:
        zone(self.zone)


@cache
def zone(name: str) -> tzinfo:
    """The zone of that name, from the tz database, or a fixed offset written '+03:00'.

    Raises ValueError when there is none.
    """
    if name in ("UTC", "Z"):
        return UTC
    if name[:1] in "+-" and len(name) == 6 and name[3] == ":":
        try:
            offset = timedelta(hours=int(name[1:3]), minutes=int(name[4:]))
            return timezone(-offset if name[0] == "-" else offset)
        except ValueError as error:
            raise ValueError(f"no zone {name!r}") from error
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no zone {name!r}") from error


@lru_cache(maxsize=1 << 16)
def start_of_day_us(day: date, zone_name: str = "UTC") -> int:
    """The instant at which `day` begins in the zone, microseconds.

    >>> start_of_day_us(date(1970, 1, 2))
    86400000000
    """
    if zone_name == "UTC":
        return (day - EPOCH).days * DAY_US
    return instant_us(datetime(day.year, day.month, day.day, tzinfo=zone(zone_name)))


def end_of_day_us(day: date, zone_name: str = "UTC") -> int:
    """The last microsecond of `day` in the zone.

    A day that the zone left out, as Samoa did 30 December 2011, is the 24 hours from where it would have begun.
    """
    start, after = start_of_day_us(day, zone_name), start_of_day_us(day + timedelta(days=1), zone_name)
    return (after if after > start else start + DAY_US) - 1


def whole_day(day: date, zone_name: str = "UTC") -> Moment:
    """A time known by its day alone."""
    return Moment(start_of_day_us(day, zone_name), end_of_day_us(day, zone_name))


def instant_us(when: datetime) -> int:
    """An aware date and time as microseconds since 1970 UTC."""
    assert when.tzinfo is not None, "an instant needs an offset"
    return (when - _EPOCH_UTC) // timedelta(microseconds=1)


@lru_cache(maxsize=1 << 16)  # few instants are asked about, and each of them often
def day_of(us: int, zone_name: str = "UTC") -> date:
    """The calendar day on which an instant falls in the zone."""
    if zone_name == "UTC":
        return EPOCH + timedelta(days=us // DAY_US)
    return (_EPOCH_UTC + timedelta(microseconds=us)).astimezone(zone(zone_name)).date()


def datetime_of(us: int, zone_name: str = "UTC") -> datetime:
    """An instant as an aware date and time in the zone."""
    return (_EPOCH_UTC + timedelta(microseconds=us)).astimezone(zone(zone_name))


def add_months(day: date, months: int) -> date:
    """The same day number so many months on, clipped at the month's end.

    >>> add_months(date(2021, 8, 31), 6)
    datetime.date(2022, 2, 28)

    Raises OverflowError outside the years 1 to 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("the calendar ends in the year 9999")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def shift_day(day: date, span: CalendarSpan, sign: int, counting: Counting) -> date:
    """`day` plus (`sign` 1) or minus (`sign` -1) a calendar span, computed in one step, months first.

    The day of the act is not counted, so 30 days after D is D+30; with the first day included it is D+29;
    30 clear days lie between, so the result is D+31.

    >>> shift_day(date(2022, 3, 1), CalendarSpan(days=30), 1, Counting())
    datetime.date(2022, 3, 31)
    """
    days = span.days
    if counting.first_day_included and days > 0:
        days -= 1
    if span.clear:
        days += 1
    return add_months(day, sign * span.months) + timedelta(days=sign * days)
