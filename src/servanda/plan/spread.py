"""A condition read at an instant that is known only to lie somewhere: a row for each stretch of that time in which
conditions read alike, gathered back. True if it is true in all of them, false if it is false in all."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from servanda.norms.condition import Has, InForce
from servanda.norms.norm import walk
from servanda.norms.term import ON_THE_MAP, MembersOf, Population
from servanda.plan import sql
from servanda.plan.cuts import cuts
from servanda.plan.scope import Scope
from servanda.plan.sql import all_of, col, compare
from servanda.plan.truth import Pair


def reads_the_day(term: object) -> bool:
    """Whether it may read otherwise on another day."""
    return any(
        isinstance(part, (*ON_THE_MAP, Has, InForce, Population)) or (isinstance(part, MembersOf) and part.on is None)
        for part in walk(term)
    )


def at_every(scope: Scope, read: Callable[[Scope], Pair]) -> Pair:
    """What is read of each row, at every instant at which it may be."""
    if scope.upto is None:
        return read(scope)
    relation = cuts(scope.builder)
    there = scope.reading(scope.at)
    if relation is None:
        return read(there)
    moment = scope.builder.fresh("moment")
    within = all_of((compare(col("t", "c"), ">", scope.at), compare(col("t", "c"), "<=", scope.upto)))
    rows = sql.union(
        sql.select([sql.star("t"), sql.alias(scope.at, moment)], sql.table(scope.frame, "t")),
        sql.select(
            [sql.star("t"), sql.alias(col("t", "c"), moment)],
            sql.table(scope.frame, "t"),
            [sql.join(sql.table(relation, "c"), within)],
        ),
    )
    inner = scope.builder.cte("moments", rows)
    each = Scope(scope.builder, inner, (*scope.key, moment), scope.things, col(moment), scope.bearer, scope.closed)
    pair = read(each)
    keys = [col(k) for k in scope.key]
    halves = [
        sql.alias(exp.LogicalAnd(this=pair.cert), "c"),
        sql.alias(exp.LogicalOr(this=pair.poss), "p"),
    ]
    found = scope.by_key(scope.builder.cte("throughout", each.select([*keys, *halves], group=keys)))
    no = sql.boolean(False)
    return Pair(sql.coalesce(col("c", found), no), sql.coalesce(col("p", found), no))
