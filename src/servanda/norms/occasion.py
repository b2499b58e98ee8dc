"""Occasions: for whom and for what a norm is evaluated, and over which stretch of time.

What changes with the day (membership, being bound, what somebody has done) changes at finitely many instants, the
cuts. Between two cuts a condition that reads the day is constant, so a lasting act is cut there and judged piece by
piece; pieces of one outcome are joined again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date as Day
from itertools import product
from typing import cast

from servanda.norms.condition import ActRange, BreachRange, CalendarRange, EveryOf, Has, Line, PartyRange, Range
from servanda.norms.evaluate import holds, things_in, verb_time
from servanda.norms.facts import NOTHING, Act, Bound, Value, World
from servanda.norms.groups import belongs, members
from servanda.norms.norm import Bearer, Limits, Variant
from servanda.norms.scene import CalendarUnit, Scene, Thing, Unknown, path_value, time
from servanda.norms.term import (
    BorderBetween,
    BorderOf,
    Group,
    GroupItem,
    Listed,
    MembersOf,
    OpenGroup,
    Operand,
    PartyName,
    Path,
    Population,
    TerritoryOf,
)
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, unknown
from servanda.temporal import BEGINNING_US, END_US, Moment, day_of, start_of_day_us
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.verdict import Fact, Finding, Outcome, Reason


@dataclass(frozen=True)
class Piece:
    """A stretch [lo, hi] of microseconds, both included, and whether the act is there in it."""

    lo: int
    hi: int
    here: Truth


@dataclass(frozen=True)
class Occasion:
    """The variables of `for each`, and whether each stands for something that is there at all."""

    scene: Scene
    here: Truth

    def key(self, variant: Variant) -> tuple[tuple[str, str], ...]:
        """The variables in order, as printed in a finding."""
        names = [r.variable for r in variant.for_each]
        return tuple((name, label(self.scene.things[name])) for name in names)


def label(thing: Thing) -> str:
    """A thing as a finding names it."""
    match thing:
        case Act(id=act_id):
            return act_id
        case CalendarUnit():
            return thing.label
        case None:
            return ""
        case _:
            return thing


# ---- for each


def occasions(world: World, variant: Variant, *, planned: bool) -> Iterator[Occasion]:
    """Every combination of the things of `for each`; one empty occasion where there is none.

    Acts come first and set the day. `planned`: also acts that start after the day asked about, whose duties fall due
    before they start.
    """
    acts = [r for r in variant.for_each if isinstance(r, ActRange | BreachRange)]
    units = [r for r in variant.for_each if isinstance(r, CalendarRange)]
    parties = [r for r in variant.for_each if isinstance(r, PartyRange)]
    for scene, here in _with_acts(Scene(world, BEGINNING_US), acts, planned):
        for with_unit in _with_units(scene, units):
            yield from _with_parties(with_unit, here, parties, has_day=bool(acts or units))


def _with_acts(scene: Scene, ranges: list[ActRange | BreachRange], planned: bool) -> Iterator[tuple[Scene, Truth]]:
    if not ranges:
        yield scene, TRUE
        return
    choices = [list(_things(scene, r, planned)) for r in ranges]
    for chosen in product(*choices):
        things = {r.variable: act for r, (act, _) in zip(ranges, chosen, strict=True)}
        start = chosen[0][0].get("start")
        at = start.lo if isinstance(start, Moment) else scene.world.on
        yield replace(scene, things=things, at=at), conjunction(here for _, here in chosen)


def _things(scene: Scene, over: ActRange | BreachRange, planned: bool) -> Iterator[tuple[Act, Truth]]:
    there = replace(scene, world=replace(scene.world, on=END_US)) if planned else scene
    for inner, here in things_in(there, over):
        act = inner.things[over.variable]
        assert isinstance(act, Act)
        yield act, here


def _with_units(scene: Scene, ranges: list[CalendarRange]) -> Iterator[Scene]:
    if not ranges:
        yield scene
        return
    assert len(ranges) == 1, "one calendar range at most"
    for unit in calendar_units(scene.world, ranges[0]):
        yield replace(scene.with_thing(ranges[0].variable, unit), at=start_of_day_us(unit.start, scene.zone))


def calendar_units(world: World, over: CalendarRange) -> list[CalendarUnit]:
    """The years or months that begin while somebody is bound, up to the one after the day asked about."""
    spans = [b for stretches in world.bound.values() for b in stretches]
    if not spans:
        return []
    zone = world.agreement.counting.zone
    first = day_of(max(BEGINNING_US, min(b.start for b in spans)), zone)
    last = day_of(min(world.on, max(b.until for b in spans)), zone)
    months = range(1, 13) if over.unit == "month" else (1,)
    units = [
        CalendarUnit(over.unit, first.replace(year=year, month=month, day=1))
        for year in range(first.year, last.year + 2)
        for month in months
    ]
    limit = last.replace(year=last.year + 1, month=1, day=1) if over.unit == "year" else _next_month(last)
    return [u for u in units if first <= u.start <= limit]


def _next_month(day: Day) -> Day:
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1)


def _with_parties(scene: Scene, here: Truth, ranges: list[PartyRange], *, has_day: bool) -> Iterator[Occasion]:
    if not ranges:
        yield Occasion(scene, here)
        return
    choices = [_population(scene, r, has_day) for r in ranges]
    for chosen in product(*choices):
        things = dict(zip((r.variable for r in ranges), chosen, strict=True))
        if any(r.other and i and chosen[i] in chosen[:i] for i, r in enumerate(ranges)):
            continue
        at = scene.at if has_day else _first_bound(scene.world, chosen)
        yield Occasion(replace(scene, things={**scene.things, **things}, at=at), here)


def _population(scene: Scene, over: PartyRange, has_day: bool) -> list[str]:
    if has_day:
        return list(members(scene, over.population))
    if over.population.which == "party":
        return sorted(
            code for code, spans in scene.world.bound.items() if any(b.start <= scene.world.on for b in spans)
        )
    return list(members(scene.at_instant(scene.world.on), over.population))


def _first_bound(world: World, codes: tuple[str, ...]) -> int:
    """The first instant at which all of them are bound; the day asked about where they never are."""
    starts = [max((b.start for b in world.bound.get(code, ())[:1]), default=world.on) for code in codes]
    return max(starts, default=world.on)


def others_apart(variant: Variant, scene: Scene) -> bool:
    """False where an 'other party' without a party before it is the bearer itself."""
    seen = False
    for over in variant.for_each:
        if isinstance(over, PartyRange):
            if over.other and not seen and scene.bearer is not None and scene.things[over.variable] == scene.bearer:
                return False
            seen = True
    return True


# ---- bearers


def bearers(scene: Scene, bearer: Bearer) -> tuple[str | None, ...]:
    """Who answers on this occasion; None: somebody who is not known."""
    match bearer.of:
        case PartyName(code=code):
            return (code,)
        case EveryOf(of=of):
            return tuple(members(scene, of))
        case Path() as path:
            return _codes(path_value(scene, path))
    raise AssertionError(bearer)


def _codes(value: Value | Unknown) -> tuple[str | None, ...]:
    if isinstance(value, Unknown):
        return (None,)
    if value is NOTHING:
        return ()
    return value if isinstance(value, tuple) else (str(value),)


def answering(world: World, variant: Variant, scene: Scene) -> tuple[str | None, ...]:
    """Who may answer on some day: of a population, everybody who is ever of it."""
    assert variant.bearer is not None
    of = variant.bearer.of
    if not isinstance(of, EveryOf):
        return bearers(scene, variant.bearer)
    days = (scene.at, BEGINNING_US, *cuts(world, variant, BEGINNING_US, world.on))
    return tuple(sorted({code for at in days for code in members(scene.at_instant(at), of.of)}))


def answers(scene: Scene, variant: Variant) -> Truth:
    """Whether the scene's bearer is of the population that answers, on the scene's day."""
    of = variant.bearer.of if variant.bearer is not None else None
    return belongs(scene, scene.bearer, of.of) if isinstance(of, EveryOf) and scene.bearer is not None else TRUE


def bound_during(world: World, code: str | None, lo: int, hi: int) -> Truth:
    """Whether the party is bound at an instant that lies somewhere in [lo, hi]."""
    if code is None:
        return unknown(Fact.of("bearer"))
    spans = world.bound.get(code, ())
    if any(b.start <= lo and hi < b.until for b in spans):
        return TRUE
    return unknown(Fact.of("bound", party=code)) if any(b.start <= hi and lo < b.until for b in spans) else FALSE


def addressed(world: World, variant: Variant, code: str, lo: int, hi: int) -> bool:
    """Whether the norm can address the party at all, on some day of [lo, hi].

    An anonymous act of the party's, of which nothing else is known, is held against the conditions: where they are
    certainly false on every day, the paragraph does not address it.
    """
    kept = world.memo if ({"act"} | world.disputed_kinds) & variant.reads else world.shared
    key = ("addressed", id(variant), id(world.bound), code, lo, hi)
    if key not in kept:
        kept[key] = _addressed(world, variant, code, lo, hi)
    return bool(kept[key])


def _addressed(world: World, variant: Variant, code: str, lo: int, hi: int) -> bool:
    assert variant.bearer is not None, "every shape that prescribes conduct has a bearer"
    if isinstance(variant.bearer.of, PartyName):
        return variant.bearer.of.code == code
    if isinstance(variant.bearer.of, EveryOf):
        group = variant.bearer.of.of
        return any(code in members(Scene(world, at), group) for at in (lo, *cuts(world, variant, lo, hi)))
    nobody = {**_anonymous(variant), variant.bearer.of.variable: _anonymous_bearer(variant.bearer.of, code)}
    lines = (*variant.when, *where_of(variant))
    return any(
        all(holds(Scene(world, at, nobody, code), line.condition).possibly for line in lines)
        for at in (lo, *cuts(world, variant, lo, hi))
    )


def _anonymous(variant: Variant) -> dict[str, Thing]:
    ranges = [*variant.for_each, *head_range(variant)]
    return {r.variable: Act("?", kinds_of(r)[0], False, {}) if _is_act(r) else None for r in ranges}


def _anonymous_bearer(path: Path, code: str) -> Thing:
    if not path.steps:
        return code
    return Act("?", "act", False, {path.steps[0].name: (code,) if path.steps[0].many else code})


def _is_act(over: Range) -> bool:
    return isinstance(over, ActRange | BreachRange)


def head_range(variant: Variant) -> tuple[Range, ...]:
    """The range under the head, where the shape has one."""
    over = getattr(variant.shape, "range", None)
    return () if over is None else (over,)


def where_of(variant: Variant) -> tuple[Line, ...]:
    """The lines of `where`, where the shape has them."""
    lines: tuple[Line, ...] = getattr(variant.shape, "where", ())
    return lines


def kinds_of(over: Range) -> tuple[str, ...]:
    """The kinds of act that a range speaks of."""
    match over:
        case ActRange(kinds=kinds):
            return kinds
        case BreachRange():
            return ("breach",)
        case _:
            return ()


# ---- stretches of time


def term_of(world: World, variant: Variant, scene: Scene) -> tuple[int, int, Truth]:
    """The norm's own start and end, [lo, hi], and whether they are known."""
    lo, hi, sure = BEGINNING_US, END_US, TRUE
    if variant.start is not None:
        when = time(scene, variant.start)
        if isinstance(when, Unknown):
            sure = conjunction((sure, unknown(*when.missing)))
        else:
            lo = when.lo
    if variant.until is not None:
        when = time(scene, variant.until)
        if isinstance(when, Unknown):
            sure = conjunction((sure, unknown(*when.missing)))
        else:
            hi = when.lo - 1
    return lo, hi, sure


