"""A flow: what came within a window, rolling or by the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from servanda.norms.ceiling import held, shown
from servanda.norms.contribution import Contribution, Key, belonging, total
from servanda.norms.facts import Range
from servanda.norms.norm import Each, Limits, Variant
from servanda.norms.prohibition import is_actor
from servanda.norms.scene import Scene, Unknown, When, shifted, time
from servanda.norms.term import Quantity
from servanda.temporal import BEGINNING_US, END_US, Moment, add_months, day_of, start_of_day_us
from servanda.vocabulary.verdict import Finding, Outcome


def rolling_findings(
    scene: Scene,
    variant: Variant,
    key: Key,
    everything: list[Contribution],
    span: Quantity,
    lo: int,
    hi: int,
    row: Finding,
) -> Iterator[Finding]:
    """A finding for each act at which the closed window [t - span, t] is not certainly within the limit.

    Where every window is, one finding with the greatest measure.
    """
    mine = _once(belonging(key, everything))
    own = [c for c in mine if c.key == key and _start(c) is not None and lo <= _at(c).lo and _at(c).hi <= hi]
    within: list[Finding] = []
    for c in own:
        at = _at(c)
        window = shifted(scene, When(at.lo, at.hi), span, "before")
        if isinstance(window, Unknown):
            continue
        finding = _judged(scene.at_instant(at.lo), variant, key, mine, _Window(window.lo, window.hi, at.lo, at.hi), row)
        if finding.outcome is Outcome.COMPLIED:
            within.append(finding)
        else:
            yield replace(finding, act=c.act.id, start=window.lo, until=at.hi)
    for c in (c for c in mine if c.key == key and _start(c) is None):
        # It may have come at any time: nothing is certain of its window, and everything possible.
        whole = _Window(lo, END_US, BEGINNING_US, hi)
        finding = _judged(scene.at_instant(lo), variant, key, mine, whole, row)
        if finding.outcome is Outcome.COMPLIED:
            within.append(finding)
        else:
            yield replace(finding, act=c.act.id, start=lo, until=hi)
        own.append(c)
    if own and len(within) == len(own):
        yield _greatest(within, lo, hi)


class _Window:
    """From an instant in [first, sure_first] to one in [sure_last, last], both included."""

    def __init__(self, first: int, sure_first: int, sure_last: int, last: int) -> None:
        self.first, self.sure_first, self.sure_last, self.last = first, sure_first, sure_last, last


def calendar_findings(
    scene: Scene, variant: Variant, key: Key, everything: list[Contribution], each: Each, lo: int, hi: int, row: Finding
) -> Iterator[Finding]:
    """A finding for each year or month of the calendar (or counted from a time) in which something counts."""
    mine = _once(belonging(key, everything))
    for first, after in _windows(scene, each, lo, hi):
        window = _Window(first, first, after - 1, after - 1)
        if any(_in(c, window)[1] for c in mine):
            finding = _judged(scene.at_instant(max(first, lo)), variant, key, mine, window, row)
            yield replace(finding, start=max(first, lo), until=min(after - 1, hi))


def _windows(scene: Scene, each: Each, lo: int, hi: int) -> Iterator[tuple[int, int]]:
    start = _first_window(scene, each, lo)
    months = 12 if each.unit == "year" else 1
    index = 0
    while True:
        first = start_of_day_us(add_months(start, months * index), scene.zone)
        after = start_of_day_us(add_months(start, months * (index + 1)), scene.zone)
        if first > hi:
            return
        if after > lo:
            yield first, after
        index += 1


def _first_window(scene: Scene, each: Each, lo: int) -> date:
    if each.start is not None:
        when = time(scene, each.start)
        if not isinstance(when, Unknown):
            return day_of(when.lo, scene.zone)
    day = day_of(lo, scene.zone)
    return day.replace(month=1, day=1) if each.unit == "year" else day.replace(day=1)


def _judged(
    scene: Scene, variant: Variant, key: Key, mine: list[Contribution], window: _Window, row: Finding
) -> Finding:
    measured, names = _measure(scene, variant, key, mine, window)
    out, reason, limit = held(scene, variant, key, measured)
    return replace(
        row,
        outcome=out,
        reason=reason,
        measured=(measured.lo, measured.hi),
        limit=shown(limit),
        witnesses=tuple(sorted(names)),
    )


def _measure(
    scene: Scene, variant: Variant, key: Key, mine: list[Contribution], window: _Window
) -> tuple[Range, set[str]]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    by = key.bearer if is_actor(variant, shape.range.variable) else None
    upto = min(window.last, scene.world.on)
    more = bool(scene.world.coverage.gaps(shape.range.kinds, by, window.first, upto))
    amounts: list[tuple[bool, Range | Unknown]] = []
    names: set[str] = set()
    for c in mine:
        certainly, possibly = _in(c, window)
        if possibly and c.adds.possibly:
            names.add(c.act.id)
            amounts.append((certainly and c.adds.certainly and c.key == key, c.amount))
    return total(amounts, greatest=shape.measure.function == "greatest", more=more), names


def _in(c: Contribution, window: _Window) -> tuple[bool, bool]:
    """Whether the act's start certainly and possibly lies in the window."""
    at = _start(c)
    if at is None:
        return False, True
    certainly = window.sure_first <= at.lo and at.hi <= window.sure_last
    return certainly, at.lo <= window.last and at.hi >= window.first


def _start(c: Contribution) -> Moment | None:
    start = c.act.get("start")
    return start if isinstance(start, Moment) else None


def _at(c: Contribution) -> Moment:
    start = _start(c)
    assert start is not None
    return start


def _once(pieces: Iterator[Contribution]) -> list[Contribution]:
    """The first piece of each act and key: a flow counts an act when it comes."""
    seen: dict[tuple[str, Key], Contribution] = {}
    for c in pieces:
        seen.setdefault((c.act.id, c.key), c)
    return list(seen.values())


def _greatest(within: list[Finding], lo: int, hi: int) -> Finding:
    """One finding for all windows that are within the limit: that of the greatest measure."""
    top = max(within, key=lambda f: (f.measured[1] or Fraction(0), f.measured[0], f.witnesses) if f.measured else ())
    return replace(top, start=lo, until=hi)
