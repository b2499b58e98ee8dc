"""Limits that differ by what is measured, quotas by the calendar, and what a scope is called: points 12 and 13."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import Case, of, only, outcomes
from servanda.check import EngineName
from servanda.vocabulary.verdict import Outcome

HOLDING = """
id: pact.holding
limits: holding h
bearer: h.by
where: h.item is one of tank, gun
per: h.by, h.item
measure: sum of h.count at every instant
at most: Ceiling for h.item
"""
TERMS = "tables: {Ceiling: {tank: 10 items, gun: 5 items}}"


@pytest.mark.parametrize(
    ("item", "count", "outcome"),
    [
        ("tank", "10 items", Outcome.COMPLIED),
        ("tank", "11 items", Outcome.BREACHED),
        ("gun", "6 items", Outcome.BREACHED),
        ("unknown", "4 items", Outcome.UNDETERMINED),
    ],
)
def test_each_item_has_the_ceiling_of_its_own_row(
    tmp_path: Path, engine: EngineName, item: str, count: str, outcome: Outcome
) -> None:
    record = f"""
    acts:
      - {{id: h1, kind: holding, by: NOR, item: {item}, count: {count}, start: 2022-02-01, until: 2022-03-01}}
    """
    asked = Case(tmp_path, HOLDING, record, terms=TERMS).over_the_year(engine)
    during = [v for v in of(asked, "NOR") if "h1" in v.finding.witnesses]

    assert [v.outcome for v in during] == [outcome]


QUOTA = """
id: pact.quota
limits: request r
bearer: r.by
where: r.subject is inspection
per: r.by, r.to
measure: count of r {window}
at most: 1
---
id: pact.admit
for each: request r
when: [r.subject is inspection, no breach b of pact.quota where b.act is r]
bearer: r.to
requires: admission m
where: [m.by is r.to, m.about is r]
due: m.start is within 16 hours after r.received
"""
REQUESTS = """
acts:
  - {{id: r1, kind: request, by: NOR, to: CHL, subject: inspection, start: '2022-02-01T00:00Z',
     received: '2022-02-01T00:00Z'}}
  - {{id: r2, kind: request, by: NOR, to: CHL, subject: {second}, start: '2022-03-01T00:00Z',
     received: '2022-03-01T00:00Z'}}
  - {{id: m1, kind: admission, by: CHL, about: r1, start: '2022-02-01T16:00Z'}}
"""


@pytest.mark.parametrize("window", ["in each year", "in any 12 months", "in each year from entry into force"])
class TestQuotas:
    """12: the act over the quota is named, whatever the window."""

    def test_the_request_over_the_quota_calls_for_nothing(
        self, tmp_path: Path, engine: EngineName, window: str
    ) -> None:
        case = Case(tmp_path, QUOTA.format(window=window), REQUESTS.format(second="inspection"))
        asked = case.over_the_year(engine)

        assert outcomes(asked, "CHL", "r1") == [Outcome.COMPLIED]
        assert outcomes(asked, "CHL", "r2") == []

    def test_one_that_may_be_over_it_may_call_for_nothing(
        self, tmp_path: Path, engine: EngineName, window: str
    ) -> None:
        case = Case(tmp_path, QUOTA.format(window=window), REQUESTS.format(second="unknown"))
        asked = case.over_the_year(engine)

        assert outcomes(asked, "CHL", "r1") == [Outcome.COMPLIED]
        assert outcomes(asked, "CHL", "r2") == [Outcome.UNDETERMINED]


def test_a_scope_of_several_is_named_by_them_in_one_order(tmp_path: Path, engine: EngineName) -> None:
    norm = """
    id: pact.messages
    limits: request r
    bearer: r.by
    per: r.by, r.to
    measure: count of r in each year
    at most: 1
    """
    record = """
    acts:
      - {id: r1, kind: request, by: NOR, to: [CHL, GHA], start: 2022-02-01}
      - {id: r2, kind: request, by: NOR, to: [GHA, CHL], start: 2022-03-01}
      - {id: r3, kind: request, by: NOR, to: CHL, start: 2022-03-01}
    """
    asked = Case(tmp_path, norm, record).over_the_year(engine)

    assert only(asked, "NOR", "r1").finding.scope == (("r.by", "NOR"), ("r.to", "CHL, GHA"))
    assert only(asked, "NOR", "r1").outcome is Outcome.BREACHED
    assert only(asked, "NOR", "r3").finding.scope == (("r.by", "NOR"), ("r.to", "CHL"))
