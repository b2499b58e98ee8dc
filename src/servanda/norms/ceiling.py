"""What a measure is held against: a fixed amount, steps over time, or the same measure on another day."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

from servanda.norms.comparison import compared
from servanda.norms.contribution import SEPARATOR, Contribution, Key, Ledger, contributions, total
from servanda.norms.facts import NOTHING, Act, Range, Value, World
from servanda.norms.memory import once
from servanda.norms.norm import Ceiling, Limits, SameMeasure, Steps, Variant
from servanda.norms.scene import Scene, Unknown, When, amount, shifted, time
from servanda.norms.term import Quantity
from servanda.norms.truth import Truth, conjunction, known, unknown
from servanda.temporal import day_of, end_of_day_us, start_of_day_us
from servanda.vocabulary.verdict import Outcome, Reason


def ceiling_at(scene: Scene, variant: Variant, key: Key, ceiling: Ceiling) -> Range | Unknown | None:
    """The ceiling at the scene's instant; None where there is none yet.

    What is measured is read as the key has it: 'Ceiling for h.item' is that of the item for which the measure is taken.
    """
    match ceiling:
        case SameMeasure():
            level = partial(reference_level, scene, variant, key, ceiling)
            return once(scene.world.memo, "level", variant, (key, ceiling.on, ceiling.tolerance), level)
        case Quantity():
            return amount(scene, ceiling)
        case Steps(steps=steps):
            scene = _with_measured(scene, variant, key)
            current: Range | Unknown | None = None
            for from_time, value in steps:
                when = time(scene, from_time)
                if isinstance(when, Unknown):
                    return when
                if when.lo <= scene.at:
                    current = amount(scene, value)
            return current
        case _:
            return amount(_with_measured(scene, variant, key), ceiling)


def _with_measured(scene: Scene, variant: Variant, key: Key) -> Scene:
    """The scene with something under the head's variable of which only the scope is known, where no act is there."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    variable = shape.range.variable
    if variable in scene.things:
        return scene
    known = dict(key.scope)
    values: dict[str, Value] = {}
    for path in shape.per:
        value = known.get(path.text)
        if value is not None and path.variable == variable and len(path.steps) == 1:
            several = tuple(value.split(SEPARATOR)) if path.many else value
            values[path.steps[0].name] = NOTHING if value == "none" else several
    return scene.with_thing(variable, Act(variable, shape.range.kinds[0], True, values))


def reference_level(scene: Scene, variant: Variant, key: Key, reference: SameMeasure) -> Range | Unknown:
    """The level of the reference day: what was there at any time of that day.

    A missing level is not zero: where the record is not complete for the day there is no greatest level, and the
    nearest report within the declared tolerance stands for it, if there is one.
    """
    shape = variant.shape
    assert isinstance(shape, Limits)
    when = time(scene, reference.on)
    if isinstance(when, Unknown):
        return when
    zone = scene.zone
    lo, hi = start_of_day_us(day_of(when.lo, zone), zone), end_of_day_us(day_of(when.hi, zone), zone)
    everything = _background_of(scene.world, variant, hi).belonging(key)
    level = _level(everything, key, lo, hi)
    if not scene.world.coverage.gaps(shape.range.kinds, _by(variant, key), lo, hi):
        return level
    nearest = _nearest(scene, everything, key, when, reference)
    if nearest is None:
        return Range(level.lo, None)
    day = day_of(nearest, zone)
    stand_in = _level(everything, key, start_of_day_us(day, zone), end_of_day_us(day, zone))
    return Range(max(level.lo, stand_in.lo), stand_in.hi)


def counted_for(scene: Scene, variant: Variant, ceiling: Ceiling) -> list[Contribution]:
    """The contributions of which the ceiling itself is made: those of a reference level."""
    when = time(scene, ceiling.on) if isinstance(ceiling, SameMeasure) else None
    if not isinstance(when, When):
        return []
    return _background(scene.world, variant, end_of_day_us(day_of(when.hi, scene.zone), scene.zone))


def _background_of(world: World, variant: Variant, upto: int) -> Ledger:
    return once(world.memo, "background", variant, upto, lambda: Ledger(_background(world, variant, upto)))


