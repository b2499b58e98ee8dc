"""Who answers, and to whom it is owed, as columns of a plan."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from servanda.norms.condition import EveryOf, PartyRange
from servanda.norms.groups import members
from servanda.norms.norm import Bearer
from servanda.norms.scene import Scene
from servanda.norms.term import Group, PartyName, Path, Population
from servanda.plan import sql
from servanda.plan.each import joined_to
from servanda.plan.group import everybody, group_pair, sliced
from servanda.plan.operand import Several, Single, applies, path_value
from servanda.plan.scope import Scope, party_column
from servanda.plan.sql import Expr, all_of, col, compare, null, number, text, when
from servanda.plan.truth import TRUE, Pair


def with_bearers(scope: Scope, bearer: Bearer) -> Scope:
    """The rows, once for each who answers; the bearer is NULL where somebody answers who is not known."""
    match bearer.of:
        case PartyName(code=code):
            found = scope.step("bearers", {"bearer": text(code)})
        case EveryOf(of=of):
            found = _everybody(scope, of)
        case Path() as path:
            found = _bearers_at(scope, path)
    return _others_apart(replace(found, bearer=col("bearer")))


def _everybody(scope: Scope, of: Group | Population) -> Scope:
    """Of a population, everybody who is ever of it up to the day asked about: who answers changes with the day."""
    upto = sql.greatest(scope.at, number(scope.world.on))
    query = joined_to(scope, everybody(scope.builder, of), "bearer", [compare(col("since", "g"), "<=", upto)])
    return scope.framed(scope.builder.cte("bearers", query), "bearer")


def answers(scope: Scope) -> Pair:
    """Whether the row's bearer is of the population that answers, on the scope's day."""
    bearer = scope.builder.variant.bearer
    if bearer is None or not isinstance(bearer.of, EveryOf):
        return TRUE
    return group_pair(scope, Single(col("bearer")), bearer.of.of)


def _bearers_at(scope: Scope, path: Path) -> Scope:
    value = path_value(scope, path)
    if isinstance(value, Several):
        nobody = sql.call("list_value", null(sql.TEXT))
        found = scope.step("bearers", {"bearer": sql.call("unnest", sql.coalesce(value.expr, nobody))})
        return replace(found, key=(*scope.key, "bearer"))
    assert isinstance(value, Single), "a bearer is a party"
    return scope.step("bearers", {"bearer": value.expr}, applies(value))


def _others_apart(scope: Scope) -> Scope:
    """An 'other party' without a party before it is not the bearer itself."""
    ranges = [r for r in scope.builder.variant.for_each if isinstance(r, PartyRange)]
    if not ranges or not ranges[0].other:
        return scope
    itself = sql.coalesce(compare(col(party_column(ranges[0].variable)), "=", col("bearer")), sql.boolean(False))
    return scope.step("apart", {}, sql.negated(itself))


def counterparty(scope: Scope, owed: Bearer | None) -> Expr:
    """The one to whom it is owed, where it is one."""
    if owed is None:
        return null(sql.TEXT)
    match owed.of:
        case PartyName(code=code):
            return text(code)
        case EveryOf(of=of):
            return _only_member(scope, of)
        case Path() as path:
            value = path_value(scope, path)
            if isinstance(value, Several):
                one = compare(sql.call("len", value.expr), "=", number(1))
                return when((one, sql.call("list_extract", value.expr, number(1))), otherwise=null(sql.TEXT))
            assert isinstance(value, Single), "a party is owed"
            return exp.Nullif(this=value.expr, expression=text("none"))


def _only_member(scope: Scope, group: Group | Population) -> Expr:
    world = scope.world
    branches: list[tuple[Expr, Expr]] = []
    for piece in sliced(scope.builder, group):
        codes = members(Scene(world, piece.span.lo), group)
        if len(codes) == 1:
            inside = all_of(
                (compare(scope.at, ">=", number(piece.span.lo)), compare(scope.at, "<", number(piece.span.hi)))
            )
            branches.append((inside, text(codes[0])))
    return when(*branches, otherwise=null(sql.TEXT))
