"""Right calls: statuses, files, pipes, languages."""

from __future__ import annotations

import csv
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.calls import Call, answering
from report.answers import (
    ACCOUNTS,
    AWAITED,
    BREACH,
    MISSING,
    OVER,
    SAMPLE,
    WORDS,
    answer,
    finding,
    uncovered,
    verdict,
)
from servanda import __version__
from servanda.check.question import Question
from servanda.vocabulary.verdict import Outcome, Reason, Verdict

KEPT = verdict(finding("art5", "USA", Outcome.COMPLIED, Reason.NO_ACT))
PENDING = verdict(finding("art2.1", "USA", Outcome.PENDING, Reason.NO_DEADLINE))
OVERDUE = verdict(finding("art2.1", "USA", Outcome.OVERDUE, Reason.NOT_DONE))
CHECK = ("check", "0.md", "--record", "r")


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ((), 0),
        ((KEPT, WORDS), 0),
        ((KEPT, PENDING), 3),
        ((OVERDUE,), 3),
        ((MISSING,), 3),
        ((ACCOUNTS,), 3),
        ((AWAITED, KEPT), 3),
        (uncovered(["DEU"]), 3),
        ((BREACH, MISSING, AWAITED), 1),
    ],
)
@pytest.mark.parametrize("form", ["text", "jsonl", "html"])
def test_the_status_tells_the_gravest_verdict(
    verdicts: tuple[Verdict, ...], status: int, form: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, answer(*verdicts))
    called = call(*CHECK, "--format", form)

    assert (called.status, called.err) == (status, "")
    assert called.out


def test_one_breach_in_one_of_several_agreements_is_enough(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, answer(KEPT), answer(BREACH))
    called = call("check", "0.md", "1.md", "--record", "r", "--format", "jsonl")

    assert called.status == 1
    assert [("header" in json.loads(line)) for line in called.out.splitlines()] == [True, False, True, False]


def test_rows_carry_their_conditions_where_there_are_few(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, answer(BREACH))
    (_, row) = call(*CHECK, "--format", "jsonl").out.splitlines()

    assert json.loads(row)["conditions"][0]["text"] == "d.basing is ground"


