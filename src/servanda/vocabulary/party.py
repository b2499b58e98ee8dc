"""Parties: States and organisations by code, and the groups they belong to over time.

States are ISO 3166-1 and 3166-3 alpha-3 codes (SUN, YUG, CSK, DDR …), organisations short codes (NATO, EU).
The names come from `parties.csv` in the package's data: code, kind, from, until, and names in several
languages; the memberships from `memberships.csv`: group, member, from, until (first day out), source.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from servanda.data import parted, table


@dataclass(frozen=True)
class Party:
    """A State or an organisation: its code and its names by language ('en', 'vi', 'ru')."""

    code: str
    kind: str  # "state" | "organisation"
    names: Mapping[str, str]
    aliases: tuple[str, ...] = ()

    def name(self, lang: str = "en") -> str:
        """The name in the language, else in English, else the code."""
        return self.names.get(lang) or self.names.get("en") or self.code


@dataclass(frozen=True)
class Parties:
    """Every party known by code and by name."""

    by_code: Mapping[str, Party]

    @cached_property
    def _by_name(self) -> dict[str, str]:
        index: dict[str, str] = {}
        for party in self.by_code.values():
            for name in (*party.names.values(), *party.aliases):
                index.setdefault(_folded(name), party.code)
        for code in self.by_code:  # after the names: "Nga" is Russia in Vietnamese, NGA is Nigeria
            index.setdefault(_folded(code), code)
        return index

    def code(self, name: str) -> str | None:
        """The code of a party written by code or by name in any language; None when nobody has that name."""
        if name in self.by_code:
            return name
        return self._by_name.get(_folded(name))

    def name(self, code: str, lang: str = "en") -> str:
        """The name of a code; the code itself when it is not known."""
        party = self.by_code.get(code)
        return party.name(lang) if party else code

    def names(self) -> list[str]:
        """All names and codes, for 'did you mean'."""
        return self._names

    @cached_property
    def _names(self) -> list[str]:
        return [n for p in self.by_code.values() for n in (p.code, *p.names.values(), *p.aliases)]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()


@dataclass(frozen=True, order=True)
class Membership:
    """`member` belongs to `group` on every day from `start` up to, not including, `until`."""

    group: str
    member: str
    start: date = date.min
    until: date = date.max


@dataclass(frozen=True)
class Memberships:
    """Who belonged to which group, when. A group that is named in no row is not known."""

    rows: tuple[Membership, ...] = ()
    groups: frozenset[str] = field(default=frozenset())

    @staticmethod
    def of(rows: Iterable[Membership]) -> Memberships:
        """Sorted rows, and the groups that they name."""
        ordered = tuple(sorted(rows))
        return Memberships(ordered, frozenset(r.group for r in ordered))

    def replaced_by(self, other: Iterable[Membership]) -> Memberships:
        """These rows, except that for each group and member that `other` names, `other` alone speaks."""
        new = tuple(other)
        spoken = {(r.group, r.member) for r in new}
        return Memberships.of([*(r for r in self.rows if (r.group, r.member) not in spoken), *new])

    def members(self, group: str, on: date) -> frozenset[str]:
        """The members of `group` on the day."""
        known = self._on_day.get((group, on))
        if known is None:
            found = (r.member for r in self._by_group.get(group, ()) if r.start <= on < r.until)
            known = self._on_day[group, on] = frozenset(found)
        return known

    @cached_property
    def _on_day(self) -> dict[tuple[str, date], frozenset[str]]:
        return {}

    @cached_property
    def _by_group(self) -> dict[str, list[Membership]]:
        index: dict[str, list[Membership]] = {}
        for row in self.rows:
            index.setdefault(row.group, []).append(row)
        return index

    def changes(self, group: str) -> frozenset[date]:
        """The days on which the membership of `group` changed."""
        days = {d for r in self._by_group.get(group, ()) for d in (r.start, r.until)}
        return frozenset(days - {date.min, date.max})


@cache
def parties() -> Parties:
    """The parties that the package knows."""
    by_code = {}
    for row in table("parties.csv"):
        names = {lang: row[lang] for lang in ("en", "vi", "ru") if row.get(lang)}
        by_code[row["code"]] = Party(row["code"], row["kind"], names, parted(row["aliases"]))
    return Parties(by_code)


@cache
def known_memberships() -> Memberships:
    """The memberships that the package ships; a record may replace them member by member."""
    return Memberships.of(
        Membership(
            row["group"],
            row["member"],
            date.fromisoformat(row["from"]) if row["from"] else date.min,
            date.fromisoformat(row["until"]) if row["until"] else date.max,
        )
        for row in table("memberships.csv")
    )
