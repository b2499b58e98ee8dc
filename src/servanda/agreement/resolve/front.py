"""Front matter: what the agreement is, who may be party, and how it counts days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from servanda.agreement.keys import FRONT_KEYS
from servanda.agreement.resolve.context import Context, Here, Unresolved
from servanda.agreement.resolve.groups import resolve_group
from servanda.agreement.resolve.times import parse_date
from servanda.agreement.yaml import Mapping, Scalar
from servanda.norms.norm import Binding, Status
from servanda.norms.term import Group
from servanda.temporal import Counting


@dataclass(frozen=True)
class Front:
    """The front matter, resolved."""

    id: str
    title: str
    status: Status
    binding: Binding
    published: date | None
    signed: date | None
    opened: date | None
    parties: Group
    depositary: str | None
    counting: Counting
    zone_declared: bool
    language: str


NOBODY = Group("", ())


def counting_declared(node: Mapping | None) -> bool:
    """True when the front matter says how days are counted."""
    counting = node.get("counting") if node is not None else None
    return isinstance(counting, Mapping) and counting.get("days") is not None


def resolve_front(context: Context, node: Mapping) -> Front:
    """Reads every key; what is missing or wrong is reported, and something harmless put in its place."""
    counting, zone = _counting(context, node)
    return Front(
        id=_required(context, node, "agreement"),
        title=_required(context, node, "title"),
        status=cast(Status, _word(node, "status", "draft")),
        binding=cast(Binding, _word(node, "binding", "treaty")),
        published=_day(context, node, "published"),
        signed=_day(context, node, "signed"),
        opened=_day(context, node, "opened"),
        parties=_parties(context, node),
        depositary=_depositary(context, node),
        counting=counting,
        zone_declared=zone,
        language=_text(node, "language") or "en",
    )


def _text(node: Mapping, key: str) -> str:
    found = node.get(key)
    return " ".join(found.text.split()) if isinstance(found, Scalar) else ""


def _required(context: Context, node: Mapping, key: str) -> str:
    text = _text(node, key)
    if not text:
        context.problems.say("front-missing", node.span, key=key)
    return text


def _word(node: Mapping, key: str, default: str) -> str:
    text = _text(node, key)
    return text if text in FRONT_KEYS[key].words else default


def _day(context: Context, node: Mapping, key: str) -> date | None:
    found = node.get(key)
    if not isinstance(found, Scalar):
        return None
    day = parse_date(found.text.strip())
    if day is None or isinstance(day, datetime):
        context.problems.say("no-such-day", found.span, date=found.text)
        return None
    return day


def _parties(context: Context, node: Mapping) -> Group:
    found = node.get("parties")
    if found is not None and not isinstance(found, Scalar):
        context.problems.say("type-clash", found.span, "names-needed", key="parties")
        return NOBODY
    if found is None:
        context.problems.say("front-missing", node.span, key="parties")
        return NOBODY
    try:
        tree = context.parse(found, "group")
        return resolve_group(Here(context, found), tree)
    except Unresolved:
        return NOBODY


def _depositary(context: Context, node: Mapping) -> str | None:
    text = _text(node, "depositary")
    return (context.parties.code(text) or text) if text else None


def _counting(context: Context, node: Mapping) -> tuple[Counting, bool]:
    found = node.get("counting")
    if not isinstance(found, Mapping):
        return Counting(declared=False), False
    included = _text(found, "first day") == "included"
    zone = found.get("zone")
    name = zone.text.strip() if isinstance(zone, Scalar) else "UTC"
    declared = found.get("days") is not None
    try:
        return Counting(name, included, declared), zone is not None
    except ValueError:
        assert isinstance(zone, Scalar)
        context.problems.say("unknown-zone", zone.span, zone=name)
        return Counting("UTC", included, declared), False
