"""Expressions as they are written: a closed set of values, before any name is looked up.

`at` gives the characters of the expression's text from which a node was read; it takes no part in equality, so
that reading what was printed gives an equal tree. Names of classes end in what they are not yet: a `NameRef` may
turn out to be a State, a group, a region or a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from servanda.norms.term import Part

At = tuple[int, int]


@dataclass(frozen=True)
class Written:
    """Anything that stands somewhere in an expression."""

    at: At = field(default=(0, 0), compare=False, repr=False, kw_only=True)


# ---- terms


@dataclass(frozen=True)
class PathRef(Written):
    """`d.by`; a single lower-case word is a variable or a value."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class NameRef(Written):
    """A defined term, a State, an organisation: `Black Sea`."""

    text: str


@dataclass(frozen=True)
class DateRef(Written):
    """`1997-05-27`, `2015-02-15T00:00+02:00`."""

    text: str


@dataclass(frozen=True)
class NumberRef(Written):
    """`9 000 persons`; the unit may be missing."""

    value: Fraction
    unit: str = ""


@dataclass(frozen=True)
class LengthRef(Written):
    """`length of x`."""

    variable: str


@dataclass(frozen=True)
class ItRef(Written):
    """`it`: the State that the clause speaks of."""


Ref = PathRef | NameRef | ItRef


# ---- amounts


@dataclass(frozen=True)
class ArithmeticRef(Written):
    """Two amounts joined by `plus`, `minus` or `times`."""

    operator: Literal["plus", "minus", "times"]
    left: AmountRef
    right: AmountRef


@dataclass(frozen=True)
class CellRef(Written):
    """`Ceiling for h.item`."""

    table: str
    key: Ref


@dataclass(frozen=True)
class ShareRef(Written):
    """`3/4`, `half`, `55 %`. `form` is which of them; the value of a fraction is kept unreduced."""

    form: Literal["fraction", "half", "percent"]
    numerator: Fraction
    denominator: Fraction = Fraction(1)

    @property
    def value(self) -> Fraction:
        """The share as a number. Raises ZeroDivisionError for n/0."""
        match self.form:
            case "half":
                return Fraction(1, 2)
            case "percent":
                return self.numerator / 100
            case _:
                return self.numerator / self.denominator


@dataclass(frozen=True)
class ShareOfRef(Written):
    """`2/3 of 30 000 long tons`."""

    share: ShareRef
    of: AmountRef


AmountRef = ArithmeticRef | NumberRef | PathRef | NameRef | CellRef | ShareOfRef | LengthRef
TermRef = PathRef | NameRef | DateRef | NumberRef | LengthRef | ItRef


# ---- times

Direction = Literal["before", "after"]
Relation = Literal["before", "after", "on or before", "on or after"]


@dataclass(frozen=True)
class ShiftedRef(Written):
    """`30 days after that`."""

    amount: AmountRef
    direction: Direction
    of: TimeRef


@dataclass(frozen=True)
class TimeWord(Written):
    """`that`, `the end`, `opening`, `signature`."""

    word: Literal["that", "the end", "opening", "signature"]


@dataclass(frozen=True)
class EntryRef(Written):
    """`entry into force of Withdrawal Agreement for it`."""

    agreement: str | None = None
    party: Ref | None = None


@dataclass(frozen=True)
class ChosenRef(Written):
    """`later of A and B`, `earlier of A and B`."""

    which: Literal["later", "earlier"]
    first: TimeRef
    second: TimeRef


@dataclass(frozen=True)
class YearlyRef(Written):
    """`first 30 June after T`."""

    which: Literal["first", "last"]
    month: int
    day: int
    relation: Relation
    of: TimeRef


@dataclass(frozen=True)
class MonthStartRef(Written):
    """`first day of the 6th month after T`; without an ordinal it is the first."""

    ordinal: int
    of: TimeRef


TimeRef = PathRef | DateRef | NameRef | ShiftedRef | TimeWord | EntryRef | ChosenRef | YearlyRef | MonthStartRef


# ---- places


@dataclass(frozen=True)
class PartRef(Written):
    """`territorial sea of d.by`."""

    part: Part
    of: Ref


@dataclass(frozen=True)
class ZoneRef(Written):
    """`zone Ceasefire Zone`: a region that the agreement itself defines."""

    name: str


@dataclass(frozen=True)
class BorderOfRef(Written):
    """`border of Russia`."""

    of: Ref


@dataclass(frozen=True)
class BorderRef(Written):
    """`border between A and B`."""

    first: Ref
    second: Ref


@dataclass(frozen=True)
class StripRef(Written):
    """`strip of 100 km on each side of line between A and B`."""

    width: AmountRef
    first: Ref
    second: Ref


