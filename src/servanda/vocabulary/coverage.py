"""Coverage: what a record claims to be complete about. Nothing is complete by default.

A claim names kinds and parties (none named: all of them) and a stretch of time [start, until), microseconds:
every act of these kinds by these parties with a time in it is on record. Coverage speaks of an act by its `start`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from servanda.temporal import BEGINNING_US, END_US


@dataclass(frozen=True)
class Claim:
    """One row of coverage. `departures`: the ends of lasting acts are on record too, so no end means still there."""

    kinds: frozenset[str] | None = None
    parties: frozenset[str] | None = None
    start: int = BEGINNING_US
    until: int = END_US
    departures: bool = False
    account: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Coverage:
    """All the claims of a record."""

    claims: tuple[Claim, ...] = ()

    def gaps(self, kinds: Iterable[str], party: str | None, lo: int, hi: int) -> list[tuple[int, int]]:
        """The parts of [lo, hi] (both included) about which no claim says that it is complete.

        `party` None asks about acts by anybody; only claims that name no party answer that.
        """
        wanted = tuple(kinds)
        missing: list[tuple[int, int]] = []
        for kind in wanted:
            missing += self._gaps_of(kind, party, lo, hi)
        return _joined(missing)

    def covers(self, kinds: Iterable[str], party: str | None, lo: int, hi: int) -> bool:
        """True when nothing of [lo, hi] is missing."""
        return not self.gaps(kinds, party, lo, hi)

    def departures(self, kind: str, party: str | None, lo: int) -> int:
        """The last microsecond up to which the departures of that kind are known, from `lo` on; `lo` - 1 when not."""
        reached = lo - 1
        for claim in sorted(self._about(kind, party), key=lambda c: c.start):
            if claim.departures and claim.start <= reached + 1 <= claim.until:
                reached = max(reached, claim.until - 1)
        return reached

    def bounds(self) -> frozenset[int]:
        """Every instant at which some claim begins or ends."""
        return frozenset(t for c in self.claims for t in (c.start, c.until)) - {BEGINNING_US, END_US}

    def _about(self, kind: str, party: str | None) -> list[Claim]:
        return [
            c
            for c in self.claims
            if (c.kinds is None or kind in c.kinds)
            and (c.parties is None or (party is not None and party in c.parties))
        ]

    def _gaps_of(self, kind: str, party: str | None, lo: int, hi: int) -> list[tuple[int, int]]:
        missing = []
        at = lo
        for claim in sorted(self._about(kind, party), key=lambda c: c.start):
            if at > hi:
                break
            if claim.start > at:
                missing.append((at, min(claim.start - 1, hi)))
            at = max(at, claim.until)
        if at <= hi:
            missing.append((at, hi))
        return [(a, b) for a, b in missing if a <= b]


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for lo, hi in sorted(stretches):
        if joined and lo <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], hi))
        else:
            joined.append((lo, hi))
    return joined
