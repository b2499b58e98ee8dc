"""Named seas, and regions from a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from servanda.errors import InputError, render
from servanda.messages import LANGS
from servanda.spatial import geography, known_regions
from servanda.spatial.files.geometry import shape_of

WORLD = geography()
CERTAIN, OPEN, OUT = (True, True), (False, True), (False, False)


@pytest.mark.parametrize(
    ("name", "lon", "lat", "expected"),
    [
        ("Black Sea", 34.0, 43.0, CERTAIN),
        ("Biển Đen", 34.0, 43.0, CERTAIN),
        ("Чёрное море", 34.0, 43.0, CERTAIN),
        ("Black Sea", 36.5, 46.0, OUT),  # the Sea of Azov is another
        ("Sea of Azov", 36.5, 46.0, CERTAIN),
        ("Baltic Sea", 19.5, 56.5, CERTAIN),
        ("Baltic Sea", 26.0, 59.9, CERTAIN),  # its Gulf of Finland
        ("Gulf of Finland", 26.0, 59.9, CERTAIN),
        ("Baltic Sea", 20.0, 62.5, CERTAIN),  # its Gulf of Bothnia
        ("Baltic Sea", 11.5, 57.0, OUT),  # the Kattegat is not
        ("Mediterranean Sea", 18.0, 34.5, CERTAIN),
        ("Mediterranean Sea", 25.0, 39.0, CERTAIN),  # its Aegean
        ("Barents Sea", 38.0, 73.0, CERTAIN),
        ("Bering Sea", -178.0, 58.0, CERTAIN),
        ("Bering Sea", 178.0, 58.0, CERTAIN),
        ("South China Sea", 114.0, 15.0, CERTAIN),
        ("Baltic Sea", 37.6, 55.75, OUT),
    ],
)
def test_a_sea_holds_what_charts_say_it_holds(name: str, lon: float, lat: float, expected: tuple[bool, bool]) -> None:
    assert WORLD.region(name, lon, lat) == expected


def test_on_the_outline_of_a_sea_nothing_is_certain() -> None:
    # The Bosporus is narrower than the margin.
    assert WORLD.region("Black Sea", 29.12, 41.22) == OPEN


def test_a_line_between_two_parts_of_one_sea_is_no_outline() -> None:
    certainly, _ = WORLD.regions("Baltic Sea", np.linspace(21.5, 24.0, 51), np.full(51, 59.45))

    assert certainly.all()


def test_every_name_of_a_sea_finds_it() -> None:
    for name in known_regions():
        assert WORLD.region(name, 0.0, 45.0) in (CERTAIN, OPEN, OUT)
    with pytest.raises(KeyError):
        WORLD.region("Sea of Tranquility", 0, 0)


SQUARE = [[20.0, 54.0], [22.0, 54.0], [22.0, 55.0], [20.0, 55.0], [20.0, 54.0]]


def _file(folder: Path, content: object) -> Path:
    file = folder / "zone.geojson"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def _in_geometry(file: Path, lon: float, lat: float) -> tuple[bool, bool]:
    certainly, possibly = shape_of(file).contains(lon, lat)
    return bool(certainly[0]), bool(possibly[0])


@pytest.mark.parametrize(
    "content",
    [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}],
        },
    ],
)
def test_a_region_is_read_from_geojson(tmp_path: Path, content: object) -> None:
    file = _file(tmp_path, content)

    assert _in_geometry(file, 21.0, 54.5) == CERTAIN
    assert _in_geometry(file, 22.0, 54.5) == OPEN
    assert _in_geometry(file, 23.0, 54.5) == OUT


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    file = _file(tmp_path, {"type": "Polygon", "coordinates": [SQUARE]})
    assert _in_geometry(file, 21.0, 54.5) == CERTAIN

    moved = [[x + 10, y] for x, y in SQUARE]
    _file(tmp_path, {"type": "Polygon", "coordinates": [moved]})
    later = file.stat().st_mtime_ns + 1_000_000_000
    os.utime(file, ns=(later, later))

    assert _in_geometry(file, 21.0, 54.5) == OUT


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "geometry-unreadable"),
        ("[" * 100_000, "geometry-unreadable"),
        ("null", "geometry-not-polygon"),
        ("[]", "geometry-not-polygon"),
        ({"type": "LineString", "coordinates": SQUARE}, "geometry-not-polygon"),
        ({"type": "FeatureCollection", "features": []}, "geometry-not-polygon"),
        ({"type": "Feature", "geometry": None}, "geometry-not-polygon"),
        ({"type": "Polygon", "coordinates": []}, "geometry-not-polygon"),
        ({"type": "MultiPolygon", "coordinates": [7]}, "geometry-not-polygon"),
        ({"type": "Polygon", "coordinates": [7]}, "geometry-ring"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "geometry-ring"),
        ({"type": "Polygon", "coordinates": [[[54, 121], *SQUARE[1:], [54, 121]]]}, "geometry-position"),
        ({"type": "Polygon", "coordinates": [[["a", 1], *SQUARE[1:]]]}, "geometry-position"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 2], [3, 1], [NaN, 1]]]}', "geometry-position"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]},
            "geometry-crosses-itself",
        ),
    ],
)
def test_a_bad_file_is_answered_with_what_to_mend(tmp_path: Path, content: object, code: str) -> None:
    with pytest.raises(InputError) as caught:
        _in_geometry(_file(tmp_path, content), 0, 0)

    assert code in {d.code for d in caught.value.diagnostics}
    for diagnostic in caught.value.diagnostics:
        for lang in LANGS:
            assert "zone.geojson:" in render(diagnostic, lang)
            assert diagnostic.hint(lang)


@pytest.mark.parametrize("name", ["absent.geojson", ".", "a\0b"])
def test_a_file_that_is_not_there_is_answered_too(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        _in_geometry(tmp_path / name, 0, 0)

    assert [d.code for d in caught.value.diagnostics] == ["geometry-unreadable"]
