"""Which norm gives way: declared precedence becomes an exception of the norm that yields.

A permission that prevails saves what it permits; a duty that prevails over a duty takes its place on the same
occasions; a duty that prevails over a prohibition saves the act that it demands. What cannot be matched occasion
by occasion is refused, and so is a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from servanda.agreement.resolve.context import Context
from servanda.agreement.resolve.norms import NormSource
from servanda.agreement.resolve.rewrite import renamed
from servanda.norms.condition import (
    ActRange,
    And,
    BreachRange,
    Condition,
    EveryOf,
    Is,
    IsA,
    IsIn,
    Line,
    Not,
    Or,
    Quantified,
    Range,
)
from servanda.norms.norm import (
    Bearer,
    Exception_,
    Limits,
    Norm,
    Permits,
    Prohibits,
    Requires,
    Shape,
    Variant,
)
from servanda.norms.term import Group, PartyName, Path

Sources = Mapping[str, NormSource]


def with_precedence(context: Context, norms: list[Norm], sources: Sources) -> tuple[Norm, ...]:
    """The norms, those that yield with the exceptions that come of it."""
    by_id = {norm.id: norm for norm in norms}
    pairs = [(a, b) for a, b in declared(norms) if a in by_id and b in by_id]
    if _report_circle(context, pairs, sources):
        return tuple(norms)
    for prevailing, yielding in pairs:
        by_id[yielding] = _yield_to(context, by_id[prevailing], by_id[yielding], sources)
    return tuple(by_id[norm.id] for norm in norms)


def declared(norms: list[Norm] | tuple[Norm, ...]) -> list[tuple[str, str]]:
    """Every pair (prevailing, yielding) that the norms declare, each once."""
    found: dict[tuple[str, str], None] = {}
    for norm in norms:
        for variant in norm.variants:
            found.update({(norm.id, other): None for other in variant.prevails_over})
            found.update({(other, norm.id): None for other in variant.yields_to})
    return list(found)


def _report_circle(context: Context, pairs: list[tuple[str, str]], sources: Sources) -> bool:
    over: dict[str, list[str]] = {}
    for prevailing, yielding in pairs:
        over.setdefault(prevailing, []).append(yielding)
    circle = find_circle(over)
    if circle:
        span = sources[circle[0]].anchor.span
        context.problems.say("precedence-cycle", span, ids=", ".join(circle))
    return bool(circle)


def find_circle(edges: Mapping[str, list[str]]) -> list[str]:
    """The nodes of one circle in a graph, or nothing. No recursion: a chain of norms may be long."""
    done: set[str] = set()
    for start in edges:
        trail: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(edges.get(start, [])))]
        if start in done:
            continue
        trail.append(start)
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                trail.pop()
                done.add(node)
            elif following in trail:
                return trail[trail.index(following) :]
            elif following not in done:
                trail.append(following)
                stack.append((following, iter(edges.get(following, []))))
    return []


def _yield_to(context: Context, prevailing: Norm, yielding: Norm, sources: Sources) -> Norm:
    variants: list[Variant] = []
    for variant in yielding.variants:
        for other in prevailing.variants:
            if not _agree(variant.readings, other.readings):
                continue
            made = _exceptions(other, variant)
            if made is None:
                _mismatch(context, prevailing, yielding, sources)
                return yielding
            readings = {**variant.readings, **other.readings}
            variants.append(replace(variant, readings=readings, unless=(*variant.unless, *made)))
    readings_of = {**yielding.readings, **prevailing.readings}
    return replace(yielding, variants=tuple(variants), readings=readings_of)


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(other.get(name, choice) == choice for name, choice in one.items())


def _mismatch(context: Context, prevailing: Norm, yielding: Norm, sources: Sources) -> None:
    first, second = prevailing.variants[0].shape, yielding.variants[0].shape
    forbids_duty = isinstance(first, Prohibits) and isinstance(second, Requires)
    code, case = ("not-computable", "precedence") if forbids_duty else ("precedence-mismatch", None)
    span, other = sources[prevailing.id].anchor.span, sources[yielding.id].anchor.span
    context.problems.say(code, span, case, second=other, first=prevailing.id, other=yielding.id)


def _exceptions(prevailing: Variant, yielding: Variant) -> tuple[Exception_, ...] | None:
    """The exceptions that the yielding norm gains; None where the two have no occasion in common."""
    match prevailing.shape, yielding.shape:
        case Permits() as a, (Prohibits() | Limits()) as b if _same_kinds(a.range, b.range):
            return (_permission(prevailing, a, yielding, b),)
        case Prohibits() as a, Permits() as b if _same_kinds(a.range, b.range):
            return ()  # a permission acts only through the norms over which it prevails
        case Requires(), Requires() if _same_occasions(prevailing, yielding):
            return (_substitute(prevailing, yielding),)
        case Requires() as a, Prohibits() as b if _same_kinds(a.range, b.range):
            return (_demanded(prevailing, a, b),)
        case Prohibits() as a, Prohibits() as b if _same_kinds(a.range, b.range):
            return ()  # both forbid: nothing gives way
    return None


def _same_kinds(one: Range, other: Range) -> bool:
    if not isinstance(one, ActRange) or not isinstance(other, ActRange):
        return False
    return set(one.kinds) == set(other.kinds) or "act" in (*one.kinds, *other.kinds)


def _permission(a: Variant, permits: Permits, b: Variant, shape: Prohibits | Limits) -> Exception_:
    names = {_variable(permits.range): _variable(shape.range)}
    parts = [renamed(line.condition, names) for line in permits.where]
    parts += _addressed(a.bearer, b.bearer, names)
    parts += [Not(renamed(e.condition, names)) for e in a.unless]
    return Exception_(a.id, _all(parts), f"{a.id}", replaces=False)


def _addressed(permitted: Bearer | None, bearer: Bearer | None, names: Mapping[str, str]) -> list[Condition]:
    """That the bearer is one whom the permission addresses."""
    if permitted is None or bearer is None or not isinstance(bearer.of, Path):
        return []
    match permitted.of:
        case PartyName():
            return [Is(bearer.of, permitted.of)]
        case EveryOf(of=Group() as group):
            return [IsIn(bearer.of, group)]
        case EveryOf(of=population) if not isinstance(population, Group):
            return [IsA(bearer.of, population)]
        case Path() as path:
            moved = renamed(path, names)
            return [] if moved == bearer.of else [Is(bearer.of, moved)]
    return []


def _same_occasions(a: Variant, b: Variant) -> bool:
    if len(a.for_each) != len(b.for_each):
        return False
    return all(_alike(x, y) for x, y in zip(a.for_each, b.for_each, strict=True))


def _alike(one: Range, other: Range) -> bool:
    return replace(one, variable="") == replace(other, variable="")


def _substitute(a: Variant, b: Variant) -> Exception_:
    names = {_variable(x): _variable(y) for x, y in zip(a.for_each, b.for_each, strict=True)}
    parts = [renamed(line.condition, names) for line in a.when]
    parts += [Not(renamed(e.condition, names)) for e in a.unless if not e.replaces]
    return Exception_(a.id, _all(parts), a.id, replaces=True)


def _demanded(a: Variant, duty: Requires, shape: Prohibits) -> Exception_:
    """The forbidden act is the one that some occasion of the duty demands."""
    names = {_variable(duty.range): _variable(shape.range)}
    condition = _all([renamed(line.condition, names) for line in (*a.when, *duty.where)])
    for range_ in reversed(a.for_each):
        condition = Quantified("some", range_, condition)
    return Exception_(a.id, condition, a.id, replaces=False)


def _variable(range_: Range) -> str:
    return range_.variable


def _all(parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def breach_edges(norms: tuple[Norm, ...]) -> dict[str, list[str]]:
    """Norm to the norms whose breaches it speaks of."""
    edges: dict[str, list[str]] = {}
    for norm in norms:
        found: dict[str, None] = {}
        for variant in norm.variants:
            for range_ in ranges_of(variant):
                if isinstance(range_, BreachRange):
                    found[range_.norm] = None
        if found:
            edges[norm.id] = list(found)
    return edges


def ranges_of(variant: Variant) -> Iterator[Range]:
    """Every range that a variant speaks of."""
    yield from variant.for_each
    shape: Shape = variant.shape
    if isinstance(shape, Prohibits | Requires | Limits | Permits):
        yield shape.range
        for line in (*variant.when, *shape.where):
            yield from _ranges(line)
    for exception in variant.unless:
        yield from _ranges(exception.condition)


def _ranges(node: object) -> Iterator[Range]:
    match node:
        case Line(condition=condition):
            yield from _ranges(condition)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _ranges(part)
        case Not(part=part):
            yield from _ranges(part)
        case Quantified(range=range_, where=where):
            yield range_
            yield from _ranges(where)
