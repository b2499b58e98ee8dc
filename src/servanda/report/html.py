"""One page that needs nothing else: styles and script inside, no request to anywhere, complete without JavaScript.

Every string that comes from a file or a record passes `_esc`; nothing else may enter the markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from itertools import groupby

from servanda.check import Answer
from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.norms.norm import Norm
from servanda.report import details, header, sentences
from servanda.report.folding import Entry, counts, entries
from servanda.report.sentences import SIGNS
from servanda.vocabulary.verdict import ExplainedLine, Explanation, Outcome

# Above so many panels the article's words stand once, over its table, and not in every panel.
_WORDS_IN_PANELS_UP_TO = 500

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class Told:
    """An answer and what the page tells with it: explanations by position, and a map as SVG."""

    answer: Answer
    explanations: Mapping[int, Explanation]
    svg: str | None = None


def page(told: Sequence[Told], lang: Lang) -> str:
    """The whole page, for one agreement or several."""
    title = say("page.title", lang, title=", ".join(t.answer.agreement.title or t.answer.agreement.id for t in told))
    found = [(t, entries(t.answer, lang)) for t in told]
    body = [
        f'<a class="skip" href="#verdicts">{_say("page.skip", lang)}</a>',
        *(_head_of_answer(t, i, lang) for i, t in enumerate(told)),
        _filters(found, lang),
        '<main id="verdicts">',
        *(_answer(t, e, i, lang) for i, (t, e) in enumerate(found)),
        f'<p class="none-left" role="status" hidden>{_say("page.none-left", lang)}</p>',
        "</main>",
        _footer(told, lang),
        f"<script>{_asset('page.js')}</script>",
    ]
    head = (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_esc(title)}</title>\n<style>{_asset('page.css')}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def _asset(name: str) -> str:
    return (resources.files("servanda.report") / name).read_text(encoding="utf-8")


def _esc(text: str) -> str:
    return escape("\n".join(printable(line) for line in text.splitlines()))


def _say(key: str, lang: Lang, **args: object) -> str:
    return _esc(say(key, lang, **args))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_esc(p)}</p>" for p in text.split("\n\n") if p.strip())


# ---- the head: what the verdicts rest on


def _head_of_answer(told: Told, number: int, lang: Lang) -> str:
    answer = told.answer
    level = "h1" if number == 0 else "h2"
    status = say(f"status.{answer.assumptions.status.replace(' ', '-')}", lang)
    return "\n".join(
        [
            '<header class="answer">',
            f'<p class="kicker">Servanda · {_esc(answer.agreement.id)}</p>',
            f"<{level}>{_esc(answer.agreement.title or answer.agreement.id)}</{level}>",
            f'<p class="status">{_esc(status)}</p>',
            f'<p class="disclaimer">{_esc(header.disclaimer(lang))}</p>',
            _tally(answer, lang),
            _assumptions(answer, lang),
            _map(told, lang),
            "</header>",
        ]
    )


def _tally(answer: Answer, lang: Lang) -> str:
    items = "".join(
        f"<li><b>{n}</b>{_outcome(o, sentences.said_outcome(o, lang))}</li>" for o, n in counts(answer.verdicts)
    )
    return f'<ul class="tally" aria-label="{_say("page.summary", lang)}">{items}</ul>' if items else ""


def _outcome(outcome: Outcome, words: str) -> str:
    sign = f'<i aria-hidden="true">{SIGNS[outcome].mark}</i>'
    return f'<span class="outcome {sentences.slug(outcome)}">{sign} {_esc(words)}</span>'


def _assumptions(answer: Answer, lang: Lang) -> str:
    rows = "".join(f"<dt>{_esc(k)}</dt><dd>{_esc(v)}</dd>" for k, v in header.assumptions(answer, lang))
    return (
        f'<details class="assumptions" open><summary>{_say("page.assumptions", lang)}</summary>'
        f"<dl>{rows}</dl></details>"
    )


def _map(told: Told, lang: Lang) -> str:
    if told.svg is None:
        return ""
    drawing = told.svg[told.svg.index("<svg") :]  # an XML declaration may not stand inside HTML
    return f'<figure aria-label="{_say("page.map", lang)}">{drawing}</figure>'


# ---- filters


def _filters(found: Sequence[tuple[Told, list[Entry]]], lang: Lang) -> str:
    everything = [(i, e) for i, (_, rows) in enumerate(found) for e in rows]
    codes = {b for _, e in everything for b in e.bearers if b}
    parties = sorted(((c, sentences.party_name(c, lang)) for c in codes), key=lambda p: details.sort_key(p[1]))
    articles = dict.fromkeys(
        (_article_key(i, e), _article_name(found[i][0].answer, e, lang, len(found))) for i, e in everything
    )
    present = {e.first.outcome for _, e in everything}
    outcomes = [
        (sentences.slug(o), f"{s.mark} {sentences.said_outcome(o, lang)}") for o, s in SIGNS.items() if o in present
    ]
    return (
        '<form class="filters" hidden>'
        + _select("party", say("table.party", lang), say("page.all-parties", lang), parties)
        + _select("article", say("table.article", lang), say("page.all-articles", lang), articles)
        + _select("outcome", say("table.outcome", lang), say("page.all-outcomes", lang), outcomes)
        + f'<button type="reset">{_say("page.clear", lang)}</button>'
        + f'<span><output name="count" aria-live="polite"></output> {_say("page.shown", lang)}</span></form>'
    )


def _select(name: str, label: str, every: str, options: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{_esc(value)}">{_esc(text)}</option>' for value, text in options)
    return f'<label>{_esc(label)}<select name="{name}"><option value="">{_esc(every)}</option>{listed}</select></label>'


def _article_key(number: int, entry: Entry) -> str:
    return f"{number}:{entry.article}"


def _article_name(answer: Answer, entry: Entry, lang: Lang, answers: int) -> str:
    label = say("table.article-label", lang, article=entry.article)
    return label if answers == 1 else f"{answer.agreement.id}, {label}"


# ---- verdicts


def _answer(told: Told, found: list[Entry], number: int, lang: Lang) -> str:
    if not found:
        return f"<p>{_say('table.nothing', lang)}</p>"
    norms = {n.id: n for n in told.answer.agreement.norms}
    words_in_panels = len(found) <= _WORDS_IN_PANELS_UP_TO
    by_article = groupby(found, key=lambda e: e.article)
    return "\n".join(_article(told, list(group), norms, number, lang, words_in_panels) for _, group in by_article)


def _article(
    told: Told, found: list[Entry], norms: Mapping[str, Norm], number: int, lang: Lang, words_in_panels: bool
) -> str:
    first = norms.get(found[0].norm)
    heading = _heading(found[0].article, first.heading if first else "", lang)
    head = "".join(f'<th scope="col">{_say(f"table.{k}", lang)}</th>' for k in ("party", "outcome", "why"))
    rows = "\n".join(_row(told, e, norms.get(e.norm), number, lang, words_in_panels) for e in found)
    words = _quoted(told.answer, first) if first and first.words else ""
    return (
        f'<section class="article"><header><h2>{_esc(heading)}</h2>{words}</header>'
        f'<table class="verdicts"><caption>{_esc(heading)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table></section>"
    )


def _quoted(answer: Answer, norm: Norm) -> str:
    return f'<blockquote lang="{_esc(answer.agreement.language)}">{_paragraphs(norm.words)}</blockquote>'


def _heading(article: str, heading: str, lang: Lang) -> str:
    """'Article 5', 'Article 1 · 1(3)'."""
    if not heading:
        return say("table.article-label", lang, article=article)
    return heading if heading.endswith(f" {article}") or not article else f"{heading} · {article}"


def _row(told: Told, entry: Entry, norm: Norm | None, number: int, lang: Lang, words_in_panels: bool) -> str:
    verdict = entry.first
    parties = " ".join(b for b in entry.bearers if b)
    lines = "".join(f"<li>{_esc(line)}</li>" for line in details.lines(told.answer, entry, lang))
    said = sentences.said_outcome(verdict.outcome, lang, verdict.over)
    return (
        f'<tr data-outcome="{sentences.slug(verdict.outcome)}" data-parties="{_esc(parties)}" '
        f'data-article="{_esc(_article_key(number, entry))}" data-count="{len(entry.verdicts)}">'
        f'<th scope="row">{_esc(details.bearers(entry, lang))}</th>'
        f'<td class="verdict">{_outcome(verdict.outcome, said)}</td>'
        f"<td><p>{_esc(entry.sentence)}</p>"
        + (f'<ul class="lines">{lines}</ul>' if lines else "")
        + _panel(told, entry, norm, lang, words_in_panels)
        + "</td></tr>"
    )


def _panel(told: Told, entry: Entry, norm: Norm | None, lang: Lang, words_in_panels: bool) -> str:
    explanation = next((told.explanations[p] for p in entry.positions if p in told.explanations), None)
    parts = []
    if norm is not None:
        if words_in_panels and norm.words:
            parts.append(f"<h3>{_say('page.words', lang)}</h3><blockquote>{_paragraphs(norm.words)}</blockquote>")
        parts.append(f"<h3>{_say('explain.norm', lang)} <code>{_esc(norm.id)}</code></h3>{_paragraphs(norm.text)}")
    if explanation is not None:
        parts += _explained(explanation, lang)
    parts += _acts(told.answer, entry, lang)
    if not parts:
        return ""
    body = f'<div class="panel">{"".join(parts)}</div>'
    return f"<details><summary>{_say('page.details', lang)}</summary>{body}</details>"


def _explained(explanation: Explanation, lang: Lang) -> list[str]:
    due = [explanation.due] if explanation.due else []
    parts = [
        _lines("explain.conditions", explanation.conditions, lang),
        _lines("explain.exceptions", explanation.exceptions, lang),
        _lines("explain.due", due, lang),
    ]
    if explanation.flips:
        items = "".join(f"<li>{_esc(flip)}</li>" for flip in details.flips(explanation, lang))
        parts.append(f"<h3>{_say('explain.flips', lang)}</h3><ul>{items}</ul>")
    return parts


def _lines(title: str, lines: Sequence[ExplainedLine], lang: Lang) -> str:
    if not lines:
        return ""
    rows = "".join(
        f'<tr><th scope="row"><code lang="en">{_esc(f"{line.name}: " * bool(line.name) + line.text)}</code></th>'
        f"<td>{_esc(say(details.truth(line), lang))}</td><td>{_esc(details.values(line, lang))}</td></tr>"
        for line in lines
    )
    return f"<h3>{_say(title, lang)}</h3><table><tbody>{rows}</tbody></table>"


def _acts(answer: Answer, entry: Entry, lang: Lang) -> list[str]:
    named = details.acts_of(answer, entry.first.finding)
    if not named:
        return []
    items = "".join(f"<li>{_esc(_act(answer, act, lang))}</li>" for act in named)
    return [f"<h3>{_say('explain.acts', lang)}</h3><ul>{items}</ul>"]


def _act(answer: Answer, act: str, lang: Lang) -> str:
    sources = answer.acts[act].get("sources")
    told = f" [{say('explain.sources', lang, sources=sources)}]" if sources else ""
    return sentences.act_phrase(answer, act, lang) + told


def _footer(told: Sequence[Told], lang: Lang) -> str:
    versions = sorted({t.answer.assumptions.version for t in told})
    return f"<footer><p>{_esc(header.disclaimer(lang))}</p><p>Servanda {_esc(', '.join(versions))}</p></footer>"
