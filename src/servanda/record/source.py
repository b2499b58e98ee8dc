"""A report enters the record: its digest, what the page says of itself, and the acts that a person may find in it.

What is written is a skeleton. A machine proposes kinds, parties and days as remarks; the values say `todo`, and a
record that still says `todo` is refused, so no fact enters that no person has read.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from servanda.errors import Diagnostic, InputError, printable
from servanda.record.article import Article, cues, day_mentioned, read_article
from servanda.record.files import MAX_YAML, decoded, unreadable
from servanda.record.refusal import phrase
from servanda.vocabulary.party import parties

_MAX_PROPOSED = 3


@dataclass(frozen=True)
class Quotation:
    """A sentence of the article: line and characters of the line from 1, the end excluded, and what it may tell."""

    line: int
    start: int
    end: int
    text: str
    kinds: tuple[str, ...]
    parties: tuple[str, ...]
    day: str | None


def add_source(report: Path, output: Path | None = None) -> Path:
    """Write the skeleton of a record for a saved report; by default beside it, as `NAME.yaml`.

    Raises InputError when the report cannot be read, holds no article, or the output exists already.
    """
    data = _bytes_of(report)
    target = output or report.with_suffix(".yaml")
    text = skeleton(data, report.name).encode("utf-8")
    created = False
    try:
        with target.open("xb") as file:
            created = True
            file.write(text)
    except FileExistsError:
        raise InputError([Diagnostic("source-exists", file=str(target))]) from None
    except OSError as error:
        if created:
            target.unlink(missing_ok=True)
        args = {"option": "source add", "path": str(target), "reason": error.strerror or str(error)}
        raise InputError([Diagnostic("cannot-write", args, case="other")]) from None
    return target


def _bytes_of(report: Path) -> bytes:
    shown = str(report)
    try:
        found = report.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputError([Diagnostic("record-unreadable", {"reason": phrase("record-no-file")}, file=shown)])
        if found.st_size > MAX_YAML:
            raise InputError([Diagnostic("record-too-large", {"limit": str(MAX_YAML // 2**20)}, file=shown)])
        return report.read_bytes()
    except FileNotFoundError:
        raise InputError([Diagnostic("record-missing", file=shown)]) from None
    except (OSError, ValueError) as error:
        raise InputError([unreadable(shown, error)]) from None


def skeleton(data: bytes, name: str) -> str:
    """The skeleton as YAML text: the same bytes and name give the same text."""
    article = read_article(decoded(data, name))
    if not article.body:
        raise InputError([Diagnostic("source-no-text", file=name)])
    source = _id(name)
    lines = [
        "# Proposed by `servanda source add`. A person reads each quotation, puts a value for every todo,",
        "# and deletes the acts that the report does not tell. What others would have said is no act.",
        "sources:",
        *_source(article, source, name, hashlib.sha256(data).hexdigest()),
        "acts:",
    ]
    found = list(quotations(article))
    for number, quotation in enumerate(found, 1):
        lines += _act(f"{source}-{number}", source, quotation)
    if not found:
        lines[-1] = "acts: []"
    return "\n".join(lines) + "\n"


def quotations(article: Article) -> Iterator[Quotation]:
    """The sentences of the article that may speak of an act, in order."""
    for line in article.body:
        for start, end in _sentences(line.text):
            text = line.text[start:end]
            kinds = _kinds(text, article.language)
            if kinds:
                day = day_mentioned(text, article.published)
                yield Quotation(
                    line.number, start + 1, end + 1, text, kinds, _parties(text), day.isoformat() if day else None
                )


_END = re.compile(r"[.!?…]+[\"”’»)]*(?=\s+[\"“«(]?[^\W\d_a-z])|\s*$")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = len(text) - len(text.lstrip())
    for found in _END.finditer(text):
        end = found.end() if found[0].strip() else found.start()
        if end > start:
            yield start, end
            start = end + len(text[end:]) - len(text[end:].lstrip())


def _kinds(text: str, language: str | None) -> tuple[str, ...]:
    """The kinds whose words stand in the sentence, in the order in which the words come."""
    folded = text.casefold()
    at: dict[str, int] = {}
    for kind, words in cues()["kinds"].get(language, {}).items():
        places = [m.start() for w in words if (m := re.search(rf"\b{re.escape(w)}\b", folded))]
        if places:
            at[kind] = min(places)
    return tuple(sorted(at, key=lambda k: (at[k], k))[:_MAX_PROPOSED])


def _parties(text: str) -> tuple[str, ...]:
    """The parties named in a text, in order; of two names at one place the longer."""
    found: dict[str, int] = {}
    taken: list[tuple[int, int]] = []
    for name in sorted({n for n in parties().names() if len(n) > 1}, key=lambda n: (-len(n), n)):
        if name not in text:
            continue
        for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if any(a < m.end() and m.start() < b for a, b in taken):
                continue
            taken.append(m.span())
            code = parties().code(name)
            assert code is not None, "a name of a party has a code"
            found[code] = min(found.get(code, m.start()), m.start())
    return tuple(sorted(found, key=lambda c: found[c])[:_MAX_PROPOSED])


def _source(article: Article, id_: str, name: str, digest: str) -> list[str]:
    published = article.published.isoformat() if article.published else None
    credit = f"  # credited to {printable(article.credit)}" if article.credit else ""
    return [
        f"- id: {_quoted(id_)}",
        f"  publisher: {_quoted(article.publisher or 'todo')}{credit}",
        "  owner: todo  # who owns or funds the publisher",
        f"  title: {_quoted(article.title or 'todo')}",
        f"  date: {published or 'todo  # the page does not date itself: infer it, and say so'}",
        f"  date-inferred: {'no' if published else 'todo'}",
        f"  language: {article.language or 'todo'}",
        f"  digest: sha256:{digest}",
        f"  file: {_quoted(name)}",
    ]


def _act(id_: str, source: str, quotation: Quotation) -> list[str]:
    place = f"line {quotation.line}, characters {quotation.start}-{quotation.end}"
    return [
        f"- id: {_quoted(id_)}",
        f"  kind: todo  # {' or '.join(_kind_remark(k) for k in quotation.kinds)}",
        f"  by: todo{_remark(quotation.parties)}",
        f"  start: todo{_remark((quotation.day,) if quotation.day else ())}",
        f"  source: {_quoted(source)}",
        f"  note: {_quoted(f'{place}: {quotation.text}')}",
    ]


def _kind_remark(kind: str) -> str:
    return "a denial: write it under assertions, stance denies" if kind == "denial" else kind


def _remark(values: tuple[str, ...]) -> str:
    return f"  # {' or '.join(values)}" if values else ""


def _quoted(text: str) -> str:
    """A text as a YAML scalar on one line."""
    return "'" + _UNWRITTEN.sub(lambda m: printable(m[0]), text.replace("'", "''").replace("\n", " ")) + "'"


# What a record refuses to read is written as an escape: a quotation is for somebody who looks it up.
_UNWRITTEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _id(name: str) -> str:
    stem = name.rsplit(".", 1)[0]
    return re.sub(r"[^\w-]+", "-", stem).strip("-") or "source"
