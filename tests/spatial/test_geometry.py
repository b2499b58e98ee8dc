"""Regions that somebody drew: GeoJSON, well-known text, GeoParquet; circles; what is uncertain; what is refused.

The full wording of what is refused stands in `tests/bad/geometry.md`.
"""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from servanda.errors import InputError, render
from servanda.messages import LANGS
from servanda.spatial.files import geometry
from servanda.spatial.files.geometry import Circle, Shape, shape_of, shape_of_text
from servanda.spatial.files.wkb import is_deep
from spatial.places import destinations

SQUARE = [[20.0, 54.0], [22.0, 54.0], [22.0, 55.0], [20.0, 55.0], [20.0, 54.0]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}
WKT = "POLYGON ((20 54, 22 54, 22 55, 20 55, 20 54))"
Flavor = Literal["iso", "extended"]
CERTAIN, OPEN, OUT = (True, True), (False, True), (False, False)


def _at(shape: Shape, lon: float, lat: float) -> tuple[bool, bool]:
    certainly, possibly = shape.contains([lon], [lat])
    return bool(certainly[0]), bool(possibly[0])


def _feature(shape: object, **about: object) -> dict[str, object]:
    return {"type": "Feature", "properties": about, "geometry": shape}


def _collection(*features: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}


def _json(content: object) -> Shape:
    return shape_of_text(json.dumps(content), "zone.geojson")


def _codes(call: Any) -> set[str]:
    with pytest.raises(InputError) as caught:
        call()
    for diagnostic in caught.value.diagnostics:
        for lang in LANGS:
            assert render(diagnostic, lang)
    return {d.code for d in caught.value.diagnostics}


@pytest.mark.parametrize(
    "content",
    [
        POLYGON,
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "GeometryCollection", "geometries": [POLYGON]},
        {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": [POLYGON]}]},
        _feature(POLYGON),
        _collection(_feature(POLYGON)),
        {**POLYGON, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        {**POLYGON, "crs": {"type": "name", "properties": {"name": "EPSG:4326"}}},
        _collection(_feature(POLYGON), _feature({"type": "MultiPolygon", "coordinates": [[SQUARE]]})),
    ],
)
def test_geojson_is_read_in_each_of_its_forms(content: object) -> None:
    shape = _json(content)

    assert [_at(shape, *p) for p in ((21, 54.5), (22, 54.5), (23, 54.5))] == [CERTAIN, OPEN, OUT]


@pytest.mark.parametrize(
    "text",
    [
        WKT,
        WKT.lower(),
        f"SRID=4326; {WKT}",
        f"MULTIPOLYGON ({WKT.removeprefix('POLYGON ')})",
        f"GEOMETRYCOLLECTION ({WKT})",
        "POLYGON Z ((20 54 1, 22 54 1, 22 55 1, 20 55 1, 20 54 1))",
        "\n  POLYGON((2.0e1 54,22 54,22 55,+20 55,20 54))\n",
    ],
)
def test_well_known_text_is_read_in_each_of_its_forms(text: str) -> None:
    shape = shape_of_text(text, "zone.wkt")

    assert [_at(shape, *p) for p in ((21, 54.5), (22, 54.5), (23, 54.5))] == [CERTAIN, OPEN, OUT]


@given(st.text(alphabet="POLYGNMUTIECA ()0123456789.,-;=eSRD\n\x00", max_size=60))
def test_any_text_is_a_shape_or_an_answer(text: str) -> None:
    try:
        assert isinstance(shape_of_text("POLYGON" + text, "zone.wkt"), Shape)
    except InputError as error:
        assert all(render(d) for d in error.diagnostics)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features", "properties", "crs"]), inner)
    ),
)


@given(
    JSON, st.sampled_from(["Polygon", "MultiPolygon", "Feature", "FeatureCollection", "GeometryCollection", "Point"])
)
def test_any_json_is_a_shape_or_an_answer(inner: object, kind: str) -> None:
    content = {"type": kind, "coordinates": inner, "features": inner, "geometry": inner, "geometries": inner}
    for tried in (inner, content, _feature(inner, radius_m=inner), _collection(inner)):
        try:
            assert isinstance(_json(tried), Shape)
        except InputError as error:
            assert all(render(d) for d in error.diagnostics)


# ---- GeoParquet


def _parquet(folder: Path, shapes: list[Any], about: object = None, **columns: list[Any]) -> Path:
    described = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    wkb = [s if s is None or isinstance(s, bytes) else shapely.to_wkb(s) for s in shapes]
    table = pa.table({"geometry": pa.array(wkb, pa.binary()), **columns})
    metadata = {"geo": json.dumps(described if about is None else about)} if about != "none" else {}
    file = folder / "zone.parquet"
    pq.write_table(table.replace_schema_metadata(metadata), file)
    return file


