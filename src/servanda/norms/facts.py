"""What a condition is evaluated against: acts, and the world around them as of an instant.

Acts are plain values. Everything else that a norm may ask (who is bound, who belongs to which group, where a point
lies, what the record covers) stands behind `World`, which the engines fill and the tests fake.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final, Protocol

from servanda.norms.memory import Memory
from servanda.norms.norm import Agreement
from servanda.norms.term import Outline, Region
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

    @property
    def start(self) -> Moment | None:
        """When it was, or began, as far as that is known."""
        start = self.values.get("start")
        return start if isinstance(start, Moment) else None


@dataclass(frozen=True)
class Bound:
    """A stretch of days on which a party is bound: [start, until), microseconds at midnight of the zone."""

    start: int
    until: int


@dataclass(frozen=True)
class Dispute:
    """A disputed area, as of a day: its name, and who says what of it since when."""

    area: str
    says: tuple[tuple[str, str, date | None], ...]  # speaker, whose it is in its words, since when (None: not known)


# Everything that a place may be: of each possibility the codes whose land it then is (a dependency's beside its
# State's; those of several that hold it together), or none, which is water.
Lots = frozenset[frozenset[str]]
WATER: Final[frozenset[str]] = frozenset()


class Places(Protocol):
    """The geography in one view, as far as conditions ask for it. Degrees, and metres on WGS 84.

    Whose land is where, is asked as of a day. A set-based engine asks for many positions at once (`…_at`).
    """

    @abstractmethod
    def changes(self) -> tuple[date, ...]:
        """The days from which some land is another's, rising: between two of them nothing changes."""

    def changes_of(self, codes: frozenset[str], first: date, last: date) -> tuple[date, ...]:
        """Those between the days from which land of one of the States may be another's, or the other way round."""
        return self.changes_between(first, last)

    def changes_between(self, first: date, last: date) -> tuple[date, ...]:
        """Those after the first day, up to the last."""
        changes = self.changes()
        return changes[bisect_right(changes, first) : bisect_right(changes, last)]

    @abstractmethod
    def lots_at(self, lon: float, lat: float, on: date) -> Lots | None:
        """What the point may be.

        None where the map cannot say: it does not reach back to the day, or tells of nobody whose the land was.
        """

    def linked(self) -> frozenset[str]:
        """The dependencies, and the States that have or had any: no other State's land can be named in two ways."""
        return frozenset()

    def named(self, code: str, on: date) -> Lots:
        """What a place may be that the record says is the State's or the dependency's: with it goes its State.

        Codes that are not `linked` stand for themselves.
        """
        return frozenset({frozenset({code})})

    @abstractmethod
    def distance_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        """Least and greatest distance to the State's territory; None where the map has none on that day."""

    def rough_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float]:
        """What `distance_m` certainly does not leave, as far as it can be told at once."""
        return 0.0, float("inf")

    @abstractmethod
    def border_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        """Least and greatest distance to the State's borders on land, infinite where it has none; None as above."""

    @abstractmethod
    def inside(self, region: Region | Outline, lon: float, lat: float) -> tuple[bool, bool]:
        """Certainly and possibly inside a sea or region."""

    def region_m(self, region: Region | Outline, lon: float, lat: float) -> tuple[float, float]:
        """Least and greatest distance to a sea or region; where only its inside is known, outside none is excluded."""
        certainly, _ = self.inside(region, lon, lat)
        return 0.0, 0.0 if certainly else float("inf")

    @abstractmethod
    def dispute(self, lon: float, lat: float, on: date) -> Dispute | None:
        """The disputed area in which the point lies, if the view does not settle it."""

    def lots_of(self, lon: Sequence[float], lat: Sequence[float], on: date) -> Sequence[Lots | None]:
        """`lots_at` of many points."""
        return [self.lots_at(x, y, on) for x, y in zip(lon, lat, strict=True)]

    def distances_m(
        self, lon: Sequence[float], lat: Sequence[float], code: str, on: date
    ) -> Sequence[tuple[float, float] | None]:
        """`distance_m` of many points."""
        return [self.distance_m(x, y, code, on) for x, y in zip(lon, lat, strict=True)]

    def borders_m(
        self, lon: Sequence[float], lat: Sequence[float], code: str, on: date
    ) -> Sequence[tuple[float, float] | None]:
        """`border_m` of many points."""
        return [self.border_m(x, y, code, on) for x, y in zip(lon, lat, strict=True)]

    def regions_m(
        self, region: Region | Outline, lon: Sequence[float], lat: Sequence[float]
    ) -> Sequence[tuple[float, float]]:
        """`region_m` of many points."""
        return [self.region_m(region, x, y) for x, y in zip(lon, lat, strict=True)]

    def all_inside(
        self, region: Region | Outline, lon: Sequence[float], lat: Sequence[float]
    ) -> Sequence[tuple[bool, bool]]:
        """`inside` of many points."""
        return [self.inside(region, x, y) for x, y in zip(lon, lat, strict=True)]


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
    shared: Memory = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def first_bound(self) -> int:
        """The first instant at which anybody is bound; the day asked about where nobody is."""
        return min((b.start for spans in self.bound.values() for b in spans), default=self.on)

    @cached_property
    def memo(self) -> Memory:
        """What was computed once in this world, by name and the identity of what it was computed for."""
        return {}
