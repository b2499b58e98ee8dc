"""Kinds of act and their attributes: the nouns that records and agreements share, as data.

The vocabulary is one file, `kinds.toml` beside this module, so that a new kind is data and no code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Sort(StrEnum):
    """What an attribute's values are."""

    ACT = "act"  # the id of another act
    ACT_OR_PARTY = "act or party"  # what a statement is about
    PARTY = "party"  # a State or organisation, by code
    WORD = "word"  # one of a closed or open list of lower-case words
    NORM = "norm"  # a norm's id, or the article and paragraph where it stands
    QUANTITY = "quantity"  # an exact amount with a unit
    TIME = "time"  # a day or an instant
    YEAR = "year"
    PLACE = "place"
    TEXT = "text"  # free text, never compared


@dataclass(frozen=True)
class Attribute:
    """One attribute of an act: its sort, unit dimension, values, whether it holds several, its labels."""

    name: str
    sort: Sort
    many: bool = False
    dimension: str = ""
    values: tuple[str, ...] = ()  # closed list when not empty
    scale: bool = False  # the values stand in rising order
    en: str = ""
    vi: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of act. `lasts`: it has an end. `stands`: it lasts, and may be placed and kept."""

    name: str
    lasts: bool
    stands: bool
    message: bool  # it is sent and received
    attributes: Mapping[str, Attribute]
    en: str
    vi: str
    none_unless_written: tuple[str, ...] = ()  # not written in a record, these do not apply


@dataclass(frozen=True)
class Verb:
    """What '… has VERB …' stands for: acts of a kind, counted from one of their times."""

    name: str  # "deposited", "given notice", "consented to"
    kind: str
    time: str  # the attribute that counts: "received" for a deposit
    instrument: bool
    where: Mapping[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """All kinds, verbs and attributes known."""

    kinds: Mapping[str, Kind]
    verbs: Mapping[str, Verb]
    attributes: Mapping[str, Attribute]

    def attribute(self, kinds: tuple[str, ...], name: str) -> Attribute | None:
        """The attribute of that name that acts of one of these kinds have; `act` stands for any kind."""
        if not kinds or "act" in kinds:
            return self.attributes.get(name)
        for kind in kinds:
            if (found := self.kinds[kind].attributes.get(name)) is not None:
                return found
        return None


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that the package ships."""
    source = (resources.files("servanda.vocabulary") / "kinds.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    attributes = {name: _attribute(name, entry) for name, entry in data["attributes"].items()}
    kinds = {name: _kind(name, entry, data, attributes) for name, entry in data["kinds"].items()}
    verbs = {
        name: Verb(name, v["kind"], v["time"], v.get("instrument", False), v.get("where", {}))
        for name, v in data["verbs"].items()
    }
    return Vocabulary(kinds, verbs, attributes)


def _attribute(name: str, entry: dict[str, object]) -> Attribute:
    values = entry.get("values", ())
    assert isinstance(values, list | tuple)
    return Attribute(
        name=name,
        sort=Sort(str(entry["sort"])),
        many=bool(entry.get("many", False)),
        dimension=str(entry.get("dimension", "")),
        values=tuple(str(v) for v in values),
        scale=bool(entry.get("scale", False)),
        en=str(entry["en"]),
        vi=str(entry["vi"]),
    )


def _kind(
    name: str,
    entry: dict[str, object],
    data: dict[str, dict[str, list[str]]],
    attributes: dict[str, Attribute],
) -> Kind:
    stands = bool(entry.get("stands", False))
    lasts = stands or bool(entry.get("lasts", False))
    message = bool(entry.get("message", False))
    own = entry.get("attributes", [])
    assert isinstance(own, list)
    groups = data["common"]
    names = [
        *groups["every"],
        *(groups["lasting"] if lasts else []),
        *(groups["message"] if message else []),
        *own,
    ]
    return Kind(
        name=name,
        lasts=lasts,
        stands=stands,
        message=message,
        attributes={n: attributes[n] for n in names},
        en=str(entry["en"]),
        vi=str(entry["vi"]),
        none_unless_written=_texts(entry.get("none-unless-written", ())),
    )


def _texts(value: object) -> tuple[str, ...]:
    assert isinstance(value, list | tuple)
    return tuple(str(v) for v in value)
