"""Where an act was, as far as conditions ask: in a territory, a sea, a zone, a strip, within a distance.

A disputed area belongs to nobody until an account says so, and the map's margin is in every answer: a place may
therefore be several things (its lots), and is in the territory of several States together where each of these is land
of one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from servanda.norms.comparison import interval_fact
from servanda.norms.facts import WATER, Range
from servanda.norms.landholding import Whose, alone, land_of, on_land, whose_of
from servanda.norms.scene import Scene, Unknown, amount
from servanda.norms.site import Site
from servanda.norms.term import (
    BASELINES_M,
    CONTIGUOUS_ZONE_M,
    EEZ_M,
    TERRITORIAL_SEA_M,
    Amount,
    Beyond,
    BorderBetween,
    BorderOf,
    Combined,
    Group,
    Near,
    OpenRegion,
    Operand,
    Outline,
    Path,
    Place,
    Region,
    Spot,
    TerritoryOf,
)
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.spatial.ellipsoid.geodesic import distance_m
from servanda.vocabulary.verdict import Fact


def located(scene: Scene, left: Path, place: Place) -> Truth:
    """Whether the place at the end of the path lies in the other."""
    return _located(Site(scene, left), place)


def _located(site: Site, place: Place) -> Truth:
    match place:
        case TerritoryOf(of=of):
            return _in_part(site, place, whose_of(site.scene, of))
        case Region() | Outline():
            return _in_region(site, place)
        case OpenRegion(name=name):
            return unknown(Fact.of("region", name=name))
        case Beyond():
            return _beyond(site, place)
        case Near(distance=distance, of=of):
            return _near(site, distance, of)
        case Combined(operator=operator, parts=parts):
            truths = [~_located(site, p) if negated else _located(site, p) for negated, p in parts]
            return conjunction(truths) if operator == "and" else disjunction(truths)
        case Path():
            return _same_place(site, place)
        case BorderBetween() | BorderOf() | Spot():
            raise AssertionError("a line or a point has no inside")


def _same_place(site: Site, right: Path) -> Truth:
    a, b = site.point, Site(site.scene, right).point
    if a is None or b is None or a.name is None or b.name is None:
        return site.place_missing()
    return known(a.name == b.name)


# ---- territory


def _in_part(site: Site, place: TerritoryOf, whose: Whose) -> Truth:
    match place.part:
        case "territory":
            return _in_territory(site, place, whose)
        case "land territory":
            return on_land(site, whose)
        case "internal waters":
            return whose.any(lambda code: _in_internal_waters(site, code))
        case "airspace":
            return _up_to_the_sea(site, whose)
        case "territorial sea":
            return _in_territorial_sea(site, whose)
        case "contiguous zone":
            return whose.any(lambda code: _belt(site, code, CONTIGUOUS_ZONE_M))
        case "exclusive economic zone":
            return whose.any(lambda code: _belt(site, code, EEZ_M))


def _in_territory(site: Site, place: TerritoryOf, whose: Whose) -> Truth:
    """On land; and in the waters that the terms count with it, unless the record itself says whose the place is."""
    land = on_land(site, whose)
    if place.extent == "land" or land.certainly or site.said is not None:
        return land
    if place.extent == "with territorial sea":
        return _up_to_the_sea(site, whose)
    return disjunction((land, whose.any(lambda code: _perhaps_landward(site, code))))


def _up_to_the_sea(site: Site, whose: Whose) -> Truth:
    """On land or in the territorial sea; at a shore it need not be known which."""
    found = disjunction((on_land(site, whose), _in_territorial_sea(site, whose)))
    return TRUE if found.unknown and _at_shore(site, whose) else found


def _at_shore(site: Site, whose: Whose) -> bool:
    """Whether the map lets the place be the States' land or water, nobody else's land, and that near to their coast."""
    if site.drawn is None or site.said is not None or (site.point is not None and site.point.area):
        return False
    ashore = site.drawn.lots - {WATER}
    if not ashore or not land_of(ashore, whose)[0]:
        return False
    return whose.any(lambda code: _land_within(site, _sharp(TERRITORIAL_SEA_M), code)).certainly


# ---- waters


def _in_territorial_sea(site: Site, whose: Whose) -> Truth:
    return whose.any(lambda code: _at_sea_within(site, code, TERRITORIAL_SEA_M))


def _at_sea_within(site: Site, code: str, reach_m: int) -> Truth:
    """Whether the place is on nobody's land, and that near to the State's coast."""
    if site.point is not None and site.point.territory == "high seas":
        return FALSE
    if site.at is None:
        return site.place_missing()
    within = _land_within(site, _sharp(reach_m), code)
    if not within.possibly:
        return FALSE  # whoever's land it is, if it is land
    if site.drawn is None:
        return site.off_the_map()
    if WATER not in site.drawn.lots:
        return FALSE
    if site.drawn.lots == {WATER}:
        return within
    daily = all(WATER not in lots or lots == {WATER} for lots in site.drawn.by_day)
    return conjunction((within, site.day_missing() if daily else site.place_missing()))


def _belt(site: Site, code: str, reach_m: int) -> Truth:
    """At sea, beyond the territorial sea and up to so far from the coast."""
    outer = _at_sea_within(site, code, reach_m)
    return conjunction((outer, ~_at_sea_within(site, code, TERRITORIAL_SEA_M)))


def _in_internal_waters(site: Site, code: str) -> Truth:
    """Never certain: the map draws lakes and rivers as land, and has no baselines."""
    land = on_land(site, alone(code))
    return disjunction((conjunction((land, _waters(code))), _perhaps_landward(site, code)))


def _perhaps_landward(site: Site, code: str) -> Truth:
    """At sea where a baseline may run farther out."""
    return conjunction((_at_sea_within(site, code, BASELINES_M), _waters(code)))


def _waters(code: str) -> Truth:
    return unknown(Fact.of("internal-waters", party=code))


def _sharp(metres: int) -> Range:
    """A known distance as an exact amount."""
    return Range(Fraction(metres), Fraction(metres))


# ---- regions


def _in_region(site: Site, region: Region | Outline) -> Truth:
    if site.at is not None:
        certainly, possibly = site.scene.world.places.inside(region, *site.at)
        return known(certainly) if certainly == possibly else site.place_missing()
    named = site.point is not None and site.point.name == region.name
    return TRUE if named else site.place_missing()


def _beyond(site: Site, place: Beyond) -> Truth:
    if site.at is None:
        return site.place_missing()
    (lon, lat), line = site.at, float(place.degrees)
    match place.side:
        case "north":
            return known(lat > line)
        case "south":
            return known(lat < line)
        case "east" | "west":
            return known(_follows(lon, lat, eastward_from(place)))


def eastward_from(place: Beyond) -> float:
    """The meridian from which the side extends 180 degrees eastward, in (-180, 180]."""
    line = place.degrees if place.side == "east" else place.degrees - 180
    return float(line + 360 if line <= -180 else line)


def _follows(lon: float, lat: float, line: float) -> bool:
    """Whether the position lies strictly within the 180 degrees east of the meridian; a pole lies on every meridian."""
    lon = 180.0 if lon == -180 else lon
    return abs(lat) != 90 and (line < lon < line + 180 if line <= 0 else lon > line or lon < line - 180)


# ---- distances


def near(scene: Scene, left: Path, distance: Amount, of: Place) -> Truth:
    """Whether the geodesic distance from the place to the other is at most the amount."""
    return _near(Site(scene, left), distance, of)


def _near(site: Site, distance: Amount, of: Place) -> Truth:
    reach = amount(site.scene, distance)
    if isinstance(reach, Unknown):
        # Any distance may be meant: only a place without coordinates adds to what is missing.
        return conjunction((unknown(*reach.missing), _within(site, None, of)))
    found = _within(site, reach, of)
    if found.unknown and reach.lo != reach.hi:
        return unknown(interval_fact(site.scene, distance, reach), *found.missing)
    return found


def _within(site: Site, reach: Range | None, of: Place) -> Truth:
    """Whether it is that near; of a `reach` of None nothing is known."""
    match of:
        case TerritoryOf():
            return _near_territory(site, reach, of)
        case BorderOf(of=whose):
            ask = site.scene.world.places.border_m
            return whose_of(site.scene, whose).any(lambda code: _state_within(site, reach, code, ask))
        case BorderBetween(first=first, second=second):
            return _near_border(site, reach, first, second)
        case Path():
            return _near_point(site, reach, Site(site.scene, of).at)
        case Spot(lon=lon, lat=lat):
            return _near_point(site, reach, (float(lon), float(lat)))
        case Region() | Outline():
            return _near_region(site, reach, of)
        case _:
            return _about_region(_located(site, of))


def _near_region(site: Site, reach: Range | None, region: Region | Outline) -> Truth:
    if site.at is None or reach is None:
        return _about_region(_in_region(site, region))
    return _at_most(site, site.scene.world.places.region_m(region, *site.at), reach)


def _about_region(inside: Truth) -> Truth:
    """Inside is near; how far outside such a region a point lies, this geography does not say."""
    return inside if inside.certainly else unknown(Fact.of("distance-to-region"), *inside.missing)


def _near_territory(site: Site, reach: Range | None, place: TerritoryOf) -> Truth:
    """Near that of any of the States; in the midst of several, it need not be known which is how near."""
    whose = whose_of(site.scene, place.of)
    found = whose.any(lambda code: _near_part(site, reach, place, code))
    if found.unknown and whose.several and reach is not None and place.from_land and site.drawn is not None:
        return TRUE if land_of(site.drawn.lots, whose)[0] else found
    return found


def _near_part(site: Site, reach: Range | None, place: TerritoryOf, code: str) -> Truth:
    """Near the territory, or near a belt of it, which begins so far from the land as it ends."""
    within = _land_within(site, None if reach is None else _wider(reach, place.beyond_land_m), code)
    if place.from_land:
        return within
    if place.part == "territory":
        return disjunction((_land_within(site, reach, code), conjunction((within, _waters(code)))))
    return disjunction((_in_part(site, place, alone(code)), conjunction((within, _FAR))))


def _wider(reach: Range, by: int) -> Range:
    return Range(reach.lo + by, None if reach.hi is None else reach.hi + by)


_FAR = unknown(Fact.of("distance-to-region"))


def _near_border(site: Site, reach: Range | None, first: Operand | Group, second: Operand | Group) -> Truth:
    """Within the strip on either side of the line: on one side's land, and that near to the other side's."""
    one, other = whose_of(site.scene, first), whose_of(site.scene, second)
    return disjunction(_on_side(site, reach, here, there) for here, there in ((one, other), (other, one)))


def _on_side(site: Site, reach: Range | None, here: Whose, there: Whose) -> Truth:
    return conjunction((on_land(site, here), there.any(lambda code: _land_within(site, reach, code))))


def _near_point(site: Site, reach: Range | None, other: tuple[float, float] | None) -> Truth:
    if site.at is None or other is None:
        return site.place_missing()
    metres = distance_m(*site.at, *other)
    return unknown() if reach is None else _at_most(site, (metres, metres), reach)


Distances = Callable[[float, float, str, date], tuple[float, float] | None]


def _land_within(site: Site, reach: Range | None, code: str) -> Truth:
    """Whether the State's land is that near.

    Most places are far within or far beyond the reach, or the reach is not known well enough: to tell so no exact
    distance is needed.
    """
    places = site.scene.world.places
    if site.at is not None and reach is not None:
        rough = _widest(site, places.rough_m, code)
        if rough is not None and rough[0] > reach.lo and (reach.hi is None or rough[1] <= reach.hi):
            return unknown()
        if rough is not None and not (decided := _at_most(site, rough, reach)).unknown:
            return decided
    return _state_within(site, reach, code, places.distance_m)


def _state_within(site: Site, reach: Range | None, code: str, ask: Distances) -> Truth:
    if site.at is None:
        return site.place_missing()
    if reach is None:
        return unknown()  # a comparison with what is not known is not known
    found = _widest(site, ask, code)
    return unknown(Fact.of("no-geometry", party=code)) if found is None else _at_most(site, found, reach)


def _widest(site: Site, ask: Distances, code: str) -> tuple[float, float] | None:
    """Least and greatest distance over the days; None where on one of them the map has no such State."""
    assert site.at is not None
    found = [ask(*site.at, code, day) for day in site.days]
    told = [one for one in found if one is not None]
    return (min(lo for lo, _ in told), max(hi for _, hi in told)) if len(told) == len(found) else None


def _at_most(site: Site, metres: tuple[float, float], reach: Range) -> Truth:
    least, greatest = metres
    if greatest <= reach.lo:
        return TRUE
    if reach.hi is not None and least > reach.hi:
        return FALSE
    return unknown(Fact.of("margin", act=site.named, least=_said_m(least), greatest=_said_m(greatest)))


def _said_m(metres: float) -> str:
    return "…" if metres == float("inf") else str(round(metres))
