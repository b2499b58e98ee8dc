"""Occasions: for what a norm is evaluated, one for each combination of the things of `for each`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date as Day
from functools import partial
from itertools import product

from servanda.norms.condition import ActRange, BreachRange, CalendarRange, PartyRange
from servanda.norms.cuts import spread
from servanda.norms.evaluate import things_in
from servanda.norms.facts import Act, World
from servanda.norms.groups import belongs, members, turnover
from servanda.norms.norm import Variant
from servanda.norms.scene import CalendarUnit, Scene, Thing
from servanda.norms.spread import at_every
from servanda.norms.term import Population
from servanda.norms.truth import TRUE, Truth, conjunction
from servanda.temporal import BEGINNING_US, END_US, day_of, start_of_day_us
from servanda.vocabulary.act import vocabulary


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
            if acts or units:
                yield from _with_parties(variant, with_unit, here, parties)
            else:
                yield from _parties_alone(with_unit, here, parties)


def _with_acts(scene: Scene, ranges: list[ActRange | BreachRange], planned: bool) -> Iterator[tuple[Scene, Truth]]:
    if not ranges:
        yield scene, TRUE
        return
    choices = [list(_things(scene, r, planned)) for r in ranges]
    for chosen in product(*choices):
        things = {r.variable: act for r, (act, _) in zip(ranges, chosen, strict=True)}
        start = chosen[0][0].start
        at = start.lo if start is not None else scene.world.on
        yield replace(scene, things=things, at=at), conjunction(here for _, here in chosen)


def trigger_act(variant: Variant, scene: Scene) -> Act | None:
    """The act that the occasion is, the first of several."""
    return next((t for r in variant.for_each if isinstance(t := scene.things.get(r.variable), Act)), None)


def arises(variant: Variant, scene: Scene) -> tuple[int, int]:
    """Between which two instants the occasion is: those between which its act began, else the scene's own."""
    act = trigger_act(variant, scene)
    start = act.start if act is not None else None
    if start is None or any(isinstance(r, CalendarRange) for r in variant.for_each):
        return scene.at, scene.at
    return scene.at, max(scene.at, start.hi)


def at_trigger(variant: Variant, scene: Scene) -> Scene:
    """The scene at an instant somewhere between those two."""
    act = trigger_act(variant, scene)
    return scene if act is None else spread(scene, variant, *arises(variant, scene), act)


def _things(scene: Scene, over: ActRange | BreachRange, planned: bool) -> Iterator[tuple[Act, Truth]]:
    for inner, here in things_in(scene, over, upto=END_US if planned else None):
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


def _with_parties(variant: Variant, scene: Scene, here: Truth, ranges: list[PartyRange]) -> Iterator[Occasion]:
    """With everybody who may be of the populations at a time at which the occasion may be, or may still stand."""
    act = trigger_act(variant, scene)
    lo, hi = arises(variant, scene)
    if act is not None and (act.start is None or vocabulary().kinds[act.kind].stands):
        lo, hi = lo if act.start is not None else BEGINNING_US, max(hi, scene.world.on)
    for chosen in _combined(ranges, [_sometime(scene, r.population, lo, hi) for r in ranges]):
        yield Occasion(_naming(scene, ranges, chosen), here)


def _sometime(scene: Scene, population: Population, lo: int, hi: int) -> list[str]:
    changes = (t for t in turnover(scene.world, population) if lo < t <= hi)
    return sorted({code for at in (lo, *changes) for code in members(scene.at_instant(at), population)})


def _parties_alone(scene: Scene, here: Truth, ranges: list[PartyRange]) -> Iterator[Occasion]:
    if not ranges:
        yield Occasion(scene, here)
        return
    for chosen, at in together(scene.world, ranges):
        yield Occasion(_naming(scene, ranges, chosen).at_instant(at), here)


def of_populations(variant: Variant, scene: Scene) -> Truth:
    """Whether the parties of `for each` are of their populations on the occasion's day, where it has one."""
    parties = [r for r in variant.for_each if isinstance(r, PartyRange)]
    if len(parties) == len(variant.for_each):
        return TRUE
    return conjunction(at_every(scene, partial(_of_population, over)) for over in parties)


def _of_population(over: PartyRange, scene: Scene) -> Truth:
    return belongs(scene, label(scene.things[over.variable]), over.population)


def _naming(scene: Scene, ranges: list[PartyRange], chosen: tuple[str, ...]) -> Scene:
    named = dict(zip((r.variable for r in ranges), chosen, strict=True))
    return replace(scene, things={**scene.things, **named})


def together(world: World, ranges: Sequence[PartyRange]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Parties alone, in every combination, and the first instant at which all of them are bound.

    Where they never all are, the day asked about.
    """
    for chosen in _combined(ranges, [_ever(world, r) for r in ranges]):
        starts = [max((b.start for b in world.bound.get(code, ())[:1]), default=world.on) for code in chosen]
        yield chosen, max(starts)


def _combined(ranges: Sequence[PartyRange], choices: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """One of each; an 'other party' is none of those before it."""
    for chosen in product(*choices):
        if not any(r.other and chosen[i] in chosen[:i] for i, r in enumerate(ranges)):
            yield chosen


def _ever(world: World, over: PartyRange) -> Sequence[str]:
    """Everybody of the population: parties that have ever been bound, others as of the day asked about."""
    if over.population.which == "party":
        return sorted(code for code, spans in world.bound.items() if any(b.start <= world.on for b in spans))
    return members(Scene(world, world.on), over.population)


def others_apart(variant: Variant, scene: Scene) -> bool:
    """False where an 'other party' without a party before it is the bearer itself."""
    seen = False
    for over in variant.for_each:
        if isinstance(over, PartyRange):
            if over.other and not seen and scene.bearer is not None and scene.things[over.variable] == scene.bearer:
                return False
            seen = True
    return True
