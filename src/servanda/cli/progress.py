"""A word on standard error while long work runs, for somebody who looks on; never in a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

from servanda.messages import Lang, say

_PATIENCE = 2.0  # seconds of silence that nobody minds
_CLEAR = "\r\x1b[K"


@contextmanager
def working(key: str, lang: Lang) -> Iterator[None]:
    """Say `cli.progress.KEY` when the work takes long, and wipe it away when it is done."""
    if not sys.stderr.isatty():
        yield
        return
    shown: list[str] = []

    def show() -> None:
        shown.append(key)
        sys.stderr.write(say(f"cli.progress.{key}", lang) + " …")
        sys.stderr.flush()

    timer = Timer(_PATIENCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
