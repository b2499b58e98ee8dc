"""Occasions in a plan: the rows of `for each`, who answers, when they are bound, and the stretches of an act's time."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pyarrow as pa
from sqlglot import exp

from servanda.norms import occasion as meaning
from servanda.norms.condition import (
    ActRange,
    BreachRange,
    CalendarRange,
    Condition,
    EveryOf,
    Has,
    InForce,
    IsA,
    IsAt,
    IsIn,
    PartyRange,
    Quantified,
)
from servanda.norms.condition import Distance as DistanceTo
from servanda.norms.facts import World
from servanda.norms.groups import members
from servanda.norms.norm import Bearer, Variant
from servanda.norms.scene import Scene
from servanda.norms.term import BorderBetween, BorderOf, Group, MembersOf, PartyName, Path, Population, TerritoryOf
from servanda.plan import calendar, coverage, sql
from servanda.plan.group import NOBODY, changes, group_pair, people, sliced
from servanda.plan.instant import time
from servanda.plan.operand import Opaque, Several, Single, path_value
from servanda.plan.partners import joined, keys_of, partners
from servanda.plan.place import people_joined
from servanda.plan.quantifiers import breach_of, there
from servanda.plan.scope import (
    ActThing,
    Builder,
    PartyThing,
    Scope,
    Thing,
    UnitThing,
    column,
    party_column,
    walk,
)
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, not_null, null, number, text, when
from servanda.plan.truth import TRUE, Pair, conjunction
from servanda.temporal import BEGINNING_US, END_US, end_of_day_us, start_of_day_us
from servanda.vocabulary.act import vocabulary

LASTING = ("until", "last-seen", "by")


# ---- for each


def occasions(builder: Builder, *, planned: bool, lasting: bool = False) -> Scope | None:
    """One row for each combination of the things of `for each`; None where there is none. `at` is its instant."""
    variant = builder.variant
    acts = [r for r in variant.for_each if isinstance(r, ActRange | BreachRange)]
    units = [r for r in variant.for_each if isinstance(r, CalendarRange)]
    parties = [r for r in variant.for_each if isinstance(r, PartyRange)]
    if not variant.for_each:
        return None
    scope = _acts(builder, acts, planned, lasting) if acts else None
    for over in units:
        scope = _units(builder, scope, over)
    if parties:
        scope = _parties(scope, parties) if scope is not None else _combinations(builder, parties)
    return scope


def relation_of(builder: Builder, over: ActRange | BreachRange, *, planned: bool, lasting: bool = False) -> str:
    """The acts that the range speaks of."""
    extra = LASTING if lasting else ()
    if isinstance(over, BreachRange):
        return partners(
            builder, over.variable, ("breach",), planned=True, attributes=extra, where=breach_of(builder, over)
        )
    return partners(builder, over.variable, over.kinds, planned=planned, attributes=extra)


def kinds_of(over: ActRange | BreachRange) -> tuple[str, ...]:
    """The kinds that the range speaks of."""
    return over.kinds if isinstance(over, ActRange) else ("breach",)


def _acts(builder: Builder, ranges: list[ActRange | BreachRange], planned: bool, lasting: bool) -> Scope:
    first, *others = ranges
    relation = relation_of(builder, first, planned=planned, lasting=lasting)
    v = first.variable
    thing = ActThing(v, kinds_of(first))
    start = sql.null(sql.BIGINT) if "start_lo" not in builder.schema.columns else col(f"{v}__start_lo")
    chosen = [
        exp.Column(this=exp.Star(), table=sql.name("t")),
        sql.alias(sql.coalesce(start, number(builder.world.on)), "at"),
    ]
    frame = builder.cte("occasions", sql.select(chosen, sql.table(relation, "t")))
    scope = Scope(builder, frame, (f"{v}__id",), {v: thing}, col("at"))
    when_lines = [line.condition for line in builder.variant.when]
    for over in others:
        there = relation_of(builder, over, planned=planned)
        scope = joined(scope, there, over.variable, kinds_of(over), keys_of(scope, over.variable, when_lines))
    return scope


def _units(builder: Builder, scope: Scope | None, over: CalendarRange) -> Scope:
    world, v = builder.world, over.variable
    zone = world.agreement.counting.zone
    units = meaning.calendar_units(world, over)
    relation = builder.relation(
        "units",
        pa.table(
            {
                f"{v}__label": pa.array([u.label for u in units], pa.string()),
                f"{v}__lo": pa.array([start_of_day_us(u.start, zone) for u in units], pa.int64()),
                f"{v}__hi": pa.array([end_of_day_us(u.start, zone) for u in units], pa.int64()),
            }
        ),
    )
    star = exp.Column(this=exp.Star(), table=sql.name("u"))
    at = sql.alias(col(f"{v}__lo", "u"), "at")
    things: dict[str, Thing] = {v: UnitThing(v)}
    if scope is None:
        frame = builder.cte("occasions", sql.select([star, at], sql.table(relation, "u")))
        return Scope(builder, frame, (f"{v}__label",), things, col("at"))
    rest = exp.Column(this=exp.Star(**{"except_": [sql.name("at")]}), table=sql.name("t"))
    query = sql.select(
        [rest, star, at], sql.table(scope.frame, "t"), [sql.join(sql.table(relation, "u"), sql.boolean(True))]
    )
    frame = builder.cte("occasions", query)
    return replace(scope, frame=frame, key=(*scope.key, f"{v}__label"), things={**scope.things, **things})


def _parties(scope: Scope, ranges: list[PartyRange]) -> Scope:
    """Those in the population on the occasion's day."""
    before: list[str] = []
    for over in ranges:
        v = party_column(over.variable)
        apart = [compare(col("code", "g"), "<>", col(b)) for b in before] if over.other else []
        frame = scope.builder.cte("occasions", people_joined(scope, people(scope, over.population), v, apart))
        scope = replace(
            scope,
            frame=frame,
            key=(*scope.key, v),
            things={**scope.things, over.variable: PartyThing(v)},
            joins=[],
            asked={},
        )
        before.append(v)
    return scope


