"""Point 5 of the meaning for times wider than a day, and points 12 and 20 where they meet it: what may have been on one
side of a change or on the other is open, and the day is what is wanting. Finland joined NATO on 4 April 2023."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import BREACHED, COMPLIED, UNDETERMINED, Case, facts, of, only, outcomes
from servanda.check import EngineName
from servanda.vocabulary.verdict import Outcome

PROHIBITS = "id: a\nprohibits: {kind} x\nbearer: x.by\n{line}"
REQUIRES = """\
id: a
for each: test x
bearer: x.by
requires: notification n
where: [n.by is x.by, n.about is x]
due: n.start is on or before x.start
{line}"""
LIMITS = "id: a\nlimits: test x\nbearer: x.by\nper: x.by\nmeasure: x.distance\nat most: 100 km\n{line}"
IN_NATO = "x.by is in NATO"


def case(folder: Path, norm: str, *acts: str) -> Case:
    record = "acts:\n" + "".join(f"  - {{{act}}}\n" for act in acts) + "coverage:\n  - {until: 2024-01-01}\n"
    return Case(folder, norm, record, parties="Norway, Finland")


def verdict(folder: Path, engine: EngineName, norm: str, *acts: str) -> tuple[list[Outcome], list[str]]:
    """The outcomes of what is said of x, and what is wanting."""
    answer = case(folder, norm, *acts).ask("2023-12-31", as_if="2020-01-01", engine=engine)
    found = of(answer, act="x")
    return [v.outcome for v in found], sorted({f for v in found for f in facts(v)})


def one(kind: str = "test", by: str = "FIN", **more: str) -> str:
    return ", ".join([f"id: x, kind: {kind}, by: {by}", *(f"{k}: {v}" for k, v in more.items())])


OPEN = ([UNDETERMINED], ["day x"])


@pytest.mark.parametrize("start", ["2023-04", "2023"])
def test_an_act_that_may_have_been_before_its_author_joined_leaves_it_open(
    tmp_path: Path, engine: EngineName, start: str
) -> None:
    act = one(start=start)

    assert verdict(tmp_path, engine, PROHIBITS.format(kind="test", line=f"where: {IN_NATO}"), act) == OPEN
    assert verdict(tmp_path, engine, REQUIRES.format(line=f"when: {IN_NATO}"), act) == OPEN
    assert verdict(tmp_path, engine, LIMITS.format(line=f"where: {IN_NATO}"), f"{act}, distance: 200 km") == OPEN


def test_what_lasts_from_a_day_not_known_is_open_only_where_membership_parts(
    tmp_path: Path, engine: EngineName
) -> None:
    norm = PROHIBITS.format(kind="exercise", line=f"where: {IN_NATO}")

    assert verdict(tmp_path, engine, norm, one("exercise", start="2023")) == OPEN
    assert verdict(tmp_path, engine, norm, one("exercise", "NOR", start="2023"))[0] == [BREACHED]
    open_end = verdict(tmp_path, engine, norm, one("exercise", start="2022-01-01", until="2023-04"))
    assert open_end == ([UNDETERMINED], ["attribute x until"])


@pytest.mark.parametrize("line", ["from: 2023-04-05", "until: 2023-04-05"])
def test_a_norm_that_begins_or_ends_while_the_act_may_have_been_is_open(
    tmp_path: Path, engine: EngineName, line: str
) -> None:
    act = one(start="{between: [2023-04-01, 2023-04-10]}", distance="200 km")

    for norm in (PROHIBITS.format(kind="test", line=line), REQUIRES.format(line=line), LIMITS.format(line=line)):
        assert verdict(tmp_path, engine, norm, act) == OPEN


def test_an_hour_at_which_a_norm_begins_leaves_that_day_open(tmp_path: Path, engine: EngineName) -> None:
    norm = REQUIRES.format(line="from: 2023-04-05T12:00Z")

    assert verdict(tmp_path, engine, norm, one(start="2023-04-05")) == ([UNDETERMINED], ["hour x"])
    assert verdict(tmp_path, engine, norm, one(start="2023-04-06"))[0] == [BREACHED]


def test_what_is_so_on_every_day_that_it_can_be_is_settled(tmp_path: Path, engine: EngineName) -> None:
    act = one(start="{between: [2023-04-05, 2023-04-20]}")

    assert verdict(tmp_path, engine, PROHIBITS.format(kind="test", line=f"where: {IN_NATO}"), act)[0] == [BREACHED]


@pytest.mark.parametrize("on", ["x.start", "10 days after x.start"])
@pytest.mark.parametrize("kind", ["test", "exercise"])
def test_who_belonged_on_a_time_that_is_not_known_to_the_day_is_asked_of_every_day_it_may_be(
    tmp_path: Path, engine: EngineName, on: str, kind: str
) -> None:
    norm = PROHIBITS.format(kind=kind, line=f"where: x.by is in NATO on {on}")

    found, wanting = verdict(tmp_path, engine, norm, one(kind, start="{between: [2023-03-20, 2023-04-20]}"))
    assert (set(found), wanting) == ({UNDETERMINED}, ["day x"])
    found, _ = verdict(tmp_path, engine, norm, one(kind, start="{between: [2023-04-05, 2023-04-20]}"))
    assert BREACHED in found
    assert COMPLIED not in found


def test_a_line_kept_up_to_an_end_that_is_not_known_may_have_had_a_gap(tmp_path: Path, engine: EngineName) -> None:
    norm = "id: a\nrequires: hotline h\nbearer: every party\nwhere: h.by is NOR\ndue: at all times"
    record = (
        "id: x, kind: hotline, by: NOR, start: 2020-01-01, until: 2020-06",
        "id: y, kind: hotline, by: NOR, start: 2020-07-01",
    )
    answer = case(tmp_path, norm, *record).ask("2020-12-31", as_if="2020-01-01", engine=engine)
    (gap,) = [v for v in of(answer, "NOR") if v.outcome is UNDETERMINED and facts(v) == ["attribute x until"]]

    assert gap.finding.start == 1591056000000000  # 2 June: that it stood on the first day of June is sure


def test_an_exception_does_not_settle_whether_the_duty_arose(tmp_path: Path, engine: EngineName) -> None:
    norm = REQUIRES.format(line="when: x.distance is at least 9 km\nunless: {agreed: x.item is icbm}")
    act = one(start="2023-05-01", item="icbm", distance="unknown")

    assert verdict(tmp_path, engine, norm, act) == ([UNDETERMINED], ["attribute x distance"])
    known = act.replace("unknown", "10 km")
    assert verdict(tmp_path, engine, norm, known)[0] == [COMPLIED]


FLOW = """\
id: a
limits: exercise x
bearer: x.by
per: x.by
measure: sum of x.troops in any 12 months
at most: 100 persons
"""


def flow(folder: Path, engine: EngineName, *acts: tuple[str, int]) -> list[Outcome]:
    rows = [f"id: x{i}, kind: exercise, by: NOR, start: {s}, troops: {n} persons" for i, (s, n) in enumerate(acts)]
    answer = case(folder, FLOW, *rows).ask("2023-12-31", as_if="2020-01-01", engine=engine)
    return outcomes(answer, "NOR")


def test_an_act_known_to_the_day_is_in_its_own_window(tmp_path: Path, engine: EngineName) -> None:
    assert flow(tmp_path, engine, ("2022-06-01", 101)) == [BREACHED]
    assert flow(tmp_path, engine, ("2022-06-01", 60), ("2022-06-01", 60)) == [BREACHED, BREACHED]


@pytest.mark.parametrize("later", ["2023-06-01", "2023-06-01T10:00:01Z"])
def test_the_day_on_which_a_window_of_the_calendar_begins_belongs_to_it(
    tmp_path: Path, engine: EngineName, later: str
) -> None:
    earlier = "2022-06-01" if later == "2023-06-01" else "2022-06-01T10:00Z"

    assert flow(tmp_path, engine, (earlier, 60), (later, 60)) == [BREACHED]
    assert flow(tmp_path, engine, ("2022-05-31", 60), (later, 60)) == [COMPLIED]


def test_a_limit_measures_nothing_before_it_begins(tmp_path: Path, engine: EngineName) -> None:
    norm = (
        "id: a\nlimits: presence x\nbearer: x.by\nper: x.by\nmeasure: sum of x.displacement at every instant\n"
        "at most: 100 t\nfrom: 2023-04-05"
    )
    act = "id: x, kind: presence, by: NOR, displacement: 50 t, start: 2023-04-01, until: 2023-05-01"
    answer = case(tmp_path, norm, act).ask("2023-12-31", as_if="2020-01-01", engine=engine)

    assert min(v.finding.start or 0 for v in of(answer, "NOR")) == 1680652800000000  # 5 April 2023


def test_a_statement_that_may_have_been_before_entry_into_force_is_open(tmp_path: Path, engine: EngineName) -> None:
    norm = "id: a\nstandard: none gains\nbearer: every party\nawaits: judgement of every other party"
    act = "id: x, kind: statement, by: FIN, invokes: a, about: [NOR], start: {between: [2019-12-20, 2020-01-10]}"
    answer = case(tmp_path, norm, act).ask("2023-12-31", as_if="2020-01-01", engine=engine)

    assert only(answer, "NOR", "x").outcome is UNDETERMINED


LEAVING = """\
entry into force: {when: at least 3 States have deposited, effect: on that day}
exit: {when: it has given notice, effect: 3 months after that}
"""
LEFT = """\
instruments:
  - {agreement: test-pact, kind: deposit, by: [NOR, CHL, GHA], on: 2019-01-01}
  - {agreement: test-pact, kind: notice, by: GHA, on: 2020-06-01}
