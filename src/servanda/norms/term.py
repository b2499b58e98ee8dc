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
class Spanned:
    """Anything that was read from a file; where it stood takes no part in equality."""

    span: Span | None = field(default=None, compare=False, kw_only=True)


@dataclass(frozen=True)
class Path(Spanned):
    """An attribute of a variable: `d.by`, `b.act.start`. Without attributes it is the variable itself.

    `steps` are the attributes in order; all but the last are of sort ACT (or ABOUT, when it names an act).
    """

    variable: str
    steps: tuple[Attribute, ...]
    sort: Sort

    @property
    def many(self) -> bool:
        """True when the attribute may hold several values: `is` then means 'is among'."""
        return bool(self.steps) and self.steps[-1].many

    @property
    def text(self) -> str:
        """As written: `d.by`."""
        return ".".join((self.variable, *(s.name for s in self.steps)))


@dataclass(frozen=True)
class PartyName(Spanned):
    """A State or organisation by code."""

    code: str


@dataclass(frozen=True)
class Word(Spanned):
    """A value of a WORD attribute, of a NORM attribute, or a year as digits."""

    value: str


@dataclass(frozen=True)
class Nothing(Spanned):
    """`none`: the attribute does not apply."""


Operand = Path | PartyName | Word | Nothing


# ---- amounts


@dataclass(frozen=True)
class Quantity(Spanned):
    """An exact amount in base units of its dimension. `unit` is the unit as written.

    Dimensions: length, mass, duration (seconds), calendar (then `span_of_time` holds it and `value` is the bare
    number), persons, items, tanks, money, number, and any other count that the agreement's tables name.
    """

    value: Fraction
    dimension: str
    unit: str = ""
    span_of_time: CalendarSpan | ExactSpan | None = None


@dataclass(frozen=True)
class Parameter(Spanned):
    """An amount that has a name. Its value, where the text gives one, stands in the agreement."""

    name: str
    dimension: str


@dataclass(frozen=True)
class Cell(Spanned):
    """The row of a table: 'Ceiling for h.item'. A row that is missing is unknown, not zero."""

    table: str
    key: Operand
    dimension: str


@dataclass(frozen=True)
class Arithmetic(Spanned):
    """Two amounts added, subtracted or multiplied."""

    operator: Literal["plus", "minus", "times"]
    left: Amount
    right: Amount
    dimension: str


@dataclass(frozen=True)
class Share(Spanned):
    """A fraction of an amount: '2/3 of 30 000 long tons'."""

    share: Fraction
    of: Amount
    dimension: str


@dataclass(frozen=True)
class Length(Spanned):
    """How long an act lasted: 'length of s'. Dimension `duration` or `calendar`, after what it is compared with."""

    variable: str
    dimension: str = "duration"


Amount = Quantity | Parameter | Cell | Arithmetic | Share | Length | Path


# ---- times


@dataclass(frozen=True)
class DayName(Spanned):
    """A day written in the text: it lasts from 00:00 to 24:00 in the agreement's zone."""

    day: date


@dataclass(frozen=True)
class InstantName(Spanned):
    """An instant written in the text, microseconds since 1970 UTC."""

    us: int


@dataclass(frozen=True)
class Shifted(Spanned):
    """A time so much before or after another. Calendar amounts give a day, elapsed ones an instant."""

    amount: Amount
    direction: Literal["before", "after"]
    of: Time


@dataclass(frozen=True)
class Chosen(Spanned):
    """The later or the earlier of two times."""

    which: Literal["later", "earlier"]
    first: Time
    second: Time


@dataclass(frozen=True)
class YearlyDay(Spanned):
    """'first 30 June on or after T', 'last 15 November before T'."""

    which: Literal["first", "last"]
    month: int
    day: int
    relation: Literal["before", "on or before", "after", "on or after"]
    of: Time


@dataclass(frozen=True)
class MonthStart(Spanned):
    """'first day of the 6th month after T' (ordinal 6), 'first day of the month after T' (ordinal 1)."""

    ordinal: int
    of: Time


