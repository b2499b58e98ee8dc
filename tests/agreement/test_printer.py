"""Reading what was printed gives the same tree."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreement.strategies import EXPRESSIONS
from servanda.agreement.parser import STARTS, parse
from servanda.agreement.printer import show


def test_there_is_a_strategy_for_every_rule() -> None:
    assert set(EXPRESSIONS) == set(STARTS)


@pytest.mark.parametrize("start", STARTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_reading_what_was_printed_gives_the_same_tree(start: str, data: st.DataObject) -> None:
    tree = data.draw(EXPRESSIONS[start])
    text = show(tree)

    assert parse(text, start) == tree
    assert show(parse(text, start)) == text
