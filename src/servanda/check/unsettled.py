"""What is not settled because nobody knows from when, or until when, somebody was bound.

The findings where the instruments bind the most are held against those where they bind the least: where both say the
same it stands, and the rest is undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from servanda.vocabulary.verdict import Finding, Outcome, Reason

Subject = tuple[object, ...]


def settled(most: Sequence[Finding], least: Sequence[Finding]) -> Iterator[Finding]:
    """The findings under the most that can bind, undetermined where they are others under the least."""
    others: dict[Subject, list[Finding]] = {}
    for finding in least:
        others.setdefault(_subject(finding), []).append(finding)
    mine: dict[Subject, list[Finding]] = {}
    for finding in most:
        mine.setdefault(_subject(finding), []).append(finding)
    for subject, found in mine.items():
        yield from _compared(found, others.get(subject, []))


def _subject(f: Finding) -> Subject:
    return (f.norm, f.readings, f.bearer, f.counterparty, f.occasion, f.act, f.scope)


def _compared(most: list[Finding], least: list[Finding]) -> Iterator[Finding]:
    if {f.outcome for f in (*most, *least)} == {Outcome.NOT_ENGAGED} or most == least:
        yield from most
        return
    for finding in most:
        if finding.start is None or finding.until is None:
            yield _unless_alike(finding, least[0] if least else None)
        else:
            yield from _over_time(finding, finding.start, finding.until, least)


def _over_time(finding: Finding, start: int, until: int, least: list[Finding]) -> Iterator[Finding]:
    """The finding, cut where the others change, neighbours of one outcome joined again."""
    edges = {t for f in least for t in (f.start, None if f.until is None else f.until + 1) if t is not None}
    last: Finding | None = None
    for lo, after in pairwise(sorted({start, until + 1, *(t for t in edges if start < t <= until)})):
        here = next((f for f in least if (f.start or lo) <= lo and (f.until is None or after - 1 <= f.until)), None)
        one = replace(_unless_alike(finding, here), start=lo, until=after - 1)
        if last is not None and last.outcome is one.outcome:
            last = replace(last, until=one.until)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _unless_alike(finding: Finding, other: Finding | None) -> Finding:
    """The finding, if it has the outcome of the other; who is not bound is not engaged, with or without a row."""
    outcome = Outcome.NOT_ENGAGED if other is None else other.outcome
    if finding.outcome is outcome:
        return finding
    return replace(finding, outcome=Outcome.UNDETERMINED, reason=Reason.FACT_MISSING)
