"""Every row of the expected verdicts for the two drafts, through the command line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from library import rows
from library.command import ENGINES, check
from servanda.agreement import read
from servanda.norms.norm import Agreement

ROWS = rows.expected_rows()


@cache
def _agreement(name: str) -> Agreement:
    return read(rows.AGREEMENTS[name])


# The plans of a whole draft cost seconds a row: an eighth of the rows goes through them here, all of them at length.
ASKED = [
    pytest.param(
        row, engine, id=f"{row['id']}-{engine}", marks=[pytest.mark.long] if engine == "duckdb" and i % 32 else []
    )
    for i, row in enumerate(ROWS)
    for engine in ENGINES
]


@pytest.mark.parametrize(("row", "engine"), ASKED)
def test_the_draft_gives_the_expected_verdict(
    row: rows.Row, engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdict, its reason, deadline, measure and interval are those that the row names."""
    agreement = _agreement(row["agreement"])
    record = tmp_path / "record.yaml"
    record.write_text(rows.record_of(row), encoding="utf-8")

    arguments = [str(rows.AGREEMENTS[row["agreement"]]), "--record", str(record), *rows.flags_of(row, agreement)]
    lines = check([*arguments, "--engine", engine], capsys)

    told = rows.answer(row, lines, agreement)
    assert rows.differences(row["expect"], told) == [], row["why"]


def test_the_rows_cover_every_paragraph_of_both_drafts() -> None:
    """No paragraph is left without a row."""
    asked = {(r["agreement"], r["paragraph"]) for r in ROWS}

    assert len(asked) == 30
    assert len(ROWS) == len({r["id"] for r in ROWS})
