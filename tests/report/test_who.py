"""Who answers, in words: a party, all of them as one, one that nobody knows, and those whom nothing binds."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import Case
from servanda.check import Answer
from servanda.check.explain import explain
from servanda.messages import Lang
from servanda.report.brief import parties
from servanda.report.details import bearers
from servanda.report.folding import entries
from servanda.report.rows import rows as flat
from servanda.report.sentences import JOINTLY, Who, in_order
from servanda.report.summary import rows
from servanda.vocabulary.verdict import Outcome, Reason

TEST = """
id: pact.test
prohibits: test t
bearer: t.by
"""
TOGETHER = """
id: pact.tests
limits: test t
bearer: every party jointly
measure: count of t in each year
at most: 1
"""
ACTS = """
acts:
  - {{id: t1, kind: test, by: {by}, start: 2022-05-01}}
  - {{id: t2, kind: test, by: {by}, start: 2022-05-02}}
"""


def asked(folder: Path, norm: str, by: str, **more: str) -> Answer:
    return Case(folder, norm, ACTS.format(by=by), **more).ask("2022-12-31", complete_until="2023-01-01")


def told(answer: Answer, outcome: Outcome, lang: Lang) -> list[tuple[str, str]]:
    """The row of that outcome, as the summary and as the table have it."""
    short = [parties(r, lang) for r in rows(answer) if r.outcome is outcome]
    return list(
        zip(short, [bearers(e, lang) for e in entries(answer, lang) if e.first.outcome is outcome], strict=False)
    )


@pytest.mark.parametrize(("lang", "name"), [("en", "a party that is not known"), ("vi", "một bên chưa rõ là ai")])
def test_an_author_whom_nobody_knows_is_not_all_parties_as_one(tmp_path: Path, lang: Lang, name: str) -> None:
    answer = asked(tmp_path, TEST, "unknown")

    assert any(name in pair[0] for pair in told(answer, Outcome.UNDETERMINED, lang))


@pytest.mark.parametrize(("lang", "name"), [("en", "the Parties jointly"), ("vi", "các bên cùng chịu")])
def test_parties_that_answer_as_one_are_named_so(tmp_path: Path, lang: Lang, name: str) -> None:
    assert told(asked(tmp_path, TOGETHER, "NOR"), Outcome.BREACHED, lang) == [(name, name)]


def test_those_whom_nothing_binds_are_counted_as_states(tmp_path: Path) -> None:
    answer = Case(tmp_path, TEST, ACTS.format(by="NOR"), parties="States").ask("2022-12-31", as_if=None)
    outside = [parties(r, "en") for r in rows(answer) if r.reason is Reason.NOT_BOUND]

    assert [name.endswith(" States") for name in outside] == [True]


def test_a_year_without_a_verdict_of_its_own_can_be_told_and_explained(tmp_path: Path) -> None:
    """One that has left has a row without a year, for a norm that ranges over years."""
    norm = """
    id: pact.report
    for each: party p, year y
    bearer: p
    requires: report r
    where: [r.by is p, r.covers is y]
    due: r.received is on or before first 30 April after y.start
    """
    clause = """
    entry into force: {when: some State has deposited, effect: on that day}
    joining: {when: it has deposited, effect: on that day}
    exit: {when: it has given notice, effect: 1 month after that}
    """
    record = """
    instruments:
      - {agreement: test-pact, kind: deposit, by: NOR, received: 2022-01-01}
      - {agreement: test-pact, kind: notice, by: NOR, received: 2022-06-01}
    """
    answer = Case(tmp_path, norm, record, clause=clause).ask("2022-12-31", as_if=None, complete_until="2023-01-01")
    explanations = {i: explain(answer, v) for i, v in enumerate(answer.verdicts)}

    assert {r["outcome"] for r in flat(answer, "en", explanations) if r["bearer"] == "NOR"} == {
        "breached",
        "not engaged",
    }


def test_those_who_answer_are_told_in_one_order() -> None:
    """All as one, somebody unknown, then each by its code, whatever order they are found in."""
    orders: list[list[Who]] = [["USA", None, JOINTLY, "ARG"], [JOINTLY, "ARG", "USA", None]]
    for found in orders:
        assert sorted(found, key=in_order) == [JOINTLY, None, "ARG", "USA"]
