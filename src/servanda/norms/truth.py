"""Three values after Kleene, as a pair of booleans: certainly true, possibly true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from servanda.vocabulary.verdict import Fact


@dataclass(frozen=True, eq=False)
class Truth:
    """`certainly` implies `possibly`. `because`: where it is unknown, the facts that are wanting, or its unknown parts.

    Two are equal when they have the same value for want of the same facts.
    """

    certainly: bool
    possibly: bool
    because: tuple[Fact | Truth, ...] = ()

    def __post_init__(self) -> None:
        assert self.possibly or not self.certainly, "certain but not possible"

    @property
    def unknown(self) -> bool:
        """True when neither true nor false."""
        return self.possibly and not self.certainly

    @property
    def missing(self) -> tuple[Fact, ...]:
        """The facts for want of which it is unknown, each once, in the order in which they were wanted.

        Gathered when asked for: most truths are asked for their value alone.
        """
        found: dict[Fact, None] = {}
        seen: set[int] = set()
        parts: list[Fact | Truth] = [self]
        while parts:
            part = parts.pop()
            if isinstance(part, Fact):
                found.setdefault(part)
            elif id(part) not in seen:
                seen.add(id(part))
                parts += reversed(part.because)
        return tuple(found)

    def __invert__(self) -> Truth:
        return self if self.unknown else known(not self.certainly)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Truth):
            return NotImplemented
        same = (self.certainly, self.possibly) == (other.certainly, other.possibly)
        return same and (self is other or self.missing == other.missing)

    def __hash__(self) -> int:
        return hash((self.certainly, self.possibly, self.missing))


TRUE = Truth(True, True)
FALSE = Truth(False, False)


def unknown(*missing: Fact) -> Truth:
    """Neither true nor false, for want of these facts."""
    return Truth(False, True, missing)


def known(value: bool) -> Truth:
    """A fact that is settled."""
    return TRUE if value else FALSE


def conjunction(parts: Iterable[Truth]) -> Truth:
    """All of them, up to the first that is false. The missing facts are those of the unknown parts."""
    undecided: list[Truth] = []
    for part in parts:
        if not part.possibly:
            return FALSE
        if not part.certainly:
            undecided.append(part)
    return _undecided(undecided) if undecided else TRUE


def disjunction(parts: Iterable[Truth]) -> Truth:
    """Any of them, up to the first that is true. The missing facts are those of the unknown parts."""
    undecided: list[Truth] = []
    for part in parts:
        if part.certainly:
            return TRUE
        if part.possibly:
            undecided.append(part)
    return _undecided(undecided) if undecided else FALSE


def _undecided(parts: list[Truth]) -> Truth:
    return parts[0] if len(parts) == 1 else Truth(False, True, tuple(parts))
