"""Reports as text: rich tables on a terminal, the same words without colour when piped.

Every string that comes from a file passes `printable`: a name may hold escapes that would steer the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from servanda.check import Answer
from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.report import brief, details, header, sentences, summary
from servanda.report.console import paged
from servanda.report.folding import Entry, counts, entries
from servanda.report.sentences import SIGNS, Sign
from servanda.vocabulary.verdict import ExplainedLine, Explanation, Outcome, Verdict


def print_summary(answer: Answer, out: TextIO, lang: Lang, above: Answer | None = None) -> None:
    """The header, a few rows for each paragraph, and the count of each outcome.

    `above`: an answer that is printed before, whose assumptions need not be told twice.
    """
    with paged(out) as page:
        _print_short_header(page, answer, above, lang)
        table = _rows(page, answer, lang)
        page.print()
        _print_table(page, table, answer, lang)
        if answer.verdicts:
            page.print(_text(say("brief.hint", lang), "dim"))


def _rows(page: Console, answer: Answer, lang: Lang) -> Table:
    frame = box.SIMPLE_HEAD if _unicode(page) else box.ASCII
    table = Table(box=frame, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column(say("table.article-short", lang), min_width=4, max_width=8, overflow="fold")
    table.add_column(say("table.outcome", lang), min_width=12, max_width=15, overflow="fold")
    table.add_column(say("table.party-and-why", lang), ratio=1, overflow="fold")
    before: tuple[str, str] = ("", "")
    for row in summary.rows(answer):
        said = details.said_together(row.verdicts, row.outcome, lang)
        article = row.article if row.article != before[0] else ""
        outcome = Text() if (row.article, said) == before else signed(page, row.outcome, said)
        table.add_row(_text(article, "bold"), outcome, _briefly(answer, row, lang))
        before = (row.article, said)
    return table


def _briefly(answer: Answer, row: summary.Row, lang: Lang) -> Text:
    who = brief.parties(row, lang)
    said = say("brief.row", lang, parties="\0", sentence=brief.sentence(answer, row, lang)).replace("\0", "")
    text = _text(who[:1].upper() + who[1:], "bold")
    text.append_text(_text(brief.norms(answer, row, lang), "dim")).append_text(_text(said))
    return _with_lines(text, brief.lines(answer, row, lang))


def print_answer(answer: Answer, out: TextIO, lang: Lang) -> None:
    """The header, every verdict by article and party, and the count of each outcome."""
    with paged(out) as page:
        _print_header(page, answer, lang)
        _print_table(page, _verdicts(page, answer, entries(answer, lang), lang), answer, lang)


def _print_table(page: Console, table: Table, answer: Answer, lang: Lang) -> None:
    if answer.verdicts:
        page.print(table)
        if not table.show_edge:
            page.print()
        page.print(_tally(page, answer, lang))
    else:
        page.print(Text(say("table.nothing", lang)))


def _print_short_header(page: Console, answer: Answer, above: Answer | None, lang: Lang) -> None:
    """The same assumptions, one behind the other."""
    page.print(_text(answer.agreement.title or answer.agreement.id, "bold"))
    told = header.assumptions(answer, lang)
    said = header.assumptions(above, lang) if above else []
    text = Text()
    for label, value in told:
        if (label, value) not in said:
            text.append("; " if text else "").append_text(_text(f"{label}: ", "dim")).append_text(_text(value))
    if said:
        text.append("; " if text else "").append_text(_text(say("brief.header-same", lang)))
    page.print(text.append("."))
    page.print(_text(header.disclaimer(lang), "italic"))


def _print_header(page: Console, answer: Answer, lang: Lang) -> None:
    page.print(_text(answer.agreement.title or answer.agreement.id, "bold"))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in header.assumptions(answer, lang):
        table.add_row(_text(label), _text(value))
    page.print(table)
    page.print(_text(header.disclaimer(lang), "italic"))
    page.print()


def _verdicts(page: Console, answer: Answer, found: Iterable[Entry], lang: Lang) -> Table:
    table = _table(page, lang)
    article = None
    for entry in found:
        if article not in (None, entry.article):
            table.add_section()
        label = entry.article if entry.article != article else ""
        table.add_row(
            _text(label, "bold"),
            _text(details.bearers(entry, lang)),
            _outcome(page, entry, lang),
            _why(answer, entry, lang),
        )
        article = entry.article
    return table


def _table(page: Console, lang: Lang) -> Table:
    table = Table(box=box.SIMPLE_HEAD if _unicode(page) else box.ASCII, pad_edge=False, expand=True)
    table.add_column(say("table.article", lang), min_width=5, max_width=12, overflow="fold")
    table.add_column(say("table.party", lang), min_width=10, max_width=22, overflow="fold")
    table.add_column(say("table.outcome", lang), min_width=12, max_width=19, overflow="fold")
    table.add_column(say("table.why", lang), ratio=1, overflow="fold")
    return table


def _outcome(page: Console, entry: Entry, lang: Lang) -> Text:
    verdict = entry.first
    return signed(page, verdict.outcome, sentences.said_outcome(verdict.outcome, lang, verdict.over))


def signed(page: Console, outcome: Outcome, words: str) -> Text:
    """The outcome with its sign and colour."""
    sign = SIGNS[outcome]
    return Text(f"{_mark(page, sign)} {words}", sign.colour)


def _mark(page: Console, sign: Sign) -> str:
    return sign.mark if _unicode(page) else sign.plain


def _unicode(page: Console) -> bool:
    return page.encoding.lower().startswith("utf")


def _why(answer: Answer, entry: Entry, lang: Lang) -> Text:
    return _with_lines(_text(entry.sentence), details.lines(answer, entry, lang))


def _with_lines(text: Text, lines: Iterable[str]) -> Text:
    for line in lines:
        text.append("\n")
        text.append_text(_text(line, "dim"))
    return text


def _tally(page: Console, answer: Answer, lang: Lang) -> Text:
    text = Text()
    for outcome, count in counts(answer.verdicts):
        text.append(", " if text else "")
        text.append_text(signed(page, outcome, f"{details.said_together(answer.verdicts, outcome, lang)}: {count}"))
    before, _, after = say("table.summary", lang, counts="\0").partition("\0")
    return Text(before).append_text(text).append(after)


def _text(value: str, style: str = "") -> Text:
    return Text("\n".join(printable(line) for line in value.splitlines()) or "", style)


# ---- explanations


def print_explanation(answer: Answer, explanation: Explanation, out: TextIO, lang: Lang) -> None:
    """One verdict in one screen: its words, its conditions with value and source, and what would change it."""
    with paged(out) as page:
        _print_explanation(page, answer, explanation, lang)


def _print_explanation(page: Console, answer: Answer, explanation: Explanation, lang: Lang) -> None:
    verdict, finding = explanation.verdict, explanation.verdict.finding
    norm = next((n for n in answer.agreement.norms if n.id == finding.norm), None)
    who = sentences.bearer(answer, verdict)
    title = " · ".join(t for t in (norm.heading if norm else "", finding.norm, sentences.party_name(who, lang)) if t)
    page.print(_text(title, "bold"))
    said = sentences.said_outcome(verdict.outcome, lang, verdict.over)
    page.print(signed(page, verdict.outcome, said))
    page.print(_text(sentences.reason(answer, verdict, lang)))
    one = Entry(finding.norm, norm.article if norm else "", (verdict,), (0,), "", (who,))
    for line in details.lines(answer, one, lang):
        page.print(_text(line, "dim"))
    if norm is not None:
        _print_block(page, say("explain.text", lang), [_text(norm.words or norm.heading)])
        _print_block(page, say("explain.norm", lang), [_text(norm.text)])
    if whose := details.whose(explanation, lang):
        page.print()
        page.print(_text(whose, "italic"))
    _print_lines(page, "explain.conditions", explanation.conditions, verdict, lang)
    _print_lines(page, "explain.exceptions", explanation.exceptions, verdict, lang)
    _print_lines(page, details.time_title(explanation), explanation.time, verdict, lang)
    _print_block(page, say("explain.acts", lang), [_act(answer, a, lang) for a in details.acts_of(answer, finding)])
    _print_block(page, say("explain.flips", lang), [_text(f) for f in details.flips(answer, explanation, lang)])
    page.print()
    page.print(_text(header.briefly(answer, lang), "dim"))
    page.print(_text(header.disclaimer(lang), "italic"))


def _print_block(page: Console, title: str, body: list[Text]) -> None:
    if not body:
        return
    page.print()
    page.print(Text(title, "bold"))
    for paragraph in body:
        page.print(Padding(paragraph, (0, 0, 0, 2)))


def _print_lines(page: Console, title: str, lines: Iterable[ExplainedLine], verdict: Verdict, lang: Lang) -> None:
    body = []
    for line in lines:
        outcome = _SIGN_OF_TRUTH[details.truth(line)]
        text = signed(page, outcome, say(details.truth(line), lang))
        text.append_text(_text(f"  {line.name + ': ' if line.name else ''}{line.text}"))
        for told in filter(None, [details.values(line, lang), *details.rivals(line, verdict, lang)]):
            text.append("\n    ").append_text(_text(told, "dim"))
        body.append(text)
    _print_block(page, say(title, lang), body)


# A condition that is met is no good or bad news; the signs only say yes, no and unknown.
_SIGN_OF_TRUTH = {
    "explain.met": Outcome.COMPLIED,
    "explain.not-met": Outcome.NOT_ENGAGED,
    "explain.unknown": Outcome.UNDETERMINED,
}


def _act(answer: Answer, act: str, lang: Lang) -> Text:
    shown = []
    for attribute, value in answer.acts[act].items():
        if value and attribute not in ("id", "kind", "by", "start", "until", "sources"):
            name = sentences.attribute_name(attribute, lang)
            shown.append(f"{name}: {sentences.act_value(attribute, value, lang)}")
    text = _text(sentences.act_phrase(answer, act, lang))
    if sources := answer.acts[act].get("sources"):
        shown.append(say("explain.sources", lang, sources=sources))
    return text.append("\n    ").append_text(_text("; ".join(shown), "dim")) if shown else text
