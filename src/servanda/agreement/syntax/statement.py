"""Statements as they are written: what stands after the keys of a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from servanda.agreement.syntax.condition import ConditionRef, Pop, PopulationWord, RangeRef, TimingRef
from servanda.agreement.syntax.place import PositionRef, RegionRef
from servanda.agreement.syntax.term import AmountRef, LengthRef, NameRef, NumberRef, PathRef, Ref, TimeRef
from servanda.agreement.syntax.written import Written


@dataclass(frozen=True)
class HeadRef(Written):
    """`keeping deployment d`."""

    mode: Literal["keeping", "placing"] | None
    range: RangeRef


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
