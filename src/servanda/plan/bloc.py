"""Whose land a plan asks about: one State, those of a list, or the members of a group at the scope's instant.

What a place may be (its lots) comes from the geography as a relation: `every` and `some` name the codes of all and of
any of its lots, `lots` spells them out. For one State the former are enough. For several taken together each lot has
to be held against all of them: that is worked out beforehand, once for each pair of lots and States.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from servanda.norms.groups import belongs, members
from servanda.norms.scene import Scene
from servanda.norms.term import Group
from servanda.plan import sql
from servanda.plan.group import changes
from servanda.plan.operand import Single, applies
from servanda.plan.scope import Asking, Scope
from servanda.plan.site import Lots, asked
from servanda.plan.sql import Expr, all_of, col, compare, not_null, text
from servanda.plan.truth import Pair, bounds
from servanda.temporal import BEGINNING_US, END_US


class Who(Protocol):
    """The States that a term names, in a row of the frame."""

    @property
    def nobody(self) -> Expr:
        """Whether it certainly names none."""
        return sql.boolean(False)

    @abstractmethod
    def has(self, word: Expr) -> Pair:
        """Whether the code is one of theirs."""

    @abstractmethod
    def land(self, scope: Scope, lots: Lots) -> Pair:
        """Whether what may be so or so is land of theirs."""

    def may_be_any(self, codes: frozenset[str]) -> bool:
        """Whether one of these codes may be theirs."""
        return True


@dataclass(frozen=True)
class One(Who):
    """A State by its code; the row has to know it."""

    code: Expr

    def has(self, word: Expr) -> Pair:
        """Whether it is the code."""
        same = sql.coalesce(compare(word, "=", self.code), sql.boolean(False))
        return Pair(same, same)

    def land(self, scope: Scope, lots: Lots) -> Pair:
        """Whether all, or any, of the lots are its land."""
        return bounds(*(sql.call("list_contains", codes, self.code) for codes in (lots.every, lots.some)))

    def may_be_any(self, codes: frozenset[str]) -> bool:
        """Whether one of these codes may be it."""
        return not isinstance(self.code, sql.exp.Literal) or str(self.code.this) in codes


@dataclass(frozen=True)
class Bloc(Who):
    """Those who certainly, and who possibly, are meant, as lists; and both as text."""

    certain: Expr
    possible: Expr
    spelled: Expr
    universe: frozenset[str] | None = None

    @property
    def nobody(self) -> Expr:
        """Whether nobody is meant."""
        return sql.coalesce(compare(sql.call("len", self.possible), "=", sql.number(0)), sql.boolean(False))

    def has(self, word: Expr) -> Pair:
        """Whether it is the code of one of them."""
        named = applies(Single(word))
        certainly, possibly = (
            all_of((named, sql.coalesce(sql.call("list_contains", codes, word), sql.boolean(False))))
            for codes in (self.certain, self.possible)
        )
        return Pair(certainly, possibly)

    def land(self, scope: Scope, lots: Lots) -> Pair:
        """Whether each, or any, of the lots is land of one of them."""
        keys = {"lots": lots.spelled, "who": self.spelled}
        found = asked(scope, Asking("within"), keys, all_of(map(not_null, keys.values())))
        return bounds(col("cert", found), col("poss", found))

    def may_be_any(self, codes: frozenset[str]) -> bool:
        """Whether one of these codes may be theirs."""
        return self.universe is None or not self.universe.isdisjoint(codes)


def listed(codes: Expr) -> Bloc:
    """Those of a list."""
    return Bloc(codes, codes, sql.call("array_to_string", codes, text(",")))


def members_of(scope: Scope, group: Group) -> Bloc:
    """Those who belong to the group at the scope's instant."""
    edges = [BEGINNING_US, *sorted(t for t in changes(scope.builder, group) if BEGINNING_US < t <= END_US)]
    found = [_belonging(Scene(scope.world, lo), group) for lo in edges]
    first = [i for i, one in enumerate(found) if not i or one != found[i - 1]]
    lists = pa.list_(pa.string())
    relation = scope.builder.relation(
        "blocs",
        pa.table(
            {
                "lo": pa.array([edges[i] for i in first], pa.int64()),
                "hi": pa.array([*(edges[i] for i in first[1:]), END_US + 1], pa.int64()),
                "certain": pa.array([found[i][0] for i in first], lists),
                "possible": pa.array([found[i][1] for i in first], lists),
                "who": pa.array(["/".join(map(",".join, found[i])) for i in first], pa.string()),
            }
        ),
    )
    question = f"{relation} {scope.at.sql('duckdb')}"
    if question not in scope.asked:
        scope.asked[question] = scope.lookup(relation, [], [("lo", "<=", scope.at), ("hi", ">", scope.at)])
    certain, possible, who = (col(c, scope.asked[question]) for c in ("certain", "possible", "who"))
    return Bloc(certain, possible, who, frozenset(code for _, codes in found for code in codes))


def _belonging(scene: Scene, group: Group) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who certainly, and who possibly, belongs."""
    possible = members(scene, group)
    return tuple(code for code in possible if belongs(scene, code, group).certainly), possible
