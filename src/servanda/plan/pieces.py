"""The time of an act in pieces, as rows of a plan: cut where conditions may read otherwise, each with whether it is
there."""

from __future__ import annotations

from sqlglot import exp

from servanda.plan import sql
from servanda.plan.cuts import cuts
from servanda.plan.presence import lasting, present, with_presence
from servanda.plan.scope import ActThing, Scope, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, less_one, negated, not_null, number, when
from servanda.plan.truth import Pair

PIECE = ("piece_lo", "piece_hi", "here_c", "here_p")


def momentary(scope: Scope, last: bool | None) -> bool:
    """Whether each act is one piece, at a time that is known: none of them is taken to last."""
    return last is False and "start_lo" in scope.builder.schema.complete


def time_of(scope: Scope, thing: ActThing, last: bool | None) -> Scope:
    """The act's time within [term_lo, term_hi], in pieces, and unless all are momentary, its presence.

    `last`: whether the acts are taken to last; None where some do and some do not.
    """
    if momentary(scope, last):
        return _moments(scope, thing)
    here = with_presence(scope, thing)
    if last:
        return _stretches(here, thing)
    # What is known of an act of unknown start is only that it was on some day: it is cut like one that lasts.
    stays = sql.boolean(False) if last is False else lasting(scope, thing)
    cut = any_of((stays, is_null(column(scope, thing, "start_lo"))))
    staying, passing = here.step("staying", {}, cut), here.step("passing", {}, negated(cut))
    return _all_pieces(here, _stretches(staying, thing), _moments(passing, thing))


def _moments(scope: Scope, thing: ActThing) -> Scope:
    """An act that does not last, or its placing, is one piece: certain where it lies wholly inside."""
    lo, hi = col("term_lo"), col("term_hi")
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    inside = all_of((compare(lo, "<=", start_lo), compare(start_hi, "<=", hi)))
    touching = all_of((compare(start_lo, "<=", hi), compare(lo, "<=", start_hi)))
    return scope.step(
        "moments",
        {
            "piece_lo": sql.greatest(lo, start_lo),
            "piece_hi": sql.least(hi, start_hi),
            "here_c": sql.coalesce(inside, sql.boolean(False)),
            "here_p": sql.boolean(True),
        },
        sql.coalesce(touching, sql.boolean(False)),
    )


def _stretches(scope: Scope, thing: ActThing) -> Scope:
    """The time of an act that lasts, cut where conditions may change, as far as it may be there."""
    lo, hi = col("term_lo"), col("term_hi")
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    first = when((is_null(start_lo), lo), otherwise=sql.greatest(lo, start_lo))
    last = when((is_null(start_lo), hi), otherwise=sql.least(hi, col("gone")))
    scope = scope.step("whole", {"first": first, "last": last})
    started = not_null(start_lo)
    scope = scope.step("within", {}, compare(col("first"), "<=", col("last")))
    keys = [sql.alias(col(k), k) for k in scope.key]
    edges: list[Expr] = [scope.select([*keys, sql.alias(col("first"), "piece_lo")])]
    edges += _cut_edges(scope, keys)
    unseen = all_of(
        (started, is_null(col("ends_lo")), compare(col("first"), "<=", col("seen")),
         compare(col("seen"), "<", col("last")))
    )  # fmt: skip
    edges.append(scope.select([*keys, sql.alias(compare(col("seen"), "+", number(1)), "piece_lo")], unseen))
    if scope.builder.schema.wide:
        core = all_of((started, compare(col("sure_first"), "<=", col("sure_last"))))
        for t in (col("sure_first"), compare(col("sure_last"), "+", number(1))):
            inside = all_of((core, compare(col("first"), "<", t), compare(t, "<=", col("last"))))
            edges.append(scope.select([*keys, sql.alias(t, "piece_lo")], inside))
    cut = cut_at(scope, edges)
    here = present(col("piece_lo"), col("piece_hi"), start_lo, start_hi)
    unknown = is_null(start_lo)
    pair = Pair(all_of((sql.negated(unknown), here.cert)), any_of((unknown, here.poss)))
    there = cut.step("there", {"here_c": pair.cert, "here_p": pair.poss})
    return there.step("there", {}, col("here_p"))


def cut_at(scope: Scope, edges: list[Expr]) -> Scope:
    """The rows, once for each stretch of [first, last]: it lasts from one edge up to the next of the same key.

    Adds `piece_lo` and `piece_hi`; `edges` are queries for the key and `piece_lo`.
    """
    builder = scope.builder
    edge = builder.cte("edges", sql.union(edges[0], *edges[1:], distinct=True))
    own = [col(k, "e") for k in scope.key]
    after = sql.over(exp.Lead(this=col("piece_lo", "e")), own, [col("piece_lo", "e")])
    shown = [*own, col("piece_lo", "e"), sql.alias(after, "next_lo")]
    follow = builder.cte("pieces", sql.select(shown, sql.table(edge, "e")))
    chosen = [
        sql.star("t"),
        sql.alias(col("piece_lo", "e"), "piece_lo"),
        sql.alias(sql.coalesce(less_one(col("next_lo", "e")), col("last")), "piece_hi"),
    ]
    on = all_of(compare(col(k, "e"), "=", col(k)) for k in scope.key)
    frame = builder.cte("cut", sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(follow, "e"), on)]))
    return scope.framed(frame, "piece_lo")


def _cut_edges(scope: Scope, keys: list[Expr]) -> list[Expr]:
    relation = cuts(scope.builder)
    if relation is None:
        return []
    inside = all_of((compare(col("t", "c"), ">", col("first")), compare(col("t", "c"), "<=", col("last"))))
    chosen = [*keys, sql.alias(col("t", "c"), "piece_lo")]
    return [sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(relation, "c"), inside)])]


def _all_pieces(scope: Scope, some: Scope, others: Scope) -> Scope:
    """The rows of the scope, once for each of their pieces, of which some rows have theirs here and others there."""
    parts = [
        sql.select([sql.alias(col(c, "e"), c) for c in ("rid", *PIECE)], sql.table(one.frame, "e"))
        for one in (some, others)
    ]
    pieces = scope.builder.cte("all_pieces", sql.union(*parts))
    chosen = [sql.star("t"), *(sql.alias(col(c, "e"), c) for c in PIECE)]
    on = compare(col("rid", "e"), "=", col("rid"))
    frame = scope.builder.cte(
        "cut", sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(pieces, "e"), on)])
    )
    return scope.framed(frame, "piece_lo")
