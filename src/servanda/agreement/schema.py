"""The JSON Schema of the blocks, made from the same tables that the reader uses; shipped as `schema.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servanda.agreement.keys import BLOCK_KEYS, HEADS, STAGES, Key

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


def schema() -> dict[str, Any]:
    """The keys of every block and the form of their values. Expressions are text: their grammar is not in it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Blocks of a Servanda agreement",
        "description": "Every scalar is text (the failsafe schema of YAML 1.2).",
        "$defs": {
            "expression": _TEXT,
            "readings": _readings(),
            "front": _mapping(BLOCK_KEYS["front"], ("agreement", "title", "parties")),
            "terms": _mapping(BLOCK_KEYS["terms"]),
            "norm": _norm(),
            "clause": _clause(),
        },
        "anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in ("front", "terms", "norm", "clause")],
    }


def _readings() -> dict[str, Any]:
    choice = {
        "type": "object",
        "properties": {"means": True, "held by": _TEXT, "says": _TEXT},
        "required": ["means"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "reading": _TEXT,
            "readings": {
                "type": "object",
                "minProperties": 2,
                "additionalProperties": {"anyOf": [_TEXT, choice, {"type": "object"}]},
            },
        },
        "required": ["readings"],
        "additionalProperties": False,
    }


def _mapping(keys: Mapping[str, Key], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _value(key) for name, key in keys.items()},
        "required": list(required),
        "additionalProperties": False,
    }


def _norm() -> dict[str, Any]:
    norm = _mapping(BLOCK_KEYS["norm"], ("id",))
    norm["oneOf"] = [{"required": [head]} for head in HEADS]
    norm["dependentRequired"] = {"when": ["for each"], "requires": ["due"], "limits": ["measure"]}
    return norm


def _clause() -> dict[str, Any]:
    stages = {}
    for name in STAGES:
        stages[name] = {"anyOf": [_TEXT, _mapping(BLOCK_KEYS["clause"][name].inside)]}
    return {"type": "object", "properties": stages, "additionalProperties": False}


def _value(key: Key) -> dict[str, Any]:
    readings = {"$ref": "#/$defs/readings"}
    listed = {"type": "array", "items": {"anyOf": [_TEXT, {"type": "object"}]}, "minItems": 1}
    match key.form:
        case "text":
            return {"anyOf": [_TEXT, readings]}
        case "word":
            return {"anyOf": [{"enum": list(key.words)}, readings]}
        case "ids" | "titles":
            return {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
        case "lines":
            return {"anyOf": [_TEXT, listed, {"type": "object"}]}
        case "exceptions" | "steps":
            return {"anyOf": [_TEXT, {"type": "object", "minProperties": 1}]}
        case "map":
            return _mapping(key.inside)
        case "terms" | "tables":
            return {"type": "object", "additionalProperties": {"anyOf": [_TEXT, {"type": "object"}]}}
        case _:
            return {"anyOf": [_TEXT, readings]}
