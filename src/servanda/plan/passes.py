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
    chain = _taken(query)
    wanted = set(_read(query))
    kept: list[exp.CTE] = []
    for cte in reversed(chain):
        if cte.alias in wanted:
            wanted.update(_read(cte.this))
            kept.append(cte)
    return _given(query, kept[::-1])


def kept_late(query: exp.Select) -> exp.Select:
    """What must be computed once is kept where it is first read twice: what is read until there is worked out once."""
    chain = _taken(query)
    readers: dict[str, list[exp.CTE | None]] = {cte.alias: [] for cte in chain}
    for reader, body in [*((cte, cte.this) for cte in chain), (None, query)]:
        for relation in _read(body):
            if relation in readers:
                readers[relation].append(reader)
    for cte in chain:
        by = readers[cte.alias]
        if cte.args.get("materialized") and len(by) == 1:
            cte.set("materialized", None)
            if by[0] is not None:
                by[0].set("materialized", True)
    return _given(query, chain)


def _taken(query: exp.Select) -> list[exp.CTE]:
    """The common table expressions, taken from the query."""
    chain = query.args.get("with_")
    query.set("with_", None)
    return [] if chain is None else chain.expressions


def _given(query: exp.Select, chain: list[exp.CTE]) -> exp.Select:
    if chain:
        query.set("with_", exp.With(expressions=chain))
    return query


def _read(body: exp.Expr) -> list[str]:
    """The relations that are read, once for each time."""
    return [table.name for table in body.find_all(exp.Table)]


PASSES: tuple[Pass, ...] = (unread, kept_late)
