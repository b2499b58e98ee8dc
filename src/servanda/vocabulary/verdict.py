"""Verdicts: the closed list of outcomes, and one row for what.

An engine yields `Finding`s: what one variant of one norm says of one bearer and occasion under one account, as
plain codes. `Verdict` is what a reader sees: the findings of all accounts and readings folded into one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Outcome(StrEnum):
    """What a norm says of a bearer and an occasion."""

    NOT_ENGAGED = "not engaged"
    COMPLIED = "complied"
    BREACHED = "breached"
    PENDING = "pending"
    OVERDUE = "overdue"
    UNDETERMINED = "undetermined"
    DEPENDS = "depends on account"
    AWAITS = "awaits judgement"


class Reason(StrEnum):
    """Why, as a code; the report turns it into a sentence (message `reason.CODE`)."""

    NOT_BOUND = "not-bound"
    NOT_A_BEARER = "not-a-bearer"
    NO_CONDUCT = "prescribes-no-conduct"
    RECOMMENDED = "recommended"
    VOLUNTARY = "voluntary"
    NO_ACT = "no-act"  # the record is complete and holds none
    NO_COVERAGE = "no-coverage"
    ACT_MEETS = "act-meets-conditions"
    EXCEPTION = "exception"
    PREVAILED = "prevailed-over"
    DONE_IN_TIME = "done-in-time"
    DONE_LATE = "done-late"
    NOT_DONE = "not-done"
    WINDOW_OPEN = "window-open"
    NO_DEADLINE = "no-deadline"
    STANDING = "standing-duty"
    BROKEN_OFF = "broken-off"
    GAP = "gap"
    NO_TRIGGER = "no-trigger"
    NO_STATEMENT = "no-statement"
    WITHIN_LIMIT = "within-limit"
    OVER_LIMIT = "over-limit"
    UNDER_FLOOR = "under-floor"
    FACT_MISSING = "fact-missing"
    JUDGED = "judged"
    AWAITS_JUDGEMENT = "awaits-judgement"
    ACCOUNTS_DIFFER = "accounts-differ"
    READINGS_DIFFER = "readings-differ"
    NOT_RUN = "not-run"


@dataclass(frozen=True)
class Finding:
    """What one variant says of one bearer and occasion under one account. Codes and whole numbers only.

    Two engines that agree give equal sets of findings. Times are microseconds since 1970 UTC, both ends included;
    amounts are in base units of the variant's dimension. None stands for unknown or does not apply.
    """

    norm: str
    readings: tuple[tuple[str, str], ...]  # (reading, choice), sorted
    account: str | None  # None: undisputed
    bearer: str | None
    counterparty: str | None
    occasion: tuple[tuple[str, str], ...]  # (variable, act id | party code | year), in order of `for each`
    act: str | None  # the act forbidden, counted or done; the statement that engages a standard
    scope: tuple[tuple[str, str | None], ...]  # the `per` of a limit: (path, value)
    outcome: Outcome
    reason: Reason
    start: int | None = None
    until: int | None = None
    due: int | None = None  # the last microsecond in time
    due_latest: int | None = None  # where the deadline itself is not sharp
    cured_at: int | None = None
    late_by: int | None = None  # microseconds after `due`
    measured: tuple[Fraction, Fraction | None] | None = None  # least and greatest; no greatest: unbounded
    limit: tuple[Fraction, Fraction | None] | None = None
    exception: str | None = None
    witnesses: tuple[str, ...] = ()  # acts that carry the verdict: notice given, contributors, judgement
    lines: tuple[tuple[bool, bool], ...] = ()  # (certainly, possibly) of each line of `when` and `where`
    owed_judgement: tuple[str, ...] = ()  # whose judgement is awaited
    bound_from: int | None = None
    bound_until: int | None = None  # the last microsecond bound
    # of a window of the calendar, the acts at which the measure passes the limit, and whether it certainly does
    exceeding: tuple[tuple[str, bool], ...] | None = None


@dataclass(frozen=True)
class Fact:
    """A fact that is missing or that decides: `code` names a message `fact.CODE`, filled with `args`."""

    code: str
    args: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(code: str, **args: object) -> Fact:
        """A fact with its arguments as text."""
        return Fact(code, tuple(sorted((k, str(v)) for k, v in args.items())))


@dataclass(frozen=True)
class Alternative:
    """One account and reading of a verdict that depends on them, and the finding it gives."""

    account: str | None
    readings: tuple[tuple[str, str], ...]
    outcome: Outcome
    finding: Finding | None  # None: in that account there is nothing to find, the default of the shape


@dataclass(frozen=True)
class Verdict:
    """What the agreement says of one bearer and occasion: a folded finding, with what it depends on."""

    finding: Finding
    outcome: Outcome
    reason: Reason
    over: tuple[str, ...] = ()  # "account", "reading": what the outcome depends on
    alternatives: tuple[Alternative, ...] = ()
    missing: tuple[Fact, ...] = ()
    deciding: tuple[Fact, ...] = ()
    justifications: tuple[str, ...] = ()  # acts that claim one (consent of the host, …): shown, never decided


@dataclass(frozen=True)
class Assumptions:
    """Everything that a page must print beside its verdicts. Dates in ISO form."""

    agreement: str
    status: str
    binding: str
    as_if_in_force: str | None
    on: str
    as_known_on: str | None
    complete_until: str | None
    coverage: int  # number of claims in the record
    parameters: Mapping[str, str]
    open_parameters: tuple[str, ...]
    readings: Mapping[str, str]
    supposed: tuple[str, ...]
    accounts: tuple[str, ...]
    record_digest: str
    agreement_digest: str
    version: str
    clauses_not_run: tuple[str, ...] = ()
    entry_into_force: str | None = None
    coverage_by: tuple[str, ...] = ()  # accounts in which claims of coverage stand; none: the record's own
    supposed_acts: tuple[str, ...] = ()
    supposed_away: tuple[str, ...] = ()  # acts on record that are supposed not to have been
    supposed_entries: tuple[Fact, ...] = ()  # instruments, claims and all else that is supposed: facts `supposed-…`
    notes: tuple[str, ...] = field(default=())
    territory: str = ""  # how far territory reaches; empty where no norm asks
    territory_said: bool = False  # whether the terms say so
    map: str = ""  # whose land is where is asked of it; empty where no norm asks


@dataclass(frozen=True)
class Rival:
    """How a condition stood in another account or reading, where it stood otherwise."""

    account: str | None
    readings: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]
    certainly: bool
    possibly: bool


@dataclass(frozen=True)
class ExplainedLine:
    """One condition as it stood for the verdict: its canonical text, the values it met, and who says so.

    `values` pairs the path as written with its value as printed ('unknown' where it is); `sources` are source ids.
    """

    text: str
    name: str
    values: tuple[tuple[str, str], ...]
    certainly: bool
    possibly: bool
    sources: tuple[str, ...] = ()
    missing: tuple[Fact, ...] = ()
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """One verdict in one screen. `flips` are the single facts whose change would change the outcome:
    the fact as it would have to be, and the outcome it would give. `told`: the finding whose conditions these are,
    where the verdict depends on account or reading; `extension`: how the deadline was moved, where somebody asked."""

    verdict: Verdict
    conditions: tuple[ExplainedLine, ...]
    exceptions: tuple[ExplainedLine, ...]
    due: ExplainedLine | None
    flips: tuple[tuple[Fact, Outcome], ...]
    told: Finding | None = None
    extension: ExplainedLine | None = None

    @property
    def time(self) -> tuple[ExplainedLine, ...]:
        """What is told of the deadline: the line itself, and the extension that moves it."""
        return tuple(line for line in (self.due, self.extension) if line is not None)
