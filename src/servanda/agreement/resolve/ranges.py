"""Ranges: what a variable stands for, and the variable in scope."""

from __future__ import annotations

from servanda.agreement import syntax as s
from servanda.agreement.resolve.context import Here, Term, Unresolved, Variable
from servanda.agreement.resolve.readings import pick
from servanda.agreement.yaml import Scalar
from servanda.norms.condition import ActRange, BreachRange, CalendarRange, PartyRange, Range
from servanda.norms.term import Population
from servanda.vocabulary.act import Sort


def resolve_range(here: Here, node: s.RangeRef) -> tuple[Range, Here]:
    """The range, and the scope in which its variable is bound."""
    bound = here.variables.get(node.variable)
    if bound is not None:
        raise here.refuse("shadowed-value", node, "variable", bound.span, name=node.variable)
    sort, kinds, found = _range(here, node)
    return found, here.with_variable(Variable(node.variable, sort, kinds, found, here.span(node)))


def _range(here: Here, node: s.RangeRef) -> tuple[Sort, tuple[str, ...], Range]:
    match node:
        case s.ActRangeRef(kinds, variable):
            for kind in kinds:
                _known_kind(here, node, kind)
            return Sort.ACT, kinds, ActRange(kinds, variable)
        case s.ActivityRangeRef(activity, variable):
            kinds = activity_kinds(here, node, activity)
            return Sort.ACT, kinds, ActRange(kinds, variable)
        case s.BreachRangeRef(norm, variable):
            if norm not in here.context.norm_ids:
                raise here.unknown("norm", norm, node, here.context.norm_ids)
            return Sort.ACT, ("breach",), BreachRange(norm, variable)
        case s.PartyRangeRef(population, other, variable):
            return Sort.PARTY, (), PartyRange(Population(population), other, variable)
        case s.CalendarRangeRef(unit, variable):
            return Sort.YEAR, (), CalendarRange(unit, variable)


def _known_kind(here: Here, node: object, kind: str) -> None:
    kinds = here.context.vocabulary.kinds
    if kind == "breach":
        raise here.refuse("type-clash", node, "breach-of")
    if kind != "act" and kind not in kinds:
        raise here.unknown("kind", kind, node, [*kinds, "party", "year", "month"])


def activity_kinds(here: Here, node: object, name: str) -> tuple[str, ...]:
    """The kinds of act that a term of `activities` stands for."""
    context = here.context
    term = context.terms.get(name)
    if term is None or term.kind != "activity":
        if term is not None:
            raise here.refuse("type-clash", node, "not-activity", term.key.span, name=name)
        known = [t.name for t in context.terms.values() if t.kind == "activity"]
        raise here.unknown("activity", name, node, known)
    return term_kinds(here, term)


def term_kinds(here: Here, term: Term) -> tuple[str, ...]:
    """The kinds in the definition of an activity."""
    context = here.context
    value = pick(context, term.value, term.name)
    if not isinstance(value, Scalar):
        context.problems.say("type-clash", term.key.span, "activity-value", name=term.name)
        raise Unresolved
    node = context.parse(value, "kinds")
    inside = Here(context, value)
    for kind in node.kinds:
        _known_kind(inside, node, kind)
    return node.kinds


def stands(here: Here, found: Range) -> bool:
    """True when the range holds a kind that stands: it may be placed, and it may be kept."""
    kinds = here.context.vocabulary.kinds
    return isinstance(found, ActRange) and any(k in kinds and kinds[k].stands for k in found.kinds)
