"""Which facts a verdict wants, which decide between accounts, and the acts that it names.

Engines give codes; here the few verdicts that are shown are read again, condition by condition, in the world of their
account, so that the facts have names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from servanda.check.claimants import words_apart
from servanda.check.occasions import scene_of, variant_of
from servanda.check.printed import printed_act
from servanda.check.unowned import authors_wanted, open_elsewhere
from servanda.check.world import Case, Cases
from servanda.lifecycle import receipt
from servanda.norms import limit, sharing
from servanda.norms.ceiling import ceiling_at
from servanda.norms.comparison import interval_fact
from servanda.norms.condition import ActRange, Offset, Order
from servanda.norms.contribution import Contribution, Key, ledger
from servanda.norms.deadline import deadline
from servanda.norms.evaluate import holds, things_in
from servanda.norms.extension import extended
from servanda.norms.facts import Act, Point, Range, World
from servanda.norms.landholding import disputed
from servanda.norms.maintenance import lasts_through
from servanda.norms.norm import Agreement, KeptUp, Limits, Prohibits, Requires, SameMeasure, Standard, Variant
from servanda.norms.occasion import occasions, trigger_act
from servanda.norms.presence import lasts, presence
from servanda.norms.prohibition import is_actor
from servanda.norms.recorded import only_by
from servanda.norms.scene import Scene, Unknown, When, time
from servanda.norms.spread import time_wanting
from servanda.norms.timing import timely
from servanda.norms.truth import Truth
from servanda.temporal import BEGINNING_US, Moment, day_of
from servanda.vocabulary.verdict import Fact, Finding, Outcome, Reason, Verdict

OPEN = (Outcome.UNDETERMINED, Outcome.OVERDUE, Outcome.DEPENDS)
CLAIMS = ("self-defence", "necessity", "countermeasure", "consent", "force-majeure", "distress")


@dataclass(frozen=True)
class Named:
    """Verdicts with their facts, and the acts that they name."""

    verdicts: tuple[Verdict, ...]
    acts: Mapping[str, Mapping[str, str]]


def with_facts(agreement: Agreement, found: Cases, verdicts: Sequence[Verdict]) -> Named:
    """Each verdict with the facts that it wants, the facts that decide it, and the justifications claimed."""
    by_account = {case.account: case for case in found.cases}
    contested = found.record.contested()
    claims = _justifications(found.cases[0])
    named = tuple(
        replace(
            verdict,
            missing=_receipts(found, verdict) or _missing(agreement, by_account, verdict),
            deciding=_deciding(agreement, contested, found.cases[0].world, verdict),
            justifications=_claimed(claims, verdict),
        )
        for verdict in verdicts
    )
    ids = {i for v in named for i in _ids(v.finding)} | {i for v in named for i in v.justifications}
    return Named(named, _printed(found, [i for i in sorted(ids) if i in found.cases[0].world.by_id]))


def _ids(finding: Finding) -> tuple[str, ...]:
    acts = (*(value for _, value in finding.occasion), *finding.witnesses)
    return (finding.act, *acts) if finding.act is not None else acts


def _printed(found: Cases, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    world = found.cases[0].world
    sources = found.sources_of(ids)
    return {i: printed_act(world.by_id[i], sources.get(i, ""), world.agreement.counting.zone) for i in ids}


# ---- what is wanted


def _missing(agreement: Agreement, by_account: Mapping[str | None, Case], verdict: Verdict) -> tuple[Fact, ...]:
    if verdict.outcome not in OPEN:
        return ()
    findings = [a.finding for a in verdict.alternatives if a.finding is not None] or [verdict.finding]
    facts: list[Fact] = []
    times: list[Fact] = []  # where no condition tells what is wanting
    for finding in findings:
        if finding.outcome in (Outcome.UNDETERMINED, Outcome.OVERDUE):
            case = by_account.get(finding.account) or next(iter(by_account.values()))
            variant = variant_of(agreement, finding)
            if variant is not None:
                facts += _wanted_once(case.world, variant, finding)
                times += _times(case.world, finding)
    return tuple(dict.fromkeys(facts)) or _whose_word(agreement, by_account, verdict) or tuple(dict.fromkeys(times))


def _receipts(found: Cases, verdict: Verdict) -> tuple[Fact, ...]:
    """What it hangs on whether the bearer was bound: clauses, hours, and receipts, its own, else anybody's."""
    code = verdict.finding.bearer
    if verdict.outcome not in OPEN or found.at_least is None or code is None:
        return ()
    if found.status.bound.get(code) == found.at_least.bound.get(code):
        return ()
    own = [act for act in found.undated if act.get("by") == verdict.finding.bearer]
    agreement = found.cases[0].world.agreement
    receipts = tuple(
        Fact.of("attribute", attribute=receipt.time_wanting(agreement, act), act=act.id) for act in own or found.undated
    )
    return tuple(dict.fromkeys((*found.hanging(code), *receipts)))


