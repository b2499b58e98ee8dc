"""The acts of an answer on a map: where they were, what the agreement says of them, and how far they reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from servanda.check import Answer
from servanda.messages import Lang
from servanda.record.record import Record
from servanda.report import header, sentences
from servanda.report.details import acts_of, said_together
from servanda.report.maps.names import map_names
from servanda.report.sentences import SIGNS
from servanda.spatial.paper.picture import Circle, Look, MapPoint, map_svg
from servanda.vocabulary.verdict import Outcome, Reason

# Beyond so many points a map shows nothing; the gravest are kept.
POINTS = 300
_COLUMNS = ("act", "lon", "lat")


def draw(answer: Answer, record: Record, lang: Lang) -> str:
    """A map of the acts that the verdicts name, as SVG, with its assumptions under it."""
    outcomes = outcomes_of(answer)
    places = places_of(record, outcomes)
    shown = [act for act in outcomes if act in places][:POINTS]
    present = {outcomes[a] for a in shown}
    return map_svg(
        [_point(answer, act, places[act], outcomes[act], lang) for act in shown],
        circles=circles_of(record, places, {act: outcomes[act] for act in shown}),
        title=answer.agreement.title or answer.agreement.id,
        notes=[header.disclaimer(lang), *_notes(answer, lang)],
        legend=[(sentences.slug(o), said_together(answer.verdicts, o, lang)) for o in SIGNS if o in present],
        lang=lang,
        look=Look(names=map_names(lang)),
    )


def has_places(answer: Answer, record: Record) -> bool:
    """Whether any act that a verdict names has a point on the map."""
    return bool(places_of(record, outcomes_of(answer)))


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


def _point(answer: Answer, act: str, row: Mapping[str, Any], outcome: Outcome, lang: Lang) -> MapPoint:
    title = f"{sentences.act_phrase(answer, act, lang)}: {said_together(answer.verdicts, outcome, lang)}"
    return MapPoint(row["lon"], row["lat"], act, sentences.slug(outcome), title)


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


def _notes(answer: Answer, lang: Lang) -> list[str]:
    """The assumptions that change what a point means: the rest stands in the report."""
    return [f"{label}: {value}" for label, value in header.assumptions(answer, lang)[:3]]
