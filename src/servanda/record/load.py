"""Files to a `Record`: every row is used or refused, and nothing is lost silently."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from servanda.errors import InputError
from servanda.record.cell import Context, party_code, read_id
from servanda.record.document import Document, Listing, Mapped, Node, Text, folded_key, read_document
from servanda.record.files import TABLES, YAML, File, files_of, read_text
from servanda.record.gather import Gathering
from servanda.record.record import Record
from servanda.record.refusal import Refused, near
from servanda.record.row import Row, rows_of
from servanda.record.sheet import read_sheet
from servanda.record.small import small_rows
from servanda.temporal import zone

_KEYS = (*TABLES, "zone", "includes", "parties", "organs", "note")
_MAX_FILES = 1000


def load(paths: str | Path | Iterable[str | Path], *, strict: bool = True, beside: Record | None = None) -> Record:
    """Load a record from YAML, CSV and Parquet files and folders; several paths are one record.

    `strict`: raise InputError when any row is refused. Otherwise refused rows are left out and listed in
    `Record.refused`. Files that cannot be read at all raise InputError either way.
    `beside`: a record whose acts, sources and places these files may name, as a supposition does.
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    gathering = Gathering.beside(beside or Record())
    loader = _Loader(gathering)
    for path in listed:
        loader.open(Path(path), os.fspath(path))
    loader.read()
    errors = [d for d in gathering.diagnostics if d.severity == "error"]
    if errors:
        raise InputError([*errors, *(gathering.refusal_diagnostics() if strict else ())])
    record = gathering.record()
    if strict and record.refused:
        raise InputError(gathering.refusal_diagnostics())
    return record


class _Loader:
    """Reads every file once: places and sources first, because all rows may name them."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.documents: list[tuple[Document, dict[str, Node], str | None]] = []
        self.tables: list[File] = []
        self.seen: set[str] = set()

    def open(self, path: Path, shown: str) -> None:
        """Take in a path and what it includes; a file named twice is read once."""
        try:
            files = files_of(path, shown)
        except InputError as error:
            self.gathering.diagnostics += error.diagnostics
            return
        for file in files:
            real = os.path.realpath(file.path)  # loops of links were refused when the file was found
            if real in self.seen or len(self.seen) >= _MAX_FILES:
                continue
            self.seen.add(real)
            if file.suffix in YAML:
                self._document(file)
            else:
                self.tables.append(file)

    def _document(self, file: File) -> None:
        try:
            document = read_document(read_text(file), file.shown)
        except InputError as error:
            self.gathering.diagnostics += error.diagnostics
            return
        tables = self._tables(document, file)
        declared = self._zone(document, tables)
        self.documents.append((document, tables, declared))
        self._parties(document, tables)
        self._organs(document, tables)
        for node in self._includes(document, tables):
            self.open(file.path.parent / node.text, str(Path(file.shown).parent / node.text))

    def _tables(self, document: Document, file: File) -> dict[str, Node]:
        """The tables of a document; a file named after a table may hold its rows at the top."""
        root = document.root
        if root is None or root == Text("", root.span):
            return {}
        if file.table is not None and (isinstance(root, Listing) or not _named_tables(root)):
            return {file.table: root}
        if not isinstance(root, Mapped):
            self.gathering.diagnostics.append(document.wrong(root.span, "record-shape", tables=", ".join(TABLES)))
            return {}
        tables: dict[str, Node] = {}
        for name, entry in root.entries.items():
            if folded_key(name) in _KEYS:
                tables[folded_key(name)] = entry.node
                continue
            close = near(name, list(_KEYS))
            wrong = document.wrong(
                entry.key.span, "record-unknown-key", "near" if close else "none", name=name, near=close, column=""
            )
            self.gathering.diagnostics.append(wrong)
        return tables

    def _zone(self, document: Document, tables: dict[str, Node]) -> str | None:
        node = tables.pop("zone", None)
        tables.pop("note", None)
        if node is None:
            return None
        name = node.text if isinstance(node, Text) else ""
        try:
            zone(name)
        except ValueError:
            self.gathering.diagnostics.append(document.wrong(node.span, "no-such-zone", name=name))
            return None
        return name

    def _parties(self, document: Document, tables: dict[str, Node]) -> None:
        """States that a supposition makes Parties."""
        self.gathering.parties |= self._named(document, tables, "parties", lambda name: [party_code(name)])

    def _organs(self, document: Document, tables: dict[str, Node]) -> None:
        """Bodies that act and are no States, as an agreement names them, with commas; they hold for all files."""

        def read(text: str) -> list[str]:
            return [" ".join(read_id(name).split()) for name in text.split(",")]

        self.gathering.organs |= self._named(document, tables, "organs", read)

    def _named(
        self, document: Document, tables: dict[str, Node], key: str, read: Callable[[str], list[str]]
    ) -> frozenset[str]:
        """One name or a list of them; what is none is an error of the file."""
        node = tables.pop(key, None)
        items = node.items if isinstance(node, Listing) else [node] if node is not None else []
        found: set[str] = set()
        for item in items:
            try:
                found.update(read(item.text if isinstance(item, Text) else ""))
            except Refused as refused:
                reason = refused.reason
                args = {"column": key, "value": "", **reason.args}
                self.gathering.diagnostics.append(document.wrong(item.span, reason.code, reason.case, **args))
        return frozenset(found)

    def _includes(self, document: Document, tables: dict[str, Node]) -> list[Text]:
        node = tables.pop("includes", None)
        if node is None:
            return []
        items = node.items if isinstance(node, Listing) else (node,)
        for item in items:
            if not isinstance(item, Text):
                self.gathering.diagnostics.append(document.wrong(item.span, "record-shape", "include", tables=""))
        return [i for i in items if isinstance(i, Text)]

    def read(self) -> None:
        """Read the rows of everything opened."""
        by_hand: list[tuple[str, Row]] = []
        for document, tables, declared in self.documents:
            context = self._context(declared)
            for name in TABLES:
                if name in tables:
                    by_hand += [(name, row) for row in rows_of(document, tables[name], context)]
        for file in self.tables:
            if file.table != "acts":
                by_hand += self._small(file)
        for name, row in sorted(by_hand, key=lambda pair: pair[0] not in ("places", "sources")):
            self.gathering.take(name, row)
        for file in self.tables:
            if file.table == "acts":
                self._sheet(file)

    def _small(self, file: File) -> Sequence[tuple[str, Row]]:
        assert file.table is not None
        try:
            return [(file.table, row) for row in small_rows(file, self._context(self._one_zone()))]
        except InputError as error:
            self.gathering.diagnostics += error.diagnostics
            return []

    def _sheet(self, file: File) -> None:
        try:
            sheet = read_sheet(file, self._context(self._one_zone()))
        except InputError as error:
            self.gathering.diagnostics += error.diagnostics
            return
        self.gathering.take_sheet(sheet, file.shown)

    def _context(self, declared: str | None) -> Context:
        return Context(declared, self.gathering.places, frozenset(self.gathering.organs))

    def _one_zone(self) -> str | None:
        """The zone that tables are read in: the one that the YAML files declare, where all declare the same."""
        declared = {z for _, _, z in self.documents if z is not None}
        return declared.pop() if len(declared) == 1 else None


def _named_tables(root: Node) -> bool:
    return isinstance(root, Mapped) and any(folded_key(k) in _KEYS for k in root.entries)