def _whose_word(agreement: Agreement, by_account: Mapping[str | None, Case], verdict: Verdict) -> tuple[Fact, ...]:
    """Whose the act's place is, where accounts part over nothing else: each is sure of its own word."""
    finding = verdict.finding
    variant = variant_of(agreement, finding)
    if "account" not in verdict.over or finding.act is None or finding.start is None or variant is None:
        return ()
    if not sharing.reads_places(variant):
        return ()
    world = next(iter(by_account.values())).world
    point = world.by_id[finding.act].get("place")
    if not isinstance(point, Point) or point.lon is None or point.lat is None:
        return ()
    day = day_of(finding.start, agreement.counting.zone)
    dispute = words_apart(point.lon, point.lat, day, by_account)
    return () if dispute is None else (disputed(dispute, finding.act),)


def _wanted_once(world: World, variant: Variant, finding: Finding) -> Iterable[Fact]:
    """`facts_wanted`, worked out once for all accounts in which the finding rests on the same."""
    if open_elsewhere(variant, finding):
        return authors_wanted(world, variant)
    make = partial(facts_wanted, world, variant, finding)
    what = ("facts", replace(finding, account=None))
    match variant.shape:
        case Limits():
            return sharing.of_parts(
                world, variant, what, limit.parts(world, variant, Key(finding.bearer, finding.scope)), make
            )
        case Prohibits(awaits=None) if finding.act is not None and not variant.for_each:
            return sharing.of_act(world, variant, world.by_id[finding.act], what, make)
        case _:
            return make()


def _times(world: World, finding: Finding) -> list[Fact]:
    """The beginnings and ends of its acts that are not known to the day; else those not known to the hour."""
    zone = world.agreement.counting.zone
    acts = [world.by_id[i] for i in dict.fromkeys(_ids(finding)) if i in world.by_id]
    blurred = [
        time_wanting(act, name, when, zone)
        for act in acts
        for name in ("start", "until")
        if isinstance(when := act.get(name), Moment) and not when.sharp
    ]
    return [fact for fact in blurred if fact.code != "hour"] or blurred


def facts_wanted(world: World, variant: Variant, finding: Finding) -> list[Fact]:
    """The facts for want of which the finding is open, as conditions and coverage tell them."""
    overdue = finding.outcome is Outcome.OVERDUE and isinstance(variant.shape, Requires)
    if finding.reason is Reason.NO_COVERAGE and finding.act is None and not finding.scope and not overdue:
        return _coverage(world, variant, finding)
    scene = scene_of(world, variant, finding)
    truths = [holds(scene, line.condition) for line in variant.when]
    truths += [holds(scene, e.condition) for e in variant.unless]
    if finding.bearer is None and not variant.jointly:
        truths.append(Truth(False, True, _bearer(variant, finding)))
    match variant.shape:
        case Prohibits() as shape:
            truths += [holds(scene, line.condition) for line in shape.where]
            truths += _presence(world, scene, finding)
        case Requires() as shape:
            return _wanted(truths) + _of_duty(world, variant, shape, scene, finding)
        case Limits():
            return _wanted(truths[:0]) + _of_limit(world, variant, finding)
        case Standard():
            truths += _presence(world, scene, finding)
    found = _wanted(truths)
    if finding.reason is Reason.NO_COVERAGE or (not found and finding.owed_judgement):
        found.append(Fact.of("coverage", kinds="judgement", parties=", ".join(finding.owed_judgement), **_SPAN))
    return found


_SPAN: dict[str, object] = {"from": "", "until": ""}


def _wanted(truths: Iterable[Truth]) -> list[Fact]:
    return [fact for truth in truths if truth.unknown for fact in truth.missing]


def _bearer(variant: Variant, finding: Finding) -> tuple[Fact, ...]:
    text = variant.bearer.of.text if variant.bearer is not None and hasattr(variant.bearer.of, "text") else "by"
    return (Fact.of("attribute", attribute=text.rpartition(".")[2], act=finding.act or ""),)


