"""Duties to keep something up: at all times, or as a standing duty that only a refusal or an ending breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from servanda.norms.condition import ActRange
from servanda.norms.evaluate import holds
from servanda.norms.facts import Act, Bound
from servanda.norms.norm import KeptUp, Requires, Variant
from servanda.norms.presence import presence
from servanda.norms.recorded import acts_of, exists, none_missing
from servanda.norms.scene import Scene
from servanda.norms.spread import time_wanting
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, unknown
from servanda.vocabulary.verdict import Fact, Finding, Outcome, Reason


def kept_up(scene: Scene, due: KeptUp, engaged: Truth, carried_on: list[Act], row: Finding) -> Finding:
    """A standing duty without an interval: pending, each act that carries it on shown; only what breaks it breaches."""
    broken = FALSE if due.broken is None else holds(scene.at_instant(scene.world.on), due.broken)
    recorded = (
        FALSE if due.broken is None else holds(replace(scene.at_instant(scene.world.on), closed=True), due.broken)
    )
    witnesses = tuple(sorted(act.id for act in carried_on))
    if engaged.certainly and broken.certainly:
        return replace(row, outcome=Outcome.BREACHED, reason=Reason.BROKEN_OFF, witnesses=witnesses)
    if recorded.possibly or engaged.unknown:
        return replace(row, outcome=Outcome.UNDETERMINED, reason=Reason.FACT_MISSING, witnesses=witnesses)
    return replace(row, outcome=Outcome.PENDING, reason=Reason.STANDING, witnesses=witnesses)


def standing(variant: Variant, scene: Scene, engaged: Truth, bound: Bound, row: Finding) -> Iterator[Finding]:
    """'At all times': the stretch in which the bearer is bound, minus the time of the acts that keep it up.

    Each maximal piece of one outcome is a finding: a gap is a breach where the record is complete.
    """
    world = scene.world
    lo, hi = bound.start, min(bound.until - 1, world.on)
    if lo > hi:
        return
    acts = list(_keeping(variant, scene))
    edges = {lo}
    for act, _ in acts:
        there = presence(world, act)
        if there is not None:
            first, last = there.surely(scene.zone)
            times = (there.start.lo, first, last + 1, there.gone + 1)
            edges |= {t for t in times if lo < t <= hi}
    edges |= {t for t in world.coverage.bounds() if lo < t <= hi}
    ordered = sorted(edges)
    runs: list[Finding] = []
    for start, after in zip(ordered, [*ordered[1:], hi + 1], strict=True):
        out, reason, witnesses = _piece(variant, scene, engaged, acts, start, after - 1)
        if runs and (runs[-1].outcome, runs[-1].reason) == (out, reason):
            joined = tuple(sorted({*runs[-1].witnesses, *witnesses}))
            runs[-1] = replace(runs[-1], until=after - 1, witnesses=joined)
        else:
            runs.append(replace(row, outcome=out, reason=reason, start=start, until=after - 1, witnesses=witnesses))
    yield from runs


def _keeping(variant: Variant, scene: Scene) -> Iterator[tuple[Act, Truth]]:
    shape = variant.shape
    assert isinstance(shape, Requires)
    assert isinstance(shape.range, ActRange), "what is owed is an act"
    for act in acts_of(scene, shape.range.kinds):
        inner = scene.with_thing(shape.range.variable, act)
        here = exists(act)
        owed = conjunction((here, *(holds(inner, line.condition) for line in shape.where)))
        if owed.possibly:
            yield act, owed


def _piece(
    variant: Variant, scene: Scene, engaged: Truth, acts: list[tuple[Act, Truth]], lo: int, hi: int
) -> tuple[Outcome, Reason, tuple[str, ...]]:
    kept = [(act, conjunction((owed, lasts_through(scene, act, lo, hi)))) for act, owed in acts]
    whole = disjunction(truth for _, truth in kept)
    witnesses = tuple(sorted(act.id for act, truth in kept if truth.certainly))
    if whole.certainly and engaged.certainly:
        return Outcome.COMPLIED, Reason.DONE_IN_TIME, witnesses
    if whole.possibly or engaged.unknown:
        return Outcome.UNDETERMINED, Reason.FACT_MISSING, ()
    shape = variant.shape
    assert isinstance(shape, Requires)
    assert isinstance(shape.range, ActRange)
    if none_missing(scene, shape.range, shape.where, lo, hi):
        return Outcome.BREACHED, Reason.GAP, ()
    return Outcome.OVERDUE, Reason.NO_COVERAGE, ()


def lasts_through(scene: Scene, act: Act, lo: int, hi: int) -> Truth:
    """Whether the act lasts through all of [lo, hi]. A time known by its day counts as that whole day."""
    there = presence(scene.world, act)
    if there is None:
        return unknown(Fact.of("attribute", attribute="start", act=act.id))
    if there.start.lo > lo or there.gone < hi:
        return FALSE
    first, last = there.surely(scene.zone)
    if first <= lo and hi <= last:
        return TRUE
    if lo < first:
        return unknown(time_wanting(act, "start", there.start, scene.zone))
    if there.ends is not None:
        return unknown(time_wanting(act, "until", there.ends, scene.zone))
    return unknown(Fact.of("presence", act=act.id, after=""))
