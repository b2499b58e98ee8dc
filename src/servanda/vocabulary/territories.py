"""Regions and groups as territory: which States a name such as "Southern Asia", "NATO" or "former USSR" stands for.

The regions are those of the United Nations standard M49 as it is today; the groups are those of `memberships.csv` as of
a day. "former X" stands for everybody who was ever a member of the group X.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from servanda.data import parted, table
from servanda.vocabulary.party import known_memberships

_FORMER = "former "
# The ways in which a group that is gone is spoken of.
_GROUP_NAMES = {"soviet union": "USSR", "ussr": "USSR", "yugoslavia": "Yugoslavia"}
_FORMER_STATES = {"Yugoslavia": frozenset({"BIH", "HRV", "MKD", "MNE", "SRB", "SVN", "XKX"})}


@dataclass(frozen=True)
class Subregion:
    """A subregion of M49: its names, the regions that hold it, the States and territories that the standard lists.

    `also`: codes that the standard does not list, but whose land lies there. `areas`: disputed areas of the map that
    lie there, whoever claims them.
    """

    en: str
    vi: str
    ru: str
    within: tuple[str, ...]
    members: frozenset[str]
    also: frozenset[str]
    areas: frozenset[str]

    def name(self, lang: str = "en") -> str:
        """The name in the language."""
        return {"vi": self.vi, "ru": self.ru}.get(lang, self.en)


@cache
def subregions() -> tuple[Subregion, ...]:
    """The subregions of M49."""
    return tuple(_subregion(row) for row in table("m49.csv"))


def _subregion(row: Mapping[str, str]) -> Subregion:
    members, also, areas = (frozenset(parted(row[c])) for c in ("members", "also", "areas"))
    within = parted(row["within"])
    return Subregion(row["en"], row["vi"], row["ru"], within, members, also, areas)


def subregion_of(code: str) -> Subregion | None:
    """The subregion of a State or territory, be it a former one; None for one whose land lay in several."""
    return _by_code().get(code)


def subregion_of_area(area: str) -> Subregion | None:
    """The subregion of a disputed area that the table gives one; None where its claimants speak for it."""
    return _by_area().get(area)


@dataclass(frozen=True)
class Overseas:
    """Land that the map draws as part of a State and M49 lists by itself: the State, the code, and a box around it."""

    state: str
    code: str
    west: float
    south: float
    east: float
    north: float


OVERSEAS = (
    Overseas("FRA", "GUF", -55.0, 1.5, -51.0, 6.5),
    Overseas("FRA", "GLP", -62.1, 15.6, -60.8, 16.7),
    Overseas("FRA", "MTQ", -61.5, 14.2, -60.6, 15.1),
    Overseas("FRA", "REU", 55.0, -21.6, 56.0, -20.6),
    Overseas("FRA", "MYT", 44.8, -13.2, 45.5, -12.4),
    Overseas("NLD", "BES", -68.6, 11.8, -62.7, 17.8),
    Overseas("NOR", "BVT", 3.0, -54.7, 3.7, -54.1),
    Overseas("NZL", "TKL", -172.7, -9.6, -171.0, -8.4),
)

# Territories with a code whose land the map knows as a disputed area.
DISPUTED_TERRITORIES = {
    "ESH": "Western Sahara",
    "FLK": "Falkland Islands (Malvinas)",
    "GIB": "Gibraltar",
    "IOT": "Chagos Archipelago",
    "MYT": "Mayotte",
    "SGS": "South Georgia and the South Sandwich Islands",
}


@cache
def _by_code() -> dict[str, Subregion]:
    return {code: s for s in subregions() for code in (*s.members, *s.also)}


@cache
def _by_area() -> dict[str, Subregion]:
    return {area: s for s in subregions() for area in s.areas}


def states_of(name: str, on: date) -> frozenset[str] | None:
    """The codes that a region or a group stands for on the day; None when nothing is called so.

    `former USSR` does not depend on the day. A group may have no member on a day: the set is then empty.

    >>> sorted(states_of("M49 Central Asia", date(2021, 12, 17)))
    ['KAZ', 'KGZ', 'TJK', 'TKM', 'UZB']
    """
    folded = _folded(name)
    if folded.startswith(_FORMER):
        return _ever(folded.removeprefix(_FORMER).removeprefix("the "))
    if (codes := _region(folded)) is not None:
        return codes
    group = _group(folded)
    return None if group is None else known_memberships().members(group, on)


def region_names() -> tuple[str, ...]:
    """Every name that `states_of` knows, for 'did you mean'."""
    regions = {n for s in subregions() for n in (s.en, s.vi, s.ru, *s.within)}
    former = {"former USSR", "former Soviet Union", "former Yugoslavia"}
    return tuple(sorted(regions | known_memberships().groups | former))


def _region(folded: str) -> frozenset[str] | None:
    plain = folded.removeprefix("m49 ")
    found = [s for s in subregions() if plain in map(_folded, (s.en, s.vi, s.ru, *s.within))]
    return frozenset().union(*(s.members for s in found)) if found else None


def _group(folded: str) -> str | None:
    wanted = _GROUP_NAMES.get(folded, folded)
    return next((g for g in sorted(known_memberships().groups) if _folded(g) == _folded(wanted)), None)


def _ever(folded: str) -> frozenset[str] | None:
    wanted = _GROUP_NAMES.get(folded, folded)
    if wanted in _FORMER_STATES:
        return _FORMER_STATES[wanted]
    group = _group(folded)
    return None if group is None else _members_ever(group)


def _members_ever(group: str) -> frozenset[str]:
    rows: Iterable[str] = (r.member for r in known_memberships().rows if r.group == group)
    return frozenset(rows)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split()).removeprefix("the ")
