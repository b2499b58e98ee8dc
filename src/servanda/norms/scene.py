"""A scene: one occasion in a world, and the terms of a condition read in it.

A term that is not known reads as None, together with the facts that are missing; a time reads as `When`, which
remembers whether it is a day (a deadline that is a date ends at 24:00) or an instant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from servanda.norms.facts import NOTHING, Act, Range, Value, World
from servanda.norms.term import (
    Amount,
    Arithmetic,
    Cell,
    Chosen,
    DayName,
    InstantName,
    Length,
    MonthStart,
    Nothing,
    Operand,
    Parameter,
    PartyName,
    Path,
    Quantity,
    Share,
    Shifted,
    Time,
    TreatyTime,
    Word,
    YearlyDay,
)
from servanda.temporal import (
    CALENDAR_US,
    CalendarSpan,
    ExactSpan,
    Moment,
    add_months,
    day_of,
    end_of_day_us,
    shift_day,
    start_of_day_us,
)
from servanda.vocabulary.act import Sort
from servanda.vocabulary.verdict import Fact


@dataclass(frozen=True)
class CalendarUnit:
    """A year or a month that `for each` ranges over."""

    unit: Literal["year", "month"]
    start: date

    @property
    def label(self) -> str:
        """'2022' or '2022-03'."""
        return self.start.isoformat()[: 4 if self.unit == "year" else 7]


Thing = Act | str | CalendarUnit | None  # what a variable stands for; a party is its code; None: an unknown party


@dataclass(frozen=True)
class Spread:
    """The instants, one of each stretch in which conditions read alike, of which one is the occasion's: which of
    them is not known for want of a fact."""

    instants: tuple[int, ...]
    wanting: Fact


@dataclass(frozen=True)
class Scene:
    """One occasion: the variables, the bearer, and the instant `at` whose day is the occasion's day.

    `it` and `that` are set where a clause is read. `spread`: where conditions may read otherwise at another instant
    at which the occasion may have been; `at` is then the first.
    """

    world: World
    at: int
    things: Mapping[str, Thing] = field(default_factory=dict)
    bearer: str | None = None
    it: str | None = None
    that: When | None = None
    closed: bool = False  # what is not on record did not happen: only to tell "recorded" from "possible"
    spread: Spread | None = None

    @property
    def zone(self) -> str:
        """The agreement's zone."""
        return self.world.agreement.counting.zone

    @property
    def day(self) -> date:
        """The occasion's day."""
        return day_of(self.at, self.zone)

    # Made field by field: a scene is made for every line of every occasion.

    def at_instant(self, at: int) -> Scene:
        """The same scene at another instant."""
        return Scene(self.world, at, self.things, self.bearer, self.it, self.that, self.closed)

    def at_some(self, spread: Spread) -> Scene:
        """The same scene at one of several instants."""
        first = spread.instants[0]
        return Scene(self.world, first, self.things, self.bearer, self.it, self.that, self.closed, spread)

    def with_bearer(self, bearer: str | None) -> Scene:
        """The same scene with another bearer."""
        return Scene(self.world, self.at, self.things, bearer, self.it, self.that, self.closed, self.spread)

    def with_thing(self, variable: str, thing: Thing) -> Scene:
        """The same scene with one more variable."""
        things = {**self.things, variable: thing}
        return Scene(self.world, self.at, things, self.bearer, self.it, self.that, self.closed, self.spread)


@dataclass(frozen=True)
class When:
    """A time as far as it is known, in [lo, hi]. `day`: it is a day, and lo is its first, hi its last microsecond
    (of the earliest and the latest day it can be)."""

    lo: int
    hi: int
    day: bool = False


@dataclass(frozen=True)
class Unknown:
    """What could not be read, and for want of what."""

    missing: tuple[Fact, ...]


@lru_cache(maxsize=1 << 16)
def _unsaid(attribute: str, act: str) -> Unknown:
    """What the act does not say; kept, since many norms ask many times for the same."""
    return Unknown((Fact.of("attribute", attribute=attribute, act=act),))


# ---- operands


def operand(scene: Scene, term: Operand) -> Value | Unknown:
    """What the operand names: a code, a word, an act's id, several of them, or a year as text."""
    match term:
        case PartyName(code=code):
            return code
        case Word(value=value):
            return value
        case Nothing():
            return NOTHING
        case Path():
            return path_value(scene, term)


def path_value(scene: Scene, path: Path) -> Value | Unknown:
    """The value at the end of a path. An act reads as its id."""
    thing: Thing = scene.it if path.variable == "it" else scene.things.get(path.variable)
    if thing is None:
        return Unknown((Fact.of("party", attribute=path.variable, act=path.variable),))
    for place, step in enumerate(path.steps):
        if isinstance(thing, CalendarUnit):
            return Moment(start_of_day_us(thing.start, scene.zone), end_of_day_us(thing.start, scene.zone))
        if not isinstance(thing, Act):
            return _unsaid(step.name, str(thing))
        value = _attribute(thing, step.name)
        if place == len(path.steps) - 1:
            if value is None:
                return _unsaid(step.name, thing.id)
            return value
        target = _single(value)
        follow = scene.world.by_id.get(target) if target is not None else None
        if follow is None:
            return _unsaid(step.name, thing.id)
        thing = follow
    if isinstance(thing, Act):
        return thing.id
    return thing.label if isinstance(thing, CalendarUnit) else thing


