"""What is printed says no more than is known: whose word it is, how late, how much, and what is supposed."""

from __future__ import annotations

import doctest
import json
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest

from cli.calls import Call, calling
from meaning.asking import Case, of
from servanda.check import Answer, printed
from servanda.check.explain import explain
from servanda.messages import LANGS, Lang
from servanda.report import amounts, details, sentences, terminal, times
from servanda.report.facts import fact
from servanda.report.rows import rows
from servanda.vocabulary.verdict import Fact, Outcome, Verdict


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(capsys)


class Unicode(StringIO):
    encoding = "utf-8"


def summary(answer: Answer, lang: Lang = "en") -> str:
    out = Unicode()
    terminal.print_summary(answer, out, lang)
    return " ".join(out.getvalue().split())


def explained(answer: Answer, verdict: Verdict, lang: Lang = "en") -> str:
    out = Unicode()
    terminal.print_explanation(answer, explain(answer, verdict), out, lang)
    return " ".join(out.getvalue().split())


def only(answer: Answer, outcome: Outcome) -> Verdict:
    (verdict,) = [v for v in answer.verdicts if v.outcome is outcome]
    return verdict


# ---- what is supposed

PACT = """\
---
agreement: pact
title: Pact
status: in force
parties: Norway, Chile
counting: {days: calendar, first day: excluded, month end: clip, zone: UTC}
---
## Article 1
```norm
id: art1
prohibits: test t
bearer: t.by
```
## Article 2
```clause
entry into force: {when: at least 2 States have deposited, effect: on that day}
exit: {when: it has given notice, effect: on that day}
```
"""
RECORD = """\
acts:
- {id: t1, kind: test, by: Chile, start: 2020-03-01}
coverage: [{until: 2023-01-01, account: Norway}]
instruments:
- {agreement: pact, kind: deposit, by: [Norway, Chile], on: 2019-09-01}
- {agreement: pact, kind: notice, id: nc, by: Chile, on: 2019-09-30}
"""
SUPPOSED = {
    "no notice of Chile": "instruments:\n- {agreement: pact, kind: notice, id: nc, by: Chile, remove: yes}\n",
    "notice of Norway, 1 May 2020": "instruments:\n- {agreement: pact, kind: notice, by: Norway, on: 2020-05-01}\n",
    "Chile admits t1": "assertions:\n- {act: t1, account: Chile, stance: admits}\n",
    "t1 retracted": "corrections:\n- {act: t1, change: retraction, recorded: 2022-05-01, reason: wrong}\n",
    "coverage of all acts up to 1 June 2024, claimed by Chile": "coverage: [{until: 2024-06-01, account: Chile}]\n",
}


def files(folder: Path, supposed: str) -> list[str]:
    for name, text in (("a.md", PACT), ("r.yaml", RECORD), ("s.yaml", supposed)):
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / "a.md"), "--record", str(folder / "r.yaml"), "--suppose", str(folder / "s.yaml")]


@pytest.mark.parametrize("told", SUPPOSED)
def test_whatever_is_supposed_stands_in_every_header(told: str, call: Call, tmp_path: Path) -> None:
    words = files(tmp_path, SUPPOSED[told])
    text, page = (call("check", *words, "--format", form).out for form in ("text", "html"))
    header = json.loads(call("check", *words, "--format", "jsonl").out.splitlines()[0])["header"]
    of_one = call("explain", *words, "--norm", "art1").out

    assert f"Supposed: {told};" in " ".join(text.split())
    assert told in " ".join(page.split())
    assert header["supposed_entries"]
    assert f"Supposed: {told};" in " ".join(of_one.split())


def test_supposed_coverage_is_not_in_the_record(call: Call, tmp_path: Path) -> None:
    words = files(tmp_path, "coverage: [{until: 2024-06-01, account: Chile}]\n")

    assert "1 in the record, 1 supposed, by Chile, Norway" in " ".join(call("check", *words).out.split())


def test_every_line_of_the_csv_says_what_is_supposed(call: Call, tmp_path: Path) -> None:
    lines = call("check", *files(tmp_path, SUPPOSED["t1 retracted"]), "--format", "csv").out.splitlines()

    assert len(lines) > 1
    assert all("t1 retracted" in line for line in lines[1:])


def test_the_row_of_a_clause_has_its_article(call: Call, tmp_path: Path) -> None:
    words = files(tmp_path, SUPPOSED["t1 retracted"])
    listed = [json.loads(line) for line in call("check", *words, "--format", "jsonl").out.splitlines()[1:]]

    assert {row["article"] for row in listed} == {"1", "2"}


