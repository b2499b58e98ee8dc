"""Write a norm and a record in a few lines, ask, and read the outcomes: what the tests of meaning share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

from servanda.agreement import choose, read, set_parameters
from servanda.check import Answer, EngineName, Question, check
from servanda.record.load import load
from servanda.vocabulary.verdict import Outcome, Verdict

BREACHED, COMPLIED = Outcome.BREACHED, Outcome.COMPLIED
UNDETERMINED, DEPENDS = Outcome.UNDETERMINED, Outcome.DEPENDS

FRONT = """\
---
agreement: test-pact
title: A pact for tests
status: {status}
parties: {parties}
counting: {{days: calendar, first day: excluded, month end: clip, zone: {zone}}}
{front}---
## Article 1
Words of the article.
"""


@dataclass(frozen=True)
class Case:
    """A pact and a record, ready to be asked."""

    folder: Path
    norm: str
    record: str
    terms: str = ""
    clause: str = ""
    parties: str = "Norway, Chile, Ghana"
    zone: str = "UTC"
    status: str = "in force"
    front: str = ""  # more lines of the front matter

    def ask(
        self,
        on: str | None = None,
        *,
        as_if: str | None = "2022-01-01",
        complete_until: str | None = None,
        known_on: str | None = None,
        account: str | None = None,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        engine: EngineName = "duckdb",
        supposed: frozenset[str] = frozenset(),
    ) -> Answer:
        """The answer; dates in ISO form."""
        agreement = read(self._agreement())
        if readings:
            agreement = choose(agreement, readings)
        if parameters:
            agreement = set_parameters(agreement, parameters)
        return check(
            agreement,
            load([self._record()]),
            Question(
                on=_day(on),
                as_if_in_force=_day(as_if),
                as_known_on=_day(known_on),
                complete_until=_day(complete_until),
                account=account,
                engine=engine,
                supposed_parties=supposed,
            ),
        )

    def over_the_year(self, engine: EngineName, **more: Any) -> Answer:
        """The answer at the end of 2022, the record complete until then."""
        return self.ask("2022-12-31", complete_until="2023-01-01", engine=engine, **more)

    def _agreement(self) -> Path:
        text = FRONT.format(parties=self.parties, zone=self.zone, status=self.status, front=self.front)
        for fence, body in (("terms", self.terms), ("norm", self.norm), ("clause", self.clause)):
            if body:
                text += f"```{fence}\n{dedent(body).strip()}\n```\n"
        path = self.folder / "agreement.md"
        path.write_text(text, encoding="utf-8")
        return path

    def _record(self) -> Path:
        path = self.folder / "record.yaml"
        path.write_text(dedent(self.record), encoding="utf-8")
        return path


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def of(answer: Answer, bearer: str | None = None, act: str | None = None, **scope: str) -> list[Verdict]:
    """The verdicts on one bearer, act (or occasion, or witness) and scope, in order."""
    return [
        v
        for v in answer.verdicts
        if (bearer is None or v.finding.bearer == bearer)
        and (act is None or act in (v.finding.act, *(x for _, x in v.finding.occasion), *v.finding.witnesses))
        and all(dict(v.finding.scope).get(k.replace("_", ".")) == x for k, x in scope.items())
    ]


def outcomes(answer: Answer, bearer: str | None = None, act: str | None = None) -> list[Outcome]:
    """Their outcomes, in order."""
    return [v.outcome for v in of(answer, bearer, act)]


def only(answer: Answer, bearer: str | None = None, act: str | None = None) -> Verdict:
    """The one verdict that there must be."""
    found = of(answer, bearer, act)
    assert len(found) == 1, [(v.finding.bearer, v.finding.act, v.outcome, v.reason) for v in found]
    return found[0]


def facts(verdict: Verdict) -> list[str]:
    """The missing facts as 'code arg arg'."""
    return [" ".join([fact.code, *(value for _, value in fact.args if value)]) for fact in verdict.missing]
