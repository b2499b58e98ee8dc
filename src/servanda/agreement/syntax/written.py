"""What every node of a tree has: the place at which it was read."""

from __future__ import annotations

from dataclasses import dataclass, field

At = tuple[int, int]


@dataclass(frozen=True)
class Written:
    """Anything that stands somewhere in an expression."""

    at: At = field(default=(0, 0), compare=False, repr=False, kw_only=True)