def _combinations(builder: Builder, ranges: list[PartyRange]) -> Scope:
    """Parties alone: the occasion arises when all of them are bound."""
    world = builder.world
    rows: list[tuple[tuple[str, ...], int]] = []
    for chosen in product(*(_population(world, r) for r in ranges)):
        if not any(r.other and i and chosen[i] in chosen[:i] for i, r in enumerate(ranges)):
            rows.append((chosen, _first_bound(world, chosen)))
    columns = {party_column(r.variable): pa.array([c[i] for c, _ in rows], pa.string()) for i, r in enumerate(ranges)}
    relation = builder.relation("together", pa.table({**columns, "at": pa.array([at for _, at in rows], pa.int64())}))
    things: dict[str, Thing] = {r.variable: PartyThing(party_column(r.variable)) for r in ranges}
    key = tuple(party_column(r.variable) for r in ranges)
    return Scope(builder, relation, key, things, col("at"))


def _population(world: World, over: PartyRange) -> list[str]:
    if over.population.which == "party":
        return sorted(code for code, spans in world.bound.items() if any(b.start <= world.on for b in spans))
    return list(members(Scene(world, world.on), over.population))


def _first_bound(world: World, codes: tuple[str, ...]) -> int:
    starts = [max((b.start for b in world.bound.get(code, ())[:1]), default=world.on) for code in codes]
    return max(starts, default=world.on)


def occasion_here(scope: Scope, *, planned: bool) -> Pair:
    """Whether every act of `for each` took place (`planned`: or will)."""
    acts = [r for r in scope.builder.variant.for_each if isinstance(r, ActRange | BreachRange)]
    return conjunction(there(scope, r.variable, by_now=not planned) for r in acts)


def label_of(scope: Scope, variable: str) -> Expr:
    """The thing as a finding names it."""
    value = path_value(scope, Path(variable, (), vocabulary().attributes["by"].sort))
    assert isinstance(value, Single)
    return value.expr


# ---- who answers