def test_those_whom_the_text_bound_at_other_times_are_told_apart(call: Call, tmp_path: Path) -> None:
    words = files(tmp_path, "acts: []\n")
    (tmp_path / "a.md").write_text(PACT.replace("Norway, Chile", "Norway, Chile, Ghana"), encoding="utf-8")
    told = " ".join(call("check", *words).out.split())

    assert "Chile, Norway: not bound: the text bound this party up to 29 September 2019" in told
    assert "Ghana: not bound: the text did not bind this party" in told


# ---- one verdict is not asserted of several

REPORTS = """
for each: request r, party p
when: r.to is p
id: answer
bearer: p
owed to: r.by
requires: reply y
where: [y.by is p, y.about is r]
due: y.start is within 10 days after r.start
"""


def test_of_deadlines_that_differ_one_is_told_as_an_example(tmp_path: Path) -> None:
    acts = "".join(f"- {{id: r{i}, kind: request, by: Norway, to: Chile, start: 2022-0{i}-01}}\n" for i in range(1, 6))
    told = summary(Case(tmp_path, REPORTS, f"acts:\n{acts}coverage: [{{until: 2023-01-01}}]\n").ask("2022-12-31"))

    assert "5 acts, for example: not done: the time ran to" in told
    assert " more." not in told


QUARREL = """
acts:
- {id: f1, kind: flight, by: Chile, craft: fighter, start: 2022-05-01, account: Chile}
- {id: n1, kind: notification, by: Chile, to: Norway, about: f1, start: 2022-04-01, account: Chile}
assertions:
- {act: f1, account: Ghana, attribute: craft, value: trainer}
coverage: [{until: 2023-01-01}]
"""
FLIGHTS = """
id: flights
for each: flight f, other party q
when: f.craft is fighter
bearer: f.by
owed to: q
requires: notification n
where: [n.by is f.by, n.about is f, n.to is q]
due: n.start is before f.start
"""


def test_verdicts_on_one_act_that_differ_by_whom_it_is_owed_to_are_told_each(tmp_path: Path) -> None:
    told = summary(Case(tmp_path, FLIGHTS, QUARREL).ask("2022-12-31"))

    assert "towards Norway: Chile: complied; Ghana: not engaged" in told
    assert "towards Ghana: Chile: breached; Ghana: not engaged" in told


def test_an_explanation_says_whose_conditions_it_shows_and_what_others_say(tmp_path: Path) -> None:
    answer = Case(tmp_path, FLIGHTS, QUARREL).ask("2022-12-31")
    (verdict,) = [v for v in of(answer) if v.finding.counterparty == "GHA" and v.outcome is Outcome.DEPENDS]
    told = explained(answer, verdict)

    assert "What follows is on the account of Chile." in told
    position = answer.verdicts.index(verdict)
    row = list(rows(answer, "en", {position: explain(answer, verdict)}))[position]
    assert {(c["account"], tuple(c["reading"])) for c in row["conditions"]} == {("CHL", ())}
    assert "f.craft is fighter" in told
    assert "on the account of Ghana: not met; f.craft is trainer" in told
    assert "Accounts: undisputed facts only, Chile, Ghana" in told


# ---- ceilings and deadlines

STEPS = """
id: troops
limits: deployment d
bearer: d.by
per: d.by
measure: sum of d.troops at every instant
at most: {2022-03-01: 100 persons, 2022-06-01: 50 persons}
"""
TROOPS = """
acts: [{id: d1, kind: deployment, by: Chile, troops: 60 persons, start: 2022-01-05, until: 2022-12-31}]
coverage: [{until: 2023-01-01}]
"""


def test_steps_of_a_ceiling_are_read_aloud_with_their_days(tmp_path: Path) -> None:
    (norm,) = Case(tmp_path, STEPS, TROOPS).ask("2022-12-31").agreement.norms

    assert "at most 100 persons from 2022-03-01 on, 50 persons from 2022-06-01 on" in norm.text


def test_before_the_first_step_no_limit_applies(tmp_path: Path) -> None:
    answer = Case(tmp_path, STEPS, TROOPS).ask("2022-12-31")

    assert any("no limit applies" in sentences.reason(answer, v, "en") for v in answer.verdicts)
    assert not any("unknown amount" in sentences.reason(answer, v, "en") for v in answer.verdicts)


