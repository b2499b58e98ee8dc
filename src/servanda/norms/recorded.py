"""What is on record, and what the record claims to hold: absence is a fact only where a claim reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from servanda.norms.condition import ActRange, And, Condition, Is, Line
from servanda.norms.facts import Act
from servanda.norms.memory import once
from servanda.norms.scene import Scene, operand
from servanda.norms.term import Operand, Path
from servanda.norms.truth import FALSE, TRUE, Truth, unknown
from servanda.temporal import BEGINNING_US, END_US, Moment, day_of
from servanda.vocabulary.verdict import Fact


def covered(scene: Scene, kinds: tuple[str, ...], by: str | None, lo: int, hi: int) -> Truth:
    """False where the record is complete about [lo, hi], else unknown for want of coverage."""
    if scene.closed:
        return FALSE
    return once(scene.world.memo, "covered", None, (kinds, by, lo, hi), lambda: _covered(scene, kinds, by, lo, hi))


def _covered(scene: Scene, kinds: tuple[str, ...], by: str | None, lo: int, hi: int) -> Truth:
    gaps = scene.world.coverage.gaps(kinds, by, lo, hi)
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


def only_by(scene: Scene, over: ActRange, where: Iterable[Line]) -> str | None:
    """The party by whom alone the acts can be, where one of the lines says so."""
    return next((p for line in where if (p := pinned_party(scene, over.variable, line.condition)) is not None), None)


def none_missing(scene: Scene, over: ActRange, where: Iterable[Line], lo: int, hi: int) -> bool:
    """Whether the record claims to hold every act in [lo, hi] that the range and the lines may speak of."""
    return not covered(scene, over.kinds, only_by(scene, over, where), lo, hi).possibly


def exists(act: Act) -> Truth:
    """Whether the act took place at all."""
    return TRUE if act.sure else unknown(Fact.of("existence", act=act.id))


def begun(act: Act, on: int) -> Truth:
    """Whether the act had begun by the instant. One of unknown start had, if it was sent or received by then."""
    if act.start is not None or on >= END_US:
        return TRUE  # `acts_of` has left out what began later
    times = (act.get(name) for name in ("sent", "received", "until", "last-seen"))
    if any(isinstance(when, Moment) and when.hi <= on for when in times):
        return TRUE
    return unknown(Fact.of("attribute", attribute="start", act=act.id))


def acts_of(
    scene: Scene, kinds: tuple[str, ...], upto: int | None = None, only: frozenset[str] | None = None
) -> Iterator[Act]:
    """The acts of these kinds that had begun by the day asked about, or by the instant given; `only`: no but these."""
    world = scene.world
    last = world.on if upto is None else upto
    if only is not None:
        named = [act for one in sorted(only) if (act := world.by_id.get(one)) is not None]
        those: Iterable[Sequence[Act]] = ([act for act in named if "act" in kinds or act.kind in kinds],)
    else:
        those = world.acts.values() if "act" in kinds else (world.acts.get(kind, ()) for kind in kinds)
    for of_kind in those:
        for act in of_kind:
            start = act.start
            if start is None or start.lo <= last:
                yield act
