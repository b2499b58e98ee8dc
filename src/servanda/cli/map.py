"""`servanda map`: territories, zones and acts on paper or as a page."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import shapely

from servanda.check import Answer
from servanda.cli.inputs import read_inputs
from servanda.cli.output import check_outputs, standard_data, warn, write_whole
from servanda.cli.parsing import Arguments
from servanda.cli.progress import working
from servanda.cli.values import map_day, party, party_code, silent
from servanda.cli.wrong import Wrong
from servanda.errors import Diagnostic, InputError
from servanda.messages import Lang, say
from servanda.record.load import load
from servanda.report import header, picture, times
from servanda.report.maps.acts import MapActs, acts_of_answers, acts_of_record
from servanda.report.maps.drawing import Drawing, TitledZone, svg
from servanda.report.maps.names import MapLang
from servanda.report.maps.page import page
from servanda.report.maps.png import png
from servanda.report.sentences import party_name
from servanda.spatial.ellipsoid.geodesic import look_swapped
from servanda.spatial.files.geometry import shape_of
from servanda.spatial.land.atlas import Atlas, atlas
from servanda.spatial.land.layer import layer
from servanda.spatial.land.tenure import KNOWN_UNTIL
from servanda.spatial.paper.framing import around_area, around_land, around_positions, around_sea
from servanda.spatial.paper.picture import MapZone
from servanda.spatial.paper.window import Around, disc, positions_of
from servanda.vocabulary.party import parties
from servanda.vocabulary.place_name import Found, place_problem, resolve_name
from servanda.vocabulary.territories import states_of, subregion_of

_NUMBER = r"\s*([+-]?\d+(?:\.\d+)?)\s*"
_PLACE = re.compile(f"{_NUMBER},{_NUMBER}(?:,{_NUMBER}(?:km)?\\s*)?")
_NEAR_KM = 500.0  # round a place of which no distance is said
_FARTHEST_KM = 10_000.0
_NAMED = 8  # more than these are a group, of which some may hold no land on the map
_FORMS = ("svg", "png", "html")


@dataclass(frozen=True)
class _Asked:
    """The map that is asked for, before its acts."""

    on: date | None
    view: str | None
    of: tuple[str, ...]
    of_whom: tuple[str, ...]  # the same in words: a group by its name
    zones: tuple[TitledZone, ...]
    form: str
    output: Path | None


def draw(arguments: Arguments, lang: Lang) -> int:
    """Write the map."""
    with working("drawing", lang):
        asked = _asked(arguments, lang)
        answers, acts = _acts(arguments, lang)
        whole = _atlas(asked)
        around = _around(arguments.one("around"), whole)
        drawing = _drawing(arguments, asked, answers, acts, whole, around, lang)
        made = _made(drawing, asked.form, lang)
    if asked.output is None:
        with standard_data() as out:
            out.write(made if isinstance(made, str) else "")
    else:
        content = made.encode("utf-8", "backslashreplace") if isinstance(made, str) else made
        write_whole("--output", asked.output, lambda path: path.write_bytes(content))
    return 0


def _made(drawing: Drawing, form: str, lang: Lang) -> str | bytes:
    match form:
        case "png":
            return png(svg(drawing, lang))
        case "html":
            return page(drawing, drawing.around or _seen(drawing), lang)
        case _:
            return svg(drawing, lang) + "\n"


def _seen(drawing: Drawing) -> Around | None:
    """What a page shows at first where no place is named: the acts, zones and ranges, or the States that stand out."""
    shown = [z.zone.shape for z in drawing.zones]
    shown += [disc(c.lon, c.lat, c.radius_m) for c in drawing.acts.circles]
    points = np.array([[a.point.lon, a.point.lat] for a in drawing.acts.acts]).reshape(-1, 2)
    positions = np.concatenate([points, positions_of(shown)])
    return around_positions(positions) if len(positions) else None


# ---- what is asked


def _asked(arguments: Arguments, lang: Lang) -> _Asked:
    wrong = Wrong()
    output = arguments.one("output")
    form = arguments.one("format") or _form_of(output)
    if output is not None:
        wrong.diagnostics += check_outputs(arguments, "output")
    elif form == "png":
        wrong.diagnostics.append(Diagnostic("missing-option", {"format": form}, case="output"))
    if arguments.operands and not arguments.given("record"):
        args = {"option": "--record", "value": "PATH", "command": "map"}
        wrong.diagnostics.append(Diagnostic("missing-option", args))
    on = wrong.catch(partial(map_day, arguments))
    view = wrong.catch(partial(party, arguments, "view"))
    of, of_whom = wrong.catch(partial(_states, arguments.many("of"), on, lang)) or ((), ())
    zones = [wrong.catch(partial(_zone, Path(p), n, lang)) for n, p in enumerate(arguments.many("zone"), start=1)]
    wrong.raise_if_any()
    warn(silent(view), lang)
    path = None if output is None else Path(output)
    return _Asked(on, view, of, of_whom, tuple(z for z in zones if z is not None), form, path)


def _form_of(output: str | None) -> str:
    ending = Path(output or "").suffix.casefold().removeprefix(".")
    return {"htm": "html"}.get(ending, ending if ending in _FORMS else "svg")


def _states(values: Sequence[str], on: date | None, lang: Lang) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of States named and divided by commas, and the same in words; a group means its members on the day."""
    codes: list[str] = []
    said: list[str] = []
    wrong = Wrong()
    for name in (n.strip() for value in values for n in value.split(",") if n.strip()):
        known = parties().by_code.get(parties().code(name) or "")
        members = states_of(name, on or KNOWN_UNTIL) if known is None or known.kind == "organisation" else None
        if members is not None:
            codes += sorted(members)
            said.append(name if known is None else known.name(lang))
        elif (code := wrong.catch(partial(party_code, "--of", name))) is not None:
            codes.append(code)
            said.append(party_name(code, lang))
    wrong.raise_if_any()
    return tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(said))


