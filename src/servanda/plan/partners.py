"""Partners: the acts that a frame's rows are held against, joined by the equalities that the conditions state.

A missing key never matches certainly. It joins all the same, because it may be the key that is asked for: rows
whose key is null stand beside the hash join, and what they meet is only possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from servanda.norms.condition import And, Condition, Is
from servanda.norms.term import Nothing, Operand, Path
from servanda.plan import sql
from servanda.plan.operand import Several, Single, operand
from servanda.plan.scope import ActThing, Builder, Scope, act_columns, attribute_columns, type_of, wanted
from servanda.plan.sql import Expr, all_of, any_of, col, compare, is_null, not_null, number
from servanda.vocabulary.act import Sort, vocabulary


@dataclass(frozen=True)
class Key:
    """An equality between an attribute of the partner and something of the frame's row."""

    own: str | None  # column of the partner; None: the partner itself
    many: bool
    other: Single | Several

    @property
    def worth(self) -> int:
        """How few partners it leaves: an act names one, a party or a word many."""
        constant = isinstance(self.other.expr, exp.Literal)
        if constant:
            return 0
        return 3 if self.own is None else 2 if self.own in ("about", "aimed", "of_act") else 1


def conjuncts(conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions that must all hold, those in an `and` one by one."""
    found: list[Condition] = []
    for condition in conditions:
        found += conjuncts(condition.parts) if isinstance(condition, And) else [condition]
    return found


def keys_of(scope: Scope, variable: str, conditions: Sequence[Condition]) -> list[Key]:
    """The equalities that tie the variable to what the frame knows already."""
    found: list[Key] = []
    for condition in conjuncts(conditions):
        if not isinstance(condition, Is):
            continue
        for mine, other in ((condition.left, condition.right), (condition.right, condition.left)):
            key = _key(scope, variable, mine, other)
            if key is not None:
                found.append(key)
    return sorted(found, key=lambda k: -k.worth)


def _key(scope: Scope, variable: str, mine: Operand, other: Operand) -> Key | None:
    if not isinstance(mine, Path) or mine.variable != variable or len(mine.steps) > 1 or isinstance(other, Nothing):
        return None
    if isinstance(other, Path) and (other.variable == variable or other.variable not in scope.things):
        return None
    if any(isinstance(t, Path) and t.sort is Sort.NORM for t in (mine, other)):
        return None
    value = operand(scope, other)
    if not isinstance(value, Single | Several) or sql.is_null_constant(value.expr):
        return None
    if not mine.steps:
        return Key(None, False, value)
    attribute = mine.steps[0]
    if attribute.sort in (Sort.TIME, Sort.QUANTITY, Sort.PLACE, Sort.YEAR):
        return None
    (own,) = attribute_columns(attribute)
    if own not in scope.builder.schema.columns:
        return None
    if attribute.many and isinstance(value, Several):
        return None
    return Key(own, attribute.many, value)


def kind_test(kinds: tuple[str, ...]) -> Expr:
    """Acts of these kinds; `act` is any."""
    return sql.boolean(True) if "act" in kinds else sql.one_of(col("kind", "a"), kinds)


def begun(builder: Builder) -> Expr:
    """Begun by the day asked about, or with a start that is not known."""
    last = builder.schema.last_start
    if "start_lo" not in builder.schema.columns or (last is not None and last <= builder.world.on):
        return sql.boolean(True)
    by_then = compare(col("start_lo", "a"), "<=", number(builder.world.on))
    if "start_lo" in builder.schema.complete:
        return by_then
    return any_of((is_null(col("start_lo", "a")), by_then))


def partners(
    builder: Builder,
    variable: str,
    kinds: tuple[str, ...],
    *,
    planned: bool = False,
    attributes: Sequence[str] = (),
    where: Expr | None = None,
) -> str:
    """The acts that a variable may stand for, under the frame's names; paths through an act are followed."""
    tests = [kind_test(kinds), *([] if planned else [begun(builder)]), *([] if where is None else [where])]
    columns = act_columns(builder, variable, attributes)
    joins: list[exp.Join] = []
    for path in sorted(k for k in list(builder.used) if k.startswith(f"{variable}.")):
        _follow(builder, path, columns, joins)
    query = sql.select(columns, sql.table("acts", "a"), joins, all_of(tests))
    return builder.cte(f"{variable}_acts", query)


def _follow(builder: Builder, path: str, columns: list[Expr], joins: list[exp.Join]) -> None:
    """Joins the act that an attribute names: `s.about.by` reads the act that `s` is about, where it is one alone."""
    *before, step = path.split(".")
    source = "a" if len(before) == 1 else "__".join(before)
    attribute = vocabulary().attributes[step]
    (own,) = attribute_columns(attribute) if attribute.sort not in (Sort.PLACE, Sort.TIME, Sort.QUANTITY) else ("",)
    prefix = "__".join([*before, step])
    if own not in builder.schema.columns:
        columns += [
            sql.alias(sql.null(type_of(c)), f"{prefix}__{shown}")
            for c, shown in wanted(builder, builder.attributes(path))
        ]
        return
    named = col(own, source)
    if attribute.many:
        one = compare(sql.call("len", named), "=", number(1))
        named = sql.when((one, sql.call("list_extract", named, number(1))), otherwise=sql.null(sql.TEXT))
    joins.append(sql.join(sql.table("acts", prefix), compare(col("act", prefix), "=", named), "LEFT"))
    columns += act_columns(builder, path, (), prefix, prefix)


def joined(
    scope: Scope,
    relation: str,
    variable: str,
    kinds: tuple[str, ...],
    keys: Sequence[Key],
    extra: Expr | None = None,
    *,
    once: bool = True,
) -> Scope:
    """The frame's rows, once for each partner that may fit. Key: the frame's, and the partner's id.

    A list may name one thing twice. Where `once` is false such a partner may come twice: a minimum or an `or` over the
    partners is the same, and the lists need not be tidied.
    """
    builder = scope.builder
    filters = [_may_match(builder, variable, k) for k in keys]
    tests = [*filters, *([] if extra is None else [extra])]
    best = next((k for k in keys if k.worth > 0), None)
    if best is None:
        query: Expr = _pairs(scope, sql.table(relation, "p"), all_of(tests))
    else:
        rest = [f for k, f in zip(keys, filters, strict=True) if k is not best] + tests[len(filters) :]
        query = _keyed(scope, relation, variable, best, rest, once)
    frame = builder.cte("with_" + variable, query)
    things = {**scope.things, variable: ActThing(variable, kinds)}
    return Scope(
        builder, frame, (*scope.key, f"{variable}__id"), things, scope.at, scope.bearer, scope.closed, scope.upto
    )


def _own(variable: str, key: Key) -> Expr:
    return col(f"{variable}__{key.own or 'id'}", "p")


def _may_match(builder: Builder, variable: str, key: Key) -> Expr:
    """Equal, or either is unknown."""
    own, other = _own(variable, key), key.other.expr
    if key.many:
        equal = sql.call("list_contains", own, other)
    elif isinstance(key.other, Several):
        equal = sql.call("list_contains", other, own)
    else:
        equal = compare(own, "=", other)
    return any_of((is_null(own) if _open(builder, key) else sql.boolean(False), _other_null(builder, key), equal))


def _open(builder: Builder, key: Key) -> bool:
    return key.own is not None and key.own not in builder.schema.complete


def _other_null(builder: Builder, key: Key) -> Expr:
    node = key.other.expr
    if isinstance(node, exp.Literal):
        return sql.boolean(False)
    if isinstance(node, exp.Column):
        own = str(node.name).rpartition("__")[2]
        if own in ("id", "label", "code") or "__" not in str(node.name) or own in builder.schema.complete:
            return sql.boolean(False)
    return is_null(node)


def _pairs(scope: Scope, partner: Expr, on: Expr, frame: Expr | None = None) -> exp.Select:
    chosen = [sql.star("t"), sql.star("p")]
    return sql.select(chosen, frame or sql.table(scope.frame, "t"), [sql.join(partner, on)])


def _keyed(scope: Scope, relation: str, variable: str, key: Key, rest: Sequence[Expr], once: bool) -> Expr:
    """The hash join on the key, and beside it the rows of either side whose key is not known."""
    builder = scope.builder
    own, other = _own(variable, key), key.other.expr
    if key.many:
        builder_query = _matches_by_list(scope, relation, variable, key, rest, once)
    elif isinstance(key.other, Several):
        builder_query = _matches_of_list(scope, relation, variable, key, rest, once)
    else:
        builder_query = _pairs(scope, sql.table(relation, "p"), all_of((compare(own, "=", other), *rest)))
    parts: list[Expr] = [builder_query]
    if _open(builder, key):
        keyless = builder.cte("keyless", sql.select([exp.Star()], sql.table(relation, "p"), where=is_null(own)))
        parts.append(_pairs(scope, sql.table(keyless, "p"), all_of(rest)))
    missing = _other_null(builder, key)
    if sql.constant(missing) is not False:
        known = not_null(own) if _open(builder, key) else sql.boolean(True)
        parts.append(_pairs(scope, sql.table(relation, "p"), all_of((missing, known, *rest))))
    return sql.union(parts[0], *parts[1:])


def _matches_by_list(
    scope: Scope, relation: str, variable: str, key: Key, rest: Sequence[Expr], once: bool
) -> exp.Select:
    """The partner names several: it is taken apart, one row a name."""
    member = scope.builder.fresh("k")
    own = _own(variable, key)
    unnested = sql.call("unnest", sql.call("list_distinct", own) if once else own)
    apart = scope.builder.cte(
        "by_name",
        sql.select(
            [sql.star("p"), sql.alias(unnested, member)],
            sql.table(relation, "p"),
        ),
    )
    on = all_of((compare(col(member, "p"), "=", key.other.expr), *rest))
    chosen = [
        sql.star("t"),
        sql.star("p", member),
    ]
    return sql.select(chosen, sql.table(scope.frame, "t"), [sql.join(sql.table(apart, "p"), on)])


def _matches_of_list(
    scope: Scope, relation: str, variable: str, key: Key, rest: Sequence[Expr], once: bool
) -> exp.Select:
    """The frame's row names several."""
    member = scope.builder.fresh("k")
    named = key.other.expr
    unnested = sql.call("unnest", sql.call("list_distinct", named) if once else named)
    apart = scope.builder.cte(
        "by_name",
        sql.select(
            [sql.star("t"), sql.alias(unnested, member)],
            sql.table(scope.frame, "t"),
        ),
    )
    on = all_of((compare(_own(variable, key), "=", col(member)), *rest))
    chosen = [
        sql.star("t", member),
        sql.star("p"),
    ]
    return sql.select(chosen, sql.table(apart, "t"), [sql.join(sql.table(relation, "p"), on)])
