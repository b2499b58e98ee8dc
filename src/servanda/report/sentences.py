"""Outcomes, reasons and facts in words: one plain sentence each, in English and Vietnamese.

A sentence names no bearer, so that the same sentence may stand beside many parties. Every code that an engine can
give has a message; a code that has none is printed as it is, because a report must never fail for want of a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from servanda.check import Answer
from servanda.check.occasions import variants_of
from servanda.messages import Lang, catalogue, say
from servanda.norms.term import Path
from servanda.report import amounts, times
from servanda.report.facts import common_facts, kind_name, listed, listed_or
from servanda.temporal import day_of, end_of_day_us
from servanda.vocabulary.act import Sort, vocabulary
from servanda.vocabulary.party import parties
from servanda.vocabulary.verdict import Alternative, Finding, Outcome, Reason, Verdict

UNDISPUTED = "undisputed"

_AT_LEAST = "at least "  # as printed where an amount has no upper bound
_LONG, _STATE = 20, 3  # a name that is long; the letters of a State's code

# What was done tells of these, and not what called for it.
DEEDS = (Reason.DONE_IN_TIME, Reason.DONE_LATE, Reason.BROKEN_OFF, Reason.JUDGED)


@dataclass(frozen=True)
class Sign:
    """What stands beside an outcome, so that no reader needs the colour."""

    mark: str
    colour: str  # of rich
    plain: str  # for terminals without Unicode


SIGNS: dict[Outcome, Sign] = {
    Outcome.BREACHED: Sign("✗", "bold red", "x"),
    Outcome.OVERDUE: Sign("!", "bold yellow", "!"),
    Outcome.DEPENDS: Sign("±", "bold magenta", "~"),
    Outcome.AWAITS: Sign("§", "bold blue", "&"),
    Outcome.UNDETERMINED: Sign("?", "yellow", "?"),
    Outcome.PENDING: Sign("…", "cyan", ">"),
    Outcome.COMPLIED: Sign("✓", "green", "+"),
    Outcome.NOT_ENGAGED: Sign("–", "dim", "-"),
}


class Together(Enum):
    """Who answers where no single party does."""

    JOINTLY = auto()


JOINTLY: Final = Together.JOINTLY  # all Parties as one

Who = str | Together | None  # a code, all together, or nobody knows who


def said_outcome(outcome: Outcome, lang: Lang, over: tuple[str, ...] = ()) -> str:
    """The outcome in words; where it depends, on what."""
    if outcome is Outcome.DEPENDS and over:
        return say("outcome.depends-" + "-".join(sorted(over)), lang)
    return say(f"outcome.{slug(outcome)}", lang)


def slug(outcome: Outcome) -> str:
    """The outcome as a key: 'awaits-judgement'."""
    return outcome.value.replace(" ", "-")


def party_name(who: Who, lang: Lang) -> str:
    """The name of a party; of all of them together where the verdict is a joint one; None: nobody knows whose it is."""
    if who is None:
        return say("party.unknown", lang)
    return say("party.jointly", lang) if who is JOINTLY else parties().name(who, lang)


def in_order(who: Who) -> tuple[int, str]:
    """The order in which those who answer are told: all as one, nobody knows who, then by their codes."""
    return (2, who) if isinstance(who, str) else (0 if who is JOINTLY else 1, "")


def bearer(answer: Answer, verdict: Verdict) -> Who:
    """Who answers: a code, `JOINTLY` where all do as one, None where it is not known who."""
    found = verdict.finding
    if found.bearer is not None:
        return found.bearer
    bearers = [variant.bearer for variant in variants_of(answer.agreement, found)]
    joint = not bearers or any(one is None or one.jointly for one in bearers)
    return JOINTLY if joint else None


def short_name(code: str, lang: Lang) -> str:
    """The name of a party or of an account; of an organisation with a long one, its letters."""
    name = account_name(code, lang)
    return code if len(name) > _LONG and len(code) > _STATE and code.isupper() else name


def account_name(account: str | None, lang: Lang) -> str:
    """Whose account it is."""
    if account is None or account == UNDISPUTED:
        return say("account.undisputed", lang)
    return parties().name(account, lang)


# ---- acts


def act_phrase(answer: Answer, act: str | None, lang: Lang, *, known: str | None = None) -> str:
    """An act as a reader knows it: 'deployment d1 (United States, in Poland, from 1 March 2022)'.

    `known`: a party of whom the sentence speaks anyway.
    """
    if act is None:
        return say("act.none", lang)
    values = answer.acts.get(act)
    if values is None:
        return act
    kind = values.get("kind", "")
    label = kind_name(kind, lang)
    details = ", ".join(_act_details(values, known, lang))
    name = act if label and act.startswith(label.replace(" ", "-")) else f"{label} {act}".strip()
    return f"{name} ({details})" if details else name


def _act_details(values: Mapping[str, str], known: str | None, lang: Lang) -> list[str]:
    details = []
    by = values.get("by")
    if by and by not in ("unknown", known):
        details.append(short_name(by, lang))
    if (host := values.get("host")) and host != by:
        details.append(say("act.in", lang, place=parties().name(host, lang)))
    elif place := _place_name(values.get("place", "")):
        details.append(say("act.at", lang, place=place))
    start, until = values.get("start"), values.get("until")
    if start and until and start != until:
        details.append(times.said_span(start, until, lang))
    elif start:
        details.append(say("act.on", lang, start=_day(start, lang)))
    return details


def _place_name(place: str) -> str:
    """'Sevastopol' of 'Sevastopol; 44.6, 33.53; Crimea'; empty where a place has no name but numbers."""
    name = place.partition(";")[0].strip()
    return name if name[:1].isalpha() and name != "unknown" and parties().code(name) != name else ""


def _day(text: str, lang: Lang) -> str:
    return times.said_days_within(text, lang)


def attribute_name(attribute: str, lang: Lang) -> str:
    """The attribute in the language; English keeps the word of the file."""
    known = vocabulary().attributes.get(attribute)
    return known.vi if known and lang == "vi" else attribute


def act_value(attribute: str, value: str, lang: Lang) -> str:
    """A printed value of an act in the language: codes of parties become names."""
    known = vocabulary().attributes.get(attribute)
    if known and known.sort is Sort.PARTY:
        return ", ".join(parties().name(v.strip(), lang) for v in value.split(","))
    if known and known.sort is Sort.PLACE:
        return "; ".join(parties().name(part, lang) for part in value.split("; "))
    return said_value(value, lang)


def said_value(value: str, lang: Lang) -> str:
    """A printed time or amount in the language."""
    if value.startswith(_AT_LEAST):
        return say("amount.at-least", lang, amount=value.removeprefix(_AT_LEAST))
    return times.said_days_within(value, lang)


# ---- reasons


def reason(answer: Answer, verdict: Verdict, lang: Lang) -> str:
    """Why the outcome is what it is, in one sentence that names no bearer."""
    args = _args(answer, verdict, lang)
    for case in _cases(answer, verdict):
        key = f"reason.{case}"
        if key in catalogue():
            return _sentence(say(key, lang, **args))
    return verdict.reason.value


def too_late(found: Finding) -> bool:
    """Whether something was done, though not in time, and the record may lack what was."""
    return found.outcome is Outcome.OVERDUE and bool(found.witnesses)


def deed(verdict: Verdict) -> str | None:
    """The act of which the sentence speaks: what was done, where that is the matter, else what it was done about."""
    found = verdict.finding
    done = next(iter(found.witnesses), None)
    return done or found.act if verdict.reason in DEEDS or too_late(found) else found.act or done


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cases(answer: Answer, verdict: Verdict) -> list[str]:
    """The wordings to try, the most telling first."""
    code, found = verdict.reason.value, verdict.finding
    cases = [f"{code}-{slug(verdict.outcome)}"]
    match verdict.reason:
        case Reason.NOT_BOUND:
            cases += _not_bound_cases(answer, found)
        case Reason.WITHIN_LIMIT:
            amounts_of = amounts.measured(answer.agreement, found)
            cases += [f"{code}-floor"] if amounts_of and amounts_of.floor else []
            cases = [f"{code}-no-limit"] if found.limit is None else cases
            cases += [f"{code}-unmeasured"] if found.measured is None else []
        case Reason.DONE_IN_TIME | Reason.NOT_DONE | Reason.WINDOW_OPEN | Reason.DONE_LATE:
            cases += [f"{code}-undated"] if found.due is None else []
        case Reason.NO_COVERAGE if too_late(found):
            cases = [f"{code}-overdue-late"]
        case Reason.FACT_MISSING:
            cases += [f"{code}-unnamed"] if not verdict.missing else []
        case Reason.ACCOUNTS_DIFFER | Reason.READINGS_DIFFER:
            cases += [f"{code}-unnamed"] if not verdict.deciding else []
        case Reason.BROKEN_OFF:
            cases += [f"{code}-unnamed"] if not _breaking(answer, found) else []
        case Reason.EXCEPTION:
            cases += [f"{code}-without-act"] if found.act is None else []
        case _:
            pass
    if verdict.reason is Reason.NOT_DONE and verdict.outcome is not Outcome.BREACHED:
        cases = [c for c in cases if c.endswith(slug(verdict.outcome))] + cases[1:]
    return [*cases, code]


def _breaking(answer: Answer, found: Finding) -> bool:
    """Whether the act that is named ended the duty: one of the kind that is owed carried it on."""
    ranges = [getattr(variant.shape, "range", None) for variant in variants_of(answer.agreement, found)]
    owed = {kind for owed in ranges for kind in getattr(owed, "kinds", ())}
    return bool(found.witnesses) and answer.acts.get(found.witnesses[0], {}).get("kind") not in owed


def _not_bound_cases(answer: Answer, found: Finding) -> list[str]:
    given, zone = answer.assumptions, answer.agreement.counting.zone
    if times.iso_day(found.bound_until, zone) is not None:
        return ["not-bound-after"]
    if given.status == "draft" and given.as_if_in_force is None and given.entry_into_force is None:
        return ["not-bound-draft"]
    if times.iso_day(found.bound_from, zone) is not None:
        return ["not-bound-before"]
    return []


def _args(answer: Answer, verdict: Verdict, lang: Lang) -> dict[str, str]:
    found, zone = verdict.finding, answer.agreement.counting.zone
    act = deed(verdict)
    return {
        "act": act_phrase(answer, act, lang),
        "acts": listed((act_phrase(answer, a, lang) for a in found.witnesses), lang),
        "exception": found.exception or "",
        "norm": found.exception or found.norm,
        "due": times.said_due(found.due, found.due_latest, zone, lang) if found.due is not None else "",
        "cured": times.said_time(found.cured_at, zone, lang) if found.cured_at is not None else "",
        "late": late(answer, found, lang),
        "period": period(answer, found, lang),
        "missing": "; ".join(common_facts([verdict.missing], lang)),
        "deciding": "; ".join(common_facts([verdict.deciding], lang)),
        "readings": _readings(verdict, lang),
        "whose": listed((party_name(p, lang) for p in found.owed_judgement), lang) or say("judge.unnamed", lang),
        "from": _bound(found.bound_from, zone, lang),
        "until": _bound(found.bound_until, zone, lang),
        **_amounts(answer, found, lang),
    }


def _readings(verdict: Verdict, lang: Lang) -> str:
    names = differing_readings(verdict.alternatives)
    return listed((f"“{n}”" for n in names), lang) or say("split.words", lang)


def late(answer: Answer, found: Finding, lang: Lang) -> str:
    """How late, as far as it is known: '3 days', '1 to 2 hours', 'up to 24 hours'."""
    zone = answer.agreement.counting.zone
    if found.late_by is None or found.due is None or found.cured_at is None:
        return say("delay.unknown", lang)
    cured = found.cured_at
    last = end_of_day_us(day_of(cured, zone), zone) if _cured_on_a_day(answer, found) else cured
    by_days = found.due_latest is None or times.ends_day(found.due, zone)
    soonest, latest = (found.due, found.due_latest or found.due) if by_days else (None, None)
    after = found.late_by if by_days else found.late_by - 1  # a time that is not sharp ends just before the next
    least = times.said_delay(after, latest, cured, zone, lang)
    most = times.said_delay(last - found.due, soonest, last, zone, lang)
    if least == most:
        return least
    known = after >= times.MINUTE
    return say("delay.between" if known else "delay.up-to", lang, least=least, most=most)


def _cured_on_a_day(answer: Answer, found: Finding) -> bool:
    """Whether the time of what was done too late is known by its day alone."""
    values = answer.acts.get(next(iter(found.witnesses), ""), {})
    for variant in variants_of(answer.agreement, found):
        left = getattr(getattr(variant.shape, "due", None), "left", None)
        if isinstance(left, Path) and left.steps:
            return times.is_day(values.get(left.steps[-1].name) or values.get("start", ""))
    return False


def _bound(us: int | None, zone: str, lang: Lang) -> str:
    day = times.iso_day(us, zone)
    return times.said_days_within(day, lang) if day else ""


def _amounts(answer: Answer, found: Finding, lang: Lang) -> dict[str, str]:
    found_amounts = amounts.measured(answer.agreement, found)
    if found_amounts is None:
        return {"measured": "", "limit": "", "excess": ""}
    unit = found_amounts.unit
    return {
        "measured": amounts.said(found_amounts.measured, unit, lang),
        "limit": amounts.said(found_amounts.limit, unit, lang),
        "excess": amounts.said(found_amounts.excess, unit, lang),
    }


def period(answer: Answer, found: Finding, lang: Lang) -> str:
    """The days for which the finding holds: 'from 1 February 2022 to 31 December 2022'."""
    zone = answer.agreement.counting.zone
    start, until = times.iso_day(found.start, zone), times.iso_day(found.until, zone)
    if start and until:
        if start == until:
            return say("period.day", lang, day=_day(start, lang))
        return say("period.between", lang, start=_day(start, lang), until=_day(until, lang))
    if start:
        return say("period.from", lang, start=_day(start, lang))
    return say("period.until", lang, until=_day(until, lang)) if until else ""


# ---- what a verdict depends on


def by_account(alternatives: Iterable[Alternative]) -> dict[str, str]:
    """Account to outcome; where the readings differ within one account, that it depends on the reading."""
    return _merged(((a.account or UNDISPUTED, a.outcome) for a in alternatives), "depends on reading")


def by_reading(alternatives: Iterable[Alternative]) -> dict[str, str]:
    """Choice to outcome, of the readings that differ; where accounts differ within one choice, that it does."""
    rows = list(alternatives)
    names = differing_readings(rows)
    if not names:
        return {}
    return _merged(((_choice(a, names), a.outcome) for a in rows), Outcome.DEPENDS.value)


def differing_readings(alternatives: Iterable[Alternative]) -> list[str]:
    """The readings that are not the same in all alternatives, sorted."""
    choices: dict[str, set[str]] = {}
    for alternative in alternatives:
        for name, choice in alternative.readings:
            choices.setdefault(name, set()).add(choice)
    return sorted(name for name, taken in choices.items() if len(taken) > 1)


def _choice(alternative: Alternative, names: list[str]) -> str:
    chosen = dict(alternative.readings)
    return "; ".join(chosen[n] for n in names if n in chosen)


def _merged(pairs: Iterable[tuple[str, Outcome]], mixed: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for key, outcome in pairs:
        merged[key] = outcome.value if merged.get(key, outcome.value) == outcome.value else mixed
    return merged


def said_alternatives(verdict: Verdict, lang: Lang) -> list[tuple[str, str]]:
    """Each outcome with the accounts, and with the readings, that give it, in words."""
    lines: list[tuple[str, str]] = []
    if "account" in verdict.over:
        for outcome, accounts in _grouped(by_account(verdict.alternatives)).items():
            lines.append((according_to(accounts, lang), _said(outcome, lang)))
    if "reading" in verdict.over:
        for outcome, choices in _grouped(by_reading(verdict.alternatives)).items():
            named = listed_or((f"“{c}”" for c in choices), lang)
            lines.append((say("split.reading", lang, choice=named), _said(outcome, lang)))
    return lines


def _grouped(outcomes: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, outcome in outcomes.items():
        groups.setdefault(outcome, []).append(name)
    return groups


def according_to(accounts: list[str], lang: Lang) -> str:
    """'on undisputed facts alone or on the account of Russia'."""
    speakers = [account_name(a, lang) for a in accounts if a != UNDISPUTED]
    told = [say("split.account", lang, account=listed_or(speakers, lang))] if speakers else []
    if len(speakers) < len(accounts):
        told.insert(0, say("split.undisputed", lang))
    return listed_or(told, lang)


def _said(outcome: str, lang: Lang) -> str:
    if outcome == "depends on reading":
        return say("outcome.depends-reading", lang)
    return said_outcome(Outcome(outcome), lang, ("account",) if outcome == Outcome.DEPENDS else ())


def claimed(answer: Answer, verdict: Verdict) -> list[str]:
    """The justifications that the bearer claims for itself, and the consent of others: no other can speak for it."""
    bearer_ = verdict.finding.bearer

    def own(act: str) -> bool:
        values = answer.acts.get(act, {})
        return values.get("kind") != "statement" or bearer_ is None or values.get("by") in (bearer_, "unknown", None)

    return [act for act in verdict.justifications if own(act)]


def justification(answer: Answer, act: str) -> str:
    """A justification that is claimed, as a row prints it: 'consent of UKR (k1)'."""
    values = answer.acts.get(act, {})
    kind, by = values.get("kind"), values.get("by")
    return f"{kind} of {by} ({act})" if kind and by else act


def said_justification(answer: Answer, act: str, lang: Lang) -> str:
    """The same in words."""
    return say("justification.claimed", lang, act=act_phrase(answer, act, lang))