def _background(world: World, variant: Variant, upto: int) -> list[Contribution]:
    """All that counts up to the reference day and the day asked about, exceptions left aside."""
    there = world if upto <= world.on else replace(world, on=upto)
    return contributions(there, variant, unless=False)


def _by(variant: Variant, key: Key) -> str | None:
    """The one by whom all that counts was done, where the key says so."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    by = f"{shape.range.variable}.by"
    named = dict(key.scope).get(by)
    if named is not None:
        return named
    bearer = variant.bearer.of if variant.bearer is not None else None
    return key.bearer if bearer is not None and getattr(bearer, "text", None) == by else None


def _level(everything: list[Contribution], key: Key, lo: int, hi: int) -> Range:
    """What was there on the day [lo, hi]: a time known by its day alone counts as that whole day."""
    amounts: dict[str, tuple[bool, Range | Unknown]] = {}
    for c in everything:
        if c.piece.lo > hi or c.piece.hi < lo or not c.counted.possibly:
            continue
        certain = c.counted.certainly and c.key == key and _on_day(c, lo, hi)
        before = amounts.get(c.act.id)
        amounts[c.act.id] = (certain or (before is not None and before[0]), c.amount)
    return total(amounts.values())


def _on_day(c: Contribution, lo: int, hi: int) -> bool:
    if c.when is None:
        return lo <= c.piece.lo and c.piece.hi <= hi
    return c.when.start.hi <= hi and c.when.sure_until >= lo


def _nearest(scene: Scene, everything: list[Contribution], key: Key, when: When, reference: SameMeasure) -> int | None:
    """The start of the report nearest to the reference day, within the tolerance on either side."""
    if reference.tolerance is None:
        return None
    first = shifted(scene, when, reference.tolerance, "before")
    last = shifted(scene, when, reference.tolerance, "after")
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return None
    times = [
        t for c in everything if c.counted.certainly and c.key == key for t in _reported(c) if first.lo <= t <= last.hi
    ]
    return min(times, key=lambda t: (abs(t - when.lo), t), default=None)


def _reported(c: Contribution) -> list[int]:
    seen = [c.act.start.lo] if c.act.start is not None else []
    if c.when is not None:
        seen.append(c.when.sure_until)
    return seen


# ---- outcome


def held(scene: Scene, variant: Variant, key: Key, measured: Range) -> tuple[Outcome, Reason, Range | Unknown | None]:
    """The outcome of a measure held against its ceiling and its floor, and the ceiling; without one, the floor.

    Equality is on the side of the words.
    """
    shape = variant.shape
    assert isinstance(shape, Limits)
    at_most = None if shape.at_most is None else ceiling_at(scene, variant, key, shape.at_most)
    at_least = None if shape.at_least is None else ceiling_at(scene, variant, key, shape.at_least)
    limit = at_most if shape.at_most is not None else at_least
    below = None if at_most is None else _under(measured, at_most)
    above = None if at_least is None else _over(measured, at_least)
    truth = conjunction(t for t in (below, above) if t is not None)
    if truth.certainly:
        return Outcome.COMPLIED, Reason.WITHIN_LIMIT, limit
    if not truth.possibly:
        over = below is not None and not below.possibly
        return Outcome.BREACHED, Reason.OVER_LIMIT if over else Reason.UNDER_FLOOR, limit
    return Outcome.UNDETERMINED, Reason.FACT_MISSING, limit


def _under(measured: Range, ceiling: Range | Unknown) -> Truth:
    """Nothing measured is under every ceiling."""
    if isinstance(ceiling, Unknown):
        return known(True) if measured.hi == 0 else unknown(*ceiling.missing)
    return Truth(*compared(measured, "<=", ceiling))


def _over(measured: Range, floor: Range | Unknown) -> Truth:
    """Any floor may be higher."""
    return unknown(*floor.missing) if isinstance(floor, Unknown) else Truth(*compared(measured, ">=", floor))


def shown(limit: Range | Unknown | None) -> tuple[Fraction, Fraction | None] | None:
    """The limit as a finding has it; none where it is not known."""
    return (limit.lo, limit.hi) if isinstance(limit, Range) else None
