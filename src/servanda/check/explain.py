"""One verdict in one screen: each condition with its value and its source, and what would change the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from servanda.check.answer import Answer
from servanda.check.missing import facts_wanted
from servanda.check.occasions import scene_of, variant_of
from servanda.check.printed import printed, quantity
from servanda.check.world import Cases
from servanda.norms.condition import Condition, Line, Offset, Order, Quantified
from servanda.norms.deadline import deadline
from servanda.norms.evaluate import holds, things_in
from servanda.norms.extension import EXTENSION, extended, in_extension, opening
from servanda.norms.facts import Act
from servanda.norms.norm import KeptUp, Limits, Prohibits, Requires, Variant, walk
from servanda.norms.prohibition import outcome as prohibited
from servanda.norms.scene import Scene, Unknown, path_value, time
from servanda.norms.term import Length, Parameter, Path
from servanda.norms.timing import stands, timely
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction
from servanda.vocabulary.verdict import Alternative, ExplainedLine, Explanation, Fact, Finding, Outcome, Rival, Verdict


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
    scene = _with_required(scene_of(case.world, variant, finding), variant, finding)
    others = [_view(answer, found, a, finding) for a in _rivals(verdict, finding)]
    views = [view for view in others if view is not None]

    def told(of: Callable[[Variant], Sequence[Line]]) -> tuple[ExplainedLine, ...]:
        return tuple(
            _beside(_line(answer, finding.account, scene, line), i, of, views)
            for i, line in enumerate(of(variant))
            if _readable(scene, line.condition)
        )

    conditions, exceptions = told(_conditions), told(_exceptions)
    missing = facts_wanted(case.world, variant, finding) if finding.outcome is Outcome.UNDETERMINED else []
    flips = tuple(_flips(scene, variant, finding, conditions, exceptions))
    return Explanation(
        replace(verdict, missing=verdict.missing or tuple(missing)),
        conditions,
        exceptions,
        _due(answer, finding, scene, variant, views),
        flips,
        finding if verdict.over else None,
        _extension(answer, finding, scene, variant),
    )


def _conditions(variant: Variant) -> Sequence[Line]:
    return [*variant.when, *variant.where]


def _exceptions(variant: Variant) -> Sequence[Line]:
    return [Line(e.condition, e.text, e.name) for e in variant.unless]


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


# ---- what others say


@dataclass(frozen=True)
class _View:
    """The same scene in another account or reading."""

    alternative: Alternative
    variant: Variant
    scene: Scene


def _view(answer: Answer, found: Cases, alternative: Alternative, told: Finding) -> _View | None:
    """None where that account knows no such act."""
    case = next((c for c in found.cases if c.account == alternative.account), None)
    finding = alternative.finding
    if finding is None or not (finding.act or finding.occasion or finding.witnesses):
        finding = replace(told, readings=alternative.readings)
    variant = variant_of(answer.agreement, finding)
    if case is None or variant is None or finding.start is None:
        return None
    scene = _with_required(scene_of(case.world, variant, finding), variant, finding)
    return None if None in scene.things.values() else _View(alternative, variant, scene)


def _rivals(verdict: Verdict, told: Finding) -> list[Alternative]:
    """Of each other outcome one account and reading that gives it: of those most like the one that is told."""

    def unlike(a: Alternative) -> tuple[bool, bool]:
        return (a.readings != told.readings, a.account != told.account)

    found: dict[Outcome, Alternative] = {}
    for alternative in sorted(verdict.alternatives, key=unlike):
        if alternative.outcome is not told.outcome:
            found.setdefault(alternative.outcome, alternative)
    return list(found.values())


def _beside(
    line: ExplainedLine, position: int, of: Callable[[Variant], Sequence[Line]], views: Sequence[_View]
) -> ExplainedLine:
    """The line with what the others say, where they say otherwise."""
    rivals = [
        _rival(view, holds(view.scene, theirs.condition), theirs.condition)
        for view in views
        for theirs in of(view.variant)[position : position + 1]
        if _readable(view.scene, theirs.condition)
    ]
    return _with_rivals(line, rivals)


def _rival(view: _View, truth: Truth, condition: Condition) -> Rival:
    values = tuple(dict(_values(view.scene, condition)).items())
    said = view.alternative
    return Rival(said.account, said.readings, values, truth.certainly, truth.possibly)


def _with_rivals(line: ExplainedLine, rivals: Iterable[Rival]) -> ExplainedLine:
    """The line with those that say otherwise."""
    here = (line.certainly, line.possibly, line.values)
    return replace(line, rivals=tuple(r for r in rivals if (r.certainly, r.possibly, r.values) != here))


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
    return _sources_of(answer, account, {t.id for v, t in scene.things.items() if v in used and isinstance(t, Act)})


def _sources_of(answer: Answer, account: str | None, acts: Iterable[str]) -> set[str]:
    if answer.cases is None:
        return set()
    told = answer.cases.sources_of(acts, account)
    return {source for sources in told.values() for source in sources.split(", ")}


# ---- the deadline


def _due(
    answer: Answer, finding: Finding, scene: Scene, variant: Variant, views: Sequence[_View]
) -> ExplainedLine | None:
    shape = variant.shape
    if isinstance(shape, Requires) and isinstance(shape.due, KeptUp) and shape.due.broken is not None:
        return _broken(scene, shape.due.broken)
    if not isinstance(shape, Requires) or not isinstance(shape.due, Order | Offset):
        return None
    if finding.outcome is Outcome.NOT_ENGAGED:
        return None  # nothing is owed, so no time runs
    if shape.range.variable not in scene.things:
        return ExplainedLine(shape.due_text, "due", ((shape.range.variable, "—"),), False, False)
    truth = _in_time(scene, variant, shape.due)
    values = dict(_values(scene, shape.due))
    line = ExplainedLine(
        shape.due_text,
        "due",
        tuple(values.items()),
        truth.certainly,
        truth.possibly,
        tuple(sorted(_sources(answer, finding.account, scene, shape.due))),
        truth.missing,
    )
    rivals = [
        _rival(view, _in_time(view.scene, view.variant, theirs), theirs)
        for view in views
        if isinstance(theirs := getattr(view.variant.shape, "due", None), Order | Offset)
        and shape.range.variable in view.scene.things
    ]
    return _with_rivals(line, rivals)


def _broken(scene: Scene, condition: Condition) -> ExplainedLine:
    """What would break a duty that is kept up, and the acts that do."""
    today = scene.at_instant(scene.world.on)
    truth = holds(today, condition)
    values = tuple(dict(_values(today, condition)).items())
    return ExplainedLine("broken by", "", values, truth.certainly, truth.possibly, (), truth.missing)


def _in_time(scene: Scene, variant: Variant, due: Order | Offset) -> Truth:
    """Whether the act under the head is in time, extensions included."""
    truth, when, first = timely(scene, due), time(scene, due.left), opening(due)
    if isinstance(when, Unknown):
        return truth
    written = deadline(scene, due)
    opened = TRUE if first is None else stands(scene, when, first)
    return in_extension(truth, opened, when, written, extended(scene, variant, written))


def _extension(answer: Answer, finding: Finding, scene: Scene, variant: Variant) -> ExplainedLine | None:
    """The extensions asked for on this occasion, who spoke of them, and whether they moved the deadline."""
    shape = variant.shape
    if not isinstance(shape, Requires) or shape.may_extend is None or finding.outcome is Outcome.NOT_ENGAGED:
        return None
    triggers = {t.id for t in scene.things.values() if isinstance(t, Act)}
    asked = [a for a in scene.world.acts.get(EXTENSION, ()) if _names(a, triggers or {finding.bearer})]
    if not asked:
        return None
    ids = {a.id for a in asked}
    spoken = [a for a in scene.world.by_id.values() if a.id not in ids and _names(a, ids)]
    values = [(f"{a.id}.{name}", _told(scene, a, name)) for a in asked for name in ("by", "start", "effective")]
    values += [(f"{a.id}.{name}", _told(scene, a, name)) for a in spoken for name in ("by", "start")]
    written = deadline(scene, shape.due)
    moved = extended(scene, variant, written)
    return ExplainedLine(
        "may extend",
        "",
        tuple(values),
        moved.earliest != written.earliest,
        moved.latest != written.latest,
        tuple(sorted(_sources_of(answer, finding.account, ids | {a.id for a in spoken}))),
        moved.missing,
    )


def _names(act: Act, ids: AbstractSet[str | None]) -> bool:
    about = act.get("about")
    return isinstance(about, tuple) and not ids.isdisjoint(about)


def _told(scene: Scene, act: Act, name: str) -> str:
    value = act.get(name)
    return "unknown" if value is None else printed(value, "", scene.zone)


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
                yield Fact.of("flip-measure"), Outcome.COMPLIED


def _flips_of_conduct(
    variant: Variant, finding: Finding, conditions: Sequence[ExplainedLine], exceptions: Sequence[ExplainedLine]
) -> Iterator[tuple[Fact, Outcome]]:
    truths = [Truth(c.certainly, c.possibly) for c in conditions]
    saved = [(e.name, False, Truth(e.certainly, e.possibly)) for e in exceptions]
    for i, line in enumerate(conditions):
        for value in (TRUE, FALSE):
            changed = conjunction([value if j == i else t for j, t in enumerate(truths)])
            yield from _if_other(finding, prohibited(changed, tuple(saved)), line.text, truths[i], value)
    engaged = conjunction(truths)
    for i, line in enumerate(exceptions):
        for value in (TRUE, FALSE):
            other = tuple((n, r, value if j == i else t) for j, (n, r, t) in enumerate(saved))
            yield from _if_other(finding, prohibited(engaged, other), line.text, saved[i][2], value)


def _if_other(finding: Finding, decided: object, text: str, now: Truth, value: Truth) -> Iterator[tuple[Fact, Outcome]]:
    out = decided[0] if isinstance(decided, tuple) else Outcome.COMPLIED
    if value != now and out is not finding.outcome and out is not Outcome.UNDETERMINED:
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
