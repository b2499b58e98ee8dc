"""Rows of all files put together: duplicates folded, references checked, every row counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servanda.errors import Diagnostic, Span
from servanda.record import hand
from servanda.record.columns import Cells, array_of, column_types, ordered, recorded_attributes, table_of, tidy, unified
from servanda.record.document import Text
from servanda.record.entries import EXISTENCE, Assertion, Correction, DatedClaim, Instrument, Removal, Source
from servanda.record.record import Record
from servanda.record.refusal import Refusal, Refused, Where, near
from servanda.record.row import Row
from servanda.record.sheet import Sheet
from servanda.vocabulary.act import Sort
from servanda.vocabulary.party import Membership, parties

T = TypeVar("T")
E = TypeVar("E", Assertion, Correction)
_FILE, _ROW = "_file", "_row"
_PROVENANCE = {_FILE: pa.int32(), _ROW: pa.int64()}
_SHOWN = 200  # refusals shown one by one; the rest are counted


@dataclass
class Gathering:
    """What has been read so far."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    rows_in: int = 0
    rows_refused: int = 0
    files: list[str] = field(default_factory=list)
    acts: list[Cells] = field(default_factory=list)  # by hand, with provenance
    rows: dict[tuple[int, int], Row | Where] = field(default_factory=dict)
    tables: list[pa.Table] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    assertions: list[Assertion] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    claims: list[DatedClaim] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    instruments: list[Instrument] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    parties: set[str] = field(default_factory=set)
    organs: set[str] = field(default_factory=set)
    sources: dict[str, Source] = field(default_factory=dict)
    places: dict[str, Cells] = field(default_factory=dict)
    _named: dict[tuple[str, str], Where] = field(default_factory=dict)  # where a row of that name was first declared
    _instruments: dict[str, tuple[Instrument, ...]] = field(default_factory=dict)  # those that have an id
    known: Record = field(default_factory=Record)  # whose acts and sources may be named too

    @staticmethod
    def beside(record: Record) -> Gathering:
        """Nothing read yet; what the other record declares may be named."""
        return Gathering(places=dict(record.places), organs=set(record.organs), known=record)

    def take(self, table: str, row: Row) -> None:
        """Take one row written by hand, or refuse it."""
        self.rows_in += 1
        if not row.problems:
            if table not in ("acts", "sources"):
                self._check_source(row)
            self._read(table, row)
        if row.problems:
            self.rows_refused += 1
            self.refusals += row.problems

    def _read(self, table: str, row: Row) -> None:
        match table:
            case "acts":
                self._act(row)
            case "assertions":
                self._keep(self.assertions, hand.read_assertion(row))
            case "corrections":
                self._keep(self.corrections, hand.read_correction(row))
            case "coverage":
                self._keep(self.claims, hand.read_coverage(row))
            case "memberships":
                self.memberships += hand.read_membership(row) or []
            case "instruments" if row.yes("remove"):
                self.removals += hand.read_removal(row) or []
            case "instruments":
                self._instrument(row)
            case "sources":
                if (source := hand.read_source(row)) is not None:
                    self._declare("sources", self.sources, source.id, source, row)
            case "places":
                if (place := hand.read_named_place(row)) is not None:
                    self._declare("places", self.places, *place, row)

    def _instrument(self, row: Row) -> None:
        """Take the instruments of a row. The same id and content twice is one."""
        found = tuple(hand.read_instrument(row) or ())
        name = found[0].id if found else None
        if name is None or self._declare("instruments", self._instruments, name, found, row):
            self.instruments += found

    def _check_source(self, row: Row) -> None:
        """Refuse a row that cites a source nobody declared; acts are checked all at once, in `_dangling`."""
        node = row.entries["source"].node if "source" in row.entries else None
        if isinstance(node, Text) and node.text.strip() not in {"", "todo", *self.sources, *self.known.sources}:
            row.refuse("source", node, Refused("unknown-source", name=node.text.strip()))

    @staticmethod
    def _keep(kept: list[T], entry: T | None) -> None:
        if entry is not None:
            kept.append(entry)

    def _declare(self, table: str, known: dict[str, T], name: str, entry: T, row: Row) -> bool:
        """Declare what has a name, True for the first; the same twice is one, another of that name is refused."""
        where = row.where("name" if table == "places" else "id")
        first = self._named.setdefault((table, name), where)
        if known.setdefault(name, entry) != entry:
            row.problems.append(_twice(where, first, name, f"duplicate-{table[:-1]}"))
        return first is where

    def _act(self, row: Row) -> None:
        act = hand.read_act(row)
        if act is None:
            return
        if act.remove:
            self.removed.add(str(act.cells["act"]))
            return
        place = (self._file(row.document.file), row.node.span.line)
        while place in self.rows:  # rows in one line of a flow list are told apart
            place = (place[0], place[1] + 2**32)
        self.rows[place] = row
        self.acts.append({**act.cells, _FILE: place[0], _ROW: place[1]})

    def _file(self, name: str) -> int:
        if name not in self.files:
            self.files.append(name)
        return self.files.index(name)

    def take_sheet(self, sheet: Sheet, name: str) -> None:
        """Take the rows of a CSV or Parquet file."""
        number = self._file(name)
        self.rows_in += sheet.rows_in
        self.rows_refused += sheet.rows_in - sheet.table.num_rows
        self.refusals += sheet.refusals
        n = sheet.table.num_rows
        provenance = pa.array(np.full(n, number, np.int32))
        self.tables.append(sheet.table.append_column(_FILE, provenance).append_column(_ROW, sheet.rows))

    def record(self) -> Record:
        """The record of all that was taken. Adds what only the whole can tell: duplicates, unknown references."""
        self._declared_in_assertions()
        table = self._folded(self._whole())
        table = self._referenced(table)
        self._check_entries(table)
        self._warn_of_places(table)
        acts = ordered(tidy(table.drop_columns([_FILE, _ROW])))
        return Record(
            acts=acts,
            assertions=tuple(dict.fromkeys(self.assertions)),
            corrections=tuple(self.corrections),
            claims=tuple(dict.fromkeys(self.claims)),
            membership_rows=tuple(sorted(set(self.memberships))),
            instruments=tuple(self.instruments),
            sources=self.sources,
            places=self.places,
            parties=frozenset(self.parties),
            organs=frozenset(self.organs),
            removed=frozenset(self.removed),
            removals=tuple(self.removals),
            refused=tuple(self.refusals),
            rows_in=self.rows_in,
            rows_used=self.rows_in - self.rows_refused,
            diagnostics=tuple(sorted(self.diagnostics, key=lambda d: d.place)),
        )

    def _whole(self) -> pa.Table:
        by_hand = table_of(self.acts, _PROVENANCE)
        tables = [t for t in self.tables if t.num_rows]
        if not tables:
            return by_hand
        return unified([*tables, by_hand] if by_hand.num_rows else tables)

    def _declared_in_assertions(self) -> None:
        """Acts that stand in no row of their own: the first assertion of their existence with a kind makes one."""
        recorded = {str(a["act"]) for a in self.acts}
        for t in self.tables:
            wanted = pa.array(sorted({a.act for a in self.assertions}), pa.string())
            recorded.update(t["act"].filter(pc.is_in(t["act"], wanted)).to_pylist())
        said = [a for a in self.assertions if a.attribute == EXISTENCE and a.kind and a.stance != "denies"]
        for a in sorted(said, key=lambda a: (a.said is not None, a.said or 0, a.account)):
            if a.act in recorded:
                continue
            recorded.add(a.act)
            assert a.where is not None
            place = (self._file(a.where.file), a.where.row + 2**40)
            self.rows[place] = a.where
            cells: Cells = {"act": a.act, "kind": a.kind, "sure": True, "account": a.account, "source": a.source}
            self.acts.append({**cells, "recorded_day": a.said_day, _FILE: place[0], _ROW: place[1]})

    # ---- duplicates

    def _folded(self, table: pa.Table) -> pa.Table:
        """One row for an id: the same content twice is one act, other content is refused."""
        if pc.count_distinct(table["act"]).as_py() == table.num_rows:
            return table
        counts = pc.value_counts(table["act"])
        several = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        at = np.flatnonzero(np.asarray(pc.is_in(table["act"], several)))
        first: dict[str, dict[str, object]] = {}
        drop: list[int] = []
        for i, row in zip(at, table.take(pa.array(at)).to_pylist(), strict=True):
            known = first.setdefault(row["act"], row)
            if known is row:
                continue
            drop.append(int(i))
            if _content(known) != _content(row):
                self._refuse(_twice(self._where(row, "id"), self._where(known, "id"), row["act"], "duplicate-act"))
        return table.take(pa.array(np.delete(np.arange(table.num_rows), drop)))

    def _where(self, row: Mapping[str, object], column: str = "", value: str | None = None) -> Where:
        number, line = row[_FILE], row[_ROW]
        assert isinstance(number, int) and isinstance(line, int)
        known = self.rows.get((number, line)) or Where(self.files[number], line)
        return known.where(column, value) if isinstance(known, Row) else replace(known, column=column)

    def _refuse(self, *refusals: Refusal) -> None:
        """One row, for whatever reasons."""
        self.rows_refused += 1
        self.refusals += refusals

    # ---- references

    def _referenced(self, table: pa.Table) -> pa.Table:
        """Refuse rows that cite an act or a source that nobody recorded; write parties by code."""
        table = self._resolved(table)
        while True:
            bad = self._dangling(table)
            if not bad:
                return table
            keep = np.ones(table.num_rows, bool)
            for i, refusals in bad.items():
                keep[i] = False
                self._refuse(*refusals)
            table = table.filter(pa.array(keep))

    def _ids(self, table: pa.Table) -> pa.ChunkedArray:
        """The ids that rows may cite."""
        return pa.chunked_array([*table["act"].chunks, *self.known.acts["act"].chunks], pa.string())

    def _resolved(self, table: pa.Table) -> pa.Table:
        """Values of ACT_OR_PARTY: an id of an act stays, a party's name becomes its code."""
        ids = self._ids(table)
        for name in _act_columns(table):
            values = pc.unique(pc.list_flatten(table[name]))
            others = values.filter(pc.invert(pc.is_in(values, ids))).to_pylist()
            codes = {v: c for v in others if (c := self._party(v)) is not None and c != v}
            if codes:
                lists = [None if v is None else [codes.get(i, i) for i in v] for v in table[name].to_pylist()]
                table = table.set_column(table.column_names.index(name), name, array_of(name, lists))
        return table

    def _dangling(self, table: pa.Table) -> dict[int, list[Refusal]]:
        ids = self._ids(table)
        bad: dict[int, list[Refusal]] = {}
        for name in _act_columns(table):
            lists = table[name].combine_chunks()
            cited = pc.list_flatten(lists)
            unknown = {u for u in _unknown(cited, ids) if self._party(u) is None}
            if unknown:
                owners = pc.list_parent_indices(lists).filter(pc.is_in(cited, pa.array(sorted(unknown), pa.string())))
                for i in pc.unique(owners).to_pylist():
                    row = table.slice(i, 1).to_pylist()[0]
                    for wrong in (v for v in row[name] if v in unknown):
                        refusal = self._where(row, name, wrong).refuse(Refused("unknown-act", name=wrong), wrong)
                        bad.setdefault(i, []).append(refusal)
        if "source" in table.column_names:
            known = pa.array(sorted({*self.sources, *self.known.sources}), pa.string())
            unlisted = pc.and_(table["source"].is_valid(), pc.invert(pc.is_in(table["source"], known)))
            for i in np.flatnonzero(np.asarray(unlisted)):
                row = table.slice(int(i), 1).to_pylist()[0]
                reason = Refused("unknown-source", name=row["source"])
                bad.setdefault(int(i), []).append(self._where(row, "source").refuse(reason, row["source"]))
        return bad

    def _warn_of_places(self, table: pa.Table) -> None:
        """Say which names of places are in no table: such an act is nowhere on the map."""
        if "place" not in table.column_names:
            return
        named = table["place"].is_valid()
        for column in ("lon", "place_in", "area"):
            if column in table.column_names:
                named = pc.and_(named, table[column].is_null())
        rows = table.filter(named)
        first = dict(reversed([*zip(rows["place"].to_pylist(), range(rows.num_rows), strict=True)]))
        for name, i in sorted(first.items())[:_SHOWN]:
            where = self._where(rows.slice(i, 1).to_pylist()[0], "place")
            close = near(name, list(self.places))
            case = "near" if close else "none"
            self.diagnostics.append(where.diagnostic("unlisted-place", "warning", case, name=name, near=close))

    def _check_entries(self, table: pa.Table) -> None:
        """Refuse assertions and corrections that name acts nobody recorded; write parties by code."""
        spoken: list[Assertion | Correction] = [*self.assertions, *self.corrections]
        ids = frozenset(self._ids(table).to_pylist()) if spoken else frozenset()
        bad = {id(e): u for e in spoken if (u := self._unknown_of(e, ids)) is not None}
        for entry in spoken:
            if (unknown := bad.get(id(entry))) is not None:
                assert entry.where is not None, "entries are read from rows"
                self._refuse(entry.where.refuse(Refused("unknown-act", name=unknown), unknown))
        self.assertions = [self._by_code(a, ids) for a in self.assertions if id(a) not in bad]
        self.corrections = [self._by_code(c, ids) for c in self.corrections if id(c) not in bad]

    def _party(self, name: str) -> str | None:
        """The code of a party, or the name of an organ."""
        return name if name in self.organs else parties().code(name)

    def _unknown_of(self, entry: Assertion | Correction, ids: frozenset[str]) -> str | None:
        """The first id that an entry names and nobody recorded, its own act or one in its value."""
        cited = [entry.act, *(v for v in _acts_in(entry) if self._party(v) is None)]
        return next((c for c in cited if c not in ids), None)

    def _by_code(self, entry: E, ids: frozenset[str]) -> E:
        """The entry with parties by code where it names acts or parties."""
        cited = _acts_in(entry)
        if not cited or entry.attribute is None:
            return entry
        resolved = sorted(c if c in ids else self._party(c) or c for c in cited)
        return replace(entry, cells={entry.attribute: resolved})

    def refusal_diagnostics(self) -> list[Diagnostic]:
        """The refusals as diagnostics, the first of them one by one, the others counted."""
        listed = sorted(self.refusals, key=lambda r: r.place)
        shown = [r.diagnostic for r in listed[:_SHOWN]]
        for code, count in sorted(Counter(r.code for r in listed[_SHOWN:]).items()):
            shown.append(Diagnostic("more-refused", {"count": str(count), "code": code}, file="~"))
        return shown


def _content(row: Mapping[str, object]) -> dict[str, object]:
    return {c: v for c, v in row.items() if v is not None and c in column_types()}


def _twice(where: Where, first: Where, name: str, code: str) -> Refusal:
    refusal = where.refuse(Refused(code, name=name), name)
    return replace(refusal, second=first.span or Span.at(first.file, first.row))


def _act_columns(table: pa.Table) -> list[str]:
    """The columns of the table that hold ids of acts."""
    attributes = recorded_attributes().values()
    return [a.name for a in attributes if a.sort is Sort.ACT_OR_PARTY and a.name in table.column_names]


def _unknown(cited: pa.Array, ids: pa.ChunkedArray) -> list[str]:
    values = pc.unique(cited)
    return list(values.filter(pc.invert(pc.is_in(values, ids))).to_pylist())


def _acts_in(entry: Assertion | Correction) -> list[str]:
    attribute = recorded_attributes().get(entry.attribute or "")
    if attribute is None or attribute.sort is not Sort.ACT_OR_PARTY:
        return []
    value = (entry.cells or {}).get(attribute.name)
    return list(value) if isinstance(value, list) else []
