"""Where an act was, as far as conditions ask: in a territory, a sea, a zone, a strip, within a distance.

What the record says of a place goes before the map: first the territory it names, then the host State, then the
coordinates, which may also tell which of a State's dependencies is meant. Whose land a place is, is asked as of the
occasion's day, and where that day is not known to the day, as of every day that it may be. A disputed area belongs to
nobody until an account says so, and the map's margin is in every answer: a place may therefore be several things
(its lots), and is in the territory of several States together where each of these is land of one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from servanda.norms.comparison import interval_fact
from servanda.norms.facts import WATER, Point, Range
from servanda.norms.landholding import (
    Whose,
    alone,
    day_missing,
    days,
    land_of,
    mapped,
    off_the_map,
    on_land,
    on_the_map,
    place_missing,
    point_of,
    said_of,
    whose_of,
)
from servanda.norms.scene import Scene, Unknown, act_of, amount
from servanda.norms.term import (
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

TERRITORIAL_SEA_M = 22_224  # 12 nautical miles, UNCLOS art. 3
CONTIGUOUS_ZONE_M = 44_448  # 24 nautical miles, UNCLOS art. 33
EEZ_M = 370_400  # 200 nautical miles, UNCLOS art. 57
# No baseline is on the map. Beyond this nobody draws one; up to it waters may be internal, and are not known to be.
BASELINES_M = EEZ_M


ANY = Range(Fraction(0), None)  # a distance of which nothing is known


def located(scene: Scene, left: Path, place: Place) -> Truth:
    """Whether the place at the end of the path lies in the other."""
    match place:
        case TerritoryOf(of=of):
            return _in_part(scene, left, place, whose_of(scene, of))
        case Region() | Outline():
            return _in_region(scene, left, place)
        case OpenRegion(name=name):
            return unknown(Fact.of("region", name=name))
        case Beyond():
            return _beyond(scene, left, place)
        case Near(distance=distance, of=of):
            return near(scene, left, distance, of)
        case Combined(operator=operator, parts=parts):
            truths = [~located(scene, left, p) if negated else located(scene, left, p) for negated, p in parts]
            return conjunction(truths) if operator == "and" else disjunction(truths)
        case Path():
            return _same_place(scene, left, place)
        case BorderBetween() | BorderOf() | Spot():
            raise AssertionError("a line or a point has no inside")


def _same_place(scene: Scene, left: Path, right: Path) -> Truth:
    _, a = point_of(scene, left)
    _, b = point_of(scene, right)
    if a is None or b is None or a.name is None or b.name is None:
        return place_missing(scene, left)
    return known(a.name == b.name)


Distances = Callable[[float, float, str, date], tuple[float, float] | None]


def _widest(scene: Scene, path: Path, ask: Distances, point: Point, code: str) -> tuple[float, float] | None:
    """Least and greatest distance over the days; None where on one of them the map has no such State."""
    assert point.lon is not None
    assert point.lat is not None
    found = [ask(point.lon, point.lat, code, day) for day in days(scene, path)]
    known_ones = [one for one in found if one is not None]
    if len(known_ones) < len(found):
        return None
    return min(lo for lo, _ in known_ones), max(hi for _, hi in known_ones)


# ---- territory


def _in_part(scene: Scene, left: Path, place: TerritoryOf, whose: Whose) -> Truth:
    match place.part:
        case "territory":
            return _in_territory(scene, left, place, whose)
        case "land territory":
            return on_land(scene, left, whose)
        case "internal waters":
            return whose.any(lambda code: _in_internal_waters(scene, left, code))
        case "airspace":
            return _up_to_the_sea(scene, left, whose)
        case "territorial sea":
            return _in_territorial_sea(scene, left, whose)
        case "contiguous zone":
            return whose.any(lambda code: _belt(scene, left, code, CONTIGUOUS_ZONE_M))
        case "exclusive economic zone":
            return whose.any(lambda code: _belt(scene, left, code, EEZ_M))


def _in_territory(scene: Scene, left: Path, place: TerritoryOf, whose: Whose) -> Truth:
    """On land; and in the waters that the terms count with it, unless the record itself says whose the place is."""
    land = on_land(scene, left, whose)
    if place.extent == "land" or land.certainly or said_of(scene, left) is not None:
        return land
    if place.extent == "with territorial sea":
        return _up_to_the_sea(scene, left, whose)
    return disjunction((land, whose.any(lambda code: _perhaps_landward(scene, left, code))))


def _up_to_the_sea(scene: Scene, left: Path, whose: Whose) -> Truth:
    """On land or in the territorial sea; at a shore it need not be known which."""
    found = disjunction((on_land(scene, left, whose), _in_territorial_sea(scene, left, whose)))
    return TRUE if found.unknown and _at_shore(scene, left, whose) else found


def _at_shore(scene: Scene, left: Path, whose: Whose) -> bool:
    """Whether the map lets the place be the States' land or water, nobody else's land, and that near to their coast."""
    _, point = point_of(scene, left)
    if mapped(scene, left) is None or said_of(scene, left) is not None or (point is not None and point.area):
        return False
    possible = on_the_map(scene, left)
    ashore = possible.lots - {WATER} if possible is not None else frozenset()
    if not ashore or not land_of(ashore, whose)[0]:
        return False
    return whose.any(lambda code: _interval_within(scene, left, code, _sharp(TERRITORIAL_SEA_M))).certainly


# ---- waters


def _in_territorial_sea(scene: Scene, left: Path, whose: Whose) -> Truth:
    return whose.any(lambda code: _at_sea_within(scene, left, code, TERRITORIAL_SEA_M))


def _at_sea_within(scene: Scene, left: Path, code: str, reach_m: int) -> Truth:
    """Whether the place is on nobody's land, and that near to the State's coast."""
    _, point = point_of(scene, left)
    if point is not None and point.territory == "high seas":
        return FALSE
    if point is None or point.lon is None or point.lat is None:
        return place_missing(scene, left)
    within = _interval_within(scene, left, code, _sharp(reach_m))
    if not within.possibly:
        return FALSE  # whoever's land it is, if it is land
    possible = on_the_map(scene, left)
    if possible is None:
        return off_the_map(scene)
    if WATER not in possible.lots:
        return FALSE
    if possible.lots == {WATER}:
        return within
    daily = all(WATER not in lots or lots == {WATER} for lots in possible.by_day)
    return conjunction((within, day_missing(scene, left) if daily else place_missing(scene, left)))


def _belt(scene: Scene, left: Path, code: str, reach_m: int) -> Truth:
    """At sea, beyond the territorial sea and up to so far from the coast."""
    outer = _at_sea_within(scene, left, code, reach_m)
    return conjunction((outer, ~_at_sea_within(scene, left, code, TERRITORIAL_SEA_M)))


def _in_internal_waters(scene: Scene, left: Path, code: str) -> Truth:
    """Never certain: the map draws lakes and rivers as land, and has no baselines."""
    land = on_land(scene, left, alone(code))
    return disjunction((conjunction((land, _waters(code))), _perhaps_landward(scene, left, code)))


def _perhaps_landward(scene: Scene, left: Path, code: str) -> Truth:
    """At sea where a baseline may run farther out."""
    return conjunction((_at_sea_within(scene, left, code, BASELINES_M), _waters(code)))


def _waters(code: str) -> Truth:
    return unknown(Fact.of("internal-waters", party=code))


def _sharp(metres: int) -> Range:
    """A known distance as an exact amount."""
    return Range(Fraction(metres), Fraction(metres))


# ---- regions


def _in_region(scene: Scene, left: Path, region: Region | Outline) -> Truth:
    _, point = point_of(scene, left)
    if point is None:
        return place_missing(scene, left)
    if point.lon is not None and point.lat is not None:
        certainly, possibly = scene.world.places.inside(region, point.lon, point.lat)
        return known(certainly) if certainly == possibly else place_missing(scene, left)
    return TRUE if point.name == region.name else place_missing(scene, left)


def _beyond(scene: Scene, left: Path, place: Beyond) -> Truth:
    _, point = point_of(scene, left)
    if point is None or point.lon is None or point.lat is None:
        return place_missing(scene, left)
    line = float(place.degrees)
    match place.side:
        case "north":
            return known(point.lat > line)
        case "south":
            return known(point.lat < line)
        case "east" | "west":
            return known(_follows(point.lon, point.lat, eastward_from(place)))


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
    reach = amount(scene, distance)
    if isinstance(reach, Unknown):
        # Any distance may be meant: only a place without coordinates adds to what is missing.
        return conjunction((unknown(*reach.missing), _near(scene, left, ANY, of)))
    found = _near(scene, left, reach, of)
    if found.unknown and reach.lo != reach.hi:
        return unknown(interval_fact(scene, distance, reach), *found.missing)
    return found


def _near(scene: Scene, left: Path, reach: Range, of: Place) -> Truth:
    match of:
        case TerritoryOf():
            return _near_territory(scene, left, reach, of)
        case BorderOf(of=whose):
            return whose_of(scene, whose).any(lambda code: _near_borders_of(scene, left, reach, code))
        case BorderBetween(first=first, second=second):
            return _near_border(scene, left, reach, first, second)
        case Path():
            return _near_point(scene, left, reach, of)
        case Spot():
            return _near_spot(scene, left, reach, of)
        case Region() | Outline():
            return _near_region(scene, left, reach, of)
        case _:
            return _about_region(located(scene, left, of))


def _near_region(scene: Scene, left: Path, reach: Range, region: Region | Outline) -> Truth:
    at = mapped(scene, left)
    if at is None or reach == ANY:
        return _about_region(_in_region(scene, left, region))
    return _at_most(scene, left, scene.world.places.region_m(region, *at), reach)


def _about_region(inside: Truth) -> Truth:
    """Inside is near; how far outside such a region a point lies, this geography does not say."""
    return inside if inside.certainly else unknown(Fact.of("distance-to-region"), *inside.missing)


def beyond_land_m(place: TerritoryOf) -> int:
    """How far from land the part reaches at most."""
    match place.part:
        case "territory":
            return {"land": 0, "with internal waters": BASELINES_M, "with territorial sea": TERRITORIAL_SEA_M}[
                place.extent
            ]
        case "land territory":
            return 0
        case "airspace" | "territorial sea":
            return TERRITORIAL_SEA_M
        case "contiguous zone":
            return CONTIGUOUS_ZONE_M
        case "internal waters":
            return BASELINES_M
        case "exclusive economic zone":
            return EEZ_M


def reaches_from_land(place: TerritoryOf) -> bool:
    """True where the part is all that lies within so far of the land, the land with it: then distances are known."""
    return place.part in ("land territory", "airspace") or (
        place.part == "territory" and place.extent != "with internal waters"
    )


def _near_territory(scene: Scene, left: Path, reach: Range, place: TerritoryOf) -> Truth:
    """Near that of any of the States; in the midst of several, it need not be known which is how near."""
    whose = whose_of(scene, place.of)
    found = whose.any(lambda code: _near_part(scene, left, reach, place, code))
    if found.unknown and whose.several and reach != ANY and reaches_from_land(place):
        drawn = on_the_map(scene, left) if mapped(scene, left) is not None else None
        if drawn is not None and drawn.of(whose)[0]:
            return TRUE
    return found


def _near_part(scene: Scene, left: Path, reach: Range, place: TerritoryOf, code: str) -> Truth:
    """Near the territory, or near a belt of it, which begins so far from the land as it ends."""
    outer = beyond_land_m(place)
    wide = Range(reach.lo + outer, None if reach.hi is None else reach.hi + outer)
    within = _interval_within(scene, left, code, wide)
    if reaches_from_land(place):
        return within
    if place.part == "territory":
        inside = _interval_within(scene, left, code, reach)
    else:
        inside = _in_part(scene, left, place, alone(code))
    return disjunction((inside, conjunction((within, _waters(code) if place.part == "territory" else _FAR))))


_FAR = unknown(Fact.of("distance-to-region"))


def _interval_within(scene: Scene, left: Path, code: str, reach: Range) -> Truth:
    _, point = point_of(scene, left)
    if point is not None and point.lon is not None and point.lat is not None:
        if reach == ANY:
            return unknown()  # a comparison with what is not known is not known
        # Most places are far within or far beyond the reach, or the reach is not known well enough: to tell so no exact
        # distance is needed.
        rough = _widest(scene, left, scene.world.places.rough_m, point, code)
        if rough is not None and rough[0] > reach.lo and (reach.hi is None or rough[1] <= reach.hi):
            return unknown()
        if rough is not None and not (decided := _at_most(scene, left, rough, reach)).unknown:
            return decided
    return _within(scene, left, code, reach, scene.world.places.distance_m)


def _near_borders_of(scene: Scene, left: Path, reach: Range, code: str) -> Truth:
    return _within(scene, left, code, reach, scene.world.places.border_m)


def _within(scene: Scene, left: Path, code: str, reach: Range, ask: Distances) -> Truth:
    _, point = point_of(scene, left)
    if point is None or point.lon is None or point.lat is None:
        return place_missing(scene, left)
    found = _widest(scene, left, ask, point, code)
    if found is None:
        return unknown(Fact.of("no-geometry", party=code))
    return _at_most(scene, left, found, reach)


def _at_most(scene: Scene, left: Path, metres: tuple[float, float], reach: Range) -> Truth:
    least, greatest = metres
    if greatest <= reach.lo:
        return TRUE
    if reach.hi is not None and least > reach.hi:
        return FALSE
    act = act_of(scene, left)
    return unknown(
        Fact.of("margin", act=act.id if act else left.variable, least=_said_m(least), greatest=_said_m(greatest))
    )


def _said_m(metres: float) -> str:
    return "…" if metres == float("inf") else str(round(metres))


def _near_point(scene: Scene, left: Path, reach: Range, right: Path) -> Truth:
    _, a = point_of(scene, left)
    _, b = point_of(scene, right)
    if a is None or b is None or a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return place_missing(scene, left)
    metres = distance_m(a.lon, a.lat, b.lon, b.lat)
    return _at_most(scene, left, (metres, metres), reach)


def _near_spot(scene: Scene, left: Path, reach: Range, spot: Spot) -> Truth:
    _, point = point_of(scene, left)
    if point is None or point.lon is None or point.lat is None:
        return place_missing(scene, left)
    metres = distance_m(point.lon, point.lat, float(spot.lon), float(spot.lat))
    return _at_most(scene, left, (metres, metres), reach)


def _near_border(scene: Scene, left: Path, reach: Range, first: Operand | Group, second: Operand | Group) -> Truth:
    """Within the strip on either side of the line: on one side's land, and that near to the other side's."""
    one, other = whose_of(scene, first), whose_of(scene, second)
    return disjunction(_on_side(scene, left, reach, here, there) for here, there in ((one, other), (other, one)))


def _on_side(scene: Scene, left: Path, reach: Range, here: Whose, there: Whose) -> Truth:
    return conjunction((on_land(scene, left, here), there.any(lambda code: _interval_within(scene, left, code, reach))))
