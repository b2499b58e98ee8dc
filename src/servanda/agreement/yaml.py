"""YAML 1.2, failsafe: every scalar is text. A small tree with the place of every key and value.

ruamel.yaml reads the events; what an agreement has no use for (anchors, aliases, tags, merge keys) is refused
by name, so a file can neither grow when it is read nor mean something that is not written in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from servanda.agreement.markdown import Block
from servanda.errors import Diagnostic, Span
from servanda.yaml_events import NoCharacter, events

DEEPEST = 50


@dataclass(frozen=True)
class Place:
    """Translates offsets in the text of a block to places in the file."""

    file: str
    block: Block

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.block.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from `start` up to `end`."""
        line, column = self._at(start)
        end_line, end_column = self._at(max(end, start + 1))
        return Span(self.file, line, column, end_line, end_column)

    def _at(self, offset: int) -> tuple[int, int]:
        starts = self._starts
        low, high = 0, len(starts) - 1
        while low < high:  # the last line that starts at or before the offset
            middle = (low + high + 1) // 2
            low, high = (middle, high) if starts[middle] <= offset else (low, middle - 1)
        line = min(low, self.block.line_count)
        indent = self.block.indents[line] if line < self.block.line_count else 0
        return self.block.first_line + line, offset - starts[low] + 1 + indent


@dataclass(frozen=True)
class Scalar:
    """A text. `start` and `end` are offsets of what is written, quotes and all, in the block's text."""

    text: str
    place: Place = field(compare=False, repr=False)
    start: int = field(compare=False)
    end: int = field(compare=False)
    style: str = field(default="", compare=False)  # "", "'", '"', ">" or "|"

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.place.span(self.start, self.end)

    def part(self, start: int, end: int) -> Span:
        """Where the characters of `text` from `start` up to `end` stand, through folding and quoting."""
        offsets = self._offsets
        if not offsets:
            return self.span
        first = offsets[min(start, len(offsets) - 1)] + (1 if start >= len(offsets) else 0)
        last = offsets[min(max(end - 1, start), len(offsets) - 1)] + 1
        return self.place.span(first, max(last, first + 1))

    @cached_property
    def _offsets(self) -> list[int]:
        raw = self.place.block.text[self.start : self.end]
        if raw == self.text:
            return list(range(self.start, self.end))
        at = _body(raw) if self.style in (">", "|") else 0
        offsets = []
        for character in self.text:  # folding only changes white space: the rest is found in order
            if not character.isspace():
                found = raw.find(character, at)
                at = found if found >= 0 else at
            offsets.append(self.start + min(at, max(len(raw) - 1, 0)))
            at += 1
        return offsets


def _body(raw: str) -> int:
    """Where the text of a block scalar begins: after the line of its indicator."""
    return raw.find("\n") + 1


@dataclass(frozen=True)
class Entry:
    """One key with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True)
class Mapping:
    """Keys with values, in the order written; no key twice."""

    entries: tuple[Entry, ...]
    place: Place = field(compare=False, repr=False)
    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.place.span(self.start, min(self.end, self.start + 1))

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        return next((e.value for e in self.entries if e.key.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, where it is written."""
        return next((e.key for e in self.entries if e.key.text == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order written."""
        return tuple(e.key.text for e in self.entries)


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place = field(compare=False, repr=False)
    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def span(self) -> Span:
        """Where it begins."""
        return self.place.span(self.start, self.start + 1)


Node = Scalar | Mapping | Sequence
Report = Callable[[Diagnostic], None]


def read_yaml(block: Block, file: str, report: Report) -> list[Mapping]:
    """The documents of a block, divided by `---`. What is wrong is reported, and what can be read is returned."""
    place = Place(file, block)
    if (tab := _tab_indent(block.text)) is not None:
        report(Diagnostic("tab-in-block", {}, place.span(tab, tab + 1)))
        return []
    try:
        return _Events(place, report).documents()
    except _Stop:
        return []
    except NoCharacter as error:
        assert error.problem_mark is not None
        at = error.problem_mark.index
        report(Diagnostic("yaml-syntax", {"written": error.written}, place.span(at, at + 1), case="character"))
        return []
    except MarkedYAMLError as error:
        report(_syntax(error, place))
        return []
    except YAMLError as error:
        report(Diagnostic("yaml-syntax", {"problem": _words(str(error))}, place.span(0, 1)))
        return []
    except (ValueError, OverflowError, UnicodeError) as error:  # ruamel lets a few of these through
        report(Diagnostic("yaml-syntax", {"problem": _words(str(error))}, place.span(0, 1)))
        return []


_TAB = re.compile(r"^[ ]*\t[ \t]*(?=\S)", re.MULTILINE)


def _tab_indent(text: str) -> int | None:
    found = _TAB.search(text)
    return text.index("\t", found.start()) if found else None


class _Stop(Exception):
    """What was reported makes the rest of the block unreadable."""


class _Events:
    """Builds nodes from ruamel's events, without recursion beyond the bound."""

    def __init__(self, place: Place, report: Report) -> None:
        self._place = place
        self._report = report
        self._events: Iterator[Any] = events(place.block.text)

    def documents(self) -> list[Mapping]:
        """Every document that holds a mapping; an empty one is passed over."""
        found = []
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                node = self._node(next(self._events), 0)
                match node:
                    case Mapping():
                        found.append(node)
                    case Scalar(text=""):
                        pass
                    case _:
                        self._say("not-a-mapping", node.start, node.end)
        return found

    def _node(self, event: Any, depth: int) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            self._say("yaml-anchor", start, end)
            raise _Stop
        if depth > DEEPEST:
            self._say("nested-too-deep", start, end, limit=str(DEEPEST))
            raise _Stop
        if (tag := getattr(event, "tag", None)) is not None:
            self._say("yaml-tag", start, end, tag=str(tag))
            raise _Stop
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(start, depth)
        assert isinstance(event, MappingStartEvent)
        return self._mapping(start, depth)

    def _scalar(self, event: Any) -> Scalar:
        style = event.style if event.style in ("'", '"', ">", "|") else ""
        start, end = event.start_mark.index, event.end_mark.index
        return Scalar(str(event.value), self._place, start, end, style)

    def _sequence(self, start: int, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), self._place, start, event.end_mark.index)

    def _mapping(self, start: int, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._say("key-not-text", key.start, key.end)
                continue
            key = Scalar(key.text.replace("_", " "), key.place, key.start, key.end, key.style)
            if (before := entries.get(key.text)) is not None:
                second = before.key.span
                args = {"key": key.text}
                self._report(Diagnostic("duplicate-key", args, key.span, second=second))
            elif isinstance(value, Scalar) and not value.text and not value.style:
                self._say("key-without-value", key.start, key.end, key=key.text)
            else:
                entries[key.text] = Entry(key, value)
        return Mapping(tuple(entries.values()), self._place, start, event.end_mark.index)

    def _say(self, code: str, start: int, end: int, **args: str) -> None:
        text = self._place.block.text
        line_end = text.find("\n", start)
        end = min(end, line_end) if line_end >= 0 else end
        self._report(Diagnostic(code, args, self._place.span(start, max(end, start + 1))))


def _syntax(error: MarkedYAMLError, place: Place) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, max(len(place.block.text) - 1, 0)) if mark is not None else 0
    problem = _words(error.problem or error.context or "")
    case = "colon" if "mapping values" in problem else None
    return Diagnostic("yaml-syntax", {"problem": problem}, place.span(at, at + 1), case=case)


def _words(text: str) -> str:
    return " ".join(text.split())[:200]