@dataclass(frozen=True)
class BeyondRef(Written):
    """`south of 60° S`. `degrees` from the equator or the meridian of Greenwich towards `letter`."""

    side: Literal["north", "south", "east", "west"]
    degrees: Fraction
    letter: Literal["N", "S", "E", "W"]


@dataclass(frozen=True)
class PositionRef(Written):
    """`41.9° N 12.5° E`: degrees north and east of zero."""

    lat: Fraction
    lon: Fraction


@dataclass(frozen=True)
class NearRef(Written):
    """`within 50 km of Contact Line`."""

    distance: AmountRef
    of: PlaceRef


PlaceRef = PathRef | NameRef | ZoneRef | PartRef | BorderOfRef | BorderRef | StripRef


@dataclass(frozen=True)
class RegionPart(Written):
    """One part of a region; `within` is never `negated`."""

    negated: bool
    place: PlaceRef | NearRef | BeyondRef


@dataclass(frozen=True)
class RegionRef(Written):
    """Parts joined by `or` or by `and`; `operator` is `or` for one part."""

    operator: Literal["or", "and"]
    parts: tuple[RegionPart, ...]


# ---- populations

PopulationWord = Literal["party", "signatory", "contracting State", "State"]


@dataclass(frozen=True)
class Pop(Written):
    """`other party`, `member of NATO`; in the plural `parties`, `members of NATO on 1997-05-27`."""

    population: PopulationWord | None = None
    group: str | None = None
    other: bool = False
    plural: bool = False
    on: TimeRef | None = None


# ---- conditions


@dataclass(frozen=True)
class Joined(Written):
    """Conditions joined by `and`, or by `or`."""

    operator: Literal["and", "or"]
    parts: tuple[ConditionRef, ...]


@dataclass(frozen=True)
class Negated(Written):
    """`not (…)`."""

    part: ConditionRef


@dataclass(frozen=True)
class QuantifiedRef(Written):
    """`some R where C`, `no R where C`."""

    quantifier: Literal["some", "no"]
    range: RangeRef
    where: ConditionRef | None = None


@dataclass(frozen=True)
class IsSentence(Written):
    """`T is P`, `T is not P`."""

    left: TermRef
    negated: bool
    predicate: PredicateRef


@dataclass(frozen=True)
class HasSentence(Written):
    """`S has VERB X T`."""

    subject: SubjectRef
    verb: str
    of: Ref | None = None
    timing: TimingRef | None = None


ConditionRef = Joined | Negated | QuantifiedRef | IsSentence | HasSentence


@dataclass(frozen=True)
class SameAs(Written):
    """`is T`."""

    term: TermRef


@dataclass(frozen=True)
class OneOf(Written):
    """`is one of A, B`."""

    terms: tuple[TermRef, ...]


@dataclass(frozen=True)
class OfKind(Written):
    """`is a party`, `is a member of NATO`."""

    pop: Pop


@dataclass(frozen=True)
class InPlace(Written):
    """`is in X`, `is in X on T`: a group or a place, which only its name tells."""

    place: PlaceRef
    on: TimeRef | None = None


@dataclass(frozen=True)
class IsInForce(Written):
    """`is in force`."""


@dataclass(frozen=True)
class AboveWord(Written):
    """`is above brigade`."""

    word: str


@dataclass(frozen=True)
class BetweenRef(Written):
    """`is between A and B`."""

    least: AmountRef
    greatest: AmountRef


@dataclass(frozen=True)
class Compared(Written):
    """`is at least A`."""

    bound: Literal["at least", "at most", "more than", "less than"]
    amount: AmountRef


@dataclass(frozen=True)
class OrderRef(Written):
    """`before T`, `on or after T`."""

    relation: Relation
    time: TimeRef


@dataclass(frozen=True)
class OffsetRef(Written):
    """`at least A before T`, `within A after T`."""

    bound: Literal["at least", "more than", "within"]
    amount: AmountRef
    direction: Direction
    time: TimeRef


TimingRef = OrderRef | OffsetRef
PredicateRef = (
    SameAs
    | OneOf
    | OfKind
    | InPlace
    | IsInForce
    | AboveWord
    | BetweenRef
    | Compared
    | NearRef
    | BeyondRef
    | OrderRef
    | OffsetRef
)


@dataclass(frozen=True)
class EveryOne(Written):
    """`every other party`, `no member of X`."""

    quantifier: Literal["every", "some", "no"]
    pop: Pop


@dataclass(frozen=True)
class SoMany(Written):
    """`at least 15 States`, `more than half of signatories`."""

    strict: bool
    amount: int | ShareRef
    pop: Pop


