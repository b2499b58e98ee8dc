"""One incident at a place, and a norm that asks where it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from meaning.asking import Case, only
from servanda.check import EngineName
from servanda.vocabulary.verdict import Outcome, Verdict

SIMFEROPOL = "{lon: 34.1, lat: 44.95}"


def incident(folder: Path, where: str, place: str, start: str = "2013-06-01", terms: str = "") -> Case:
    """An incident of Norway that Spain and the United Kingdom are told of, forbidden if its place is there."""
    norm = f"id: a\nprohibits: incident i\nbearer: i.by\nwhere: i.place is {where}"
    act = f"{{id: i, kind: incident, by: NOR, start: {start}, place: {place}, to: [ESP, GBR]}}"
    return Case(folder, norm, f"coverage: [{{kinds: [incident], until: 2030-01-01}}]\nacts:\n- {act}\n", terms=terms)


def asked(
    folder: Path,
    engine: EngineName,
    where: str,
    place: str,
    start: str = "2013-06-01",
    terms: str = "",
    account: str | None = None,
) -> Verdict:
    """The verdict on it."""
    case = incident(folder, where, place, start, terms)
    return only(case.ask("2025-06-01", as_if="1950-01-01", engine=engine, account=account), "NOR")


def found(folder: Path, engine: EngineName, where: str, place: str, *more: Any, **named: Any) -> Outcome:
    """The outcome."""
    return asked(folder, engine, where, place, *more, **named).outcome
