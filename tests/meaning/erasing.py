"""Erasing a fact, as the meaning defines it: a value becomes unknown, or an act goes with the coverage of its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engines.strategies import PARTIES
from servanda.norms.facts import Act, Point, World
from servanda.norms.presence import lasts, presence
from servanda.temporal import BEGINNING_US, DAY_US, END_US, Moment
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.coverage import Claim, Coverage
from servanda.vocabulary.verdict import Finding, Outcome

OPEN = "open"


def with_acts(world: World, acts: Sequence[Act]) -> World:
    """The same world with other acts."""
    by_kind: dict[str, list[Act]] = {}
    for act in acts:
        by_kind.setdefault(act.kind, []).append(act)
    return replace(world, acts=by_kind, by_id={a.id: a for a in acts}, shared={})


def everything(world: World) -> list[Act]:
    """All acts of the world."""
    return [act for acts in world.acts.values() for act in acts]


def erasures(world: World) -> Iterator[tuple[str, str, World]]:
    """The world with each single fact erased in turn: the act concerned, what was erased, and what is left."""
    acts = everything(world)
    for act in acts:
        start, place = act.get("start"), act.get("place")
        if act.kind == "breach" or (isinstance(start, Moment) and start.lo > world.on):
            continue  # computed, not recorded; or no fact of the day asked about
        for name in act.values:
            if (
                name in ("place", "host")
                and isinstance(place, Point)
                and place.territory not in (None, act.get("host"))
            ):
                continue  # a record that contradicts itself is mended, not erased
            less = replace(act, values={k: v for k, v in act.values.items() if k != name})
            erased = with_acts(world, [less if a.id == act.id else a for a in acts])
            yield act.id, f"{name} of {act.id}", replace(erased, coverage=_with_departure(world, act, name))
        gone = with_acts(world, [a for a in acts if a.id != act.id])
        yield act.id, f"act {act.id}", replace(gone, coverage=_without(world, act))


def blurrings(world: World) -> Iterator[tuple[str, str, World]]:
    """The world with each single time known less well: some days may have been before it, and more after."""
    acts = everything(world)
    for act in acts:
        start = act.get("start")
        for name in ("start", "until", "last-seen"):
            when = act.get(name)
            if act.kind == "breach" or not isinstance(when, Moment) or (name == "start" and when.hi > world.on):
                continue  # computed, not recorded; or no fact of the day asked about
            lo, hi = when.lo - 4 * DAY_US, when.hi + 9 * DAY_US
            if name == "start":
                until = act.get("until")
                hi = min(hi, world.on, max(until.hi, when.hi) if isinstance(until, Moment) else hi)
            elif isinstance(start, Moment):
                lo, hi = max(lo, start.lo), max(hi, start.hi)
            less = replace(act, values={**act.values, name: Moment(lo, hi)})
            yield act.id, f"{name} of {act.id}", with_acts(world, [less if a.id == act.id else a for a in acts])


def _with_departure(world: World, act: Act, name: str) -> Coverage:
    """A departure that is erased is no longer claimed: where it is, no departure on record means still there."""
    if name not in ("until", "last-seen"):
        return world.coverage
    kinds = frozenset({*vocabulary().kinds, "act"})
    claims: list[Claim] = []
    for claim in world.coverage.claims:
        if claim.departures and act.kind in (claim.kinds or kinds):
            claims += [
                replace(claim, kinds=(claim.kinds or kinds) - {act.kind, "act"}),
                replace(claim, kinds=frozenset({act.kind}), departures=False),
            ]
        else:
            claims.append(claim)
    return Coverage(tuple(claims))


def _without(world: World, act: Act) -> Coverage:
    """The coverage without any claim about the act's kind, party and time."""
    lo, hi = _time(world, act)
    by = act.get("by")
    claims: list[Claim] = []
    for claim in world.coverage.claims:
        if claim.kinds is not None and act.kind not in claim.kinds:
            claims.append(claim)
            continue
        kinds = claim.kinds if claim.kinds is not None else frozenset({*vocabulary().kinds, "act"})
        claims.append(replace(claim, kinds=kinds - {act.kind, "act"}))
        mine = replace(claim, kinds=frozenset({act.kind}))
        claims += [replace(mine, until=min(lo, claim.until)), replace(mine, start=max(hi + 1, claim.start))]
        others = claim.parties if claim.parties is not None else frozenset(PARTIES)
        if isinstance(by, str):
            claims.append(replace(mine, parties=others - {by}))
    return Coverage(tuple(c for c in claims if c.start < c.until and (c.parties is None or c.parties) and c.kinds))


