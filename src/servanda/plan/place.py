"""Places in a plan. Geography is asked beforehand, for the places of acts that can still matter, and joined.

Whose land a place is, is asked as of a day. Between two days on which some land is another's nothing changes, so rows
carry the number of the stretch between them (an era), and with it the one question serves all days of the stretch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import pyarrow as pa

from servanda.norms.facts import Range
from servanda.norms.groups import is_open
from servanda.norms.location import eastward_from
from servanda.norms.scene import Scene
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
from servanda.plan.bloc import One, Who, listed, members_of
from servanda.plan.group import group_pair, people, sliced
from servanda.plan.operand import Several, Single, act_at, no_place, operand
from servanda.plan.scope import ActThing, Asking, Need, NotComputable, PartyThing, Scope, Thing, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, negated, not_null, text, when
from servanda.plan.truth import FALSE, UNKNOWN, Pair, bounds, conjunction, disjunction, three_valued, unless_known
from servanda.temporal import BEGINNING_US, END_US, start_of_day_us


class Site:
    """Where an act was: the columns of a place, and whether anything of it is known."""

    def __init__(self, scope: Scope, path: Path) -> None:
        owner = act_at(scope, path)
        self.owner: ActThing | None = owner
        if owner is None:
            nothing = sql.null(sql.TEXT)
            self.lon = self.lat = sql.null(sql.DOUBLE)
            self.name = self.inside = self.area = self.host = nothing
            self.known: Expr = sql.boolean(False)
            return
        self.lon, self.lat = column(scope, owner, "lon"), column(scope, owner, "lat")
        self.name, self.inside = column(scope, owner, "place"), column(scope, owner, "place_in")
        self.area = column(scope, owner, "area")
        self.host = column(scope, owner, "host")
        parts = (self.lon, self.lat, self.name, self.inside, self.area)
        self.known = all_of((any_of(not_null(p) for p in parts), negated(no_place(scope, owner))))

    @property
    def mapped(self) -> Expr:
        """Whether it has coordinates."""
        return all_of((self.known, not_null(self.lon), not_null(self.lat)))

    @property
    def said(self) -> Expr:
        """Whether the record itself says whose the place is."""
        return any_of((all_of((self.known, not_null(self.inside))), not_null(self.host)))

    @property
    def word(self) -> Expr:
        """Whose it says it is: the territory that the place names, else the host."""
        return when((all_of((self.known, not_null(self.inside))), self.inside), otherwise=self.host)


def located(scope: Scope, left: Path, place: Place) -> Pair:
    """Whether the place at the end of the path lies in the other."""
    match place:
        case TerritoryOf(of=of):
            return _in_part(scope, left, place, of)
        case Region() | Outline():
            return _in_region(scope, Site(scope, left), place)
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


CodeTest = Callable[[Scope, Expr], Pair]  # the test of one code, read in the rows that have it


def _of_any(scope: Scope, of: Operand | Group, test: CodeTest) -> Pair:
    """The test of the one code, or of any of several; what does not apply is nowhere."""
    if isinstance(of, Group):
        found = some_of_people(scope, people(scope, of), _of_members(scope, of, test))
        return disjunction((found, UNKNOWN)) if _opened(scope, of) else found
    value = operand(scope, of)
    if isinstance(value, Single):
        return _of_one(value, test(scope, value.expr))
    if isinstance(value, Several):
        return some_of_list(scope, value.expr, test)
    raise NotComputable("territory of something that is no party")


def _of_one(value: Single, found: Pair) -> Pair:
    if value.nothing:
        return FALSE
    pair: Pair = unless_known(not_null(value.expr), found)
    if isinstance(value.expr, sql.exp.Literal):
        return pair
    nothing = sql.coalesce(compare(value.expr, "=", text("none")), sql.boolean(False))
    return Pair(all_of((pair.cert, negated(nothing))), all_of((pair.poss, negated(nothing))))


def _of_members(scope: Scope, group: Group, test: CodeTest) -> CodeTest:
    """The test of those of whom it is not certain that they belong: certain of nobody who may not."""
    if all(s.named[0] == s.named[1] for s in sliced(scope.builder, group)):
        return test
    return lambda s, code: conjunction((test(s, code), group_pair(s, Single(code), group)))


def some_of_list(scope: Scope, codes: Expr, test: CodeTest) -> Pair:
    """The test of any of the codes of a list; unknown where the list is."""
    member = scope.builder.fresh("m")
    unnested = sql.call("unnest", codes)
    chosen = [sql.exp.Column(this=sql.exp.Star(), table=sql.name("t")), sql.alias(unnested, member)]
    inner = scope.builder.cte("each", sql.select(chosen, sql.table(scope.frame, "t"), where=not_null(codes)))
    found = aggregated(scope, inner, {**scope.things, member: PartyThing(member)}, (member,),
                       lambda s: test(s, col(member)))  # fmt: skip
    return unless_known(not_null(codes), found)


def aggregated(
    scope: Scope, inner: str, things: Mapping[str, Thing], extra: tuple[str, ...], test: Callable[[Scope], Pair]
) -> Pair:
    """`some` over the rows of an inner frame, joined back to the outer one: `bool_or` of each half by outer row."""
    sub = Scope(scope.builder, inner, (*scope.key, *extra), dict(things), scope.at, scope.bearer, scope.closed)
    pair: Pair = test(sub)
    keys = [col(k) for k in scope.key]
    grouped = scope.builder.cte(
        "some",
        sub.select(
            [
                *keys,
                sql.alias(sql.exp.LogicalOr(this=pair.cert), "c"),
                sql.alias(sql.exp.LogicalOr(this=pair.poss), "p"),
            ],
            group=keys,
        ),
    )
    found = scope.lookup(grouped, [(k, col(k)) for k in scope.key])
    # Where there is nobody the join finds no row: nobody is a "no", not an unknown.
    return Pair(sql.coalesce(col("c", found), sql.boolean(False)), sql.coalesce(col("p", found), sql.boolean(False)))


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
        return _either(said, land, _up_to_the_sea(scope, left, of))
    landward = _of_any(scope, of, lambda s, code: _perhaps_landward(s, left, code))
    return _either(said, land, disjunction((land, landward)))


def _up_to_the_sea(scope: Scope, left: Path, of: Operand | Group) -> Pair:
    """On land or in the territorial sea; at a shore it need not be known which."""
    found = disjunction((on_land(scope, left, of), _in_waters(scope, left, "territorial sea", of)))
    return Pair(any_of((found.cert, _at_shore(scope, left, of))), found.poss)


def _at_shore(scope: Scope, left: Path, of: Operand | Group) -> Expr:
    """Whether the map lets the place be the States' land or water, nobody else's land, and that near to their coast."""
    site = Site(scope, left)
    drawn = all_of((site.mapped, negated(site.said), sql.is_null(site.area)))
    ashore = _named_by(scope, of).land(scope, _lots(scope, site), _asked, "dry_").cert
    reach = fixed(Range(Fraction(TERRITORIAL_SEA_M), Fraction(TERRITORIAL_SEA_M)))
    near_coast = _of_any(scope, of, lambda s, code: _within(s, Site(s, left), code, reach)).cert
    return all_of((drawn, sql.coalesce(ashore, sql.boolean(False)), near_coast))


def _named_by(scope: Scope, of: Operand | Group) -> Who:
    """The States that the term names."""
    if isinstance(of, Group):
        return members_of(scope, of)
    match operand(scope, of):
        case Single(expr=code):
            return One(code)
        case Several(expr=codes):
            return listed(codes)
    raise NotComputable("territory of something that is no party")


def _in_waters(scope: Scope, left: Path, part: Part, of: Operand | Group) -> Pair:
    return _of_any(scope, of, lambda s, code: _in_belt(s, left, part, code))


def _in_belt(scope: Scope, left: Path, part: Part, code: Expr) -> Pair:
    match part:
        case "internal waters":
            land = _land_of_one(scope, left, code)
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


# ---- whose land


def on_land(scope: Scope, left: Path, of: Operand | Group) -> Pair:
    """Whether the place is on the States' land: by the record's word, its host, or the map, in this order."""
    if isinstance(of, Group):
        found = _by_record_or_map(scope, Site(scope, left), members_of(scope, of))
        return disjunction((found, UNKNOWN)) if _opened(scope, of) else found
    value = operand(scope, of)
    if isinstance(value, Single):
        return _of_one(value, _land_of_one(scope, left, value.expr))
    if isinstance(value, Several):
        return unless_known(not_null(value.expr), _by_record_or_map(scope, Site(scope, left), listed(value.expr)))
    raise NotComputable("territory of something that is no party")


def _land_of_one(scope: Scope, left: Path, code: Expr) -> Pair:
    found = _by_record_or_map(scope, Site(scope, left), One(code))
    return found if isinstance(code, sql.exp.Literal) else unless_known(not_null(code), found)


def _by_record_or_map(scope: Scope, site: Site, who: Who) -> Pair:
    drawn = who.land(scope, _lots(scope, site), _asked)
    blind = any_of((negated(site.mapped), not_null(site.area)))
    found = unless_known(negated(blind), drawn)
    if sql.is_null_constant(site.inside) and sql.is_null_constant(site.host):
        by_record = found
    else:
        by_record = _either(site.said, _as_said(scope, site, who), found)
    return Pair(all_of((negated(who.nobody), by_record.cert)), all_of((negated(who.nobody), by_record.poss)))


def _as_said(scope: Scope, site: Site, who: Who) -> Pair:
    """By the record's word; where that leaves a dependency open, by coordinates that it allows for."""
    word = who.has(site.word)
    if not who.among(scope.world.places.linked()):
        return word
    named = who.land(scope, _named(scope, site), _asked)
    return Pair(any_of((word.cert, named.cert)), any_of((word.cert, named.poss)))


