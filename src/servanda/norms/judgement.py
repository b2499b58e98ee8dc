"""Norms that a person decides: a statement engages them, an attested judgement decides, nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from servanda.norms.bearers import answering, answers, bearers
from servanda.norms.bound import bound_during, stretches
from servanda.norms.cuts import spread
from servanda.norms.evaluate import invokes
from servanda.norms.facts import NOTHING, Act, Bound, World
from servanda.norms.finding import blank, throughout
from servanda.norms.norm import Awaits, Standard, Variant
from servanda.norms.recorded import acts_of, covered, exists
from servanda.norms.scene import Scene
from servanda.norms.truth import Truth, conjunction, disjunction, known, unknown
from servanda.temporal import BEGINNING_US
from servanda.vocabulary.verdict import Fact, Finding, Outcome, Reason

STATEMENTS = ("statement", "accusation")


@dataclass(frozen=True)
class Ruling:
    """What the judgements on record make of it."""

    outcome: Outcome
    reason: Reason
    whose: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()


def judged(scene: Scene, variant: Variant, awaits: Awaits, about: tuple[str, ...]) -> Ruling:
    """The ruling on an engaged norm: as judged, or awaited; undetermined where a judgement may be missing.

    `about`: the ids that a judgement may name (the statement, the act). Judgements by the judges alone count.
    """
    judges = tuple(code for code in bearers(scene, awaits.judge) if code is not None and code != scene.bearer)
    rulings = [(act, _bears_on(scene, variant, act, judges, about)) for act in acts_of(scene, ("judgement",))]
    certain = {str(act.get("finding")): act.id for act, truth in rulings if truth.certainly and act.get("finding")}
    possible = [act.id for act, truth in rulings if truth.possibly]
    if len(certain) == 1 and len(possible) == len([a for a, t in rulings if t.certainly and a.get("finding")]):
        (finding,) = certain
        out = Outcome.BREACHED if finding == "breach" else Outcome.COMPLIED
        return Ruling(out, Reason.JUDGED, (), tuple(sorted(possible)))
    if possible:
        return Ruling(Outcome.UNDETERMINED, Reason.FACT_MISSING, judges, tuple(sorted(possible)))
    if not_covered(scene, judges):
        return Ruling(Outcome.UNDETERMINED, Reason.NO_COVERAGE, judges)
    return Ruling(Outcome.AWAITS, Reason.AWAITS_JUDGEMENT, _speakers(scene, judges, about))


def not_covered(scene: Scene, judges: tuple[str, ...]) -> bool:
    """Whether a judgement of one of them may be missing from the record."""
    return any(covered(scene, ("judgement",), j, BEGINNING_US, scene.world.on).possibly for j in judges)


def _speakers(scene: Scene, judges: tuple[str, ...], about: tuple[str, ...]) -> tuple[str, ...]:
    """Those judges who spoke: it is their judgement that is awaited; all of them where none spoke."""
    spoke = {str(scene.world.by_id[a].get("by")) for a in about if a in scene.world.by_id}
    return tuple(j for j in judges if j in spoke) or judges


def _bears_on(scene: Scene, variant: Variant, act: Act, judges: tuple[str, ...], about: tuple[str, ...]) -> Truth:
    by, norm, named = act.get("by"), act.get("norm"), act.get("about")
    return conjunction(
        (
            exists(act),
            _known(act, "by", by is None, by in judges),
            _known(act, "norm", norm is None, names_norm(variant, str(norm))),
            _known(act, "about", named is None, isinstance(named, tuple) and bool(set(named) & set(about))),
            _known(act, "finding", act.get("finding") is None, True),
        )
    )


def _known(act: Act, attribute: str, missing: bool, value: bool) -> Truth:
    return unknown(Fact.of("attribute", attribute=attribute, act=act.id)) if missing else known(value)


def names_norm(variant: Variant, label: str) -> bool:
    """Whether a label on record names this norm: by its id, its article, or an article that holds it."""
    return invokes(label, variant.id) or invokes(label, variant.article) or invokes(variant.article, label)


# ---- standards


def findings(world: World, variant: Variant) -> Iterator[Finding]:
    """A finding for each statement that invokes the standard, for the Party it is about; else one for the bearer."""
    engaged: set[tuple[str, int]] = set()
    scene = Scene(world, world.on)
    for act in acts_of(scene, STATEMENTS):
        for finding in _of_statement(world, variant, act):
            engaged.add((str(finding.bearer), finding.bound_from or 0))
            yield finding
    yield from _without_statement(world, variant, engaged)


def _of_statement(world: World, variant: Variant, act: Act) -> Iterator[Finding]:
    assert isinstance(variant.shape, Standard)
    assert variant.bearer is not None
    invoked = _invoked(variant, act)
    if not invoked.possibly:
        return
    start = act.start
    at, last = (start.lo, start.hi) if start else (world.on, world.on)
    scene = spread(Scene(world, at, {"s": act}), variant, at, last, act)
    speaker = act.get("by")
    for code in answering(world, variant, scene):
        if code is None or code == speaker:
            continue
        accused = _accused(world, act, code)
        spoken_by = bound_during(world, speaker if isinstance(speaker, str) else None, at, last)
        for bound in stretches(world, code):
            inside = Truth(bound.start <= at and last < bound.until, bound.start <= last and at < bound.until)
            here = exists(act)
            addressed = answers(scene.with_bearer(code), variant)
            engaged = conjunction((here, invoked, accused, spoken_by, inside, addressed))
            if not engaged.possibly:
                continue
            yield _finding(variant, scene.with_bearer(code), act, bound, engaged)


def _finding(variant: Variant, scene: Scene, act: Act, bound: Bound, engaged: Truth) -> Finding:
    assert isinstance(variant.shape, Standard)
    about = act.get("about")
    named = (act.id, *(about if isinstance(about, tuple) else ()))
    ruling = judged(scene, variant, variant.shape.awaits, named)
    if engaged.unknown:
        ruling = Ruling(Outcome.UNDETERMINED, Reason.FACT_MISSING, ruling.whose, ruling.witnesses)
    speaker = act.get("by")
    return replace(
        blank(variant, scene.bearer, bound),
        counterparty=speaker if isinstance(speaker, str) else None,
        act=act.id,
        outcome=ruling.outcome,
        reason=ruling.reason,
        start=scene.at,
        until=scene.at,
        owed_judgement=ruling.whose,
        witnesses=ruling.witnesses,
    )


def _invoked(variant: Variant, act: Act) -> Truth:
    """A statement engages only what it invokes; one that invokes nothing engages nothing."""
    label = act.get("invokes")
    if label is None:
        return unknown(Fact.of("attribute", attribute="invokes", act=act.id))
    return known(label is not NOTHING and names_norm(variant, str(label)))


def _accused(world: World, act: Act, code: str) -> Truth:
    """Whether the statement is about this party: named, spoken against, or the one who did what it is about."""
    about, against = act.get("about"), act.get("against")
    truths = [_names(world, act, "about", about, code), _names(world, act, "against", against, code)]
    return disjunction(truths)


def _names(world: World, act: Act, attribute: str, value: object, code: str) -> Truth:
    if value is None:
        return unknown(Fact.of("attribute", attribute=attribute, act=act.id))
    named = value if isinstance(value, tuple) else ()
    doers = [(world.by_id[x], world.by_id[x].get("by")) for x in named if x in world.by_id]
    return disjunction((known(code in named), *(_known(a, "by", by is None, by == code) for a, by in doers)))


def _without_statement(world: World, variant: Variant, engaged: set[tuple[str, int]]) -> Iterator[Finding]:
    assert variant.bearer is not None
    for code in sorted(world.bound):
        for bound in stretches(world, code):
            scene = Scene(world, bound.start, bearer=code)
            if (code, bound.start) in engaged or code not in bearers(scene, variant.bearer):
                continue
            complete = not covered(scene, STATEMENTS, None, bound.start, bound.until - 1).possibly
            yield throughout(
                variant,
                code,
                bound,
                Outcome.NOT_ENGAGED if complete else Outcome.UNDETERMINED,
                Reason.NO_STATEMENT if complete else Reason.NO_COVERAGE,
            )
