"""An agreement and an answer made by hand: one verdict of every kind that a report has to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from servanda.check import Answer
from servanda.norms.condition import ActRange, EveryOf
from servanda.norms.norm import (
    Agreement,
    AtEveryInstant,
    Awaits,
    Bearer,
    Declares,
    Limits,
    Measure,
    Norm,
    OpenParameter,
    Prohibits,
    Reading,
    Requires,
    SameMeasure,
    Shape,
    Standard,
    Variant,
)
from servanda.norms.term import DayName, Group, Listed, Population, Quantity
from servanda.temporal import Counting, end_of_day_us, start_of_day_us
from servanda.vocabulary.verdict import (
    Alternative,
    Assumptions,
    ExplainedLine,
    Explanation,
    Fact,
    Finding,
    Outcome,
    Reason,
    Verdict,
)

EVERY_PARTY = Bearer(EveryOf("every", Population("party")))


def day(text: str) -> int:
    """The first microsecond of a day, UTC."""
    return start_of_day_us(date.fromisoformat(text))


def end(text: str) -> int:
    """The last microsecond of a day, UTC."""
    return end_of_day_us(date.fromisoformat(text))


def variant(norm_id: str, article: str, shape: Shape, readings: dict[str, str] | None = None) -> Variant:
    return Variant(norm_id, article, readings or {}, shape, EVERY_PARTY, None, (), (), (), None, None, "shall")


def norm(norm_id: str, article: str, words: str, shape: Shape, *choices: dict[str, str]) -> Norm:
    names = {name for choice in choices for name in choice}
    readings = {n: tuple(Reading(c[n]) for c in choices) for n in sorted(names)}
    variants = tuple(variant(norm_id, article, shape, c) for c in choices or ({},))
    heading = f"Article {article.partition('(')[0]}"
    return Norm(norm_id, article, heading, words, "", f"Read aloud: {words}", readings, variants)


TROOPS = Measure("sum", None, AtEveryInstant(), "persons", "sum of d.troops at every instant")
KEEPING = Prohibits(ActRange(("deployment",), "d"), "keeping", ())
CONSULT = Requires(ActRange(("consultation",), "c"), (), "no deadline")
LEVEL = Limits(
    ActRange(("deployment",), "d"),
    (),
    (),
    TROOPS,
    SameMeasure(DayName(date(1997, 5, 27))),
    None,
    "same measure",
)
APPROACH = Limits(
    ActRange(("approach",), "m"),
    (),
    (),
    Measure("each", None, None, "length", "m.distance"),
    None,
    Quantity(Fraction(150), "length", "m"),
)
TONNAGE = replace(
    LEVEL,
    measure=replace(TROOPS, dimension="mass"),
    at_most=Quantity(Fraction("1016.0469088") * 30_000, "mass", "long tons"),
)

AGREEMENT = Agreement(
    id="sample-2021",
    title="Agreement on a sample",
    status="draft",
    binding="treaty",
    published=date(2021, 12, 17),
    signed=None,
    opened=None,
    parties=Group("", (Listed(frozenset({"RUS", "USA", "POL", "EST", "GBR"})),)),
    depositary=None,
    counting=Counting(),
    language="en",
    norms=(
        norm(
            "art1.3",
            "1(3)",
            "No Party threatens another.",
            Standard("no threat", Awaits(EVERY_PARTY, "is it a threat")),
        ),
        norm("art2.1", "2(1)", "The Parties consult urgently.", CONSULT),
        norm("art3.1", "3(1)", "The Parties are no adversaries.", Declares("words")),
        norm("art4", "4", "No more forces than on 27 May 1997.", LEVEL),
        norm(
            "art5",
            "5",
            "No missiles within reach of another Party.",
            KEEPING,
            {"the other Parties": "any other Party"},
            {"the other Parties": "the other side"},
        ),
        norm("art5.3", "5(3)", "Ships keep away from one another.", APPROACH),
        norm("art7.2", "7(2)", "No more than thirty thousand tons.", TONNAGE),
    ),
    stages=(),
    parameters={},
    open_parameters={"Least Range": OpenParameter("Least Range", "amount", "length", "km")},
    tables={},
    regions={},
    paragraphs=(),
    file="agreement.md",
    digest="a1b2c3",
)

ASSUMPTIONS = Assumptions(
    agreement="sample-2021",
    status="draft",
    binding="treaty",
    as_if_in_force="2022-01-01",
    on="2022-12-31",
    as_known_on=None,
    complete_until="2023-01-01",
    coverage=0,
    parameters={"Greatest Range": "5500 km"},
    open_parameters=("Least Range",),
    readings={},
    supposed=(),
    accounts=("RUS", "USA"),
    record_digest="d4e5f6",
    agreement_digest="a1b2c3",
    version="0.0.0",
    clauses_not_run=("9(1) exit",),
)

ACTS = {
    "d1": {
        "kind": "deployment",
        "by": "USA",
        "host": "POL",
        "start": "2022-02-01",
        "until": "2022-12-31",
        "item": "missile",
        "sources": "report-1",
    },
    "r1": {"kind": "request", "by": "EST", "start": "2022-02-01"},
    "c1": {"kind": "consultation", "by": "RUS", "start": "2022-02-04"},
    "k1": {"kind": "consent", "by": "POL", "start": "2022-01-20"},
    "s1": {"kind": "statement", "by": "EST", "start": "2022-04-06"},
}


def finding(norm_id: str, bearer: str | None, outcome: Outcome, why: Reason, **more: Any) -> Finding:
    """A finding with nothing but what is told."""
    empty = Finding(norm_id, (), None, bearer, None, (), None, (), outcome, why)
    return replace(empty, **more)


def verdict(found: Finding, **more: Any) -> Verdict:
    """A verdict that says what its finding says."""
    return replace(Verdict(found, found.outcome, found.reason), **more)


def alternative(outcome: Outcome, account: str | None = None, **readings: str) -> Alternative:
    """An alternative; underscores in the names of readings stand for spaces."""
    named = tuple((k.replace("_", " "), v) for k, v in readings.items())
    return Alternative(account, named, outcome, None)


BREACH = verdict(
    finding(
        "art5",
        "USA",
        Outcome.BREACHED,
        Reason.ACT_MEETS,
        act="d1",
        start=day("2022-02-01"),
        until=end("2022-12-31"),
        readings=(("the other Parties", "any other Party"),),
    ),
    justifications=("k1",),
)
LATE = verdict(
    finding(
        "art2.1",
        "RUS",
        Outcome.BREACHED,
        Reason.DONE_LATE,
        occasion=(("i", "r1"),),
        counterparty="EST",
        act="c1",
        due=day("2022-02-04") + 9 * 3_600_000_000,
        cured_at=day("2022-02-04") + 10 * 3_600_000_000 + 30 * 60_000_000,
        late_by=90 * 60_000_000,
        witnesses=("c1",),
    )
)
OVER = verdict(
    finding(
        "art4",
        "RUS",
        Outcome.BREACHED,
        Reason.OVER_LIMIT,
        scope=(("d.by", "RUS"), ("d.host", "BLR")),
        start=day("2022-02-01"),
        until=end("2022-12-31"),
        measured=(Fraction(11851), Fraction(11851)),
        limit=(Fraction(11850), Fraction(11850)),
        witnesses=("d1",),
    )
)
READINGS = verdict(
    finding("art5", "POL", Outcome.DEPENDS, Reason.READINGS_DIFFER, act="d1"),
    over=("reading",),
    alternatives=(
        alternative(Outcome.BREACHED, the_other_Parties="any other Party"),
        alternative(Outcome.COMPLIED, the_other_Parties="the other side"),
    ),
)
ACCOUNTS = verdict(
    finding("art5", "RUS", Outcome.DEPENDS, Reason.ACCOUNTS_DIFFER, act="d1"),
    over=("account",),
    alternatives=(
        alternative(Outcome.COMPLIED, "RUS"),
        alternative(Outcome.BREACHED, "USA"),
        alternative(Outcome.UNDETERMINED),
    ),
    deciding=(Fact.of("attribute", attribute="range", act="d1"),),
)
MISSING = verdict(
    finding("art5", "EST", Outcome.UNDETERMINED, Reason.FACT_MISSING, act="d1"),
    missing=(Fact.of("attribute", attribute="range", act="d1"), Fact.of("parameter", name="Least Range")),
)
AWAITED = verdict(finding("art1.3", "RUS", Outcome.AWAITS, Reason.AWAITS_JUDGEMENT, act="s1", owed_judgement=("EST",)))
TOO_CLOSE = verdict(
    finding(
        "art5.3",
        "GBR",
        Outcome.BREACHED,
        Reason.UNDER_FLOOR,
        measured=(Fraction(140), Fraction(140)),
        limit=(Fraction(150), Fraction(150)),
        start=day("2022-06-02"),
        until=end("2022-06-02"),
    )
)
WORDS = verdict(finding("art3.1", "RUS", Outcome.NOT_ENGAGED, Reason.NO_CONDUCT))


def uncovered(codes: Iterable[str]) -> tuple[Verdict, ...]:
    """The silent rows of a prohibition, one a Party."""
    return tuple(
        verdict(
            finding(
                "art5",
                code,
                Outcome.UNDETERMINED,
                Reason.NO_COVERAGE,
                start=day("2022-01-01"),
                until=end("2022-12-31"),
            ),
            missing=(Fact.of("coverage", kinds="deployment", parties=code),),
        )
        for code in codes
    )


def answer(*verdicts: Verdict, agreement: Agreement = AGREEMENT, assumptions: Assumptions = ASSUMPTIONS) -> Answer:
    """An answer with these verdicts, in this order."""
    return Answer(agreement, verdicts, assumptions, ACTS)


SAMPLE = answer(
    AWAITED,
    LATE,
    WORDS,
    OVER,
    BREACH,
    READINGS,
    ACCOUNTS,
    MISSING,
    *uncovered(["DEU", "FRA", "GBR", "ITA"]),
    TOO_CLOSE,
)

EXPLANATION = Explanation(
    BREACH,
    (
        ExplainedLine("d.basing is ground", "", (("d.basing", "ground"),), True, True, ("report-1",)),
        ExplainedLine(
            "d.range is between Least Range and Greatest Range",
            "",
            (("d.range", "2500 km"), ("Least Range", "unknown")),
            False,
            True,
            ("report-1",),
            (Fact.of("parameter", name="Least Range"),),
        ),
    ),
    (ExplainedLine("every other party has consented to d", "consent of all", (), False, False),),
    None,
    ((Fact.of("attribute", attribute="basing", act="d1"), Outcome.COMPLIED),),
)
