"""What is shown of names that others wrote."""

from __future__ import annotations

import pytest

from servanda.errors import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\u202e", "a\\x1b[31mb\\u202e"),
        ("Nor\u200bway", "Nor\\u200bway"),
        ("Nor\u200dway\u2060\ufeff\xad", "Nor\\u200dway\\u2060\\ufeff\\xad"),
        ("a\nb\tc\x7f\x85", "a\\x0ab\\x09c\\x7f\\x85"),
        ("\udcff", "\\udcff"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["Việt Nam", "می\u200cخواهم", "क्\u200dष", "👩\u200d🚀", "Ελλάς “x”"])
def test_what_belongs_to_a_script_stays(text: str) -> None:
    assert printable(text) == text
