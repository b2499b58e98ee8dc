"""Whatever is wrong with the input is answered in words, with status 2, and never with a traceback.

`bad/*.md`: each heading is a case, with its files, its command, all that is printed, and the exit status.
SERVANDA_RERECORD=1 records again. Below them, input that cannot be written on a page: large, binary, endless.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pages import RERECORD, Call, Shell, run_text

BAD = Path(__file__).parent / "bad"
PAGES = sorted(BAD.glob("*.md"))


def _cases(page: Path) -> list[str]:
    """The cases of a page, each from its heading to the next. Headings inside files are not theirs."""
    cases: list[str] = []
    fenced = False
    for line in page.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("````"):
            fenced = not fenced
        if line.startswith("## ") and not fenced:
            cases.append("")
        if cases:
            cases[-1] += line
    return cases


CASES = [(page, case) for page in PAGES for case in _cases(page)]


@pytest.mark.parametrize(("page", "case"), CASES, ids=[f"{p.stem}: {c.splitlines()[0][3:]}" for p, c in CASES])
def test_bad_input_is_answered_as_the_page_says(page: Path, case: str, tmp_path: Path) -> None:
    """Every word that is printed, and the status."""
    text, ran = run_text(case, tmp_path, Call(tmp_path))
    if os.environ.get(RERECORD):
        page.write_text(page.read_text(encoding="utf-8").replace(case, text), encoding="utf-8")
        return

    assert ran
    for one in ran:
        assert list(one.printed) == list(one.expected), one.command
        assert not any("internal-error" in line or "Traceback" in line for line in one.printed)
    assert ran[-1].command == "echo $?"
    assert ran[-1].expected == ("2",)


def test_there_are_enough_cases() -> None:
    """A page whose cases are not found would pass in silence."""
    assert len(CASES) >= 25


# ---- what cannot be written on a page

AGREEMENT = """---
agreement: notice
title: Notice of exercises
status: draft
parties: Norway, Chile
counting: {days: calendar, first day: excluded, month end: clip, zone: UTC}
---

## Article 1

