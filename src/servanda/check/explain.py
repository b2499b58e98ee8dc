"""One verdict in one screen: each condition with its value and its source, and what would change the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from servanda.check.answer import Answer
from servanda.check.missing import facts_wanted
from servanda.check.occasions import scene_of, variant_of
from servanda.check.printed import number, printed, quantity
from servanda.norms.condition import Condition, Line, Offset, Order, Quantified
from servanda.norms.deadline import deadline
from servanda.norms.evaluate import holds, things_in
from servanda.norms.extension import extended, in_extension, opening
from servanda.norms.facts import Act
from servanda.norms.norm import Limits, Prohibits, Requires, Variant, walk
from servanda.norms.prohibition import outcome as prohibited
from servanda.norms.scene import Scene, Unknown, path_value, time
from servanda.norms.term import Length, Parameter, Path
from servanda.norms.timing import stands, timely
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction
from servanda.vocabulary.verdict import ExplainedLine, Explanation, Fact, Finding, Outcome, Verdict


def explain(answer: Answer, verdict: Verdict) -> Explanation:
    """Each condition of the verdict with value and source, and the single facts that would flip it.

    Where the verdict depends on accounts or readings, the conditions are those of its most adverse finding.
    """
    found, agreement = answer.cases, answer.agreement
    if found is None:
        return Explanation(verdict, (), (), None, ())
    finding = _telling(verdict)
    case = next((c for c in found.cases if c.account == finding.account), found.cases[0])
    variant = variant_of(agreement, finding)
    if variant is None or finding.start is None:
        return Explanation(verdict, (), (), None, ())
    scene = scene_of(case.world, variant, finding)
    scene = _with_required(scene, variant, finding)
    lines = [*variant.when, *getattr(variant.shape, "where", ())]
    conditions = tuple(
        _line(answer, finding.account, scene, line) for line in lines if _readable(scene, line.condition)
    )
    exceptions = tuple(
        _line(answer, finding.account, scene, Line(e.condition, e.text, e.name))
        for e in variant.unless
        if _readable(scene, e.condition)
    )
    missing = facts_wanted(case.world, variant, finding) if finding.outcome is Outcome.UNDETERMINED else []
    flips = tuple(_flips(scene, variant, finding, conditions, exceptions))
    return Explanation(
        replace(verdict, missing=verdict.missing or tuple(missing)),
        conditions,
        exceptions,
        _due(answer, finding.account, scene, variant),
        flips,
    )


def _telling(verdict: Verdict) -> Finding:
    findings = [a.finding for a in verdict.alternatives if a.finding is not None]
    for outcome in (Outcome.BREACHED, Outcome.OVERDUE, Outcome.UNDETERMINED, Outcome.AWAITS):
        for finding in findings:
            if finding.outcome is outcome:
                return finding
    return verdict.finding


def _with_required(scene: Scene, variant: Variant, finding: Finding) -> Scene:
    """The scene with the act that discharges the duty, or the one that counts, under the head's variable."""
    match variant.shape:
        case Requires(range=over) | Limits(range=over) if over.variable not in scene.things and finding.witnesses:
            act = scene.world.by_id.get(finding.witnesses[0])
            return scene if act is None else scene.with_thing(over.variable, act)
    return scene


def _readable(scene: Scene, condition: Condition) -> bool:
    """Whether every variable that the condition reads stands for something in the scene."""
    inner = {q.range.variable for q in walk(condition) if isinstance(q, Quantified)}
    return all(
        p.variable in scene.things or p.variable in inner for p in walk(condition) if isinstance(p, Path | Length)
    )


# ---- lines


def _line(answer: Answer, account: str | None, scene: Scene, line: Line) -> ExplainedLine:
    truth = holds(scene, line.condition)
    values = dict(_values(scene, line.condition))
    return ExplainedLine(
        text=line.text,
        name=line.name,
        values=tuple(values.items()),
        certainly=truth.certainly,
        possibly=truth.possibly,
        sources=tuple(sorted(_sources(answer, account, scene, line.condition))),
        missing=truth.missing,
    )


def _values(scene: Scene, condition: Condition) -> Iterator[tuple[str, str]]:
    quantified = {q.range.variable for q in walk(condition) if isinstance(q, Quantified)}
    for term in walk(condition):
        if isinstance(term, Path) and term.variable not in quantified:
            if term.steps:
                value = path_value(scene, term)
                yield (
                    term.text,
                    "unknown" if isinstance(value, Unknown) else printed(value, term.steps[-1].dimension, scene.zone),
                )
        elif isinstance(term, Parameter):
            given = scene.world.agreement.parameters.get(term.name)
            yield term.name, "open" if given is None else quantity(given)
        elif isinstance(term, Quantified):
            yield from _witnesses(scene, term)


