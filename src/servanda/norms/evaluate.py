"""A condition, read in a scene, to a truth: Kleene's three values, with the facts that were missing.

This is the definition; plans must agree with it. Bounds: "within D" is closed at both ends, "at least" and
"at most" include the bound, "less than", "more than", "before" and "after" do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import cast

from servanda.norms.condition import (
    Above,
    ActRange,
    And,
    AtLeast,
    Between,
    BreachRange,
    CalendarRange,
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
    PartyRange,
    Quantified,
)
from servanda.norms.condition import (
    Range as RangeOf,
)
from servanda.norms.facts import NOTHING, Act, Range, Value
from servanda.norms.groups import belongs, members
from servanda.norms.location import located, near
from servanda.norms.scene import (
    Scene,
    Unknown,
    When,
    act_of,
    amount,
    first_end,
    last_start,
    operand,
    path_value,
    shifted,
    time,
)
from servanda.norms.term import Amount, Length, Operand, Path, Population
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.temporal import BEGINNING_US, END_US, Moment, day_of, end_of_day_us
from servanda.vocabulary.act import Sort, Verb
from servanda.vocabulary.verdict import Fact


def holds(scene: Scene, condition: Condition) -> Truth:
    """Whether the condition is true in the scene."""
    match condition:
        case And(parts=parts):
            return conjunction(holds(scene, p) for p in parts)
        case Or(parts=parts):
            return disjunction(holds(scene, p) for p in parts)
        case Not(part=part):
            return ~holds(scene, part)
        case Is(left=left, right=right):
            return _is(scene, left, right)
        case IsOneOf(left=left, among=among):
            return disjunction(_is(scene, left, one) for one in among)
        case IsA(left=left, population=population, other=other):
            return _is_a(scene, left, population, other)
        case IsIn():
            return _is_in(scene, condition)
        case IsAt(left=left, place=place):
            return located(scene, left, place)
        case Distance(left=left, distance=distance, of=of):
            return near(scene, left, distance, of)
        case InForce(agreement=agreement):
            return _in_force(scene, agreement)
        case Compare(left=left, operator=operator, right=right):
            return _compare(scene, left, operator, right)
        case Between(left=left, least=least, greatest=greatest):
            return conjunction((_compare(scene, left, ">=", least), _compare(scene, left, "<=", greatest)))
        case Above(left=left, word=word):
            return _above(scene, left, word)
        case Order() | Offset():
            return timely(scene, condition)
        case Quantified():
            return _quantified(scene, condition)
        case Has():
            return _has(scene, condition)


# ---- identity


def _is(scene: Scene, left: Operand, right: Operand) -> Truth:
    a, b = operand(scene, left), operand(scene, right)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return unknown(*(f for side in (a, b) if isinstance(side, Unknown) for f in side.missing))
    if Sort.NORM in (_sort(left), _sort(right)):
        return known(invokes(str(a), str(b)) or invokes(str(b), str(a)))
    return known(_same(a, b))


def _sort(term: Operand) -> Sort | None:
    return term.sort if isinstance(term, Path) else None


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return bool(set(a) & set(b))
    if isinstance(a, tuple):
        return _text(b) in a
    if isinstance(b, tuple):
        return _text(a) in b
    if a is NOTHING or b is NOTHING:
        return a is b
    return _text(a) == _text(b)


def _text(value: Value) -> str:
    return str(value)


def invokes(label: str, article: str) -> bool:
    """Whether words that invoke `label` invoke `article`: the same, or a paragraph of it ('1' invokes '1(2)').

    >>> invokes("1", "1(2)"), invokes("1", "12"), invokes("nato.art1", "nato.art1.2")
    (True, False, True)
    """
    return article == label or (article.startswith(label) and article[len(label)] in "(.")


def _is_a(scene: Scene, left: Operand, population: Population, other: bool) -> Truth:
    value = operand(scene, left)
    if isinstance(value, Unknown):
        return unknown(*value.missing)
    codes = value if isinstance(value, tuple) else (_text(value),)
    return disjunction(
        conjunction((belongs(scene, code, population), _other(scene, code) if other else TRUE)) for code in codes
    )


def _other(scene: Scene, code: str) -> Truth:
    """An unknown bearer neither is nor is not the one asked about."""
    return unknown(Fact.of("bearer")) if scene.bearer is None else known(code != scene.bearer)


def _is_in(scene: Scene, condition: IsIn) -> Truth:
    value = operand(scene, condition.left)
    if isinstance(value, Unknown):
        return unknown(*value.missing)
    if value is NOTHING:
        return FALSE
    there = scene
    if condition.on is not None:
        when = time(scene, condition.on)
        if isinstance(when, Unknown):
            return unknown(*when.missing)
        there = replace(scene, at=when.lo)
    codes = value if isinstance(value, tuple) else (_text(value),)
    return disjunction(belongs(there, code, condition.group) for code in codes)


def _in_force(scene: Scene, agreement: str) -> Truth:
    world = scene.world
    if agreement in (world.agreement.id, world.agreement.title):
        return known(world.entry is not None and world.entry <= scene.at)
    return unknown(Fact.of("in-force", agreement=agreement))


# ---- amounts


def _compare(scene: Scene, left: Amount, operator: str, right: Amount) -> Truth:
    if isinstance(left, Length) and left.dimension == "calendar":
        return _calendar_length(scene, left, operator, right)
    a, b = amount(scene, left), amount(scene, right)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return unknown(*(f for side in (a, b) if isinstance(side, Unknown) for f in side.missing))
    certainly, possibly = compared(a, operator, b)
    if certainly == possibly:
        return known(certainly)
    return unknown(*(interval_fact(scene, t, r) for t, r in ((left, a), (right, b)) if r.hi != r.lo))


def compared(a: Range, operator: str, b: Range) -> tuple[bool, bool]:
    """Certainly and possibly `a` OP `b` for two intervals; no `hi` is no bound."""
    match operator:
        case ">=":
            return b.hi is not None and a.lo >= b.hi, a.hi is None or a.hi >= b.lo
        case ">":
            return b.hi is not None and a.lo > b.hi, a.hi is None or a.hi > b.lo
        case "<=":
            return compared(b, ">=", a)
        case _:
            return compared(b, ">", a)


def interval_fact(scene: Scene, term: Amount, known_range: Range) -> Fact:
    """The fact that an amount is known only as an interval."""
    name, act = (term.steps[-1].name if term.steps else "", term.variable) if isinstance(term, Path) else ("", "")
    thing = scene.things.get(act)
    return Fact.of(
        "interval",
        attribute=name,
        act=thing.id if isinstance(thing, Act) else act,
        least=_plain(known_range.lo),
        greatest="…" if known_range.hi is None else _plain(known_range.hi),
    )


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _calendar_length(scene: Scene, left: Length, operator: str, right: Amount) -> Truth:
    """A length in days is counted as a deadline is: at most 21 days when the end is within 21 days after the start."""
    act = scene.things.get(left.variable)
    assert isinstance(act, Act), "a length is an act's"
    start, until = act.get("start"), act.get("until")
    if not isinstance(start, Moment) or not isinstance(until, Moment):
        return unknown(Fact.of("end", act=act.id))
    limit = shifted(scene, When(start.lo, start.hi), right, "after")
    if isinstance(limit, Unknown):
        return unknown(*limit.missing)
    end = When(until.lo, until.hi)
    match operator:
        case "<=":
            return _not_after(scene, end, limit)
        case ">":
            return ~_not_after(scene, end, limit)
        case "<":
            return _before(scene, end, limit)
        case _:
            return ~_before(scene, end, limit)


def _above(scene: Scene, left: Path, word: str) -> Truth:
    value = path_value(scene, left)
    if isinstance(value, Unknown):
        return unknown(*value.missing)
    scale = left.steps[-1].values
    text = _text(value)
    return known(text in scale and scale.index(text) > scale.index(word))


# ---- times


def timely(scene: Scene, timing: Order | Offset) -> Truth:
    """Whether the time on the left stands as the timing says."""
    left = time(scene, timing.left)
    if isinstance(left, Unknown):
        return unknown(*left.missing)
    truth = stands(scene, left, timing)
    if not any(fact.code == "hour-of-day" for fact in truth.missing):
        return truth
    return Truth(truth.certainly, truth.possibly, tuple(_named(scene, timing, f) for f in truth.missing))


def stands(scene: Scene, left: When, timing: Order | Offset) -> Truth:
    """Whether a time that was read elsewhere stands as the timing says."""
    match timing:
        case Order(relation=relation, right=right):
            other = time(scene, right)
            return unknown(*other.missing) if isinstance(other, Unknown) else ordered(scene, left, relation, other)
        case Offset():
            return _offset(scene, left, timing)


def _named(scene: Scene, timing: Order | Offset, fact: Fact) -> Fact:
    """The act whose hour is missing, where the timing speaks of one."""
    if fact.code != "hour-of-day":
        return fact
    for side in (timing.left, timing.right if isinstance(timing, Order) else timing.anchor):
        if isinstance(side, Path):
            value, act = path_value(scene, side), act_of(scene, side)
            if act is not None and isinstance(value, Moment) and not value.sharp:
                return Fact.of("hour", act=act.id)
    return fact


def ordered(scene: Scene, left: When, relation: str, right: When) -> Truth:
    """`left` before, after, on or before, on or after `right`. A day lasts from 00:00 to 24:00."""
    match relation:
        case "before":
            return _before(scene, left, right)
        case "on or before":
            return _not_after(scene, left, right)
        case "after":
            return ~_not_after(scene, left, right)
        case _:
            return ~_before(scene, left, right)


def _before(scene: Scene, left: When, right: When) -> Truth:
    return _truth(left.hi < right.lo, left.lo < last_start(scene, right))


def _not_after(scene: Scene, left: When, right: When) -> Truth:
    return _truth(left.hi <= first_end(scene, right), left.lo <= right.hi)


def _truth(certainly: bool, possibly: bool) -> Truth:
    if certainly or not possibly:
        return known(certainly)
    return unknown(Fact.of("hour-of-day"))


def _offset(scene: Scene, left: When, timing: Offset) -> Truth:
    anchor = time(scene, timing.anchor)
    if isinstance(anchor, Unknown):
        return unknown(*anchor.missing)
    bound = shifted(scene, anchor, timing.amount, timing.direction)
    if isinstance(bound, Unknown):
        # Whatever the span, an act on the wrong side of the anchor is not within it.
        side = _side(scene, left, anchor, timing.direction)
        return conjunction((side, unknown(*bound.missing))) if timing.bound == "within" else unknown(*bound.missing)
    after = timing.direction == "after"
    match timing.bound:
        case "at least":
            return ~_before(scene, left, bound) if after else _not_after(scene, left, bound)
        case "more than":
            return ~_not_after(scene, left, bound) if after else _before(scene, left, bound)
        case "within":
            inside = _not_after(scene, left, bound) if after else ~_before(scene, left, bound)
            return conjunction((_side(scene, left, anchor, timing.direction), inside))


def _side(scene: Scene, left: When, anchor: When, direction: str) -> Truth:
    return ~_before(scene, left, anchor) if direction == "after" else _not_after(scene, left, anchor)


# ---- quantifiers


def _quantified(scene: Scene, condition: Quantified) -> Truth:
    found = disjunction(
        conjunction((here, holds(inner, condition.where) if condition.where is not None else TRUE))
        for inner, here in things_in(scene, condition.range)
    )
    if not found.certainly and isinstance(condition.range, ActRange):
        found = disjunction((found, _uncovered(scene, condition)))
    return ~found if condition.quantifier == "no" else found


def _uncovered(scene: Scene, condition: Quantified) -> Truth:
    """Unknown where the record does not claim to hold every such act up to the day asked about."""
    assert isinstance(condition.range, ActRange)
    by = pinned_party(scene, condition.range.variable, condition.where)
    return covered(scene, condition.range.kinds, by, BEGINNING_US, scene.world.on)


def covered(scene: Scene, kinds: tuple[str, ...], by: str | None, lo: int, hi: int) -> Truth:
    """False where the record is complete about [lo, hi], else unknown for want of coverage."""
    if scene.closed:
        return FALSE
    memo, key = scene.world.memo, ("covered", kinds, by, lo, hi)
    if key not in memo:
        memo[key] = _covered(scene, kinds, by, scene.world.coverage.gaps(kinds, by, lo, hi))
    return cast("Truth", memo[key])


def _covered(scene: Scene, kinds: tuple[str, ...], by: str | None, gaps: list[tuple[int, int]]) -> Truth:
    if not gaps:
        return FALSE
    since = "" if gaps[0][0] <= BEGINNING_US else day_of(gaps[0][0], scene.zone)
    span: dict[str, object] = {"from": since, "until": day_of(gaps[-1][1], scene.zone)}
    return unknown(Fact.of("coverage", kinds=", ".join(kinds), parties=by or "", **span))


def pinned_party(scene: Scene, variable: str, where: Condition | None) -> str | None:
    """The party by whom alone the acts can be, where a condition says so: 'f.by is r.to'."""
    parts = where.parts if isinstance(where, And) else (where,)
    for part in parts:
        if not isinstance(part, Is):
            continue
        for side, other in ((part.left, part.right), (part.right, part.left)):
            if _is_by(side, variable) and not (isinstance(other, Path) and other.variable == variable):
                value = operand(scene, other)
                if isinstance(value, str):
                    return value
    return None


def _is_by(term: Operand, variable: str) -> bool:
    return isinstance(term, Path) and term.variable == variable and [s.name for s in term.steps] == ["by"]


def things_in(scene: Scene, over: RangeOf) -> Iterator[tuple[Scene, Truth]]:
    """Each scene with the range's variable set, and whether the thing is there at all."""
    match over:
        case ActRange(kinds=kinds, variable=variable):
            for act in acts_of(scene, kinds):
                sure = TRUE if act.sure else unknown(Fact.of("existence", act=act.id))
                yield scene.with_thing(variable, act), conjunction((sure, begun(act, scene.world.on)))
        case PartyRange(population=population, other=other, variable=variable):
            for code in members(scene, population):
                is_other = _other(scene, code) if other else TRUE
                yield scene.with_thing(variable, code), is_other
        case BreachRange(norm=norm, variable=variable):
            for act in scene.world.acts.get("breach", ()):
                if act.get("norm") == norm:
                    sure = TRUE if act.sure else unknown(Fact.of("breach", norm=norm))
                    yield scene.with_thing(variable, act), sure
        case CalendarRange():
            raise AssertionError("a calendar range stands only under `for each`")


