"""A measured quantity against a ceiling, a floor, or a reference level.

A *stock* is what is there at once, a *flow* what came within a window, and a measure may also be taken of each act
by itself. Measures are intervals: the certain acts give the least, the possible ones the greatest, and where the
record does not claim to be complete there is no greatest. Equal to a ceiling complies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from servanda.norms import sharing
from servanda.norms.bound import stretches, term_of
from servanda.norms.ceiling import counted_for
from servanda.norms.contribution import Contribution, Key, Ledger, contributions, keys_of, ledger
from servanda.norms.facts import Bound, World
from servanda.norms.finding import blank, throughout
from servanda.norms.flow import calendar_findings, rolling_findings
from servanda.norms.memory import once
from servanda.norms.norm import AtEveryInstant, Each, Limits, OnTime, Rolling, Variant
from servanda.norms.prohibition import is_actor
from servanda.norms.scene import Scene, Unknown, time
from servanda.norms.single import single_findings
from servanda.norms.stock import stock_findings
from servanda.norms.unengaged import Unengaged, unengaged
from servanda.vocabulary.verdict import Finding, Outcome, Reason


def findings(world: World, variant: Variant) -> Iterator[Finding]:
    """Every finding of a limit."""
    shape = variant.shape
    assert isinstance(shape, Limits), variant.id
    found = list(_measured(world, variant, shape))
    yield from found
    yield from without_act(world, variant, found)


def _measured(world: World, variant: Variant, shape: Limits) -> Iterator[Finding]:
    everything = contributions(world, variant)
    if shape.measure.function == "each":
        yield from single_findings(world, variant, everything)
        return
    counted = ledger(world, variant)
    for key in keys_of(everything):
        make = partial(of_key, world, variant, key, counted.belonging(key))
        yield from sharing.of_parts(world, variant, key, parts(world, variant, key), make)


def parts(world: World, variant: Variant, key: Key) -> list[Contribution]:
    """All of which the findings of one measure are made: what adds to it, and what its ceilings are made of."""
    return once(world.memo, "parts", variant, (), lambda: Ledger(_parts(world, variant))).belonging(key)


def _parts(world: World, variant: Variant) -> Iterator[Contribution]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    yield from contributions(world, variant)
    for ceiling in (shape.at_most, shape.at_least):
        if ceiling is not None:
            yield from counted_for(Scene(world, world.on), variant, ceiling)


def of_key(world: World, variant: Variant, key: Key, mine: list[Contribution]) -> Iterator[Finding]:
    """The findings of one measure, from what belongs to it, in each stretch in which the bearer is bound."""
    for bound in _stretches(world, variant, key):
        scene = _scene(world, variant, key, bound)
        yield from _windowed(scene, variant, key, mine, bound)


def _windowed(scene: Scene, variant: Variant, key: Key, mine: list[Contribution], bound: Bound) -> Iterator[Finding]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    row = replace(blank(variant, key.bearer, bound), scope=key.scope)
    first, last, _ = term_of(scene.world, variant, scene)
    lo, hi = max(first, bound.start), min(last, bound.until - 1)
    if lo > hi:
        return
    match shape.measure.window:
        case Rolling(span=span):
            yield from rolling_findings(scene, variant, key, mine, span, lo, hi, row)
        case Each() as each:
            yield from calendar_findings(scene, variant, key, mine, each, lo, hi, row)
        case OnTime(time=at):
            when = time(scene, at)
            if not isinstance(when, Unknown) and lo <= when.hi and when.lo <= hi:
                yield from stock_findings(scene, variant, key, mine, max(lo, when.lo), min(hi, when.hi), row)
        case AtEveryInstant() | None:
            yield from stock_findings(scene, variant, key, mine, lo, hi, row)


def _stretches(world: World, variant: Variant, key: Key) -> tuple[Bound, ...]:
    """When the bearer is bound; when anybody is, for those who answer jointly."""
    return stretches(world, None if variant.jointly else key.bearer)


def _scene(world: World, variant: Variant, key: Key, bound: Bound) -> Scene:
    return Scene(world, bound.start, bearer=None if variant.jointly else key.bearer)


def without_act(world: World, variant: Variant, found: list[Finding]) -> Iterator[Finding]:
    """For every party that the norm addresses: nothing that counts is on record while it is bound."""
    assert variant.bearer is not None
    if not variant.jointly:
        for one in unengaged(world, variant, found):
            yield from _empty(world, variant, one)
    elif not found:
        yield from (_nothing(world, variant, None, bound, False) for bound in stretches(world, None))


def _empty(world: World, variant: Variant, one: Unengaged) -> Iterator[Finding]:
    """Nothing counts: that is within every ceiling, and under a floor."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    by = f"{shape.range.variable}.by"
    stock = isinstance(shape.measure.window, AtEveryInstant | OnTime | None) and shape.measure.function != "each"
    if shape.at_least is None or one.open_elsewhere or not stock or any(path.text != by for path in shape.per):
        yield _nothing(world, variant, one.party, one.bound, one.open_elsewhere)
        return
    key = Key(one.party, tuple((path.text, one.party) for path in shape.per))
    yield from _windowed(_scene(world, variant, key, one.bound), variant, key, [], one.bound)


def _nothing(world: World, variant: Variant, code: str | None, bound: Bound, open_elsewhere: bool) -> Finding:
    shape = variant.shape
    assert isinstance(shape, Limits)
    actor = code if is_actor(variant, shape.range.variable) else None
    gaps = world.coverage.gaps(shape.range.kinds, actor, bound.start, bound.until - 1)
    if open_elsewhere or gaps:
        reason = Reason.FACT_MISSING if open_elsewhere else Reason.NO_COVERAGE
        return throughout(variant, code, bound, Outcome.UNDETERMINED, reason)
    nothing = None if shape.measure.function == "each" else (Fraction(0), Fraction(0))
    return replace(throughout(variant, code, bound, Outcome.COMPLIED, Reason.NO_ACT), measured=nothing)