coverage: [{until: 2022-01-01}]
acts:
"""
ANSWERS = """\
id: a
for each: request r, party p
when: r.to is p
bearer: p
requires: answer y
where: [y.by is p, y.about is r]
due: y.sent is within 10 days after r.received"""
TELLS = """\
id: a
for each: exercise x, other party q
bearer: x.by
owed to: q
requires: notification n
where: [n.about is x, n.to is q]
due: n.received is on or before x.start"""


@pytest.mark.parametrize("start", ["unknown", "2020", "{between: [2020-08-20, 2020-09-20]}"])
@pytest.mark.parametrize(
    ("norm", "act", "bearer"),
    [
        (ANSWERS, "kind: request, by: NOR, to: GHA, received: 2020-05-01", "GHA"),
        (TELLS, "kind: exercise, by: NOR", "NOR"),
    ],
)
def test_a_party_that_may_have_left_by_the_day_of_the_occasion_is_asked_all_the_same(
    tmp_path: Path, engine: EngineName, start: str, norm: str, act: str, bearer: str
) -> None:
    record = f"{LEFT}  - {{id: r, {act}, start: {start}}}\n"
    answer = Case(tmp_path, norm, record, clause=LEAVING).ask("2021-12-31", as_if=None, engine=engine)
    found = [v for v in of(answer, bearer, "r") if "GHA" in (v.finding.bearer, v.finding.counterparty)]

    assert [v.outcome for v in found] == [UNDETERMINED]


def test_a_base_that_stands_is_told_to_whoever_joins_while_it_does(tmp_path: Path, engine: EngineName) -> None:
    norm = TELLS.replace("exercise", "deployment")
    record = f"{LEFT}  - {{id: r, kind: deployment, by: NOR, start: 2018-12-01, until: 2021-12-01}}\n"
    answer = Case(tmp_path, norm, record, clause=LEAVING).ask("2021-12-31", as_if=None, engine=engine)

    assert {v.finding.counterparty for v in of(answer, "NOR", "r")} == {"CHL", "GHA"}
