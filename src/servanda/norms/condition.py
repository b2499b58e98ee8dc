"""Conditions: what is certainly or possibly true of an occasion. A closed set of values, no behaviour.

`text` of a line is its canonical form, so that an explanation can print it without knowing the syntax.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal

from servanda.norms.term import Amount, Group, Operand, Path, Place, Population, Spanned, Time
from servanda.vocabulary.act import Verb


@dataclass(frozen=True)
class And(Spanned):
    """All of them."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Or(Spanned):
    """Any of them."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not(Spanned):
    """The opposite."""

    part: Condition


@dataclass(frozen=True)
class Is(Spanned):
    """Two operands name the same thing; `is among` where one of them holds several."""

    left: Operand
    right: Operand


@dataclass(frozen=True)
class IsOneOf(Spanned):
    """The operand is one of several."""

    left: Operand
    among: tuple[Operand, ...]


@dataclass(frozen=True)
class IsA(Spanned):
    """'d.toward is a party': the operand stands in that relation to the treaty. `other`: than the bearer."""

    left: Operand
    population: Population
    other: bool = False


@dataclass(frozen=True)
class IsIn(Spanned):
    """The party belongs to the group, on the occasion's day, or `on` a time."""

    left: Operand
    group: Group
    on: Time | None = None


@dataclass(frozen=True)
class IsAt(Spanned):
    """The place lies in the other place: 'd.place is in territory of d.by'."""

    left: Path
    place: Place


@dataclass(frozen=True)
class InForce(Spanned):
    """'Later Treaty is in force'."""

    agreement: str


@dataclass(frozen=True)
class Compare(Spanned):
    """Two amounts of one dimension: left OP right."""

    left: Amount
    operator: Literal[">=", "<=", ">", "<"]
    right: Amount


@dataclass(frozen=True)
class Between(Spanned):
    """least <= left <= greatest: both ends belong to it."""

    left: Amount
    least: Amount
    greatest: Amount


@dataclass(frozen=True)
class Above(Spanned):
    """The value stands higher on its scale: 'm.echelon is above brigade'."""

    left: Path
    word: str


@dataclass(frozen=True)
class Distance(Spanned):
    """The geodesic distance from the place to the other is at most the amount."""

    left: Path
    distance: Amount
    of: Place


@dataclass(frozen=True)
class Order(Spanned):
    """left before, after, on or before, on or after another time; bounds as the words say."""

    left: Time
    relation: Literal["before", "after", "on or before", "on or after"]
    right: Time


@dataclass(frozen=True)
class Offset(Spanned):
    """left lies at least, more than, or within an amount before or after an anchor.

    `within` is closed at both ends: [anchor, anchor + amount] or [anchor - amount, anchor].
    """

    left: Time
    bound: Literal["at least", "more than", "within"]
    amount: Amount
    direction: Literal["before", "after"]
    anchor: Time


Timing = Order | Offset


# ---- ranges and quantifiers


@dataclass(frozen=True)
class ActRange:
    """Acts of one or more kinds; ('act',) for any kind."""

    kinds: tuple[str, ...]
    variable: str


@dataclass(frozen=True)
class PartyRange:
    """Everybody in a population, on the occasion's day. `other`: than the bearer, or than the party before it."""

    population: Population
    other: bool
    variable: str
    kinds: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True)
class BreachRange:
    """The breaches that another norm found; `b.act` is the act, `b.by` the bearer, `b.start` its first day."""

    norm: str
    variable: str
    kinds: ClassVar[tuple[str, ...]] = ("breach",)


@dataclass(frozen=True)
class CalendarRange:
    """Years or months; `y.start` is the first day."""

    unit: Literal["year", "month"]
    variable: str
    kinds: ClassVar[tuple[str, ...]] = ()


# `kinds` are the kinds of act that a range speaks of.
Range = ActRange | PartyRange | BreachRange | CalendarRange


@dataclass(frozen=True)
class Quantified(Spanned):
    """'some R where C' or 'no R where C'."""

    quantifier: Literal["some", "no"]
    range: Range
    where: Condition | None


# ---- 'has': who has done what, by the day of the occasion


@dataclass(frozen=True)
class EveryOf:
    """'every party', 'no other party', 'some member of X'."""

    quantifier: Literal["every", "some", "no"]
    of: Population | Group
    other: bool = False


@dataclass(frozen=True)
class AtLeast:
    """'at least 15 States', 'more than half of signatories'. Share of the population of the day, never rounded down.

    `strict`: more than. Exactly one of `number` and `share` is set. `weight` names the table whose rows are added
    ('States with at least 55 % of Emissions') instead of counting heads.
    """

    number: int | None
    share: Fraction | None
    strict: bool
    of: Population | Group
    other: bool = False
    weight: str | None = None


@dataclass(frozen=True)
class It:
    """The State that the clause speaks of."""


Subject = EveryOf | AtLeast | It | Operand


@dataclass(frozen=True)
class Has(Spanned):
    """The subject has done it. `of`: the act or party it was done to or about."""

    subject: Subject
    verb: Verb
    of: Operand | It | None = None
    timing: Timing | None = None  # its `left` is the time of the verb's act


Condition = (
    And
    | Or
    | Not
    | Is
    | IsOneOf
    | IsA
    | IsIn
    | IsAt
    | InForce
    | Compare
    | Between
    | Above
    | Distance
    | Order
    | Offset
    | Quantified
    | Has
)


@dataclass(frozen=True)
class Line(Spanned):
    """One line under `where` or `when`: one column of the plan, one line of the explanation."""

    condition: Condition
    text: str
    name: str = ""


def leaves(condition: Condition) -> Iterator[Condition]:
    """The conditions that a condition joins by `and` and `or`; it alone where it joins none."""
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition
