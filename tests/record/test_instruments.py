"""Instruments are keyed by id, as acts are; a supposition puts another in the place of one, or takes it away."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.errors import InputError
from servanda.record.load import load
from servanda.record.record import Record

NOTICE = "{id: ni, kind: notice, by: ITA, on: 2019-09-30, recorded: 2021-01-01}"
BASE = f"""instruments:
- {NOTICE}
- {{id: sig, kind: signature, by: [ITA, FRA], on: 2019-01-10}}
- {{kind: deposit, by: ITA, on: 2019-09-10}}
"""


def written(folder: Path, text: str, name: str = "record.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def supposing(folder: Path, *rows: str) -> Record:
    record = load(written(folder, BASE))
    supposed = written(folder, "instruments:\n" + "".join(f"- {r}\n" for r in rows), "suppose.yaml")
    return record.supposing(load(supposed, beside=record))


def listed(record: Record) -> list[tuple[str | None, str, str]]:
    return [(i.id, i.kind, i.party) for i in record.instruments]


ALL = [("ni", "notice", "ITA"), ("sig", "signature", "ITA"), ("sig", "signature", "FRA"), (None, "deposit", "ITA")]


@pytest.mark.parametrize(
    "other",
    [
        "{id: ni, kind: notice, by: ITA, on: 2019-12-30}",
        "{id: ni, kind: notice, by: ITA, on: 2019-09-30}",  # recorded is content too
        "{id: sig, kind: signature, by: ITA, on: 2019-01-10}",  # of two signatories one is left
    ],
)
def test_one_id_with_other_content_is_refused(tmp_path: Path, other: str) -> None:
    path = written(tmp_path, f"{BASE}- {other}\n")
    with pytest.raises(InputError) as refused:
        load(path)
    assert [d.code for d in refused.value.diagnostics] == ["duplicate-instrument"]
    assert listed(load(path, strict=False)) == ALL


def test_the_same_id_and_content_twice_is_one_instrument(tmp_path: Path) -> None:
    record = load(written(tmp_path, f"{BASE}- {NOTICE}\n"))
    assert listed(record) == ALL
    assert record.digest == load(written(tmp_path, BASE)).digest
    assert record.rows_refused == 0


def test_one_id_in_two_files_is_one_instrument(tmp_path: Path) -> None:
    table = written(tmp_path, "id,kind,by,on,recorded\nni,notice,Italy,2019-09-30,2021-01-01\n", "instruments.csv")
    assert listed(load([written(tmp_path, BASE), table])) == ALL


def test_a_supposed_instrument_stands_in_the_place_of_the_one_of_its_id(tmp_path: Path) -> None:
    record = supposing(tmp_path, "{id: ni, kind: notice, by: ITA, on: 2019-12-30}")
    assert listed(record) == [*ALL[1:], ALL[0]]
    [notice] = [i for i in record.instruments if i.id == "ni"]
    assert notice.recorded_day is None


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ("{id: ni, remove: yes}", ALL[1:]),
        (NOTICE.replace("}", ", remove: yes}"), ALL[1:]),
        ("{id: sig, remove: yes}", [ALL[0], ALL[3]]),
        ("{id: sig, by: FRA, remove: yes}", [*ALL[:2], ALL[3]]),
        ("{kind: deposit, by: ITA, remove: yes}", ALL[:3]),
    ],
)
def test_a_supposition_takes_an_instrument_away_by_id_or_by_kind_and_party(
    tmp_path: Path, row: str, left: list[tuple[str | None, str, str]]
) -> None:
    assert listed(supposing(tmp_path, row)) == left


@pytest.mark.parametrize(
    "row", ["{kind: notice, remove: yes}", "{by: ITA, remove: yes}", "{id: ni, kin: x, remove: yes}"]
)
def test_what_is_taken_away_must_be_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError):
        supposing(tmp_path, row)
