"""Terms as they are written: names and values, amounts, and times."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from servanda.agreement.syntax.written import Written

# ---- names and values


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
