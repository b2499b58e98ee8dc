"""Expressions of a plan: built as sqlglot trees, never pasted from text.

Nodes may be shared while a plan is being built; `Plan.tree` copies once at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp as exp  # offered to the other modules of the plan

Expr = exp.Expr
Select = exp.Select

TEXT = exp.DataType.build("TEXT")
TEXTS = exp.DataType.build("VARCHAR[]", dialect="duckdb")
BIGINT = exp.DataType.build("BIGINT")
WIDE = exp.DataType.build("DECIMAL(38, 0)")
BOOL = exp.DataType.build("BOOLEAN")
DATE = exp.DataType.build("DATE")
INT = exp.DataType.build("INT")
DOUBLE = exp.DataType.build("DOUBLE")

_INT64 = 2**63 - 1


def name(text: str) -> exp.Identifier:
    """A quoted identifier."""
    return exp.to_identifier(text, quoted=True)


def col(column: str, table: str = "t") -> Expr:
    """A column of the frame, which is always called `t`, or of a joined table."""
    return exp.column(name(column), table=name(table))


def text(value: str) -> Expr:
    """A string."""
    return exp.Literal.string(value)


def number(value: int) -> Expr:
    """A whole number, however large."""
    literal = exp.Literal.number(abs(value))
    node: Expr = exp.Neg(this=literal) if value < 0 else literal
    return node if abs(value) <= _INT64 else exp.Cast(this=node, to=WIDE)


def real(value: float) -> Expr:
    """A floating-point number, exactly."""
    return exp.Cast(this=exp.Literal.string(repr(value)), to=DOUBLE)


def boolean(value: bool) -> Expr:
    """TRUE or FALSE."""
    return exp.Boolean(this=value)


def null(kind: exp.DataType) -> Expr:
    """An unknown value of a type."""
    return exp.Cast(this=exp.Null(), to=kind)


def is_null_constant(node: Expr) -> bool:
    """True for a value that no row knows."""
    return isinstance(node, exp.Null) or (isinstance(node, exp.Cast) and isinstance(node.this, exp.Null))


def constant(node: Expr) -> bool | None:
    """The value of a boolean constant; None for anything else."""
    return bool(node.this) if isinstance(node, exp.Boolean) else None


def _inner(node: Expr) -> Expr:
    simple = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Cast, exp.Boolean, exp.Null, exp.Case, exp.Neg)
    return node if isinstance(node, simple) and not isinstance(node, exp.Connector) else exp.Paren(this=node)


def all_of(parts: Iterable[Expr]) -> Expr:
    """AND, with constants folded. The parts are never NULL, or sit where NULL counts as false."""
    return _folded(exp.And, parts, True)


def any_of(parts: Iterable[Expr]) -> Expr:
    """OR, with constants folded."""
    return _folded(exp.Or, parts, False)


def _folded(kind: type[exp.Connector], parts: Iterable[Expr], neutral: bool) -> Expr:
    """The parts joined, without those that change nothing; one that decides stands alone."""
    kept: list[Expr] = []
    for part in parts:
        value = constant(part)
        if value is None:
            kept.append(part)
        elif value is not neutral:
            return boolean(value)
    if not kept:
        return boolean(neutral)
    chained = kept[0] if len(kept) == 1 else _inner(kept[0])
    for part in kept[1:]:
        chained = kind(this=chained, expression=_inner(part))
    return chained


def negated(node: Expr) -> Expr:
    """NOT, with constants folded."""
    value = constant(node)
    if value is not None:
        return boolean(not value)
    if isinstance(node, exp.Not):
        inner: Expr = node.this
        return inner.this if isinstance(inner, exp.Paren) else inner
    return exp.Not(this=_inner(node))


def compare(left: Expr, operator: str, right: Expr) -> Expr:
    """left OP right: NULL where either is unknown."""
    kinds: dict[str, type[exp.Binary]] = {
        "=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
        "+": exp.Add, "-": exp.Sub, "*": exp.Mul, "//": exp.IntDiv, "%": exp.Mod, "same": exp.NullSafeEQ,
    }  # fmt: skip
    return kinds[operator](this=_inner(left), expression=_inner(right))


def star(table: str, *without: str) -> Expr:
    """Every column of the table, but for some."""
    every = exp.Star(**{"except_": [name(c) for c in without]}) if without else exp.Star()
    return exp.Column(this=every, table=name(table))


def less_one(node: Expr) -> Expr:
    """The microsecond before: the last of a stretch that ends before `node`."""
    return compare(node, "-", number(1))


def same(left: Expr, right: Expr) -> Expr:
    """Equal, where two NULLs are equal too."""
    return compare(left, "same", right)


def is_null(node: Expr) -> Expr:
    """True where the value is unknown."""
    if is_null_constant(node):
        return boolean(True)
    if isinstance(node, exp.Literal | exp.Boolean | exp.Neg):
        return boolean(False)
    return exp.Is(this=_inner(node), expression=exp.Null())


def not_null(node: Expr) -> Expr:
    """True where the value is known."""
    return negated(is_null(node))


def coalesce(first: Expr, *others: Expr) -> Expr:
    """The first that is known."""
    if is_null_constant(first) and others:
        return coalesce(others[0], *others[1:])
    if isinstance(first, exp.Literal | exp.Boolean | exp.Neg) or not others:
        return first
    return exp.Coalesce(this=first, expressions=list(others))


def when(*branches: tuple[Expr, Expr], otherwise: Expr | None = None) -> Expr:
    """CASE WHEN … THEN … ELSE … END, with constant branches folded."""
    kept: list[tuple[Expr, Expr]] = []
    for test, value in branches:
        if constant(test) is False:
            continue
        if constant(test) is True:
            otherwise = value
            break
        kept.append((test, value))
    if not kept:
        return otherwise if otherwise is not None else exp.Null()
    return exp.Case(ifs=[exp.If(this=test, true=value) for test, value in kept], default=otherwise)


def one_of(node: Expr, values: Sequence[str]) -> Expr:
    """IN a list of strings; NULL where unknown."""
    if not values:
        return boolean(False)
    return exp.In(this=_inner(node), expressions=[text(v) for v in sorted(values)])


def cast(node: Expr, kind: exp.DataType) -> Expr:
    """CAST."""
    return exp.Cast(this=node, to=kind)


def call(function: str, *arguments: Expr) -> Expr:
    """A function of the engine by name."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def greatest(*parts: Expr) -> Expr:
    """The greatest of values that are known."""
    return parts[0] if len(parts) == 1 else exp.Greatest(this=parts[0], expressions=list(parts[1:]), ignore_nulls=True)


