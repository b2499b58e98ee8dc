from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest

from report.answers import (
    ACCOUNTS,
    AGREEMENT,
    ASSUMPTIONS,
    AWAITED,
    BREACH,
    EXPLANATION,
    LATE,
    MISSING,
    OVER,
    READINGS,
    SAMPLE,
    TOO_CLOSE,
    WORDS,
    alternative,
    answer,
    end,
    finding,
    uncovered,
    verdict,
)
from report.golden import same_as_golden
from servanda.report import export
from servanda.report.rows import COLUMNS, row, rows
from servanda.vocabulary.verdict import Fact, Outcome, Reason, Verdict


def one(found: Verdict, *columns: str) -> dict[str, Any]:
    """Some columns of the row of one verdict."""
    made = row(answer(found), found, "en")
    return {c: made[c] for c in columns}


def test_a_row_has_all_columns_in_order() -> None:
    assert [tuple(r) for r in rows(SAMPLE, "en")] == [COLUMNS] * len(SAMPLE.verdicts)


def test_rows_as_json_lines_are_as_they_were_read_last() -> None:
    out = StringIO()
    export.write_jsonl([(SAMPLE, list(rows(SAMPLE, "en", {4: EXPLANATION})))], out)

    assert same_as_golden(out.getvalue(), "rows.jsonl")


def test_the_first_line_holds_the_assumptions_and_what_a_verdict_is_not() -> None:
    out = StringIO()
    export.write_jsonl([(SAMPLE, [])], out)
    header = json.loads(out.getvalue())["header"]

    assert header["as_if_in_force"] == "2022-01-01"
    assert header["open_parameters"] == ["Least Range"]
    assert "no finding of responsibility" in header["disclaimer"]


def test_an_excess_over_a_limit_is_exact_and_in_the_unit_of_the_text() -> None:
    assert one(OVER, "measured", "limit", "excess", "unit", "from", "until") == {
        "measured": "11851 persons",
        "limit": "11850 persons",
        "excess": "1 person",
        "unit": "persons",
        "from": "2022-02-01",
        "until": "2022-12-31",
    }


def test_a_late_performance_says_when_it_was_due_and_how_late_it_came() -> None:
    assert one(LATE, "due", "cured_at", "late_by", "occasion", "counterparty", "witnesses") == {
        "due": "2022-02-04T09:00:00Z",
        "cured_at": "2022-02-04T10:30:00Z",
        "late_by": "90 minutes",
        "occasion": {"i": "r1"},
        "counterparty": "EST",
        "witnesses": ["c1"],
    }


def test_what_depends_on_the_account_names_each_account_and_the_deciding_fact() -> None:
    assert one(ACCOUNTS, "outcome", "over", "by_account", "account", "deciding") == {
        "outcome": "depends on account",
        "over": "account",
        "by_account": {"RUS": "complied", "USA": "breached", "undisputed": "undetermined"},
        "account": None,
        "deciding": ["range of d1"],
    }


def test_what_depends_on_the_reading_names_each_choice() -> None:
    assert one(READINGS, "over", "by_reading", "by_account") == {
        "over": "reading",
        "by_reading": {"any other Party": "breached", "the other side": "complied"},
        "by_account": {},
    }


def test_what_depends_on_both_says_so_within_each() -> None:
    both = replace(
        READINGS,
        over=("account", "reading"),
        alternatives=(
            alternative(Outcome.BREACHED, "RUS", deploy="keeping", side="any"),
            alternative(Outcome.COMPLIED, "RUS", deploy="placing", side="any"),
            alternative(Outcome.BREACHED, "USA", deploy="keeping", side="any"),
            alternative(Outcome.BREACHED, "USA", deploy="placing", side="any"),
        ),
    )

    assert one(both, "over", "by_account", "by_reading") == {
        "over": "account; reading",
        "by_account": {"RUS": "depends on reading", "USA": "breached"},
        "by_reading": {"keeping": "breached", "placing": "depends on account"},
    }


