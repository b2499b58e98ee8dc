"""Where an act was, as far as conditions ask: in a territory, a sea, a zone, a strip, within a distance.

What the record says of a place goes before the map: first the territory it names, then the host State, then the
coordinates. Whose land a place is, is asked as of the occasion's day, and where that day is not known to the day, as
of every day that it may be. A disputed area belongs to nobody until an account says so, and the map's margin is in
every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from servanda.norms.comparison import interval_fact
from servanda.norms.facts import NOTHING, Act, Point, Range
from servanda.norms.groups import is_open, members
from servanda.norms.scene import Scene, Unknown, act_of, amount, operand, path_value
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
from servanda.temporal import Moment, day_of
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
            return _of_any(scene, of, lambda code: _in_part(scene, left, place, code))
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


def _point(scene: Scene, path: Path) -> tuple[Act | None, Point | None]:
    value = path_value(scene, path)
    return act_of(scene, path), value if isinstance(value, Point) else None


def _missing(scene: Scene, path: Path) -> Truth:
    act = act_of(scene, path)
    return unknown(Fact.of("attribute", attribute="place", act=act.id if act else path.variable))


def _same_place(scene: Scene, left: Path, right: Path) -> Truth:
    _, a = _point(scene, left)
    _, b = _point(scene, right)
    if a is None or b is None or a.name is None or b.name is None:
        return _missing(scene, left)
    return known(a.name == b.name)


# ---- the day


def _days(scene: Scene, path: Path) -> tuple[date, ...]:
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


def _codes(scene: Scene, path: Path, lon: float, lat: float) -> tuple[frozenset[str], bool] | None:
    """The States to which the place may belong on any of the days, and whether it is the same and certain on all."""
    found = [scene.world.places.codes_at(lon, lat, day) for day in _days(scene, path)]
    told = [one for one in found if one is not None]
    if len(told) < len(found):
        return None
    alike = all(one == told[0] for one in told)
    return frozenset(code for codes, _ in told for code in codes), alike and told[0][1]


def _off_the_map(scene: Scene) -> Truth:
    return unknown(Fact.of("map-day", day=scene.day))


Distances = Callable[[float, float, str, date], tuple[float, float] | None]


def _widest(scene: Scene, path: Path, ask: Distances, point: Point, code: str) -> tuple[float, float] | None:
    """Least and greatest distance over the days; None where on one of them the map has no such State."""
    assert point.lon is not None
    assert point.lat is not None
    found = [ask(point.lon, point.lat, code, day) for day in _days(scene, path)]
    known_ones = [one for one in found if one is not None]
    if len(known_ones) < len(found):
        return None
    return min(lo for lo, _ in known_ones), max(hi for _, hi in known_ones)


# ---- whose


@dataclass(frozen=True)
class Whose:
    """The States that a term names on the scene's day, and what is missing where there may be more."""

    codes: tuple[str, ...]
    missing: tuple[Fact, ...] = ()


def _whose(scene: Scene, of: Operand | Group) -> Whose:
    if isinstance(of, Group):
        return Whose(members(scene, of), (Fact.of("group", name=of.name),) if is_open(scene, of) else ())
    value = operand(scene, of)
    if isinstance(value, Unknown):
        return Whose((), value.missing)
    if value is NOTHING:
        return Whose(())
    return Whose(value if isinstance(value, tuple) else (str(value),))


def _of_any(scene: Scene, of: Operand | Group, test: Callable[[str], Truth]) -> Truth:
    """The test of any of the States; what does not apply is nowhere."""
    whose = _whose(scene, of)
    rest = (unknown(*whose.missing),) if whose.missing else ()
    return disjunction((*map(test, whose.codes), *rest))


# ---- territory


def _in_part(scene: Scene, left: Path, place: TerritoryOf, code: str) -> Truth:
    match place.part:
        case "territory":
            return _in_territory(scene, left, place, code)
        case "land territory":
            return on_land(scene, left, code)
        case "internal waters":
            return _in_internal_waters(scene, left, code)
        case "airspace":
            return disjunction((on_land(scene, left, code), _at_sea_within(scene, left, code, TERRITORIAL_SEA_M)))
        case "territorial sea":
            return _at_sea_within(scene, left, code, TERRITORIAL_SEA_M)
        case "contiguous zone":
            return _belt(scene, left, code, CONTIGUOUS_ZONE_M)
        case "exclusive economic zone":
            return _belt(scene, left, code, EEZ_M)


def _in_territory(scene: Scene, left: Path, place: TerritoryOf, code: str) -> Truth:
    """On land; and in the waters that the terms count with it, unless the record itself says whose the place is."""
    land = on_land(scene, left, code)
    if place.extent == "land" or _said(scene, left) is not None:
        return land
    if place.extent == "with territorial sea":
        return disjunction((land, _at_sea_within(scene, left, code, TERRITORIAL_SEA_M)))
    return disjunction((land, _perhaps_landward(scene, left, code)))


def _said(scene: Scene, left: Path) -> str | None:
    """Whose the record says that the place is: the territory it names, or the host."""
    act, point = _point(scene, left)
    if point is not None and point.territory is not None:
        return point.territory
    host = act.get("host") if act is not None else None
    return None if host is None else str(host)


