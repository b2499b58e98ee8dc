"""Cells of tables that others open: none that a spreadsheet would run, or that steers a terminal."""

from __future__ import annotations

import re

from servanda.errors import printable

FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet runs begins with one of these
_FORMULA = re.compile(FORMULA)


def harmless(text: str) -> str:
    """The text, what would be run with an apostrophe before it; what does not print is shown as escapes."""
    shown = "\n".join(printable(line) for line in text.split("\n"))
    return "'" + shown if _FORMULA.match(text) else shown