def with_bearers(scope: Scope, bearer: Bearer) -> Scope:
    """The rows, once for each who answers; the bearer is NULL where somebody answers who is not known."""
    match bearer.of:
        case PartyName(code=code):
            found = scope.step("bearers", {"bearer": text(code)})
        case EveryOf(of=of):
            found = _everybody(scope, of)
        case Path() as path:
            found = _bearers_at(scope, path)
    return _others_apart(replace(found, bearer=col("bearer")))


def _everybody(scope: Scope, of: Group | Population) -> Scope:
    """Of a population, everybody who is ever of it up to the day asked about: who answers changes with the day."""
    builder = scope.builder
    since: dict[str, int] = {}
    for piece in sliced(builder, of):
        for code in members(Scene(builder.world, piece.span.lo), of):
            since.setdefault(code, piece.span.lo)
    codes = sorted(since)
    relation = builder.relation(
        "everybody",
        pa.table({"code": pa.array(codes, pa.string()), "since": pa.array([since[c] for c in codes], pa.int64())}),
    )
    upto = sql.greatest(scope.at, number(builder.world.on))
    chosen = [exp.Column(this=exp.Star(), table=sql.name("t")), sql.alias(col("code", "g"), "bearer")]
    on = compare(col("since", "g"), "<=", upto)
    frame = builder.cte(
        "bearers", sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(relation, "g"), on)])
    )
    return replace(scope, frame=frame, key=(*scope.key, "bearer"), joins=[], asked={})


def answers(scope: Scope) -> Pair:
    """Whether the row's bearer is of the population that answers, on the scope's day."""
    bearer = scope.builder.variant.bearer
    if bearer is None or not isinstance(bearer.of, EveryOf):
        return TRUE
    return group_pair(scope, Single(col("bearer")), bearer.of.of)


def _bearers_at(scope: Scope, path: Path) -> Scope:
    value = path_value(scope, path)
    if isinstance(value, Several):
        nobody = sql.call("list_value", null(sql.TEXT))
        found = scope.step("bearers", {"bearer": sql.call("unnest", sql.coalesce(value.expr, nobody))})
        return replace(found, key=(*scope.key, "bearer"))
    assert isinstance(value, Single), "a bearer is a party"
    applies = sql.negated(sql.coalesce(compare(value.expr, "=", text("none")), sql.boolean(False)))
    return scope.step("bearers", {"bearer": value.expr}, applies)


def _others_apart(scope: Scope) -> Scope:
    """An 'other party' without a party before it is not the bearer itself."""
    ranges = [r for r in scope.builder.variant.for_each if isinstance(r, PartyRange)]
    if not ranges or not ranges[0].other:
        return scope
    itself = sql.coalesce(compare(col(party_column(ranges[0].variable)), "=", col("bearer")), sql.boolean(False))
    return scope.step("apart", {}, sql.negated(itself))


def counterparty(scope: Scope, owed: Bearer | None) -> Expr:
    """The one to whom it is owed, where it is one."""
    if owed is None:
        return null(sql.TEXT)
    match owed.of:
        case PartyName(code=code):
            return text(code)
        case EveryOf(of=of):
            return _only_member(scope, of)
        case Path() as path:
            value = path_value(scope, path)
            if isinstance(value, Several):
                one = compare(sql.call("len", value.expr), "=", number(1))
                return when((one, sql.call("list_extract", value.expr, number(1))), otherwise=null(sql.TEXT))
            assert isinstance(value, Single | Opaque)
            assert isinstance(value, Single), "a party is owed"
            return exp.Nullif(this=value.expr, expression=text("none"))


def _only_member(scope: Scope, group: Group | Population) -> Expr:
    world = scope.world
    branches: list[tuple[Expr, Expr]] = []
    for piece in sliced(scope.builder, group):
        codes = members(Scene(world, piece.span.lo), group)
        if len(codes) == 1:
            inside = all_of(
                (compare(scope.at, ">=", number(piece.span.lo)), compare(scope.at, "<", number(piece.span.hi)))
            )
            branches.append((inside, text(codes[0])))
    return when(*branches, otherwise=null(sql.TEXT)) if branches else null(sql.TEXT)


# ---- when they are bound


