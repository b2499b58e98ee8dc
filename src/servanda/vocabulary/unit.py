"""Units of measure: what an amount is written in, and how much of the base unit it is. Exact, as data.

Base units: metre, kilogram, second, person, item, tank, United States dollar. A calendar unit (day, week, month,
year) has dimension 'calendar': it has no length of its own, and its factor counts days or months only.
The table is `units.toml` beside this module.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Unit:
    """A unit: its canonical name, its dimension, and how many base units one of it is."""

    name: str
    dimension: str
    factor: Fraction
    aliases: tuple[str, ...] = ()


@cache
def units() -> Mapping[str, Unit]:
    """Every unit by its canonical name."""
    source = (resources.files("servanda.vocabulary") / "units.toml").read_text(encoding="utf-8")
    found = {}
    for dimension, entries in tomllib.loads(source).items():
        for name, entry in entries.items():
            found[name] = Unit(name, dimension, Fraction(entry["factor"]), tuple(entry.get("aliases", ())))
    return found


@cache
def unit(name: str) -> Unit | None:
    """The unit of that name or alias, letter case and spacing aside; None when there is none.

    >>> unit("long tons").factor
    Fraction(317514659, 312500)
    """
    if name == "M":  # how sailors write the nautical mile: it is not taken for the metre
        return None
    return _by_name().get(name) or _by_folded_name().get(_folded(name))


@cache
def _by_name() -> Mapping[str, Unit]:
    return {name: u for u in units().values() for name in (u.name, *u.aliases)}


@cache
def _by_folded_name() -> Mapping[str, Unit]:
    index: dict[str, Unit] = {}
    for name, found in _by_name().items():
        index.setdefault(_folded(name), found)
    return index


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
