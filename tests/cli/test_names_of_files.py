"""Files to write that are read too, and names of files that are long, odd or steer a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.calls import Call

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names and links as Unix has them")

AGREEMENT = """---
agreement: notice
title: Notice
status: draft
parties: Norway, Chile
counting: {days: calendar, first day: excluded, month end: clip, zone: UTC}
---

```norm
id: t.1
article: 1
prohibits: test t
bearer: t.by
```
"""
RECORD = "acts:\n- {id: t1, kind: test, by: NOR, start: 2024-03-01}\n"
ZONE = '{"type": "Polygon", "coordinates": [[[20, 54], [22, 54], [22, 55], [20, 54]]]}'
REPORT = """Vietnam and Cambodia reviewed their border work

12 May 2020

Vietnam and Cambodia held talks in Hanoi on 11 May 2020, and both sides agreed to meet again in the autumn.

The two countries held a joint exercise of their navies off Phu Quoc in March 2020, the ministry said on Monday.
"""
CHECK = "check a.md --record r --suppose s.yaml --as-if-in-force 2024-01-01"
ODD = "a\x1b[31m\u202e\u200bb.md"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r").mkdir()
    for name, text in (
        ("a.md", AGREEMENT),
        ("r/r.yaml", RECORD),
        ("s.yaml", "acts: []\n"),
        ("z.geojson", ZONE),
        ("p.csv", "lon,lat\n2,48\n"),
    ):
        Path(name).write_text(text, encoding="utf-8")
    Path("soft.md").symlink_to("a.md")
    Path("hard.md").hardlink_to("a.md")


@pytest.mark.parametrize(
    ("command", "option", "target"),
    [
        (f"{CHECK} --format html", "--output", "a.md"),
        (f"{CHECK} --format html", "--output", "r/../a.md"),
        (f"{CHECK} --format html", "--output", "soft.md"),
        (f"{CHECK} --format html", "--output", "hard.md"),
        (CHECK, "--output", "r/r.yaml"),
        (CHECK, "--output", "s.yaml"),
        ("map --zone z.geojson --format svg", "--output", "z.geojson"),
        ("map a.md --record r --format svg --as-if-in-force 2024-01-01", "--output", "a.md"),
        ("map --record r --format svg", "--output", "r/r.yaml"),
        ("zone a.md --norm t.1 --party NOR", "--output", "a.md"),
        ("locate p.csv", "--output", "p.csv"),
    ],
)
def test_a_file_that_is_read_is_never_written_over(command: str, option: str, target: str, call: Call) -> None:
    before = Path(target).read_bytes()
    called = call(*command.split(), option, target)

    assert called.status == 2
    assert f"{option}: {target} is a file that is read here [cannot-write]" in called.err
    assert Path(target).read_bytes() == before


def test_two_spellings_of_one_file_to_write_are_told(call: Call) -> None:
    called = call(*CHECK.split(), "--output", "x.svg", "--map", "./r/../x.svg")

    assert called.status == 2 and "is the file of --output too [cannot-write]" in called.err


@pytest.mark.parametrize(
    "command",
    [
        f"{CHECK} --output NAME.txt",
        f"{CHECK} --map NAME.svg",
        "map --output NAME.svg",
        "locate p.csv --output NAME.csv",
        "zone --within 10km --of Norway --output NAME.txt",
        "new NAME.md",
        "source add NAME.txt",
        "source add a.md --output NAME.yaml",
        "fmt NAME.md",
        "lint NAME.md",
        "check a.md --record NAME.yaml --as-if-in-force 2024-01-01",
        "map --zone NAME.geojson",
    ],
)
def test_a_name_longer_than_any_is_answered(command: str, call: Call) -> None:
    called = call(*command.replace("NAME", "n" * 300).split())

    assert called.status == 2
    assert "[internal-error]" not in called.err


def test_a_geometry_named_longer_than_any_is_not_there(call: Call) -> None:
    terms = f"```terms\nregions: {{R: {{geometry: {'n' * 300}.geojson}}}}\n```\n"
    Path("long.md").write_text(f"{AGREEMENT}\n{terms}", encoding="utf-8")

    assert "[cannot-read-file]" in call("lint", "long.md").out


def test_a_name_as_long_as_may_be_is_written_to(call: Call) -> None:
    name = "n" * 251 + ".csv"

    assert call("locate", "p.csv", "--output", name).status == 0
    assert Path(name).read_text(encoding="utf-8").startswith("lon,lat,")


def test_a_folder_that_is_gone_is_answered(call: Call, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    called = call("new", "x.md")

    assert called.status == 2 and "[cannot-write]" in called.err


def test_names_that_steer_a_terminal_are_shown_as_escapes(call: Call) -> None:
    Path(ODD).write_text(AGREEMENT.replace("status: draft", "status:   draft"), encoding="utf-8")
    Path("report.txt").write_text(REPORT, encoding="utf-8")
    told = [
        call("fmt", "--check", ODD).out,
        call("fmt", "--write", ODD).out,
        call("new", f"new-{ODD}").err,
        call("source", "add", "report.txt", "--output", f"{ODD}.yaml").out,
    ]

    for text in told:
        assert "a\\x1b[31m\\u202e\\u200bb.md" in text
        assert not set(text) & {"\x1b", "\u202e", "\u200b"}


@pytest.mark.parametrize("form", ["text", "jsonl", "csv", "html", "parquet"])
def test_names_need_not_be_text(form: str, call: Call) -> None:
    odd = os.fsdecode(b"a\xff")
    Path(f"{odd}.md").write_text(AGREEMENT, encoding="utf-8")
    words = ["check", f"{odd}.md", "--record", "r", "--as-if-in-force", "2024-01-01", "--format", form]
    called = call(*words, "--output", f"{odd}.out")

    assert (called.status, called.err) == (1, "")
    assert Path(f"{odd}.out").stat().st_size > 0
    if form == "parquet":
        with Path(f"{odd}.out").open("rb") as file:
            assert pq.read_table(file).num_rows == 2


def test_points_in_a_file_whose_name_is_no_text_are_located(call: Call) -> None:
    odd = os.fsdecode(b"p\xff.parquet")

    assert call("locate", "p.csv", "--format", "parquet", "--output", odd).status == 0
    assert (
        call("locate", odd).err.endswith("[points-column-taken]\n")
        or "[points-column-taken]" in call("locate", odd).err
    )


@pytest.mark.parametrize("command", ["fmt NAME", "source add NAME", "lint NAME"])
@pytest.mark.parametrize("name", ["pipe", "/dev/zero", ".", "large"])
def test_what_has_no_end_is_not_read(command: str, name: str, call: Call) -> None:
    os.mkfifo("pipe")
    with Path("large").open("wb") as file:
        file.truncate(200 * 2**20)
    called = call(*command.replace("NAME", name).split())

    assert called.status == 2
    assert "[internal-error]" not in called.err


def test_a_report_whose_name_is_no_text_is_named_by_escapes(call: Call) -> None:
    name = os.fsdecode(b"r\xff")
    Path(f"{name}.txt").write_text(REPORT, encoding="utf-8")

    assert call("source", "add", f"{name}.txt").status == 0
    assert "file: 'r\\udcff.txt'" in Path(f"{name}.yaml").read_text(encoding="utf-8")


def test_a_report_of_control_characters_gives_a_record_that_can_be_read(call: Call) -> None:
    text = REPORT.replace("exercise", "\x1b[31mexercise\x07").replace("reviewed", "\x00reviewed")
    Path("report.txt").write_text(text, encoding="utf-8")
    written = call("source", "add", "report.txt")
    called = call("check", "a.md", "--record", "report.yaml", "--as-if-in-force", "2024-01-01")

    assert written.status == 0
    assert "[record-todo]" in called.err and "[record-yaml]" not in called.err


def test_a_skeleton_that_cannot_be_written_is_told_so(call: Call) -> None:
    Path("report.txt").write_text(REPORT, encoding="utf-8")

    assert "[cannot-write]" in call("source", "add", "report.txt", "--output", "no/such/folder.yaml").err
