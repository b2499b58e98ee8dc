"""`--suppose FILE`: what is supposed beside the record - acts, instruments, memberships and all else that a record
file holds - and further Parties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from servanda.record.entries import EXISTENCE, Assertion, Correction, DatedClaim, Instrument, Removal
from servanda.record.load import load
from servanda.record.record import Record
from servanda.temporal import BEGINNING_US, END_US, EPOCH, day_of
from servanda.vocabulary.verdict import Fact


@dataclass(frozen=True)
class Supposition:
    """What is supposed beside the record."""

    record: Record
    parties: frozenset[str]

    @property
    def entries(self) -> tuple[Fact, ...]:
        """What is supposed beside acts and Parties, each as a fact `supposed-…`, for the header."""
        return tuple(_entries(self.record))


def read_supposition(path: Path, beside: Record | None) -> Supposition:
    """Read a record file that may also hold `parties`: States supposed to be Parties, by code or name.

    It may name the acts, sources and places of the record that it stands beside.
    """
    record = load([path], beside=beside)
    return Supposition(record, record.parties)


def _entries(record: Record) -> Iterator[Fact]:
    for instrument in record.instruments:
        yield _instrument("supposed-instrument", instrument)
    yield from map(_removal, record.removals)
    yield from map(_assertion, record.assertions)
    yield from map(_correction, record.corrections)
    for member in record.membership_rows:
        yield Fact.of("supposed-membership", party=member.member, group=member.group)
    yield from map(_claim, record.claims)


def _instrument(code: str, instrument: Instrument) -> Fact:
    when = instrument.received or instrument.sent or instrument.signed
    day = "" if when is None else str(day_of(when.lo, "UTC"))
    return Fact.of(code, kinds=instrument.kind, party=instrument.party, day=day)


def _removal(removal: Removal) -> Fact:
    if removal.id is not None and (removal.kind is None or removal.party is None):
        return Fact.of("supposed-no-entry", act=removal.id)
    return Fact.of("supposed-no-instrument", kinds=removal.kind or "", party=removal.party or "")


def _assertion(said: Assertion) -> Fact:
    attribute = {} if said.attribute == EXISTENCE else {"attribute": said.attribute}
    what = "existence" if said.attribute == EXISTENCE else "value"
    return Fact.of(f"supposed-{said.stance}-{what}", act=said.act, party=said.account, **attribute)


def _correction(change: Correction) -> Fact:
    if change.attribute is None:
        return Fact.of("supposed-retraction", act=change.act)
    return Fact.of("supposed-correction", act=change.act, attribute=change.attribute)


def _claim(claim: DatedClaim) -> Fact:
    ends = (("from", claim.start, claim.first_day, BEGINNING_US), ("until", claim.until, claim.end_day, END_US))
    days = {
        name: "" if us == open_ else str(day_of(us, "UTC") if day is None else EPOCH + timedelta(days=day))
        for name, us, day, open_ in ends
    }
    return Fact.of(
        "supposed-coverage",
        kinds=", ".join(sorted(claim.kinds or ())),
        parties=", ".join(sorted(claim.parties or ())),
        account=claim.account or "",
        **days,
    )
