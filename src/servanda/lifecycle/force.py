"""Entry into force, joining and exit (VCLT 16, 24, 54, 68, 78): from instruments to the stretches of being bound.

An instrument counts from its receipt. Being bound is half-open: up to and including the day before exit takes effect.
Two stages run here, entry into force by instruments (with joining) and exit by notice; the others are read, printed,
and reported as not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from servanda.norms.condition import Condition, Has
from servanda.norms.evaluate import holds
from servanda.norms.facts import Act, Bound, Places, World
from servanda.norms.groups import members
from servanda.norms.norm import Agreement, Stage, walk
from servanda.norms.scene import Scene, Unknown, When, time
from servanda.temporal import BEGINNING_US, END_US, Moment, day_of, end_of_day_us, start_of_day_us
from servanda.vocabulary.coverage import Coverage
from servanda.vocabulary.party import Memberships


@dataclass(frozen=True)
class Status:
    """Who is bound, since when, until when. Microseconds at which a day begins in the agreement's zone."""

    bound: Mapping[str, tuple[Bound, ...]]
    signatories: Mapping[str, int]
    contracting: Mapping[str, int]
    entry: int | None
    named: frozenset[str]
    not_run: tuple[str, ...]
    entry_for: Mapping[str, int] = field(default_factory=dict)


def status(
    agreement: Agreement,
    instruments: Iterable[Act],
    memberships: Memberships,
    places: Places,
    on: date,
    *,
    as_if_in_force: date | None = None,
    supposed: frozenset[str] = frozenset(),
) -> Status:
    """The status of the agreement on `on`, from the instruments on record (acts with `by` and `received`).

    `as_if_in_force` D assumes the consent of all parties that the text names on D, groups resolved on D (and of those
    `supposed`); exits run. Without it a draft binds nobody until its own clauses say so.
    """
    acts = sorted(instruments, key=lambda a: (_received(a), a.id))
    world = _world(agreement, acts, memberships, places, on)
    not_run = tuple(s.name for s in agreement.stages if not s.run and not _denies(s))
    bound: dict[str, tuple[Bound, ...]]
    entry: int | None
    if as_if_in_force is not None:
        bound, entry = _assumed(world, as_if_in_force, supposed)
    else:
        bound, entry = _joined(world, acts)
    bound = {code: _left(world, acts, code, spans) for code, spans in bound.items()}
    named = _named(world, as_if_in_force or on) | frozenset(world.signatories) | supposed
    return Status(
        bound=bound,
        signatories=world.signatories,
        contracting=world.contracting,
        entry=entry,
        named=named,
        not_run=not_run,
        entry_for={code: spans[0].start for code, spans in bound.items() if spans},
    )


def _received(act: Act) -> int:
    for name in ("received", "start", "sent"):
        value = act.get(name)
        if isinstance(value, Moment):
            return value.lo
    return END_US


def _world(agreement: Agreement, acts: list[Act], memberships: Memberships, places: Places, on: date) -> World:
    by_kind: dict[str, list[Act]] = {}
    for act in acts:
        by_kind.setdefault(act.kind, []).append(act)
    return World(
        agreement=agreement,
        on=end_of_day_us(on, agreement.counting.zone),
        acts=by_kind,
        by_id={a.id: a for a in acts},
        bound={},
        signatories=_first(by_kind.get("signature", [])),
        contracting=_first(by_kind.get("deposit", [])),
        memberships=memberships,
        coverage=Coverage(),
        places=places,
        entry=None,
        entry_for={},
    )


def _first(acts: list[Act]) -> dict[str, int]:
    found: dict[str, int] = {}
    for act in acts:
        by = act.get("by")
        if isinstance(by, str):
            found[by] = min(found.get(by, END_US), _received(act))
    return found


def _named(world: World, day: date) -> frozenset[str]:
    zone = world.agreement.counting.zone
    return frozenset(members(Scene(world, start_of_day_us(day, zone)), world.agreement.parties))


def _denies(stage: Stage) -> bool:
    """Whether the stage says only that there is none ('exit: none'): then there is nothing to run."""
    return stage.options == {stage.name: "none"}


def _assumed(world: World, day: date, supposed: frozenset[str]) -> tuple[dict[str, tuple[Bound, ...]], int]:
    start = start_of_day_us(day, world.agreement.counting.zone)
    return {code: (Bound(start, END_US),) for code in sorted(_named(world, day) | supposed)}, start


# ---- entry into force and joining


def _stage(agreement: Agreement, name: str) -> Stage | None:
    return next((s for s in agreement.stages if s.name == name and s.run), None)


