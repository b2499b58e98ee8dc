from __future__ import annotations

from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from report.answers import AGREEMENT, BREACH, EXPLANATION, SAMPLE, answer, uncovered
from report.golden import same_as_golden
from servanda.check import Answer
from servanda.messages import Lang
from servanda.report import terminal
from servanda.report.folding import counts, entries

EVIL = "\x1b[31mred\x1b[0m \u202eltr\u2066 <b>&\x07"


def printed(found: Answer, lang: Lang = "en") -> str:
    out = Unicode()
    terminal.print_answer(found, out, lang)
    return out.getvalue()


class Unicode(StringIO):
    encoding = "utf-8"


class Screen(Unicode):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_table_is_as_it_was_read_last(lang: Lang) -> None:
    assert same_as_golden(printed(SAMPLE, lang), f"answer.{lang}.txt")


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_explanation_is_as_it_was_read_last(lang: Lang) -> None:
    out = Unicode()
    terminal.print_explanation(SAMPLE, EXPLANATION, out, lang)

    assert same_as_golden(out.getvalue(), f"explanation.{lang}.txt")


def test_thirty_silent_parties_are_one_line() -> None:
    codes = ["ALB", "BEL", "BGR", "CAN", "HRV", "CZE", "DNK", "EST", "FRA", "DEU", "GRC", "HUN", "ISL", "ITA", "LVA"]
    found = entries(answer(*uncovered(codes)), "en")

    assert [e.bearers for e in found] == [tuple(codes)]
    assert "15 Parties" in printed(answer(*uncovered(codes)))


def test_folding_loses_no_verdict() -> None:
    positions = [p for e in entries(SAMPLE, "en") for p in e.positions]

    assert sorted(positions) == list(range(len(SAMPLE.verdicts)))


def test_the_summary_counts_verdicts_and_not_lines() -> None:
    assert sum(n for _, n in counts(SAMPLE.verdicts)) == len(SAMPLE.verdicts)


def test_nothing_that_a_record_holds_steers_the_terminal() -> None:
    agreement = replace(AGREEMENT, title=EVIL)
    found = replace(BREACH, finding=replace(BREACH.finding, bearer=EVIL, act=EVIL, exception=EVIL))
    text = printed(answer(found, agreement=agreement))

    assert not [c for c in text if c in "\x1b\x07\u202e\u2066"]
    assert "\\x1b[31mred" in text


def test_square_brackets_are_no_markup() -> None:
    assert "[bold]loud[/bold]" in printed(answer(BREACH, agreement=replace(AGREEMENT, title="[bold]loud[/bold]")))


def test_a_pipe_gets_no_colour_and_no_blanks_at_line_ends() -> None:
    text = printed(SAMPLE)

    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_screen_gets_colour_and_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    out = Screen()
    terminal.print_answer(SAMPLE, out, "en")

    assert "\x1b[1;31m✗ breached" in out.getvalue()


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Screen()
    terminal.print_answer(SAMPLE, out, "en")

    assert "31m" not in out.getvalue()
    assert "✗ breached" in out.getvalue()


def test_a_terminal_without_unicode_gets_plain_signs() -> None:
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding="ascii", errors="backslashreplace")
    terminal.print_answer(answer(BREACH), out, "en")
    out.flush()

    assert b"x breached" in raw.getvalue()
