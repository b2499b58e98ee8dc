"""Bad records: the whole of what is printed, case by case, in `bad/records.md`."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from servanda.errors import InputError, render
from servanda.record.load import load

GOLDEN = Path(__file__).parent / "bad" / "records.md"
CASE = re.compile(r"## (.+?)\n\n```(\S+)\n(.*?)```\n\n```text\n(.*?)```\n", re.S)
CASES = CASE.findall(GOLDEN.read_text(encoding="utf-8"))


def said_of(path: str) -> str:
    """All that is printed when the record is loaded; empty when nothing is wrong."""
    try:
        load(path)
    except InputError as error:
        return "".join(render(d) + "\n" for d in error.diagnostics)
    return ""


@pytest.mark.parametrize(("title", "file", "content", "expected"), CASES, ids=[c[0] for c in CASES])
def test_a_bad_record_is_answered_in_full(
    title: str, file: str, content: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(file).write_text(content, encoding="utf-8")

    said = said_of(file)

    if os.environ.get("SERVANDA_RECORD_AGAIN"):
        head = f"## {title}\n\n```{file}\n{content}```\n\n```text\n"
        golden = GOLDEN.read_text(encoding="utf-8")
        GOLDEN.write_text(golden.replace(f"{head}{expected}```", f"{head}{said}```"), encoding="utf-8")
    else:
        assert said == expected
        assert said, "the case is bad and nothing was said"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 35
