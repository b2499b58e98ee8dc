"""Who answers: the bearers of an occasion, and the parties whom a norm addresses at all."""

from __future__ import annotations

from servanda.norms.condition import EveryOf
from servanda.norms.cuts import cuts
from servanda.norms.evaluate import holds
from servanda.norms.facts import NOTHING, Act, Value, World
from servanda.norms.groups import belongs, members
from servanda.norms.memory import Memory, once
from servanda.norms.norm import Bearer, Variant
from servanda.norms.scene import Scene, Thing, Unknown, path_value
from servanda.norms.spread import at_every
from servanda.norms.term import PartyName, Path
from servanda.norms.truth import TRUE, Truth
from servanda.temporal import BEGINNING_US


def bearers(scene: Scene, bearer: Bearer) -> tuple[str | None, ...]:
    """Who answers on this occasion; None: somebody who is not known."""
    match bearer.of:
        case PartyName(code=code):
            return (code,)
        case EveryOf(of=of):
            return tuple(members(scene, of))
        case Path() as path:
            return _codes(path_value(scene, path))
    raise AssertionError(bearer)


def _codes(value: Value | Unknown) -> tuple[str | None, ...]:
    if isinstance(value, Unknown):
        return (None,)
    if value is NOTHING:
        return ()
    return value if isinstance(value, tuple) else (str(value),)


def answering(world: World, variant: Variant, scene: Scene) -> tuple[str | None, ...]:
    """Who may answer on some day: of a population, everybody who is ever of it."""
    assert variant.bearer is not None
    of = variant.bearer.of
    if not isinstance(of, EveryOf):
        return bearers(scene, variant.bearer)
    ever = once(world.memo, "ever", variant, (), lambda: _ever(world, variant, of))
    if scene.at <= world.on:
        return ever
    return tuple(sorted({*ever, *members(scene, of.of)}))


def _ever(world: World, variant: Variant, of: EveryOf) -> tuple[str, ...]:
    """Everybody who is of the population on some day up to the one asked about."""
    days = (BEGINNING_US, *cuts(world, variant, BEGINNING_US, world.on))
    return tuple(sorted({code for at in days for code in members(Scene(world, at), of.of)}))


def answers(scene: Scene, variant: Variant) -> Truth:
    """Whether the scene's bearer is of the population that answers, on the scene's day."""
    of = variant.bearer.of if variant.bearer is not None else None
    if not isinstance(of, EveryOf) or scene.bearer is None:
        return TRUE
    code = scene.bearer
    return at_every(scene, lambda s: belongs(s, code, of.of))


def addressed(world: World, variant: Variant, code: str, lo: int, hi: int) -> bool:
    """Whether the norm can address the party at all, on some day of [lo, hi].

    An anonymous act of the party's, of which nothing else is known, is held against the conditions: where they are
    certainly false on every day, the paragraph does not address it.
    """
    kept = world.memo if ({"act"} | world.disputed_kinds) & variant.reads else world.shared
    of_variant: Memory = once(kept, "addressed", variant, None, dict)
    return once(of_variant, "bound", world.bound, (code, lo, hi), lambda: _addressed(world, variant, code, lo, hi))


def _addressed(world: World, variant: Variant, code: str, lo: int, hi: int) -> bool:
    assert variant.bearer is not None, "every shape that prescribes conduct has a bearer"
    if isinstance(variant.bearer.of, PartyName):
        return variant.bearer.of.code == code
    if isinstance(variant.bearer.of, EveryOf):
        group = variant.bearer.of.of
        return any(code in members(Scene(world, at), group) for at in (lo, *cuts(world, variant, lo, hi)))
    nobody = {**_anonymous(variant), variant.bearer.of.variable: _anonymous_bearer(variant.bearer.of, code)}
    lines = (*variant.when, *variant.where)
    return any(
        all(holds(Scene(world, at, nobody, code), line.condition).possibly for line in lines)
        for at in (lo, *cuts(world, variant, lo, hi))
    )


def _anonymous(variant: Variant) -> dict[str, Thing]:
    return {r.variable: Act("?", r.kinds[0], False, {}) if r.kinds else None for r in variant.ranges}


def _anonymous_bearer(path: Path, code: str) -> Thing:
    if not path.steps:
        return code
    return Act("?", "act", False, {path.steps[0].name: (code,) if path.steps[0].many else code})
