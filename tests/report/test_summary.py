"""The summary: a few rows for a paragraph, and every verdict behind one of them."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.answers import ACCOUNTS, ACTS, BREACH, LATE, SAMPLE, WORDS, answer, finding, uncovered, verdict
from report.golden import same_as_golden
from servanda.check import Answer
from servanda.messages import Lang
from servanda.report import brief, terminal
from servanda.report.facts import common_facts, fact
from servanda.report.summary import Row, rows
from servanda.vocabulary.verdict import Fact, Outcome, Reason, Verdict

CODES = ["ALB", "BEL", "BGR", "CAN", "HRV", "CZE", "DNK", "EST", "FRA", "DEU", "GRC", "HUN", "ISL", "ITA", "LVA"]


class Unicode(StringIO):
    encoding = "utf-8"


def printed(found: Answer, lang: Lang = "en", above: Answer | None = None) -> str:
    out = Unicode()
    terminal.print_summary(found, out, lang, above)
    return out.getvalue()


def by(code: str, act: str) -> Verdict:
    return replace(BREACH, finding=replace(BREACH.finding, bearer=code, act=act))


def only(found: Answer) -> Row:
    (row,) = rows(found)
    return row


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_summary_is_as_it_was_read_last(lang: Lang) -> None:
    assert same_as_golden(printed(SAMPLE, lang), f"summary.{lang}.txt")


@given(st.permutations(list(SAMPLE.verdicts)))
def test_every_verdict_stands_behind_exactly_one_row(verdicts: list[Verdict]) -> None:
    found = rows(answer(*verdicts))

    assert sorted(p for r in found for p in r.positions) == list(range(len(verdicts)))
    assert all({verdicts[p].outcome for p in r.positions} == {r.outcome} for r in found)
    assert all({verdicts[p].finding.bearer for p in r.positions} == set(r.bearers) for r in found)


def test_silent_parties_are_counted_and_not_listed() -> None:
    text = printed(answer(*uncovered(CODES)))

    assert "15 Parties: nothing on record" in text
    assert "Iceland" not in text


def test_a_duty_of_every_pair_is_one_row() -> None:
    pairs = [
        verdict(
            finding("art2.1", p, Outcome.PENDING, Reason.NO_DEADLINE, counterparty=q, occasion=(("p", p), ("q", q)))
        )
        for p in CODES
        for q in CODES
        if p != q
    ]

    assert brief.sentence(answer(*pairs), only(answer(*pairs)), "en").endswith("(210 pairs of Parties).")


def test_parties_of_whom_the_same_acts_are_told_share_a_row() -> None:
    found = answer(*(by(code, "d1") for code in CODES), by("USA", "d2"))

    assert [len(r.bearers) for r in rows(found)] == [15, 1]


def test_among_many_parties_the_one_with_most_verdicts_stands_alone() -> None:
    few = [by(code, f"d-{code}") for code in CODES[:4]]
    found = rows(answer(*few, *(by("USA", f"d{i}") for i in range(4))))

    assert {r.bearers for r in found} == {("USA",), tuple(sorted(CODES[:4]))}


def test_a_row_of_many_names_the_act_that_most_sources_report() -> None:
    told = replace(answer(by("USA", "d0"), by("USA", "d1")), acts={**ACTS, "d0": {"kind": "deployment", "by": "USA"}})

    assert brief.sentence(told, only(told), "en").startswith(
        "what is forbidden was done: 2 acts, for example deployment d1"
    )


def test_what_depends_on_accounts_names_those_who_differ() -> None:
    found = answer(ACCOUNTS)

    (line, *_) = brief.lines(found, only(found), "en")
    assert line == "Russia: complied; United States: breached; undisputed: undetermined"


def test_what_was_done_is_told_and_not_what_called_for_it() -> None:
    found = answer(replace(LATE, finding=replace(LATE.finding, act="r1", witnesses=("c1",))))

    assert "consultation c1" in brief.sentence(found, only(found), "en")


def test_like_facts_of_many_acts_are_one_and_the_most_wanted_stands_first() -> None:
    wanted = [
        [Fact.of("attribute", attribute="range", act=f"d{i}"), Fact.of("level", day="1997-05-27")] for i in (1, 2)
    ]

    assert common_facts([*wanted, wanted[0][1:]], "en") == ["level on 27 May 1997", "range of 2 acts"]


def test_one_place_that_is_not_sharp_is_one_fact_whatever_it_is_measured_to() -> None:
    margins = [Fact.of("margin", act="d1", least=str(i), greatest=str(i + 6000)) for i in (9_386_429, 7_921_787)]

    assert common_facts([margins], "en") == ["exact place of d1"]
    assert common_facts([margins[:1]], "en") == ["exact place of d1 (9,386 to 9,392 km away)"]


def test_a_day_within_the_name_of_an_act_stays_part_of_the_name() -> None:
    facts = [[Fact.of("hour", act="call-2021-12-30")]]

    assert common_facts(facts, "en") == ["hour of call-2021-12-30"]


def test_what_two_agreements_share_is_told_once() -> None:
    text = printed(SAMPLE, above=SAMPLE)

    assert "all else as above" in text
    assert "digest" not in text
    assert "no finding of responsibility" in text


def test_a_paragraph_without_conduct_is_a_row_of_its_own() -> None:
    assert "3(1)" in printed(answer(WORDS))
    assert "All Parties: prescribes no conduct" in printed(answer(WORDS))


def test_an_answer_without_verdicts_says_so() -> None:
    assert "There is no verdict to show." in printed(answer())


@pytest.mark.parametrize(
    ("says", "en", "vi"),
    [
        ("", "Canal Zone: disputed", "Canal Zone: đang tranh chấp"),
        (
            "PAN=PAN=",
            "Canal Zone: disputed; Panama says Panama",
            "Canal Zone: đang tranh chấp; Panama nói là của Panama",
        ),
    ],
)
def test_a_disputed_area_of_which_nobody_has_a_word_is_told_without_a_tail(says: str, en: str, vi: str) -> None:
    disputed = Fact.of("disputed", area="Canal Zone", says=says, act="a")

    assert (fact(disputed, "en"), fact(disputed, "vi")) == (en, vi)
