"""When the bearer is bound, and when the norm itself holds, as rows and columns of a plan."""

from __future__ import annotations

import pyarrow as pa

from servanda.norms import bound as meaning
from servanda.plan import sql
from servanda.plan.group import NOBODY
from servanda.plan.instant import time
from servanda.plan.scope import Builder, Scope
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, less_one, not_null, number, text
from servanda.plan.truth import TRUE, Pair, conjunction, unless_known
from servanda.temporal import BEGINNING_US, END_US


def stretches(builder: Builder) -> str:
    """The relation of stretches in which each party is bound, cut at the day asked about; NOBODY: anybody's."""
    world = builder.world
    rows = [(code, b.start, b.until) for code in [*sorted(world.bound), None] for b in meaning.stretches(world, code)]
    return builder.relation("bound", _spans_table(rows))


def spans(builder: Builder) -> str:
    """The same stretches, not cut: in which duties arise; NOBODY: anybody's."""
    world = builder.world
    rows: list[tuple[str | None, int, int]] = [
        (code, b.start, b.until) for code in sorted(world.bound) for b in world.bound[code] if b.start <= world.on
    ]
    rows += [(None, b.start, b.until) for b in meaning.union(world) if b.start <= world.on]
    return builder.relation("bound", _spans_table(rows))


def _spans_table(rows: list[tuple[str | None, int, int]]) -> pa.Table:
    return pa.table(
        {
            "party": pa.array([r[0] or NOBODY for r in rows], pa.string()),
            "bound_from": pa.array([r[1] for r in rows], pa.int64()),
            "bound_until": pa.array([r[2] for r in rows], pa.int64()),
        }
    )


def bound_joined(scope: Scope, relation: str, extra: Expr | None = None) -> Scope:
    """The rows, once for each stretch in which the bearer is bound."""
    whose = compare(col("party", "b"), "=", sql.coalesce(col("bearer"), text(NOBODY)))
    chosen = [
        sql.star("t"),
        sql.alias(col("bound_from", "b"), "bound_from"),
        sql.alias(col("bound_until", "b"), "bound_until"),
    ]
    query = sql.select(
        chosen,
        sql.table(scope.frame, "t"),
        [sql.join(sql.table(relation, "b"), all_of((whose, *([] if extra is None else [extra]))))],
    )
    frame = scope.builder.cte("bound_rows", query)
    return scope.framed(frame, "bound_from")


def bound_at(scope: Scope, code: Expr, at: Expr, upto: Expr | None = None) -> Pair:
    """Whether the party is bound at the instant, or one somewhere in [at, upto]; unknown for one not known."""
    own: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for party, stretches_ in scope.world.bound.items():
        own.setdefault(tuple((b.start, b.until) for b in stretches_), []).append(party)
    last = at if upto is None else upto

    def bound(first: Expr, final: Expr) -> Expr:
        tests = [
            all_of(
                (
                    sql.one_of(code, codes),
                    any_of(all_of((compare(first, ">=", number(a)), compare(final, "<", number(b)))) for a, b in times),
                )
            )
            for times, codes in sorted(own.items())
        ]
        return sql.coalesce(any_of(tests), sql.boolean(False))

    return Pair(all_of((not_null(code), bound(at, last))), any_of((is_null(code), bound(last, at))))


def term(scope: Scope) -> tuple[Expr, Expr, Pair]:
    """The norm's own start and end, and whether they are known."""
    variant = scope.builder.variant
    lo, hi, sure_ = number(BEGINNING_US), number(END_US), TRUE
    if variant.start is not None:
        first = time(scope, variant.start).lo
        sure_ = conjunction((sure_, unless_known(not_null(first), TRUE)))
        lo = sql.coalesce(first, lo)
    if variant.until is not None:
        last = time(scope, variant.until).lo
        sure_ = conjunction((sure_, unless_known(not_null(last), TRUE)))
        hi = sql.coalesce(less_one(last), hi)
    return lo, hi, sure_
