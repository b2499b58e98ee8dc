"""One of several in a plan: each row of a frame once for each of them, a test read of each, gathered back by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from servanda.plan import sql
from servanda.plan.scope import PartyThing, Scope, Thing
from servanda.plan.sql import Expr, all_of, col, compare, not_null
from servanda.plan.truth import Pair, unless_known

CodeTest = Callable[[Scope, Expr], Pair]  # the test of one code, read in the rows that have it


def some_of_list(scope: Scope, codes: Expr, test: CodeTest) -> Pair:
    """The test of any of the codes of a list; unknown where the list is."""
    member = scope.builder.fresh("m")
    chosen = [sql.star("t"), sql.alias(sql.call("unnest", codes), member)]
    inner = scope.builder.cte("each", sql.select(chosen, sql.table(scope.frame, "t"), where=not_null(codes)))
    return unless_known(not_null(codes), _any_party(scope, inner, member, test))


def some_of_people(scope: Scope, relation: str, test: CodeTest) -> Pair:
    """The test of any of those listed at the scope's instant."""
    member = scope.builder.fresh("m")
    return _any_party(scope, scope.builder.cte("each", people_joined(scope, relation, member)), member, test)


def people_joined(scope: Scope, relation: str, member: str, extra: Sequence[Expr] = ()) -> sql.Select:
    """The frame's rows, once for each of those listed at the scope's instant."""
    there = (compare(scope.at, ">=", col("lo", "g")), compare(scope.at, "<", col("hi", "g")))
    return joined_to(scope, relation, member, (*there, *extra))


def joined_to(scope: Scope, relation: str, member: str, on: Sequence[Expr]) -> sql.Select:
    """The frame's rows, once for each code of the relation that meets the tests."""
    chosen = [sql.star("t"), sql.alias(col("code", "g"), member)]
    return sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(relation, "g"), all_of(on))])


def _any_party(scope: Scope, inner: str, member: str, test: CodeTest) -> Pair:
    things = {**scope.things, member: PartyThing(member)}
    return aggregated(scope, inner, things, (member,), lambda s: test(s, col(member)))


def aggregated(
    scope: Scope, inner: str, things: Mapping[str, Thing], extra: tuple[str, ...], test: Callable[[Scope], Pair]
) -> Pair:
    """`some` over the rows of an inner frame, joined back to the outer one: `bool_or` of each half by outer row."""
    sub = Scope(scope.builder, inner, (*scope.key, *extra), dict(things), scope.at, scope.bearer, scope.closed)
    pair: Pair = test(sub)
    keys = [col(k) for k in scope.key]
    halves = [sql.alias(sql.exp.LogicalOr(this=half), c) for c, half in (("c", pair.cert), ("p", pair.poss))]
    grouped = scope.builder.cte("some", sub.select([*keys, *halves], group=keys))
    found = scope.by_key(grouped)
    # Where there is nobody the join finds no row: nobody is a "no", not an unknown.
    return Pair(sql.coalesce(col("c", found), sql.boolean(False)), sql.coalesce(col("p", found), sql.boolean(False)))
