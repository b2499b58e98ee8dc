"""Point 4 for what is wider than a day, and the day asked about: both are counted in the agreement's zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import BREACHED, Case, outcomes
from servanda.check import EngineName

ZONES = ["UTC", "Europe/Helsinki", "Pacific/Auckland", "America/Santiago"]

TESTS = """
id: pact.tests
prohibits: test t
bearer: t.by
"""


@pytest.mark.parametrize("zone", ZONES)
class TestWideTimes:
    """A month, a year and a span of days begin and end where the days of the agreement do."""

    @pytest.mark.parametrize("start", ["2021-12", "2021", "{between: [2021-12-01, 2021-12-31]}"])
    def test_what_ended_before_the_agreement_began_is_not_open(
        self, tmp_path: Path, engine: EngineName, zone: str, start: str
    ) -> None:
        case = Case(tmp_path, TESTS, f"acts: [{{id: t1, kind: test, by: NOR, start: {start}}}]", zone=zone)
        assert outcomes(case.over_the_year(engine), act="t1") == []

    @pytest.mark.parametrize("start", ["2022-01", "{between: [2022-01-01, 2022-01-05]}"])
    def test_what_began_with_the_agreement_is_not_open(
        self, tmp_path: Path, engine: EngineName, zone: str, start: str
    ) -> None:
        case = Case(tmp_path, TESTS, f"acts: [{{id: t1, kind: test, by: NOR, start: {start}}}]", zone=zone)
        assert outcomes(case.over_the_year(engine), act="t1") == [BREACHED]


@pytest.mark.parametrize("zone", ZONES)
class TestTheDayAskedAbout:
    """Where no day is named, it is the last that the record covers, or of which it speaks: as days of the zone."""

    def test_it_is_the_last_day_covered(self, tmp_path: Path, engine: EngineName, zone: str) -> None:
        case = Case(tmp_path, TESTS, "coverage: [{until: 2022-05-13}]", zone=zone)
        assert case.ask(engine=engine).assumptions.on == "2022-05-12"

    def test_it_is_the_last_day_spoken_of(self, tmp_path: Path, engine: EngineName, zone: str) -> None:
        record = "acts: [{id: t1, kind: test, by: NOR, start: 2022-05-01, received: 2022-05}]"
        for text in (
            record.replace(", received: 2022-05", ""),
            "instruments: [{kind: deposit, by: NOR, on: 2022-05-01}]",
        ):
            assert Case(tmp_path, TESTS, text, zone=zone).ask(engine=engine).assumptions.on == "2022-05-01"
