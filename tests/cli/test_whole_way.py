"""From files to reports, with nothing replaced."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.calls import Call

AGREEMENT = Path(__file__).parents[2] / "library" / "2021-us-russia" / "agreement.md"
RECORD = """\
acts:
  - {id: d1, kind: deployment, by: USA, item: missile, basing: ground, start: 2022-03-01, until: 2022-03-09,
     range: 2500 km, host: POL, place: {lon: 22.0, lat: 50.05, in: POL}}
"""


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    record = tmp_path / "record.yaml"
    record.write_text(RECORD, encoding="utf-8")
    return [
        *(str(AGREEMENT), "--record", str(record), "--as-if-in-force", "2022-01-01", "--on", "2022-12-31"),
        *("--complete-until", "2023-01-01", "--set", "Least Range=500 km", "--set", "Greatest Range=5500 km"),
    ]


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("form", ["text", "jsonl", "csv", "html"])
def test_a_deployment_on_foreign_soil_is_a_breach_in_every_form(
    form: str, lang: str, words: list[str], call: Call
) -> None:
    called = call("check", *words, "--format", form, "--lang", lang)

    assert (called.status, called.err) == (1, "")
    assert "d1" in called.out


def test_the_row_names_the_act_the_days_and_the_conditions(words: list[str], call: Call) -> None:
    rows = [json.loads(line) for line in call("check", *words, "--format", "jsonl").out.splitlines()[1:]]
    (breach,) = [r for r in rows if r["outcome"] == "breached"]

    assert (breach["bearer"], breach["act"], breach["from"]) == ("USA", "d1", "2022-03-01")
    assert breach["conditions"]


def test_the_map_is_a_picture_with_the_act_on_it(words: list[str], call: Call, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    call("check", *words, "--map", str(path))
    text = path.read_text(encoding="utf-8")

    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert "d1" in text


def test_of_several_agreements_the_first_with_places_is_drawn(words: list[str], call: Call, tmp_path: Path) -> None:
    path, other = tmp_path / "map.svg", AGREEMENT.parents[1] / "2021-nato-russia" / "agreement.md"
    called = call("check", str(other), *words, "--map", str(path), "--format", "html")

    assert "d1" in path.read_text(encoding="utf-8")
    ids = re.findall(r'<svg[^>]* id="([^"]+)"', called.out)
    assert ids and len(ids) == len(set(ids))


def test_explain_tells_what_would_change_the_outcome(words: list[str], call: Call) -> None:
    called = call("explain", *words, "--norm", "6", "--act", "d1")

    assert called.status == 1
    assert "d.basing is ground" in called.out
    assert "What would change it" in called.out


def test_a_wrong_agreement_and_a_wrong_record_are_told_together(call: Call, tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    record.write_text("acts:\n  - {id: d1, kind: deploiment, by: USA}\n", encoding="utf-8")
    called = call("check", str(tmp_path / "no.md"), "--record", str(record), "--on", "2021-02-30")

    assert (called.status, called.out) == (2, "")
    assert "no.md" in called.err and "deploiment" in called.err and "[bad-date]" in called.err


def test_refused_rows_are_counted_in_the_header_when_they_are_allowed(
    words: list[str], call: Call, tmp_path: Path
) -> None:
    record = tmp_path / "wrong.yaml"
    record.write_text("acts:\n  - {id: d2, kind: deploiment, by: USA}\n", encoding="utf-8")
    refused = call("check", *words, "--record", str(record))
    allowed = call("check", *words, "--record", str(record), "--allow-refused")

    assert (refused.status, allowed.status) == (2, 1)
    assert "1 of 2 rows of the record were refused" in allowed.out
    assert "deploiment" in allowed.err


def test_further_parties_and_acts_may_be_supposed(words: list[str], call: Call, tmp_path: Path) -> None:
    supposed = tmp_path / "what-if.yaml"
    supposed.write_text("acts:\n  - {id: d1, remove: yes}\n", encoding="utf-8")
    called = call("check", *words, "--suppose", str(supposed))

    assert (called.status, called.err) == (3, "")  # duties without a deadline stay open
    assert "breached" not in called.out
    assert "Supposed: not on record: d1;" in " ".join(called.out.split())


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2022-06-01", "acts without `recorded` are taken as known on 2022-06-01: 1 [known-undated]"),
        ("2022-02-01", "taken as known on 2022-02-01: 1, of which 1 began after that day [known-undated]"),
    ],
)
def test_acts_that_do_not_say_when_they_were_recorded_are_counted_once(
    day: str, told: str, words: list[str], call: Call, tmp_path: Path
) -> None:
    supposed = tmp_path / "what-if.yaml"
    supposed.write_text("acts:\n  - {id: d2, kind: statement, by: RUS, start: 2023-03-02}\n", encoding="utf-8")
    called = call("check", *words, "--as-known-on", day, "--suppose", str(supposed))

    assert told in called.err
    assert called.err.count("[known-undated]") == 1
    assert "[known-undated]" not in call("check", *words).err


def test_acts_that_all_say_when_they_were_recorded_are_not_warned_of(
    words: list[str], call: Call, tmp_path: Path
) -> None:
    (tmp_path / "record.yaml").write_text(RECORD.replace("start:", "recorded: 2022-03-02, start:"), encoding="utf-8")

    assert call("check", *words, "--as-known-on", "2022-02-01").err == ""


def test_the_header_names_the_instruments_that_are_supposed(words: list[str], call: Call, tmp_path: Path) -> None:
    supposed = tmp_path / "what-if.yaml"
    supposed.write_text(
        "acts:\n  - {id: d2, kind: statement, by: RUS, start: 2022-03-02}\n"
        "instruments:\n  - {kind: notice, by: RUS, on: 2022-03-01}\n  - {id: n1, remove: yes}\n",
        encoding="utf-8",
    )
    called = call("check", *words, "--suppose", str(supposed))

    assert "Supposed: acts: d2; notice of Russia, 1 March 2022; without n1;" in " ".join(called.out.split())


def test_no_right_of_exit_is_no_clause_left_out(call: Call, tmp_path: Path) -> None:
    agreement, record = tmp_path / "a.md", tmp_path / "r.yaml"
    agreement.write_text(
        "---\nagreement: a\ntitle: A\nstatus: draft\nbinding: treaty\nparties: Russia, United States\n"
        "counting: {days: calendar, first day: excluded, month end: clip, zone: UTC}\n---\n\n"
        "## Article 1\n\nIt enters.\n\n"
        "```clause\nentry into force: {when: every signatory has deposited, effect: on that day}\nexit: none\n```\n",
        encoding="utf-8",
    )
    record.write_text(
        "acts:\n  - {id: x, kind: statement, by: RUS, start: 2022-01-01}\n"
        "coverage:\n  - {kinds: [statement], from: 2022-01-01, until: 2023-01-01, account: USA}\n",
        encoding="utf-8",
    )
    called = call("check", str(agreement), "--record", str(record), "--on", "2022-06-01")

    assert "Clauses not run" not in called.out, called.err
    assert "Claims of coverage: 1 in the record, by United States;" in " ".join(called.out.split())


def test_what_came_too_late_is_told_where_the_record_may_lack_what_came_in_time(call: Call, tmp_path: Path) -> None:
    agreement, record = tmp_path / "a.md", tmp_path / "r.yaml"
    agreement.write_text(
        "---\nagreement: a\ntitle: A\nstatus: draft\nbinding: treaty\nparties: Russia, United States\n"
        "counting: {days: calendar, first day: excluded, month end: clip, zone: UTC}\n---\n\n"
        "## Article 1\n\nEach Party answers a request within 30 days.\n\n"
        "```norm\nid: a.answer\nfor each: request r\nbearer: r.to\nrequires: answer n\nwhere: n.about is r\n"
        "due: n.received is within 30 days after r.received\n```\n",
        encoding="utf-8",
    )
    record.write_text(
        "acts:\n"
        "  - {id: q, kind: request, by: Russia, to: [United States], start: 2022-01-10, received: 2022-01-10}\n"
        "  - {id: n, kind: answer, by: United States, about: q, to: [Russia], start: 2022-03-01,\n"
        "     received: 2022-03-01}\n",
        encoding="utf-8",
    )
    called = call(
        "check", str(agreement), "--record", str(record), "--as-if-in-force", "2020-01-01", "--on", "2022-12-31"
    )

    assert "done too late: answer n (1 March 2022), unless" in " ".join(called.out.split()), called.err


def test_a_supposition_may_name_acts_of_the_record_and_its_warnings_are_told_once(
    words: list[str], call: Call, tmp_path: Path
) -> None:
    supposed = tmp_path / "what-if.yaml"
    supposed.write_text(
        "acts:\n  - {id: s1, kind: statement, by: RUS, about: d1, start: 2022-03-02, place: Nowhere}\n",
        encoding="utf-8",
    )
    called = call("check", *words, "--suppose", str(supposed))

    assert called.status == 1
    assert called.err.count("[unlisted-place]") == 1


def test_the_summary_is_short_and_the_details_are_whole(words: list[str], call: Call) -> None:
    short, long = call("check", *words), call("check", *words, "--details")

    assert short.status == long.status == 1
    assert len(short.out.splitlines()) < len(long.out.splitlines())
    assert all(f"\n{paragraph} " in short.out for paragraph in ("1", "4(1)", "5(3)", "6", "7(2)", "8"))
