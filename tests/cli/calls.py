"""Calls of the command line in this process, and commands whose machinery is replaced by answers made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from report.answers import AGREEMENT, EXPLANATION
from servanda.check import Answer, Question
from servanda.cli import main
from servanda.errors import Diagnostic
from servanda.record.record import Record
from servanda.vocabulary.verdict import Explanation, Verdict


@dataclass(frozen=True)
class Called:
    """What one call did."""

    status: int
    out: str
    err: str


Call = Callable[..., Called]


def calling(capsys: pytest.CaptureFixture[str]) -> Call:
    """A function that calls `servanda` with some words."""

    def call(*words: str) -> Called:
        capsys.readouterr()
        status = main(list(words))
        captured = capsys.readouterr()
        return Called(status, captured.out, captured.err)

    return call


class Named(str):
    """The name of an agreement's file, in place of the agreement."""

    warnings: tuple[Diagnostic, ...] = ()


def answering(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> None:
    """Let `check` and `explain` find these answers, whatever files are named."""
    by_path = {f"{i}.md": a for i, a in enumerate(answers)}

    def hold(agreement: object, record: Record, question: Question) -> Answer:
        return by_path[str(agreement)]

    def explained(answer: Answer, verdict: Verdict) -> Explanation:
        return EXPLANATION

    # An agreement is its path here; only the answer knows the real one.
    monkeypatch.setattr("servanda.cli.inputs.texts.read", lambda path: Named(path.name))
    monkeypatch.setattr("servanda.cli.inputs.load", lambda paths, strict=True, beside=None: Record())
    monkeypatch.setattr("servanda.cli.inputs.hold_against", hold)
    monkeypatch.setattr("servanda.cli.check.explain", explained)
    monkeypatch.setattr("servanda.cli.explain.explain_verdict", explained)
    monkeypatch.setattr("servanda.cli.explain._norms", lambda agreement, asked: _norms(asked))


def _norms(asked: str) -> frozenset[str]:
    return frozenset(n.id for n in AGREEMENT.norms if asked in (n.id, n.article))
