"""Readings: words of the text that allow more than one meaning, each by name and with who defends it.

A value of any key, named line or term may be `{readings: {choice: …}}`. The reading's name is the key, the line
or the term, or what a key `reading` beside `readings` says; two values of one norm with the same name are one
reading, and take the same choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as TypeMapping
from dataclasses import fields, is_dataclass
from itertools import product
from typing import cast

from servanda.agreement import syntax as s
from servanda.agreement.parser import Problem, parse
from servanda.agreement.resolve.context import Context, nearest
from servanda.agreement.yaml import Mapping, Node, Scalar, Sequence
from servanda.errors import Diagnostic
from servanda.norms.norm import Reading

MOST_VARIANTS = 16

Readings = dict[str, tuple[Reading, ...]]


def is_readings(node: Node | None) -> bool:
    """True when the value is a choice between readings."""
    return isinstance(node, Mapping) and isinstance(node.get("readings"), Mapping)


def reading_name(node: Mapping, default: str) -> str:
    """The name of the reading: `reading: NAME`, else the key, the line or the term it stands under."""
    given = node.get("reading")
    return given.text if isinstance(given, Scalar) and given.text else default


def pick(context: Context, node: Node | None, name: str) -> Node | None:
    """The value that holds under the choices taken: the node itself where it is no choice."""
    while isinstance(node, Mapping) and is_readings(node):
        name = reading_name(node, name)
        choices = node.get("readings")
        assert isinstance(choices, Mapping)
        taken = context.choices.get(name)
        chosen = choices.get(taken) if taken is not None else None
        node = chosen if chosen is not None else (choices.entries[0].value if choices.entries else None)
        if isinstance(node, Mapping) and isinstance(node.get("means"), Scalar | Mapping):
            node = node.get("means")
    return node


def readings_in(context: Context, node: Node, name: str, found: Readings) -> None:
    """Every reading in a value: its own, those inside it, and those of the terms that it names."""
    match node:
        case Scalar():
            for used in dict.fromkeys(names_used(context, node)):
                _of_term(context, used, found)
        case Sequence(items=items):
            for item in items:
                readings_in(context, item, name, found)
        case Mapping() if is_readings(node):
            _take(context, node, reading_name(node, name), found)
            choices = node.get("readings")
            assert isinstance(choices, Mapping)
            for entry in choices.entries:
                readings_in(context, _meant(entry.value), name, found)
        case Mapping(entries=entries):
            for entry in entries:
                readings_in(context, entry.value, entry.key.text, found)


def _meant(node: Node) -> Node:
    if isinstance(node, Mapping) and (means := node.get("means")) is not None:
        return means
    return node


def _take(context: Context, node: Mapping, name: str, found: Readings) -> None:
    choices = node.get("readings")
    assert isinstance(choices, Mapping)
    taken = tuple(_choice(e.key.text, e.value) for e in choices.entries)
    before = found.get(name)
    if before is None:
        found[name] = taken
    elif {r.name for r in before} != {r.name for r in taken}:
        names = ", ".join(r.name for r in before)
        context.problems.say("readings-differ", choices.span, name=name, choices=names)
    else:
        found[name] = tuple(b if b.says or b.held_by != "encoder" else t for b, t in zip(before, taken, strict=True))


def _choice(name: str, node: Node) -> Reading:
    if not isinstance(node, Mapping) or node.get("means") is None:
        return Reading(name)
    held, says = node.get("held by"), node.get("says")
    return Reading(
        name,
        held.text if isinstance(held, Scalar) else "encoder",
        says.text.strip() if isinstance(says, Scalar) else "",
    )


def _of_term(context: Context, name: str, found: Readings) -> None:
    key = ("term-readings", name)
    if key not in context.memo:
        own: Readings = {}
        context.memo[key] = own  # before looking inside: a term may name itself, which is reported elsewhere
        term = context.terms.get(name)
        if term is not None:
            readings_in(context, term.value, name, own)
    own = cast("Readings", context.memo[key])
    for reading, choices in own.items():
        found.setdefault(reading, choices)


_STARTS = (
    "condition", "head", "ranges", "bearer", "due", "measure", "ceiling", "group", "region", "effect", "judge",
)  # fmt: skip


def names_used(context: Context, scalar: Scalar, likely: str = "") -> tuple[str, ...]:
    """The defined terms that a text names, as often as it does. Texts that are no expressions name nothing.

    `likely`: the rule of the grammar that the text probably follows.
    """
    key = ("names", scalar.place, scalar.start)
    if key not in context.memo:
        candidates = tuple(t for t in context.terms if t in scalar.text)
        context.memo[key] = _parsed_names(scalar, candidates, likely) if candidates else ()
    return cast("tuple[str, ...]", context.memo[key])


def _parsed_names(scalar: Scalar, candidates: tuple[str, ...], likely: str) -> tuple[str, ...]:
    for start in (likely, *_STARTS) if likely else _STARTS:
        try:
            return tuple(n for n in names_in(parse(scalar.text, start)) if n in candidates)
        except Problem:
            continue
    return ()


def names_in(node: object) -> Iterator[str]:
    """Every name in a tree."""
    match node:
        case s.NameRef(text=text):
            yield text
        case s.PartRef(part="territory", of=of):
            yield "territory"
            yield from names_in(of)
        case tuple():
            for part in node:
                yield from names_in(part)
        case _ if is_dataclass(node):
            for name in ("table", "activity", "group", "name"):
                if isinstance(value := getattr(node, name, None), str):
                    yield value
            for one in fields(node):
                yield from names_in(getattr(node, one.name))


def combinations(readings: Readings) -> list[dict[str, str]]:
    """Every way to choose, in the order written."""
    names = list(readings)
    return [
        dict(zip(names, chosen, strict=True)) for chosen in product(*([r.name for r in readings[n]] for n in names))
    ]


def count(readings: Readings) -> int:
    """How many ways there are to choose."""
    total = 1
    for choices in readings.values():
        total *= max(1, len(choices))
    return total


def each_once(readings: Readings) -> list[dict[str, str]]:
    """Choices in which every choice of every reading is taken at least once: enough to find what is wrong."""
    first = {name: choices[0].name for name, choices in readings.items() if choices}
    return [first] + [{**first, name: choice.name} for name, choices in readings.items() for choice in choices[1:]]


def restricted(readings: Readings, norm: str, chosen: dict[str, str]) -> Readings:
    """The readings that are left when some are chosen: by `NORM.NAME`, or by `NAME` for every norm."""
    left: Readings = {}
    for name, choices in readings.items():
        wanted = chosen.get(f"{norm}.{name}", chosen.get(name))
        left[name] = tuple(c for c in choices if wanted is None or c.name == wanted)
    return left


def wrong_choice(
    readings_of: TypeMapping[str, TypeMapping[str, tuple[Reading, ...]]], wanted: str, choice: str
) -> Diagnostic | None:
    """What is wrong with a choice, given the readings of every norm: no such reading, or no such choice."""
    offered = list(
        dict.fromkeys(
            reading.name
            for norm, readings in readings_of.items()
            for name, choices in readings.items()
            if wanted in (name, f"{norm}.{name}")
            for reading in choices
        )
    )
    if choice in offered:
        return None
    known = offered or [n for norm, readings in readings_of.items() for r in readings for n in (r, f"{norm}.{r}")]
    near = nearest(choice if offered else wanted, known)
    case = "-".join(part for part in ("choice" if offered else "", "near" if near else "") if part)
    args = {"name": wanted, "choice": choice, "near": near, "allowed": ", ".join(offered)}
    return Diagnostic("unknown-reading", args, file="--reading", case=case or None)
