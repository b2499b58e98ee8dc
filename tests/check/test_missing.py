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


def test_of_a_day_on_which_one_leaves_and_another_comes_their_hours_are_wanting_and_no_others(tmp_path: Path) -> None:
    norm = (
        "id: a\nlimits: presence s\nbearer: s.by jointly\n"
        "measure: sum of s.displacement at every instant\nat most: 30 t"
    )
    record = """\
acts:
  - {id: leaves, kind: presence, by: NOR, displacement: 11 t, start: 2022-03-01, until: 2022-03-12}
  - {id: stays, kind: presence, by: CHL, displacement: 11 t, start: 2022-03-05, until: 2022-03-26}
  - {id: comes, kind: presence, by: GHA, displacement: 11 t, start: 2022-03-12, until: 2022-03-15}
coverage: [{until: 2023-01-01, departures: yes}]
"""
    answer = Case(tmp_path, norm, record).ask("2022-12-31")
    (open_,) = [v for v in of(answer) if v.outcome is UNDETERMINED]

    assert facts(open_) == ["hour leaves", "hour comes"]


def test_where_a_day_is_wanting_no_hour_is_named(tmp_path: Path) -> None:
    norm = (
        "id: a\nfor each: exercise x\nbearer: x.by\nrequires: notification n\nwhere: n.about is x\n"
        "due: n.received is at least 42 days before x.start"
    )
    record = """\
acts:
  - {id: x, kind: exercise, by: NOR, start: {between: [2022-09-01, 2022-09-10]}}
  - {id: n, kind: notification, by: NOR, to: CHL, about: x, start: 2022-07-25, received: 2022-07-25}
coverage: [{until: 2023-01-01}]
"""
    (open_,) = of(Case(tmp_path, norm, record).ask("2022-12-31"), "NOR", "x")

    assert (open_.outcome, facts(open_)) == (UNDETERMINED, ["day x"])
