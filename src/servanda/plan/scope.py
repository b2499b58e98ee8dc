"""Frames and scopes: the rows that a condition is read for, and what is joined to them.

A *frame* is a named relation of the plan (a CTE) with one row a scene: the columns of its acts as `variable__column`,
its parties as `variable`, the occasion's instant `at`, the `bearer`. A *scope* is a frame with the lookups joined to
it so far, each at most one row; expressions name the frame's columns as `t.column`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pyarrow as pa
from sqlglot import exp

from servanda.norms.facts import World
from servanda.norms.norm import Variant
from servanda.norms.term import Length, Outline, Path, Region
from servanda.plan import sql
from servanda.plan.sql import Expr, all_of, col, same
from servanda.record.columns import column_types, columns_of
from servanda.vocabulary.act import Attribute, Sort, vocabulary

OF_ACT = "of_act"  # the column of the attribute `act`, whose own name the id has taken


class NotComputable(Exception):
    """A construct that no plan has. `construct` names it; nothing degrades to 'no match'."""

    def __init__(self, construct: str) -> None:
        super().__init__(construct)
        self.construct = construct


@dataclass(frozen=True)
class Schema:
    """What the relation `acts` holds: its columns, the scale of amounts, which columns have no unknown value."""

    columns: frozenset[str]
    scales: Mapping[str, int] = field(default_factory=dict)  # column of an amount -> units in one base unit
    complete: frozenset[str] = frozenset()
    doubted: bool = True  # some act's existence is not sure
    blurred: bool = True  # some time is not known to the instant
    wide: bool = True  # some time is not known to the day of the agreement's zone
    last_start: int | None = None  # no act begins after it; None: not known

    def scale(self, column: str) -> int:
        """How many of the column's units make one base unit."""
        return self.scales.get(column, 1)


# ---- what variables stand for


@dataclass(frozen=True)
class ActThing:
    """An act: its columns stand in the frame as `prefix__column`."""

    prefix: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class PartyThing:
    """A party: one column."""

    column: str


def party_column(variable: str) -> str:
    """The column of a party variable: no name that a plan uses itself."""
    return f"{variable}__code"


@dataclass(frozen=True)
class UnitThing:
    """A year or month: `prefix__label`, `prefix__lo`, `prefix__hi`."""

    prefix: str


Thing = ActThing | PartyThing | UnitThing


@dataclass(frozen=True)
class Asking:
    """A question to the geography: what a place may be, by its coordinates or by whose it is said to be; whether what
    may be so or so is land of some States; how far from a State's land or its borders it is; whether it is in a region,
    and how far from it.

    `scale`: distances are whole units of 1/scale metre, rounded up.
    """

    what: Literal["lots", "named", "within", "metres", "borders", "region", "region metres"]
    scale: int = 1
    region: Region | Outline | None = None


@dataclass(frozen=True)
class Need:
    """What the geography must say before the plan runs: for the rows of `query`, as the relation `table`."""

    asking: Asking
    table: str
    query: exp.Select  # the columns that the question hangs on, by which the answer is joined
    after: int = 0  # how many common table expressions the query may read


@dataclass
class Builder:
    """A plan under construction: common table expressions in order, small relations, what geography must answer."""

    world: World
    variant: Variant
    schema: Schema
    ctes: list[tuple[str, Expr, bool]] = field(default_factory=list)
    small: dict[str, pa.Table] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    used: dict[str, set[str]] = field(default_factory=dict)
    counter: int = 0
    cut_at: list[str | None] = field(default_factory=list)  # the relation of cuts, once it is made

    def fresh(self, stem: str) -> str:
        """A name that nothing has yet."""
        self.counter += 1
        return f"{stem}{self.counter}"

    def cte(self, stem: str, query: Expr, *, materialized: bool = False) -> str:
        """Adds a common table expression and says its name."""
        given = self.fresh(stem)
        self.ctes.append((given, query, materialized))
        return given

    def relation(self, stem: str, table: pa.Table) -> str:
        """Adds a small relation and says its name; equal ones are shared."""
        for given, known in self.small.items():
            if given.startswith(stem) and known.equals(table):
                return given
        given = self.fresh(stem)
        self.small[given] = table
        return given

    def attributes(self, variable: str) -> set[str]:
        """The attributes of a variable (or of a path, `b.act`) that some condition reads."""
        if not self.used:
            self.used = _used(self.variant)
        return self.used.setdefault(variable, set())


def _used(variant: Variant) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for term in variant.terms:
        if isinstance(term, Length):
            used.setdefault(term.variable, set()).update(("start", "until"))
        if isinstance(term, Path):
            where = term.variable
            for step in term.steps:
                used.setdefault(where, set()).add(step.name)
                if step.sort is Sort.PLACE:
                    used[where].add("host")
                where = f"{where}.{step.name}"
    return used


# ---- scopes