def test_geoparquet_is_read_and_a_row_is_chosen_by_name(tmp_path: Path) -> None:
    north = shapely.box(20, 64, 22, 65)
    file = _parquet(tmp_path, [shapely.box(20, 54, 22, 55), north], name=["South", "North"])

    assert _at(shape_of(file), 21, 54.5) == CERTAIN
    assert _at(shape_of(file, "South"), 21, 64.5) == OUT
    assert _at(shape_of(file, "North"), 21, 64.5) == CERTAIN
    assert _codes(lambda: shape_of(file, "East")) == {"geometry-no-feature"}


def test_a_feature_is_chosen_by_name(tmp_path: Path) -> None:
    north = {"type": "Polygon", "coordinates": [[[x, y + 10] for x, y in SQUARE]]}
    file = tmp_path / "zone.geojson"
    file.write_text(json.dumps(_collection(_feature(POLYGON, name="South"), _feature(north, name="North"))))

    assert _at(shape_of(file, "North"), 21, 54.5) == OUT
    assert _at(shape_of(file, "North"), 21, 64.5) == CERTAIN
    assert _codes(lambda: shape_of(file, "East")) == {"geometry-no-feature"}


BOX = shapely.box(20, 54, 22, 55)
UTM = {"id": {"authority": "EPSG", "code": 32633}}
WGS84 = {"name": "WGS 84", "id": {"authority": "EPSG", "code": 4326}}


def _described(**column: object) -> dict[str, object]:
    return {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", **column}}}


@pytest.mark.parametrize(
    ("name", "content"), [("a.kml", b"<kml/>"), ("a.shp", b"\x00\x00\x27\x0a\xff"), ("a", b"zone")]
)
def test_a_form_that_is_not_read_is_named_as_such(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InputError) as caught:
        shape_of(tmp_path / name)
    assert [(d.code, d.case) for d in caught.value.diagnostics] == [("geometry-unreadable", "form")]


def test_a_file_that_knows_no_system_of_coordinates_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        shape_of(_parquet(tmp_path, [BOX], _described(crs=None)))
    assert "nobody knows their system" in render(caught.value.diagnostics[0])


@pytest.mark.parametrize(
    ("shapes", "about", "code"),
    [
        ([BOX], "none", "geometry-no-column"),
        ([BOX], {"columns": 5}, "geometry-no-column"),
        ([BOX], {**_described(), "primary_column": "shape"}, "geometry-no-column"),
        ([BOX], _described(encoding="point"), "geometry-no-column"),
        ([BOX], _described(edges="spherical"), "geometry-no-column"),
        ([BOX], _described(crs=UTM), "crs-unknown"),
        ([BOX], _described(crs=None), "crs-unknown"),
        ([b"no geometry"], None, "geometry-no-column"),
        ([None], None, "geometry-not-polygon"),
        ([], None, "geometry-not-polygon"),
        ([shapely.Polygon()], None, "geometry-not-polygon"),
        ([shapely.LineString([(20, 54), (22, 55)])], None, "geometry-not-polygon"),
        ([shapely.Polygon([(20, 54), (22, 56), (22, 54), (20, 56)])], None, "geometry-crosses-itself"),
        ([shapely.box(170, 54, 190, 55)], None, "geometry-position"),
    ],
)
def test_a_geoparquet_file_that_is_wrong_is_answered(
    tmp_path: Path, shapes: list[Any], about: object, code: str
) -> None:
    assert _codes(lambda: shape_of(_parquet(tmp_path, shapes, about))) == {code}


def test_a_geoparquet_file_may_name_wgs_84(tmp_path: Path) -> None:
    assert _at(shape_of(_parquet(tmp_path, [BOX], _described(crs=WGS84))), 21, 54.5) == CERTAIN


# ---- circles and uncertainty


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(1, 19_000_000), st.floats(0, 360))
def test_a_circle_holds_what_is_nearer_than_its_radius(lon: float, lat: float, radius: float, azimuth: float) -> None:
    circle = Shape(circles=(Circle(lon, lat, radius),))
    inside, outside = (destinations(lon, lat, azimuth, radius + d)[0] for d in (-0.01, 0.01))

    assert _at(circle, (inside[0] + 180) % 360 - 180, inside[1]) == CERTAIN
    assert _at(circle, (outside[0] + 180) % 360 - 180, outside[1]) == OUT


