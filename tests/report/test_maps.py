"""Maps on paper and as pages: nothing of a record becomes markup, nothing is fetched, nothing is drawn twice."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser

import numpy as np
import pytest
import shapely

from servanda.report.maps.acts import MapAct, MapActs
from servanda.report.maps.data import data
from servanda.report.maps.drawing import Drawing, TitledZone, notes, svg
from servanda.report.maps.names import MAP_LANGS, MapLang, map_names
from servanda.report.maps.page import page
from servanda.report.maps.png import png
from servanda.spatial.land.atlas import Atlas, atlas
from servanda.spatial.land.layer import layer
from servanda.spatial.paper.picture import Circle, MapPoint, MapZone
from servanda.spatial.paper.window import Around, disc

EVIL = "</script><img src=x onerror=alert(1)>\u2028<!--"
HERE = Around(35.0, 47.0, 650.0)


def drawing(whole: Atlas | None = None, labels: MapLang = "en", text: str = "d1", of: tuple[str, ...] = ()) -> Drawing:
    point = MapPoint(34.1, 45.0, text, "breached", text)
    acts = MapActs(
        (MapAct(point, text, (("breached", text),), text),),
        (Circle(34.1, 45.0, 300_000.0, "breached"),),
        (("breached", text),),
    )
    zone = TitledZone(MapZone(disc(30.0, 50.0, 200_000.0), "zone-1"), text)
    return Drawing(text, whole or atlas(), acts, (zone,), of, of, HERE, labels)


class _Tags(HTMLParser):
    """The tags of a page, and what would make a browser ask somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.asked += [v or "" for k, v in attrs if k in ("src", "href", "data", "poster", "action", "srcset")]
        self.asked += [k for k, _ in attrs if k.startswith("on")]


def test_a_page_asks_nobody_and_runs_only_its_own_scripts() -> None:
    text = page(drawing(), HERE, "en")
    tags = _Tags()
    tags.feed(text)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    scripts = re.findall(r'<script type="module">(.*?)</script>', text, flags=re.S)
    assert policy
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy[1].split(";"))

    assert tags.asked == []
    assert {"link", "img", "iframe", "object", "embed"} & set(tags.tags) == set()
    assert rules.pop("default-src") == "'none'"
    assert not any("http" in rule or "*" in rule for rule in rules.values())
    digests = {f"'sha256-{b64encode(sha256(s.encode()).digest()).decode()}'" for s in scripts}
    assert set(rules["script-src"].split()) == digests
    assert len(scripts) == 2


def test_no_text_of_a_record_becomes_markup() -> None:
    tags = _Tags()
    text = page(drawing(text=EVIL), HERE, "en")
    tags.feed(text)
    plain = _Tags()
    plain.feed(page(drawing(), HERE, "en"))
    inside = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, flags=re.S)
    assert inside

    assert tags.tags.count("img") == 0
    assert tags.tags.count("script") == plain.tags.count("script")
    assert json.loads(inside[1])["acts"][0]["phrase"] == EVIL
    assert "innerHTML" not in text.partition("globalThis.maplibregl=")[2]


def test_a_page_stays_small() -> None:
    assert len(page(drawing(), HERE, "en").encode()) < 4_000_000


def test_a_page_holds_the_map_on_paper_too() -> None:
    assert '<div id="paper"><svg ' in page(drawing(), HERE, "vi")


@pytest.mark.parametrize("lang", MAP_LANGS)
def test_a_page_has_the_names_in_each_language(lang: MapLang) -> None:
    told = data(drawing(), HERE, "en")
    names = {entry[lang] for entry in told["names"]}

    assert {"en": "Poland", "vi": "Ba Lan", "ru": "Польша"}[lang] in names
    assert {"en": "Crimea", "vi": "Crưm", "ru": "Крым"}[lang] in names


def _line(letters: str) -> list[tuple[int, int]]:
    """The page's own reading of a line, in Python."""
    values, at = [], 0
    while at < len(letters):
        value = shift = 0
        while True:
            bits = ord(letters[at]) - 63
            at += 1
            value |= (bits & 31) << shift
            shift += 5
            if bits < 32:
                break
        values.append(~(value >> 1) if value & 1 else value >> 1)
    steps = np.cumsum(np.array(values).reshape(-1, 2), axis=0)
    return [(int(x), int(y)) for x, y in steps]


def test_the_land_of_a_page_is_that_of_the_map_within_what_a_screen_shows() -> None:
    told = data(drawing(), HERE, "en")
    lines = [_line(letters) for letters in told["lines"]]

    def ring(row: tuple[int, ...]) -> list[tuple[int, int]]:
        return [p for n in row for p in (lines[n] if n >= 0 else lines[~n][::-1])]

    area = 0.0
    for lot in told["lots"]:
        for rows in lot["polygons"]:
            outer, *holes = [shapely.Polygon(ring(row)) if len(ring(row)) > 2 else shapely.Polygon() for row in rows]
            area += outer.area - sum(h.area for h in holes)
    world = layer()
    true = sum(p.area for p, n in zip(world.polygons, world.polygon_piece.tolist(), strict=True) if n in atlas().lots)

    assert area / 1e6 == pytest.approx(true, rel=2e-4)


@pytest.mark.parametrize(("view", "fill"), [("RUS", "RUS"), ("UKR", "UKR"), (None, None)])
def test_crimea_has_the_colour_of_whom_the_view_names(view: str | None, fill: str | None) -> None:
    whole = atlas(date(2016, 6, 1), view)
    number = next(n for n, p in enumerate(layer().pieces) if p.name == "Crimea")
    lot = whole.lots[number]

    assert (None if lot.open else lot.holders[0]) == fill


@pytest.mark.parametrize(("on", "view"), [(None, None), (date(2016, 6, 1), "RUS")])
def test_a_map_says_its_day_its_view_and_its_margin(on: date | None, view: str | None) -> None:
    told = " ".join(notes(drawing(atlas(on, view)), "en"))

    assert ("1 June 2016" if on else "31 December 2025") in told
    assert ("as Russia says" if view else "disputed areas belong to no State here") in told
    assert "3 km" in told


def test_zones_and_states_that_stand_out_are_explained() -> None:
    text = svg(drawing(of=("UKR",), text="Zone of something"), "en")

    assert 'class="of"' in text
    assert 'class="area-of zone-1"' in text
    assert text.count(">Zone of something<") >= 2
    assert ">UKR<" in text


def test_a_picture_needs_no_fonts_of_the_machine() -> None:
    """Letters of the names are drawn: without a font the picture would be emptier by thousands of pixels."""
    text = svg(drawing(labels="vi"), "vi")
    picture = png(text)
    silent = png(re.sub(r"<text.*?</text>", "", text, flags=re.S))

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) - len(silent) > 20_000


def test_names_of_states_are_known_in_each_language() -> None:
    for lang in MAP_LANGS:
        names = map_names(lang)
        assert all(names.states.get(code) for lot in atlas().lots.values() for code in lot.holders)