def on_land(scene: Scene, left: Path, code: str) -> Truth:
    """Whether the place is on the State's land: by the record's word, its host, or the map, in this order."""
    said = _said(scene, left)
    if said is not None:
        return known(said == code)
    _, point = _point(scene, left)
    if point is None or point.lon is None or point.lat is None or point.area is not None:
        return _missing(scene, left)
    found = _codes(scene, left, point.lon, point.lat)
    if found is None:
        return _off_the_map(scene)
    codes, certain = found
    if certain:
        return known(code in codes)
    return _undecided(scene, left, point) if code in codes else FALSE


def _undecided(scene: Scene, left: Path, point: Point) -> Truth:
    """Unknown, for the reason that the map gives: a disputed area, or its own margin."""
    assert point.lon is not None
    assert point.lat is not None
    act = act_of(scene, left)
    for day in _days(scene, left):
        dispute = scene.world.places.dispute(point.lon, point.lat, day)
        if dispute is not None:
            says = "|".join(f"{who}={whose}={since or ''}" for who, whose, since in dispute.says)
            return unknown(Fact.of("disputed", area=dispute.area, says=says, act=act.id if act else left.variable))
    return _missing(scene, left)


def _at_sea_within(scene: Scene, left: Path, code: str, reach_m: int) -> Truth:
    """Whether the place is on nobody's land, and that near to the State's coast."""
    _, point = _point(scene, left)
    if point is not None and point.territory == "high seas":
        return FALSE
    if point is None or point.lon is None or point.lat is None:
        return _missing(scene, left)
    within = _interval_within(scene, left, code, _sharp(reach_m))
    if not within.possibly:
        return FALSE  # whoever's land it is, if it is land
    found = _codes(scene, left, point.lon, point.lat)
    if found is None:
        return _off_the_map(scene)
    codes, certain = found
    if certain and codes:
        return FALSE
    return within if certain else conjunction((within, _missing(scene, left)))


def _belt(scene: Scene, left: Path, code: str, reach_m: int) -> Truth:
    """At sea, beyond the territorial sea and up to so far from the coast."""
    outer = _at_sea_within(scene, left, code, reach_m)
    return conjunction((outer, ~_at_sea_within(scene, left, code, TERRITORIAL_SEA_M)))


def _in_internal_waters(scene: Scene, left: Path, code: str) -> Truth:
    """Never certain: the map draws lakes and rivers as land, and has no baselines."""
    land = on_land(scene, left, code)
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
    _, point = _point(scene, left)
    if point is None:
        return _missing(scene, left)
    if point.lon is not None and point.lat is not None:
        certainly, possibly = scene.world.places.inside(region, point.lon, point.lat)
        return known(certainly) if certainly == possibly else _missing(scene, left)
    return TRUE if point.name == region.name else _missing(scene, left)


def _beyond(scene: Scene, left: Path, place: Beyond) -> Truth:
    _, point = _point(scene, left)
    if point is None or point.lon is None or point.lat is None:
        return _missing(scene, left)
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
            return _of_any(scene, of.of, lambda code: _near_part(scene, left, reach, of, code))
        case BorderOf(of=whose):
            return _of_any(scene, whose, lambda code: _near_borders_of(scene, left, reach, code))
        case BorderBetween(first=first, second=second):
            return _near_border(scene, left, reach, first, second)
        case Path():
            return _near_point(scene, left, reach, of)
        case Spot():
            return _near_spot(scene, left, reach, of)
        case _:
            return _about_region(located(scene, left, of))


def _about_region(inside: Truth) -> Truth:
    """Inside is near; how far outside a region a point lies, this geography does not say."""
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
        inside = _in_part(scene, left, place, code)
    return disjunction((inside, conjunction((within, _waters(code) if place.part == "territory" else _FAR))))


_FAR = unknown(Fact.of("distance-to-region"))


def _interval_within(scene: Scene, left: Path, code: str, reach: Range) -> Truth:
    _, point = _point(scene, left)
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
    _, point = _point(scene, left)
    if point is None or point.lon is None or point.lat is None:
        return _missing(scene, left)
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
    _, a = _point(scene, left)
    _, b = _point(scene, right)
    if a is None or b is None or a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return _missing(scene, left)
    metres = distance_m(a.lon, a.lat, b.lon, b.lat)
    return _at_most(scene, left, (metres, metres), reach)


def _near_spot(scene: Scene, left: Path, reach: Range, spot: Spot) -> Truth:
    _, point = _point(scene, left)
    if point is None or point.lon is None or point.lat is None:
        return _missing(scene, left)
    metres = distance_m(point.lon, point.lat, float(spot.lon), float(spot.lat))
    return _at_most(scene, left, (metres, metres), reach)


def _near_border(scene: Scene, left: Path, reach: Range, first: Operand | Group, second: Operand | Group) -> Truth:
    """Within the strip on either side of the line: on one side's land, and that near to the other side's."""
    one, other = _whose(scene, first), _whose(scene, second)
    return disjunction(_on_side(scene, left, reach, here, there) for here, there in ((one, other), (other, one)))


def _on_side(scene: Scene, left: Path, reach: Range, here: Whose, there: Whose) -> Truth:
    return conjunction(
        (
            _any_of(here, (on_land(scene, left, code) for code in here.codes)),
            _any_of(there, (_interval_within(scene, left, code, reach) for code in there.codes)),
        )
    )


def _any_of(whose: Whose, truths: Iterable[Truth]) -> Truth:
    rest = (unknown(*whose.missing),) if whose.missing else ()
    return disjunction((*truths, *rest))
