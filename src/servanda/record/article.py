"""A report as it was saved: which lines are the article, and which are links, teasers, repeats and counters.

A page saved as text carries more claims than its article makes: teasers of other reports stand under it. Only the
article is evidence, so every line gets a role and none is thrown away.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class Role(StrEnum):
    """What a line of a saved report is."""

    BLANK = "blank"
    TITLE = "title"
    BYLINE = "byline"
    BODY = "body"
    CAPTION = "caption"
    REPEAT = "repeat"
    PROMOTION = "promotion"
    RELATED = "related"  # links and teasers of other reports
    COMMENTS = "comments"


@dataclass(frozen=True)
class Line:
    """One line of the file, counted from 1, as written."""

    number: int
    text: str
    role: Role


@dataclass(frozen=True)
class Article:
    """The lines of a report with their roles, and what the page says of itself."""

    lines: tuple[Line, ...]
    language: str | None
    title: str | None
    publisher: str | None  # the medium that names itself at the head of the report
    credit: str | None  # whose report it is said to be
    published: date | None

    @property
    def body(self) -> tuple[Line, ...]:
        """The lines that are the article's own claims."""
        return tuple(line for line in self.lines if line.role is Role.BODY)


@cache
def cues() -> dict[str, Any]:
    """The words of `cues.toml`."""
    return tomllib.loads((resources.files(__package__) / "cues.toml").read_text(encoding="utf-8"))


def _any_language(section: str) -> tuple[str, ...]:
    return tuple(word for words in cues()[section].values() for word in words)


def read_article(text: str) -> Article:
    """Give every line its role, in one pass from the top. Deterministic; no line is lost."""
    texts = unicodedata.normalize("NFC", text).splitlines()
    title: str | None = None
    seen: set[str] = set()
    over = False
    lines: list[Line] = []
    for number, written in enumerate(texts, 1):
        line = written.strip()
        role = _role(line, title, seen, over)
        if role is Role.TITLE:
            title = line
        over = over or role in (Role.RELATED, Role.COMMENTS) or (role is Role.BODY and line.endswith("./."))
        seen.add(line)
        lines.append(Line(number, written, role))
    return _described(tuple(lines), title)


def _role(line: str, title: str | None, seen: set[str], over: bool) -> Role:
    folded = line.casefold()
    if not line:
        return Role.BLANK
    if _is_counter(folded):
        return Role.COMMENTS
    if folded.rstrip(":").rstrip() in _any_language("sections"):
        return Role.RELATED
    if folded.startswith(_any_language("promotion")):
        return Role.PROMOTION
    if over:
        return Role.RELATED
    if title is None:
        return Role.TITLE
    if line in seen:
        return Role.REPEAT
    if _is_caption(line, title):
        return Role.CAPTION
    return Role.BYLINE if _is_byline(line) else Role.BODY


def _is_counter(folded: str) -> bool:
    words = "|".join(_any_language("comments"))
    return re.fullmatch(rf"\(?\d+\)?\s*(?:{words})|(?:{words})\s*:?\s*\(?\d+\)?", folded) is not None


def _is_caption(line: str, title: str) -> bool:
    """The credit of a picture, or the title again with the number of a picture."""
    credit = "|".join(_any_language("picture"))
    if re.search(rf"\((?:{credit})\s*:[^)]*\)\s*$", line, re.I):
        return True
    return line.startswith(title) and re.fullmatch(r"\s*[-–—]?\s*\d{0,3}", line[len(title) :]) is not None


_DATE = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b|\b(\d{4})-(\d{2})-(\d{2})\b")
_SHORT = 120


def _is_byline(line: str) -> bool:
    """A short line that credits somebody, or holds little beside a date."""
    if len(line) > _SHORT:
        return False
    found = _DATE.search(line)
    bare = found is not None and len(_DATE.sub("", line)) < _SHORT // 2 and not line.endswith((".", "!", "?"))
    return _credit(line) is not None or bare


def _credit(line: str) -> str | None:
    words = "|".join(_any_language("credit"))
    found = re.search(rf"\(?\b(?:{words})\s*:\s*([^)|]+)\)?", line, re.I)
    return found[1].strip() if found and len(line) <= _SHORT else None


def _described(lines: tuple[Line, ...], title: str | None) -> Article:
    own = [line for line in lines if line.role in (Role.BYLINE, Role.BODY)]
    bylines = [line.text for line in own if line.role is Role.BYLINE]
    return Article(
        lines,
        language_of(" ".join(line.text for line in own) or (title or "")),
        title,
        next((found for line in own if (found := _publisher(line.text))), None),
        next((found for text in bylines if (found := _credit(text))), None),
        next((day for text in bylines if (day := _full_date(text))), None),
    )


def _publisher(line: str) -> str | None:
    """The medium before a dash at the head of a report: 'REUTERS - ', 'VOV.VN – '."""
    found = re.match(r"\s*([A-ZĐ][\w.]*[A-Z0-9Đ](?: [A-ZĐ][\w.]*)?)\s*[-–—]\s+\S", line)
    return found[1] if found and len(found[1]) <= 30 else None


def _full_date(text: str) -> date | None:
    for found in _DATE.finditer(text):
        day, month, year, y, m, d = found.groups()
        try:
            return date(int(year), int(month), int(day)) if year else date(int(y), int(m), int(d))
        except ValueError:
            continue
    return None


_VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)


def language_of(text: str) -> str | None:
    """'vi', 'ru' or 'en' by script, letters and commonest words; None where none is likely."""
    letters = sum(c.isalpha() for c in text) or 1
    if sum("\u0400" <= c <= "\u04ff" for c in text) / letters > 0.5:
        return "ru"
    if len(_VIETNAMESE.findall(text)) / letters > 0.05:
        return "vi"
    words = re.findall(r"[a-z]+", text.casefold())
    common = sum(w in cues()["stop"]["en"] for w in words)
    return "en" if words and common / len(words) > 0.1 else None


def day_mentioned(text: str, published: date | None) -> date | None:
    """The first day that a text names: in full, or day and month with the year taken from the publication.

    A day without a year is the last such day not later than a month after the report.
    """
    if (full := _full_date(text)) is not None:
        return full
    found = re.search(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", text)
    if found is None or published is None:
        return None
    for year in (published.year + 1, published.year, published.year - 1):
        try:
            day = date(year, int(found[2]), int(found[1]))
        except ValueError:
            continue
        if (day - published).days <= 31:
            return day
    return None
