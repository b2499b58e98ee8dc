"""Acts of which it is not known whose they are: what is open because of them, for Parties with nothing of their own."""

from __future__ import annotations

from collections.abc import Iterator

from servanda.norms.condition import ActRange, BreachRange
from servanda.norms.evaluate import holds, things_in
from servanda.norms.facts import World
from servanda.norms.norm import Limits, Prohibits, Requires, Variant
from servanda.norms.occasion import occasions
from servanda.norms.scene import Scene, Unknown, path_value
from servanda.norms.term import Path
from servanda.vocabulary.verdict import Fact, Finding, Reason


def open_elsewhere(variant: Variant, finding: Finding) -> bool:
    """Whether the row says of a Party only that somebody's act, which is not known to be anybody's, may be its own."""
    if finding.act is not None or finding.bearer is None or finding.reason is not Reason.FACT_MISSING:
        return False
    match variant.shape:
        case Prohibits():
            return True
        case Requires():
            return not finding.occasion and any(isinstance(r, ActRange | BreachRange) for r in variant.for_each)
        case Limits():
            return finding.measured is None
    return False


def authors_wanted(world: World, variant: Variant) -> list[Fact]:
    """For want of whom the norm's acts are nobody's in particular."""
    of = variant.bearer.of if variant.bearer is not None else None
    if not isinstance(of, Path):
        return []
    found = [value for scene in _scenes(world, variant) if isinstance(value := path_value(scene, of), Unknown)]
    return [fact for value in found for fact in value.missing]


def _scenes(world: World, variant: Variant) -> Iterator[Scene]:
    """Each act that may be one of those of which the norm speaks, in its scene."""
    shape = variant.shape
    for occasion in occasions(world, variant, planned=isinstance(shape, Requires)):
        scenes = [occasion.scene]
        if isinstance(shape, Prohibits | Limits):
            scenes = [scene for scene, there in things_in(occasion.scene, shape.range) if there.possibly]
        lines = variant.when if isinstance(shape, Requires) else (*variant.when, *variant.where)
        yield from (s for s in scenes if all(holds(s, line.condition).possibly for line in lines))
