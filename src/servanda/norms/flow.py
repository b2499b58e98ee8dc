"""A flow: what came within a window, rolling or by the calendar."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate

from servanda.norms.ceiling import held, shown
from servanda.norms.contribution import Contribution, Key, total
from servanda.norms.facts import Range
from servanda.norms.norm import Each, Limits, Variant
from servanda.norms.prohibition import is_actor
from servanda.norms.scene import Scene, Unknown, When, last_start, shifted, time
from servanda.norms.term import Quantity
from servanda.temporal import BEGINNING_US, DAY_US, END_US, Moment, add_months, day_of, start_of_day_us
from servanda.vocabulary.verdict import Finding, Outcome

_NARROW_US = 2 * DAY_US  # wider than any day, the longest with a change of clocks included


def rolling_findings(
    scene: Scene,
    variant: Variant,
    key: Key,
    mine: list[Contribution],
    span: Quantity,
    lo: int,
    hi: int,
    row: Finding,
) -> Iterator[Finding]:
    """A finding for each act at which the closed window [t - span, t] is not certainly within the limit.

    Where every window is, one finding with the greatest measure.
    """
    tally = Tally(_first_of_each(mine), key, greatest=_of_greatest(variant))
    sources = [c for c in tally.parts if c.key == key]
    own = [c for c in sources if (at := c.act.start) is not None and at.lo <= hi and lo <= at.hi]
    within: list[tuple[Contribution, _Window, Finding]] = []
    for c in own:
        at = _at(c)
        window = _before(scene, span, c, lo, hi)
        if window is None:
            continue
        finding = _judged(scene.at_instant(max(lo, at.lo)), variant, key, tally, window, row)
        if finding.outcome is Outcome.COMPLIED:
            within.append((c, window, finding))
        else:
            yield replace(finding, act=c.act.id, start=window.first, until=at.hi, witnesses=tally.names(window))
    for c in (c for c in sources if c.act.start is None):
        # It may have come at any time: nothing is certain of its window, and everything possible.
        whole = _Window(lo, END_US, BEGINNING_US, hi)
        finding = _judged(scene.at_instant(lo), variant, key, tally, whole, row)
        if finding.outcome is Outcome.COMPLIED:
            within.append((c, whole, finding))
        else:
            yield replace(finding, act=c.act.id, start=lo, until=hi, witnesses=tally.names(whole))
        own.append(c)
    if own and len(within) == len(own):
        _, window, top = max(within, key=_by_measure)
        yield replace(top, start=lo, until=hi, witnesses=tally.names(window))


def _before(scene: Scene, span: Quantity, c: Contribution, lo: int, hi: int) -> _Window | None:
    """The window that ends when the act comes. Where it begins on a day, that day belongs to it.

    Of acts of one day the last has them all in its window: what comes within the day counts. An act that is not known
    to the day may have come before all that came while it may have: then only what came before, and itself, is sure.
    """
    at = _at(c)
    begins = shifted(scene, When(at.lo, at.hi), span, "before")
    if isinstance(begins, Unknown):
        return None
    if at.lo < lo or hi < at.hi:  # it may have come while nobody was bound: then nothing of its window is sure
        return _Window(begins.lo, END_US, BEGINNING_US, at.hi)
    that_day = day_of(at.lo, scene.zone) == day_of(at.hi, scene.zone)
    return _Window(begins.lo, last_start(scene, begins), at.hi if that_day else at.lo, at.hi, c)


@dataclass(frozen=True)
class _Window:
    """From an instant in [first, sure_first] to one in [sure_last, last], both included; `own` is certainly in it."""

    first: int
    sure_first: int
    sure_last: int
    last: int
    own: Contribution | None = None

    def holds(self, c: Contribution) -> bool:
        """Whether the act certainly comes in it."""
        at = c.act.start
        return c is self.own or (at is not None and self.sure_first <= at.lo and at.hi <= self.sure_last)


def _by_measure(found: tuple[Contribution, _Window, Finding]) -> tuple[Fraction, Fraction, int, str]:
    """Greatest last; of equal ones the latest."""
    c, window, finding = found
    least, greatest = finding.measured or (Fraction(0), None)
    return (greatest or Fraction(0), least, window.last, c.act.id)


def calendar_findings(
    scene: Scene, variant: Variant, key: Key, mine: list[Contribution], each: Each, lo: int, hi: int, row: Finding
) -> Iterator[Finding]:
    """A finding for each year or month of the calendar (or counted from a time) in which something counts."""
    tally = Tally(_first_of_each(mine), key, greatest=_of_greatest(variant))
    for first, after in _windows(scene, each, lo, hi):
        window = _Window(first, first, after - 1, after - 1)
        if any(True for _ in tally.possible(window)):
            finding = _judged(scene.at_instant(max(first, lo)), variant, key, tally, window, row)
            if finding.outcome is not Outcome.COMPLIED:
                finding = replace(finding, exceeding=tuple(_exceeding(scene, variant, key, tally, window, row)))
            names = tally.names(window)
            yield replace(finding, start=max(first, lo), until=min(after - 1, hi), witnesses=names)


def _exceeding(
    scene: Scene, variant: Variant, key: Key, tally: Tally, window: _Window, row: Finding
) -> Iterator[tuple[str, bool]]:
    """The acts of the window that are over the limit, counted up to each: certainly, or possibly."""
    for c in tally.possible(window):
        at = c.act.start
        sure_last, last = BEGINNING_US, window.last
        if at is not None:
            that_day = day_of(at.lo, scene.zone) == day_of(at.hi, scene.zone)
            sure_last, last = at.hi if that_day else at.lo, min(at.hi, window.last)
        here = window.holds(c)
        upto = _Window(window.first, window.sure_first, sure_last, last, c if here else None)
        out = _judged(scene.at_instant(last), variant, key, tally, upto, row).outcome
        if out is not Outcome.COMPLIED:
            yield c.act.id, here and out is Outcome.BREACHED and c.adds.certainly and c.key == key


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


def _judged(scene: Scene, variant: Variant, key: Key, tally: Tally, window: _Window, row: Finding) -> Finding:
    shape = variant.shape
    assert isinstance(shape, Limits)
    by = key.bearer if is_actor(variant, shape.range.variable) else None
    upto = min(window.last, scene.world.on)
    more = bool(scene.world.coverage.gaps(shape.range.kinds, by, window.first, upto))
    measured = tally.measured(window, more=more)
    out, reason, limit = held(scene, variant, key, measured)
    return replace(row, outcome=out, reason=reason, measured=(measured.lo, measured.hi), limit=shown(limit))


def _of_greatest(variant: Variant) -> bool:
    shape = variant.shape
    assert isinstance(shape, Limits)
    return shape.measure.function == "greatest"


class Tally:
    """What comes, in the order in which it comes, with sums up to each: a window is the difference of two.

    Acts that are not known to the day are few and stand apart.
    """

    def __init__(self, parts: Sequence[Contribution], key: Key, *, greatest: bool) -> None:
        self.parts = parts
        self.key = key
        self.greatest = greatest
        self.apart = [c for c in parts if (at := c.act.start) is None or at.hi - at.lo > _NARROW_US]
        apart = set(map(id, self.apart))
        self.ordered = sorted((c for c in parts if id(c) not in apart), key=lambda c: _at(c).lo)
        self.width = max((_at(c).hi - _at(c).lo for c in self.ordered), default=0)
        self.starts = [_at(c).lo for c in self.ordered]
        self.least = _sums(self._least(c) for c in self.ordered)
        ends = [self._greatest(c) for c in self.ordered]
        self.most = _sums(Fraction(0) if end is None else end for end in ends)
        self.endless = _sums(Fraction(end is None) for end in ends)

    def measured(self, window: _Window, *, more: bool) -> Range:
        """The measure in the window; `more`: there may be acts that are not on record."""
        if self.greatest:
            amounts = [(window.holds(c) and self._sure(c), c.amount) for c in self.possible(window) if c.adds.possibly]
            return total(amounts, greatest=True, more=more)
        a, b = self._certain(window)
        sure = [c for c in (*self.ordered[b : self._after(window.sure_last)], *self.apart) if window.holds(c)]
        if window.own is not None and not any(c is window.own for c in sure) and not self._among(window.own, a, b):
            sure.append(window.own)
        least = sum((self._least(c) for c in sure), self.least[b] - self.least[a])
        a, b = bisect_left(self.starts, window.first), self._after(window.last)
        ends = [self._greatest(c) for c in self._beside(window)]
        if more or self.endless[b] > self.endless[a] or any(end is None for end in ends):
            return Range(least, None)
        return Range(least, sum((end for end in ends if end is not None), self.most[b] - self.most[a]))

    def possible(self, window: _Window) -> Iterator[Contribution]:
        """What possibly comes in the window."""
        yield from self.ordered[bisect_left(self.starts, window.first) : self._after(window.last)]
        yield from self._beside(window)

    def names(self, window: _Window) -> tuple[str, ...]:
        """The ids of what possibly adds to the measure in the window."""
        return tuple(sorted({c.act.id for c in self.possible(window) if c.adds.possibly}))

    def _certain(self, window: _Window) -> tuple[int, int]:
        """Between which places all certainly come in the window."""
        first = bisect_left(self.starts, window.sure_first)
        return first, max(first, self._after(window.sure_last - self.width))

    def _among(self, c: Contribution, a: int, b: int) -> bool:
        at = _at(c)
        return at.hi - at.lo <= self.width and a < b and self.starts[a] <= at.lo <= self.starts[b - 1]

    def _beside(self, window: _Window) -> Iterator[Contribution]:
        """What began before the window does, or may have, and possibly comes in it."""
        first = bisect_left(self.starts, window.first - self.width)
        for c in (*self.ordered[first : bisect_left(self.starts, window.first)], *self.apart):
            at = c.act.start
            if at is None or (at.lo <= window.last and at.hi >= window.first):
                yield c

    def _after(self, at: int) -> int:
        return bisect_right(self.starts, at)

    def _sure(self, c: Contribution) -> bool:
        return c.adds.certainly and c.key == self.key and c.piece.here.certainly

    def _least(self, c: Contribution) -> Fraction:
        return c.amount.lo if self._sure(c) and isinstance(c.amount, Range) else Fraction(0)

    def _greatest(self, c: Contribution) -> Fraction | None:
        if not c.adds.possibly:
            return Fraction(0)
        return c.amount.hi if isinstance(c.amount, Range) else None


def _sums(amounts: Iterable[Fraction]) -> list[Fraction]:
    return list(accumulate(amounts, initial=Fraction(0)))


def _at(c: Contribution) -> Moment:
    start = c.act.start
    assert start is not None
    return start


def _first_of_each(pieces: list[Contribution]) -> list[Contribution]:
    """The first piece of each act and key: a flow counts an act when it comes."""
    seen: dict[tuple[str, Key], Contribution] = {}
    for c in pieces:
        seen.setdefault((c.act.id, c.key), c)
    return list(seen.values())
