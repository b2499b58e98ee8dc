"""What each act adds to a measure: to whose, how much, when, and how certainly."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import chain
from operator import itemgetter

from servanda.norms import sharing
from servanda.norms.bearers import answering, answers
from servanda.norms.bound import term_of
from servanda.norms.condition import ActRange
from servanda.norms.cuts import spread
from servanda.norms.evaluate import holds, until_false
from servanda.norms.facts import NOTHING, Act, Range, World
from servanda.norms.memory import once
from servanda.norms.norm import Each, Limits, Rolling, Variant
from servanda.norms.presence import Piece, Presence, lasts, presence, time_of
from servanda.norms.recorded import acts_of, exists
from servanda.norms.scene import Scene, Unknown, amount, path_value
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, disjunction, unknown
from servanda.vocabulary.verdict import Fact

SEPARATOR = ", "


@dataclass(frozen=True)
class Key:
    """For whom a measure is taken: the bearer (None: jointly, or not known) and the values under `per`."""

    bearer: str | None
    scope: tuple[tuple[str, str | None], ...]

    @property
    def is_open(self) -> bool:
        """Whether something of it is not known."""
        return self.bearer is None or any(value is None for _, value in self.scope)

    def may_be(self, other: Key) -> bool:
        """Whether an act under the other key may belong here: what is not known may be anything."""
        if self.bearer != other.bearer and other.bearer is not None:
            return False
        if self.scope == other.scope:
            return True
        for (_, mine), (_, theirs) in zip(self.scope, other.scope, strict=True):
            if theirs is not None and mine != theirs:
                return False
        return True


@dataclass(frozen=True)
class Contribution:
    """One piece of one act's time, and the amount that it adds while it is there.

    `counted` is the truth of `where`; `saved` of the exceptions, `exception` the name of one that certainly holds.
    """

    act: Act
    key: Key
    piece: Piece
    when: Presence | None  # of acts that last
    amount: Range | Unknown
    counted: Truth
    saved: Truth
    exception: str | None
    lines: tuple[tuple[bool, bool], ...]

    @property
    def adds(self) -> Truth:
        """Whether it counts: it is one of those limited, and nothing saves it."""
        return conjunction((self.counted, ~self.saved))


class Ledger:
    """Contributions by their key, so that not all are asked where those of one are wanted."""

    def __init__(self, found: Iterable[Contribution]) -> None:
        self._of: dict[Key, list[tuple[int, Contribution]]] = {}
        for number, c in enumerate(found):
            self._of.setdefault(c.key, []).append((number, c))
        self._open = [k for k in self._of if k.is_open]

    def belonging(self, key: Key) -> list[Contribution]:
        """Those that belong under the key, or may, in order."""
        those = [self._of[k] for k in self._open if k != key and key.may_be(k)]
        own = self._of.get(key, [])
        return [c for _, c in (sorted(chain(own, *those), key=itemgetter(0)) if those else own)]


def contributions(world: World, variant: Variant, *, unless: bool = True) -> list[Contribution]:
    """All pieces of all acts that possibly count, at any time up to the day asked about; computed once in a world.

    `unless` false: exceptions are left aside, as for a level that others are held against.
    """
    if unless:
        return once(world.memo, "contributions", variant, (), lambda: list(_all(world, variant)))
    bare = partial(_bare, world)
    return once(world.memo, "bare contributions", variant, (), lambda: [*map(bare, contributions(world, variant))])


def ledger(world: World, variant: Variant) -> Ledger:
    """The contributions by bearer; computed once in a world."""
    return once(world.memo, "ledger", variant, (), lambda: Ledger(contributions(world, variant)))


def _bare(world: World, c: Contribution) -> Contribution:
    """The contribution without what exceptions make of it: one object in all worlds that share the other."""
    if c.saved is FALSE and c.exception is None:
        return c
    return once(world.shared, "bare", c, (), lambda: replace(c, saved=FALSE, exception=None))


def of_acts(world: World, variant: Variant, ids: frozenset[str]) -> list[Contribution]:
    """What these acts alone add."""
    return [c for c in contributions(world, variant) if c.act.id in ids]


def _all(world: World, variant: Variant) -> Iterator[Contribution]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    assert isinstance(shape.range, ActRange), "what is measured is acts"
    for act in acts_of(Scene(world, world.on), shape.range.kinds):
        yield from sharing.of_act(world, variant, act, "contribution", partial(_of_act, world, variant, act))


def _of_act(world: World, variant: Variant, act: Act) -> Iterator[Contribution]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    start = act.start
    scene = Scene(world, start.lo if start else world.on, {shape.range.variable: act})
    for bearer in (None,) if variant.jointly else answering(world, variant, scene):
        who = scene.with_bearer(bearer)
        key = Key(None if variant.jointly else bearer, scope_of(who, variant))
        for piece in _time(world, variant, who, act):
            found = _contribution(variant, who, act, key, piece)
            if found is not None:
                yield found


def scope_of(scene: Scene, variant: Variant) -> tuple[tuple[str, str | None], ...]:
    """The values under `per` for the act; None where one is not known, 'none' where it does not apply."""
    shape = variant.shape
    assert isinstance(shape, Limits)
    values: list[tuple[str, str | None]] = []
    for path in shape.per:
        value = path_value(scene, path)
        if isinstance(value, Unknown):
            values.append((path.text, None))
        else:
            values.append((path.text, "none" if value is NOTHING else named(value)))
    return tuple(values)


def named(value: object) -> str:
    """A value of the scope in words; several are one scope, in whatever order they were written."""
    return SEPARATOR.join(sorted(value)) if isinstance(value, tuple | list) else str(value)


def _time(world: World, variant: Variant, scene: Scene, act: Act) -> Iterator[Piece]:
    """The act's time from its start to the day asked about, in pieces; an event is one."""
    assert isinstance(variant.shape, Limits)
    lo, hi, sure = term_of(world, variant, scene)
    for piece in time_of(world, variant, act, lo, min(hi, world.on), moment=flows(variant.shape)):
        yield replace(piece, here=conjunction((piece.here, sure)))


