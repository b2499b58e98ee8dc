"""From arguments to agreements, a record and a question; all that is wrong with any of them is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import cast

from servanda import agreement as texts
from servanda.check import Answer, EngineName, Question
from servanda.check import check as hold_against
from servanda.cli.parsing import Arguments, near, suggesting
from servanda.cli.suppose import Supposition, read_supposition
from servanda.cli.values import pairs, read_day
from servanda.cli.wrong import Wrong
from servanda.errors import Diagnostic, InputError
from servanda.messages import Lang, say
from servanda.norms.norm import Agreement
from servanda.record.load import load
from servanda.record.record import Record
from servanda.report.sentences import UNDISPUTED
from servanda.vocabulary.party import parties

_REFUSED_SHOWN = 50  # of the rows that are left out; the header counts them all
_DAYS = ("on", "as-known-on", "complete-until", "as-if-in-force")


@dataclass(frozen=True)
class Inputs:
    """Everything that `check` and `explain` need."""

    agreements: tuple[Agreement, ...]
    record: Record
    question: Question

    def answers(self, lang: Lang) -> list[Answer]:
        """Each agreement held against the record. Raises InputError with what no question fits."""
        wrong = Wrong()
        found = [wrong.catch(partial(hold_against, a, self.record, self.question)) for a in self.agreements]
        wrong.raise_if_any()
        return [self._noted(answer, lang) for answer in found if answer is not None]

    def warnings(self) -> list[Diagnostic]:
        """What is to be said though all can be used: of the texts, and of rows that are refused and left out."""
        refused = [r.diagnostic for r in self.record.refused[:_REFUSED_SHOWN]]
        of_texts = [d for a in self.agreements for d in a.warnings]
        return sorted([*of_texts, *self.record.diagnostics, *refused], key=lambda d: d.place)

    def _noted(self, answer: Answer, lang: Lang) -> Answer:
        """Rows that were refused and left out stand in the header: nothing is lost silently."""
        if not self.record.rows_refused:
            return answer
        note = say("cli.rows-left-out", lang, count=self.record.rows_refused, all=self.record.rows_in)
        given = answer.assumptions
        return replace(answer, assumptions=replace(given, notes=(*given.notes, note)))


def read_inputs(arguments: Arguments, paths: Iterable[str]) -> Inputs:
    """Read all files and choices. Raises InputError with everything that is wrong."""
    wrong = Wrong()
    days = {name: wrong.catch(partial(_day, arguments, name)) for name in _DAYS}
    found = [wrong.catch(partial(texts.read, Path(path))) for path in paths]
    strict = not arguments.given("allow-refused")
    record = wrong.catch(partial(load, list(arguments.many("record")), strict=strict))
    supposed = wrong.catch(partial(_supposed, arguments.one("suppose"), record))
    given = {name: wrong.catch(partial(pairs, f"--{name}", arguments.many(name))) for name in ("reading", "set")}
    if record is not None:
        record = replace(record, diagnostics=(*record.diagnostics, *_taken_as_known(record, days["as-known-on"])))
    agreements = [a for a in found if a is not None]
    chosen = wrong.catch(partial(_chosen, agreements, given["reading"] or {}, given["set"] or {}))
    if record is not None and supposed is not None:
        told = [d for d in supposed.record.diagnostics if d not in record.diagnostics]
        record = replace(record.supposing(supposed.record), diagnostics=(*record.diagnostics, *told))
    account = wrong.catch(partial(_account, arguments.one("account"), record))
    wrong.raise_if_any()
    assert record is not None and chosen is not None
    question = _question(arguments, days, account, supposed)
    question = replace(question, readings=given["reading"] or {}, parameters=given["set"] or {})
    return Inputs(tuple(chosen), record, question)


def _question(
    arguments: Arguments, days: Mapping[str, date | None], account: str | None, supposed: Supposition | None
) -> Question:
    engine: EngineName = cast(EngineName, arguments.one("engine") or "auto")  # one of the choices of the option
    return Question(
        on=days["on"],
        as_if_in_force=days["as-if-in-force"],
        as_known_on=days["as-known-on"],
        complete_until=days["complete-until"],
        account=account,
        everything=arguments.given("all"),
        engine=engine,
        supposed_parties=supposed.parties if supposed else frozenset(),
        supposed_acts=tuple(sorted(supposed.record.acts["act"].to_pylist())) if supposed else (),
        supposed_away=tuple(sorted(supposed.record.removed)) if supposed else (),
        supposed_entries=supposed.entries if supposed else (),
    )


def _day(arguments: Arguments, name: str) -> date | None:
    text = arguments.one(name)
    return None if text is None else read_day(f"--{name}", text)


def _supposed(path: str | None, record: Record | None) -> Supposition | None:
    return None if path is None else read_supposition(Path(path), record)


def _taken_as_known(record: Record, day: date | None) -> list[Diagnostic]:
    """A warning of acts that do not say when they were recorded: what was known on a day hangs on that."""
    count, after = record.undated(day) if day is not None else (0, 0)
    if not count:
        return []
    args = {"day": str(day), "count": str(count), "after": str(after)}
    return [Diagnostic("known-undated", args, severity="warning", case="after" if after else None)]


def _chosen(agreements: list[Agreement], readings: Mapping[str, str], parameters: Mapping[str, str]) -> list[Agreement]:
    """Readings and parameters given to the agreements that know them; what none knows is refused by the first."""
    if not agreements:
        return []
    wrong = Wrong()
    chosen = []
    for first, one in zip([True] + [False] * len(agreements), agreements, strict=False):
        others = agreements[1:] if first else []
        mine = {k: v for k, v in readings.items() if _reads(one, k) or (first and not _any(_reads, others, k))}
        own = {k: v for k, v in parameters.items() if _has(one, k) or (first and not _any(_has, others, k))}
        read = wrong.catch(partial(texts.choose, one, mine)) if mine else one
        given = wrong.catch(partial(texts.set_parameters, read or one, own)) if own else read
        chosen.append(given or one)
    wrong.raise_if_any()
    return chosen


def _any(knows: Callable[[Agreement, str], bool], agreements: Iterable[Agreement], key: str) -> bool:
    return any(knows(a, key) for a in agreements)


def _reads(agreement: Agreement, key: str) -> bool:
    return any(key == f"{n.id}.{reading}" for n in agreement.norms for reading in n.readings)


def _has(agreement: Agreement, key: str) -> bool:
    return key in agreement.parameters or key in agreement.open_parameters


def _account(text: str | None, record: Record | None) -> str | None:
    """The account: a speaker of the record, by code or name, or 'undisputed'."""
    if text is None or text == UNDISPUTED or record is None:
        return text
    speakers = record.accounts()
    if text in speakers:
        return text
    code = parties().code(text)
    if code is not None:
        return code
    known = [UNDISPUTED, *speakers]
    if not near(text, known) and near(text, parties().names()):
        known = parties().names()
    raise InputError([suggesting("unknown-account", text, known)])
