"""The pages that are made from the program, and those that it carries, agree with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.calls import Call
from servanda.cli.error import codes, page
from servanda.cli.help import reference_page

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "reference" / "errors").glob("*.md"))
OURS = ("cli.toml",)


def test_the_reference_page_is_what_the_program_says() -> None:
    """Mend with: python -m servanda.cli.help > docs/reference/cli.md"""
    assert (DOCS / "reference" / "cli.md").read_text(encoding="utf-8") == reference_page()


def test_every_code_has_a_page() -> None:
    assert sorted(codes() - {p.stem for p in PAGES}) == []


def test_every_page_has_a_code() -> None:
    assert sorted({p.stem for p in PAGES} - codes() - {"index", "README"}) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_the_package_carries_the_page(path: Path) -> None:
    assert page(path.stem) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_code_is_explained(lang: str, call: Call) -> None:
    for code in sorted(codes()):
        called = call("error", code, "--lang", lang)
        assert (called.status, called.err) == (0, ""), code
        assert f"[{code}]" in called.out
