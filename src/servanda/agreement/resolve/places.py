"""Places: territories and their belts, seas by name, strips, and regions that the text defines or leaves open."""

from __future__ import annotations

from servanda.agreement import syntax as s
from servanda.agreement.resolve.amounts import metres
from servanda.agreement.resolve.context import Context, Here, Term, Unresolved
from servanda.agreement.resolve.groups import is_group, named_group
from servanda.agreement.resolve.operands import it, party_name, path
from servanda.agreement.resolve.readings import pick
from servanda.agreement.yaml import Mapping, Scalar
from servanda.norms.norm import OpenParameter
from servanda.norms.term import (
    BorderBetween,
    Combined,
    Group,
    Listed,
    Near,
    OpenRegion,
    Operand,
    PartyName,
    Path,
    Place,
    Region,
    TerritoryOf,
)
from servanda.spatial.names import known_regions
from servanda.vocabulary.act import Sort


def resolve_place(here: Here, node: s.PlaceRef) -> Place:
    """The place. Raises Unresolved after the report."""
    match node:
        case s.PathRef():
            found = path(here, node)
            if found.sort is not Sort.PLACE:
                raise here.refuse("type-clash", node, "not-place", text=".".join(node.names))
            return found
        case s.NameRef():
            return _named(here, node)
        case s.PartRef():
            return _part(here, node)
        case s.BorderRef(first, second):
            return BorderBetween(_side(here, first), _side(here, second), here.span(node))


def _part(here: Here, node: s.PartRef) -> Place:
    match node.of:
        case s.NameRef(text=name) if is_group(here.context, name):
            return _parts_of_group(here, node, named_group(here, node.of, name))
        case s.NameRef():
            owner: Operand = party_name(here, node.of)
        case s.ItRef():
            owner = it(here, node.of)
        case s.PathRef():
            owner = _party_path(here, node.of)
    return TerritoryOf(node.part, owner, here.span(node))


def _parts_of_group(here: Here, node: s.PartRef, group: Group) -> Place:
    """The territories of a listed group, one by one. Of a group that changes, only a quantifier can speak."""
    if group.without or not all(isinstance(i, Listed) for i in group.items):
        raise here.refuse("not-computable", node.of, "territory-of-group", name=group.name)
    codes = sorted(c for i in group.items if isinstance(i, Listed) for c in i.codes)
    parts = tuple((False, TerritoryOf(node.part, PartyName(c), here.span(node.of))) for c in codes)
    return Combined("or", parts, group.name, here.span(node))


def _party_path(here: Here, node: s.PathRef) -> Path:
    found = path(here, node)
    if found.sort not in (Sort.PARTY, Sort.ACT_OR_PARTY):
        raise here.refuse("type-clash", node, "not-party-path", text=".".join(node.names))
    return found


def _side(here: Here, node: s.Ref) -> Operand | Group:
    match node:
        case s.NameRef(text=name):
            return named_group(here, node, name) if is_group(here.context, name) else party_name(here, node)
        case s.ItRef():
            return it(here, node)
        case s.PathRef():
            return _party_path(here, node)


def near(here: Here, node: s.NearRef) -> Near:
    """Everything within a distance of a place."""
    return Near(metres(here, node.distance), resolve_place(here, node.of), here.span(node))


def _named(here: Here, node: s.NameRef) -> Place:
    context = here.context
    term = context.terms.get(node.text)
    if term is not None and term.kind == "region":
        return term_region(context, term)
    if term is not None:
        case = "place-in-group" if term.kind == "group" else "not-region"
        raise here.refuse("type-clash", node, case, term.key.span, name=node.text)
    if node.text in known_regions():
        return Region(node.text, here.span(node))
    if context.parties.code(node.text) is not None or is_group(context, node.text):
        raise here.refuse("type-clash", node, "place-in-state", name=node.text)
    known = [*known_regions(), *(t.name for t in context.terms.values() if t.kind == "region")]
    raise here.unknown("region", node.text, node, known)


def term_region(context: Context, term: Term) -> Place:
    """The region that a term of `regions`, or an open one of `parameters`, stands for."""
    if term.name in context.busy:
        context.problems.say("term-cycle", term.key.span, name=term.name)
        raise Unresolved
    context.busy.append(term.name)
    try:
        return _value(context, term)
    finally:
        context.busy.pop()


def _value(context: Context, term: Term) -> Place:
    value = pick(context, term.value, term.name)
    match value:
        case Scalar():
            node = context.parse(value, "region")
            assert isinstance(node, s.RegionRef)
            return resolve_region(Here(context, value), node, term.name)
        case Mapping() if isinstance(file := value.get("geometry"), Scalar):
            return _from_file(context, term, file)
        case Mapping() if value.get("region") is not None:
            context.open_parameters.setdefault(term.name, OpenParameter(term.name, "region"))
            return OpenRegion(term.name, term.key.span)
    context.problems.say("type-clash", term.key.span, "region-value", name=term.name)
    raise Unresolved


def _from_file(context: Context, term: Term, file: Scalar) -> Region:
    where = term.base / file.text
    if not where.is_file():
        context.problems.say("cannot-read-file", file.span, "missing", file=file.text)
        raise Unresolved
    context.geometry[term.name] = str(where)
    return Region(term.name, term.key.span)


def resolve_region(here: Here, node: s.RegionRef, name: str = "") -> Combined:
    """Parts joined by `or` or `and`."""
    parts = tuple((p.negated, _region_part(here, p)) for p in node.parts)
    return Combined(node.operator, parts, name, here.span(node))


def _region_part(here: Here, part: s.RegionPart) -> Place:
    return near(here, part.place) if isinstance(part.place, s.NearRef) else resolve_place(here, part.place)
