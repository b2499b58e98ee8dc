"""The record: what happened, where, when, and who says so. It knows no agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from servanda.errors import Diagnostic
from servanda.record.columns import Cells, ordered, table_of, tidy, unified
from servanda.record.digest import digest_of
from servanda.record.entries import Assertion, Correction, DatedClaim, Instrument, Removal, Source
from servanda.record.ledger import Claim, Ledger, corrected, ledger
from servanda.record.refusal import Refusal
from servanda.temporal import EPOCH, end_of_day_us
from servanda.vocabulary.coverage import Coverage
from servanda.vocabulary.party import Membership, Memberships, known_memberships


def no_acts() -> pa.Table:
    """A canonical table without rows."""
    return table_of([])


@dataclass(frozen=True, eq=False)
class Record:
    """A bag of acts keyed by id, and what is said of them. Values never change; every verb gives a new record.

    `acts` holds the rows as they were recorded, before corrections and accounts: engines read `view`.
    `removed` names acts, and `removals` instruments, that a supposition takes away; they have an effect in `supposing`
    alone. `parties` are the States that a supposition makes Parties, for whoever computes who is bound. `organs` are
    bodies that act and are no States, by the names that an agreement gives them.
    """

    acts: pa.Table = field(default_factory=no_acts)
    assertions: tuple[Assertion, ...] = ()
    corrections: tuple[Correction, ...] = ()
    claims: tuple[DatedClaim, ...] = ()
    membership_rows: tuple[Membership, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    places: Mapping[str, Cells] = field(default_factory=dict)
    parties: frozenset[str] = frozenset()
    organs: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    removals: tuple[Removal, ...] = ()
    refused: tuple[Refusal, ...] = ()
    rows_in: int = 0
    rows_used: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def rows_refused(self) -> int:
        """Rows in, less rows used. A row may be refused for several reasons."""
        return self.rows_in - self.rows_used

    @cached_property
    def coverage(self) -> Coverage:
        """What the record claims to be complete about."""
        return Coverage(self.claims)

    def coverage_in(self, zone: str) -> Coverage:
        """The same, with claims that begin or end on a day counted in an agreement's zone."""
        return self.coverage if zone == "UTC" else Coverage(tuple(c.in_zone(zone) for c in self.claims))

    @cached_property
    def memberships(self) -> Memberships:
        """Who belonged to which group: what the package knows, replaced by the record's own rows."""
        return known_memberships().replaced_by(self.membership_rows)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the content, whatever the order of its rows and files."""
        return digest_of(
            self.acts,
            self.assertions,
            self.corrections,
            self.claims,
            self.membership_rows,
            self.instruments,
            tuple(self.sources.values()),
            sorted(self.parties),
            sorted(self.removed),
            self.removals,
        )

    @cached_property
    def _ledger(self) -> Ledger:
        return ledger(corrected(self.acts, self.corrections), self.assertions)

    def accounts(self) -> tuple[str, ...]:
        """The accounts in play: all that have a claim on something contested."""
        return self._ledger.accounts()

    def view(self, account: str | None = None) -> pa.Table:
        """The acts as the account takes them, all corrections made; None: as nobody disputes them."""
        return self._ledger.view(account)

    def contested(self) -> Mapping[str, Mapping[str, tuple[Claim, ...]]]:
        """What is contested: act to attribute (or 'existence') to all claims on it."""
        return {
            act: {name: matter.claims for name, matter in matters.items()}
            for act, matters in self._ledger.contested.items()
        }

    def as_known_on(self, day: date) -> Record:
        """The record with only what had been said and recorded by the end of that day."""
        number = (day - EPOCH).days

        def known(said: int | None) -> bool:
            return said is None or said <= number

        return replace(
            self,
            acts=_recorded_by(self.acts, number),
            assertions=tuple(a for a in self.assertions if known(a.said_day)),
            corrections=tuple(c for c in self.corrections if known(c.recorded_day)),
            claims=tuple(c for c in self.claims if known(c.recorded_day)),
            instruments=tuple(i for i in self.instruments if known(i.recorded_day)),
        )

    def undated(self, day: date) -> tuple[int, int]:
        """How many acts say nothing of when they were recorded, and how many of them began after the day.

        They count as known on every day.
        """
        names = self.acts.column_names
        acts = self.acts.filter(self.acts["recorded_day"].is_null()) if "recorded_day" in names else self.acts
        if "start_lo" not in names:
            return acts.num_rows, 0
        return acts.num_rows, pc.sum(pc.greater(acts["start_lo"], end_of_day_us(day))).as_py() or 0

    def supposing(self, other: Record) -> Record:
        """What if: this record with the acts and instruments of the other added, or taken away where it says so.

        A supposed act with the id of a recorded one stands in its place, and what was said of that one is dropped; so
        does a supposed instrument.
        """
        ids = other.removed | frozenset(other.acts["act"].to_pylist())
        kept = self.acts.filter(pc.invert(pc.is_in(self.acts["act"], pa.array(sorted(ids), pa.string()))))
        removals = (*other.removals, *(Removal(i.id) for i in other.instruments if i.id is not None))
        spoken = {(m.group, m.member) for m in other.membership_rows}
        return replace(
            self,
            acts=ordered(tidy(unified([kept, other.acts]))),
            assertions=(*(a for a in self.assertions if a.act not in ids), *other.assertions),
            corrections=(*(c for c in self.corrections if c.act not in ids), *other.corrections),
            claims=(*self.claims, *other.claims),
            membership_rows=(
                *(m for m in self.membership_rows if (m.group, m.member) not in spoken),
                *other.membership_rows,
            ),
            instruments=(
                *(i for i in self.instruments if not any(r.takes(i) for r in removals)),
                *other.instruments,
            ),
            sources={**self.sources, **other.sources},
            places={**self.places, **other.places},
            parties=self.parties | other.parties,
            organs=self.organs | other.organs,
        )


def _recorded_by(acts: pa.Table, day: int) -> pa.Table:
    if "recorded_day" not in acts.column_names:
        return acts
    said = acts["recorded_day"]
    known = pc.or_(pc.fill_null(pc.less_equal(said, day), True), said.is_null())
    return acts if pc.all(known).as_py() else tidy(acts.filter(known))
