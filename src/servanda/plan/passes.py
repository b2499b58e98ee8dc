"""Passes over a plan, tree to tree, in order. A pass stays only if a benchmark earns it or a plan is read easier by it.

`benchmarks/two_norms.py` measures the plans with them; what DuckDB's own optimiser does already (filters moved into
scans, columns that nobody reads) is left to it. Two properties of the lowering are no passes but are built in: cheap
conditions before joins, and rows numbered once so that everything gathered by row comes back by one short key.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

Pass = Callable[[exp.Select], exp.Select]


def unread(query: exp.Select) -> exp.Select:
    """Common table expressions that nothing reads are left out: a materialised one would be computed all the same."""
    chain = query.args.get("with_")
    if chain is None:
        return query
    query.set("with_", None)
    wanted = {t.name for t in query.find_all(exp.Table)}
    kept: list[exp.CTE] = []
    for cte in reversed(chain.expressions):
        if cte.alias in wanted:
            wanted |= {t.name for t in cte.this.find_all(exp.Table)}
            kept.append(cte)
    if kept:
        query.set("with_", exp.With(expressions=list(reversed(kept))))
    return query


PASSES: tuple[Pass, ...] = (unread,)