def stretches(world: World, code: str | None) -> tuple[Bound, ...]:
    """When the party is bound, cut at the day asked about; anybody's, for a party that is not known."""
    spans = world.bound.get(code, ()) if code is not None else union(world)
    return tuple(Bound(b.start, min(b.until, world.on + 1)) for b in spans if b.start <= world.on and b.start < b.until)


def own_row(variant: Variant, code: str, bound: Bound, outcome: Outcome, reason: Reason) -> Finding:
    """The row of a bearer and a stretch in which it is bound, where no act or occasion speaks for itself."""
    return Finding(
        norm=variant.id,
        readings=tuple(sorted(variant.readings.items())),
        account=None,
        bearer=code,
        counterparty=None,
        occasion=(),
        act=None,
        scope=(),
        outcome=outcome,
        reason=reason,
        start=bound.start,
        until=bound.until - 1,
        bound_from=bound.start,
        bound_until=bound.until - 1,
    )


def unanswered(findings: Iterable[Finding], lo: int, hi: int) -> bool:
    """Whether a finding about a bearer that is not known is open in [lo, hi]: it may be anybody's."""
    settled = (Outcome.COMPLIED, Outcome.NOT_ENGAGED)
    return any(
        f.bearer is None
        and f.outcome not in settled
        and (f.start is None or f.start <= hi)
        and (f.until is None or f.until >= lo)
        for f in findings
    )


