"""Changing one thing everywhere in a frozen tree: a variable's name, an open term that was given a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from servanda.norms.term import Length, Path

T = TypeVar("T")
Change = Callable[[Any], Any]


def rewrite(node: T, change: Change) -> T:
    """The tree with `change` applied to every value in it, from the leaves up.

    `change` gives its argument back to keep it.
    """
    made: T = _rewritten(node, change)  # the change keeps the type
    return made


def _rewritten(node: Any, change: Change) -> Any:
    if isinstance(node, tuple):
        return tuple(_rewritten(part, change) for part in node)
    if isinstance(node, Mapping):
        return {key: _rewritten(value, change) for key, value in node.items()}
    if is_dataclass(node) and not isinstance(node, type):
        new = {}
        for one in fields(node):
            old = getattr(node, one.name)
            if (made := _rewritten(old, change)) is not old and made != old:
                new[one.name] = made
        return change(replace(node, **new) if new else node)
    return node


def renamed(node: T, names: Mapping[str, str]) -> T:
    """The tree with variables renamed, wherever they are spoken of."""

    def change(part: Any) -> Any:
        if isinstance(part, Path | Length) and part.variable in names:
            return replace(part, variable=names[part.variable])
        return part

    return rewrite(node, change) if names else node
