"""The findings of all accounts and readings, folded into one verdict each.

Where every account and reading says the same, that is the verdict. Where they differ it depends on account (or on
reading), each one's outcome is kept, and what decides is named by `missing.py`. An account in which there is nothing
to find (it denies the act, or puts it elsewhere) counts with the default of the shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from servanda.norms.norm import Declares, Limits, Norm, Permits, Prohibits, Requires, Standard
from servanda.vocabulary.verdict import Alternative, Finding, Outcome, Reason, Verdict

Readings = tuple[tuple[str, str], ...]
Combination = tuple[str | None, Readings]  # account and readings
Occasion = tuple[tuple[str, str], ...]
Subject = tuple[str | None, str | None, Occasion, str | None, tuple[tuple[str, str | None], ...]]


def fold(norm: Norm, found: Iterable[tuple[str | None, Finding]], accounts: Sequence[str | None]) -> list[Verdict]:
    """The verdicts of one norm from its findings, each with the account in which it was found."""
    combos: list[Combination] = [(account, v.choices) for account in accounts for v in norm.variants]
    by_subject: dict[Subject, dict[Combination, list[Finding]]] = {}
    for account, finding in found:
        by_combo = by_subject.setdefault(_subject(finding), {})
        by_combo.setdefault((account, finding.readings), []).append(finding)
    default = _Default(norm, by_subject)
    spoken = _readings_that_speak_of(by_subject)
    verdicts = []
    for subject, by_combo in by_subject.items():
        asked = [combo for combo in combos if combo[1] in spoken[subject[0]]]
        if _is_default(subject) and len(by_combo) < len(asked):
            continue  # where one account finds an act, the bearer's own row says less than the act's
        if _is_somebodys(subject, by_combo, asked, by_subject):
            continue  # where all others know whose it is, their rows say it
        verdicts += _folded(subject, by_combo, asked, default)
    return verdicts


def _readings_that_speak_of(
    by_subject: Mapping[Subject, Mapping[Combination, Sequence[Finding]]],
) -> dict[str | None, set[Readings]]:
    """For each bearer the readings in which it answers at all: under another, somebody else does."""
    spoken: dict[str | None, set[Readings]] = {}
    for subject, by_combo in by_subject.items():
        spoken.setdefault(subject[0], set()).update(readings for _, readings in by_combo)
    return spoken


def _subject(f: Finding) -> Subject:
    return (f.bearer, f.counterparty, f.occasion, f.act, f.scope)


def _is_somebodys(
    subject: Subject,
    by_combo: Mapping[Combination, Sequence[Finding]],
    asked: Sequence[Combination],
    by_subject: Mapping[Subject, Mapping[Combination, Sequence[Finding]]],
) -> bool:
    """Whether nobody is known to answer for it in some accounts, and somebody in every other."""
    if subject[0] is not None or len(by_combo) == len(asked):
        return False
    known = {
        c for other, found in by_subject.items() if other[0] is not None and _may_be(subject, other) for c in found
    }
    return all(combo in by_combo or combo in known for combo in asked)


def _is_default(subject: Subject) -> bool:
    return subject[2:] == ((), None, ())


@dataclass(frozen=True)
class _Default:
    """What a norm says of a subject that one account or reading does not know."""

    norm: Norm
    by_subject: Mapping[Subject, Mapping[Combination, Sequence[Finding]]]

    def outcome(self, subject: Subject, combo: Combination) -> tuple[Outcome, Finding | None]:
        """The outcome where there is nothing to find: by a row whose scope may be this one, else by the shape."""
        for finding in self._wider(subject, combo):
            return finding.outcome, finding
        match self.norm.variants[0].shape:
            case Prohibits(awaits=None):
                return Outcome.COMPLIED, None
            case Limits():
                own = self.by_subject.get((subject[0], None, (), None, ()), {}).get(combo, ())
                return (own[0].outcome, own[0]) if own else (Outcome.COMPLIED, None)
            case Prohibits() | Requires() | Standard() | Permits() | Declares():
                return Outcome.NOT_ENGAGED, None

    def _wider(self, subject: Subject, combo: Combination) -> list[Finding]:
        """Findings whose bearer, or part of whose scope, is not known and may be this subject's."""
        return [
            finding
            for other in self._less_known.get(subject[2], ())
            if _may_be(other, subject)
            for finding in self.by_subject[other].get(combo, ())[:1]
        ]

    @cached_property
    def _less_known(self) -> Mapping[Occasion, Sequence[Subject]]:
        """The subjects of which something is not known, by occasion."""
        found: dict[Occasion, list[Subject]] = {}
        for subject in self.by_subject:
            if subject[0] is None or any(value is None for _, value in subject[4]):
                found.setdefault(subject[2], []).append(subject)
        return found


def _may_be(other: Subject, subject: Subject) -> bool:
    """Whether the other subject, of which less is known, may be this one: what is not known may be anybody's."""
    bearer, _, _, act, scope = subject
    if other == subject or other[0] not in (None, bearer) or len(other[4]) != len(scope):
        return False
    if not scope and (act is None or other[3] != act) and not subject[2]:
        return False
    return all(theirs is None or theirs == mine for (_, theirs), (_, mine) in zip(other[4], scope, strict=True))


# ---- one subject


