"""What is refused: rows of the record that cannot be taken, each with its file, row, column and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

from servanda.errors import Diagnostic, InputError, Phrase, Severity, Span
from servanda.messages import say


@dataclass(frozen=True)
class Reason:
    """Why a value cannot be taken. Of an unknown name the nearest `known` one is sought when the message is made:

    a table may hold more unknown names than anybody is shown. `cases`: with a near name, and without.
    """

    code: str
    plain_case: str | None
    plain_args: Mapping[str, str]
    name: str = ""
    known: Sequence[str] | None = None
    cases: tuple[str, str] = ("near", "none")

    @cached_property
    def _near(self) -> str:
        return near(self.name, self.known or ())

    @property
    def case(self) -> str | None:
        """The wording of the message."""
        return self.plain_case if self.known is None else self.cases[0 if self._near else 1]

    @property
    def args(self) -> Mapping[str, str]:
        """What fills the message."""
        return self.plain_args if self.known is None else {**self.plain_args, "near": self._near}


_QUOTED = 400  # characters of a name or list that a message repeats


class Refused(Exception):
    """One value cannot be taken: the code of the diagnostic and what fills its message."""

    def __init__(self, code: str, case: str | None = None, **args: str) -> None:
        super().__init__(code)
        self.reason = Reason(code, case, args)

    @property
    def code(self) -> str:
        """The code of the diagnostic."""
        return self.reason.code

    @property
    def case(self) -> str | None:
        """The wording of its message."""
        return self.reason.case


@dataclass(frozen=True)
class Refusal:
    """A row that was left out. `row` is the line of a YAML file, the row of a table as a spreadsheet counts it.

    A Parquet file has no header line: its first row is row 1; the first row under a CSV header is row 2.
    """

    file: str
    row: int
    column: str
    value: str
    reason: Reason
    span: Span | None = None
    line_text: str | None = None
    second: Span | None = None
    severity: Literal["error"] = "error"

    @property
    def code(self) -> str:
        """The code of the diagnostic."""
        return self.reason.code

    @property
    def place(self) -> tuple[str, int, int, str]:
        """The order in which refusals are told."""
        span = self.span or Span.at(self.file, self.row)
        return (span.file, span.line, span.column, self.code)

    @property
    def diagnostic(self) -> Diagnostic:
        """The refusal as a diagnostic."""
        return Diagnostic(
            self.code,
            args={"column": self.column, "value": shortened(self.value), **_quoted(self.reason.args)},
            span=self.span or Span.at(self.file, self.row),
            case=self.reason.case,
            severity=self.severity,
            line_text=self.line_text,
            second=self.second,
        )


@dataclass(frozen=True)
class Where:
    """The place of a value: file, row, column, and its span where the file is text."""

    file: str
    row: int
    column: str = ""
    span: Span | None = None
    line_text: str | None = None

    def refuse(self, reason: Refused, value: object = "") -> Refusal:
        """The refusal of the row, for this reason, at this place."""
        return Refusal(self.file, self.row, self.column, written(value), reason.reason, self.span, self.line_text)

    def diagnostic(self, code: str, severity: Severity = "error", case: str | None = None, **args: str) -> Diagnostic:
        """Something to say about this place that refuses no row."""
        return Diagnostic(
            code,
            args={"column": self.column, **args},
            span=self.span or Span.at(self.file, self.row),
            case=case,
            severity=severity,
            line_text=self.line_text,
        )


def _quoted(args: Mapping[str, str]) -> Mapping[str, str]:
    return {key: shortened(text, _QUOTED) for key, text in args.items()}


def phrase(key: str) -> Phrase:
    """A few words of the messages that fill another message."""
    return Phrase(say(key, "en"), say(key, "vi"))


def written(value: object) -> str:
    """A value as it was written, for messages."""
    match value:
        case str():
            return value
        case dict():
            return "{" + ", ".join(f"{k}: {written(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(written(v) for v in value) + "]"
        case None:
            return ""
    return str(value)


def shortened(text: str, length: int = 60) -> str:
    """The head of a long text: a message quotes no more than this."""
    return text if len(text) <= length else text[: length - 1] + "…"


def damaged(shown: str, error: object) -> InputError:
    """A file that cannot be read on, with the head of what the reader says of it."""
    reason = shortened(str(error).split("\n")[0].strip(), 120)
    return InputError([Diagnostic("record-damaged", {"reason": reason}, file=shown)])


def near(name: str, known: Sequence[str]) -> str:
    """The nearest of the known names; empty where none is near. Fills 'did you mean'."""
    if len(name) > 80:
        return ""
    exact = {k.casefold(): k for k in known}
    if (found := exact.get(name.casefold())) is not None:
        return found
    close = get_close_matches(name.casefold(), list(exact), n=1, cutoff=0.7)
    return exact[close[0]] if close else ""


def suggesting(
    code: str, name: str, known: Sequence[str], cases: tuple[str, str] = ("near", "none"), **args: str
) -> Refused:
    """A refusal for an unknown name: one case of the message when a known name is close, another when not."""
    refused = Refused(code)
    refused.reason = Reason(code, None, {"name": shortened(name), **args}, name, known, cases)
    return refused
