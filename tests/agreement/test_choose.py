"""Readings are chosen by name, and what the text leaves open is given a value by name."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from servanda.agreement import choose, read, set_parameters
from servanda.errors import InputError
from servanda.norms.condition import IsIn
from servanda.norms.norm import Limits, Prohibits
from servanda.norms.term import Group, Listed, OpenGroup

EXAMPLES = Path(__file__).parents[1] / "data" / "language" / "examples.md"
SHAPES = Path(__file__).parents[1] / "data" / "language" / "shapes.md"

MANY = """\
---
agreement: many
title: Many readings
parties: Russia, United States
counting: {days: calendar, zone: UTC}
---
```norm
id: a
prohibits: {reading: mode, readings: {keeping: keeping deployment d, placing: placing deployment d}}
bearer: d.by
where:
  - one: {readings: {x: d.basing is ground, y: d.basing is sea}}
  - two: {readings: {x: d.item is tank, y: d.item is gun}}
  - three: {readings: {x: d.host is not Russia, y: d.host is not d.by}}
  - four: {reading: mode, readings: {keeping: d.troops is at least 1 person, placing: d.troops is at least 2 persons}}
  - five: {readings: {x: d.count is at least 1 item, y: d.count is at least 2 items}}
```
"""


DEMANDED = """\
```norm
id: b
for each: exercise x
bearer: x.by
requires: deployment d
where: d.about is x
due: d.start is on or before x.start
```
"""
OPEN = """\
```terms
parameters: {Europe: {group: States}, Buffer: {region: place}, Width: {unit: km}}
```
"""
WHERE = """\
where:
  - d.by is in Europe or d.place is in Buffer
  - d.place is in territory of Norway or d.place is within Width of border of Norway
"""


def _codes(error: pytest.ExceptionInfo[InputError]) -> list[tuple[str, str | None]]:
    return [(d.code, d.case) for d in error.value.diagnostics]


def test_a_norm_has_a_variant_for_each_way_to_read_it() -> None:
    norm = read(EXAMPLES).norm("nato.art5")

    assert {name: [r.name for r in choices] for name, choices in norm.readings.items()} == {
        "prohibits": ["keeping", "placing"],
        "another Party": ["any", "opposing"],
    }
    assert len(norm.variants) == 4
    assert {v.shape.mode for v in norm.variants if isinstance(v.shape, Prohibits)} == {"keeping", "placing"}


def test_a_norm_rests_on_the_readings_of_the_terms_it_names() -> None:
    norm = read(SHAPES).norm("class.state")

    assert list(norm.readings) == ["Former USSR"]
    assert [v.readings for v in norm.variants] == [
        {"Former USSR": "all fifteen"},
        {"Former USSR": "without the Baltic States"},
    ]


def test_a_choice_leaves_the_variants_that_take_it() -> None:
    agreement = read(EXAMPLES)
    one = choose(agreement, {"nato.art5.prohibits": "keeping"}).norm("nato.art5")
    none = choose(agreement, {"prohibits": "keeping", "another Party": "any"}).norm("nato.art5")

    assert [v.readings["prohibits"] for v in one.variants] == ["keeping", "keeping"]
    assert [v.readings for v in none.variants] == [{"prohibits": "keeping", "another Party": "any"}]
    assert [r.name for r in none.readings["prohibits"]] == ["keeping"]


def test_linked_readings_take_one_choice_and_too_many_ask_for_one(tmp_path: Path) -> None:
    """Two keys with one reading name are one reading; above sixteen combinations none is computed."""
    file = tmp_path / "many.md"
    file.write_text(MANY, encoding="utf-8")
    agreement = read(file)

    assert list(agreement.norm("a").readings) == ["mode", "one", "two", "three", "five"]
    assert agreement.norm("a").variants == ()
    chosen = choose(agreement, {"a.one": "x"}).norm("a")
    assert len(chosen.variants) == 16
    assert len(read(file, {"one": "x", "mode": "keeping"}).norm("a").variants) == 8


def test_values_and_readings_may_be_given_in_any_order(tmp_path: Path) -> None:
    """A norm that is resolved again for a choice keeps every value that was set before."""
    file = tmp_path / "many.md"
    file.write_text(MANY.replace("```norm", OPEN + "```norm").replace("where:\n", WHERE), encoding="utf-8")
    values = {"Europe": "FRA, Germany", "Buffer": "Black Sea", "Width": "5 km", "territory": "with territorial sea"}
    chosen = choose(set_parameters(read(file), values), {"one": "x"})
    expected = set_parameters(choose(read(file), {"one": "x"}), values)

    assert len(chosen.norm("a").variants) == 16
    assert chosen.norms == expected.norms
    assert (chosen.territory, chosen.parameters) == (expected.territory, expected.parameters)
    assert chosen.open_parameters == expected.open_parameters == {}


def test_a_norm_resolved_again_for_a_choice_keeps_its_warnings(tmp_path: Path) -> None:
    file = tmp_path / "many.md"
    file.write_text(MANY + DEMANDED, encoding="utf-8")
    chosen = choose(read(file), {"one": "x"})

    assert [d.code for d in chosen.warnings] == ["unresolved-precedence"]
    assert chosen.warnings == read(file, {"one": "x"}).warnings


def test_a_reading_or_choice_that_nobody_wrote_is_refused() -> None:
    agreement = read(EXAMPLES)
    with pytest.raises(InputError) as wrong_name:
        choose(agreement, {"prohibit": "keeping"})
    with pytest.raises(InputError) as wrong_choice:
        choose(agreement, {"prohibits": "keepin"})

    assert _codes(wrong_name) == [("unknown-reading", "near")]
    assert _codes(wrong_choice) == [("unknown-reading", "choice-near")]


def test_an_open_amount_takes_a_value_in_any_unit_of_its_dimension() -> None:
    agreement = set_parameters(read(EXAMPLES), {"Least Range": "500 km", "Prompt Time": "90 minutes"})

    assert agreement.parameters["Least Range"].value == 500_000
    assert agreement.parameters["Prompt Time"].value == Fraction(5400)
    assert "Least Range" not in agreement.open_parameters


def test_an_open_group_takes_a_list_of_parties() -> None:
    agreement = read(EXAMPLES)
    shape = agreement.norm("nato.art4").variants[0].shape
    filled = set_parameters(agreement, {"Europe": "FRA, Germany"}).norm("nato.art4").variants[0].shape

    assert isinstance(shape, Limits)
    assert isinstance(filled, Limits)
    before, after = shape.where[1].condition, filled.where[1].condition
    assert isinstance(before, IsIn)
    assert isinstance(after, IsIn)
    assert before.group.items == (OpenGroup("Europe"),)
    assert after.group.items == (Group("Europe", (Listed(frozenset(["FRA", "DEU"])),)),)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("Least Rang", "5 km", "unknown-name"),
        ("Least Range", "5 hours", "unit-clash"),
        ("Least Range", "5", "unit-missing"),
        ("Least Range", "five km", "syntax"),
        ("Europe", "Francee", "unknown-name"),
        ("Least Range", "", "empty-file"),
        ("Notice Period", "30 km", "unit-clash"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        set_parameters(read(EXAMPLES), {name: text})

    assert [d.code for d in caught.value.diagnostics] == [code]
