"""The shapes of conduct: what is due and by when, what is measured and against what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from servanda.agreement import syntax as s
from servanda.agreement.printer import show
from servanda.agreement.resolve.amounts import (
    TIMES,
    check_same,
    dimension_of,
    length,
    resolve_amount,
    time_amount,
)
from servanda.agreement.resolve.conditions import resolve_condition, timing
from servanda.agreement.resolve.context import Here, Unresolved
from servanda.agreement.resolve.operands import path
from servanda.agreement.resolve.quantities import NUMBER, quantity
from servanda.agreement.resolve.ranges import resolve_range, stands
from servanda.agreement.resolve.readings import pick
from servanda.agreement.resolve.times import resolve_time
from servanda.agreement.yaml import Mapping, Node, Scalar, Sequence
from servanda.norms.condition import And, Condition, Has, Line, Not, Or, Range
from servanda.norms.extension import EXTENSION
from servanda.norms.norm import (
    AtEveryInstant,
    Ceiling,
    Due,
    Each,
    KeptUp,
    Limits,
    MayExtend,
    Measure,
    OnTime,
    Requires,
    Rolling,
    SameMeasure,
    Steps,
    Window,
)
from servanda.norms.term import Amount, Length, Path, Quantity, Time
from servanda.vocabulary.act import Sort

Get = Callable[[str], Node | None]
Mode = Literal["keeping", "placing"] | None


def head_range(here: Here, written: Scalar, head: str) -> tuple[Mode, Range, Here]:
    """The thing under the head, and the scope with its variable."""
    node = here.context.parse(written, "head")
    here = here.at(written)
    found, inner = resolve_range(here, node.range)
    is_standing = stands(here, found)
    if head == "prohibits" and is_standing and node.mode is None:
        raise here.refuse("keeping-or-placing", node, None, kind=show(node))
    if node.mode is not None and (head != "prohibits" or not is_standing):
        case = "mode-not-standing" if head == "prohibits" else "mode-elsewhere"
        raise here.refuse("type-clash", node, case, mode=node.mode)
    return node.mode, found, inner


def _text(get: Get, key: str) -> Scalar | None:
    found = get(key)
    return found if isinstance(found, Scalar) else None


def _variable(here: Here) -> str:
    return list(here.variables)[-1]


# ---- requires


def requires(here: Here, range_: Range, where: tuple[Line, ...], get: Get, anchor: Scalar) -> Requires:
    """A duty: what is due, and by when."""
    written = _text(get, "due")
    if written is None:
        here.context.problems.say("no-deadline", anchor.span)
        raise Unresolved
    node = here.context.parse(written, "due")
    matching = _text(get, "matching")
    return Requires(
        range=range_,
        where=where,
        due=_due(here.at(written), node, get),
        matching="one to one" if matching is not None and matching.text == "one to one" else "shared",
        may_extend=_may_extend(here, get("may extend")),
        due_text=show(node),
    )


def _due(here: Here, node: object, get: Get) -> Due:
    match node:
        case s.DueTiming(path=left, timing=when):
            found = path(here, left)
            if found.variable != _variable(here):
                raise here.refuse("due-elsewhere", left, None, text=found.text, variable=_variable(here))
            if found.sort is not Sort.TIME:
                raise here.refuse("type-clash", left, "not-time", text=found.text)
            return timing(here, found, when)
        case s.DueWord(word="at all times"):
            return "at all times"
        case s.DueWord(word="no deadline"):
            return "no deadline"
    broken = _text(get, "broken by")
    if broken is None:
        return KeptUp(None)
    tree = here.context.parse(broken, "condition")
    return KeptUp(resolve_condition(here.at(broken), tree))


def _may_extend(here: Here, node: Node | None) -> MayExtend | None:
    if node is None:
        return None
    if not isinstance(node, Mapping):
        here.context.problems.say("type-clash", node.span, "keys-needed", key="may extend")
        raise Unresolved
    by, most, times = (pick(here.context, node.get(k), k) for k in ("by", "at most", "times"))
    condition = None
    if isinstance(by, Scalar):
        tree = here.context.parse(by, "condition")
        condition = _to_the_extension(resolve_condition(here.at(by), tree))
    amount = None
    if isinstance(most, Scalar):
        amount = time_amount(here.at(most), here.context.parse(most, "amount"))
    return MayExtend(condition, amount, _whole(here, times))


def _to_the_extension(condition: Condition) -> Condition:
    """Where nothing else is named, what is agreed to is the extension."""
    match condition:
        case And(parts=parts) | Or(parts=parts):
            return replace(condition, parts=tuple(_to_the_extension(p) for p in parts))
        case Not(part=part):
            return replace(condition, part=_to_the_extension(part))
        case Has(of=None, verb=verb) if not verb.instrument:
            return replace(condition, of=Path(EXTENSION, (), Sort.ACT))
    return condition


def _whole(here: Here, node: Node | None) -> int | None:
    if node is None:
        return None
    if isinstance(node, Scalar) and node.text.isascii() and node.text.isdigit():
        return int(node.text)
    here.context.problems.say("type-clash", node.span, "whole-number")
    raise Unresolved


# ---- limits


def limits(here: Here, range_: Range, where: tuple[Line, ...], get: Get, anchor: Scalar) -> Limits:
    """A measure against a ceiling or a floor."""
    written = _text(get, "measure")
    at_most, at_least = get("at most"), get("at least")
    if written is None:
        here.context.problems.say("limit-incomplete", anchor.span)
        raise Unresolved
    if at_most is None and at_least is None:
        here.context.problems.say("limit-incomplete", anchor.span, "ceiling")
        raise Unresolved
    per = _per(here, _text(get, "per"))
    measure = _measure(here.at(written), here.context.parse(written, "measure"))
    ceilings = []
    for limit in (at_most, at_least):
        ceiling = _ceiling(here, limit, measure) if limit is not None else None
        measure = _fitted(measure, ceiling)
        ceilings.append(ceiling)
    text = "; ".join(
        f"{key} {_ceiling_text(here, value)}"
        for key, value in (("at most", at_most), ("at least", at_least))
        if value is not None
    )
    return Limits(range_, where, per, measure, ceilings[0], ceilings[1], text)


def _per(here: Here, written: Scalar | None) -> tuple[Path, ...]:
    if written is None:
        return ()
    node = here.context.parse(written, "paths")
    inside = here.at(written)
    found = tuple(path(inside, one) for one in node.paths)
    for one, ref in zip(found, node.paths, strict=True):
        if not one.steps or one.sort in (Sort.TIME, Sort.QUANTITY, Sort.TEXT):
            raise inside.refuse("type-clash", ref, "per", text=one.text)
    return found


def _measure(here: Here, node: object) -> Measure:
    text = show(node)
    match node:
        case s.LengthRef():
            found = length(here, node)
            return Measure("each", found, None, found.dimension, text)
        case s.PathRef():
            value = resolve_amount(here, node)
            return Measure("each", value, None, dimension_of(value), text)
        case s.AggregateRef(function, amount, window):
            if window is None:
                raise here.refuse("not-computable", node, "no-window")
            if function == "count":
                _counted(here, amount)
                return Measure("count", None, _window(here, window), NUMBER, text)
            value = resolve_amount(here, amount)
            return Measure(function, value, _window(here, window), dimension_of(value), text)
    raise AssertionError("the rule gives measures")


def _counted(here: Here, amount: s.AmountRef) -> None:
    if not isinstance(amount, s.PathRef) or amount.names != (_variable(here),):
        raise here.refuse("type-clash", amount, "count-of", variable=_variable(here))


def _window(here: Here, node: s.WindowRef) -> Window:
    match node:
        case s.EveryInstantRef():
            return AtEveryInstant()
        case s.OnTimeRef(time):
            return OnTime(resolve_time(here, time))
        case s.RollingRef(span):
            return Rolling(_span(here, span))
        case s.EachRef(unit, start):
            return Each(unit, resolve_time(here, start) if start is not None else None)


def _span(here: Here, node: s.NumberRef) -> Quantity:
    found = quantity(here, node)
    if found.dimension not in TIMES:
        raise here.refuse("unit-clash", node, "not-time", left=found.dimension)
    return found


def _ceiling(here: Here, limit: Node, measure: Measure) -> Ceiling:
    match limit:
        case Scalar():
            tree = here.context.parse(limit, "ceiling")
            inside = here.at(limit)
            if isinstance(tree, s.SameMeasureRef):
                tolerance = _span(inside, tree.tolerance) if tree.tolerance is not None else None
                return SameMeasure(resolve_time(inside, tree.on), tolerance)
            return _amount(inside, tree, measure)
        case Mapping(entries=entries):
            return Steps(tuple(_step(here, e.key, e.value, measure) for e in entries))
        case Sequence():
            here.context.problems.say("type-clash", limit.span, "keys-needed", key="at most")
            raise Unresolved


def _step(here: Here, key: Scalar, value: Node, measure: Measure) -> tuple[Time, Amount]:
    if not isinstance(value, Scalar):
        here.context.problems.say("type-clash", value.span, "text-needed", key=key.text)
        raise Unresolved
    when = resolve_time(here.at(key), here.context.parse(key, "start_time"))
    return when, _amount(here.at(value), here.context.parse(value, "amount"), measure)


def _amount(here: Here, tree: s.AmountRef, measure: Measure) -> Amount:
    found = resolve_amount(here, tree)
    subject = measure.amount
    if isinstance(subject, Length):
        if dimension_of(found) in TIMES:
            return found
        subject = replace(subject, dimension="calendar")
    if subject is None:
        subject = Quantity(Fraction(1), NUMBER)
    check_same(here, tree, subject, tree, found)
    return found


def _fitted(measure: Measure, ceiling: Ceiling | None) -> Measure:
    """The length of an act is counted in the kind of time that its limit is written in."""
    if not isinstance(measure.amount, Length) or ceiling is None or isinstance(ceiling, SameMeasure):
        return measure
    amount = ceiling.steps[0][1] if isinstance(ceiling, Steps) else ceiling
    dimension = dimension_of(amount)
    return replace(measure, amount=replace(measure.amount, dimension=dimension), dimension=dimension)


def _ceiling_text(here: Here, limit: Node) -> str:
    match limit:
        case Scalar():
            return show(here.context.parse(limit, "ceiling"))
        case Mapping(entries=entries):
            return ", ".join(
                f"{show(here.context.parse(e.value, 'amount'))} from {show(here.context.parse(e.key, 'start_time'))}"
                for e in entries
                if isinstance(e.value, Scalar)
            )
    return ""
