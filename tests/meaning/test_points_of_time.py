"""Points 1 to 6, 9 and 21 of the meaning: bounds, units, month ends, zones, day-only acts, ties, lateness."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import Case, facts, of, only, outcomes
from servanda.check import EngineName
from servanda.temporal import DAY_US
from servanda.vocabulary.verdict import Outcome, Reason

NOTICE = """
id: pact.notice
for each: exercise x, other party q
when: x.troops is at least 9 000 persons
bearer: x.by
owed to: q
requires: notification n
where: [n.about is x, n.to is q]
due: n.received is at least 42 days before x.start
"""

ANSWER = """
id: pact.answer
for each: request r
bearer: r.to
owed to: r.by
requires: reply y
where: [y.about is r, y.by is r.to]
due: y.sent is within {span} after r.received
"""


def notice(folder: Path, received: str, start: str = "2022-08-12", troops: str = "9 000 persons") -> Case:
    return Case(
        folder,
        NOTICE,
        f"""
        acts:
          - {{id: x1, kind: exercise, by: NOR, start: {start}, until: 2022-12-01, troops: {troops}}}
          - {{id: n1, kind: notification, by: NOR, about: x1, to: [CHL, GHA], start: {received}, received: {received}}}
        """,
    )


def answer(folder: Path, span: str, received: str, sent: str, zone: str = "UTC") -> Case:
    return Case(
        folder,
        ANSWER.format(span=span),
        f"""
        acts:
          - {{id: r1, kind: request, by: CHL, to: NOR, start: {received}, received: {received}}}
          - {{id: y1, kind: reply, by: NOR, to: CHL, about: r1, start: {sent}, sent: {sent}}}
        """,
        zone=zone,
    )


class TestBounds:
    """1: bounds are explicit."""

    @pytest.mark.parametrize(
        ("received", "outcome"),
        [("2022-07-01", Outcome.COMPLIED), ("2022-06-30", Outcome.COMPLIED), ("2022-07-02", Outcome.BREACHED)],
    )
    def test_at_least_42_days_before_is_met_on_the_42nd_day(
        self, tmp_path: Path, engine: EngineName, received: str, outcome: Outcome
    ) -> None:
        asked = notice(tmp_path, received).over_the_year(engine)
        assert set(outcomes(asked, "NOR", "x1")) == {outcome}

    @pytest.mark.parametrize(
        ("sent", "outcome"),
        [
            ("'2022-03-04T09:00:00Z'", Outcome.COMPLIED),
            ("'2022-03-04T09:00:01Z'", Outcome.BREACHED),
            ("'2022-03-01T09:00:00Z'", Outcome.COMPLIED),
        ],
    )
    def test_within_is_closed_at_both_ends(
        self, tmp_path: Path, engine: EngineName, sent: str, outcome: Outcome
    ) -> None:
        case = answer(tmp_path, "72 hours", "'2022-03-01T09:00:00Z'", sent)
        assert only(case.over_the_year(engine), "NOR").outcome is outcome


class TestUnitsAndZones:
    """2 to 4: hours are elapsed, days are counted in the agreement's zone, months clip, a date ends at 24:00."""

    def test_hours_and_days_part_when_the_clocks_change(self, tmp_path: Path, engine: EngineName) -> None:
        # Europe/Berlin put its clocks forward in the night to 2022-03-27: that day had 23 hours.
        asked = ("'2022-03-26T12:00:00+01:00'", "'2022-03-27T23:59:00+02:00'", "Europe/Berlin")
        in_days = answer(tmp_path, "1 day", *asked).over_the_year(engine)
        assert only(in_days, "NOR").outcome is Outcome.COMPLIED
        in_hours = answer(tmp_path, "24 hours", *asked).over_the_year(engine)
        late = only(in_hours, "NOR")
        assert late.outcome is Outcome.BREACHED
        assert late.finding.late_by == (11 * 60 - 1) * 60_000_000

    def test_a_month_after_the_31st_ends_on_the_last_day_of_the_next(self, tmp_path: Path, engine: EngineName) -> None:
        case = answer(tmp_path, "6 months", "2021-08-31", "2022-02-28")
        in_time = only(case.ask("2022-12-31", as_if="2021-01-01", complete_until="2023-01-01", engine=engine), "NOR")
        assert in_time.outcome is Outcome.COMPLIED
        case = answer(tmp_path, "6 months", "2021-08-31", "2022-03-01")
        late = only(case.ask("2022-12-31", as_if="2021-01-01", complete_until="2023-01-01", engine=engine), "NOR")
        assert late.outcome is Outcome.BREACHED

    def test_a_date_ends_at_midnight_of_the_agreements_zone_whatever_the_reporters_offset(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        # 2022-03-04T23:30 in Chile is 2022-03-05T02:30 in UTC: a day late by the agreement's zone.
        case = answer(tmp_path, "3 days", "2022-03-01", "'2022-03-04T23:30:00-03:00'")
        assert only(case.over_the_year(engine), "NOR").outcome is Outcome.BREACHED
        case = answer(tmp_path, "3 days", "2022-03-01", "'2022-03-04T23:30:00-03:00'", zone="America/Santiago")
        assert only(case.over_the_year(engine), "NOR").outcome is Outcome.COMPLIED


class TestDayOnly:
    """5: a time known by its day alone is an interval."""

    def test_a_verdict_that_hangs_on_the_hour_is_undetermined_and_names_it(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        case = answer(tmp_path, "72 hours", "'2022-03-01T09:00:00Z'", "2022-03-04")
        verdict = only(case.over_the_year(engine), "NOR")
        assert verdict.outcome is Outcome.UNDETERMINED
        assert "hour y1" in facts(verdict)

    def test_a_day_before_the_deadline_needs_no_hour(self, tmp_path: Path, engine: EngineName) -> None:
        case = answer(tmp_path, "72 hours", "'2022-03-01T09:00:00Z'", "2022-03-03")
        assert only(case.over_the_year(engine), "NOR").outcome is (Outcome.COMPLIED)


class TestLateness:
    """8 and 9: an open window is pending, a closed one without coverage overdue, late is late."""

    def test_pending_while_the_window_is_open(self, tmp_path: Path, engine: EngineName) -> None:
        case = Case(
            tmp_path,
            ANSWER.format(span="3 days"),
            "acts: [{id: r1, kind: request, by: CHL, to: NOR, start: 2022-03-01, received: 2022-03-01}]",
        )
        assert (
            only(case.ask("2022-03-04", complete_until="2022-03-05", engine=engine), "NOR").outcome is Outcome.PENDING
        )
        assert (
            only(case.ask("2022-03-05", complete_until="2022-03-06", engine=engine), "NOR").outcome is Outcome.BREACHED
        )
        assert (
            only(case.ask("2022-03-05", complete_until="2022-03-03", engine=engine), "NOR").outcome is Outcome.OVERDUE
        )
        assert only(case.ask("2022-03-05", engine=engine), "NOR").outcome is Outcome.OVERDUE

    def test_a_duty_done_late_stays_breached_with_its_cure(self, tmp_path: Path, engine: EngineName) -> None:
        verdict = only(
            answer(tmp_path, "3 days", "2022-03-01", "2022-03-09").over_the_year(engine),
            "NOR",
        )
        assert (verdict.outcome, verdict.reason) == (Outcome.BREACHED, Reason.DONE_LATE)
        assert verdict.finding.late_by is not None
        assert verdict.finding.late_by // DAY_US == 4


class TestNoDeadline:
    """21: a duty without a deadline is pending until done; a standing duty only a refusal breaks."""

    DUTY = """
    id: pact.line
    for each: party p, other party q
    bearer: p
    owed to: q
    requires: hotline h
    where: [h.by is p, h.to is q]
    due: no deadline
    """

    def test_pending_until_done(self, tmp_path: Path, engine: EngineName) -> None:
        case = Case(tmp_path, self.DUTY, "acts: [{id: h1, kind: hotline, by: NOR, to: CHL, start: 2022-05-01}]")
        asked = case.ask("2030-12-31", complete_until="2031-01-01", engine=engine)
        assert {(v.finding.counterparty, v.outcome) for v in of(asked, "NOR")} == {
            ("CHL", Outcome.COMPLIED),
            ("GHA", Outcome.PENDING),
        }

    KEPT = """
    id: pact.dialogue
    for each: party p
    bearer: p
    requires: consultation c
    where: c.participant is p
    due: kept up
    broken by: some refusal f where f.by is p and f.subject is dialogue
    """

    def test_a_standing_duty_is_pending_and_shows_what_carries_it_on(self, tmp_path: Path, engine: EngineName) -> None:
        record = "acts: [{id: c1, kind: consultation, by: NOR, participant: [NOR, CHL], start: 2022-05-01}]"
        verdict = only(Case(tmp_path, self.KEPT, record).ask("2022-12-31", engine=engine), "NOR")
        assert (verdict.outcome, verdict.finding.witnesses) == (Outcome.PENDING, ("c1",))

    def test_a_recorded_refusal_breaks_it(self, tmp_path: Path, engine: EngineName) -> None:
        record = "acts: [{id: f1, kind: refusal, by: NOR, to: CHL, subject: dialogue, start: 2022-05-01}]"
        asked = Case(tmp_path, self.KEPT, record).ask("2022-12-31", engine=engine)
        assert outcomes(asked, "NOR") == [Outcome.BREACHED]
        assert outcomes(asked, "CHL") == [Outcome.PENDING]