def least(*parts: Expr) -> Expr:
    """The least of values that are known."""
    return parts[0] if len(parts) == 1 else exp.Least(this=parts[0], expressions=list(parts[1:]), ignore_nulls=True)


def alias(node: Expr, as_name: str) -> Expr:
    """node AS name."""
    return exp.Alias(this=node, alias=name(as_name))


def table(relation: str, as_name: str) -> exp.Table:
    """A relation under another name."""
    return exp.Table(this=name(relation), alias=exp.TableAlias(this=name(as_name)))


def select(
    columns: Sequence[Expr],
    source: Expr,
    joins: Sequence[exp.Join] = (),
    where: Expr | None = None,
    group: Sequence[Expr] = (),
    distinct: bool = False,
) -> exp.Select:
    """SELECT columns FROM source joins WHERE … GROUP BY …."""
    query = exp.Select(expressions=list(columns), from_=exp.From(this=source))
    if joins:
        query.set("joins", list(joins))
    if where is not None and constant(where) is not True:
        query.set("where", exp.Where(this=where))
    if group:
        query.set("group", exp.Group(expressions=list(group)))
    if distinct:
        query.set("distinct", exp.Distinct())
    return query


def union(first: Expr, *others: Expr, distinct: bool = False) -> Expr:
    """UNION ALL, or UNION."""
    joined = first
    for other in others:
        joined = exp.Union(this=joined, expression=other, distinct=distinct)
    return joined


def join(source: Expr, on: Expr, side: str = "") -> exp.Join:
    """An inner join, or a LEFT one."""
    value = constant(on)
    if value is True and not side:
        return exp.Join(this=source, kind="CROSS")
    return exp.Join(this=source, on=on, side=side or None)


def over(node: Expr, partition: Sequence[Expr], order: Sequence[Expr] = (), descending: bool = False) -> Expr:
    """A window function."""
    ordered = [exp.Ordered(this=o, desc=descending, nulls_first=False) for o in order]
    return exp.Window(
        this=node,
        partition_by=list(partition),
        order=exp.Order(expressions=ordered) if ordered else None,
        over="OVER",
    )


def filtered(aggregate: Expr, test: Expr) -> Expr:
    """An aggregate over the rows that pass a test."""
    return aggregate if constant(test) is True else exp.Filter(this=aggregate, expression=exp.Where(this=test))


def table_name(relation: str) -> exp.Table:
    """A relation under its own name."""
    return exp.Table(this=name(relation))
