"""Amounts: numbers with units to exact quantities in base units, and the dimensions that must agree."""

from __future__ import annotations

from dataclasses import replace

from servanda.agreement import syntax as s
from servanda.agreement.resolve.context import Here
from servanda.agreement.resolve.operands import operand, path
from servanda.agreement.resolve.quantities import NUMBER, plain, quantity
from servanda.agreement.resolve.tables import parameter, table_dimension
from servanda.norms.term import Amount, Arithmetic, Cell, Length, Path, Quantity, Share
from servanda.vocabulary.act import Sort
from servanda.vocabulary.unit import units

ANY = "any"
TIMES = ("calendar", "duration")


def dimension_of(amount: Amount) -> str:
    """The dimension of an amount."""
    if isinstance(amount, Path):
        return amount.steps[-1].dimension or ANY
    return amount.dimension


def resolve_amount(here: Here, node: s.AmountRef) -> Amount:
    """The amount. Raises Unresolved after the report."""
    match node:
        case s.NumberRef():
            return quantity(here, node)
        case s.PathRef():
            return _quantity_path(here, node)
        case s.NameRef():
            return parameter(here, node)
        case s.CellRef(table, key):
            dimension, key_sort = table_dimension(here, node)
            return Cell(table, operand(here, key, key_sort), dimension, span=here.span(node))
        case s.ShareOfRef(share, of):
            whole = resolve_amount(here, of)
            return Share(share.value, whole, dimension_of(whole), span=here.span(node))
        case s.LengthRef():
            return length(here, node)
        case s.ArithmeticRef():
            return _arithmetic(here, node)


def length(here: Here, node: s.LengthRef) -> Length:
    """The length of an act that lasts."""
    variable = here.variables.get(node.variable)
    if variable is None:
        raise here.refuse("unbound-variable", node, None, name=node.variable)
    if variable.sort is not Sort.ACT:
        raise here.refuse("type-clash", node, "length", name=node.variable)
    kinds = here.context.vocabulary.kinds
    if not any(k == "act" or kinds[k].lasts for k in variable.kinds):
        raise here.refuse("type-clash", node, "length", name=node.variable)
    return Length(node.variable, "duration", span=here.span(node))


def _quantity_path(here: Here, node: s.PathRef) -> Path:
    found = path(here, node)
    if found.sort is not Sort.QUANTITY:
        raise here.refuse("type-clash", node, "not-amount", text=".".join(node.names))
    return found


def _arithmetic(here: Here, node: s.ArithmeticRef) -> Arithmetic:
    left, right = resolve_amount(here, node.left), resolve_amount(here, node.right)
    a, b = dimension_of(left), dimension_of(right)
    if node.operator == "times":
        if NUMBER not in (a, b):
            raise here.refuse("unit-clash", node.right, "times", second=here.span(node.left), left=a, right=b)
        return Arithmetic("times", left, right, b if a == NUMBER else a, span=here.span(node))
    check_same(here, node.left, left, node.right, right)
    return Arithmetic(node.operator, left, right, a if a != ANY else b, span=here.span(node))


def check_same(here: Here, left_node: object, left: Amount, right_node: object, right: Amount) -> None:
    """Report amounts that cannot be compared: a missing unit, or two dimensions."""
    a, b = dimension_of(left), dimension_of(right)
    if a == b or ANY in (a, b):
        return
    if isinstance(right, Quantity) and right.dimension == NUMBER:
        raise here.refuse("unit-missing", right_node, None, number=_text(right), unit=_units_of(a))
    if isinstance(left, Quantity) and left.dimension == NUMBER:
        raise here.refuse("unit-missing", left_node, None, number=_text(left), unit=_units_of(b))
    raise here.refuse("unit-clash", right_node, None, here.span(left_node), left=a, right=b)


def compared(here: Here, left_node: object, left: Amount, right_node: object, right: Amount) -> tuple[Amount, Amount]:
    """Both amounts, checked; the length of an act takes the kind of time it is compared with."""
    left, right = _fitted(left, right), _fitted(right, left)
    check_same(here, left_node, left, right_node, right)
    return left, right


def _fitted(amount: Amount, to: Amount) -> Amount:
    dimension = dimension_of(to)
    if isinstance(amount, Length) and not isinstance(to, Length) and dimension in TIMES:
        return replace(amount, dimension=dimension)
    return amount


def _text(number: Quantity) -> str:
    return str(number.value) if number.value.denominator == 1 else str(float(number.value))


def _units_of(dimension: str) -> str:
    names = [u.name for u in units().values() if u.dimension == dimension]
    return ", ".join(names[:4]) or dimension


def time_amount(here: Here, node: s.AmountRef) -> Amount:
    """An amount of time: calendar or elapsed."""
    found = resolve_amount(here, node)
    dimension = dimension_of(found)
    if dimension in TIMES:
        return found
    if dimension == NUMBER and isinstance(node, s.NumberRef):
        unit_ = "days, months, years, hours"
        raise here.refuse("unit-missing", node, None, number=plain(node.value), unit=unit_)
    raise here.refuse("unit-clash", node, "not-time", left=dimension)


def metres(here: Here, node: s.AmountRef) -> Amount:
    """An amount of length."""
    found = resolve_amount(here, node)
    dimension = dimension_of(found)
    if dimension in ("length", ANY):
        return found
    if dimension == NUMBER and isinstance(node, s.NumberRef):
        raise here.refuse("unit-missing", node, None, number=plain(node.value), unit=_units_of("length"))
    raise here.refuse("unit-clash", node, "not-length", left=dimension)
