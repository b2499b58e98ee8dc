"""Places as they are written, and the regions made of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from servanda.agreement.syntax.term import AmountRef, NameRef, PathRef, Ref
from servanda.agreement.syntax.written import Written
from servanda.norms.term import Part, Side


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

    side: Side
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
