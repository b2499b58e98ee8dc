"""Point 20 on the treaty plane: what the clauses say, and the Vienna Convention where they are silent (VCLT 24 to 78).

A clause, or a part of one, that is not run settles nothing: what hangs on it is undetermined and names it.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from meaning.asking import Case, facts, of
from servanda.check import Answer, EngineName
from servanda.temporal import day_of
from servanda.vocabulary.verdict import Outcome

pytestmark = pytest.mark.parametrize("engine", ["reference", "duckdb"])

NO_TEST = """
id: pact.test
prohibits: test t
bearer: t.by
"""
DEPOSITED = "entry into force: {when: every signatory has deposited, effect: on that day}"
SIGNED = "entry into force: {when: every signatory has signed, effect: on that day}"
JOINING = "joining: {when: it has deposited, effect: on that day}"
NOTICE = "exit: {when: it has given notice, effect: 3 months after that}"
COMPLETE = "coverage: [{until: 2026-01-01}]"
THREE_SIGN = "{kind: signature, by: [NOR, CHL, GHA], on: 2019-01-10}"


def asked(
    folder: Path,
    engine: EngineName,
    clause: str,
    *instruments: str,
    front: str = "depositary: Norway\n",
    more: str = COMPLETE,
    on: str = "2025-12-31",
) -> Answer:
    rows = "".join(f"\n  - {row}" for row in instruments)
    record = f"instruments:{rows}\n{more}\n"
    return Case(folder, NO_TEST, record, clause=clause, front=front).ask(on, as_if=None, engine=engine)


def days(answer: Answer, code: str) -> list[tuple[str, str, str]]:
    """The outcome, first and last day of each row on the party's being bound; rows not engaged left out."""
    found = []
    for v in of(answer, code):
        if v.outcome is not Outcome.NOT_ENGAGED and v.finding.start is not None and v.finding.until is not None:
            found.append((str(v.outcome), str(day_of(v.finding.start)), str(day_of(v.finding.until))))
    return found


def bound(answer: Answer, code: str) -> list[tuple[str, str]]:
    """The days on which the party is bound, where nothing is open."""
    rows = days(answer, code)
    assert {outcome for outcome, *_ in rows} <= {"complied"}
    return [(first, last) for _, first, last in rows]


