"""Gaps and islands: neighbouring pieces of one thing that are alike, as one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from servanda.plan import sql
from servanda.plan.scope import Scope
from servanda.plan.sql import Expr, col, compare, negated, number, when

_BY_TIME = [col("piece_lo")]


def before(column: str, own: Sequence[Expr]) -> Expr:
    """A column of the piece before it; `own` tell the things apart whose pieces they are."""
    return sql.over(exp.Lag(this=col(column)), own, _BY_TIME)


def islands(scope: Scope, own: Sequence[Expr], alike: Expr, gathered: Mapping[str, Expr]) -> Scope:
    """The first piece of each island, with what is gathered from all of it.

    `alike`: whether a piece continues the one before it. `gathered`: aggregates by column.
    """
    begins = when((sql.coalesce(negated(alike), sql.boolean(True)), number(1)), otherwise=number(0))
    scope = scope.step("islands", {"begins": begins})
    scope = scope.step("islands", {"island": sql.over(exp.Sum(this=col("begins")), own, _BY_TIME)})
    whole = [*own, col("island")]
    scope = scope.step("islands", {c: sql.over(e, whole) for c, e in gathered.items()})
    return scope.changed("islands", {}, ("begins", "island"), compare(col("begins"), "=", number(1)))