# ---- zones


def _zone(path: Path, number: int, lang: Lang) -> TitledZone:
    shape = shape_of(path)
    area = shapely.union_all([shape.area, *(disc(c.lon, c.lat, c.radius_m) for c in shape.circles)])
    return TitledZone(MapZone(area, f"zone-{number}"), _title_of_zone(path, lang))


def _title_of_zone(path: Path, lang: Lang) -> str:
    """What `servanda zone` wrote of it, or the name of the file."""
    about = _about(path) if path.suffix.casefold() in (".json", ".geojson") else {}
    if about.get("norm") and about.get("party"):
        return say("map.zone-norm", lang, norm=about["norm"], party=parties().name(str(about["party"]), lang))
    metres = about.get("range_m")
    if isinstance(metres, int | float) and about.get("territory"):
        names = ", ".join(parties().name(code, lang) for code in str(about["territory"]).split("|"))
        return say("map.zone-of", lang, range=f"{metres / 1000:g}", names=names)
    return say("map.zone", lang, file=path.name)


def _about(path: Path) -> dict[str, object]:
    """The properties of the first feature; the file was read as geometry before."""
    read: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    features: Any = read.get("features") or [read]
    about: Any = features[0].get("properties")
    return about if isinstance(about, dict) else {}


# ---- acts


def _acts(arguments: Arguments, lang: Lang) -> tuple[list[Answer], MapActs]:
    if arguments.operands:
        inputs = read_inputs(arguments, arguments.operands)
        warn(inputs.warnings(), lang)
        answers = inputs.answers(lang)
        return answers, acts_of_answers(answers, inputs.record, lang)
    if arguments.given("record"):
        record = load(list(arguments.many("record")), strict=not arguments.given("allow-refused"))
        warn(record.diagnostics, lang)
        return [], acts_of_record(record, lang)
    return [], MapActs()


def _atlas(asked: _Asked) -> Atlas:
    whole = atlas(asked.on, asked.view)
    unknown = [code for code in asked.of if code not in whole.codes] if len(asked.of) <= _NAMED else []
    if unknown:
        raise InputError(_without_land(parties().name(code), asked.on) for code in unknown)
    return whole


