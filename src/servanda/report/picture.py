"""The acts of an answer on a map: where they were, what the agreement says of them, and how far they reach."""

from __future__ import annotations

from servanda.check import Answer
from servanda.messages import Lang
from servanda.record.record import Record
from servanda.report import header
from servanda.report.maps.acts import acts_of_answers, outcomes_of, places_of
from servanda.report.maps.names import map_names
from servanda.spatial.paper.picture import Look, map_svg


def draw(answer: Answer, record: Record, lang: Lang) -> str:
    """A map of the acts that the verdicts name, as SVG, with its assumptions under it."""
    shown = acts_of_answers([answer], record, lang)
    return map_svg(
        [act.point for act in shown.acts],
        circles=shown.circles,
        title=answer.agreement.title or answer.agreement.id,
        notes=[header.disclaimer(lang), *assumed(answer, lang)],
        legend=shown.legend,
        lang=lang,
        look=Look(names=map_names(lang)),
    )


def has_places(answer: Answer, record: Record) -> bool:
    """Whether any act that a verdict names has a point on the map."""
    return bool(places_of(record, outcomes_of(answer)))


def assumed(answer: Answer, lang: Lang) -> list[str]:
    """The assumptions that change what a point means: the rest stands in the report."""
    return [f"{label}: {value}" for label, value in header.assumptions(answer, lang)[:3]]
