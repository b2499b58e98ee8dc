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
    """All of them. The missing facts of an unknown conjunction are those of its unknown parts."""
    seen = tuple(parts)
    possibly = all(p.possibly for p in seen)
    certainly = all(p.certainly for p in seen)
    return Truth(certainly, possibly, _missing(seen) if possibly and not certainly else ())


def disjunction(parts: Iterable[Truth]) -> Truth:
    """Any of them."""
    seen = tuple(parts)
    possibly = any(p.possibly for p in seen)
    certainly = any(p.certainly for p in seen)
    return Truth(certainly, possibly, _missing(seen) if possibly and not certainly else ())


def _missing(parts: tuple[Truth, ...]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for p in parts if p.unknown for fact in p.missing))
