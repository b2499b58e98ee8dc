"""A map as a picture: one SVG text, drawn from the shipped layer, that needs nothing else to be shown or printed.

Colours and shapes go by class, so that the picture is read in black and white too. Borders are drawn lightly and
disputed areas are hatched: the picture shows where things were said to be, and settles nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.spatial.edges import Ints
from servanda.spatial.geodesic import Floats, checked, destinations
from servanda.spatial.labels import Box, Placed, Sheet, text_width, wrapped
from servanda.spatial.layer import Piece, layer
from servanda.spatial.marks import MARK_PX, slug, style, style_sheet, symbol
from servanda.spatial.names import seas
from servanda.spatial.projection import RIM_DEGREES, Projection


@dataclass(frozen=True)
class MapPoint:
    """A place: its label on the map, the class that gives it colour and shape, and the text shown on pointing at it."""

    lon: float
    lat: float
    label: str
    css_class: str
    title: str


@dataclass(frozen=True)
class Circle:
    """All that lies within `radius_m` metres of a place, on the ellipsoid."""

    lon: float
    lat: float
    radius_m: float
    css_class: str


_EDGE = 28  # white space around everything
_FINE_PX = 0.45
_BLEED = 8  # outlines are cut this far outside the frame, so that the cut is not seen


def map_svg(
    points: Sequence[MapPoint],
    *,
    circles: Sequence[Circle] = (),
    title: str,
    notes: Sequence[str],
    legend: Sequence[tuple[str, str]],
    lang: Lang,
    width: int = 1200,
) -> str:
    """A map of the points and circles as SVG text, with title, legend (class, words) and notes under it.

    Raises PositionError when a coordinate is none.
    """
    # Two maps on one page must not share ids.
    key = f"{zlib.crc32(repr((title, points, circles, lang, width)).encode()):08x}"
    view = _view(points, circles, width)
    sheet = Sheet(view.frame)
    sheet.take(Box(view.frame.left, view.frame.bottom - 34, view.frame.left + 290, view.frame.bottom))  # the scale
    marks = list(_marks(points, view, sheet))
    named = list(_point_labels(points, view, sheet))
    for box in _along_rims(circles, view):
        sheet.take(box)
    unnamed = len(points) - sum(1 for label in named if label)
    land = _drawn("land", view)
    disputed = _drawn("area", view)
    body = [
        _defs(view, key),
        f'<g clip-path="url(#frame-{key})">{_rect(view.frame, "sea")}',
        *_graticule(view),
        *(f'<path class="land" d="{_path(shape)}"/>' for _, shape in land),
        *(f'<path class="disputed" d="{_path(shape)}"/>' for _, shape in disputed),
        *_circles(circles, view),
        *_names([*land, *disputed], _drawn("sea", view), sheet, lang),
        *marks,
        *named,
        _scale(view, lang),
        "</g>",
        _rect(view.frame, "edge"),
    ]
    head = _title(title, view)
    said = [*notes, *([say("map.unlabelled", lang, count=unnamed)] if unnamed else []), _source(view, lang)]
    foot, height = _foot(legend, bool(disputed), said, view, lang)
    classes = [*(p.css_class for p in points), *(c.css_class for c in circles), *(css for css, _ in legend)]
    opening = _opening(points, title, width, height, lang, key)
    return "\n".join([opening, style_sheet(key, classes), *head, *body, *foot, "</svg>"])


@dataclass(frozen=True)
class View:
    """The window on the world: a projection, and kilometres of the sheet to pixels."""

    projection: Projection
    frame: Box
    west_km: float
    north_km: float
    px_per_km: float
    width: int

    def pixels(self, lon: Floats, lat: Floats) -> Floats:
        """Pixels, y downwards."""
        plane = self.projection.plane(lon, lat)
        return np.stack(
            [
                self.frame.left + (plane[:, 0] - self.west_km) * self.px_per_km,
                self.frame.top + (self.north_km - plane[:, 1]) * self.px_per_km,
            ],
            axis=-1,
        )


_LEAST_SPAN_KM = 350.0
_TOP = 96


def _view(points: Sequence[MapPoint], circles: Sequence[Circle], width: int) -> View:
    lon, lat = checked([p.lon for p in points], [p.lat for p in points]) if points else (np.empty(0), np.empty(0))
    rims = [_rim(c) for c in circles]
    all_lon, all_lat = (np.concatenate([v, *(r[:, i] for r in rims)]) for i, v in enumerate((lon, lat)))
    projection = Projection.around(all_lon, all_lat)
    if projection.world:
        return _window(projection, np.array([[-20015.0, -9300.0], [20015.0, 9700.0]]), width, pad=1.0)
    plane = projection.plane(all_lon, all_lat) if len(all_lon) else np.array([[-2500.0, -1800.0], [2500.0, 1800.0]])
    return _window(projection, plane, width, pad=1.22)


def _window(projection: Projection, plane: Floats, width: int, pad: float) -> View:
    low, high = plane.min(axis=0), plane.max(axis=0)
    middle = (low + high) / 2
    span = np.maximum((high - low) * pad, _LEAST_SPAN_KM)
    wide = width - 2 * _EDGE
    aspect = float(np.clip(span[1] / span[0], 0.48, 0.72))
    scale = min(wide / float(span[0]), wide * aspect / float(span[1]))
    frame = Box(_EDGE, _TOP, width - _EDGE, _TOP + round(wide * aspect))
    return View(
        projection,
        frame,
        float(middle[0]) - wide / scale / 2,
        float(middle[1]) + wide * aspect / scale / 2,
        scale,
        width,
    )


def _rim(circle: Circle) -> Floats:
    rim = destinations(circle.lon, circle.lat, np.linspace(0, 360, 181), circle.radius_m)
    return np.stack([np.unwrap(rim[:, 0], period=360), rim[:, 1]], axis=-1)


def _drawn(kind: str, view: View) -> list[tuple[Piece, BaseGeometry]]:
    """The pieces of a kind that are seen, in pixels, no finer than can be seen."""
    world = layer()
    pieces = world.of_kind(kind)
    which = np.flatnonzero(np.isin(world.polygon_piece, pieces))
    shapes = _projected([world.polygons[i] for i in which], view)
    window = (
        view.frame.left - _BLEED,
        view.frame.top - _BLEED,
        view.frame.right + _BLEED,
        view.frame.bottom + _BLEED,
    )
    # Simplified first, mended after: mending an outline of a hundred thousand corners takes seconds.
    coarse = shapely.simplify(shapes, _FINE_PX, preserve_topology=False)
    broken = ~shapely.is_valid(coarse)
    coarse[broken] = shapely.make_valid(coarse[broken])
    cut = shapely.clip_by_rect(coarse, *window)
    seen: dict[int, list[BaseGeometry]] = {}
    for number, shape in zip(world.polygon_piece[which].tolist(), cut.tolist(), strict=True):
        if shape.area > 0.8:
            seen.setdefault(number, []).append(shape)
    # Joined on a fine grid: the halves of a State that the antimeridian cuts become one.
    return [(world.pieces[n], shapely.union_all(s, grid_size=0.05)) for n, s in sorted(seen.items())]


def _projected(polygons: Sequence[BaseGeometry], view: View) -> Floats:
    near = np.array([_may_be_seen(p, view) for p in polygons], dtype=bool)
    dense = shapely.segmentize(np.array(polygons, dtype=object)[near], 1.0)
    shapes = shapely.transform(dense, lambda xy: view.pixels(xy[:, 0], xy[:, 1]))
    result = np.full(len(polygons), shapely.Polygon(), dtype=object)
    result[near] = shapes
    return result


def _may_be_seen(polygon: BaseGeometry, view: View) -> bool:
    if view.projection.world:
        return True
    west, south, east, north = polygon.bounds
    x = np.linspace(west, east, 9)
    y = np.linspace(south, north, 9)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return bool(view.projection.angles(grid[:, 0], grid[:, 1]).min() < RIM_DEGREES)


def _path(shape: BaseGeometry) -> str:
    parts = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon":
            for ring in (polygon.exterior, *polygon.interiors):
                parts.append(_ring(np.rint(shapely.get_coordinates(ring)[:-1] * 10).astype(np.int64)))
    return "".join(parts)


def _ring(tenths: Ints) -> str:
    """One closed line, in tenths of a pixel, as steps: half as long as positions."""
    steps = "".join(f"{_tenth(x)}{_tenth(y)}" for x, y in np.diff(tenths, axis=0).tolist() if x or y)
    x, y = tenths[0].tolist()
    return f"M{x / 10:g} {y / 10:g}l{steps.strip()}Z"


def _tenth(value: int) -> str:
    text = f"{value / 10:g}".replace("0.", ".", 1) if abs(value) < 10 else f"{value / 10:g}"
    return text if value < 0 else f" {text}"


def _graticule(view: View) -> Iterator[str]:
    km = (view.frame.right - view.frame.left) / view.px_per_km
    step = next((s for s in (1, 2, 5, 10, 15, 30) if s * 111 * 9 > km), 30)
    along = np.linspace(-180, 180, 721)
    up = np.linspace(-85, 85, 341)
    lines = [(np.full(len(up), float(lon)), up) for lon in range(-180, 180, step)]
    lines += [(along, np.full(len(along), float(lat))) for lat in range(-90 + step, 90, step)]
    for lon, lat in lines:
        seen = view.projection.angles(lon, lat) < RIM_DEGREES - 1 if not view.projection.world else lon < 999
        for run in np.split(np.arange(len(lon)), np.flatnonzero(np.diff(seen.astype(int))) + 1):
            if seen[run[0]] and len(run) > 1:
                line = shapely.LineString(view.pixels(lon[run], lat[run]))
                cut = shapely.clip_by_rect(line, *_corners(view.frame))
                for part in shapely.get_parts(shapely.simplify(cut, 0.3)):
                    if part.length > 1:
                        xy = "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(part))
                        yield f'<path class="grid" d="M{xy}"/>'


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _circles(circles: Sequence[Circle], view: View) -> Iterator[str]:
    for circle in circles:
        rim = _rim(circle)
        if view.projection.world:
            rims = [rim + np.array([turn, 0.0]) for turn in (-360.0, 0.0, 360.0)]
            if abs(rim[-1, 0] - rim[0, 0]) > 180:  # round a pole: closed along it
                pole = 90.0 if rim[:, 1].mean() > 0 else -90.0
                rims = [np.concatenate([r, [[r[-1, 0], pole], [r[0, 0], pole]]]) for r in rims]
        else:
            rims = [rim]
        for r in rims:
            xy = view.pixels(r[:, 0], r[:, 1])
            line = "L".join(f"{x:.1f} {y:.1f}" for x, y in xy)
            css = slug(circle.css_class)
            yield f'<path class="reach {css}" d="M{line}Z"/>'
            yield f'<path class="rim {css}" d="M{"L".join(line.split("L")[: len(rim)])}"/>'


def _along_rims(circles: Sequence[Circle], view: View) -> list[Box]:
    """The lines of the circles, so that no name of a country is written over them."""
    rims = [view.pixels(rim[:, 0], rim[:, 1]) for rim in map(_rim, circles)]
    return [Box(x - 3, y - 3, x + 3, y + 3) for rim in rims for x, y in rim.tolist()]


def _marks(points: Sequence[MapPoint], view: View, sheet: Sheet) -> Iterator[str]:
    for point in points:
        x, y = _place(point, view)
        sheet.take(Box(x - MARK_PX, y - MARK_PX, x + MARK_PX, y + MARK_PX))
        yield (
            f'<g class="mark {slug(point.css_class)}"><title>{_text(point.title)}</title>'
            f"{symbol(style(point.css_class).shape, x, y)}</g>"
        )


def _place(point: MapPoint, view: View) -> tuple[float, float]:
    lon, lat = checked(point.lon, point.lat)
    x, y = view.pixels(lon, lat)[0]
    return float(x), float(y)


def _point_labels(points: Sequence[MapPoint], view: View, sheet: Sheet) -> Iterator[str]:
    for point in points:
        x, y = _place(point, view)
        label = " ".join(printable(point.label).split())
        placed = sheet.beside(x, y, label, 14, MARK_PX) if label else None
        yield _words(placed, label, "label", (x, y)) if placed else ""


def _words(placed: Placed, text: str, css: str, mark: tuple[float, float] | None = None) -> str:
    words = (
        f'<text class="{css}" x="{placed.x:.1f}" y="{placed.y:.1f}" text-anchor="{placed.anchor}">{_text(text)}</text>'
    )
    if placed.leader and mark:
        x, y = placed.leader
        return f'<path class="leader" d="M{mark[0]:.1f} {mark[1]:.1f}L{x:.1f} {y:.1f}"/>{words}'
    return words


def _names(
    land: list[tuple[Piece, BaseGeometry]], water: list[tuple[Piece, BaseGeometry]], sheet: Sheet, lang: Lang
) -> Iterator[str]:
    """Names of States, areas and seas where they fit inside their shape, the largest first."""
    translated = {sea.en: sea.vi for sea in seas()}
    for piece, shape in sorted([*land, *water], key=lambda each: -each[1].area):
        name = piece.name if lang == "en" else piece.vi or translated.get(piece.name, piece.name)
        css, size = {"land": ("state", 13), "area": ("area", 11), "sea": ("water", 12)}[piece.kind]
        shown = shapely.clip_by_rect(shape, *_corners(sheet.frame))
        largest = max(shapely.get_parts(shown), key=lambda p: float(p.area), default=None)
        if not isinstance(largest, Polygon) or largest.area < (text_width(name, size) * size) * 1.1:
            continue
        for spot in _spots(largest):
            if _fits(largest, spot, name, size) and (placed := sheet.centred(*spot, name, size)):
                yield _words(placed, name, css)
                break


def _spots(shape: Polygon) -> Iterable[tuple[float, float]]:
    """Points deep inside a shape, the deepest first."""
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance=2.0))[0]
    yield float(x), float(y)
    for dy in (-18, 18, -36, 36, -60, 60):
        for dx in (0, -40, 40, -90, 90):
            yield float(x) + dx, float(y) + dy


def _fits(shape: BaseGeometry, spot: tuple[float, float], name: str, size: float) -> bool:
    half = text_width(name, size) / 2
    x, y = spot
    return bool(
        shapely.contains_properly(shape, shapely.box(x - half - 3, y - size * 0.5, x + half + 3, y + size * 0.5))
    )


def _scale(view: View, lang: Lang) -> str:
    if view.projection.world:
        return ""
    km = next((k for k in (2000, 1000, 500, 200, 100, 50, 20) if k * view.px_per_km < 190), 20)
    x, y, length = view.frame.left + 18, view.frame.bottom - 18, km * view.px_per_km
    words = _words(
        Placed(x + length + 8, y + 4, "start"), say("map.scale", lang, km=f"{km:,}".replace(",", "\u202f")), "scale"
    )
    return f'<path class="bar" d="M{x:.1f} {y - 5:.1f}v5h{length:.1f}v-5"/>{words}'


def _title(title: str, view: View) -> list[str]:
    lines = wrapped(printable(title), 26, view.width - 2 * _EDGE)[:2]
    top = 62 if len(lines) == 1 else 40
    return [f'<text class="title" x="{_EDGE}" y="{top + 34 * i}">{_text(line)}</text>' for i, line in enumerate(lines)]


def _foot(
    legend: Sequence[tuple[str, str]], disputed: bool, notes: Sequence[str], view: View, lang: Lang
) -> tuple[list[str], int]:
    """Legend and notes under the map, and the height of the whole sheet."""
    items = [(f'<g class="mark {slug(css)}">{{}}</g>', style(css).shape, printable(text)) for css, text in legend]
    if disputed:
        items.append(('<g class="disputed">{}</g>', "swatch", say("map.disputed", lang)))
    out = []
    x, y = float(_EDGE), view.frame.bottom + 32
    for group, shape, text in items:
        wide = 22 + text_width(text, 14) + 22
        if x > _EDGE and x + wide > view.width - _EDGE:
            x, y = float(_EDGE), y + 25
        drawing = (
            f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="16" height="12"/>'
            if shape == "swatch"
            else symbol(shape, x + 8, y - 2)
        )
        out.append(group.format(drawing) + f'<text class="key" x="{x + 24:.1f}" y="{y + 3:.1f}">{_text(text)}</text>')
        x += wide
    y += 14 if items else -18
    for note in notes:
        for line in wrapped(printable(note), 12.5, view.width - 2 * _EDGE):
            y += 18
            out.append(f'<text class="note" x="{_EDGE}" y="{y:.1f}">{_text(line)}</text>')
    return out, round(y + 22)


def _source(view: View, lang: Lang) -> str:
    if view.projection.world:
        return say("map.source", lang, projection=say("map.world", lang))
    here = view.projection
    lat = f"{abs(here.lat):.0f}° {say('map.south' if here.lat < 0 else 'map.north', lang)}"
    lon = f"{abs(here.lon):.0f}° {say('map.west' if here.lon < 0 else 'map.east', lang)}"
    return say("map.source", lang, projection=say("map.projection", lang, lat=lat, lon=lon))


def _opening(points: Sequence[MapPoint], title: str, width: int, height: int, lang: Lang, key: str) -> str:
    places = ", ".join(dict.fromkeys(p.label for p in points[:12] if p.label))
    if len(points) > 12:
        places = say("map.others", lang, places=places, count=len(points) - 12)
    description = say("map.description", lang, count=len(points), places=places)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="map-{key}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" '
        f'role="img" lang="{lang}"><title>{_text(title)}</title><desc>{_text(description)}</desc>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    )


def _defs(view: View, key: str) -> str:
    box = view.frame
    return (
        f'<defs><clipPath id="frame-{key}">{_rect(box, "")}</clipPath>'
        f'<pattern id="hatch-{key}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#efe9dc"/><rect width="1.6" height="6" fill="#b9ae98"/></pattern></defs>'
    )


def _rect(box: Box, css: str) -> str:
    shape = f'x="{box.left:g}" y="{box.top:g}" width="{box.right - box.left:g}" height="{box.bottom - box.top:g}"'
    return f'<rect class="{css}" {shape}/>' if css else f"<rect {shape}/>"


def _text(text: str) -> str:
    return escape(printable(text), quote=True)