def _joined(world: World, acts: list[Act]) -> tuple[dict[str, tuple[Bound, ...]], int | None]:
    stage = _stage(world.agreement, "entry into force")
    if stage is None:
        return {}, None
    entry = _comes_true(world, acts, stage, None)
    if entry is None:
        return {}, None
    world = replace(world, entry=entry)
    joining = _stage(world.agreement, "joining")
    bound: dict[str, tuple[Bound, ...]] = {}
    for code in sorted(_consenting(world, stage, joining)):
        start = _own_start(world, acts, stage, joining, code, entry)
        if start is not None:
            bound[code] = (Bound(start, END_US),)
    return bound, entry


def _consenting(world: World, entry: Stage, joining: Stage | None) -> set[str]:
    """Those who have done something that the clauses count."""
    kinds = {h.verb.kind for s in (entry, joining) if s is not None for h in walk(s.when) if isinstance(h, Has)}
    return {by for kind in kinds for act in world.acts.get(kind, ()) if isinstance(by := act.get("by"), str)}


def _own_start(
    world: World, acts: list[Act], entry: Stage, joining: Stage | None, code: str, common: int
) -> int | None:
    """The first day bound: the common date for those who were ready by then, their own for later ones."""
    if joining is None:
        done = [_received(a) for a in acts if a.get("by") == code and a.kind in _kinds(entry.when)]
        return common if done and min(done) <= _end_of(world, common) else None
    own_clock = joining.options.get("own clock", "after entry into force")
    ready = _trigger(world, acts, joining.when, code)
    if ready is None:
        return None
    after = _effect(world, joining, ready, code)
    if after is None:
        return None
    if own_clock == "after the trigger":
        return max(common, after)
    return common if ready.lo <= _end_of(world, common) else max(common, after)


def _end_of(world: World, us: int) -> int:
    zone = world.agreement.counting.zone
    return end_of_day_us(day_of(us, zone), zone)


def _kinds(condition: Condition | None) -> set[str]:
    return {h.verb.kind for h in walk(condition) if isinstance(h, Has)}


def _comes_true(world: World, acts: list[Act], stage: Stage, code: str | None) -> int | None:
    """The time at which the stage takes effect; None where it has not."""
    that = _trigger(world, acts, stage.when, code)
    if that is None and stage.when is not None:
        return None
    effect = _effect(world, stage, that, code)
    if effect is None:
        return None
    if stage.not_before is not None:
        floor = time(Scene(world, BEGINNING_US, that=that), stage.not_before)
        if isinstance(floor, Unknown):
            return None
        effect = max(effect, floor.lo)
    return effect


def _trigger(world: World, acts: list[Act], condition: Condition | None, code: str | None) -> When | None:
    """The first day on which the condition holds, after every instrument received on it has been seen."""
    if condition is None:
        return None
    zone = world.agreement.counting.zone
    for us in sorted({_received(act) for act in acts if _received(act) <= world.on}):
        day = day_of(us, zone)
        at = end_of_day_us(day, zone)
        scene = Scene(_without_revoked(world, at), at, it=code)
        if holds(scene, condition).certainly:
            return When(start_of_day_us(day, zone), at, day=True)
    return None


def _effect(world: World, stage: Stage, that: When | None, code: str | None) -> int | None:
    if stage.effect is None or stage.effect == "on that day":
        return that.lo if that is not None else None
    when = time(Scene(world, that.lo if that else BEGINNING_US, it=code, that=that), stage.effect)
    return None if isinstance(when, Unknown) else when.lo


def _without_revoked(world: World, at: int) -> World:
    """The instruments as they stand at an instant: what was revoked before it took effect is gone (VCLT 68)."""
    revocations = [r for r in world.acts.get("revocation", ()) if _received(r) <= at]
    if not revocations:
        return world
    kept = {
        kind: [a for a in acts if kind == "revocation" or not any(_revokes(r, a) for r in revocations)]
        for kind, acts in world.acts.items()
    }
    return replace(world, acts=kept)


def _revokes(revocation: Act, act: Act) -> bool:
    if revocation.get("by") != act.get("by") or _received(revocation) < _received(act):
        return False
    about = revocation.get("about")
    return act.id in about if isinstance(about, tuple) else act.kind == "notice"


# ---- exit


def _left(world: World, acts: list[Act], code: str, spans: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """The stretches cut where a notice took effect that was not revoked before."""
    stage = _stage(world.agreement, "exit")
    if stage is None or stage.when is None:
        return spans
    zone = world.agreement.counting.zone
    for notice in acts:
        if notice.kind not in _kinds(stage.when) or notice.get("by") != code or _received(notice) > world.on:
            continue
        day = day_of(_received(notice), zone)
        that = When(start_of_day_us(day, zone), end_of_day_us(day, zone), day=True)
        scene = Scene(replace(world, entry_for={code: spans[0].start}), that.hi, it=code, that=that)
        if not holds(scene, stage.when).certainly:
            continue
        out = _effect(world, stage, that, code)
        if out is None or any(_revokes(r, notice) and _received(r) < out for r in world.acts.get("revocation", ())):
            continue
        spans = tuple(Bound(b.start, min(b.until, out)) for b in spans if b.start < out)
    return spans
