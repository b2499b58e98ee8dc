"""What canonical text must keep: the keys and values of every block, whatever their order, spacing and quotes."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Mapping as MappingType

from servanda.agreement import syntax as s
from servanda.agreement.keys import BLOCK_KEYS, Key
from servanda.agreement.markdown import BlockKind
from servanda.agreement.resolve.context import Context, Unresolved
from servanda.agreement.resolve.readings import is_readings
from servanda.agreement.yaml import Mapping, Node, Scalar, Sequence

TEXT = Key("text")
CHOICE_ORDER = ("means", "held by", "says")
_CIRCLE = {"centre": Key("expression", "position"), "radius": Key("expression", "amount")}


def inner(key: str, parent: Mapping, form: Key) -> Key:
    """How the value of a key inside a value is read."""
    if key == "readings":
        return Key("choices", form.start) if form.form == "lines" else form
    if parent.get("means") is not None and form.form != "exceptions":
        return Key("expression", form.start) if key == "means" and form.start else TEXT
    if key in ("file", "geometry", "unit", "group", "region", "reading") and key not in form.inside:
        return TEXT
    if key in _CIRCLE and form.start == "region":
        return _CIRCLE[key]
    if form.inside:
        return form.inside.get(key, TEXT)
    if form.form == "lines":
        return Key("expression", form.start) if not is_readings(parent) else form
    if form.form == "steps":
        return Key("expression", "ceiling")
    if form.form in ("terms", "exceptions", "expression", "choices"):
        return Key("expression", form.start)
    return form


def content(context: Context, kind: BlockKind, node: Mapping) -> Hashable:
    """Two documents with the same content mean the same."""
    return _keys(context, node, BLOCK_KEYS[kind])


def _keys(context: Context, node: Mapping, keys: MappingType[str, Key]) -> Hashable:
    return frozenset((e.key.text, _value(context, e.value, keys.get(e.key.text, TEXT))) for e in node.entries)


def _value(context: Context, node: Node, form: Key) -> Hashable:
    match node:
        case Scalar() if form.form == "lines":
            return _lines(context, (node,), form)
        case Scalar() if form.form in ("ids", "titles"):
            return (_words(node),)
        case Scalar():
            percent = form.form == "tables" and node.text.rstrip().endswith("%")
            return _tree(context, node, "" if percent else form.start)
        case Sequence(items=items) if form.form == "lines":
            return _lines(context, items, form)
        case Sequence(items=items):
            return tuple(_value(context, item, form) for item in items)
        case Mapping() if form.form == "lines" and not is_readings(node):
            return _lines(context, (node,), form)
        case Mapping(entries=entries):
            start = "start_time" if form.form == "steps" and not is_readings(node) else ""
            return frozenset(
                (_tree(context, e.key, start), _value(context, e.value, inner(e.key.text, node, form))) for e in entries
            )


def _lines(context: Context, items: tuple[Node, ...], form: Key) -> Hashable:
    """The lines of a condition: a top-level `and` is several of them."""
    found: list[Hashable] = []
    for item in items:
        tree = _tree(context, item, form.start) if isinstance(item, Scalar) else None
        if isinstance(tree, s.Joined) and tree.operator == "and":
            found += tree.parts
        elif isinstance(item, Mapping) and not is_readings(item):
            found += [(e.key.text, _value(context, e.value, inner(e.key.text, item, form))) for e in item.entries]
        else:
            found.append(tree if tree is not None else _value(context, item, form))
    return tuple(found)


def _tree(context: Context, scalar: Scalar, start: str) -> Hashable:
    if not start:
        return _words(scalar)
    try:
        return context.parse(scalar, start)
    except Unresolved:
        return _words(scalar)


def _words(scalar: Scalar) -> str:
    return " ".join(scalar.text.split())
