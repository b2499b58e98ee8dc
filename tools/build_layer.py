"""Builds the map layer `src/servanda/data/geo/layer.npz` from Natural Earth files and hand-typed outlines.

    python tools/build_layer.py COUNTRIES DISPUTED MARINE [OUTPUT]

COUNTRIES  ne_10m_admin_0_countries_deu (GeoParquet; ADM0_A3, SOV_A3, ISO_A3_EH)
DISPUTED   ne_10m_admin_0_disputed_areas (GeoParquet; BRK_A3)
MARINE     ne_10m_geography_marine_polys (GeoParquet; NAME, FEATURECLA)

Natural Earth is in the public domain (https://www.naturalearthdata.com/about/terms-of-use/), version 5.1.1. Which
disputed areas are cut out of which States, and who claims them, is `areas.csv`; which polygons make up a named sea
is `regions.csv`; lines that Natural Earth does not draw are `outlines.geojson` (parts of States that once were
somebody else's) and `disputed.geojson` (disputed areas); islands that it leaves out
are `islands.csv`; all beside the output.

The land is a coverage: all lines are first brought onto the grid of whole units of 1e-4 degree (11 m at most) and
cut where they meet, then each face between them is given to one piece. Two pieces that touch have every vertex of
their common line in common, and no place is in two.

The file holds polygons, each a run of rings, each a run of vertices (first not repeated), as differences from
vertex to vertex. Every polygon belongs to a piece: a territory or a part of one, a disputed area or a sea, described in
`pieces`. `margin` holds, for each vertex, how many metres the edge that begins there may be wrong where it was typed
by hand or is known to be far off (`margins.csv`), and 0 where it is Natural Earth's and its margin holds.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry as Geometry

DATA = Path(__file__).parent.parent / "src" / "servanda" / "data" / "geo"
LONGEST_EDGE = 0.1  # degrees, of lines typed by hand
PER_DEGREE = 10_000  # whole units
METRES_PER_DEGREE = 111_200

# Natural Earth's code of the sovereign to ISO; those absent are their own.
SOVEREIGN = {
    "GB1": "GBR", "FR1": "FRA", "US1": "USA", "NL1": "NLD", "CH1": "CHN", "DN1": "DNK", "FI1": "FIN",
    "AU1": "AUS", "NZ1": "NZL", "KA1": "KAZ", "CU1": "CUB", "IS1": "ISR", "SDS": "SSD",
}  # fmt: skip
# States in free association conclude treaties of their own.
ASSOCIATED = {"COK", "NIU"}
# The layer's own code to ISO where they differ; bases and reefs have no code and count as their sovereign's.
TERRITORY = {"SDS": "SSD", "ALD": "ALA"}
# Slivers thinner than this (units) between two drawings of the same line go to the disputed area.
SLIVER = 40
# Faces of nobody's larger than this (square units) are lakes and seas, or holes that areas.csv must name.
HOLE = PER_DEGREE**2 // 100


@dataclass
class Drawn:
    """A piece and the faces that are its."""

    about: dict[str, object]
    faces: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    """A line typed by hand: what lies within it and in one of `of` is a piece of its own.

    Of kind `island` it is land that Natural Earth leaves out, and belongs to the piece `of`.
    """

    name: str
    vi: str | None
    kind: str
    of: tuple[str, ...]
    uncertainty_m: int
    shape: Geometry


def main(countries: str, disputed: str, marine: str, output: str = str(DATA / "layer.npz")) -> None:
    """Read, cut, give each face to a piece, write."""
    land = {str(r["ADM0_A3"]): r for r in _rows(countries)}
    breaks = {str(r["BRK_A3"]): r["shape"] for r in _rows(disputed)}
    outlines = [o for file in ("outlines.geojson", "disputed.geojson") for o in _outlines(DATA / file)]
    outlines += _islands()
    faces = _faces(land, breaks, outlines)
    pieces = _land(land, faces)
    _areas(pieces, faces, land, breaks)
    _slivers(pieces, faces)
    typed = [line for outline in outlines for line in _typed(pieces, faces, outline)]
    kept = [p for p in pieces if p.faces]
    shapes = [(p.about, shapely.coverage_union_all(faces[p.faces])) for p in kept]
    _write([*shapes, *_seas(marine)], _wider_edges(shapes) | _typed_edges(typed), Path(output))


def _rows(file: str) -> Iterator[dict[str, Any]]:
    for row in pq.read_table(file).to_pylist():
        yield {**row, "shape": _in_units(shapely.make_valid(shapely.from_wkb(row["geometry"])))}


def _in_units(shape: Geometry) -> Geometry:
    return shapely.transform(shape, lambda xy: xy * PER_DEGREE)


def _table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def _outlines(file: Path) -> Iterator[Outline]:
    if not file.exists():
        return
    for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
        about = feature["properties"]
        drawn = shapely.from_geojson(json.dumps(feature["geometry"]))
        # A long edge along a parallel is no geodesic: cut short, the two are within 2 m of each other.
        shape = _in_units(shapely.segmentize(drawn, LONGEST_EDGE))
        if not shape.is_valid:
            sys.exit(f"{file.name}: {about['name']}: {shapely.is_valid_reason(shape)}")
        of = about["of"] if isinstance(about["of"], list) else [about["of"]]
        yield Outline(about["name"], about.get("vi"), about["kind"], tuple(of), int(about["uncertainty_m"]), shape)


# ---- faces


def _faces(land: dict[str, dict[str, Any]], breaks: dict[str, Geometry], outlines: Sequence[Outline]) -> Any:
    """The smallest areas between all lines, on the grid; a line typed by hand is drawn only across land."""
    ground = shapely.union_all([r["shape"] for r in land.values()])
    wanted = {part for area in _table("areas.csv") for part in area["parts"].split("|")}
    lines = [r["shape"].boundary for r in land.values()]
    lines += [shape.boundary for name, shape in breaks.items() if name in wanted]
    lines += [
        o.shape.boundary if o.kind == "island" else shapely.intersection(o.shape.boundary, ground) for o in outlines
    ]
    noded = shapely.union_all(lines, grid_size=1.0)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def _holding(faces: Any, shapes: Sequence[Geometry]) -> Iterator[tuple[int, int]]:
    """Pairs of a face and the shape that holds it."""
    within = shapely.point_on_surface(faces)
    face, shape = shapely.STRtree(shapes).query(within, predicate="intersects")
    yield from zip(face.tolist(), shape.tolist(), strict=True)


def _land(land: dict[str, dict[str, Any]], faces: Any) -> list[Drawn]:
    parties = {r["code"]: r for r in _table("../parties.csv")}
    pieces = []
    for code, row in sorted(land.items()):
        iso, holder = _code(row), _holder(row)
        about: dict[str, object] = {"kind": "land", "id": TERRITORY.get(code, code), "code": iso, "holder": holder}
        about["name"] = row["NAME_LONG"] or code
        if row["ISO_A3_EH"] == iso or iso != holder:
            about |= {"name": parties[iso]["en"], "vi": parties[iso]["vi"]}
        pieces.append(Drawn(about))
    owned: set[int] = set()
    for face, number in _holding(faces, [land[c]["shape"] for c in sorted(land)]):
        if face not in owned:
            owned.add(face)
            pieces[number].faces.append(face)
    return pieces


def _areas(pieces: list[Drawn], faces: Any, land: dict[str, dict[str, Any]], breaks: dict[str, Geometry]) -> None:
    """Cut the disputed areas out of whoever holds them; where two overlap, the former row of the table has it."""
    shapes: list[Geometry] = []
    names: list[int] = []
    table = _table("areas.csv")
    for number, area in enumerate(table):
        for part in filter(None, area["parts"].split("|")):
            shapes.append(_part(part, land, breaks))
            names.append(number)
    first: dict[int, int] = {}
    points = [i for i, shape in enumerate(shapes) if shape.geom_type == "Point"]
    holes = zip(*shapely.STRtree(faces).query([shapes[i] for i in points], predicate="within").tolist(), strict=True)
    for face, shape in [*_holding(faces, shapes), *((f, points[p]) for p, f in holes)]:
        first[face] = min(names[shape], first.get(face, len(table)))
    for piece in pieces:
        piece.faces = [f for f in piece.faces if f not in first]
    for number, area in enumerate(table):
        claimants = [c for c in area["claimants"].split("|") if c]
        about: dict[str, object] = {"kind": "area", "id": area["en"], "name": area["en"], "vi": area["vi"]}
        pieces.append(Drawn({**about, "claimants": claimants}, [f for f, n in first.items() if n == number]))


def _part(name: str, land: dict[str, dict[str, Any]], breaks: dict[str, Geometry]) -> Geometry:
    """A part of an area: a number of Natural Earth's, or `@lon lat`, a place in a hole it leaves between States."""
    if name.startswith("@"):
        return _in_units(shapely.Point(*(float(x) for x in name[1:].split())))
    return breaks[name] if name in breaks else land[name]["shape"]


