"""One row written by hand (a YAML mapping, a line of a small table), read field by field, all its faults kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from servanda.errors import Span
from servanda.record.cell import NO_VALUE, Context, party_code, read_cell, read_id
from servanda.record.columns import Cells
from servanda.record.document import Datum, Document, Entry, Listing, Mapped, Node, Text, folded_key, plain
from servanda.record.moment import When, read_day, read_when
from servanda.record.refusal import Refusal, Refused, Where, phrase, suggesting
from servanda.temporal import DAY_US
from servanda.vocabulary.act import Attribute

T = TypeVar("T")
W = TypeVar("W", bound=str)


@dataclass
class Row:
    """A mapping being read. Every fault is kept in `problems`; a row with a problem is refused."""

    document: Document
    entries: dict[str, Entry]
    node: Mapped
    context: Context
    tabular: bool = False  # a line of a table: several values stand in one cell, parted by `;`
    problems: list[Refusal] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    @staticmethod
    def of(document: Document, node: Mapped, context: Context, tabular: bool = False) -> Row:
        """The row of a mapping, its keys folded; a key twice in two spellings is a problem."""
        row = Row(document, {}, node, context, tabular)
        for entry in node.entries.values():
            key = folded_key(entry.key.text)
            if key in row.entries:
                row.refuse(key, entry.key, Refused("record-key-twice", name=entry.key.text))
            row.entries[key] = entry
        return row

    def where(self, key: str = "", value: str | None = None) -> Where:
        """The place of a field, of one value in its list, or of the row."""
        node: Node = self.entries[key].node if key in self.entries else self.node
        if isinstance(node, Listing) and value is not None:
            node = next((i for i in node.items if isinstance(i, Text) and i.text.strip() == value), node)
        return Where(self.document.file, node.span.line, key, node.span, self.document.line(node.span.line))

    def refuse(self, key: str, node: Node, reason: Refused) -> None:
        """Keep a problem at a node."""
        where = Where(self.document.file, node.span.line, key, node.span, self.document.line(node.span.line))
        self.problems.append(where.refuse(reason, plain(node)))

    def take(self, key: str, read: Callable[[Datum], T], required: bool = False) -> T | None:
        """The field read by `read`; None when it is missing, unknown, or a problem."""
        self._seen.add(key)
        entry = self.entries.get(key)
        if entry is None:
            if required:
                self.refuse(key, self.node, Refused("missing-field", name=key))
            return None
        datum = plain(entry.node)
        if datum == "" and not self.tabular:
            self.refuse(key, entry.key, Refused("empty-value"))
            return None
        if datum == "todo":
            self.refuse(key, entry.node, Refused("record-todo"))
            return None
        try:
            return read(datum)
        except Refused as reason:
            self.refuse(key, entry.node, reason)
            return None

    def id(self, key: str, required: bool = False) -> str | None:
        """An id."""
        return self.take(key, read_id, required)

    def text(self, key: str, required: bool = False) -> str | None:
        """Free text."""
        return self.take(key, _text, required)

    def word(self, key: str, allowed: tuple[W, ...], required: bool = False) -> W | None:
        """One of a closed list of words."""
        return self.take(key, lambda d: _one_of(d, allowed), required)

    def yes(self, key: str) -> bool:
        """True for `yes`."""
        return self.word(key, ("yes", "no")) == "yes"

    def when(self, key: str) -> When | None:
        """A time; None for `unknown`."""
        return self.take(key, lambda d: None if d in NO_VALUE else read_when(d, self.context.zone))

    def day(self, key: str) -> date | None:
        """A calendar day."""
        return self.take(key, read_day)

    def day_number(self, key: str) -> int | None:
        """A day, the last of a month, or the UTC day of an instant, as days since 1970."""
        when = self.when(key)
        if when is None:
            return None
        return when.hi // DAY_US

    def several(self, key: str, read: Callable[[str], str], required: bool = False) -> list[str] | None:
        """One value or a list of them."""
        return self.take(key, lambda d: [read(t) for t in self.listed(d)], required)

    def listed(self, datum: Datum) -> list[str]:
        """A datum as a list of texts; a cell of a table is parted at semicolons."""
        if self.tabular and isinstance(datum, str):
            return [part.strip() for part in datum.split(";") if part.strip()]
        return [_text(i) for i in (datum if isinstance(datum, list) else [datum])]

    def parties(self, key: str, required: bool = False) -> list[str] | None:
        """Parties by code, organs by name."""
        return self.several(key, lambda text: party_code(text, self.context.organs), required)

    def account(self, key: str = "account", required: bool = False) -> str | None:
        """A speaker: a party by code, or any other name as written."""
        return self.take(key, speaker, required)

    def cells(self, key: str, attribute: Attribute) -> Cells | None:
        """The canonical cells of an attribute."""
        many = attribute.many and self.tabular
        return self.take(key, lambda d: read_cell(attribute, [*self.listed(d)] if many else d, self.context))

    def rest(self) -> list[str]:
        """The keys that nobody has asked for yet."""
        return [k for k in self.entries if k not in self._seen]

    def finish(self, allowed: tuple[str, ...] | None = None) -> bool:
        """True when the row stands: no problem, and no key left over."""
        known = sorted({*self._seen, *(allowed or ())})
        for key in self.rest():
            self.refuse(key, self.entries[key].key, suggesting("record-unknown-key", key, known))
        return not self.problems


def rows_of(document: Document, node: Node, context: Context) -> list[Row]:
    """The rows of a table written as a list of mappings, or as a mapping of ids to mappings.

    What is neither becomes a row with one problem.
    """
    if isinstance(node, Listing):
        return [_row(document, item, context) for item in node.items]
    if isinstance(node, Mapped):
        return [_keyed(document, entry, context) for entry in node.entries.values()]
    if node.text == "":
        return []
    return [_shapeless(document, node, context, "list")]


def _row(document: Document, node: Node, context: Context) -> Row:
    if isinstance(node, Mapped):
        return Row.of(document, node, context)
    return _shapeless(document, node, context, "mapping")


def _keyed(document: Document, entry: Entry, context: Context) -> Row:
    """`NAME: {…}` is `{id: NAME, …}`."""
    row = _row(document, entry.node, context)
    row.entries.setdefault("id", Entry(entry.key, entry.key))
    return row


def _shapeless(document: Document, node: Node, context: Context, wanted: str) -> Row:
    row = Row(document, {}, Mapped({}, node.span), context)
    row.refuse("", node, Refused("bad-shape", wanted=phrase(f"record-shape-of.{wanted}")))
    return row


def speaker(datum: Datum) -> str:
    """The name of an account: a party's code where it is one."""
    text = _text(datum)
    try:
        return party_code(text)
    except Refused:
        return text


def _text(datum: Datum) -> str:
    if not isinstance(datum, str):
        raise Refused("bad-shape", wanted=phrase("record-shape-of.text"))
    if not datum.strip():
        raise Refused("empty-value")
    return datum.strip()


def _one_of(datum: Datum, allowed: tuple[W, ...]) -> W:
    text = _text(datum)
    found = next((word for word in allowed if word == text), None)
    if found is None:
        raise suggesting("unknown-value", text, list(allowed), allowed=", ".join(allowed))
    return found


def table_row(document: Document, row: int, cells: dict[str, tuple[int, str]], context: Context) -> Row:
    """A line of a small table: column name to (number of the column, text); empty cells are missing."""
    entries = {}
    for name, (column, text) in cells.items():
        span = Span.at(document.file, row, column)
        if text.strip():
            entries[name] = Entry(Text(name, span), Text(text, span))
    return Row.of(document, Mapped(entries, Span.at(document.file, row)), context, tabular=True)
