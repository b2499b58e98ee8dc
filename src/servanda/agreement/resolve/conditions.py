"""Conditions: sentences to what can be true, false or unknown. Every part is checked before one is given up."""

from __future__ import annotations

from typing import Literal

from servanda.agreement import syntax as s
from servanda.agreement.resolve.amounts import compared, resolve_amount, time_amount
from servanda.agreement.resolve.context import Here, Unresolved
from servanda.agreement.resolve.groups import is_group, named_group, resolve_pop
from servanda.agreement.resolve.operands import Want, compatible, it, operand, party_name, path, sort_of
from servanda.agreement.resolve.places import area, beyond, near
from servanda.agreement.resolve.ranges import resolve_range
from servanda.agreement.resolve.times import clocks, resolve_time
from servanda.norms.condition import (
    Above,
    And,
    AtLeast,
    Between,
    Compare,
    Condition,
    Distance,
    EveryOf,
    Has,
    InForce,
    Is,
    IsA,
    IsAt,
    IsIn,
    IsOneOf,
    It,
    Not,
    Offset,
    Or,
    Order,
    Quantified,
    Subject,
    Timing,
)
from servanda.norms.term import Amount, Operand, Path, Population, Time
from servanda.vocabulary.act import Attribute, Sort, Verb

_OPERATORS: dict[str, Literal[">=", "<=", ">", "<"]] = {
    "at least": ">=", "at most": "<=", "more than": ">", "less than": "<",
}  # fmt: skip


def resolve_condition(here: Here, node: s.ConditionRef) -> Condition:
    """The condition. Raises Unresolved after every problem in it was reported."""
    match node:
        case s.Joined(operator, parts):
            found = _all(here, parts)
            return And(found, span=here.span(node)) if operator == "and" else Or(found, span=here.span(node))
        case s.Negated(part):
            return Not(resolve_condition(here, part), span=here.span(node))
        case s.QuantifiedRef(quantifier, range_, where):
            found_range, inside = resolve_range(here, range_)
            inner = resolve_condition(inside, where) if where is not None else None
            return Quantified(quantifier, found_range, inner, span=here.span(node))
        case s.IsSentence():
            found_is = _is_sentence(here, node)
            return Not(found_is, span=here.span(node)) if node.negated else found_is
        case s.HasSentence():
            return _has(here, node)


def _all(here: Here, parts: tuple[s.ConditionRef, ...]) -> tuple[Condition, ...]:
    found, failed = [], False
    for part in parts:
        try:
            found.append(resolve_condition(here, part))
        except Unresolved:
            failed = True
    if failed:
        raise Unresolved
    return tuple(found)


# ---- T is P


def _is_sentence(here: Here, node: s.IsSentence) -> Condition:
    span, left, predicate = here.span(node), node.left, node.predicate
    match predicate:
        case s.SameAs(term):
            return _same(here, node, left, term)
        case s.OneOf(terms):
            want = sort_of(here, left)
            subject = operand(here, left, want)
            return IsOneOf(subject, tuple(operand(here, t, want) for t in terms), span=span)
        case s.OfKind(pop):
            return _of_kind(here, node, pop)
        case s.InPlace():
            return _in(here, node, predicate)
        case s.IsInForce():
            if not isinstance(left, s.NameRef):
                raise here.refuse("type-clash", left, "not-agreement")
            return InForce(left.text, span=span)
        case s.AboveWord(word):
            return _above(here, node, word)
        case s.NearRef():
            place = near(here, predicate)
            return Distance(_place(here, left), place.distance, place.of, span=span)
        case s.BeyondRef():
            return IsAt(_place(here, left), beyond(here, predicate), span=span)
        case s.OrderRef() | s.OffsetRef():
            return timing(here, _time(here, left), predicate)
        case s.Compared() | s.BetweenRef():
            return _compared(here, node, predicate)


def _same(here: Here, node: s.IsSentence, left: s.TermRef, right: s.TermRef) -> Condition:
    span = here.span(node)
    if (both := _amounts(here, left, right)) is not None:
        return Between(both[0], both[1], both[1], span=span)
    want_left, want_right = sort_of(here, left), sort_of(here, right)
    _not_shadowed(here, left, want_right)
    _not_shadowed(here, right, want_left)
    if _is_time(want_left) or _is_time(want_right):
        raise here.refuse("type-clash", node, "time-is")
    if want_left is None and want_right is None:
        _no_value(here, left, right)
    a = operand(here, left, want_right)
    b = operand(here, right, want_left)
    _same_sort(here, node, a, b)
    return Is(a, b, span=span)


