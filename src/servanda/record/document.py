"""A YAML file as nodes that keep their places. Every scalar is text (YAML's failsafe schema).

No node is built from an alias, a tag means nothing, depth and size are bounded: a record is data of others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from servanda.errors import Diagnostic, InputError, Span
from servanda.record.refusal import shortened
from servanda.yaml_events import NoCharacter, events, lines_of

MAX_DEPTH = 32
_QUOTED = 400  # characters of a name or list that a message repeats
Datum = str | list["Datum"] | dict[str, "Datum"]


@dataclass(frozen=True)
class Text:
    """A scalar, as text."""

    text: str
    span: Span


@dataclass(frozen=True)
class Listing:
    """A sequence of nodes."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True)
class Entry:
    """A key of a mapping and what stands under it."""

    key: Text
    node: Node


@dataclass(frozen=True)
class Mapped:
    """A mapping: keys as written, in the order written."""

    entries: Mapping[str, Entry]
    span: Span

    def get(self, key: str) -> Node | None:
        """The node under a key."""
        entry = self.entries.get(key)
        return entry.node if entry else None


Node = Text | Listing | Mapped


def plain(node: Node) -> Datum:
    """The node without its places."""
    match node:
        case Text(text):
            return text
        case Listing(items):
            return [plain(i) for i in items]
        case Mapped(entries):
            return {k: plain(e.node) for k, e in entries.items()}


@dataclass(frozen=True)
class Document:
    """A YAML file read: its root (None: nothing but comments) and its lines."""

    file: str
    lines: tuple[str, ...]
    root: Node | None = None

    def line(self, number: int) -> str | None:
        """The text of a line, counted from 1."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None

    def wrong(self, span: Span, code: str, case: str | None = None, **args: str) -> Diagnostic:
        """A diagnostic at a place of this file."""
        args = {key: shortened(text, _QUOTED) for key, text in args.items()}
        return Diagnostic(code, args=args, span=span, case=case, line_text=self.line(span.line))


def read_document(text: str, file: str) -> Document:
    """Parse a YAML text. Raises InputError with the place of the first thing that is no YAML, or is refused."""
    document = Document(file, lines_of(text))
    builder = _Builder(document)
    try:
        root = builder.build(_events(text, document))
    except YAMLError as error:
        raise InputError([_syntax(document, error)]) from None
    except (ValueError, RecursionError, OverflowError, IndexError) as error:
        raise InputError([Diagnostic("record-yaml", {"problem": shortened(str(error))}, file=file)]) from None
    if builder.wrong:
        raise InputError(builder.wrong)
    return Document(file, document.lines, root)


def _events(text: str, document: Document) -> Iterator[Event]:
    seen_document = False
    for event in events(text):
        if type(event).__name__ == "DocumentStartEvent":
            if seen_document:
                raise InputError([document.wrong(_span(document.file, event), "record-two-documents")])
            seen_document = True
        yield event


def _syntax(document: Document, error: YAMLError) -> Diagnostic:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML")
    mark = getattr(error, "problem_mark", None) if isinstance(error, MarkedYAMLError) else None
    if mark is None:
        return Diagnostic("record-yaml", {"problem": problem}, file=document.file)
    span = Span.at(document.file, mark.line + 1, mark.column + 1)
    if isinstance(error, NoCharacter):
        return document.wrong(span, "record-yaml", "character", written=error.written)
    return document.wrong(_within(document, span), "record-yaml", problem=shortened(problem, 120))


def _within(document: Document, span: Span) -> Span:
    """The end of a text stands behind its last line that says something, and not on the line after it."""
    last = max((i for i, line in enumerate(document.lines, 1) if line.strip()), default=1)
    if span.line <= last:
        return span
    return Span.at(document.file, last, max(1, len(document.lines[last - 1])))


def _span(file: str, start: Event, end: Event | None = None) -> Span:
    a, b = start.start_mark, (end or start).end_mark
    end_column = b.column + 1 if (b.line, b.column) > (a.line, a.column) else a.column + 2
    return Span(file, a.line + 1, a.column + 1, b.line + 1, end_column)


@dataclass
class _Builder:
    """Events to nodes, with a stack of our own: no recursion on what others wrote."""

    document: Document
    wrong: list[Diagnostic] = field(default_factory=list)
    stack: list[tuple[Event, list[Node]]] = field(default_factory=list)

    def build(self, events: Iterator[Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            match event:
                case AliasEvent():
                    span = _span(self.document.file, event)
                    raise InputError([self.document.wrong(span, "record-alias", name=str(event.anchor))])
                case ScalarEvent():
                    root = self._put(self._text(event)) or root
                case MappingStartEvent() | SequenceStartEvent():
                    self._open(event)
                case MappingEndEvent() | SequenceEndEvent():
                    root = self._put(self._close(event)) or root
        return root

    def _open(self, event: Event) -> None:
        if len(self.stack) >= MAX_DEPTH:
            span = _span(self.document.file, event)
            raise InputError([self.document.wrong(span, "record-deep", limit=str(MAX_DEPTH))])
        self.stack.append((event, []))

    def _put(self, node: Node) -> Node | None:
        if not self.stack:
            return node
        self.stack[-1][1].append(node)
        return None

    def _text(self, event: Any) -> Text:
        return Text(unicodedata.normalize("NFC", event.value), _span(self.document.file, event))

    def _close(self, event: Event) -> Node:
        start, children = self.stack.pop()
        span = _span(self.document.file, start, event)
        if isinstance(start, SequenceStartEvent):
            return Listing(tuple(children), span)
        return Mapped(self._entries(children), span)

    def _entries(self, children: list[Node]) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key, node in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Text):
                self.wrong.append(self.document.wrong(key.span, "record-key"))
                continue
            name = key.text.strip()
            if name in entries:
                twice = self.document.wrong(key.span, "record-key-twice", name=key.text)
                self.wrong.append(twice)
            entries[name] = Entry(key, node)
        return entries


def folded_key(key: str) -> str:
    """A key in its one form: lower case, hyphens between the words.

    >>> folded_key("last_seen"), folded_key("Last seen")
    ('last-seen', 'last-seen')
    """
    return "-".join(key.strip().casefold().replace("_", " ").replace("-", " ").split())
