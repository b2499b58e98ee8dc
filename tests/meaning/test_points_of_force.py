"""Points 8 and 20 on the treaty plane: legal time is receipt, and a receipt that is not known settles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import Case, facts, of, only
from servanda.check import EngineName
from servanda.report.sentences import reason
from servanda.vocabulary.verdict import Outcome, Reason

REPLY = """
id: pact.reply
for each: request r
bearer: r.to
requires: reply y
where: [y.by is r.to, y.about is r]
due: y.start is within 30 days after r.start
"""
NO_TEST = """
id: pact.test
prohibits: test t
bearer: t.by
"""
CLAUSE = """
entry into force: {when: every signatory has deposited, effect: on that day}
joining: {when: it has deposited, effect: on that day}
exit: {when: it has given notice, effect: 3 months after that}
"""


def case(folder: Path, norm: str, instrument: str, *acts: str, status: str = "draft") -> Case:
    listed = "\n          ".join(f"- {{{act}}}" for act in acts) if acts else "[]"
    record = f"""
        instruments:
          - {{agreement: test-pact, kind: signature, by: [NOR, CHL], on: 2019-01-01}}
          - {{agreement: test-pact, kind: deposit, by: NOR, received: 2020-01-10}}
          - {instrument}
        acts:
          {listed}
        coverage:
          - {{until: 2022-01-01}}
    """
    return Case(folder, norm, record, clause=CLAUSE, parties="Norway, Chile", status=status)


def deposited(received: str) -> str:
    return f"{{agreement: test-pact, id: d2, kind: deposit, by: CHL, received: {received}}}"


def noticed(times: str) -> str:
    return (
        "{agreement: test-pact, kind: deposit, by: CHL, received: 2020-02-01}\n"
        f"          - {{agreement: test-pact, id: leaving, kind: notice, by: NOR, {times}}}"
    )


REQUEST = "id: r1, kind: request, by: CHL, to: NOR, start: {start}"


class TestReceipt:
    """Who is bound from when, where the day of a receipt is not known."""

    @pytest.mark.parametrize(
        ("start", "outcome"),
        [("2020-01-31", None), ("2020-02-15", Outcome.UNDETERMINED), ("2020-03-01", Outcome.BREACHED)],
    )
    def test_a_deposit_of_some_day_of_a_month_binds_for_certain_once_the_month_is_over(
        self, tmp_path: Path, engine: EngineName, start: str, outcome: Outcome | None
    ) -> None:
        asked = case(tmp_path, REPLY, deposited("2020-02"), REQUEST.format(start=start)).ask(as_if=None, engine=engine)
        found = of(asked, "NOR", "r1")

        assert [v.outcome for v in found] == ([] if outcome is None else [outcome])
        assert [facts(v) for v in found if v.outcome is Outcome.UNDETERMINED] in ([], [["attribute d2 received"]])

    def test_a_prohibition_is_open_for_the_days_on_which_nobody_knows_who_is_bound(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        asked = case(tmp_path, NO_TEST, deposited("2020-02")).ask(as_if=None, engine=engine)

        assert [v.outcome for v in of(asked, "NOR")] == [Outcome.UNDETERMINED, Outcome.COMPLIED]
        assert asked.assumptions.entry_into_force is None

    @pytest.mark.parametrize(
        ("times", "outcome"),
        [
            ("received: 2020-12-10, sent: 2020-06-10", Outcome.BREACHED),
            ("received: 2020-06-10, sent: 2020-06-10", None),
            ("received: unknown, sent: 2020-06-10", Outcome.UNDETERMINED),
        ],
    )
    def test_a_notice_ends_nothing_before_it_is_received(
        self, tmp_path: Path, engine: EngineName, times: str, outcome: Outcome | None
    ) -> None:
        acts = REQUEST.format(start="2021-03-01")
        asked = case(tmp_path, REPLY, noticed(times), acts).ask(as_if=None, engine=engine)

        assert [v.outcome for v in of(asked, "NOR", "r1")] == ([] if outcome is None else [outcome])

    def test_before_a_notice_can_have_arrived_its_author_is_bound(self, tmp_path: Path, engine: EngineName) -> None:
        acts = REQUEST.format(start="2020-09-09")
        asked = case(tmp_path, REPLY, noticed("received: unknown, sent: 2020-06-10"), acts).ask(
            as_if=None, engine=engine
        )
        assert only(asked, "NOR", "r1").outcome is Outcome.BREACHED


def test_one_that_has_left_is_not_told_that_a_draft_binds_nobody(tmp_path: Path) -> None:
    asked = case(tmp_path, REPLY, noticed("received: 2020-06-10")).ask(as_if=None)
    left = next(v for v in of(asked, "NOR") if v.reason is Reason.NOT_BOUND)

    assert reason(asked, left, "en") == "Not bound: the text bound this party up to 9 September 2020 and no longer."
