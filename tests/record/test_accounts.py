"""Accounts: who says what, and what each holder takes (meaning 16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from servanda.errors import InputError
from servanda.record.load import load
from servanda.record.record import Record

BASE = """
- {id: d1, kind: deployment, by: RUS, item: missile, start: 2022-04-01, range: disputed}
- {id: x1, kind: exercise, by: USA, start: 2022-05-01, troops: 9 000 persons}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def record(folder: Path, assertions: str = "", acts: str = BASE, more: str = "") -> Record:
    text = f"acts:{acts}\nassertions:{assertions or ' []'}\n{more}"
    (folder / "record.yaml").write_text(text, encoding="utf-8")
    return load(folder / "record.yaml")


def seen(record: Record, account: str | None, act: str) -> Mapping[str, object] | None:
    """What the account takes of an act: its known cells; None where the act is not there."""
    for row in record.view(account).to_pylist():
        if row["act"] == act:
            return {c: v for c, v in row.items() if v is not None}
    return None


def value(record: Record, account: str | None, act: str, column: str) -> object:
    row = seen(record, account, act)
    assert row is not None
    return row.get(column)


def test_where_nobody_contests_anything_the_view_is_the_table_itself(folder: Path) -> None:
    r = record(folder)
    assert r.accounts() == ()
    assert r.view(None) is r.acts
    assert r.view("RUS") is r.acts


def test_two_values_are_contested_and_each_account_takes_its_own(folder: Path) -> None:
    r = record(
        folder,
        """
- {act: d1, account: RUS, stance: asserts, attribute: range, value: 480 km}
- {act: d1, account: USA, stance: asserts, attribute: range, value: 2000 km}""",
    )
    assert r.accounts() == ("RUS", "USA")
    assert value(r, "RUS", "d1", "range_lo") == 480_000
    assert value(r, "USA", "d1", "range_lo") == 2_000_000
    assert value(r, None, "d1", "range_lo") is None
    assert value(r, "POL", "d1", "range_lo") is None
    assert {c.account for c in r.contested()["d1"]["range"]} == {"RUS", "USA"}


def test_a_value_that_one_account_gives_and_nobody_contests_is_taken_by_all(folder: Path) -> None:
    r = record(folder, "\n- {act: d1, account: USA, attribute: range, value: 2000 km}")
    assert r.accounts() == ()
    assert value(r, None, "d1", "range_lo") == value(r, "RUS", "d1", "range_lo") == 2_000_000


def test_equal_amounts_in_other_units_are_one_value(folder: Path) -> None:
    r = record(
        folder,
        """
- {act: d1, account: RUS, attribute: range, value: 480 km}
- {act: d1, account: USA, attribute: range, value: 480000 m}""",
    )
    assert r.accounts() == ()


def test_the_record_itself_is_contradicted_by_an_account(folder: Path) -> None:
    r = record(folder, "\n- {act: x1, account: RUS, attribute: troops, value: 14 000 persons}")
    assert r.accounts() == ("RUS",)
    assert value(r, "RUS", "x1", "troops_lo") == 14_000
    assert value(r, None, "x1", "troops_lo") is None
    assert value(r, "USA", "x1", "troops_lo") is None


def test_a_row_of_an_account_is_its_claim(folder: Path) -> None:
    acts = "\n- {id: x1, kind: exercise, by: USA, start: 2022-05-01, troops: 9 000 persons, account: USA}"
    r = record(folder, "\n- {act: x1, account: RUS, attribute: troops, value: 14 000 persons}", acts)
    assert r.accounts() == ("RUS", "USA")
    assert value(r, "USA", "x1", "troops_lo") == 9000
    assert value(r, "RUS", "x1", "troops_lo") == 14_000


