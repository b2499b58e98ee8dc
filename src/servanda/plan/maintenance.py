"""Duties to keep something up: at all times, or until something breaks them off."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from sqlglot import exp

from servanda.norms.condition import ActRange
from servanda.norms.norm import KeptUp, Requires
from servanda.plan import coverage, sql
from servanda.plan.condition import pair
from servanda.plan.islands import before, islands
from servanda.plan.pieces import cut_at
from servanda.plan.presence import with_presence
from servanda.plan.scope import ActThing, Scope, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, negated, not_null, number, text, when
from servanda.plan.truth import FALSE
from servanda.vocabulary.verdict import Outcome, Reason


def kept_up(scope: Scope, due: KeptUp, candidates: Scope, columns: dict[str, Expr]) -> exp.Select:
    """A standing duty without an interval: pending; only what breaks it breaches."""
    there = scope.reading(number(scope.world.on))
    broken = FALSE if due.broken is None else pair(there, due.broken)
    recorded = FALSE
    if due.broken is not None:
        closed = replace(there, closed=True)
        recorded = pair(closed, due.broken)
    keys = [col(k) for k in scope.key]
    shown = sql.call("list_sort", sql.call("list", col("wit")))
    carried = scope.builder.cte(
        "carried", candidates.select([*keys, sql.alias(shown, "acts")], where=col("oc"), group=keys)
    )
    found = scope.by_key(carried)
    breached = all_of((col("ec"), broken.cert))
    doubt = any_of((recorded.poss, negated(col("ec"))))
    return scope.select(
        [
            *(sql.alias(e, c) for c, e in columns.items()),
            sql.alias(
                when((breached, text(Outcome.BREACHED)), (doubt, text(Outcome.UNDETERMINED)),
                     otherwise=text(Outcome.PENDING)), "outcome"),
            sql.alias(
                when((breached, text(Reason.BROKEN_OFF)), (doubt, text(Reason.FACT_MISSING)),
                     otherwise=text(Reason.STANDING)), "reason"),
            sql.alias(col("acts", found), "witnesses"),
        ]
    )  # fmt: skip


def standing(scope: Scope, shape: Requires, candidates: Scope, columns: dict[str, Expr]) -> exp.Select:
    """The stretch in which the bearer is bound, minus the time of the acts that keep the duty up."""
    assert isinstance(shape.range, ActRange)
    last = sql.least(sql.less_one(col("bound_until")), number(scope.world.on))
    scope = scope.step("whole", {"first": col("bound_from"), "last": last})
    scope = scope.step("whole", {}, compare(col("first"), "<=", col("last")))
    thing = candidates.things[shape.range.variable]
    assert isinstance(thing, ActThing)
    kept = with_presence(candidates, thing)
    judged = _judged(_pieces(scope, kept, thing), scope.key, kept, thing, shape)
    return _merged(judged, [col(k) for k in scope.key], columns)


def _pieces(scope: Scope, kept: Scope, thing: ActThing) -> Scope:
    """The rows in pieces: cut where an act begins or ends, and where coverage does."""
    builder = scope.builder
    keys = [sql.alias(col(k), k) for k in scope.key]
    bounds = builder.relation("claims", pa.table({"t": pa.array(sorted(scope.world.coverage.bounds()), pa.int64())}))
    start_lo = column(kept, thing, "start_lo")
    times = (start_lo, col("sure_first"), *(compare(e, "+", number(1)) for e in (col("sure_last"), col("gone"))))
    own: list[Expr] = [
        kept.select([*keys, sql.alias(e, "piece_lo")], not_null(column(kept, thing, "start_lo"))) for e in times
    ]
    changes = builder.cte("changes_of", sql.union(own[0], *own[1:]))
    on = all_of(compare(col(k, "e"), "=", col(k)) for k in scope.key)
    inside = all_of(
        (compare(col("piece_lo", "e"), ">", col("first")), compare(col("piece_lo", "e"), "<=", col("last")))
    )
    covered = all_of((compare(col("t", "c"), ">", col("first")), compare(col("t", "c"), "<=", col("last"))))
    edges: list[Expr] = [
        scope.select([*keys, sql.alias(col("first"), "piece_lo")]),
        sql.select([*keys, sql.alias(col("piece_lo", "e"), "piece_lo")], sql.table(scope.frame, "t"),
                   [sql.join(sql.table(changes, "e"), all_of((on, inside)))]),
        sql.select([*keys, sql.alias(col("t", "c"), "piece_lo")], sql.table(scope.frame, "t"),
                   [sql.join(sql.table(bounds, "c"), covered)]),
    ]  # fmt: skip
    return cut_at(scope, edges)


def _judged(cut: Scope, own: tuple[str, ...], kept: Scope, thing: ActThing, shape: Requires) -> Scope:
    """Each piece with whether some act lasts through all of it, and what that amounts to."""
    builder = cut.builder
    assert isinstance(shape.range, ActRange)
    start_lo = col(_shown(column(kept, thing, "start_lo")), "k")
    unknown = is_null(start_lo)
    out = any_of((compare(start_lo, ">", col("piece_lo")), compare(col("gone", "k"), "<", col("piece_hi"))))
    through_p = any_of((unknown, negated(sql.coalesce(out, sql.boolean(True)))))
    through_c = all_of(
        (not_null(start_lo), negated(sql.coalesce(out, sql.boolean(True))),
         sql.coalesce(compare(col("sure_first", "k"), "<=", col("piece_lo")), sql.boolean(False)),
         sql.coalesce(compare(col("sure_last", "k"), ">=", col("piece_hi")), sql.boolean(False)))
    )  # fmt: skip
    certain = sql.coalesce(all_of((col("oc", "k"), through_c)), sql.boolean(False))
    possible = sql.coalesce(all_of((not_null(col("wit", "k")), through_p)), sql.boolean(False))
    keys = [*(col(k) for k in cut.key), col("piece_hi")]
    whose = all_of(compare(col(k, "k"), "=", col(k)) for k in own)
    held = builder.cte(
        "held",
        sql.select(
            [*keys, sql.alias(exp.LogicalOr(this=certain), "wc"), sql.alias(exp.LogicalOr(this=possible), "wp"),
             sql.alias(sql.filtered(sql.call("list", col("wit", "k")), certain), "acts")],
            sql.table(cut.frame, "t"), [sql.join(sql.table(kept.frame, "k"), whose, "LEFT")], group=keys),
    )  # fmt: skip
    same_piece = all_of(compare(col(k, "h"), "=", col(k)) for k in cut.key)
    complete = coverage.none_missing(cut, shape.range, shape.where, col("piece_lo"), col("piece_hi"))
    done = all_of((col("wc", "h"), col("ec")))
    doubt = any_of((col("wp", "h"), negated(col("ec"))))
    steps = [(done, Outcome.COMPLIED, Reason.DONE_IN_TIME), (doubt, Outcome.UNDETERMINED, Reason.FACT_MISSING),
             (complete, Outcome.BREACHED, Reason.GAP)]  # fmt: skip
    frame = builder.cte(
        "judged",
        sql.select(
            [
                sql.star("t"),
                sql.alias(when(*((t, text(o)) for t, o, _ in steps), otherwise=text(Outcome.OVERDUE)), "outcome"),
                sql.alias(when(*((t, text(r)) for t, _, r in steps), otherwise=text(Reason.NO_COVERAGE)), "reason"),
                sql.alias(when((done, col("acts", "h")), otherwise=sql.null(sql.TEXTS)), "acts"),
            ],
            sql.table(cut.frame, "t"),
            [sql.join(sql.table(held, "h"), same_piece)],
        ),
    )
    return cut.framed(frame)


def _shown(node: Expr) -> str:
    return str(node.name) if isinstance(node, exp.Column) else "start_lo"


def _merged(judged: Scope, own: list[Expr], columns: dict[str, Expr]) -> exp.Select:
    """Neighbouring pieces of one outcome joined, their witnesses together."""
    alike = all_of(compare(before(c, own), "=", col(c)) for c in ("outcome", "reason"))
    gathered = {"island_hi": exp.Max(this=col("piece_hi")), "all_acts": sql.call("list", col("acts"))}
    judged = islands(judged, own, alike, gathered)
    kept = {c: e for c, e in columns.items() if c != "start"}
    witnesses = sql.call("list_sort", sql.call("list_distinct", sql.call("flatten", col("all_acts"))))
    return judged.select(
        [
            *(sql.alias(e, c) for c, e in kept.items()),
            sql.alias(col("piece_lo"), "start"),
            sql.alias(col("island_hi"), "until"),
            sql.alias(col("outcome"), "outcome"),
            sql.alias(col("reason"), "reason"),
            sql.alias(witnesses, "witnesses"),
        ]
    )