def _slivers(pieces: list[Drawn], faces: Any) -> None:
    """Thin faces of land that touch a disputed area are where its line was drawn twice; so are faces of nobody's."""
    areas = {f: p for p in pieces if p.about["kind"] == "area" for f in p.faces}
    held = list(areas)
    tree = shapely.STRtree(faces[held])
    for piece in [p for p in pieces if p.about["kind"] == "land" and len(p.faces) > 1]:
        for face in list(piece.faces):
            thin = tree.query(faces[face]).size and shapely.is_empty(shapely.buffer(faces[face], -SLIVER))
            beside = _beside(faces, face, [held[i] for i in tree.query(faces[face]).tolist()]) if thin else None
            if beside is not None:
                piece.faces.remove(face)
                areas[beside].faces.append(face)
    _holes(pieces, faces)


def _holes(pieces: list[Drawn], faces: Any) -> None:
    """Small faces between States that no row of the table names go to the neighbour with the longest common line."""
    whose = {f: p for p in pieces for f in p.faces}
    held = list(whose)
    tree = shapely.STRtree(faces[held])
    for face in set(range(len(faces))) - set(held):
        lon, lat = shapely.get_coordinates(shapely.centroid(faces[face]))[0] / PER_DEGREE
        if shapely.area(faces[face]) > HOLE:
            print(f"a hole of {shapely.area(faces[face]) / PER_DEGREE**2:.3f} square degrees at {lon:.2f} {lat:.2f}")
        elif (beside := _beside(faces, face, [held[i] for i in tree.query(faces[face]).tolist()])) is not None:
            whose[beside].faces.append(face)