def test_a_denial_is_a_fact_about_a_speaker_and_not_the_absence_of_the_act(folder: Path) -> None:
    r = record(
        folder,
        """
- {act: x1, account: USA, stance: asserts}
- {act: x1, account: RUS, stance: denies}""",
    )
    assert value(r, "USA", "x1", "sure") is True
    assert seen(r, "RUS", "x1") is None
    assert value(r, None, "x1", "sure") is False
    assert value(r, "POL", "x1", "sure") is False


def test_an_admission_is_held_like_an_assertion(folder: Path) -> None:
    r = record(
        folder,
        """
- {act: d1, account: USA, stance: admits, attribute: existence}
- {act: d1, account: RUS, stance: asserts, attribute: existence}""",
    )
    assert r.accounts() == ()
    assert value(r, None, "d1", "sure") is True


def test_who_says_what_an_act_was_like_says_that_it_was(folder: Path) -> None:
    r = record(
        folder,
        """
- {act: x1, account: RUS, stance: denies}
- {act: x1, account: POL, attribute: scenario, value: night}""",
    )
    assert value(r, "POL", "x1", "sure") is True
    assert value(r, None, "x1", "sure") is False


def test_a_denied_value_is_unknown_to_the_one_who_denies_it(folder: Path) -> None:
    r = record(folder, "\n- {act: x1, account: RUS, stance: denies, attribute: troops, value: 9 000 persons}")
    assert r.accounts() == ("RUS",)
    assert value(r, "RUS", "x1", "troops_lo") is None
    assert value(r, None, "x1", "troops_lo") is None


def test_denying_what_nobody_claims_contests_nothing(folder: Path) -> None:
    r = record(folder, "\n- {act: x1, account: RUS, stance: denies, attribute: troops, value: 8 000 persons}")
    assert r.accounts() == ()
    assert value(r, None, "x1", "troops_lo") == 9000


def test_the_latest_claim_of_an_account_is_the_one_it_holds(folder: Path) -> None:
    r = record(
        folder,
        """
- {act: d1, account: RUS, attribute: range, value: 500 km, said on: 2022-06-01}
- {act: d1, account: RUS, attribute: range, value: 480 km, said on: 2022-05-01}
- {act: d1, account: USA, attribute: range, value: 2000 km}""",
    )
    assert value(r, "RUS", "d1", "range_lo") == 500_000
    assert value(r.as_known_on(date(2022, 5, 31)), "RUS", "d1", "range_lo") == 480_000


def test_claims_of_one_account_at_one_time_that_differ_cancel_out(folder: Path) -> None:
    claims = [
        "\n- {act: d1, account: RUS, attribute: range, value: 500 km, said on: 2022-06-01}",
        "\n- {act: d1, account: RUS, attribute: range, value: 480 km, said on: 2022-06-01}",
    ]
    for order in (claims, claims[::-1]):
        r = record(folder, "".join(order))
        assert r.accounts() == ("RUS",)
        assert value(r, "RUS", "d1", "range_lo") is None


def test_an_act_may_stand_in_assertions_alone(folder: Path) -> None:
    r = record(
        folder,
        """
- {act: i1, account: CHN, stance: asserts, kind: incident, said on: 2022-07-01}
- {act: i1, account: CHN, attribute: by, value: USA, said on: 2022-07-01}
- {act: i1, account: USA, stance: denies, said on: 2022-07-02}""",
    )
    assert value(r, "CHN", "i1", "by") == "USA"
    assert seen(r, "USA", "i1") is None
    assert value(r, None, "i1", "sure") is False
    assert seen(r.as_known_on(date(2022, 7, 1)), "USA", "i1") is not None
    assert seen(r.as_known_on(date(2022, 6, 30)), "CHN", "i1") is None


def test_only_touched_rows_change(folder: Path) -> None:
    r = record(folder, "\n- {act: x1, account: RUS, stance: denies}")
    assert seen(r, None, "d1") == seen(r, "RUS", "d1")
    assert r.view("RUS").num_rows == r.acts.num_rows - 1


