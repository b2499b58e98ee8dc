"""What is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from servanda.vocabulary.verdict import Fact

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
    supposed_acts: tuple[str, ...] = ()  # for the header alone, as are the rest
    supposed_away: tuple[str, ...] = ()
    supposed_entries: tuple[Fact, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)  # as chosen
    parameters: Mapping[str, str] = field(default_factory=dict)  # as set
