"""Values that options of several commands take: days, views, parties, pairs. Each is read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from servanda.cli.parsing import Arguments, suggesting
from servanda.errors import Diagnostic, InputError
from servanda.spatial.land.tenure import KNOWN_FROM, KNOWN_UNTIL
from servanda.spatial.land.views import speakers_on_areas
from servanda.temporal import FIRST_YEAR, LAST_YEAR
from servanda.vocabulary.party import parties
from servanda.vocabulary.place_name import Ambiguous, place_problem, resolve_name

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(option: str, text: str) -> date:
    """The day, such as 2022-01-31. Raises InputError (`bad-date`) for anything that is no day of the calendar."""
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


def map_day(arguments: Arguments) -> date | None:
    """The day of `--on`. Raises InputError: `bad-date`, or `map-day` where the map does not know it."""
    text = arguments.one("on")
    if text is None:
        return None
    on = read_day("--on", text)
    if not KNOWN_FROM <= on <= KNOWN_UNTIL:
        case = "before" if on < KNOWN_FROM else "after"
        args = {"day": str(on), "first": str(KNOWN_FROM), "last": str(KNOWN_UNTIL)}
        raise InputError([Diagnostic("map-day", args, case=case)])
    return on


def party(arguments: Arguments, option: str) -> str | None:
    """The code of the party that an option names. Raises InputError."""
    name = arguments.one(option)
    return None if name is None else party_code(f"--{option}", name)


def party_code(option: str, name: str) -> str:
    """The code of a party. Raises InputError: `unknown-party`, or `place-ambiguous` for a name of several."""
    code = parties().code(name)
    if code is None:
        meant = resolve_name(name)
        unknown = suggesting("unknown-party", name, parties().names(), option=option)
        raise InputError([place_problem(meant) if isinstance(meant, Ambiguous) else unknown])
    return code


def silent(view: str | None) -> list[Diagnostic]:
    """A warning where a view was asked for of somebody who has said nothing."""
    if view is None or view in speakers_on_areas():
        return []
    known = ", ".join(sorted(speakers_on_areas())) or "—"
    return [Diagnostic("view-silent", {"view": view, "known": known}, severity="warning")]


def pairs(option: str, values: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE, split at the first equals sign. Raises InputError: `bad-pair`."""
    found: dict[str, str] = {}
    wrong = []
    for value in values:
        name, equals, choice = (part.strip() for part in value.partition("="))
        if not (name and equals and choice):
            wrong.append(Diagnostic("bad-pair", {"option": option, "value": value}))
        elif found.setdefault(name, choice) != choice:
            wrong.append(Diagnostic("bad-pair", {"option": option, "value": name}, case="twice"))
    if wrong:
        raise InputError(wrong)
    return found
