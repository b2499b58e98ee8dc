"""The verdicts as a newspaper would print them: for each paragraph a few rows, each of a party or of many parties and
one outcome. Nothing is left out: every verdict stands behind exactly one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from servanda.check import Answer
from servanda.check.answer import article_of
from servanda.report.sentences import SIGNS, Who, bearer, in_order
from servanda.vocabulary.verdict import Outcome, Reason, Verdict

NAMED = 3  # parties that are named one by one; more are counted
_LOUD_SHARE = 4  # among many parties, one with a fourth of the verdicts has a row of its own
_POOLED = (Reason.AWAITS_JUDGEMENT, Reason.STANDING, Reason.NO_DEADLINE, Reason.VOLUNTARY, Reason.RECOMMENDED)
_DIFFER = (Reason.ACCOUNTS_DIFFER, Reason.READINGS_DIFFER)


@dataclass(frozen=True)
class Row:
    """Verdicts of one paragraph with one outcome for one reason. `positions` are their places in the answer."""

    article: str
    bearers: tuple[Who, ...]
    outcome: Outcome
    reason: Reason
    verdicts: tuple[Verdict, ...]
    positions: tuple[int, ...]

    @property
    def norms(self) -> tuple[str, ...]:
        """The norms that speak here, each once."""
        return tuple(dict.fromkeys(v.finding.norm for v in self.verdicts))


@dataclass(frozen=True)
class _Cell:
    """What the verdicts of a row have in common; a norm of a paragraph gives cells of its own, folded afterwards."""

    article: str
    outcome: Outcome
    reason: Reason


def rows(answer: Answer) -> list[Row]:
    """The rows, in the order of the paragraphs; within one the gravest outcome first."""
    cells: dict[_Cell, dict[str, list[int]]] = {}
    for position, verdict in enumerate(answer.verdicts):
        cell = _Cell(article_of(answer.agreement, verdict.finding.norm), verdict.outcome, _strand(verdict))
        cells.setdefault(cell, {}).setdefault(verdict.finding.norm, []).append(position)
    rank = {outcome: i for i, outcome in enumerate(SIGNS)}
    order = {article: i for i, article in enumerate(dict.fromkeys(c.article for c in cells))}
    found = [row for cell, norms in cells.items() for row in _rows(answer, cell, norms)]
    return sorted(found, key=lambda r: (order[r.article], rank[r.outcome], r.positions[0]))


def _strand(verdict: Verdict) -> Reason:
    """The reason; what depends on accounts and what depends on readings stand together."""
    return Reason.ACCOUNTS_DIFFER if verdict.reason in _DIFFER else verdict.reason


def _rows(answer: Answer, cell: _Cell, norms: Mapping[str, list[int]]) -> Iterator[Row]:
    """Norms whose verdicts are about the same parties fold into one row."""
    by_bearers: dict[tuple[Who, ...], list[int]] = {}
    if cell.reason is Reason.NOT_BOUND:
        for part in _bound_alike(answer, [p for positions in norms.values() for p in positions]):
            by_bearers.setdefault(_bearers(answer, part), []).extend(part)
    elif all(_pools(answer.verdicts[p]) for positions in norms.values() for p in positions):
        everything = [p for positions in norms.values() for p in positions]
        by_bearers[_bearers(answer, everything)] = everything
    else:
        for positions in norms.values():
            for part in _parted(answer, positions):
                by_bearers.setdefault(_bearers(answer, part), []).extend(part)
    for bearers, positions in by_bearers.items():
        verdicts = tuple(answer.verdicts[p] for p in positions)
        yield Row(cell.article, bearers, cell.outcome, cell.reason, verdicts, tuple(positions))


def _bound_alike(answer: Answer, positions: Sequence[int]) -> list[list[int]]:
    """Those whom the text bound at other times are told apart, as long as they are few."""
    spans: dict[object, list[int]] = {}
    for p in positions:
        found = answer.verdicts[p].finding
        spans.setdefault((found.bound_from, found.bound_until), []).append(p)
    return list(spans.values()) if len(spans) <= NAMED else [list(positions)]


def _pools(verdict: Verdict) -> bool:
    """Whether it does not matter whose verdict it is: no act is behind it, or all wait for the same."""
    return verdict.reason in _POOLED or not things(verdict)


def _bearers(answer: Answer, positions: Iterable[int]) -> tuple[Who, ...]:
    found = {bearer(answer, answer.verdicts[p]) for p in positions}
    return tuple(sorted(found, key=in_order))


def _parted(answer: Answer, positions: Sequence[int]) -> list[list[int]]:
    """Parties of whom the same acts are told together; among many others those with the most verdicts alone."""
    by_bearer: dict[Who, list[int]] = {}
    for p in positions:
        by_bearer.setdefault(bearer(answer, answer.verdicts[p]), []).append(p)
    alike: dict[frozenset[object], list[list[int]]] = {}
    for own in by_bearer.values():
        about = frozenset((t, answer.verdicts[p].over) for p in own for t in things(answer.verdicts[p]))
        alike.setdefault(about, []).append(own)
    parts = [[p for own in group for p in own] for group in alike.values()]
    if len(parts) <= NAMED:
        return parts
    loud = [part for part in parts if len(part) * _LOUD_SHARE >= len(positions)]
    rest = [p for part in parts if part not in loud for p in part]
    return [*loud, rest] if rest else loud


def things(verdict: Verdict) -> tuple[tuple[str, str | None], ...]:
    """What a verdict is about: the act, else the occasion, else what a sum is taken for, else what was done."""
    found = verdict.finding
    if found.act is not None:
        return (("act", found.act),)
    if found.scope:
        return found.scope
    return tuple(("act", act) for act in found.witnesses)
