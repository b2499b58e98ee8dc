"""Clauses: the treaty's own life, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from servanda.agreement import syntax as s
from servanda.agreement.keys import STAGE_KEYS, STAGES, Key
from servanda.agreement.printer import show
from servanda.agreement.resolve.amounts import time_amount
from servanda.agreement.resolve.conditions import resolve_condition
from servanda.agreement.resolve.context import Context, Here, Unresolved
from servanda.agreement.resolve.groups import resolve_group
from servanda.agreement.resolve.lines import lines
from servanda.agreement.resolve.norms import id_list
from servanda.agreement.resolve.operands import it
from servanda.agreement.resolve.readings import is_readings, pick
from servanda.agreement.resolve.times import resolve_time
from servanda.agreement.yaml import Entry, Mapping, Node, Scalar, Sequence
from servanda.norms.condition import And, AtLeast, Condition, EveryOf, Has, IsIn, It, leaves
from servanda.norms.norm import Stage, walk
from servanda.norms.term import Population, Shifted, Time, TreatyTime

# Options that the lifecycle knows how to run beside `when` and `effect`; those of a term without renewal.
_RUNNABLE = frozenset(["counted from", "own clock", "open to", "article", "note", "basis"])
_TERM = frozenset(["starts", "lasts", "article", "note"])


def in_stage_order(node: Mapping) -> list[Entry]:
    """The stages of a block in the order of a treaty's life, however they are written."""
    order = list(STAGES)
    return sorted(node.entries, key=lambda e: order.index(e.key.text) if e.key.text in STAGES else len(order))


def resolve_stage(context: Context, entry: Entry) -> Stage | None:
    """One stage; None after its problems were reported."""
    name, value = entry.key.text, entry.value
    if isinstance(value, Scalar):
        return Stage(name, None, None, None, f"{name}: {value.text}", {name: value.text}, span=entry.key.span)
    if not isinstance(value, Mapping):
        context.problems.say("type-clash", value.span, "keys-needed", key=name)
        return None
    reader = _Stage(context, value)
    when = reader.open_to(reader.when())
    unless = reader.condition("unless")
    effect = reader.effect("effect") if name != "duration" else reader.term()
    not_before = reader.time("not before")
    options = reader.options()
    if reader.failed:
        return None
    runs = _runs(name, when, unless, effect, options)
    return Stage(
        name, when, unless, effect, reader.text(), options, not_before=not_before, run=runs, span=entry.key.span
    )