def flows(shape: Limits) -> bool:
    """Whether what counts is when acts come, and not how long they are there."""
    return shape.measure.function != "each" and isinstance(shape.measure.window, Rolling | Each)


def _contribution(variant: Variant, scene: Scene, act: Act, key: Key, piece: Piece) -> Contribution | None:
    shape = variant.shape
    assert isinstance(shape, Limits)
    now = spread(scene, variant, piece.lo, piece.hi, act)
    where = until_false(now, shape.where)
    if where is None:
        return None
    exceptions = [(e.name, holds(now, e.condition)) for e in variant.unless]
    here = exists(act)
    known_bearer = TRUE if scene.bearer is not None or variant.jointly else unknown(Fact.of("bearer"))
    one = Range(Fraction(1), Fraction(1))
    return Contribution(
        act=act,
        key=key,
        piece=piece,
        when=presence(scene.world, act) if lasts(act) else None,
        amount=one if shape.measure.amount is None else amount(now, shape.measure.amount),
        counted=conjunction((here, known_bearer, TRUE if variant.jointly else answers(now, variant), *where)),
        saved=disjunction(truth for _, truth in exceptions),
        exception=next((name for name, truth in exceptions if truth.certainly), None),
        lines=tuple((t.certainly, t.possibly) for t in where),
    )


def total(amounts: Iterable[tuple[bool, Range | Unknown]], *, greatest: bool = False, more: bool = False) -> Range:
    """The sum of amounts of which some are certain, or the `greatest` of them; `more`: there may be others.

    The certain ones give the least, all of them the greatest; without end where an amount is not known.
    """
    add: Callable[[Fraction, Fraction], Fraction] = max if greatest else operator.add
    lo, hi = Fraction(0), Fraction(0)
    for certain, value in amounts:
        if isinstance(value, Unknown):
            more = True
            continue
        if certain:
            lo = add(lo, value.lo)
        if value.hi is None:
            more = True
        else:
            hi = add(hi, value.hi)
    return Range(lo, None if more else hi)


def keys_of(everything: Iterable[Contribution]) -> list[Key]:
    """All keys that occur, in order; those with an unknown part too, as measures of their own."""
    return sorted({c.key for c in everything}, key=lambda k: (k.bearer or "", [(n, v or "") for n, v in k.scope]))
