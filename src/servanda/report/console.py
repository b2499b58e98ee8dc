"""The console that text reports are printed on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console

_PIPED_WIDTH = 100
_WIDEST = 140  # longer lines are hard to read


def console(out: TextIO) -> Console:
    """A console that writes plainly where nobody looks, and honours NO_COLOR and COLUMNS."""
    width = None
    if not out.isatty() and "COLUMNS" not in os.environ:
        width = _PIPED_WIDTH
    made = Console(file=out, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)
    made.width = min(made.width, _WIDEST)
    return made


@contextmanager
def paged(out: TextIO) -> Iterator[Console]:
    """A console whose lines end where their words end."""
    page = console(out)
    with page.capture() as captured:
        yield page
    out.write("".join(line.rstrip(" ") + "\n" for line in captured.get().split("\n"))[:-1])