def test_a_point_with_a_radius_is_a_circle() -> None:
    shape = _json(_feature({"type": "Point", "coordinates": [20, 54]}, radius_m=10_000))
    for distance, expected in ((9_999, CERTAIN), (10_001, OUT)):
        lon, lat = destinations(20, 54, 77, distance)[0]
        assert _at(shape, lon, lat) == expected


@pytest.mark.parametrize(
    ("metres", "expected"),
    [(-600, CERTAIN), (-400, OPEN), (400, OPEN), (600, OUT)],
)
@pytest.mark.parametrize("circle", [True, False])
def test_within_the_uncertainty_of_the_outline_a_place_is_possible(
    circle: bool, metres: float, expected: tuple[bool, bool]
) -> None:
    drawn: object = POLYGON
    start, azimuth, base = (22.0, 54.5), 90.0, 0.0
    if circle:
        drawn, start, base = {"type": "Point", "coordinates": [20, 54]}, (20.0, 54.0), 10_000.0
    shape = _json(_feature(drawn, radius_m=10_000, uncertainty_m=500))
    lon, lat = destinations(*start, azimuth, base + metres)[0]

    assert _at(shape, lon, lat) == expected


def test_the_common_line_of_two_polygons_is_no_outline() -> None:
    east = {"type": "Polygon", "coordinates": [[[x + 2, y] for x, y in SQUARE]]}
    shape = _json(_collection(_feature(POLYGON), _feature(east)))

    assert _at(shape, 22.0, 54.5) == CERTAIN


# ---- the antimeridian and the poles


ACROSS = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[170, 60], [180, 60], [180, 70], [170, 70], [170, 60]]],
        [[[-180, 60], [-170, 60], [-170, 70], [-180, 70], [-180, 60]]],
    ],
}
CAP = {"type": "Polygon", "coordinates": [[[-180, 70], [180, 70], [180, 90], [-180, 90], [-180, 70]]]}


@pytest.mark.parametrize("lon", [175.0, -175.0, 180.0, -180.0, 185.0])
def test_an_area_across_the_antimeridian_is_two_polygons(lon: float) -> None:
    assert _at(_json(ACROSS), lon, 65.0) == CERTAIN


def test_half_an_area_ends_at_the_antimeridian() -> None:
    half = {"type": "Polygon", "coordinates": ACROSS["coordinates"][0]}

    assert [_at(_json(half), lon, 65.0) for lon in (180.0, -180.0, -179.0)] == [OPEN, OPEN, OUT]


@pytest.mark.parametrize("lon", [0.0, 90.0, 180.0, -180.0])
def test_a_polygon_along_the_pole_holds_it(lon: float) -> None:
    assert _at(_json(CAP), lon, 90.0) == CERTAIN
    assert _at(_json(CAP), lon, 80.0) == CERTAIN
    assert _at(_json(CAP), lon, 60.0) == OUT


def test_a_wedge_at_the_pole_only_touches_it() -> None:
    wedge = {"type": "Polygon", "coordinates": [[[0, 70], [90, 70], [90, 90], [0, 90], [0, 70]]]}

    assert _at(_json(wedge), -120.0, 90.0) == OPEN


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        ([[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]], "polygon-antimeridian"),
        ([[-120, 70], [0, 70], [120, 70], [-120, 70]], "polygon-over-pole"),
        ([[120, -70], [0, -70], [-120, -70], [120, -70]], "polygon-over-pole"),
        ([[-180, 60], [0, 65], [180, 60], [-180, 60]], "polygon-over-pole"),
        ([[-180, 60], [-90, 60], [0, 60], [90, 60], [180, 60], [-180, 60]], "polygon-over-pole"),
    ],
)
def test_a_ring_that_does_not_say_which_way_it_goes_is_refused(ring: list[list[float]], code: str) -> None:
    assert _codes(lambda: _json({"type": "Polygon", "coordinates": [ring]})) == {code}


# ---- files


def test_a_file_of_two_hundred_megabytes_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry, "LARGEST", 20)
    file = tmp_path / "zone.geojson"
    file.write_text(json.dumps(POLYGON))

    assert _codes(lambda: shape_of(file)) == {"geometry-unreadable"}


@pytest.mark.parametrize(
    "content", ["", "\x00", "{", "NaN", "[" * 100_000, '{"type": 1e999}', "POLYGON", "SRID=", "\ufeff"]
)
def test_a_text_that_is_no_geometry_is_answered(tmp_path: Path, content: str) -> None:
    for name in ("zone.geojson", "zone.wkt", "zone.parquet"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert _codes(lambda name=name: shape_of(tmp_path / name)) <= {"geometry-unreadable", "geometry-not-polygon"}


def test_a_file_in_another_encoding_is_answered(tmp_path: Path) -> None:
    file = tmp_path / "zone.geojson"
    file.write_bytes(json.dumps(POLYGON).encode("utf-16"))

    assert _codes(lambda: shape_of(file)) == {"geometry-unreadable"}
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(POLYGON).encode())
    assert _at(shape_of(file), 21, 54.5) == CERTAIN


