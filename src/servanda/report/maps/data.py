"""A map as data for a page: lines thinned out to what a screen shows, each once, and everything that is told.

Lines are written as the steps from position to position in thousandths of a degree, each step as a few letters (the
"encoded polyline" of web maps: five bits a letter, the lowest first). Polygons name their lines by number, `-1 - n`
being line `n` walked backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from servanda.messages import Lang
from servanda.report.maps.drawing import Drawing, legend
from servanda.report.maps.names import MAP_LANGS, map_names
from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.land.atlas import Line, Lot
from servanda.spatial.land.layer import Piece, layer
from servanda.spatial.land.topology import topology
from servanda.spatial.paper.ground import seamless
from servanda.spatial.paper.marks import TINTS, slug, style, zone_stroke
from servanda.spatial.paper.picture import reach_opacity
from servanda.spatial.paper.window import Around, disc

_STEPS = 1000  # to a degree
_FINE_DEGREES = 0.008
_SEA_FINE_DEGREES = 0.1
_SPOT_DEGREES = 0.05
_POLAR = -59.0


def data(drawing: Drawing, around: Around | None, lang: Lang) -> dict[str, Any]:
    """What the page draws; nothing in it is markup. `around`: what is seen at first."""
    return {
        "lines": [_encoded(line) for line in _lines()],
        "lots": _lots(drawing),
        "borders": {
            kind: [n for n, line in enumerate(drawing.atlas.lines) if line is kind]
            for kind in (Line.COAST, Line.BORDER, Line.DISPUTED)
        },
        "names": [*_land_names(drawing), *_sea_names()],
        "zones": [_zone(z.zone.shape, z.zone.css_class, z.title) for z in drawing.zones],
        "circles": [
            {"css": slug(c.css_class), "shape": _geojson(disc(c.lon, c.lat, c.radius_m))} for c in drawing.acts.circles
        ],
        "opacity": reach_opacity(len(drawing.acts.circles)),
        "acts": [
            {
                "at": [act.point.lon, act.point.lat],
                "label": act.point.label,
                "css": slug(act.point.css_class),
                "phrase": act.phrase,
                "verdicts": act.verdicts,
                "sources": act.sources,
            }
            for act in drawing.acts.acts
        ],
        "styles": {slug(css): [style(css).colour, style(css).shape] for css, _ in legend(drawing, lang)},
        "tints": TINTS,
        "around": [around.lon, around.lat, around.km] if around else None,
        "labels": drawing.labels,
    }


# ---- lines


@cache
def _lines() -> tuple[Ints, ...]:
    """Every line of the map in steps, with no more positions than a screen shows."""
    arcs = topology().arcs
    thin = shapely.simplify([shapely.LineString(a) for a in arcs], _FINE_DEGREES, preserve_topology=False)
    kept = []
    for arc, line in zip(arcs, thin.tolist(), strict=True):
        # A small island would shrink to a stroke; it keeps its shape.
        whole = line.is_empty or (len(line.coords) < 4 and (arc[0] == arc[-1]).all())
        kept.append(_stepped(arc if whole else shapely.get_coordinates(line)))
    return tuple(kept)


def _stepped(points: Floats) -> Ints:
    steps = np.rint(points * _STEPS).astype(np.int64)
    moved = np.append(True, (np.diff(steps, axis=0) != 0).any(axis=1))
    return steps[moved] if moved.sum() > 1 else steps


def _encoded(line: Ints) -> str:
    steps = np.diff(line, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).reshape(-1)
    return "".join(map(_letters, np.where(steps < 0, ~(steps << 1), steps << 1).tolist()))


def _letters(value: int) -> str:
    letters = []
    while value >= 0x20:
        letters.append(chr((0x20 | (value & 0x1F)) + 63))
        value >>= 5
    letters.append(chr(value + 63))
    return "".join(letters)


# ---- land


def _lots(drawing: Drawing) -> list[dict[str, Any]]:
    """Land, lot by lot: how it is filled, and its polygons as rows of lines."""
    whole = drawing.atlas
    own = whole.pieces_of(drawing.of)
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    for outline in topology().outlines:
        lot = whole.lots[outline.piece]
        key = lot.key, outline.piece in own
        entry = found.setdefault(key, {"fill": _fill(lot, outline.piece, own, drawing), "polygons": []})
        entry["polygons"].append(outline.rings)
    return list(found.values())


def _fill(lot: Lot, piece: int, own: frozenset[int], drawing: Drawing) -> str:
    if lot.open:
        return "polar" if piece in _polar() else "open"
    if piece in own:
        return "of"
    tint = drawing.atlas.tints.get("|".join(lot.holders)) if lot.holders and not drawing.of else None
    return "plain" if tint is None else f"tint-{tint}"


@cache
def _polar() -> frozenset[int]:
    """Pieces so near a pole that the hatching of a web map would be drawn out there."""
    world = layer()
    north = shapely.bounds(np.array(world.polygons, dtype=object))[:, 3]
    inside = set(world.polygon_piece[north < _POLAR].tolist())
    return frozenset(inside - set(world.polygon_piece[north >= _POLAR].tolist()))


# ---- names


@dataclass(frozen=True)
class _Spot:
    lon: float
    lat: float
    size: float  # square degrees on the ground


def _land_names(drawing: Drawing) -> Iterator[dict[str, Any]]:
    lots: dict[Lot, list[int]] = {}
    for number, lot in drawing.atlas.lots.items():
        lots.setdefault(lot, []).append(number)
    for lot, pieces in lots.items():
        spots = [s for n in pieces if (s := _piece_spot(n)) is not None]
        if spots:
            names = {str(lang): map_names(lang).of(lot, layer().pieces[pieces[0]]) for lang in MAP_LANGS}
            yield _name(max(spots, key=lambda s: s.size), "area" if lot.area is not None else "state", names)


def _sea_names() -> Iterator[dict[str, Any]]:
    pieces = layer().pieces
    known = {p.name for p in pieces}
    for number, piece in enumerate(pieces):
        if piece.kind == "sea" and not _is_sum(piece, known) and (spot := _piece_spot(number)) is not None:
            yield _name(spot, "water", {lang: map_names(lang).sea(piece) for lang in MAP_LANGS})


def _is_sum(piece: Piece, known: set[str]) -> bool:
    """An ocean whose halves are named apart needs no name of its own."""
    return {f"North {piece.name}", f"South {piece.name}"} <= known


def _name(spot: _Spot, kind: str, names: dict[str, str]) -> dict[str, Any]:
    return {"at": [round(spot.lon, 3), round(spot.lat, 3)], "kind": kind, "size": round(spot.size, 4), **names}


@cache
def _piece_spot(number: int) -> _Spot | None:
    """The deepest place inside the largest polygon of a piece."""
    world = layer()
    polygons = world.polygons_of([number])
    if not polygons:
        return None
    largest = max(polygons, key=_size)
    fine = _SEA_FINE_DEGREES if world.pieces[number].kind == "sea" else _FINE_DEGREES
    shape = shapely.simplify(largest, min(fine, float(np.sqrt(largest.area)) / 20))
    narrow = max(float(np.cos(np.radians(shape.centroid.y))), 0.05)
    flat = shapely.transform(shape, lambda xy: xy * np.array([narrow, 1.0]))
    deepest = shapely.maximum_inscribed_circle(flat, tolerance=min(_SPOT_DEGREES, float(np.sqrt(flat.area)) / 20))
    x, y = shapely.get_coordinates(deepest)[0]
    return _Spot(float(x) / narrow, float(y), sum(map(_size, polygons)))


def _size(polygon: BaseGeometry) -> float:
    return float(polygon.area * np.cos(np.radians(polygon.centroid.y)))


# ---- zones


def _zone(shape: BaseGeometry, css: str, title: str) -> dict[str, Any]:
    colour, strokes = zone_stroke(css)
    dashes = [float(s) for s in strokes.split()] if strokes else None
    return {"colour": colour, "dashes": dashes, "title": title, "shape": _geojson(shape), "outline": _outline(shape)}


def _geojson(shape: BaseGeometry) -> dict[str, Any]:
    """Polygons, in thousandths of a degree."""
    fine = shapely.simplify(shape, 0.5 / _STEPS)
    polygons = [p for p in shapely.get_parts(fine).tolist() if p.geom_type == "Polygon"]
    rings = [[_rounded(shapely.get_coordinates(r)) for r in (p.exterior, *p.interiors)] for p in polygons]
    return {"type": "MultiPolygon", "coordinates": rings}


def _outline(shape: BaseGeometry) -> dict[str, Any]:
    """Its lines, without the seams along which it was cut."""
    lines = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.simplify(shape, 0.5 / _STEPS))).tolist():
        lines += [_rounded(line) for line in seamless(shapely.get_coordinates(ring))]
    return {"type": "MultiLineString", "coordinates": lines}


def _rounded(points: Floats) -> list[list[float]]:
    rounded: list[list[float]] = np.round(points, 3).tolist()
    return rounded
