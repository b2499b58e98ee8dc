"""What is asked, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from servanda.norms.norm import Agreement
from servanda.vocabulary.verdict import Assumptions, Verdict

if TYPE_CHECKING:
    from servanda.check.world import Cases

EngineName = Literal["auto", "duckdb", "reference"]


@dataclass(frozen=True)
class Question:
    """What is asked. Dates are days in the agreement's zone, asked about to their end.

    `on` None: the last day that the record covers. `account` None: all accounts in play; "undisputed" or a code: that
    one alone. `everything`: also rows `not engaged` for parties whom a paragraph does not address.
    """

    on: date | None = None
    as_if_in_force: date | None = None
    as_known_on: date | None = None
    complete_until: date | None = None
    account: str | None = None
    everything: bool = False
    engine: EngineName = "auto"
    supposed_parties: frozenset[str] = field(default=frozenset())
    readings: Mapping[str, str] = field(default_factory=dict)  # as chosen, for the header alone
    parameters: Mapping[str, str] = field(default_factory=dict)  # as set, for the header alone


@dataclass(frozen=True)
class Answer:
    """The verdicts on one agreement, sorted by article, bearer, time; and everything they rest on."""

    agreement: Agreement
    verdicts: tuple[Verdict, ...]
    assumptions: Assumptions
    acts: Mapping[str, Mapping[str, str]]  # the acts that verdicts name: attribute to printed value, 'sources' joined
    cases: Cases | None = field(default=None, repr=False, compare=False)  # the worlds in which they were found
