"""Groups: who belongs to what, by name, by list, or left open by the text."""

from __future__ import annotations

from datetime import date

from servanda.agreement import syntax as s
from servanda.agreement.resolve.context import Context, Here, Term, Unresolved
from servanda.agreement.resolve.readings import pick
from servanda.agreement.resolve.tables import csv_rows
from servanda.agreement.resolve.times import resolve_time
from servanda.agreement.yaml import Mapping, Scalar
from servanda.norms.norm import OpenParameter
from servanda.norms.term import DayName, Group, GroupItem, Listed, MembersOf, OpenGroup, Population


def is_group(context: Context, name: str) -> bool:
    """True when the name is a defined group, or an organisation whose members are known."""
    term = context.terms.get(name)
    if term is not None:
        return term.kind == "group"
    return _organisation(context, name) is not None


def _organisation(context: Context, name: str) -> str | None:
    known = context.memberships.groups
    if name in known:
        return name
    code = context.parties.code(name)
    return code if code in known else None


def known_groups(context: Context) -> list[str]:
    """The names of all groups, for 'did you mean'."""
    return [*(t.name for t in context.terms.values() if t.kind == "group"), *context.memberships.groups]


def named_group(here: Here, node: object, name: str, on: date | None = None) -> Group:
    """The group of that name: a term, or the members of an organisation."""
    context = here.context
    term = context.terms.get(name)
    if term is not None and term.kind == "group":
        if on is not None:
            raise here.refuse("type-clash", node, "group-on-day", term.key.span, name=name)
        return term_group(context, term)
    if term is not None:
        raise here.refuse("type-clash", node, "not-group", term.key.span, name=name)
    organisation = _organisation(context, name)
    if organisation is not None:
        return Group(name, (MembersOf(organisation, on),), span=here.span(node))
    if (code := context.parties.code(name)) is not None:
        party = context.parties.by_code[code]
        case = "members-unknown" if party.kind == "organisation" else "state-as-group"
        raise here.refuse("type-clash", node, case, name=name)
    raise here.unknown("group", name, node, known_groups(context))


def term_group(context: Context, term: Term) -> Group:
    """The group that a term of `groups`, or an open one of `parameters`, stands for."""
    key = ("group", *context.scoped_key(term.name))
    if key not in context.memo:
        context.memo[key] = _term_group(context, term)
    found = context.memo[key]
    if found is None:
        raise Unresolved
    assert isinstance(found, Group)
    return found


def _term_group(context: Context, term: Term) -> Group | None:
    try:
        with context.resolving(term):
            return _value(context, term)
    except Unresolved:
        return None


def _value(context: Context, term: Term) -> Group:
    value = pick(context, term.value, term.name)
    match value:
        case Scalar():
            node = context.parse(value, "group")
            found = resolve_group(Here(context, value), node)
            return Group(term.name, found.items, found.without, span=term.key.span)
        case Mapping() if isinstance(file := value.get("file"), Scalar):
            return Group(term.name, (Listed(_codes(context, term, file)),), span=term.key.span)
        case Mapping() if value.get("group") is not None:
            context.open_parameters.setdefault(term.name, OpenParameter(term.name, "group"))
            return Group(term.name, (OpenGroup(term.name),), span=term.key.span)
    context.problems.say("type-clash", term.key.span, "group-value", name=term.name)
    raise Unresolved


def _codes(context: Context, term: Term, file: Scalar) -> frozenset[str]:
    codes = set()
    for number, row in enumerate(csv_rows(context, term.base, file)):
        cells = [cell.strip() for cell in row if cell.strip()]
        found = next((c for cell in cells if (c := context.parties.code(cell)) is not None), None)
        if found is None and number == 0:
            continue  # a header; where the first line names a party, it is none
        if found is None:
            context.problems.say("unknown-name", file.span, "party-in-file", name=", ".join(cells), file=file.text)
        else:
            codes.add(found)
    return frozenset(codes)


def resolve_group(here: Here, node: s.GroupRef) -> Group:
    """A list of parties and groups."""
    items = _items(here, node.items)
    without = _items(here, node.without)
    return Group("", items, without, span=here.span(node))


def _items(here: Here, items: tuple[s.GroupItemRef, ...]) -> tuple[GroupItem, ...]:
    codes: set[str] = set()
    found: list[GroupItem] = []
    failed = False
    for item in items:
        try:
            one = _item(here, item)
        except Unresolved:
            failed = True
            continue
        if isinstance(one, Listed):
            codes |= one.codes
        else:
            found.append(one)
    if failed:
        raise Unresolved
    return (*((Listed(frozenset(codes)),) if codes else ()), *found)


def _item(here: Here, item: s.GroupItemRef) -> GroupItem:
    if item.population is not None:
        return Population(item.population)
    name, on = item.name or "", fixed_day(here, item.on)
    if item.members:
        group = named_group(here, item, name, on)
        return group if group.without or len(group.items) != 1 or group.name in here.context.terms else group.items[0]
    term = here.context.terms.get(name)
    if term is not None and term.kind == "group":
        return named_group(here, item, name, on)
    if term is not None and term.kind == "organ":
        return Listed(frozenset([name]))
    code = here.context.parties.code(name)
    if code is not None:
        return Listed(frozenset([code]))
    if name in here.context.memberships.groups:
        return MembersOf(name, on)
    raise here.unknown("party", name, item, [*here.context.parties.names(), *known_groups(here.context)])


def fixed_day(here: Here, node: s.TimeRef | None) -> date | None:
    """The day that `on DATE` names; other times are refused, since membership is fixed on a day."""
    if node is None:
        return None
    found = resolve_time(here, node)
    if not isinstance(found, DayName):
        raise here.refuse("type-clash", node, "day-needed")
    return found.day


def resolve_pop(here: Here, pop: s.Pop) -> Population | Group:
    """`party`, `member of NATO`."""
    if pop.group is not None:
        return named_group(here, pop, pop.group, fixed_day(here, pop.on))
    assert pop.population is not None
    return Population(pop.population)
