"""What one account need not work out again: what a norm says of an act on which that account has no view of its own.

The worlds of all accounts have one `shared` memory. An entry holds for every world in which the norm reads nothing
that is contested there, and which sees the same map where the norm asks where things are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import zip_longest
from typing import TypeVar, cast

from servanda.norms.condition import Distance, IsAt
from servanda.norms.facts import Act, World
from servanda.norms.norm import Variant

T = TypeVar("T")


def reads_places(variant: Variant) -> bool:
    """Whether the norm asks where something is: then the map, and whose view it shows, matters."""
    return any(isinstance(term, IsAt | Distance) for term in variant.terms)


def map_of(world: World, variant: Variant) -> Hashable:
    """The map as the norm sees it; None where it asks for none."""
    key = ("reads places", id(variant))
    if key not in world.shared:
        world.shared[key] = reads_places(variant)
    return id(world.places) if world.shared[key] else None


def settled(world: World, variant: Variant) -> bool:
    """Whether nothing that the norm reads beside the act under its head is contested in this world."""
    return not ({"act"} | world.disputed_kinds) & variant.reads


def of_act(world: World, variant: Variant, act: Act, what: Hashable, make: Callable[[], Iterable[T]]) -> Iterable[T]:
    """What `make` gives for the act: made once for all worlds in which it must be the same."""
    if not settled(world, variant) or act.id in world.disputed:
        return make()
    key = (what, id(variant), act.id, world.on, map_of(world, variant))
    if key not in world.shared:
        world.shared[key] = list(make())
    return cast("list[T]", world.shared[key])


def of_parts(world: World, what: Hashable, parts: Sequence[object], make: Callable[[], Iterable[T]]) -> Iterable[T]:
    """What `make` gives for the parts: made once for all worlds in which they are the very same objects."""
    key = (what, world.on)
    known = cast("tuple[Sequence[object], list[T]] | None", world.shared.get(key))
    if known is None:
        # The parts are kept beside what was made of them: an object that is gone may lend its identity to another.
        known = world.shared[key] = (parts, list(make()))
        return known[1]
    same = all(a is b for a, b in zip_longest(known[0], parts))
    return known[1] if same else make()
