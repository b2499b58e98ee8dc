"""By when a duty is due, as columns of a plan, extensions included."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from servanda.norms.condition import Offset, Order
from servanda.norms.norm import KeptUp, MayExtend, Requires
from servanda.plan import instant as instants
from servanda.plan import sql
from servanda.plan.condition import pair
from servanda.plan.instant import sharp, time
from servanda.plan.operand import Single
from servanda.plan.partners import Key, joined, partners
from servanda.plan.quantifiers import there
from servanda.plan.scope import ActThing, Scope, column
from servanda.plan.sql import Expr, all_of, col, compare, is_null, less_one, not_null, null, number, text, when
from servanda.plan.trigger import trigger_act
from servanda.plan.truth import TRUE


def with_deadline(scope: Scope, shape: Requires) -> Scope:
    """`earliest`, `latest`, `opens` (NULL: none or not known) and `open`: it has no end."""
    earliest, latest, opens, is_open = _deadline(scope, shape)
    columns = {"earliest": earliest, "latest": latest, "opens": opens, "is_open": is_open}
    scope = scope.step("deadline", columns)
    if shape.may_extend is None or shape.due == "at all times" or isinstance(shape.due, KeptUp):
        return scope
    return _extended(scope, shape.may_extend)


def _deadline(scope: Scope, shape: Requires) -> tuple[Expr, Expr, Expr, Expr]:
    none = null(sql.BIGINT)
    match shape.due:
        case Order(relation=relation, right=right):
            moment = time(scope, right)
            known = not_null(moment.lo)
            match relation:
                case "before":
                    return less_one(moment.lo), less_one(moment.last_start), none, sql.boolean(False)
                case "on or before":
                    return moment.first_end, moment.hi, none, sql.boolean(False)
                case "after":
                    return none, none, compare(moment.first_end, "+", number(1)), known
                case _:
                    return none, none, moment.lo, known
        case Offset() as due:
            return _by_offset(scope, due)
    return none, none, none, sql.boolean(True)


def _by_offset(scope: Scope, due: Offset) -> tuple[Expr, Expr, Expr, Expr]:
    none, no = null(sql.BIGINT), sql.boolean(False)
    anchor = time(scope, due.anchor)
    bound = instants.shifted(scope, anchor, due.amount, due.direction)
    known = all_of((not_null(anchor.lo), not_null(bound.lo)))

    def where_known(node: Expr) -> Expr:
        return when((known, node), otherwise=none)

    match due.bound, due.direction:
        case "within", "after":
            return where_known(bound.first_end), where_known(bound.hi), where_known(anchor.lo), no
        case "within", _:
            return where_known(anchor.first_end), where_known(anchor.hi), where_known(bound.lo), no
        case "at least", "before":
            return where_known(bound.first_end), where_known(bound.hi), none, no
        case "more than", "before":
            return where_known(less_one(bound.lo)), where_known(less_one(bound.last_start)), none, no
        case _:
            return none, none, where_known(bound.lo), known


def _extended(scope: Scope, rule: MayExtend) -> Scope:
    """The deadline after the extensions on record; one that is not certain moves only the latest end."""
    builder = scope.builder
    if "effective_lo" not in builder.schema.columns:
        return scope
    v = "extension"
    relation = partners(builder, v, (v,), attributes=("about", "effective"))
    trigger = trigger_act(scope)
    named = text("?") if trigger is None else column(scope, trigger, "id")
    keys = [Key("about", True, Single(named))] if "about" in builder.schema.columns else []
    inner = joined(scope, relation, v, (v,), keys, not_null(col(f"{v}__effective_lo", "p")))
    thing = inner.things[v]
    assert isinstance(thing, ActThing)
    truth = TRUE if rule.by is None else pair(inner, rule.by)
    sure_ = all_of((there(inner, v).cert, not_null(column(inner, thing, "about"))))
    to = column(inner, thing, "effective_hi")
    if rule.at_most is not None:
        furthest = instants.shifted(inner, sharp(col("earliest"), col("latest")), rule.at_most, "after")
        to = when((is_null(furthest.hi), to), otherwise=sql.least(to, furthest.hi))
    granted = inner.step("granted", {"to": to, "until_": column(inner, thing, "effective_hi"),
                                     "gc": all_of((truth.cert, sure_)), "gp": truth.poss})  # fmt: skip
    granted = granted.step("granted", {}, all_of((col("gp"), not_null(col("earliest")), not_null(col("latest")))))
    if rule.times is not None:
        place = sql.over(exp.RowNumber(), [col(k) for k in scope.key], [col("until_"), column(granted, thing, "id")])
        granted = granted.step("granted", {"nth": place})
        granted = granted.step("granted", {}, compare(col("nth"), "<=", number(rule.times)))
    keys_ = [col(k) for k in scope.key]
    furthest_ = builder.cte(
        "extended",
        granted.select(
            [
                *keys_,
                sql.alias(exp.Max(this=col("to")), "latest_to"),
                sql.alias(sql.filtered(exp.Max(this=col("to")), col("gc")), "earliest_to"),
            ],
            group=keys_,
        ),
    )
    found = scope.lookup(furthest_, [(k, col(k)) for k in scope.key])
    rest = sql.star("t", "earliest", "latest")
    frame = builder.cte(
        "deadline",
        scope.select(
            [
                rest,
                sql.alias(_later(col("earliest"), col("earliest_to", found)), "earliest"),
                sql.alias(_later(col("latest"), col("latest_to", found)), "latest"),
            ]
        ),
    )
    return replace(scope, frame=frame, joins=[], asked={})


def _later(due: Expr, to: Expr) -> Expr:
    return when((is_null(due), due), otherwise=sql.greatest(due, sql.coalesce(to, due)))
