"""Extensions, one-to-one matching and receipt: points 9, 14 and 21, and what erasing a fact may do to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from meaning.asking import Case, facts, of, only, outcomes
from servanda.check import EngineName
from servanda.vocabulary.verdict import Outcome, Reason

REPLY = """
id: pact.reply
for each: request r
bearer: r.to
requires: reply y
where: [y.by is r.to, y.about is r]
due: y.start is within 10 days after r.start
may extend: {may_extend}
"""
AGREED = "{by: every other party has agreed, at most: 30 days}"
REQUEST = """
acts:
  - {{id: r1, kind: request, by: CHL, to: NOR, start: 2022-03-01}}
  - {{id: y1, kind: reply, by: NOR, about: r1, start: {reply}}}
  {more}
"""
EXTENSION = "- {{id: e1, kind: extension, by: CHL, about: r1, start: {made}, effective: {to}}}"
AGREEMENT = "- {{id: d1, kind: decision, by: CHL, about: {about}, start: {on}}}"


def reply(folder: Path, *more: str, on: str = "2022-03-20", may_extend: str = AGREED) -> Case:
    record = REQUEST.format(reply=on, more="\n  ".join(more))
    return Case(folder, REPLY.format(may_extend=may_extend), record, parties="Norway, Chile")


def extension(made: str = "2022-03-08", to: str = "2022-03-31") -> str:
    return EXTENSION.format(made=made, to=to)


def agreement(on: str = "2022-03-09", about: str = "e1") -> str:
    return AGREEMENT.format(on=on, about=about)


class TestExtensions:
    """A due date that was moved while the time ran."""

    def outcome(self, case: Case, engine: EngineName) -> Outcome:
        return only(case.over_the_year(engine), "NOR").outcome

    def test_what_is_done_inside_the_extended_time_is_in_time(self, tmp_path: Path, engine: EngineName) -> None:
        assert self.outcome(reply(tmp_path, extension(), agreement()), engine) is Outcome.COMPLIED

    def test_what_is_done_after_it_is_late_from_its_end(self, tmp_path: Path, engine: EngineName) -> None:
        case = reply(tmp_path, extension(), agreement(), on="2022-04-02")
        verdict = only(case.over_the_year(engine), "NOR")

        assert (verdict.outcome, verdict.reason) == (Outcome.BREACHED, Reason.DONE_LATE)

    @pytest.mark.parametrize(("on", "outcome"), [("2022-03-11", Outcome.COMPLIED), ("2022-03-12", Outcome.BREACHED)])
    def test_those_who_must_agree_may_do_so_up_to_the_end_of_the_time_that_is_moved(
        self, tmp_path: Path, engine: EngineName, on: str, outcome: Outcome
    ) -> None:
        assert self.outcome(reply(tmp_path, extension(), agreement(on)), engine) is outcome

    def test_an_agreement_to_something_else_moves_nothing(self, tmp_path: Path, engine: EngineName) -> None:
        assert self.outcome(reply(tmp_path, extension(), agreement(about="y1")), engine) is Outcome.BREACHED

    def test_an_extension_made_after_the_time_has_run_out_moves_nothing(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        case = reply(tmp_path, extension(made="2022-03-12"), may_extend="{at most: 30 days}")

        assert self.outcome(case, engine) is Outcome.BREACHED

    def test_a_second_extension_moves_the_time_as_the_first_has_left_it(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        second = "- {id: e2, kind: extension, by: CHL, about: r1, start: 2022-03-15, effective: 2022-03-31}"
        case = reply(tmp_path, extension(to="2022-03-16"), second, may_extend="{at most: 30 days}")
        once = reply(tmp_path, extension(to="2022-03-16"), second, may_extend="{at most: 30 days, times: 1}")

        assert self.outcome(case, engine) is Outcome.COMPLIED
        assert self.outcome(once, engine) is Outcome.BREACHED

    def test_it_moves_the_time_no_further_than_the_words_allow(self, tmp_path: Path, engine: EngineName) -> None:
        case = reply(tmp_path, extension(), may_extend="{at most: 5 days}")

        assert self.outcome(case, engine) is Outcome.BREACHED

    @pytest.mark.parametrize("erased", ["effective", "made"])
    def test_an_extension_of_which_a_time_is_unknown_leaves_it_open(
        self, tmp_path: Path, engine: EngineName, erased: str
    ) -> None:
        one = extension(to="unknown") if erased == "effective" else extension(made="unknown")

        assert self.outcome(reply(tmp_path, one, agreement()), engine) is Outcome.UNDETERMINED

    def test_without_coverage_of_extensions_nobody_knows_that_there_was_none(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        case = reply(tmp_path, may_extend="{at most: 30 days}")
        covered = case.record + "coverage:\n  - {kinds: [request, reply], until: 2023-01-01}\n"
        verdict = only(replace(case, record=covered).ask("2022-12-31", engine=engine), "NOR")

        assert verdict.outcome is Outcome.UNDETERMINED
        assert facts(verdict) == ["coverage 2022-03-01 extension 2022-03-11"]

    def test_a_party_without_a_trigger_gets_its_own_extension(self, tmp_path: Path, engine: EngineName) -> None:
        norm = """
        id: pact.clear
        for each: party p
        bearer: p
        requires: elimination e
        where: e.by is p
        due: e.start is on or before 2022-06-30
        may extend: {at most: 1 year}
        """
        record = """
        acts:
          - {id: e1, kind: elimination, by: NOR, start: 2022-09-01}
          - {id: e2, kind: elimination, by: CHL, start: 2022-09-01}
          - {id: x1, kind: extension, by: NOR, about: NOR, norm: pact.clear, start: 2022-05-01, effective: 2022-12-31}
        """
        asked = Case(tmp_path, norm, record, parties="Norway, Chile").over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.COMPLIED]
        assert outcomes(asked, "CHL") == [Outcome.BREACHED]


DRILL = """
id: pact.drill
for each: exercise x
when: x.scenario is big
bearer: x.by
requires: notification n
where: [n.by is x.by, n.subject is drill]
due: n.start is on or before x.start
matching: one to one
"""


def drills(folder: Path, first: str, scenario: str = "big", notices: int = 1) -> Case:
    told = "\n          ".join(
        f"- {{id: n{i + 1}, kind: notification, by: NOR, subject: drill, start: 2022-04-0{i + 1}}}"
        for i in range(notices)
    )
    return Case(
        folder,
        DRILL,
        f"""
        acts:
          - {{id: x1, kind: exercise, by: NOR, start: {first}, scenario: {scenario}}}
          - {{id: x2, kind: exercise, by: NOR, start: 2022-06-01, scenario: big}}
          {told}
        """,
    )


class TestOneToOne:
    """14: an act that another occasion may have used is not certainly free."""

    def ask(self, case: Case, engine: EngineName) -> tuple[list[Outcome], list[Outcome]]:
        asked = case.over_the_year(engine)
        return outcomes(asked, "NOR", "x1"), outcomes(asked, "NOR", "x2")

    def test_the_earlier_deadline_takes_the_one_notice(self, tmp_path: Path, engine: EngineName) -> None:
        assert self.ask(drills(tmp_path, "2022-05-01"), engine) == ([Outcome.COMPLIED], [Outcome.BREACHED])
        assert self.ask(drills(tmp_path, "2022-07-01"), engine) == ([Outcome.BREACHED], [Outcome.COMPLIED])

    @pytest.mark.parametrize("first", ["unknown", "2022", "{between: [2022-05-15, 2022-06-15]}"])
    def test_where_nobody_knows_who_comes_first_neither_has_it(
        self, tmp_path: Path, engine: EngineName, first: str
    ) -> None:
        assert self.ask(drills(tmp_path, first), engine) == ([Outcome.UNDETERMINED], [Outcome.UNDETERMINED])

    def test_an_occasion_that_may_call_for_it_may_have_used_it(self, tmp_path: Path, engine: EngineName) -> None:
        case = drills(tmp_path, "2022-05-01", scenario="unknown")

        assert self.ask(case, engine) == ([Outcome.UNDETERMINED], [Outcome.UNDETERMINED])

    def test_where_there_is_enough_for_both_it_does_not_matter_who_comes_first(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        case = drills(tmp_path, "{between: [2022-05-15, 2022-06-15]}", notices=2)

        assert self.ask(case, engine) == ([Outcome.COMPLIED], [Outcome.COMPLIED])


CONSENT = """
id: pact.test
prohibits: test t
bearer: t.by
unless: {consent of all: every other party has consented to t}
"""


@pytest.mark.parametrize(
    ("start", "received", "outcome"),
    [
        ("2022-04-01", "2022-04-02", Outcome.COMPLIED),
        ("2022-04-01", "unknown", Outcome.UNDETERMINED),
        ("2022-04-01", "2022-05-02", Outcome.BREACHED),
        ("2022-05-02", "unknown", Outcome.BREACHED),
    ],
)
def test_a_consent_counts_from_its_receipt_and_an_unknown_receipt_is_no_sooner_than_the_message(
    tmp_path: Path, engine: EngineName, start: str, received: str, outcome: Outcome
) -> None:
    record = f"""
    acts:
      - {{id: t1, kind: test, by: NOR, start: 2022-05-01}}
      - {{id: c1, kind: consent, by: CHL, about: t1, start: {start}, received: {received}}}
    """
    case = Case(tmp_path, CONSENT, record, parties="Norway, Chile")
    asked = case.over_the_year(engine)

    assert only(asked, "NOR").outcome is outcome


@pytest.mark.parametrize("span", ["9000 years", "75000000 hours"])
def test_a_time_beyond_the_calendar_is_reached_by_nobody(tmp_path: Path, engine: EngineName, span: str) -> None:
    norm = REPLY.replace("10 days", span).replace("may extend: {may_extend}\n", "")
    case = Case(tmp_path, norm, REQUEST.format(reply="2022-03-20", more=""), parties="Norway, Chile")
    asked = case.over_the_year(engine)

    assert outcomes(asked, "NOR") == [Outcome.UNDETERMINED]
    assert [facts(v) for v in of(asked, "NOR")] == [["calendar"]]