def test_many_mistakes_are_told_by_the_first_of_them() -> None:
    ring = [[x, 200.0] for x in np.linspace(0, 10, 10_000).tolist()]
    with pytest.raises(InputError) as caught:
        _json({"type": "Polygon", "coordinates": [ring]})

    assert len(caught.value.diagnostics) == 20


@pytest.mark.parametrize("radius", [0, -1, math.inf, math.nan, 3e7, "10 km", True, [5]])
def test_a_radius_that_makes_no_circle_is_refused(radius: object) -> None:
    content = _feature({"type": "Point", "coordinates": [20, 54]}, radius_m=radius)

    assert _codes(lambda: _json(content)) == {"geometry-radius"}


def _collected(depth: int, byte_order: int = 1, inner: bytes = b"") -> bytes:
    """A collection that holds one collection, and so on."""
    order = "<" if byte_order == 1 else ">"
    return struct.pack(f"{order}BII", byte_order, 7, 1) * depth + (inner or shapely.to_wkb(Point(1, 1)))


@pytest.mark.parametrize("byte_order", [0, 1])
def test_wkb_nested_deep_is_refused_before_it_is_followed(byte_order: int, tmp_path: Path) -> None:
    """GEOS follows it down until the stack is at its end, and the process with it."""
    file = tmp_path / "deep.parquet"
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    wkb = _collected(20_000, byte_order)
    for written in (pa.array([wkb]), pa.array([wkb.hex()])):
        table = pa.table({"geometry": written}).replace_schema_metadata({"geo": json.dumps(about)})
        pq.write_table(table, file)
        with pytest.raises(InputError) as caught:
            shape_of(file)
        assert [(d.code, d.case) for d in caught.value.diagnostics] == [("geometry-unreadable", "deep")]


@given(
    st.sampled_from(
        [
            Point(1, 2, 3),
            LineString([(0, 0), (1, 1)]),
            Polygon([(0, 0), (3, 0), (3, 3)], [[(1, 0.5), (2, 0.5), (2, 1)]]),
            MultiPolygon([Polygon([(0, 0), (1, 0), (1, 1)]), Polygon([(5, 5), (6, 5), (6, 6)])]),
        ]
    ),
    st.integers(0, 12),
    st.sampled_from([0, 1]),
    st.sampled_from(["iso", "extended"]),
)
def test_the_depth_of_wkb_is_told_as_it_is(shape: BaseGeometry, depth: int, byte_order: int, flavor: Flavor) -> None:
    inner = shapely.to_wkb(shape, byte_order=byte_order, flavor=flavor)
    whole = _collected(depth, byte_order, inner)

    assert is_deep(whole, 8) == (depth + isinstance(shape, MultiPolygon) > 8)


@given(st.binary(max_size=60))
def test_any_bytes_have_a_depth(data: bytes) -> None:
    assert is_deep(data, 8) in (True, False)


def test_geojson_nested_deep_is_called_so(tmp_path: Path) -> None:
    file = tmp_path / "deep.geojson"
    file.write_text('{"type":"GeometryCollection","geometries":[' * 20_000 + "]}" * 20_000, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        shape_of(file)

    assert [(d.code, d.case) for d in caught.value.diagnostics] == [("geometry-unreadable", "deep")]


def test_bytes_in_a_file_of_well_known_text_are_called_so(tmp_path: Path) -> None:
    file = tmp_path / "binary.wkt"
    file.write_bytes(b"\xff\xfe\x00POLYGON")
    with pytest.raises(InputError) as caught:
        shape_of(file)

    assert "it is not text in UTF-8" in render(caught.value.diagnostics[0])


def test_a_geometry_that_comes_again_and_again_is_bounded(tmp_path: Path) -> None:
    file = tmp_path / "again.parquet"
    wkb = shapely.to_wkb(Polygon(SQUARE).segmentize(0.001))
    several = pa.DictionaryArray.from_arrays(pa.array(np.zeros(5000, np.int32)), pa.array([wkb]))
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    table = pa.table({"geometry": several}).replace_schema_metadata({"geo": json.dumps(about)})
    pq.write_table(table, file)
    with pytest.raises(InputError) as caught:
        shape_of(file)

    assert [(d.code, d.case) for d in caught.value.diagnostics] == [("geometry-unreadable", "large")]
