"""Days on the command line, read strictly: 2022-01-31 and nothing else."""

from __future__ import annotations

import re
from datetime import date

from servanda.errors import Diagnostic, InputError
from servanda.temporal import FIRST_YEAR, LAST_YEAR

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(option: str, text: str) -> date:
    """The day. Raises InputError with the code `bad-date` for anything that is no day of the calendar."""
    if not _ISO.fullmatch(text):
        raise _bad(option, text, "option-form")
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise _bad(option, text, "option-year")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _bad(option, text, "option") from error


def _bad(option: str, text: str, case: str) -> InputError:
    args = {"option": option, "value": text, "first": f"{FIRST_YEAR:04d}", "last": str(LAST_YEAR)}
    return InputError([Diagnostic("bad-date", args, case=case)])
