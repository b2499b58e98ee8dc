"""An organ of the agreement acts in the record under the name that the agreement gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import BREACHED, COMPLIED, Case, outcomes
from servanda.check import EngineName

CLEAR = """
id: pact.clear
for each: party p
bearer: p
requires: completion c
where: c.by is p
due: c.start is on or before 2022-06-30
may extend: {by: Meeting of the Parties has agreed, at most: 1 year}
"""
RECORD = """
organs: Meeting of the Parties
acts:
- {id: c1, kind: completion, by: NOR, start: 2022-09-01}
- {id: x1, kind: extension, by: NOR, about: NOR, norm: pact.clear, start: 2022-03-01, effective: 2022-12-01}
- {id: d1, kind: decision, by: Meeting of the Parties, about: x1, start: DECIDED}
"""


@pytest.mark.parametrize(("decided", "outcome"), [("2022-03-02", COMPLIED), ("2022-07-01", BREACHED)])
def test_an_organ_that_agreed_in_time_has_moved_the_time(
    tmp_path: Path, engine: EngineName, decided: str, outcome: object
) -> None:
    case = Case(tmp_path, CLEAR, RECORD.replace("DECIDED", decided), terms="organs: Meeting of the Parties")
    assert outcomes(case.over_the_year(engine), bearer="NOR") == [outcome]
