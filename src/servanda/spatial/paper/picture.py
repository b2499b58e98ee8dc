"""A map as a picture: one SVG text, drawn from the shipped layer, that needs nothing else to be shown or printed.

Colours and shapes go by class, so that the picture is read in black and white too. Borders are drawn lightly,
disputed ones in dashes, and disputed areas are hatched: the picture shows where things were said to be, and settles
nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.spatial.ellipsoid.geodesic import checked
from servanda.spatial.land.atlas import Atlas, Line, Names, atlas, plain_names
from servanda.spatial.paper.ground import Ground, area_path, cut, outline_of, projected
from servanda.spatial.paper.labels import Box, Placed, Sheet, text_width, wrapped
from servanda.spatial.paper.marks import MARK_PX, slug, style, style_sheet, svg_text, symbol
from servanda.spatial.paper.naming import named, words
from servanda.spatial.paper.projection import RIM_DEGREES
from servanda.spatial.paper.window import EDGE, Around, View, disc, positions_of, rim, view_of


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


@dataclass(frozen=True)
class MapZone:
    """An area in longitude and latitude, cut at the antimeridian; its class is `zone-1`, `zone-2` and so on."""

    shape: BaseGeometry
    css_class: str


@dataclass(frozen=True)
class Look:
    """Which map is drawn: whose day and view, its names, what it is centred on, and what it sets apart.

    `of`: States whose land stands out. `tinted`: each State in a pale colour of its own.
    """

    atlas: Atlas | None = None
    names: Names | None = None
    around: Around | None = None
    of: frozenset[str] = frozenset()
    tinted: bool = False


_PLAIN = Look()


def map_svg(
    points: Sequence[MapPoint],
    *,
    circles: Sequence[Circle] = (),
    zones: Sequence[MapZone] = (),
    title: str,
    notes: Sequence[str],
    legend: Sequence[tuple[str, str]],
    lang: Lang,
    width: int = 1200,
    look: Look = _PLAIN,
) -> str:
    """A map of points, circles and zones as SVG text, with title, legend (class, words) and notes under it.

    Raises PositionError when a coordinate is none.
    """
    shown = _Shown(points, circles, zones, look, width)
    key = _key(title, shown, lang)
    view, sheet = shown.view, shown.sheet
    marks = list(_marks(points, view, sheet))
    labels = list(_point_labels(points, view, sheet))
    for box in shown.along_rims():
        sheet.take(box)
    ground = Ground(view, look.atlas or atlas())
    disputed = area_path(shapely.union_all([s.shape for s in ground.lots if s.lot and s.lot.open]))
    body = [
        _defs(view, key),
        f'<g clip-path="url(#frame-{key})"><path class="sea" d="{_earth(view)}"/>',
        *_graticule(view),
        *_land(ground, look),
        f'<path class="disputed" d="{disputed}"/>' if disputed else "",
        *shown.areas(),
        *(f'<path class="{line}" d="{ground.lines(line)}"/>' for line in (Line.COAST, Line.BORDER, Line.DISPUTED)),
        *shown.lines(),
        *named(ground, sheet, look.names or plain_names(lang)),
        *(leader for leader, _ in labels),
        *marks,
        *(label for _, label in labels),
        "</g>",
        _scale(view, lang),
        _north(view, lang),
        f'<path class="edge" d="{_earth(view)}"/>',
    ]
    head = _title(title, view)
    keys = [*legend, *([("disputed", say("map.disputed", lang))] if disputed else [])]
    unnamed = len(points) - sum(1 for _, label in labels if label)
    said = [*notes, *([say("map.unlabelled", lang, count=unnamed)] if unnamed else []), _source(view, lang)]
    foot, height = _foot(keys, said, view)
    opening = _opening(points, title, width, height, lang, key)
    sheet_of_styles = style_sheet(key, [*shown.classes, *(css for css, _ in legend)])
    return "\n".join([opening, sheet_of_styles, *head, *filter(None, body), *foot, "</svg>"])


class _Shown:
    """What is drawn over the land, and the window that shows it all."""

    def __init__(
        self, points: Sequence[MapPoint], circles: Sequence[Circle], zones: Sequence[MapZone], look: Look, width: int
    ) -> None:
        self.told = (points, circles, look.around, width)
        self.circles, self.zones = circles, zones
        lon, lat = checked([p.lon for p in points], [p.lat for p in points]) if points else (np.empty(0), np.empty(0))
        self._rims = [rim(c.lon, c.lat, c.radius_m) for c in circles]
        spread = np.concatenate([np.stack([lon, lat], axis=1), *self._rims, positions_of([z.shape for z in zones])])
        self.view: View = view_of(spread[:, 0], spread[:, 1], look.around, width)
        self.classes = [*(p.css_class for p in points), *(c.css_class for c in circles), *(z.css_class for z in zones)]
        self.sheet = Sheet(self.view.frame)
        for box in _furniture(self.view):
            self.sheet.take(box)

    def areas(self) -> Iterator[str]:
        """Zones and circles, filled."""
        for zone in self.zones:
            yield f'<path class="area-of {slug(zone.css_class)}" d="{self._filled(zone.shape)}"/>'
        for circle in self.circles:
            shape = disc(circle.lon, circle.lat, circle.radius_m)
            opacity = f' fill-opacity="{reach_opacity(len(self.circles)):g}"'
            yield f'<path class="reach {slug(circle.css_class)}"{opacity} d="{self._filled(shape)}"/>'

    def _filled(self, shape: BaseGeometry) -> str:
        return area_path(cut(projected(shape, self.view), self.view))

    def lines(self) -> Iterator[str]:
        """The lines round zones and circles."""
        for zone in self.zones:
            yield f'<path class="line-of {slug(zone.css_class)}" d="{outline_of(zone.shape, self.view)}"/>'
        for circle in self.circles:
            outline = outline_of(disc(circle.lon, circle.lat, circle.radius_m), self.view)
            yield f'<path class="rim {slug(circle.css_class)}" d="{outline}"/>'

    def along_rims(self) -> list[Box]:
        """The lines of the circles, so that no name of a country is written over them."""
        found = [self.view.pixels(r[:, 0], r[:, 1]) for r in self._rims]
        return [Box(x - 3, y - 3, x + 3, y + 3) for line in found for x, y in line.tolist()]


def reach_opacity(count: int) -> float:
    """How strongly circles are filled: many lie one over another, and the map is to be seen through all."""
    return round(min(0.07, max(0.012, 0.2 / max(count, 1))), 3)


def _key(title: str, shown: _Shown, lang: str) -> str:
    """Two maps on one page must not share ids."""
    zones = [(z.css_class, z.shape.wkb) for z in shown.zones]
    return f"{zlib.crc32(repr((title, *shown.told, zones, lang)).encode()):08x}"


# ---- the map itself


def _land(ground: Ground, look: Look) -> Iterator[str]:
    """Filled without lines: a border is drawn once, above."""
    paths: dict[str, list[str]] = {}
    for seen in ground.lots:
        if seen.lot and not seen.lot.open:
            tint = ground.atlas.tints.get("|".join(seen.lot.holders)) if look.tinted and seen.lot.holders else None
            css = "land" if tint is None else f"land tint-{tint}"
            paths.setdefault(css, []).append(area_path(seen.shape))
    for css, path in sorted(paths.items()):
        yield f'<path class="{css}" d="{"".join(path)}"/>'
    if look.of and (own := area_path(ground.land_of(ground.atlas.pieces_of(look.of)))):
        yield f'<path class="of" d="{own}"/>'


def _earth(view: View) -> str:
    """The frame; round the whole Earth its outline."""
    box = view.frame
    if not view.projection.world:
        return f"M{box.left:g} {box.top:g}H{box.right:g}V{box.bottom:g}H{box.left:g}Z"
    up = np.linspace(-90, 90, 91)
    xy = view.pixels(np.concatenate([np.full(91, -180.0), np.full(91, 180.0)]), np.concatenate([up, up[::-1]]))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy.tolist()) + "Z"


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
                clipped = shapely.clip_by_rect(
                    line, view.frame.left, view.frame.top, view.frame.right, view.frame.bottom
                )
                for part in shapely.get_parts(shapely.simplify(clipped, 0.3)):
                    if part.length > 1:
                        xy = "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(part))
                        yield f'<path class="grid" d="M{xy}"/>'


def _marks(points: Sequence[MapPoint], view: View, sheet: Sheet) -> Iterator[str]:
    for point in points:
        x, y = _place(point, view)
        sheet.take(Box(x - MARK_PX, y - MARK_PX, x + MARK_PX, y + MARK_PX))
        yield (
            f'<g class="mark {slug(point.css_class)}"><title>{svg_text(point.title)}</title>'
            f"{symbol(style(point.css_class).shape, x, y)}</g>"
        )


def _place(point: MapPoint, view: View) -> tuple[float, float]:
    lon, lat = checked(point.lon, point.lat)
    x, y = view.pixels(lon, lat)[0]
    return float(x), float(y)


def _point_labels(points: Sequence[MapPoint], view: View, sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Of each point the line to its label, which lies under all marks, and the label."""
    for point in points:
        x, y = _place(point, view)
        label = " ".join(printable(point.label).split())
        placed = sheet.beside(x, y, label, 14, MARK_PX) if label else None
        if placed is None:
            yield "", ""
            continue
        leader = ""
        if placed.leader:
            leader = f'<path class="leader" d="M{x:.1f} {y:.1f}L{placed.leader[0]:.1f} {placed.leader[1]:.1f}"/>'
        yield leader, words(placed, [label], "label")


