"""By when a duty is due, as columns of a plan, extensions included."""

from __future__ import annotations

from servanda.norms.condition import Offset, Order
from servanda.norms.norm import Requires
from servanda.plan import instant as instants
from servanda.plan import sql
from servanda.plan.instant import time
from servanda.plan.scope import Scope
from servanda.plan.sql import Expr, all_of, compare, less_one, not_null, null, number, when


def with_deadline(scope: Scope, shape: Requires) -> Scope:
    """`earliest`, `latest`, `opens` (NULL: none or not known) and `is_open`: it has no end."""
    earliest, latest, opens, is_open = _deadline(scope, shape)
    columns = {"earliest": earliest, "latest": latest, "opens": opens, "is_open": is_open}
    return scope.step("deadline", columns)


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
