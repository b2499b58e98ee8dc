"""`some` and `no`: the partners of each row, gathered to one certain and one possible answer.

`some`: bool_or(here and certainly), bool_or(possibly). Where there is no partner at all the answer is "no", not
unknown: the join back finds no row, and that is read as false.
"""

from __future__ import annotations

from servanda.norms.condition import ActRange, BreachRange, CalendarRange, Condition, PartyRange, Quantified, Range
from servanda.plan import condition as conditions
from servanda.plan import coverage, sql
from servanda.plan.each import aggregated, people_joined
from servanda.plan.group import people
from servanda.plan.partners import joined, keys_of, partners
from servanda.plan.scope import ActThing, Builder, NotComputable, PartyThing, Scope, column, party_column, sure
from servanda.plan.sql import Expr, col, compare, number, text
from servanda.plan.truth import TRUE, Pair, conjunction, disjunction, three_valued


def quantified(scope: Scope, condition: Quantified) -> Pair:
    """'some R where C' or 'no R where C'."""
    found = _some(scope, condition.range, condition.where)
    if isinstance(condition.range, ActRange):
        variable = condition.range.variable
        by = coverage.pinned(scope, variable, [condition.where] if condition.where is not None else [])
        on = number(scope.world.on)
        found = disjunction((found, coverage.uncovered(scope, condition.range.kinds, by, coverage.BEGINNING, on)))
    return ~found if condition.quantifier == "no" else found


def _some(scope: Scope, over: Range, where: Condition | None) -> Pair:
    match over:
        case ActRange(kinds=kinds, variable=variable):
            relation = partners(scope.builder, variable, kinds)
            return some_act(scope, relation, variable, kinds, where)
        case BreachRange(variable=variable):
            relation = partners(
                scope.builder, variable, ("breach",), planned=True, where=breach_of(scope.builder, over)
            )
            return some_act(scope, relation, variable, ("breach",), where)
        case PartyRange(population=population, other=other, variable=variable):
            own = party_column(variable)
            inner = scope.builder.cte("each", people_joined(scope, people(scope, population), own))
            things = {**scope.things, variable: PartyThing(own)}
            return aggregated(
                scope, inner, things, (own,), lambda s: conjunction((_other(s, own, other), _holds(s, where)))
            )
        case CalendarRange():
            raise NotComputable("'some year'")


def breach_of(builder: Builder, over: BreachRange) -> Expr:
    """The breaches of that norm."""
    if "norm" not in builder.schema.columns:
        return sql.boolean(False)
    return compare(col("norm", "a"), "=", text(over.norm))


def some_act(scope: Scope, relation: str, variable: str, kinds: tuple[str, ...], where: Condition | None) -> Pair:
    """Whether some act of the relation meets the condition."""
    keys = keys_of(scope, variable, [where] if where is not None else [])
    inner = joined(scope, relation, variable, kinds, keys, once=False)
    extra = tuple(k for k in inner.key if k not in scope.key)
    return aggregated(
        scope, inner.frame, inner.things, extra,
        lambda s: conjunction((there(s, variable), _holds(s, where))),
    )  # fmt: skip


def there(scope: Scope, variable: str, *, by_now: bool = True) -> Pair:
    """Whether the act took place at all, and (`by_now`) had begun by the day asked about."""
    thing = scope.things[variable]
    assert isinstance(thing, ActThing)
    taken = [sure(scope, thing)]
    if by_now and thing.kinds != ("breach",) and "start_lo" not in scope.builder.schema.complete:
        taken.append(_begun(scope, thing))
    return Pair(sql.all_of(taken), sql.boolean(True))


def _begun(scope: Scope, thing: ActThing) -> Expr:
    """One of unknown start had begun, if it was sent, received, seen or ended by then."""
    ends = [column(scope, thing, f"{c}_hi") for c in ("sent", "received", "until", "last_seen")]
    on = number(scope.world.on)
    known = sql.not_null(column(scope, thing, "start_lo"))
    return sql.any_of((known, *(sql.coalesce(compare(e, "<=", on), sql.boolean(False)) for e in ends)))


def other_than_bearer(scope: Scope, code: Expr) -> Pair:
    """An unknown bearer neither is nor is not the one asked about."""
    bearer = scope.bearer if scope.bearer is not None else sql.null(sql.TEXT)
    return three_valued(compare(code, "<>", bearer))


def _other(scope: Scope, variable: str, other: bool) -> Pair:
    return other_than_bearer(scope, col(variable)) if other else TRUE


def _holds(scope: Scope, where: Condition | None) -> Pair:
    return TRUE if where is None else conditions.pair(scope, where)
