"""Where an act was, as far as conditions ask: in a territory, a sea, a strip, within a distance.

What the record says of a place goes before the map: first the territory it names, then the host State, then the
coordinates. A disputed area belongs to nobody until an account says so, and the map's margin is in every answer.
"""

from __future__ import annotations

from fractions import Fraction

from servanda.norms.facts import NOTHING, Act, Point, Range
from servanda.norms.groups import is_open, members
from servanda.norms.scene import Scene, Unknown, act_of, amount, operand, path_value
from servanda.norms.term import (
    Amount,
    BorderBetween,
    Combined,
    Group,
    Near,
    OpenRegion,
    Operand,
    Path,
    Place,
    Region,
    TerritoryOf,
)
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.spatial.geodesic import distance_m
from servanda.vocabulary.verdict import Fact

TERRITORIAL_SEA_M = 22_224.0  # 12 nautical miles, UNCLOS art. 3
EEZ_M = 370_400.0  # 200 nautical miles, UNCLOS art. 57


def located(scene: Scene, left: Path, place: Place) -> Truth:
    """Whether the place at the end of the path lies in the other."""
    match place:
        case TerritoryOf():
            return _in_territory(scene, left, place)
        case Region(name=name):
            return _in_region(scene, left, name)
        case OpenRegion(name=name):
            return unknown(Fact.of("region", name=name))
        case Near(distance=distance, of=of):
            return near(scene, left, distance, of)
        case Combined(operator=operator, parts=parts):
            truths = [~located(scene, left, p) if negated else located(scene, left, p) for negated, p in parts]
            return conjunction(truths) if operator == "and" else disjunction(truths)
        case Path():
            return _same_place(scene, left, place)
        case BorderBetween():
            raise AssertionError("a border has no inside")


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


# ---- territory


def _in_territory(scene: Scene, left: Path, place: TerritoryOf) -> Truth:
    code = operand(scene, place.of)
    if isinstance(code, Unknown):
        return unknown(*code.missing)
    if code is NOTHING:
        return FALSE
    codes = code if isinstance(code, tuple) else (str(code),)
    return disjunction(_in_part(scene, left, place.part, c) for c in codes)


def _in_part(scene: Scene, left: Path, part: str, code: str) -> Truth:
    match part:
        case "territory" | "land territory":
            return on_land(scene, left, code)
        case "airspace":
            return disjunction((on_land(scene, left, code), _at_sea_within(scene, left, code, TERRITORIAL_SEA_M)))
        case "territorial sea":
            return _at_sea_within(scene, left, code, TERRITORIAL_SEA_M)
        case _:
            return _at_sea_within(scene, left, code, EEZ_M)


def on_land(scene: Scene, left: Path, code: str) -> Truth:
    """Whether the place is on the State's land: by the record's word, its host, or the map, in this order."""
    act, point = _point(scene, left)
    if point is not None and point.territory is not None:
        return known(point.territory == code)
    host = act.get("host") if act is not None else None
    if host is not None:
        return known(host == code)
    if point is None or point.lon is None or point.lat is None or point.area is not None:
        return _missing(scene, left)
    codes, certain = scene.world.places.codes_at(point.lon, point.lat)
    if certain:
        return known(code in codes)
    return _missing(scene, left) if code in codes else FALSE


def _at_sea_within(scene: Scene, left: Path, code: str, reach_m: float) -> Truth:
    _, point = _point(scene, left)
    if point is not None and point.territory == "high seas":
        return FALSE
    if point is None or point.lon is None or point.lat is None:
        return _missing(scene, left)
    codes, certain = scene.world.places.codes_at(point.lon, point.lat)
    if certain and codes:
        return FALSE
    within = _interval_within(scene, left, code, _sharp(reach_m))
    return within if certain else conjunction((within, _missing(scene, left)))


def _sharp(metres: float) -> Range:
    """A known distance as an exact amount."""
    return Range(Fraction(metres), Fraction(metres))


# ---- regions and distances


def _in_region(scene: Scene, left: Path, name: str) -> Truth:
    _, point = _point(scene, left)
    if point is None:
        return _missing(scene, left)
    if point.lon is not None and point.lat is not None:
        certainly, possibly = scene.world.places.region(name, point.lon, point.lat)
        return known(certainly) if certainly == possibly else _missing(scene, left)
    return TRUE if point.name == name else _missing(scene, left)


def near(scene: Scene, left: Path, distance: Amount, of: Place) -> Truth:
    """Whether the geodesic distance from the place to the other is at most the amount."""
    reach = amount(scene, distance)
    if isinstance(reach, Unknown):
        # Any distance may be meant: only a place without coordinates adds to what is missing.
        return conjunction((unknown(*reach.missing), _near(scene, left, Range(Fraction(0), None), of)))
    return _near(scene, left, reach, of)


def _near(scene: Scene, left: Path, reach: Range, of: Place) -> Truth:
    match of:
        case TerritoryOf(of=operand_of):
            code = operand(scene, operand_of)
            if isinstance(code, Unknown):
                return unknown(*code.missing)
            codes = code if isinstance(code, tuple) else (str(code),)
            return disjunction(_interval_within(scene, left, c, reach) for c in codes)
        case BorderBetween(first=first, second=second):
            return _near_border(scene, left, reach, first, second)
        case Path():
            return _near_point(scene, left, reach, of)
        case _:
            # Inside is near; how far outside a region a point lies, this geography does not say.
            inside = located(scene, left, of)
            return inside if inside.certainly else unknown(Fact.of("distance-to-region"), *inside.missing)


def _interval_within(scene: Scene, left: Path, code: str, reach: Range) -> Truth:
    _, point = _point(scene, left)
    if point is None or point.lon is None or point.lat is None:
        return _missing(scene, left)
    found = scene.world.places.distance_m(point.lon, point.lat, code)
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
    far = "…" if greatest == float("inf") else round(greatest)
    return unknown(Fact.of("margin", act=act.id if act else left.variable, least=round(least), greatest=far))


def _near_point(scene: Scene, left: Path, reach: Range, right: Path) -> Truth:
    _, a = _point(scene, left)
    _, b = _point(scene, right)
    if a is None or b is None or a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return _missing(scene, left)
    metres = distance_m(a.lon, a.lat, b.lon, b.lat)
    return _at_most(scene, left, (metres, metres), reach)


def _near_border(scene: Scene, left: Path, reach: Range, first: Operand | Group, second: Operand | Group) -> Truth:
    """Within the strip on either side of the line: on one side's land, and that near to the other side's."""
    one, other = _side(scene, first), _side(scene, second)
    sides = []
    for here, there in ((one, other), (other, one)):
        on_side = disjunction(on_land(scene, left, code) for code in here.codes)
        within = disjunction(_interval_within(scene, left, code, reach) for code in there.codes)
        if here.is_open:
            on_side = disjunction((on_side, unknown(*here.missing)))
        if there.is_open:
            within = disjunction((within, unknown(*there.missing)))
        sides.append(conjunction((on_side, within)))
    return disjunction(sides)


class _Side:
    """The States on one side of a border, on the scene's day."""

    def __init__(self, codes: tuple[str, ...], missing: tuple[Fact, ...]) -> None:
        self.codes, self.missing = codes, missing
        self.is_open = bool(missing)


def _side(scene: Scene, side: Operand | Group) -> _Side:
    if isinstance(side, Group):
        missing = (Fact.of("group", name=side.name),) if is_open(scene, side) else ()
        return _Side(members(scene, side), missing)
    code = operand(scene, side)
    if isinstance(code, Unknown):
        return _Side((), code.missing)
    return _Side((str(code),), ())
