"""A literate Markdown file as front matter, headings, prose and fenced blocks, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from servanda.agreement.source import Source, composed

BlockKind = Literal["front", "terms", "norm", "clause"]
BLOCK_KINDS = ("terms", "norm", "clause")


@dataclass(frozen=True)
class Block:
    """One fenced block, or the front matter: its lines, and where they stand in the file.

    Line `i` of `text` (from 0) is line `first_line + i` of the file, shifted right by `indents[i]` columns.
    `words` is the prose of the article that stands above it. `fence`: the lines (from 0) that the text fills.
    """

    kind: BlockKind
    text: str
    first_line: int
    indents: tuple[int, ...]
    heading: str = ""
    article: str = ""
    words: str = ""

    @property
    def line_count(self) -> int:
        """How many lines of the file the text fills."""
        return len(self.indents)


@dataclass(frozen=True)
class Section:
    """One heading with the prose and the blocks under it."""

    heading: str
    article: str
    level: int
    line: int
    words: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class StrayBlock:
    """A fenced block whose info word is nearly that of a block: `norms`, `Norm`."""

    info: str
    line: int


@dataclass(frozen=True)
class Document:
    """The file: its front matter, and its sections in order. The first may have no heading."""

    front: Block | None
    sections: tuple[Section, ...]
    strays: tuple[StrayBlock, ...] = ()
    unclosed_front: bool = False
    unclosed_blocks: tuple[int, ...] = ()  # lines on which a block begins that the file never closes

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All fenced blocks in the order of the file."""
        return tuple(b for s in self.sections for b in s.blocks)


def read_markdown(source: Source) -> Document:
    """Cut the file into its parts. Never fails: whatever is not a block is prose."""
    lines = source.text.split("\n")
    front, body_from, unclosed = _front_matter(lines)
    blank = [""] * body_from + lines[body_from:]
    reader = _Reader(lines)
    for token in _tokens("\n".join(blank)):
        reader.take(token)
    return Document(front, reader.sections(), tuple(reader.strays), unclosed, tuple(reader.unclosed))


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _tokens(text: str) -> list[Token]:
    return _markdown().parse(text)


def _front_matter(lines: list[str]) -> tuple[Block | None, int, bool]:
    if not lines or lines[0].rstrip() != "---":
        return None, 0, False
    for i in range(1, len(lines)):
        if lines[i].rstrip() in ("---", "..."):
            inner = [composed(line) for line in lines[1:i]]
            return Block("front", "\n".join(inner) + "\n", 2, (0,) * len(inner)), i + 1, False
    return None, 0, True


class _Reader:
    """Gathers tokens into sections."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._done: list[Section] = []
        self._heading, self._level, self._line = "", 0, 1
        self._article = ""
        self._blocks: list[Block] = []
        self._words: list[str] = []  # since the heading
        self._since: list[str] = []  # since the block before
        self._in_heading = False
        self.strays: list[StrayBlock] = []
        self.unclosed: list[int] = []

    def take(self, token: Token) -> None:
        """One token of the block structure, in order."""
        match token.type:
            case "heading_open":
                self._close()
                self._in_heading = True
                self._level = int(token.tag[1:])
                self._line = (token.map or [0])[0] + 1
            case "inline" if self._in_heading:
                self._heading = _plain(token.content)
                self._article = article_label(self._heading)
            case "heading_close":
                self._in_heading = False
            case "inline":
                self._words.append(_plain(token.content))
                self._since.append(self._words[-1])
            case "fence":
                self._fence(token)

    def sections(self) -> tuple[Section, ...]:
        """What was gathered."""
        self._close()
        return tuple(self._done)

    def _close(self) -> None:
        if self._heading or self._blocks or self._words:
            words = "\n".join(self._words)
            section = Section(self._heading, self._article, self._level, self._line, words, tuple(self._blocks))
            self._done.append(section)
        self._heading, self._article = "", ""
        self._blocks, self._words, self._since = [], [], []

    def _fence(self, token: Token) -> None:
        info = token.info.strip().split()[0] if token.info.strip() else ""
        first = (token.map or [0])[0] + 1
        if info not in BLOCK_KINDS:
            if info.lower().rstrip("s") in ("norm", "clause", "term") or info.lower() in BLOCK_KINDS:
                self.strays.append(StrayBlock(info, first))
            return
        if not self._closed(token):
            self.unclosed.append(first)
        content = token.content.split("\n")
        if content and content[-1] == "":
            content.pop()
        indents = tuple(self._indent(first + i, line) for i, line in enumerate(content))
        words = "\n".join(self._since or self._words)
        text = composed("\n".join(content)) + "\n"
        kind: BlockKind = "terms" if info == "terms" else "norm" if info == "norm" else "clause"
        self._blocks.append(Block(kind, text, first + 1, indents, self._heading, self._article, words))
        self._since = []

    def _closed(self, token: Token) -> bool:
        """Whether a line ends the block: CommonMark lets one that nobody closed run to the end of the file."""
        first, after = token.map or [0, 0]
        last = self._lines[after - 1].strip("> \t") if first + 1 < after <= len(self._lines) else ""
        return len(last) >= len(token.markup) and set(last) == set(token.markup)

    def _indent(self, index: int, line: str) -> int:
        raw = self._lines[index] if index < len(self._lines) else ""
        return len(raw) - len(line) if raw.endswith(line) else 0


def _plain(text: str) -> str:
    return composed(" ".join(text.split()))


_ARTICLE_WORDS = "articles?|art\\.?|điều|статья|статьи|ст\\.|section|annex|protocol|phụ lục|приложение"
_LABEL = re.compile(
    rf"^(?:(?P<word>{_ARTICLE_WORDS})\s+)?(?P<number>[0-9]+[a-z]?|[IVXLC]+)(?P<inner>(?:\([\w]+\))*)"
    r"(?:(?:\s*,)?\s*(?:paragraph|para\.?|khoản|пункт|п\.)\s*(?P<paragraph>\w+))?"
    r"(?=$|[\s.:,;\u2013\u2014-])",
    re.IGNORECASE,
)


def article_label(heading: str) -> str:
    """The label of the article that a heading names: its number, with the paragraph in brackets.

    >>> article_label("Article 4, paragraph 2: bases"), article_label("Điều 5"), article_label("5. Missiles")
    ('4(2)', '5', '5')
    >>> article_label("Preamble")
    ''
    """
    found = _LABEL.match(heading.strip())
    if found is None:
        return ""
    if found["word"] is None and heading.strip()[found.end() : found.end() + 1] not in (".", ":", ""):
        return ""
    paragraph = f"({found['paragraph']})" if found["paragraph"] else ""
    return found["number"] + found["inner"] + paragraph