def stretches(builder: Builder) -> str:
    """The relation of stretches in which each party is bound, cut at the day asked about; NOBODY: anybody's."""
    world = builder.world
    rows = [(code, b.start, b.until) for code in [*sorted(world.bound), None] for b in meaning.stretches(world, code)]
    return builder.relation("bound", _spans_table(rows))


def spans(builder: Builder) -> str:
    """The same stretches, not cut: in which duties arise; NOBODY: anybody's."""
    world = builder.world
    rows: list[tuple[str | None, int, int]] = [
        (code, b.start, b.until) for code in sorted(world.bound) for b in world.bound[code] if b.start <= world.on
    ]
    rows += [(None, b.start, b.until) for b in meaning.union(world) if b.start <= world.on]
    return builder.relation("bound", _spans_table(rows))


def _spans_table(rows: list[tuple[str | None, int, int]]) -> pa.Table:
    return pa.table(
        {
            "party": pa.array([r[0] or NOBODY for r in rows], pa.string()),
            "bound_from": pa.array([r[1] for r in rows], pa.int64()),
            "bound_until": pa.array([r[2] for r in rows], pa.int64()),
        }
    )


def bound_joined(scope: Scope, relation: str, extra: Expr | None = None) -> Scope:
    """The rows, once for each stretch in which the bearer is bound."""
    whose = compare(col("party", "b"), "=", sql.coalesce(col("bearer"), text(NOBODY)))
    chosen = [
        exp.Column(this=exp.Star(), table=sql.name("t")),
        sql.alias(col("bound_from", "b"), "bound_from"),
        sql.alias(col("bound_until", "b"), "bound_until"),
    ]
    query = sql.select(
        chosen,
        sql.table(scope.frame, "t"),
        [sql.join(sql.table(relation, "b"), all_of((whose, *([] if extra is None else [extra]))))],
    )
    frame = scope.builder.cte("bound_rows", query)
    return replace(scope, frame=frame, key=(*scope.key, "bound_from"), joins=[], asked={})


def bound_at(scope: Scope, code: Expr, at: Expr) -> Pair:
    """Whether the party is bound at the instant; unknown for a party that is not known."""
    own: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for party, stretches_ in scope.world.bound.items():
        own.setdefault(tuple((b.start, b.until) for b in stretches_), []).append(party)
    tests = [
        all_of(
            (
                sql.one_of(code, codes),
                any_of(all_of((compare(at, ">=", number(a)), compare(at, "<", number(b)))) for a, b in times),
            )
        )
        for times, codes in sorted(own.items())
    ]
    inside = sql.coalesce(any_of(tests), sql.boolean(False))
    return Pair(all_of((not_null(code), inside)), any_of((is_null(code), inside)))


# ---- stretches of time


def term(scope: Scope) -> tuple[Expr, Expr, Pair]:
    """The norm's own start and end, and whether they are known."""
    variant = scope.builder.variant
    lo, hi, sure_ = number(BEGINNING_US), number(END_US), TRUE
    if variant.start is not None:
        first = time(scope, variant.start).lo
        sure_ = conjunction((sure_, Pair(not_null(first), sql.boolean(True))))
        lo = sql.coalesce(first, lo)
    if variant.until is not None:
        last = time(scope, variant.until).lo
        sure_ = conjunction((sure_, Pair(not_null(last), sql.boolean(True))))
        hi = sql.coalesce(compare(last, "-", number(1)), hi)
    return lo, hi, sure_


def cuts(builder: Builder) -> str | None:
    """The instants at which a condition that reads the day may read otherwise; None where there are none."""
    zone = builder.world.agreement.counting.zone
    found: set[int] = set()
    deeds: list[Expr] = []
    for part in walk(builder.variant):
        match part:
            case MembersOf(on=None) | Population():
                found |= changes(builder, part)
            case TerritoryOf() | BorderOf() | BorderBetween():
                found |= {start_of_day_us(day, zone) for day in builder.world.places.changes()}
            case Has(verb=verb):
                kinds = compare(col("kind", "a"), "=", text(verb.kind))
                for end in ("lo", "hi"):
                    day = calendar.day_of(_verb_end(builder, verb.time, end), zone)
                    moment = sql.alias(calendar.start_of(day, zone), "t")
                    deeds.append(sql.select([moment], sql.table("acts", "a"), where=kinds))
    if not found and not deeds:
        return None
    small = builder.relation("changes", pa.table({"t": pa.array(sorted(found), pa.int64())}))
    own = sql.select([sql.alias(col("t", "c"), "t")], sql.table(small, "c"))
    return builder.cte("cuts", sql.union(own, *deeds, distinct=True), materialized=True)


