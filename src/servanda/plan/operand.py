"""What an operand of a condition names, as an expression: one value, several, or one that is never compared."""

from __future__ import annotations

from dataclasses import dataclass

from servanda.norms.term import Nothing, Operand, PartyName, Path, Word
from servanda.plan import sql
from servanda.plan.scope import ActThing, PartyThing, Scope, UnitThing, attribute_columns, column
from servanda.plan.sql import Expr, col, is_null, text
from servanda.vocabulary.act import Attribute, Sort


@dataclass(frozen=True)
class Single:
    """One value as text: NULL unknown, 'none' does not apply."""

    expr: Expr
    nothing: bool = False  # the word `none` itself


@dataclass(frozen=True)
class Several:
    """A list of texts: NULL unknown."""

    expr: Expr


@dataclass(frozen=True)
class Opaque:
    """A time, an amount or a place: only whether it is known, and whether it applies."""

    known: Expr
    nothing: Expr


Value = Single | Several | Opaque

MISSING = Single(sql.null(sql.TEXT))


def operand(scope: Scope, term: Operand) -> Value:
    """The operand's value in a row of the frame."""
    match term:
        case PartyName(code=code):
            return Single(text(code))
        case Word(value=value):
            return Single(text(value))
        case Nothing():
            return Single(text("none"), nothing=True)
        case Path():
            return path_value(scope, term)


def path_value(scope: Scope, path: Path) -> Value:
    """The value at the end of a path. An act reads as its id."""
    thing = scope.things.get(path.variable)
    if not path.steps:
        match thing:
            case ActThing():
                return Single(column(scope, thing, "id"))
            case PartyThing(column=c):
                return Single(col(c))
            case UnitThing(prefix=prefix):
                return Single(col(f"{prefix}__label"))
            case None:
                return MISSING
    owner = act_at(scope, path)
    return MISSING if owner is None else attribute_value(scope, owner, path.steps[-1])


def act_at(scope: Scope, path: Path) -> ActThing | None:
    """The act whose attribute the path ends in."""
    thing = scope.things.get(path.variable)
    if not isinstance(thing, ActThing):
        return None
    prefix = thing.prefix
    kinds = thing.kinds
    for step in path.steps[:-1]:
        prefix, kinds = f"{prefix}__{step.name}", ("act",)
    return ActThing(prefix, kinds)


def attribute_value(scope: Scope, owner: ActThing, attribute: Attribute) -> Value:
    """The value of an act's attribute."""
    columns = attribute_columns(attribute)
    match attribute.sort:
        case Sort.TIME | Sort.QUANTITY:
            low = column(scope, owner, columns[0])
            nothing = sql.coalesce(column(scope, owner, columns[-1]), sql.boolean(False))
            return Opaque(sql.any_of((sql.not_null(low), nothing)), nothing)
        case Sort.PLACE:
            parts = [column(scope, owner, c) for c in columns]
            known = sql.any_of(sql.not_null(p) for p in parts)
            return Opaque(known, no_place(scope, owner))
        case Sort.YEAR:
            shown = sql.cast(column(scope, owner, columns[0]), sql.TEXT)
            none = sql.coalesce(column(scope, owner, columns[1]), sql.boolean(False))
            return Single(sql.when((none, text("none")), otherwise=shown))
    here = column(scope, owner, columns[0])
    return Several(here) if attribute.many else Single(here)


def applies(value: Value) -> Expr:
    """Whether the value is not `none`."""
    match value:
        case Single(expr=one):
            return sql.negated(_is_none(one))
        case Opaque(nothing=nothing):
            return sql.negated(nothing)
        case Several():
            return sql.boolean(True)


def _is_none(node: Expr) -> Expr:
    return sql.coalesce(sql.compare(node, "=", text("none")), sql.boolean(False))


def no_place(scope: Scope, owner: ActThing) -> Expr:
    """Whether the record says that the act has no place."""
    named, inside = column(scope, owner, "place"), column(scope, owner, "place_in")
    return sql.all_of(map(_is_none, (named, inside)))


def single_of(value: Value) -> Expr:
    """The one value, where it is one that names something; NULL otherwise."""
    if isinstance(value, Single) and not value.nothing:
        return value.expr
    return sql.null(sql.TEXT)


def unknown(value: Value) -> Expr:
    """True where the value is not known."""
    if isinstance(value, Opaque):
        return sql.negated(value.known)
    return is_null(value.expr)
