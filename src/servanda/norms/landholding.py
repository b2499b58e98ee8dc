"""Whose land a place is: what it may be, by the record's word and by the map, and whose land conditions ask for.

A place may be several things (its *lots*): near a border one State's or the other's, in a disputed area any
claimant's, at a shore land or water. It is certainly in the territory of some States where each of its lots is land of
one of them, and certainly not where none is; which of them has it need not be known. What is said to be a
dependency's is its State's too; what is said to be the State's may be a dependency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from servanda.norms.facts import NOTHING, Act, Dispute, Lots, Point
from servanda.norms.groups import belongs, is_open, members
from servanda.norms.scene import Scene, Unknown, act_of, operand, path_value
from servanda.norms.term import Group, Operand, Path
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.temporal import Moment, day_of
from servanda.vocabulary.verdict import Fact


def point_of(scene: Scene, path: Path) -> tuple[Act | None, Point | None]:
    """The act whose place it is, and the place, as far as they are known."""
    value = path_value(scene, path)
    return act_of(scene, path), value if isinstance(value, Point) else None


def place_missing(scene: Scene, path: Path) -> Truth:
    """Unknown for want of the place."""
    act = act_of(scene, path)
    return unknown(Fact.of("attribute", attribute="place", act=act.id if act else path.variable))


# ---- the day


def days(scene: Scene, path: Path) -> tuple[date, ...]:
    """The days as of which the map is asked: the scene's, and every one from which land is another's while the act
    may have begun."""
    act = act_of(scene, path)
    start = act.get("start") if act is not None else None
    first = scene.day
    if not isinstance(start, Moment) or not start.lo <= scene.at <= start.hi:
        return (first,)
    last = day_of(start.hi, scene.zone)
    if last == first:
        return (first,)
    return (first, *scene.world.places.changes_between(first, last))


def off_the_map(scene: Scene) -> Truth:
    """Unknown because the map does not know the day, or whose the land was."""
    return unknown(Fact.of("map-day", day=scene.day))


# ---- whose


@dataclass(frozen=True)
class Whose:
    """The States that a term names on the scene's day: those that it may name, and of these those that it does.

    `missing`: what is not known of who they are; `opened`: there may be more of them. `several`: it names them as
    one, so that in whose land among theirs a place lies does not matter.
    """

    codes: frozenset[str]
    certain: frozenset[str]
    missing: tuple[Fact, ...] = ()
    opened: bool = False
    several: bool = False

    @property
    def rest(self) -> Truth:
        """What can be said of whoever else may be meant; nobody is nowhere."""
        return unknown(*self.missing) if self.opened else FALSE

    def any(self, test: Callable[[str], Truth]) -> Truth:
        """The test of any of the States."""
        return disjunction((*(self._one(code, test) for code in sorted(self.codes)), self.rest))

    def _one(self, code: str, test: Callable[[str], Truth]) -> Truth:
        return test(code) if code in self.certain else conjunction((test(code), unknown(*self.missing)))


def whose_of(scene: Scene, of: Operand | Group) -> Whose:
    """The States that the term names; what does not apply is nobody."""
    if isinstance(of, Group):
        return _of_group(scene, of)
    value = operand(scene, of)
    if isinstance(value, Unknown):
        return Whose(frozenset(), frozenset(), value.missing, opened=True)
    if value is NOTHING:
        return Whose(frozenset(), frozenset())
    codes = frozenset(value if isinstance(value, tuple) else (str(value),))
    return Whose(codes, codes, several=isinstance(value, tuple))


def alone(code: str) -> Whose:
    """One State."""
    return Whose(frozenset({code}), frozenset({code}))


def _of_group(scene: Scene, group: Group) -> Whose:
    codes = frozenset(members(scene, group))
    certain = frozenset(code for code in codes if belongs(scene, code, group).certainly)
    opened = is_open(scene, group)
    missing = (Fact.of("group", name=group.name),) if opened or codes != certain else ()
    return Whose(codes, certain, missing, opened, several=True)


# ---- whose land


@dataclass(frozen=True)
class Possible:
    """What a place may be, day by day as it may have begun."""

    by_day: tuple[Lots, ...]

    @property
    def lots(self) -> Lots:
        """On any of the days."""
        return self.by_day[0] if len(self.by_day) == 1 else frozenset().union(*self.by_day)

    def of(self, whose: Whose) -> tuple[bool, bool]:
        """Whether it is land of the States, certainly and possibly."""
        return land_of(self.lots, whose)

    def settled_daily(self, whose: Whose) -> bool:
        """Whether on each single day it is, or is not, so that only the day is wanting."""
        found = [land_of(lots, whose) for lots in self.by_day]
        return all(certainly == possibly for certainly, possibly in found)


def land_of(lots: Lots, whose: Whose) -> tuple[bool, bool]:
    """Whether what has these lots is land of the States, certainly and possibly."""
    return all(lot & whose.certain for lot in lots), any(lot & whose.codes for lot in lots)


def on_the_map(scene: Scene, left: Path) -> Possible | None:
    """What the map lets a place with coordinates be; None where it does not know one of the days."""
    point = mapped(scene, left)
    assert point is not None
    found = [scene.world.places.lots_at(*point, day) for day in days(scene, left)]
    told = tuple(lots for lots in found if lots is not None)
    return Possible(told) if len(told) == len(found) else None


def mapped(scene: Scene, path: Path) -> tuple[float, float] | None:
    """The coordinates of the place, where it has any."""
    _, point = point_of(scene, path)
    return None if point is None or point.lon is None or point.lat is None else (point.lon, point.lat)


def said_of(scene: Scene, left: Path) -> str | None:
    """Whose the record says that the place is: the territory it names, or the host."""
    act, point = point_of(scene, left)
    if point is not None and point.territory is not None:
        return point.territory
    host = act.get("host") if act is not None else None
    return None if host is None else str(host)


def on_land(scene: Scene, left: Path, whose: Whose) -> Truth:
    """Whether the place is on the States' land: by the record's word, its host, or the map, in this order."""
    if not whose.codes:
        return whose.rest
    said = said_of(scene, left)
    _, point = point_of(scene, left)
    if said is not None:
        land = _as_said(scene, left, said, whose)
    elif mapped(scene, left) is None or (point is not None and point.area is not None):
        land = place_missing(scene, left)
    else:
        land = _as_drawn(scene, left, whose)
    return disjunction((land, whose.rest))


def _as_said(scene: Scene, left: Path, said: str, whose: Whose) -> Truth:
    """By the record's word; where that leaves a dependency open, by coordinates that it allows for."""
    if said in whose.certain:
        return TRUE
    possible = _possible_as_said(scene, left, said)
    certainly, possibly = possible.of(whose)
    return known(certainly) if certainly == possibly else _wanting(scene, left, possible, whose)