def _verb_end(builder: Builder, attribute: str, end: str) -> Expr:
    names = [f"{attribute}_{end}", f"start_{end}"]
    here = [col(n, "a") for n in names if n in builder.schema.columns]
    return sql.coalesce(here[0], *here[1:]) if here else null(sql.BIGINT)


def lasting_kinds() -> list[str]:
    """The kinds of act that have an end."""
    return sorted(k for k, kind in vocabulary().kinds.items() if kind.lasts)


def standing_kinds() -> list[str]:
    """The kinds of act that may be placed, and kept."""
    return sorted(k for k, kind in vocabulary().kinds.items() if kind.stands)


def lasts(kinds: tuple[str, ...]) -> bool | None:
    """Whether acts of these kinds have an end; None where some have and some have not."""
    if "act" in kinds:
        return None
    known = {vocabulary().kinds[k].lasts for k in kinds}
    return known.pop() if len(known) == 1 else None


def with_presence(scope: Scope, thing: ActThing) -> Scope:
    """How long a lasting act was there, as of the day asked about: `seen`, `gone`, `ends_lo`, `ends_hi`."""
    on = number(scope.world.on)
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    until_lo, until_hi = column(scope, thing, "until_lo"), column(scope, thing, "until_hi")
    never = sql.coalesce(column(scope, thing, "until_none"), sql.boolean(False))
    last_seen = sql.coalesce(column(scope, thing, "last_seen_hi"), start_hi)
    kinds = lasting_kinds() if "act" in thing.kinds else thing.kinds
    known_departures = coverage.departures(
        scope.builder, kinds, column(scope, thing, "kind"), column(scope, thing, "by"), start_lo
    )
    still = sql.greatest(on, start_hi)
    last = sql.least(sql.greatest(start_hi, last_seen, known_departures), still)
    ended = all_of((sql.negated(never), not_null(until_lo)))
    return scope.step(
        "present",
        {
            "seen": when((ended, until_hi), (never, on), otherwise=last),
            "gone": when((ended, until_hi), (never, on), otherwise=still),
            "ends_lo": when((ended, until_lo), otherwise=null(sql.BIGINT)),
            "ends_hi": when((ended, until_hi), otherwise=null(sql.BIGINT)),
        },
    )


def lasting_pieces(scope: Scope, thing: ActThing, lo: Expr, hi: Expr) -> Scope:
    """The act's time within [lo, hi], cut where conditions may change: `piece_lo`, `piece_hi`, `here_c`, `here_p`.

    Needs the columns of `with_presence`, and a key of one column.
    """
    builder = scope.builder
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    first = when((is_null(start_lo), lo), otherwise=sql.greatest(lo, start_lo))
    last = when((is_null(start_lo), hi), otherwise=sql.least(hi, col("gone")))
    # The rows are numbered once, so that pieces find their way back.
    scope = scope.step("whole", {"first": first, "last": last})
    whole = any_of((is_null(column(scope, thing, "start_lo")), compare(col("first"), "<=", col("last"))))
    scope = scope.step("within", {}, whole)
    keys = [sql.alias(col(k), k) for k in scope.key]
    started = not_null(column(scope, thing, "start_lo"))
    edges: list[Expr] = [scope.select([*keys, sql.alias(col("first"), "piece_lo")])]
    edges += _cut_edges(scope, keys)
    unseen = all_of(
        (started, is_null(col("ends_lo")), compare(col("first"), "<=", col("seen")),
         compare(col("seen"), "<", col("last")))
    )  # fmt: skip
    edges.append(scope.select([*keys, sql.alias(compare(col("seen"), "+", number(1)), "piece_lo")], unseen))
    edge = builder.cte("edges", sql.union(edges[0], *edges[1:], distinct=True))
    after = sql.over(exp.Lead(this=col("piece_lo", "e")), [col(k, "e") for k in scope.key], [col("piece_lo", "e")])
    follow = builder.cte(
        "pieces",
        sql.select(
            [*(sql.alias(col(k, "e"), k) for k in scope.key), sql.alias(col("piece_lo", "e"), "piece_lo"),
             sql.alias(after, "next_lo")],
            sql.table(edge, "e"),
        ),
    )  # fmt: skip
    chosen = [
        exp.Column(this=exp.Star(), table=sql.name("t")),
        sql.alias(col("piece_lo", "e"), "piece_lo"),
        sql.alias(sql.coalesce(compare(col("next_lo", "e"), "-", number(1)), col("last")), "piece_hi"),
    ]
    on = all_of(
        sql.same(col(k, "e"), col(k)) if k == "bearer" else compare(col(k, "e"), "=", col(k)) for k in scope.key
    )
    frame = builder.cte("cut", sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(follow, "e"), on)]))
    cut = replace(scope, frame=frame, key=(*scope.key, "piece_lo"), joins=[], asked={})
    here = present(col("piece_lo"), col("piece_hi"), start_lo, start_hi)
    unknown = is_null(start_lo)
    pair = Pair(all_of((sql.negated(unknown), here.cert)), any_of((unknown, here.poss)))
    there = cut.step("there", {"here_c": pair.cert, "here_p": pair.poss})
    return there.step("there", {}, col("here_p"))


