"""Where an act was, as far as conditions ask: in a territory, a sea, a zone, a strip, within a distance."""

from __future__ import annotations

from fractions import Fraction

from servanda.norms.facts import Range
from servanda.norms.location import eastward_from
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
    Part,
    Path,
    Place,
    Region,
    Spot,
    TerritoryOf,
)
from servanda.plan import sql
from servanda.plan.amount import Known, amount, fixed
from servanda.plan.bloc import One
from servanda.plan.landholding import either, land_of, of_any, on_land, together
from servanda.plan.scope import Asking, NotComputable, Scope
from servanda.plan.site import Site
from servanda.plan.sql import Expr, all_of, any_of, col, compare, negated, not_null, text, when
from servanda.plan.truth import UNKNOWN, Pair, bounds, conjunction, disjunction, three_valued, unless_known


def located(scope: Scope, left: Path, place: Place) -> Pair:
    """Whether the place at the end of the path lies in the other."""
    match place:
        case TerritoryOf(of=of):
            return _in_part(scope, left, place, of)
        case Region() | Outline():
            return _in_region(Site(scope, left), place)
        case OpenRegion():
            return UNKNOWN
        case Beyond():
            return _beyond(Site(scope, left), place)
        case Near(distance=distance, of=of):
            return near(scope, left, distance, of)
        case Combined(operator=operator, parts=parts):
            pairs = [~located(scope, left, p) if out else located(scope, left, p) for out, p in parts]
            return conjunction(pairs) if operator == "and" else disjunction(pairs)
        case Path():
            a, b = Site(scope, left), Site(scope, place)
            both = all_of((a.known, b.known))
            return three_valued(when((both, compare(a.name, "=", b.name)), otherwise=sql.null(sql.BOOL)))
        case BorderBetween() | BorderOf() | Spot():
            raise NotComputable("inside of a line")


# ---- territory


def _in_part(scope: Scope, left: Path, place: TerritoryOf, of: Operand | Group) -> Pair:
    match place.part:
        case "territory":
            return _in_territory(scope, left, place, of)
        case "land territory":
            return on_land(scope, left, of)
        case "airspace":
            return _up_to_the_sea(scope, left, of)
        case _:
            return _in_waters(scope, left, place.part, of)


def _in_territory(scope: Scope, left: Path, place: TerritoryOf, of: Operand | Group) -> Pair:
    """On land; and in the waters that the terms count with it, unless the record itself says whose the place is."""
    land = on_land(scope, left, of)
    if place.extent == "land":
        return land
    said = Site(scope, left).said
    if place.extent == "with territorial sea":
        return either(said, land, _up_to_the_sea(scope, left, of))
    landward = of_any(scope, of, lambda s, code: _perhaps_landward(s, left, code))
    return either(said, land, disjunction((land, landward)))


def _up_to_the_sea(scope: Scope, left: Path, of: Operand | Group) -> Pair:
    """On land or in the territorial sea; at a shore it need not be known which."""
    found = disjunction((on_land(scope, left, of), _in_waters(scope, left, "territorial sea", of)))
    return Pair(any_of((found.cert, _at_shore(scope, left, of))), found.poss)


def _at_shore(scope: Scope, left: Path, of: Operand | Group) -> Expr:
    """Whether the map lets the place be the States' land or water, nobody else's land, and that near to their coast."""
    site = Site(scope, left)
    drawn = all_of((site.mapped, negated(site.said), sql.is_null(site.area)))
    ashore = together(scope, of).land(scope, site.dry_lots()).cert
    near_coast = of_any(scope, of, lambda s, code: Site(s, left).within(code, _sharp(TERRITORIAL_SEA_M))).cert
    return all_of((drawn, ashore, near_coast))


def _in_waters(scope: Scope, left: Path, part: Part, of: Operand | Group) -> Pair:
    return of_any(scope, of, lambda s, code: _in_belt(s, left, part, code))


def _in_belt(scope: Scope, left: Path, part: Part, code: Expr) -> Pair:
    match part:
        case "internal waters":
            land = land_of(Site(scope, left), One(code))
            return disjunction((conjunction((land, UNKNOWN)), _perhaps_landward(scope, left, code)))
        case "contiguous zone":
            return _belt(scope, left, code, CONTIGUOUS_ZONE_M)
        case "exclusive economic zone":
            return _belt(scope, left, code, EEZ_M)
        case _:
            return _at_sea_within(scope, left, code, TERRITORIAL_SEA_M)


def _belt(scope: Scope, left: Path, code: Expr, reach_m: int) -> Pair:
    outer = _at_sea_within(scope, left, code, reach_m)
    return conjunction((outer, ~_at_sea_within(scope, left, code, TERRITORIAL_SEA_M)))


def _perhaps_landward(scope: Scope, left: Path, code: Expr) -> Pair:
    return conjunction((_at_sea_within(scope, left, code, BASELINES_M), UNKNOWN))


def _at_sea_within(scope: Scope, left: Path, code: Expr, reach_m: int) -> Pair:
    site = Site(scope, left)
    wet, dry = site.wet, site.dry
    within = site.within(code, _sharp(reach_m))
    high_seas = all_of((site.known, sql.coalesce(compare(site.inside, "=", text("high seas")), sql.boolean(False))))
    settled_no = any_of((high_seas, all_of((site.mapped, dry))))
    cert = all_of((negated(settled_no), site.mapped, wet, within.cert))
    poss = all_of((negated(settled_no), within.poss))
    return unless_known(not_null(code), Pair(cert, poss))