def _not_shadowed(here: Here, node: s.TermRef, want: Want) -> None:
    """A variable that stands where a word must could be either."""
    if not isinstance(want, Attribute) or want.sort is not Sort.WORD or not isinstance(node, s.PathRef):
        return
    variable = here.variables.get(node.names[0])
    if variable is not None and len(node.names) == 1:
        raise here.refuse("shadowed-value", node, None, variable.span, name=variable.name)


def _no_value(here: Here, left: s.TermRef, right: s.TermRef) -> None:
    """Two bare words, or names: nothing says what they are values of. A lone unknown variable is the usual slip."""
    for side in (left, right):
        if isinstance(side, s.PathRef):
            raise here.refuse("unbound-variable", side, None, name=side.names[0])


def _amounts(here: Here, left: s.TermRef, right: s.TermRef) -> tuple[Amount, Amount] | None:
    if not _speaks_of_amount(here, left) and not isinstance(left, s.LengthRef):
        return None
    assert isinstance(left, s.PathRef | s.LengthRef)
    if isinstance(right, s.DateRef | s.ItRef):
        raise here.refuse("type-clash", right, "not-operand")
    return compared(here, left, resolve_amount(here, left), right, resolve_amount(here, right))


def _speaks_of_amount(here: Here, node: s.TermRef) -> bool:
    found = sort_of(here, node)
    return isinstance(found, Attribute) and found.sort is Sort.QUANTITY


def _is_time(want: Want) -> bool:
    return isinstance(want, Attribute) and want.sort is Sort.TIME


def _same_sort(here: Here, node: object, a: Operand, b: Operand) -> None:
    if isinstance(a, Path) and isinstance(b, Path) and not compatible(a.sort, b.sort):
        raise here.refuse("type-clash", node, None, b.span, left=a.sort.value, right=b.sort.value)


def _of_kind(here: Here, node: s.IsSentence, pop: s.Pop) -> Condition:
    subject = _party(here, node.left)
    found = resolve_pop(here, pop)
    if isinstance(found, Population):
        return IsA(subject, found, pop.other, span=here.span(node))
    if pop.other:
        raise here.refuse("not-computable", pop, "other-member")
    return IsIn(subject, found, None, span=here.span(node))


def _in(here: Here, node: s.IsSentence, predicate: s.InPlace) -> Condition:
    want = sort_of(here, node.left)
    sort = want.sort if isinstance(want, Attribute) else want
    if sort is Sort.PLACE:
        if predicate.on is not None:
            raise here.refuse("type-clash", predicate.on, "place-on-day")
        return IsAt(_place(here, node.left), area(here, predicate.place), span=here.span(node))
    subject = _party(here, node.left)
    if not isinstance(predicate.place, s.NameRef):
        raise here.refuse("type-clash", predicate.place, "party-in-place", text=_text_of(node.left))
    group = named_group(here, predicate.place, predicate.place.text)
    on = resolve_time(here, predicate.on) if predicate.on is not None else None
    return IsIn(subject, group, on, span=here.span(node))


def _text_of(node: s.TermRef) -> str:
    return ".".join(node.names) if isinstance(node, s.PathRef) else getattr(node, "text", "it")


def _party(here: Here, node: s.TermRef) -> Operand:
    found = operand(here, node, Sort.PARTY if isinstance(node, s.NameRef | s.ItRef) else None)
    if isinstance(found, Path) and found.sort not in (Sort.PARTY, Sort.ACT_OR_PARTY):
        raise here.refuse("type-clash", node, "not-party-path", text=found.text)
    return found


def _place(here: Here, node: s.TermRef) -> Path:
    if not isinstance(node, s.PathRef):
        raise here.refuse("type-clash", node, "not-place", text=_text_of(node))
    found = path(here, node)
    if found.sort is not Sort.PLACE:
        raise here.refuse("type-clash", node, "not-place", text=found.text)
    return found


def _time(here: Here, node: s.TermRef) -> Time:
    if isinstance(node, s.PathRef | s.NameRef | s.DateRef):
        return resolve_time(here, node)
    raise here.refuse("type-clash", node, "not-time", text=_text_of(node))


