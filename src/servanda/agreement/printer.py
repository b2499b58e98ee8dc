"""Trees to canonical text: reading what was printed gives an equal tree.

Brackets are printed where the tree needs them and nowhere else; names are quoted where the bare words would be
read otherwise; numbers are grouped by threes as in a treaty.
"""

from __future__ import annotations

import re
from fractions import Fraction

from servanda.agreement import syntax as s
from servanda.agreement.build import MONTHS


def show(node: object) -> str:
    """The canonical text of any node that can stand after a key."""
    match node:
        case s.Joined() | s.Negated() | s.QuantifiedRef() | s.IsSentence() | s.HasSentence():
            return show_condition(node)
        case s.HeadRef(mode, range_):
            return f"{mode} {show_range(range_)}" if mode else show_range(range_)
        case s.RangesRef(ranges):
            return ", ".join(show_range(r) for r in ranges)
        case s.KindsRef(kinds):
            return ", ".join(kinds)
        case s.NamesRef(names):
            return ", ".join(show_name(n.text) for n in names)
        case s.PathsRef(paths):
            return ", ".join(_path(p) for p in paths)
        case s.BearerRef() | s.JudgeRef():
            return show_bearer(node)
        case s.DueTiming(path, timing):
            return f"{_path(path)} is {_timing(timing)}"
        case s.DueWord(word):
            return word
        case s.OnThatDay():
            return "on that day"
        case s.AggregateRef() | s.SameMeasureRef():
            return _measured(node)
        case s.GroupRef() | s.RegionRef():
            return _collection(node)
        case s.PositionRef(lat, lon):
            return f"{_degrees(abs(lat), 'N' if lat >= 0 else 'S')} {_degrees(abs(lon), 'E' if lon >= 0 else 'W')}"
        case _:
            return _plain(node)


def _plain(node: object) -> str:
    match node:
        case s.PathRef() | s.NameRef() | s.ItRef() | s.DateRef():
            return show_term(node)
        case s.ShiftedRef() | s.TimeWord() | s.EntryRef() | s.ChosenRef() | s.YearlyRef() | s.MonthStartRef():
            return show_time(node)
        case s.NumberRef() | s.ArithmeticRef() | s.CellRef() | s.ShareOfRef() | s.LengthRef():
            return show_amount(node)
    raise AssertionError(f"no text for {type(node).__name__}")


# ---- names and numbers

_BARE = r"[^\W\d_a-z][^\s!-,.\/:-@\[-^`{-~]*"
_MORE = rf"{_BARE}|\d[^\s!-,.\/:-@\[-^`{{-~]*"
_BARE_NAME = re.compile(rf"{_BARE}(?:(?:\s+of(?:\s+the)?|\s+the)?\s+(?:{_MORE}))*")
_SHORT_NAME = re.compile(rf"{_BARE}(?:\s+(?:{_MORE}))*")


def show_name(text: str, short: bool = False) -> str:
    """A name, in quotes where its words would not be read as one name. `short`: before `of PLACE`."""
    pattern = _SHORT_NAME if short else _BARE_NAME
    plain = pattern.fullmatch(text) and not text[0].islower() and text.split()[0] not in ("State", "States")
    return text if plain else "'" + text.replace("'", "''") + "'"


def show_number(value: Fraction, grouped: bool = True) -> str:
    """An exact decimal; thousands apart: `9 000`, `0.5`. Every number that can be written is a decimal."""
    whole, rest = divmod(value, 1)
    digits = f"{int(whole):,}".replace(",", " ") if grouped else str(int(whole))
    if not rest:
        return digits
    decimals = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        decimals += str(int(digit))
    return f"{digits}.{decimals}"


def _quantity(number: s.NumberRef) -> str:
    if not number.unit:
        return show_number(number.value, grouped=number.value >= 10_000)
    return f"{show_number(number.value)} {number.unit}"


def _share(share: s.ShareRef) -> str:
    match share.form:
        case "half":
            return "half"
        case "percent":
            return f"{show_number(share.numerator, False)} %"
        case _:
            return f"{show_number(share.numerator, False)}/{show_number(share.denominator, False)}"


# ---- terms and amounts


def _path(path: s.PathRef) -> str:
    return ".".join(path.names)


def show_term(term: s.TermRef) -> str:
    """One side of `is`."""
    match term:
        case s.PathRef():
            return _path(term)
        case s.NameRef(text):
            return show_name(text)
        case s.DateRef(text):
            return text
        case s.NumberRef():
            return _quantity(term)
        case s.LengthRef(variable):
            return f"length of {variable}"
        case s.ItRef():
            return "it"


