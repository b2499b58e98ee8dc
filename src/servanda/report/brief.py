"""What stands beside a row of the summary: one sentence with an example, on what it depends, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, takewhile

from servanda.check import Answer
from servanda.messages import Lang, catalogue, say
from servanda.report import details, sentences
from servanda.report.facts import common_facts, listed, listed_or
from servanda.report.sentences import SIGNS, UNDISPUTED
from servanda.report.summary import NAMED, Row, things
from servanda.vocabulary.verdict import Alternative, Outcome, Reason, Verdict

_SOME = 50  # verdicts of a row that are read to see whether all say the same
_FACTS, _LINE = 3, 54  # named under a row, and what of them still fits in a line
_CHOICES = 4  # readings named under a row
_OPEN = (Outcome.UNDETERMINED, Outcome.OVERDUE, Outcome.DEPENDS)


def parties(row: Row, lang: Lang) -> str:
    """Who: up to three names, or how many Parties."""
    if row.reason is Reason.NO_CONDUCT:
        return say("brief.all-parties", lang)
    if len(row.bearers) > NAMED:
        return details.how_many(len(row.bearers), row.reason, lang)
    return ", ".join(sorted((sentences.party_name(b, lang) for b in row.bearers), key=details.sort_key))


def sentence(answer: Answer, row: Row, lang: Lang) -> str:
    """Why, in one sentence, with the example that tells most."""
    one, number = example(answer, row), _number(row)
    for case in _cases(row, number):
        if case in catalogue():
            named, count = _named(answer, row, one, lang), say(f"brief.{_noun(row)}", lang, count=number)
            return say(case, lang, example=named, count=count, whose=_whose(row, lang))
    said = dict.fromkeys(sentences.reason(answer, v, lang) for v in row.verdicts[:_SOME])
    if len(said) == 1:
        return _begun(next(iter(said)))
    count = say(f"brief.{_noun(row)}", lang, count=max(number, len(said)))
    who, why = sentences.party_name(sentences.bearer(answer, one), lang), sentences.reason(answer, one, lang)
    key = "brief.for-example-of" if len(row.bearers) > 1 else "brief.for-example"
    return say(key, lang, count=count, who=who, sentence=_begun(why))


def _begun(text: str) -> str:
    """As it stands behind a colon: messages begin small, and only names and marks do not."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _cases(row: Row, number: int) -> list[str]:
    """The wordings to try, the most telling first."""
    reason = f"brief.{row.reason.value}"
    keys = [f"{reason}-{sentences.slug(row.outcome)}", reason]
    if row.reason is Reason.NO_COVERAGE and not any(sentences.too_late(v.finding) for v in row.verdicts):
        keys = [reason]
    if not any(things(v) for v in row.verdicts):
        keys = [f"{key}-silent" for key in keys] + keys
    return [f"{key}-one" for key in keys if number == 1] + keys


def _number(row: Row) -> int:
    """How many acts or cases stand behind the row; where there are none, how many verdicts."""
    about: set[object] = set()
    for verdict in row.verdicts:
        found = verdict.finding
        about.update([(found.bearer, found.scope)] if found.scope and found.act is None else things(verdict))
    return len(about) or len(row.verdicts)


def _noun(row: Row) -> str:
    found = [v.finding for v in row.verdicts]
    if any(f.act is not None or (f.witnesses and not f.scope) for f in found):
        return "acts"
    return "pairs" if all(f.counterparty for f in found) and len(found) > NAMED else "cases"


def _whose(row: Row, lang: Lang) -> str:
    codes = sorted({p for v in row.verdicts for p in v.finding.owed_judgement})
    names = [sentences.party_name(c, lang) for c in codes]
    if len(names) > NAMED:
        return say("party.several", lang, count=len(names))
    return listed_or(names, lang) or say("judge.unnamed", lang)


