"""DuckDB gives exactly the findings of the reference, on generated norms and records."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from engines.compare import by_plan, by_reference, disagreements, judged
from engines.places import placed
from engines.strategies import cases, seeded
from engines.worlds import Case
from servanda.engines import duckdb, reference
from servanda.norms import condition, norm, term
from servanda.norms.norm import Variant, walk
from servanda.vocabulary.verdict import Outcome

SUITE = 300
CHUNKS = 10
# Beyond the three hundred: constructs that they happen to miss (the later of two times, `none`).
BESIDE = (336, 379, 471, 534, 966, 1589)
SEEDS = (*range(SUITE), *BESIDE)
PLACES = range(100)  # drawn apart: see places.py


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_plans_find_what_the_reference_finds(chunk: int) -> None:
    assert disagreements(seeded, SEEDS[chunk::CHUNKS]) == []


@pytest.mark.parametrize("seed", [1579, 5719])
def test_the_plans_find_what_the_reference_finds_where_they_once_did_not(seed: int) -> None:
    assert disagreements(seeded, [seed]) == []


@given(case=cases)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_plans_find_what_the_reference_finds_on_drawn_cases(case: Case) -> None:
    assert by_plan(case) == by_reference(case)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(100))
def test_the_plans_find_what_the_reference_finds_ten_thousand_times(chunk: int) -> None:
    assert disagreements(seeded, range(SUITE + chunk * 100, SUITE + (chunk + 1) * 100)) == []


def test_every_outcome_is_at_least_a_twentieth_of_the_verdicts() -> None:
    counts = Counter(f.outcome for seed in SEEDS for f in judged(seeded, seed)[1])
    outcomes = set(Outcome) - {Outcome.DEPENDS}  # folded from several accounts, by no engine

    assert {o for o in outcomes if counts[o] < counts.total() / 20} == set()


def _names(variant: Variant) -> set[str]:
    return {type(part).__name__ for part in walk(variant)}


def test_every_construct_of_the_norms_is_used() -> None:
    used = {name for seed in SEEDS for name in _names(judged(seeded, seed)[0].variant)}
    used |= {name for seed in PLACES for name in _names(placed(seed).variant)}
    modules = (condition, term, norm)
    constructs = {
        name
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and hasattr(value, "__dataclass_fields__") and value.__module__ == module.__name__
        if not value.__subclasses__()
    }
    # Not of a variant, or without findings of an engine.
    elsewhere = {
        "Agreement", "Norm", "Reading", "Stage", "Paragraph", "OpenParameter", "Permits", "Declares", "It",
    }  # fmt: skip

    assert constructs - used - elsewhere == set()


def test_a_permuted_record_gives_the_same_findings() -> None:
    case, want = judged(seeded, 11)
    order = list(reversed(range(case.acts.num_rows)))

    assert frozenset(duckdb.findings(case.world, case.acts.take(order), [case.variant])) == want


def test_norms_that_share_a_session_do_not_disturb_one_another() -> None:
    (case, _), others = judged(seeded, 3), [judged(seeded, seed)[0].variant for seed in range(12)]
    together = frozenset(duckdb.findings(case.world, case.acts, others))

    assert together == frozenset(reference.findings(case.world, others))
