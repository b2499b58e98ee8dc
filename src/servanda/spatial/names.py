"""Names of seas and disputed areas, without the map: cheap enough to check every agreement with."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Sea:
    """A named sea: its names in English, Vietnamese and Russian, and other names in use."""

    en: str
    vi: str
    ru: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by."""
        return (self.en, self.vi, self.ru, *self.aliases)


@dataclass(frozen=True)
class Area:
    """A disputed area: its names, the codes of those who claim it, and a remark."""

    en: str
    vi: str
    claimants: tuple[str, ...]
    note: str


def folded(name: str) -> str:
    """The name as compared: one form of accents, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@cache
def known_regions() -> frozenset[str]:
    """Names of seas in English, Vietnamese and Russian, and their aliases."""
    return frozenset(name for sea in seas() for name in sea.names)


@cache
def seas() -> tuple[Sea, ...]:
    """The seas that the map knows."""
    return tuple(Sea(r["en"], r["vi"], r["ru"], _split(r["aliases"])) for r in _table("regions.csv"))


@cache
def disputed_areas() -> tuple[Area, ...]:
    """The areas that the map gives to no State."""
    return tuple(Area(r["en"], r["vi"], _split(r["claimants"]), r["note"]) for r in _table("areas.csv"))


def area_name(area: str, lang: str = "en") -> str:
    """The name in the language of an area that `Standing.area` names."""
    return next((a.vi for a in disputed_areas() if a.en == area and lang == "vi"), area)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _table(name: str) -> list[dict[str, str]]:
    text = (resources.files("servanda.data") / "geo" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
