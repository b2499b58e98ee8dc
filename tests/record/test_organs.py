"""Organs: bodies that act and are no States, by the name that the agreement gives them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servanda.errors import InputError, render
from servanda.record.load import load

ORGANS = "organs: [Meeting of the Parties, Council]\n"
ACTS = """acts:
- {id: x1, kind: extension, by: HRV, about: HRV, start: 2008-11-28}
- {id: d1, kind: decision, by: Meeting  of the Parties, about: x1, start: 2008-11-28}
- {id: s1, kind: statement, by: HRV, to: [Council, Norway], about: [Council, Norway], start: 2008-11-29}
"""


def written(folder: Path, text: str, name: str = "record.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_declared_organ_acts_and_is_spoken_to_under_its_own_name(tmp_path: Path) -> None:
    record = load(written(tmp_path, ORGANS + ACTS))
    rows = {r["act"]: r for r in record.acts.to_pylist()}
    assert rows["d1"]["by"] == "Meeting of the Parties"
    assert rows["s1"]["to"] == rows["s1"]["about"] == ["Council", "NOR"]
    assert record.organs == {"Meeting of the Parties", "Council"}
    as_in_the_agreement = ORGANS.replace("[", "").replace("]", "")
    assert load(written(tmp_path, as_in_the_agreement + ACTS)).organs == record.organs


def test_a_body_that_nobody_declared_is_no_party(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load(written(tmp_path, ACTS))
    assert {d.code for d in refused.value.diagnostics} == {"no-such-party"}


def test_organs_of_one_file_hold_for_all_and_in_every_format(tmp_path: Path) -> None:
    by_hand = load(written(tmp_path, ORGANS + ACTS))
    organs = written(tmp_path, ORGANS, "organs.yaml")
    header = "id,kind,by,to,about,start\n"
    rows = (
        "x1,extension,HRV,,HRV,2008-11-28\nd1,decision,Meeting of the Parties,,x1,2008-11-28\n"
        "s1,statement,HRV,Council;Norway,Council;Norway,2008-11-29\n"
    )
    table = {
        "id": ["x1", "d1", "s1"],
        "kind": ["extension", "decision", "statement"],
        "by": ["HRV", "Meeting of the Parties", "HRV"],
        "to": [None, None, ["Council", "Norway"]],
        "about": [["HRV"], ["x1"], ["Council", "Norway"]],
        "start": ["2008-11-28", "2008-11-28", "2008-11-29"],
    }
    pq.write_table(pa.table(table), tmp_path / "acts.parquet")
    for path in (
        written(tmp_path, ACTS, "acts.yaml"),
        written(tmp_path, header + rows, "acts.csv"),
        tmp_path / "acts.parquet",
    ):
        record = load([path, organs])
        assert record.acts.to_pylist() == by_hand.acts.to_pylist()
        assert record.digest == by_hand.digest


def test_an_organ_deposits_covers_and_is_corrected_as_a_party_is(tmp_path: Path) -> None:
    more = """instruments: [{kind: exclusion, by: Council, on: 2009-01-01}]
coverage: [{kinds: [decision], parties: [Council], until: 2010-01-01}]
assertions: [{act: s1, account: HRV, attribute: about, value: [Council]}]
corrections: [{act: d1, change: correction, attribute: by, value: Council, recorded: 2010-01-01}]
"""
    record = load(written(tmp_path, ORGANS + ACTS + more))
    assert [i.party for i in record.instruments] == ["Council"]
    assert [c.parties for c in record.coverage.claims] == [frozenset({"Council"})]
    assert {r["act"]: r["by"] for r in record.view().to_pylist()}["d1"] == "Council"


def test_a_supposition_knows_the_organs_of_the_record(tmp_path: Path) -> None:
    record = load(written(tmp_path, ORGANS + ACTS))
    row = "acts: [{id: d2, kind: decision, by: Council, about: x1, start: 2008-11-28}]\n"
    supposed = load(written(tmp_path, row, "suppose.yaml"), beside=record)
    assert record.supposing(supposed).acts.num_rows == 4


def test_what_is_no_name_is_no_organ(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load(written(tmp_path, "organs: [{name: Council}, none]\n"))
    assert [d.code for d in refused.value.diagnostics] == ["empty-value", "bad-id"]
    assert all(render(d) for d in refused.value.diagnostics)
