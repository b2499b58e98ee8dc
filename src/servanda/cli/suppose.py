"""`--suppose FILE`: acts, instruments and memberships that are supposed, and further Parties."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from servanda.record.load import load
from servanda.record.record import Record


@dataclass(frozen=True)
class Supposition:
    """What is supposed beside the record."""

    record: Record
    parties: frozenset[str]

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts and instruments supposed, by id; an instrument without one by kind and party."""
        instruments = {i.id or f"{i.kind} {i.party}" for i in self.record.instruments}
        return (*sorted(self.record.acts["act"].to_pylist()), *sorted(instruments))

    @property
    def away(self) -> tuple[str, ...]:
        """The acts and instruments supposed not to have been."""
        instruments = {r.id or f"{r.kind} {r.party}" for r in self.record.removals}
        return (*sorted(self.record.removed), *sorted(instruments))


def read_supposition(path: Path, beside: Record | None) -> Supposition:
    """Read a record file that may also hold `parties`: States supposed to be Parties, by code or name.

    It may name the acts, sources and places of the record that it stands beside.
    """
    record = load([path], beside=beside)
    return Supposition(record, record.parties)
