"""Points 7, 8, 11, 12, 13, 15, 16 and 22: bags of acts, coverage, corrections, presence, thresholds, accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import Case, facts, of, only, outcomes
from servanda.check import EngineName
from servanda.errors import InputError
from servanda.record.load import load
from servanda.vocabulary.verdict import Outcome, Reason

BASES = """
id: pact.bases
prohibits: placing base b
bearer: b.by
where: b.host is not b.by
"""

MISSILES = """
id: pact.missiles
prohibits: keeping deployment d
bearer: d.by
where: [d.item is missile, d.range is more than 500 km]
"""

TROOPS = """
id: pact.troops
limits: deployment d
bearer: d.by
where: d.item is troops
per: d.by, d.host
measure: sum of d.troops at every instant
at most: 1 000 persons
"""


def ask_missile(folder: Path, engine: EngineName, attributes: str, assertions: str = "[]", **options: str) -> Case:
    return Case(
        folder,
        MISSILES,
        f"""
        acts:
          - {{id: d1, kind: deployment, by: NOR, item: missile, start: 2022-03-01, until: 2022-06-30, {attributes}}}
        assertions: {assertions}
        """,
    )


class TestCompleteness:
    """8: completeness is a claim, never a default."""

    def test_no_act_and_no_claim_is_undetermined(self, tmp_path: Path, engine: EngineName) -> None:
        verdict = only(Case(tmp_path, BASES, "acts: []").ask("2022-12-31", engine=engine), "NOR")
        assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, Reason.NO_COVERAGE)
        assert facts(verdict) == ["coverage 2022-01-01 base NOR 2022-12-31"]

    def test_no_act_and_a_claim_is_compliance(self, tmp_path: Path, engine: EngineName) -> None:
        record = "coverage: [{kinds: [base], parties: [NOR], from: 2022-01-01, until: 2023-01-01}]"
        asked = Case(tmp_path, BASES, record).ask("2022-12-31", engine=engine)
        assert outcomes(asked, "NOR") == [Outcome.COMPLIED]
        assert outcomes(asked, "CHL") == [Outcome.UNDETERMINED]

    def test_a_hole_in_the_claim_is_a_hole_in_the_verdict(self, tmp_path: Path, engine: EngineName) -> None:
        record = """
        coverage:
          - {kinds: [base], from: 2022-01-01, until: 2022-05-01}
          - {kinds: [base], from: 2022-05-02, until: 2023-01-01}
        """
        assert outcomes(Case(tmp_path, BASES, record).ask("2022-12-31", engine=engine), "NOR") == [Outcome.UNDETERMINED]


class TestThresholds:
    """12, 13, 15 and 22: exact thresholds, rounded and unknown values, presence without an end."""

    @pytest.mark.parametrize(
        ("value", "outcome"),
        [
            ("range: 500 km", Outcome.COMPLIED),
            ("range: 500.001 km", Outcome.BREACHED),
            ("range: {value: 500 km, rounded_to: 100 km}", Outcome.UNDETERMINED),
            ("range: unknown", Outcome.UNDETERMINED),
            ("note: its range is not written down", Outcome.UNDETERMINED),
        ],
    )
    def test_a_value_decides_only_where_it_is_known(
        self, tmp_path: Path, engine: EngineName, value: str, outcome: Outcome
    ) -> None:
        asked = ask_missile(tmp_path, engine, value).over_the_year(engine)
        assert outcomes(asked, "NOR") == [outcome]

    @pytest.mark.parametrize(("troops", "outcome"), [("400", Outcome.COMPLIED), ("401", Outcome.BREACHED)])
    def test_equal_to_a_ceiling_complies(
        self, tmp_path: Path, engine: EngineName, troops: str, outcome: Outcome
    ) -> None:
        record = f"""
        acts:
          - {{id: d1, kind: deployment, by: NOR, host: CHL, item: troops, troops: 600 persons,
             start: 2022-03-01, until: 2022-09-30}}
          - {{id: d2, kind: deployment, by: NOR, host: CHL, item: troops, troops: {troops} persons,
             start: 2022-05-01, until: 2022-05-31}}
        """
        asked = Case(tmp_path, TROOPS, record).over_the_year(engine)
        assert outcome in outcomes(asked, "NOR")
        over = [v.finding for v in of(asked, "NOR") if v.outcome is Outcome.BREACHED]
        assert [f.witnesses for f in over] == ([("d1", "d2")] if outcome is Outcome.BREACHED else [])

    def test_one_leaves_and_another_comes_on_the_same_day(self, tmp_path: Path, engine: EngineName) -> None:
        """5 and 6: whether they were there together hangs on the hour."""
        record = """
        acts:
          - {id: d1, kind: deployment, by: NOR, host: CHL, item: troops, troops: 600 persons,
             start: 2022-03-01, until: 2022-05-01}
          - {id: d2, kind: deployment, by: NOR, host: CHL, item: troops, troops: 600 persons,
             start: 2022-05-01, until: 2022-05-31}
        """
        asked = Case(tmp_path, TROOPS, record).over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.COMPLIED, Outcome.UNDETERMINED, Outcome.COMPLIED]

    def test_a_force_of_one_day_is_over_the_ceiling_on_that_day(self, tmp_path: Path, engine: EngineName) -> None:
        record = """
        acts:
          - {id: d1, kind: deployment, by: NOR, host: CHL, item: troops, troops: 1 600 persons,
             start: 2022-05-01, until: 2022-05-01}
        """
        asked = Case(tmp_path, TROOPS, record).over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.COMPLIED, Outcome.BREACHED, Outcome.COMPLIED]

    def test_presence_without_an_end_lasts_until_last_seen(self, tmp_path: Path, engine: EngineName) -> None:
        record = """
        acts:
          - {id: d1, kind: deployment, by: NOR, item: missile, range: 900 km, start: 2022-03-01, last-seen: 2022-04-10}
        """
        asked = Case(tmp_path, MISSILES, record).over_the_year(engine)
        assert outcomes(asked, "NOR") == [Outcome.BREACHED, Outcome.UNDETERMINED]
        assert facts(of(asked, "NOR")[1]) == ["presence d1 2022-04-10"]

    def test_a_claim_of_departures_means_still_there(self, tmp_path: Path, engine: EngineName) -> None:
        record = """
        acts:
          - {id: d1, kind: deployment, by: NOR, item: missile, range: 900 km, start: 2022-03-01, last-seen: 2022-04-10}
        coverage: [{kinds: [deployment], departures: yes, until: 2023-01-01}]
        """
        asked = Case(tmp_path, MISSILES, record).ask("2022-12-31", engine=engine)
        assert outcomes(asked, "NOR") == [Outcome.BREACHED]

    def test_an_unknown_actor_is_nobody_in_particular(self, tmp_path: Path, engine: EngineName) -> None:
        record = "acts: [{id: b1, kind: base, by: unknown, host: GHA, start: 2022-03-01}]"
        asked = Case(tmp_path, BASES, record).over_the_year(engine)
        assert {v.outcome for v in asked.verdicts} == {Outcome.UNDETERMINED}


class TestAccounts:
    """16: a verdict for each account in play, and 'depends' only where they part."""

    def test_a_contested_value_is_unknown_to_those_who_are_silent(self, tmp_path: Path, engine: EngineName) -> None:
        said = """
          - {act: d1, attribute: range, account: NOR, stance: asserts, value: 480 km}
          - {act: d1, attribute: range, account: CHL, stance: asserts, value: 2 000 km}
        """
        case = ask_missile(tmp_path, engine, "range: disputed", "\n" + said)
        verdict = only(case.over_the_year(engine), "NOR")
        assert (verdict.outcome, verdict.over) == (Outcome.DEPENDS, ("account",))
        assert {a.account: a.outcome for a in verdict.alternatives} == {
            "NOR": Outcome.COMPLIED,
            "CHL": Outcome.BREACHED,
            None: Outcome.UNDETERMINED,
        }
        assert [(f.code, dict(f.args)) for f in verdict.deciding] == [
            ("attribute", {"act": "d1", "attribute": "range"})
        ]

    def test_a_denial_is_a_fact_about_its_speaker(self, tmp_path: Path, engine: EngineName) -> None:
        said = """
          - {act: d1, account: CHL, stance: asserts, attribute: existence}
          - {act: d1, account: NOR, stance: denies, attribute: existence}
        """
        case = ask_missile(tmp_path, engine, "range: 900 km", "\n" + said)
        verdict = only(case.over_the_year(engine), "NOR", "d1")
        assert {a.account: a.outcome for a in verdict.alternatives} == {
            "NOR": Outcome.COMPLIED,
            "CHL": Outcome.BREACHED,
            None: Outcome.UNDETERMINED,
        }

    def test_what_everybody_admits_is_undisputed(self, tmp_path: Path, engine: EngineName) -> None:
        said = """
          - {act: d1, account: CHL, stance: asserts, attribute: existence}
          - {act: d1, account: NOR, stance: admits, attribute: existence}
        """
        case = ask_missile(tmp_path, engine, "range: 900 km", "\n" + said)
        assert only(case.over_the_year(engine), "NOR").outcome is (Outcome.BREACHED)


class TestCorrections:
    """11: corrections name the act they change, and a verdict can be asked as it was known."""

    RECORD = """
    acts:
      - {id: d1, kind: deployment, by: NOR, item: missile, range: 480 km, start: 2022-03-01, until: 2022-06-30}
    corrections:
      - {act: d1, change: correction, attribute: range, value: 520 km, recorded: 2022-08-01}
      - {act: d1, change: retraction, recorded: 2022-10-01, reason: the report was mistaken}
    """

    @pytest.mark.parametrize(
        ("known_on", "outcome"),
        [("2022-07-31", Outcome.COMPLIED), ("2022-08-01", Outcome.BREACHED), ("2022-10-01", Outcome.COMPLIED)],
    )
    def test_a_verdict_as_it_was_known(
        self, tmp_path: Path, engine: EngineName, known_on: str, outcome: Outcome
    ) -> None:
        asked = Case(tmp_path, MISSILES, self.RECORD).over_the_year(engine, known_on=known_on)
        assert outcomes(asked, "NOR") == [outcome]


class TestBags:
    """7: a record is a bag of acts keyed by id."""

    BASE = "{id: b1, kind: base, by: NOR, host: CHL, start: 2022-03-01}"

    def test_the_same_act_twice_is_one(self, tmp_path: Path) -> None:
        asked = Case(tmp_path, BASES, f"acts: [{self.BASE}, {self.BASE}]").ask("2022-12-31")
        assert outcomes(asked, "NOR") == [Outcome.BREACHED]

    def test_equal_content_under_two_ids_is_two(self, tmp_path: Path) -> None:
        asked = Case(tmp_path, BASES, f"acts: [{self.BASE}, {self.BASE.replace('b1', 'b2')}]").ask("2022-12-31")
        assert outcomes(asked, "NOR") == [Outcome.BREACHED, Outcome.BREACHED]

    def test_one_id_for_two_things_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "record.yaml"
        path.write_text(f"acts: [{self.BASE}, {self.BASE.replace('CHL', 'GHA')}]", encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load([path])
        assert [d.code for d in caught.value.diagnostics] == ["duplicate-act"]


def test_an_act_whose_author_is_contested_is_nobodys_for_certain_where_nothing_is_disputed(
    tmp_path: Path, engine: EngineName
) -> None:
    """15, 16: who is named by one account alone neither did it nor did not, to the account that takes neither."""
    norm = "id: pact.test\nprohibits: test t\nbearer: t.by"
    record = """
    acts:
      - {id: t1, kind: test, by: disputed, start: 2022-05-01}
    assertions:
      - {act: t1, account: CHL, attribute: by, value: NOR}
      - {act: t1, account: NOR, attribute: by, value: GHA}
    """
    asked = Case(tmp_path, norm, record).over_the_year(engine)
    told = {v.finding.bearer: {a.account: a.outcome for a in v.alternatives} for v in of(asked, None, "t1")}

    assert told == {
        "NOR": {None: Outcome.UNDETERMINED, "CHL": Outcome.BREACHED, "NOR": Outcome.COMPLIED},
        "GHA": {None: Outcome.UNDETERMINED, "CHL": Outcome.COMPLIED, "NOR": Outcome.BREACHED},
    }
