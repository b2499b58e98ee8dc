"""DuckDB gives exactly the findings of the reference where norms ask where things are, and on which day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, get_args

import pytest

from engines.compare import by_reference, disagreements, judged
from engines.places import held, placed
from engines.worlds import FakePlaces
from servanda.norms import term
from servanda.norms.norm import walk
from servanda.norms.term import Extent, Part, TerritoryOf
from servanda.plan import bloc, landholding, location, site, sql, truth
from servanda.vocabulary.verdict import Outcome

SEEDS = range(240)
CHUNKS = 8


@pytest.mark.parametrize(
    "chunk", [pytest.param(chunk, marks=[pytest.mark.long] if chunk % 4 else []) for chunk in range(CHUNKS)]
)
def test_the_plans_find_where_things_are_as_the_reference_does(chunk: int) -> None:
    assert disagreements(placed, SEEDS[chunk::CHUNKS]) == []


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(40))
def test_the_plans_find_it_four_thousand_times(chunk: int) -> None:
    assert disagreements(placed, range(1000 + chunk * 100, 1100 + chunk * 100)) == []


def test_every_construct_of_place_is_used() -> None:
    terms = [part for seed in SEEDS for part in walk(judged(placed, seed)[0].variant)]
    territory = [t for t in terms if isinstance(t, TerritoryOf)]
    used = {type(part).__name__ for part in terms}
    places = {kind.__name__ for kind in get_args(term.Place)}

    assert places - used == set()
    assert {t.part for t in territory} == set(get_args(Part))
    assert {t.extent for t in territory} == set(get_args(Extent))


def test_no_outcome_is_rare() -> None:
    counts = Counter(f.outcome for seed in SEEDS for f in judged(placed, seed)[1])

    for outcome in (Outcome.BREACHED, Outcome.COMPLIED, Outcome.UNDETERMINED):
        assert counts[outcome] > counts.total() / 20, counts


def test_the_days_of_the_map_change_what_is_found() -> None:
    """Or the cases would not tell whether they are read."""
    made = [judged(placed, seed)[0] for seed in SEEDS]
    found = [by_reference(replace(c, world=replace(c.world, places=FakePlaces()))) for c in made]

    assert sum(a != judged(placed, seed)[1] for seed, a in zip(SEEDS, found, strict=True)) > 20


def _one_day_alone(here: Any) -> Any:
    first = site._era(here.scope, here.scope.at)
    return {"era": first, "last_era": first}


FAULTS: dict[str, tuple[object, str, Any]] = {
    "the first day alone": (site.Site, "_eras", _one_day_alone),
    "the map of the last day for every day": (
        site.Site,
        "_eras",
        lambda here: dict.fromkeys(("era", "last_era"), sql.number(len(here.scope.world.places.changes()))),
    ),
    "the parallel is on its own side": (location, "_beyond", lambda here, place: truth.TRUE),
    "every part of territory is land": (
        location,
        "_in_part",
        lambda scope, left, part, of: landholding.on_land(scope, left, of),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_plan_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])

    assert any(disagreements(placed, [seed]) for seed in SEEDS)


# ---- whose land, and nothing else

HELD = range(10, 40)


def test_the_plans_find_whose_land_it_is_as_the_reference_does() -> None:
    assert disagreements(held, HELD) == []


@pytest.mark.long
def test_the_plans_find_whose_land_it_is_two_thousand_times() -> None:
    assert disagreements(held, range(1000, 3000)) == []


LAND_FAULTS: dict[str, tuple[object, str, Any]] = {
    "members are asked one by one": (
        location,
        "on_land",
        lambda scope, left, of: landholding.of_any(
            scope, of, lambda s, code: landholding.land_of(site.Site(s, left), bloc.One(code))
        ),
    ),
    "a dependency is nobody else's": (landholding, "_as_said", lambda here, who: who.has(here.word)),
}


@pytest.mark.parametrize("fault", LAND_FAULTS)
def test_a_fault_about_whose_land_it_is_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*LAND_FAULTS[fault])

    assert any(disagreements(held, [seed]) for seed in HELD)