def _beside(faces: Any, face: int, others: Sequence[int]) -> int | None:
    """Which of the other faces has the longest line in common with this one; None when they meet in points at most."""
    outline = faces[face].boundary
    shared = [shapely.length(shapely.intersection(outline, faces[other].boundary)) for other in others]
    return others[int(np.argmax(shared))] if shared and max(shared) > 0 else None


def _islands() -> Iterator[Outline]:
    """Islands that Natural Earth leaves out, as octagons of their size."""
    turn = np.arange(8) * (np.pi / 4)
    for row in _table("islands.csv"):
        lon, lat, radius = (float(row[key]) for key in ("lon", "lat", "radius_m"))
        north = radius / METRES_PER_DEGREE
        ring = np.stack([lon + north / np.cos(np.radians(lat)) * np.cos(turn), lat + north * np.sin(turn)], axis=1)
        shape = _in_units(shapely.Polygon(ring))
        yield Outline(row["name"], None, "island", (row["of"],), int(row["uncertainty_m"]), shape)


def _typed(pieces: list[Drawn], faces: Any, outline: Outline) -> Iterator[tuple[int, Geometry, Geometry]]:
    """Make the outline's piece, or give it its island; as `_cut_out`."""
    if outline.kind != "island":
        yield from _cut_out(pieces, faces, outline)
        return
    whole = next((p for p in pieces if p.about["id"] == outline.of[0]), None)
    if whole is None:
        sys.exit(f"{outline.name}: an island of {outline.of[0]}, which the map does not have")
    held = {face for piece in pieces for face in piece.faces}
    within = [face for face, _ in _holding(faces, [outline.shape]) if face not in held]
    whole.faces += within
    if within:
        yield outline.uncertainty_m, shapely.coverage_union_all(faces[within]), Polygon()


