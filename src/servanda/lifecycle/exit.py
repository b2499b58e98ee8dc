"""Exit and end (VCLT 54 to 56, 67, 68, 78): the stretches of being bound, cut where a State leaves or the term ends.

Notices are taken in the order in which they count, since whom the others are hangs on who has left. A State that has
left and consents anew is bound anew. Where a State leaves and fewer than two remain, the one that remains owes nobody
anything: it is bound again when another joins it, unless there were only two in all; then the treaty has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from servanda.lifecycle.entry import Consent, consent
from servanda.lifecycle.life import (
    Life,
    Span,
    denies,
    effect,
    kinds,
    moment,
    received,
    revocations,
    whole_day,
)
from servanda.lifecycle.receipt import counted_from
from servanda.norms.condition import Has, InForce, IsIn, leaves
from servanda.norms.evaluate import holds
from servanda.norms.facts import Act, Bound, World
from servanda.norms.norm import Stage, walk
from servanda.norms.scene import Scene, Unknown, When, first_end, last_start, span_of, time
from servanda.norms.term import Shifted
from servanda.norms.truth import TRUE, Truth, unknown
from servanda.temporal import BEGINNING_US, END_US, CalendarSpan, Moment, day_of, shift_day, start_of_day_us
from servanda.vocabulary.verdict import Fact

Stretches = dict[str, list[Bound]]
FEWEST = 2
_UNCLAUSED = CalendarSpan(months=12)  # VCLT 56(2)


def stretches(life: Life, first: Mapping[str, Consent], common: int) -> dict[str, tuple[Bound, ...]]:
    """When each State is bound, from the consent by which it first was."""
    bound: Stretches = {code: [Bound(c.start, END_US)] for code, c in sorted(first.items())}
    given = {code: c.given for code, c in first.items()}
    for notice, code in _notices(life, tuple(sorted(first))):
        _leave(life, bound, given, notice, code, common)
    _cut(bound, _term(life, common))
    for name in ("exit", "end", "suspension"):
        _cut(bound, _unrun(life, name))
    kept = {code: [b for b in spans if b.start < b.until] for code, spans in bound.items()}
    return {code: tuple(spans) for code, spans in _together({c: s for c, s in kept.items() if s}).items()}


# ---- notices


@dataclass(frozen=True)
class Notice:
    """A notice, and when it counts as given."""

    act: Act
    when: When
    known: bool = True  # that it counts at some time


def _notices(life: Life, codes: tuple[str, ...]) -> Iterator[tuple[Notice, str]]:
    counted, since = _ending(life), counted_from(life.agreement)
    found = [
        (_counted(since, act), code)
        for act in life.acts
        if act.kind in counted and received(act) <= life.world.on
        for code in codes
        if _concerned(act, code)
    ]
    yield from sorted(found, key=lambda one: (one[0].when.lo, one[0].act.id, one[1]))


def _ending(life: Life) -> frozenset[str]:
    """The kinds of instrument by which a State may leave or be put out."""
    stage = life.stage("exit")
    if stage is None or stage.run:
        return frozenset({"notice"})
    return kinds(stage.when) | {"notice", "exclusion"}


def _concerned(act: Act, code: str) -> bool:
    about = act.get("about")
    return code in about if act.kind == "exclusion" and isinstance(about, tuple) else act.get("by") == code


def _counted(since: str, act: Act) -> Notice:
    """When the notice counts; from its circulation only where that is on record."""
    when = moment(act)
    known = since != "circulation" or isinstance(act.get("circulated"), Moment)
    return Notice(act, When(when.lo, when.hi), known)


def _leave(life: Life, bound: Stretches, given: dict[str, int], notice: Notice, code: str, common: int) -> None:
    """Cut the State's stretch where the notice takes effect, and begin another where it consents anew."""
    current = bound[code][-1]
    if (
        notice.when.hi < given[code]
        or current.until <= notice.when.lo
        or not _reached_all(life, bound, notice, code, given[code])
    ):
        return
    span = _freed(life, notice, code, current.start)
    out = None if span is None else life.end(span)
    if out is None or any(received(r) < out for r in revocations(life, notice.act)):
        return
    bound[code][-1] = replace(current, until=min(current.until, max(out, current.start)))
    anew = consent(life, code, common, since=notice.when.hi)
    if anew is not None:
        bound[code].append(Bound(max(anew.start, bound[code][-1].until), END_US))
        given[code] = anew.given


def _freed(life: Life, notice: Notice, code: str, start: int) -> Span | None:
    """The first day free; None where the clause gives the notice no effect."""
    stage = life.stage("exit")
    if stage is None:
        ends = life.stage("end")
        return None if ends is not None and "notice" in kinds(ends.when) else _unclaused(life, notice, code)
    if denies(stage):
        return None
    act = replace(notice.act, values={**notice.act.values, "received": Moment(notice.when.lo, notice.when.hi)})
    alone = dict.fromkeys(_ending(life), ()) | {act.kind: (act,)}
    world = replace(life.world, entry_for={code: start}, acts={**life.world.acts, **alone})
    met = _met(life, world, stage, notice, code)
    if stage.run and not met.possibly:
        return None
    span = Span(notice.when.lo, None) if stage.effect is None else effect(life, stage, notice.when, code, world)
    if not stage.run or not notice.known:
        life.hangs_on_clause(code, "exit")
        return Span(span.soonest, None)
    if not met.certainly:
        life.hangs(code, *met.missing)
        return Span(span.soonest, None)
    if span.latest != span.soonest and not moment(notice.act).sharp:
        life.hangs(code, Fact.of("hour", act=notice.act.id))
    return span


