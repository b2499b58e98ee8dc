"""Conditions as they are written: sentences with their subjects and predicates, and what is ranged over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from servanda.agreement.syntax.place import BeyondRef, NearRef, PlaceRef
from servanda.agreement.syntax.term import AmountRef, Direction, Ref, Relation, ShareRef, TermRef, TimeRef
from servanda.agreement.syntax.written import Written

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