def begun(act: Act, on: int) -> Truth:
    """Whether the act had begun by the instant. One of unknown start had, if it was sent or received by then."""
    start = act.get("start")
    if isinstance(start, Moment) or on >= END_US:
        return TRUE  # `acts_of` has left out what began later
    times = (act.get(name) for name in ("sent", "received", "until", "last-seen"))
    if any(isinstance(when, Moment) and when.hi <= on for when in times):
        return TRUE
    return unknown(Fact.of("attribute", attribute="start", act=act.id))


def acts_of(scene: Scene, kinds: tuple[str, ...]) -> Iterator[Act]:
    """The acts of these kinds that had begun by the day asked about."""
    world = scene.world
    for kind in world.acts if "act" in kinds else kinds:
        for act in world.acts.get(kind, ()):
            start = act.get("start")
            if not isinstance(start, Moment) or start.lo <= world.on:
                yield act


# ---- 'has'


def _has(scene: Scene, condition: Has) -> Truth:
    subject = condition.subject
    match subject:
        case EveryOf(quantifier=quantifier, of=of, other=other):
            parts = [
                conjunction((_other(scene, code), _has_one(scene, code, condition)))
                if other and quantifier != "every"
                else _has_one(scene, code, condition)
                for code in members(scene, of)
                if not (other and quantifier == "every" and code == scene.bearer)
            ]
            if quantifier == "every":
                return conjunction(parts)
            return disjunction(parts) if quantifier == "some" else ~disjunction(parts)
        case AtLeast():
            return _at_least(scene, subject, condition)
        case It():
            return _has_one(scene, scene.it, condition)
        case _:
            value = operand(scene, subject)
            if isinstance(value, Unknown):
                return unknown(*value.missing)
            return _has_one(scene, _text(value), condition)


