"""A prohibition as a plan: the scan of its kind, the bearer's bound stretches, two columns a condition.

Cheap conditions come first: rows for which one of them is certainly false are gone before geography and
quantifiers are asked.
"""

from __future__ import annotations

from sqlglot import exp

from servanda.norms.condition import ActRange, BreachRange
from servanda.norms.facts import World
from servanda.norms.norm import Prohibits, Variant
from servanda.plan import sql
from servanda.plan.bearers import answers, counterparty, with_bearers
from servanda.plan.bound import bound_at, bound_joined, stretches, term
from servanda.plan.condition import pair
from servanda.plan.cuts import spreads
from servanda.plan.islands import before, islands
from servanda.plan.lower import Plan, finished
from servanda.plan.occasion import acts_of, label_of, occasion_here, occasions, of_populations, relation_of
from servanda.plan.partners import joined, keys_of
from servanda.plan.pieces import momentary, time_of
from servanda.plan.presence import lasts, present
from servanda.plan.quantifiers import there
from servanda.plan.scope import ActThing, Builder, Schema, Scope, column
from servanda.plan.spread import at_every
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, negated, not_null, null, number, text, when
from servanda.plan.stages import line_columns, line_halves, line_pairs, numbered, possible, staged, timeless
from servanda.plan.truth import TRUE, conjunction, unless_known
from servanda.vocabulary.verdict import Outcome, Reason


def lower(world: World, variant: Variant, schema: Schema) -> Plan:
    """The plan of a prohibition: one row for each act that meets it, and each interval of one outcome."""
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    assert isinstance(shape.range, ActRange | BreachRange), "what is forbidden is an act"
    builder = Builder(world, variant, schema)
    scope = _acts(builder, shape)
    assert variant.bearer is not None
    scope = with_bearers(scope, variant.bearer)
    scope = scope.step("owed", {"counterparty": counterparty(scope, variant.owed_to)})
    scope = bound_joined(scope, stretches(builder))
    lo, hi, in_term = term(scope)
    scope = scope.step(
        "terms",
        {
            "term_lo": sql.greatest(lo, col("bound_from")),
            "term_hi": sql.least(hi, sql.less_one(col("bound_until"))),
            "term_c": in_term.cert,
        },
    )
    scope = scope.step("terms", {}, compare(col("term_lo"), "<=", col("term_hi")))
    scope = time_of(numbered(scope), *_staying(scope, shape))
    return finished(builder, _outcomes(scope, shape))


def _staying(scope: Scope, shape: Prohibits) -> tuple[ActThing, bool | None]:
    """The act forbidden, and whether it is taken to last: its placing is a moment."""
    assert isinstance(shape.range, ActRange | BreachRange)
    thing = scope.things[shape.range.variable]
    assert isinstance(thing, ActThing)
    return thing, False if shape.mode == "placing" else lasts(scope, thing)


def _acts(builder: Builder, shape: Prohibits) -> Scope:
    """Every act that may be the one forbidden, with its occasion, by the conditions that no day changes."""
    over = shape.range
    assert isinstance(over, ActRange | BreachRange)
    outer = occasions(builder, planned=False)
    if outer is None:
        scope = acts_of(builder, over, lasting=True)
    else:
        relation = relation_of(builder, over, planned=False, lasting=True)
        where = [line.condition for line in shape.where]
        scope = joined(outer, relation, over.variable, over.kinds, keys_of(outer, over.variable, where))
    lines = (*builder.variant.when, *shape.where)
    return possible(scope, [line.condition for line in lines if timeless(line.condition)])


# ---- outcome


def _outcomes(scope: Scope, shape: Prohibits) -> exp.Select:
    """Conditions, cheap ones first, then the outcome, then the joining of neighbouring pieces of one outcome."""
    variant = scope.builder.variant
    now = _now(scope)
    lines = [(scope, line.condition) for line in variant.when] + [(now, line.condition) for line in shape.where]
    scope = staged(scope, lines)
    scope = _with_engaged(scope, shape, len(lines))
    return _merged(scope, shape, len(lines))


def _now(scope: Scope) -> Scope:
    """Read within each piece."""
    return scope.reading(col("piece_lo"), col("piece_hi") if spreads(scope.builder) else None)


def _with_engaged(scope: Scope, shape: Prohibits, lines: int) -> Scope:
    """Engaged, saved, and the outcome: the columns `ec`, `ep`, `e{i}_cert`, `e{i}_poss`, `outcome`."""
    variant = scope.builder.variant
    assert isinstance(shape.range, ActRange | BreachRange)
    trigger = bound_at(scope, col("bearer"), col("at"), scope.upto) if variant.for_each else TRUE
    engaged = conjunction(
        (
            occasion_here(scope, planned=False),
            there(scope, shape.range.variable),
            unless_known(col("term_c"), TRUE),
            trigger,
            unless_known(not_null(col("bearer")), TRUE),
            at_every(_now(scope), answers),
            of_populations(scope),
            *line_pairs(lines),
        )
    )
    scope = scope.step("engaged", {"ec": engaged.cert, "ep": engaged.poss})
    scope = scope.step("engaged", {}, all_of((col("ep"), col("here_p"))))
    truths = enumerate(pair(_now(scope), e.condition) for e in variant.unless)
    scope = _alike_joined(scope.step("saved", line_columns(truths, "e")), shape)
    return scope.changed("there", {"ec": all_of((col("ec"), col("here_c")))})