def test_what_is_too_much_is_told_in_the_unit_of_the_text(tmp_path: Path) -> None:
    answer = Case(tmp_path, STEPS, TROOPS).ask("2022-12-31")
    breach = only(answer, Outcome.BREACHED)

    assert details.flips(answer, explain(answer, breach), "en") == ["if the measure were less by 10 persons → complied"]


EXTENDED = """
id: consult
for each: statement s, party p
when: [s.says is perceived-threat, s.by is not p]
bearer: p
requires: consultation c
where: [c.by is p, c.about is s]
due: c.start is within 7 days after s.start
may extend: {by: Norway has agreed, at most: 3 days, times: 1}
"""
EXTENSION = """
acts:
- {id: s1, kind: statement, by: Norway, says: perceived-threat, start: 2022-10-01}
- {id: c1, kind: consultation, by: Chile, about: s1, start: 2022-10-11}
- {id: e1, kind: extension, by: Chile, about: s1, start: 2022-10-08, effective: 2022-10-12}
- {id: g1, kind: decision, by: Norway, about: e1, start: 2022-10-08}
coverage: [{until: 2023-01-01}]
"""


def test_an_extension_is_shown_with_whoever_agreed_and_read_aloud(tmp_path: Path) -> None:
    answer = Case(tmp_path, EXTENDED, EXTENSION).ask("2022-12-31")
    told = explained(answer, only(answer, Outcome.COMPLIED))

    assert "the time may be moved by at most 3 days, once at most, if Norway has agreed" in told
    assert "met may extend" in told
    assert "e1.by is Chile" in told
    assert "g1.by is Norway" in told


KEPT = """
id: talks
for each: party p
bearer: p
requires: meeting m
where: m.by is p
due: kept up
broken by: some refusal f where f.by is p and f.subject is dialogue
"""
TALKS = """
acts:
- {id: g1, kind: meeting, by: Norway, start: 2022-02-01}
- {id: f1, kind: refusal, by: Chile, subject: dialogue, start: 2022-03-01}
coverage: [{until: 2023-01-01}]
"""


def test_a_duty_kept_up_names_the_act_that_carries_it_on_and_the_one_that_breaks_it(tmp_path: Path) -> None:
    answer = Case(tmp_path, KEPT, TALKS).ask("2022-12-31")
    told, breach = summary(answer), explained(answer, only(answer, Outcome.BREACHED))

    assert "carried on by meeting g1" in told
    assert "no act" not in told + breach
    assert "What breaks it ✓ met broken by f is f1" in breach


LATE = """
id: reply
for each: notification n, party p
when: n.to is p
bearer: p
owed to: n.by
requires: reply r
where: [r.by is p, r.about is n]
due: r.start is within 24 hours after n.start
"""


@pytest.mark.parametrize(
    ("done", "late"),
    [
        ("2022-03-30T12:00Z", "1 day 12 hours to 2 days 12 hours"),
        ("2022-03-29T00:00Z", "up to 1 day"),
        ("2022-03-30", "1 day to 3 days"),
    ],
)
def test_lateness_after_a_deadline_of_unknown_hour_is_told_as_far_as_it_is_known(
    done: str, late: str, tmp_path: Path
) -> None:
    acts = f"""
acts:
- {{id: n1, kind: notification, by: Norway, to: Chile, start: 2022-03-27}}
- {{id: r1, kind: reply, by: Chile, about: n1, start: {done}}}
coverage: [{{until: 2023-01-01}}]
"""
    answer = Case(tmp_path, LATE, acts).ask("2022-12-31")
    said = sentences.reason(answer, only(answer, Outcome.BREACHED), "en")

    assert said.startswith(f"Done {late} late")
    assert "the time ran to an hour of 28 March 2022 that is not known" in said


def test_no_deadline_runs_where_nothing_is_owed(tmp_path: Path) -> None:
    acts = "acts: [{id: f1, kind: flight, by: Chile, craft: trainer, start: 2022-05-01}]\n"
    answer = Case(tmp_path, FLIGHTS, acts + "coverage: [{until: 2023-01-01}]\n").ask("2022-12-31")

    assert {v.outcome for v in answer.verdicts} == {Outcome.NOT_ENGAGED}
    assert all(explain(answer, v).time == () for v in answer.verdicts)


def test_a_condition_that_is_met_would_change_nothing_by_being_met(tmp_path: Path) -> None:
    norm = "id: keep\nprohibits: keeping deployment d\nbearer: d.by\nwhere: d.item is missile\n"
    acts = "acts: [{id: d1, kind: deployment, by: Chile, item: missile, start: 2022-02, until: 2022-03-09}]\n"
    answer = Case(tmp_path, norm, acts + "coverage: [{until: 2023-01-01}]\n").ask("2022-12-31")
    flips = details.flips(answer, explain(answer, only(answer, Outcome.UNDETERMINED)), "en")

    assert flips == ["if it were not so: d.item is missile → complied"]


