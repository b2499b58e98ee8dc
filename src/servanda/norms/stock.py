"""A stock: what is there at once, at every instant of a stretch of time.

Acts of one instant are seen together. A time known by its day alone leaves the hour open: what is certain of a day
is what must have been so at some instant of it, and a fragment of a day that is only undetermined gives way to a
breach that is certain on the same day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from servanda.norms.ceiling import held, shown
from servanda.norms.contribution import Contribution, Key, total
from servanda.norms.cuts import cuts
from servanda.norms.facts import Range
from servanda.norms.norm import Limits, Steps, Variant
from servanda.norms.prohibition import is_actor
from servanda.norms.scene import Scene, Unknown, time
from servanda.temporal import day_of
from servanda.vocabulary.verdict import Finding, Outcome, Reason


@dataclass(frozen=True)
class Level:
    """The measure over [lo, hi], between two changes, and what it amounts to."""

    lo: int
    hi: int
    measured: Range
    limit: Range | Unknown | None
    outcome: Outcome
    reason: Reason
    exception: str | None
    contributors: frozenset[str]

    @property
    def kind(self) -> object:
        """What must be equal for two neighbouring levels to be one interval."""
        return (self.outcome, self.reason, self.exception, shown(self.limit))


def stock_findings(
    scene: Scene, variant: Variant, key: Key, found: list[Contribution], lo: int, hi: int, row: Finding
) -> Iterator[Finding]:
    """One finding for each maximal interval of one outcome, with the greatest (for a floor: the least) measure."""
    mine = [c for c in found if c.piece.lo <= hi and c.piece.hi >= lo]
    levels = [_level(scene, variant, key, mine, a, b) for a, b in _stretches(scene, variant, mine, lo, hi)]
    levels = _absorbed(scene, mine, _probed(scene, variant, key, mine, levels))
    for run in _runs(levels):
        yield _finding(variant, run, row)


def _stretches(scene: Scene, variant: Variant, mine: list[Contribution], lo: int, hi: int) -> Iterator[tuple[int, int]]:
    world = scene.world
    edges = {lo, *cuts(world, variant, lo, hi), *(t for t in world.coverage.bounds() if lo < t <= hi)}
    edges |= {t for t in _step_times(scene, variant) if lo < t <= hi}
    for c in mine:
        times = [c.piece.lo, c.piece.hi + 1]
        if c.when is not None:
            times += [c.when.start.hi, c.when.sure_until + 1]
        edges |= {t for t in times if lo < t <= hi}
    ordered = sorted(edges)
    yield from zip(ordered, [t - 1 for t in ordered[1:]] + [hi], strict=True)


def _step_times(scene: Scene, variant: Variant) -> list[int]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    steps = [c for c in (shape.at_most, shape.at_least) if isinstance(c, Steps)]
    found = (time(scene, at) for s in steps for at, _ in s.steps)
    return [when.lo for when in found if not isinstance(when, Unknown)]


def _level(scene: Scene, variant: Variant, key: Key, mine: list[Contribution], lo: int, hi: int) -> Level:
    measured, exception, contributors = _measure(scene, variant, key, mine, lo, hi)
    return _held(
        scene.at_instant(lo),
        variant,
        key,
        Level(lo, hi, measured, None, Outcome.UNDETERMINED, Reason.FACT_MISSING, exception, contributors),
    )


def _held(scene: Scene, variant: Variant, key: Key, level: Level) -> Level:
    """The level held against its ceiling and floor."""
    out, reason, limit = held(scene, variant, key, level.measured)
    if out is Outcome.COMPLIED and level.exception is not None:
        reason = Reason.EXCEPTION
    exception = level.exception if out is Outcome.COMPLIED else None
    return replace(level, outcome=out, reason=reason, limit=limit, exception=exception)


def _measure(
    scene: Scene, variant: Variant, key: Key, mine: list[Contribution], lo: int, hi: int
) -> tuple[Range, str | None, frozenset[str]]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    amounts: list[tuple[bool, Range | Unknown]] = []
    names, saved = set(), []
    for c in mine:
        if c.piece.lo > lo or c.piece.hi < hi:
            continue
        if c.exception is not None and c.counted.certainly:
            saved.append(c.exception)
        if c.adds.possibly:
            names.add(c.act.id)
            amounts.append((certainly_there(c, key, lo, hi), c.amount))
    more = _may_be_more(scene, variant, key, lo, hi)
    measured = total(amounts, greatest=shape.measure.function == "greatest", more=more)
    return measured, min(saved, default=None), frozenset(names)


def certainly_there(c: Contribution, key: Key, lo: int, hi: int) -> bool:
    """Whether the act certainly counts, for this key, at every instant of [lo, hi]."""
    if not c.adds.certainly or c.key != key or (c.piece.here.unknown and c.when is None):
        return False
    return c.when is None or (c.when.start.hi <= lo and hi <= c.when.sure_until)


def _may_be_more(scene: Scene, variant: Variant, key: Key, lo: int, hi: int) -> bool:
    shape = variant.shape
    assert isinstance(shape, Limits)
    by = key.bearer if is_actor(variant, shape.range.variable) else None
    return bool(scene.world.coverage.gaps(shape.range.kinds, by, lo, hi))


def _probed(scene: Scene, variant: Variant, key: Key, mine: list[Contribution], levels: list[Level]) -> list[Level]:
    """An act of a single day is there at some instant of it: then the sum is at least its own and what lasts."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    if shape.at_most is None or shape.measure.function == "greatest":
        return levels
    probed = list(levels)
    for c in mine:
        if c.when is None or c.when.start.hi <= c.when.sure_until or not c.adds.certainly or c.key != key:
            continue
        if not c.piece.here.certainly or day_of(c.piece.lo, scene.zone) != day_of(c.piece.hi, scene.zone):
            continue  # of more days than one nobody knows which it was
        if isinstance(c.amount, Unknown):
            continue
        inside = [i for i, level in enumerate(levels) if c.piece.lo <= level.lo and level.hi <= c.piece.hi]
        if not inside or levels[inside[0]].lo != c.piece.lo or levels[inside[-1]].hi != c.piece.hi:
            continue
        least = min(levels[i].measured.lo for i in inside) + c.amount.lo
        for i in inside:
            level = replace(levels[i], measured=Range(max(least, levels[i].measured.lo), levels[i].measured.hi))
            held = _held(scene.at_instant(level.lo), variant, key, level)
            if held.outcome is Outcome.BREACHED:
                probed[i] = held
    return probed


