"""Standard streams that are full, closed or of another encoding, and a command that is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.calls import Call
from servanda.cli import main
from servanda.cli.parsing import Arguments
from servanda.messages import Lang

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells and devices as Unix has them")

AGREEMENT = """---
agreement: notice
title: Notice
status: draft
parties: Norway, Việt Nam
---

# Thông báo
"""
COMMANDS = ["--version", "--help", "vocabulary", "error bad-date", "fmt a.md", "locate p.csv", "map"]


def shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The line run by a shell, `servanda` being the command."""
    (folder / "a.md").write_text(AGREEMENT, encoding="utf-8")
    (folder / "p.csv").write_text("lon,lat\n10.5,60.1\n", encoding="utf-8")
    line = line.replace("servanda", f'"{sys.executable}" -m servanda')
    env = {**os.environ, **environment}
    return subprocess.run(["/bin/sh", "-c", line], cwd=folder, capture_output=True, env=env, check=False)


@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
@pytest.mark.parametrize("command", COMMANDS)
def test_standard_output_that_takes_nothing_is_told(command: str, where: str, tmp_path: Path) -> None:
    done = shell(f"servanda {command} {where}", tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith(b"standard output cannot be written: ")
    assert b"[cannot-write]" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
@pytest.mark.parametrize(
    ("command", "status"), [("check", 2), ("locate p.csv", 0), ("zone --within 10km --of Norway --format geojson", 0)]
)
def test_standard_error_that_takes_nothing_changes_no_status(
    command: str, status: int, where: str, tmp_path: Path
) -> None:
    done = shell(f"servanda {command} {where}", tmp_path)

    assert done.returncode == status
    assert b"[" not in done.stdout[:1], "what was to be told is not poured into the data"


def test_data_is_utf_8_whatever_the_terminal_shows(tmp_path: Path) -> None:
    plain = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    (tmp_path / "names.csv").write_text("lon,lat,name\n105.8,21.0,Hà Nội\n", encoding="utf-8")
    formatted = shell("servanda fmt a.md >b.md; servanda fmt b.md", tmp_path, **plain)
    located = shell("servanda locate names.csv", tmp_path, **plain)

    assert "Thông báo" in formatted.stdout.decode("utf-8")
    assert "Hà Nội" in located.stdout.decode("utf-8")


def _stopped(arguments: Arguments, lang: Lang) -> int:
    """As libraries in C do: they are interrupted, and say so in their own way."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted") from None
    return 0


def _stopped_plainly(arguments: Arguments, lang: Lang) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize("stopped", [_stopped, _stopped_plainly])
def test_an_interrupted_command_says_nothing_and_has_its_own_status(
    stopped: Callable[[Arguments, Lang], int], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("servanda.cli.vocabulary.show", stopped)
    called = call("vocabulary")

    assert (called.status, called.out, called.err) == (130, "", "")
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_while_the_program_is_being_loaded_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def loading(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("servanda.cli.import_module", loading)

    assert main(["vocabulary"]) == 130