class TestSignatories:
    """`every signatory` is all that sign, or else all whom the text names; nothing is reached by nobody."""

    def test_without_a_signature_every_signatory_is_every_State_that_the_text_names(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        answer = asked(tmp_path, engine, DEPOSITED, "{kind: deposit, by: NOR, on: 2019-02-10}")
        assert (answer.assumptions.entry_into_force, days(answer, "NOR")) == (None, [])

    def test_the_last_of_those_who_sign_brings_it_into_force(self, tmp_path: Path, engine: EngineName) -> None:
        rows = [f"{{kind: signature, by: {c}, on: {d}}}" for c, d in (("NOR", "2019-01-10"), ("CHL", "2019-02-10"))]
        answer = asked(tmp_path, engine, SIGNED, *rows, "{kind: signature, by: GHA, on: 2019-02-20}")
        assert answer.assumptions.entry_into_force == "2019-02-20"

    def test_one_that_signs_and_deposits_before_the_others_have_signed_is_not_every_signatory(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        rows = [
            "{kind: signature, by: NOR, on: 2019-01-10}",
            "{kind: deposit, by: NOR, on: 2019-01-11}",
            "{kind: signature, by: [CHL, GHA], on: 2019-02-10}",
            "{kind: deposit, by: [CHL, GHA], on: 2020-02-10}",
        ]
        answer = asked(tmp_path, engine, f"{DEPOSITED}\n{JOINING}", *rows)
        assert answer.assumptions.entry_into_force == "2020-02-10"

    def test_a_stray_notice_brings_nothing_into_force(self, tmp_path: Path, engine: EngineName) -> None:
        stray = "{kind: notice, by: CHL, on: 2018-06-10}"
        answer = asked(tmp_path, engine, f"{SIGNED}\n{NOTICE}", stray, THREE_SIGN)
        assert bound(answer, "CHL") == [("2019-01-10", "2025-12-31")]

    def test_one_signature_alone_is_no_treaty(self, tmp_path: Path, engine: EngineName) -> None:
        answer = asked(tmp_path, engine, SIGNED, "{kind: signature, by: NOR, on: 2019-01-10}")
        assert days(answer, "NOR") == []

    def test_a_named_State_whose_signature_may_be_missing_leaves_it_open(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        two = "{kind: signature, by: [NOR, CHL], on: 2019-01-10}"
        answer = asked(tmp_path, engine, SIGNED, two, more="coverage: [{kinds: [test], until: 2026-01-01}]")

        assert days(answer, "NOR") == [("undetermined", "2019-01-10", "2025-12-31")]
        assert [facts(v) for v in of(answer, "NOR")] == [["coverage signature GHA"]]

    def test_one_that_joins_by_signing_a_text_signed_before_is_no_signatory_of_it(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        clause = f"{SIGNED}\njoining: {{when: it has signed, effect: on that day}}"
        rows = ["{kind: signature, by: [NOR, CHL], on: 2019-01-10}", "{kind: signature, by: GHA, on: 2020-01-10}"]
        answer = asked(tmp_path, engine, clause, *rows, front="signed: 2019-01-10\n")

        assert bound(answer, "NOR") == [("2019-01-10", "2025-12-31")]
        assert bound(answer, "GHA") == [("2020-01-10", "2025-12-31")]

    def test_every_party_before_entry_into_force_is_every_State_that_the_text_names(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        clause = "entry into force: {when: every party has deposited, effect: on that day}"
        rows = ["{kind: deposit, by: NOR, on: 2019-02-10}", "{kind: deposit, by: [CHL, GHA], on: 2019-03-10}"]
        assert asked(tmp_path, engine, clause, *rows).assumptions.entry_into_force == "2019-03-10"


class TestRevokedConsent:
    """Consent may be taken back until it takes effect, and lowers the count (VCLT 68)."""

    CLAUSE = f"entry into force: {{when: at least 2 States have deposited, effect: 30 days after that}}\n{JOINING}"
    ROWS = (
        "{kind: deposit, by: NOR, on: 2019-09-10}",
        "{kind: revocation, by: NOR, on: 2019-09-20}",
        "{kind: deposit, by: CHL, on: 2019-10-01}",
        "{kind: deposit, by: GHA, on: 2019-11-01}",
    )

    def test_what_was_revoked_neither_counts_nor_binds(self, tmp_path: Path, engine: EngineName) -> None:
        answer = asked(tmp_path, engine, self.CLAUSE, *self.ROWS)

        assert answer.assumptions.entry_into_force == "2019-12-01"
        assert (days(answer, "NOR"), bound(answer, "CHL")) == ([], [("2019-12-01", "2025-12-31")])

    def test_consent_given_again_after_it_was_revoked_binds(self, tmp_path: Path, engine: EngineName) -> None:
        answer = asked(tmp_path, engine, self.CLAUSE, *self.ROWS, "{kind: deposit, by: NOR, on: 2020-03-01}")
        assert bound(answer, "NOR") == [("2020-03-01", "2025-12-31")]

    def test_a_signature_that_was_to_bind_can_be_taken_back(self, tmp_path: Path, engine: EngineName) -> None:
        clause = "entry into force: {when: every signatory has signed, effect: 30 days after that}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN, "{kind: revocation, by: NOR, on: 2019-01-20}")
        assert (days(answer, "NOR"), bound(answer, "CHL")) == ([], [("2019-02-09", "2025-12-31")])

    def test_consent_that_binds_cannot_be_revoked(self, tmp_path: Path, engine: EngineName) -> None:
        rows = ("{kind: deposit, by: [NOR, CHL], on: 2019-09-10}", "{kind: revocation, by: NOR, on: 2020-09-20}")
        assert bound(asked(tmp_path, engine, self.CLAUSE, *rows), "NOR") == [("2019-10-10", "2025-12-31")]


class TestCounting:
    """From when a notice counts (VCLT 78), and how often a State may come and go."""

    @pytest.mark.parametrize(("since", "last"), [("dispatch", "2023-05-27"), ("receipt", "2023-07-29")])
    def test_a_notice_counts_from_where_the_clause_says(
        self, tmp_path: Path, engine: EngineName, since: str, last: str
    ) -> None:
        notice = "{kind: notice, by: NOR, sent: 2023-02-28, received: 2023-04-30}"
        clause = f"{SIGNED}\n{NOTICE[:-1]}, counted from: {since}}}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN, notice)
        assert bound(answer, "NOR") == [("2019-01-10", last)]

    def test_a_notice_counted_from_dispatch_needs_no_receipt(self, tmp_path: Path, engine: EngineName) -> None:
        clause = f"{SIGNED}\n{NOTICE[:-1]}, counted from: dispatch}}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN, "{kind: notice, by: NOR, sent: 2023-02-28}")
        assert bound(answer, "NOR") == [("2019-01-10", "2023-05-27")]

    @pytest.mark.parametrize(
        ("times", "rows", "not_run"),
        [
            ("received: 2023-02-28, circulated: 2023-04-30", [("complied", "2019-01-10", "2023-07-29")], ()),
            (
                "received: 2023-04-30",
                [("complied", "2019-01-10", "2023-07-29"), ("undetermined", "2023-07-30", "2025-12-31")],
                ("exit",),
            ),
        ],
    )
    def test_without_the_day_of_circulation_the_clause_is_not_run(
        self, tmp_path: Path, engine: EngineName, times: str, rows: list[tuple[str, str, str]], not_run: tuple[str, ...]
    ) -> None:
        clause = f"{SIGNED}\n{NOTICE[:-1]}, counted from: circulation}}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN, f"{{kind: notice, by: NOR, {times}}}")

        assert (days(answer, "NOR"), answer.assumptions.clauses_not_run) == (rows, not_run)

    def test_without_a_depositary_a_notice_counts_once_the_last_other_party_has_it(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        rows = [
            THREE_SIGN,
            "{kind: notice, by: NOR, to: CHL, on: 2020-01-10}",
            "{kind: notice, by: NOR, to: GHA, on: 2020-01-20}",
            "{kind: notice, by: CHL, to: GHA, on: 2021-01-20}",
        ]
        answer = asked(tmp_path, engine, f"{SIGNED}\n{NOTICE}", *rows, front="")

        assert bound(answer, "NOR") == [("2019-01-10", "2020-04-19")]
        assert bound(answer, "CHL") == [("2019-01-10", "2021-04-19")]

    def test_one_that_left_and_consents_anew_is_bound_anew(self, tmp_path: Path, engine: EngineName) -> None:
        rows = [
            "{kind: deposit, by: [NOR, CHL, GHA], on: 2019-09-01}",
            "{kind: notice, by: NOR, on: 2020-01-31}",
            "{kind: deposit, by: NOR, on: 2021-01-31}",
        ]
        clause = f"{DEPOSITED}\njoining: {{when: it has deposited, effect: 30 days after that}}\n{NOTICE}"
        answer = asked(tmp_path, engine, clause, *rows)
        assert bound(answer, "NOR") == [("2019-09-01", "2020-04-29"), ("2021-03-02", "2025-12-31")]

    @pytest.mark.parametrize("whose", ["", " for it"])
    def test_an_exit_has_its_floor_too(self, tmp_path: Path, engine: EngineName, whose: str) -> None:
        clause = f"{SIGNED}\n{NOTICE[:-1]}, not before: 5 years after entry into force{whose}}}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN, "{kind: notice, by: NOR, on: 2020-01-10}")
        assert bound(answer, "NOR") == [("2019-01-10", "2024-01-09")]

    @pytest.mark.parametrize(("given", "last"), [("2021-01-10", "2025-12-31"), ("2023-01-10", "2023-04-09")])
    def test_a_notice_within_the_lock_in_has_no_effect(
        self, tmp_path: Path, engine: EngineName, given: str, last: str
    ) -> None:
        when = "it has given notice at least 3 years after entry into force for it"
        clause = f"{SIGNED}\nexit: {{when: {when}, effect: 3 months after that}}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN, f"{{kind: notice, by: NOR, on: {given}}}")
        assert bound(answer, "NOR") == [("2019-01-10", last)]


class TestTheLastOne:
    """No treaty binds one State alone."""

    def test_one_notice_ends_a_treaty_of_two_for_both(self, tmp_path: Path, engine: EngineName) -> None:
        rows = ["{kind: signature, by: [NOR, CHL], on: 2019-01-10}", "{kind: notice, by: NOR, on: 2020-01-10}"]
        again = "{kind: signature, by: NOR, on: 2022-01-10}"
        answer = asked(tmp_path, engine, f"{SIGNED}\n{NOTICE}", *rows, again)

        assert bound(answer, "NOR") == bound(answer, "CHL") == [("2019-01-10", "2020-04-09")]

    def test_the_last_of_several_owes_nobody_until_another_joins(self, tmp_path: Path, engine: EngineName) -> None:
        rows = [
            "{kind: deposit, by: [NOR, CHL, GHA], on: 2019-01-10}",
            "{kind: notice, by: [NOR, CHL], on: 2020-01-10}",
            "{kind: deposit, by: NOR, on: 2021-01-10}",
        ]
        answer = asked(tmp_path, engine, f"{DEPOSITED}\n{JOINING}\n{NOTICE}", *rows)
        assert bound(answer, "GHA") == [("2019-01-10", "2020-04-09"), ("2021-01-10", "2025-12-31")]


class TestSilence:
    """Where a clause is silent the Vienna Convention answers, and the report says so."""

    ALL = "{kind: deposit, by: [NOR, CHL, GHA], on: 2019-02-10}"

    def test_without_a_clause_the_consent_of_all_whom_the_text_names_brings_it_into_force(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        answer = asked(tmp_path, engine, "exit: none", THREE_SIGN, self.ALL)
        assert (bound(answer, "GHA"), answer.assumptions.notes) == ([("2019-02-10", "2025-12-31")], ("VCLT 24(2)",))

    def test_whether_signature_was_meant_as_consent_is_not_computed(self, tmp_path: Path, engine: EngineName) -> None:
        answer = asked(tmp_path, engine, "exit: none", THREE_SIGN)

        assert days(answer, "GHA") == [("undetermined", "2019-01-10", "2025-12-31")]
        assert [facts(v) for v in of(answer, "GHA")] == [["meant-as-consent"]]

    def test_the_consent_of_some_is_not_that_of_all(self, tmp_path: Path, engine: EngineName) -> None:
        answer = asked(tmp_path, engine, "exit: none", "{kind: deposit, by: [NOR, CHL], on: 2019-02-10}")
        assert days(answer, "NOR") == []

    def test_later_consent_binds_from_its_day(self, tmp_path: Path, engine: EngineName) -> None:
        clause = "entry into force: {when: at least 2 States have deposited, effect: on that day}\nexit: none"
        rows = ["{kind: deposit, by: [NOR, CHL], on: 2019-02-10}", "{kind: deposit, by: [GHA], on: 2019-03-10}"]
        answer = asked(tmp_path, engine, clause, *rows)
        assert (bound(answer, "GHA"), answer.assumptions.notes) == ([("2019-03-10", "2025-12-31")], ("VCLT 24(3)",))

    def test_whether_one_that_the_text_does_not_name_may_join_is_not_computed(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        answer = asked(tmp_path, engine, DEPOSITED, self.ALL, "{kind: deposit, by: PER, on: 2019-03-10}")

        assert days(answer, "PER") == [("undetermined", "2019-03-10", "2025-12-31")]
        assert [facts(v) for v in of(answer, "PER")] == [["right-to-join PER"]]
        assert answer.assumptions.clauses_not_run == ("joining",)

    def test_a_right_to_leave_that_no_clause_gives_is_not_computed(self, tmp_path: Path, engine: EngineName) -> None:
        answer = asked(tmp_path, engine, DEPOSITED, self.ALL, "{kind: notice, by: GHA, on: 2020-03-10}")

        assert days(answer, "GHA") == [
            ("complied", "2019-02-10", "2021-03-09"),
            ("undetermined", "2021-03-10", "2025-12-31"),
        ]
        assert [facts(v) for v in of(answer, "GHA")] == [[], ["right-to-leave"]]
        assert (answer.assumptions.clauses_not_run, answer.assumptions.notes) == (("exit",), ("VCLT 56",))

    def test_a_right_to_leave_that_rests_on_something_else_is_used_by_notice(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        clause = f"{DEPOSITED}\nexit: {{basis: VCLT 56, effect: 12 months after that}}"
        answer = asked(tmp_path, engine, clause, self.ALL, "{kind: notice, by: GHA, on: 2020-03-10}")
        assert bound(answer, "GHA") == [("2019-02-10", "2021-03-09")]


class TestNotRun:
    """What is not run rightly is named, and what hangs on it is undetermined."""

    @pytest.mark.parametrize(
        ("clause", "first", "stage"),
        [
            (
                "exit: {when: it has given notice, effect: 3 months after that, postponed while: WAR}",
                "2023-04-10",
                "exit",
            ),
            ("end: {when: some party has given notice, effect: 3 months after that}", "2023-04-10", "end"),
            (f"{NOTICE}\n---\nexit: {{when: it has given notice, effect: 1 month after that}}", "2023-01-10", "exit"),
            ("duration: {lasts: 2 years, renews: 2 years}\nexit: none", "2021-01-11", "duration"),
            ("entry into force: {when: UNLESS, effect: on that day}\nexit: none", "2019-01-10", "entry into force"),
        ],
    )
    def test_a_clause_that_is_not_run_settles_nothing(
        self, tmp_path: Path, engine: EngineName, clause: str, first: str, stage: str
    ) -> None:
        clause = clause.replace("WAR", "some armed-conflict k where k.by is it")
        clause = clause.replace("UNLESS", "every signatory has signed, unless: some party has accepted")
        whole = clause if stage == "entry into force" else f"{SIGNED}\n{clause}"
        answer = asked(tmp_path, engine, whole, THREE_SIGN, "{kind: notice, by: NOR, on: 2023-01-10}")
        (found,) = (v for v in of(answer, "NOR") if v.outcome is Outcome.UNDETERMINED)

        assert found.finding.start is not None
        assert (str(day_of(found.finding.start)), facts(found)) == (first, [f"not-run {stage}"])
        assert stage in answer.assumptions.clauses_not_run

    def test_a_clause_of_which_nothing_is_on_record_leaves_nothing_open(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        clause = f"{SIGNED}\nend: {{when: some party has given notice, effect: 2 years after that}}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN)
        assert bound(answer, "NOR") == [("2019-01-10", "2025-12-31")]

    def test_a_term_runs_out_with_its_anniversary(self, tmp_path: Path, engine: EngineName) -> None:
        clause = f"{SIGNED}\nduration: {{starts: entry into force, lasts: 2 years}}"
        answer = asked(tmp_path, engine, clause, THREE_SIGN)
        assert bound(answer, "NOR") == [("2019-01-10", "2021-01-10")]

    def test_a_term_may_end_as_late_as_the_latest_entry_into_force_lets_it(
        self, tmp_path: Path, engine: EngineName
    ) -> None:
        late = "{id: d, kind: deposit, by: GHA, received: {between: [2019-02-01, 2019-03-01]}}"
        clause = f"{DEPOSITED}\nduration: {{lasts: 1 year}}"
        answer = asked(tmp_path, engine, clause, "{kind: deposit, by: [NOR, CHL], on: 2019-01-10}", late)

        assert days(answer, "NOR") == [
            ("undetermined", "2019-02-01", "2019-02-28"),
            ("complied", "2019-03-01", "2020-02-01"),
            ("undetermined", "2020-02-02", "2020-03-01"),
        ]

    def test_joining_is_open_to_those_to_whom_it_is(self, tmp_path: Path, engine: EngineName) -> None:
        clause = f"{SIGNED}\n{JOINING[:-1]}, open to: 'Peru'}}"
        rows = [THREE_SIGN, "{kind: deposit, by: [PER, BRA], on: 2020-01-10}"]
        answer = asked(tmp_path, engine, clause, *rows)
        assert (bound(answer, "PER"), days(answer, "BRA")) == ([("2020-01-10", "2025-12-31")], [])


class TestHours:
    """An entry into force by the hour (points 4 and 5)."""

    CLAUSE = "entry into force: {when: every signatory has signed, effect: 12 hours after that}"
    TESTS = "acts:\n" + indent(
        "\n".join(
            f"- {{id: {act}, kind: test, by: NOR, start: {start}}}"
            for act, start in (
                ("early", "2019-01-10T11:00+00:00"),
                ("before", "2019-01-11T02:59+00:00"),
                ("after", "2019-01-11T03:00+00:00"),
                ("late", "2019-01-11T13:00+00:00"),
            )
        ),
        "  ",
    )

    @pytest.mark.parametrize(
        ("clause", "signed", "breaches", "openly"),
        [
            (CLAUSE, '"2019-01-10T15:00+00:00"', {"after", "late"}, set()),
            (CLAUSE, "2019-01-10", {"late"}, {"before", "after"}),
            ("entry into force: {effect: 2019-01-11T03:00+00:00}", "2019-01-10", {"after", "late"}, set()),
        ],
    )
    def test_an_act_counts_from_the_hour_and_not_from_the_day(
        self, tmp_path: Path, engine: EngineName, clause: str, signed: str, breaches: set[str], openly: set[str]
    ) -> None:
        more = f"{self.TESTS}\n{COMPLETE}"
        rows = f"{{id: s, kind: signature, by: [NOR, CHL, GHA], on: {signed}}}"
        answer = asked(tmp_path, engine, clause, rows, more=more)
        told = {(v.finding.act, v.outcome) for v in of(answer, "NOR") if v.finding.act is not None}

        assert {act for act, outcome in told if outcome is Outcome.BREACHED} == breaches
        assert {act for act, outcome in told if outcome is Outcome.UNDETERMINED} == openly
        assert {fact for v in of(answer, "NOR") for fact in facts(v)} <= {"hour s"}
