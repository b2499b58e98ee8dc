"""All that one map shows, and the map on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from servanda.messages import Lang, say
from servanda.report import times
from servanda.report.maps.acts import MapActs
from servanda.report.maps.names import MapLang, map_names
from servanda.report.sentences import party_name
from servanda.spatial.land.atlas import Atlas
from servanda.spatial.land.layer import layer
from servanda.spatial.land.tenure import KNOWN_UNTIL
from servanda.spatial.paper.picture import Look, MapZone, map_svg
from servanda.spatial.paper.window import Around
from servanda.spatial.territory import MARGIN_M


@dataclass(frozen=True)
class TitledZone:
    """A zone with its class and the words that tell what it is."""

    zone: MapZone
    title: str


@dataclass(frozen=True)
class Drawing:
    """A map: as of a day and in a view (in `atlas`), with acts, zones, and States that stand out (`of_whom` in words).

    `labels`: the language of the names on the map; everything round it is in that of the program.
    """

    title: str
    atlas: Atlas
    acts: MapActs
    zones: tuple[TitledZone, ...]
    of: tuple[str, ...]
    of_whom: tuple[str, ...]
    around: Around | None
    labels: MapLang
    notes: tuple[str, ...] = ()


def svg(drawing: Drawing, lang: Lang) -> str:
    """The map on paper."""
    look = Look(
        atlas=drawing.atlas,
        names=map_names(drawing.labels),
        around=drawing.around,
        of=frozenset(drawing.of),
        tinted=not drawing.of,
    )
    return map_svg(
        [act.point for act in drawing.acts.acts],
        circles=drawing.acts.circles,
        zones=[z.zone for z in drawing.zones],
        title=drawing.title,
        notes=notes(drawing, lang),
        legend=legend(drawing, lang),
        lang=lang,
        look=look,
    )


def legend(drawing: Drawing, lang: Lang) -> list[tuple[str, str]]:
    """Classes and what they mean: outcomes, zones, the States that stand out."""
    own = [("of", ", ".join(drawing.of_whom))] if drawing.of else []
    reach = [("reach", say("map.reach", lang))] if drawing.acts.circles else []
    return [*drawing.acts.legend, *((z.zone.css_class, z.title) for z in drawing.zones), *own, *reach]


def notes(drawing: Drawing, lang: Lang) -> list[str]:
    """What the map rests on: its day, its view, its margin."""
    left_out = drawing.acts.left_out
    return [
        *drawing.notes,
        f"{said_day(drawing.atlas.on, lang)} {said_view(drawing.atlas.view, lang)}",
        _margin(lang),
        *([say("map.left-out", lang, count=left_out)] if left_out else []),
    ]


def said_day(on: date | None, lang: Lang) -> str:
    """As of which day the territories are."""
    if on is None:
        return say("map.day-last", lang, day=times.said_days_within(str(KNOWN_UNTIL), lang))
    return say("map.day", lang, day=times.said_days_within(str(on), lang))


def said_view(view: str | None, lang: Lang) -> str:
    """In whose view, or that disputed areas are nobody's here."""
    if view is None:
        return say("map.view-none", lang)
    return say("map.view", lang, view=party_name(view, lang))


def _margin(lang: Lang) -> str:
    greatest = max((int(m.max()) for m in layer().ring_margin if len(m)), default=0)
    key = "map.margin-typed" if greatest > MARGIN_M else "map.margin"
    return say(key, lang, margin=_km(MARGIN_M), greatest=_km(greatest))


def _km(metres: float) -> str:
    return f"{metres / 1000:g}"
