"""The map as a picture: complete, harmless and legible."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.messages import LANGS, Lang
from servanda.spatial import PositionError
from servanda.spatial.land.atlas import Line, Names, atlas
from servanda.spatial.land.layer import layer
from servanda.spatial.land.topology import Outline, topology
from servanda.spatial.paper.labels import Box, Sheet, text_width, wrapped
from servanda.spatial.paper.picture import Circle, Look, MapPoint, map_svg
from servanda.spatial.paper.projection import Projection
from servanda.spatial.paper.window import Around, disc
from servanda.vocabulary.party import parties
from spatial.places import destinations

SVG = "{http://www.w3.org/2000/svg}"
PLACES = [
    MapPoint(21.8, 54.6, "Chernyakhovsk", "breached", "deployment d1"),
    MapPoint(34.1, 45.1, "Simferopol", "depends on account", "deployment d2"),
    MapPoint(30.3, 59.9, "Санкт-Петербург", "awaits judgement", "exercise x1"),
]


def _map(points: list[MapPoint], *circles: Circle, lang: Lang = "en", title: str = "Reach") -> ET.Element:
    text = map_svg(
        points, circles=circles, title=title, notes=["A draft."], legend=[("breached", "Breached")], lang=lang
    )
    return ET.fromstring(text)


def _texts(root: ET.Element, css: str) -> list[str]:
    return [str(e.text) for e in root.iter(f"{SVG}text") if e.get("class") == css]


@pytest.mark.parametrize("lang", LANGS)
def test_a_map_shows_every_place_with_its_name(lang: Lang) -> None:
    root = _map(PLACES, Circle(21.8, 54.6, 500_000, "breached"), lang=lang)

    assert set(_texts(root, "label")) == {p.label for p in PLACES}
    assert root.get("lang") == lang
    assert ("Ba Lan" if lang == "vi" else "Poland") in _texts(root, "state")


def test_a_map_says_what_it_rests_on() -> None:
    notes = _texts(_map(PLACES), "note")

    assert notes[0] == "A draft."
    assert "Natural Earth" in " ".join(notes[1:])


def test_disputed_areas_are_drawn_apart_and_explained() -> None:
    root = _map(PLACES)

    assert [e for e in root.iter(f"{SVG}path") if e.get("class") == "disputed"]
    assert any("belongs to no State" in key for key in _texts(root, "key"))


def test_a_map_needs_nothing_from_elsewhere() -> None:
    text = map_svg(PLACES, title="T", notes=[], legend=[], lang="en")

    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text
    assert "@import" not in text


def test_two_maps_on_one_page_share_no_ids() -> None:
    def ids(root: ET.Element) -> set[str]:
        return {str(e.get("id")) for e in root.iter() if e.get("id")}

    one, other = _map(PLACES), _map(PLACES[:1])

    assert ids(one)
    assert not ids(one) & ids(other)


def test_the_same_map_is_drawn_the_same() -> None:
    assert map_svg(PLACES, title="T", notes=[], legend=[], lang="en") == map_svg(
        PLACES, title="T", notes=[], legend=[], lang="en"
    )


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_no_text_can_break_out_of_the_picture(label: str, title: str, css: str) -> None:
    root = ET.fromstring(
        map_svg([MapPoint(1, 50, label, css, title)], title=title, notes=[title], legend=[(css, label)], lang="en")
    )

    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        "svg", "title", "desc", "style", "defs", "clipPath", "pattern", "rect", "g", "path", "circle", "text",
    }  # fmt: skip


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0.0, 90.0)],
        pytest.param([(0.0, -90.0)], marks=pytest.mark.long),
        pytest.param([(180.0, 66.0)], marks=pytest.mark.long),
        [(179.0, -17.0), (-179.0, -17.0)],
        pytest.param([(0.0, 0.0), (180.0, 0.0)], marks=pytest.mark.long),
        pytest.param([(-100.0, 40.0), (100.0, -40.0), (10.0, 50.0)], marks=pytest.mark.long),
        [(20.0, 50.0)] * 40,
    ],
)
def test_a_map_of_any_places_is_drawn(points: list[tuple[float, float]]) -> None:
    root = _map(
        [MapPoint(lon, lat, f"Place {i}", "complied", "") for i, (lon, lat) in enumerate(points)],
        *(Circle(lon, lat, 5_500_000, "breached") for lon, lat in points[:2]),
    )

    assert len(list(root.iter(f"{SVG}path"))) > 10
    assert "nan" not in ET.tostring(root, encoding="unicode")


def test_places_without_room_for_their_names_are_counted() -> None:
    root = _map([MapPoint(20.0, 50.0, f"A place with a long name, {i}", "complied", "") for i in range(300)])

    named = len(_texts(root, "label"))
    assert 0 < named < 300
    assert any(note.startswith(f"{300 - named} places") for note in _texts(root, "note"))


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(PositionError):
        _map([MapPoint(0, 100, "", "", "")])


@given(st.lists(st.tuples(st.floats(0, 800), st.floats(0, 600)), max_size=30))
def test_no_label_covers_another(points: list[tuple[float, float]]) -> None:
    sheet = Sheet(Box(0, 0, 800, 600))
    boxes = []
    for x, y in points:
        placed = sheet.beside(x, y, "Kaliningrad", 14, 5)
        if placed is not None:
            left = placed.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[placed.anchor] * text_width("Kaliningrad", 14)
            boxes.append(Box(left, placed.y - 12, left + text_width("Kaliningrad", 14), placed.y + 2))

    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
    assert all(b.within(sheet.frame) for b in boxes)


def test_lines_are_no_wider_than_the_sheet() -> None:
    lines = wrapped("a verdict compares a record with a text and is no finding " * 5, 12, 300)

    assert all(text_width(line, 12) <= 300 for line in lines)
    assert " ".join(lines) == ("a verdict compares a record with a text and is no finding " * 5).strip()


@given(st.floats(-180, 180), st.floats(-80, 80))
def test_areas_near_the_centre_keep_their_size(lon: float, lat: float) -> None:
    here = Projection(lon, lat)
    d = 0.01
    corners = here.plane(lon + np.array([-d, d, d, -d]), lat + np.array([-d, -d, d, d]))
    x, y = corners[:, 0], corners[:, 1]
    area = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    true = 6371.0**2 * np.radians(2 * d) * (np.sin(np.radians(lat + d)) - np.sin(np.radians(lat - d)))

    assert area == pytest.approx(true, rel=1e-6)


# ---- maps of territories: `Look`


def _words(root: ET.Element) -> list[tuple[str, Box]]:
    """Every word on the sheet with the room that it takes up."""
    sizes = {"label": 14.0, "title": 26.0, "scale": 12.0, "key": 14.0, "note": 12.5}
    found = []
    for element in root.iter(f"{SVG}text"):
        size = float(element.get("font-size") or sizes[str(element.get("class"))])
        rows = list(element.iter(f"{SVG}tspan")) or [element]
        shares = {"start": 0.0, "middle": 0.5, "end": 1.0}
        for row in rows:
            wide = text_width(str(row.text), size)
            left = float(str(row.get("x"))) - shares[element.get("text-anchor") or "start"] * wide
            y = float(str(row.get("y")))
            found.append((str(row.text), Box(left, y - size * 0.72, left + wide, y + size * 0.16)))
    return found


def _names(lang: str) -> Names:
    return Names(lang, {code: party.name(lang) for code, party in parties().by_code.items()})


_WINDOWS = (
    None,
    Around(20, 52, 2200),
    Around(35, 47, 650),
    Around(113, 13, 1700),
    Around(180, 62, 2800),
    Around(0, -90, 3600),
)


@pytest.mark.parametrize("around", _WINDOWS)
@pytest.mark.parametrize("names", ["vi", *(pytest.param(lang, marks=pytest.mark.long) for lang in ("en", "ru"))])
def test_no_name_stands_over_another(names: str, around: Around | None) -> None:
    look = Look(names=_names(names), around=around, tinted=True)
    root = ET.fromstring(map_svg(PLACES, title="T", notes=["N"], legend=[], lang="en", look=look))
    words = _words(root)
    over = [(a, b) for i, (a, one) in enumerate(words) for b, other in words[:i] if one.overlaps(other)]

    assert len(words) > 8
    assert over == []


def test_the_border_of_a_disputed_area_is_dashed_and_the_area_hatched() -> None:
    text = map_svg([], title="T", notes=[], legend=[], lang="en", look=Look(around=Around(34, 45.3, 300)))

    assert 'class="contested"' in text
    assert 'class="disputed"' in text
    assert re.search(r"\.contested\{[^}]*stroke-dasharray", text)


def test_a_view_gives_an_area_to_a_state_and_leaves_its_border_dashed() -> None:
    whole = atlas(date(2016, 6, 1), "UKR")
    text = map_svg([], title="T", notes=[], legend=[], lang="en", look=Look(whole, around=Around(34, 45.3, 200)))

    assert 'class="contested"' in text
    assert 'class="disputed"' not in text


def test_the_antimeridian_is_no_coast() -> None:
    """Chukotka and Fiji are whole: no line runs along the seam of the layer."""
    lines = [
        arc
        for arc, line in zip(topology().arcs, atlas().lines, strict=True)
        if line is not Line.NONE and (np.abs(arc[:, 0]) == 180).sum() > 1
    ]

    assert [a for a in lines if (np.diff(np.abs(a[:, 0]) == 180) == 0).any() and (np.abs(a[:, 0]) == 180).all()] == []


def test_each_polygon_is_its_row_of_arcs() -> None:
    world, whole = layer(), topology()
    first: dict[int, Outline] = {}
    for outline in whole.outlines:
        first.setdefault(outline.piece, outline)
    for piece, outline in list(first.items())[::17]:
        row = [whole.arcs[n] if n >= 0 else whole.arcs[~n][::-1] for n in outline.rings[0]]
        ring = shapely.Polygon(np.concatenate(row))
        own = [p for p, n in zip(world.polygons, world.polygon_piece.tolist(), strict=True) if n == piece]
        assert ring.symmetric_difference(shapely.Polygon(own[0].exterior)).area < 1e-9


def test_borders_have_two_sides_and_coasts_one() -> None:
    for sides, line in zip(topology().sides, atlas().lines, strict=True):
        assert len(sides) == (1 if line is Line.COAST else 2) or line is Line.NONE


def test_neighbours_have_different_tints() -> None:
    whole = atlas()
    same = set()
    for sides, line in zip(topology().sides, whole.lines, strict=True):
        if line is Line.BORDER:
            one, other = ("|".join(whole.lots[n].holders) for n in sides)
            if whole.tints[one] == whole.tints[other]:
                same.add((one, other))

    assert same == set()


@pytest.mark.parametrize(
    ("lon", "lat", "radius_m"),
    [(0, 0, 500e3), (179, 10, 900e3), (30, 85, 1500e3), (-60, -80, 3000e3), (10, 60, 5500e3)],
)
def test_a_disc_holds_what_is_nearer(lon: float, lat: float, radius_m: float) -> None:
    shape = disc(lon, lat, radius_m)
    azimuths = np.linspace(0, 350, 36)
    inside, outside = (destinations(lon, lat, azimuths, radius_m * share) for share in (0.97, 1.03))

    assert shape.is_valid
    for points, held in ((inside, True), (outside, False)):
        x = (points[:, 0] + 180) % 360 - 180
        assert (shapely.contains_xy(shape, x, points[:, 1]) == held).all()


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(-3000, 3000), st.floats(-3000, 3000))
def test_a_place_of_the_sheet_is_found_again(lon: float, lat: float, x: float, y: float) -> None:
    here = Projection(lon, lat)
    there = here.position(x, y)

    assert here.plane(*(np.array([v]) for v in there))[0] == pytest.approx([x, y], abs=0.01)


def test_equal_earth_keeps_areas() -> None:
    whole = Projection(0, 0, world=True)
    lat = np.linspace(-80, 80, 17)
    d = 0.05
    for y in lat:
        corners = whole.plane(np.array([20, 20 + d, 20 + d, 20.0]), np.array([y, y, y + d, y + d]))
        x, z = corners[:, 0], corners[:, 1]
        area = 0.5 * abs(np.dot(x, np.roll(z, -1)) - np.dot(z, np.roll(x, -1)))
        true = 6371.0**2 * np.radians(d) * (np.sin(np.radians(y + d)) - np.sin(np.radians(y)))
        assert area == pytest.approx(true, rel=2e-3)
