"""Conduct that is due (deontic: obligation), with its deadline; achievement and maintenance.

One finding for each trigger and bearer. What is owed and by when are never mixed, so that "given, but three days
short" can be found and said. Late performance stays a breach, with its cure and its lateness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from servanda.norms.bearers import answering, answers, bearers
from servanda.norms.bound import bound_during, union
from servanda.norms.condition import ActRange, Offset, Order, PartyRange
from servanda.norms.cuts import cuts, spread
from servanda.norms.deadline import Deadline, deadline
from servanda.norms.evaluate import holds, things_in
from servanda.norms.extension import extended, in_extension, opening
from servanda.norms.facts import Act, Bound, World
from servanda.norms.finding import blank, throughout
from servanda.norms.maintenance import kept_up, standing
from servanda.norms.matching import Claimant, Left, left_for
from servanda.norms.norm import KeptUp, Requires, Strength, Variant
from servanda.norms.occasion import Occasion, arises, label, occasions, of_populations, others_apart, trigger_act
from servanda.norms.presence import presence, stands_by_itself
from servanda.norms.prohibition import is_actor
from servanda.norms.recorded import covered, none_missing
from servanda.norms.scene import Scene, Unknown, When, time
from servanda.norms.spread import time_wanting
from servanda.norms.timing import stands
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.norms.unengaged import Unengaged, unengaged
from servanda.temporal import BEGINNING_US, END_US, Moment
from servanda.vocabulary.verdict import Fact, Finding, Outcome, Reason


@dataclass(frozen=True)
class Candidate:
    """An act that may discharge the duty: whether it is the one owed, whether in time, and when it was."""

    act: Act
    owed: Truth
    in_time: Truth
    when: When | None

    @property
    def met(self) -> Truth:
        """Owed and in time."""
        return conjunction((self.owed, self.in_time))

    @property
    def order(self) -> tuple[int, int, str]:
        """Earliest first; acts of one instant by id."""
        if self.when is None:
            return (END_US, END_US, self.act.id)
        return (self.when.lo, self.when.hi, self.act.id)


@dataclass(frozen=True)
class Duty:
    """One occasion of a duty for one bearer, with everything its outcome rests on."""

    scene: Scene
    bound: Bound
    engaged: Truth
    due: Deadline
    candidates: tuple[Candidate, ...]
    exceptions: tuple[tuple[str, bool, Truth], ...]
    lines: tuple[tuple[bool, bool], ...]
    occasion: tuple[tuple[str, str], ...]
    trigger: str | None

    @property
    def met(self) -> Truth:
        """Some act discharges it in time."""
        return disjunction(c.met for c in self.candidates)


def findings(world: World, variant: Variant) -> Iterator[Finding]:
    """Every finding of an obligation."""
    shape = variant.shape
    assert isinstance(shape, Requires), variant.id
    duties = [
        duty for occasion in occasions(world, variant, planned=True) for duty in _duties(world, variant, occasion)
    ]
    if shape.matching == "one to one":
        duties = one_to_one(duties)
    found = [finding for duty in duties for finding in judged(variant, duty)]
    yield from found
    yield from without_trigger(world, variant, found)


def _duties(world: World, variant: Variant, occasion: Occasion) -> Iterator[Duty]:
    assert variant.bearer is not None
    for bearer in answering(world, variant, occasion.scene):
        scene = occasion.scene.with_bearer(bearer)
        if not others_apart(variant, scene):
            continue
        for bound, inside in _bound_at(world, variant, scene):
            possible = (
                _duty(world, variant, occasion, scene.at_instant(at), bound, inside)
                for at in _days(world, variant, scene, bound)
            )
            duty = next((d for d in possible if d is not None), None)
            if duty is not None:
                yield duty


def _days(world: World, variant: Variant, scene: Scene, bound: Bound) -> list[int]:
    """The occasion's day; where the trigger's is not known, every day from which conditions may read otherwise."""
    trigger = trigger_act(variant, scene)
    if trigger is None or trigger.start is not None:
        return [max(scene.at, bound.start)]
    last = min(bound.until - 1, world.on)
    edges = {bound.start, last, *cuts(world, variant, bound.start, last)}
    for term in (variant.start, variant.until):
        when = None if term is None else time(scene, term)
        if isinstance(when, When) and bound.start <= when.lo <= last:
            edges |= {when.lo, max(bound.start, when.lo - 1)}
    return sorted(edges)


def _bound_at(world: World, variant: Variant, scene: Scene) -> Iterator[tuple[Bound, Truth]]:
    """The stretches in which the trigger can lie, and whether it certainly does.

    A duty without a trigger arises once in each. A trigger that stands (a deployment, a base) arises for as long as
    it stands: what is there on the first day bound triggers on that day.
    """
    spans = world.bound.get(scene.bearer, ()) if scene.bearer is not None else union(world)
    trigger = trigger_act(variant, scene)
    for bound in spans:
        if bound.start > world.on:
            continue
        inside = _inside(world, scene, trigger, bound) if _has_trigger(variant) else TRUE
        if inside.possibly:
            yield bound, inside


def _has_trigger(variant: Variant) -> bool:
    return any(not isinstance(r, PartyRange) for r in variant.for_each)


def _inside(world: World, scene: Scene, trigger: Act | None, bound: Bound) -> Truth:
    """Whether the trigger lies in the stretch."""
    if trigger is None:
        return known(bound.start <= scene.at < bound.until)
    there = presence(world, trigger) if stands_by_itself(trigger) else None
    if there is not None:
        return there.here(trigger, bound.start, bound.until - 1, scene.zone)
    start = trigger.start
    lo, hi = (start.lo, start.hi) if start is not None else (BEGINNING_US, END_US)
    if bound.start <= lo and hi < bound.until:
        return TRUE
    if not (bound.start <= hi and lo < bound.until):
        return FALSE
    return unknown(time_wanting(trigger, "start", Moment(lo, hi), scene.zone))


def _duty(
    world: World, variant: Variant, occasion: Occasion, scene: Scene, bound: Bound, bearer_bound: Truth
) -> Duty | None:
    shape = variant.shape
    assert isinstance(shape, Requires)
    known_bearer = TRUE if scene.bearer is not None else unknown(Fact.of("bearer"))
    first, last = _arises(variant, scene, bound)
    trigger = trigger_act(variant, scene)
    scene = scene if trigger is None else spread(scene, variant, first, last, trigger)
    when = [holds(scene, line.condition) for line in variant.when]
    engaged = conjunction(
        (
            occasion.here,
            known_bearer,
            answers(scene, variant),
            of_populations(variant, scene),
            bearer_bound,
            _owed_party_bound(world, variant, scene, last),
            _in_term(variant, scene, last),
            *when,
        )
    )
    if not engaged.possibly:
        return None
    due = deadline(scene, shape.due)
    moved = extended(scene, variant, due)
    candidates = tuple(sorted(_candidates(scene, shape, due, moved), key=lambda c: c.order))
    return Duty(
        scene=scene,
        bound=bound,
        engaged=engaged,
        due=moved,
        candidates=candidates,
        exceptions=tuple((e.name, e.replaces, holds(scene, e.condition)) for e in variant.unless),
        lines=tuple((t.certainly, t.possibly) for t in when),
        occasion=occasion.key(variant),
        trigger=_trigger(variant, scene),
    )


def _trigger(variant: Variant, scene: Scene) -> str | None:
    act = trigger_act(variant, scene)
    return act.id if act is not None else None


def _arises(variant: Variant, scene: Scene, bound: Bound) -> tuple[int, int]:
    """Between which two instants of the stretch the duty arises."""
    first, last = arises(variant, scene)
    return first, max(first, min(last, bound.until - 1))


def _owed_party_bound(world: World, variant: Variant, scene: Scene, last: int) -> Truth:
    """A duty is owed to somebody who is bound too, where the norm names one."""
    if variant.owed_to is None:
        return TRUE
    codes = bearers(scene, variant.owed_to)
    return disjunction(bound_during(world, code, scene.at, last) for code in codes) if codes else FALSE


def _in_term(variant: Variant, scene: Scene, last: int) -> Truth:
    """Whether the occasion, which is in [scene.at, last], lies between the norm's own `from` and `until`."""
    truths = []
    for term, after in ((variant.start, True), (variant.until, False)):
        if term is None:
            continue
        when = time(scene, term)
        if isinstance(when, Unknown):
            truths.append(unknown(*when.missing))
        elif (scene.at >= when.lo) == (last >= when.lo):
            truths.append(known((scene.at >= when.lo) is after))
        else:
            truths.append(unknown(*_time_of_trigger(variant, scene)))
    return conjunction(truths)


