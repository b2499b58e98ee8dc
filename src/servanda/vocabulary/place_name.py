"""What a place name means: one place, several between which only the writer can choose, or none.

Asked where a name stands alone and a place is meant. Where the context says what it is (a list of States, a sea
after `in`), the tables of parties and of seas are asked directly, and Georgia is the State.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal, cast

from servanda.data import table
from servanda.errors import Diagnostic, Phrase, Span
from servanda.spatial.land.names import disputed_areas, seas
from servanda.vocabulary.party import parties
from servanda.vocabulary.territories import region_names

Sort = Literal["state", "states", "group", "region", "sea", "area", "place"]
_LONGEST = 80
_OFFERED = 3
_ISLANDS = ("Quần đảo ", "Đảo ")  # left out in speech: Hoàng Sa


@dataclass(frozen=True)
class Found:
    """One meaning. `key`: the code of a State, the English name of a sea or an area, the name of a group or region."""

    sort: Sort
    key: str


@dataclass(frozen=True)
class Candidate:
    """One of several meanings, in words.

    `sort` place: no map of the package draws it, and a polygon has to be brought. `states`: several codes, joined by
    `|` in `key`.
    """

    sort: Sort
    key: str
    en: str
    vi: str


@dataclass(frozen=True)
class Ambiguous:
    """A name of several places."""

    name: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Unknown:
    """A name of no place, and the nearest known ones."""

    name: str
    near: tuple[str, ...]


def resolve_name(text: str) -> Found | Ambiguous | Unknown:
    """What the name of a place means.

    >>> resolve_name("Black Sea")
    Found(sort='sea', key='Black Sea')
    >>> resolve_name("Georgia").__class__.__name__
    'Ambiguous'
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    folded = name.casefold()
    for key in (folded, folded.removeprefix("the ")):
        if candidates := _ambiguous().get(key):
            return Ambiguous(name, candidates)
        if (found := _known().get(key)) is not None:
            return found
    if (code := parties().by_code.get(name.upper())) is not None and code.kind != "organisation":
        return Found("state", code.code)
    return Unknown(name, _near(folded))


def place_problem(result: Ambiguous | Unknown, span: Span | None = None, file: str | None = None) -> Diagnostic:
    """What to say of a name that is not one place."""
    match result:
        case Ambiguous(name, candidates):
            listed = Phrase("; ".join(map(_written_en, candidates)), "; ".join(map(_written_vi, candidates)))
            return Diagnostic("place-ambiguous", {"name": name, "candidates": listed}, span, file)
        case Unknown(name, near):
            shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
            args = {"name": shown, "near": ", ".join(f"“{n}”" for n in near)}
            return Diagnostic("place-unknown", args, span, file, case="near" if near else "none")


def _written_en(candidate: Candidate) -> str:
    return candidate.en + (f" ({shown})" if (shown := _key_shown(candidate)) else "")


def _written_vi(candidate: Candidate) -> str:
    return candidate.vi + (f" ({shown})" if (shown := _key_shown(candidate)) else "")


def _key_shown(candidate: Candidate) -> str:
    """How to write it so that nobody has to ask."""
    match candidate.sort:
        case "state" | "states":
            return candidate.key.replace("|", ", ")
        case "place":
            return ""
    return f"“{candidate.key}”"


@cache
def _ambiguous() -> dict[str, tuple[Candidate, ...]]:
    found: dict[str, tuple[Candidate, ...]] = {}
    for row in table("geo/ambiguous.csv"):
        sort = cast(Sort, row["kind"])  # the table is ours; a test reads every row
        candidate = Candidate(sort, row["key"], row["en"], row["vi"])
        key = unicodedata.normalize("NFC", row["name"]).casefold()
        found[key] = (*found.get(key, ()), candidate)
    return found


@cache
def _known() -> dict[str, Found]:
    """Each name that means one place. Of equal names the former sort wins: a State before a region named like it."""
    found: dict[str, Found] = {}
    for name, meaning in _named():
        found.setdefault(unicodedata.normalize("NFC", name).casefold(), meaning)
    return found


def _named() -> list[tuple[str, Found]]:
    named: list[tuple[str, Found]] = []
    for party in parties().by_code.values():
        if party.kind != "organisation":
            named += [(n, Found("state", party.code)) for n in (*party.names.values(), *party.aliases)]
    for sea in seas():
        named += [(n, Found("sea", sea.en)) for n in sea.names]
    for area in disputed_areas():
        named += [(n, Found("area", area.en)) for n in (area.en, area.vi, *_said_of_areas().get(area.en, ()))]
    named += [(n, Found("region", n)) for n in region_names()]
    return named


@cache
def _said_of_areas() -> dict[str, tuple[str, ...]]:
    """The names of each disputed area in other words: in Russian, in each claimant's, and short ones in Vietnamese."""
    said: dict[str, tuple[str, ...]] = {}
    for row in table("geo/area_names.csv"):
        said[row["area"]] = (*said.get(row["area"], ()), row["name"])
    for area in disputed_areas():
        names = (area.vi, *said.get(area.en, ()))
        said[area.en] = (*names, *(n.removeprefix(p) for n in names for p in _ISLANDS if n.startswith(p)))
    return said


def _near(folded: str) -> tuple[str, ...]:
    """The nearest names, compared without accents and marks: `Hoang Sa` is near to `Hoàng Sa`."""
    if len(folded) > _LONGEST:
        return ()
    bare = _bare_names()
    close = get_close_matches(_bare(folded), list(bare), n=_OFFERED * 3, cutoff=0.72)
    offered: list[str] = []
    for key in close:
        if bare[key] not in offered:
            offered.append(bare[key])
    return tuple(offered[:_OFFERED])


@cache
def _bare_names() -> dict[str, str]:
    names = [*(n for n, _ in _named()), *_ambiguous_names()]
    return {_bare(n.casefold()): n for n in reversed(names)}


def _ambiguous_names() -> list[str]:
    return list(_ambiguous())


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("ø", "o").replace("ł", "l"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