def show_amount(amount: s.AmountRef, near: bool = False) -> str:
    """An amount. `near`: it stands before `of PLACE`, where a bare name may hold no `of`."""
    match amount:
        case s.ArithmeticRef(operator, left, right):
            first = show_amount(left, near)
            second = show_amount(right, near)
            if operator == "times":
                first = show_bracketed(left) if _is_sum(left) else first
                second = show_bracketed(right) if isinstance(right, s.ArithmeticRef) else second
            elif _is_sum(right):
                second = show_bracketed(right)
            return f"{first} {operator} {second}"
        case s.NumberRef():
            return _quantity(amount)
        case s.PathRef():
            return _path(amount)
        case s.NameRef(text):
            return show_name(text, near)
        case s.CellRef(table, key):
            cell = f"{show_name(table, near)} for {show_term(key)}"
            # Before `of PLACE` a key that is a name would swallow the `of`: brackets end it.
            return f"({cell})" if near else cell
        case s.ShareOfRef(share, of):
            whole = show_bracketed(of) if isinstance(of, s.ArithmeticRef) else show_amount(of, near)
            return f"{_share(share)} of {whole}"
        case s.LengthRef(variable):
            return f"length of {variable}"


def show_bracketed(amount: s.AmountRef) -> str:
    """An amount in brackets: inside them a bare name may hold `of` again."""
    return f"({show_amount(amount)})"


def _is_sum(amount: s.AmountRef) -> bool:
    return isinstance(amount, s.ArithmeticRef) and amount.operator != "times"


# ---- times


def show_time(time: s.TimeRef) -> str:
    """A time."""
    match time:
        case s.PathRef() | s.DateRef() | s.NameRef():
            return show_term(time)
        case s.ShiftedRef(amount, direction, of):
            return f"{show_amount(amount)} {direction} {show_time(of)}"
        case s.TimeWord(word):
            return word
        case s.EntryRef(agreement, party):
            of_ = f" of {show_name(agreement)}" if agreement else ""
            return f"entry into force{of_}" + (f" for {show_term(party)}" if party else "")
        case s.ChosenRef(which, first, second):
            return f"{which} of {show_time(first)} and {show_time(second)}"
        case s.YearlyRef(which, month, day, relation, of):
            return f"{which} {day} {MONTHS[month - 1]} {relation} {show_time(of)}"
        case s.MonthStartRef(ordinal, of):
            month_ = f"{_ordinal(ordinal)} month" if ordinal != 1 else "month"
            return f"first day of the {month_} after {show_time(of)}"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _timing(timing: s.TimingRef) -> str:
    match timing:
        case s.OrderRef(relation, time):
            return f"{relation} {show_time(time)}"
        case s.OffsetRef(bound, amount, direction, time):
            return f"{bound} {show_amount(amount, bound == 'within')} {direction} {show_time(time)}"


# ---- places, groups, regions


def show_place(place: s.PlaceRef | s.NearRef) -> str:
    """A place."""
    match place:
        case s.PathRef() | s.NameRef():
            return show_term(place)
        case s.ZoneRef(name):
            return f"zone {show_name(name)}"
        case s.PartRef(part, of):
            return f"{part} of {show_term(of)}"
        case s.BorderOfRef(of):
            return f"border of {show_term(of)}"
        case s.StripRef(width, first, second):
            line = f"line between {show_term(first)} and {show_term(second)}"
            return f"strip of {show_amount(width)} on each side of {line}"
        case s.BorderRef(first, second):
            return f"border between {show_term(first)} and {show_term(second)}"
        case s.NearRef(distance, of):
            return f"within {show_amount(distance, True)} of {show_place(of)}"


def show_beyond(beyond: s.BeyondRef) -> str:
    """One side of a parallel or meridian."""
    return f"{beyond.side} of {_degrees(beyond.degrees, beyond.letter)}"


def _degrees(degrees: Fraction, letter: str) -> str:
    """`60° S`, `41.9° N`; where a decimal would not end, with minutes: `41° 20′ N`."""
    if _ends(degrees):
        return f"{show_number(degrees, False)}° {letter}"
    minutes = degrees % 1 * 60
    return f"{int(degrees)}° {show_number(minutes, False)}′ {letter}"


def _ends(value: Fraction) -> bool:
    """Whether it is a decimal of at most nine places, as many as are read."""
    return (value * 10**9).denominator == 1


def _collection(node: s.GroupRef | s.RegionRef) -> str:
    match node:
        case s.GroupRef(items, without):
            text = ", ".join(_item(i) for i in items)
            return text + (" except " + ", ".join(_item(i) for i in without) if without else "")
        case s.RegionRef(operator, parts):
            return f" {operator} ".join(_region_part(p) for p in parts)


def _region_part(part: s.RegionPart) -> str:
    if isinstance(part.place, s.NearRef):
        return show_place(part.place)
    if isinstance(part.place, s.BeyondRef):
        return ("not " if part.negated else "") + show_beyond(part.place)
    return ("not in " if part.negated else "in ") + show_place(part.place)


def _item(item: s.GroupItemRef) -> str:
    if item.population:
        return _PLURAL[item.population]
    text = ("members of " if item.members else "") + show_name(item.name or "")
    return text + (f" on {show_time(item.on)}" if item.on else "")


_PLURAL = {
    "party": "parties", "signatory": "signatories", "contracting State": "contracting States", "State": "States",
}  # fmt: skip