def _time_of_trigger(variant: Variant, scene: Scene) -> tuple[Fact, ...]:
    act = trigger_act(variant, scene)
    if act is None or act.start is None:
        return ()
    return (time_wanting(act, "start", act.start, scene.zone),)


def _candidates(scene: Scene, shape: Requires, due: Deadline, moved: Deadline) -> Iterator[Candidate]:
    for inner, here in things_in(scene, shape.range):
        act = inner.things[shape.range.variable]
        assert isinstance(act, Act)
        owed = conjunction((here, *(holds(inner, line.condition) for line in shape.where)))
        if owed.possibly:
            when = _time_of(inner, shape)
            in_time = in_extension(_in_time(inner, shape, when), _opened(inner, shape, when), when, due, moved)
            yield Candidate(act, owed, in_time, when)


def _time_of(scene: Scene, shape: Requires) -> When | None:
    if not isinstance(shape.due, Order | Offset):
        return None
    when = time(scene, shape.due.left)
    return when if isinstance(when, When) else None


def _in_time(scene: Scene, shape: Requires, when: When | None) -> Truth:
    if not isinstance(shape.due, Order | Offset):
        return TRUE
    if when is None:
        variable = shape.range.variable
        return unknown(Fact.of("attribute", attribute="time", act=label(scene.things[variable])))
    return stands(scene, when, shape.due)


