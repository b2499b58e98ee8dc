"""Occasions in a plan: the rows of `for each`, and the acts under the head, each at its instant."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from servanda.norms import occasion as meaning
from servanda.norms.condition import ActRange, BreachRange, CalendarRange, PartyRange
from servanda.norms.term import Path
from servanda.plan import sql
from servanda.plan.cuts import spreads
from servanda.plan.each import joined_to, people_joined
from servanda.plan.group import everybody, group_pair, people
from servanda.plan.operand import Single, path_value
from servanda.plan.partners import joined, keys_of, partners
from servanda.plan.presence import LASTING, standing
from servanda.plan.quantifiers import breach_of, there
from servanda.plan.scope import ActThing, Builder, PartyThing, Scope, Thing, UnitThing, column, party_column
from servanda.plan.spread import at_every
from servanda.plan.sql import Expr, col, compare, number
from servanda.plan.truth import TRUE, Pair, conjunction
from servanda.temporal import end_of_day_us, start_of_day_us
from servanda.vocabulary.act import vocabulary


def occasions(builder: Builder, *, planned: bool, lasting: bool = False) -> Scope | None:
    """One row for each combination of the things of `for each`; None where there is none. `at` is its instant."""
    variant = builder.variant
    acts = [r for r in variant.for_each if isinstance(r, ActRange | BreachRange)]
    units = [r for r in variant.for_each if isinstance(r, CalendarRange)]
    parties = [r for r in variant.for_each if isinstance(r, PartyRange)]
    if not variant.for_each:
        return None
    scope = _acts(builder, acts, planned, lasting) if acts else None
    for over in units:
        scope = _units(builder, scope, over)
    if parties:
        scope = _parties(scope, parties) if scope is not None else _combinations(builder, parties)
    return scope


def relation_of(builder: Builder, over: ActRange | BreachRange, *, planned: bool, lasting: bool = False) -> str:
    """The acts that the range speaks of."""
    extra = LASTING if lasting else ()
    if isinstance(over, BreachRange):
        return partners(
            builder, over.variable, ("breach",), planned=True, attributes=extra, where=breach_of(builder, over)
        )
    return partners(builder, over.variable, over.kinds, planned=planned, attributes=extra)


def acts_of(builder: Builder, over: ActRange | BreachRange, *, planned: bool = False, lasting: bool = False) -> Scope:
    """The acts that the range speaks of, each read as of its start; as of the day asked about where none is known."""
    relation = relation_of(builder, over, planned=planned, lasting=lasting)
    thing = ActThing(over.variable, over.kinds)
    scope = Scope(builder, relation, (f"{over.variable}__id",), {over.variable: thing}, number(builder.world.on))
    on = number(builder.world.on)
    times = {"at": sql.coalesce(column(scope, thing, "start_lo"), on)}
    if not spreads(builder):
        return replace(scope.step("acts", times), at=col("at"))
    times["upto"] = sql.coalesce(column(scope, thing, "start_hi"), on)
    return replace(scope.step("acts", times), at=col("at"), upto=col("upto"))


def _acts(builder: Builder, ranges: list[ActRange | BreachRange], planned: bool, lasting: bool) -> Scope:
    first, *others = ranges
    scope = acts_of(builder, first, planned=planned, lasting=lasting)
    when_lines = [line.condition for line in builder.variant.when]
    for over in others:
        there = relation_of(builder, over, planned=planned)
        scope = joined(scope, there, over.variable, over.kinds, keys_of(scope, over.variable, when_lines))
    return scope


def _units(builder: Builder, scope: Scope | None, over: CalendarRange) -> Scope:
    world, v = builder.world, over.variable
    zone = world.agreement.counting.zone
    units = meaning.calendar_units(world, over)
    relation = builder.relation(
        "units",
        pa.table(
            {
                f"{v}__label": pa.array([u.label for u in units], pa.string()),
                f"{v}__lo": pa.array([start_of_day_us(u.start, zone) for u in units], pa.int64()),
                f"{v}__hi": pa.array([end_of_day_us(u.start, zone) for u in units], pa.int64()),
            }
        ),
    )
    star = sql.star("u")
    at = sql.alias(col(f"{v}__lo", "u"), "at")
    things: dict[str, Thing] = {v: UnitThing(v)}
    if scope is None:
        frame = builder.cte("occasions", sql.select([star, at], sql.table(relation, "u")))
        return Scope(builder, frame, (f"{v}__label",), things, col("at"))
    rest = sql.star("t", "at", *([] if scope.upto is None else ["upto"]))
    query = sql.select(
        [rest, star, at], sql.table(scope.frame, "t"), [sql.join(sql.table(relation, "u"), sql.boolean(True))]
    )
    frame = builder.cte("occasions", query)
    return replace(scope.framed(frame, f"{v}__label"), things={**scope.things, **things}, upto=None)


def _parties(scope: Scope, ranges: list[PartyRange]) -> Scope:
    """Those in the population on the occasion's day; where that is not one, everybody who is ever in it."""
    before: list[str] = []
    for over in ranges:
        v = party_column(over.variable)
        apart = [compare(col("code", "g"), "<>", col(b)) for b in before] if over.other else []
        if has_a_day(scope):
            query = people_joined(scope, people(scope, over.population), v, apart)
        else:
            query = joined_to(scope, everybody(scope.builder, over.population), v, apart)
        frame = scope.builder.cte("occasions", query)
        scope = replace(scope.framed(frame, v), things={**scope.things, over.variable: PartyThing(v)})
        before.append(v)
    return scope


