"""What a syntax error expected, in words: terminals of the grammar as a lawyer would name them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from servanda.messages import Lang, say

# Terminals that are not one word: message `expected.KEY`.
_NAMED = {
    "NAME": "name", "SHORTNAME": "name", "IDENT": "variable", "ATTRIBUTE": "attribute", "NUMBER": "number",
    "DATE": "date", "UNIT": "unit", "ID": "norm-id", "VERB": "verb", "MONTHDAY": "month-day", "ORDINAL": "ordinal",
    "DEGREES": "degrees",
    "$END": "end",
}  # fmt: skip
_MARKS = {"LPAR": "(", "RPAR": ")", "COMMA": ",", "DOT": ".", "SLASH": "/", "PERCENT": "%"}
# A keyword is shown with the words that always go with it.
_PHRASES = {
    "AT": "at least", "MORE": "more than", "LESS": "less than", "ONE": "one of", "LATER": "later of",
    "EARLIER": "earlier of", "LENGTH": "length of", "ENTRY": "entry into force", "STATE": "State",
    "STATES": "States", "JUDGEMENT": "judgement of", "SAME": "same measure on", "BORDER": "border",
    "INTERNAL": "internal waters", "CONTIGUOUS": "contiguous zone", "STRIP": "strip of",
    "MEMBER": "member of", "MEMBERS": "members of",
}  # fmt: skip
_SHOWN = 6


@dataclass(frozen=True)
class Expectation:
    """What could stand at the place, and the keyword that the word found there is nearly."""

    terminals: tuple[str, ...]
    near: str = ""

    def sentence(self, lang: Lang) -> str:
        """A list in words: '"is", "has" or "."'."""
        names = [*(say(f"expected.{_NAMED[t]}", lang) for t in self.terminals if t in _NAMED)]
        names += [f'"{word(t)}"' for t in self.terminals if t not in _NAMED]
        names = list(dict.fromkeys(names))
        if len(names) > _SHOWN:
            names = [*names[:_SHOWN], say("expected.more", lang)]
        if len(names) < 2:
            return "".join(names)
        return ", ".join(names[:-1]) + say("expected.or", lang) + names[-1]


def word(terminal: str) -> str:
    """How a keyword or a mark is written."""
    return _MARKS.get(terminal) or _PHRASES.get(terminal) or terminal.lower()


def expectation(error: UnexpectedInput, text: str, at: int) -> Expectation:
    """What the parser could have taken at `at`."""
    found: set[str] = set()
    match error:
        case UnexpectedToken():
            found = set(error.accepts or error.expected)
        case UnexpectedCharacters():
            found = set(error.allowed or ())
    terminals = tuple(sorted(found, key=_order))
    written = re.match(r"[A-Za-z-]+", text[at:])
    words = {t.lower(): t for t in terminals if t not in _NAMED and t not in _MARKS}
    near = difflib.get_close_matches(written.group().lower(), words, 1, 0.7) if written else []
    return Expectation(terminals, word(words[near[0]]) if near else "")


def _order(terminal: str) -> tuple[int, str]:
    if terminal == "$END":
        return (3, "")
    if terminal in _NAMED:
        return (0, terminal)
    return (1, terminal) if terminal not in _MARKS else (2, terminal)
