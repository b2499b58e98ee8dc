"""Whose land a place is: what it may be, by the record's word and by the map, and whose land conditions ask for.

A place may be several things (its *lots*): near a border one State's or the other's, in a disputed area any
claimant's, at a shore land or water. It is certainly in the territory of some States where each of its lots is land of
one of them, and certainly not where none is; which of them has it need not be known. What is said to be a
dependency's is its State's too; what is said to be the State's may be a dependency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from servanda.norms.facts import NOTHING, Dispute, Lots
from servanda.norms.groups import belongs, is_open, members
from servanda.norms.scene import Scene, Unknown, operand
from servanda.norms.site import Possible, Site
from servanda.norms.term import Group, Operand
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.vocabulary.verdict import Fact

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


def land_of(lots: Lots, whose: Whose) -> tuple[bool, bool]:
    """Whether what has these lots is land of the States, certainly and possibly."""
    return all(lot & whose.certain for lot in lots), any(lot & whose.codes for lot in lots)


def on_land(site: Site, whose: Whose) -> Truth:
    """Whether the place is on the States' land: by the record's word, its host, or the map, in this order."""
    if not whose.codes:
        return whose.rest
    if site.said is not None:
        land = _as_said(site, site.said, whose)
    elif site.at is None or (site.point is not None and site.point.area is not None):
        land = site.place_missing()
    else:
        land = site.off_the_map() if site.drawn is None else _held(site, site.drawn, whose)
    return disjunction((land, whose.rest))


def _as_said(site: Site, said: str, whose: Whose) -> Truth:
    """By the record's word; where that leaves a dependency open, by coordinates that it allows for."""
    return TRUE if said in whose.certain else _held(site, _possible_as_said(site, said), whose)


def _possible_as_said(site: Site, said: str) -> Possible:
    """Of what the map lets the place be that which agrees with the record's word; else all that the word may mean."""
    agreeing = frozenset(lot for lot in site.drawn.lots if said in lot) if site.drawn is not None else None
    if agreeing:
        return Possible((agreeing,))
    return Possible(tuple(site.scene.world.places.named(said, day) for day in site.days))


def _held(site: Site, possible: Possible, whose: Whose) -> Truth:
    """Whether what the place may be is the States'; unknown for want of the day, of who belongs to a group, or of what
    the map cannot say."""
    certainly, possibly = land_of(possible.lots, whose)
    if certainly == possibly:
        return known(certainly)
    if _settled_daily(possible, whose):
        return site.day_missing()
    if land_of(possible.lots, replace(whose, certain=whose.codes))[0]:
        return unknown(*whose.missing)
    return _undecided(site)


def _settled_daily(possible: Possible, whose: Whose) -> bool:
    """Whether on each single day it is theirs, or is not, so that only the day is wanting."""
    found = [land_of(lots, whose) for lots in possible.by_day]
    return all(certainly == possibly for certainly, possibly in found)


def _undecided(site: Site) -> Truth:
    """Unknown, for the reason that the map gives: a disputed area, or its own margin."""
    at, places = site.at, site.scene.world.places
    found = (places.dispute(*at, day) for day in site.days) if at is not None else iter(())
    dispute = next((d for d in found if d is not None), None)
    return site.place_missing() if dispute is None else unknown(disputed(dispute, site.named))


def disputed(dispute: Dispute, act: str) -> Fact:
    """The fact that whose the area is decides on the act."""
    says = "|".join(f"{who}={whose}={since or ''}" for who, whose, since in dispute.says)
    return Fact.of("disputed", area=dispute.area, says=says, act=act)
