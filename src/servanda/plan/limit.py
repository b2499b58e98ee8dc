"""A limit as a plan: every piece of every act that possibly counts, with what it adds, for whom, and how certainly.

The plan gives the contributions; the sweep over them, which is short once they are found, follows the definition.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from servanda.norms.condition import ActRange
from servanda.norms.facts import World
from servanda.norms.norm import Limits, Variant
from servanda.plan import sql
from servanda.plan.amount import amount
from servanda.plan.condition import pair
from servanda.plan.lower import Plan, finished
from servanda.plan.occasion import (
    answers,
    costly,
    lasting_kinds,
    lasting_pieces,
    lasts,
    numbered,
    relation_of,
    term,
    timeless,
    with_bearers,
    with_presence,
)
from servanda.plan.operand import Opaque, path_value
from servanda.plan.quantifiers import there
from servanda.plan.scope import ActThing, Builder, NotComputable, Schema, Scope, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, negated, not_null, null, number, text, when
from servanda.plan.truth import TRUE, Pair, conjunction, disjunction
from servanda.temporal import BEGINNING_US

PIECE = ("piece_lo", "piece_hi", "here_c", "here_p")
PRESENCE = ("seen", "gone", "ends_lo", "ends_hi")


def lower(world: World, variant: Variant, schema: Schema) -> Plan:
    """The plan of a limit: its contributions."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    assert isinstance(shape.range, ActRange), "what is measured is acts"
    builder = Builder(world, variant, schema)
    scope = _answering(_acts(builder, shape.range, shape))
    scope = numbered(_with_term(scope))
    thing = scope.things[shape.range.variable]
    assert isinstance(thing, ActThing)
    scope = _pieces(scope, thing)
    scope = _counted(scope, shape)
    return finished(builder, _contributions(scope, shape, thing))


def _acts(builder: Builder, over: ActRange, shape: Limits) -> Scope:
    relation = relation_of(builder, over, planned=False, lasting=True)
    thing = ActThing(over.variable, over.kinds)
    scope = Scope(builder, relation, (f"{over.variable}__id",), {over.variable: thing}, number(builder.world.on))
    at = sql.coalesce(column(scope, thing, "start_lo"), number(builder.world.on))
    scope = replace(scope.step("acts", {"at": at}), at=col("at"))
    settled = [line.condition for line in shape.where if timeless(line.condition)]
    return scope.step("cheap", {}, all_of(pair(scope, c).poss for c in settled)) if settled else scope


def _answering(scope: Scope) -> Scope:
    """Those to whose measure the act belongs; for those who answer jointly it is taken once."""
    bearer = scope.builder.variant.bearer
    assert bearer is not None
    if not bearer.jointly:
        return with_bearers(scope, bearer)
    return replace(scope.step("bearers", {"bearer": null(sql.TEXT)}), bearer=col("bearer"))


def _with_term(scope: Scope) -> Scope:
    lo, hi, known = term(scope)
    return scope.step("terms", {"term_lo": lo, "term_hi": sql.least(hi, number(scope.world.on)), "term_c": known.cert})


def _pieces(scope: Scope, thing: ActThing) -> Scope:
    """The act's time from its start to the day asked about, in pieces; an event is one."""
    last = lasts(thing.kinds)
    present = with_presence(scope, thing)
    complete = "start_lo" in scope.builder.schema.complete
    if last is False and complete:
        return _events(present, thing)
    if last:
        return lasting_pieces(present, thing, col("term_lo"), col("term_hi"))
    # What is known of an act of unknown start is only that it was on some day: it is cut like one that lasts.
    stays = any_of(
        (sql.one_of(column(scope, thing, "kind"), lasting_kinds()), is_null(column(scope, thing, "start_lo")))
    )
    first = lasting_pieces(present.step("staying", {}, stays), thing, col("term_lo"), col("term_hi"))
    second = _events(present.step("passing", {}, negated(stays)), thing)
    chosen = [[sql.alias(col(c, "e"), c) for c in ("rid", *PIECE)] for _ in range(2)]
    joined_ = scope.builder.cte(
        "all_pieces",
        sql.union(
            sql.select(chosen[0], sql.table(first.frame, "e")), sql.select(chosen[1], sql.table(second.frame, "e"))
        ),
    )
    columns = [exp.Column(this=exp.Star(), table=sql.name("t")), *(sql.alias(col(c, "e"), c) for c in PIECE)]
    on = compare(col("rid", "e"), "=", col("rid"))
    frame = scope.builder.cte(
        "cut", sql.select(columns, sql.table(present.frame, "t"), [sql.join(sql.table(joined_, "e"), on)])
    )
    return replace(present, frame=frame, key=("rid", "piece_lo"), joins=[], asked={})