def _opened(scene: Scene, shape: Requires, when: When | None) -> Truth:
    """Whether the time in which it can be done had begun."""
    first = opening(shape.due) if isinstance(shape.due, Order | Offset) else None
    return TRUE if first is None or when is None else stands(scene, when, first)


# ---- outcome


def outcome(
    engaged: Truth, met: Truth, due: Deadline, on: int, exceptions: Sequence[tuple[str, bool, Truth]], complete: bool
) -> tuple[Outcome, Reason, str | None]:
    """The outcome of a duty that is possibly engaged.

    `complete`: the record claims to hold every act that could have discharged it in time. The order matters: done
    counts before everything, an open window before doubt, doubt before the end of the record.
    """
    if engaged.certainly and met.certainly:
        return Outcome.COMPLIED, Reason.DONE_IN_TIME, None
    for name, replaces, truth in exceptions:
        if truth.certainly and engaged.certainly:
            if replaces:
                return Outcome.NOT_ENGAGED, Reason.PREVAILED, name
            return Outcome.COMPLIED, Reason.EXCEPTION, name
    if due.earliest is not None and on <= due.earliest:
        return Outcome.PENDING, Reason.WINDOW_OPEN, None
    if met.possibly or engaged.unknown or any(t.possibly for _, _, t in exceptions):
        return Outcome.UNDETERMINED, Reason.FACT_MISSING, None
    if due.open:
        return Outcome.PENDING, Reason.NO_DEADLINE, None
    if due.earliest is None or due.latest is None or on <= due.latest:
        return Outcome.UNDETERMINED, Reason.FACT_MISSING, None
    return (Outcome.BREACHED, Reason.NOT_DONE, None) if complete else (Outcome.OVERDUE, Reason.NO_COVERAGE, None)


def softened(strength: Strength, out: Outcome, reason: Reason) -> tuple[Outcome, Reason]:
    """What is recommended or voluntary can be kept and not breached."""
    if strength == "shall" or out in (Outcome.COMPLIED, Outcome.UNDETERMINED) or reason is Reason.PREVAILED:
        return out, reason
    return Outcome.NOT_ENGAGED, Reason.RECOMMENDED if strength == "should" else Reason.VOLUNTARY


def judged(variant: Variant, duty: Duty) -> Iterator[Finding]:
    """The finding of one duty; several where it is to be kept up at all times."""
    shape = variant.shape
    assert isinstance(shape, Requires)
    row = _row(variant, duty)
    if shape.due == "at all times":
        yield from standing(variant, duty.scene, duty.engaged, duty.bound, row)
        return
    if isinstance(shape.due, KeptUp):
        yield kept_up(duty.scene, shape.due, duty.engaged, [c.act for c in duty.candidates if c.owed.certainly], row)
        return
    out, reason, exception = outcome(
        duty.engaged, duty.met, duty.due, duty.scene.world.on, duty.exceptions, _complete(variant, duty)
    )
    late = _late(duty) if out is Outcome.BREACHED else None
    if late is not None:
        reason = Reason.DONE_LATE
    out, reason = softened(variant.strength, out, reason)
    done = late or _witness(duty)
    yield replace(
        row,
        outcome=out,
        reason=reason,
        exception=exception,
        cured_at=late.when.lo if late is not None and late.when is not None else None,
        late_by=_lateness(duty, late),
        witnesses=(done.act.id,) if done is not None else (),
    )


