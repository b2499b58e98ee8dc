"""What is not evaluated again for an account is what would have come out the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from servanda.agreement import read
from servanda.check import Question, check
from servanda.check.strata import Evaluate
from servanda.check.world import Case
from servanda.norms.norm import Variant
from servanda.record.load import load
from servanda.record.record import Record
from servanda.vocabulary.verdict import Finding

LIBRARY = Path(__file__).parents[2] / "library"


class Never:
    """An engine that takes nothing from one account to the next."""

    def __init__(self, record: Record, evaluate: Evaluate) -> None:
        self._evaluate = evaluate

    def __call__(self, case: Case, variants: Sequence[Variant]) -> list[Finding]:
        """Every variant in a world that remembers nothing and takes every act for disputed."""
        world = replace(case.world, shared={}, disputed=frozenset(case.world.by_id))
        return self._evaluate(replace(case, world=world), variants)


@pytest.mark.parametrize("since", ["2021-12-17", "1997-05-27"])
def test_accounts_are_judged_as_if_each_were_alone(since: str, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = read(LIBRARY / "2021-us-russia" / "agreement.md")
    record = load([LIBRARY / "2021-security-record"])
    question = Question(on=date(2024, 12, 31), as_if_in_force=date.fromisoformat(since), engine="reference")
    told = check(agreement, record, question)

    monkeypatch.setattr("servanda.check.answer.Reusing", Never)

    assert check(agreement, record, question).verdicts == told.verdicts
