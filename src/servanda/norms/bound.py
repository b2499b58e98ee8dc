"""When a party is bound, and when the norm itself holds."""

from __future__ import annotations

from servanda.norms.facts import Bound, World
from servanda.norms.memory import once
from servanda.norms.norm import Variant
from servanda.norms.scene import Scene, Unknown, time
from servanda.norms.truth import FALSE, TRUE, Truth, conjunction, unknown
from servanda.temporal import BEGINNING_US, END_US
from servanda.vocabulary.verdict import Fact


def stretches(world: World, code: str | None) -> tuple[Bound, ...]:
    """When the party is bound, cut at the day asked about; anybody's, for a party that is not known."""
    return once(world.memo, "stretches", None, code, lambda: _stretches(world, code))


def _stretches(world: World, code: str | None) -> tuple[Bound, ...]:
    spans = world.bound.get(code, ()) if code is not None else union(world)
    return tuple(Bound(b.start, min(b.until, world.on + 1)) for b in spans if b.start <= world.on and b.start < b.until)


def union(world: World) -> tuple[Bound, ...]:
    """When anybody is bound."""
    joined: list[Bound] = []
    for span in sorted((b for spans in world.bound.values() for b in spans), key=lambda b: (b.start, b.until)):
        if joined and span.start <= joined[-1].until:
            joined[-1] = Bound(joined[-1].start, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return tuple(joined)


def bound_during(world: World, code: str | None, lo: int, hi: int) -> Truth:
    """Whether the party is bound at an instant that lies somewhere in [lo, hi]."""
    if code is None:
        return unknown(Fact.of("bearer"))
    spans = world.bound.get(code, ())
    if any(b.start <= lo and hi < b.until for b in spans):
        return TRUE
    return unknown(Fact.of("bound", party=code)) if any(b.start <= hi and lo < b.until for b in spans) else FALSE


def term_of(world: World, variant: Variant, scene: Scene) -> tuple[int, int, Truth]:
    """The norm's own start and end, [lo, hi], and whether they are known."""
    lo, hi, sure = BEGINNING_US, END_US, TRUE
    if variant.start is not None:
        when = time(scene, variant.start)
        if isinstance(when, Unknown):
            sure = conjunction((sure, unknown(*when.missing)))
        else:
            lo = when.lo
    if variant.until is not None:
        when = time(scene, variant.until)
        if isinstance(when, Unknown):
            sure = conjunction((sure, unknown(*when.missing)))
        else:
            hi = when.lo - 1
    return lo, hi, sure