def _absorbed(scene: Scene, mine: list[Contribution], levels: list[Level]) -> list[Level]:
    """Fragments of a day that hang on the hour of a coming or going give way to a breach that is certain that day."""
    times = (m for c in mine if c.when is not None for m in (c.when.start, c.when.ends))
    blurred = [
        m for m in times if m is not None and not m.sharp and day_of(m.lo, scene.zone) == day_of(m.hi, scene.zone)
    ]
    absorbed = list(levels)
    for step in (1, -1):
        order = range(len(absorbed)) if step == 1 else range(len(absorbed) - 1, -1, -1)
        for i in order:
            near = i - step
            if not 0 <= near < len(absorbed):
                continue
            level, breach = absorbed[i], absorbed[near]
            if level.outcome is not Outcome.UNDETERMINED or breach.outcome is not Outcome.BREACHED:
                continue
            edge = breach.hi if step == 1 else breach.lo
            same_day = day_of(level.lo, scene.zone) == day_of(level.hi, scene.zone) == day_of(edge, scene.zone)
            hour = any(m.lo <= level.lo and level.hi <= m.hi for m in blurred)
            if same_day and hour and level.limit == breach.limit:
                absorbed[i] = replace(breach, lo=level.lo, hi=level.hi)
    return absorbed


def _runs(levels: list[Level]) -> list[list[Level]]:
    runs: list[list[Level]] = []
    for level in levels:
        if runs and runs[-1][-1].kind == level.kind:
            runs[-1].append(level)
        else:
            runs.append([level])
    return runs


def _finding(variant: Variant, run: list[Level], row: Finding) -> Finding:
    shape = variant.shape
    assert isinstance(shape, Limits)
    pick = min if shape.at_most is None else max
    least = pick(level.measured.lo for level in run)
    highs = [level.measured.hi for level in run]
    known_highs = [h for h in highs if h is not None]
    greatest = None if len(known_highs) < len(highs) else pick(known_highs)
    return replace(
        row,
        outcome=run[0].outcome,
        reason=run[0].reason,
        exception=run[0].exception,
        start=run[0].lo,
        until=run[-1].hi,
        measured=(least, greatest),
        limit=shown(run[0].limit),
        witnesses=tuple(sorted({name for level in run for name in level.contributors})),
    )
