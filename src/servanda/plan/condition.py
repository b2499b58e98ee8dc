"""Conditions in a plan: each becomes two plain columns, certainly and possibly, never NULL."""

from __future__ import annotations

from servanda.norms.condition import (
    Above,
    And,
    Between,
    Compare,
    Condition,
    Distance,
    Has,
    InForce,
    Is,
    IsA,
    IsAt,
    IsIn,
    IsOneOf,
    Not,
    Offset,
    Or,
    Order,
    Quantified,
)
from servanda.norms.term import Amount, Length, Operand, Path
from servanda.plan import amount as amounts
from servanda.plan import doing, quantifiers, sql
from servanda.plan import instant as instants
from servanda.plan.each import some_of_list
from servanda.plan.group import group_pair, group_pair_within
from servanda.plan.instant import Instant, offset, ordered, sharp, time
from servanda.plan.location import located, near
from servanda.plan.operand import Opaque, Several, Single, Value, applies, operand, path_value, unknown
from servanda.plan.scope import ActThing, NotComputable, Scope, column
from servanda.plan.spread import at_every, reads_the_day
from servanda.plan.sql import Expr, all_of, any_of, compare, not_null, number, text, when
from servanda.plan.truth import (
    UNKNOWN,
    Pair,
    certain,
    conjunction,
    disjunction,
    known,
    never_null,
    three_valued,
    unless_known,
)
from servanda.vocabulary.act import Sort


def pair(scope: Scope, condition: Condition) -> Pair:
    """Certainly and possibly true, for each row of the scope."""
    if scope.upto is not None:
        if reads_the_day(condition):
            return at_every(scope, lambda s: pair(s, condition))
        scope = scope.reading(scope.at)
    match condition:
        case And(parts=parts):
            return conjunction(pair(scope, p) for p in parts)
        case Or(parts=parts):
            return disjunction(pair(scope, p) for p in parts)
        case Not(part=part):
            return ~pair(scope, part)
        case Is(left=left, right=right):
            return same(scope, left, right)
        case IsOneOf(left=left, among=among):
            return disjunction(same(scope, left, one) for one in among)
        case IsA():
            return _is_a(scope, condition)
        case IsIn():
            return _is_in(scope, condition)
        case IsAt(left=left, place=place):
            return located(scope, left, place)
        case Distance(left=left, distance=distance, of=of):
            return near(scope, left, distance, of)
        case InForce(agreement=agreement):
            return _in_force(scope, agreement)
        case Compare(left=left, operator=operator, right=right):
            return _compare(scope, left, operator, right)
        case Between(left=left, least=least, greatest=greatest):
            return conjunction((_compare(scope, left, ">=", least), _compare(scope, left, "<=", greatest)))
        case Above(left=left, word=word):
            return _above(scope, left, word)
        case Order() | Offset():
            return stands(scope, time(scope, condition.left), condition)
        case Quantified():
            return quantifiers.quantified(scope, condition)
        case Has():
            return doing.has(scope, condition)


# ---- identity


def same(scope: Scope, left: Operand, right: Operand) -> Pair:
    """Two operands name the same thing; where one holds several, the other is among them."""
    a, b = operand(scope, left), operand(scope, right)
    if _norm(left) or _norm(right):
        return _invokes(a, b)
    return three_valued(identical(a, b))


def _norm(term: Operand) -> bool:
    return isinstance(term, Path) and term.sort is Sort.NORM


def identical(a: Value, b: Value) -> Expr:
    """Equal: NULL where either is unknown."""
    if isinstance(a, Opaque) or isinstance(b, Opaque):
        return _opaque(a, b)
    if isinstance(a, Single) and isinstance(b, Single):
        return compare(a.expr, "=", b.expr)
    if isinstance(a, Several) and isinstance(b, Several):
        return _if_known(sql.call("list_has_any", a.expr, b.expr), a, b)
    several, one = (a, b) if isinstance(a, Several) else (b, a)
    return _if_known(sql.call("list_contains", several.expr, one.expr), a, b)


def _if_known(node: Expr, a: Value, b: Value) -> Expr:
    return when((any_of((unknown(a), unknown(b))), sql.null(sql.BOOL)), otherwise=node)


