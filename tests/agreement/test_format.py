"""The canonical form of a file says what the file said."""

from __future__ import annotations

import pytest

from servanda.agreement import format_text, layout
from servanda.agreement.resolve.assemble import assemble
from servanda.agreement.source import from_text
from servanda.errors import InputError

HEAD = "---\nagreement: a\ntitle: T\nstatus: draft\nparties: Norway, Chile\n---\n\n## Article 1\n\n"
DATES = "dates: {Long Name of a Day of Ceasefire: 2015-02-15T00:00+02:00, Long Name of a Day: 2016-02-15T00:00+02:00}"
NESTED = """dates:
  Long Name of a Day of Ceasefire: 2015-02-15T00:00+02:00
  Long Name of a Day: 2016-02-15T00:00+02:00
"""


def _shifted(text: str, by: str) -> str:
    return "".join(by + line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (f"  ```terms\n{DATES}\n```\n", f"  ```terms\n{_shifted(NESTED, '  ')}```\n"),
        (f"- ```terms\n  {DATES}\n  ```\n", f"- ```terms\n{_shifted(NESTED, '  ')}  ```\n"),
        (f"> 1. ~~~terms\n>    {DATES}\n>    ~~~\n", f"> 1. ~~~terms\n{_shifted(NESTED, '>    ')}>    ~~~\n"),
    ],
    ids=["a fence shifted from its lines", "a fence in a list", "a fence in a list in a quotation"],
)
def test_the_lines_of_a_block_stand_under_its_fence(written: str, printed: str) -> None:
    assert format_text(HEAD + written) == HEAD + printed
    assert not [d for d in assemble(from_text(HEAD + printed, "a.md")).diagnostics if d.severity == "error"]


def test_percentages_readings_and_quotes_are_kept() -> None:
    text = HEAD + "```terms\ntables: {Emissions: {Norway: 36.1 %, Chile: '17 %'}}\ngroups: {G: 'United Kingdom'}\n```\n"
    readings = "{readings: {wide: {means: d.host is not d.by, says: 'all:  of it'}, narrow: d.host is Chile}}"
    text += f"\n```norm\nid: a1\nbearer: d.by\nprohibits: placing deployment d\nwhere: [elsewhere: {readings}]\n```\n"

    assert format_text(format_text(text)) == format_text(text)


def test_a_list_in_a_list_is_refused_and_not_lost() -> None:
    with pytest.raises(InputError) as caught:
        format_text(
            HEAD + "```norm\nid: a1\nprohibits: placing deployment d\nbearer: d.by\nwhere: [[d.by is Norway]]\n```\n"
        )

    assert [(d.code, d.case) for d in caught.value.diagnostics] == [("type-clash", "list-in-list")]


def test_a_list_without_lines_stays_one() -> None:
    text = HEAD + "```norm\nid: a1\nprohibits: placing deployment d\nbearer: d.by\nwhere: []\n```\n"

    assert format_text(text) == text


def test_a_form_that_would_say_something_else_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_indent", lambda fence: "")

    with pytest.raises(InputError) as caught:
        format_text(HEAD + f"  ```terms\n{DATES}\n```\n")

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "format-loses"
    assert diagnostic.span is not None and diagnostic.span.line == 11
    assert diagnostic.line_text == DATES
