"""'… has consented to d': who has done it, by the end of the occasion's day."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from servanda.norms.condition import AtLeast, EveryOf, Has, It
from servanda.plan import calendar, coverage, sql
from servanda.plan import condition as conditions
from servanda.plan.each import aggregated, people_joined
from servanda.plan.group import people
from servanda.plan.instant import Instant, sharp, zone_of
from servanda.plan.operand import Several, Single, Value, operand, single_of
from servanda.plan.partners import Key, joined, partners
from servanda.plan.quantifiers import other_than_bearer, there
from servanda.plan.scope import ActThing, NotComputable, PartyThing, Scope, attribute_columns, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, not_null, number, text, when
from servanda.plan.truth import UNKNOWN, Pair, bounds, conjunction, disjunction, three_valued, unless_known
from servanda.temporal import END_US
from servanda.vocabulary.act import Sort, Verb, vocabulary


def has(scope: Scope, condition: Has) -> Pair:
    """Whether the subject has done it."""
    match condition.subject:
        case EveryOf(quantifier=quantifier, of=of, other=other):
            return _every(scope, condition, quantifier, people(scope, of), other)
        case AtLeast() as subject:
            return _at_least(scope, subject, condition)
        case It():
            return UNKNOWN  # a clause's own State: norms have none
        case subject:
            value = operand(scope, subject)
            if isinstance(value, Several):
                raise NotComputable("several subjects of 'has'")
            code = single_of(value)
            return unless_known(not_null(code), has_one(scope, code, condition))


def _every(scope: Scope, condition: Has, quantifier: str, relation: str, other: bool) -> Pair:
    member = scope.builder.fresh("m")
    inner = scope.builder.cte("each", people_joined(scope, relation, member))
    things = {**scope.things, member: PartyThing(member)}

    def done(s: Scope) -> Pair:
        one = has_one(s, col(member), condition)
        if not other:
            return ~one if quantifier == "every" else one
        if quantifier != "every":
            return conjunction((other_than_bearer(s, col(member)), one))
        bearer = s.bearer if s.bearer is not None else sql.null(sql.TEXT)
        bears = sql.coalesce(compare(col(member), "=", bearer), sql.boolean(False))
        return conjunction((Pair(sql.negated(bears), sql.negated(bears)), ~one))

    found = aggregated(scope, inner, things, (member,), done)
    return found if quantifier == "some" else ~found


def _at_least(scope: Scope, subject: AtLeast, condition: Has) -> Pair:
    """Heads counted, or weights added, certainly and possibly, against what is needed."""
    builder = scope.builder
    table = scope.world.agreement.tables.get(subject.weight, {}) if subject.weight is not None else {}
    share = subject.share or Fraction(0)
    scale = share.denominator * lcm(*(q.value.denominator for q in table.values()))
    member = builder.fresh("m")
    inner = builder.cte("each", people_joined(scope, people(scope, subject.of), member))
    sub = Scope(builder, inner, (*scope.key, member), {**scope.things, member: PartyThing(member)}, scope.at,
                scope.bearer, scope.closed)  # fmt: skip
    done = has_one(sub, col(member), condition)
    weight: Expr = number(scale)
    if subject.weight is not None:
        rows = [(compare(col(member), "=", text(k)), number(int(q.value * scale))) for k, q in sorted(table.items())]
        weight = when(*rows, otherwise=number(0))
    counted = (
        sql.coalesce(sql.negated(compare(col(member), "=", scope.bearer)), sql.boolean(True))
        if subject.other and scope.bearer is not None
        else sql.boolean(True)
    )

    def total(test: Expr) -> Expr:
        return sql.cast(sql.exp.Sum(this=when((test, weight), otherwise=number(0))), sql.WIDE)

    keys = [col(k) for k in scope.key]
    columns = {"c": all_of((counted, done.cert)), "p": all_of((counted, done.poss)), "w": counted}
    grouped = builder.cte(
        "count", sub.select([*keys, *(sql.alias(total(e), c) for c, e in columns.items())], group=keys)
    )
    found = scope.by_key(grouped)
    sums = {c: sql.coalesce(col(c, found), number(0)) for c in columns}
    if subject.number is not None:
        needed: Expr = number(subject.number * scale)
    elif subject.weight is not None:
        needed = number(int(share * sum((q.value for q in table.values()), Fraction(0)) * scale))
    else:
        needed = compare(compare(sums["w"], "*", number(share.numerator)), "//", number(share.denominator))
    operator = ">" if subject.strict else ">="
    return Pair(compare(sums["c"], operator, needed), compare(sums["p"], operator, needed))


# ---- one


def has_one(scope: Scope, code: Expr, condition: Has) -> Pair:
    """Whether that one has done it, by the end of the occasion's day. Instruments on record are all there are."""
    verb = condition.verb
    builder = scope.builder
    variable = builder.fresh("v")
    attributes = ("by", "about", "to", verb.time, *verb.where)
    relation = partners(builder, variable, (verb.kind,), planned=True, attributes=attributes)
    target = _target(scope, condition)
    keys = [Key("by", False, Single(code))] if "by" in builder.schema.columns else []
    relation, keys = _by_target(scope, relation, variable, target, keys)
    there_ = zone_of(scope)
    by_then = calendar.end_of(calendar.day_of(scope.at, there_), there_)
    inner = joined(scope, relation, variable, (verb.kind,), keys, once=False)
    extra = tuple(k for k in inner.key if k not in scope.key)

    def done(s: Scope) -> Pair:
        thing = s.things[variable]
        assert isinstance(thing, ActThing)
        by = column(s, thing, "by")
        moment = verb_time(s, thing, verb)
        parts = [
            there(s, variable, by_now=False),
            three_valued(compare(by, "=", code)),
            *(three_valued(_word(s, thing, key, value)) for key, value in verb.where.items()),
            *([_directed(s, thing, _target(s, condition))] if condition.of is not None else []),
            bounds(compare(moment.hi, "<=", by_then), compare(moment.lo, "<=", by_then)),
        ]
        if condition.timing is not None:
            parts.append(unless_known(not_null(moment.lo), conditions.stands(s, moment, condition.timing)))
        return conjunction(parts)

    found = aggregated(scope, inner.frame, inner.things, extra, done)
    if verb.instrument:
        return found
    upto = sql.least(by_then, number(scope.world.on))
    return disjunction((found, coverage.uncovered(scope, (verb.kind,), code, coverage.BEGINNING, upto)))