def _possible_as_said(scene: Scene, left: Path, said: str) -> Possible:
    """Of what the map lets the place be that which agrees with the record's word; else all that the word may mean."""
    drawn = on_the_map(scene, left) if mapped(scene, left) is not None else None
    agreeing = frozenset(lot for lot in drawn.lots if said in lot) if drawn is not None else None
    if agreeing:
        return Possible((agreeing,))
    return Possible(tuple(scene.world.places.named(said, day) for day in days(scene, left)))


def _as_drawn(scene: Scene, left: Path, whose: Whose) -> Truth:
    possible = on_the_map(scene, left)
    if possible is None:
        return off_the_map(scene)
    certainly, possibly = possible.of(whose)
    return known(certainly) if certainly == possibly else _wanting(scene, left, possible, whose)


def _wanting(scene: Scene, left: Path, possible: Possible, whose: Whose) -> Truth:
    """Unknown, for want of the day, of who belongs to a group, or of what the map cannot say."""
    if possible.settled_daily(whose):
        return day_missing(scene, left)
    if land_of(possible.lots, replace(whose, certain=whose.codes))[0]:
        return unknown(*whose.missing)
    return _undecided(scene, left)


def day_missing(scene: Scene, left: Path) -> Truth:
    """Unknown for want of the day."""
    act = act_of(scene, left)
    return unknown(Fact.of("day", act=act.id if act else left.variable))


def _undecided(scene: Scene, left: Path) -> Truth:
    """Unknown, for the reason that the map gives: a disputed area, or its own margin."""
    point = mapped(scene, left)
    if point is None:
        return place_missing(scene, left)
    act = act_of(scene, left)
    for day in days(scene, left):
        dispute = scene.world.places.dispute(*point, day)
        if dispute is not None:
            return unknown(disputed(dispute, act.id if act else left.variable))
    return place_missing(scene, left)


def disputed(dispute: Dispute, act: str) -> Fact:
    """The fact that whose the area is decides on the act."""
    says = "|".join(f"{who}={whose}={since or ''}" for who, whose, since in dispute.says)
    return Fact.of("disputed", area=dispute.area, says=says, act=act)