def norms(answer: Answer, row: Row, lang: Lang) -> str:
    """Which norms of the paragraph speak, where others say something else: ' [organisation]'."""
    every = [n.id.split(".") for n in answer.agreement.norms if n.article == row.article]
    if len(row.norms) == len(every) or not every:
        return ""
    common = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, zip(*every, strict=False)))
    named = [_short(n) for n in row.norms if n.count(".") >= common]
    return say("brief.norms", lang, norms=", ".join(named)) if 0 < len(named) == len(row.norms) < NAMED else ""


def _short(norm: str) -> str:
    """The last part of its id: what tells it from the others of its paragraph."""
    return norm.split(".")[-1].replace("-", " ")


# ---- the example


def example(answer: Answer, row: Row) -> Verdict:
    """The verdict that tells most: a breach in somebody's eyes first, then one whose scope is known, then one on which
    accounts differ, then one of which an act can be named, then what most sources report, then the first."""

    def weight(item: tuple[int, Verdict]) -> tuple[object, ...]:
        position, verdict = item
        breach = any(a.outcome is Outcome.BREACHED for a in verdict.alternatives)
        unknown = sum(value is None for _, value in verdict.finding.scope)
        return (
            not breach,
            unknown,
            "account" not in verdict.over,
            not things(verdict),
            -_sources(answer, verdict),
            position,
        )

    return min(enumerate(row.verdicts), key=weight)[1]


def _sources(answer: Answer, verdict: Verdict) -> int:
    listed = answer.acts.get(sentences.deed(verdict) or "", {}).get("sources", "")
    return listed.count(",") + bool(listed)


def _named(answer: Answer, row: Row, verdict: Verdict, lang: Lang) -> str:
    """The act, or what the sum is taken for: 'exercise zapad-2021 (10 September 2021)', 'host Poland'.

    The party is named where the row names another or several.
    """
    found = verdict.finding
    codes = [who for who in row.bearers if isinstance(who, str)]
    alone = codes[0] if len(row.bearers) == len(codes) == 1 else None
    if found.act is None and found.scope:
        scope = tuple((path, value) for path, value in found.scope if value is None or value != alone)
        if scope or not found.witnesses:
            return details.scope(replace(found, scope=scope or found.scope), lang)
    if act := sentences.deed(verdict):
        return sentences.act_phrase(answer, act, lang, known=alone)
    return sentences.party_name(sentences.bearer(answer, verdict), lang)


# ---- the lines under the sentence


def lines(answer: Answer, row: Row, lang: Lang) -> list[str]:
    """On what it depends, shown for the example; what is not known; justifications that are claimed."""
    one = example(answer, row)
    told = _depends(answer, row, one, lang) if row.outcome is Outcome.DEPENDS else []
    told += [unknown(row, lang)] if row.outcome in _OPEN and row.reason is not Reason.NO_COVERAGE else []
    claimed = list(dict.fromkeys(j for v in row.verdicts for j in sentences.claimed(answer, v)))
    if claimed:
        act = sentences.act_phrase(answer, claimed[0], lang)
        told.append(say("brief.claimed", lang, act=act) + _more(len(claimed) - 1, lang))
    return [line for line in told if line]


def _more(count: int, lang: Lang) -> str:
    return say("brief.more", lang, count=count) if count > 0 else ""


def _depends(answer: Answer, row: Row, one: Verdict, lang: Lang) -> list[str]:
    """On what the example depends; where the same act is told of several that differ, of each."""
    said: dict[str, list[Verdict]] = {}
    for verdict in row.verdicts:
        if things(verdict) == things(one):
            said.setdefault(depends(verdict, lang), []).append(verdict)
    if len(said) == 1:
        return list(said)
    shown = list(said.items()) if len(said) <= NAMED else [(depends(one, lang), [one])]
    return [
        say("brief.row", lang, parties=_apart(answer, verdicts, row, lang), sentence=text)
        for text, verdicts in shown
        if text
    ]


