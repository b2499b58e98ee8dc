"""What the engines find of a case, and of which cases they say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from engines.worlds import Case
from servanda.engines import duckdb, reference
from servanda.vocabulary.verdict import Finding

Made = Callable[[int], Case]


def by_plan(case: Case) -> frozenset[Finding]:
    """The findings of DuckDB."""
    return frozenset(duckdb.findings(case.world, case.acts, [case.variant]))


def by_reference(case: Case) -> frozenset[Finding]:
    """The findings of the reference."""
    return frozenset(reference.findings(case.world, [case.variant]))


@cache
def judged(made: Made, seed: int) -> tuple[Case, frozenset[Finding]]:
    """A case and what the reference finds."""
    case = made(seed)
    return case, by_reference(case)


def disagreements(made: Made, seeds: Iterable[int]) -> list[int]:
    """The seeds of whose cases the engines say otherwise."""
    return [seed for seed in seeds if by_plan(judged(made, seed)[0]) != judged(made, seed)[1]]