def _events(scope: Scope, thing: ActThing) -> Scope:
    lo, hi = col("term_lo"), col("term_hi")
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    unknown = is_null(start_lo)
    inside = sql.coalesce(all_of((compare(lo, "<=", start_lo), compare(start_lo, "<=", hi))), sql.boolean(False))
    return scope.step(
        "moments",
        {
            "piece_lo": when((unknown, sql.greatest(lo, number(BEGINNING_US))), otherwise=start_lo),
            "piece_hi": when((unknown, hi), otherwise=sql.least(start_hi, hi)),
            "here_c": negated(unknown),
            "here_p": sql.boolean(True),
        },
        any_of((unknown, inside)),
    )


def _counted(scope: Scope, shape: Limits) -> Scope:
    """The lines of `where`, cheap ones first; `cc`, `cp`: it counts, exceptions aside."""
    conditions = [line.condition for line in shape.where]
    for stage in (False, True):
        chosen = [i for i, c in enumerate(conditions) if costly(c) is stage]
        if not chosen:
            continue
        pairs = {i: pair(scope.reading(col("piece_lo")), conditions[i]) for i in chosen}
        columns = {f"c{i}_{half}": e for i, p in pairs.items() for half, e in (("cert", p.cert), ("poss", p.poss))}
        scope = scope.step("lines", columns)
        scope = scope.step("lines", {}, all_of(col(f"c{i}_poss") for i in chosen))
    bearer = scope.builder.variant.bearer
    named = TRUE if bearer is not None and bearer.jointly else Pair(not_null(col("bearer")), sql.boolean(True))
    lines = (Pair(col(f"c{i}_cert"), col(f"c{i}_poss")) for i in range(len(conditions)))
    joint = bearer is not None and bearer.jointly
    own = TRUE if joint else answers(scope.reading(col("piece_lo")))
    assert isinstance(shape.range, ActRange)
    counted = conjunction((there(scope, shape.range.variable, by_now=False), named, own, *lines))
    return scope.step("counted", {"cc": counted.cert, "cp": counted.poss})


def _contributions(scope: Scope, shape: Limits, thing: ActThing) -> exp.Select:
    variant = scope.builder.variant
    now = scope.reading(col("piece_lo"))
    saved = [(e.name, pair(now, e.condition)) for e in variant.unless]
    saves = disjunction(p for _, p in saved)
    names = [(p.cert, text(name)) for name, p in saved if sql.constant(p.cert) is not False]
    columns: dict[str, Expr] = {
        "bearer": col("bearer"),
        "act": column(scope, thing, "id"),
        "kind": column(scope, thing, "kind"),
        "start_lo": column(scope, thing, "start_lo"),
        "start_hi": column(scope, thing, "start_hi"),
        **{c: col(c) for c in (*PIECE, *PRESENCE)},
        "term_c": col("term_c"),
        "cc": col("cc"),
        "cp": col("cp"),
        "sc": saves.cert,
        "sp": saves.poss,
        "exception": when(*names, otherwise=null(sql.TEXT)) if names else null(sql.TEXT),
    }
    for i, path in enumerate(shape.per):
        value = path_value(scope, path)
        if isinstance(value, Opaque):
            raise NotComputable("'per' a time, an amount or a place")
        columns[f"s{i}"] = value.expr
    if shape.measure.amount is not None:
        known = amount(now, shape.measure.amount)
        columns |= {"a_lo": known.lo, "a_hi": known.hi, "a_scale": number(known.scale)}
    columns |= {f"c{i}_{half}": col(f"c{i}_{half}") for i in range(len(shape.where)) for half in ("cert", "poss")}
    return scope.select([sql.alias(e, c) for c, e in columns.items()])
