"""Terms: what conditions compare. Every name is resolved: parties are codes, amounts are in base units.

Base units: metre, kilogram, second, person, item, tank, and United States dollar; a calendar amount keeps
its unit, because a month has no length of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from servanda.errors import Span
from servanda.temporal import CalendarSpan, ExactSpan
from servanda.vocabulary.act import Attribute, Sort


@dataclass(frozen=True)
class Path:
    """An attribute of a variable: `d.by`, `b.act.start`. Without attributes it is the variable itself.

    `steps` are the attributes in order; all but the last are of sort ACT (or ABOUT, when it names an act).
    """

    variable: str
    steps: tuple[Attribute, ...]
    sort: Sort
    span: Span | None = field(default=None, compare=False)

    @property
    def many(self) -> bool:
        """True when the attribute may hold several values: `is` then means 'is among'."""
        return bool(self.steps) and self.steps[-1].many

    @property
    def text(self) -> str:
        """As written: `d.by`."""
        return ".".join((self.variable, *(s.name for s in self.steps)))


@dataclass(frozen=True)
class PartyName:
    """A State or organisation by code."""

    code: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Word:
    """A value of a WORD attribute, of a NORM attribute, or a year as digits."""

    value: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Nothing:
    """`none`: the attribute does not apply."""

    span: Span | None = field(default=None, compare=False)


Operand = Path | PartyName | Word | Nothing


# ---- amounts


@dataclass(frozen=True)
class Quantity:
    """An exact amount in base units of its dimension. `unit` is the unit as written.

    Dimensions: length, mass, duration (seconds), calendar (then `span` holds it and `value` is the bare
    number), persons, items, tanks, money, number, and any other count that the agreement's tables name.
    """

    value: Fraction
    dimension: str
    unit: str = ""
    span_of_time: CalendarSpan | ExactSpan | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Parameter:
    """An amount that has a name. Its value, where the text gives one, stands in the agreement."""

    name: str
    dimension: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Cell:
    """The row of a table: 'Ceiling for h.item'. A row that is missing is unknown, not zero."""

    table: str
    key: Operand
    dimension: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Arithmetic:
    """Two amounts added, subtracted or multiplied."""

    operator: Literal["plus", "minus", "times"]
    left: Amount
    right: Amount
    dimension: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Share:
    """A fraction of an amount: '2/3 of 30 000 long tons'."""

    share: Fraction
    of: Amount
    dimension: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Length:
    """How long an act lasted: 'length of s'. Dimension `duration` or `calendar`, after what it is compared with."""

    variable: str
    dimension: str = "duration"
    span: Span | None = field(default=None, compare=False)


Amount = Quantity | Parameter | Cell | Arithmetic | Share | Length | Path


# ---- times


@dataclass(frozen=True)
class DayName:
    """A day written in the text: it lasts from 00:00 to 24:00 in the agreement's zone."""

    day: date
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class InstantName:
    """An instant written in the text, microseconds since 1970 UTC."""

    us: int
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Shifted:
    """A time so much before or after another. Calendar amounts give a day, elapsed ones an instant."""

    amount: Amount
    direction: Literal["before", "after"]
    of: Time
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Chosen:
    """The later or the earlier of two times."""

    which: Literal["later", "earlier"]
    first: Time
    second: Time
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class YearlyDay:
    """'first 30 June on or after T', 'last 15 November before T'."""

    which: Literal["first", "last"]
    month: int
    day: int
    relation: Literal["before", "on or before", "after", "on or after"]
    of: Time
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class MonthStart:
    """'first day of the 6th month after T' (ordinal 6), 'first day of the month after T' (ordinal 1)."""

    ordinal: int
    of: Time
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TreatyTime:
    """A time in the treaty's own life.

    `entry`: entry into force, of another agreement when `agreement` is set, for one party when `party` is.
    `opening`, `signature`: of the agreement. `that`: when the clause's `when` came true. `end`: of the term.
    """

    which: Literal["entry", "opening", "signature", "that", "end"]
    agreement: str | None = None
    party: Operand | None = None
    span: Span | None = field(default=None, compare=False)


Time = Path | DayName | InstantName | Shifted | Chosen | YearlyDay | MonthStart | TreatyTime


# ---- groups


@dataclass(frozen=True)
class MembersOf:
    """The members of a group or organisation on a day; on the day of the occasion when `on` is None."""

    group: str
    on: date | None = None


@dataclass(frozen=True)
class Population:
    """Everybody who stands in a relation to the treaty on the day."""

    which: Literal["party", "signatory", "contracting State", "State"]


@dataclass(frozen=True)
class Listed:
    """States and organisations listed one by one."""

    codes: frozenset[str]


@dataclass(frozen=True)
class OpenGroup:
    """A group that the text leaves open: without a value nobody is known to be in it or out of it."""

    name: str


@dataclass(frozen=True)
class Group:
    """A named or unnamed set of parties: the union of `items` without those of `without`."""

    name: str
    items: tuple[GroupItem, ...]
    without: tuple[GroupItem, ...] = ()
    span: Span | None = field(default=None, compare=False)


GroupItem = MembersOf | Population | Listed | OpenGroup | Group


# ---- places

Part = Literal[
    "territory",
    "land territory",
    "internal waters",
    "territorial sea",
    "contiguous zone",
    "airspace",
    "exclusive economic zone",
]

# How far "territory" reaches, where the text does not say: a parameter of its terms.
Extent = Literal["land", "with internal waters", "with territorial sea"]

Side = Literal["north", "south", "east", "west"]


@dataclass(frozen=True)
class Region:
    """A sea or a region by name, resolved by the geography: 'Baltic Sea'."""

    name: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Outline:
    """A region that the text draws: polygons in a file."""

    name: str
    file: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class OpenRegion:
    """A region that the text leaves open."""

    name: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Spot:
    """A position that the text gives, in degrees east and north."""

    lon: Fraction
    lat: Fraction
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Beyond:
    """Everything on one side of a parallel or of a meridian, which itself is on neither side.

    `degrees` north or east of zero. East of a meridian are the 180 degrees that follow it, west of it the others.
    """

    side: Side
    degrees: Fraction
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TerritoryOf:
    """The territory of a State, or a belt of it, on the occasion's day. `of` is a party, a path to one, or a group.

    `extent` counts for the part "territory" alone.
    """

    part: Part
    of: Operand | Group
    extent: Extent = "land"
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class BorderOf:
    """The lines on land between a State and all others; a coast is no border."""

    of: Operand
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class BorderBetween:
    """The line between the territories of two States or two groups."""

    first: Operand | Group
    second: Operand | Group
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Near:
    """Everything within a geodesic distance of a place."""

    distance: Amount
    of: Place
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Combined:
    """Regions joined by `or` (any) or `and` (all); a part may be negated."""

    operator: Literal["or", "and"]
    parts: tuple[tuple[bool, Place], ...]  # (negated, place)
    name: str = ""
    span: Span | None = field(default=None, compare=False)


Place = Path | Region | Outline | OpenRegion | Spot | Beyond | TerritoryOf | BorderOf | BorderBetween | Near | Combined

# What is asked of the map as of a day: whose land is where.
ON_THE_MAP = (TerritoryOf, BorderOf, BorderBetween)