def test_a_claim_that_moves_an_act_keeps_the_table_in_order(folder: Path) -> None:
    acts = "".join(f"\n- {{id: x{i}, kind: exercise, start: 2022-05-0{i}}}" for i in range(1, 6))
    r = record(folder, "\n- {act: x1, account: RUS, attribute: start, value: 2022-05-09}", acts)
    assert r.view("RUS")["act"].to_pylist() == ["x2", "x3", "x4", "x5", "x1"]


# ---- corrections, and what was known when


CORRECTED = """
corrections:
- {act: d1, change: correction, attribute: range, value: 520 km, recorded: 2022-08-01, reason: misread}
- {act: d1, change: correction, attribute: range, value: 510 km, recorded: 2022-07-01}
- {act: x1, change: retraction, recorded: 2022-09-01, reason: it never took place}
"""


def test_corrections_are_made_in_the_order_in_which_they_were_recorded(folder: Path) -> None:
    r = record(folder, more=CORRECTED)
    assert value(r, None, "d1", "range_lo") == 520_000
    assert value(r.as_known_on(date(2022, 7, 31)), None, "d1", "range_lo") == 510_000
    assert value(r.as_known_on(date(2022, 6, 30)), None, "d1", "range_lo") is None


def test_a_retracted_act_is_gone_and_was_there_before(folder: Path) -> None:
    r = record(folder, more=CORRECTED)
    assert seen(r, None, "x1") is None
    assert seen(r.as_known_on(date(2022, 8, 31)), None, "x1") is not None


def test_nothing_is_overwritten_by_a_correction(folder: Path) -> None:
    r = record(folder, more=CORRECTED)
    assert r.acts.num_rows == 2
    assert "range_lo" not in r.acts.column_names


def test_what_was_recorded_later_was_not_known(folder: Path) -> None:
    acts = """
- {id: a1, kind: incident, recorded: 2022-03-02}
- {id: a2, kind: incident}"""
    more = """
coverage:
- {kinds: [incident], from: 2022-01-01, until: 2023-01-01, recorded: 2023-01-05}
instruments:
- {kind: deposit, by: RUS, received: 2022-02-01, recorded: 2022-02-10}
"""
    r = record(folder, acts=acts, more=more)
    assert r.as_known_on(date(2022, 3, 1)).acts["act"].to_pylist() == ["a2"]
    assert r.as_known_on(date(2022, 3, 2)).acts.num_rows == 2
    assert not r.as_known_on(date(2022, 2, 9)).instruments
    assert not r.as_known_on(date(2023, 1, 4)).coverage.claims
    assert r.as_known_on(date(2023, 1, 5)).coverage.claims


# ---- what if


def test_supposing_adds_replaces_and_takes_away(folder: Path) -> None:
    more = """
instruments:
- {kind: notice, by: RUS, received: 2022-02-01}
- {kind: deposit, by: USA, received: 2022-02-01}"""
    r = record(folder, "\n- {act: x1, account: RUS, stance: denies}", more=more)
    (folder / "suppose.yaml").write_text(
        """
acts:
- {id: d1, remove: yes}
- {id: x1, kind: exercise, by: USA, troops: 20 000 persons}
- {id: z9, kind: incident, by: RUS}
instruments:
- {kind: notice, by: RUS, remove: yes}
- {kind: deposit, by: POL, received: 2022-03-01}
memberships:
- {group: NATO, member: UKR, from: 2022-03-01}
parties: [Thụy Điển]
"""
    )
    supposed = r.supposing(load(folder / "suppose.yaml"))
    assert supposed.view()["act"].to_pylist() == ["x1", "z9"]
    assert value(supposed, None, "x1", "troops_lo") == 20_000
    assert value(supposed, None, "x1", "sure") is True
    assert [(i.kind, i.party) for i in supposed.instruments] == [("deposit", "USA"), ("deposit", "POL")]
    assert supposed.parties == {"SWE"}
    assert "UKR" in supposed.memberships.members("NATO", date(2022, 4, 1))
    assert r.view()["act"].to_pylist() == ["d1", "x1"], "the record itself is not touched"


