"""Due dates that those who may do so have moved.

An extension is an act about the occasion. It moves the date to which it is `effective`, at most as far as the words
allow, and only while the time still runs: what was due and not done stays late (point 9). So it must have been made,
and whoever must agree must have agreed, by the end of the time that it moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from servanda.norms.condition import ActRange, BreachRange, Offset, Order
from servanda.norms.deadline import Deadline
from servanda.norms.evaluate import holds
from servanda.norms.facts import Act
from servanda.norms.judgement import names_norm
from servanda.norms.norm import MayExtend, Requires, Variant
from servanda.norms.recorded import acts_of, covered, exists, pinned_party
from servanda.norms.scene import Scene, Unknown, When, shifted
from servanda.norms.term import Shifted
from servanda.norms.timing import blurred
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.temporal import BEGINNING_US, END_US, Moment, day_of, end_of_day_us
from servanda.vocabulary.verdict import Fact

EXTENSION = "extension"


@dataclass(frozen=True)
class _Running:
    """The time as moved so far, and how many extensions certainly and possibly moved it."""

    due: Deadline
    certain: int = 0
    possible: int = 0


def opening(due: Order | Offset) -> Order | None:
    """From when on an act can be in time, however far the end is moved; None where the words do not say."""
    match due:
        case Offset(bound="within", direction="after"):
            return Order(due.left, "on or after", due.anchor)
        case Offset(bound="within"):
            return Order(due.left, "on or after", Shifted(due.amount, due.direction, due.anchor))
    return None


def in_extension(in_time: Truth, opened: Truth, when: When | None, due: Deadline, moved: Deadline) -> Truth:
    """Whether an act of that time is in time once the end has been moved from `due` to `moved`."""
    if when is None or moved is due:
        return in_time
    assert moved.earliest is not None, "an end that is not known is not moved"
    by_then = blurred(when.hi <= moved.earliest, moved.latest is None or when.lo <= moved.latest)
    return disjunction((in_time, conjunction((opened, by_then))))


def extended(scene: Scene, variant: Variant, due: Deadline) -> Deadline:
    """The deadline after the extensions on record; one that is not certain, or not covered, moves `latest` alone.

    `latest` is None where nobody can say how far; `missing` names what would tell.
    """
    shape = variant.shape
    assert isinstance(shape, Requires)
    rule = shape.may_extend
    if rule is None or due.earliest is None or due.latest is None:
        return due
    running = _Running(due)
    waiting = sorted(acts_of(scene, (EXTENSION,)), key=_made)
    while (found := _next(scene, variant, rule, waiting, running)) is not None:
        act, granted = found
        waiting.remove(act)
        running = _moved(scene, rule, act, granted, due, running)
    return _unless_covered(scene, rule, due, running)


def _made(act: Act) -> tuple[int, int, str]:
    start = act.start
    return (start.lo, start.hi, act.id) if start is not None else (BEGINNING_US, BEGINNING_US, act.id)


def _next(
    scene: Scene, variant: Variant, rule: MayExtend, waiting: list[Act], running: _Running
) -> tuple[Act, Truth] | None:
    """The first of those waiting that possibly moves the time as it runs now."""
    if rule.times is not None and running.certain >= rule.times:
        return None
    return next(((act, t) for act in waiting if (t := _granted(scene, variant, rule, act, running.due)).possibly), None)


def _granted(scene: Scene, variant: Variant, rule: MayExtend, act: Act, running: Deadline) -> Truth:
    """Whether the act is an extension of this duty, made and agreed to while the time ran."""
    here = exists(act)
    concerned = conjunction((here, _concerns(scene, variant, act)))
    if not concerned.possibly:
        return FALSE
    return conjunction((concerned, _while_running(act, running), _agreed(scene, rule, act, running)))


def _concerns(scene: Scene, variant: Variant, act: Act) -> Truth:
    """Whether it is about the occasion: the act that triggers the duty, or the party, where there is none.

    A party may owe much: an extension that names it alone is of this duty where it names the norm too, and no year.
    """
    about, norm = act.get("about"), act.get("norm")
    if isinstance(norm, str) and not names_norm(variant, norm):
        return FALSE
    if about is None:
        return unknown(Fact.of("attribute", attribute="about", act=act.id))
    named = about if isinstance(about, tuple) else ()
    triggers = [t.id for r in variant.for_each if isinstance(t := scene.things.get(r.variable), Act)]
    if triggers:
        return known(triggers[0] in named)
    if any(isinstance(r, ActRange | BreachRange) for r in variant.for_each) or scene.bearer not in named:
        return FALSE
    parties = all(isinstance(scene.things[r.variable], str) for r in variant.for_each)
    return TRUE if parties and norm is not None else unknown(Fact.of("attribute", attribute="norm", act=act.id))


def _while_running(act: Act, running: Deadline) -> Truth:
    """Whether it was made by the end of the time that it moves."""
    start = act.start
    if start is None:
        return unknown(Fact.of("attribute", attribute="start", act=act.id))
    assert running.earliest is not None
    certainly, possibly = start.hi <= running.earliest, running.latest is None or start.lo <= running.latest
    return known(certainly) if certainly or not possibly else unknown(Fact.of("hour", act=act.id))


def _agreed(scene: Scene, rule: MayExtend, act: Act, running: Deadline) -> Truth:
    """Whether those who may move the date had done so by the end of the time that it moves."""
    if rule.by is None:
        return TRUE
    inner = scene.with_thing(EXTENSION, act)
    on = scene.world.on
    assert running.earliest is not None
    soon = holds(inner.at_instant(min(running.earliest, on)), rule.by)
    if running.latest == running.earliest:
        return soon
    late = holds(inner.at_instant(on if running.latest is None else min(running.latest, on)), rule.by)
    return Truth(soon.certainly, soon.possibly or late.possibly, (*soon.missing, *late.missing))


def _moved(scene: Scene, rule: MayExtend, act: Act, granted: Truth, due: Deadline, running: _Running) -> _Running:
    """The time after one more extension."""
    sure_of, at_most = _furthest(scene, rule, due)
    first, last = _effective(scene, act)
    now = running.due
    assert now.earliest is not None
    earliest, latest, missing = now.earliest, now.latest, now.missing
    counts = granted.certainly and (rule.times is None or running.possible < rule.times)
    if counts and first is not None and sure_of is not None:
        earliest = max(earliest, min(first, sure_of))
    if not granted.certainly:
        missing = (*missing, *granted.missing)
    if last is None:
        missing = (*missing, Fact.of("attribute", attribute="effective", act=act.id))
    furthest = _sooner(last, at_most)
    latest = None if latest is None or furthest is None else max(latest, furthest)
    return _Running(
        replace(now, earliest=earliest, latest=latest, missing=missing),
        running.certain + granted.certainly,
        running.possible + 1,
    )


def _sooner(a: int | None, b: int | None) -> int | None:
    """The sooner of two times, None being no bound."""
    return a if b is None else b if a is None else min(a, b)


def _furthest(scene: Scene, rule: MayExtend, due: Deadline) -> tuple[int | None, int | None]:
    """How far the words let the end be moved, certainly and possibly; (no end) where they do not bound it."""
    if rule.at_most is None:
        return END_US, None
    assert due.earliest is not None
    assert due.latest is not None
    first = shifted(scene, When(due.earliest, due.earliest), rule.at_most, "after")
    last = shifted(scene, When(due.latest, due.latest), rule.at_most, "after")
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return None, None
    return first.hi, last.hi


def _effective(scene: Scene, act: Act) -> tuple[int | None, int | None]:
    """The end that the extension sets, at the soonest and at the latest: a day lasts to its 24:00."""
    effective = act.get("effective")
    if not isinstance(effective, Moment):
        return None, None
    day_end = end_of_day_us(day_of(effective.lo, scene.zone), scene.zone)
    return (day_end if day_end <= effective.hi else effective.lo), effective.hi


def _unless_covered(scene: Scene, rule: MayExtend, due: Deadline, running: _Running) -> Deadline:
    """The end as moved; where an extension may be missing from the record, it may be as far as the words allow."""
    now = running.due
    if rule.times is not None and running.certain >= rule.times:
        return now
    assert due.earliest is not None
    on = scene.world.on
    lo = scene.at if scene.at <= due.earliest else BEGINNING_US
    hi = on if now.latest is None else min(now.latest, on)
    truth = covered(scene, (EXTENSION,), pinned_party(scene, EXTENSION, rule.by), lo, hi) if lo <= hi else FALSE
    if not truth.possibly:
        return now
    furthest = _furthest(scene, rule, due)[1]
    latest = None if now.latest is None or furthest is None else max(now.latest, furthest)
    return replace(now, latest=latest, missing=(*now.missing, *truth.missing))
