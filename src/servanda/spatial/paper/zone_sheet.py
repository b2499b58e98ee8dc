"""Areas drawn on a sheet: one SVG text with land, the areas, the names of the larger pieces of land, and a legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import shapely
from shapely import MultiPolygon

from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.spatial.ellipsoid.geodesic import Floats
from servanda.spatial.land.layer import layer
from servanda.spatial.paper.labels import Box, Sheet, text_width, wrapped
from servanda.spatial.paper.projection import Projection

_WIDTH = 1000
_EDGE = 24
_TOP = 76
_LINE = 19
_DENSE_DEGREES = 1.0
_LEAST_PX = 3.0  # square pixels: smaller land is left out
_STRAY_PX = 0.5
_RIM_STRAY_PX = 0.12  # of the lines that are looked at
_STYLE = """
.sea{fill:#eef4f8}.land{fill:#e4e1d8;stroke:#a9a496;stroke-width:.5}.area{fill:#e4e1d8;stroke:#8a8574;stroke-width:.6;\
stroke-dasharray:3 2}.of{fill:#c9b98f}.zone{fill:#b5482f;fill-opacity:.22}\
.rim{fill:none;stroke:#9c3318;stroke-width:1.3}
.grid{fill:none;stroke:#c3d2dc;stroke-width:.5}.frame{fill:none;stroke:#54616b;stroke-width:1}
text{font-family:'DejaVu Sans',Verdana,sans-serif;fill:#22282c}.title{font-size:21px;font-weight:600}\
.note{font-size:13px}
.name{font-size:11px;fill:#4b4a44;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-opacity:.75;stroke-width:2.5px}
""".strip()


@dataclass(frozen=True)
class _View:
    projection: Projection
    box: Box
    middle: tuple[float, float]
    scale: float

    def pixels(self, lon: Floats, lat: Floats) -> Floats:
        plane = self.projection.plane(lon, lat)
        x = (self.box.left + self.box.right) / 2 + (plane[:, 0] - self.middle[0]) * self.scale
        y = (self.box.top + self.box.bottom) / 2 - (plane[:, 1] - self.middle[1]) * self.scale
        return np.stack([x, y], axis=1)


def zone_svg(areas: Sequence[MultiPolygon], of: Iterable[str], title: str, notes: Sequence[str], lang: Lang) -> str:
    """The areas over the map; `of`: the codes whose land is set apart by its colour."""
    view = _view(areas)
    sheet = Sheet(view.box)
    lands = list(_lands(view, frozenset(of)))
    lines = [line for note in notes for line in wrapped(printable(note), 13, _WIDTH - 2 * _EDGE)]
    height = round(view.box.bottom + 30 + _LINE * len(lines))
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" lang="{lang}"><title>{escape(printable(title))}</title><style>{_STYLE}</style>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="{_EDGE}" y="46">{escape(printable(title))}</text>',
        f'<clipPath id="frame">{_rect(view.box, "frame")}</clipPath>',
        f'<g clip-path="url(#frame)">{_rect(view.box, "sea")}',
        *_grid(view),
        *(f'<path class="{css}" d="{path}"/>' for css, path, _, _ in lands),
        *(f'<path class="zone" d="{_path(_projected(area, view), _RIM_STRAY_PX)}"/>' for area in areas),
        *(f'<path class="rim" d="{path}"/>' for area in areas for path in _rims(area, view)),
        *_names(lands, sheet),
        "</g>",
        _rect(view.box, "frame"),
    ]
    for number, line in enumerate(lines):
        body.append(
            f'<text class="note" x="{_EDGE}" y="{view.box.bottom + 26 + _LINE * number:.0f}">{escape(line)}</text>'
        )
    return "\n".join([*body, "</svg>"]) + "\n"


def _view(areas: Sequence[MultiPolygon]) -> _View:
    points = np.concatenate([np.array([[0.0, 0.0]])[:0], *(shapely.get_coordinates(area) for area in areas)])
    projection = Projection.around(points[:, 0], points[:, 1])
    plane = projection.plane(points[:, 0], points[:, 1])
    if projection.world or not len(plane):
        plane = Projection(0.0, 0.0, world=True).plane(np.array([-180.0, 180.0]), np.array([-90.0, 90.0]))
        projection = Projection(0.0, 0.0, world=True)
    low, high = plane.min(axis=0), plane.max(axis=0)
    span = np.maximum((high - low) * 1.08, 200.0)
    wide = _WIDTH - 2 * _EDGE
    tall = float(np.clip(span[1] / span[0], 0.5, 0.85)) * wide
    scale = min(wide / float(span[0]), tall / float(span[1]))
    middle = (low + high) / 2
    return _View(projection, Box(_EDGE, _TOP, _WIDTH - _EDGE, _TOP + round(tall)), (middle[0], middle[1]), scale)


def _projected(shape: shapely.Geometry, view: _View) -> list[Floats]:
    """Rings in pixels; long edges of the sheet are bent with it."""
    rings = shapely.get_rings(shapely.get_parts(shapely.segmentize(shape, _DENSE_DEGREES)))
    return [view.pixels(*shapely.get_coordinates(r).T) for r in rings.tolist()]


def _lands(view: _View, of: frozenset[str]) -> Iterator[tuple[str, str, str, tuple[float, float, float]]]:
    """Class, path, name and the place for it (with the room that there is) of each polygon of land that is seen."""
    world = layer()
    for piece, polygon in zip(world.polygon_piece.tolist(), world.polygons, strict=True):
        about = world.pieces[piece]
        if about.kind == "sea" or not _facing(polygon, view):
            continue
        rings = _projected(polygon, view)
        outer = rings[0]
        low, high = outer.min(axis=0), outer.max(axis=0)
        box = view.box
        off = high[0] < box.left or low[0] > box.right or high[1] < box.top or low[1] > box.bottom
        if off or (high - low).prod() < _LEAST_PX:
            continue
        own = about.kind == "land" and bool(of.intersection({*about.holders, about.code or ""}))
        x, y = view.pixels(*(np.array([v]) for v in polygon.representative_point().coords[0]))[0]
        css = "land of" if own else about.kind
        yield css, _path(rings), about.name, (float(x), float(y), float(np.sqrt((high - low).prod())))


def _facing(polygon: shapely.Polygon, view: _View) -> bool:
    if view.projection.world:
        return True
    points = shapely.get_coordinates(polygon)
    return bool(view.projection.angles(points[:, 0], points[:, 1]).max() < 120.0)


def _path(rings: Iterable[Floats], stray: float = _STRAY_PX) -> str:
    return "".join(f"{_line(ring, stray)}Z" for ring in rings)


def _line(points: Floats, stray: float = _STRAY_PX) -> str:
    if len(points) > 2:
        points = shapely.get_coordinates(shapely.simplify(shapely.LineString(points), stray, preserve_topology=False))
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _rims(area: MultiPolygon, view: _View) -> Iterator[str]:
    """The lines of an area, without the edge of the sheet on which it was cut."""
    for ring in shapely.get_rings(shapely.get_parts(area)).tolist():
        points = shapely.get_coordinates(ring)
        edge = (np.abs(points[:, 0]) == 180) | (np.abs(points[:, 1]) == 90)
        cut = np.flatnonzero(edge[1:] & edge[:-1]) + 1
        for run in np.split(points, cut):
            if len(run) > 1:
                yield _line(view.pixels(run[:, 0], run[:, 1]), _RIM_STRAY_PX)


def _grid(view: _View) -> Iterator[str]:
    for lon in range(-180, 180, 20):
        lat = np.linspace(-85, 85, 120)
        yield from _seen(np.full(120, float(lon)), lat, view)
    for parallel in range(-80, 81, 20):
        yield from _seen(np.linspace(-180, 180, 240), np.full(240, float(parallel)), view)


def _seen(lon: Floats, lat: Floats, view: _View) -> Iterator[str]:
    seen = np.ones(len(lon), dtype=bool) if view.projection.world else view.projection.angles(lon, lat) < 110
    for run in np.split(np.arange(len(lon)), np.flatnonzero(~seen)):
        run = run[seen[run]]
        if len(run) > 1:
            yield f'<path class="grid" d="{_line(view.pixels(lon[run], lat[run]))}"/>'


def _names(lands: Sequence[tuple[str, str, str, tuple[float, float, float]]], sheet: Sheet) -> Iterator[str]:
    """Names where there is room, the largest land first, each once."""
    told: set[str] = set()
    for _, _, name, (x, y, room) in sorted(lands, key=lambda land: -land[3][2]):
        width = text_width(name, 11)
        if name in told or room < width * 0.8:
            continue
        box = Box(x - width / 2 - 3, y - 9, x + width / 2 + 3, y + 5)
        if not sheet.free(box):
            continue
        sheet.take(box)
        told.add(name)
        yield f'<text class="name" x="{x:.0f}" y="{y:.0f}">{escape(name)}</text>'


def _rect(box: Box, css: str) -> str:
    wide, tall = box.right - box.left, box.bottom - box.top
    return f'<rect class="{css}" x="{box.left}" y="{box.top}" width="{wide}" height="{tall}"/>'


def legend(range_m: float, names: Sequence[str], lang: Lang) -> str:
    """The title of a zone: '500 km around Russia'."""
    return say("zone.title", lang, range=f"{range_m / 1000:g} km", names=", ".join(names))
