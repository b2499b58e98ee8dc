"""What is said to be wanting of the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import UNDETERMINED, Case, facts, of


def test_a_gap_that_reaches_back_to_the_beginning_begins_on_no_day(tmp_path: Path) -> None:
    """The beginning of time is no day that anybody could look up."""
    norm = "id: a\nprohibits: incident i\nbearer: i.by\n"
    record = "coverage: [{kinds: [incident], from: 2020-01-01, until: 2030-01-01}]\nacts: []\n"
    answer = Case(tmp_path, norm, record).ask("2025-06-01", as_if="0001-01-01")
    gaps = [dict(fact.args) for v in of(answer) for fact in v.missing if fact.code == "coverage"]

    assert [(gap["from"], gap["until"]) for gap in gaps] == [("", "2019-12-31")] * 3


@pytest.mark.parametrize(
    ("norm", "act"),
    [
        ("limits: approach a1\nbearer: a1.by\nper: a1.by\nmeasure: a1.distance\nat least: 500 m",
         "kind: approach, distance: 499 m, start: 2013-05-02"),
        ("limits: presence s\nbearer: s.by\nper: s.by\nmeasure: length of s\nat most: 21 days",
         "kind: presence, class: warship, start: 2010-11-08, until: 2010-11-30"),
        ("limits: deployment d\nbearer: d.by\nper: d.by\nmeasure: sum of d.troops at every instant\nat most: 9 persons",
         "kind: deployment, troops: 10 persons, start: 2010-11-08, until: 2010-11-30"),
        ("prohibits: keeping presence s\nbearer: s.by\nwhere: length of s is more than 21 days",
         "kind: presence, class: warship, start: 2010-11-08, until: 2010-11-30"),
        ("for each: exercise x\nbearer: x.by\nwhen: x.troops is at least 9 persons\nrequires: notification n\n"
         "where: n.about is x\ndue: n.received is on or before x.start",
         "kind: exercise, troops: unknown, start: 2010-11-08"),
    ],
)  # fmt: skip
def test_where_an_act_may_be_anybodys_every_party_is_told_so(tmp_path: Path, norm: str, act: str) -> None:
    record = f"acts:\n  - {{id: x, by: unknown, {act}}}\ncoverage: [{{until: 2015-01-01}}]\n"
    answer = Case(tmp_path, f"id: a\n{norm}", record).ask("2014-12-31", as_if="2010-01-01")

    for party in ("NOR", "CHL", "GHA"):
        assert [(v.outcome, facts(v)) for v in of(answer, party)] == [(UNDETERMINED, ["attribute x by"])]
