"""Definitions: gathers the terms of a file and of those it uses, and checks each once."""

from __future__ import annotations

from pathlib import Path as FilePath

from servanda.agreement.resolve.context import Context, Here, Term, TermKind, Unresolved
from servanda.agreement.resolve.groups import term_group
from servanda.agreement.resolve.places import TERRITORY, extent, term_region
from servanda.agreement.resolve.ranges import term_kinds
from servanda.agreement.resolve.readings import Readings, each_once, readings_in
from servanda.agreement.resolve.tables import open_amount, parameter_value, table
from servanda.agreement.resolve.times import named_date
from servanda.agreement.yaml import Entry, Mapping, Node, Scalar

_KINDS: dict[str, TermKind] = {
    "groups": "group", "regions": "region", "activities": "activity", "dates": "date",
    "parameters": "parameter", "tables": "table",
}  # fmt: skip


def gather(context: Context, block: Mapping, base: FilePath) -> None:
    """Take the definitions of one `terms` block into the context."""
    for entry in block.entries:
        if entry.key.text == "organs":
            if isinstance(entry.value, Scalar):
                _organs(context, entry.value, base)
            else:
                context.problems.say("type-clash", entry.value.span, "names-needed", key="organs")
        elif entry.key.text == TERRITORY:
            _add(context, Term(TERRITORY, "territory", entry.key, entry.value, base))
        elif (kind := _KINDS.get(entry.key.text)) is not None:
            _section(context, kind, entry, base)


def _section(context: Context, kind: TermKind, section: Entry, base: FilePath) -> None:
    if not isinstance(section.value, Mapping):
        context.problems.say("type-clash", section.value.span, "keys-needed", key=section.key.text)
        return
    for entry in section.value.entries:
        _define(context, Term(entry.key.text, _kind_of(kind, entry.value), entry.key, entry.value, base))


def _kind_of(kind: TermKind, value: Node) -> TermKind:
    """An open group or region stands among the parameters."""
    if kind == "parameter" and isinstance(value, Mapping):
        if value.get("group") is not None:
            return "group"
        if value.get("region") is not None:
            return "region"
    return kind


def _organs(context: Context, value: Scalar, base: FilePath) -> None:
    try:
        node = context.parse(value, "names")
    except Unresolved:
        return
    for name in node.names:
        _define(context, Term(name.text, "organ", value, value, base))


def _define(context: Context, term: Term) -> None:
    if not _add(context, term):
        return
    first = term.name[:1]
    if not first or first.islower() or not (first.isalpha() or first.isdigit()):
        context.problems.say("term-capital", term.key.span, name=term.name)
    if term.name in ("State", "States"):  # the only capitalised words of the language
        context.problems.say("reserved-word", term.key.span, case="term", word=term.name)
    if _names_a_party(context, term):
        context.problems.say("reserved-word", term.key.span, case="party", word=term.name)


def _names_a_party(context: Context, term: Term) -> bool:
    """Whether the term would take a party's own name from it, unseen. A group may list an organisation's members."""
    code = context.parties.code(term.name)
    if code is None:
        return False
    match context.parties.by_code[code].kind:
        case "state":
            return True
        case "organisation":
            return term.kind == "organ"
    return term.kind in ("organ", "group")


def _add(context: Context, term: Term) -> bool:
    before = context.terms.setdefault(term.name, term)
    if before is not term:
        context.problems.say("term-twice", term.key.span, second=before.key.span, name=term.name)
    return before is term


def check_terms(context: Context) -> None:
    """Resolve every definition under every choice, so that what no norm uses is checked too."""
    for term in list(context.terms.values()):
        found: Readings = {}
        readings_in(context, term.value, term.name, found)
        for choices in each_once(found):
            context.choices = choices
            try:
                _check(context, term)
            except Unresolved:
                continue
    context.choices = {}


def _check(context: Context, term: Term) -> None:
    match term.kind:
        case "group":
            term_group(context, term)
        case "region":
            term_region(context, term)
        case "activity":
            term_kinds(Here(context, term.key), term)
        case "date":
            named_date(Here(context, term.key), term)
        case "parameter":
            if isinstance(term.value, Mapping) and term.value.get("unit") is not None:
                open_amount(context, term, term.value)
            else:
                parameter_value(context, term)
        case "table":
            table(context, term)
        case "territory":
            extent(context)
