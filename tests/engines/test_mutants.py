"""Every seeded fault is caught by a generated case that is known to catch it."""

from __future__ import annotations

import pytest

from engines.mutants import MUTANTS, Mutant
from engines.strategies import seeded
from servanda.engines import duckdb, reference

CAUGHT_BY: dict[str, int] = {}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_a_seeded_fault_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    case = seeded(CAUGHT_BY[mutant.name])
    right = set(duckdb.findings(case.world, case.acts, [case.variant]))
    for module, attribute in mutant.places:
        monkeypatch.setattr(module, attribute, mutant.wrap(getattr(module, attribute)))
    wrong = set(duckdb.findings(case.world, case.acts, [case.variant]))

    assert right == set(reference.findings(case.world, [case.variant]))
    assert wrong != right
