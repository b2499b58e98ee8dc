"""One page that needs nothing else: styles and script inside, no request to anywhere, complete without JavaScript.

Every string that comes from a file or a record passes `_esc`; nothing else may enter the markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from itertools import groupby

from servanda.check import Answer
from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.norms.norm import Norm
from servanda.report import brief, details, header, sentences
from servanda.report.folding import Entry, counts, entries
from servanda.report.sentences import SIGNS
from servanda.report.summary import Row, rows
from servanda.vocabulary.verdict import ExplainedLine, Explanation, Outcome, Verdict

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
    found = [(t, rows(t.answer)) for t in told]
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
        f"<li><b>{n}</b>{_outcome(o, details.said_together(answer.verdicts, o, lang))}</li>"
        for o, n in counts(answer.verdicts)
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


def _filters(found: Sequence[tuple[Told, list[Row]]], lang: Lang) -> str:
    everything = [(i, r) for i, (_, several) in enumerate(found) for r in several]
    codes = {b for _, r in everything for b in r.bearers if isinstance(b, str)}
    parties = sorted(((c, sentences.party_name(c, lang)) for c in codes), key=lambda p: details.sort_key(p[1]))
    articles = dict.fromkeys(
        (_article_key(i, r.article), _article_name(found[i][0].answer, r.article, lang, len(found)))
        for i, r in everything
    )
    present = {r.outcome for _, r in everything}
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


def _article_key(number: int, article: str) -> str:
    return f"{number}:{article}"


def _article_name(answer: Answer, article: str, lang: Lang, answers: int) -> str:
    label = say("table.article-label", lang, article=article)
    return label if answers == 1 else f"{answer.agreement.id}, {label}"


# ---- verdicts


def _answer(told: Told, found: list[Row], number: int, lang: Lang) -> str:
    if not found:
        return f"<p>{_say('table.nothing', lang)}</p>"
    title = _esc(told.answer.agreement.title or told.answer.agreement.id)
    by_article = groupby(found, key=lambda r: r.article)
    articles = (_article(told, article, list(group), number, lang) for article, group in by_article)
    return "\n".join([f'<p class="which">{title}</p>', *articles])


def _article(told: Told, article: str, found: list[Row], number: int, lang: Lang) -> str:
    norms = [n for n in told.answer.agreement.norms if n.article == article]
    heading = _heading(article, norms[0].heading if norms else "", lang)
    head = "".join(f'<th scope="col">{_say(f"table.{k}", lang)}</th>' for k in ("party", "outcome", "why"))
    shown = "\n".join(_row(told, row, number, lang) for row in found)
    return (
        f'<section class="article"><header><h2>{_esc(heading)}</h2>{_text(told.answer, norms, lang)}</header>'
        f'<table class="verdicts"><caption>{_esc(heading)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{shown}\n</tbody></table></section>"
    )


def _text(answer: Answer, norms: Sequence[Norm], lang: Lang) -> str:
    """The words of the article, each once, and behind a click the norms that they lay down."""
    words = dict.fromkeys(n.words for n in norms if n.words)
    quoted = "".join(
        f'<blockquote lang="{_esc(answer.agreement.language)}">{_paragraphs(w)}</blockquote>' for w in words
    )
    aloud = "".join(f"<h3><code>{_esc(n.id)}</code></h3>{_paragraphs(n.text)}" for n in norms if n.text)
    return quoted + (_behind(say("explain.norm", lang), aloud) if aloud else "")


def _behind(summary: str, body: str) -> str:
    return f'<details><summary>{_esc(summary)}</summary><div class="panel">{body}</div></details>'


def _heading(article: str, heading: str, lang: Lang) -> str:
    """'Article 5', 'Article 1 · 1(3)'."""
    if not heading:
        return say("table.article-label", lang, article=article)
    return heading if heading.endswith(f" {article}") or not article else f"{heading} · {article}"


def _row(told: Told, row: Row, number: int, lang: Lang) -> str:
    answer = told.answer
    who = _esc(_capital(brief.parties(row, lang)))
    if norms := brief.norms(answer, row, lang):
        who += f' <span class="norm">{_esc(norms.strip())}</span>'
    sentence = brief.sentence(answer, row, lang)
    lines = "".join(f"<li>{_esc(line)}</li>" for line in brief.lines(answer, row, lang))
    said = details.said_together(row.verdicts, row.outcome, lang)
    return (
        f'<tr data-outcome="{sentences.slug(row.outcome)}" {_whose(row)} '
        f'data-article="{_esc(_article_key(number, row.article))}" data-count="{len(row.verdicts)}">'
        f'<th scope="row">{who}</th>'
        f'<td class="verdict">{_outcome(row.outcome, said)}</td>'
        f"<td><p>{_esc(_capital(sentence))}</p>"
        + (f'<ul class="lines">{lines}</ul>' if lines else "")
        + _panel(told, row, lang)
        + "</td></tr>"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _whose(row: Row) -> str:
    """For the filter: the parties, and how many verdicts each has where that is more than one."""
    each = Counter(v.finding.bearer for v in row.verdicts if v.finding.bearer)
    codes = [b for b in row.bearers if isinstance(b, str)]
    named = f'data-parties="{_esc(" ".join(codes))}"'
    if all(each[c] == 1 for c in codes):
        return named
    return f'{named} data-each="{" ".join(str(each[c]) for c in codes)}"'


def _panel(told: Told, row: Row, lang: Lang) -> str:
    """The verdicts behind a row, one by one."""
    found = shown_behind(told.answer, row, lang)
    parts = [(entry, _single(told, entry, lang)) for entry in found]
    if len(parts) == 1:
        body = _under(told.answer, found[0], lang, brief.lines(told.answer, row, lang)) + parts[0][1]
        return _behind(say("page.details", lang), body) if body else ""
    told_each = [
        f"<li><p><b>{_esc(_capital(details.bearers(e, lang)))}:</b> {_esc(e.sentence)}</p>"
        + _under(told.answer, e, lang)
        + (f"<details><summary>{_say('page.details', lang)}</summary>{body}</details>" if body else "")
        + "</li>"
        for e, body in parts
    ]
    return _behind(say("page.one-by-one", lang, count=len(row.verdicts)), f'<ol class="each">{"".join(told_each)}</ol>')


def shown_behind(answer: Answer, row: Row, lang: Lang) -> list[Entry]:
    """The entries behind a row: their first verdicts are those that the page explains."""
    return entries(answer, lang, row.positions)


def _under(answer: Answer, entry: Entry, lang: Lang, said: Sequence[str] = ()) -> str:
    lines = [line for line in details.lines(answer, entry, lang) if line not in said]
    return f'<ul class="lines">{"".join(f"<li>{_esc(line)}</li>" for line in lines)}</ul>' if lines else ""


def _single(told: Told, entry: Entry, lang: Lang) -> str:
    explanation = next((told.explanations[p] for p in entry.positions if p in told.explanations), None)
    parts = _explained(told.answer, explanation, lang) if explanation is not None else []
    return "".join([*parts, *_acts(told.answer, entry, lang)])


def _explained(answer: Answer, explanation: Explanation, lang: Lang) -> list[str]:
    verdict, whose = explanation.verdict, details.whose(explanation, lang)
    parts = [
        f"<p>{_esc(whose)}</p>" if whose else "",
        _lines("explain.conditions", explanation.conditions, verdict, lang),
        _lines("explain.exceptions", explanation.exceptions, verdict, lang),
        _lines(details.time_title(explanation), explanation.time, verdict, lang),
    ]
    if explanation.flips:
        items = "".join(f"<li>{_esc(flip)}</li>" for flip in details.flips(answer, explanation, lang))
        parts.append(f"<h3>{_say('explain.flips', lang)}</h3><ul>{items}</ul>")
    return parts


def _lines(title: str, lines: Sequence[ExplainedLine], verdict: Verdict, lang: Lang) -> str:
    if not lines:
        return ""

    def told(line: ExplainedLine) -> str:
        said = [details.values(line, lang), *details.rivals(line, verdict, lang)]
        return "<br>".join(_esc(one) for one in said if one)

    rows = "".join(
        f'<tr><th scope="row"><code lang="en">{_esc(f"{line.name}: " * bool(line.name) + line.text)}</code></th>'
        f"<td>{_esc(say(details.truth(line), lang))}</td><td>{told(line)}</td></tr>"
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
