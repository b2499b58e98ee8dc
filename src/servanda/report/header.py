"""The assumptions that stand over every report: without them a verdict cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from servanda.check import Answer
from servanda.messages import Lang, say
from servanda.report import facts, times
from servanda.report.sentences import account_name
from servanda.spatial.territory import MARGIN_M
from servanda.vocabulary.party import parties
from servanda.vocabulary.verdict import Assumptions

_SUPPOSED = 5  # so many of what is supposed are named, the rest counted


def disclaimer(lang: Lang) -> str:
    """What a verdict is not."""
    return say("header.disclaimer", lang)


def assumptions(answer: Answer, lang: Lang) -> list[tuple[str, str]]:
    """Label and value of everything that the verdicts rest on, in the order in which they are printed."""
    return [(say(f"header.{key}", lang), value) for key, value in _assumptions(answer, lang)]


# Of these an explanation does not speak: they are about the files, or the words that it prints say it.
_NOT_BRIEFLY = ("territory", "map", "record", "text", "version", "notes", "open-parameters")


def briefly(answer: Answer, lang: Lang) -> str:
    """In a line or two what a single verdict rests on: day, force, supposition, accounts, choices."""
    told = [
        (key, value)
        for key, value in _assumptions(answer, lang)
        if key not in _NOT_BRIEFLY and (key != "readings" or answer.assumptions.readings)
    ]
    return "; ".join(f"{say(f'header.{key}', lang)}: {value}" for key, value in told) + "."


def _assumptions(answer: Answer, lang: Lang) -> list[tuple[str, str]]:
    given = answer.assumptions
    rows = [
        ("status", f"{_status(given, lang)} ({say(f'binding.{given.binding}', lang)})"),
        *_force(given, lang),
        *_time(given, lang),
        ("coverage", _coverage(given, lang)),
        *_choices(given, lang),
        ("territory", _territory(given, lang)),
        ("map", _map(given, lang)),
        ("accounts", ", ".join(account_name(a, lang) for a in given.accounts)),
        ("record", say("header.record-value", lang, digest=_short(given.record_digest))),
        ("text", say("header.record-value", lang, digest=_short(given.agreement_digest))),
        ("version", given.version),
        ("not-run", "; ".join(given.clauses_not_run)),
        *(("notes", note) for note in given.notes),
    ]
    return [(key, value) for key, value in rows if value]


def _short(digest: str) -> str:
    """Enough to tell two records apart; the row for programs holds the whole."""
    return digest if len(digest) <= 16 else digest[:16] + "…"


def _status(given: Assumptions, lang: Lang) -> str:
    return say(f"status.{given.status.replace(' ', '-')}", lang)


def _force(given: Assumptions, lang: Lang) -> list[tuple[str, str]]:
    if given.as_if_in_force:
        day = times.said_days_within(given.as_if_in_force, lang)
        return [("as-if", say("header.as-if-value", lang, day=day))]
    if given.entry_into_force:
        return [("entry", times.said_days_within(given.entry_into_force, lang))]
    return [("entry", say("header.not-entered", lang))]


def _time(given: Assumptions, lang: Lang) -> list[tuple[str, str]]:
    rows = [("on", say("header.on-value", lang, day=times.said_days_within(given.on, lang)))]
    if given.as_known_on:
        rows.append(("as-known-on", times.said_days_within(given.as_known_on, lang)))
    if given.complete_until:
        day = times.said_days_within(given.complete_until, lang)
        rows.append(("complete-until", say("header.complete-until-value", lang, day=day)))
    return rows


def _coverage(given: Assumptions, lang: Lang) -> str:
    if given.coverage == 0:
        return say("header.coverage-user" if given.complete_until else "header.coverage-none", lang)
    supposed = sum(entry.code == "supposed-coverage" for entry in given.supposed_entries)
    told = say("header.coverage-value", lang, count=max(given.coverage - supposed, 0))
    told = say("header.coverage-supposed", lang, claims=told, count=supposed) if supposed else told
    if not given.coverage_by:
        return told
    return say(
        "header.coverage-by", lang, claims=told, accounts=", ".join(account_name(a, lang) for a in given.coverage_by)
    )


def _territory(given: Assumptions, lang: Lang) -> str:
    """How far territory reaches; where the terms say nothing, that it is an assumption."""
    if given.territory and not given.territory_said:
        return say("header.territory-default", lang)
    told = [say(f"territory.{word.replace(' ', '-')}", lang) for word in filter(None, given.territory.split(" / "))]
    return " / ".join(told)


def _map(given: Assumptions, lang: Lang) -> str:
    """The map and its margin, where a norm asks whose land something is."""
    if not given.map:
        return ""
    source = given.map.rpartition(", ")[0]  # the rest says in English what the sentence says in the language
    return say("header.map-value", lang, source=source, margin=f"{MARGIN_M / 1000:g}")


def _choices(given: Assumptions, lang: Lang) -> list[tuple[str, str]]:
    readings = _pairs(given.readings) or say("header.readings-all", lang)
    return [
        ("parameters", _pairs(given.parameters)),
        ("open-parameters", ", ".join(given.open_parameters)),
        ("readings", readings),
        ("supposed", supposed(given, lang)),
    ]


def supposed(given: Assumptions, lang: Lang) -> str:
    """What is supposed beside the record: further Parties, acts, acts that are left out, and all other entries."""
    told = [", ".join(parties().name(s, lang) for s in given.supposed)]
    for key, acts in (("acts", given.supposed_acts), ("away", given.supposed_away)):
        if acts:
            told.append(say(f"header.supposed-{key}", lang, acts=_some(acts, ", ", lang)))
    entries = [times.said_days_within(one, lang) for one in facts.facts(given.supposed_entries, lang)]
    told.append(_some(entries, "; ", lang))
    return "; ".join(t for t in told if t)


def _some(words: Sequence[str], joint: str, lang: Lang) -> str:
    more = len(words) - _SUPPOSED
    return joint.join(words[:_SUPPOSED]) + (say("brief.more", lang, count=more) if more > 0 else "")


def _pairs(values: Mapping[str, str]) -> str:
    return "; ".join(f"{name} = {value}" for name, value in values.items())


def header_row(answer: Answer) -> dict[str, object]:
    """The assumptions for programs: the first line of JSON lines, the metadata of Parquet."""
    given = asdict(answer.assumptions)
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}
    plain["supposed_entries"] = facts.facts(answer.assumptions.supposed_entries, "en")
    return {"title": answer.agreement.title, **plain, "disclaimer": disclaimer("en")}