def _coverage(world: World, variant: Variant, finding: Finding) -> list[Fact]:
    triggers = [r for r in variant.for_each if isinstance(r, ActRange)]
    head = getattr(variant.shape, "range", None)
    over = head if isinstance(head, ActRange) and not (triggers and isinstance(variant.shape, Requires)) else None
    ranges = [over] if over is not None else triggers
    lo, hi = finding.start or BEGINNING_US, finding.until or world.on
    facts = []
    for r in ranges:
        facts += _gap(world, r.kinds, finding.bearer if is_actor(variant, r.variable) else None, lo, hi)
    if isinstance(variant.shape, Standard):
        facts.append(Fact.of("coverage", kinds="statement, accusation", parties="", **_SPAN))
    return facts


def _presence(world: World, scene: Scene, finding: Finding) -> list[Truth]:
    act = world.by_id.get(finding.act) if finding.act is not None else None
    if act is None:
        return []
    truths = [] if act.sure else [Truth(False, True, (Fact.of("existence", act=act.id),))]
    for _, label in finding.occasion:
        other = world.by_id.get(label)
        if other is not None and not other.sure:
            truths.append(Truth(False, True, (Fact.of("existence", act=other.id),)))
    there = presence(world, act)
    if act.start is None:
        truths.append(Truth(False, True, (Fact.of("attribute", attribute="start", act=act.id),)))
    elif there is not None and lasts(act) and finding.start is not None and finding.until is not None:
        truths.append(there.here(act, finding.start, finding.until, scene.zone))
    return truths


# ---- duties


def _of_duty(world: World, variant: Variant, shape: Requires, scene: Scene, finding: Finding) -> list[Fact]:
    facts = _wanted(_presence(world, scene, finding))
    facts += extended(scene, variant, deadline(scene, shape.due)).missing
    for inner, here in things_in(scene, shape.range):
        truths = [here, *(holds(inner, line.condition) for line in shape.where)]
        if not all(t.possibly for t in truths):
            continue
        facts += _wanted(truths)
        if isinstance(shape.due, Order | Offset):
            facts += _wanted([timely(inner, shape.due)])
        if shape.due == "at all times" and finding.start is not None and finding.until is not None:
            act = inner.things[shape.range.variable]
            assert isinstance(act, Act)
            facts += _wanted([lasts_through(scene, act, finding.start, finding.until)])
    if isinstance(shape.due, KeptUp) and shape.due.broken is not None:
        facts += _wanted([holds(replace(scene, closed=True), shape.due.broken)])
    if finding.outcome is Outcome.OVERDUE:
        facts += _until_deadline(world, shape, scene, finding)
    return facts or (_of_rivals(world, variant, shape, finding) if shape.matching == "one to one" else [])


def _of_rivals(world: World, variant: Variant, shape: Requires, finding: Finding) -> list[Fact]:
    """What is not known of the other occasions, one of which may have used the act first."""
    facts: list[Fact] = []
    for occasion in occasions(world, variant, planned=True):
        if occasion.key(variant) != finding.occasion:
            truths = [occasion.here, *(holds(occasion.scene, line.condition) for line in variant.when)]
            if all(t.possibly for t in truths):
                act, due = trigger_act(variant, occasion.scene), deadline(occasion.scene, shape.due)
                facts += [*_wanted(truths), *due.missing]
                if act is not None and act.start is not None and due.earliest != due.latest:
                    facts.append(time_wanting(act, "start", act.start, world.agreement.counting.zone))
    return [fact for fact in dict.fromkeys(facts) if fact.code != "hour"] or facts


def _until_deadline(world: World, shape: Requires, scene: Scene, finding: Finding) -> list[Fact]:
    assert isinstance(shape.range, ActRange)
    by = only_by(scene, shape.range, shape.where)
    lo = deadline(scene, shape.due).opens or finding.start or BEGINNING_US
    hi = finding.due_latest or finding.due or finding.until or world.on
    return _gap(world, shape.range.kinds, by, lo, hi)


def _gap(world: World, kinds: tuple[str, ...], by: str | None, lo: int, hi: int) -> list[Fact]:
    """The first gap in what the record claims to cover of these acts; the beginning of time is no day."""
    zone = world.agreement.counting.zone
    return [
        Fact.of(
            "coverage",
            kinds=", ".join(kinds),
            parties=by or "",
            **{"from": "" if first <= BEGINNING_US else day_of(first, zone), "until": day_of(last, zone)},
        )
        for first, last in world.coverage.gaps(kinds, by, lo, hi)[:1]
    ]


# ---- limits


