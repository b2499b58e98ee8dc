"""A variant of a norm to one relational plan: a chain of common table expressions, held as a sqlglot tree.

`prohibition`, `obligation` and `limit` hold one function a shape. A construct that no plan has is refused by name
(`NotComputable`); nothing degrades to "no match".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from sqlglot import exp

from servanda.norms.norm import Variant
from servanda.plan import sql
from servanda.plan.passes import PASSES
from servanda.plan.scope import Builder, Need
from servanda.plan.sql import Expr


@dataclass(frozen=True)
class Plan:
    """One variant's plan. `small` are the relations it brings along; `needs` what geography answers beforehand."""

    variant: Variant
    ctes: tuple[tuple[str, Expr, bool], ...]
    final: exp.Select
    small: Mapping[str, pa.Table]
    needs: tuple[Need, ...]

    @property
    def tree(self) -> exp.Select:
        """The whole plan as one statement."""
        return chained(self.ctes, self.final)

    def needed(self, need: Need) -> exp.Select:
        """The query that says for which places the geography is asked."""
        return chained(self.ctes[: need.after], need.query)


def chained(ctes: tuple[tuple[str, Expr, bool], ...], final: exp.Select) -> exp.Select:
    """WITH … SELECT, after every pass."""
    query = final.copy()
    chain = [
        exp.CTE(
            this=body.copy(), alias=exp.TableAlias(this=sql.name(given)), materialized=True if materialized else None
        )
        for given, body, materialized in ctes
    ]
    query.set("with_", exp.With(expressions=chain))
    for improve in PASSES:
        query = improve(query)
    return query


def finished(builder: Builder, final: exp.Select) -> Plan:
    """The plan that a builder has come to."""
    return Plan(builder.variant, tuple(builder.ctes), final, dict(builder.small), tuple(builder.needs))
