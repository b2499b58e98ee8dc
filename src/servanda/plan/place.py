"""Places in a plan. Geography is asked beforehand, for the places of acts that can still matter, and joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from servanda.norms.facts import Range
from servanda.norms.groups import is_open
from servanda.norms.location import EEZ_M, TERRITORIAL_SEA_M
from servanda.norms.scene import Scene
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
from servanda.plan import sql
from servanda.plan.amount import Known, amount, fixed
from servanda.plan.group import people
from servanda.plan.operand import Several, Single, Value, act_at, no_place, operand
from servanda.plan.scope import ActThing, Need, NotComputable, PartyThing, Scope, Thing, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, negated, not_null, text, when
from servanda.plan.truth import FALSE, UNKNOWN, Pair, bounds, conjunction, disjunction, three_valued, unless_known


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


def located(scope: Scope, left: Path, place: Place) -> Pair:
    """Whether the place at the end of the path lies in the other."""
    match place:
        case TerritoryOf(part=part, of=of):
            return _of_codes(scope, operand(scope, of), lambda s, code: _in_part(s, left, part, code))
        case Region(name=name):
            return _in_region(scope, Site(scope, left), name)
        case OpenRegion():
            return UNKNOWN
        case Near(distance=distance, of=of):
            return near(scope, left, distance, of)
        case Combined(operator=operator, parts=parts):
            pairs = [~located(scope, left, p) if out else located(scope, left, p) for out, p in parts]
            return conjunction(pairs) if operator == "and" else disjunction(pairs)
        case Path():
            a, b = Site(scope, left), Site(scope, place)
            both = all_of((a.known, b.known))
            return three_valued(when((both, compare(a.name, "=", b.name)), otherwise=sql.null(sql.BOOL)))
        case BorderBetween():
            raise NotComputable("inside of a border")


CodeTest = Callable[[Scope, Expr], Pair]  # the test of one code, read in the rows that have it


def _of_codes(scope: Scope, value: Value, test: CodeTest) -> Pair:
    """The test of the one code, or of any of several; what does not apply is nowhere."""
    if isinstance(value, Single):
        if value.nothing:
            return FALSE
        pair: Pair = test(scope, value.expr)
        if isinstance(value.expr, sql.exp.Literal):
            return pair
        nothing = sql.coalesce(compare(value.expr, "=", text("none")), sql.boolean(False))
        return Pair(all_of((pair.cert, negated(nothing))), all_of((pair.poss, negated(nothing))))
    if isinstance(value, Several):
        return some_of_list(scope, value.expr, test)
    raise NotComputable("territory of something that is no party")


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


def _in_part(scope: Scope, left: Path, part: str, code: Expr) -> Pair:
    match part:
        case "territory" | "land territory":
            return on_land(scope, left, code)
        case "airspace":
            return disjunction((on_land(scope, left, code), _at_sea_within(scope, left, code, TERRITORIAL_SEA_M)))
        case "territorial sea":
            return _at_sea_within(scope, left, code, TERRITORIAL_SEA_M)
        case _:
            return _at_sea_within(scope, left, code, EEZ_M)


def on_land(scope: Scope, left: Path, code: Expr) -> Pair:
    """Whether the place is on the State's land: by the record's word, its host, or the map, in this order."""
    return _on_land(
        scope, left, lambda e: compare(e, "=", code), lambda codes: sql.call("list_contains", codes, code), code
    )


def _on_land(
    scope: Scope, left: Path, is_one: Callable[[Expr], Expr], holds_one: Callable[[Expr], Expr], code: Expr | None
) -> Pair:
    site = Site(scope, left)
    here = _codes(scope, site)
    found = holds_one(col("codes", here))
    said = all_of((site.known, not_null(site.inside)))
    blind = any_of((negated(site.mapped), not_null(site.area)))
    answer = when(
        (said, is_one(site.inside)),
        (not_null(site.host), is_one(site.host)),
        (blind, sql.null(sql.BOOL)),
        (col("certain", here), found),
        (found, sql.null(sql.BOOL)),
        otherwise=sql.boolean(False),
    )
    if code is not None and not isinstance(code, sql.exp.Literal):
        answer = when((not_null(code), answer), otherwise=sql.null(sql.BOOL))
    return three_valued(answer)


def _at_sea_within(scope: Scope, left: Path, code: Expr, reach_m: float) -> Pair:
    site = Site(scope, left)
    here = _codes(scope, site)
    reach = fixed(Range(Fraction(reach_m), Fraction(reach_m)))
    within = _within(scope, site, code, reach)
    high_seas = all_of((site.known, sql.coalesce(compare(site.inside, "=", text("high seas")), sql.boolean(False))))
    certain = sql.coalesce(col("certain", here), sql.boolean(False))
    somewhere = all_of((certain, compare(sql.call("len", col("codes", here)), ">", sql.number(0))))
    settled_no = any_of((high_seas, all_of((site.mapped, somewhere))))
    cert = all_of((negated(settled_no), site.mapped, certain, within.cert))
    poss = all_of((negated(settled_no), any_of((negated(site.mapped), within.poss))))
    return unless_known(not_null(code), Pair(cert, poss))


def _codes(scope: Scope, site: Site) -> str:
    """Whose land the map says it is, joined by coordinates."""
    return _asked(scope, "codes", {"lon": site.lon, "lat": site.lat}, site.mapped)


def _metres(scope: Scope, site: Site, code: Expr, scale: int) -> str:
    """Least and greatest distance to the State's territory, in whole units of 1/scale metre, rounded up."""
    keys = {"lon": site.lon, "lat": site.lat, "code": code}
    return _asked(scope, "metres", keys, all_of((site.mapped, not_null(code))), scale=scale)