def union(world: World) -> tuple[Bound, ...]:
    """When anybody is bound."""
    joined: list[Bound] = []
    for span in sorted((b for spans in world.bound.values() for b in spans), key=lambda b: (b.start, b.until)):
        if joined and span.start <= joined[-1].until:
            joined[-1] = Bound(joined[-1].start, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return tuple(joined)


def cuts(world: World, variant: Variant, lo: int, hi: int) -> list[int]:
    """The instants in (lo, hi] from which a condition that reads the day may read otherwise, rising."""
    key = ("cuts", id(variant))
    if key not in world.memo:
        world.memo[key] = (
            variant,
            sorted(_all_cuts(world, variant)),
        )  # the variant is kept, so that its id stays its own
    _, found = cast("tuple[Variant, list[int]]", world.memo[key])
    return found[bisect_right(found, lo) : bisect_right(found, hi)]


def _all_cuts(world: World, variant: Variant) -> set[int]:
    zone = world.agreement.counting.zone
    found: set[int] = set()
    for term in variant.terms:
        match term:
            case MembersOf(group=group, on=None):
                found |= {start_of_day_us(day, zone) for day in world.memberships.changes(group)}
            case TerritoryOf() | BorderOf() | BorderBetween():
                found |= {start_of_day_us(day, zone) for day in _map_changes(world, variant, term)}
            case Population(which="party"):
                found |= {t for spans in world.bound.values() for b in spans for t in (b.start, b.until)}
            case Population(which="signatory"):
                found |= set(world.signatories.values())
            case Population(which="contracting State"):
                found |= set(world.contracting.values())
            case Has(verb=verb):
                times = (verb_time(act, verb) for act in world.acts.get(verb.kind, ()))
                found |= {start_of_day_us(day_of(t, zone), zone) for m in times if m for t in (m.lo, m.hi)}
    return found


def _map_changes(world: World, variant: Variant, term: TerritoryOf | BorderOf | BorderBetween) -> tuple[Day, ...]:
    """The days from which the answer may be another because land is another's.

    Of land alone only that of the States named matters; belts at sea and borders hang on everybody's.
    """
    codes: frozenset[str] | None = None
    if isinstance(term, BorderBetween):
        codes = _either(_named_codes(world, variant, term.first), _named_codes(world, variant, term.second))
    elif isinstance(term, TerritoryOf) and (term.part, term.extent) in _LAND:
        codes = _named_codes(world, variant, term.of)
    if codes is None:
        return world.places.changes()
    zone = world.agreement.counting.zone
    # What is measured may be held against a day before anybody was bound.
    spans = () if isinstance(variant.shape, Limits) else [b.start for bound in world.bound.values() for b in bound]
    first = day_of(max(min(spans, default=BEGINNING_US), BEGINNING_US), zone)
    return world.places.changes_of(codes, first, day_of(world.on, zone))


_LAND = {("territory", "land"), ("land territory", "land")}


def _either(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def _named_codes(world: World, variant: Variant, of: Operand | Group) -> frozenset[str] | None:
    """The States that the words can mean on any day; None where they may mean any."""
    match of:
        case PartyName(code=code):
            return frozenset({code})
        case Path(steps=()) if any(_ranges_over_parties(term, of.variable) for term in variant.terms):
            return frozenset(world.bound)
        case Path() if variant.bearer is not None and variant.bearer.of == of and not isinstance(variant.shape, Limits):
            return frozenset(world.bound)  # only those who are bound answer
        case Group():
            return _group_codes(world, of)
    return None


def _ranges_over_parties(term: object, variable: str) -> bool:
    return isinstance(term, PartyRange) and term.variable == variable and term.population.which == "party"


def _group_codes(world: World, item: GroupItem) -> frozenset[str] | None:
    match item:
        case Listed(codes=codes):
            return frozenset(codes)
        case MembersOf(group=name):
            return frozenset(row.member for row in world.memberships.rows if row.group == name)
        case Population(which="party"):
            return frozenset(world.bound)
        case OpenGroup(name=name):
            return frozenset(world.groups.get(name, ()))
        case Group(items=items):
            parts = [_group_codes(world, one) for one in items]
            known = [part for part in parts if part is not None]
            return frozenset().union(*known) if len(known) == len(parts) else None
    return None


def lasts(act: Act) -> bool:
    """Whether acts of its kind have an end."""
    kind = vocabulary().kinds.get(act.kind)
    return kind is not None and kind.lasts


def stands_by_itself(act: Act) -> bool:
    """Whether acts of its kind stand: they may be placed, and kept."""
    kind = vocabulary().kinds.get(act.kind)
    return kind is not None and kind.stands


@dataclass(frozen=True)
class Presence:
    """How long a lasting act was there: certainly from `start` to `seen`, possibly to `gone`; microseconds.

    `seen` < `gone` where its end is not on record.
    """

    start: Moment
    seen: int
    gone: int
    ends: Moment | None

    def here(self, act: Act, lo: int, hi: int, zone: str) -> Truth:
        """Whether it is there at some instant of [lo, hi]."""
        if self.start.lo > hi or self.gone < lo:
            return FALSE
        starts_inside = lo <= self.start.lo and self.start.hi <= hi
        core = max(self.start.hi, lo) <= min(self.sure_until, hi)
        ends_inside = self.ends is not None and lo <= self.ends.lo and self.ends.hi <= hi
        if starts_inside or core or ends_inside:
            return TRUE
        if self.ends is None and self.start.hi <= lo:
            return unknown(Fact.of("presence", act=act.id, after=day_of(self.seen, zone)))
        return unknown(Fact.of("hour", act=act.id))

    @property
    def sure_until(self) -> int:
        """The last instant at which it is certainly there, once it has begun."""
        return self.ends.lo if self.ends is not None else self.seen


def presence(world: World, act: Act) -> Presence | None:
    """How long the act was there, as of the day asked about; None where even its start is unknown.

    Without an end it lasts until last seen; after that it is unknown, unless coverage claims the departures of the
    kind. An end that does not apply (`none`) means that it is still there.
    """
    start, until, seen = act.get("start"), act.get("until"), act.get("last-seen")
    if not isinstance(start, Moment):
        return None
    if isinstance(until, Moment):
        return Presence(start, until.hi, until.hi, until)
    if until is NOTHING:
        return Presence(start, world.on, world.on, None)
    last = max(start.hi, seen.hi if isinstance(seen, Moment) else start.hi)
    by = act.get("by")
    last = max(last, world.coverage.departures(act.kind, by if isinstance(by, str) else None, start.lo))
    return Presence(start, min(last, max(world.on, start.hi)), max(world.on, start.hi), None)


def pieces(world: World, variant: Variant, act: Act, lo: int, hi: int) -> Iterator[Piece]:
    """The act's time within [lo, hi], cut where conditions may change, each with whether it is there."""
    zone = world.agreement.counting.zone
    there = presence(world, act)
    if there is None:
        yield from some_time(world, variant, act, lo, hi)
        return
    first, last = max(lo, there.start.lo), min(hi, there.gone)
    if first > last:
        return
    edges = {first, *cuts(world, variant, first, last)}
    if there.ends is None and first <= there.seen < last:
        edges.add(there.seen + 1)
    ordered = sorted(edges)
    for start, after in zip(ordered, [*ordered[1:], last + 1], strict=True):
        here = there.here(act, start, after - 1, zone)
        if here.possibly:
            yield Piece(start, after - 1, here)


def some_time(world: World, variant: Variant, act: Act, lo: int, hi: int) -> Iterator[Piece]:
    """[lo, hi] for an act of which not even the start is known: it may have been on any day of it."""
    edges = [lo, *cuts(world, variant, lo, hi)]
    for start, after in zip(edges, [*edges[1:], hi + 1], strict=True):
        yield Piece(start, after - 1, unknown(Fact.of("attribute", attribute="start", act=act.id)))


def instant(act: Act, world: World) -> Moment | None:
    """When an act that does not last was, or when a lasting one began."""
    start = act.get("start")
    return start if isinstance(start, Moment) else None