def _row(variant: Variant, duty: Duty) -> Finding:
    scene = duty.scene
    owed = bearers(scene, variant.owed_to) if variant.owed_to is not None else ()
    return replace(
        blank(variant, scene.bearer, duty.bound),
        counterparty=owed[0] if len(owed) == 1 else None,
        occasion=duty.occasion,
        act=duty.trigger,
        start=scene.at,
        due=duty.due.earliest,
        due_latest=duty.due.latest if duty.due.latest != duty.due.earliest else None,
        lines=duty.lines,
    )


def _complete(variant: Variant, duty: Duty) -> bool:
    shape = variant.shape
    assert isinstance(shape, Requires)
    assert isinstance(shape.range, ActRange), "what is owed is an act"
    lo = duty.due.opens if duty.due.opens is not None else BEGINNING_US
    hi = duty.due.latest if duty.due.latest is not None else duty.scene.world.on
    return lo > hi or none_missing(duty.scene, shape.range, shape.where, lo, hi)


def _witness(duty: Duty) -> Candidate | None:
    """The earliest act that certainly discharges it, else the earliest that may, else the earliest that is owed."""
    for fits in (lambda c: c.met.certainly, lambda c: c.met.possibly, lambda c: c.owed.certainly, lambda c: True):
        for candidate in duty.candidates:
            if fits(candidate):
                return candidate
    return None


def _late(duty: Duty) -> Candidate | None:
    """The earliest act that is certainly the one owed and certainly after the deadline."""
    due = duty.due.latest
    if due is None:
        return None
    return next((c for c in duty.candidates if c.owed.certainly and c.when is not None and c.when.lo > due), None)


def _lateness(duty: Duty, late: Candidate | None) -> int | None:
    """Microseconds from the deadline to the cure; from the end of the day on which a day-only deadline ends."""
    if late is None or late.when is None or duty.due.latest is None:
        return None
    return late.when.lo - duty.due.latest


# ---- one to one


def one_to_one(duties: list[Duty]) -> list[Duty]:
    """Each act discharges one occasion at most; one that may have been used by another is only possibly left."""
    left = left_for([_claimant(duty) for duty in duties])
    return [replace(duty, candidates=tuple(_left(duty, one))) for duty, one in zip(duties, left, strict=True)]


def _claimant(duty: Duty) -> Claimant:
    offers = tuple((c.act.id, c.met) for c in duty.candidates if c.met.possibly)
    return Claimant(duty.engaged, duty.due, duty.occasion, offers)


def _left(duty: Duty, left: Left) -> Iterator[Candidate]:
    """The candidates that are left; where one certainly discharges the duty, that one alone."""
    here = [replace(c, in_time=left.of(c.act.id, c.in_time)) for c in duty.candidates if c.act.id not in left.gone]
    taken = next((c for c in here if c.met.certainly), None)
    yield from here if taken is None or not duty.engaged.certainly else (taken,)


# ---- no trigger


def without_trigger(world: World, variant: Variant, found: list[Finding]) -> Iterator[Finding]:
    """For every party that the norm addresses: no occasion is on record in a stretch in which it is bound."""
    for one in unengaged(world, variant, found):
        out, reason = _no_trigger(world, variant, one)
        yield throughout(variant, one.party, one.bound, out, reason)


def _no_trigger(world: World, variant: Variant, one: Unengaged) -> tuple[Outcome, Reason]:
    if one.open_elsewhere:
        return softened(variant.strength, Outcome.UNDETERMINED, Reason.FACT_MISSING)
    if _no_trigger_missing(world, variant, one):
        return Outcome.NOT_ENGAGED, Reason.NO_TRIGGER
    return softened(variant.strength, Outcome.UNDETERMINED, Reason.NO_COVERAGE)


def _no_trigger_missing(world: World, variant: Variant, one: Unengaged) -> bool:
    """Whether the record claims to hold every trigger in the stretch, or every one that the party set off."""
    scene = Scene(world, one.bound.start, bearer=one.party)
    return all(
        not covered(
            scene, r.kinds, one.party if is_actor(variant, r.variable) else None, one.bound.start, one.bound.until - 1
        ).possibly
        for r in variant.for_each
        if isinstance(r, ActRange)
    )