def _either(test: Expr, then: Pair, otherwise: Pair) -> Pair:
    return Pair(when((test, then.cert), otherwise=otherwise.cert), when((test, then.poss), otherwise=otherwise.poss))


def _at_sea_within(scope: Scope, left: Path, code: Expr, reach_m: int) -> Pair:
    site = Site(scope, left)
    here = _lots(scope, site)
    within = _within(scope, site, code, fixed(Range(Fraction(reach_m), Fraction(reach_m))))
    high_seas = all_of((site.known, sql.coalesce(compare(site.inside, "=", text("high seas")), sql.boolean(False))))
    wet, dry = (sql.coalesce(col(c, here), sql.boolean(False)) for c in ("wet", "dry"))
    settled_no = any_of((high_seas, all_of((site.mapped, dry))))
    cert = all_of((negated(settled_no), site.mapped, wet, within.cert))
    poss = all_of((negated(settled_no), within.poss))
    return unless_known(not_null(code), Pair(cert, poss))


# ---- what the geography is asked


def _lots(scope: Scope, site: Site) -> str:
    """What the map says that the place may be, joined by coordinates and era."""
    return _asked(scope, Asking("lots"), {"lon": site.lon, "lat": site.lat, **_eras(scope, site)}, site.mapped)


def _named(scope: Scope, site: Site) -> str:
    """What a place may be that is said to be somebody's, joined by the word, era, and what the map lets it be."""
    drawn = sql.coalesce(col("lots", _lots(scope, site)), text(""))
    return _asked(scope, Asking("named"), {"word": site.word, "drawn": drawn, **_eras(scope, site)}, site.said)


