"""Traps of relational engines that change a verdict in silence; each is steered around, and here is its case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from sqlglot import exp

from engines.compare import by_plan, by_reference
from engines.hand import ban, case, deployment, duty, exercise, notice
from engines.strategies import path, seeded
from engines.worlds import Case, day_us
from servanda.engines import duckdb
from servanda.norms.condition import ActRange, Compare, Is, Line, Quantified
from servanda.norms.norm import AtEveryInstant, Bearer, Exception_, Limits, Measure, Prohibits, Requires, Rolling
from servanda.norms.term import DayName, PartyName, Quantity
from servanda.plan.lower import chained
from servanda.record.columns import Cells
from servanda.temporal import ExactSpan
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.verdict import Finding, Outcome


def found(made: Case) -> list[Finding]:
    """What both engines find, in one order."""
    findings = by_plan(made)
    assert findings == by_reference(made)
    return sorted(findings, key=lambda f: (f.bearer or "", f.act or "", f.start or 0))


def test_a_notice_too_late_is_still_the_witness() -> None:
    """An ASOF join at "t - 42 days" would find nothing, and the explanation would be lost."""
    finding = next(f for f in found(case(duty(), exercise(), notice("2022-04-23"))) if f.act == "x")

    assert (finding.outcome, finding.witnesses) == (Outcome.BREACHED, ("n",))
    assert finding.late_by == day_us("2022-04-23") - (day_us("2022-04-21") - 1)


def test_the_deadline_day_itself_is_in_time() -> None:
    finding = next(f for f in found(case(duty(), exercise(), notice("2022-04-20"))) if f.act == "x")

    assert finding.outcome is Outcome.COMPLIED


def test_nobody_is_not_an_unknown_partner() -> None:
    """Without a guard an outer join's empty row makes `some` possible where there is nobody."""
    consent = Quantified("some", ActRange(("consent",), "c"), Is(path("c", "by"), PartyName("RUS")))
    variant = ban(unless=(Exception_("consent", consent, ""),))
    row: Cells = {"act": "d", "kind": "deployment", "by": "USA", "start": "2022-06-01"}

    assert [f.outcome for f in found(case(variant, row)) if f.act == "d"] == [Outcome.BREACHED]


def test_not_exists_is_not_two_valued() -> None:
    """The same absence, where the record claims nothing: a consent may be missing."""
    consent = Quantified("some", ActRange(("consent",), "c"), Is(path("c", "by"), PartyName("RUS")))
    variant = ban(unless=(Exception_("consent", consent, ""),))
    row: Cells = {"act": "d", "kind": "deployment", "by": "USA", "start": "2022-06-01"}

    assert [f.outcome for f in found(case(variant, row, covered=False)) if f.act == "d"] == [Outcome.UNDETERMINED]


def test_a_missing_key_feeds_possibly_alone() -> None:
    """An equality join loses the notice whose `about` is not known, and would find a breach."""
    nameless = {k: v for k, v in notice("2022-01-01").items() if k != "about"}
    named = notice("2022-01-02", "other", ["y"])
    finding = next(f for f in found(case(duty(), exercise(), nameless, named)) if f.act == "x")

    assert (finding.outcome, finding.witnesses) == (Outcome.UNDETERMINED, ("n",))


def test_a_null_amount_is_neither_over_nor_under() -> None:
    over = Line(Compare(path("d", "range"), ">=", Quantity(Fraction(500_000), "length")), "")
    known: Cells = {"act": "k", "kind": "deployment", "by": "RUS", "start": "2022-06-01", "range": 499_999}
    row: Cells = {"act": "d", "kind": "deployment", "by": "USA", "start": "2022-06-01"}

    assert [f.outcome for f in found(case(ban(over.condition), row, known)) if f.act] == [Outcome.UNDETERMINED]


def test_a_third_is_compared_without_division() -> None:
    """Decimal division gives a DOUBLE: 2/3 of 9 would not be 6."""
    limit = Quantity(Fraction(2, 3) * 9, "length")
    sharp = Line(Compare(path("d", "range"), ">=", Quantity(limit.value + Fraction(1, 3), "length")), "")
    row: Cells = {"act": "d", "kind": "deployment", "by": "USA", "start": "2022-06-01", "range": Fraction(19, 2)}
    six: Cells = {"act": "e", "kind": "deployment", "by": "USA", "start": "2022-06-01", "range": 6}

    assert {f.act for f in found(case(ban(sharp.condition), row, six)) if f.outcome is Outcome.BREACHED} == {"d"}


def test_a_rolling_window_is_closed_at_both_ends() -> None:
    """A RANGE frame over an INTERVAL can lose its inclusive lower end (duckdb#24631)."""
    span = Quantity(Fraction(604_800), "duration", "hours", ExactSpan(604_800_000_000))
    measure = Measure("sum", path("x", "troops"), Rolling(span), "persons", "")
    variant = replace(
        duty(), for_each=(), bearer=Bearer(path("x", "by")),
        shape=Limits(ActRange(("exercise",), "x"), (), (), measure, Quantity(Fraction(5), "persons"), None),
    )  # fmt: skip
    midnights = [day_us("2022-06-01"), day_us("2022-06-08")]  # the window of the second opens at the first
    rows: list[Cells] = [
        {"act": act, "kind": "exercise", "by": "USA", "start_lo": at, "start_hi": at, "troops": 3}
        for act, at in zip(("a", "b"), midnights, strict=True)
    ]
    over = [f for f in found(case(variant, *rows)) if f.outcome is Outcome.BREACHED]

    assert [(f.act, f.measured) for f in over] == [("b", (Fraction(6), Fraction(6)))]


