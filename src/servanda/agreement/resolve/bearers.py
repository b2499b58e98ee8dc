"""Who answers, to whom it is owed, and who judges."""

from __future__ import annotations

from servanda.agreement import syntax as s
from servanda.agreement.resolve.context import Here, Unresolved
from servanda.agreement.resolve.groups import is_group, resolve_pop
from servanda.agreement.resolve.operands import party_name, path
from servanda.agreement.yaml import Scalar
from servanda.norms.condition import EveryOf
from servanda.norms.norm import Awaits, Bearer
from servanda.norms.term import Path
from servanda.vocabulary.act import Sort


def resolve_bearer(here: Here, written: Scalar) -> Bearer:
    """The bearer under a key. Raises Unresolved after the report."""
    node = here.context.parse(written, "bearer")
    return _bearer(here.at(written), node)


def _bearer(here: Here, node: s.BearerRef) -> Bearer:
    match node.of:
        case s.Pop():
            return Bearer(EveryOf("every", resolve_pop(here, node.of), node.of.other), node.jointly)
        case s.NameRef(text=name) if is_group(here.context, name) and name in here.context.terms:
            raise here.refuse("bearer-not-party", node.of, "group", name=name)
        case s.NameRef():
            return Bearer(party_name(here, node.of), node.jointly)
        case s.PathRef():
            return Bearer(_party_path(here, node.of), node.jointly)
        case s.ItRef():
            raise here.refuse("type-clash", node.of, "it-outside-clause")


def _party_path(here: Here, node: s.PathRef) -> Path:
    found = path(here, node)
    if found.sort is not Sort.PARTY:
        raise here.refuse("bearer-not-party", node, None, text=found.text, sort=found.sort.value)
    return found


def awaits(here: Here, judge: Scalar | None, whether: Scalar | None, anchor: Scalar) -> Awaits:
    """`awaits` with `whether`; a standard without it waits for every other party."""
    if judge is None:
        here.context.problems.say("awaits-missing", anchor.span)
        raise Unresolved
    node = here.context.parse(judge, "judge")
    question = " ".join(whether.text.split()) if whether is not None else ""
    return Awaits(_bearer(here.at(judge), node.bearer), question)