def _metres(scope: Scope, site: Site, code: Expr, asking: Asking) -> str:
    """Least and greatest distance to the State's territory or borders, in whole units of 1/scale metre, rounded up."""
    keys = {"lon": site.lon, "lat": site.lat, **_eras(scope, site), "code": code}
    return _asked(scope, asking, keys, all_of((site.mapped, not_null(code))))


def _eras(scope: Scope, site: Site) -> dict[str, Expr]:
    """The first and the last era in which the act may have begun, where the row reads its start; else the row's own."""
    first = _era(scope, scope.at)
    owner = site.owner
    if owner is None or isinstance(first, sql.exp.Literal):
        return {"era": first, "last_era": first}
    start_lo, start_hi = column(scope, owner, "start_lo"), column(scope, owner, "start_hi")
    if sql.is_null_constant(start_lo):
        return {"era": first, "last_era": first}
    starting = all_of((compare(start_lo, "<=", scope.at), compare(scope.at, "<=", start_hi)))
    return {"era": first, "last_era": when((starting, _era(scope, start_hi)), otherwise=first)}


def _era(scope: Scope, at: Expr) -> Expr:
    """How many changes of the map came up to the instant: looked up once in the stretches between them."""
    zone = scope.world.agreement.counting.zone
    edges = [start_of_day_us(day, zone) for day in scope.world.places.changes()]
    if not edges:
        return sql.number(0)
    question = f"era {at.sql('duckdb')}"
    if question not in scope.asked:
        stretches = {"lo": [BEGINNING_US, *edges], "hi": [*edges, END_US + 1], "era": range(len(edges) + 1)}
        relation = scope.builder.relation("eras", pa.table({c: pa.array(v, pa.int64()) for c, v in stretches.items()}))
        scope.asked[question] = scope.lookup(relation, [], [("lo", "<=", at), ("hi", ">", at)])
    return col("era", scope.asked[question])


