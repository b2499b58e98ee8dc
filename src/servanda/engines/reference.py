"""The judge: norms one at a time in plain Python over `norms/`. Slow, short, obviously right; its answer is the
definition that every other engine must give."""

from __future__ import annotations

from collections.abc import Sequence

from servanda.norms import judgement, limit, obligation, prohibition
from servanda.norms.facts import World
from servanda.norms.norm import Declares, Limits, Permits, Prohibits, Requires, Standard, Variant
from servanda.vocabulary.verdict import Finding


def findings(world: World, variants: Sequence[Variant]) -> list[Finding]:
    """The findings of each variant under the world's account. Words that prescribe no conduct have none."""
    return [finding for variant in variants for finding in _of(world, variant)]


def _of(world: World, variant: Variant) -> list[Finding]:
    match variant.shape:
        case Prohibits():
            return list(prohibition.findings(world, variant))
        case Requires():
            return list(obligation.findings(world, variant))
        case Limits():
            return list(limit.findings(world, variant))
        case Standard():
            return list(judgement.findings(world, variant))
        case Permits() | Declares():
            return []
