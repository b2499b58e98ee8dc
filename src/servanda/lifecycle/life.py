"""The life of one treaty as its instruments tell it, taken to bind the most or the least.

What is not known of it (an hour, a receipt, a clause that is not run) leaves a time open between a soonest and a
latest. Taken to bind the most, consent works at the soonest and an end at the latest; taken to bind the least, the
other way round. `hanging` says for want of what the two part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from servanda.norms.condition import Condition, Has, Or
from servanda.norms.facts import Act, World
from servanda.norms.norm import Agreement, Stage, walk
from servanda.norms.scene import Scene, Unknown, When, last_start, time
from servanda.temporal import BEGINNING_US, END_US, Moment, day_of, end_of_day_us, start_of_day_us
from servanda.vocabulary.coverage import Coverage
from servanda.vocabulary.verdict import Fact

Side = Literal["most", "least"]
Hanging = Mapping[str | None, tuple[Fact, ...]]

# What expresses consent to be bound (VCLT 11 to 15); signature does where the text asks for nothing more (VCLT 12).
CONSENT = frozenset(["deposit", "exchange", "completion-notice", "acceptance"])


@dataclass(frozen=True)
class Span:
    """When something takes effect: no sooner than `soonest`, by `latest`, or perhaps never where that is None."""

    soonest: int
    latest: int | None


@dataclass(frozen=True)
class Life:
    """The instruments of one agreement, by receipt, in the world before anybody is bound."""

    world: World
    acts: tuple[Act, ...]
    side: Side
    named: frozenset[str]  # the States that the text names, where it names them one by one or by a body
    coverage: Coverage
    hanging: dict[str | None, tuple[Fact, ...]] = field(default_factory=dict)
    not_run: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)  # of the Vienna Convention that were applied

    @property
    def agreement(self) -> Agreement:
        """The agreement."""
        return self.world.agreement

    @property
    def zone(self) -> str:
        """The agreement's zone."""
        return self.agreement.counting.zone

    def stage(self, name: str) -> Stage | None:
        """The stage of that name; where the text has several, one that is not run: which holds is not computed."""
        found = [s for s in self.agreement.stages if s.name == name]
        if len(found) > 1:
            return replace(found[0], when=Or(tuple(s.when for s in found if s.when)), effect=None, run=False)
        return found[0] if found else None

    def by(self, code: str, kinds: Iterable[str]) -> list[Act]:
        """What the State has done of these kinds by the day asked about, by receipt."""
        wanted = frozenset(kinds)
        return [a for a in self.acts if a.kind in wanted and a.get("by") == code and received(a) <= self.world.on]

    def hangs(self, code: str | None, *facts: Fact) -> None:
        """Whether the State (None: anybody) is bound hangs on these facts."""
        known = self.hanging.get(code, ())
        self.hanging[code] = (*known, *(f for f in dict.fromkeys(facts) if f not in known))

    def hangs_on_clause(self, code: str | None, stage: str, silent: Fact | None = None) -> None:
        """Whether the State is bound hangs on a clause, or a part of one, that is not run; `silent`: on what, where
        there is no such clause."""
        self.not_run[stage] = None
        self.hangs(code, silent if silent is not None else Fact.of("not-run", stage=stage))

    def consent(self, span: Span) -> int | None:
        """When what binds takes effect; None: not for certain."""
        return span.soonest if self.side == "most" else span.latest

    def end(self, span: Span) -> int | None:
        """When what frees takes effect; None: not for certain."""
        return span.latest if self.side == "most" else span.soonest

    def standing(self, at: int, since: int = BEGINNING_US) -> World:
        """The instruments received after `since` as they stand at an instant, without what was revoked by then."""
        if since == BEGINNING_US and "revocation" not in self.world.acts:
            return self.world
        gone = {id(act) for act in self.acts if any(received(r) <= at for r in revocations(self, act))}
        return self.seen(self.world, lambda act: id(act) not in gone and received(act) > since)

    def seen(self, world: World, kept: Callable[[Act], bool]) -> World:
        """A world with those of its instruments alone."""
        return replace(world, acts={kind: [a for a in acts if kept(a)] for kind, acts in world.acts.items()})


def received(act: Act) -> int:
    """When the instrument counts: on receipt, else from its day."""
    return moment(act).lo


def moment(act: Act) -> Moment:
    """The time of its receipt as far as it is known, else its day."""
    for name in ("received", "start", "sent"):
        value = act.get(name)
        if isinstance(value, Moment):
            return value
    return Moment(END_US, END_US)


def kinds(condition: Condition | None) -> frozenset[str]:
    """The kinds of instrument of which a condition speaks."""
    return frozenset(h.verb.kind for h in walk(condition) if isinstance(h, Has) and h.verb.instrument)


def denies(stage: Stage) -> bool:
    """Whether the stage says only that there is none ('exit: none'): then there is nothing to run."""
    return stage.options == {stage.name: "none"}


def revocations(life: Life, act: Act) -> list[Act]:
    """What was received to revoke the instrument (VCLT 68): a notice, or consent that has not taken effect.

    One that does not say what it revokes is about the notice, where its author has given one, else about its consent,
    and about its signature where it has done no more than sign.
    """
    if act.kind not in REVOCABLE:
        return []
    return [
        r
        for r in life.world.acts.get("revocation", ())
        if r.get("by") == act.get("by") and received(r) >= received(act) and _is_about(life, r, act)
    ]


REVOCABLE = CONSENT | {"notice", "signature"}


def _is_about(life: Life, revocation: Act, act: Act) -> bool:
    about = revocation.get("about")
    if isinstance(about, tuple):
        return act.id in about
    done = {
        a.kind for a in life.acts if a.get("by") == act.get("by") and received(a) <= received(revocation)
    } & REVOCABLE
    if "notice" in done:
        return act.kind == "notice"
    return act.kind in CONSENT or not done & CONSENT


def effect(life: Life, stage: Stage, that: When | None, code: str | None, world: World | None = None) -> Span:
    """When the stage takes effect, from when its condition came true."""
    span = _effect(life, stage, that, code, world or life.world)
    if stage.not_before is None:
        return span
    floor = time(Scene(world or life.world, BEGINNING_US, it=code, that=that), stage.not_before)
    if isinstance(floor, Unknown):
        life.hangs(code, *floor.missing)
        return Span(span.soonest, None)
    latest = None if span.latest is None else max(span.latest, last_start_of(life, floor))
    return Span(max(span.soonest, floor.lo), latest)


def _effect(life: Life, stage: Stage, that: When | None, code: str | None, world: World) -> Span:
    if stage.effect is None or stage.effect == "on that day":
        if that is None:
            return Span(BEGINNING_US, None)
        return Span(*(start_of_day_us(day_of(us, life.zone), life.zone) for us in (that.lo, that.hi)))
    when = time(Scene(world, that.lo if that else BEGINNING_US, it=code, that=that), stage.effect)
    if isinstance(when, Unknown):
        life.hangs(code, *when.missing)
        return Span(that.lo if that is not None else BEGINNING_US, None)
    return Span(when.lo, last_start_of(life, when))


def last_start_of(life: Life, when: When) -> int:
    """The latest instant at which it can begin."""
    return last_start(Scene(life.world, BEGINNING_US), when)


def whole_day(life: Life, us: int) -> tuple[int, int]:
    """The first and the last microsecond of the day in which the instant lies."""
    day = day_of(us, life.zone)
    return start_of_day_us(day, life.zone), end_of_day_us(day, life.zone)