def _met(life: Life, world: World, stage: Stage, notice: Notice, code: str) -> Truth:
    """Whether the notice meets the clause: not known where that asks for more than a notice."""
    if stage.run and stage.when is None:  # a right to leave, whatever it rests on, is used by notice
        return TRUE
    if stage.when is None or not all(isinstance(part, Has) for part in leaves(stage.when)):
        return unknown()
    return holds(Scene(world, whole_day(life, notice.when.hi)[1], it=code, that=notice.when), stage.when)


def _unclaused(life: Life, notice: Notice, code: str) -> Span:
    """Without a clause a right to leave may be implied, on twelve months' notice (VCLT 56): nobody can compute it."""
    life.rules["VCLT 56"] = None
    life.hangs_on_clause(code, "exit", Fact.of("right-to-leave"))
    day = shift_day(day_of(notice.when.lo, life.zone), _UNCLAUSED, 1, life.agreement.counting)
    return Span(start_of_day_us(day, life.zone), None)


def _reached_all(life: Life, bound: Stretches, notice: Notice, code: str, since: int) -> bool:
    """Whether the last other party has it too, where there is no depositary to tell them (VCLT 78)."""
    receipt = counted_from(life.agreement) == "receipt"
    if life.agreement.depositary is not None or not receipt or not isinstance(notice.act.get("to"), tuple):
        return True
    at = notice.when.lo
    others = {c for c, spans in bound.items() if c != code and any(b.start <= at < b.until for b in spans)}
    told = {
        to
        for act in life.by(code, {notice.act.kind})
        if since <= received(act) <= at and isinstance(addressed := act.get("to"), tuple)
        for to in addressed
    }
    return others <= told


# ---- the term, and what is not run


def _term(life: Life, common: int) -> int | None:
    """The first instant after the term of the treaty."""
    stage = life.stage("duration")
    if stage is None:
        return None
    span = Span(common, None) if stage.effect is None else _after(life, stage.effect)
    if not stage.run or span.latest is None:
        life.hangs_on_clause(None, "duration")
        span = Span(span.soonest, None)
    return life.end(span)


def _after(life: Life, ends: object) -> Span:
    """After the anniversary, which is the last day of the term, as the day it began is not counted (or the one before,
    where that is counted)."""
    assert isinstance(ends, Shifted)
    scene = Scene(life.world, BEGINNING_US)
    when, lasts = time(scene, ends), span_of(scene, ends.amount)
    if isinstance(when, Unknown) or isinstance(lasts, Unknown):
        return Span(life.world.entry or BEGINNING_US, None)
    counted = life.agreement.counting.first_day_included and isinstance(lasts, CalendarSpan) and not lasts.days
    if not when.day or counted:
        return Span(when.lo, last_start(scene, when))
    return Span(first_end(scene, when) + 1, when.hi + 1)


def _unrun(life: Life, name: str) -> int | None:
    """From when a clause that is not run may have freed everybody: where an instrument of which it speaks is there."""
    stage = life.stage(name)
    if stage is None or stage.run or denies(stage):
        return None
    if any(isinstance(part, InForce | IsIn) for part in walk(stage.when)):
        life.hangs_on_clause(None, name)
        return life.end(Span(BEGINNING_US, None))
    said = kinds(stage.when) if name != "exit" else frozenset()  # each State's own notice was taken before
    told = [received(a) for a in life.acts if a.kind in said and received(a) <= life.world.on]
    if not told:
        return None
    life.hangs_on_clause(None, name)
    that = When(*whole_day(life, min(told)))
    return life.end(Span(effect(life, stage, that, None).soonest, None))


def _cut(bound: Stretches, at: int | None) -> None:
    if at is not None:
        for code, spans in bound.items():
            bound[code] = [replace(b, until=min(b.until, max(at, b.start))) for b in spans]


def _together(bound: Stretches) -> Stretches:
    """The stretches without those in which one that others have left is bound alone."""
    for at in sorted({b.until for spans in bound.values() for b in spans if b.until < END_US}):
        here = [code for code, spans in bound.items() if any(b.start <= at < b.until for b in spans)]
        left = any(b.until == at for spans in bound.values() for b in spans)
        if len(here) != 1 or not left:
            continue
        (alone,) = here
        joined = [b.start for code, spans in bound.items() if code != alone for b in spans if b.start > at]
        back = END_US if len(bound) == FEWEST else min(joined, default=END_US)
        bound = {**bound, alone: list(_without(bound[alone], at, back))}
        if len(bound) == FEWEST:
            return {code: [b for b in spans if b.start < at] for code, spans in bound.items()}
    return bound


def _without(spans: list[Bound], lo: int, hi: int) -> Iterator[Bound]:
    for b in spans:
        for one in (Bound(b.start, min(b.until, lo)), Bound(max(b.start, hi), b.until)):
            if one.start < one.until:
                yield one