def _alike_joined(scope: Scope, shape: Prohibits) -> Scope:
    """Neighbouring pieces in which conditions read alike, joined: an act whose beginning or end is not known to the
    day may be there in both for certain, though in neither."""
    thing, last = _staying(scope, shape)
    if not scope.builder.schema.wide or shape.awaits is not None or last is False:
        return scope
    own = [col("rid")]
    halves = line_halves(len(scope.builder.variant.unless), "e")
    edge = any_of(
        (
            all_of((is_null(col("ends_lo")), compare(before("piece_hi", own), "=", col("seen")))),
            all_of((compare(col("sure_first"), "<=", col("sure_last")),
                    any_of((compare(col("piece_lo"), "=", col("sure_first")),
                            compare(before("piece_hi", own), "=", col("sure_last")))))),
        )
    )  # fmt: skip
    alike = all_of(
        (
            *(compare(before(c, own), "=", col(c)) for c in ("ec", "ep", *halves)),
            _adjoins(own),
            negated(sql.coalesce(edge, sql.boolean(False))),
        )
    )
    scope = islands(scope, own, alike, {"read_hi": exp.Max(this=col("piece_hi"))})
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    here = present(col("piece_lo"), col("read_hi"), start_lo, start_hi)
    whole = all_of((not_null(start_lo), sql.coalesce(here.cert, sql.boolean(False))))
    joined_ = {
        "here_c": when((compare(col("read_hi"), "=", col("piece_hi")), col("here_c")), otherwise=whole),
        "piece_hi": col("read_hi"),
    }
    return scope.changed("alike", joined_, ("read_hi",))


def outcome_columns(variant: Variant) -> dict[str, Expr]:
    """The outcome of conduct that is possibly forbidden. Any exception that certainly holds saves."""
    saving = [(col(f"e{i}_cert"), e) for i, e in enumerate(variant.unless)]
    any_saving = any_of(col(f"e{i}_poss") for i in range(len(variant.unless)))
    breached = all_of((col("ec"), negated(any_saving)))

    def cased(of_exception: list[tuple[Expr, Expr]], breach: Expr, doubt: Expr) -> Expr:
        return when(*of_exception, (breached, breach), otherwise=doubt)

    saving = [(all_of((col("ec"), c)) if e.replaces else c, e) for c, e in saving]
    kept = [(c, text(Outcome.NOT_ENGAGED if e.replaces else Outcome.COMPLIED)) for c, e in saving]
    why = [(c, text(Reason.PREVAILED if e.replaces else Reason.EXCEPTION)) for c, e in saving]
    names = [(c, text(e.name)) for c, e in saving]
    return {
        "outcome": cased(kept, text(Outcome.BREACHED), text(Outcome.UNDETERMINED)),
        "reason": cased(why, text(Reason.ACT_MEETS), text(Reason.FACT_MISSING)),
        "exception": when(*names, otherwise=null(sql.TEXT)),
    }


def _merged(scope: Scope, shape: Prohibits, lines: int) -> exp.Select:
    variant = scope.builder.variant
    scope = scope.step("outcomes", outcome_columns(variant))
    if momentary(scope, _staying(scope, shape)[1]) or shape.awaits is not None:
        return _output(scope, shape, lines, col("piece_hi"))
    own = [col("rid")]
    scope = islands(scope, own, _alike(own), {"island_hi": exp.Max(this=col("piece_hi"))})
    return _output(scope, shape, lines, col("island_hi"))


def _alike(own: list[Expr]) -> Expr:
    """Whether a piece continues the one before it: the same outcome for the same reason, without a gap."""
    return all_of(
        (
            compare(before("outcome", own), "=", col("outcome")),
            compare(before("reason", own), "=", col("reason")),
            sql.same(before("exception", own), col("exception")),
            _adjoins(own),
        )
    )


def _adjoins(own: list[Expr]) -> Expr:
    return compare(compare(before("piece_hi", own), "+", number(1)), "=", col("piece_lo"))


def _output(scope: Scope, shape: Prohibits, lines: int, until: Expr) -> exp.Select:
    variant = scope.builder.variant
    thing, _ = _staying(scope, shape)
    columns = {
        "bearer": col("bearer"),
        "counterparty": col("counterparty"),
        **{f"o{i}": label_of(scope, r.variable) for i, r in enumerate(variant.for_each)},
        "act": column(scope, thing, "id"),
        "outcome": col("outcome"),
        "reason": col("reason"),
        "exception": col("exception"),
        "start": col("piece_lo"),
        "until": until,
        "bound_from": col("bound_from"),
        "bound_until": sql.less_one(col("bound_until")),
        **line_halves(lines),
    }
    if shape.awaits is not None:
        columns |= {"at": col("at"), "rid": col("rid")}
    return scope.select([sql.alias(e, c) for c, e in columns.items()])
