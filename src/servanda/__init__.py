"""Servanda: international agreements as readable files that run.

>>> import servanda
>>> sorted(servanda.__all__)
['Question', '__version__', 'check', 'explain', 'load', 'read']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from servanda._version import __version__

if TYPE_CHECKING:
    from servanda.agreement import read
    from servanda.check.answer import check
    from servanda.check.explain import explain
    from servanda.check.question import Question
    from servanda.record.load import load

__all__ = ["Question", "__version__", "check", "explain", "load", "read"]

# Each verb is imported when it is first asked for, so that `servanda --version` answers at once.
_HOMES = {
    "read": "servanda.agreement",
    "load": "servanda.record.load",
    "Question": "servanda.check.question",
    "check": "servanda.check.answer",
    "explain": "servanda.check.explain",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    verb: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = verb  # the verb `check` stands before the package of the same name
    return verb
