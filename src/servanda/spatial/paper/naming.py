"""The names of States, disputed areas and seas on a picture: where there is room for them, the largest first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from servanda.errors import printable
from servanda.spatial.land.atlas import Names
from servanda.spatial.paper.ground import Ground, Seen
from servanda.spatial.paper.labels import LEADING, Box, Placed, Sheet, block, halves, text_width
from servanda.spatial.paper.marks import svg_text

_LEAST_SIZE, _PLAIN_SIZE, _GREATEST_SIZE = 10.0, 13.0, 19.0
_AREA_SIZE, _SEA_SIZE = 11.0, 12.0
_OVERHANG = 2.4  # how much longer than its land is broad a name may be
_LEAST_LAND_PX = 26.0  # square pixels: smaller land is named only where the window is narrow
_NARROW_PX_PER_KM = 0.11
_OWN = 0.35  # of a sea, not within seas that are named already
_FOREIGN = 0.5  # of a name, on the land of others


def named(ground: Ground, sheet: Sheet, names: Names) -> Iterator[str]:
    """The words of the map."""
    told: set[str] = set()
    for seen in sorted(ground.lots, key=_rank):
        assert seen.lot is not None
        name = " ".join(printable(names.of(seen.lot, seen.piece)).split())
        css = "area" if seen.lot.area is not None else "state"
        if name not in told and (words := _land(seen, name, css, sheet, ground)):
            told.add(name)
            yield words
    yield from _waters(ground, sheet, names)


def _waters(ground: Ground, sheet: Sheet, names: Names) -> Iterator[str]:
    """Seas, the smaller first: an ocean is named where none of its seas is."""
    taken: BaseGeometry = Polygon()
    for seen in sorted(ground.seas, key=lambda s: s.shape.area):
        rest = shapely.difference(seen.shape, shapely.union(taken, ground.coarse_land))
        name = printable(names.sea(seen.piece))
        if rest.area > seen.shape.area * _OWN and (found := _sea(rest, name, sheet)):
            taken = shapely.union(taken, seen.shape)
            yield found


def _rank(seen: Seen) -> tuple[bool, float]:
    """States before disputed areas, the larger first."""
    assert seen.lot is not None
    return seen.lot.area is not None, -float(seen.shape.area)


def _land(seen: Seen, name: str, css: str, sheet: Sheet, ground: Ground) -> str:
    largest = _largest(seen.shape, sheet.frame)
    if largest is None:
        return ""
    for size in _sizes(largest, css):
        if words := _inside(largest, name, size, css, sheet):
            return words
    size = min(_AREA_SIZE, _PLAIN_SIZE) if css == "area" or largest.area < 900 else _AREA_SIZE
    if largest.area < _LEAST_LAND_PX and ground.view.px_per_km < _NARROW_PX_PER_KM:
        return ""
    return _over(largest, name, size, css, sheet) or _next_to(largest, name, _LEAST_SIZE, css, sheet, ground)


def _sizes(shape: Polygon, css: str) -> list[float]:
    """From the size that the land deserves down to the least that can be read."""
    if css == "area":
        return [_AREA_SIZE, _LEAST_SIZE]
    wanted = min(_GREATEST_SIZE, max(_PLAIN_SIZE, math.sqrt(shape.area) / 14))
    return sorted({wanted, _PLAIN_SIZE, _AREA_SIZE, _LEAST_SIZE}, reverse=True)


def _inside(shape: Polygon, name: str, size: float, css: str, sheet: Sheet) -> str:
    if shape.area < text_width(name, size) * size * 0.9:
        return ""
    for lines in ([name], halves(name)):
        for spot in spots(shape):
            if _holds(shape, spot, lines, size) and (placed := sheet.centred(*spot, lines, size)):
                return words(placed, lines, css, size)
    return ""


def _over(shape: Polygon, name: str, size: float, css: str, sheet: Sheet) -> str:
    """Across the outline of land that is too small for its name, but not by much."""
    if shape.area < 160:
        return ""
    for lines in ([name], halves(name)):
        if max(text_width(line, size) for line in lines) > _OVERHANG * math.sqrt(shape.area):
            continue
        for spot in list(spots(shape))[:6]:
            if shape.contains(shapely.Point(spot)) and (placed := sheet.centred(*spot, lines, size)):
                return words(placed, lines, css, size)
    return ""


def _next_to(shape: Polygon, name: str, size: float, css: str, sheet: Sheet, ground: Ground) -> str:
    """Beside an island or a small State, on water rather than on others' land."""
    low_x, low_y, high_x, high_y = shape.bounds
    reach = max(high_x - low_x, high_y - low_y) / 2
    if reach > 26:
        return ""

    def free(box: Box) -> bool:
        room = shapely.box(box.left, box.top, box.right, box.bottom)
        others = shapely.intersection(ground.land, room).area - shapely.intersection(shape, room).area
        return bool(others < _FOREIGN * room.area)

    placed = sheet.beside((low_x + high_x) / 2, (low_y + high_y) / 2, name, size, min(reach, 14.0), only=free)
    return words(placed, [name], css, size) if placed else ""


def _sea(shape: BaseGeometry, name: str, sheet: Sheet) -> str:
    largest = _largest(shape, sheet.frame)
    if largest is None:
        return ""
    for size in (_SEA_SIZE, _LEAST_SIZE):
        if found := _inside(largest, name, size, "water", sheet):
            return found
    return ""


def _largest(shape: BaseGeometry, frame: Box) -> Polygon | None:
    shown = shapely.clip_by_rect(shape, frame.left, frame.top, frame.right, frame.bottom)
    largest = max(shapely.get_parts(shown).tolist(), key=lambda p: float(p.area), default=None)
    return largest if isinstance(largest, Polygon) and not largest.is_empty else None


def spots(shape: Polygon) -> Iterable[tuple[float, float]]:
    """Points deep inside a shape, the deepest first."""
    tolerance = max(1.0, math.sqrt(shape.area) / 60)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance=tolerance))[0]
    yield float(x), float(y)
    for dy in (-12, 12, -24, 24, -40, 40, -64, 64):
        for dx in (0, -30, 30, -70, 70, -120, 120):
            yield float(x) + dx, float(y) + dy


def _holds(shape: BaseGeometry, spot: tuple[float, float], lines: Sequence[str], size: float) -> bool:
    box = block(*spot, lines, size)
    return bool(shapely.contains_properly(shape, shapely.box(box.left - 1, box.top, box.right + 1, box.bottom)))


def words(placed: Placed, lines: Sequence[str], css: str, size: float | None = None) -> str:
    """Placed words as SVG; `size` where the class has none."""
    look = f' font-size="{size:.3g}"' if size is not None else ""
    opening = f'<text class="{css}"{look} x="{placed.x:.1f}" y="{placed.y:.1f}" text-anchor="{placed.anchor}">'
    if len(lines) == 1 or size is None:
        return f"{opening}{svg_text(' '.join(lines))}</text>"
    rows = "".join(
        f'<tspan x="{placed.x:.1f}" y="{placed.y + i * size * LEADING:.1f}">{svg_text(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return f"{opening}{rows}</text>"
