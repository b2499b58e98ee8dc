"""The pages about records: every file on them loads, every Python example prints what it says."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from pages import blocks
from servanda.record.load import load

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-record.md"
BLOCKS = blocks(PAGE.read_text(encoding="utf-8"))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the page, written where the examples run."""
    monkeypatch.chdir(tmp_path)
    for block in BLOCKS:
        if block.file is not None:
            Path(block.file).parent.mkdir(exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", [b.file for b in BLOCKS if b.file is not None and b.language == "yaml"])
def test_each_record_of_the_page_loads(files: Path, name: str) -> None:
    record = load(files / name)
    assert record.rows_in == record.rows_used > 0


def test_the_examples_of_the_page_print_what_they_say(files: Path) -> None:
    source = "\n".join(b.text for b in BLOCKS if b.language == "pycon")
    example = doctest.DocTestParser().get_doctest(source, {}, PAGE.name, str(files), 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert "".join(said) == ""
