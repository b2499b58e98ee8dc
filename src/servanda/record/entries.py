"""What a record holds beside acts: sources, assertions, corrections, instruments, dated coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

from servanda.record.columns import Cells
from servanda.record.moment import When
from servanda.record.refusal import Where
from servanda.temporal import EPOCH, start_of_day_us
from servanda.vocabulary.coverage import Claim

Stance = Literal["asserts", "denies", "admits"]
STANCES: tuple[Stance, ...] = ("asserts", "denies", "admits")
Change = Literal["correction", "retraction"]
CHANGES: tuple[Change, ...] = ("correction", "retraction")
EXISTENCE = "existence"


@dataclass(frozen=True)
class Source:
    """Where a fact was read. Publisher and ownership are data, the same fields for every medium."""

    id: str
    publisher: str | None = None
    owner: str | None = None
    author: str | None = None
    title: str | None = None
    date: str | None = None
    date_inferred: bool = False
    language: str | None = None
    url: str | None = None
    archived: str | None = None
    digest: str | None = None
    licence: str | None = None
    file: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Assertion:
    """What one account says of an act. `cells` is None for the bare existence, and for a denial of any value.

    `kind` is given where the act stands in no row of its own.
    """

    act: str
    attribute: str
    stance: Stance
    account: str
    cells: Cells | None = field(default=None, hash=False)
    kind: str | None = None
    source: str | None = None
    said: int | None = None  # the last microsecond at which it may have been said; None: always known
    said_day: int | None = None
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Correction:
    """A change of an act that says that it is one. A correction sets an attribute; a retraction removes the act."""

    act: str
    change: Change
    attribute: str | None = None
    cells: Cells | None = field(default=None, hash=False)  # empty: the value becomes unknown
    recorded_day: int | None = None
    reason: str | None = None
    source: str | None = None
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Instrument:
    """One party's act on the treaty plane. Several parties in one row are several instruments.

    `agreement` None: the record speaks of one agreement only. What counts is the receipt by the depositary, or by
    the other party where there is none. `values` holds the other attributes of the kind (`subject`, `norm`, `to`).
    """

    kind: str
    party: str
    agreement: str | None = None
    id: str | None = None
    signed: When | None = None
    sent: When | None = None
    received: When | None = None
    circulated: When | None = None
    recorded_day: int | None = None
    account: str | None = None
    source: str | None = None
    values: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Removal:
    """What a supposition takes away: the instruments of an id, or of a kind, a party and an agreement; None: any."""

    id: str | None = None
    kind: str | None = None
    party: str | None = None
    agreement: str | None = None

    def takes(self, instrument: Instrument) -> bool:
        """True for an instrument that it takes away. An id alone names it, whatever else a copied row says."""
        if self.id is not None:
            return self.id == instrument.id and self.party in (None, instrument.party)
        same = (self.kind, self.party) == (instrument.kind, instrument.party)
        return same and self.agreement in (None, instrument.agreement)


@dataclass(frozen=True)
class DatedClaim(Claim):
    """A claim of coverage, and the day on which it was made (None: always known).

    `first_day` and `end_day` are set where its ends are days, or begin on one as months do: an agreement counts
    them in its own zone.
    """

    recorded_day: int | None = None
    first_day: int | None = None
    end_day: int | None = None

    def in_zone(self, zone: str) -> DatedClaim:
        """The claim with its days counted in the zone."""
        start, until = (
            edge if day is None else start_of_day_us(EPOCH + timedelta(days=day), zone)
            for edge, day in ((self.start, self.first_day), (self.until, self.end_day))
        )
        return replace(self, start=start, until=until)
