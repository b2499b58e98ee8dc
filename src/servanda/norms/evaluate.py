"""A condition, read in a scene, to a truth: Kleene's three values, with the facts that were missing.

This is the definition; plans must agree with it. Bounds: "within D" is closed at both ends, "at least" and
"at most" include the bound, "less than", "more than", "before" and "after" do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from servanda.norms.comparison import compare_amounts, stands_above
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
    Line,
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
from servanda.norms.facts import NOTHING, Act, Value
from servanda.norms.groups import belongs, members, turnover
from servanda.norms.location import located, near
from servanda.norms.memory import once
from servanda.norms.norm import walk
from servanda.norms.recorded import acts_of, begun, covered, exists, pinned_party
from servanda.norms.scene import (
    Scene,
    Spread,
    Unknown,
    When,
    act_of,
    operand,
    path_value,
    time,
)
from servanda.norms.spread import at_every, time_wanting
from servanda.norms.term import Group, Operand, Path, Population, Time
from servanda.norms.timing import blurred, stands, timely
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, known, unknown
from servanda.temporal import BEGINNING_US, END_US, Moment, end_of_day_us
from servanda.vocabulary.act import Sort, Verb
from servanda.vocabulary.verdict import Fact


def holds(scene: Scene, condition: Condition) -> Truth:
    """Whether the condition is true in the scene."""
    if scene.spread is not None:
        return at_every(scene, lambda s: holds(s, condition))
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
            return compare_amounts(scene, left, operator, right)
        case Between(left=left, least=least, greatest=greatest):
            return conjunction(
                (compare_amounts(scene, left, ">=", least), compare_amounts(scene, left, "<=", greatest))
            )
        case Above(left=left, word=word):
            return stands_above(scene, left, word)
        case Order() | Offset():
            return timely(scene, condition)
        case Quantified():
            return _quantified(scene, condition)
        case Has():
            return _has(scene, condition)


def until_false(scene: Scene, lines: Iterable[Line]) -> list[Truth] | None:
    """The truth of every line; None where one is certainly false: then the rest need not be read."""
    truths = []
    for line in lines:
        truth = holds(scene, line.condition)
        if not truth.possibly:
            return None
        truths.append(truth)
    return truths


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
    codes = value if isinstance(value, tuple) else (_text(value),)
    if condition.on is None:
        return _any_belongs(scene, codes, condition.group)
    when = time(scene, condition.on)
    if isinstance(when, Unknown):
        return unknown(*when.missing)
    there = _somewhere_in(scene, when, condition.on, condition.group)
    return at_every(there, lambda s: _any_belongs(s, codes, condition.group))


def _any_belongs(scene: Scene, codes: Iterable[str], group: Group) -> Truth:
    return disjunction(belongs(scene, code, group) for code in codes)


def _somewhere_in(scene: Scene, when: When, term: Time, group: Group) -> Scene:
    """The scene at a time that is known only to lie somewhere, as far as others may be of the group then."""
    changes = {t for part in walk(group) for t in turnover(scene.world, part) if when.lo < t <= when.hi}
    if not changes:
        return scene.at_instant(when.lo)
    return scene.at_some(Spread((when.lo, *sorted(changes)), _wanting(scene, term)))


def _wanting(scene: Scene, term: Time) -> Fact:
    """What is not known of a time: of the act's time from which it is counted."""
    for part in walk(term):
        if isinstance(part, Path):
            act, value = act_of(scene, part), path_value(scene, part)
            if act is not None and isinstance(value, Moment) and not value.sharp:
                return time_wanting(act, part.steps[-1].name, value, scene.zone)
    return Fact.of("hour-of-day")


def _in_force(scene: Scene, agreement: str) -> Truth:
    world = scene.world
    if agreement in (world.agreement.id, world.agreement.title):
        return known(world.entry is not None and world.entry <= scene.at)
    return unknown(Fact.of("in-force", agreement=agreement))


# ---- quantifiers


def _quantified(scene: Scene, condition: Quantified) -> Truth:
    found = disjunction(
        conjunction((here, holds(inner, condition.where) if condition.where is not None else TRUE))
        for inner, here in things_in(scene, condition.range)
        if here.possibly
    )
    if not found.certainly and isinstance(condition.range, ActRange):
        found = disjunction((found, _uncovered(scene, condition)))
    return ~found if condition.quantifier == "no" else found


def _uncovered(scene: Scene, condition: Quantified) -> Truth:
    """Unknown where the record does not claim to hold every such act up to the day asked about."""
    assert isinstance(condition.range, ActRange)
    by = pinned_party(scene, condition.range.variable, condition.where)
    return covered(scene, condition.range.kinds, by, BEGINNING_US, scene.world.on)


def things_in(
    scene: Scene, over: RangeOf, only: frozenset[str] | None = None, upto: int | None = None
) -> Iterator[tuple[Scene, Truth]]:
    """Each scene with the range's variable set, and whether the thing is there at all.

    `only`: no acts but these. `upto`: acts that had begun by then, if not by the day asked about.
    """
    last = scene.world.on if upto is None else upto
    match over:
        case ActRange(kinds=kinds, variable=variable):
            for act in acts_of(scene, kinds, last, only):
                sure = exists(act)
                yield scene.with_thing(variable, act), conjunction((sure, begun(act, last)))
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


# ---- 'has'


def _has(scene: Scene, condition: Has) -> Truth:
    subject = condition.subject
    match subject:
        case EveryOf(quantifier=quantifier, of=of, other=other):
            parts = (
                conjunction((_other(scene, code), _has_one(scene, code, condition)))
                if other and quantifier != "every"
                else _has_one(scene, code, condition)
                for code in members(scene, of)
                if not (other and quantifier == "every" and code == scene.bearer)
            )
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
    target = (
        None if condition.of is None else scene.it if isinstance(condition.of, It) else operand(scene, condition.of)
    )
    if condition.timing is not None or isinstance(target, Unknown):
        return _has_one_by(scene, code, condition, by_then)
    # The same is asked of every Party, on many days and for many acts.
    asked = (code, target, by_then, scene.closed)
    return once(scene.world.memo, "has", condition, asked, lambda: _has_one_by(scene, code, condition, by_then))


def _has_one_by(scene: Scene, code: str, condition: Has, by_then: int) -> Truth:
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
            exists(act),
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
    """The time that counts for a verb: receipt for messages, else the start.

    A receipt that is not known was no sooner than the message; a message to nobody counts at once.
    """
    value, start = act.get(verb.time), act.start
    if isinstance(value, Moment) or start is None:
        return value if isinstance(value, Moment) else None
    return start if value is NOTHING else Moment(start.lo, END_US)


def _done_by(scene: Scene, act: Act, verb: Verb, by_then: int) -> Truth:
    when = verb_time(act, verb)
    if when is None:
        return unknown(Fact.of("attribute", attribute=verb.time, act=act.id))
    truth = blurred(when.hi <= by_then, when.lo <= by_then)
    if truth.unknown and act.get(verb.time) is None:
        return unknown(Fact.of("attribute", attribute=verb.time, act=act.id))
    return truth


def _when_done(scene: Scene, act: Act, condition: Has) -> Truth:
    if condition.timing is None:
        return TRUE
    when = verb_time(act, condition.verb)
    if when is None:
        return unknown(Fact.of("attribute", attribute=condition.verb.time, act=act.id))
    return stands(scene, When(when.lo, when.hi), condition.timing)
