"""A verdict as one flat row, the same for JSON lines, CSV and Parquet. The columns are an interface: see
`docs/how-to/read-a-verdict.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from servanda.check import Answer
from servanda.check.answer import article_of
from servanda.check.occasions import variant_of
from servanda.messages import Lang
from servanda.report import amounts, facts, sentences, times
from servanda.vocabulary.verdict import ExplainedLine, Explanation, Finding, Verdict

Row = dict[str, Any]

# Above so many verdicts the conditions are left out unless they are asked for: each costs an explanation.
CONDITIONS_UP_TO = 2000

COLUMNS = (
    "agreement",
    "status",
    "binding",
    "norm",
    "article",
    "paragraph",
    "bearer",
    "counterparty",
    "act",
    "occasion",
    "scope",
    "account",
    "reading",
    "outcome",
    "over",
    "by_account",
    "by_reading",
    "from",
    "until",
    "due",
    "cured_at",
    "measured",
    "limit",
    "excess",
    "unit",
    "late_by",
    "reason",
    "reason_code",
    "missing",
    "deciding",
    "exception",
    "justification_claimed",
    "whose",
    "witnesses",
    "bound_from",
    "bound_until",
    "conditions",
)


def rows(answer: Answer, lang: Lang, explanations: Mapping[int, Explanation] | None = None) -> Iterator[Row]:
    """One row a verdict, in the order of the answer. `explanations` by position in the answer."""
    known = explanations or {}
    for position, verdict in enumerate(answer.verdicts):
        yield row(answer, verdict, lang, known.get(position))


def row(answer: Answer, verdict: Verdict, lang: Lang, explanation: Explanation | None = None) -> Row:
    """All columns, in order; None where one does not apply."""
    found = verdict.finding
    values = {
        **_norm_columns(answer, found),
        "bearer": found.bearer,
        "counterparty": found.counterparty,
        "act": found.act,
        "occasion": dict(found.occasion),
        "scope": dict(found.scope),
        "account": None if "account" in verdict.over else found.account or sentences.UNDISPUTED,
        "reading": {} if "reading" in verdict.over else dict(found.readings),
        "outcome": verdict.outcome.value,
        "over": "; ".join(sorted(verdict.over)) or None,
        "by_account": sentences.by_account(verdict.alternatives) if "account" in verdict.over else {},
        "by_reading": sentences.by_reading(verdict.alternatives) if "reading" in verdict.over else {},
        **_time_columns(answer, found),
        **_amount_columns(answer, found),
        "reason": sentences.reason(answer, verdict, lang),
        "reason_code": verdict.reason.value,
        "missing": facts.facts(verdict.missing, lang),
        "deciding": facts.facts(verdict.deciding, lang),
        "exception": found.exception,
        "justification_claimed": _justifications(answer, verdict),
        "whose": list(found.owed_judgement),
        "witnesses": list(found.witnesses),
        "conditions": [_condition(line) | _whose(explanation) for line in _lines(explanation)],
    }
    return {name: values[name] for name in COLUMNS}


def _norm_columns(answer: Answer, found: Finding) -> Row:
    variant = variant_of(answer.agreement, found)
    paragraph = variant.article if variant else article_of(answer.agreement, found.norm)
    return {
        "agreement": answer.agreement.id,
        "status": answer.agreement.status,
        "binding": "legal" if answer.agreement.binding == "treaty" else answer.agreement.binding,
        "norm": found.norm,
        "article": paragraph.partition("(")[0],
        "paragraph": paragraph,
    }


def _time_columns(answer: Answer, found: Finding) -> Row:
    zone = answer.agreement.counting.zone
    late = None
    if found.late_by is not None:
        late = sentences.late(answer, found, "en")
    return {
        "from": times.iso_day(found.start, zone),
        "until": times.iso_day(found.until, zone),
        "due": times.iso_deadline(found.due, zone),
        "cured_at": times.iso_time(found.cured_at, zone),
        "late_by": late,
        "bound_from": times.iso_day(found.bound_from, zone),
        "bound_until": times.iso_day(found.bound_until, zone),
    }


def _amount_columns(answer: Answer, found: Finding) -> Row:
    given = amounts.measured(answer.agreement, found)
    if given is None:
        return {"measured": None, "limit": None, "excess": None, "unit": None}
    return {
        "measured": amounts.plain(given.measured, given.unit),
        "limit": amounts.plain(given.limit, given.unit),
        "excess": amounts.plain(given.excess, given.unit),
        "unit": given.unit or None,
    }


def _justifications(answer: Answer, verdict: Verdict) -> str | None:
    claimed = [sentences.justification(answer, act) for act in sentences.claimed(answer, verdict)]
    return "; ".join(claimed) or None


def _lines(explanation: Explanation | None) -> list[ExplainedLine]:
    if explanation is None:
        return []
    return [*explanation.conditions, *explanation.exceptions, *explanation.time]


def _whose(explanation: Explanation | None) -> Row:
    """In whose account and reading a condition stood, where the outcome depends on them."""
    told = explanation.told if explanation is not None else None
    if told is None:
        return {}
    return {"account": told.account or sentences.UNDISPUTED, "reading": dict(told.readings)}


def _condition(line: ExplainedLine) -> Row:
    return {
        "text": line.text,
        "values": dict(line.values),
        "certainly": line.certainly,
        "possibly": line.possibly,
        "sources": list(line.sources),
    }