def _witnesses(scene: Scene, condition: Quantified) -> Iterator[tuple[str, str]]:
    """Which things certainly, else possibly, fit a quantified condition."""
    fits: dict[bool, list[str]] = {True: [], False: []}
    for inner, here in things_in(scene, condition.range):
        truth = conjunction((here, holds(inner, condition.where) if condition.where is not None else TRUE))
        if truth.possibly:
            thing = inner.things[condition.range.variable]
            fits[truth.certainly].append(thing.id if isinstance(thing, Act) else str(thing))
    for certain, mark in ((True, ""), (False, "?")):
        if fits[certain]:
            yield condition.range.variable, ", ".join(f"{name}{mark}" for name in sorted(fits[certain])[:6])
            return
    yield condition.range.variable, "—"


def _sources(answer: Answer, account: str | None, scene: Scene, condition: Condition) -> set[str]:
    """The sources of the acts that the condition reads."""
    used = {p.variable for p in walk(condition) if isinstance(p, Path)}
    acts = {t.id for v, t in scene.things.items() if v in used and isinstance(t, Act)}
    if answer.cases is None:
        return set()
    told = answer.cases.sources_of(acts, account)
    return {source for sources in told.values() for source in sources.split(", ")}


# ---- the deadline


def _due(answer: Answer, account: str | None, scene: Scene, variant: Variant) -> ExplainedLine | None:
    shape = variant.shape
    if not isinstance(shape, Requires) or not isinstance(shape.due, Order | Offset):
        return None
    if shape.range.variable not in scene.things:
        return ExplainedLine(shape.due_text, "due", (), False, False)
    truth = _in_time(scene, variant, shape.due)
    values = dict(_values(scene, shape.due))
    return ExplainedLine(
        shape.due_text,
        "due",
        tuple(values.items()),
        truth.certainly,
        truth.possibly,
        tuple(sorted(_sources(answer, account, scene, shape.due))),
        truth.missing,
    )


def _in_time(scene: Scene, variant: Variant, due: Order | Offset) -> Truth:
    """Whether the act under the head is in time, extensions included."""
    truth, when, first = timely(scene, due), time(scene, due.left), opening(due)
    if isinstance(when, Unknown):
        return truth
    written = deadline(scene, due)
    opened = TRUE if first is None else stands(scene, when, first)
    return in_extension(truth, opened, when, written, extended(scene, variant, written))


# ---- what would change it


def _flips(
    scene: Scene,
    variant: Variant,
    finding: Finding,
    conditions: Sequence[ExplainedLine],
    exceptions: Sequence[ExplainedLine],
) -> Iterator[tuple[Fact, Outcome]]:
    """Each single condition or exception whose change alone gives another outcome."""
    match variant.shape:
        case Prohibits():
            yield from _flips_of_conduct(variant, finding, conditions, exceptions)
        case Requires():
            yield from _flips_of_duty(finding, conditions[: len(variant.when)], exceptions)
        case Limits():
            if (
                finding.outcome is Outcome.BREACHED
                and finding.measured
                and finding.limit
                and finding.limit[1] is not None
            ):
                excess = abs(finding.measured[0] - finding.limit[1])
                yield Fact.of("flip-measure", by=number(excess)), Outcome.COMPLIED


def _flips_of_conduct(
    variant: Variant, finding: Finding, conditions: Sequence[ExplainedLine], exceptions: Sequence[ExplainedLine]
) -> Iterator[tuple[Fact, Outcome]]:
    truths = [Truth(c.certainly, c.possibly) for c in conditions]
    saved = [(e.name, False, Truth(e.certainly, e.possibly)) for e in exceptions]
    for i, line in enumerate(conditions):
        for value in (TRUE, FALSE):
            changed = conjunction([value if j == i else t for j, t in enumerate(truths)])
            yield from _if_other(finding, prohibited(changed, tuple(saved)), line.text, value)
    engaged = conjunction(truths)
    for i, line in enumerate(exceptions):
        for value in (TRUE, FALSE):
            other = tuple((n, r, value if j == i else t) for j, (n, r, t) in enumerate(saved))
            yield from _if_other(finding, prohibited(engaged, other), line.text, value)


def _if_other(finding: Finding, decided: object, text: str, value: Truth) -> Iterator[tuple[Fact, Outcome]]:
    out = decided[0] if isinstance(decided, tuple) else Outcome.COMPLIED
    if out is not finding.outcome and out is not Outcome.UNDETERMINED:
        yield Fact.of("flip-true" if value is TRUE else "flip-false", text=text), out


def _flips_of_duty(
    finding: Finding, conditions: Sequence[ExplainedLine], exceptions: Sequence[ExplainedLine]
) -> Iterator[tuple[Fact, Outcome]]:
    if finding.outcome in (Outcome.BREACHED, Outcome.OVERDUE, Outcome.PENDING) and finding.due is not None:
        yield Fact.of("flip-in-time"), Outcome.COMPLIED
    if finding.outcome is Outcome.COMPLIED and finding.witnesses:
        yield Fact.of("flip-not-done", act=finding.witnesses[0]), Outcome.BREACHED
    if finding.outcome is Outcome.BREACHED:
        for line in exceptions:
            if not line.certainly:
                yield Fact.of("flip-true", text=line.text), Outcome.COMPLIED
        for line in conditions:
            if line.certainly:
                yield Fact.of("flip-false", text=line.text), Outcome.NOT_ENGAGED
