"""Conduct that is forbidden (deontic: prohibition).

One finding for each act that meets the conditions (an act that lasts: each maximal interval of one outcome); where
there is none, one for the bearer and each stretch in which it is bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from servanda.norms import sharing
from servanda.norms.bearers import answering, answers, bearers
from servanda.norms.bound import bound_during, stretches, term_of
from servanda.norms.condition import Above, ActRange, BreachRange, Compare, Is, IsOneOf
from servanda.norms.cuts import spread
from servanda.norms.evaluate import holds, things_in, until_false
from servanda.norms.facts import Act, Bound, World
from servanda.norms.finding import blank, throughout
from servanda.norms.judgement import judged
from servanda.norms.norm import Prohibits, Variant
from servanda.norms.occasion import Occasion, arises, at_trigger, occasions, of_populations, others_apart
from servanda.norms.presence import Piece, presence, time_of, together
from servanda.norms.recorded import acts_of, covered
from servanda.norms.scene import Scene, operand
from servanda.norms.term import Operand, Path
from servanda.norms.truth import TRUE, Truth, conjunction, unknown
from servanda.norms.unengaged import Unengaged, unengaged
from servanda.vocabulary.verdict import Fact, Finding, Outcome, Reason


@dataclass(frozen=True)
class Judged:
    """What one piece of an act's time amounts to."""

    piece: Piece
    outcome: Outcome
    reason: Reason
    exception: str | None
    lines: tuple[tuple[bool, bool], ...]
    whose: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()

    @property
    def kind(self) -> object:
        """What must be equal for two neighbouring pieces to be one interval."""
        return (self.outcome, self.reason, self.exception, self.whose, self.witnesses)


def outcome(
    engaged: Truth, exceptions: tuple[tuple[str, bool, Truth], ...]
) -> tuple[Outcome, Reason, str | None] | None:
    """The outcome of conduct: None where the conditions are certainly not met.

    `exceptions`: name, whether a norm that prevails stands behind it, and whether it holds. Any one saves.
    """
    if not engaged.possibly:
        return None
    for name, replaces, truth in exceptions:
        if truth.certainly and not replaces:
            return Outcome.COMPLIED, Reason.EXCEPTION, name
        if truth.certainly and engaged.certainly:
            return Outcome.NOT_ENGAGED, Reason.PREVAILED, name
    if engaged.certainly and not any(truth.possibly for _, _, truth in exceptions):
        return Outcome.BREACHED, Reason.ACT_MEETS, None
    return Outcome.UNDETERMINED, Reason.FACT_MISSING, None


def findings(world: World, variant: Variant) -> Iterator[Finding]:
    """Every finding of a prohibition."""
    assert isinstance(variant.shape, Prohibits), variant.id
    found = [f for occasion in occasions(world, variant, planned=False) for f in _of_occasion(world, variant, occasion)]
    yield from found
    yield from without_act(world, variant, found)


def of_acts(world: World, variant: Variant, ids: frozenset[str]) -> list[Finding]:
    """What the norm finds of these acts alone; for a norm without `for each`."""
    (occasion,) = occasions(world, variant, planned=False)
    return list(_of_occasion(world, variant, occasion, ids))


def _of_occasion(
    world: World, variant: Variant, occasion: Occasion, only: frozenset[str] | None = None
) -> Iterator[Finding]:
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    assert isinstance(shape.range, ActRange | BreachRange), "what is forbidden is an act"
    named = _named(occasion.scene, shape) if only is None else only
    for scene, there in things_in(occasion.scene, shape.range, named):
        act = scene.things[shape.range.variable]
        assert isinstance(act, Act)
        found = partial(_of_thing, world, variant, occasion, scene, act, there)
        if variant.for_each or shape.awaits is not None or isinstance(shape.range, BreachRange):
            yield from found()
        else:
            yield from sharing.of_act(world, variant, act, "findings", found)


def _of_thing(
    world: World, variant: Variant, occasion: Occasion, scene: Scene, act: Act, there: Truth
) -> Iterator[Finding]:
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    if _ruled_out(scene, shape):
        return
    if not variant.for_each:
        start = act.start
        scene = scene.at_instant(world.on) if start is None else spread(scene, variant, start.lo, start.hi, act)
    else:
        scene = at_trigger(variant, scene)
    for bearer in answering(world, variant, scene):
        who = scene.with_bearer(bearer)
        if others_apart(variant, who):
            yield from _of_act(world, variant, occasion, who, act, conjunction((occasion.here, there)))


