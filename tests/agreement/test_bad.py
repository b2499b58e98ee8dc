"""Wrong files, each with the whole message that it gets: one literate page a case.

SERVANDA_RERECORD=1 writes what is said now into the pages; the difference is then read, and explained in the commit.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from servanda.agreement.resolve.assemble import assemble
from servanda.agreement.source import from_text
from servanda.errors import InputError, render
from servanda.messages import catalogue

PAGES = sorted((Path(__file__).parent / "bad").glob("*.md"))
_SOURCE = re.compile(r"^````markdown\n(.*?)^````$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"^```text\n\$ servanda lint agreement\.md\n(.*?)^```$", re.MULTILINE | re.DOTALL)


SECTION_SEVEN = """
unknown-name mixed-and-or unit-clash unit-missing type-clash list-in-unless no-counting no-deadline due-elsewhere
when-without-for-each unbound-variable shadowed-value reserved-word bearer-not-party exception-never norm-never
unresolved-precedence precedence-cycle precedence-mismatch norm-cycle unkeyed-join clause-unreachable clause-missing
open-parameter every-includes-bearer limit-as-prohibition keeping-or-placing two-clocks not-computable
"""


def said(source: str) -> str:
    """What lint says of a file named agreement.md."""
    try:
        diagnostics = assemble(from_text(source, "agreement.md")).diagnostics
    except InputError as error:
        diagnostics = error.diagnostics
    return "".join(render(d) + "\n" for d in diagnostics)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_wrong_file_gets_exactly_this_message(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    source, output = _SOURCE.search(text), _OUTPUT.search(text)
    assert source is not None and output is not None
    actual = said(source[1])
    if os.environ.get("SERVANDA_RERECORD") == "1":
        page.write_text(text[: output.start(1)] + actual + text[output.end(1) :], encoding="utf-8")
        return

    assert actual == output[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_message_is_said_in_vietnamese_too(page: Path) -> None:
    source = _SOURCE.search(page.read_text(encoding="utf-8"))
    assert source is not None
    for diagnostic in assemble(from_text(source[1], "agreement.md")).diagnostics:
        assert render(diagnostic, "vi") != render(diagnostic, "en")


def test_every_page_says_something() -> None:
    silent = [p.stem for p in PAGES if "[" not in (_OUTPUT.search(p.read_text(encoding="utf-8")) or [""])[0]]

    assert silent == []


def test_the_codes_of_section_seven_all_have_a_page() -> None:
    shown = "".join(p.read_text(encoding="utf-8") for p in PAGES)

    assert [code for code in SECTION_SEVEN.split() if f"[{code}]" not in shown] == []
    assert [code for code in SECTION_SEVEN.split() if not any(k.startswith(f"{code}.") for k in catalogue())] == []
