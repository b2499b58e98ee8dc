"""Whole files to canonical text: prose untouched, keys in their order, expressions as the printer writes them.

A comment at the end of a line stays there while its key fits on one line, and else goes on the line before; a
comment on a line of its own stays before the key that follows it. Comments inside a value go before its key.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Hashable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path

from servanda.agreement import syntax as s
from servanda.agreement.kept import CHOICE_ORDER, TEXT, content
from servanda.agreement.kept import inner as inner_key
from servanda.agreement.keys import BLOCK_KEYS, Key
from servanda.agreement.markdown import Block
from servanda.agreement.printer import show, show_condition
from servanda.agreement.resolve.assemble import load
from servanda.agreement.resolve.context import Context, Problems, Unresolved
from servanda.agreement.resolve.readings import is_readings
from servanda.agreement.source import Source, from_text
from servanda.agreement.yaml import Entry, Mapping, Node, Scalar, Sequence
from servanda.errors import Diagnostic, InputError, Span

WIDTH = 100
_READING_ORDER = ("reading", "readings")


def format_text(text: str, file: str = "agreement.md") -> str:
    """The file in canonical form. Raises InputError where it cannot be read; nothing is looked up in other files."""
    source = from_text(text, file)
    blocks, context = _read(source)
    printed = [(block, _block(context, block, nodes)) for block, nodes in blocks if nodes]
    before = _contents(context, blocks)
    if context.problems.errors:
        raise InputError(context.problems.errors)
    canonical = _with_blocks(source, printed)
    if (lost := _lost(canonical, file, before)) is not None:
        block = blocks[min(lost, len(blocks) - 1)][0]
        text = source.line(block.first_line) or ""
        span = Span.at(file, block.first_line, 1, len(text))
        raise InputError([Diagnostic("format-loses", {}, span, line_text=text)])
    return canonical


_Blocks = list[tuple[Block, list[Mapping]]]


def _read(source: Source) -> tuple[_Blocks, Context]:
    problems = Problems({source.file: source})
    loaded = load(source, problems)
    parts: _Blocks = []
    if loaded.document.front is not None and loaded.front is not None:
        parts.append((loaded.document.front, [loaded.front]))
    for block in loaded.document.blocks:
        parts.append((block, [node for _, b, node in loaded.parts if b is block]))
    return parts, Context(problems, Path(source.file).parent)


def _contents(context: Context, blocks: _Blocks) -> list[Hashable]:
    return [(block.kind, *(content(context, block.kind, node) for node in nodes)) for block, nodes in blocks]


def _lost(canonical: str, file: str, before: list[Hashable]) -> int | None:
    """The first block that reads otherwise once it is printed."""
    blocks, context = _read(from_text(canonical, file))
    after = _contents(context, blocks)
    if after == before and not context.problems.errors:
        return None
    return next((i for i, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)


def _with_blocks(source: Source, printed: list[tuple[Block, list[str]]]) -> str:
    lines = source.text.split("\n")
    for block, new in sorted(printed, key=lambda p: -p[0].first_line):
        first = block.first_line - 1
        indent = "" if block.kind == "front" else _indent(lines[first - 1])
        lines[first : first + block.line_count] = [indent + line if line else "" for line in new]
    return "\n".join(lines)


def _indent(fence: str) -> str:
    """What stands before a fence stands before its lines: Markdown takes that much from each, wherever it is there."""
    before = fence[: min((at for mark in "`~" if (at := fence.find(mark)) >= 0), default=0)]
    return re.sub(r"[^\s>]", " ", before)


def _block(context: Context, block: Block, nodes: list[Mapping]) -> list[str]:
    out: list[str] = []
    starts = [m.start() for m in re.finditer(r"^---\s*$", block.text, re.MULTILINE)]
    for i, node in enumerate(nodes):
        low = max((at for at in starts if at < node.start), default=0)
        high = min((at for at in starts if at > node.start), default=len(block.text))
        comments = _comments(node, block.text, low, high)
        if i:
            out.append("---")
        out += _Printer(context, comments).document(node, BLOCK_KEYS[block.kind])
    return out


# ---- comments


@dataclass(frozen=True)
class _Comments:
    """The comments of one document: by key, those before it and the one behind it; those at the end."""

    before: MappingType[str, list[str]]
    behind: MappingType[str, str]
    last: tuple[str, ...]


def _comments(node: Mapping, text: str, low: int, high: int) -> _Comments:
    taken = sorted((scalar.start, scalar.end) for scalar in _scalars(node))
    before: dict[str, list[str]] = {}
    behind: dict[str, str] = {}
    last: list[str] = []
    for found in re.finditer(r"(?:^|(?<=\s))#[^\n]*", text[low:high]):
        at = low + found.start()
        if any(start <= at < end for start, end in taken):
            continue
        comment = found.group().rstrip()
        line_start = text.rfind("\n", 0, at) + 1
        entry = _entry_at(node, at)
        if text[line_start:at].strip() and entry is not None and entry.key.text not in behind:
            behind[entry.key.text] = comment
        elif (following := _entry_after(node, at)) is not None:
            before.setdefault(following.key.text, []).append(comment)
        else:
            last.append(comment)
    return _Comments(before, behind, tuple(last))


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence(items=items):
            for item in items:
                yield from _scalars(item)
        case Mapping(entries=entries):
            for entry in entries:
                yield entry.key
                yield from _scalars(entry.value)


def _entry_at(node: Mapping, at: int) -> Entry | None:
    return next((e for e in reversed(node.entries) if e.key.start < at), None)


def _entry_after(node: Mapping, at: int) -> Entry | None:
    """The entry that a comment on a line of its own belongs to: the one it stands inside, or the next."""
    for entry in node.entries:
        if entry.key.start > at:
            return entry
        if at < _end(entry.value):
            return entry
    return None


def _end(node: Node) -> int:
    return max((scalar.end for scalar in _scalars(node)), default=node.end)


# ---- values


class _Printer:
    """Prints one document."""

    def __init__(self, context: Context, comments: _Comments) -> None:
        self._context = context
        self._comments = comments

    def document(self, node: Mapping, keys: MappingType[str, Key]) -> list[str]:
        """Every key in canonical order, with its comments."""
        out: list[str] = []
        for entry in _ordered(node, list(keys)):
            name = entry.key.text
            lines = self._entry(name, entry.value, keys.get(name, TEXT))
            behind = self._comments.behind.get(name)
            out += self._comments.before.get(name, [])
            if behind is not None and len(lines) == 1:
                lines = [f"{lines[0]}  {behind}"]
            elif behind is not None:
                out.append(behind)
            out += lines
        return [*out, *self._comments.last]

    def _entry(self, name: str, value: Node, form: Key) -> list[str]:
        head = f"{emit(name)}:"
        if form.form == "text" and isinstance(value, Scalar):
            return _text_lines(head, " ".join(value.text.split()))
        if form.form == "lines":
            return self._lines(head, value, form)
        inline = self._inline(value, form)
        if inline is not None and len(head) + 1 + len(inline) <= WIDTH:
            return [f"{head} {inline}"]
        if isinstance(value, Scalar):
            return [f"{head} {inline}"]
        return [head, *_indented(self._nested(value, form))]

    def _expression(self, scalar: Scalar, start: str) -> str:
        """The canonical text of a scalar. Texts that cannot be read are reported, and given back as they are."""
        try:
            return show(self._context.parse(scalar, start))
        except Unresolved:
            return scalar.text

    def _scalar(self, scalar: Scalar, form: Key) -> str:
        if form.form in ("tables", "terms_entry") and scalar.text.rstrip().endswith("%"):
            return " ".join(scalar.text.split())
        if form.start:
            return self._expression(scalar, form.start)
        return " ".join(scalar.text.split())

    # ---- on one line

    def _inline(self, value: Node, form: Key) -> str | None:
        """The value on one line; None where it needs lines of its own."""
        match value:
            case Scalar() if form.form in ("ids",):
                return f"[{emit(value.text, True)}]"
            case Scalar():
                return emit(self._scalar(value, form))
            case Sequence(items=items):
                texts = [self._scalar(i, form) for i in items if isinstance(i, Scalar)]
                if len(texts) < len(items) or not all(_flow_safe(t) for t in texts):
                    return None
                return "[" + ", ".join(emit(t, True) for t in texts) + "]"
            case Mapping():
                pairs = [self._pair(e, value, form) for e in _in_order(value, form)]
                known = [p for p in pairs if p is not None]
                return "{" + ", ".join(known) + "}" if len(known) == len(pairs) else None

    def _pair(self, entry: Entry, parent: Mapping, form: Key) -> str | None:
        inner = inner_key(entry.key.text, parent, form)
        if not isinstance(entry.value, Scalar) or is_readings(parent) or inner.form == "lines":
            inline = None
            if isinstance(entry.value, Scalar) and inner.form == "lines":
                inline = self._expression(entry.value, inner.start)
                inline = emit(inline, True) if _flow_safe(inline) and " and " not in inline else None
            elif inner.form == "ids":
                inline = self._inline(entry.value, inner)
            return f"{emit(self._key(entry, form), True)}: {inline}" if inline is not None else None
        if inner.form == "ids":
            return f"{emit(self._key(entry, form), True)}: {self._inline(entry.value, inner)}"
        text = self._scalar(entry.value, inner)
        if not _flow_safe(text):
            return None
        return f"{emit(self._key(entry, form), True)}: {emit(text, True)}"

    def _key(self, entry: Entry, form: Key) -> str:
        return self._expression(entry.key, "start_time") if form.form == "steps" else entry.key.text

    # ---- on several lines

    def _nested(self, value: Node, form: Key) -> list[str]:
        match value:
            case Mapping():
                out: list[str] = []
                for entry in _in_order(value, form):
                    inner = inner_key(entry.key.text, value, form)
                    out += self._entry(self._key(entry, form), entry.value, inner)
                return out
            case Sequence(items=items):
                return [line for item in items for line in self._item(item, form)]
            case Scalar():
                return [emit(self._scalar(value, form))]

    def _item(self, item: Node, form: Key) -> list[str]:
        if isinstance(item, Mapping):
            inner = self._nested(item, form)
            return [("- " if i == 0 else "  ") + line for i, line in enumerate(inner)]
        if isinstance(item, Scalar):
            return [f"- {emit(self._scalar(item, form))}"]
        return [f"- {emit('')}"]

    def _lines(self, head: str, value: Node, form: Key) -> list[str]:
        if isinstance(value, Mapping) and is_readings(value):
            return [head, *_indented(self._nested(value, form))]
        items: list[str | Mapping] = []
        for item in value.items if isinstance(value, Sequence) else (value,):
            if isinstance(item, Scalar):
                items += self._conjuncts(item)
            elif isinstance(item, Mapping):
                items.append(item)
        if not items:
            return [f"{head} []"]
        if len(items) == 1 and isinstance(only := items[0], str):
            return [f"{head} {emit(only)}"]
        if len(items) == 1 and isinstance(only, Mapping) and is_readings(only):
            return [head, *_indented(self._nested(only, form))]
        out = [head]
        for one in items:
            out += [f"  - {emit(one)}"] if isinstance(one, str) else _indented(self._item(one, form))
        return out

    def _conjuncts(self, scalar: Scalar) -> list[str]:
        try:
            tree = self._context.parse(scalar, "condition")
        except Unresolved:
            return [scalar.text]
        if isinstance(tree, s.Joined) and tree.operator == "and":
            return [show_condition(part) for part in tree.parts]
        return [show(tree)]


def _in_order(node: Mapping, form: Key) -> tuple[Entry, ...]:
    if is_readings(node):
        return _ordered(node, list(_READING_ORDER))
    if node.get("means") is not None:
        return _ordered(node, list(CHOICE_ORDER))
    return _ordered(node, list(form.inside)) if form.inside else node.entries


def _ordered(node: Mapping, order: list[str]) -> tuple[Entry, ...]:
    places = {key: i for i, key in enumerate(order)}
    return tuple(sorted(node.entries, key=lambda e: places.get(e.key.text, len(order))))


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _text_lines(head: str, text: str) -> list[str]:
    """Free text: on the line of its key where it fits, else folded below it."""
    one = f"{head} {emit(text)}"
    if len(one) <= WIDTH + 10:
        return [one]
    if not text or not text.isprintable():
        return [one]
    wrapped = textwrap.wrap(text, WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return [f"{head} >", *(f"  {line}" for line in wrapped)]


# ---- scalars

_SPECIAL_START = re.compile(r"[\s'\"\[\]{}>|*&!%#`@,]|[-?:](?:\s|$)|---|\.\.\.")
_SPECIAL = re.compile(r":(?:\s|$)|\s#|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_FLOW = re.compile(r"[,\[\]{}]|:[,\[\]{}]|^[-?:]")


def _plain(text: str) -> bool:
    return bool(text) and not _SPECIAL_START.match(text) and not _SPECIAL.search(text) and text == text.strip()


def _flow_safe(text: str) -> bool:
    return _plain(text) and not _FLOW.search(text)


def emit(text: str, flow: bool = False) -> str:
    """A scalar as YAML: bare where that is safe, else in quotes.

    >>> emit("d.by is Russia"), emit("a: b"), emit("it's"), emit("'Bosnia and Herzegovina' is a party")
    ('d.by is Russia', "'a: b'", "it's", "'''Bosnia and Herzegovina'' is a party'")
    """
    if _flow_safe(text) if flow else _plain(text):
        return text
    if text.isprintable() or not text:
        return "'" + text.replace("'", "''") + "'"
    escaped = "".join(c if c.isprintable() and c not in '"\\' else _escape(c) for c in text)
    return f'"{escaped}"'


def _escape(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    return f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
