"""`servanda explain`: one verdict in one screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from servanda.check import Answer
from servanda.check import explain as explain_verdict
from servanda.cli.check import status
from servanda.cli.inputs import Inputs, read_inputs
from servanda.cli.output import standard_output, warn
from servanda.cli.parsing import Arguments, suggesting
from servanda.cli.progress import working
from servanda.errors import Diagnostic, InputError
from servanda.messages import Lang
from servanda.norms.norm import Agreement
from servanda.report import terminal
from servanda.vocabulary.party import parties
from servanda.vocabulary.verdict import Verdict


def explain(arguments: Arguments, lang: Lang) -> int:
    """Print the verdicts asked for, each with its words, conditions and sources."""
    inputs = read_inputs(arguments, arguments.operands)
    warn(inputs.warnings(), lang)
    norms = _norms(inputs.agreements[0], arguments.one("norm") or "")
    bearer = _bearer(arguments.one("bearer"))
    act = arguments.one("act")
    asked_for = {k: arguments.one(k) or "" for k in ("norm", "bearer", "act")}
    with working("checking", lang):
        answer, asked = _asked(inputs, lambda v: _fits(v, norms, bearer, act), lang)
        if not asked.verdicts:
            case = "-and-".join(k for k in ("bearer", "act") if asked_for[k]) or "norm"
            raise InputError([Diagnostic("no-such-verdict", asked_for, case=case)])
        told = [explain_verdict(answer, v) for v in asked.verdicts]
    with standard_output() as out:
        for position, explanation in enumerate(told):
            out.write("\n" if position else "")
            terminal.print_explanation(answer, explanation, out, lang)
    return status([asked])


def _norms(agreement: Agreement, asked: str) -> frozenset[str]:
    """The norms of that id, or of that article: '5' and '4(2)' are what a reader sees in a report."""
    ids = frozenset(n.id for n in agreement.norms if asked in (n.id, n.article))
    if not ids:
        known = [n.id for n in agreement.norms]
        raise InputError([suggesting("unknown-norm", asked, known, option="--norm")])
    return ids


def _bearer(name: str | None) -> str | None:
    if name is None:
        return None
    code = parties().code(name)
    if code is None:
        raise InputError([suggesting("unknown-party", name, parties().names(), option="--bearer")])
    return code


def _asked(inputs: Inputs, fits: Callable[[Verdict], bool], lang: Lang) -> tuple[Answer, Answer]:
    """The answer, and the same with only the verdicts asked for. Asked for by name, every row counts."""
    everything = replace(inputs, question=replace(inputs.question, everything=True))
    for attempt in (inputs, everything):
        (answer,) = attempt.answers(lang)
        asked = replace(answer, verdicts=tuple(filter(fits, answer.verdicts)))
        if asked.verdicts:
            break
    return answer, asked


def _fits(verdict: Verdict, norms: frozenset[str], bearer: str | None, act: str | None) -> bool:
    found = verdict.finding
    acts = {found.act, *found.witnesses, *(value for _, value in found.occasion)}
    return found.norm in norms and bearer in (None, found.bearer) and (act is None or act in acts)
