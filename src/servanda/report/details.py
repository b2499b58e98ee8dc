"""What stands under the sentence of a verdict: the lines that a careful reader wants, the same on every surface."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from servanda.check import Answer
from servanda.messages import Lang, say
from servanda.report import amounts, sentences, times
from servanda.report.facts import common_facts, fact, listed
from servanda.report.folding import Entry
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.party import parties
from servanda.vocabulary.verdict import ExplainedLine, Explanation, Fact, Finding, Outcome, Reason, Rival, Verdict

_SENTENCE_HAS_PERIOD = (Reason.OVER_LIMIT, Reason.UNDER_FLOOR, Reason.GAP, Reason.BROKEN_OFF)
_NAMED_ONE_BY_ONE = 3
_CONTRIBUTORS = 5  # acts named under a sum; the row for programs has them all


def bearers(entry: Entry, lang: Lang) -> str:
    """Who answers: up to three names, or how many Parties."""
    who = entry.bearers
    if len(who) <= _NAMED_ONE_BY_ONE:
        return ", ".join(sentences.party_name(b, lang) for b in who)
    return how_many(len(who), entry.first.reason, lang)


def how_many(count: int, reason: Reason, lang: Lang) -> str:
    """So many Parties; of those whom nothing binds, so many States."""
    return say("party.not-bound" if reason is Reason.NOT_BOUND else "party.several", lang, count=count)


def said_together(verdicts: Iterable[Verdict], outcome: Outcome, lang: Lang) -> str:
    """An outcome of many verdicts: 'depends on account or reading' where some depend on the one, some on the other."""
    over = {v.over for v in verdicts if v.outcome is outcome and v.over}
    if len(over) > 1:
        return say("outcome.depends-either", lang)
    return sentences.said_outcome(outcome, lang, next(iter(over), ()))


def lines(answer: Answer, entry: Entry, lang: Lang) -> list[str]:
    """The lines under the sentence, in order."""
    verdict = entry.first
    return [
        *([say("table.norm", lang, norm=entry.norm)] if entry.several else []),
        *_members(entry, lang),
        *_when_and_for_whom(answer, entry, lang),
        *_basis(verdict, lang),
        *(f"{who}: {outcome}" for who, outcome in sentences.said_alternatives(verdict, lang)),
        *_missing(verdict, lang),
        *_contributors(answer, verdict, lang),
        *(sentences.said_justification(answer, act, lang) for act in sentences.claimed(answer, verdict)),
    ]


def _members(entry: Entry, lang: Lang) -> list[str]:
    if len(entry.bearers) <= _NAMED_ONE_BY_ONE:
        return []
    return [", ".join(sorted((sentences.party_name(b, lang) for b in entry.bearers), key=sort_key))]


def sort_key(name: str) -> str:
    """Names in the order a reader looks for them: marks on letters aside."""
    bare = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def _when_and_for_whom(answer: Answer, entry: Entry, lang: Lang) -> list[str]:
    verdict = entry.first
    found = verdict.finding
    told = []
    if found.scope:
        told.append(say("table.scope", lang, scope=scope(found, lang)))
    if len({v.finding.counterparty for v in entry.verdicts}) > 1:
        told.append(say("brief.pairs", lang, count=len(entry.verdicts)))
    elif found.counterparty:
        told.append(say("table.owed-to", lang, party=sentences.party_name(found.counterparty, lang)))
    if verdict.reason is Reason.WITHIN_LIMIT and found.limit is not None:
        told.append(sentences.period(answer, found, lang))
    if verdict.outcome is Outcome.BREACHED and verdict.reason not in _SENTENCE_HAS_PERIOD and found.due is None:
        told.append("" if _lasts_as_long_as_the_act(answer, found) else sentences.period(answer, found, lang))
    return [line for line in told if line]


def _lasts_as_long_as_the_act(answer: Answer, found: Finding) -> bool:
    values = answer.acts.get(found.act or "", {})
    zone = answer.agreement.counting.zone
    spoken = (values.get("start"), values.get("until") or values.get("start"))
    return spoken == (times.iso_day(found.start, zone), times.iso_day(found.until, zone))


def scope(found: Finding, lang: Lang) -> str:
    """What a sum is taken for: 'host Poland, item missile'."""
    return ", ".join(f"{_label(path, lang)} {_scope(value, lang)}".strip() for path, value in found.scope)


def _label(path: str, lang: Lang) -> str:
    """What stands before the value; a party alone says by its name that it is one."""
    name = path.rpartition(".")[2]
    if name == "by":
        return ""
    known = vocabulary().attributes.get(name)
    return (known.vi if lang == "vi" else known.en) if known else name


def _scope(value: str | None, lang: Lang) -> str:
    return say("explain.unknown", lang) if value is None else parties().name(value, lang)


def _basis(verdict: Verdict, lang: Lang) -> list[str]:
    """The account and the readings on which an outcome rests that does not depend on them."""
    found = verdict.finding
    told = []
    if found.account is not None and "account" not in verdict.over:
        told.append(say("table.account", lang, account=sentences.account_name(found.account, lang)))
    if found.readings and "reading" not in verdict.over:
        told.append(say("table.reading", lang, readings=", ".join(f"“{c}”" for _, c in found.readings)))
    return told


def _missing(verdict: Verdict, lang: Lang) -> list[str]:
    if not verdict.missing or verdict.reason in (Reason.FACT_MISSING, Reason.NO_COVERAGE):
        return []
    return [say("table.missing", lang, facts="; ".join(common_facts([verdict.missing], lang)))]


def _contributors(answer: Answer, verdict: Verdict, lang: Lang) -> list[str]:
    if verdict.reason not in (Reason.OVER_LIMIT, Reason.WITHIN_LIMIT, Reason.UNDER_FLOOR):
        return []
    witnesses = verdict.finding.witnesses
    acts = [sentences.act_phrase(answer, a, lang) for a in witnesses[:_CONTRIBUTORS]]
    if len(witnesses) > _CONTRIBUTORS:
        acts.append(say("table.more", lang, count=len(witnesses) - _CONTRIBUTORS))
    return [say("table.contributors", lang, acts=listed(acts, lang))] if acts else []


# ---- explanations


def time_title(explanation: Explanation) -> str:
    """The message key over what is told of the deadline; a duty that is kept up has none, but something breaks it."""
    return "explain.due" if explanation.due is None or explanation.due.name else "explain.broken"


def truth(line: ExplainedLine | Rival) -> str:
    """The message key of how a condition stood: met, not met, not known."""
    if line.certainly:
        return "explain.met"
    return "explain.unknown" if line.possibly else "explain.not-met"


def values(line: ExplainedLine, lang: Lang) -> str:
    """The values that a condition met, and who says so."""
    told = "; ".join(_told_values(line, lang))
    if not line.sources:
        return told
    return f"{told} [{say('explain.sources', lang, sources=', '.join(line.sources))}]".strip()


def _told_values(line: ExplainedLine | Rival, lang: Lang) -> list[str]:
    return [say("explain.value", lang, path=p, value=_value(v, lang)) for p, v in line.values]


def rivals(line: ExplainedLine, verdict: Verdict, lang: Lang) -> list[str]:
    """What others say of a condition, each in a line: 'on the account of Peru: met; f.subject is distress'."""
    return [
        f"{_whose(rival.account, rival.readings, verdict, lang)}: "
        + "; ".join([say(truth(rival), lang), *_told_values(rival, lang)])
        for rival in line.rivals
    ]


def whose(explanation: Explanation, lang: Lang) -> str:
    """In whose account, and in which reading, the conditions stood as they are shown; empty where all say the same."""
    told, verdict = explanation.told, explanation.verdict
    if told is None:
        return ""
    return say("explain.whose", lang, whose=_whose(told.account, told.readings, verdict, lang))


def _whose(account: str | None, readings: Iterable[tuple[str, str]], verdict: Verdict, lang: Lang) -> str:
    parts = []
    if "account" in verdict.over:
        parts.append(sentences.according_to([account or sentences.UNDISPUTED], lang))
    if "reading" in verdict.over:
        differing = sentences.differing_readings(verdict.alternatives)
        named = listed((f"“{choice}”" for name, choice in readings if name in differing), lang)
        parts.append(say("split.reading", lang, choice=named))
    return ", ".join(parts)


def _value(value: str, lang: Lang) -> str:
    if value in ("unknown", "open"):
        return say("explain.unknown" if value == "unknown" else "explain.open", lang)
    return sentences.said_value(parties().name(value, lang), lang)


def flips(answer: Answer, explanation: Explanation, lang: Lang) -> list[str]:
    """Each fact that would change the outcome, and the outcome that it would give."""
    finding = explanation.told or explanation.verdict.finding
    return [
        say("explain.flip", lang, fact=_flip(answer, finding, f, lang), outcome=sentences.said_outcome(o, lang))
        for f, o in explanation.flips
    ]


def _flip(answer: Answer, finding: Finding, flip: Fact, lang: Lang) -> str:
    """What would have to be; of a measure by how much, in the unit of the text."""
    found = amounts.measured(answer.agreement, finding)
    if flip.code != "flip-measure" or found is None:
        return fact(flip, lang)
    way = "more" if found.floor else "less"
    return say(f"fact.flip-measure-{way}", lang, by=amounts.said(found.excess, found.unit, lang))


def acts_of(answer: Answer, finding: Finding) -> list[str]:
    """The acts that a finding names, each once, those that the answer knows."""
    occasion = [value for _, value in finding.occasion]
    named = [*occasion, *([finding.act] if finding.act else []), *finding.witnesses]
    return [a for a in dict.fromkeys(named) if a in answer.acts]
