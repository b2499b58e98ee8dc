"""What States are called on a map."""

from __future__ import annotations

from functools import cache
from typing import Literal

from servanda.spatial.land.atlas import Names
from servanda.vocabulary.party import parties

MapLang = Literal["en", "vi", "ru"]
MAP_LANGS: tuple[MapLang, ...] = ("en", "vi", "ru")


@cache
def map_names(lang: MapLang) -> Names:
    """The names of States and territories in a language of maps."""
    return Names(lang, {code: party.name(lang) for code, party in parties().by_code.items()})
