"""Declared precedence becomes an exception of the norm that yields."""

from __future__ import annotations

from pathlib import Path

from servanda.agreement import read
from servanda.norms.condition import And, Condition, Is, IsIn
from servanda.norms.term import Path as TermPath

SHAPES = Path(__file__).parents[1] / "data" / "language" / "shapes.md"


def _paths(condition: Condition) -> list[str]:
    parts = condition.parts if isinstance(condition, And) else (condition,)
    return [p.left.text for p in parts if isinstance(p, Is | IsIn) and isinstance(p.left, TermPath)]


def test_a_permission_that_prevails_saves_what_it_permits() -> None:
    (exception,) = read(SHAPES).norm("mx.transit-tonnage").variants[0].unless

    assert (exception.name, exception.replaces) == ("mx.permission", False)
    assert _paths(exception.condition) == ["s.by", "s.class"]


def test_a_duty_that_prevails_takes_the_place_of_the_other_on_its_occasions() -> None:
    (exception,) = read(SHAPES).norm("vd.notice").variants[0].unless

    assert (exception.name, exception.replaces) == ("vd.unannounced", True)
    assert _paths(exception.condition) == ["x.unannounced"]
