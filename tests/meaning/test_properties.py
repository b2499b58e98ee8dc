"""What must hold of every agreement and record: what is erased decides nothing, and order means nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from engines.strategies import seeded
from engines.worlds import Case
from meaning.erasing import blurrings, erasures, everything, flips, with_acts
from servanda.engines.reference import findings
from servanda.norms.condition import Distance, InForce, IsAt
from servanda.norms.facts import Act, Range, Value, World
from servanda.norms.norm import Each, Limits, Requires, Rolling, Variant, walk
from servanda.norms.term import Cell, OpenGroup, OpenRegion, Parameter, Path, TreatyTime
from servanda.temporal import DAY_US, Moment
from servanda.vocabulary.act import Sort, vocabulary
from servanda.vocabulary.coverage import Claim, Coverage
from servanda.vocabulary.verdict import Outcome


def erase_everything(
    case: Case, less_known: Callable[[World], Iterable[tuple[str, str, World]]] = erasures
) -> list[str]:
    """Everything that erasing a single fact of the case decided."""
    if _floor_by_act(case.variant):
        return []
    before = findings(case.world, [case.variant])
    by_time = not isinstance(case.variant.shape, Requires)
    return [
        f"{what}: {flip}"
        for act, what, less in less_known(case.world)
        for flip in flips(before, findings(less, [case.variant]), by_time=by_time, erased=act)
    ]


def _floor_by_act(variant: Variant) -> bool:
    """A floor under a measure that only acts bring about: which measures there are hangs on the acts themselves."""
    shape = variant.shape
    if not isinstance(shape, Limits) or shape.at_least is None:
        return False
    return bool(shape.per) or isinstance(shape.measure.window, Rolling | Each)


@pytest.mark.parametrize("block", range(8))
def test_erasing_any_single_fact_decides_nothing(block: int) -> None:
    for seed in range(block * 15, block * 15 + 15):
        assert erase_everything(seeded(seed)) == [], seed


@pytest.mark.parametrize("block", range(2))
def test_a_time_that_is_known_less_well_decides_nothing(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        assert erase_everything(seeded(seed), blurrings) == [], seed


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_a_time_that_is_known_less_well_decides_nothing_at_length(block: int) -> None:
    for seed in range(100 + block * 50, 150 + block * 50):
        assert erase_everything(seeded(seed), blurrings) == [], seed


@pytest.mark.long
@pytest.mark.parametrize("block", range(40))
def test_erasing_any_single_fact_decides_nothing_at_length(block: int) -> None:
    for seed in range(1_000 + block * 50, 1_000 + block * 50 + 50):
        assert erase_everything(seeded(seed)) == [], seed


@pytest.mark.parametrize("block", range(4))
def test_the_order_of_recording_does_not_matter(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        case = seeded(seed)
        acts = everything(case.world)
        Random(seed).shuffle(acts)
        shuffled = with_acts(case.world, acts)
        assert set(findings(shuffled, [case.variant])) == set(findings(case.world, [case.variant])), seed


def test_with_full_coverage_and_nothing_missing_nothing_is_undetermined() -> None:
    asked = 0
    for seed in range(400):
        case = seeded(seed)
        if _leaves_open(case.variant):
            continue
        asked += 1
        world = with_acts(case.world, [_complete(act, i) for i, act in enumerate(everything(case.world))])
        world = replace(world, coverage=Coverage((Claim(departures=True),)))
        outcomes = {f.outcome for f in findings(world, [case.variant])}
        assert not outcomes & {Outcome.UNDETERMINED, Outcome.OVERDUE}, (seed, outcomes)
    assert asked > 100


def _leaves_open(variant: Variant) -> bool:
    """Whether the text itself leaves something open, or asks the map, whose margin is never nothing."""
    if any(isinstance(term, Path) and len(term.steps) > 1 for term in walk(variant)):
        return True  # it leads through whatever an act is about, which may be several acts
    return any(
        isinstance(term, Parameter | OpenGroup | OpenRegion | InForce | TreatyTime | Cell | IsAt | Distance)
        for term in walk(variant)
    )


def _complete(act: Act, number: int) -> Act:
    """The act with every attribute known: times sharp, no two at one instant."""
    at = _first(act, number)
    values: dict[str, Value] = {}
    for name, attribute in vocabulary().attributes.items():
        match attribute.sort:
            case Sort.TIME:
                when = at + (DAY_US if name in ("until", "last-seen") else 0)
                values[name] = Moment(when, when)
            case Sort.QUANTITY:
                known = act.get(name)
                low = known.lo if isinstance(known, Range) else Fraction(1)
                values[name] = Range(low, low)
            case Sort.PLACE:
                continue
            case _ if attribute.many:
                known = act.get(name)
                values[name] = known if isinstance(known, tuple) else ()
            case _:
                known = act.get(name)
                values[name] = known if isinstance(known, str) else (attribute.values or ("USA",))[0]
    return Act(act.id, act.kind, True, values)


def _first(act: Act, number: int) -> int:
    start = act.get("start")
    base = start.lo if isinstance(start, Moment) else 1_646_200_000_000_000
    return base + number
