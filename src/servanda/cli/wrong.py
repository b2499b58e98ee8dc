"""What is wrong over several steps that do not need one another, told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from servanda.errors import Diagnostic, InputError

T = TypeVar("T")


class Wrong:
    """Collects diagnostics."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def catch(self, step: Callable[[], T]) -> T | None:
        """The result of a step, or None when its input was wrong."""
        try:
            return step()
        except InputError as error:
            self.diagnostics += error.diagnostics
            return None

    def raise_if_any(self) -> None:
        """Raise everything collected, each once."""
        if self.diagnostics:
            raise InputError(d for i, d in enumerate(self.diagnostics) if d not in self.diagnostics[:i])