def _cut_out(pieces: list[Drawn], faces: Any, outline: Outline) -> Iterator[tuple[int, Geometry, Geometry]]:
    """Make the outline's piece; yield its uncertainty, its shape and what it was cut out of."""
    whole = [p for p in pieces if p.about["id"] in outline.of]
    if missing := set(outline.of) - {p.about["id"] for p in whole}:
        sys.exit(f"{outline.name}: cut out of {', '.join(sorted(missing))}, which the map does not have")
    area = next((p for p in pieces if p.about["kind"] == "area" and p.about["id"] == outline.name), None)
    if outline.kind == "area" and area is None:
        sys.exit(f"{outline.name}: no such row in areas.csv")
    for old in whole:
        within = {old.faces[i] for i, _ in _holding(faces[old.faces], [outline.shape])} if old.faces else set()
        if not within:
            continue
        before = shapely.coverage_union_all(faces[old.faces])
        old.faces = [f for f in old.faces if f not in within]
        if area is not None and outline.kind == "area":
            area.about.setdefault("parent", old.about["id"])
            area.faces += sorted(within)
        else:
            new = Drawn({**old.about, "id": outline.name, "name": outline.name, "parent": old.about["id"]})
            new.about["vi"] = outline.vi
            new.faces = sorted(within)
            pieces.insert(pieces.index(old) + 1, new)
        yield outline.uncertainty_m, shapely.coverage_union_all(faces[sorted(within)]), before


def _typed_edges(typed: Iterable[tuple[int, Geometry, Geometry]]) -> dict[tuple[int, int, int, int], int]:
    """How many metres each edge may be wrong that was typed by hand: those inside of what was cut, not its outline."""
    margins: dict[tuple[int, int, int, int], int] = {}
    for metres, shape, before in typed:
        drawn = set(_edges(before))
        for edge in _edges(shape):
            if edge not in drawn and (*edge[2:], *edge[:2]) not in drawn:
                for way in (edge, (*edge[2:], *edge[:2])):
                    margins[way] = max(metres, margins.get(way, 0))
    return margins


def _wider_edges(shapes: Sequence[tuple[dict[str, object], Geometry]]) -> dict[tuple[int, int, int, int], int]:
    """The borders of `margins.csv`: lines of Natural Earth that were found farther from the truth than its margin."""
    margins: dict[tuple[int, int, int, int], int] = {}
    for row in _table("margins.csv"):
        left, right = (
            {e for a, s in shapes if row[side] in (a["id"], a.get("parent")) for e in _edges(s)}
            for side in ("left", "right")
        )
        shared = {edge for edge in left if (*edge[2:], *edge[:2]) in right}
        margins |= {way: int(row["margin_m"]) for edge in shared for way in (edge, (*edge[2:], *edge[:2]))}
    return margins


def _edges(shape: Geometry) -> Iterator[tuple[int, int, int, int]]:
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            xy = np.rint(shapely.get_coordinates(ring)).astype(np.int64)
            for a, b in zip(xy[:-1].tolist(), xy[1:].tolist(), strict=True):
                yield (*a, *b)


# ---- names


def _holder(row: dict[str, Any]) -> str:
    code = str(row["ADM0_A3"])
    return code if code in ASSOCIATED else SOVEREIGN.get(str(row["SOV_A3"]), str(row["SOV_A3"]))


def _code(row: dict[str, Any]) -> str:
    iso = str(row["ISO_A3_EH"])
    return TERRITORY.get(str(row["ADM0_A3"]), iso if len(iso) == 3 and iso.isalpha() else _holder(row))


