"""What is answered to a wrong call, word for word, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.calls import Call, answering
from report.answers import SAMPLE
from report.golden import same_as_golden
from servanda.cli.commands import COMMANDS
from servanda.cli.parsing import parse
from servanda.errors import InputError

GOLDEN = Path(__file__).parent / "golden"

WRONG = [
    "chek agreement.md",
    "source",
    "source ad report.txt",
    "--verson",
    "check",
    "check 0.md",
    "check 0.md --recrod r",
    "check 0.md --record",
    "check 0.md --record r --on",
    "check 0.md --record r --on= --all=yes",
    "check 0.md --record r --on 2021-02-30",
    "check 0.md --record r --on 0000-01-01 --as-known-on 31.1.2022 --complete-until 20220131",
    "check 0.md --record r --as-if-in-force ２０２２-01-01",
    "check 0.md --record r --format xml --engine duckbd --lang fr",
    "check 0.md --record r --format parquet",
    "check 0.md --record r --output no/such/folder/out.csv",
    "check 0.md --record r --output . --map .",
    "check 0.md --record r --output same.svg --map same.svg",
    "check 0.md --record r --reading art5 --set =7 --set Width=",
    "check 0.md --record r --set Width=7 --set Width=8",
    "check 0.md --record r --account Rusia",
    "check 0.md --record r --nonsense",
    "explain 0.md 1.md --record r --norm art5",
    "explain 0.md --record r",
    "explain 0.md --record r --norm art5 --bearer Sovet",
    "explain 0.md --record r --norm art5 --act d9",
    "explain 0.md --record r --norm art5 --bearer VNM",
    "explain 0.md --record r --norm art5 --bearer VNM --act d9",
    "explain 0.md --record r --norm art7.2",
    "fmt a.md --check --write",
    "fmt no-such-file.md",
    "vocabulary deploiment",
    "vocabulary deployment base",
    "error bad-dat",
    "error",
]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_wrong_call_is_answered_as_it_was_read_last(
    lang: str, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "vi_VN.UTF-8" if lang == "vi" else "C.UTF-8")
    answering(monkeypatch, SAMPLE, SAMPLE)
    transcript = []
    for line in WRONG:
        called = call(*line.split())
        assert (called.status, called.out) == (2, ""), line
        transcript.append(f"$ servanda {line}\n{called.err}")

    assert same_as_golden("\n".join(transcript), f"wrong-calls.{lang}.txt", GOLDEN)


def test_all_that_is_wrong_is_said_at_once(call: Call) -> None:
    called = call("check", "--on", "2021-02-30", "--formt", "text", "--engine", "spark")

    assert [line.rpartition("[")[2] for line in called.err.splitlines() if line.endswith("]")] == [
        "missing-operand]",
        "missing-option]",
        "unknown-choice]",
        "unknown-option]",
    ]


def test_a_word_after_two_hyphens_is_a_file_and_no_option() -> None:
    check = COMMANDS[0]

    assert parse(check, ["--record", "r", "--", "--all"]).operands == ("--all",)


def test_a_value_may_follow_an_equals_sign_and_hold_another() -> None:
    arguments = parse(COMMANDS[0], ["a.md", "--record=r", "--set=Width=7 km", "--set", "Depth = 3 m"])

    assert arguments.many("set") == ("Width=7 km", "Depth = 3 m")


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["--record", "--on", "--", "--set", "-", "--all="]))))
def test_no_words_break_the_parser(words: list[str]) -> None:
    for command in COMMANDS:
        try:
            parse(command, words)
        except InputError as error:
            assert error.diagnostics
            assert all(d.message("vi") and d.message("en") for d in error.diagnostics)
