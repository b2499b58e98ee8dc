"""Three values after Kleene, as a pair of booleans: certainly true, possibly true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from servanda.vocabulary.verdict import Fact


@dataclass(frozen=True)
class Truth:
    """`certainly` implies `possibly`. `missing` names the facts for want of which it is unknown."""

    certainly: bool
    possibly: bool
    missing: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        assert self.possibly or not self.certainly, "certain but not possible"

    @property
    def unknown(self) -> bool:
        """True when neither true nor false."""
        return self.possibly and not self.certainly

    def __invert__(self) -> Truth:
        return Truth(not self.possibly, not self.certainly, self.missing)


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
    certainly = True
    missing: list[Fact] = []
    for part in parts:
        if not part.possibly:
            return FALSE
        if not part.certainly:
            certainly = False
            missing += part.missing
    return TRUE if certainly else Truth(False, True, tuple(dict.fromkeys(missing)))


def disjunction(parts: Iterable[Truth]) -> Truth:
    """Any of them, up to the first that is true. The missing facts are those of the unknown parts."""
    possibly = False
    missing: list[Fact] = []
    for part in parts:
        if part.certainly:
            return TRUE
        if part.possibly:
            possibly = True
            missing += part.missing
    return Truth(False, True, tuple(dict.fromkeys(missing))) if possibly else FALSE