# ---- seas


def _seas(marine: str) -> Iterator[tuple[dict[str, object], Geometry]]:
    drawn: dict[str, list[Geometry]] = {}
    for row in _rows(marine):
        drawn.setdefault(str(row["NAME"]), []).append(shapely.transform(row["shape"], _to_the_antimeridian))
    for row in sorted(_table("regions.csv"), key=lambda r: r["en"]):
        name, outline = row["en"], row.get("outline")
        shape = shapely.union_all([s for part in row["parts"].split("|") for s in drawn[part]])
        if outline:  # a strait that the polygons do not part from the seas it joins
            shape = shapely.intersection(shape, _in_units(shapely.from_wkt(outline)))
        # Closed by a metre or so: the parts' common lines are drawn twice and leave hairline gaps.
        closed = shapely.buffer(shapely.buffer(shape, 0.2, join_style="mitre"), -0.2, join_style="mitre")
        yield {"kind": "sea", "id": name, "name": name}, closed


def _to_the_antimeridian(xy: Any) -> Any:
    """The seas are drawn to 179.9999 east only: the last ten metres are theirs too."""
    return np.where((xy > 180 * PER_DEGREE - 2) & [True, False], 180 * PER_DEGREE, xy)


# ---- the file


def _write(
    pieces: Iterable[tuple[dict[str, object], Geometry]], typed: dict[tuple[int, int, int, int], int], output: Path
) -> None:
    described, owner, rings, lengths, vertices = [], [], [], [], []
    for number, (about, shape) in enumerate(pieces):
        described.append(about)
        for polygon in sorted(_polygons(shape), key=_along_a_curve):
            kept = [q for ring in (polygon.exterior, *polygon.interiors) if (q := _quantised(ring)) is not None]
            if kept:
                owner.append(number)
                rings.append(len(kept))
                lengths += [len(q) for q in kept]
                vertices += kept
    xy = np.concatenate(vertices)
    following = np.concatenate([np.roll(ring, -1, axis=0) for ring in vertices])
    margin = [typed.get((*a, *b), 0) for a, b in zip(xy.tolist(), following.tolist(), strict=True)]
    steps = np.diff(xy, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).astype(np.int32)
    np.savez_compressed(
        output,
        x=steps[:, 0],
        y=steps[:, 1],
        margin=np.array(margin, dtype=np.int32),
        ring_length=np.array(lengths, dtype=np.int32),
        polygon_rings=np.array(rings, dtype=np.int32),
        polygon_piece=np.array(owner, dtype=np.int32),
        pieces=np.frombuffer(json.dumps(described, ensure_ascii=False).encode(), dtype=np.uint8),
    )
    print(f"{len(described)} pieces, {len(owner)} polygons, {len(xy)} vertices, {output.stat().st_size} bytes")


def _polygons(shape: Geometry) -> Iterator[Polygon]:
    for part in shapely.get_parts(shape):
        if isinstance(part, MultiPolygon):
            yield from _polygons(part)
        elif isinstance(part, Polygon) and part.area > 0:
            yield part


def _along_a_curve(polygon: Geometry) -> int:
    # Morton order: neighbours stay neighbours, so that the search tree of `edges.py` has small balls.
    west, south, _, _ = polygon.bounds
    column, row = int((west / PER_DEGREE + 180) * 10), int((south / PER_DEGREE + 90) * 10)
    return sum(((column >> bit & 1) << 2 * bit) | ((row >> bit & 1) << 2 * bit + 1) for bit in range(12))


def _quantised(ring: Geometry) -> np.ndarray[Any, np.dtype[np.int64]] | None:
    xy = np.rint(shapely.get_coordinates(ring)[:-1]).astype(np.int64)
    moved = np.any(xy != np.roll(xy, 1, axis=0), axis=1)
    return xy[moved] if moved.sum() >= 3 else None


if __name__ == "__main__":
    main(*sys.argv[1:])
