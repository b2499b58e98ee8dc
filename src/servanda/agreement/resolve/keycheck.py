"""Keys: every key of a block is one that stands there, with a value of the form that it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType

from servanda.agreement.keys import BLOCK_KEYS, HEADS, NORM_KEYS, STAGE_KEYS, Key
from servanda.agreement.resolve.context import Problems, nearest
from servanda.agreement.resolve.readings import is_readings
from servanda.agreement.yaml import Entry, Mapping, Node, Scalar, Sequence

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+|\([A-Za-z0-9_]+\))*")


def check_keys(problems: Problems, kind: str, node: Mapping) -> None:
    """Report the keys of one document that do not belong, and words that are none of those allowed."""
    _check(problems, node, BLOCK_KEYS[kind])
    if kind == "norm":
        _check_head(problems, node)


def _check(problems: Problems, node: Mapping, keys: MappingType[str, Key]) -> None:
    for entry in node.entries:
        key = keys.get(entry.key.text)
        if key is None:
            _unknown(problems, entry, keys)
        else:
            _check_value(problems, entry, key)


def _unknown(problems: Problems, entry: Entry, keys: MappingType[str, Key]) -> None:
    name = entry.key.text
    near = nearest(name, keys)
    if near:
        problems.say("unknown-key", entry.key.span, "near", key=name, near=near)
    elif name in NORM_KEYS or name in STAGE_KEYS:
        problems.say("unknown-key", entry.key.span, "elsewhere", key=name, known=", ".join(keys))
    else:
        problems.say("unknown-key", entry.key.span, key=name, known=", ".join(keys))


def _check_value(problems: Problems, entry: Entry, key: Key) -> None:
    value = entry.value
    if isinstance(value, Mapping) and is_readings(value):
        _check_readings(problems, value, key.form)
        return
    if key.form not in ("map", "stage"):  # those are gone into key by key
        _check_inside(problems, value, key.form)
    match key.form:
        case "word" if isinstance(value, Scalar) and value.text not in key.words:
            allowed = ", ".join(key.words)
            problems.say("bad-choice", value.span, key=entry.key.text, value=value.text, allowed=allowed)
        case "word" | "text" if not isinstance(value, Scalar):
            problems.say("type-clash", value.span, "text-needed", key=entry.key.text)
        case "map" | "terms" | "tables":
            if not isinstance(value, Mapping):
                problems.say("type-clash", value.span, "keys-needed", key=entry.key.text)
            elif key.form == "map":
                _check(problems, value, key.inside)
        case "stage" if isinstance(value, Mapping):
            _check(problems, value, key.inside)
        case "lines" if isinstance(value, Sequence):
            for inner in (i for i in value.items if isinstance(i, Sequence)):
                problems.say("type-clash", inner.span, "list-in-list")
        case "ids" if isinstance(value, Mapping):
            problems.say("type-clash", value.span, "ids-needed", key=entry.key.text)
        case "ids" if isinstance(value, Sequence) and not all(isinstance(i, Scalar) for i in value.items):
            problems.say("type-clash", value.span, "ids-needed", key=entry.key.text)


def _check_readings(problems: Problems, node: Mapping, form: str) -> None:
    for entry in node.entries:
        if entry.key.text not in ("readings", "reading"):
            problems.say("unknown-key", entry.key.span, key=entry.key.text, known="readings, reading")
    choices = node.get("readings")
    if isinstance(choices, Mapping):
        if len(choices.entries) < 2:
            problems.say("one-reading", choices.span)
        for choice in choices.entries:
            _check_choice(problems, choice.value, form)


_CHOICE = ("means", "held by", "says")
_OF_A_TERM = (("file",), ("group",), ("region",), ("unit",), ("geometry",), ("centre", "radius"))
_OF_A_TABLE = (("file",),)


def _check_choice(problems: Problems, node: Node, form: str) -> None:
    if isinstance(node, Mapping) and (means := node.get("means")) is not None:
        _only(problems, node, _CHOICE)
        node = means
    _check_one(problems, node, form)


def _check_inside(problems: Problems, node: Node, form: str) -> None:
    """The keys of what stands deeper in a value: choices, and definitions that are no text."""
    match node:
        case Sequence(items=items):
            for item in items:
                _check_inside(problems, item, form)
        case Mapping() if is_readings(node):
            _check_readings(problems, node, form)
        case Mapping(entries=entries):
            for entry in entries:
                if form in ("lines", "exceptions") and not is_readings(entry.value):
                    _check_choice(problems, entry.value, "")  # a named line that has one meaning
                else:
                    _check_one(problems, entry.value, form)


def _check_one(problems: Problems, node: Node, form: str) -> None:
    """What a name stands for: a choice again, the definition of a term, or something of other names."""
    if isinstance(node, Mapping) and not is_readings(node):
        for known in {"terms": _OF_A_TERM, "tables": _OF_A_TABLE}.get(form, ()):
            if any(isinstance(node.get(key), Scalar) for key in known):
                _only(problems, node, known)
                return
        form = ""
    _check_inside(problems, node, form)


def _only(problems: Problems, node: Mapping, known: tuple[str, ...]) -> None:
    for entry in node.entries:
        if entry.key.text not in known:
            problems.say("unknown-key", entry.key.span, key=entry.key.text, known=", ".join(known))


def _check_head(problems: Problems, node: Mapping) -> None:
    if node.get("id") is None:
        problems.say("id-missing", node.entries[0].key.span if node.entries else node.span)
    elif isinstance(norm_id := node.get("id"), Scalar) and not _ID.fullmatch(norm_id.text):
        problems.say("bad-norm-id", norm_id.span, id=norm_id.text)
    heads = [e.key for e in node.entries if e.key.text in HEADS]
    anchor = node.key("id") or (node.entries[0].key if node.entries else None)
    span = anchor.span if anchor is not None else node.span
    if not heads:
        problems.say("no-head", span)
        return
    for extra in heads[1:]:
        problems.say("two-heads", extra.span, second=heads[0].span, first=heads[0].text, key=extra.text)
    head = heads[0].text
    for entry in node.entries:
        key = NORM_KEYS.get(entry.key.text)
        if key is not None and head not in key.heads:
            problems.say("key-not-here", entry.key.span, key=entry.key.text, head=head)
    if head != "declares" and node.get("bearer") is None and head != "permits":
        problems.say("bearer-missing", span)
    if node.get("when") is not None and node.get("for each") is None:
        when = node.key("when")
        assert when is not None
        problems.say("when-without-for-each", when.span)
    if head == "requires" and node.get("due") is None:
        problems.say("no-deadline", heads[0].span)
