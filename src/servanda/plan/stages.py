"""In which order rows are left out: by what is cheap to ask first, then by what needs a join."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlglot import exp

from servanda.norms.condition import Condition, Has, InForce, IsA, IsAt, IsIn, Quantified
from servanda.norms.condition import Distance as DistanceTo
from servanda.norms.norm import walk
from servanda.plan.condition import pair
from servanda.plan.scope import Scope
from servanda.plan.sql import Expr, all_of, col
from servanda.plan.truth import Pair


def numbered(scope: Scope) -> Scope:
    """The rows with a number of their own, computed once: a short key for everything that is gathered by row."""
    number_ = exp.Window(this=exp.RowNumber(), over="OVER")
    found = scope.step("numbered", {"rid": number_}, materialized=True)
    return replace(found, key=("rid",))


def costly(condition: Condition) -> bool:
    """True where a condition needs a join: it is read for the rows that the others leave."""
    return any(isinstance(p, Quantified | Has | IsAt | DistanceTo) for p in walk(condition))


def timeless(condition: Condition) -> bool:
    """True where a condition reads neither the day nor the bearer."""
    return not costly(condition) and not any(
        isinstance(p, IsA | InForce) or (isinstance(p, IsIn) and p.on is None) for p in walk(condition)
    )


def possible(scope: Scope, conditions: Sequence[Condition]) -> Scope:
    """The rows for which none of the conditions is certainly false."""
    return scope.step("cheap", {}, all_of(pair(scope, c).poss for c in conditions)) if conditions else scope


def staged(scope: Scope, lines: Sequence[tuple[Scope, Condition]]) -> Scope:
    """The rows for which no line is certainly false, with two columns a line; each is read as of its scope's instant.

    `c{i}_cert` and `c{i}_poss` in order of the lines, the costly ones asked last.
    """
    for dear in (False, True):
        stage = [i for i, (_, condition) in enumerate(lines) if costly(condition) is dear]
        if stage:
            truths = {i: pair(scope.reading(lines[i][0].at, lines[i][0].upto), lines[i][1]) for i in stage}
            scope = scope.step("lines", line_columns(truths.items()))
            scope = scope.step("lines", {}, all_of(col(f"c{i}_poss") for i in stage))
    return scope


def line_columns(truths: Iterable[tuple[int, Pair]], stem: str = "c") -> dict[str, Expr]:
    """The two columns of each line; of each exception where the stem is `e`."""
    return {f"{stem}{i}_{half}": e for i, p in truths for half, e in (("cert", p.cert), ("poss", p.poss))}


def line_halves(count: int, stem: str = "c") -> dict[str, Expr]:
    """The same columns, as they are read back."""
    return {c: col(c) for i in range(count) for c in (f"{stem}{i}_cert", f"{stem}{i}_poss")}


def line_pairs(count: int) -> list[Pair]:
    """The lines' truths, read back from their columns."""
    return [Pair(col(f"c{i}_cert"), col(f"c{i}_poss")) for i in range(count)]