def _asked(
    scope: Scope,
    what: Literal["codes", "metres", "region"],
    keys: dict[str, Expr],
    where: Expr,
    *,
    scale: int = 1,
    region: str = "",
) -> str:
    """What the geography says of the rows' places, joined once."""
    builder = scope.builder
    question = f"{what} {scale} {region} " + " ".join(e.sql("duckdb") for e in keys.values())
    if question not in scope.asked:
        relation = builder.fresh(what)
        query = scope.select([sql.alias(e, c) for c, e in keys.items()], where, distinct=True)
        builder.needs.append(Need(what, relation, query, scale, region, after=len(builder.ctes)))
        scope.asked[question] = scope.lookup(relation, list(keys.items()))
    return scope.asked[question]


# ---- regions and distances


def _in_region(scope: Scope, site: Site, region: str) -> Pair:
    found = _asked(scope, "region", {"lon": site.lon, "lat": site.lat}, site.mapped, region=region)
    by_name = sql.coalesce(all_of((site.known, compare(site.name, "=", text(region)))), sql.boolean(False))
    false, true = sql.boolean(False), sql.boolean(True)
    return Pair(
        when((site.mapped, sql.coalesce(col("cert", found), false)), otherwise=by_name),
        when((site.mapped, sql.coalesce(col("poss", found), true)), otherwise=true),
    )


def near(scope: Scope, left: Path, distance: Amount, of: Place) -> Pair:
    """Whether the geodesic distance from the place to the other is at most the amount."""
    reach = amount(scope, distance)
    match of:
        case TerritoryOf(of=of_whom):
            site = Site(scope, left)
            value = operand(scope, of_whom)
            if isinstance(value, Several):
                return some_of_list(scope, value.expr, lambda s, code: _within(s, Site(s, left), code, reach))
            assert isinstance(value, Single)
            return unless_known(not_null(value.expr), _within(scope, site, value.expr, reach))
        case BorderBetween(first=first, second=second):
            return _near_border(scope, left, distance, first, second)
        case Path():
            return _near_point(scope, Site(scope, left), reach, Site(scope, of))
        case _:
            # Inside is near; how far outside a region a point lies, this geography does not say.
            inside = located(scope, left, of)
            if sql.is_null_constant(reach.lo):
                return UNKNOWN
            return Pair(all_of((not_null(reach.lo), inside.cert)), sql.boolean(True))


def _within(scope: Scope, site: Site, code: Expr, reach: Known) -> Pair:
    found = _metres(scope, site, code, reach.scale)
    pair = bounds(compare(col("hi", found), "<=", reach.lo), negated(compare(col("lo", found), ">", reach.hi)))
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
    sides = []
    for here, there in ((first, second), (second, first)):
        on_side = _on_land_of(scope, left, here)
        within = _near_side(scope, left, distance, there)
        sides.append(conjunction((on_side, within)))
    return disjunction(sides)


def _opened(scope: Scope, side: Group) -> bool:
    return is_open(Scene(scope.world, scope.world.on), side)


def _on_land_of(scope: Scope, left: Path, side: Operand | Group) -> Pair:
    if not isinstance(side, Group):
        value = operand(scope, side)
        assert isinstance(value, Single)
        return on_land(scope, left, value.expr)
    found = some_of_people(scope, people(scope, side), lambda s, code: on_land(s, left, code))
    return disjunction((found, UNKNOWN)) if _opened(scope, side) else found


def _near_side(scope: Scope, left: Path, distance: Amount, side: Operand | Group) -> Pair:
    def test(inner: Scope, code: Expr) -> Pair:
        return _within(inner, Site(inner, left), code, amount(inner, distance))

    if not isinstance(side, Group):
        value = operand(scope, side)
        assert isinstance(value, Single)
        return unless_known(not_null(value.expr), test(scope, value.expr))
    found = some_of_people(scope, people(scope, side), test)
    return disjunction((found, UNKNOWN)) if _opened(scope, side) else found


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
