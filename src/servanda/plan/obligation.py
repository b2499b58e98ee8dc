"""An obligation as a plan: triggers, their deadline as columns, and every act that may discharge them.

The deadline is kept out of the join, so that what came too late is found too: the late act is the witness.
"""

from __future__ import annotations

from sqlglot import exp

from servanda.norms.condition import ActRange, Condition, Offset, Order
from servanda.norms.extension import opening
from servanda.norms.facts import World
from servanda.norms.norm import KeptUp, Requires, Variant
from servanda.plan import coverage, maintenance, sql
from servanda.plan import instant as instants
from servanda.plan.bearers import counterparty
from servanda.plan.condition import pair, stands
from servanda.plan.deadline import with_deadline
from servanda.plan.instant import Instant, time
from servanda.plan.lower import Plan, finished
from servanda.plan.occasion import label_of
from servanda.plan.partners import joined, keys_of, partners
from servanda.plan.quantifiers import there
from servanda.plan.scope import ActThing, Builder, Schema, Scope, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, negated, not_null, null, number, text, when
from servanda.plan.stages import costly, line_columns, line_halves
from servanda.plan.trigger import engaged, trigger_act, triggers
from servanda.plan.truth import TRUE, Pair, conjunction, unless_known
from servanda.temporal import END_US
from servanda.vocabulary.verdict import Outcome, Reason


def lower(world: World, variant: Variant, schema: Schema) -> Plan:
    """The plan of an obligation: one row for each trigger, bearer and stretch in which it is bound."""
    shape = variant.shape
    assert isinstance(shape, Requires)
    assert isinstance(shape.range, ActRange), "what is owed is an act"
    builder = Builder(world, variant, schema)
    scope = with_deadline(engaged(triggers(builder)), shape)
    if shape.due == "at all times":
        return finished(builder, maintenance.standing(scope, shape, _candidates(scope, shape), _columns(scope)))
    if _in_turn(shape):
        scope = _with_exceptions(scope)
        return finished(builder, _listed(scope, shape, _candidates(scope, shape)))
    if isinstance(shape.due, KeptUp):
        return finished(builder, maintenance.kept_up(scope, shape.due, _candidates(scope, shape), _columns(scope)))
    scope = _with_exceptions(scope)
    candidates = _candidates(scope, shape)
    return finished(builder, _decided(scope, shape, candidates))


def _in_turn(shape: Requires) -> bool:
    """Whether duties are settled one after the other, each with all its candidates: by the definition, once found."""
    return shape.matching == "one to one" or shape.may_extend is not None


# ---- candidates


def _candidates(scope: Scope, shape: Requires) -> Scope:
    """Every act that is possibly the one owed: `oc`, `op`, `ic`, `ip` (in time), `when_lo`, `when_hi`, `wit`;
    where the time may be extended `sc`, `sp` (it had begun)."""
    builder = scope.builder
    assert isinstance(shape.range, ActRange)
    v = shape.range.variable
    where: list[Condition] = [line.condition for line in shape.where]
    attributes = ("until", "last-seen", "by") if shape.due == "at all times" else ()
    relation = partners(builder, v, shape.range.kinds, attributes=attributes)
    listed = _in_turn(shape) or not isinstance(shape.due, Order | Offset)
    inner = joined(scope, relation, v, shape.range.kinds, keys_of(scope, v, where), once=listed)
    cheap = [c for c in where if not costly(c)]
    if cheap and len(cheap) < len(where):
        inner = inner.step("cheap", {}, all_of(pair(inner, c).poss for c in cheap))
    owed = conjunction((there(inner, v), *(pair(inner, c) for c in where)))
    moment, in_time, opened = instants.NEVER, TRUE, TRUE
    if isinstance(shape.due, Order | Offset):
        moment = time(inner, shape.due.left)
        in_time = _in_time(inner, moment, shape.due)
        first = opening(shape.due) if shape.may_extend is not None else None
        opened = TRUE if first is None else stands(inner, moment, first)
    thing = inner.things[v]
    found = inner.step(
        "candidates",
        {
            "oc": owed.cert,
            "op": owed.poss,
            "ic": in_time.cert,
            "ip": in_time.poss,
            **({} if shape.may_extend is None else {"sc": opened.cert, "sp": opened.poss}),
            "when_lo": moment.lo,
            "when_hi": moment.hi,
            "wit": column(inner, thing, "id") if isinstance(thing, ActThing) else null(sql.TEXT),
        },
    )
    return found.step("candidates", {}, col("op"))


