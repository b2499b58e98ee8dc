"""Builds the tree of an expression while Lark parses it: one small method a rule of the grammar.

Every method gets the children of its rule, keywords included, and gives one node of `syntax`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, cast

from lark import Token, Transformer

from servanda.agreement import syntax as s

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
RESERVED = frozenset([
    "a", "above", "after", "and", "at", "before", "between", "every", "has", "have", "in", "is", "it", "length",
    "less", "more", "no", "not", "of", "on", "or", "some", "that", "the", "where", "within",
])  # fmt: skip

Children = list[Any]


class Refused(Exception):
    """The words parse, and are refused all the same."""

    def __init__(
        self,
        code: str,
        at: s.At,
        args: dict[str, str] | None = None,
        case: str | None = None,
        second: s.At | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.at, self.args_, self.case, self.second = code, at, args or {}, case, second


def _at(children: Children) -> s.At:
    return _start(children[0]), _end(children[-1])


def _start(child: Any) -> int:
    return child.start_pos or 0 if isinstance(child, Token) else int(child.at[0])


def _end(child: Any) -> int:
    return child.end_pos or 0 if isinstance(child, Token) else int(child.at[1])


def _nodes(children: Children) -> Children:
    return [c for c in children if not isinstance(c, Token)]


def _token(children: Children, *types: str) -> Token | None:
    return next((c for c in children if isinstance(c, Token) and c.type in types), None)


def _has(children: Children, word: str) -> bool:
    return any(isinstance(c, Token) and c.type == word for c in children)


def _name(token: Token) -> str:
    text = str(token)
    if text.startswith("'"):
        return " ".join(text[1:-1].replace("''", "'").split())
    if text[0].islower():
        at = (int(token.start_pos or 0), int(token.end_pos or 0))
        raise Refused("syntax", at, {"name": text}, "lower-case-name")
    return " ".join(text.split())


def _number(token: Token) -> Fraction:
    return Fraction(Decimal(re.sub(r"\s", "", str(token))))


def _quantity(children: Children) -> s.NumberRef:
    number, unit = _token(children, "NUMBER"), _token(children, "UNIT")
    assert number is not None
    parts = [c for c in (number, unit) if c is not None]
    return s.NumberRef(_number(number), " ".join(str(unit).split()) if unit else "", at=_at(parts))


_DEGREES = re.compile(r"([\d.]+)[\s°]*(?:([\d.]+)\s*['′])?\s*([NSEW])")
_GREATEST = {"NS": 90, "EW": 180}


def _degrees(token: Token, axis: Literal["NS", "EW"]) -> tuple[Fraction, Literal["N", "S", "E", "W"]]:
    """Degrees, minutes counted in, and the letter, which must be one of the axis."""
    found = _DEGREES.fullmatch(str(token))
    assert found is not None, "the grammar's own pattern"
    at = (int(token.start_pos or 0), int(token.end_pos or 0))
    minutes = Fraction(found[2] or 0)
    if found[3] not in axis:
        raise Refused("bad-degrees", at, {"letters": " or ".join(axis), "text": str(token)}, "letter")
    degrees = Fraction(found[1]) + minutes / 60
    if minutes >= 60 or degrees > _GREATEST[axis]:
        raise Refused("bad-degrees", at, {"text": str(token), "greatest": str(_GREATEST[axis])})
    return degrees, cast(Any, found[3])


def _variable(token: Token) -> str:
    text = str(token)
    if text in RESERVED:
        at = (int(token.start_pos or 0), int(token.end_pos or 0))
        raise Refused("reserved-word", at, {"word": text})
    return text


_SINGULAR: dict[str, s.PopulationWord] = {
    "parties": "party", "signatories": "signatory", "contracting States": "contracting State", "States": "State",
}  # fmt: skip


def _pop(children: Children) -> s.Pop:
    """The population among the children: the tokens and nodes of `_pop` or `_pops`, which stand in line."""
    other = _has(children, "OTHER")
    on = next((c for c in _nodes(children) if not isinstance(c, _PopWord | s.ShareRef)), None)
    word = next((c for c in children if isinstance(c, _PopWord)), None)
    if word is not None:
        return s.Pop(word.population, None, other, word.plural, at=word.at)
    name = _token(children, "NAME")
    assert name is not None
    at = (_start(name), _end(on) if on is not None else _end(name))
    return s.Pop(None, _name(name), other, _has(children, "MEMBERS"), on, at=at)


class _PopWord:
    def __init__(self, population: s.PopulationWord, plural: bool, at: s.At) -> None:
        self.population, self.plural, self.at = population, plural, at


class Builder(Transformer[Token, Any]):
    """Methods are named as the rules and aliases of the grammar."""

    # ---- conditions

    def condition(self, c: Children) -> s.ConditionRef:
        joints = [t for t in c if isinstance(t, Token)]
        if not joints:
            return cast(s.ConditionRef, c[0])
        for joint in joints:
            if joint.type != joints[0].type:
                first = (int(joints[0].start_pos or 0), int(joints[0].end_pos or 0))
                raise Refused("mixed-and-or", _at([joint]), second=first)
        operator: Literal["and", "or"] = "and" if joints[0].type == "AND" else "or"
        return s.Joined(operator, tuple(_nodes(c)), at=_at(c))

    def bracketed(self, c: Children) -> Any:
        return c[1]

    def negated(self, c: Children) -> s.Negated:
        return s.Negated(c[2], at=_at(c))

    def quantified(self, c: Children) -> s.QuantifiedRef:
        where = c[3] if len(c) > 3 else None
        return s.QuantifiedRef("some" if c[0].type == "SOME" else "no", c[1], where, at=_at(c))

    def is_sentence(self, c: Children) -> s.IsSentence:
        return s.IsSentence(c[0], _has(c, "NOT"), c[-1], at=_at(c))

    def has_sentence(self, c: Children) -> s.HasSentence:
        subject, verb, rest = c[0], _token(c, "VERB"), _nodes(c[1:])
        assert verb is not None
        of = next((n for n in rest if isinstance(n, s.PathRef | s.NameRef | s.ItRef)), None)
        timing = next((n for n in rest if isinstance(n, s.OrderRef | s.OffsetRef)), None)
        return s.HasSentence(subject, " ".join(str(verb).split()), of, timing, at=_at(c))

    def is_term(self, c: Children) -> s.SameAs:
        return s.SameAs(c[0], at=_at(c))

    def is_one_of(self, c: Children) -> s.OneOf:
        return s.OneOf(tuple(_nodes(c)), at=_at(c))

    def is_a(self, c: Children) -> s.OfKind:
        return s.OfKind(_pop(c[1:]), at=_at(c))

    def is_in(self, c: Children) -> s.InPlace:
        return s.InPlace(c[1], c[3] if len(c) > 3 else None, at=_at(c))

    def is_in_force(self, c: Children) -> s.IsInForce:
        return s.IsInForce(at=_at(c))

    def is_above(self, c: Children) -> s.AboveWord:
        return s.AboveWord(str(c[1]), at=_at(c))

    def is_between(self, c: Children) -> s.BetweenRef:
        return s.BetweenRef(c[1], c[3], at=_at(c))

    def is_compared(self, c: Children) -> s.Compared:
        return s.Compared(cast(Any, f"{c[0]} {c[1]}"), c[2], at=_at(c))

    def is_near(self, c: Children) -> s.NearRef:
        return s.NearRef(c[1], c[3], at=_at(c))

    def offset(self, c: Children) -> s.OffsetRef:
        amount, time = _nodes(c)
        bound = "within" if c[0].type == "WITHIN" else f"{c[0]} {c[1]}"
        return s.OffsetRef(cast(Any, bound), amount, cast(Any, str(c[-2])), time, at=_at(c))

    def order(self, c: Children) -> s.OrderRef:
        return s.OrderRef(cast(Any, " ".join(str(t) for t in c[:-1])), c[-1], at=_at(c))

    # ---- subjects and populations

    def population(self, c: Children) -> _PopWord:
        return _PopWord(cast(s.PopulationWord, " ".join(str(t) for t in c)), False, _at(c))

    def plural(self, c: Children) -> _PopWord:
        return _PopWord(_SINGULAR[" ".join(str(t) for t in c)], True, _at(c))

    def every_of(self, c: Children) -> s.EveryOne:
        return s.EveryOne(cast(Any, str(c[0])), _pop(c[1:]), at=_at(c))

    def number_of(self, c: Children) -> s.SoMany:
        number = _number(c[2])
        if number.denominator != 1:
            raise Refused("syntax", _at([c[2]]), {"number": str(c[2])}, "whole-number")
        return s.SoMany(c[0].type == "MORE", int(number), _pop(c[3:]), at=_at(c))

    def share_of_pops(self, c: Children) -> s.SoMany:
        return s.SoMany(c[0].type == "MORE", c[2], _pop(c[3:]), at=_at(c))

    def weighted(self, c: Children) -> s.Weighted:
        cut = next(i for i, t in enumerate(c) if isinstance(t, Token) and t.type == "WITH")
        return s.Weighted(_pop(c[:cut]), c[cut + 1].type == "MORE", c[cut + 3], _name(c[-1]), at=_at(c))

    # ---- terms and amounts

    def path(self, c: Children) -> s.PathRef:
        return s.PathRef(tuple(str(t) for t in c if t != "."), at=_at(c))

    def name(self, c: Children) -> s.NameRef:
        return s.NameRef(_name(c[0]), at=_at(c))

    def date(self, c: Children) -> s.DateRef:
        return s.DateRef(str(c[0]), at=_at(c))

    def number(self, c: Children) -> s.NumberRef:
        return _quantity(c)

    def length(self, c: Children) -> s.LengthRef:
        return s.LengthRef(str(c[2]), at=_at(c))

    def it(self, c: Children) -> s.ItRef:
        return s.ItRef(at=_at(c))

    def amount(self, c: Children) -> s.AmountRef:
        return _folded(c)

    def product(self, c: Children) -> s.AmountRef:
        return _folded(c)

    def near(self, c: Children) -> s.AmountRef:
        return _folded(c)

    def near_product(self, c: Children) -> s.AmountRef:
        return _folded(c)

    def cell(self, c: Children) -> s.CellRef:
        return s.CellRef(_name(c[0]), c[2], at=_at(c))

    def share_of(self, c: Children) -> s.ShareOfRef:
        return s.ShareOfRef(c[0], c[2], at=_at(c))

    def fraction(self, c: Children) -> s.ShareRef:
        share = s.ShareRef("fraction", _number(c[0]), _number(c[2]), at=_at(c))
        if share.denominator == 0:
            raise Refused("syntax", _at(c), {}, "zero-denominator")
        return share

    def percent(self, c: Children) -> s.ShareRef:
        return s.ShareRef("percent", _number(c[0]), at=_at(c))

    def half(self, c: Children) -> s.ShareRef:
        return s.ShareRef("half", Fraction(1), at=_at(c))

    # ---- times

    def amount_time(self, c: Children) -> s.ShiftedRef:
        return s.ShiftedRef(c[0], cast(Any, str(c[1])), c[2], at=_at(c))

    def that(self, c: Children) -> s.TimeWord:
        return s.TimeWord("that", at=_at(c))

    def the_end(self, c: Children) -> s.TimeWord:
        return s.TimeWord("the end", at=_at(c))

    def opening(self, c: Children) -> s.TimeWord:
        return s.TimeWord("opening", at=_at(c))

    def signature(self, c: Children) -> s.TimeWord:
        return s.TimeWord("signature", at=_at(c))

    def entry(self, c: Children) -> s.EntryRef:
        name, party = _token(c, "NAME"), _nodes(c)
        return s.EntryRef(_name(name) if name else None, party[0] if party else None, at=_at(c))

    def chosen(self, c: Children) -> s.ChosenRef:
        return s.ChosenRef(cast(Any, str(c[0])), c[2], c[4], at=_at(c))

    def yearly_day(self, c: Children) -> s.YearlyRef:
        day_text, month_name = str(c[1]).split()
        month, day = MONTHS.index(month_name) + 1, int(day_text)
        if not 1 <= day <= _DAYS_IN[month - 1]:
            raise Refused("no-such-day", _at([c[1]]), {"date": str(c[1])})
        relation = " ".join(str(t) for t in c[2:-1])
        return s.YearlyRef(cast(Any, str(c[0])), month, day, cast(Any, relation), c[-1], at=_at(c))

    def month_start(self, c: Children) -> s.MonthStartRef:
        ordinal = _token(c, "ORDINAL")
        return s.MonthStartRef(int(str(ordinal)[:-2]) if ordinal else 1, c[-1], at=_at(c))

    # ---- places

    def part_of(self, c: Children) -> s.PartRef:
        return s.PartRef(cast(Any, " ".join(str(t) for t in c[:-2])), c[-1], at=_at(c))

    def zone(self, c: Children) -> s.ZoneRef:
        return s.ZoneRef(_name(c[1]), at=_at(c))

    def border_of(self, c: Children) -> s.BorderOfRef:
        return s.BorderOfRef(c[2], at=_at(c))

    def border(self, c: Children) -> s.BorderRef:
        return s.BorderRef(c[2], c[4], at=_at(c))

    def strip(self, c: Children) -> s.StripRef:
        return s.StripRef(*_nodes(c), at=_at(c))

    def beyond(self, c: Children) -> s.BeyondRef:
        side = cast(Any, str(c[0]))
        degrees, letter = _degrees(c[2], "NS" if side in ("north", "south") else "EW")
        return s.BeyondRef(side, degrees, letter, at=_at(c))

    def is_beyond(self, c: Children) -> s.BeyondRef:
        return cast(s.BeyondRef, c[0])

    def region_beyond(self, c: Children) -> s.RegionPart:
        return s.RegionPart(_has(c, "NOT"), c[-1], at=_at(c))

    def position(self, c: Children) -> s.PositionRef:
        first, last = (t for t in c if t.type == "DEGREES")
        if first[-1] in "EW":
            first, last = last, first
        lat, south = _degrees(first, "NS")
        lon, west = _degrees(last, "EW")
        return s.PositionRef(-lat if south == "S" else lat, -lon if west == "W" else lon, at=_at(c))

    def region_in(self, c: Children) -> s.RegionPart:
        return s.RegionPart(_has(c, "NOT"), c[-1], at=_at(c))

    def region_near(self, c: Children) -> s.RegionPart:
        return s.RegionPart(False, s.NearRef(c[1], c[3], at=_at(c)), at=_at(c))

    def region(self, c: Children) -> s.RegionRef:
        joints = [t for t in c if isinstance(t, Token)]
        for joint in joints:
            if joint.type != joints[0].type:
                raise Refused("mixed-and-or", _at([joint]), second=_at([joints[0]]))
        operator = "and" if joints and joints[0].type == "AND" else "or"
        return s.RegionRef(cast(Any, operator), tuple(_nodes(c)), at=_at(c))

    # ---- ranges

    def act_range(self, c: Children) -> s.ActRangeRef:
        kinds = tuple(str(t) for t in c[:-1] if t.type != "OR")
        return s.ActRangeRef(kinds, _variable(c[-1]), at=_at(c))

    def activity_range(self, c: Children) -> s.ActivityRangeRef:
        return s.ActivityRangeRef(_name(c[0]), _variable(c[1]), at=_at(c))

    def breach_range(self, c: Children) -> s.BreachRangeRef:
        return s.BreachRangeRef(str(c[3]), _variable(c[1]), at=_at(c))

    def party_range(self, c: Children) -> s.PartyRangeRef:
        word = next(n for n in c if isinstance(n, _PopWord))
        return s.PartyRangeRef(word.population, _has(c, "OTHER"), _variable(c[-1]), at=_at(c))

    def calendar_range(self, c: Children) -> s.CalendarRangeRef:
        return s.CalendarRangeRef(cast(Any, str(c[0])), _variable(c[1]), at=_at(c))

    def head(self, c: Children) -> s.HeadRef:
        mode = str(c[0]) if isinstance(c[0], Token) else None
        return s.HeadRef(cast(Any, mode), c[-1], at=_at(c))

    # ---- what stands after the keys

    def ranges(self, c: Children) -> s.RangesRef:
        return s.RangesRef(tuple(_nodes(c)), at=_at(c))

    def kinds(self, c: Children) -> s.KindsRef:
        return s.KindsRef(tuple(str(t) for t in c if t != ","), at=_at(c))

    def names(self, c: Children) -> s.NamesRef:
        found = tuple(s.NameRef(_name(t), at=_at([t])) for t in c if t.type == "NAME")
        return s.NamesRef(found, at=_at(c))

    def paths(self, c: Children) -> s.PathsRef:
        return s.PathsRef(tuple(_nodes(c)), at=_at(c))

    def bearer_ref(self, c: Children) -> s.BearerRef:
        return s.BearerRef(c[0], len(c) > 1, at=_at(c))

    def bearer_every(self, c: Children) -> s.BearerRef:
        return s.BearerRef(_pop(c[1:]), _has(c, "JOINTLY"), at=_at(c))

    def judge(self, c: Children) -> s.JudgeRef:
        return s.JudgeRef(c[2], at=_at(c))

    def due_timing(self, c: Children) -> s.DueTiming:
        return s.DueTiming(c[0], c[2], at=_at(c))

    def at_all_times(self, c: Children) -> s.DueWord:
        return s.DueWord("at all times", at=_at(c))

    def no_deadline(self, c: Children) -> s.DueWord:
        return s.DueWord("no deadline", at=_at(c))

    def kept_up(self, c: Children) -> s.DueWord:
        return s.DueWord("kept up", at=_at(c))

    def on_that_day(self, c: Children) -> s.OnThatDay:
        return s.OnThatDay(at=_at(c))

    def effect(self, c: Children) -> s.EffectRef:
        return cast(s.EffectRef, c[0])

    def start_time(self, c: Children) -> s.TimeRef:
        return cast(s.TimeRef, c[0])

    def aggregate(self, c: Children) -> s.AggregateRef:
        return s.AggregateRef(cast(Any, str(c[0])), c[2], c[3] if len(c) > 3 else None, at=_at(c))

    def measure(self, c: Children) -> s.MeasureRef:
        return cast(s.MeasureRef, c[0])

    def every_instant(self, c: Children) -> s.EveryInstantRef:
        return s.EveryInstantRef(at=_at(c))

    def on_time(self, c: Children) -> s.OnTimeRef:
        return s.OnTimeRef(c[1], at=_at(c))

    def rolling(self, c: Children) -> s.RollingRef:
        return s.RollingRef(_quantity(c), at=_at(c))

    def each(self, c: Children) -> s.EachRef:
        return s.EachRef(cast(Any, str(c[2])), c[4] if len(c) > 4 else None, at=_at(c))

    def ceiling(self, c: Children) -> s.CeilingRef:
        return cast(s.CeilingRef, c[0])

    def same_measure(self, c: Children) -> s.SameMeasureRef:
        return s.SameMeasureRef(c[3], _quantity(c) if _has(c, "NUMBER") else None, at=_at(c))

    def named_item(self, c: Children) -> s.GroupItemRef:
        return s.GroupItemRef(_name(c[0]), on=c[2] if len(c) > 2 else None, at=_at(c))

    def members_item(self, c: Children) -> s.GroupItemRef:
        return s.GroupItemRef(_name(c[2]), True, on=c[4] if len(c) > 4 else None, at=_at(c))

    def plural_item(self, c: Children) -> s.GroupItemRef:
        return s.GroupItemRef(population=c[0].population, at=_at(c))

    def group(self, c: Children) -> s.GroupRef:
        cut = next((i for i, t in enumerate(c) if isinstance(t, Token) and t.type == "EXCEPT"), len(c))
        return s.GroupRef(tuple(_nodes(c[:cut])), tuple(_nodes(c[cut:])), at=_at(c))


def _folded(c: Children) -> s.AmountRef:
    result = c[0]
    for operator, right in zip(c[1::2], c[2::2], strict=True):
        result = s.ArithmeticRef(cast(Any, str(operator)), result, right, at=(result.at[0], right.at[1]))
    return cast(s.AmountRef, result)
