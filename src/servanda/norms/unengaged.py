"""Parties whom a norm addresses while they are bound, and of whom nothing has been found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from servanda.norms.bearers import addressed
from servanda.norms.bound import stretches
from servanda.norms.facts import Bound, World
from servanda.norms.norm import Variant
from servanda.vocabulary.verdict import Finding, Outcome


@dataclass(frozen=True)
class Unengaged:
    """A party and a stretch in which it is bound. `open_elsewhere`: a finding about nobody known may be about it."""

    party: str
    bound: Bound
    open_elsewhere: bool


def unengaged(world: World, variant: Variant, found: Sequence[Finding]) -> Iterator[Unengaged]:
    """Every stretch of every party addressed that no finding speaks of, by code and time."""
    engaged = {(f.bearer, f.bound_from) for f in found}
    for code in sorted(world.bound):
        for bound in stretches(world, code):
            lo, hi = bound.start, bound.until - 1
            if (code, lo) not in engaged and addressed(world, variant, code, lo, hi):
                yield Unengaged(code, bound, _open(found, lo, hi))


def _open(findings: Sequence[Finding], lo: int, hi: int) -> bool:
    """Whether a finding about a bearer that is not known is open in [lo, hi]: it may be anybody's."""
    settled = (Outcome.COMPLIED, Outcome.NOT_ENGAGED)
    return any(
        f.bearer is None
        and f.outcome not in settled
        and (f.start is None or f.start <= hi)
        and (f.until is None or f.until >= lo)
        for f in findings
    )