@dataclass
class Scope:
    """A frame, and the lookups joined to it. `key` are the columns that tell its rows apart."""

    builder: Builder
    frame: str
    key: tuple[str, ...]
    things: dict[str, Thing]
    at: Expr
    bearer: Expr | None = None
    closed: bool = False
    upto: Expr | None = None  # the instant read is somewhere in [at, upto]
    joins: list[exp.Join] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)  # what geography was asked for these rows already

    @property
    def world(self) -> World:
        """The world that the plan is made for."""
        return self.builder.world

    def reading(self, at: Expr, upto: Expr | None = None) -> Scope:
        """The same rows and joins, read as of another instant, or of one that is somewhere in [at, upto]."""
        return replace(self, at=at, upto=upto)

    def lookup(self, relation: str, on: Sequence[tuple[str, Expr]], extra: Sequence[tuple[str, str, Expr]] = ()) -> str:
        """Joins at most one row of a relation by equal columns; says the name that its columns go by."""
        given = self.builder.fresh("j")
        tests = [same(col(c, given), e) if _nullable(c) else sql.compare(col(c, given), "=", e) for c, e in on]
        tests += [sql.compare(col(c, given), operator, e) for c, operator, e in extra]
        self.joins.append(sql.join(sql.table(relation, given), all_of(tests), "LEFT"))
        return given

    def by_key(self, relation: str) -> str:
        """Joins at most one row of a relation by the frame's key; says the name that its columns go by."""
        return self.lookup(relation, [(k, col(k)) for k in self.key])

    def select(
        self,
        columns: Sequence[Expr],
        where: Expr | None = None,
        group: Sequence[Expr] = (),
        distinct: bool = False,
    ) -> exp.Select:
        """SELECT columns FROM the frame and all that is joined to it."""
        return sql.select(columns, sql.table(self.frame, "t"), self.joins, where, group, distinct)

    def step(
        self, stem: str, columns: Mapping[str, Expr], where: Expr | None = None, *, materialized: bool = False
    ) -> Scope:
        """A new frame with more columns, or fewer rows, and nothing joined to it yet."""
        if not columns and (where is None or sql.constant(where) is True) and not materialized:
            return self.framed(self.frame)
        chosen = [sql.star("t"), *(sql.alias(e, c) for c, e in columns.items())]
        return self.framed(self.builder.cte(stem, self.select(chosen, where), materialized=materialized))

    def changed(
        self, stem: str, columns: Mapping[str, Expr], without: Sequence[str] = (), where: Expr | None = None
    ) -> Scope:
        """A new frame in which columns have other values, and some are left out."""
        chosen = [sql.star("t", *columns, *without), *(sql.alias(e, c) for c, e in columns.items())]
        return self.framed(self.builder.cte(stem, self.select(chosen, where)))

    def framed(self, frame: str, *more: str) -> Scope:
        """The same things in another frame, to which nothing is joined yet; `more` columns tell its rows apart."""
        return replace(self, frame=frame, key=(*self.key, *more), joins=[], asked={})


def _nullable(column: str) -> bool:
    return column.endswith("?")


# ---- columns of acts


def attribute_columns(attribute: Attribute) -> tuple[str, ...]:
    """The columns of an attribute in the relation `acts`."""
    if attribute.name == "act":
        return (OF_ACT,)
    return columns_of(attribute)


def type_of(column: str) -> exp.DataType:
    """The type of a column of acts in a plan; amounts are whole numbers of the column's unit."""
    if column == OF_ACT:
        return sql.TEXT
    kind = column_types()[column]
    if pa.types.is_list(kind):
        return sql.TEXTS
    if pa.types.is_boolean(kind):
        return sql.BOOL
    if pa.types.is_floating(kind):
        return sql.DOUBLE
    return sql.BIGINT if pa.types.is_integer(kind) else sql.TEXT


def column(scope: Scope, thing: ActThing, which: str) -> Expr:
    """A column of an act in the frame; an unknown value where the record has no such column."""
    if which not in scope.builder.schema.columns and which not in ("id", "kind", "sure"):
        return sql.null(type_of(which))
    return col(f"{thing.prefix}__{which}")


def sure(scope: Scope, thing: ActThing) -> Expr:
    """Whether the act's existence is taken."""
    return column(scope, thing, "sure") if scope.builder.schema.doubted else sql.boolean(True)


def act_columns(
    builder: Builder, variable: str, extra: Iterable[str], source: str = "a", prefix: str = ""
) -> list[Expr]:
    """The columns of `acts` that the variable's conditions read, under the frame's names."""
    return [
        sql.alias(col(c, source), f"{prefix or variable}__{shown}")
        for c, shown in wanted(builder, builder.attributes(variable) | set(extra))
    ]


def wanted(builder: Builder, attributes: set[str]) -> list[tuple[str, str]]:
    """The columns of `acts` for these attributes, each with its name behind the prefix."""
    found = {"act": "id", "kind": "kind", "sure": "sure"}
    # An act of unknown start had begun, if another time of it had come: those times are read beside it.
    begun = set() if "start_lo" in builder.schema.complete else {"sent", "received", "until", "last-seen"}
    for attribute in sorted(attributes | {"start"} | begun):
        for c in attribute_columns(vocabulary().attributes[attribute]):
            if c in builder.schema.columns:
                found[c] = c
    return list(found.items())
