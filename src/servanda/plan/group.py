"""Groups and populations in a plan: who belongs when, computed once in plain code, as spans of time.

Memberships are few. A group becomes a short list of spans and the codes that belong throughout them, and a test of
membership becomes a test against that list, without a join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa

from servanda.norms.groups import belongs, members, turnover
from servanda.norms.norm import walk
from servanda.norms.scene import Scene
from servanda.norms.term import GroupItem, Listed, MembersOf, OpenGroup, Population
from servanda.plan import sql
from servanda.plan.operand import Opaque, Several, Single, Value, applies
from servanda.plan.scope import Builder, Scope
from servanda.plan.sql import Expr, all_of, any_of, compare, number, text
from servanda.plan.truth import FALSE, UNKNOWN, Pair, never_null, unless_known
from servanda.temporal import BEGINNING_US, END_US
from servanda.vocabulary.party import parties

NOBODY = "?"  # a code that nobody has


@dataclass(frozen=True)
class Span:
    """From `lo` up to, not including, `hi`."""

    lo: int
    hi: int


Belonging = dict[tuple[Span, ...], list[str]]  # spans -> the codes that belong throughout exactly these


def group_pair(scope: Scope, value: Value, group: GroupItem) -> Pair:
    """Whether the value (or one of several) belongs to the group at the scope's instant."""
    if isinstance(value, Opaque):
        return unless_known(value.known, FALSE)
    if sql.is_null_constant(value.expr):
        return UNKNOWN
    slices = sliced(scope.builder, group)
    everybody = universe(scope.builder, group)
    pair = Pair(*(_test(scope, value, slices, everybody, half) for half in (0, 1)))
    if isinstance(value, Single):
        if isinstance(value.expr, sql.exp.Literal):
            return pair if not value.nothing else FALSE
        pair = unless_known(sql.not_null(value.expr), never_null(pair))
        return Pair(pair.cert, all_of((pair.poss, applies(value)))) if _defaulted(slices) else pair
    return unless_known(sql.not_null(value.expr), never_null(pair))


def group_pair_within(scope: Scope, value: Value, group: GroupItem, lo: Expr, hi: Expr) -> Pair:
    """Whether it belongs to the group at an instant that is somewhere in [lo, hi]: read in every slice that has it."""
    slices = sliced(scope.builder, group)
    if len(slices) == 1 or lo is hi:
        return group_pair(scope.reading(lo), value, group)
    found = [
        (_overlaps(lo, hi, one.span), group_pair(scope.reading(number(one.span.lo)), value, group)) for one in slices
    ]
    return Pair(
        all_of(any_of((sql.negated(here), pair.cert)) for here, pair in found),
        any_of(all_of((here, pair.poss)) for here, pair in found),
    )


def _overlaps(lo: Expr, hi: Expr, span: Span) -> Expr:
    tests = [] if span.lo <= BEGINNING_US else [compare(hi, ">=", number(span.lo))]
    return all_of(tests if span.hi > END_US else [*tests, compare(lo, "<", number(span.hi))])


@dataclass(frozen=True)
class Slice:
    """Between two changes: who certainly and who possibly belongs, and what is said of everybody else."""

    span: Span
    named: tuple[frozenset[str], frozenset[str]]
    others: tuple[bool, bool]


def sliced(builder: Builder, group: GroupItem) -> list[Slice]:
    """The group over all of time."""
    world = builder.world
    edges = [BEGINNING_US, *sorted(t for t in changes(builder, group) if BEGINNING_US < t < END_US)]
    everybody = universe(builder, group)
    found: list[Slice] = []
    for lo, hi in zip(edges, [*edges[1:], END_US + 1], strict=True):
        scene = Scene(world, lo)
        truths = {code: belongs(scene, code, group) for code in everybody}
        rest = belongs(scene, NOBODY, group)
        found.append(
            Slice(
                Span(lo, hi),
                (
                    frozenset(c for c, t in truths.items() if t.certainly),
                    frozenset(c for c, t in truths.items() if t.possibly),
                ),
                (rest.certainly, rest.possibly),
            )
        )
    return found


def _defaulted(slices: list[Slice]) -> bool:
    return any(any(s.others) for s in slices)


def changes(builder: Builder, group: GroupItem) -> set[int]:
    """The instants at which somebody may join or leave."""
    return set().union(*(turnover(builder.world, term) for term in walk(group)))


