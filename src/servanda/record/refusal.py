"""What is refused: rows of the record that cannot be taken, each with its file, row, column and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from servanda.errors import Diagnostic, InputError, Phrase, Severity, Span
from servanda.messages import say


class Refused(Exception):
    """One value cannot be taken: the code of the diagnostic and what fills its message."""

    def __init__(self, code: str, case: str | None = None, **args: str) -> None:
        super().__init__(code)
        self.code = code
        self.case = case
        self.args_of_message = args


@dataclass(frozen=True)
class Refusal:
    """A row that was left out. `row` is the line of a YAML file, the row of a table as a spreadsheet counts it.

    A Parquet file has no header line: its first row is row 1; the first row under a CSV header is row 2.
    """

    file: str
    row: int
    column: str
    value: str
    code: str
    case: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None
    line_text: str | None = None
    second: Span | None = None
    severity: Literal["error"] = "error"

    @property
    def diagnostic(self) -> Diagnostic:
        """The refusal as a diagnostic."""
        return Diagnostic(
            self.code,
            args={"column": self.column, "value": shortened(self.value), **self.args},
            span=self.span or Span.at(self.file, self.row),
            case=self.case,
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
        return Refusal(
            self.file,
            self.row,
            self.column,
            written(value),
            reason.code,
            reason.case,
            reason.args_of_message,
            self.span,
            self.line_text,
        )

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


def near(name: str, known: list[str]) -> str:
    """The nearest of the known names; empty where none is near. Fills 'did you mean'."""
    if len(name) > 80:
        return ""
    exact = {k.casefold(): k for k in known}
    if (found := exact.get(name.casefold())) is not None:
        return found
    close = get_close_matches(name.casefold(), list(exact), n=1, cutoff=0.7)
    return exact[close[0]] if close else ""


def suggesting(code: str, name: str, known: list[str], **args: str) -> Refused:
    """A refusal for an unknown name: case `near` when a known name is close, case `none` when not."""
    close = near(name, known)
    return Refused(code, "near" if close else "none", name=shortened(name), near=close, **args)
