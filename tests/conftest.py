"""What all tests share: those that read tables beside the project are left out where there are none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, so that what lands does not hang on luck; `--hypothesis-seed` explores.
settings.register_profile("suite", derandomize=True)
settings.load_profile("suite")

SHARED = Path(__file__).parents[2] / "shared"
_WHY = "reads tables beside the project"


def pytest_configure() -> None:
    """Keep what the program caches out of the user's own folder, in one folder for all workers of the run."""
    os.environ.setdefault("SERVANDA_CACHE", tempfile.mkdtemp(prefix="servanda-tests-"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what cannot run here."""
    if SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason=_WHY))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many were left out: a test that does not run must not pass in silence."""
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = sum(1 for report in skipped if isinstance(report.longrepr, tuple) and _WHY in report.longrepr[2])
    if left_out:
        terminalreporter.write_line(f"{left_out} tests left out: they read tables beside the project")
