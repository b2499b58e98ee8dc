"""Verdicts that say the same of many parties, as one entry: thirty Parties of whom the record says nothing are one
line, not thirty. Programs get every row; only people get entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from servanda.check import Answer
from servanda.check.answer import article_of
from servanda.check.occasions import variant_of
from servanda.messages import Lang
from servanda.report import sentences
from servanda.report.sentences import SIGNS, Who
from servanda.vocabulary.verdict import Outcome, Reason, Verdict


@dataclass(frozen=True)
class Entry:
    """Verdicts of one norm that differ in the bearer alone. `positions` are their places in the answer.

    `bearers`: each once, in the order of the answer, as `sentences.bearer` has them.
    """

    norm: str
    article: str
    verdicts: tuple[Verdict, ...]
    positions: tuple[int, ...]
    sentence: str
    bearers: tuple[Who, ...]
    several: bool = False  # the paragraph holds other norms too, so the norm has to be named

    @property
    def first(self) -> Verdict:
        """The verdict that stands for all of them."""
        return self.verdicts[0]


def entries(answer: Answer, lang: Lang, positions: Iterable[int] | None = None) -> list[Entry]:
    """The verdicts folded, all or those at some positions; each entry at the place of its first verdict."""
    groups: dict[tuple[object, ...], list[tuple[int, Verdict, str]]] = {}
    for position in range(len(answer.verdicts)) if positions is None else positions:
        verdict = answer.verdicts[position]
        sentence = sentences.reason(answer, verdict, lang)
        groups.setdefault(_key(verdict, sentence), []).append((position, verdict, sentence))
    norms = Counter(n.article for n in answer.agreement.norms)
    found = [_entry(group, answer) for group in groups.values()]
    return [replace(e, several=norms[e.article] > 1) for e in found]


def _entry(group: list[tuple[int, Verdict, str]], answer: Answer) -> Entry:
    _, first, sentence = group[0]
    variant = variant_of(answer.agreement, first.finding)
    article = variant.article if variant else article_of(answer.agreement, first.finding.norm)
    verdicts, positions = tuple(v for _, v, _ in group), tuple(p for p, _, _ in group)
    bearers = tuple(dict.fromkeys(sentences.bearer(answer, v) for v in verdicts))
    return Entry(first.finding.norm, article, verdicts, positions, sentence, bearers)


# Of these nothing is told but the reason, as long as no act stands behind them.
_SILENT = (Reason.NO_COVERAGE, Reason.NOT_BOUND, Reason.NOT_A_BEARER, Reason.NO_ACT)
_SILENT_WITHOUT_ACT = (Reason.NO_DEADLINE, Reason.STANDING, Reason.VOLUNTARY, Reason.RECOMMENDED, Reason.NO_TRIGGER)


def _key(verdict: Verdict, sentence: str) -> tuple[object, ...]:
    found = verdict.finding
    acts = found.act is not None or bool(found.witnesses)
    silent = verdict.reason in _SILENT and not sentences.too_late(found)
    silent |= verdict.reason in _SILENT_WITHOUT_ACT and not acts
    return (
        found.norm,
        found.readings,
        found.account,
        verdict.outcome,
        verdict.reason,
        verdict.over,
        sentence,
        verdict.missing if not silent else (),
        verdict.deciding,
        tuple((a.account, a.readings, a.outcome) for a in verdict.alternatives),
        verdict.justifications,
        found.act,
        None if silent else (found.start, found.until, found.occasion, found.scope, found.witnesses),
        None if silent else found.counterparty,
    )


def counts(verdicts: Iterable[Verdict]) -> list[tuple[Outcome, int]]:
    """How many verdicts of each outcome there are, the gravest outcome first."""
    found = Counter(v.outcome for v in verdicts)
    return [(outcome, found[outcome]) for outcome in SIGNS if found[outcome]]