def _named(scene: Scene, shape: Prohibits) -> frozenset[str] | None:
    """The ids that alone can meet a line such as 'd is s.about'; None where no line names the act."""
    for line in shape.where:
        if not isinstance(line.condition, Is):
            continue
        for side, other in ((line.condition.left, line.condition.right), (line.condition.right, line.condition.left)):
            if isinstance(side, Path) and side.variable == shape.range.variable and not side.steps:
                value = operand(scene, other) if not _speaks_of(other, shape.range.variable) else None
                if isinstance(value, str | tuple):
                    return frozenset(value if isinstance(value, tuple) else (value,))
    return None


def _speaks_of(term: Operand, variable: str) -> bool:
    return isinstance(term, Path) and term.variable == variable


def _ruled_out(scene: Scene, shape: Prohibits) -> bool:
    """Whether a line that reads neither the day nor the bearer is certainly false: most acts go here, cheaply."""
    return any(
        not holds(scene, line.condition).possibly
        for line in shape.where
        if isinstance(line.condition, Is | IsOneOf | Compare | Above)
    )


def _of_act(
    world: World, variant: Variant, occasion: Occasion, scene: Scene, act: Act, here: Truth
) -> Iterator[Finding]:
    for bound in stretches(world, scene.bearer):
        for run in _runs(_judged(world, variant, scene, act, here, bound)):
            first, last = run[0], run[-1]
            yield replace(
                blank(variant, scene.bearer, bound),
                counterparty=_counterparty(scene, variant),
                occasion=occasion.key(variant),
                act=act.id,
                outcome=first.outcome,
                reason=first.reason,
                exception=first.exception,
                start=first.piece.lo,
                until=last.piece.hi,
                lines=first.lines,
                owed_judgement=first.whose,
                witnesses=first.witnesses,
            )


def _counterparty(scene: Scene, variant: Variant) -> str | None:
    if variant.owed_to is None:
        return None
    named = bearers(scene, variant.owed_to)
    return named[0] if len(named) == 1 else None


@dataclass(frozen=True)
class Read:
    """Neighbouring pieces of an act's time in which its conditions read alike."""

    pieces: tuple[Piece, ...]
    engaged: Truth  # as far as the act was there
    saved: tuple[tuple[str, bool, Truth], ...]
    lines: tuple[tuple[bool, bool], ...]

    @property
    def kind(self) -> object:
        """What must be equal for two neighbours to be one."""
        saved = tuple((truth.certainly, truth.possibly) for _, _, truth in self.saved)
        return (self.engaged.certainly, self.engaged.possibly, saved)


def _judged(world: World, variant: Variant, scene: Scene, act: Act, here: Truth, bound: Bound) -> Iterator[Judged]:
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    reads = _read(world, variant, scene, act, here, bound)
    for read in reads if shape.awaits is not None else _alike(world, act, reads):
        piece = Piece(read.pieces[0].lo, read.pieces[-1].hi, together(world, act, read.pieces[0], read.pieces[-1]))
        decided = outcome(conjunction((piece.here, read.engaged)), read.saved)
        if decided is None:
            continue
        found = Judged(piece, decided[0], decided[1], decided[2], read.lines)
        if shape.awaits is not None and found.outcome is Outcome.BREACHED:
            statements = (*(label for _, label in _keys(variant, scene)), act.id)
            ruling = judged(scene.at_instant(piece.lo), variant, shape.awaits, statements)
            found = replace(
                found, outcome=ruling.outcome, reason=ruling.reason, whose=ruling.whose, witnesses=ruling.witnesses
            )
        yield found