```norm
id: art1
for each: exercise x, other party q
when: WHEN
bearer: x.by
requires: notification n
where: [n.by is x.by, n.about is x, n.to is q]
due: n.received is at least 30 days before x.start
```
"""
WHEN = "x.troops is at least 2 000 persons"
PLAIN = AGREEMENT.replace("WHEN", WHEN)
RECORD = "acts:\n- {id: x1, kind: exercise, by: Norway, start: 2024-06-10, troops: 2 500 persons}\n"
TABLE = "id,kind,by,start\nx1,exercise,NOR,2024-06-10\n"


def _agreement_with(condition: str) -> bytes:
    return AGREEMENT.replace("WHEN", condition).encode()


def _bomb() -> bytes:
    """Aliases of aliases: ten lines that stand for a thousand million words."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(lines).encode()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "an agreement of 20 000 brackets": ("bad.md", lambda: _agreement_with("(" * 20_000 + WHEN + ")" * 20_000)),
    "an agreement of 20 000 times not": ("bad.md", lambda: _agreement_with("not (" * 20_000 + WHEN + ")" * 20_000)),
    "an agreement of 20 000 conjuncts": ("bad.md", lambda: _agreement_with(" and ".join([WHEN] * 20_000))),
    "an agreement nested 20 000 deep": ("bad.md", lambda: _agreement_with("[" * 20_000 + "]" * 20_000)),
    "an agreement of 40 MB": ("bad.md", lambda: PLAIN.encode() + b"words " * 7_000_000),
    "an agreement in UTF-16": ("bad.md", lambda: PLAIN.encode("utf-16")),
    "an agreement in Latin 1": ("bad.md", lambda: PLAIN.replace("Notice", "Avis donné").encode("latin-1")),
    "an agreement with a NUL": ("bad.md", lambda: PLAIN.replace("Notice", "No\0tice").encode()),
    "an agreement that is empty": ("bad.md", lambda: b""),
    "an agreement cut off": ("bad.md", lambda: PLAIN.encode()[:300]),
    "an agreement that steers the terminal": (
        "bad.md",
        lambda: PLAIN.replace("parties: Norway", "parties: \x1b[31mNor\u202eway").encode(),
    ),
    "a record of aliases upon aliases": ("bad.yaml", _bomb),
    "a record nested 20 000 deep": ("bad.yaml", lambda: b"acts: " + b"[" * 20_000 + b"]" * 20_000),
    "a record of 40 MB": ("bad.yaml", lambda: RECORD.encode() + b"# words\n" * 5_000_000),
    "a record in UTF-16": ("bad.yaml", lambda: RECORD.encode("utf-16")),
    "a record in Latin 1": ("bad.yaml", lambda: RECORD.replace("x1", "exercé").encode("latin-1")),
    "a record with a NUL": ("bad.yaml", lambda: RECORD.replace("x1", "x\0").encode()),
    "a record that is empty": ("bad.yaml", lambda: b""),
    "a record cut off": ("bad.yaml", lambda: RECORD.encode()[:40]),
    "a table in UTF-16": ("bad.csv", lambda: TABLE.encode("utf-16")),
    "a table in Latin 1": ("bad.csv", lambda: TABLE.replace("x1", "exercé").encode("latin-1")),
    "a table with a NUL": ("bad.csv", lambda: TABLE.replace("x1", "x\0").encode()),
    "a table that is empty": ("bad.csv", lambda: b""),
    "a table with a quotation mark left open": ("bad.csv", lambda: TABLE.replace("x1", '"x1').encode()),
    "an archive that swells": ("bad.csv.gz", lambda: gzip.compress(TABLE.encode() + b"0" * 150 * 2**20)),
    "an archive cut off": ("bad.csv.gz", lambda: gzip.compress(TABLE.encode() * 1000)[:60]),
    "an archive that is none": ("bad.csv.gz", lambda: TABLE.encode()),
    "a Parquet file that is none": ("bad.parquet", lambda: b"PAR1 and nothing"),
    "a Parquet file that is empty": ("bad.parquet", lambda: b""),
}


def _refused(folder: Path, *words: str) -> str:
    """What stands on standard error, after checking that it is an answer: status 2, a code, no traceback."""
    shell = Shell(folder)
    out, err = shell.run(" ".join(["servanda", "check", *words]))

    assert shell.status == 2, err
    assert out == ""
    assert re.search(r"\[[a-z0-9-]+\]$", err, re.M)
    assert "Traceback" not in err
    assert "internal-error" not in err
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", err)
    return err


def _given(folder: Path, name: str) -> tuple[str, ...]:
    """The command line that reads the file `name`, and good files beside it."""
    (folder / "good.md").write_text(PLAIN, encoding="utf-8")
    (folder / "good.yaml").write_text(RECORD, encoding="utf-8")
    agreement, record = (name, "good.yaml") if name.endswith(".md") else ("good.md", name)
    return (agreement, "--record", record, "--as-if-in-force", "2024-01-01")


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_nobody_meant_is_refused(what: str, tmp_path: Path) -> None:
    """Large, deep, damaged or foreign: an answer that names the file, and no more than memory holds."""
    name, content = FILES[what]
    (tmp_path / name).write_bytes(content())

    assert name in _refused(tmp_path, *_given(tmp_path, name))


@pytest.mark.parametrize(
    "columns",
    [
        {"id": ["x1"], "kind": [5], "by": ["NOR"], "start": [True]},
        {"id": ["x1"], "kind": ["exercise"], "by": ["NOR"], "start": ["2024-06-10"], "troops": [float("nan")]},
        {"id": ["x1"], "kind": ["exercise"], "by": ["NOR"], "start": [[1, 2]]},
        {"id": [None], "kind": ["exercise"], "by": ["NOR"], "start": ["2024-06-10"]},
    ],
    ids=["a truth for a day", "not a number", "a list for a day", "no id"],
)
def test_a_parquet_column_of_another_type_is_refused(columns: dict[str, list[object]], tmp_path: Path) -> None:
    """The column and the row are named."""
    pq.write_table(pa.table(columns), tmp_path / "acts.parquet")

    assert "acts.parquet" in _refused(tmp_path, *_given(tmp_path, "acts.parquet"))