def _time(world: World, act: Act) -> tuple[int, int]:
    """From the first to the last time that the record gives of the act."""
    start = act.get("start")
    if not isinstance(start, Moment):
        return BEGINNING_US, END_US
    there = presence(world, act) if lasts(act) else None
    times = [when for value in act.values.values() if isinstance(value, Moment) for when in (value.lo, value.hi)]
    return min(times), max(*times, there.gone if there is not None else start.hi)


def flips(before: Sequence[Finding], after: Sequence[Finding], *, by_time: bool, erased: str) -> Iterator[str]:
    """What must never come of an erased fact: a decided verdict decided otherwise, or an open one decided.

    The second is asked of subjects that do not name the erased act: its own rows go with it.
    """
    points = sorted({t for f in before for t in (f.start, f.until) if t is not None}) if by_time else [0]
    for bearer in sorted({f.bearer for f in before}, key=str):
        for at in points:
            was, now = _class(before, bearer, at, by_time), _class(after, bearer, at, by_time)
            if was == "complied" and now not in (None, was, OPEN):
                yield f"{bearer} at {at}: {was} became {now}"
            # The row of a bearer about whom nothing is on record must not say that all is well.
            plain = [
                _class([f for f in rows if not _about_something(f)], bearer, at, by_time) for rows in (before, after)
            ]
            if was not in (None, OPEN) and plain[0] is None and plain[1] not in (None, was, OPEN):
                yield f"{bearer} at {at}: {was} became {plain[1]}"
    for subject in sorted({_subject(f) for f in before if f.act is not None and not _names(f, erased)}, key=str):
        was = _of_subject(before, subject)
        now = _of_subject(after, subject)
        if now not in (None, was, OPEN):
            yield f"{subject}: {was} became {now}"


def _about_something(finding: Finding) -> bool:
    return finding.act is not None or finding.occasion != () or finding.scope != ()


def _names(finding: Finding, act: str) -> bool:
    return act in (finding.act, *(v for _, v in finding.occasion), *finding.witnesses)


def _subject(f: Finding) -> tuple[object, ...]:
    return (f.bearer, f.counterparty, f.occasion, f.act, f.scope)


def _of_subject(findings: Sequence[Finding], subject: tuple[object, ...]) -> str | None:
    """The one class of a subject that is not cut over time; None where it is, or where there is no row."""
    found = [f for f in findings if _subject(f) == subject]
    return _decided({found[0].outcome}) if len(found) == 1 else None


def _class(findings: Sequence[Finding], bearer: str | None, at: int, by_time: bool) -> str | None:
    """Breached, complied, awaits judgement, or open; None where nothing speaks of the bearer then."""
    here = [f for f in findings if f.bearer == bearer and (not by_time or _covers(f, at))]
    if not here:
        return None
    return _decided({f.outcome for f in here})


def _decided(outcomes: set[Outcome]) -> str:
    if Outcome.BREACHED in outcomes:
        return "breached"
    if outcomes & {Outcome.UNDETERMINED, Outcome.OVERDUE, Outcome.PENDING}:
        return OPEN
    return "awaits judgement" if Outcome.AWAITS in outcomes else "complied"


def _covers(finding: Finding, at: int) -> bool:
    return (finding.start is None or finding.start <= at) and (finding.until is None or at <= finding.until)