def _attribute(act: Act, name: str) -> Value | None:
    """An attribute's value. A message is sent when it starts, where nothing else is said."""
    value = act.get(name)
    if value is None and name == "sent":
        return act.get("start")
    return value


def _single(value: Value | None) -> str | None:
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else None
    return value if isinstance(value, str) else None


def act_of(scene: Scene, path: Path) -> Act | None:
    """The act whose attribute the path ends in."""
    thing = scene.things.get(path.variable)
    for step in path.steps[:-1]:
        target = _single(thing.get(step.name)) if isinstance(thing, Act) else None
        thing = scene.world.by_id.get(target) if target is not None else None
    return thing if isinstance(thing, Act) else None


# ---- amounts


def amount(scene: Scene, term: Amount) -> Range | Unknown:
    """The amount in base units, as far as it is known."""
    match term:
        case Quantity(value=value):
            return Range(value, value)
        case Parameter(name=name):
            given = scene.world.agreement.parameters.get(name)
            return Range(given.value, given.value) if given else Unknown((Fact.of("parameter", name=name),))
        case Cell(table=table, key=key):
            return _cell(scene, table, key)
        case Share(share=share, of=of):
            whole = amount(scene, of)
            return whole if isinstance(whole, Unknown) else _times(Range(share, share), whole)
        case Arithmetic():
            return _arithmetic(scene, term)
        case Length(variable=variable):
            return _length(scene, variable)
        case Path():
            known = path_value(scene, term)
            if isinstance(known, Range | Unknown):
                return known
            return _unsaid(term.text, term.variable)


def _cell(scene: Scene, table: str, key: Operand) -> Range | Unknown:
    row = operand(scene, key)
    if isinstance(row, Unknown):
        return row
    named = _single(row) if isinstance(row, tuple) else str(row)
    given = scene.world.agreement.tables.get(table, {}).get(named) if named is not None else None
    return Range(given.value, given.value) if given else Unknown((Fact.of("row", table=table, row=row),))


