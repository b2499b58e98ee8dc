"""Where a thing stands in a file, and what is wrong with it.

Everything a user can get wrong is answered by a `Diagnostic`; exceptions are raised only to carry
diagnostics out, or when a promise of our own is broken.

    ServandaError
    └── InputError          one or more diagnostics: the input is wrong, exit status 2
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from servanda.messages import Lang, say

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a text file. Lines and columns count from 1; `end_column` is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @staticmethod
    def at(file: str, line: int, column: int = 1, width: int = 1) -> Span:
        """The span of `width` characters at one place of one line."""
        return Span(file, line, column, line, column + width)


class Phrase(str):
    """An argument of a message that is itself said in a language: a list of words that were expected, say.

    The value is the English; `vi` the Vietnamese.
    """

    vi: str

    def __new__(cls, en: str, vi: str) -> Phrase:
        """The phrase in both languages."""
        phrase = super().__new__(cls, en)
        phrase.vi = vi
        return phrase


def _said(args: Mapping[str, str], lang: Lang) -> dict[str, str]:
    return {k: v.vi if lang == "vi" and isinstance(v, Phrase) else v for k, v in args.items()}


@dataclass(frozen=True)
class Diagnostic:
    """One thing to mend.

    `code` is stable, names a page in `docs/reference/errors/` and the entry `[CODE]` of a message file
    whose `message` and `hint` are filled with `args`. `case` picks another wording of the same code
    (entry `[CODE.CASE]`). `line_text` is the line the span stands in, as written.
    """

    code: str
    args: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None
    file: str | None = None
    case: str | None = None
    severity: Severity = "error"
    line_text: str | None = None
    article: str | None = None
    second: Span | None = None

    @property
    def place(self) -> tuple[str, int, int, str]:
        """The order in which diagnostics are reported."""
        if self.span is None:
            return (self.file or "", 0, 0, self.code)
        return (self.span.file, self.span.line, self.span.column, self.code)

    def message(self, lang: Lang = "en") -> str:
        """What is wrong, in one sentence."""
        return say(self._entry + ".message", lang, **_said(self.args, lang))

    def hint(self, lang: Lang = "en") -> str:
        """What to do about it; empty where the message says it all."""
        return say(self._entry + ".hint", lang, **_said(self.args, lang))

    @property
    def _entry(self) -> str:
        return f"{self.code}.{self.case}" if self.case else self.code


class ServandaError(Exception):
    """Base of every exception that Servanda raises on purpose."""


class InputError(ServandaError):
    """The input is wrong: carries every diagnostic found, sorted by place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(sorted(diagnostics, key=lambda d: d.place))
        super().__init__("; ".join(d.message() for d in self.diagnostics))


def printable(text: str) -> str:
    """`text` with control characters, escapes and what cannot be seen shown as escapes: names are data.

    >>> printable("a\\x1b[31mb\\u202e")
    'a\\\\x1b[31mb\\\\u202e'
    """
    return _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"


# Control characters; halves of letters; marks that steer direction (Unicode TR 9); what takes no room on the line.
_SIGNS = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
)
# Joiners belong to the writing of Persian, say, and of many in India; between other letters nobody sees them.
_UNSEEN = re.compile(
    f"[{_SIGNS}\ud800-\udfff]|(?<![\u0600-\u0dff\u200d\u2600-\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)


def render(diagnostic: Diagnostic, lang: Lang = "en") -> str:
    """The diagnostic as printed: place, message, code; the line with a caret; the article; the hint.

    agreement.md:41:11: unknown party "Sovet Union" [unknown-party]
       41 |   bearer: Sovet Union
          |           ^^^^^^^^^^^
       in Article III
       hint: did you mean "Soviet Union"?
    """
    lines = [f"{_where(diagnostic)}{printable(diagnostic.message(lang))} [{diagnostic.code}]"]
    if diagnostic.span is not None and diagnostic.line_text is not None:
        lines += _caret(diagnostic.span, diagnostic.line_text)
    if diagnostic.second is not None:
        second = diagnostic.second
        other = f"{printable(second.file)}:{second.line}:{second.column}"
        lines.append("   " + say("render.second", lang, place=other))
    if diagnostic.article:
        lines.append("   " + say("render.article", lang, article=printable(diagnostic.article)))
    if hint := diagnostic.hint(lang):
        lines.append("   " + say("render.hint", lang, hint=printable(hint)))
    return "\n".join(lines)


def _where(diagnostic: Diagnostic) -> str:
    if diagnostic.span is not None:
        return f"{printable(diagnostic.span.file)}:{diagnostic.span.line}:{diagnostic.span.column}: "
    return f"{printable(diagnostic.file)}: " if diagnostic.file else ""


_WIDTH = 100  # of the excerpt: a line of a megabyte is shown around its caret only


def _caret(span: Span, line: str) -> list[str]:
    start = max(0, span.column - 1)
    cut = max(0, start - _WIDTH // 2)
    shown = line[cut : cut + _WIDTH]
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    width = max(1, min(end, cut + len(shown)) - start)
    head = printable(shown[: start - cut])
    body = printable(shown[start - cut : start - cut + width])
    number = str(span.line).rjust(5)
    prefix = "…" if cut else ""
    return [
        f"{number} | {prefix}{printable(shown)}{'…' if cut + _WIDTH < len(line) else ''}",
        f"{' ' * 5} | {' ' * (len(prefix) + len(head))}{'^' * max(1, len(body))}",
    ]
