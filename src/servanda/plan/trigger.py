"""What triggers a duty: its occasions, for each bearer and stretch, and whether the duty has arisen."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from sqlglot import exp

from servanda.norms.condition import ActRange, BreachRange, EveryOf, PartyRange
from servanda.norms.norm import Variant
from servanda.norms.term import PartyName, Path
from servanda.plan import sql
from servanda.plan.bearers import answers, with_bearers
from servanda.plan.bound import bound_at, bound_joined, spans
from servanda.plan.condition import pair
from servanda.plan.cuts import cuts
from servanda.plan.each import some_of_list, some_of_people
from servanda.plan.group import people
from servanda.plan.instant import time
from servanda.plan.occasion import occasion_here, occasions, of_populations
from servanda.plan.operand import Several, Single, applies, path_value
from servanda.plan.presence import PRESENCE, present, standing, with_presence
from servanda.plan.scope import ActThing, Builder, Scope, column
from servanda.plan.spread import at_every, reads_the_day
from servanda.plan.sql import all_of, col, compare, is_null, less_one, not_null, number, text, when
from servanda.plan.stages import costly, line_columns, line_pairs, numbered, possible
from servanda.plan.truth import TRUE, Pair, certain, conjunction, unless_known
from servanda.temporal import BEGINNING_US, END_US


def _has_trigger(variant: Variant) -> bool:
    return any(not isinstance(r, PartyRange) for r in variant.for_each)


def trigger_act(scope: Scope) -> ActThing | None:
    """The act that triggers the duty: the first of `for each`, where there is one."""
    for over in scope.builder.variant.for_each:
        if isinstance(over, ActRange | BreachRange):
            thing = scope.things[over.variable]
            assert isinstance(thing, ActThing)
            return thing
    return None


def triggers(builder: Builder) -> Scope:
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
    later = {"at": sql.greatest(col("at"), col("bound_from"))}
    if scope.upto is not None:
        within = sql.least(col("upto"), less_one(col("bound_until")))
        later["upto"] = sql.greatest(col("at"), col("bound_from"), within)
    scope = scope.changed("arising", later)
    trigger = trigger_act(scope)
    if trigger is not None and "start_lo" not in builder.schema.complete:
        return _on_some_day(numbered(scope), trigger)
    cheap = [line.condition for line in variant.when if not costly(line.condition)]
    if scope.upto is not None:
        cheap = [c for c in cheap if not reads_the_day(c)]
    return numbered(possible(scope, cheap))


def _inside(scope: Scope) -> Scope:
    """The stretches in which the trigger can lie, and whether it certainly does: `bound_c`.

    A trigger that stands arises for as long as it stands: what is there on the first day bound triggers on that day.
    """
    thing = trigger_act(scope)
    if thing is None:
        inside = all_of(
            (compare(col("bound_from", "b"), "<=", col("at")), compare(col("at"), "<", col("bound_until", "b")))
        )
        return bound_joined(scope, spans(scope.builder), inside).step("arising", {"bound_c": sql.boolean(True)})
    stands = standing(scope, thing)
    may_stand = sql.constant(stands) is not False
    scope = bound_joined(with_presence(scope, thing) if may_stand else scope, spans(scope.builder))
    lo, hi = col("bound_from"), less_one(col("bound_until"))
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    first, last = sql.coalesce(start_lo, number(BEGINNING_US)), sql.coalesce(start_hi, number(END_US))
    begins = Pair(
        all_of((compare(lo, "<=", first), compare(last, "<=", hi))),
        all_of((compare(lo, "<=", last), compare(first, "<=", hi))),
    )
    here = present(lo, hi, start_lo, start_hi)
    stood = all_of((stands, not_null(start_lo)))
    scope = scope.step(
        "arising",
        {
            "bound_c": when((stood, here.cert), otherwise=begins.cert),
            "bound_p": when((stood, here.poss), otherwise=begins.poss),
        },
    )
    return scope.changed("arising", {}, (*(PRESENCE if may_stand else ()), "bound_p"), col("bound_p"))


def engaged(scope: Scope) -> Scope:
    """The lines of `when`, and whether the duty has arisen: `ec`, `ep`."""
    variant = scope.builder.variant
    scope = scope.step("lines", line_columns(enumerate(pair(scope, line.condition) for line in variant.when)))
    truth = conjunction(
        (
            occasion_here(scope, planned=True),
            unless_known(not_null(col("bearer")), TRUE),
            at_every(scope, answers),
            of_populations(scope),
            unless_known(col("bound_c"), TRUE),
            _owed_party_bound(scope),
            _in_term(scope),
            *line_pairs(len(variant.when)),
        )
    )
    scope = scope.step("engaged", {"ec": truth.cert, "ep": truth.poss})
    scope = scope.step("engaged", {}, col("ep"))
    return scope if scope.key == ("rid",) else _on_the_first_day(scope)


def _on_some_day(scope: Scope, thing: ActThing) -> Scope:
    """A trigger whose day is not known may have been on every day from which conditions may read otherwise."""
    builder = scope.builder
    unknown = is_null(column(scope, thing, "start_lo"))
    last = sql.least(less_one(col("bound_until")), number(scope.world.on))
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
            before = sql.greatest(col("bound_from"), less_one(day))
            days += [whole.select([rid, sql.alias(e, "day")], inside) for e in (day, before)]
    edges = builder.cte("days", sql.union(days[0], *days[1:], distinct=True))
    on = compare(col("rid", "e"), "=", col("rid"))
    day_ = {"at": col("day", "e")}
    if scope.upto is not None:
        day_["upto"] = when((unknown, col("day", "e")), otherwise=col("upto"))
    days_ = replace(scope, joins=[sql.join(sql.table(edges, "e"), on)]).changed("some_day", day_)
    return replace(days_, key=("rid", "at"))


def _on_the_first_day(scope: Scope) -> Scope:
    """The first of the days on which the duty may have arisen."""
    place = sql.over(exp.RowNumber(), [col("rid")], [col("at")])
    first = scope.step("first_day", {"nth_day": place})
    first = first.changed("first_day", {}, ("nth_day",), compare(col("nth_day"), "=", number(1)))
    return replace(first, key=("rid",))


def _owed_party_bound(scope: Scope) -> Pair:
    """A duty is owed to somebody who is bound too, where the norm names one."""
    owed = scope.builder.variant.owed_to
    if owed is None:
        return TRUE
    match owed.of:
        case PartyName(code=code):
            return bound_at(scope, text(code), scope.at, scope.upto)
        case EveryOf(of=of):
            return some_of_people(scope, people(scope, of), lambda s, code: bound_at(s, code, scope.at, scope.upto))
        case Path() as path:
            value = path_value(scope, path)
            if isinstance(value, Several):
                return some_of_list(scope, value.expr, lambda s, code: bound_at(s, code, scope.at, scope.upto))
            assert isinstance(value, Single), "a party is owed"
            return conjunction((certain(applies(value)), bound_at(scope, value.expr, scope.at, scope.upto)))


def _in_term(scope: Scope) -> Pair:
    """Whether the occasion's day lies between the norm's own `from` and `until`."""
    variant = scope.builder.variant
    parts = []
    last = scope.at if scope.upto is None else scope.upto
    ends = ((variant.start, ">=", scope.at, last), (variant.until, "<", last, scope.at))
    for term, operator, surely, perhaps in ends:
        if term is not None:
            moment = time(scope, term).lo
            inside = [sql.coalesce(compare(e, operator, moment), sql.boolean(False)) for e in (surely, perhaps)]
            parts.append(unless_known(not_null(moment), Pair(*inside)))
    return conjunction(parts)
