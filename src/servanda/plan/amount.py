"""Amounts in a plan: exact whole numbers over a scale that is known when the plan is made."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, lcm

from servanda.norms import scene as reading
from servanda.norms.facts import Range
from servanda.norms.scene import Scene, Unknown
from servanda.norms.term import Amount, Arithmetic, Cell, Length, Parameter, Path, Quantity, Share
from servanda.plan import sql
from servanda.plan.operand import act_at, operand, single_of
from servanda.plan.scope import ActThing, Scope, attribute_columns, column
from servanda.plan.sql import Expr, all_of, compare, is_null, not_null, null, number, when
from servanda.plan.truth import Pair, bounds
from servanda.vocabulary.act import Sort


@dataclass(frozen=True)
class Known:
    """An amount in [lo, hi] in units of 1/scale: `lo` NULL unknown; `hi` NULL beside `lo` unbounded.

    `fixed` is the amount itself where it is the same for every row.
    """

    lo: Expr
    hi: Expr
    scale: int = 1
    fixed: Range | None = None


NOWHERE = Known(null(sql.BIGINT), null(sql.BIGINT))


def fixed(value: Range) -> Known:
    """An amount that is the same for every row."""
    scale = lcm(value.lo.denominator, value.hi.denominator if value.hi is not None else 1)
    high = null(sql.WIDE) if value.hi is None else number(int(value.hi * scale))
    return Known(number(int(value.lo * scale)), high, scale, value)


def amount(scope: Scope, term: Amount) -> Known:
    """The amount in base units, as far as a row knows it."""
    match term:
        case Quantity(value=value):
            return fixed(Range(value, value))
        case Parameter():
            given = reading.amount(Scene(scope.world, scope.world.on), term)
            return NOWHERE if isinstance(given, Unknown) else fixed(given)
        case Cell(table=table):
            return _cell(scope, table, single_of(operand(scope, term.key)))
        case Share(share=share, of=of):
            return _times(fixed(Range(share, share)), amount(scope, of))
        case Arithmetic(operator=operator, left=left, right=right):
            return _arithmetic(operator, amount(scope, left), amount(scope, right))
        case Length(variable=variable):
            return _length(scope, variable)
        case Path():
            return _recorded(scope, term)


def _recorded(scope: Scope, path: Path) -> Known:
    owner = act_at(scope, path) if path.steps else None
    if owner is None or path.steps[-1].sort is not Sort.QUANTITY:
        return NOWHERE
    low, high, _ = attribute_columns(path.steps[-1])
    scale = scope.builder.schema.scale(low)
    return Known(column(scope, owner, low), column(scope, owner, high), scale)


def _cell(scope: Scope, table: str, key: Expr) -> Known:
    rows = scope.world.agreement.tables.get(table, {})
    scale = lcm(*(q.value.denominator for q in rows.values()))
    chosen = [(compare(key, "=", sql.text(k)), number(int(q.value * scale))) for k, q in sorted(rows.items())]
    value = when(*chosen, otherwise=null(sql.WIDE))
    return Known(value, value, scale)


def _length(scope: Scope, variable: str) -> Known:
    """Microseconds from start to end, so the scale is a million to the second."""
    thing = scope.things.get(variable)
    assert isinstance(thing, ActThing), "a length is an act's"
    start_lo, start_hi = (column(scope, thing, c) for c in ("start_lo", "start_hi"))
    until_lo, until_hi = (column(scope, thing, c) for c in ("until_lo", "until_hi"))
    both = all_of((not_null(start_lo), not_null(until_lo)))
    least = sql.greatest(number(0), compare(until_lo, "-", start_hi))
    most = sql.greatest(least, compare(until_hi, "-", start_lo))
    return Known(when((both, least), otherwise=null(sql.BIGINT)), when((both, most), otherwise=null(sql.BIGINT)), 10**6)


def _arithmetic(operator: str, left: Known, right: Known) -> Known:
    if left.fixed is not None and right.fixed is not None and left.fixed.hi is not None and right.fixed.hi is not None:
        a, b = left.fixed, right.fixed
        assert a.hi is not None
        assert b.hi is not None
        match operator:
            case "plus":
                return fixed(Range(a.lo + b.lo, a.hi + b.hi))
            case "minus":
                return fixed(Range(a.lo - b.hi, a.hi - b.lo))
    if operator == "times":
        return _times(left, right)
    a_lo, a_hi, b_lo, b_hi, scale = _aligned(left, right)
    if operator == "plus":
        return Known(compare(a_lo, "+", b_lo), compare(a_hi, "+", b_hi), scale)
    both = all_of((not_null(a_lo), not_null(b_lo)))
    # An amount of the record is never negative, so an unbounded subtrahend leaves nothing certain.
    low = when((is_null(b_hi), number(0)), otherwise=compare(a_lo, "-", b_hi))
    return Known(when((both, low), otherwise=null(sql.WIDE)), compare(a_hi, "-", b_lo), scale)


def _times(left: Known, right: Known) -> Known:
    lo = compare(_wide(left.lo), "*", right.lo)
    hi = compare(_wide(left.hi), "*", right.hi)
    if left.fixed is not None and right.fixed is not None:
        a, b = left.fixed, right.fixed
        return fixed(Range(a.lo * b.lo, None if a.hi is None or b.hi is None else a.hi * b.hi))
    return Known(lo, hi, left.scale * right.scale)


def _wide(node: Expr) -> Expr:
    return sql.cast(node, sql.WIDE)


def _aligned(left: Known, right: Known) -> tuple[Expr, Expr, Expr, Expr, int]:
    """Both in the same unit, wide enough to add."""
    scale = lcm(left.scale, right.scale)

    def grown(node: Expr, by: int) -> Expr:
        return _wide(node) if by == 1 else compare(_wide(node), "*", number(by))

    a, b = scale // left.scale, scale // right.scale
    return grown(left.lo, a), grown(left.hi, a), grown(right.lo, b), grown(right.hi, b), scale


# ---- comparison


def compared(left: Known, operator: str, right: Known) -> Pair:
    """left OP right for two intervals: certainly on the unfavourable ends, possibly on the favourable ones."""
    match operator:
        case ">=" | ">":
            return bounds(_ends(left, "lo", operator, right, "hi"), _ends(left, "hi", operator, right, "lo"))
        case "<=":
            return compared(right, ">=", left)
        case _:
            return compared(right, ">", left)


def _ends(left: Known, left_end: str, operator: str, right: Known, right_end: str) -> Expr:
    """One end against another: a fixed end is rounded to the other's unit, so that no multiplication is needed."""
    a, b = getattr(left, left_end), getattr(right, right_end)
    strict = operator == ">"
    if right.fixed is not None and left.fixed is None:
        value = getattr(right.fixed, right_end)
        if value is None:
            return null(sql.BOOL)
        scaled = value * left.scale
        return compare(a, operator, number(floor(scaled) if strict else ceil(scaled)))
    if left.fixed is not None and right.fixed is None:
        value = getattr(left.fixed, left_end)
        if value is None:
            return null(sql.BOOL)
        scaled = value * right.scale
        return compare(number(ceil(scaled) if strict else floor(scaled)), operator, b)
    if left.scale == right.scale:
        return compare(a, operator, b)
    scale = lcm(left.scale, right.scale)
    grown = [compare(_wide(e), "*", number(scale // k.scale)) for e, k in ((a, left), (b, right))]
    return compare(grown[0], operator, grown[1])
