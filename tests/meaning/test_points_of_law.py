"""Points 10, 14, 17 to 20 and 23, and the outcome table: modes, readings, force, scope, matching, precedence."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import Case, facts, of, only, outcomes
from servanda.check import EngineName
from servanda.temporal import day_of
from servanda.vocabulary.verdict import Outcome, Reason

BASE = "{id: b1, kind: base, by: NOR, host: CHL, start: 2021-06-01, until: 2022-12-31}"


class TestActsAndStates:
    """17: any day of a state counts under keeping, only its start under placing."""

    def norm(self, mode: str) -> str:
        return f"id: pact.bases\nprohibits: {mode} base b\nbearer: b.by\nwhere: b.host is not b.by"

    def test_keeping_counts_from_the_first_day_bound(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.norm("keeping"), f"acts: [{BASE}]").over_the_year(engine)
        finding = only(asked, "NOR").finding
        assert finding.outcome is Outcome.BREACHED
        assert finding.start is not None
        assert finding.until is not None
        assert (str(day_of(finding.start)), str(day_of(finding.until))) == ("2022-01-01", "2022-12-31")

    def test_placing_before_being_bound_is_outside(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.norm("placing"), f"acts: [{BASE}]").over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.COMPLIED]

    def test_the_day_on_which_the_host_joins_ends_the_matter(self, tmp_path: Path, engine: EngineName) -> None:
        norm = "id: pact.bases\nprohibits: keeping base b\nbearer: b.by\nwhere: b.host is not in NATO"
        record = f"acts: [{BASE}]\nmemberships: [{{group: NATO, member: CHL, from: 2022-05-01}}]"
        asked = Case(tmp_path, norm, record).over_the_year(engine)
        (verdict,) = of(asked, "NOR")
        assert verdict.finding.until is not None
        assert str(day_of(verdict.finding.until)) == "2022-04-30"


class TestReadings:
    """18: no reading is a silent default, and an open parameter is unknown."""

    NORM = """
    id: pact.bases
    prohibits: {readings: {keeping: keeping base b, placing: placing base b}}
    bearer: b.by
    where: b.host is not b.by
    """

    def test_outcomes_that_differ_depend_on_the_reading(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.NORM, f"acts: [{BASE}]").over_the_year(engine)
        verdict = only(asked, "NOR", "b1")
        assert (verdict.outcome, verdict.over) == (Outcome.DEPENDS, ("reading",))
        assert {a.readings[0][1]: a.outcome for a in verdict.alternatives} == {
            "keeping": Outcome.BREACHED,
            "placing": Outcome.COMPLIED,
        }

    def test_a_choice_settles_it(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.NORM, f"acts: [{BASE}]").over_the_year(
            engine, readings={"pact.bases.prohibits": "keeping"}
        )
        assert only(asked, "NOR", "b1").outcome is Outcome.BREACHED

    OPEN = """
    id: pact.missiles
    prohibits: placing deployment d
    bearer: d.by
    where: d.range is more than Least Range
    """

    def test_an_open_parameter_is_unknown_until_it_is_given(self, tmp_path: Path, engine: EngineName) -> None:
        record = "acts: [{id: d1, kind: deployment, by: NOR, start: 2022-03-01, range: 900 km}]"
        case = Case(tmp_path, self.OPEN, record, terms="parameters: {Least Range: {unit: km}}")
        verdict = only(case.over_the_year(engine), "NOR")
        assert (verdict.outcome, facts(verdict)) == (Outcome.UNDETERMINED, ["parameter Least Range"])
        given = case.over_the_year(engine, parameters={"Least Range": "500 km"})
        assert only(given, "NOR").outcome is Outcome.BREACHED


class TestForce:
    """19 and 20: counterfactual force, being bound from receipt, exit, what ended before."""

    NORM = "id: pact.bases\nprohibits: keeping base b\nbearer: b.by\nwhere: b.host is not b.by"
    CLAUSE = """
    entry into force: {when: at least 2 States have deposited, effect: on that day}
    joining: {when: it has deposited, effect: on that day}
    exit: {when: it has given notice, effect: 30 days after that}
    """

    def test_a_draft_binds_nobody(self, tmp_path: Path, engine: EngineName) -> None:
        case = Case(tmp_path, self.NORM, f"acts: [{BASE}]", status="draft")
        asked = case.ask("2022-12-31", as_if=None, complete_until="2023-01-01", engine=engine)
        assert {(v.outcome, v.reason) for v in asked.verdicts} == {(Outcome.NOT_ENGAGED, Reason.NOT_BOUND)}

    def test_the_second_deposit_brings_it_into_force(self, tmp_path: Path, engine: EngineName) -> None:
        record = f"""
        acts: [{BASE}]
        instruments:
          - {{kind: deposit, by: NOR, received: 2022-02-01}}
          - {{kind: deposit, by: CHL, received: 2022-03-01}}
        """
        asked = Case(tmp_path, self.NORM, record, clause=self.CLAUSE).ask(
            "2022-12-31", as_if=None, complete_until="2023-01-01", engine=engine
        )
        assert asked.assumptions.entry_into_force == "2022-03-01"
        finding = only(asked, "NOR").finding
        assert finding.start is not None
        assert str(day_of(finding.start)) == "2022-03-01"
        assert only(asked, "GHA").reason is Reason.NOT_BOUND

    def test_exit_counts_from_receipt_and_the_29th_day_is_the_last(self, tmp_path: Path, engine: EngineName) -> None:
        record = f"acts: [{BASE}]\ninstruments: [{{kind: notice, by: NOR, sent: 2022-02-22, received: 2022-03-01}}]"
        asked = Case(tmp_path, self.NORM, record, clause=self.CLAUSE).over_the_year(engine)
        (breach,) = of(asked, "NOR", "b1")
        (gone,) = (v for v in of(asked, "NOR") if v.finding.act is None)
        assert breach.finding.until is not None
        assert (breach.outcome, str(day_of(breach.finding.until))) == (Outcome.BREACHED, "2022-03-30")
        assert (gone.outcome, gone.reason) == (Outcome.NOT_ENGAGED, Reason.NOT_BOUND)

    def test_a_notice_revoked_in_time_leaves_the_party_bound(self, tmp_path: Path, engine: EngineName) -> None:
        record = f"""
        acts: [{BASE}]
        instruments:
          - {{kind: notice, by: NOR, received: 2022-03-01}}
          - {{kind: revocation, by: NOR, received: 2022-03-30}}
        """
        asked = Case(tmp_path, self.NORM, record, clause=self.CLAUSE).over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.BREACHED]


class TestMatching:
    """14: one notice may serve several occasions, unless the text says one to one; a missing key never matches."""

    def norm(self, matching: str) -> str:
        return f"""
        id: pact.answer
        for each: request r
        bearer: r.to
        requires: reply y
        where: [y.by is r.to, y.subject is r.subject]
        due: y.sent is within 10 days after r.received
        matching: {matching}
        """

    RECORD = """
    acts:
      - {id: r1, kind: request, by: CHL, to: NOR, subject: visits, start: 2022-03-01, received: 2022-03-01}
      - {id: r2, kind: request, by: CHL, to: NOR, subject: visits, start: 2022-03-02, received: 2022-03-02}
      - {id: y1, kind: reply, by: NOR, to: CHL, subject: %s, start: 2022-03-05, sent: 2022-03-05}
    """

    def test_shared(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.norm("shared"), self.RECORD % "visits").over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.COMPLIED, Outcome.COMPLIED]

    def test_one_to_one_serves_the_earliest_deadline_first(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.norm("one to one"), self.RECORD % "visits").over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.COMPLIED, Outcome.BREACHED]

    def test_a_missing_key_feeds_possibly_alone(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.norm("shared"), self.RECORD % "unknown").over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.UNDETERMINED, Outcome.UNDETERMINED]


class TestJudgement:
    """The outcome table on norms that await judgement."""

    NORM = """
    id: pact.restraint
    standard: the Parties act with restraint
    bearer: every party
    awaits: judgement of every other party
    """
    SPOKEN = """
      - {id: x1, kind: exercise, by: NOR, start: 2022-04-01, until: 2022-04-09}
      - {id: s1, kind: statement, by: CHL, start: 2022-04-05, received: 2022-04-05, invokes: pact.restraint, about: x1}
    """

    def test_without_a_statement_it_is_not_engaged(self, tmp_path: Path, engine: EngineName) -> None:
        case = Case(tmp_path, self.NORM, "acts: []")
        covered = case.over_the_year(engine)
        assert set(outcomes(covered)) == {Outcome.NOT_ENGAGED}
        assert set(outcomes(case.ask("2022-12-31", engine=engine))) == {Outcome.UNDETERMINED}

    def test_a_statement_engages_it_and_it_awaits_the_speaker(self, tmp_path: Path, engine: EngineName) -> None:
        asked = Case(tmp_path, self.NORM, "acts:" + self.SPOKEN).over_the_year(engine)
        verdict = only(asked, "NOR", "s1")
        assert (verdict.outcome, verdict.finding.owed_judgement) == (Outcome.AWAITS, ("CHL",))
        assert outcomes(asked, "GHA") == [Outcome.NOT_ENGAGED]

    def test_a_statement_against_one_is_against_nobody_else(self, tmp_path: Path, engine: EngineName) -> None:
        spoken = "\n  - {id: s1, kind: statement, by: CHL, start: 2022-04-05, invokes: pact.restraint, against: NOR}\n"
        asked = Case(tmp_path, self.NORM, "acts:" + spoken).over_the_year(engine)
        assert only(asked, "NOR", "s1").outcome is Outcome.AWAITS
        assert outcomes(asked, "GHA") == [Outcome.NOT_ENGAGED]

    @pytest.mark.parametrize(("finding", "outcome"), [("breach", Outcome.BREACHED), ("no-breach", Outcome.COMPLIED)])
    def test_an_attested_judgement_decides_it(
        self, tmp_path: Path, engine: EngineName, finding: str, outcome: Outcome
    ) -> None:
        judged = (
            f"  - {{id: j1, kind: judgement, by: CHL, start: 2022-06-01, norm: pact.restraint, about: s1,"
            f" finding: {finding}}}\n"
        )
        asked = Case(tmp_path, self.NORM, "acts:" + self.SPOKEN.rstrip() + "\n    " + judged).over_the_year(engine)
        verdict = only(asked, "NOR", "s1")
        assert (verdict.outcome, verdict.finding.witnesses) == (outcome, ("j1",))


class TestStrength:
    """Strength: what is recommended or voluntary can be kept and not breached."""

    @pytest.mark.parametrize(("strength", "reason"), [("should", Reason.RECOMMENDED), ("may", Reason.VOLUNTARY)])
    def test_not_done_is_no_breach(self, tmp_path: Path, engine: EngineName, strength: str, reason: Reason) -> None:
        norm = f"""
        id: pact.report
        for each: party p
        bearer: p
        requires: report r
        where: r.by is p
        due: r.received is on or before 2022-06-01
        strength: {strength}
        """
        verdict = only(Case(tmp_path, norm, "acts: []").over_the_year(engine), "NOR")
        assert (verdict.outcome, verdict.reason) == (Outcome.NOT_ENGAGED, reason)


def test_a_permission_that_prevails_saves_the_act(tmp_path: Path, engine: EngineName) -> None:
    """20 and 23: precedence is declared, and the verdict names what prevailed."""
    norm = """
    id: pact.transit
    prohibits: transit t
    bearer: t.by
    where: t.class is capital-ship
    ---
    id: pact.home
    permits: transit t
    bearer: t.by
    where: t.host is t.by
    notwithstanding: [pact.transit]
    """
    record = """
    acts:
      - {id: t1, kind: transit, by: NOR, host: NOR, class: capital-ship, start: 2022-03-01, until: 2022-03-02}
      - {id: t2, kind: transit, by: CHL, host: NOR, class: capital-ship, start: 2022-03-01, until: 2022-03-02}
    """
    asked = Case(tmp_path, norm, record).over_the_year(engine)
    saved = only(asked, "NOR", "t1")
    assert (saved.outcome, saved.finding.exception) == (Outcome.COMPLIED, "pact.home")
    assert only(asked, "CHL", "t2").outcome is Outcome.BREACHED


def test_a_breach_of_one_norm_is_the_occasion_of_another(tmp_path: Path, engine: EngineName) -> None:
    """Strata: the duty after a breach runs from the breach that another norm found."""
    norm = """
    id: pact.bases
    prohibits: placing base b
    bearer: b.by
    where: b.host is not b.by
    ---
    id: pact.return
    for each: breach k of pact.bases
    bearer: k.by
    requires: return r
    where: r.about is k.act
    due: r.until is within 30 days after k.start
    """
    record = """
    acts:
      - {id: b1, kind: base, by: NOR, host: CHL, start: 2022-03-01}
      - {id: r1, kind: return, by: NOR, about: b1, start: 2022-03-10, until: 2022-03-20}
      - {id: b2, kind: base, by: GHA, host: CHL, start: 2022-03-01}
    """
    asked = Case(tmp_path, norm, record).over_the_year(engine)
    after = {v.finding.bearer: v.outcome for v in asked.verdicts if v.finding.norm == "pact.return"}
    assert after == {"NOR": Outcome.COMPLIED, "GHA": Outcome.BREACHED, "CHL": Outcome.NOT_ENGAGED}