def _apart(answer: Answer, verdicts: Sequence[Verdict], row: Row, lang: Lang) -> str:
    """What tells verdicts on the same act apart: to whom it is owed, else who owes it, else which norm, else when."""
    if len({v.finding.counterparty for v in row.verdicts}) > 1:
        owed = (sentences.party_name(v.finding.counterparty, lang) for v in verdicts)
        return say("brief.towards", lang, parties=_few(owed, lang))
    if len(row.bearers) > 1:
        return _few((sentences.party_name(sentences.bearer(answer, v), lang) for v in verdicts), lang)
    if len(row.norms) > 1:
        return _few((_short(v.finding.norm) for v in verdicts), lang)
    return _few((sentences.period(answer, v.finding, lang) for v in verdicts), lang)


def _few(words: Iterable[str], lang: Lang) -> str:
    each = list(dict.fromkeys(words))
    return listed(each[:NAMED], lang) + _more(len(each) - NAMED, lang)


def depends(verdict: Verdict, lang: Lang) -> str:
    """'Russia: complied; Ukraine: breached; undisputed and 9 more: undetermined'; or the readings."""
    by_account = _outcomes((a.account or UNDISPUTED, a.outcome) for a in verdict.alternatives)
    if "account" in verdict.over and len(set(by_account.values())) > 1:
        return _joined(by_account, _accounts, lang)
    return _by_reading(verdict.alternatives, lang)


Outcomes = tuple[Outcome, ...]


def _outcomes(pairs: Iterable[tuple[str, Outcome]]) -> dict[str, Outcomes]:
    found: dict[str, set[Outcome]] = {}
    for name, outcome in pairs:
        found.setdefault(name, set()).add(outcome)
    return {name: tuple(o for o in SIGNS if o in outcomes) for name, outcomes in found.items()}


def _joined(by_name: dict[str, Outcomes], naming: object, lang: Lang) -> str:
    assert callable(naming)
    groups: dict[Outcomes, list[str]] = {}
    for name, outcomes in by_name.items():
        groups.setdefault(outcomes, []).append(name)
    ordered = sorted(groups.items(), key=lambda g: (UNDISPUTED in g[1], len(g[1])))
    return "; ".join(f"{naming(names, lang)}: {_said(outcomes, lang)}" for outcomes, names in ordered)


def _said(outcomes: Outcomes, lang: Lang) -> str:
    return listed_or((sentences.said_outcome(o, lang) for o in outcomes), lang)


def _accounts(names: Sequence[str], lang: Lang) -> str:
    others = [n for n in names if n != UNDISPUTED]
    if len(others) < len(names):
        told = say("brief.undisputed", lang)
        return say("brief.undisputed-and", lang, count=len(others)) if others else told
    named = ", ".join(sentences.short_name(n, lang) for n in others[:NAMED])
    return named + _more(len(others) - NAMED, lang)


def _by_reading(alternatives: Sequence[Alternative], lang: Lang) -> str:
    """The one reading that decides most."""
    told: list[tuple[int, dict[str, Outcomes]]] = []
    for name in sentences.differing_readings(alternatives):
        choices = _outcomes((dict(a.readings)[name], a.outcome) for a in alternatives if name in dict(a.readings))
        if len(set(choices.values())) > 1:
            told.append((sum(len(o) for o in choices.values()), choices))
    if not told:
        return ""
    _, choices = min(told, key=lambda t: t[0])
    return _joined(choices, _readings, lang)


def _readings(names: Sequence[str], lang: Lang) -> str:
    return ", ".join(f"“{n}”" for n in names[:_CHOICES]) + _more(len(names) - _CHOICES, lang)


# ---- what is not known


def unknown(row: Row, lang: Lang) -> str:
    """The facts that most verdicts of the row want, like ones of many acts as one."""
    named = common_facts((v.missing for v in row.verdicts), lang, bare=True)
    if not named:
        return ""
    shown = [*accumulate(named[:_FACTS], lambda told, fact: f"{told}; {fact}")]
    number = max(1, sum(len(told) <= _LINE for told in shown))
    return say("brief.unknown", lang, facts=shown[number - 1] + _more(len(named) - number, lang))
