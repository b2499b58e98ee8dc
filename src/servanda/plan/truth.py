"""Three values in a plan: two boolean expressions that are never NULL, certainly and possibly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from servanda.plan.sql import Expr, all_of, any_of, boolean, coalesce, is_null_constant, negated


@dataclass(frozen=True)
class Pair:
    """Certainly and possibly true."""

    cert: Expr
    poss: Expr

    def __invert__(self) -> Pair:
        return Pair(negated(self.poss), negated(self.cert))


def known(value: bool) -> Pair:
    """Settled for every row."""
    return Pair(boolean(value), boolean(value))


TRUE = known(True)
FALSE = known(False)
UNKNOWN = Pair(boolean(False), boolean(True))


def certain(node: Expr) -> Pair:
    """An expression that is never NULL."""
    return Pair(node, node)


def three_valued(node: Expr) -> Pair:
    """An expression that is NULL where it is unknown."""
    if is_null_constant(node):
        return UNKNOWN
    return Pair(coalesce(node, boolean(False)), coalesce(node, boolean(True)))


def bounds(cert: Expr, poss: Expr) -> Pair:
    """Two expressions, one for each end; NULL is unfavourable to the first and favourable to the second."""
    return Pair(coalesce(cert, boolean(False)), coalesce(poss, boolean(True)))


def never_null(pair: Pair) -> Pair:
    """The pair, where NULL counts as false in both halves."""
    return Pair(coalesce(pair.cert, boolean(False)), coalesce(pair.poss, boolean(False)))


def unless_known(known_when: Expr, pair: Pair) -> Pair:
    """The pair where a thing is known, else unknown."""
    return Pair(all_of((known_when, pair.cert)), any_of((negated(known_when), pair.poss)))


def conjunction(parts: Iterable[Pair]) -> Pair:
    """All of them (Kleene)."""
    seen = tuple(parts)
    return Pair(all_of(p.cert for p in seen), all_of(p.poss for p in seen))


def disjunction(parts: Iterable[Pair]) -> Pair:
    """Any of them (Kleene)."""
    seen = tuple(parts)
    return Pair(any_of(p.cert for p in seen), any_of(p.poss for p in seen))
