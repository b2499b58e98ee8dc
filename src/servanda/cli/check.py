"""`servanda check`: agreements held against a record."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TextIO

from servanda.check import Answer, explain
from servanda.cli.inputs import Inputs, read_inputs
from servanda.cli.output import check_outputs, standard_data, standard_output, warn, write_text, write_whole
from servanda.cli.parsing import Arguments
from servanda.cli.progress import working
from servanda.errors import Diagnostic, InputError
from servanda.messages import Lang
from servanda.report import export, html, picture, summary, terminal
from servanda.report.rows import CONDITIONS_UP_TO, rows
from servanda.vocabulary.verdict import Explanation, Outcome

_OPEN = (Outcome.PENDING, Outcome.OVERDUE, Outcome.UNDETERMINED, Outcome.DEPENDS, Outcome.AWAITS)


def check(arguments: Arguments, lang: Lang) -> int:
    """Print or write the verdicts; the status tells the gravest of them."""
    _check_outputs(arguments)
    with working("reading", lang):
        inputs = read_inputs(arguments, arguments.operands)
    warn(inputs.warnings(), lang)
    with working("checking", lang):
        answers = inputs.answers(lang)
        report = _report(arguments, inputs, answers, lang)
    report()
    return status(answers)


def status(answers: Sequence[Answer]) -> int:
    """1: something is breached. 3: nothing breached, something open. 0: neither."""
    outcomes = {v.outcome for a in answers for v in a.verdicts}
    if Outcome.BREACHED in outcomes:
        return 1
    return 3 if outcomes.intersection(_OPEN) else 0


def _check_outputs(arguments: Arguments) -> None:
    """What stands in the way of writing is told before the work, not after it."""
    wrong = check_outputs(arguments, "output", "map")
    if arguments.one("format") == "parquet" and arguments.one("output") is None:
        wrong.append(Diagnostic("missing-option", {"format": "parquet"}, case="output"))
    drawing = arguments.one("map")
    if drawing is not None and Path(drawing).suffix.casefold() not in ("", ".svg"):
        wrong.append(Diagnostic("bad-map-file", {"path": drawing, "stem": Path(drawing).stem}))
    output = arguments.one("output")
    if output and drawing and os.path.realpath(output) == os.path.realpath(drawing):
        wrong.append(Diagnostic("cannot-write", {"option": "--map", "path": drawing}, case="twice"))
    if wrong:
        raise InputError(wrong)


def _report(arguments: Arguments, inputs: Inputs, answers: list[Answer], lang: Lang) -> Callable[[], None]:
    """What is left to do when everything is computed: writing."""
    drawings = _drawings(arguments, inputs, answers, lang)
    path = arguments.one("output")
    form = arguments.one("format") or "text"
    write = _writer("details" if form == "text" and arguments.given("details") else form, answers, drawings, lang)

    def finish() -> None:
        if (map_path := arguments.one("map")) is not None:
            drawn = next((svg for svg in drawings if svg is not None), "")
            write_text("--map", Path(map_path), drawn)
        if path is None:
            with standard_output() if form == "text" else standard_data() as out:
                write(out)
        else:
            write_whole("--output", Path(path), write)

    return finish


def _drawings(arguments: Arguments, inputs: Inputs, answers: list[Answer], lang: Lang) -> list[str | None]:
    """A map of each agreement that has acts with a place; of one at least, be it without acts."""
    if not arguments.given("map"):
        return [None] * len(answers)
    placed = [picture.has_places(a, inputs.record) for a in answers]
    placed[0] = placed[0] or not any(placed)
    return [picture.draw(a, inputs.record, lang) if has else None for a, has in zip(answers, placed, strict=True)]


def _writer(
    form: str, answers: list[Answer], drawings: list[str | None], lang: Lang
) -> Callable[[TextIO | Path], None]:
    match form:
        case "text":
            return _textual(partial(_print_summaries, answers, lang))
        case "details":
            return _textual(partial(_print_all, answers, lang))
        case "html":
            told = [html.Told(a, _explained(a, _shown(a, lang)), svg) for a, svg in zip(answers, drawings, strict=True)]
            page = html.page(told, lang)
            return _textual(lambda out: out.write(page))
    table = [(a, list(rows(a, lang, _explained(a, range(len(a.verdicts)))))) for a in answers]
    match form:
        case "jsonl":
            return _textual(partial(export.write_jsonl, table))
        case "csv":
            return _textual(partial(export.write_csv, table))
        case _:
            return partial(_parquet, table)


def _shown(answer: Answer, lang: Lang) -> list[int]:
    """The verdicts that a page explains: one of each that say the same."""
    return [e.positions[0] for row in summary.rows(answer) for e in html.shown_behind(answer, row, lang)]


def _explained(answer: Answer, positions: Sequence[int]) -> dict[int, Explanation]:
    if len(positions) >= CONDITIONS_UP_TO:
        return {}
    return {p: explain(answer, answer.verdicts[p]) for p in positions}


def _print_summaries(answers: list[Answer], lang: Lang, out: TextIO) -> None:
    above: Answer | None = None
    for answer in answers:
        out.write("\n" if above else "")
        terminal.print_summary(answer, out, lang, above)
        above = answer


def _print_all(answers: list[Answer], lang: Lang, out: TextIO) -> None:
    for position, answer in enumerate(answers):
        if position:
            out.write("\n")
        terminal.print_answer(answer, out, lang)


def _textual(write: Callable[[TextIO], object]) -> Callable[[TextIO | Path], None]:
    """A writer of text that writes to a stream or to a file in UTF-8."""

    def write_to(target: TextIO | Path) -> None:
        if isinstance(target, Path):
            text = StringIO()
            write(text)
            target.write_text(text.getvalue(), encoding="utf-8", errors="backslashreplace", newline="\n")
        else:
            write(target)

    return write_to


def _parquet(table: export.Table, target: TextIO | Path) -> None:
    assert isinstance(target, Path), "parquet is written to files only"
    export.write_parquet(table, target)
