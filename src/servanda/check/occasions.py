"""A finding, read back: the variant that gave it, and the scene in which it did."""

from __future__ import annotations

from datetime import date

from servanda.norms.condition import ActRange, BreachRange, CalendarRange
from servanda.norms.cuts import spread
from servanda.norms.facts import Act, World
from servanda.norms.norm import Agreement, Limits, Prohibits, Variant
from servanda.norms.occasion import at_trigger
from servanda.norms.presence import lasts
from servanda.norms.scene import CalendarUnit, Scene, Thing
from servanda.vocabulary.verdict import Finding


def variant_of(agreement: Agreement, finding: Finding) -> Variant | None:
    """The variant of the norm that gave the finding; one that agrees with its readings where several did."""
    return next(iter(variants_of(agreement, finding)), None)


def variants_of(agreement: Agreement, finding: Finding) -> list[Variant]:
    """The variants of its norm that agree with the finding's readings."""
    variants = (v for norm in agreement.norms if norm.id == finding.norm for v in norm.variants)
    return [v for v in variants if set(finding.readings) <= set(v.readings.items())]


def scene_of(world: World, variant: Variant, finding: Finding) -> Scene:
    """The scene of the finding: its occasion, its act under the head, its bearer, and when it was."""
    things: dict[str, Thing] = {}
    for over in variant.for_each:
        label = dict(finding.occasion).get(over.variable)
        match over:
            case ActRange() | BreachRange():
                things[over.variable] = world.by_id.get(label) if label else None
            case CalendarRange(unit=unit) if label is not None:
                things[over.variable] = CalendarUnit(unit, date.fromisoformat((f"{label}-01-01")[:10]))
            case _:
                things[over.variable] = label
    if isinstance(variant.shape, Prohibits | Limits) and finding.act is not None:
        things[variant.shape.range.variable] = world.by_id.get(finding.act)
    at = finding.start if finding.start is not None else world.on
    scene = Scene(world, at, things, finding.bearer)
    first = next((t for t in things.values() if isinstance(t, Act)), None)
    if not isinstance(variant.shape, Prohibits | Limits) and first is not None and first.start is not None:
        return at_trigger(variant, scene.at_instant(max(first.start.lo, at)))
    act = world.by_id.get(finding.act) if finding.act is not None else None
    if act is not None and not lasts(act) and finding.until is not None:
        return spread(scene, variant, at, finding.until, act)
    return scene