def test_choices_of_several_readings_stand_side_by_side() -> None:
    several = replace(
        READINGS,
        alternatives=(
            alternative(Outcome.BREACHED, deploy="keeping", side="any"),
            alternative(Outcome.COMPLIED, deploy="placing", side="other"),
        ),
    )

    assert one(several, "by_reading")["by_reading"] == {"keeping; any": "breached", "placing; other": "complied"}


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (Fact.of("attribute", attribute="range", act="d1"), "range of d1"),
        (Fact.of("attribute", attribute="host", act="d1"), "host of d1"),
        (Fact.of("hour", act="c1"), "hour of c1"),
        (Fact.of("parameter", name="Least Range"), "parameter: Least Range"),
        (Fact.of("existence", act="d1"), "existence of d1"),
        (Fact.of("presence", act="d1", after="2022-03-10"), "presence of d1 after 2022-03-10"),
        (Fact.of("presence", act="d1", after=""), "presence of d1"),
        (Fact.of("level", day="1997-05-27"), "level on 1997-05-27"),
        (Fact.of("unheard-of", act="d1"), "unheard-of act d1"),
        (Fact.of("attribute", nothing="fits"), "attribute nothing fits"),
    ],
)
def test_a_missing_fact_is_named(fact: Fact, words: str) -> None:
    assert one(replace(MISSING, missing=(fact, fact)), "missing")["missing"] == [words]


@pytest.mark.parametrize(
    ("found", "keyword"),
    [
        (verdict(finding("art5", "RUS", Outcome.NOT_ENGAGED, Reason.NOT_BOUND)), "not bound"),
        (verdict(finding("art5", "RUS", Outcome.NOT_ENGAGED, Reason.NOT_A_BEARER)), "not a bearer"),
        (verdict(finding("art5", "RUS", Outcome.NOT_ENGAGED, Reason.VOLUNTARY)), "voluntary"),
        (verdict(finding("art5", "RUS", Outcome.NOT_ENGAGED, Reason.RECOMMENDED)), "recommended"),
        (WORDS, "prescribes no conduct"),
        (uncovered(["DEU"])[0], "no coverage"),
        (AWAITED, "Estonia"),
        (TOO_CLOSE, "10 m less"),
        (
            verdict(
                finding("art5", "RUS", Outcome.NOT_ENGAGED, Reason.NOT_BOUND, bound_until=end("2022-03-30")),
            ),
            "30 March 2022",
        ),
        (verdict(finding("art2.1", "RUS", Outcome.OVERDUE, Reason.NOT_DONE, due=end("2022-03-30"))), "not complete"),
        (verdict(finding("art2.1", "RUS", Outcome.BREACHED, Reason.NOT_DONE, due=end("2022-03-30"))), "shows nothing"),
        (verdict(finding("art2.1", "RUS", Outcome.PENDING, Reason.WINDOW_OPEN, due=end("2022-03-30"))), "still time"),
        (verdict(finding("art2.1", "RUS", Outcome.PENDING, Reason.NO_DEADLINE)), "no deadline"),
    ],
)
def test_the_reason_holds_its_keyword(found: Verdict, keyword: str) -> None:
    assert keyword in one(found, "reason")["reason"][0].lower() + one(found, "reason")["reason"][1:]


def test_a_draft_that_nobody_supposes_in_force_binds_nobody() -> None:
    unsupposed = answer(
        verdict(finding("art5", "RUS", Outcome.NOT_ENGAGED, Reason.NOT_BOUND)),
        assumptions=replace(ASSUMPTIONS, as_if_in_force=None),
    )
    (made,) = rows(unsupposed, "en")

    assert made["reason"] == "Not bound: the text is a draft, and a draft binds nobody."


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("reason", list(Reason))
def test_every_pair_of_outcome_and_reason_gives_a_finished_sentence(
    reason: Reason, outcome: Outcome, lang: str
) -> None:
    found = verdict(finding("art4", None, outcome, reason))
    made = row(answer(found), found, "vi" if lang == "vi" else "en")["reason"]

    assert made.endswith(".") and "{" not in made and made[0].upper() == made[0]


def test_a_claimed_justification_is_named_and_not_decided() -> None:
    assert one(BREACH, "outcome", "justification_claimed") == {
        "outcome": "breached",
        "justification_claimed": "consent of POL (k1)",
    }


def test_conditions_stand_in_the_row_when_they_were_explained() -> None:
    made = row(SAMPLE, BREACH, "en", EXPLANATION)

    assert made["conditions"][1] == {
        "text": "d.range is between Least Range and Greatest Range",
        "values": {"d.range": "2500 km", "Least Range": "unknown"},
        "certainly": False,
        "possibly": True,
        "sources": ["report-1"],
    }
    assert len(made["conditions"]) == 3


def test_a_political_commitment_is_not_called_legal() -> None:
    political = replace(SAMPLE, agreement=replace(AGREEMENT, binding="political"))

    assert {r["binding"] for r in rows(political, "en")} == {"political"}
