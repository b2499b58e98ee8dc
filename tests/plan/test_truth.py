"""Three values as two booleans that are never NULL."""

from __future__ import annotations

import duckdb
import pytest

from servanda.plan import sql
from servanda.plan.sql import Expr
from servanda.plan.truth import FALSE, TRUE, UNKNOWN, Pair, bounds, conjunction, disjunction, three_valued, unless_known

CON = duckdb.connect()
NULL = sql.null(sql.BOOL)


def values(pair: Pair) -> tuple[bool, bool]:
    query = sql.exp.Select(expressions=[sql.alias(pair.cert, "c"), sql.alias(pair.poss, "p")]).sql("duckdb")
    (row,) = CON.execute(query).fetchall()
    return bool(row[0]), bool(row[1])


KLEENE = {"true": TRUE, "false": FALSE, "unknown": UNKNOWN}


@pytest.mark.parametrize("left", KLEENE)
@pytest.mark.parametrize("right", KLEENE)
def test_and_or_not_follow_kleene(left: str, right: str) -> None:
    order = ["false", "unknown", "true"]
    a, b = KLEENE[left], KLEENE[right]
    least, greatest = sorted((left, right), key=order.index)

    assert values(conjunction((a, b))) == values(KLEENE[least])
    assert values(disjunction((a, b))) == values(KLEENE[greatest])
    assert values(~a) == values(KLEENE[order[2 - order.index(left)]])


def test_null_is_unfavourable_to_certainly_and_favourable_to_possibly() -> None:
    five = sql.number(5)
    unknown: Expr = sql.compare(sql.null(sql.BIGINT), ">", five)

    assert values(three_valued(unknown)) == (False, True)
    assert values(bounds(unknown, sql.boolean(False))) == (False, False)
    assert values(unless_known(sql.boolean(False), FALSE)) == (False, True)


def test_constants_are_folded_so_that_a_plan_says_no_more_than_it_must() -> None:
    column = sql.col("x")

    assert sql.all_of((sql.boolean(True), column)) is column
    assert sql.constant(sql.any_of((column, sql.boolean(True)))) is True
    assert sql.constant(sql.negated(sql.boolean(True))) is False