@pytest.mark.parametrize(
    ("start", "until", "words"),
    [
        ("2022-06-10T12:00:00Z", "2022-06-10T13:30:00Z", "10 June 2022, 12:00 to 13:30 UTC"),
        ("2022-06-10T12:00:00+03:00", "2022-06-11", "10 June 2022, 12:00 UTC+03:00 to 11 June 2022"),
    ],
)
def test_instants_are_written_out_as_days_are(start: str, until: str, words: str) -> None:
    assert times.said_span(start, until, "en") == words


# ---- justifications


def test_a_justification_that_another_claims_is_not_the_bearers(tmp_path: Path) -> None:
    norm = "id: force\nprohibits: use-of-force f\nbearer: f.by\n"
    acts = """
acts:
- {id: u1, kind: use-of-force, by: Chile, start: 2022-02-01}
- {id: s1, kind: statement, by: Norway, about: u1, says: self-defence, start: 2022-02-03}
- {id: s2, kind: statement, by: Chile, about: u1, says: necessity, start: 2022-02-03}
coverage: [{until: 2023-01-01}]
"""
    answer = Case(tmp_path, norm, acts).ask("2022-12-31")
    (row,) = [r for r in rows(answer, "en") if r["outcome"] == "breached"]

    assert row["justification_claimed"] == "statement of CHL (s2)"
    assert "(Norway" not in summary(answer)


# ---- words


def test_the_examples_of_printed_values_are_true() -> None:
    assert doctest.testmod(printed).failed == 0


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Fact.of("attribute", attribute="received", act="n3"), ("when n3 was received", "n3 được nhận khi nào")),
        (Fact.of("attribute", attribute="d.range", act="d"), ("range of d", "tầm bắn, tầm hoạt động của d")),
        (Fact.of("attribute", attribute="until", act="s4"), ("when s4 ended", "s4 kết thúc khi nào")),
        (Fact.of("attribute", attribute="by", act="t7"), ("who did t7", "bên thực hiện t7")),
        (
            Fact.of("interval", attribute="distance", act="a3", least="450", greatest="550"),
            ("distance of a3 (450 to 550 m)", "khoảng cách của a3 (từ 450 đến 550 m)"),
        ),
        (
            Fact.of("interval", attribute="troops", act="t2", least="21500", greatest="22500"),
            ("troops of t2 (21,500 to 22,500 persons)", "quân số của t2 (từ 21.500 đến 22.500 người)"),
        ),
        (
            Fact.of("interval", attribute="", act="", least="1", greatest="2"),
            ("an amount that is known only roughly", "một số đo mới chỉ biết gần đúng"),
        ),
        (
            Fact.of("margin", act="s6", least="0", greatest="…"),
            ("exact place of s6", "vị trí chính xác của s6"),
        ),
        (
            Fact.of("margin", act="s6", least="25000", greatest="…"),
            ("exact place of s6 (at least 25 km away)", "vị trí chính xác của s6 (cách ít nhất 25 km)"),
        ),
    ],
)
def test_a_missing_fact_is_told_in_words(told: Fact, words: tuple[str, str]) -> None:
    assert tuple(fact(told, lang) for lang in LANGS) == words


def test_an_amount_without_upper_bound_is_told_as_at_least(tmp_path: Path) -> None:
    norm = "id: reach\nprohibits: keeping deployment d\nbearer: d.by\nwhere: d.range is at least 500 km\n"
    acts = "acts: [{id: d1, kind: deployment, by: Chile, range: at least 400 km, start: 2022-02-01}]\n"
    answer = Case(tmp_path, norm, acts + "coverage: [{until: 2023-01-01}]\n").ask("2022-12-31")
    (verdict,) = of(answer, act="d1")

    assert "d.range is at least 400 km" in explained(answer, verdict)
    assert "d.range là ít nhất 400 km" in explained(answer, verdict, "vi")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(907187500000, 45359237), "about 20,000.06"),
        (Fraction(86400000001, 3600000000), "24"),
        (Fraction(1, 3600000000), "under 0.01"),
        (Fraction("499.9"), "499.9"),
    ],
)
def test_an_amount_without_end_is_told_about(value: Fraction, words: str) -> None:
    assert amounts.grouped(value, "en") == words