def _arithmetic(scene: Scene, term: Arithmetic) -> Range | Unknown:
    left, right = amount(scene, term.left), amount(scene, term.right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Unknown(tuple(f for side in (left, right) if isinstance(side, Unknown) for f in side.missing))
    match term.operator:
        case "plus":
            return Range(left.lo + right.lo, _maybe(left.hi, right.hi))
        case "minus":
            # An amount of the record is never negative, so an unbounded subtrahend leaves nothing certain.
            low = Fraction(0) if right.hi is None else left.lo - right.hi
            return Range(low, None if left.hi is None else left.hi - right.lo)
        case "times":
            return _times(left, right)


def _maybe(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else a + b


def _times(left: Range, right: Range) -> Range:
    high = None if left.hi is None or right.hi is None else left.hi * right.hi
    return Range(left.lo * right.lo, high)


def _length(scene: Scene, variable: str) -> Range | Unknown:
    """Elapsed seconds from start to end: between day-only times a least and a greatest length."""
    act = scene.things.get(variable)
    if not isinstance(act, Act):  # where no occasion is on record
        return Unknown((Fact.of("party", attribute=variable, act=variable),))
    start, until = act.get("start"), act.get("until")
    missing = tuple(
        Fact.of("attribute", attribute=name, act=act.id)
        for name, value in (("start", start), ("until", until))
        if not isinstance(value, Moment)
    )
    if not isinstance(start, Moment) or not isinstance(until, Moment):
        return Unknown(missing)
    least = max(0, until.lo - start.hi)
    return Range(Fraction(least, 1_000_000), Fraction(max(least, until.hi - start.lo), 1_000_000))


def span_of(scene: Scene, term: Amount) -> CalendarSpan | ExactSpan | Unknown:
    """The amount as a span of time."""
    match term:
        case Quantity(span_of_time=span) if span is not None:
            return span
        case Parameter(name=name):
            given = scene.world.agreement.parameters.get(name)
            if given is None or given.span_of_time is None:
                return Unknown((Fact.of("parameter", name=name),))
            return given.span_of_time
        case _:
            known = amount(scene, term)
            if isinstance(known, Unknown):
                return known
            if known.hi != known.lo:
                return Unknown((Fact.of("span"),))
            return ExactSpan(int(known.lo * 1_000_000))


# ---- times


def time(scene: Scene, term: Time) -> When | Unknown:
    """The time as far as it is known."""
    match term:
        case DayName(day=day):
            return _whole(scene, day, day)
        case InstantName(us=us):
            return When(us, us)
        case Path():
            return _recorded(scene, term)
        case Shifted(amount=by, direction=direction, of=of):
            base = time(scene, of)
            return base if isinstance(base, Unknown) else shifted(scene, base, by, direction)
        case Chosen():
            return _chosen(scene, term)
        case YearlyDay():
            base = time(scene, term.of)
            return base if isinstance(base, Unknown) else _days(scene, base, lambda d: _yearly(term, d))
        case MonthStart(ordinal=ordinal):
            base = time(scene, term.of)
            return (
                base
                if isinstance(base, Unknown)
                else _days(scene, base, lambda d: add_months(d.replace(day=1), ordinal))
            )
        case TreatyTime():
            return _treaty_time(scene, term)


def _recorded(scene: Scene, path: Path) -> When | Unknown:
    thing = scene.things.get(path.variable)
    if isinstance(thing, CalendarUnit):
        return _whole(scene, thing.start, thing.start)
    value = path_value(scene, path)
    if isinstance(value, Moment):
        return When(value.lo, value.hi)
    if isinstance(value, Unknown):
        return value
    return _unsaid(path.text, path.variable)


def shifted(scene: Scene, base: When, by: Amount, direction: Literal["before", "after"]) -> When | Unknown:
    """`base` moved by a span: calendar spans count from its day and give a day, elapsed ones give an instant."""
    span = span_of(scene, by)
    sign = 1 if direction == "after" else -1
    match span:
        case Unknown():
            return span
        case ExactSpan(us=us):
            moved = When(base.lo + sign * us, base.hi + sign * us)
            inside = CALENDAR_US[0] <= moved.lo and moved.hi <= CALENDAR_US[1]
            return moved if inside else Unknown((Fact.of("calendar"),))
        case CalendarSpan():
            counting = scene.world.agreement.counting
            return _days(scene, base, lambda d: shift_day(d, span, sign, counting))


def _days(scene: Scene, base: When, move: Callable[[date], date]) -> When | Unknown:
    try:
        first = move(day_of(base.lo, scene.zone))
        last = move(day_of(base.hi, scene.zone))
        return _whole(scene, first, last)
    except OverflowError:
        return Unknown((Fact.of("calendar"),))


def _whole(scene: Scene, first: date, last: date) -> When:
    return When(start_of_day_us(first, scene.zone), end_of_day_us(last, scene.zone), day=True)


def first_end(scene: Scene, when: When) -> int:
    """The last microsecond of the earliest day or instant it can be."""
    return end_of_day_us(day_of(when.lo, scene.zone), scene.zone) if when.day else when.lo


def last_start(scene: Scene, when: When) -> int:
    """The first microsecond of the latest day or instant it can be."""
    return start_of_day_us(day_of(when.hi, scene.zone), scene.zone) if when.day else when.hi


def _chosen(scene: Scene, term: Chosen) -> When | Unknown:
    first, second = time(scene, term.first), time(scene, term.second)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return Unknown(tuple(f for side in (first, second) if isinstance(side, Unknown) for f in side.missing))
    pick = max if term.which == "later" else min
    return When(pick(first.lo, second.lo), pick(first.hi, second.hi), first.day and second.day)


def _yearly(term: YearlyDay, base: date) -> date:
    """The first such day of the year after, or the last before, `base`."""
    step = 1 if term.which == "first" else -1
    inclusive = term.relation.startswith("on")
    year = base.year - step
    while True:
        found = add_months(date(year, term.month, 1), 0).replace(day=1)
        last = add_months(found.replace(day=1), 1)
        found = date(year, term.month, min(term.day, (last - found).days))
        if found == base and inclusive:
            return found
        if (found > base) if step == 1 else (found < base):
            return found
        year += step


def _treaty_time(scene: Scene, term: TreatyTime) -> When | Unknown:
    world = scene.world
    match term.which:
        case "that":
            return scene.that if scene.that is not None else Unknown((Fact.of("that"),))
        case "opening":
            day = world.agreement.opened
        case "signature":
            day = world.agreement.signed
        case "end":
            return Unknown((Fact.of("not-run", stage="duration"),))
        case "entry":
            return _entry(scene, term)
    return _whole(scene, day, day) if day else Unknown((Fact.of("treaty-time", which=term.which),))


def _entry(scene: Scene, term: TreatyTime) -> When | Unknown:
    world = scene.world
    us = world.entry
    if term.agreement is not None and term.agreement != world.agreement.id:
        return Unknown((Fact.of("in-force", agreement=term.agreement),))
    if term.party is not None:
        party = operand(scene, term.party)
        us = world.entry_for.get(party) if isinstance(party, str) else None
    if us is None:
        return Unknown((Fact.of("treaty-time", which="entry"),))
    day = day_of(us, scene.zone)
    return _whole(scene, day, day) if start_of_day_us(day, scene.zone) == us else When(us, us)


def sort_of(term: Operand) -> Sort | None:
    """The sort of an operand, where it has one."""
    return term.sort if isinstance(term, Path) else None
