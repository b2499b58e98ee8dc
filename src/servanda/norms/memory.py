"""What is worked out once, and kept for as long as a world is there, or the worlds of all accounts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Memory: TypeAlias = dict[tuple[str, int, Hashable], tuple[object, Any]]


def once(kept: Memory, name: str, of: object, rest: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives of an object (known by its identity) and the rest (by equality): worked out once.

    The object is kept beside what was made of it: one that is gone may lend its identity to another.
    """
    key = (name, id(of), rest)
    found = kept.get(key)
    if found is None:
        found = kept[key] = (of, make())
    return found[1]