def _folded(
    subject: Subject,
    by_combo: Mapping[Combination, list[Finding]],
    combos: Sequence[Combination],
    default: _Default,
) -> list[Verdict]:
    rows = {combo: sorted(by_combo.get(combo, []), key=_time) for combo in combos}
    shapes = {tuple((f.outcome, f.reason, f.start, f.until, f.exception) for f in found) for found in rows.values()}
    if len(shapes) == 1:
        return [_agreed(f, combos) for f in next(iter(rows.values()))]
    if all(len(found) <= 1 for found in rows.values()):
        return [_verdict({c: found[0] if found else None for c, found in rows.items()}, subject, default)]
    return _over_time(subject, rows, default)


def _time(finding: Finding) -> tuple[int, int]:
    return (finding.start or 0, finding.until or 0)


def _agreed(finding: Finding, combos: Sequence[Combination]) -> Verdict:
    one_reading = len({readings for _, readings in combos}) == 1
    accounts = {account for account, _ in combos}
    plain = replace(
        finding,
        account=next(iter(accounts)) if len(accounts) == 1 else None,
        readings=finding.readings if one_reading else (),
    )
    return Verdict(plain, finding.outcome, finding.reason)


def _over_time(subject: Subject, rows: Mapping[Combination, list[Finding]], default: _Default) -> list[Verdict]:
    """Cut the time at every change in any account, fold each piece, and join neighbours that say the same."""
    edges = sorted(
        {f.start for found in rows.values() for f in found if f.start is not None}
        | {f.until + 1 for found in rows.values() for f in found if f.until is not None}
    )
    verdicts: list[Verdict] = []
    for lo, after in pairwise(edges):
        here = {combo: _covering(found, lo, after - 1) for combo, found in rows.items()}
        if all(f is None for f in here.values()):
            continue
        verdict = _verdict(here, subject, default)
        verdict = replace(verdict, finding=replace(verdict.finding, start=lo, until=after - 1))
        if verdicts and _says_the_same(verdicts[-1], verdict):
            last = verdicts[-1]
            verdicts[-1] = replace(last, finding=replace(last.finding, until=after - 1))
        else:
            verdicts.append(verdict)
    return verdicts


def _covering(found: Sequence[Finding], lo: int, hi: int) -> Finding | None:
    return next((f for f in found if (f.start or 0) <= lo and (f.until is None or hi <= f.until)), None)


def _says_the_same(a: Verdict, b: Verdict) -> bool:
    def core(v: Verdict) -> object:
        return (v.outcome, v.reason, v.over, [(x.account, x.readings, x.outcome) for x in v.alternatives])

    return core(a) == core(b) and a.finding.until is not None and a.finding.until + 1 == b.finding.start


def _verdict(here: Mapping[Combination, Finding | None], subject: Subject, default: _Default) -> Verdict:
    alternatives = []
    for (account, readings), finding in here.items():
        outcome = finding.outcome if finding is not None else default.outcome(subject, (account, readings))[0]
        alternatives.append(Alternative(account, readings, outcome, finding))
    over = _over(alternatives)
    spokesman = _spokesman(alternatives)
    if not over:
        plain = replace(spokesman, account=None, readings=_common(alternatives))
        return Verdict(plain, spokesman.outcome, spokesman.reason)
    reason = Reason.ACCOUNTS_DIFFER if "account" in over else Reason.READINGS_DIFFER
    finding = replace(spokesman, account=None, readings=_common(alternatives), outcome=Outcome.DEPENDS, reason=reason)
    return Verdict(finding, Outcome.DEPENDS, reason, over, tuple(_in_account(a) for a in alternatives))


def _in_account(one: Alternative) -> Alternative:
    """The alternative, its finding marked with the account."""
    return one if one.finding is None else replace(one, finding=replace(one.finding, account=one.account))


def _over(alternatives: Sequence[Alternative]) -> tuple[str, ...]:
    """What the outcome depends on: the accounts, the readings, or both."""
    over = []
    by_readings: dict[Readings, set[Outcome]] = {}
    by_account: dict[str | None, set[Outcome]] = {}
    for a in alternatives:
        by_readings.setdefault(a.readings, set()).add(a.outcome)
        by_account.setdefault(a.account, set()).add(a.outcome)
    if any(len(outcomes) > 1 for outcomes in by_readings.values()):
        over.append("account")
    if any(len(outcomes) > 1 for outcomes in by_account.values()):
        over.append("reading")
    return tuple(over)


_ADVERSE = (
    Outcome.BREACHED,
    Outcome.OVERDUE,
    Outcome.UNDETERMINED,
    Outcome.AWAITS,
    Outcome.PENDING,
    Outcome.COMPLIED,
    Outcome.NOT_ENGAGED,
)


def _spokesman(alternatives: Sequence[Alternative]) -> Finding:
    """The finding whose details stand for all: the undisputed one, unless another says more."""
    findings = [a.finding for a in alternatives if a.finding is not None]
    if len({f.outcome for f in findings}) == 1:
        return findings[0]
    return min(findings, key=lambda f: _ADVERSE.index(f.outcome))


def _common(alternatives: Sequence[Alternative]) -> Readings:
    """The readings on which all alternatives agree."""
    sets = [set(a.readings) for a in alternatives]
    return tuple(sorted(set.intersection(*sets))) if sets else ()
