"""A condition read at an instant that is known only to lie somewhere: true if it is true wherever the instant may be,
false if it is false wherever it may be, and otherwise unknown for want of the time."""

from __future__ import annotations

from collections.abc import Callable

from servanda.norms.facts import Act
from servanda.norms.scene import Scene
from servanda.norms.truth import FALSE, TRUE, Truth
from servanda.temporal import Moment, day_of
from servanda.vocabulary.verdict import Fact


def at_every(scene: Scene, read: Callable[[Scene], Truth]) -> Truth:
    """What is read of the scene, at every instant at which it may be."""
    if scene.spread is None:
        return read(scene)
    truths = [read(scene.at_instant(at)) for at in scene.spread.instants]
    if all(t.certainly for t in truths):
        return TRUE
    if not any(t.possibly for t in truths):
        return FALSE
    if all(t.unknown for t in truths):
        return Truth(False, True, tuple(truths))
    return Truth(False, True, (scene.spread.wanting, *(t for t in truths if t.unknown)))


def time_wanting(act: Act, attribute: str, when: Moment, zone: str) -> Fact:
    """What is not known of a time: its hour where its day is known, else the day, of an end the end itself."""
    if day_of(when.lo, zone) == day_of(when.hi, zone):
        return Fact.of("hour", act=act.id)
    if attribute == "start":
        return Fact.of("day", act=act.id)
    return Fact.of("attribute", attribute=attribute, act=act.id)