def _above(here: Here, node: s.IsSentence, word: str) -> Above:
    if not isinstance(node.left, s.PathRef):
        raise here.refuse("type-clash", node.left, "no-scale", text=_text_of(node.left))
    found = path(here, node.left)
    attribute = found.steps[-1] if found.steps else None
    if attribute is None or not attribute.scale:
        raise here.refuse("type-clash", node.left, "no-scale", text=found.text)
    if word not in attribute.values:
        raise here.unknown("value", word, node.predicate, attribute.values)
    return Above(found, word, span=here.span(node))


def _compared(here: Here, node: s.IsSentence, predicate: s.Compared | s.BetweenRef) -> Condition:
    if isinstance(node.left, s.DateRef | s.ItRef):
        raise here.refuse("type-clash", node.left, "not-amount", text=_text_of(node.left))
    left = resolve_amount(here, node.left)
    if isinstance(predicate, s.BetweenRef):
        least = resolve_amount(here, predicate.least)
        greatest = resolve_amount(here, predicate.greatest)
        left, least = compared(here, node.left, left, predicate.least, least)
        left, greatest = compared(here, node.left, left, predicate.greatest, greatest)
        return Between(left, least, greatest, span=here.span(node))
    right = resolve_amount(here, predicate.amount)
    left, right = compared(here, node.left, left, predicate.amount, right)
    return Compare(left, _OPERATORS[predicate.bound], right, span=here.span(node))


def timing(here: Here, left: Time, node: s.TimingRef) -> Timing:
    """Where a time stands to another."""
    match node:
        case s.OrderRef(relation, time):
            return Order(left, relation, resolve_time(here, time), span=here.span(node))
        case s.OffsetRef(bound, amount, direction, time):
            found, anchor = time_amount(here, amount), resolve_time(here, time)
            offset = Offset(left, bound, found, direction, anchor, span=here.span(node))
            if clocks(anchor) - {_dimension(found)}:
                here.note("two-clocks", node)
            return offset


def _dimension(amount: Amount) -> str:
    return amount.steps[-1].dimension if isinstance(amount, Path) else amount.dimension


# ---- S has VERB


def _has(here: Here, node: s.HasSentence) -> Has:
    verb = here.context.vocabulary.verbs.get(node.verb)
    if verb is None:
        raise here.unknown("verb", node.verb, node, here.context.vocabulary.verbs)
    of = _object(here, node.of) if node.of is not None else None
    when = timing(here, verb_time(here, verb), node.timing) if node.timing is not None else None
    return Has(_subject(here, node.subject), verb, of, when, span=here.span(node))


def verb_time(here: Here, verb: Verb) -> Path:
    """The time of the act that a verb stands for, as a path: the left side of the timing after it."""
    return Path("it", (here.context.vocabulary.attributes[verb.time],), Sort.TIME)


def _object(here: Here, node: s.Ref) -> Operand | It:
    match node:
        case s.ItRef():
            it(here, node)
            return It()
        case s.NameRef():
            return party_name(here, node)
        case s.PathRef():
            found = path(here, node)
            if found.sort not in (Sort.ACT, Sort.PARTY, Sort.ACT_OR_PARTY):
                raise here.refuse("type-clash", node, "not-operand")
            return found


def _subject(here: Here, node: s.SubjectRef) -> Subject:
    match node:
        case s.EveryOne(quantifier, pop):
            return EveryOf(quantifier, resolve_pop(here, pop), pop.other)
        case s.SoMany(strict, amount, pop):
            number = amount if isinstance(amount, int) else None
            share = amount.value if isinstance(amount, s.ShareRef) else None
            return AtLeast(number, share, strict, resolve_pop(here, pop), pop.other)
        case s.Weighted(pop, strict, share_, table):
            terms = here.context.terms
            if table not in terms or terms[table].kind != "table":
                known = [t.name for t in terms.values() if t.kind == "table"]
                raise here.unknown("table", table, node, known)
            return AtLeast(None, share_.value, strict, resolve_pop(here, pop), pop.other, table)
        case s.ItRef():
            it(here, node)
            return It()
        case s.NameRef(text=name) if is_group(here.context, name) and name in here.context.terms:
            raise here.refuse("type-clash", node, "group-has", name=name)
        case _:
            return _party(here, node)
