"""Conditions that no act can meet together, as far as their words alone tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from servanda.norms.condition import Above, And, Between, Compare, Condition, Is, IsOneOf, Not
from servanda.norms.term import Operand, PartyName, Path, Quantity, Word
from servanda.vocabulary.act import Attribute

MOST_COMPARED = 200  # every pair is compared: a longer list was not written by hand


def contradiction(conditions: Iterable[Condition]) -> tuple[Condition, Condition] | None:
    """Two of the conditions that exclude each other, or None where the words alone do not tell."""
    parts = [p for c in conditions for p in _parts(c)][:MOST_COMPARED]
    for i, first in enumerate(parts):
        for second in parts[:i]:
            if _exclude(first, second):
                return second, first
        if _empty(first):
            return first, first
    return None


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


def _exclude(first: Condition, second: Condition) -> bool:
    opposite = (isinstance(first, Not) and first.part == second) or (isinstance(second, Not) and second.part == first)
    if opposite:
        return True
    one, other = _values(first), _values(second)
    if one is not None and other is not None and one[0] == other[0]:
        return not one[1] & other[1]
    return _apart(first, second)


def _values(condition: Condition) -> tuple[Path, frozenset[str]] | None:
    """The path, and the only values that it may have. An attribute that holds several tells nothing."""
    match condition:
        case Is(left=Path() as path, right=value) if not path.many and (text := _text(value)) is not None:
            return path, frozenset([text])
        case IsOneOf(left=Path() as path, among=among) if not path.many:
            texts = [_text(value) for value in among]
            known = frozenset(t for t in texts if t is not None)
            return (path, known) if len(known) == len(set(texts)) and None not in texts else None
        case Above(left=path, word=word):
            scale = _scale(path)
            return (path, frozenset(scale[scale.index(word) + 1 :])) if word in scale else None
    return None


def _scale(path: Path) -> tuple[str, ...]:
    last: Attribute | None = path.steps[-1] if path.steps else None
    return last.values if last is not None else ()


def _text(value: Operand) -> str | None:
    match value:
        case Word(value=text):
            return text
        case PartyName(code=code):
            return code
    return None


Bounds = tuple[Path, Fraction | None, bool, Fraction | None, bool]  # least, strict, greatest, strict


def _bounds(condition: Condition) -> Bounds | None:
    match condition:
        case Compare(left=Path() as path, operator=operator, right=Quantity(value=value)):
            if operator in (">=", ">"):
                return path, value, operator == ">", None, False
            return path, None, False, value, operator == "<"
        case Between(left=Path() as path, least=Quantity(value=low), greatest=Quantity(value=high)):
            return path, low, False, high, False
    return None


def _apart(first: Condition, second: Condition) -> bool:
    a, b = _bounds(first), _bounds(second)
    if a is None or b is None or a[0] != b[0]:
        return False
    return _below(a, b) or _below(b, a)


def _below(a: Bounds, b: Bounds) -> bool:
    """Everything that `a` allows lies under everything that `b` allows."""
    greatest, least = a[3], b[1]
    if greatest is None or least is None:
        return False
    return greatest < least or (greatest == least and (a[4] or b[2]))


def _empty(condition: Condition) -> bool:
    bounds = _bounds(condition)
    return bounds is not None and bounds[1] is not None and bounds[3] is not None and bounds[1] > bounds[3]
