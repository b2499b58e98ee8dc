"""Lists of conditions and of exceptions: one line each, with its canonical text and its name."""

from __future__ import annotations

from collections.abc import Iterator

from servanda.agreement import syntax as s
from servanda.agreement.printer import show_condition
from servanda.agreement.resolve.conditions import resolve_condition
from servanda.agreement.resolve.context import Here, Unresolved
from servanda.agreement.resolve.readings import is_readings, pick
from servanda.agreement.yaml import Mapping, Node, Scalar, Sequence
from servanda.norms.condition import Line
from servanda.norms.norm import Exception_

UNNAMED = "exception"


def lines(here: Here, node: Node | None, key: str) -> tuple[Line, ...]:
    """The conditions under `when` or `where`; a top-level `and` is several lines."""
    found: list[Line] = []
    failed = False
    for name, value in _items(here, node, key):
        try:
            found += _lines(here, name, value)
        except Unresolved:
            failed = True
    if failed:
        raise Unresolved
    return tuple(found)


def _items(here: Here, node: Node | None, key: str) -> Iterator[tuple[str, Node]]:
    match node:
        case None:
            return
        case Scalar():
            yield "", node
        case Sequence(items=items):
            for item in items:
                yield from _item(here, item, key)
        case Mapping():
            yield from _item(here, node, key)


def _item(here: Here, item: Node, key: str) -> Iterator[tuple[str, Node]]:
    if isinstance(item, Scalar):
        yield "", item
    elif isinstance(item, Mapping) and is_readings(item):
        yield key, item
    elif isinstance(item, Mapping):
        for entry in item.entries:
            yield entry.key.text, entry.value
    else:
        here.context.problems.say("type-clash", item.span, "list-in-list")
        raise Unresolved


def _lines(here: Here, name: str, value: Node) -> list[Line]:
    chosen = _chosen(here, name, value)
    if isinstance(chosen, Sequence):
        return [line for item in chosen.items for line in _lines(here, name, item)]
    tree = here.context.parse(chosen, "condition")
    inside = here.at(chosen)
    parts = tree.parts if isinstance(tree, s.Joined) and tree.operator == "and" and not name else (tree,)
    found, failed = [], False
    for part in parts:
        try:
            condition = resolve_condition(inside, part)
        except Unresolved:
            failed = True
            continue
        text = show_condition(part)
        found.append(Line(condition, text, name, span=inside.span(part)))
    if failed:
        raise Unresolved
    return found


def _chosen(here: Here, name: str, value: Node) -> Scalar | Sequence:
    """The condition, or the list of them, that holds under the choices taken."""
    chosen = pick(here.context, value, name)
    if isinstance(chosen, Mapping) and isinstance(means := chosen.get("means"), Scalar):
        chosen = means
    if isinstance(chosen, Scalar | Sequence):
        return chosen
    here.context.problems.say("type-clash", value.span, "condition-needed")
    raise Unresolved


def exceptions(here: Here, node: Node | None) -> tuple[Exception_, ...]:
    """What saves: one condition, or names with conditions. A list is refused, since it would read as `and`."""
    match node:
        case None:
            return ()
        case Sequence():
            here.context.problems.say("list-in-unless", node.span)
            raise Unresolved
        case Scalar():
            return (_exception(here, UNNAMED, node),)
        case Mapping(entries=entries):
            found, failed = [], False
            for entry in entries:
                try:
                    found.append(_exception(here, entry.key.text, entry.value))
                except Unresolved:
                    failed = True
            if failed:
                raise Unresolved
            return tuple(found)


def _exception(here: Here, name: str, value: Node) -> Exception_:
    chosen = _chosen(here, name, value)
    if isinstance(chosen, Sequence):
        here.context.problems.say("list-in-unless", chosen.span)
        raise Unresolved
    tree = here.context.parse(chosen, "condition")
    condition = resolve_condition(here.at(chosen), tree)
    return Exception_(name, condition, show_condition(tree))
