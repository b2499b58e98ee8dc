"""The acts that a map shows: where they were, and what the verdicts say of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from servanda.check import Answer
from servanda.messages import Lang, say
from servanda.record.entries import Source
from servanda.record.record import Record
from servanda.report import sentences
from servanda.report.details import acts_of, said_together
from servanda.report.facts import kind_name
from servanda.report.sentences import SIGNS
from servanda.spatial.paper.picture import Circle, MapPoint
from servanda.vocabulary.party import parties
from servanda.vocabulary.verdict import Outcome, Reason

RECORDED = "recorded"  # the class of an act of which no agreement is asked
_LINES = 8  # verdicts told of one act
# Beyond so many points a map shows nothing; the gravest are kept.
POINTS = 300
_COLUMNS = ("act", "lon", "lat")


@dataclass(frozen=True)
class MapAct:
    """One act: its mark on the map, what it was, each verdict as (class of the outcome, sentence), its sources."""

    point: MapPoint
    phrase: str
    verdicts: tuple[tuple[str, str], ...]
    sources: str


@dataclass(frozen=True)
class MapActs:
    """Acts, the circles of their reach, and a legend of what their marks mean; `left_out` for want of room."""

    acts: tuple[MapAct, ...] = ()
    circles: tuple[Circle, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    left_out: int = 0


def acts_of_answers(answers: Sequence[Answer], record: Record, lang: Lang) -> MapActs:
    """The acts that verdicts name, each with the gravest outcome in which any answer names it."""
    rank = {outcome: i for i, outcome in enumerate(SIGNS)}
    gravest: dict[str, tuple[Outcome, Answer]] = {}
    for answer in answers:
        for act, outcome in outcomes_of(answer).items():
            if act not in gravest or rank[outcome] < rank[gravest[act][0]]:
                gravest[act] = outcome, answer
    ordered = dict(sorted(gravest.items(), key=lambda item: (rank[item[1][0]], item[0])))
    places = places_of(record, ordered)
    known = [act for act in ordered if act in places]
    shown = {act: ordered[act] for act in known[:POINTS]}
    told = _told(answers, shown, lang)
    acts = tuple(_judged(act, *shown[act], places[act], told.get(act, []), record, lang) for act in shown)
    circles = circles_of(record, places, {act: outcome for act, (outcome, _) in shown.items()})
    present = {outcome for outcome, _ in shown.values()}
    verdicts = [v for a in answers for v in a.verdicts]
    legend = tuple((sentences.slug(o), said_together(verdicts, o, lang)) for o in SIGNS if o in present)
    return MapActs(acts, tuple(circles), legend, len(known) - len(shown))


def _judged(
    act: str,
    outcome: Outcome,
    answer: Answer,
    row: Mapping[str, Any],
    verdicts: list[tuple[str, str]],
    record: Record,
    lang: Lang,
) -> MapAct:
    phrase = sentences.act_phrase(answer, act, lang)
    css = sentences.slug(outcome)
    title = f"{phrase}: {said_together(answer.verdicts, outcome, lang)}"
    point = MapPoint(row["lon"], row["lat"], act, css, title)
    ids = answer.acts.get(act, {}).get("sources", "").split(", ")
    return MapAct(point, phrase, tuple(verdicts[:_LINES]), _sources(ids, record))


def _sources(ids: Iterable[str], record: Record) -> str:
    """Who published what when, of each source that the record describes."""
    return "; ".join(filter(None, (_source(i, record.sources.get(i)) for i in ids)))


def _source(name: str, source: Source | None) -> str:
    if source is None or not source.title:
        return name
    return ", ".join(filter(None, (source.publisher, f"“{source.title}”", source.date)))


def _told(answers: Sequence[Answer], shown: Mapping[str, Any], lang: Lang) -> dict[str, list[tuple[str, str]]]:
    """What the verdicts say of each act, the gravest first, the same thing once."""
    found: dict[str, dict[tuple[int, str, str], set[str]]] = {}
    rank = {outcome: i for i, outcome in enumerate(SIGNS)}
    for answer in answers:
        articles = {norm.id: norm.article for norm in answer.agreement.norms}
        for verdict in answer.verdicts:
            outcome = sentences.said_outcome(verdict.outcome, lang, verdict.over)
            where = say("map.article", lang, article=articles.get(verdict.finding.norm, verdict.finding.norm))
            told = f"{where}: {outcome}" if len(answers) == 1 else f"{answer.agreement.id}, {where}: {outcome}"
            for act in acts_of(answer, verdict.finding):
                if act in shown:
                    key = rank[verdict.outcome], sentences.slug(verdict.outcome), told
                    found.setdefault(act, {}).setdefault(key, set()).add(verdict.finding.bearer or "")
    return {act: [_line(key, who, lang) for key, who in sorted(lines.items())] for act, lines in found.items()}


def _line(key: tuple[int, str, str], who: set[str], lang: Lang) -> tuple[str, str]:
    _, css, told = key
    named = sorted(sentences.party_name(code, lang) for code in who if code)
    if not named:
        return css, told
    bearers = ", ".join(named) if len(named) <= 3 else say("party.several", lang, count=len(named))
    return css, f"{told} ({bearers})"


def acts_of_record(record: Record, lang: Lang) -> MapActs:
    """Every act of a record that has a point, where no agreement is asked."""
    rows = {row["act"]: row for row in record.view(None).to_pylist()}
    places = places_of(record, rows)
    shown = sorted(places)[:POINTS]
    acts = tuple(_recorded(act, rows[act], record, lang) for act in shown)
    legend = ((RECORDED, say("map.recorded", lang)),) if acts else ()
    return MapActs(acts, (), legend, len(places) - len(shown))


def _recorded(act: str, row: Mapping[str, Any], record: Record, lang: Lang) -> MapAct:
    who = parties().name(row["by"], lang) if row.get("by") else ""
    phrase = f"{act}: {kind_name(str(row.get('kind') or ''), lang)}" + (f", {who}" if who else "")
    told = dict.fromkeys(a.source for a in record.assertions if a.act == act and a.source)
    return MapAct(MapPoint(row["lon"], row["lat"], act, RECORDED, phrase), phrase, (), _sources(told, record))


# ---- where they were


def outcomes_of(answer: Answer) -> dict[str, Outcome]:
    """Each act that a verdict names, with the gravest outcome in which it is named, the gravest first."""
    rank = {outcome: i for i, outcome in enumerate(SIGNS)}
    found: dict[str, Outcome] = {}
    for verdict in answer.verdicts:
        if verdict.reason is Reason.NOT_BOUND:
            continue
        for act in acts_of(answer, verdict.finding):
            if act not in found or rank[verdict.outcome] < rank[found[act]]:
                found[act] = verdict.outcome
    return dict(sorted(found.items(), key=lambda item: (rank[item[1]], item[0])))


def places_of(record: Record, acts: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """The rows of these acts that have a point."""
    table = record.view(None)
    if not {"lon", "lat"} <= set(table.column_names):
        return {}
    wanted = table.filter(pc.is_in(table["act"], pa.array(sorted(acts), pa.string())))
    rows = wanted.select([c for c in _COLUMNS if c in wanted.column_names]).to_pylist()
    return {row["act"]: row for row in rows if row["lon"] is not None and row["lat"] is not None}


def circles_of(record: Record, places: Mapping[str, Mapping[str, Any]], shown: Mapping[str, Outcome]) -> list[Circle]:
    """A circle for each range that anybody claims: where a range is contested, every account's alike."""
    views = {account: _ranges(record, account, shown) for account in (None, *record.accounts())}
    circles = []
    for act, outcome in shown.items():
        ranges = {found[act] for found in views.values() if act in found}
        place = places[act]
        circles += [Circle(place["lon"], place["lat"], r, sentences.slug(outcome)) for r in sorted(ranges) if r > 0]
    return circles


def _ranges(record: Record, account: str | None, acts: Iterable[str]) -> dict[str, float]:
    """The greatest range of each act in the account's view, in metres; the least where there is no greatest."""
    table = record.view(account)
    if not {"range_lo", "range_hi"} <= set(table.column_names):
        return {}
    wanted = table.filter(pc.is_in(table["act"], pa.array(sorted(acts), pa.string())))
    rows = wanted.select(["act", "range_lo", "range_hi"]).to_pylist()
    known = {row["act"]: row["range_hi"] if row["range_hi"] is not None else row["range_lo"] for row in rows}
    return {act: float(reach) for act, reach in known.items() if reach is not None}
