"""What a condition is evaluated against: acts, and the world around them as of an instant.

Acts are plain values. Everything else that a norm may ask (who is bound, who belongs to which group, where a point
lies, what the record covers) stands behind `World`, which the engines fill and the tests fake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final, Protocol

from servanda.norms.norm import Agreement
from servanda.temporal import Moment
from servanda.vocabulary.coverage import Coverage
from servanda.vocabulary.party import Memberships


@dataclass(frozen=True)
class Range:
    """An amount of the record in base units, as far as it is known: in [lo, hi]; no `hi`: unbounded above."""

    lo: Fraction
    hi: Fraction | None


@dataclass(frozen=True)
class Point:
    """Where something was. Any part may be unknown.

    `territory` is what the record says of it: a State's code, 'high seas', or None where it does not say.
    `area` is the name of a disputed area, where the record calls it that.
    """

    lon: float | None = None
    lat: float | None = None
    name: str | None = None
    territory: str | None = None
    area: str | None = None


class _Nothing:
    """The attribute does not apply."""

    def __repr__(self) -> str:
        return "none"


NOTHING: Final = _Nothing()

Value = str | tuple[str, ...] | Range | Moment | int | Point | _Nothing


@dataclass(frozen=True)
class Act:
    """What is said to have happened. A missing value is unknown; `sure` is False where its existence is."""

    id: str
    kind: str
    sure: bool
    values: Mapping[str, Value] = field(hash=False)

    def get(self, name: str) -> Value | None:
        """The value of an attribute; None when unknown."""
        return self.values.get(name)


@dataclass(frozen=True)
class Bound:
    """A stretch of days on which a party is bound: [start, until), microseconds at midnight of the zone."""

    start: int
    until: int


class Places(Protocol):
    """The geography, as far as conditions ask for it. Coordinates in degrees, distances in metres on WGS 84."""

    def codes_at(self, lon: float, lat: float) -> tuple[tuple[str, ...], bool]:
        """The States to which the point may belong, and whether that is certain; () and True: nobody's land."""

    def distance_m(self, lon: float, lat: float, code: str) -> tuple[float, float] | None:
        """Least and greatest distance to the State's territory; None where the layer has no such State."""

    def region(self, name: str, lon: float, lat: float) -> tuple[bool, bool]:
        """Certainly and possibly inside a sea or region."""


@dataclass(frozen=True)
class World:
    """Everything that verdicts of one agreement under one account rest on.

    `on` is the last microsecond of the day asked about. `bound` holds each party's stretches, not cut at `on`.
    `signatories` and `contracting` hold the day from which each State is one. `breaches` are the findings of norms
    that were evaluated before, as acts of kind `breach` with `norm` set. The worlds of all accounts may have one
    `shared` memory: what rests only on acts outside `disputed` is the same in each.
    """

    agreement: Agreement
    on: int
    acts: Mapping[str, Sequence[Act]]  # by kind
    by_id: Mapping[str, Act]
    bound: Mapping[str, tuple[Bound, ...]]
    signatories: Mapping[str, int]
    contracting: Mapping[str, int]
    memberships: Memberships
    coverage: Coverage
    places: Places
    entry: int | None  # entry into force
    entry_for: Mapping[str, int]
    named: frozenset[str] = frozenset()  # parties that the text names, signatories included, bound or not
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)  # open groups that were given a value
    disputed: frozenset[str] = frozenset()  # ids of the acts of which the account has a view of its own
    disputed_kinds: frozenset[str] = frozenset()
    shared: dict[tuple[object, ...], object] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def memo(self) -> dict[tuple[object, ...], object]:
        """What was computed once in this world, by name and the identity of what it was computed for."""
        return {}