@dataclass(frozen=True)
class TreatyTime(Spanned):
    """A time in the treaty's own life.

    `entry`: entry into force, of another agreement when `agreement` is set, for one party when `party` is.
    `opening`, `signature`: of the agreement. `that`: when the clause's `when` came true. `end`: of the term.
    """

    which: Literal["entry", "opening", "signature", "that", "end"]
    agreement: str | None = None
    party: Operand | None = None


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
class Group(Spanned):
    """A named or unnamed set of parties: the union of `items` without those of `without`."""

    name: str
    items: tuple[GroupItem, ...]
    without: tuple[GroupItem, ...] = ()


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
class Region(Spanned):
    """A sea or a region by name, resolved by the geography: 'Baltic Sea'."""

    name: str


@dataclass(frozen=True)
class Outline(Spanned):
    """A region that the text draws: polygons in a file."""

    name: str
    file: str


@dataclass(frozen=True)
class OpenRegion(Spanned):
    """A region that the text leaves open."""

    name: str


@dataclass(frozen=True)
class Spot(Spanned):
    """A position that the text gives, in degrees east and north."""

    lon: Fraction
    lat: Fraction


@dataclass(frozen=True)
class Beyond(Spanned):
    """Everything on one side of a parallel or of a meridian, which itself is on neither side.

    `degrees` north or east of zero. East of a meridian are the 180 degrees that follow it, west of it the others.
    """

    side: Side
    degrees: Fraction


TERRITORIAL_SEA_M = 22_224  # 12 nautical miles, UNCLOS art. 3
CONTIGUOUS_ZONE_M = 44_448  # 24 nautical miles, UNCLOS art. 33
EEZ_M = 370_400  # 200 nautical miles, UNCLOS art. 57
# No baseline is on the map. Beyond this nobody draws one; up to it waters may be internal, and are not known to be.
BASELINES_M = EEZ_M

_BEYOND_LAND_M: dict[tuple[Part, Extent], int] = {
    ("territory", "land"): 0,
    ("territory", "with internal waters"): BASELINES_M,
    ("territory", "with territorial sea"): TERRITORIAL_SEA_M,
    ("land territory", "land"): 0,
    ("airspace", "land"): TERRITORIAL_SEA_M,
    ("territorial sea", "land"): TERRITORIAL_SEA_M,
    ("contiguous zone", "land"): CONTIGUOUS_ZONE_M,
    ("internal waters", "land"): BASELINES_M,
    ("exclusive economic zone", "land"): EEZ_M,
}


@dataclass(frozen=True)
class TerritoryOf(Spanned):
    """The territory of a State, or a belt of it, on the occasion's day. `of` is a party, a path to one, or a group.

    `extent` counts for the part "territory" alone.
    """

    part: Part
    of: Operand | Group
    extent: Extent = "land"

    @property
    def beyond_land_m(self) -> int:
        """How far from land it reaches at most."""
        return _BEYOND_LAND_M[self.part, self.extent if self.part == "territory" else "land"]

    @property
    def from_land(self) -> bool:
        """True where it is all that lies within so far of the land, the land with it: then distances are known."""
        return self.part in ("land territory", "airspace") or (
            self.part == "territory" and self.extent != "with internal waters"
        )


@dataclass(frozen=True)
class BorderOf(Spanned):
    """The lines on land between a State and all others; a coast is no border."""

    of: Operand


@dataclass(frozen=True)
class BorderBetween(Spanned):
    """The line between the territories of two States or two groups."""

    first: Operand | Group
    second: Operand | Group


@dataclass(frozen=True)
class Near(Spanned):
    """Everything within a geodesic distance of a place."""

    distance: Amount
    of: Place


@dataclass(frozen=True)
class Combined(Spanned):
    """Regions joined by `or` (any) or `and` (all); a part may be negated."""

    operator: Literal["or", "and"]
    parts: tuple[tuple[bool, Place], ...]  # (negated, place)
    name: str = ""


Place = Path | Region | Outline | OpenRegion | Spot | Beyond | TerritoryOf | BorderOf | BorderBetween | Near | Combined

# What is asked of the map as of a day: whose land is where.
ON_THE_MAP = (TerritoryOf, BorderOf, BorderBetween)