# ---- where


def _around(text: str | None, whole: Atlas) -> Around | None:
    if text is None:
        return None
    if (match := _PLACE.fullmatch(text)) is not None:
        return _round_position(text, *(None if g is None else float(g) for g in match.groups()))
    found = resolve_name(text)
    if not isinstance(found, Found):
        raise InputError([replace(place_problem(found), file="--around")])
    return _round_place(found, text, whole)


def _round_position(text: str, lon: float | None, lat: float | None, km: float | None) -> Around:
    assert lon is not None and lat is not None
    if abs(lat) > 90 or abs(lon) > 180:
        case = "swapped" if look_swapped(lon, lat) else "degrees"
        raise InputError([Diagnostic("bad-around", {"value": text}, case=case)])
    if km is not None and not 0 < km <= _FARTHEST_KM:
        raise InputError([Diagnostic("bad-around", {"value": text, "most": f"{_FARTHEST_KM:.0f}"}, case="distance")])
    return Around(lon, lat, km or _NEAR_KM)


def _round_place(found: Found, text: str, whole: Atlas) -> Around:
    match found.sort:
        case "sea":
            around = around_sea(found.key)
        case "area":
            around = around_area(found.key)
        case "region":
            around = _round_lands(states_of(found.key, whole.on or KNOWN_UNTIL) or (), whole)
        case _:
            around = _round_lands([found.key], whole)
    if around is None:
        raise InputError([_without_land(text, whole.on)])
    return around


def _round_lands(codes: Collection[str], whole: Atlas) -> Around | None:
    """What shows the land of these; of those that hold none, as Antarctica, the disputed areas of their region."""
    if pieces := whole.pieces_of(codes):
        return around_land(pieces)
    regions = [r for code in codes if (r := subregion_of(code)) is not None and r.members == {code}]
    areas = frozenset[str]().union(*(r.areas for r in regions))
    return around_land(n for n, piece in enumerate(layer().pieces) if piece.name in areas)


def _without_land(name: str, on: date | None) -> Diagnostic:
    return Diagnostic("no-territory", {"code": name, "day": str(on or KNOWN_UNTIL)}, case="day")


# ---- the map


def _drawing(
    arguments: Arguments,
    asked: _Asked,
    answers: Sequence[Answer],
    acts: MapActs,
    whole: Atlas,
    around: Around | None,
    lang: Lang,
) -> Drawing:
    if around is None and asked.of and not acts.acts and not asked.zones:
        around = around_land(whole.pieces_of(asked.of))
    labels = cast(MapLang, arguments.one("lang") or lang)  # one of the choices of the option
    notes = [header.disclaimer(lang)] if answers else []
    for answer in answers:
        told = "; ".join(picture.assumed(answer, lang))
        notes.append(f"{answer.agreement.id}: {told}" if len(answers) > 1 else told)
    title = _title(asked, answers, acts, arguments.one("around"), lang)
    return Drawing(title, whole, acts, asked.zones, asked.of, asked.of_whom, around, labels, tuple(notes))


def _title(asked: _Asked, answers: Sequence[Answer], acts: MapActs, around: str | None, lang: Lang) -> str:
    if answers:
        return ", ".join(dict.fromkeys(a.agreement.title or a.agreement.id for a in answers))
    if asked.zones:
        return "; ".join(dict.fromkeys(z.title for z in asked.zones))
    title = say("map.title-acts" if acts.acts else "map.title", lang)
    shown = asked.of_whom or ((around,) if around and not _PLACE.fullmatch(around) else ())
    if shown and len(shown) <= _NAMED:
        title = f"{title}: {', '.join(shown)}"
    if asked.view is not None:
        title = say("map.title-view", lang, title=title, view=party_name(asked.view, lang))
    if asked.on is not None:
        title = say("map.title-day", lang, title=title, day=times.said_days_within(str(asked.on), lang))
    return title