def _opaque(a: Value, b: Value) -> Expr:
    if isinstance(a, Opaque) and isinstance(b, Opaque):
        raise NotComputable("'is' between two times, amounts or places")
    opaque, other = (a, b) if isinstance(a, Opaque) else (b, a)
    assert isinstance(opaque, Opaque)
    if not isinstance(other, Single):
        return _if_known(sql.boolean(False), a, b)
    return _if_known(all_of((opaque.nothing, compare(other.expr, "=", text("none")))), a, b)


def _invokes(a: Value, b: Value) -> Pair:
    if not isinstance(a, Single) or not isinstance(b, Single):
        raise NotComputable("several norms")
    either = any_of((_names(a.expr, b.expr), _names(b.expr, a.expr)))
    return unless_known(all_of((not_null(a.expr), not_null(b.expr))), certain(sql.coalesce(either, sql.boolean(False))))


def _names(label: Expr, article: Expr) -> Expr:
    """Words that invoke `label` invoke `article`: the same, or a paragraph of it."""
    after = sql.call("substr", article, compare(sql.call("length", label), "+", number(1)), number(1))
    within = all_of((sql.call("starts_with", article, label), sql.one_of(after, ["(", "."])))
    return any_of((compare(label, "=", article), within))


def _is_a(scope: Scope, condition: IsA) -> Pair:
    value = operand(scope, condition.left)
    if not condition.other:
        return group_pair(scope, value, condition.population)
    bearer = scope.bearer if scope.bearer is not None else sql.null(sql.TEXT)
    if isinstance(value, Several):
        return some_of_list(
            scope, value.expr,
            lambda s, code: conjunction(
                (group_pair(s, Single(code), condition.population), three_valued(compare(code, "<>", bearer)))
            ),
        )  # fmt: skip
    assert isinstance(value, Single)
    is_other = three_valued(compare(value.expr, "<>", bearer))
    return conjunction((group_pair(scope, value, condition.population), is_other))


def _is_in(scope: Scope, condition: IsIn) -> Pair:
    value = operand(scope, condition.left)
    if condition.on is None:
        return group_pair(scope, value, condition.group)
    moment = time(scope, condition.on)
    found = UNKNOWN
    if not sql.is_null_constant(moment.lo):
        there = never_null(group_pair_within(scope, value, condition.group, moment.lo, moment.hi))
        found = unless_known(not_null(moment.lo), there)
    # What does not apply is in no group, whatever the day.
    return conjunction((found, certain(applies(value))))


def _in_force(scope: Scope, agreement: str) -> Pair:
    world = scope.world
    if agreement not in (world.agreement.id, world.agreement.title):
        return UNKNOWN
    return known(False) if world.entry is None else certain(compare(scope.at, ">=", number(world.entry)))


# ---- amounts


def _compare(scope: Scope, left: Amount, operator: str, right: Amount) -> Pair:
    if isinstance(left, Length) and left.dimension == "calendar":
        return _calendar_length(scope, left, operator, right)
    return amounts.compared(amounts.amount(scope, left), operator, amounts.amount(scope, right))


def _calendar_length(scope: Scope, left: Length, operator: str, right: Amount) -> Pair:
    """A length in days is counted as a deadline is: at most 21 days when the end is within 21 days after the start."""
    thing = scope.things[left.variable]
    assert isinstance(thing, ActThing), "a length is an act's"
    start = sharp(column(scope, thing, "start_lo"), column(scope, thing, "start_hi"))
    end = sharp(column(scope, thing, "until_lo"), column(scope, thing, "until_hi"))
    limit = instants.shifted(scope, start, right, "after")
    match operator:
        case "<=":
            return instants.not_after(end, limit)
        case ">":
            return ~instants.not_after(end, limit)
        case "<":
            return instants.before(end, limit)
        case _:
            return ~instants.before(end, limit)


def _above(scope: Scope, left: Path, word: str) -> Pair:
    value = path_value(scope, left)
    if not isinstance(value, Single):
        raise NotComputable("scale of several values")
    scale = left.steps[-1].values
    higher = sql.one_of(value.expr, scale[scale.index(word) + 1 :])
    return unless_known(not_null(value.expr), certain(sql.coalesce(higher, sql.boolean(False))))


# ---- times


def stands(scope: Scope, left: Instant, timing: Order | Offset) -> Pair:
    """Whether a time stands as the timing says."""
    if isinstance(timing, Order):
        return ordered(left, timing.relation, time(scope, timing.right))
    anchor = time(scope, timing.anchor)
    bound = instants.shifted(scope, anchor, timing.amount, timing.direction)
    return offset(left, anchor, bound, timing.bound, timing.direction)
