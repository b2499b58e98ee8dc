"""`servanda zone`: where a range reaches a territory, or where a norm lets a party not place a thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import TextIO

import shapely
from rich import box
from rich.table import Table

from servanda import agreement as texts
from servanda.check.placement import Forbidden, Placement, placement
from servanda.cli.output import (
    check_outputs,
    standard_data,
    standard_error,
    standard_output,
    warn,
    write_text,
    write_whole,
)
from servanda.cli.parsing import Arguments, suggesting
from servanda.cli.progress import working
from servanda.cli.values import map_day, pairs, party, party_code, silent
from servanda.cli.wrong import Wrong
from servanda.errors import Diagnostic, InputError
from servanda.messages import Lang, say
from servanda.norms.norm import Agreement, Norm
from servanda.report.console import paged
from servanda.spatial.area.front import STRAY_M
from servanda.spatial.area.plate import tidy
from servanda.spatial.files.area_files import Area, geojson, write_geoparquet
from servanda.spatial.land.atlas import atlas
from servanda.spatial.land.tenure import KNOWN_UNTIL, tenure
from servanda.spatial.offset import territory
from servanda.spatial.offset import zone as draw_zone
from servanda.spatial.paper.picture import Look, MapZone, map_svg
from servanda.spatial.territory import MARGIN_M
from servanda.vocabulary.party import parties
from servanda.vocabulary.territories import states_of
from servanda.vocabulary.unit import unit

_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([^\W\d_][\w .]*?)\s*")
_OF_NORM = ("norm", "party", "range", "set", "reading")


@dataclass(frozen=True)
class _When:
    """As of which day, in whose view, with what is claimed."""

    on: date | None
    view: str | None
    claimed: bool


@dataclass(frozen=True)
class _Told:
    """What is written and what is said of it."""

    title: str
    when: _When
    of: tuple[str, ...]
    areas: tuple[Area, ...]
    rests_on: tuple[str, ...]
    undrawn: tuple[tuple[str, str], ...] = ()
    supposed: tuple[str, ...] = ()


def zone(arguments: Arguments, lang: Lang) -> int:
    """Write the areas and tell what was drawn, what was not, and what it rests on."""
    wrong = _Wrong(arguments)
    when = wrong.when()
    warn(silent(when.view), lang)
    answer = _of_norm if arguments.operands else _of_territory
    _write(arguments, answer(arguments, when, wrong, lang), lang)
    return 0


class _Wrong(Wrong):
    """Reads options, and collects what is wrong with them."""

    def __init__(self, arguments: Arguments) -> None:
        super().__init__()
        self._arguments = arguments
        self._when = _When(None, None, False)
        output, form = arguments.one("output"), arguments.one("format")
        if output is not None:
            self.diagnostics += check_outputs(arguments, "output")
        elif form == "parquet":
            self.diagnostics.append(Diagnostic("missing-option", {"format": form}, case="zone"))

    def when(self) -> _When:
        """The day, the view, and whether claims count."""
        on, view = self.catch(partial(map_day, self._arguments)), self.party("view")
        self._when = _When(on, view, self._arguments.given("claimed"))
        return self._when

    def party(self, option: str) -> str | None:
        """The code of the party that an option names."""
        return self.catch(partial(party, self._arguments, option))

    def states(self, option: str) -> tuple[str, ...]:
        """The codes of all that an option names."""
        return tuple(dict.fromkeys(c for n in self._arguments.many(option) for c in self._landed(option, n)))

    def _landed(self, option: str, name: str) -> Sequence[str]:
        """The State of a name; of a group or a region, all of it that have land on the day that nobody else claims."""
        code = parties().code(name)
        if code is not None and parties().by_code[code].kind != "organisation":
            return (code,)
        on = self._when.on
        together = states_of(code or name, on or KNOWN_UNTIL)
        if together is None:
            found = self.catch(partial(party_code, f"--{option}", name))
            return () if found is None else (found,)
        held = tenure(on, self._when.view)
        landed = [c for c in sorted(together) if c in held.codes and len(held.pieces_of(c)[0])]
        if not landed and held.missing is None:
            args = {"name": name, "day": str(on or KNOWN_UNTIL)}
            self.diagnostics.append(Diagnostic("no-territory", args, case="group"))
        return landed or sorted(together)

    def length(self, option: str) -> float | None:
        """Metres of a length such as 500km."""
        text = self._arguments.one(option)
        if text is None:
            return None
        match = _LENGTH.fullmatch(text)
        found = unit(match[2]) if match is not None else None
        if match is None or found is None or found.dimension != "length":
            if re.fullmatch(r"\s*-.*", text):
                self.diagnostics.append(Diagnostic("range-impossible", {"range": text.strip()}))
            else:
                self.diagnostics.append(Diagnostic("zone-length", {"option": f"--{option}", "value": text}))
            return None
        return float(Fraction(match[1]) * found.factor)

    def pairs(self, option: str) -> dict[str, str]:
        """NAME=VALUE of every use of an option."""
        return self.catch(partial(pairs, f"--{option}", self._arguments.many(option))) or {}

    def strangers(self, options: Sequence[str]) -> None:
        """Options of the other question are refused."""
        given = [o for o in options if self._arguments.given(o)]
        self.diagnostics += [Diagnostic("zone-question", {"option": f"--{o}"}, case="both") for o in given]

    def needed(self, *options: str) -> None:
        """Options without which there is no question."""
        absent = [o for o in options if not self._arguments.given(o)]
        if len(absent) == len(options) and not self._arguments.operands:
            self.diagnostics.append(Diagnostic("zone-question"))
        else:
            self.diagnostics += [Diagnostic("zone-question", {"option": f"--{o}"}, case="missing") for o in absent]


# ---- a range around a territory


def _of_territory(arguments: Arguments, when: _When, wrong: _Wrong, lang: Lang) -> _Told:
    wrong.strangers(_OF_NORM)
    wrong.needed("within", "of")
    reach, codes, land = wrong.length("within"), wrong.states("of"), wrong.states("land-of")
    wrong.raise_if_any()
    assert reach is not None
    with working("zone", lang):
        found = draw_zone(codes, reach, on=when.on, view=when.view, claimed=when.claimed)
        found = found.cut_with(*land) if land else found
    said = {
        "territory": found.code,
        "range_m": found.range_m,
        "margin_m": found.margin_m,
        "territory_edges": found.edges,
        **_said(when),
        "within": "|".join(found.within) or None,
    }
    notes = [_edges(lang), *_when(when, lang), _margin(found.margin_m, lang)]
    if land:
        notes.append(say("zone.overlay", lang))
    title = say("zone.title", lang, range=_range(reach, lang), names=_named(arguments.many("of"), lang))
    return _Told(title, when, codes, (Area(found.polygons, said),), tuple(notes))


# ---- a norm of an agreement


def _of_norm(arguments: Arguments, when: _When, wrong: _Wrong, lang: Lang) -> _Told:
    wrong.strangers(("within", "of"))
    wrong.needed("norm", "party")
    party, reach = wrong.party("party"), wrong.length("range")
    land, values, choices = wrong.states("land-of"), wrong.pairs("set"), wrong.pairs("reading")
    wrong.raise_if_any()
    assert party is not None
    read = texts.read(Path(arguments.operands[0]))
    warn(read.warnings, lang)
    read = texts.set_parameters(texts.choose(read, choices), values)
    norms = _norms(read, arguments.one("norm") or "")
    areas: list[Area] = []
    told: list[Placement] = []
    with working("zone", lang):
        for norm in norms:
            found = placement(read, norm, party, range_m=reach, on=when.on, view=when.view, claimed=when.claimed)
            told.append(found)
            areas += _areas(read, norm, party, found, when, land)
    notes = [_edges(lang), *_when(when, lang), _margin(max([MARGIN_M, *(_margin_of(a) for a in areas)]), lang)]
    notes += [say("zone.members", lang, day=when.on or KNOWN_UNTIL), say("zone.overlay", lang)]
    title = say("zone.title-norm", lang, norm=", ".join(n.id for n in norms), party=parties().name(party, lang))
    return _Told(
        title,
        when,
        tuple(dict.fromkeys(code for a in areas for code in str(a.said["territory"] or "").split("|") if code)),
        tuple(areas),
        tuple(notes),
        tuple(dict.fromkeys((u.text, say(f"zone.undrawn.{u.why}", lang, **u.about)) for p in told for u in p.undrawn)),
        tuple(dict.fromkeys(text for p in told for text in p.supposed)),
    )


def _norms(agreement: Agreement, asked: str) -> list[Norm]:
    """The norms of that id, of its last part, or of that article."""
    norms = [n for n in agreement.norms if asked in (n.id, n.article) or n.id.partition(".")[2] == asked]
    if not norms:
        norms = [n for n in agreement.norms if (n.article or "").partition("(")[0] == asked]
    if not norms:
        norms = [n for n in agreement.norms if n.id.partition(".")[2].startswith(f"{asked}.")]
    if not norms:
        raise InputError([suggesting("unknown-norm", asked, [n.id for n in agreement.norms], option="--norm")])
    return norms


def _areas(
    agreement: Agreement, norm: Norm, party: str, found: Placement, when: _When, land: tuple[str, ...]
) -> list[Area]:
    made = []
    ground = territory(land, on=when.on, view=when.view, claimed=when.claimed) if land else None
    for area in (*found.areas, *_together(found)):
        polygons, margin_m = area.polygons, area.margin_m
        if ground is not None:
            polygons, margin_m = ground.cut(polygons, margin_m)
        said = {
            "agreement": agreement.id,
            "norm": norm.id,
            "party": party,
            "territory": "|".join(area.of) or None,
            "range_m": area.range_m,
            "margin_m": margin_m,
            "territory_edges": "geodesic",
            "readings": ", ".join(f"{name}: {choice}" for name, choice in area.readings) or None,
            **_said(when),
            "within": "|".join(land) or None,
        }
        made.append(Area(polygons, said))
    return made


def _together(found: Placement) -> list[Forbidden]:
    """What several territories draw, as one area, under the same readings."""
    groups: dict[tuple[tuple[str, str], ...], list[Forbidden]] = {}
    for area in found.areas:
        groups.setdefault(area.readings, []).append(area)
    return [
        Forbidden(
            readings,
            tuple(dict.fromkeys(code for a in areas for code in a.of)),
            tidy(shapely.union_all([a.polygons for a in areas])),
            max(a.margin_m for a in areas),
            areas[0].range_m if len({a.range_m for a in areas}) == 1 else None,
        )
        for readings, areas in groups.items()
        if len(areas) > 1
    ]


# ---- telling


def _said(when: _When) -> dict[str, str | bool | None]:
    return {"on": str(when.on or KNOWN_UNTIL), "view": when.view, "claims_counted": when.claimed}


def _edges(lang: Lang) -> str:
    return say("zone.edges", lang, stray=_decimal(STRAY_M, lang))


def _when(when: _When, lang: Lang) -> list[str]:
    day = say("zone.day", lang, day=when.on) if when.on else say("zone.day-last", lang, day=KNOWN_UNTIL)
    if when.view is not None:
        notes = [say("zone.view", lang, view=parties().name(when.view, lang))]
    else:
        notes = [] if when.claimed else [say("zone.view-none", lang)]
    return [day, *notes, *([say("zone.view-claimed", lang)] if when.claimed else [])]


def _margin(metres: float, lang: Lang) -> str:
    key = "zone.margin" if metres <= MARGIN_M else "zone.margin-typed"
    return say(key, lang, margin=f"{metres / 1000:g}")


def _margin_of(area: Area) -> float:
    return float(area.said["margin_m"] or 0.0)


def _range(metres: float, lang: Lang) -> str:
    return f"{_decimal(metres / 1000, lang)} km"


def _decimal(number: float, lang: Lang) -> str:
    shown = f"{number:g}"
    return shown.replace(".", ",") if lang == "vi" else shown


def _named(names: Sequence[str], lang: Lang) -> str:
    return ", ".join(parties().name(parties().code(name) or name, lang) for name in names)


def _write(arguments: Arguments, told: _Told, lang: Lang) -> None:
    form, output = arguments.one("format") or "text", arguments.one("output")
    if form == "text" and output is None:
        with standard_output() as out:
            _print(told, lang, out)
        return
    if output is None:
        with standard_data() as out:
            out.write(_text(form, told, lang))
        with standard_error() as err:
            _print(told, lang, err)
        return
    if form == "parquet":
        write_whole("--output", Path(output), lambda path: write_geoparquet(told.areas, path))
    else:
        write_text("--output", Path(output), _text(form, told, lang))
    with standard_output() as out:
        _print(told, lang, out)


def _text(form: str, told: _Told, lang: Lang) -> str:
    if form == "svg":
        return _picture(told, lang)
    return geojson(told.areas)


def _picture(told: _Told, lang: Lang) -> str:
    """The areas on a map of that day and view, on which the land that they are about stands out."""
    return map_svg(
        [],
        zones=[MapZone(area.polygons, "zone-1") for area in told.areas],
        title=told.title,
        notes=told.rests_on,
        legend=[("of", _named(told.of, lang))] if told.of else [],
        lang=lang,
        look=Look(atlas=atlas(told.when.on, told.when.view), of=frozenset(told.of)),
    )


def _print(told: _Told, lang: Lang, out: TextIO) -> None:
    with paged(out) as page:
        page.print(told.title)
        page.print(_drawn(told, lang) if told.areas else say("zone.nothing-drawn", lang))
        if told.undrawn:
            table = Table("", "", box=box.SIMPLE_HEAD, show_header=False, title=say("zone.undrawn-heading", lang))
            table.title_justify = "left"
            for line, why in told.undrawn:
                table.add_row(line, why)
            page.print(table)
        for heading, lines in (("supposed-heading", told.supposed), ("resting", told.rests_on)):
            if lines:
                page.print(say(f"zone.{heading}", lang))
                for line in lines:
                    page.print(fill(line, page.width, initial_indent="  - ", subsequent_indent="    "))


def _drawn(told: _Told, lang: Lang) -> Table:
    columns = ["norm", "territory", "range", "readings", "within", "polygons", "vertices"]
    one = len({a.said.get("norm") for a in told.areas}) == 1
    optional = ("readings", "within", "norm")
    columns = columns[1:] if one else columns
    kept = [n for n in columns if n not in optional or any(a.said.get(n) for a in told.areas)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in kept:
        table.add_column(say(f"zone.column.{name}", lang), overflow="fold")
    for area in told.areas:
        cells = {
            "norm": str(area.said.get("norm") or ""),
            "territory": str(area.said["territory"] or ""),
            "range": _range(float(area.said["range_m"]), lang) if area.said["range_m"] else "",
            "readings": str(area.said.get("readings") or ""),
            "within": str(area.said.get("within") or ""),
            "polygons": str(len(area.polygons.geoms)),
            "vertices": str(shapely.get_num_coordinates(area.polygons)),
        }
        table.add_row(*(cells[name] for name in kept))
    return table