@pytest.mark.parametrize("name", ["bad.md", "bad.yaml"])
def test_links_that_lead_round_in_a_circle_are_refused(name: str, tmp_path: Path) -> None:
    """They are no file."""
    (tmp_path / name).symlink_to(f"other-{name}")
    (tmp_path / f"other-{name}").symlink_to(name)

    assert name in _refused(tmp_path, *_given(tmp_path, name))


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders there")
@pytest.mark.parametrize("name", ["bad.md", "bad.yaml"])
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(name: str, tmp_path: Path) -> None:
    """It is no regular file."""
    os.mkfifo(tmp_path / name)

    assert name in _refused(tmp_path, *_given(tmp_path, name))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["bad.md", "bad.yaml"])
def test_a_file_without_permission_is_refused(name: str, tmp_path: Path) -> None:
    """Permission is named."""
    (tmp_path / name).write_text(PLAIN if name.endswith(".md") else RECORD, encoding="utf-8")
    (tmp_path / name).chmod(0)

    assert name in _refused(tmp_path, *_given(tmp_path, name))


@pytest.mark.parametrize("where", [".", "no/such/folder/page.html"])
def test_a_place_that_cannot_be_written_to_is_refused(where: str, tmp_path: Path) -> None:
    """Before any work is done."""
    err = _refused(tmp_path, *_given(tmp_path, "good.yaml"), "--format", "html", "--output", where)

    assert "cannot-write" in err


@pytest.mark.parametrize("spelled", ["\ufeff" + PLAIN, PLAIN.replace("\n", "\r\n"), PLAIN.replace("\n", "\r")])
def test_a_byte_order_mark_and_other_line_ends_are_no_errors(spelled: str, tmp_path: Path) -> None:
    """Editors put them there; the verdicts are the same."""
    (tmp_path / "spelled.md").write_bytes(spelled.encode())
    shell = Shell(tmp_path)
    answers = []
    for name in ("good.md", "spelled.md"):
        words = _given(tmp_path, "good.yaml")[1:]
        out, err = shell.run(" ".join(["servanda", "check", name, *words, "--format", "jsonl"]))
        assert (shell.status, err) == (3, "")
        answers.append(out.splitlines()[1:])  # the header has the digest of the bytes

    assert answers[0] == answers[1]


def test_vietnamese_written_with_combining_marks_is_the_same_name(tmp_path: Path) -> None:
    """NFC and NFD are two spellings of one text."""
    shell = Shell(tmp_path)
    answers = []
    for name in ("Vi\u1ec7t Nam", "Vie\u0323\u0302t Nam"):
        (tmp_path / "a.md").write_text(PLAIN.replace("Norway", name), encoding="utf-8")
        (tmp_path / "r.yaml").write_text(RECORD.replace("Norway", name), encoding="utf-8")
        out, err = shell.run("servanda check a.md --record r.yaml --as-if-in-force 2024-01-01 --format jsonl")
        assert (shell.status, err) == (3, "")
        answers.append(out.splitlines()[1:])  # the header has the digest of the bytes

    assert answers[0] == answers[1]


def test_markup_and_formulas_in_names_stay_names(tmp_path: Path) -> None:
    """In a page nothing of a name becomes markup; in a table for spreadsheets nothing becomes a formula."""
    evil = "<script>alert(1)</script>"
    (tmp_path / "a.md").write_text(PLAIN.replace("title: Notice", f"title: {evil} Notice"), encoding="utf-8")
    (tmp_path / "r.yaml").write_text(RECORD.replace("id: x1", 'id: "=1+1"'), encoding="utf-8")
    shell = Shell(tmp_path)
    where = "check a.md --record r.yaml --as-if-in-force 2024-01-01"
    page, _ = shell.run(f"servanda {where} --format html")
    table, _ = shell.run(f"servanda {where} --format csv")

    assert evil not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?m)(^|,)=1", table)