@pytest.mark.parametrize("form", ["text", "jsonl", "csv", "parquet", "html"])
def test_a_report_is_written_to_a_file_and_nothing_else_stays_there(
    form: str, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(monkeypatch, SAMPLE)
    path = tmp_path / f"verdicts.{form}"
    called = call(*CHECK, "--format", form, "--output", str(path))

    assert (called.status, called.out, called.err) == (1, "", "")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_size > 500
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600


def test_all_forms_hold_the_same_verdicts(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, SAMPLE)
    for form in ("jsonl", "csv", "parquet"):
        call(*CHECK, "--format", form, "--output", str(tmp_path / form))
    lines = [json.loads(line) for line in (tmp_path / "jsonl").read_text(encoding="utf-8").splitlines()]
    with (tmp_path / "csv").open(encoding="utf-8", newline="") as file:
        cells = [row["reason"] for row in csv.DictReader(file)]

    assert cells == [row["reason"] for row in lines[1:]]
    assert cells == pq.read_table(tmp_path / "parquet")["reason"].to_pylist()


def test_a_file_is_replaced_whole_or_not_at_all(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, SAMPLE)
    path = tmp_path / "verdicts.csv"
    path.write_text("of yesterday", encoding="utf-8")

    def fail(table: object, out: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("servanda.report.export.write_csv", fail)
    called = call(*CHECK, "--format", "csv", "--output", str(path))

    assert called.status == 2
    assert "No space left on device [cannot-write]" in called.err
    assert [p.name for p in tmp_path.iterdir()] == ["verdicts.csv"]
    assert path.read_text(encoding="utf-8") == "of yesterday"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, SAMPLE)
    tmp_path.chmod(0o500)
    called = call(*CHECK, "--output", str(tmp_path / "verdicts.txt"))
    tmp_path.chmod(0o700)

    assert called.status == 2
    assert "no permission" in called.err


def test_a_question_is_passed_on_as_it_was_asked(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, SAMPLE)
    asked: list[Question] = []

    def hold(agreement: object, record: object, question: Question) -> object:
        asked.append(question)
        return SAMPLE

    monkeypatch.setattr("servanda.cli.inputs.hold_against", hold)
    call(*CHECK, "--on", "2022-12-31", "--as-if-in-force", "2022-01-01", "--account", "Russia", "--all")
    (question,) = asked

    assert str(question.on) == "2022-12-31"
    assert str(question.as_if_in_force) == "2022-01-01"
    assert question.account == "RUS"
    assert question.everything


def test_explain_shows_each_verdict_of_a_norm(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, answer(BREACH, OVER))
    called = call("explain", "0.md", "--record", "r", "--norm", "5", "--bearer", "United States")

    assert (called.status, called.err) == (1, "")
    assert "d.range is between Least Range and Greatest Range" in called.out
    assert "What would change it" in called.out


def test_a_fault_of_ours_is_no_traceback(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, SAMPLE)
    monkeypatch.setattr("servanda.cli.check.rows", lambda *a: 1 / 0)
    called = call(*CHECK, "--format", "csv")

    assert called.status == 70
    assert "ZeroDivisionError: division by zero [internal-error]" in called.err
    assert "Traceback" not in called.err


def test_developers_get_the_traceback(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, SAMPLE)
    monkeypatch.setenv("SERVANDA_DEBUG", "1")
    monkeypatch.setattr("servanda.cli.check.rows", lambda *a: 1 / 0)

    assert "Traceback" in call(*CHECK, "--format", "csv").err


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "vi"}, "vi"),
        ({"LANG": "vi", "LC_ALL": ""}, "vi"),
    ],
)
def test_the_language_is_that_of_the_locale(
    environment: dict[str, str], lang: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert ("Cách dùng:" in call("--help").out) == (lang == "vi")


def test_lang_prevails_over_the_locale(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")

    assert "Usage:" in call("check", "--help", "--lang=en").out
    assert "Usage:" in call("--lang", "en", "check", "--help").out


def test_every_command_has_help_in_both_languages(call: Call) -> None:
    for name in ("check", "explain", "lint", "fmt", "new", "vocabulary", "error", "source add"):
        for lang in ("en", "vi"):
            called = call(*name.split(), "--help", "--lang", lang)
            assert (called.status, called.err) == (0, "")
            assert f"servanda {name}" in called.out


def test_the_vocabulary_lists_kinds_and_attributes(call: Call) -> None:
    assert "accession-step" in call("vocabulary").out
    assert "company < battalion < regiment" in call("vocabulary", "exercise").out
    assert "tập trận" in call("vocabulary", "exercise", "--lang", "vi").out


def test_a_link_keeps_pointing_where_it_points(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, answer(BREACH))
    (tmp_path / "reports").mkdir()
    (tmp_path / "latest.csv").symlink_to(tmp_path / "reports" / "1.csv")
    called = call(*CHECK, "--format", "csv", "--output", str(tmp_path / "latest.csv"))

    assert (called.status, (tmp_path / "latest.csv").is_symlink()) == (1, True)
    assert (tmp_path / "reports" / "1.csv").read_text(encoding="utf-8").startswith("agreement,")


def test_a_pipe_is_written_to_and_not_replaced(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, answer(BREACH))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    called = call(*CHECK, "--format", "csv", "--output", str(pipe))
    told = os.read(reading, 9)
    os.close(reading)

    assert (called.status, told, pipe.is_fifo()) == (1, b"agreement", True)
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_new_agreement_never_overwrites_a_file(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "agreement.md"
    first = call("new", str(path))
    written = path.read_text(encoding="utf-8")
    again = call("new", str(path))

    assert (first.status, again.status) == (0, 2)
    assert "[would-overwrite]" in again.err
    assert path.read_text(encoding="utf-8") == written


def test_what_is_new_has_no_errors_and_is_in_canonical_form(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "agreement.md"
    call("new", str(path))

    assert call("lint", str(path)).status == 0
    assert call("fmt", "--check", str(path)).status == 0


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "servanda", *words],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


def test_the_version_is_printed_and_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from servanda.cli import main; main(['--version']); "
        "print(sorted({m.partition('.')[0] for m in sys.modules} "
        "& {'duckdb', 'pyarrow', 'numpy', 'shapely', 'rich', 'ruamel', 'lark', 'sqlglot', 'argparse', 'tomllib'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert done.stdout == f"servanda {__version__}\n[]\n"


def test_a_wrong_call_imports_nothing_heavy() -> None:
    code = (
        "import sys; from servanda.cli import main; main(['check']); "
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'duckdb', 'pyarrow', 'numpy', 'shapely'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert done.stdout == "[]\n"


def test_a_closed_pipe_is_no_error() -> None:
    """The reader goes away before the first word: no message, no traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "servanda", "vocabulary"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")


def test_an_ascii_terminal_gets_escapes_and_no_error() -> None:
    done = run("vocabulary", "exercise", "--lang", "vi", PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u1ead" in done.stdout


def test_a_call_that_runs_in_duckdb_ends_without_a_word(tmp_path: Path) -> None:
    agreement, record = tmp_path / "a.md", tmp_path / "r.yaml"
    agreement.write_text(
        "---\nagreement: t\ntitle: T\nstatus: draft\nparties: Norway, Chile\n---\n# T\n\n"
        "```norm\nid: t.1\narticle: 1\nprohibits: test t\nbearer: t.by\n```\n",
        encoding="utf-8",
    )
    record.write_text("acts:\n- {id: t1, kind: test, by: NOR, start: 2020-03-01}\n", encoding="utf-8")
    words = ("--record", str(record), "--as-if-in-force", "2020-01-01", "--engine", "duckdb", "--format", "csv")
    done = run("check", str(agreement), *words)

    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("words", [("--version", "--lang", "vi"), ("--lang=vi", "--version"), ("-V",)])
def test_the_version_is_told_in_any_language(words: tuple[str, ...], call: Call) -> None:
    assert call(*words) == (call("--version"))


def test_help_names_a_command_before_it_or_behind_it(call: Call) -> None:
    assert call("help", "source", "add") == call("source", "add", "--help")
    assert call("help") == call("--help")


def test_an_option_without_its_choice_names_the_choices(call: Call) -> None:
    assert "--lang needs a value: en|vi" in call("lint", "a.md", "--lang").err