def _combinations(builder: Builder, ranges: list[PartyRange]) -> Scope:
    """Parties alone: the occasion arises when all of them are bound."""
    rows = list(meaning.together(builder.world, ranges))
    columns = {party_column(r.variable): pa.array([c[i] for c, _ in rows], pa.string()) for i, r in enumerate(ranges)}
    relation = builder.relation("together", pa.table({**columns, "at": pa.array([at for _, at in rows], pa.int64())}))
    things: dict[str, Thing] = {r.variable: PartyThing(party_column(r.variable)) for r in ranges}
    key = tuple(party_column(r.variable) for r in ranges)
    return Scope(builder, relation, key, things, col("at"))


def has_a_day(scope: Scope) -> bool:
    """Whether each occasion is at one instant, and its duties arise there."""
    acts = [t for r in scope.builder.variant.for_each if isinstance(t := scope.things.get(r.variable), ActThing)]
    if not acts:
        return True
    known = scope.upto is None and "start_lo" in scope.builder.schema.complete
    return known and sql.constant(standing(scope, acts[0])) is False


def of_populations(scope: Scope) -> Pair:
    """Whether the parties of `for each` are of their populations, at every instant at which the occasion may be."""
    parties = [r for r in scope.builder.variant.for_each if isinstance(r, PartyRange)]
    if len(parties) == len(scope.builder.variant.for_each) or has_a_day(scope):
        return TRUE

    def on_a_day(at_one: Scope) -> Pair:
        return conjunction(group_pair(at_one, Single(col(party_column(r.variable))), r.population) for r in parties)

    return at_every(scope, on_a_day)


def occasion_here(scope: Scope, *, planned: bool) -> Pair:
    """Whether every act of `for each` took place (`planned`: or will)."""
    acts = [r for r in scope.builder.variant.for_each if isinstance(r, ActRange | BreachRange)]
    return conjunction(there(scope, r.variable, by_now=not planned) for r in acts)


def label_of(scope: Scope, variable: str) -> Expr:
    """The thing as a finding names it."""
    value = path_value(scope, Path(variable, (), vocabulary().attributes["by"].sort))
    assert isinstance(value, Single)
    return value.expr
