"""The map as a picture: complete, harmless and legible."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.messages import LANGS, Lang
from servanda.spatial import PositionError
from servanda.spatial.labels import Box, Sheet, text_width, wrapped
from servanda.spatial.picture import Circle, MapPoint, map_svg
from servanda.spatial.projection import Projection

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
    assert "Natural Earth" in notes[-1]


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
        [(0.0, -90.0)],
        [(180.0, 66.0)],
        [(179.0, -17.0), (-179.0, -17.0)],
        [(0.0, 0.0), (180.0, 0.0)],
        [(-100.0, 40.0), (100.0, -40.0), (10.0, 50.0)],
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