def _in_time(scope: Scope, moment: Instant, due: Order | Offset) -> Pair:
    return unless_known(not_null(moment.lo), stands(scope, moment, due))


def _with_exceptions(scope: Scope) -> Scope:
    truths = enumerate(pair(scope, e.condition) for e in scope.builder.variant.unless)
    return scope.step("saved", line_columns(truths, "e"))


# ---- outcome


def _decided(scope: Scope, shape: Requires, candidates: Scope) -> exp.Select:
    """Candidates gathered by trigger: met, the witness, the late act; then the outcome."""
    keys = [col(k) for k in scope.key]
    met_c, met_p = all_of((col("oc"), col("ic"))), col("ip")
    fits = when((met_c, number(0)), (met_p, number(1)), (col("oc"), number(2)), otherwise=number(3))
    lo, hi = sql.coalesce(col("when_lo"), number(END_US)), sql.coalesce(col("when_hi"), number(END_US))
    late = all_of((col("oc"), sql.coalesce(compare(col("when_lo"), ">", col("latest")), sql.boolean(False))))
    gathered = scope.builder.cte(
        "gathered",
        candidates.select(
            [
                *keys,
                sql.alias(exp.LogicalOr(this=met_c), "mc"),
                sql.alias(exp.LogicalOr(this=met_p), "mp"),
                sql.alias(_first(sql.call("row", fits, lo, hi, col("wit"))), "best"),
                sql.alias(sql.filtered(_first(sql.call("row", lo, hi, col("wit"))), late), "late"),
                sql.alias(sql.filtered(exp.Min(this=col("when_lo")), late), "late_at"),
            ],
            group=keys,
        ),
    )
    found = scope.by_key(gathered)
    no = sql.boolean(False)
    scope = scope.step(
        "met",
        {
            "mc": sql.coalesce(col("mc", found), no),
            "mp": sql.coalesce(col("mp", found), no),
            **{c: col(c, found) for c in ("best", "late", "late_at")},
            "complete": _complete(scope, shape),
        },
    )
    scope = scope.step("outcomes", _outcome(scope))
    breached = compare(col("outcome"), "=", text(Outcome.BREACHED))
    cured = all_of((breached, not_null(col("late"))))
    reason = when((cured, text(Reason.DONE_LATE)), otherwise=col("reason"))
    out, why = _softened(scope.builder.variant, col("outcome"), reason)
    witness = when((cured, col("late")), otherwise=col("best"))
    return scope.select(
        _select(
            scope,
            {
                "outcome": out,
                "reason": why,
                "exception": col("exception"),
                "cured_at": when((cured, col("late_at")), otherwise=null(sql.BIGINT)),
                "late_by": when((cured, compare(col("late_at"), "-", col("latest"))), otherwise=null(sql.BIGINT)),
                "witness": witness,
            },
        )
    )


def _first(order: Expr) -> Expr:
    """The candidate that comes first in an order."""
    return exp.ArgMin(this=col("wit"), expression=order)


def _complete(scope: Scope, shape: Requires) -> Expr:
    """Whether the record claims to hold every act that could have discharged it in time."""
    assert isinstance(shape.range, ActRange)
    lo = sql.coalesce(col("opens"), coverage.BEGINNING)
    hi = sql.coalesce(col("latest"), number(scope.world.on))
    return coverage.none_missing(scope, shape.range, shape.where, lo, hi)