def test_nothing_is_measured_in_a_term_that_never_runs() -> None:
    """An act of unknown start may have been on any day of the term; of a term that ends before it begins, on none."""
    measure = Measure("each", path("d", "range"), AtEveryInstant(), "length", "")
    limits = Limits(ActRange(("deployment",), "d"), (), (), measure, Quantity(Fraction(500), "length"), None)
    ended, begun = DayName(date(2023, 1, 1)), DayName(date(2023, 3, 1))
    made = case(
        replace(ban(), shape=limits, start=begun, until=ended),
        {"act": "d", "kind": "deployment", "by": "USA", "range": 600},
        deployment("e", range=600),
    )

    assert {f.act for f in by_plan(made)} == {None}


def test_the_order_of_rows_means_nothing() -> None:
    made = case(duty(), exercise(), notice("2022-04-23"), notice("2022-04-23", "m"))
    turned = replace(made, acts=made.acts.take(list(reversed(range(made.acts.num_rows)))))

    assert found(turned) == found(made)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_no_plan_holds_an_asof_join_or_pasted_text(seed: int) -> None:
    made = seeded(seed)
    session = duckdb.Session(made.world, made.acts)
    if not isinstance(made.variant.shape, Prohibits | Requires | Limits):
        return
    plan = session.plan(made.variant)

    assert not any(j.args.get("method") == "ASOF" for j in plan.tree.find_all(exp.Join))
    assert not list(plan.tree.find_all(exp.Command))
    session.close()


@pytest.mark.parametrize("seed", range(1, 60, 3))
def test_every_plan_is_explained(seed: int) -> None:
    made = seeded(seed)
    session = duckdb.Session(made.world, made.acts)
    if not isinstance(made.variant.shape, Prohibits | Requires | Limits):
        return
    plan = session.plan(made.variant)
    session.run(plan)
    explained = session.con.sql("EXPLAIN " + plan.tree.sql("duckdb")).fetchall()

    assert explained
    session.close()


def test_a_plan_may_be_read_one_relation_at_a_time() -> None:
    made = case(duty(), exercise(), notice("2022-04-23"))
    session = duckdb.Session(made.world, made.acts)
    plan = session.plan(made.variant)
    rows = session.run(plan)

    assert isinstance(rows, pa.Table)
    assert chained(plan.ctes, plan.final).sql("duckdb") == plan.tree.sql("duckdb")
    assert {"outcome", "due", "late_by", "witness"} <= set(rows.column_names)
    session.close()


def test_the_vocabulary_has_no_attribute_that_hides_a_column_of_the_plan() -> None:
    """Columns of a frame are `variable__column`; the attribute `act` alone shares its name with the id."""
    assert [a for a in vocabulary().attributes if a in ("kind", "sure", "id", "act")] == ["act"]


def test_what_one_file_of_parquet_says_is_not_said_of_all(tmp_path: Path) -> None:
    """A file may lack a column that is complete in another, and hold acts that begin later than all of that one."""
    made = case(duty(), exercise(), notice("2022-04-10"), notice("2024-01-01", act="m"))
    known, unknown = made.acts.filter(pc.field("act") != "m"), made.acts.filter(pc.field("act") == "m")
    pq.write_table(known, tmp_path / "a.parquet")
    pq.write_table(unknown.drop_columns(["start_lo", "start_hi", "about"]), tmp_path / "b.parquet")
    folder = ds.dataset([tmp_path / "a.parquet", tmp_path / "b.parquet"], schema=made.acts.schema)
    findings = duckdb.findings(made.world, folder, [made.variant])

    schema = duckdb.Session(made.world, folder).schema
    assert "start_lo" not in schema.complete
    assert set(findings) == set(duckdb.findings(made.world, folder.to_table(), [made.variant]))


def test_an_amount_of_which_one_end_alone_has_a_fraction_is_one_amount() -> None:
    """The two columns have types of their own: counted in units of their own, 6 000 would be less than 5 000.5."""
    least = Compare(path("d", "troops"), ">=", Quantity(Fraction(5500), "persons"))
    made = case(ban(least), {"act": "d", "kind": "deployment", "by": "USA", "start": "2022-06-01", "troops": 6000})
    low = pc.cast(made.acts["troops_lo"], pa.decimal128(38, 9))
    mixed = made.acts.set_column(made.acts.column_names.index("troops_lo"), "troops_lo", low)

    expected = set(duckdb.findings(made.world, made.acts, [made.variant]))
    assert set(duckdb.findings(made.world, mixed, [made.variant])) == expected
    assert Outcome.COMPLIED not in {f.outcome for f in expected if f.act == "d"}