def universe(builder: Builder, group: GroupItem) -> list[str]:
    """Every code of which the group may say something of its own."""
    world = builder.world
    found: set[str] = set()
    for term in walk(group):
        match term:
            case Listed(codes=codes):
                found |= codes
            case MembersOf(group=named):
                found |= {r.member for r in world.memberships.rows if r.group == named}
            case Population(which="party"):
                found |= set(world.bound)
            case Population(which="signatory"):
                found |= set(world.signatories)
            case Population(which="contracting State"):
                found |= set(world.contracting)
            case Population():
                found |= {code for code, party in parties().by_code.items() if party.kind == "state"}
            case OpenGroup(name=name):
                found |= world.groups.get(name, frozenset())
    return sorted(found)


def _test(scope: Scope, value: Single | Several, slices: list[Slice], everybody: list[str], half: int) -> Expr:
    """Whether the value is in the group: where everybody else is out, a list of those in; else of those out."""
    inverted = any(s.others[half] for s in slices)
    assert not inverted or all(s.others[half] for s in slices), "an open group is open at all times"
    listed = {s.span: (set(everybody) - s.named[half] if inverted else set(s.named[half])) for s in slices}
    spans: dict[str, list[Span]] = {}
    for span, codes in listed.items():
        for code in codes:
            spans.setdefault(code, []).append(span)
    by_spans: Belonging = {}
    for code, own in spans.items():
        by_spans.setdefault(_joined(own), []).append(code)
    if inverted and isinstance(value, Several):
        return _some_not_out(scope, value, listed)
    tests = [
        all_of((_among(value, codes), _at(scope.at, own)))
        for own, codes in sorted(by_spans.items(), key=lambda item: item[1])
    ]
    return sql.negated(any_of(tests)) if inverted else any_of(tests)


def _some_not_out(scope: Scope, value: Several, out: dict[Span, set[str]]) -> Expr:
    """Whether one of several is not among those who are certainly out."""
    tests = [
        all_of((sql.call("list_has_all", _listed(sorted(codes)), value.expr), _within(scope.at, span)))
        for span, codes in out.items()
    ]
    some = compare(sql.call("len", value.expr), ">", number(0))
    return all_of((some, sql.negated(any_of(tests))))


def _listed(codes: list[str]) -> Expr:
    return sql.cast(sql.call("list_value", *(text(c) for c in codes)), sql.TEXTS)


def _among(value: Single | Several, codes: list[str]) -> Expr:
    if isinstance(value, Single):
        if isinstance(value.expr, sql.exp.Literal):
            return sql.boolean(str(value.expr.this) in codes)
        return sql.one_of(value.expr, codes)
    return sql.call("list_has_any", value.expr, _listed(sorted(codes)))


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: s.lo):
        if joined and joined[-1].hi == span.lo:
            joined[-1] = Span(joined[-1].lo, span.hi)
        else:
            joined.append(span)
    return tuple(joined)


def _at(at: Expr, spans: tuple[Span, ...]) -> Expr:
    return any_of(_within(at, span) for span in spans)


def _within(at: Expr, span: Span) -> Expr:
    tests = []
    if span.lo > BEGINNING_US:
        tests.append(compare(at, ">=", number(span.lo)))
    if span.hi <= END_US:
        tests.append(compare(at, "<", number(span.hi)))
    return all_of(tests)


def population(scope: Scope, which: Callable[[Scene], Iterable[str]], edges: set[int]) -> str:
    """A small relation of (code, lo, hi): who is listed when, each stretch as long as it lasts."""
    world = scope.builder.world
    ordered = [BEGINNING_US, *sorted(t for t in edges if BEGINNING_US < t <= END_US)]
    spans: dict[str, list[Span]] = {}
    for lo, hi in zip(ordered, [*ordered[1:], END_US + 1], strict=True):
        for code in which(Scene(world, lo)):
            spans.setdefault(code, []).append(Span(lo, hi))
    rows = [(code, s.lo, s.hi) for code in sorted(spans) for s in _joined(spans[code])]
    return scope.builder.relation(
        "people",
        pa.table(
            {
                "code": pa.array([r[0] for r in rows], pa.string()),
                "lo": pa.array([r[1] for r in rows], pa.int64()),
                "hi": pa.array([r[2] for r in rows], pa.int64()),
            }
        ),
    )


def everybody(builder: Builder, group: GroupItem) -> str:
    """The relation of those who possibly belong to the group at any time, and since when."""
    since: dict[str, int] = {}
    for piece in sliced(builder, group):
        for code in members(Scene(builder.world, piece.span.lo), group):
            since.setdefault(code, piece.span.lo)
    codes = sorted(since)
    times = pa.array([since[c] for c in codes], pa.int64())
    return builder.relation("everybody", pa.table({"code": pa.array(codes, pa.string()), "since": times}))


def people(scope: Scope, group: GroupItem) -> str:
    """The relation of those who possibly belong to the group, and when."""
    return population(scope, lambda scene: members(scene, group), changes(scope.builder, group))