# ---- what stands on and round the map


def _furniture(view: View) -> list[Box]:
    """The room of the scale and of the arrow to north; on a map of the world what lies outside the Earth."""
    box = view.frame
    if not view.projection.world:
        scale = Box(box.left, box.bottom - 34, box.left + 330, box.bottom)
        return [scale, Box(box.right - 44, box.top, box.right, box.top + 58)]
    lat = np.linspace(-90, 90, 91)
    ends = view.pixels(np.full(91, 180.0), lat)
    steps = zip(ends.tolist(), ends[1:].tolist(), strict=False)
    rows = [(y2, y1, min(x1, x2)) for (x1, y1), (x2, y2) in steps]
    right = [Box(x, top, box.right, bottom) for top, bottom, x in rows]
    return [*right, *(Box(box.left, b.top, box.left + box.right - b.left, b.bottom) for b in right)]


def _scale(view: View, lang: Lang) -> str:
    """True at the centre of the sheet; of the whole world along the equator."""
    per_km, key = view.px_per_km, "map.scale"
    x, y = view.frame.left + 18, view.frame.bottom - 18
    if view.projection.world:
        ends = view.pixels(np.array([0.0, 1.0]), np.zeros(2))
        per_km, key = float(ends[1, 0] - ends[0, 0]) / 111.195, "map.scale-equator"
        x, y = view.frame.left, view.frame.bottom - 20
    elif (view.frame.right - view.frame.left) / per_km > 4000:
        key = "map.scale-centre"
    km = next((k for k in (5000, 2000, 1000, 500, 200, 100, 50, 20) if k * per_km < 190), 20)
    length = km * per_km
    text = say(key, lang, km=f"{km:,}".replace(",", "\u00a0"))
    placed = Placed(x, y + 18, "start") if view.projection.world else Placed(x + length + 8, y + 4, "start")
    return f'<path class="bar" d="M{x:.1f} {y - 5:.1f}v5h{length:.1f}v-5"/>{words(placed, [text], "scale")}'