@dataclass(frozen=True)
class Weighted(Written):
    """`States with at least 55 % of Emissions`."""

    pop: Pop
    strict: bool
    share: ShareRef
    table: str


SubjectRef = EveryOne | SoMany | Weighted | TermRef


# ---- ranges


@dataclass(frozen=True)
class ActRangeRef(Written):
    """`exercise x`, `incident or request i`."""

    kinds: tuple[str, ...]
    variable: str


@dataclass(frozen=True)
class ActivityRangeRef(Written):
    """`Military Activity m`."""

    activity: str
    variable: str


@dataclass(frozen=True)
class BreachRangeRef(Written):
    """`breach b of nato.art5`."""

    norm: str
    variable: str


@dataclass(frozen=True)
class PartyRangeRef(Written):
    """`other party q`."""

    population: PopulationWord
    other: bool
    variable: str


@dataclass(frozen=True)
class CalendarRangeRef(Written):
    """`year y`, `month m`."""

    unit: Literal["year", "month"]
    variable: str


RangeRef = ActRangeRef | ActivityRangeRef | BreachRangeRef | PartyRangeRef | CalendarRangeRef


@dataclass(frozen=True)
class HeadRef(Written):
    """`keeping deployment d`."""

    mode: Literal["keeping", "placing"] | None
    range: RangeRef


# ---- what stands after the keys


@dataclass(frozen=True)
class RangesRef(Written):
    """`exercise x, other party q`."""

    ranges: tuple[RangeRef, ...]


@dataclass(frozen=True)
class KindsRef(Written):
    """`exercise, training, flight`."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class NamesRef(Written):
    """`Meeting of the Parties, Committee of Ministers`."""

    names: tuple[NameRef, ...]


@dataclass(frozen=True)
class PathsRef(Written):
    """`d.by, d.host`."""

    paths: tuple[PathRef, ...]


@dataclass(frozen=True)
class BearerRef(Written):
    """`d.by`, `Russia`, `every member of NATO jointly`."""

    of: Ref | Pop
    jointly: bool = False


@dataclass(frozen=True)
class JudgeRef(Written):
    """`judgement of s.by`."""

    bearer: BearerRef


@dataclass(frozen=True)
class DueTiming(Written):
    """`n.received is at least 42 days before x.start`."""

    path: PathRef
    timing: TimingRef


@dataclass(frozen=True)
class DueWord(Written):
    """`at all times`, `no deadline`, `kept up`."""

    word: Literal["at all times", "no deadline", "kept up"]


DueRef = DueTiming | DueWord


@dataclass(frozen=True)
class OnThatDay(Written):
    """`on that day`."""


EffectRef = OnThatDay | TimeRef


@dataclass(frozen=True)
class EveryInstantRef(Written):
    """`at every instant`."""


@dataclass(frozen=True)
class OnTimeRef(Written):
    """`on T`."""

    time: TimeRef


@dataclass(frozen=True)
class RollingRef(Written):
    """`in any 12 months`."""

    span: NumberRef


@dataclass(frozen=True)
class EachRef(Written):
    """`in each year from T`."""

    unit: Literal["year", "month"]
    start: TimeRef | None = None


WindowRef = EveryInstantRef | OnTimeRef | RollingRef | EachRef


@dataclass(frozen=True)
class AggregateRef(Written):
    """`sum of A at every instant`."""

    function: Literal["sum", "count", "greatest"]
    amount: AmountRef
    window: WindowRef | None = None


MeasureRef = AggregateRef | LengthRef | PathRef


@dataclass(frozen=True)
class SameMeasureRef(Written):
    """`same measure on T or nearest report within 120 days`."""

    on: TimeRef
    tolerance: NumberRef | None = None


CeilingRef = AmountRef | SameMeasureRef


@dataclass(frozen=True)
class GroupItemRef(Written):
    """`NATO`, `members of NATO on 1997-05-27`, `States`."""

    name: str | None = None
    members: bool = False
    population: PopulationWord | None = None
    on: TimeRef | None = None


@dataclass(frozen=True)
class GroupRef(Written):
    """`Russia, members of NATO except France`."""

    items: tuple[GroupItemRef, ...]
    without: tuple[GroupItemRef, ...] = ()


Expression = (
    ConditionRef
    | HeadRef
    | RangesRef
    | KindsRef
    | NamesRef
    | PathsRef
    | BearerRef
    | JudgeRef
    | DueRef
    | EffectRef
    | MeasureRef
    | CeilingRef
    | AmountRef
    | GroupRef
    | RegionRef
    | PositionRef
    | TimeRef
)