def _pop(pop: s.Pop) -> str:
    other = "other " if pop.other else ""
    if pop.group is None:
        assert pop.population is not None
        return other + (_PLURAL[pop.population] if pop.plural else pop.population)
    word = "members" if pop.plural else "member"
    return f"{other}{word} of {show_name(pop.group)}" + (f" on {show_time(pop.on)}" if pop.on else "")


def show_bearer(bearer: s.BearerRef | s.JudgeRef) -> str:
    """Who answers, or who judges."""
    match bearer:
        case s.JudgeRef(of):
            return f"judgement of {show_bearer(of)}"
        case s.BearerRef(of, jointly):
            who = f"every {_pop(of)}" if isinstance(of, s.Pop) else show_term(of)
            return who + (" jointly" if jointly else "")


# ---- conditions


def show_condition(condition: s.ConditionRef) -> str:
    """A condition, brackets where the tree needs them."""
    match condition:
        case s.Joined(operator, parts):
            last = len(parts) - 1
            return f" {operator} ".join(_operand(p, i == last) for i, p in enumerate(parts))
        case s.Negated(part):
            return f"not ({show_condition(part)})"
        case s.QuantifiedRef(quantifier, range_, where):
            tail = f" where {show_condition(where)}" if where else ""
            return f"{quantifier} {show_range(range_)}{tail}"
        case s.IsSentence(left, negated, predicate):
            return f"{show_term(left)} is {'not ' if negated else ''}{_predicate(predicate)}"
        case s.HasSentence(subject, verb, of, timing):
            has = "have" if _is_plural(subject) else "has"
            text = f"{_subject(subject)} {has} {verb}"
            text += f" {show_term(of)}" if of else ""
            return text + (f" {_timing(timing)}" if timing else "")


def _operand(part: s.ConditionRef, last: bool) -> str:
    bare = not isinstance(part, s.Joined | s.QuantifiedRef) or (last and isinstance(part, s.QuantifiedRef))
    return show_condition(part) if bare else f"({show_condition(part)})"


def _predicate(predicate: s.PredicateRef) -> str:
    match predicate:
        case s.SameAs(term):
            return show_term(term)
        case s.OneOf(terms):
            return "one of " + ", ".join(show_term(t) for t in terms)
        case s.OfKind(pop):
            return "a " + _pop(pop)
        case s.InPlace(place, on):
            return f"in {show_place(place)}" + (f" on {show_time(on)}" if on else "")
        case s.IsInForce():
            return "in force"
        case s.AboveWord(word):
            return f"above {word}"
        case s.BetweenRef(least, greatest):
            return f"between {show_amount(least)} and {show_amount(greatest)}"
        case s.Compared(bound, amount):
            return f"{bound} {show_amount(amount)}"
        case s.NearRef():
            return show_place(predicate)
        case s.BeyondRef():
            return show_beyond(predicate)
        case s.OrderRef() | s.OffsetRef():
            return _timing(predicate)


def _subject(subject: s.SubjectRef) -> str:
    match subject:
        case s.EveryOne(quantifier, pop):
            return f"{quantifier} {_pop(pop)}"
        case s.SoMany(strict, amount, pop):
            number = show_number(Fraction(amount), False) if isinstance(amount, int) else f"{_share(amount)} of"
            return f"{_at_least(strict)} {number} {_pop(pop)}"
        case s.Weighted(pop, strict, share, table):
            return f"{_pop(pop)} with {_at_least(strict)} {_share(share)} of {show_name(table)}"
        case _:
            return show_term(subject)


def _at_least(strict: bool) -> str:
    return "more than" if strict else "at least"


def _is_plural(subject: s.SubjectRef) -> bool:
    return isinstance(subject, s.SoMany | s.Weighted)


def show_range(range_: s.RangeRef) -> str:
    """A range with its variable."""
    match range_:
        case s.ActRangeRef(kinds, variable):
            return " or ".join(kinds) + " " + variable
        case s.ActivityRangeRef(activity, variable):
            return f"{show_name(activity)} {variable}"
        case s.BreachRangeRef(norm, variable):
            return f"breach {variable} of {norm}"
        case s.PartyRangeRef(population, other, variable):
            return f"{'other ' if other else ''}{population} {variable}"
        case s.CalendarRangeRef(unit, variable):
            return f"{unit} {variable}"


# ---- measures


def _measured(node: s.AggregateRef | s.SameMeasureRef) -> str:
    match node:
        case s.AggregateRef(function, amount, window):
            return f"{function} of {show_amount(amount)}" + (f" {_window(window)}" if window else "")
        case s.SameMeasureRef(on, tolerance):
            near = f" or nearest report within {_quantity(tolerance)}" if tolerance else ""
            return f"same measure on {show_time(on)}{near}"


def _window(window: s.WindowRef) -> str:
    match window:
        case s.EveryInstantRef():
            return "at every instant"
        case s.OnTimeRef(time):
            return f"on {show_time(time)}"
        case s.RollingRef(span):
            return f"in any {_quantity(span)}"
        case s.EachRef(unit, start):
            return f"in each {unit}" + (f" from {show_time(start)}" if start else "")