def test_instruments_of_several_parties_are_several(folder: Path) -> None:
    r = record(folder, more="instruments:\n- {kind: signature, by: [RUS, Hoa Kỳ], on: 2022-01-10}")
    assert [(i.kind, i.party) for i in r.instruments] == [("signature", "RUS"), ("signature", "USA")]
    assert all(i.signed == i.received and i.received is not None for i in r.instruments)


def test_memberships_of_the_record_speak_for_their_group_and_member(folder: Path) -> None:
    r = record(folder, more="memberships:\n- {group: NATO, member: POL, from: 2022-01-01}")
    assert "POL" not in r.memberships.members("NATO", date(2010, 1, 1))
    assert "DEU" in r.memberships.members("NATO", date(2010, 1, 1))


def test_days_of_coverage_are_counted_in_the_zone_of_the_agreement(folder: Path) -> None:
    r = record(folder, more="coverage:\n- {from: 2022-01-01, until: 2023-01-01T00:00Z}")
    [utc], [kyiv] = r.coverage.claims, r.coverage_in("Europe/Kyiv").claims
    assert utc.start - kyiv.start == 2 * 3_600_000_000
    assert utc.until == kyiv.until


def test_coverage_is_a_claim(folder: Path) -> None:
    r = record(
        folder,
        more="coverage:\n- {kinds: [incident], parties: [RUS], from: 2022-01-01, until: 2023-01-01, departures: yes}",
    )
    [claim] = r.coverage.claims
    assert (claim.kinds, claim.parties, claim.departures) == (frozenset({"incident"}), frozenset({"RUS"}), True)
    assert r.coverage.covers(["incident"], "RUS", claim.start, claim.until - 1)
    assert not r.coverage.covers(["incident"], "RUS", claim.start, claim.until)
    assert not r.coverage.covers(["incident"], "USA", claim.start, claim.until - 1)


def test_a_supposition_may_speak_of_recorded_acts(folder: Path) -> None:
    r = record(folder)
    (folder / "suppose.yaml").write_text(
        "acts:\n- {id: n1, kind: notification, by: RUS, about: d1, to: USA}\n"
        "assertions:\n- {act: x1, account: RUS, stance: denies}\n"
    )
    supposed = r.supposing(load(folder / "suppose.yaml", beside=r))
    assert supposed.view()["act"].to_pylist() == ["d1", "x1", "n1"]
    assert seen(supposed, "RUS", "x1") is None


def test_what_an_act_was_about_may_be_asserted_by_name(folder: Path) -> None:
    r = record(folder, "\n- {act: d1, account: RUS, attribute: about, value: [x1, Hoa Kỳ]}")
    assert value(r, None, "d1", "about") == ["USA", "x1"]


@pytest.mark.parametrize(
    "row",
    [
        "assertions: [{act: d1, account: RUS, stance: denies, source: s9}]",
        "coverage: [{kinds: [incident], source: s9}]",
        "instruments: [{kind: deposit, by: RUS, received: 2022-02-01, source: s9}]",
        "memberships: [{group: NATO, member: FIN, source: s9}]",
    ],
)
def test_no_row_cites_a_source_that_nobody_declared(folder: Path, row: str) -> None:
    (folder / "record.yaml").write_text(f"acts:{BASE}{row}\n")
    with pytest.raises(InputError) as caught:
        load(folder / "record.yaml")
    assert [d.code for d in caught.value.diagnostics] == ["unknown-source"]
    assert load(folder / "record.yaml", strict=False).rows_refused == 1
    (folder / "sources.yaml").write_text("- {id: s9, publisher: OSCE}\n")
    assert load([folder / "record.yaml", folder / "sources.yaml"]).sources["s9"].publisher == "OSCE"