def _of_limit(world: World, variant: Variant, finding: Finding) -> list[Fact]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    lo, hi = finding.start or BEGINNING_US, finding.until or world.on
    key = Key(finding.bearer, finding.scope)
    named = frozenset(finding.witnesses)
    facts: list[Fact] = []
    for c in ledger(world, variant).belonging(key):
        if c.act.id in named and c.piece.lo <= hi and c.piece.hi >= lo:
            facts += _of_contribution(world, variant, key, c, lo, hi)
    scene = Scene(world, lo, bearer=finding.bearer)
    for ceiling in (shape.at_most, shape.at_least):
        if ceiling is None:
            continue
        level = ceiling_at(scene, variant, key, ceiling)
        if isinstance(level, Unknown):
            facts += level.missing
        elif isinstance(level, Range) and level.hi != level.lo and isinstance(ceiling, SameMeasure):
            facts.append(_level(scene, ceiling))
    if finding.measured is not None and finding.measured[1] is None:
        by = finding.bearer if is_actor(variant, shape.range.variable) else None
        facts += _gap(world, shape.range.kinds, by, lo, hi)
    return facts


def _level(scene: Scene, reference: SameMeasure) -> Fact:
    when = time(scene, reference.on)
    return Fact.of("level", day=day_of(when.lo, scene.zone) if isinstance(when, When) else "?")


def _of_contribution(world: World, variant: Variant, key: Key, c: Contribution, lo: int, hi: int) -> list[Fact]:
    """What is not known of an act that counts, or may, at some time in [lo, hi]."""
    facts = _wanted([c.counted, c.saved, c.piece.here])
    shape = variant.shape
    assert isinstance(shape, Limits)
    for (name, mine), (_, theirs) in zip(key.scope, c.key.scope, strict=True):
        if mine != theirs or theirs is None:
            facts.append(Fact.of("attribute", attribute=name.rpartition(".")[2], act=c.act.id))
    if isinstance(c.amount, Unknown):
        facts += c.amount.missing
    elif c.amount.hi != c.amount.lo and shape.measure.amount is not None:
        scene = Scene(world, c.piece.lo, {_variable(variant): c.act})
        facts.append(interval_fact(scene, shape.measure.amount, c.amount))
    if c.when is not None and not c.counted.unknown:
        zone = world.agreement.counting.zone
        ends = (("start", c.when.start), ("until", c.when.ends))
        facts += [time_wanting(c.act, n, t, zone) for n, t in ends if t is not None and not t.sharp and _in(t, lo, hi)]
    return facts


def _in(when: Moment, lo: int, hi: int) -> bool:
    return when.lo <= hi and when.hi >= lo


def _variable(variant: Variant) -> str:
    shape = variant.shape
    assert isinstance(shape, Limits)
    return shape.range.variable


# ---- what decides, what is claimed


def _deciding(
    agreement: Agreement, contested: Mapping[str, Mapping[str, object]], world: World, verdict: Verdict
) -> tuple[Fact, ...]:
    """What accounts contest of the acts that the verdict names; else of those that the norm's conditions read."""
    if "account" not in verdict.over:
        return ()
    findings = (verdict.finding, *(a.finding for a in verdict.alternatives if a.finding is not None))
    ids = dict.fromkeys(act_id for finding in findings for act_id in _ids(finding) if act_id in contested)
    variant = variant_of(agreement, verdict.finding)
    if not ids and variant is not None:
        read = variant.reads
        kinds = {act_id: world.by_id[act_id].kind for act_id in contested if act_id in world.by_id}
        ids = dict.fromkeys(act_id for act_id, kind in kinds.items() if kind in read)
    return tuple(_contested(act_id, name) for act_id in ids for name in contested[act_id])


def _contested(act_id: str, name: str) -> Fact:
    if name == "existence":
        return Fact.of("existence", act=act_id)
    return Fact.of("attribute", act=act_id, attribute=name)


def _justifications(case: Case) -> dict[str, list[str]]:
    """Acts that claim a justification, by the act that they are about: shown, never decided."""
    world = case.world
    claims: dict[str, list[str]] = {}
    for kind in ("consent", "statement"):
        for act in world.acts.get(kind, ()):
            about = act.get("about")
            if (kind == "consent" or act.get("says") in CLAIMS) and isinstance(about, tuple):
                for target in about:
                    claims.setdefault(target, []).append(act.id)
    return claims


def _claimed(claims: Mapping[str, list[str]], verdict: Verdict) -> tuple[str, ...]:
    if verdict.outcome not in (Outcome.BREACHED, Outcome.DEPENDS, Outcome.UNDETERMINED):
        return ()
    found = [claim for act_id in dict.fromkeys(_ids(verdict.finding)) for claim in claims.get(act_id, ())]
    return tuple(dict.fromkeys(found))