def _north(view: View, lang: Lang) -> str:
    """An arrow to north, as it is at the arrow's own place."""
    if view.projection.world:
        return ""
    x, y = view.frame.right - 22, view.frame.top + 29
    letter = words(Placed(x, y + 25, "middle"), [say("map.north", lang)], "scale")
    return (
        f'<path class="north" transform="rotate({view.north_at(x, y):.1f} {x:g} {y - 8:g})" '
        f'd="M{x:g} {y - 21:g}l6 22-6-5-6 5Z"/>{letter}'
    )


def _title(title: str, view: View) -> list[str]:
    lines = wrapped(printable(title), 26, view.width - 2 * EDGE)[:2]
    top = 62 if len(lines) == 1 else 40
    return [
        f'<text class="title" x="{EDGE}" y="{top + 34 * i}">{svg_text(line)}</text>' for i, line in enumerate(lines)
    ]


def _foot(legend: Sequence[tuple[str, str]], notes: Sequence[str], view: View) -> tuple[list[str], int]:
    """Legend and notes under the map, and the height of the whole sheet."""
    out = []
    x, y = float(EDGE), view.frame.bottom + 32
    for css, told in legend:
        lines = wrapped(printable(told), 14, view.width - 2 * EDGE - 24) or [""]
        wide = 22 + text_width(lines[0], 14) + 22
        if x > EDGE and x + wide > view.width - EDGE:
            x, y = float(EDGE), y + 25
        shape = style(css).shape
        group = "swatch" if shape == "swatch" else "mark"
        out.append(f'<g class="{group} {slug(css)}">{symbol(shape, x + 8, y - 2)}</g>')
        for number, line in enumerate(lines):
            y += 19 if number else 0
            out.append(f'<text class="key" x="{x + 24:.1f}" y="{y + 3:.1f}">{svg_text(line)}</text>')
        x += wide
    y += 14 if legend else -18
    for note in notes:
        for line in wrapped(printable(note), 12.5, view.width - 2 * EDGE):
            y += 18
            out.append(f'<text class="note" x="{EDGE}" y="{y:.1f}">{svg_text(line)}</text>')
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
    described: Mapping[str, object] = {"count": len(points), "places": places}
    description = say("map.description", lang, **described) if points else say("map.description-none", lang)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="map-{key}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" '
        f'role="img" lang="{lang}"><title>{svg_text(title)}</title><desc>{svg_text(description)}</desc>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    )


def _defs(view: View, key: str) -> str:
    return (
        f'<defs><clipPath id="frame-{key}"><path d="{_earth(view)}"/></clipPath>'
        f'<pattern id="hatch-{key}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#f2ebdd"/><rect width="1.5" height="6" fill="#bd9a77"/></pattern></defs>'
    )