def _cut_edges(scope: Scope, keys: list[Expr]) -> list[Expr]:
    relation = cuts(scope.builder)
    if relation is None:
        return []
    inside = all_of((compare(col("t", "c"), ">", col("first")), compare(col("t", "c"), "<=", col("last"))))
    chosen = [*keys, sql.alias(col("t", "c"), "piece_lo")]
    return [sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(relation, "c"), inside)])]


def present(lo: Expr, hi: Expr, start_lo: Expr, start_hi: Expr) -> Pair:
    """`Presence.here`: whether the act is there at some instant of [lo, hi]. NULL only where the start is unknown."""
    sure_until = sql.coalesce(col("ends_lo"), col("seen"))
    begins = all_of((compare(lo, "<=", start_lo), compare(start_hi, "<=", hi)))
    core = compare(sql.greatest(start_hi, lo), "<=", sql.least(sure_until, hi))
    ends = sql.coalesce(
        all_of((compare(lo, "<=", col("ends_lo")), compare(col("ends_hi"), "<=", hi))), sql.boolean(False)
    )
    possibly = sql.coalesce(all_of((compare(start_lo, "<=", hi), compare(col("gone"), ">=", lo))), sql.boolean(False))
    certainly = sql.coalesce(any_of((begins, core, ends)), sql.boolean(False))
    return Pair(all_of((possibly, certainly)), possibly)


def numbered(scope: Scope) -> Scope:
    """The rows with a number of their own, computed once: a short key for everything that is gathered by row."""
    number_ = exp.Window(this=exp.RowNumber(), over="OVER")
    found = scope.step("numbered", {"rid": number_}, materialized=True)
    return replace(found, key=("rid",))


def costly(condition: Condition) -> bool:
    """True where a condition needs a join: it is read for the rows that the others leave."""
    return any(isinstance(p, Quantified | Has | IsAt | DistanceTo) for p in walk(condition))


def timeless(condition: Condition) -> bool:
    """True where a condition reads neither the day nor the bearer."""
    return not costly(condition) and not any(
        isinstance(p, IsA | InForce) or (isinstance(p, IsIn) and p.on is None) for p in walk(condition)
    )


__all__ = [
    "LASTING",
    "Variant",
    "answers",
    "bound_at",
    "bound_joined",
    "costly",
    "counterparty",
    "cuts",
    "kinds_of",
    "label_of",
    "lasting_kinds",
    "lasting_pieces",
    "lasts",
    "numbered",
    "occasion_here",
    "occasions",
    "present",
    "relation_of",
    "spans",
    "standing_kinds",
    "stretches",
    "term",
    "timeless",
    "with_bearers",
    "with_presence",
]
