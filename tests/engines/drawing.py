"""Chance, as the makers of cases draw on it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any


class Draw:
    """Draws from a source of chance."""

    def __init__(self, random: Random) -> None:
        self.r = random

    def chance(self, p: float) -> bool:
        """True so often."""
        return self.r.random() < p

    def pick(self, choices: Sequence[Any]) -> Any:
        """One of them."""
        return choices[self.r.randrange(len(choices))]
