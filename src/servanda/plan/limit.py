"""A limit as a plan: every piece of every act that possibly counts, with what it adds, for whom, and how certainly.

The plan gives the contributions; the sweep over them, which is short once they are found, follows the definition.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from servanda.norms.condition import ActRange
from servanda.norms.contribution import flows
from servanda.norms.facts import World
from servanda.norms.norm import Limits, Variant
from servanda.plan import sql
from servanda.plan.amount import amount
from servanda.plan.bearers import answers, with_bearers
from servanda.plan.bound import term
from servanda.plan.condition import pair
from servanda.plan.lower import Plan, finished
from servanda.plan.occasion import acts_of
from servanda.plan.operand import Opaque, path_value
from servanda.plan.pieces import PIECE, momentary, time_of
from servanda.plan.presence import PRESENCE, lasts, with_presence
from servanda.plan.quantifiers import there
from servanda.plan.scope import ActThing, Builder, NotComputable, Schema, Scope, column
from servanda.plan.spread import at_every
from servanda.plan.sql import Expr, col, compare, not_null, null, number, text, when
from servanda.plan.stages import line_halves, line_pairs, numbered, possible, staged, timeless
from servanda.plan.truth import TRUE, conjunction, disjunction, unless_known


def lower(world: World, variant: Variant, schema: Schema) -> Plan:
    """The plan of a limit: its contributions."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    assert isinstance(shape.range, ActRange), "what is measured is acts"
    builder = Builder(world, variant, schema)
    settled = [line.condition for line in shape.where if timeless(line.condition)]
    scope = _answering(possible(acts_of(builder, shape.range, lasting=True), settled))
    scope = numbered(_with_term(scope))
    thing = scope.things[shape.range.variable]
    assert isinstance(thing, ActThing)
    scope = _pieces(scope, thing)
    scope = _counted(scope, shape)
    return finished(builder, _contributions(scope, shape, thing))


def _answering(scope: Scope) -> Scope:
    """Those to whose measure the act belongs; for those who answer jointly it is taken once."""
    bearer = scope.builder.variant.bearer
    assert bearer is not None
    if not bearer.jointly:
        return with_bearers(scope, bearer)
    return replace(scope.step("bearers", {"bearer": null(sql.TEXT)}), bearer=col("bearer"))


def _with_term(scope: Scope) -> Scope:
    lo, hi, known = term(scope)
    hi = sql.least(hi, number(scope.world.on))
    scope = scope.step("terms", {"term_lo": lo, "term_hi": hi, "term_c": known.cert})
    return scope.step("terms", {}, compare(col("term_lo"), "<=", col("term_hi")))


def _pieces(scope: Scope, thing: ActThing) -> Scope:
    """The act's time from its start to the day asked about, in pieces, with how long it was there."""
    shape = scope.builder.variant.shape
    assert isinstance(shape, Limits)
    last = False if flows(shape) else lasts(scope, thing)
    cut = time_of(scope, thing, last)
    return with_presence(cut, thing) if momentary(scope, last) else cut


def _counted(scope: Scope, shape: Limits) -> Scope:
    """The lines of `where`, cheap ones first; `cc`, `cp`: it counts, exceptions aside."""
    scope = replace(scope, at=col("piece_lo"), upto=None if scope.upto is None else col("piece_hi"))
    scope = staged(scope, [(scope, line.condition) for line in shape.where])
    joint = scope.builder.variant.jointly
    named = TRUE if joint else unless_known(not_null(col("bearer")), TRUE)
    own = TRUE if joint else at_every(scope, answers)
    took_place = there(scope, shape.range.variable, by_now=False)
    counted = conjunction((took_place, named, own, *line_pairs(len(shape.where))))
    return scope.step("counted", {"cc": counted.cert, "cp": counted.poss})


def _contributions(scope: Scope, shape: Limits, thing: ActThing) -> exp.Select:
    variant = scope.builder.variant
    saved = [(e.name, pair(scope, e.condition)) for e in variant.unless]
    saves = disjunction(p for _, p in saved)
    names = [(p.cert, text(name)) for name, p in saved]
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
        "exception": when(*names, otherwise=null(sql.TEXT)),
    }
    for i, path in enumerate(shape.per):
        value = path_value(scope, path)
        if isinstance(value, Opaque):
            raise NotComputable("'per' a time, an amount or a place")
        columns[f"s{i}"] = value.expr
    if shape.measure.amount is not None:
        known = amount(scope, shape.measure.amount)
        columns |= {"a_lo": known.lo, "a_hi": known.hi, "a_scale": number(known.scale)}
    columns |= line_halves(len(shape.where))
    return scope.select([sql.alias(e, c) for c, e in columns.items()])
