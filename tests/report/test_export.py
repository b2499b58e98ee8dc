from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.answers import BREACH, EXPLANATION, SAMPLE, answer
from report.golden import same_as_golden
from servanda.check import Answer
from servanda.errors import printable
from servanda.report import export
from servanda.report.rows import rows


def csv_of(*answers: Answer) -> str:
    out = StringIO()
    export.write_csv([(a, list(rows(a, "en", {4: EXPLANATION}))) for a in answers], out)
    return out.getvalue()


def test_the_csv_is_as_it_was_read_last() -> None:
    assert same_as_golden(csv_of(SAMPLE), "rows.csv")


def test_every_line_of_the_csv_takes_its_assumptions_with_it() -> None:
    lines = list(csv.DictReader(StringIO(csv_of(SAMPLE, SAMPLE))))

    assert len(lines) == 2 * len(SAMPLE.verdicts)
    assert {(line["as_if_in_force"], line["record_digest"]) for line in lines} == {("2022-01-01", "d4e5f6")}


def test_pairs_are_written_as_name_and_value() -> None:
    (depends,) = [r for r in csv.DictReader(StringIO(csv_of(SAMPLE))) if r["over"] == "account"]

    assert depends["by_account"] == "RUS: complied; USA: breached; undisputed: undetermined"


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(formula: str) -> None:
    found = replace(BREACH, finding=replace(BREACH.finding, exception=formula))
    (line,) = csv.DictReader(StringIO(csv_of(answer(found)), newline=""))

    assert line["exception"] == "'" + printable(formula)


@given(st.text())
def test_no_cell_begins_a_formula_whatever_the_record_says(text: str) -> None:
    found = replace(BREACH, finding=replace(BREACH.finding, exception=text, act=text, bearer=text))
    cells = [cell for line in csv.reader(StringIO(csv_of(answer(found)), newline="")) for cell in line]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_parquet_holds_the_same_cells_as_csv_and_the_headers_in_its_metadata(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.parquet"
    export.write_parquet([(SAMPLE, list(rows(SAMPLE, "en", {4: EXPLANATION})))], path)
    table = pq.read_table(path)
    written = [{k: v or "" for k, v in line.items()} for line in table.to_pylist()]
    (header,) = json.loads(table.schema.metadata[b"servanda"])

    assert written == list(csv.DictReader(StringIO(csv_of(SAMPLE))))
    assert header["agreement"] == "sample-2021"
