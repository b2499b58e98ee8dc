"""A time as written to what is known of it: a day, an instant with its offset, a month, a year, or an interval."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from servanda.record.document import Datum, folded_key
from servanda.record.refusal import Refused
from servanda.temporal import DAY_US, EPOCH, FIRST_YEAR, LAST_YEAR, Moment, end_of_day_us, instant_us, start_of_day_us
from servanda.temporal import zone as zone_of

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WIDE = re.compile(r"(\d{4})(?:-(\d{2}))?")
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?\s*(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)


@dataclass(frozen=True)
class When:
    """What the record says of a time: the instant lies in [lo, hi]; `day`, the first, where only days are known.

    Microseconds since 1970 UTC, both included; days since 1970. A day, a month, a year and a span of days are those
    of UTC until an agreement says what its zone is: `lo` and `hi` then are the ends of UTC days.
    """

    lo: int
    hi: int
    day: int | None = None

    def moment(self, zone: str = "UTC") -> Moment:
        """The time as an agreement in that zone counts it."""
        if self.day is None:
            return Moment(self.lo, self.hi)
        first, last = (EPOCH + timedelta(days=d) for d in (self.day, self.hi // DAY_US))
        return Moment(start_of_day_us(first, zone), end_of_day_us(last, zone))


def read_when(datum: Datum, zone: str | None = None) -> When:
    """Read a time. `zone`: what the record declares for instants without an offset; None: they are refused."""
    match datum:
        case str():
            return _read(datum.strip(), zone)
        case dict():
            entries = {folded_key(k): v for k, v in datum.items()}
            if set(entries) == {"between"} and isinstance(entries["between"], list):
                match entries["between"]:
                    case [str(a), str(b)]:
                        return _between(a.strip(), b.strip(), zone)
    raise Refused("bad-time", "shape")


def _between(first: str, last: str, zone: str | None) -> When:
    """The span of two times. Beside an instant, a day is one of the instant's own offset."""
    a, b = _read(first, zone), _read(last, zone)
    if (a.day is None) != (b.day is None):
        a, b = _fixed(a, _zone_written(last, zone)), _fixed(b, _zone_written(first, zone))
    if b.hi < a.lo:
        raise Refused("bad-time", "order")
    return When(a.lo, max(a.hi, b.hi), a.day)


def _fixed(when: When, zone: str) -> When:
    moment = when.moment(zone)
    return When(moment.lo, moment.hi)


def _zone_written(text: str, zone: str | None) -> str:
    """The zone of an instant: its offset, or what the record declares."""
    offset = found[6] if (found := _INSTANT.fullmatch(text)) else None
    if offset is None:
        return zone or "UTC"
    minutes = offset_us(offset) // 60_000_000
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def read_day(text: Datum) -> date:
    """Read a calendar day, nothing wider or narrower."""
    if not isinstance(text, str) or (found := _DAY.fullmatch(text.strip())) is None:
        raise Refused("bad-time", "day")
    return _date(*found.groups())


def _read(text: str, zone: str | None) -> When:
    if found := _DAY.fullmatch(text):
        return of_day(_date(*found.groups()))
    if found := _WIDE.fullmatch(text):
        return _wide(found[1], found[2])
    if (found := _INSTANT.fullmatch(text)) is None:
        raise Refused("bad-time", "shape")
    return _instant(found, zone)


def of_day(day: date) -> When:
    """A time known by its day alone."""
    number = (day - EPOCH).days
    return When(number * DAY_US, (number + 1) * DAY_US - 1, number)


def _date(year: str, month: str, day: str) -> date:
    _check_year(int(year))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused("bad-time", "calendar") from None


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("bad-time", "year", first=str(FIRST_YEAR), last=str(LAST_YEAR))


def _wide(year: str, month: str | None) -> When:
    y = int(year)
    _check_year(y)
    if month is not None and not 1 <= int(month) <= 12:
        raise Refused("bad-time", "calendar")
    first, last = (1, 12) if month is None else (int(month), int(month))
    start = of_day(date(y, first, 1))
    return When(start.lo, of_day(date(y, last, calendar.monthrange(y, last)[1])).hi, start.day)


def _instant(found: re.Match[str], zone: str | None) -> When:
    day, hour, minute, second, fraction, offset = found.groups()
    on = read_day(day)
    clock = (int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")))
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        raise Refused("bad-time", "clock")
    naive = datetime(on.year, on.month, on.day, *clock)
    if offset is None:
        if zone is None:
            raise Refused("naive-time")
        return _in_declared_zone(naive, zone)
    us = (naive - datetime(1970, 1, 1)) // timedelta(microseconds=1) - offset_us(offset)
    return When(us, us)


def offset_us(offset: str) -> int:
    """'Z', '+03:00', '+0300' or '+03' as microseconds east of Greenwich."""
    if offset in "Zz":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 15 or minutes > 59:
        raise Refused("bad-time", "offset")
    us = (hours * 60 + minutes) * 60_000_000
    return -us if offset[0] == "-" else us


def _in_declared_zone(naive: datetime, zone: str) -> When:
    """The instant at which clocks of the zone showed this; an hour that came twice is an interval of both."""
    tz = zone_of(zone)
    first = instant_us(naive.replace(tzinfo=tz, fold=0))
    second = instant_us(naive.replace(tzinfo=tz, fold=1))
    if second < first:  # PEP 495: in a gap the later fold is the earlier instant
        raise Refused("bad-time", "gap", zone=zone)
    return When(first, second)