def _at_least(scene: Scene, subject: AtLeast, condition: Has) -> Truth:
    population = sorted(members(scene, subject.of))
    if subject.other:
        population = [code for code in population if code != scene.bearer]
    done = [(_weight(scene, subject, code), _has_one(scene, code, condition)) for code in population]
    whole = sum((weight for weight, _ in done), Fraction(0))
    if subject.weight is not None:
        # The total is the whole table's, frozen: States outside the population count in it.
        table = scene.world.agreement.tables.get(subject.weight, {})
        whole = sum((row.value for row in table.values()), Fraction(0))
    needed = Fraction(subject.number) if subject.number is not None else (subject.share or Fraction(0)) * whole
    certain = sum((w for w, t in done if t.certainly), Fraction(0))
    possible = sum((w for w, t in done if t.possibly), Fraction(0))
    if _reached(certain, needed, subject.strict):
        return TRUE
    missing = [f for _, t in done if t.unknown for f in t.missing]
    return unknown(*missing) if _reached(possible, needed, subject.strict) else FALSE


def _reached(count: Fraction, needed: Fraction, strict: bool) -> bool:
    return count > needed if strict else count >= needed


def _weight(scene: Scene, subject: AtLeast, code: str) -> Fraction:
    if subject.weight is None:
        return Fraction(1)
    row = scene.world.agreement.tables.get(subject.weight, {}).get(code)
    return row.value if row else Fraction(0)


