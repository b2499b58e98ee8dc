"""What is said to be wanting of the record."""

from __future__ import annotations

from pathlib import Path

from meaning.asking import Case, of


def test_a_gap_that_reaches_back_to_the_beginning_begins_on_no_day(tmp_path: Path) -> None:
    """The beginning of time is no day that anybody could look up."""
    norm = "id: a\nprohibits: incident i\nbearer: i.by\n"
    record = "coverage: [{kinds: [incident], from: 2020-01-01, until: 2030-01-01}]\nacts: []\n"
    answer = Case(tmp_path, norm, record).ask("2025-06-01", as_if="0001-01-01")
    gaps = [dict(fact.args) for v in of(answer) for fact in v.missing if fact.code == "coverage"]

    assert [(gap["from"], gap["until"]) for gap in gaps] == [("", "2019-12-31")] * 3
