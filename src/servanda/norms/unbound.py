"""Parties whom the text names and who are not bound: never yet, or no longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from servanda.norms.bearers import addressed
from servanda.norms.facts import Bound, World
from servanda.norms.finding import blank
from servanda.norms.norm import Declares, Permits, Variant
from servanda.temporal import BEGINNING_US, END_US
from servanda.vocabulary.verdict import Finding, Outcome, Reason


def findings(world: World, variant: Variant) -> Iterator[Finding]:
    """`not engaged, not bound` for each party never bound up to the day asked about, and for each one that has left."""
    if isinstance(variant.shape, Declares | Permits):
        yield replace(blank(variant, None, None), outcome=Outcome.NOT_ENGAGED, reason=Reason.NO_CONDUCT)
        return
    everybody = sorted(world.named | set(world.bound))
    # Whom the words address does not hang on who is bound: ask as if all whom the text names were.
    always = (Bound(BEGINNING_US, END_US),)
    as_if = replace(world, bound=dict.fromkeys(everybody, always))
    for code in everybody:
        spans = [b for b in world.bound.get(code, ()) if b.start <= world.on]
        if spans and spans[-1].until > world.on:
            continue
        if not addressed(as_if, variant, code, spans[0].start if spans else world.on, world.on):
            continue
        left = spans[-1] if spans else None
        yield replace(
            blank(variant, code, left),
            outcome=Outcome.NOT_ENGAGED,
            reason=Reason.NOT_BOUND,
            start=left.until if left else None,
            until=world.on if left else None,
        )
