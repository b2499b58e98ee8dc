"""Names of seas and disputed areas, without the map: cheap enough to check every agreement with."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from servanda.data import parted, table


@dataclass(frozen=True)
class Sea:
    """A named sea: its names in English, Vietnamese and Russian, and other names in use.

    `alike`: by language, what another coastal State calls it. Such a sea is shown by all of these names: none of
    them is the right one.
    """

    en: str
    vi: str
    ru: str
    aliases: tuple[str, ...]
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by."""
        return (self.en, self.vi, self.ru, *self.aliases)

    def label(self, lang: str = "en") -> str:
        """The name as shown: `Sea of Japan / East Sea`."""
        own = {"vi": self.vi, "ru": self.ru}.get(lang, self.en)
        return " / ".join((own, *self.alike.get(lang, ())))


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
    return tuple(_sea(row) for row in table("geo/regions.csv"))


def _sea(row: Mapping[str, str]) -> Sea:
    alike = {lang: names for lang in ("en", "vi", "ru") if (names := parted(row[f"alike_{lang}"]))}
    return Sea(row["en"], row["vi"], row["ru"], parted(row["aliases"]), alike)


def sea_name(sea: str, lang: str = "en") -> str:
    """The sea of this English name as shown in the language; the name itself where there is none."""
    return _labels(lang).get(sea, sea)


@cache
def _labels(lang: str) -> dict[str, str]:
    return {sea.en: sea.label(lang) for sea in seas()}


@cache
def disputed_areas() -> tuple[Area, ...]:
    """The areas that the map gives to no State."""
    return tuple(Area(r["en"], r["vi"], parted(r["claimants"]), r["note"]) for r in table("geo/areas.csv"))
