"""Every message points at the very characters, through folding, quotes, lists and indentation."""

from __future__ import annotations

import pytest

from servanda.agreement.markdown import article_label
from servanda.agreement.resolve.assemble import assemble
from servanda.agreement.source import from_text

HEAD = "---\nagreement: a\ntitle: A\nparties: Russia, United States\n---\n"
NORM = "id: a\nprohibits: keeping deployment d\nbearer: d.by\n"


def _place(text: str, code: str) -> str:
    """The characters that the first message of a code points at."""
    found = next(d for d in assemble(from_text(text, "a.md")).diagnostics if d.code == code)
    assert found.span is not None
    line = text.split("\n")[found.span.line - 1]
    return line[found.span.column - 1 : found.span.end_column - 1]


@pytest.mark.parametrize(
    "where",
    [
        "where: d.by is Rusia",
        "where: [d.basing is ground, d.by is Rusia]",
        "where:\n  - d.basing is ground\n  - d.by is Rusia",
        "where: >\n  d.basing is ground\n  and d.by is Rusia",
        "where: d.basing is ground and\n    d.by is Rusia",
        "where: 'd.by is Rusia'",
        "where:\n  - a line: {readings: {one: d.by is Rusia, two: d.by is Russia}}",
    ],
    ids=["plain", "flow", "list", "folded", "continued", "quoted", "reading"],
)
@pytest.mark.parametrize("indent", ["", "  "])
def test_an_unknown_name_is_pointed_at_wherever_it_stands(where: str, indent: str) -> None:
    block = f"```norm\n{NORM}{where}\n```\n"
    text = HEAD + "".join(indent + line + "\n" for line in block.splitlines())

    assert _place(text, "unknown-name") == "Rusia"


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Article 5", "5"),
        ("Article 4, paragraph 2", "4(2)"),
        ("Article 4(2): bases", "4(2)"),
        ("ARTICLE IV", "IV"),
        ("Điều 5", "5"),
        ("Điều 5, khoản 3", "5(3)"),
        ("Статья 5", "5"),
        ("5. Missiles", "5"),
        ("Art. 12", "12"),
        ("Preamble", ""),
        ("1997 and after", ""),
        ("In general", ""),
    ],
)
def test_the_label_of_an_article_is_read_from_its_heading(heading: str, label: str) -> None:
    assert article_label(heading) == label
