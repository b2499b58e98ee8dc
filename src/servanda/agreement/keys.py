"""The keys of every block in canonical order, and how the value of each is read.

`start` is the grammar's rule for an expression; other forms: `text` (free text), `word` (one of a list), `ids`,
`lines` (conditions), `exceptions`, `steps` (a ceiling or times with amounts), `map` (keys of its own).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from servanda.norms.term import Extent

HEADS = ("prohibits", "requires", "limits", "permits", "standard", "declares")


@dataclass(frozen=True)
class Key:
    """One key: the form of its value, the rule it is parsed with, the words it may be, the keys inside it."""

    form: str
    start: str = ""
    words: tuple[str, ...] = ()
    inside: Mapping[str, Key] = field(default_factory=dict)
    heads: tuple[str, ...] = HEADS  # the norms it may stand in


def _expression(start: str, heads: tuple[str, ...] = HEADS) -> Key:
    return Key("expression", start, heads=heads)


_TEXT = Key("text")
_IDS = Key("ids")
_CONDITION = _expression("condition")
_CONDUCT = ("prohibits", "requires", "limits", "permits")

MAY_EXTEND = Key(
    "map",
    inside={"by": _CONDITION, "at most": _expression("amount"), "times": _expression("amount")},
    heads=("requires",),
)

NORM_KEYS: Mapping[str, Key] = {
    "id": _TEXT,
    "article": _TEXT,
    "note": _TEXT,
    "for each": _expression("ranges"),
    "when": Key("lines", "condition"),
    "prohibits": _expression("head"),
    "requires": _expression("head"),
    "limits": _expression("head"),
    "permits": _expression("head"),
    "standard": _TEXT,
    "declares": _TEXT,
    "bearer": _expression("bearer"),
    "owed to": _expression("bearer"),
    "where": Key("lines", "condition", heads=_CONDUCT),
    "due": _expression("due", ("requires",)),
    "broken by": _expression("condition", ("requires",)),
    "matching": Key("word", words=("shared", "one to one"), heads=("requires",)),
    "per": _expression("paths", ("limits",)),
    "measure": _expression("measure", ("limits",)),
    "at most": Key("steps", "ceiling", heads=("limits",)),
    "at least": Key("steps", "ceiling", heads=("limits",)),
    "from": _expression("start_time"),
    "until": _expression("start_time"),
    "unless": Key("exceptions", "condition", heads=(*_CONDUCT, "standard")),
    "notwithstanding": _IDS,
    "subject to": _IDS,
    "awaits": _expression("judge", ("prohibits", "standard")),
    "whether": Key("text", heads=("prohibits", "standard")),
    "may extend": MAY_EXTEND,
    "strength": Key("word", words=("shall", "should", "may")),
}

_STAGE_EXTEND = Key("map", inside=MAY_EXTEND.inside)
_SURVIVES = Key("map", inside={"norms": _IDS, "for": _expression("amount")})
_ENDS = Key("map", inside={"when": _CONDITION, "effect": _expression("effect")})

# Keys that every stage may have, then those of one stage each.
STAGE_KEYS: Mapping[str, Key] = {
    "when": Key("lines", "condition"),
    "unless": _CONDITION,
    "effect": _expression("effect"),
    "not before": _expression("start_time"),
    "own clock": Key("word", words=("after entry into force", "after the trigger")),
    "open to": _expression("group"),
    "counted from": Key("word", words=("receipt", "dispatch", "circulation")),
    "postponed while": _CONDITION,
    "survives": _SURVIVES,
    "starts": _expression("start_time"),
    "lasts": _expression("amount"),
    "renews": _expression("amount"),
    "may extend": _STAGE_EXTEND,
    "norms": _IDS,
    "ends": _ENDS,
    "allowed": Key("word", words=("no", "compatible", "named")),
    "to": _IDS,
    "tacit after": _expression("amount"),
    "binds": Key("word", words=("acceptors", "all")),
    "prevails over": Key("titles"),
    "without prejudice to": Key("titles"),
    "basis": _TEXT,
    "article": _TEXT,
    "note": _TEXT,
}

_ALWAYS = ("when", "unless", "effect", "article", "note")
STAGES: Mapping[str, tuple[str, ...]] = {
    "entry into force": (*_ALWAYS, "not before"),
    "joining": (*_ALWAYS, "own clock", "open to", "not before"),
    "provisional application": (*_ALWAYS, "norms", "ends"),
    "reservations": (*_ALWAYS, "allowed", "to", "tacit after"),
    "amendment": (*_ALWAYS, "binds", "not before"),
    "suspension": (*_ALWAYS, "norms", "ends"),
    "duration": (*_ALWAYS, "starts", "lasts", "renews", "may extend"),
    "exit": (*_ALWAYS, "not before", "counted from", "postponed while", "survives", "may extend", "basis"),
    "end": (*_ALWAYS, "counted from", "survives"),
    "relation": (*_ALWAYS, "prevails over", "without prejudice to"),
}

TERMS_KEYS: Mapping[str, Key] = {
    "groups": Key("terms", "group"),
    "regions": Key("terms", "region"),
    "activities": Key("terms", "kinds"),
    "organs": Key("expression", "names"),
    "dates": Key("terms", "start_time"),
    "parameters": Key("terms", "amount"),
    "tables": Key("tables", "amount"),
    "territory": Key("word", words=get_args(Extent)),
    "note": _TEXT,
}

COUNTING_KEYS: Mapping[str, Key] = {
    "days": Key("word", words=("calendar",)),
    "first day": Key("word", words=("excluded", "included")),
    "month end": Key("word", words=("clip",)),
    "zone": _TEXT,
}

FRONT_KEYS: Mapping[str, Key] = {
    "agreement": _TEXT,
    "title": _TEXT,
    "status": Key("word", words=("draft", "open", "in force", "ended")),
    "binding": Key("word", words=("treaty", "political")),
    "published": _TEXT,
    "signed": _TEXT,
    "opened": _TEXT,
    "parties": _expression("group"),
    "depositary": _TEXT,
    "counting": Key("map", inside=COUNTING_KEYS),
    "uses": _IDS,
    "language": _TEXT,
    "note": _TEXT,
}

BLOCK_KEYS: Mapping[str, Mapping[str, Key]] = {
    "front": FRONT_KEYS,
    "terms": TERMS_KEYS,
    "norm": NORM_KEYS,
    "clause": {name: Key("stage", inside={k: STAGE_KEYS[k] for k in keys}) for name, keys in STAGES.items()},
}