def _asked(scope: Scope, asking: Asking, keys: dict[str, Expr], where: Expr) -> str:
    """What the geography says of the rows' places, joined once."""
    builder = scope.builder
    question = f"{asking} " + " ".join(e.sql("duckdb") for e in keys.values())
    if question not in scope.asked:
        relation = builder.fresh(asking.what)
        query = scope.select([sql.alias(e, c) for c, e in keys.items()], where, distinct=True)
        builder.needs.append(Need(asking, relation, query, after=len(builder.ctes)))
        scope.asked[question] = scope.lookup(relation, list(keys.items()))
    return scope.asked[question]


# ---- regions


def _in_region(scope: Scope, site: Site, region: Region | Outline) -> Pair:
    found = _asked(scope, Asking("region", region=region), {"lon": site.lon, "lat": site.lat}, site.mapped)
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
            return _of_any(
                scope, whose, lambda s, code: _within(s, Site(s, left), code, amount(s, distance), borders=True)
            )
        case BorderBetween(first=first, second=second):
            return _near_border(scope, left, distance, first, second)
        case Path():
            return _near_point(scope, Site(scope, left), reach, Site(scope, of))
        case Spot(lon=lon, lat=lat):
            return _within(scope, Site(scope, left), text(f"@{float(lon)!r} {float(lat)!r}"), reach)
        case Region() | Outline():
            return _near_region(scope, Site(scope, left), reach, of)
        case _:
            return _about_region(reach, located(scope, left, of))


def _near_region(scope: Scope, site: Site, reach: Known, region: Region | Outline) -> Pair:
    if sql.is_null_constant(reach.lo):
        return UNKNOWN
    asking = Asking("region metres", reach.scale, region)
    found = _asked(scope, asking, {"lon": site.lon, "lat": site.lat}, site.mapped)
    drawn = bounds(compare(col("hi", found), "<=", reach.lo), negated(compare(col("lo", found), ">", reach.hi)))
    return _either(
        all_of((site.mapped, not_null(reach.lo))), drawn, _about_region(reach, _in_region(scope, site, region))
    )


def _about_region(reach: Known, inside: Pair) -> Pair:
    """Inside is near; how far outside such a region a point lies, this geography does not say."""
    if sql.is_null_constant(reach.lo):
        return UNKNOWN
    return Pair(all_of((not_null(reach.lo), inside.cert)), sql.boolean(True))