class _Stage:
    """Reads the keys of one stage; goes on after a problem."""

    def __init__(self, context: Context, node: Mapping) -> None:
        self._context = context
        self._node = node
        self.failed = False

    def _value(self, key: str) -> Node | None:
        return pick(self._context, self._node.get(key), key)

    def _scalar(self, key: str) -> Scalar | None:
        found = self._value(key)
        return found if isinstance(found, Scalar) else None

    def _here(self, scalar: Scalar) -> Here:
        return Here(self._context, scalar, {}, clause=True)

    def when(self) -> Condition | None:
        """The condition, from one line or several."""
        node = self._value("when")
        if node is None:
            return None
        anchor = self._node.key("when")
        assert anchor is not None
        try:
            found = lines(self._here(anchor), node, "when")
        except Unresolved:
            self.failed = True
            return None
        return found[0].condition if len(found) == 1 else And(tuple(line.condition for line in found))

    def open_to(self, when: Condition | None) -> Condition | None:
        """The condition, met only by those to whom joining is open."""
        written = self._scalar("open to")
        if written is None:
            return when
        here = self._here(written)
        try:
            tree = self._context.parse(written, "group")
            inside = IsIn(it(here, tree), resolve_group(here, tree))
        except Unresolved:
            self.failed = True
            return None
        return inside if when is None else And((when, inside))

    def term(self) -> Time | None:
        """The day or instant on which the term runs out: `lasts` after `starts`."""
        written = self._scalar("lasts")
        if written is None:
            return None
        start = TreatyTime("entry") if self._node.get("starts") is None else self.time("starts")
        here = self._here(written)
        try:
            amount = time_amount(here, self._context.parse(written, "amount"))
        except Unresolved:
            self.failed = True
            return None
        return None if start is None else Shifted(amount, "after", start)

    def condition(self, key: str) -> Condition | None:
        """A condition under a key."""
        written = self._scalar(key)
        if written is None:
            return None
        try:
            tree = self._context.parse(written, "condition")
            return resolve_condition(self._here(written), tree)
        except Unresolved:
            self.failed = True
            return None

    def effect(self, key: str) -> Time | Literal["on that day"] | None:
        """`on that day`, or a time."""
        written = self._scalar(key)
        if written is None:
            return None
        try:
            tree = self._context.parse(written, "effect")
            if isinstance(tree, s.OnThatDay):
                return "on that day"
            return resolve_time(self._here(written), tree)
        except Unresolved:
            self.failed = True
            return None

    def time(self, key: str) -> Time | None:
        """A time under a key."""
        written = self._scalar(key)
        if written is None:
            return None
        try:
            tree = self._context.parse(written, "start_time")
            return resolve_time(self._here(written), tree)
        except Unresolved:
            self.failed = True
            return None

    def options(self) -> dict[str, str]:
        """The other keys as canonical text; what they name is checked."""
        found = {}
        for entry in self._node.entries:
            key = entry.key.text
            if key not in ("when", "unless", "effect", "not before") and key in STAGE_KEYS:
                found[key] = self._option(key, STAGE_KEYS[key], entry.value)
        return found

    def _option(self, key: str, form: Key, value: Node) -> str:
        value = pick(self._context, value, key) or value
        match value:
            case Scalar() if form.start:
                try:
                    return show(self._context.parse(value, form.start))
                except Unresolved:
                    self.failed = True
                    return value.text
            case Scalar():
                return " ".join(value.text.split())
            case Sequence():
                return ", ".join(i.text for i in id_list(value))
            case Mapping(entries=entries):
                return "; ".join(
                    f"{e.key.text}: {self._option(e.key.text, form.inside.get(e.key.text, Key('text')), e.value)}"
                    for e in entries
                )

    def text(self) -> str:
        """The stage as canonical text: 'when …; effect …'."""
        return "; ".join(self._pairs())

    def _pairs(self) -> Iterator[str]:
        for key, form in STAGE_KEYS.items():
            value = self._node.get(key)
            if value is None or key in ("note", "article"):
                continue
            if is_readings(value):
                value = pick(self._context, value, key)
            if isinstance(value, Sequence) and form.form == "lines":
                parts = [self._option(key, form, i) for i in value.items]
                yield f"{key} {' and '.join(parts)}"
            elif value is not None:
                yield f"{key} {self._option(key, form, value)}"


def _runs(name: str, when: Condition | None, unless: Condition | None, effect: object, options: dict[str, str]) -> bool:
    """Whether an engine runs the stage: by instruments counted or on a fixed day, by notice, a term of fixed length."""
    if effect is None or unless is not None:
        return False
    if name == "duration":
        return when is None and set(options) <= _TERM
    if not set(options) <= _RUNNABLE:
        return False
    if when is None:
        that = any(isinstance(part, TreatyTime) and part.which in ("that", "entry", "end") for part in walk(effect))
        return name == "exit" or (name == "entry into force" and effect != "on that day" and not that)
    match name:
        case "entry into force":
            return all(_counts_instruments(part) for part in leaves(when))
        case "joining":
            return all(_counts_instruments(part) or isinstance(part, IsIn) for part in leaves(when)) and not any(
                isinstance(part, Population) and part.which == "party" for part in walk(when)
            )
        case "exit":
            return all(_is_notice(part) for part in leaves(when))
    return False


def _is_notice(condition: Condition) -> bool:
    """'it has given notice', at a time that the clause may say."""
    return isinstance(condition, Has) and isinstance(condition.subject, It) and condition.verb.kind == "notice"


def _counts_instruments(condition: Condition) -> bool:
    return (
        isinstance(condition, Has)
        and condition.verb.instrument
        and condition.timing is None
        and condition.of is None
        and isinstance(condition.subject, EveryOf | AtLeast | It)
    )
