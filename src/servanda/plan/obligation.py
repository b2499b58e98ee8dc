"""An obligation as a plan: triggers, their deadline as columns, and every act that may discharge them.

The deadline is kept out of the join, so that what came too late is found too: the late act is the witness.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from sqlglot import exp

from servanda.norms.condition import ActRange, BreachRange, Condition, EveryOf, Offset, Order, PartyRange
from servanda.norms.facts import World
from servanda.norms.norm import KeptUp, MayExtend, Requires, Variant
from servanda.norms.term import PartyName, Path
from servanda.plan import coverage, maintenance, sql
from servanda.plan import instant as instants
from servanda.plan.condition import pair, stands
from servanda.plan.group import people
from servanda.plan.instant import Instant, sharp, time
from servanda.plan.lower import Plan, finished
from servanda.plan.occasion import (
    answers,
    bound_at,
    bound_joined,
    costly,
    counterparty,
    cuts,
    label_of,
    numbered,
    occasion_here,
    occasions,
    present,
    spans,
    standing_kinds,
    with_bearers,
    with_presence,
)
from servanda.plan.operand import Several, Single, path_value
from servanda.plan.partners import Key, joined, keys_of, partners
from servanda.plan.place import some_of_list, some_of_people
from servanda.plan.quantifiers import there
from servanda.plan.scope import ActThing, Builder, Schema, Scope, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, negated, not_null, null, number, text, when
from servanda.plan.truth import FALSE, TRUE, Pair, conjunction, unless_known
from servanda.temporal import BEGINNING_US, END_US
from servanda.vocabulary.verdict import Outcome, Reason


def lower(world: World, variant: Variant, schema: Schema) -> Plan:
    """The plan of an obligation: one row for each trigger, bearer and stretch in which it is bound."""
    shape = variant.shape
    assert isinstance(shape, Requires)
    assert isinstance(shape.range, ActRange), "what is owed is an act"
    builder = Builder(world, variant, schema)
    scope = _engaged(_triggers(builder), len(variant.when))
    scope = _with_deadline(scope, shape)
    if shape.due == "at all times":
        return finished(builder, maintenance.standing(scope, shape, _candidates(scope, shape), _columns(scope)))
    if shape.matching == "one to one":
        scope = _with_exceptions(scope)
        return finished(builder, _listed(scope, _candidates(scope, shape)))
    if isinstance(shape.due, KeptUp):
        return finished(builder, maintenance.kept_up(scope, shape.due, _candidates(scope, shape), _columns(scope)))
    scope = _with_exceptions(scope)
    candidates = _candidates(scope, shape)
    return finished(builder, _decided(scope, shape, candidates))


# ---- triggers


def _has_trigger(variant: Variant) -> bool:
    return any(not isinstance(r, PartyRange) for r in variant.for_each)


def _first_act(scope: Scope) -> ActThing | None:
    for over in scope.builder.variant.for_each:
        if isinstance(over, ActRange | BreachRange):
            thing = scope.things[over.variable]
            assert isinstance(thing, ActThing)
            return thing
    return None


def _triggers(builder: Builder) -> Scope:
    """Each occasion, for each bearer, in each stretch in which its trigger can lie."""
    variant = builder.variant
    scope = occasions(builder, planned=True, lasting=True)
    if scope is None:
        once = builder.relation("once", pa.table({"at": pa.array([BEGINNING_US], pa.int64())}))
        scope = Scope(builder, once, ("at",), {}, col("at"))
    assert variant.bearer is not None
    scope = with_bearers(scope, variant.bearer)
    if not _has_trigger(variant):
        scope = bound_joined(scope, spans(builder)).step("arising", {"bound_c": sql.boolean(True)})
    else:
        scope = _inside(scope)
    rest = exp.Column(this=exp.Star(**{"except_": [sql.name("at")]}), table=sql.name("t"))
    later = sql.alias(sql.greatest(col("at"), col("bound_from")), "at")
    scope = replace(scope, frame=builder.cte("arising", sql.select([rest, later], sql.table(scope.frame, "t"))))
    trigger = _first_act(scope)
    if trigger is not None and "start_lo" not in builder.schema.complete:
        return _on_some_day(numbered(scope), trigger)
    cheap = [line.condition for line in variant.when if not costly(line.condition)]
    if cheap:
        scope = scope.step("cheap", {}, all_of(pair(scope, c).poss for c in cheap))
    return numbered(scope)


def _inside(scope: Scope) -> Scope:
    """The stretches in which the trigger can lie, and whether it certainly does: `bound_c`.

    A trigger that stands arises for as long as it stands: what is there on the first day bound triggers on that day.
    """
    thing = _first_act(scope)
    if thing is None:
        inside = all_of(
            (compare(col("bound_from", "b"), "<=", col("at")), compare(col("at"), "<", col("bound_until", "b")))
        )
        return bound_joined(scope, spans(scope.builder), inside).step("arising", {"bound_c": sql.boolean(True)})
    scope = bound_joined(with_presence(scope, thing), spans(scope.builder))
    lo, hi = col("bound_from"), compare(col("bound_until"), "-", number(1))
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    first, last = sql.coalesce(start_lo, number(BEGINNING_US)), sql.coalesce(start_hi, number(END_US))
    begins = Pair(
        all_of((compare(lo, "<=", first), compare(last, "<=", hi))),
        all_of((compare(lo, "<=", last), compare(first, "<=", hi))),
    )
    here = present(lo, hi, start_lo, start_hi)
    stands_ = all_of((sql.one_of(column(scope, thing, "kind"), standing_kinds()), not_null(start_lo)))
    scope = scope.step(
        "arising",
        {
            "bound_c": when((stands_, here.cert), otherwise=begins.cert),
            "bound_p": when((stands_, here.poss), otherwise=begins.poss),
        },
    )
    extra = [sql.name(c) for c in ("seen", "gone", "ends_lo", "ends_hi", "bound_p")]
    rest = exp.Column(this=exp.Star(**{"except_": extra}), table=sql.name("t"))
    frame = scope.builder.cte("arising", sql.select([rest], sql.table(scope.frame, "t"), where=col("bound_p")))
    return replace(scope, frame=frame, joins=[], asked={})


def _engaged(scope: Scope, lines: int) -> Scope:
    """The lines of `when`, and whether the duty has arisen: `ec`, `ep`."""
    variant = scope.builder.variant
    pairs = [pair(scope, line.condition) for line in variant.when]
    columns = {f"c{i}_{half}": e for i, p in enumerate(pairs) for half, e in (("cert", p.cert), ("poss", p.poss))}
    scope = scope.step("lines", columns)
    engaged = conjunction(
        (
            occasion_here(scope, planned=True),
            Pair(not_null(col("bearer")), sql.boolean(True)),
            answers(scope),
            Pair(col("bound_c"), sql.boolean(True)),
            _owed_party_bound(scope),
            _in_term(scope),
            *(Pair(col(f"c{i}_cert"), col(f"c{i}_poss")) for i in range(lines)),
        )
    )
    scope = scope.step("engaged", {"ec": engaged.cert, "ep": engaged.poss})
    engaged_ = scope.step("engaged", {}, col("ep"))
    return engaged_ if scope.key == ("rid",) else _on_the_first_day(engaged_)


def _on_some_day(scope: Scope, thing: ActThing) -> Scope:
    """A trigger whose day is not known may have been on every day from which conditions may read otherwise."""
    builder = scope.builder
    unknown = is_null(column(scope, thing, "start_lo"))
    last = sql.least(compare(col("bound_until"), "-", number(1)), number(scope.world.on))
    whole = scope.step("whole", {"last": last})
    rid = sql.alias(col("rid"), "rid")
    days = [
        whole.select([rid, sql.alias(when((unknown, col("bound_from")), otherwise=col("at")), "day")]),
        whole.select([rid, sql.alias(col("last"), "day")], unknown),
    ]
    relation = cuts(builder)
    if relation is not None:
        inside = all_of(
            (unknown, compare(col("t", "c"), ">", col("bound_from")), compare(col("t", "c"), "<=", col("last")))
        )
        chosen = [rid, sql.alias(col("t", "c"), "day")]
        days.append(sql.select(chosen, sql.table(whole.frame, "t"), [sql.join(sql.table(relation, "c"), inside)]))
    for term in (builder.variant.start, builder.variant.until):
        if term is not None:
            day = time(whole, term).lo
            inside = all_of((unknown, compare(col("bound_from"), "<=", day), compare(day, "<=", col("last"))))
            before = sql.greatest(col("bound_from"), _less_one(day))
            days += [whole.select([rid, sql.alias(e, "day")], inside) for e in (day, before)]
    edges = builder.cte("days", sql.union(days[0], *days[1:], distinct=True))
    rest = exp.Column(this=exp.Star(**{"except_": [sql.name("at")]}), table=sql.name("t"))
    on = compare(col("rid", "e"), "=", col("rid"))
    frame = builder.cte(
        "some_day",
        sql.select([rest, sql.alias(col("day", "e"), "at")], sql.table(scope.frame, "t"),
                   [sql.join(sql.table(edges, "e"), on)]),
    )  # fmt: skip
    return replace(scope, frame=frame, key=("rid", "at"), joins=[], asked={})


def _on_the_first_day(scope: Scope) -> Scope:
    """The first of the days on which the duty may have arisen."""
    place = sql.over(exp.RowNumber(), [col("rid")], [col("at")])
    first = scope.step("first_day", {"nth_day": place})
    rest = exp.Column(this=exp.Star(**{"except_": [sql.name("nth_day")]}), table=sql.name("t"))
    frame = scope.builder.cte(
        "first_day",
        sql.select([rest], sql.table(first.frame, "t"), where=compare(col("nth_day"), "=", number(1))),
    )
    return replace(scope, frame=frame, key=("rid",), joins=[], asked={})


def _owed_party_bound(scope: Scope) -> Pair:
    """A duty is owed to somebody who is bound too, where the norm names one."""
    owed = scope.builder.variant.owed_to
    if owed is None:
        return TRUE
    match owed.of:
        case PartyName(code=code):
            return bound_at(scope, text(code), scope.at)
        case EveryOf(of=of):
            return some_of_people(scope, people(scope, of), lambda s, code: bound_at(s, code, s.at))
        case Path() as path:
            value = path_value(scope, path)
            if isinstance(value, Several):
                return some_of_list(scope, value.expr, lambda s, code: bound_at(s, code, s.at))
            assert isinstance(value, Single), "a party is owed"
            nothing = sql.coalesce(compare(value.expr, "=", text("none")), sql.boolean(False))
            found = bound_at(scope, value.expr, scope.at)
            return Pair(all_of((negated(nothing), found.cert)), all_of((negated(nothing), found.poss)))


def _in_term(scope: Scope) -> Pair:
    """Whether the occasion's day lies between the norm's own `from` and `until`."""
    variant = scope.builder.variant
    parts = []
    for term, operator in ((variant.start, ">="), (variant.until, "<")):
        if term is not None:
            moment = time(scope, term).lo
            inside = sql.coalesce(compare(scope.at, operator, moment), sql.boolean(False))
            parts.append(unless_known(not_null(moment), Pair(inside, inside)))
    return conjunction(parts)


# ---- deadlines


def _with_deadline(scope: Scope, shape: Requires) -> Scope:
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
                    return _less_one(moment.lo), _less_one(moment.last_start), none, sql.boolean(False)
                case "on or before":
                    return moment.first_end, moment.hi, none, sql.boolean(False)
                case "after":
                    return none, none, compare(moment.first_end, "+", number(1)), known
                case _:
                    return none, none, moment.lo, known
        case Offset() as due:
            return _by_offset(scope, due)
    return none, none, none, sql.boolean(True)


def _less_one(node: Expr) -> Expr:
    return compare(node, "-", number(1))


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
            return where_known(_less_one(bound.lo)), where_known(_less_one(bound.last_start)), none, no
        case _:
            return none, none, where_known(bound.lo), known


def _extended(scope: Scope, rule: MayExtend) -> Scope:
    """The deadline after the extensions on record; one that is not certain moves only the latest end."""
    builder = scope.builder
    if "effective_lo" not in builder.schema.columns:
        return scope
    v = "extension"
    relation = partners(builder, v, (v,), attributes=("about", "effective"))
    trigger = _first_act(scope)
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
    rest = exp.Column(this=exp.Star(**{"except_": [sql.name("earliest"), sql.name("latest")]}), table=sql.name("t"))
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


# ---- candidates


def _candidates(scope: Scope, shape: Requires) -> Scope:
    """Every act that is possibly the one owed: `oc`, `op`, `ic`, `ip` (in time), `when_lo`, `when_hi`, `wit`."""
    builder = scope.builder
    assert isinstance(shape.range, ActRange)
    v = shape.range.variable
    where: list[Condition] = [line.condition for line in shape.where]
    attributes = ("until", "last-seen", "by") if shape.due == "at all times" else ()
    relation = partners(builder, v, shape.range.kinds, attributes=attributes)
    listed = shape.matching == "one to one" or not isinstance(shape.due, Order | Offset)
    inner = joined(scope, relation, v, shape.range.kinds, keys_of(scope, v, where), once=listed)
    cheap = [c for c in where if not costly(c)]
    if cheap and len(cheap) < len(where):
        inner = inner.step("cheap", {}, all_of(pair(inner, c).poss for c in cheap))
    owed = conjunction((there(inner, v), *(pair(inner, c) for c in where)))
    moment, in_time = instants.NEVER, TRUE
    if isinstance(shape.due, Order | Offset):
        moment = time(inner, shape.due.left)
        in_time = _in_time(inner, moment, shape.due)
    thing = inner.things[v]
    found = inner.step(
        "candidates",
        {
            "oc": owed.cert,
            "op": owed.poss,
            "ic": in_time.cert,
            "ip": in_time.poss,
            "when_lo": moment.lo,
            "when_hi": moment.hi,
            "wit": column(inner, thing, "id") if isinstance(thing, ActThing) else null(sql.TEXT),
        },
    )
    return found.step("candidates", {}, col("op"))


def _in_time(scope: Scope, moment: Instant, due: Order | Offset) -> Pair:
    return unless_known(not_null(moment.lo), stands(scope, moment, due))


def _with_exceptions(scope: Scope) -> Scope:
    saved: dict[str, Expr] = {}
    for i, exception in enumerate(scope.builder.variant.unless):
        truth = pair(scope, exception.condition)
        saved |= {f"e{i}_cert": truth.cert, f"e{i}_poss": truth.poss}
    return scope.step("saved", saved)


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
                sql.alias(exp.Min(this=sql.call("row", fits, lo, hi, col("wit"))), "best"),
                sql.alias(sql.filtered(exp.Min(this=sql.call("row", lo, hi, col("wit"))), late), "late"),
            ],
            group=keys,
        ),
    )
    found = scope.lookup(gathered, [(k, col(k)) for k in scope.key])
    no = sql.boolean(False)
    scope = scope.step(
        "met",
        {
            "mc": sql.coalesce(col("mc", found), no),
            "mp": sql.coalesce(col("mp", found), no),
            "best": sql.call("struct_extract", col("best", found), number(4)),
            "late": sql.call("struct_extract", col("late", found), number(3)),
            "late_at": sql.call("struct_extract", col("late", found), number(1)),
            "complete": complete(scope, shape),
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


def complete(scope: Scope, shape: Requires) -> Expr:
    """Whether the record claims to hold every act that could have discharged it in time."""
    assert isinstance(shape.range, ActRange)
    by = coverage.pinned(scope, shape.range.variable, [line.condition for line in shape.where])
    lo = sql.coalesce(col("opens"), coverage.BEGINNING)
    hi = sql.coalesce(col("latest"), number(scope.world.on))
    return coverage.complete(scope.builder, shape.range.kinds, by, lo, hi)


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
        steps.append((col(f"e{i}_cert"), *saved, e.name))
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
    trigger = _first_act(scope)
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
        "bound_until": sql.least(compare(col("bound_until"), "-", number(1)), number(END_US)),
        **{f"c{i}_{half}": col(f"c{i}_{half}") for i in range(len(variant.when)) for half in ("cert", "poss")},
    }


def _select(scope: Scope, more: dict[str, Expr]) -> list[Expr]:
    return [sql.alias(e, c) for c, e in {**_columns(scope), **more}.items()]


def _listed(scope: Scope, candidates: Scope) -> exp.Select:
    """For `one to one`: the duties with all their candidates. Who is served by what is settled one after the other."""
    keys = [col(k) for k in scope.key]
    entry = sql.call("row", col("wit"), col("oc"), col("ic"), col("ip"), col("when_lo"), col("when_hi"))
    gathered = scope.builder.cte(
        "gathered", candidates.select([*keys, sql.alias(sql.call("list", entry), "candidates")], group=keys)
    )
    found = scope.lookup(gathered, [(k, col(k)) for k in scope.key])
    exceptions = {
        f"e{i}_{half}": col(f"e{i}_{half}")
        for i in range(len(scope.builder.variant.unless))
        for half in ("cert", "poss")
    }
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
                **exceptions,
            },
        )
    )


__all__ = ["FALSE", "lower"]
