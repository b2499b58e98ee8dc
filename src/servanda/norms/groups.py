"""Who belongs to a group or stands in a relation to the treaty, on the day of a scene."""

from __future__ import annotations

from servanda.norms.facts import World
from servanda.norms.memory import once
from servanda.norms.scene import Scene
from servanda.norms.term import Group, GroupItem, Listed, MembersOf, OpenGroup, Population
from servanda.norms.truth import Truth, conjunction, disjunction, known, unknown
from servanda.temporal import start_of_day_us
from servanda.vocabulary.party import parties
from servanda.vocabulary.verdict import Fact


def belongs(scene: Scene, code: str, group: GroupItem) -> Truth:
    """Whether the party belongs to the group on the scene's day. An open group without a value: unknown."""
    match group:
        case Listed(codes=codes):
            return known(code in codes)
        case MembersOf(group=name, on=on):
            return known(code in scene.world.memberships.members(name, on or scene.day))
        case Population(which=which):
            return known(code in population(scene, which))
        case OpenGroup(name=name):
            given = scene.world.groups.get(name)
            return unknown(Fact.of("group", name=name)) if given is None else known(code in given)
        case Group():
            return once(scene.world.memo, "belongs", group, (code, scene.at), lambda: _inside(scene, code, group))


def _inside(scene: Scene, code: str, group: Group) -> Truth:
    inside = disjunction(belongs(scene, code, item) for item in group.items)
    if not group.without:
        return inside
    return conjunction((inside, ~disjunction(belongs(scene, code, item) for item in group.without)))


def members(scene: Scene, group: GroupItem) -> tuple[str, ...]:
    """The codes that possibly belong to the group on the scene's day, sorted; those of an open group are nobody."""
    match group:
        case Listed(codes=codes):
            found = set(codes)
        case MembersOf(group=name, on=on):
            found = set(scene.world.memberships.members(name, on or scene.day))
        case Population(which=which):
            found = set(population(scene, which))
        case OpenGroup(name=name):
            found = set(scene.world.groups.get(name, ()))
        case Group(items=items):
            everybody = {code for item in items for code in members(scene, item)}
            found = {code for code in everybody if not group.without or belongs(scene, code, group).possibly}
    return tuple(sorted(found))


def is_open(scene: Scene, group: GroupItem) -> bool:
    """True when the group rests on an open term that has no value."""
    match group:
        case OpenGroup(name=name):
            return name not in scene.world.groups
        case Group(items=items):
            return any(is_open(scene, item) for item in items)
        case _:
            return False


def population(scene: Scene, which: str) -> frozenset[str]:
    """The States that stand in the relation at the scene's instant."""
    world, at = scene.world, scene.at
    return once(world.memo, "population", None, (which, at), lambda: _population(world, which, at))


def _population(world: World, which: str, at: int) -> frozenset[str]:
    match which:
        case "party":
            return frozenset(c for c, spans in world.bound.items() if any(b.start <= at < b.until for b in spans))
        case "signatory":
            return frozenset(code for code, since in world.signatories.items() if since <= at)
        case "contracting State":
            return frozenset(code for code, since in world.contracting.items() if since <= at)
        case _:
            return frozenset(code for code, party in parties().by_code.items() if party.kind == "state")


def turnover(world: World, term: object) -> set[int]:
    """The instants at which somebody may join those of whom the term speaks, or leave them; none for other terms."""
    match term:
        case MembersOf(group=group, on=None):
            zone = world.agreement.counting.zone
            return {start_of_day_us(day, zone) for day in world.memberships.changes(group)}
        case Population(which="party"):
            return {t for spans in world.bound.values() for b in spans for t in (b.start, b.until)}
        case Population(which="signatory"):
            return set(world.signatories.values())
        case Population(which="contracting State"):
            return set(world.contracting.values())
    return set()