def _word(scope: Scope, thing: ActThing, attribute: str, value: str) -> Expr:
    known = vocabulary().attributes[attribute]
    if known.many or known.sort in (Sort.PLACE, Sort.TIME, Sort.QUANTITY, Sort.YEAR):
        raise NotComputable(f"a verb with {attribute}")
    return compare(column(scope, thing, attribute_columns(known)[0]), "=", text(value))


def _target(scope: Scope, condition: Has) -> Value | None:
    if condition.of is None:
        return None
    return Single(sql.null(sql.TEXT)) if isinstance(condition.of, It) else operand(scope, condition.of)


def _by_target(
    scope: Scope, relation: str, variable: str, target: Value | None, keys: list[Key]
) -> tuple[str, list[Key]]:
    """Where the deed is done to one thing, acts are joined by what they are about or to whom they are sent."""
    builder = scope.builder
    if not isinstance(target, Single) or sql.is_null_constant(target.expr):
        return relation, keys
    named = [
        sql.coalesce(col(f"{variable}__{c}", "p"), sql.cast(sql.call("list_value"), sql.TEXTS))
        for c in ("about", "to")
        if c in builder.schema.columns
    ]
    if not named:
        return relation, keys
    unknown = all_of(is_null(col(f"{variable}__{c}", "p")) for c in ("about", "to") if c in builder.schema.columns)
    both = named[0] if len(named) == 1 else sql.call("list_concat", *named)
    aimed = when((unknown, sql.null(sql.TEXTS)), otherwise=both)
    chosen = [sql.star("p"), sql.alias(aimed, f"{variable}__aimed")]
    wider = builder.cte("aimed", sql.select(chosen, sql.table(relation, "p")))
    return wider, [Key("aimed", True, target), *keys]


def _directed(scope: Scope, thing: ActThing, target: Value | None) -> Pair:
    """An act is done to what it is about, or to whom it is addressed."""
    assert target is not None
    about, to = column(scope, thing, "about"), column(scope, thing, "to")
    nowhere = all_of((is_null(about), is_null(to)))
    if isinstance(target, Single):
        aim = text("none") if target.nothing else target.expr
        named = any_of(sql.coalesce(sql.call("list_contains", e, aim), sql.boolean(False)) for e in (about, to))
        answer = when((is_null(aim), sql.null(sql.BOOL)), (named, sql.boolean(True)),
                      (nowhere, sql.null(sql.BOOL)), otherwise=sql.boolean(False))  # fmt: skip
        return three_valued(answer)
    raise NotComputable("a deed done to several")


def verb_time(scope: Scope, thing: ActThing, verb: Verb) -> Instant:
    """The time that counts for a verb: receipt for messages, else the start. Unknown, it was no sooner than sent."""
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    if verb.time == "start":
        return sharp(start_lo, start_hi)
    low, high, _, none = (column(scope, thing, c) for c in attribute_columns(vocabulary().attributes[verb.time]))
    nobody = sql.coalesce(none, sql.boolean(False))
    latest = when((any_of((is_null(start_lo), nobody)), start_hi), otherwise=number(END_US))
    return sharp(when((not_null(low), low), otherwise=start_lo), when((not_null(low), high), otherwise=latest))