def _has_one(scene: Scene, code: str | None, condition: Has) -> Truth:
    """Whether that one has done it, by the end of the occasion's day. Instruments on record are all there are."""
    if code is None:
        return unknown(Fact.of("bearer"))
    by_then = end_of_day_us(scene.day, scene.zone)
    done = disjunction(
        _done_so(scene, act, condition, by_then)
        for act in scene.world.acts.get(condition.verb.kind, ())
        if act.get("by") in (code, None)
    )
    if done.certainly or condition.verb.instrument:
        return done
    return disjunction((done, covered(scene, (condition.verb.kind,), code, BEGINNING_US, min(by_then, scene.world.on))))


def _done_so(scene: Scene, act: Act, condition: Has, by_then: int) -> Truth:
    """Whether the act is what the verb stands for, done to the right one, in time. An unknown actor may be anybody."""
    return conjunction(
        (
            TRUE if act.sure else unknown(Fact.of("existence", act=act.id)),
            TRUE if act.get("by") is not None else unknown(Fact.of("attribute", attribute="by", act=act.id)),
            _about(scene, act, condition),
            _done_by(scene, act, condition.verb, by_then),
            _when_done(scene, act, condition),
        )
    )


def _about(scene: Scene, act: Act, condition: Has) -> Truth:
    truths = [
        known(act.get(name) == value) if act.get(name) is not None else unknown()
        for name, value in condition.verb.where.items()
    ]
    if condition.of is not None:
        target = scene.it if isinstance(condition.of, It) else operand(scene, condition.of)
        truths.append(_directed(act, target))
    return conjunction(truths)


