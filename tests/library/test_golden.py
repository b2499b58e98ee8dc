"""The literate pages `library/*/expected.md`: commands that are run, and tables against which their output is held.

A table names in its first column an act (of the occasion, or a witness), then columns of the JSON lines. An empty
cell is not compared. `no row` says that no verdict of that norm speaks of the act, `not X` that none of them is X,
`complied` also that none of them is a breach.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from library.command import check

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """One line of a table and the command above it."""

    page: str
    command: str
    cells: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """What the test is called."""
        cells = dict(self.cells)
        return "-".join([self.page, cells["norm"], cells["act"], *filter(None, [cells.get("counterparty")])])


def _cases(page: Path) -> Iterator[Case]:
    command, columns, in_console = "", [""], False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            in_console = line == "```console"
        elif in_console:
            command = line
        elif not line.startswith("|"):
            columns = [""]
        else:
            cells = [c.strip() for c in line.strip("|").split("|")]
            if columns == [""]:
                columns = cells
            elif not set(line) <= set("|-"):
                yield Case(page.parent.name, command, tuple(zip(columns, cells, strict=True)))


CASES = [c for page in sorted(ROOT.glob("library/*/expected.md")) for c in _cases(page)]


_RAN: dict[str, list[dict[str, Any]]] = {}  # each command runs once for all its tables


def _ran(command: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    if command not in _RAN:
        program, verb, *arguments = shlex.split(command)
        assert (program, verb) == ("servanda", "check")
        paths = [str(ROOT / a) if a.startswith("library/") else a for a in arguments]
        _RAN[command] = [json.loads(line) for line in check(paths, capsys)[1:]]
    return _RAN[command]


def _speaks_of(verdict: dict[str, Any], act: str) -> bool:
    return act in (verdict["act"], *verdict["occasion"].values(), *verdict["witnesses"])


def _picked(verdicts: list[dict[str, Any]], cells: dict[str, str]) -> list[dict[str, Any]]:
    found = [v for v in verdicts if v["norm"] == cells["norm"] and _speaks_of(v, cells["act"])]
    for column in ("bearer", "counterparty"):
        if cells.get(column):
            found = [v for v in found if v[column] == cells[column]]
    return found


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_the_page_says_what_the_command_says(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """Outcome, deadline, measure and days are those of the table."""
    cells = dict(case.cells)
    verdicts = _picked(_ran(case.command, capsys), cells)
    outcomes = {v["outcome"] for v in verdicts}

    match cells["outcome"].split():
        case ["no", "row"]:
            assert verdicts == []
        case ["not", outcome] if outcome != "engaged":
            assert outcome not in outcomes
        case _:
            assert cells["outcome"] in outcomes
            assert cells["outcome"] != "complied" or "breached" not in outcomes
            told = [v for v in verdicts if v["outcome"] == cells["outcome"]]
            rest = {k: c for k, c in cells.items() if c and k not in ("act", "outcome")}
            assert any(all(str(v[k]) == c for k, c in rest.items()) for v in told), told


def test_every_page_has_tables() -> None:
    """A page whose tables are not found would pass in silence."""
    assert {c.page for c in CASES} >= {"1936-montreux", "2011-vienna-document"}
    assert all(c.command.startswith("servanda check ") for c in CASES)
