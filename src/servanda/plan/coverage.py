"""What the record claims to be complete about, as expressions: claims are few, so they are written into the plan."""

from __future__ import annotations

from collections.abc import Sequence

from servanda.norms.condition import ActRange, And, Condition, Is, Line
from servanda.norms.term import Operand, Path
from servanda.plan import sql
from servanda.plan.operand import Single, operand
from servanda.plan.scope import Builder, Scope
from servanda.plan.sql import Expr, all_of, any_of, compare, less_one, negated, number, text
from servanda.plan.truth import FALSE, Pair
from servanda.temporal import BEGINNING_US, END_US
from servanda.vocabulary.act import Sort
from servanda.vocabulary.coverage import Claim


def uncovered(scope: Scope, kinds: tuple[str, ...], by: Expr | None, lo: Expr, hi: Expr) -> Pair:
    """`evaluate.covered`: false where the record is complete about [lo, hi], else unknown."""
    if scope.closed:
        return FALSE
    return Pair(sql.boolean(False), negated(complete(scope.builder, kinds, by, lo, hi)))


def complete(builder: Builder, kinds: Sequence[str], by: Expr | None, lo: Expr, hi: Expr) -> Expr:
    """Whether nothing of [lo, hi] is missing; an empty stretch is complete."""
    claims = builder.world.coverage.claims
    parties = sorted({p for c in claims for p in c.parties or ()})
    empty = compare(lo, ">", hi)
    anybody = all_of(_covered(claims, kind, None, lo, hi) for kind in kinds)
    if by is None or sql.is_null_constant(by):
        return any_of((empty, anybody))
    own = [(compare(by, "=", text(p)), all_of(_covered(claims, kind, p, lo, hi) for kind in kinds)) for p in parties]
    return any_of((empty, sql.when(*own, otherwise=anybody)))


def _covered(claims: Sequence[Claim], kind: str, party: str | None, lo: Expr, hi: Expr) -> Expr:
    """One stretch of joined claims holds all of [lo, hi]."""
    return any_of(
        all_of((compare(lo, ">=", number(start)), compare(hi, "<", number(until))))
        for start, until in joined_claims(claims, kind, party)
    )


def joined_claims(
    claims: Sequence[Claim], kind: str, party: str | None, *, departures: bool = False
) -> list[tuple[int, int]]:
    """The stretches [start, until) of which the claims together say that they are complete."""
    mine = sorted(
        (c.start, c.until)
        for c in claims
        if (c.kinds is None or kind in c.kinds)
        and (c.parties is None or (party is not None and party in c.parties))
        and (c.departures or not departures)
        and c.start < c.until
    )
    found: list[tuple[int, int]] = []
    for start, until in mine:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((start, until))
    return found


def departures(builder: Builder, kinds: Sequence[str], kind: Expr, by: Expr, lo: Expr) -> Expr:
    """The last microsecond up to which departures are known, from `lo` on; `lo` - 1 where they are not."""
    claims = [c for c in builder.world.coverage.claims if c.departures]
    none = less_one(lo)
    if not claims:
        return none
    parties: list[str | None] = [*sorted({p for c in claims for p in c.parties or ()}), None]
    branches: list[tuple[Expr, Expr]] = []
    for one in kinds:
        for party in parties:
            whose = [compare(by, "=", text(party))] if party is not None else []
            test = [compare(kind, "=", text(one)), *whose]
            reach = [
                (all_of((compare(lo, ">=", number(start)), compare(lo, "<", number(until)))), number(until - 1))
                for start, until in joined_claims(claims, one, party, departures=True)
            ]
            branches.append((all_of(test), sql.when(*reach, otherwise=none)))
    return sql.when(*branches, otherwise=none)


def none_missing(scope: Scope, over: ActRange, where: Sequence[Line], lo: Expr, hi: Expr) -> Expr:
    """Whether the record claims to hold every act in [lo, hi] that the range and the lines may speak of."""
    by = pinned(scope, over.variable, [line.condition for line in where])
    return complete(scope.builder, over.kinds, by, lo, hi)


def pinned(scope: Scope, variable: str, where: Sequence[Condition]) -> Expr | None:
    """The party by whom alone the acts can be, where a condition says so: 'f.by is r.to'."""
    found: list[Expr] = []
    for condition in where:
        for part in condition.parts if isinstance(condition, And) else (condition,):
            if isinstance(part, Is):
                found += _pinned_by(scope, variable, part)
    if not found:
        return None
    if len(found) == 1 and isinstance(found[0], sql.exp.Literal):
        return found[0]
    return sql.coalesce(found[0], *found[1:])


def _pinned_by(scope: Scope, variable: str, part: Is) -> list[Expr]:
    found: list[Expr] = []
    for side, other in ((part.left, part.right), (part.right, part.left)):
        if not _is_by(side, variable) or (isinstance(other, Path) and other.variable == variable):
            continue
        value = operand(scope, other)
        if isinstance(value, Single) and not value.nothing and not _is_year(other):
            literal = isinstance(value.expr, sql.exp.Literal)
            expr = value.expr if literal else sql.exp.Nullif(this=value.expr, expression=text("none"))
            found.append(expr)
    return found


def _is_year(term: Operand) -> bool:
    return isinstance(term, Path) and bool(term.steps) and term.steps[-1].sort is Sort.YEAR


def _is_by(term: Operand, variable: str) -> bool:
    return isinstance(term, Path) and term.variable == variable and [s.name for s in term.steps] == ["by"]


BEGINNING, END = number(BEGINNING_US), number(END_US)
