"""The first time at which the condition of a clause holds, as instruments are received.

The day is the first at the end of which it holds, with every instrument of the day in view: acts of one instant are
unordered. Within the day it came true at the instant of the instrument that decided; where instruments are known by
their day alone, at any instant of it.
"""

from __future__ import annotations

from typing import Literal

from servanda.lifecycle.life import Life, moment, received, whole_day
from servanda.lifecycle.signatories import said_of, wanting
from servanda.norms.condition import Condition, Has, It, leaves
from servanda.norms.evaluate import holds
from servanda.norms.facts import Act, World
from servanda.norms.scene import Scene, When
from servanda.temporal import BEGINNING_US


def comes_true(life: Life, condition: Condition, code: str | None, since: int = BEGINNING_US) -> When | None:
    """When it came true, by the day asked about, for the State concerned; `since`: of what was received after."""
    own = code is not None and all(isinstance(part, Has) and isinstance(part.subject, It) for part in leaves(condition))
    acts = [a for a in life.acts if not own or a.get("by") == code]
    for _, at in sorted({whole_day(life, us) for a in acts if since < (us := received(a)) <= life.world.on}):
        standing = life.standing(at, since)
        if _holds(life, standing, condition, code, at):
            return When(
                _instant(life, standing, condition, code, at, "lo"), _instant(life, standing, condition, code, at, "hi")
            )
    return None


def _holds(life: Life, world: World, condition: Condition, code: str | None, at: int) -> bool:
    scene = Scene(world, at, it=code)
    found = [holds(scene, said).certainly for said in said_of(life, condition, at)]
    if any(found) and not all(found):
        life.hangs(None, *wanting(life, at))
    return any(found) if life.side == "most" else all(found)


def _instant(
    life: Life, world: World, condition: Condition, code: str | None, at: int, end: Literal["lo", "hi"]
) -> int:
    """The first instant of the day at which it holds, if every instrument came at that end of its time."""
    start, _ = whole_day(life, at)

    def came(act: Act) -> int:
        when = moment(act)
        return min(at, max(start, when.lo if end == "lo" else when.hi))

    def seen_by(us: int) -> World:
        return life.seen(world, lambda act: came(act) <= us)

    times = sorted({came(a) for acts in world.acts.values() for a in acts if received(a) <= at})
    return next((us for us in times[:-1] if _holds(life, seen_by(us), condition, code, at)), times[-1])