def _read(world: World, variant: Variant, scene: Scene, act: Act, here: Truth, bound: Bound) -> Iterator[Read]:
    """The conditions in each piece of the act's time in which they are not certainly false."""
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    lo, hi, in_term = term_of(world, variant, scene)
    trigger = bound_during(world, scene.bearer, *arises(variant, scene)) if variant.for_each else TRUE
    known_bearer = TRUE if scene.bearer is not None else unknown(Fact.of("bearer"))
    when = until_false(scene, variant.when)
    of = of_populations(variant, scene)
    if when is None or not of.possibly:
        return
    first, last = max(lo, bound.start), min(hi, bound.until - 1)
    for piece in time_of(world, variant, act, first, last, moment=shape.mode == "placing"):
        now = spread(scene, variant, piece.lo, piece.hi, act)
        before = (here, of, in_term, trigger, known_bearer, answers(now, variant))
        if not conjunction((*before, piece.here)).possibly:
            continue
        where = until_false(now, shape.where)
        if where is None:
            continue
        lines = [*when, *where]
        saved = tuple((e.name, e.replaces, holds(now, e.condition)) for e in variant.unless)
        shown = tuple((t.certainly, t.possibly) for t in lines)
        yield Read((piece,), conjunction((*before, *lines)), saved, shown)


def _alike(world: World, act: Act, found: Iterator[Read]) -> list[Read]:
    """Neighbours that read alike, joined where the record says the same of whether the act was there."""
    joined: list[Read] = []
    edges: set[int] | None = None
    for one in found:
        if joined and joined[-1].kind == one.kind and joined[-1].pieces[-1].hi + 1 == one.pieces[0].lo:
            if edges is None:
                there = presence(world, act)
                edges = set() if there is None else there.edges(world.agreement.counting.zone)
            if one.pieces[0].lo not in edges:
                joined[-1] = replace(joined[-1], pieces=(*joined[-1].pieces, *one.pieces))
                continue
        joined.append(one)
    return joined


def _keys(variant: Variant, scene: Scene) -> tuple[tuple[str, str], ...]:
    return Occasion(scene, TRUE).key(variant)


def _runs(found: Iterator[Judged]) -> list[list[Judged]]:
    """Neighbouring pieces of one kind, joined."""
    runs: list[list[Judged]] = []
    for one in found:
        if runs and runs[-1][-1].kind == one.kind and runs[-1][-1].piece.hi + 1 == one.piece.lo:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


# ---- no act


def without_act(world: World, variant: Variant, found: list[Finding]) -> Iterator[Finding]:
    """For every party that the norm addresses: nothing forbidden is on record in a stretch in which it is bound."""
    for one in unengaged(world, variant, found):
        yield throughout(variant, one.party, one.bound, *_nothing_found(world, variant, one))


def _nothing_found(world: World, variant: Variant, one: Unengaged) -> tuple[Outcome, Reason]:
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    if one.open_elsewhere:
        return Outcome.UNDETERMINED, Reason.FACT_MISSING
    complete = _complete(world, variant, one.party, one.bound)
    if shape.awaits is not None:
        return (Outcome.NOT_ENGAGED, Reason.NO_STATEMENT) if complete else (Outcome.UNDETERMINED, Reason.NO_COVERAGE)
    return (Outcome.COMPLIED, Reason.NO_ACT) if complete else (Outcome.UNDETERMINED, Reason.NO_COVERAGE)


def _complete(world: World, variant: Variant, code: str, bound: Bound) -> bool:
    """Whether the record claims to hold every act of the kind by that bearer, or every occasion, and holds none."""
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    scene = Scene(world, bound.start, bearer=code)
    lo, hi = bound.start, bound.until - 1
    by = code if is_actor(variant, shape.range.variable) else None
    if _covers(scene, shape.range.kinds, by, lo, hi):
        return True
    triggers = [r for r in variant.for_each if isinstance(r, ActRange)]
    return any(
        _covers(scene, r.kinds, None, lo, hi) and not any(True for _ in acts_of(scene, r.kinds)) for r in triggers
    )


def _covers(scene: Scene, kinds: tuple[str, ...], by: str | None, lo: int, hi: int) -> bool:
    return kinds == ("breach",) or not covered(scene, kinds, by, lo, hi).possibly


def is_actor(variant: Variant, variable: str) -> bool:
    """True when the bearer is the one by whom the act is done, so that coverage of its own acts is enough."""
    of = variant.bearer.of if variant.bearer is not None else None
    return isinstance(of, Path) and of.variable == variable and [s.name for s in of.steps] == ["by"]
