"""Days, instants and delays as printed: ISO 8601 for programs, the day written out for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from servanda.messages import Lang, say
from servanda.temporal import BEGINNING_US, DAY_US, END_US, datetime_of, day_of, end_of_day_us, start_of_day_us

_SECOND = 1_000_000
MINUTE = 60 * _SECOND
_ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")  # and not the day in the name of an act
_ISO_INSTANT = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)(?![\w-])")
_ISO_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)…(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Deadline:
    """The last moment in time, as it is to be printed: a whole day, up to an instant, or before one."""

    day: date | None
    instant: datetime | None
    before: bool = False  # the instant itself is already too late


def iso_day(us: int | None, zone: str) -> str | None:
    """The day on which an instant falls, ISO; None where there is none or it has no end."""
    if us is None or us <= BEGINNING_US or us >= END_US - 1:
        return None
    return day_of(us, zone).isoformat()


def iso_instant(us: int) -> str:
    """An instant in UTC, to the second unless it is finer."""
    text = datetime_of(us).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def iso_time(us: int | None, zone: str) -> str | None:
    """A time known by its day as that day, any other as an instant."""
    if us is None:
        return None
    if _begins_day(us, zone) or _begins_day(us + 1, zone):
        return day_of(us, zone).isoformat()
    return iso_instant(us)


def iso_deadline(us: int | None, zone: str) -> str | None:
    """The last moment in time: the day where it ends at 24:00 of a day, else the instant.

    >>> iso_deadline(86_400_000_000 - 1, "UTC")
    '1970-01-01'
    """
    if us is None:
        return None
    if _begins_day(us + 1, zone):
        return day_of(us, zone).isoformat()
    return iso_instant(us)


def deadline(us: int, zone: str) -> Deadline:
    """The last moment in time, taken apart for a sentence."""
    if _begins_day(us + 1, zone):
        return Deadline(day_of(us, zone), None)
    if (us + 1) % _SECOND == 0:
        return Deadline(None, datetime_of(us + 1, zone), before=True)
    return Deadline(None, datetime_of(us, zone))


def said_day(day: date, lang: Lang) -> str:
    """A day as a newspaper writes it.

    >>> said_day(date(2022, 2, 4), "en"), said_day(date(2022, 2, 4), "vi")
    ('4 February 2022', 'ngày 4/2/2022')
    """
    return say("day", lang, day=day.day, month=say(f"month.{day.month}", lang), year=day.year)


def said_span(start: str, until: str, lang: Lang) -> str:
    """Two ISO days: '11 to 20 September 2023', '30 March 2023 to 2 April 2023'; also of instants."""
    if start[:7] == until[:7] and _ISO_DAY.fullmatch(start) and _ISO_DAY.fullmatch(until):
        first, last = int(start[8:]), int(until[8:])
        month = say(f"month.{int(start[5:7])}", lang)
        return say("days-of-month", lang, first=first, last=last, month=month, year=int(start[:4]))
    if start[:11] == until[:11] and _ISO_INSTANT.fullmatch(start) and _ISO_INSTANT.fullmatch(until):
        begun, over = datetime.fromisoformat(start), datetime.fromisoformat(until)
        if begun.utcoffset() == over.utcoffset():
            clocks = {"first": _clock(begun), "last": _clock(over)}
            return say("hours-of-day", lang, day=said_day(begun.date(), lang), **clocks, zone=_zone(begun))
    return say("act.from-until", lang, start=said_days_within(start, lang), until=said_days_within(until, lang))


def said_time(us: int, zone: str, lang: Lang) -> str:
    """A day, or a day with its hour."""
    if _begins_day(us, zone) or _begins_day(us + 1, zone):
        return said_day(day_of(us, zone), lang)
    return _said_instant(datetime_of(us, zone), lang)


def said_deadline(us: int, zone: str, lang: Lang) -> str:
    """The last moment in time: 'the end of 4 February 2022', '4 February 2022, 09:00 UTC'."""
    limit = deadline(us, zone)
    if limit.day is not None:
        return say("deadline.day", lang, day=said_day(limit.day, lang))
    assert limit.instant is not None
    return say("deadline.before" if limit.before else "deadline.at", lang, time=_said_instant(limit.instant, lang))


def said_due(due: int, latest: int | None, zone: str, lang: Lang) -> str:
    """The last moment in time; where it is not sharp, between which moments it lies."""
    if latest is None:
        return said_deadline(due, zone, lang)
    first = day_of(due, zone)
    if (start_of_day_us(first, zone), end_of_day_us(first, zone)) == (due, latest):
        return say("deadline.hour-of", lang, day=said_day(first, lang))
    ends = (said_deadline(us, zone, lang) for us in (due, latest))
    return say("deadline.between", lang, **dict(zip(("least", "most"), ends, strict=True)))


def ends_day(us: int, zone: str) -> bool:
    """Whether it is the last moment of a day."""
    return _begins_day(us + 1, zone)


def is_day(text: str) -> bool:
    """Whether a printed time is a whole day."""
    return _ISO_DAY.fullmatch(text) is not None


def said_days_within(text: str, lang: Lang) -> str:
    """`text` with each ISO day and instant written out; a day known by its month or year alone is said so."""
    if "T" in text:
        text = _ISO_INSTANT.sub(lambda m: _said_if_instant(m.group(), lang), text)
    if "…" in text:
        text = _ISO_RANGE.sub(lambda m: _said_range(m.group(1), m.group(2), lang), text)
    return _ISO_DAY.sub(lambda m: _said_if_day(m.group(), lang), text)


def _said_range(least: str, greatest: str, lang: Lang) -> str:
    try:
        first, last = date.fromisoformat(least), date.fromisoformat(greatest)
    except ValueError:
        return f"{least}…{greatest}"
    if first.day == 1 and (last + timedelta(days=1)).day == 1 and first.year == last.year:
        if (first.month, last.month) == (1, 12):
            return say("year", lang, year=first.year)
        if first.month == last.month:
            return say("month-of", lang, month=say(f"month.{first.month}", lang), year=first.year)
    return say("day-between", lang, least=said_day(first, lang), greatest=said_day(last, lang))


def _said_if_day(text: str, lang: Lang) -> str:
    try:
        return said_day(date.fromisoformat(text), lang)
    except ValueError:
        return text


def _said_if_instant(text: str, lang: Lang) -> str:
    try:
        return _said_instant(datetime.fromisoformat(text), lang)
    except ValueError:
        return text


def _said_instant(when: datetime, lang: Lang) -> str:
    return say("instant", lang, day=said_day(when.date(), lang), clock=_clock(when), zone=_zone(when))


def _clock(when: datetime) -> str:
    return when.strftime("%H:%M:%S" if when.second or when.microsecond else "%H:%M")


def _zone(when: datetime) -> str:
    offset = when.utcoffset() or timedelta()
    return "UTC" if not offset else "UTC" + when.strftime("%z")[:3] + ":" + when.strftime("%z")[3:5]


def delay(late_by: int, due: int | None, cured_at: int | None, zone: str) -> tuple[tuple[int, str], ...]:
    """How late, in at most two units: ((3, 'days'),), ((90, 'minutes'),), ((5, 'hours'), (20, 'minutes')).

    A deadline that is a day is missed by days; one that is an instant by the time elapsed, rounded up to the
    second.
    """
    if due is not None and cured_at is not None and _begins_day(due + 1, zone):
        days = (day_of(cured_at, zone) - day_of(due, zone)).days
        if days > 0:
            return ((days, "days"),)
    return _in_units(-(-late_by // _SECOND))


def iso_delay(late_by: int, due: int | None, cured_at: int | None, zone: str) -> str:
    """How late, in English: '90 minutes', '3 days'."""
    return said_delay(late_by, due, cured_at, zone, "en")


def said_delay(late_by: int, due: int | None, cured_at: int | None, zone: str, lang: Lang) -> str:
    """How late, in words."""
    return " ".join(counted(n, unit, lang) for n, unit in delay(late_by, due, cured_at, zone))


def counted(number: int, unit: str, lang: Lang) -> str:
    """'1 day', '3 days', '3 ngày'."""
    return f"{number} {say(f'unit.{unit}' + ('-one' if number == 1 else ''), lang)}"


def _in_units(seconds: int) -> tuple[tuple[int, str], ...]:
    if seconds < 7200 and seconds % 60 == 0:
        return ((seconds // 60, "minutes"),) if seconds != 3600 else ((1, "hours"),)
    parts = []
    for size, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append((count, unit))
    return tuple(parts[:2]) or ((0, "seconds"),)


def _begins_day(us: int, zone: str) -> bool:
    if zone == "UTC":
        return us % DAY_US == 0
    return start_of_day_us(day_of(us, zone), zone) == us