def _near_territory(scope: Scope, left: Path, distance: Amount, place: TerritoryOf) -> Pair:
    """Near that of any of the States; in the midst of several, it need not be known which is how near."""
    found = _of_any(scope, place.of, lambda s, code: _near_part(s, left, distance, place, code))
    value = None if isinstance(place.of, Group) else operand(scope, place.of)
    if isinstance(place.of, Group):
        who = members_of(scope, place.of)
    elif isinstance(value, Several):
        who = listed(value.expr)
    else:
        return found
    if not place.from_land:
        return found
    site = Site(scope, left)
    here = all_of((site.mapped, not_null(amount(scope, distance).lo), who.land(scope, _lots(scope, site), _asked).cert))
    return Pair(any_of((found.cert, here)), found.poss)


def _near_part(scope: Scope, left: Path, distance: Amount, place: TerritoryOf, code: Expr) -> Pair:
    """Near the territory, or near a belt of it, which begins so far from the land as it ends."""
    site, reach = Site(scope, left), amount(scope, distance)
    within = _within(scope, site, code, reach, beyond_m=place.beyond_land_m)
    if place.from_land:
        return within
    if place.part == "territory":
        inside = _within(scope, site, code, reach)
    else:
        given = not_null(reach.lo)
        found = _in_belt(scope, left, place.part, code)
        inside = Pair(all_of((given, found.cert)), found.poss)
    return disjunction((inside, conjunction((within, UNKNOWN))))


def _within(scope: Scope, site: Site, code: Expr, reach: Known, *, borders: bool = False, beyond_m: int = 0) -> Pair:
    """Whether the State's land (or its borders) lie within the reach, or within so many metres more."""
    asking = Asking("borders" if borders else "metres", scale=reach.scale)
    found = _metres(scope, site, code, asking)
    lo, hi = (compare(col(end, found), "-", sql.number(beyond_m * reach.scale)) if beyond_m else col(end, found)
              for end in ("lo", "hi"))  # fmt: skip
    pair = bounds(compare(hi, "<=", reach.lo), negated(compare(lo, ">", reach.hi)))
    return Pair(pair.cert, pair.poss)


def _near_point(scope: Scope, a: Site, reach: Known, b: Site) -> Pair:
    """Between two points: the geodesic, asked of the geography as a distance to a point written as text."""
    both = all_of((a.mapped, b.mapped))
    spelled = when(
        (both, sql.call("concat", text("@"), sql.cast(b.lon, sql.TEXT), text(" "), sql.cast(b.lat, sql.TEXT))),
        otherwise=sql.null(sql.TEXT),
    )
    return unless_known(both, _within(scope, a, spelled, reach))


def _near_border(scope: Scope, left: Path, distance: Amount, first: Operand | Group, second: Operand | Group) -> Pair:
    """Within the strip on either side of the line: on one side's land, and that near to the other side's."""

    def within(inner: Scope, code: Expr) -> Pair:
        return _within(inner, Site(inner, left), code, amount(inner, distance))

    return disjunction(
        conjunction((on_land(scope, left, here), _of_any(scope, there, within)))
        for here, there in ((first, second), (second, first))
    )


def _opened(scope: Scope, side: Group) -> bool:
    return is_open(Scene(scope.world, scope.world.on), side)


def some_of_people(scope: Scope, relation: str, test: CodeTest) -> Pair:
    """The test of any of those listed at the scope's instant."""
    member = scope.builder.fresh("m")
    inner = scope.builder.cte("each", people_joined(scope, relation, member))
    return aggregated(scope, inner, {**scope.things, member: PartyThing(member)}, (member,),
                      lambda s: test(s, col(member)))  # fmt: skip


def people_joined(scope: Scope, relation: str, member: str, extra: Sequence[Expr] = ()) -> sql.Select:
    """The frame's rows, once for each of those listed at the scope's instant."""
    on = all_of((compare(scope.at, ">=", col("lo", "g")), compare(scope.at, "<", col("hi", "g")), *extra))
    chosen = [sql.exp.Column(this=sql.exp.Star(), table=sql.name("t")), sql.alias(col("code", "g"), member)]
    return sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(relation, "g"), on)])


__all__ = ["aggregated", "located", "near", "people_joined", "some_of_list", "some_of_people"]
