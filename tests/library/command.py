"""The command line, run in this process; tests that need it are skipped where it is not built yet."""

from __future__ import annotations

import pytest

try:
    from servanda.cli import main
except ImportError:
    pytest.skip("the command line is not there yet", allow_module_level=True)

__all__ = ["ENGINES", "check"]

ENGINES = ("reference", "duckdb")


def check(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that `servanda check` prints for programs. Fails where the input is wrong."""
    status = main(["check", *arguments, "--lang", "en", "--format", "jsonl"])
    output = capsys.readouterr()

    assert status in (0, 1, 3), output.err
    return output.out.splitlines()