def _outcome(scope: Scope) -> dict[str, Expr]:
    """Done counts before everything, an open window before doubt, doubt before the end of the record."""
    variant = scope.builder.variant
    on = number(scope.world.on)
    doubt = any_of((col("mp"), negated(col("ec")), *(col(f"e{i}_poss") for i in range(len(variant.unless)))))
    unclear = any_of(
        (is_null(col("earliest")), is_null(col("latest")),
         sql.coalesce(compare(on, "<=", col("latest")), sql.boolean(False)))
    )  # fmt: skip
    pending = sql.coalesce(compare(on, "<=", col("earliest")), sql.boolean(False))
    steps: list[tuple[Expr, Outcome, Reason, str | None]] = [
        (all_of((col("ec"), col("mc"))), Outcome.COMPLIED, Reason.DONE_IN_TIME, None)
    ]
    for i, e in enumerate(variant.unless):
        saved = (Outcome.NOT_ENGAGED, Reason.PREVAILED) if e.replaces else (Outcome.COMPLIED, Reason.EXCEPTION)
        steps.append((all_of((col("ec"), col(f"e{i}_cert"))), *saved, e.name))
    steps += [
        (pending, Outcome.PENDING, Reason.WINDOW_OPEN, None),
        (doubt, Outcome.UNDETERMINED, Reason.FACT_MISSING, None),
        (col("is_open"), Outcome.PENDING, Reason.NO_DEADLINE, None),
        (unclear, Outcome.UNDETERMINED, Reason.FACT_MISSING, None),
        (col("complete"), Outcome.BREACHED, Reason.NOT_DONE, None),
    ]
    names = [(test, text(name) if name is not None else null(sql.TEXT)) for test, _, _, name in steps]
    return {
        "outcome": when(*((t, text(o)) for t, o, _, _ in steps), otherwise=text(Outcome.OVERDUE)),
        "reason": when(*((t, text(r)) for t, _, r, _ in steps), otherwise=text(Reason.NO_COVERAGE)),
        "exception": when(*names, otherwise=null(sql.TEXT)),
    }


def _softened(variant: Variant, out: Expr, reason: Expr) -> tuple[Expr, Expr]:
    """What is recommended or voluntary can be kept and not breached."""
    if variant.strength == "shall":
        return out, reason
    kept = any_of(
        (sql.one_of(out, [Outcome.COMPLIED, Outcome.UNDETERMINED]), compare(reason, "=", text(Reason.PREVAILED)))
    )
    mild = Reason.RECOMMENDED if variant.strength == "should" else Reason.VOLUNTARY
    return when((kept, out), otherwise=text(Outcome.NOT_ENGAGED)), when((kept, reason), otherwise=text(mild))


def _columns(scope: Scope) -> dict[str, Expr]:
    """What every row of an obligation says, whatever its outcome."""
    variant = scope.builder.variant
    trigger = trigger_act(scope)
    differs = sql.negated(sql.same(col("latest"), col("earliest")))
    return {
        "bearer": col("bearer"),
        "counterparty": counterparty(scope, variant.owed_to),
        **{f"o{i}": label_of(scope, r.variable) for i, r in enumerate(variant.for_each)},
        "act": null(sql.TEXT) if trigger is None else column(scope, trigger, "id"),
        "start": col("at"),
        "due": col("earliest"),
        "due_latest": when((differs, col("latest")), otherwise=null(sql.BIGINT)),
        "bound_from": col("bound_from"),
        "bound_until": sql.least(sql.less_one(col("bound_until")), number(END_US)),
        **line_halves(len(variant.when)),
    }


def _select(scope: Scope, more: dict[str, Expr]) -> list[Expr]:
    return [sql.alias(e, c) for c, e in {**_columns(scope), **more}.items()]


def _listed(scope: Scope, shape: Requires, candidates: Scope) -> exp.Select:
    """The duties with all their candidates. Who is served by what, and how far an end moves, is settled in turn."""
    keys = [col(k) for k in scope.key]
    opened = (sql.boolean(True),) * 2 if shape.may_extend is None else (col("sc"), col("sp"))
    entry = sql.call("row", col("wit"), col("oc"), col("ic"), col("ip"), *opened, col("when_lo"), col("when_hi"))
    gathered = scope.builder.cte(
        "gathered", candidates.select([*keys, sql.alias(sql.call("list", entry), "candidates")], group=keys)
    )
    found = scope.by_key(gathered)
    return scope.select(
        _select(
            scope,
            {
                "ec": col("ec"),
                "ep": col("ep"),
                "earliest": col("earliest"),
                "latest": col("latest"),
                "opens": col("opens"),
                "is_open": col("is_open"),
                "until_": col("bound_until"),
                "candidates": col("candidates", found),
                **line_halves(len(scope.builder.variant.unless), "e"),
            },
        )
    )
