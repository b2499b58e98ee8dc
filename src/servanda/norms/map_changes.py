"""The days from which land is another's, as far as a norm may read otherwise because of it."""

from __future__ import annotations

from datetime import date as Day

from servanda.norms.condition import PartyRange
from servanda.norms.facts import World
from servanda.norms.norm import Limits, Variant
from servanda.norms.term import (
    BorderBetween,
    BorderOf,
    Group,
    GroupItem,
    Listed,
    MembersOf,
    OpenGroup,
    Operand,
    PartyName,
    Path,
    Population,
    TerritoryOf,
)
from servanda.temporal import BEGINNING_US, day_of


def map_changes(world: World, variant: Variant, term: TerritoryOf | BorderOf | BorderBetween) -> tuple[Day, ...]:
    """The days from which the answer may be another because land is another's.

    Of land alone only that of the States named matters; belts at sea and borders hang on everybody's.
    """
    codes: frozenset[str] | None = None
    if isinstance(term, BorderBetween):
        codes = _either(_named_codes(world, variant, term.first), _named_codes(world, variant, term.second))
    elif isinstance(term, TerritoryOf) and term.beyond_land_m == 0:
        codes = _named_codes(world, variant, term.of)
    if codes is None:
        return world.places.changes()
    zone = world.agreement.counting.zone
    # What is measured may be held against a day before anybody was bound.
    spans = () if isinstance(variant.shape, Limits) else [b.start for bound in world.bound.values() for b in bound]
    first = day_of(max(min(spans, default=BEGINNING_US), BEGINNING_US), zone)
    return world.places.changes_of(codes, first, day_of(world.on, zone))


def _either(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def _named_codes(world: World, variant: Variant, of: Operand | Group) -> frozenset[str] | None:
    """The States that the words can mean on any day; None where they may mean any."""
    match of:
        case PartyName(code=code):
            return frozenset({code})
        case Path(steps=()) if any(_ranges_over_parties(term, of.variable) for term in variant.terms):
            return frozenset(world.bound)
        case Path() if variant.bearer is not None and variant.bearer.of == of and not isinstance(variant.shape, Limits):
            return frozenset(world.bound)  # only those who are bound answer
        case Group():
            return _group_codes(world, of)
    return None


def _ranges_over_parties(term: object, variable: str) -> bool:
    return isinstance(term, PartyRange) and term.variable == variable and term.population.which == "party"


def _group_codes(world: World, item: GroupItem) -> frozenset[str] | None:
    match item:
        case Listed(codes=codes):
            return frozenset(codes)
        case MembersOf(group=name):
            return frozenset(row.member for row in world.memberships.rows if row.group == name)
        case Population(which="party"):
            return frozenset(world.bound)
        case OpenGroup(name=name):
            return frozenset(world.groups.get(name, ()))
        case Group(items=items):
            parts = [_group_codes(world, one) for one in items]
            known = [part for part in parts if part is not None]
            return frozenset().union(*known) if len(known) == len(parts) else None
    return None