def _sharp(metres: int) -> Known:
    return fixed(Range(Fraction(metres), Fraction(metres)))


# ---- regions


def _in_region(site: Site, region: Region | Outline) -> Pair:
    found = site.of_region(Asking("region", region=region))
    by_name = sql.coalesce(all_of((site.known, compare(site.name, "=", text(region.name)))), sql.boolean(False))
    false, true = sql.boolean(False), sql.boolean(True)
    return Pair(
        when((site.mapped, sql.coalesce(col("cert", found), false)), otherwise=by_name),
        when((site.mapped, sql.coalesce(col("poss", found), true)), otherwise=true),
    )


def _beyond(site: Site, place: Beyond) -> Pair:
    match place.side:
        case "north" | "south":
            test = compare(site.lat, ">" if place.side == "north" else "<", sql.real(float(place.degrees)))
        case "east" | "west":
            test = _follows(site, eastward_from(place))
    return three_valued(when((site.mapped, test), otherwise=sql.null(sql.BOOL)))


def _follows(site: Site, line: float) -> Expr:
    """Whether the position lies strictly within the 180 degrees east of the meridian."""
    lon = when((compare(site.lon, "=", sql.real(-180.0)), sql.real(180.0)), otherwise=site.lon)
    after = compare(lon, ">", sql.real(line))
    if line <= 0:
        test = all_of((after, compare(lon, "<", sql.real(line + 180))))
    else:
        test = any_of((after, compare(lon, "<", sql.real(line - 180))))
    pole = any_of(compare(site.lat, "=", sql.real(end)) for end in (90.0, -90.0))
    return all_of((negated(pole), test))


# ---- distances


def near(scope: Scope, left: Path, distance: Amount, of: Place) -> Pair:
    """Whether the geodesic distance from the place to the other is at most the amount."""
    reach = amount(scope, distance)
    match of:
        case TerritoryOf():
            return _near_territory(scope, left, distance, of)
        case BorderOf(of=whose):
            return of_any(scope, whose, lambda s, code: Site(s, left).within(code, amount(s, distance), borders=True))
        case BorderBetween(first=first, second=second):
            return _near_border(scope, left, distance, first, second)
        case Path():
            return _near_point(Site(scope, left), reach, Site(scope, of))
        case Spot(lon=lon, lat=lat):
            return Site(scope, left).within(text(f"@{float(lon)!r} {float(lat)!r}"), reach)
        case Region() | Outline():
            return _near_region(Site(scope, left), reach, of)
        case _:
            return _about_region(reach, located(scope, left, of))


def _near_region(site: Site, reach: Known, region: Region | Outline) -> Pair:
    if sql.is_null_constant(reach.lo):
        return UNKNOWN
    found = site.of_region(Asking("region metres", reach.scale, region))
    drawn = bounds(compare(col("hi", found), "<=", reach.lo), negated(compare(col("lo", found), ">", reach.hi)))
    return either(all_of((site.mapped, not_null(reach.lo))), drawn, _about_region(reach, _in_region(site, region)))


def _about_region(reach: Known, inside: Pair) -> Pair:
    """Inside is near; how far outside such a region a point lies, this geography does not say."""
    if sql.is_null_constant(reach.lo):
        return UNKNOWN
    return Pair(all_of((not_null(reach.lo), inside.cert)), sql.boolean(True))


def _near_territory(scope: Scope, left: Path, distance: Amount, place: TerritoryOf) -> Pair:
    """Near that of any of the States; in the midst of several, it need not be known which is how near."""
    found = of_any(scope, place.of, lambda s, code: _near_part(s, left, distance, place, code))
    if not place.from_land or isinstance(who := together(scope, place.of), One):
        return found
    site = Site(scope, left)
    here = all_of((site.mapped, not_null(amount(scope, distance).lo), who.land(scope, site.lots()).cert))
    return Pair(any_of((found.cert, here)), found.poss)


def _near_part(scope: Scope, left: Path, distance: Amount, place: TerritoryOf, code: Expr) -> Pair:
    """Near the territory, or near a belt of it, which begins so far from the land as it ends."""
    site, reach = Site(scope, left), amount(scope, distance)
    within = site.within(code, reach, beyond_m=place.beyond_land_m)
    if place.from_land:
        return within
    if place.part == "territory":
        inside = site.within(code, reach)
    else:
        given = not_null(reach.lo)
        found = _in_belt(scope, left, place.part, code)
        inside = Pair(all_of((given, found.cert)), found.poss)
    return disjunction((inside, conjunction((within, UNKNOWN))))


def _near_point(a: Site, reach: Known, b: Site) -> Pair:
    """Between two points: the geodesic, asked of the geography as a distance to a point written as text."""
    both = all_of((a.mapped, b.mapped))
    spelled = when(
        (both, sql.call("concat", text("@"), sql.cast(b.lon, sql.TEXT), text(" "), sql.cast(b.lat, sql.TEXT))),
        otherwise=sql.null(sql.TEXT),
    )
    return unless_known(both, a.within(spelled, reach))


def _near_border(scope: Scope, left: Path, distance: Amount, first: Operand | Group, second: Operand | Group) -> Pair:
    """Within the strip on either side of the line: on one side's land, and that near to the other side's."""

    def within(inner: Scope, code: Expr) -> Pair:
        return Site(inner, left).within(code, amount(inner, distance))

    return disjunction(
        conjunction((on_land(scope, left, here), of_any(scope, there, within)))
        for here, there in ((first, second), (second, first))
    )
