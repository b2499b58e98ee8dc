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


def read_supposition(path: Path, beside: Record | None) -> Supposition:
    """Read a record file that may also hold `parties`: States supposed to be Parties, by code or name.

    It may name the acts, sources and places of the record that it stands beside.
    """
    record = load([path], beside=beside)
    return Supposition(record, record.parties)
