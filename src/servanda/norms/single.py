"""A measure of each act by itself: how long a stay lasted, how near an approach came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from servanda.norms.bound import bound_during, stretches
from servanda.norms.ceiling import held, shown
from servanda.norms.contribution import Contribution, Key
from servanda.norms.facts import Act, Range, World
from servanda.norms.finding import blank
from servanda.norms.norm import Limits, Variant
from servanda.norms.presence import Presence
from servanda.norms.scene import Scene, Unknown
from servanda.norms.term import Length
from servanda.norms.truth import Truth, conjunction
from servanda.temporal import day_of
from servanda.vocabulary.verdict import Finding, Outcome, Reason


def single_findings(world: World, variant: Variant, everything: list[Contribution]) -> Iterator[Finding]:
    """One finding for each act that counts while its bearer is bound, with its measure."""
    of_acts: dict[tuple[str, Key], list[Contribution]] = {}
    for c in everything:
        of_acts.setdefault((c.act.id, c.key), []).append(c)
    for pieces in of_acts.values():
        yield from _of_act(world, variant, pieces[0], pieces)


def _of_act(world: World, variant: Variant, c: Contribution, pieces: list[Contribution]) -> Iterator[Finding]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    for bound in stretches(world, None if variant.jointly else c.key.bearer):
        inside = [p for p in pieces if p.piece.lo < bound.until and p.piece.hi >= bound.start]
        if not inside:
            continue
        first, last = inside[0], inside[-1]
        scene = Scene(world, first.piece.lo, {shape.range.variable: c.act}, c.key.bearer)
        here = Truth(any(p.piece.here.certainly for p in inside), True)
        if c.when is None and not variant.jointly:
            here = conjunction((here, bound_during(world, c.key.bearer, first.piece.lo, first.piece.hi)))
        adds = conjunction((here, first.adds))
        yield _judged(
            scene,
            variant,
            first,
            adds,
            replace(
                blank(variant, c.key.bearer, bound),
                act=c.act.id,
                scope=c.key.scope,
                start=max(first.piece.lo, bound.start),
                until=min(last.piece.hi, bound.until - 1),
                witnesses=(c.act.id,),
                lines=c.lines,
            ),
        )


def _judged(scene: Scene, variant: Variant, c: Contribution, adds: Truth, row: Finding) -> Finding:
    measured = measure_of(scene, variant, c)
    value = Range(Fraction(0), None) if isinstance(measured, Unknown) else measured
    out, reason, limit = held(scene, variant, c.key, value)
    exception = None
    if c.exception is not None:
        out, reason, exception = Outcome.COMPLIED, Reason.EXCEPTION, c.exception
    elif out is Outcome.BREACHED and not adds.certainly:
        out, reason = Outcome.UNDETERMINED, Reason.FACT_MISSING
    return replace(
        row,
        outcome=out,
        reason=reason,
        exception=exception,
        measured=None if isinstance(measured, Unknown) else (measured.lo, measured.hi),
        limit=shown(limit),
    )


def measure_of(scene: Scene, variant: Variant, c: Contribution) -> Range | Unknown:
    """The act's own measure. A length in days counts days as a deadline does; a stay without an end has no greatest."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    if not isinstance(shape.measure.amount, Length) or c.when is None:
        return c.amount
    return _length(c.act, c.when, shape.measure.amount.dimension == "calendar", scene)


def _length(act: Act, when: Presence, calendar: bool, scene: Scene) -> Range:
    least_end = when.sure_until
    greatest_end = when.ends.hi if when.ends is not None else None
    if not calendar:
        least = max(0, least_end - when.start.hi)
        high = None if greatest_end is None else Fraction(greatest_end - when.start.lo, 1_000_000)
        return Range(Fraction(least, 1_000_000), high)
    zone = scene.zone
    least_days = max(0, (day_of(least_end, zone) - day_of(when.start.hi, zone)).days)
    if greatest_end is None:
        return Range(Fraction(least_days), None)
    return Range(Fraction(least_days), Fraction((day_of(greatest_end, zone) - day_of(when.start.lo, zone)).days))