def _directed(act: Act, target: object) -> Truth:
    """An act is done to what it is about, or to whom it is addressed."""
    if isinstance(target, Unknown):
        return unknown(*target.missing)
    about, to = act.get("about"), act.get("to")
    named = [x for side in (about, to) if isinstance(side, tuple) for x in side]
    if str(target) in named:
        return TRUE
    if about is None and to is None:
        return unknown(Fact.of("attribute", attribute="about", act=act.id))
    return FALSE


def verb_time(act: Act, verb: Verb) -> Moment | None:
    """The time that counts for a verb: receipt for messages, else the start."""
    value = act.get(verb.time)
    if not isinstance(value, Moment):
        value = act.get("start")
    return value if isinstance(value, Moment) else None


def _done_by(scene: Scene, act: Act, verb: Verb, by_then: int) -> Truth:
    when = verb_time(act, verb)
    if when is None:
        return unknown(Fact.of("attribute", attribute=verb.time, act=act.id))
    return _truth(when.hi <= by_then, when.lo <= by_then)


def _when_done(scene: Scene, act: Act, condition: Has) -> Truth:
    if condition.timing is None:
        return TRUE
    when = verb_time(act, condition.verb)
    if when is None:
        return unknown(Fact.of("attribute", attribute=condition.verb.time, act=act.id))
    return stands(scene, When(when.lo, when.hi), condition.timing)


__all__ = [
    "acts_of",
    "begun",
    "compared",
    "covered",
    "holds",
    "interval_fact",
    "invokes",
    "ordered",
    "pinned_party",
    "stands",
    "things_in",
    "timely",
    "verb_time",
]
