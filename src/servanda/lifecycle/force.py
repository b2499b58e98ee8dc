"""Who is bound to what, since when, until when: from instruments to the stretches of being bound.

An instrument counts from its receipt, a notice as its clause says. Being bound is half-open: up to and including the
day before exit takes effect. Entry into force and joining by instruments or on a fixed day, exit by notice and a term
of fixed length run here, and the Vienna Convention where they are silent; the other stages are read, printed, and
reported as not run. Where being bound hangs on one of those, it is not settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from servanda.lifecycle.entry import Consent, consent, consents, entry
from servanda.lifecycle.exit import stretches
from servanda.lifecycle.life import CONSENT, Hanging, Life, Side, denies, kinds, received, revocations, whole_day
from servanda.norms.facts import Act, Bound, Places, World
from servanda.norms.groups import members
from servanda.norms.norm import Agreement
from servanda.norms.scene import Scene
from servanda.norms.term import Group, GroupItem, OpenGroup, Population
from servanda.temporal import END_US, end_of_day_us, start_of_day_us
from servanda.vocabulary.coverage import Coverage
from servanda.vocabulary.party import Memberships


@dataclass(frozen=True)
class Status:
    """Who is bound, since when, until when. Microseconds at which a day begins in the agreement's zone.

    `hanging`: for want of what it is not settled when a State (None: anybody) is bound.
    """

    bound: Mapping[str, tuple[Bound, ...]]
    signatories: Mapping[str, int]
    contracting: Mapping[str, int]
    entry: int | None
    named: frozenset[str]
    not_run: tuple[str, ...]
    entry_for: Mapping[str, int] = field(default_factory=dict)
    hanging: Hanging = field(default_factory=dict, compare=False)
    rules: tuple[str, ...] = ()  # of the Vienna Convention, where the clauses are silent


def status(
    agreement: Agreement,
    instruments: Iterable[Act],
    memberships: Memberships,
    places: Places,
    on: date,
    *,
    as_if_in_force: date | None = None,
    supposed: frozenset[str] = frozenset(),
    side: Side = "most",
    coverage: Coverage | None = None,
) -> Status:
    """The status of the agreement on `on`, from the instruments on record (acts with `by` and `received`).

    `as_if_in_force` D assumes the consent of all parties that the text names on D, groups resolved on D (and of those
    `supposed`); exits run. Without it a draft binds nobody until its own clauses say so. `side`: what is not settled
    is taken to bind the most, or the least; `coverage`: what the record claims to be complete about.
    """
    acts = tuple(sorted(instruments, key=lambda a: (received(a), a.id)))
    world = _world(agreement, acts, memberships, places, on)
    named = _named(world, as_if_in_force or on)
    life = Life(world, acts, side, named if _closed(agreement.parties) else frozenset(), coverage or Coverage())
    if as_if_in_force is not None:
        common: int | None = start_of_day_us(as_if_in_force, agreement.counting.zone)
        assert common is not None
        life = replace(life, world=replace(world, entry=common))
        first = {code: Consent(common, common) for code in named | supposed}
    else:
        common = entry(life)
        life = replace(life, world=replace(world, entry=common))
        found = {code: consent(life, code, common) for code in sorted(consents(life))} if common is not None else {}
        first = {code: c for code, c in found.items() if c is not None}
    bound = {} if common is None else stretches(life, first, common)
    entry_for = {code: spans[0].start for code, spans in bound.items()}
    if as_if_in_force is None:
        bound = _provisionally(life, bound)
    names = Counter(s.name for s in agreement.stages)
    plain = (s.name for s in agreement.stages if names[s.name] > 1 or not (s.run or denies(s)))
    unrun = dict.fromkeys((*plain, *life.not_run))
    return Status(
        bound=bound,
        signatories=world.signatories,
        contracting=_contracting(life, bound),
        entry=common,
        named=named | frozenset(world.signatories) | supposed,
        not_run=tuple(unrun),
        entry_for=entry_for,
        hanging=life.hanging,
        rules=tuple(life.rules),
    )


def apart(most: Status, least: Status) -> tuple[Status, Status]:
    """The two, so that nobody is bound at the least who is not at the most: where they part, either may be so.

    An entry into force at the latest may end a term, or open a lock-in, later than one at the soonest.
    """
    codes = sorted({*most.bound, *least.bound})
    either = {code: _either(most.bound.get(code, ()), least.bound.get(code, ())) for code in codes}
    both = {code: _both(most.bound.get(code, ()), least.bound.get(code, ())) for code in codes}
    return replace(most, bound=either), replace(least, bound={code: spans for code, spans in both.items() if spans})


def _either(some: tuple[Bound, ...], others: tuple[Bound, ...]) -> tuple[Bound, ...]:
    joined: list[Bound] = []
    for span in sorted((*some, *others), key=lambda b: (b.start, b.until)):
        if joined and span.start < joined[-1].until:
            joined[-1] = Bound(joined[-1].start, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return tuple(joined)


def _both(some: tuple[Bound, ...], others: tuple[Bound, ...]) -> tuple[Bound, ...]:
    common = (Bound(max(a.start, b.start), min(a.until, b.until)) for a in some for b in others)
    return tuple(span for span in common if span.start < span.until)


def _world(agreement: Agreement, acts: Iterable[Act], memberships: Memberships, places: Places, on: date) -> World:
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


def _first(acts: Iterable[Act]) -> dict[str, int]:
    found: dict[str, int] = {}
    for act in acts:
        by = act.get("by")
        if isinstance(by, str):
            found[by] = min(found.get(by, END_US), received(act))
    return found


def _contracting(life: Life, bound: Mapping[str, object]) -> dict[str, int]:
    """Those who have deposited, but for those who took it back before it bound them (VCLT 68)."""
    kept = [a for a in life.world.acts.get("deposit", ()) if a.get("by") in bound or not revocations(life, a)]
    return _first(kept)


def _named(world: World, day: date) -> frozenset[str]:
    zone = world.agreement.counting.zone
    return frozenset(members(Scene(world, start_of_day_us(day, zone)), world.agreement.parties))


def _closed(group: GroupItem) -> bool:
    """Whether the text names its parties, and not whoever is a State."""
    match group:
        case Population() | OpenGroup():
            return False
        case Group(items=items):
            return all(_closed(item) for item in items)
    return True


def _provisionally(life: Life, bound: Mapping[str, tuple[Bound, ...]]) -> dict[str, tuple[Bound, ...]]:
    """With those who may be bound before entry into force, by a clause on provisional application (VCLT 25)."""
    stage = life.stage("provisional application")
    found = dict(bound)
    if stage is None or stage.run or denies(stage):
        return found
    for act in life.acts:
        code = act.get("by")
        if act.kind not in kinds(stage.when) - CONSENT or not isinstance(code, str) or received(act) > life.world.on:
            continue
        start, spans = whole_day(life, received(act))[0], found.get(code, ())
        if spans and spans[0].start <= start:
            continue
        life.hangs_on_clause(code, stage.name)
        if life.side == "most":
            found[code] = (Bound(start, spans[0].until), *spans[1:]) if spans else (Bound(start, END_US),)
    return found
