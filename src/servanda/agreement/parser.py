"""The text of one expression to its tree, by the LALR(1) grammar beside this module.

Trees are built while the parser runs, without recursion, and what could nest deeply is counted first: an
expression of any size either parses or is refused with a place.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from servanda.agreement.build import MONTHS, Builder, Refused
from servanda.agreement.expected import Expectation, expectation
from servanda.agreement.syntax import Expression
from servanda.vocabulary.act import vocabulary

STARTS = (
    "amount", "bearer", "ceiling", "condition", "due", "effect", "group", "head", "judge", "kinds", "measure",
    "names", "paths", "position", "ranges", "region", "start_time",
)  # fmt: skip

LONGEST = 400_000  # characters of one expression
DEEPEST = 40  # brackets within brackets
MOST_NESTED = 150  # words that open a nesting: `before`, `of`, `where`, `plus` …


@dataclass(eq=False)
class Problem(Exception):
    """The text is no expression of the kind asked for. Offsets are into the text."""

    code: str
    start: int
    end: int
    args_: dict[str, str]
    case: str | None = None
    second: tuple[int, int] | None = None
    expectation: Expectation | None = None


def parse(text: str, start: str) -> Expression:
    """The tree of `text`, read as the rule `start`. Raises Problem."""
    _bounded(text)
    if not text.strip():
        raise Problem("syntax", 0, 1, {}, "empty")
    try:
        tree = _parser().parse(text, start=start)
    except Refused as refused:
        raise Problem(refused.code, *refused.at, refused.args_, refused.case, second=refused.second) from None
    except UnexpectedInput as error:
        raise _problem(error, text) from None
    return cast("Expression", tree)  # Lark does not know that the builder replaces its trees


@cache
def _parser() -> Lark:
    source = (resources.files("servanda.agreement") / "grammar.lark").read_text(encoding="utf-8")
    verbs = sorted(vocabulary().verbs, key=len, reverse=True)
    filled = (
        source.replace("%VERB%", "|".join(v.replace(" ", r"\s+") for v in verbs))
        .replace("%MONTH%", "|".join(MONTHS))
        .replace("%WORD%", r"[^\W\d_a-z][^\s!-,.\/:-@\[-^`{-~]*")
        .replace("%KEYWORD%", rf"(?:{'|'.join(_AFTER_NUMBERS)})\b")
    )
    return Lark(
        _KEYWORD_LINE.sub(_whole_word, filled),
        parser="lalr",
        start=list(STARTS),
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=Builder(),
    )


_KEYWORD_LINE = re.compile(r'^([A-Z]+): "(\w+)"$', re.MULTILINE)


def _whole_word(found: re.Match[str]) -> str:
    """A keyword matches whole words only, and is tried before names: `iss` is not `is`."""
    terminal, word = found.groups()
    # `States` is a keyword, `States of Africa` a name.
    longer = r"|\s+(?:of\s+)?(?:the\s+)?[A-Z]" if word in ("State", "States") else ""
    # `east` by itself is a value (`s.direction is east`).
    followed = r"(?=\s+of\b)" if word in ("north", "south", "east", "west", "strip") else ""
    return rf"{terminal}.3: /{word}(?![\w-]{longer}){followed}/"


# Words that may follow a number that has no unit.
_AFTER_NUMBERS = ("and", "or", "before", "after", "of", "times", "plus", "minus", "at", "on", "in", "where")

_NESTING = re.compile(r"(?<![\w.'-])(?:before|after|of|where|plus|minus|times|for|not)(?![\w'-])")


def _bounded(text: str) -> None:
    if len(text) > LONGEST:
        raise Problem("expression-too-long", 0, 1, {"limit": f"{LONGEST:,}".replace(",", " ")})
    depth = 0
    for found in re.finditer(r"[()]", text):
        depth += 1 if found.group() == "(" else -1
        if depth > DEEPEST:
            at = found.start()
            raise Problem("nested-too-deep", at, at + 1, {"limit": str(DEEPEST)})
    for opened, found in enumerate(_NESTING.finditer(text), start=1):
        if opened > MOST_NESTED:
            raise Problem("nested-too-deep", found.start(), found.end(), {"limit": str(MOST_NESTED)}, "words")


_SIGNS = {
    ">=": "is at least", "<=": "is at most", "=>": "is at least", "=<": "is at most", "≥": "is at least",
    "≤": "is at most", ">": "is more than", "<": "is less than", "==": "is", "=": "is", "!=": "is not",
    "≠": "is not", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not (…)", "+": "plus", "-": "minus",
    "*": "times", "×": "times",
}  # fmt: skip
_SIGN = re.compile("|".join(re.escape(s) for s in sorted(_SIGNS, key=len, reverse=True)))


def _problem(error: UnexpectedInput, text: str) -> Problem:
    at = _offset(error, text)
    if (sign := _SIGN.match(text, at)) is not None:
        args = {"sign": sign.group(), "words": _SIGNS[sign.group()]}
        return Problem("syntax", at, sign.end(), args, "sign")
    if (comma := re.match(r",\d{3}(?!\d)", text[at:])) is not None and text[at - 1 : at].isdigit():
        return Problem("syntax", at, at + comma.end(), {}, "thousands")
    wanted = expectation(error, text, at)
    if at >= len(text.rstrip()):
        last = len(text.rstrip())
        return Problem("syntax", max(last - 1, 0), last, {"expected": "{expected}"}, "end", None, wanted)
    if not wanted.near and (before := _misspelt(text, at)) is not None:
        return before
    end = _word_end(text, at)
    args = {"found": text[at:end]}
    return Problem("syntax", at, end, args, "near" if wanted.near else None, None, wanted)


def _misspelt(text: str, at: int) -> Problem | None:
    """The word before the place, where it is nearly a keyword: it was read as a value, and was none."""
    found = re.search(r"([A-Za-z]+)\s*$", text[:at])
    if found is None or found[1] in _keywords():
        return None
    near = difflib.get_close_matches(found[1], _keywords(), 1, 0.75)
    if not near:
        return None
    args = {"found": found[1], "near": near[0]}
    return Problem("syntax", found.start(1), found.end(1), args, "near-before")


@cache
def _keywords() -> frozenset[str]:
    source = (resources.files("servanda.agreement") / "grammar.lark").read_text(encoding="utf-8")
    return frozenset(found[2] for found in _KEYWORD_LINE.finditer(source))


def _offset(error: UnexpectedInput, text: str) -> int:
    match error:
        case UnexpectedToken() if error.token.type == "$END":
            return len(text)
        case UnexpectedEOF():
            return len(text)
        case UnexpectedToken() | UnexpectedCharacters():
            return int(error.pos_in_stream or 0)
        case _:
            return 0


def _word_end(text: str, at: int) -> int:
    found = re.match(r"[^\W_][\w-]*|'[^']*'?|.", text[at:], re.DOTALL)
    return at + (found.end() if found else 1)
