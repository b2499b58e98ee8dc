"""Land, seas and lines of the map in pixels of a window, no finer than can be seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.land.atlas import Atlas, Line, Lot
from servanda.spatial.land.layer import Piece, layer
from servanda.spatial.land.topology import topology
from servanda.spatial.paper.projection import RIM_DEGREES
from servanda.spatial.paper.window import View, disc

Shapes = npt.NDArray[np.object_]

_FINE_PX = 0.35
_DENSE_DEGREES = 1.0
_LEAST_PX = 0.3  # square pixels
_LARGE_PX = 40.0
_CORNERS = 7  # of the smallest islands


@dataclass(frozen=True)
class Seen:
    """A lot, or a sea, as far as the window shows it: one of its pieces, and its shape in pixels."""

    lot: Lot | None
    piece: Piece
    shape: BaseGeometry


class Ground:
    """What the window shows of the map."""

    def __init__(self, view: View, whole: Atlas) -> None:
        self.view = view
        self.atlas = whole

    @cached_property
    def lots(self) -> list[Seen]:
        """The land, lot by lot."""
        parts: dict[Lot, list[BaseGeometry]] = {}
        first: dict[Lot, Piece] = {}
        for number, shapes in sorted(self._pieces.items()):
            lot = self.atlas.lots[number]
            parts.setdefault(lot, []).extend(shapes)
            first.setdefault(lot, layer().pieces[number])
        return [Seen(lot, first[lot], _joined(shapes)) for lot, shapes in parts.items()]

    def land_of(self, pieces: Iterable[int]) -> BaseGeometry:
        """The land of some pieces."""
        return shapely.union_all([s for n in pieces for s in self._pieces.get(n, [])], grid_size=0.1)

    @cached_property
    def land(self) -> BaseGeometry:
        """All land in one."""
        whole = shapely.union_all([seen.shape for seen in self.lots], grid_size=0.1)
        shapely.prepare(whole)
        return whole

    @cached_property
    def coarse_land(self) -> BaseGeometry:
        """Land in rough outline, without small islands: where no name of a sea may stand."""
        parts = shapely.get_parts([seen.shape for seen in self.lots])
        large = shapely.simplify(parts[shapely.area(parts) > _LARGE_PX], 2.0)
        return shapely.union_all(large, grid_size=0.5)

    @cached_property
    def seas(self) -> list[Seen]:
        """The named seas, without the islands in them."""
        world = layer()
        which = np.flatnonzero(np.isin(world.polygon_piece, world.of_kind("sea")))
        found: dict[int, list[BaseGeometry]] = {}
        for i in which.tolist():
            shape = self._sea(world.polygons[i])
            if shape.area > _LEAST_PX:
                found.setdefault(int(world.polygon_piece[i]), []).append(shape)
        return [Seen(None, world.pieces[n], shapely.union_all(shapes)) for n, shapes in found.items()]

    def _sea(self, polygon: shapely.Polygon) -> BaseGeometry:
        if not may_be_seen(polygon, self.view):
            return shapely.Polygon()
        outer = shapely.Polygon(polygon.exterior)
        coarse = shapely.simplify(outer, 0.7 / (self.view.px_per_km * 111.0))
        # What lies behind the horizon of the sheet would be smeared along its rim.
        return cut(projected(shapely.intersection(coarse, self._hemisphere), self.view), self.view)

    @cached_property
    def _hemisphere(self) -> BaseGeometry:
        here = self.view.projection
        if here.world:
            return shapely.box(-180, -90, 180, 90)
        frame = self.view.frame
        far = np.hypot(frame.right - frame.left, frame.bottom - frame.top) / 2 / self.view.px_per_km
        return disc(here.lon, here.lat, min(max(float(far) * 1.4, 500.0), 12_500.0) * 1000.0)

    def lines(self, kind: Line) -> str:
        """All lines of a kind, as one path."""
        which = [n for n, line in enumerate(self.atlas.lines) if line is kind]
        near = [self._thinned[n] for n in which if self._facing[n] and shapely.get_num_points(self._thinned[n]) > 1]
        kept = shapely.clip_by_rect(np.array(near, dtype=object), *self.view.paper)
        return "".join(
            line_path(shapely.get_coordinates(part))
            for part in shapely.get_parts(kept).tolist()
            if part.geom_type == "LineString" and part.length > 0.5
        )

    @cached_property
    def _thinned(self) -> Shapes:
        """The arcs in pixels; long edges are bent with the sheet."""
        dense = shapely.segmentize(np.array([shapely.LineString(a) for a in topology().arcs]), _DENSE_DEGREES)
        flat = shapely.transform(dense, lambda xy: self.view.pixels(xy[:, 0], xy[:, 1]))
        thin = shapely.simplify(flat, _FINE_PX, preserve_topology=False)
        # A small island would shrink to a stroke; it keeps some corners.
        for n in np.flatnonzero(shapely.is_closed(flat) & (shapely.get_num_points(thin) < 5)).tolist():
            corners = shapely.get_coordinates(flat[n])
            few = np.unique(np.linspace(0, len(corners) - 1, _CORNERS).astype(np.int64))
            thin[n] = shapely.LineString(corners[few])
        return thin

    @cached_property
    def _facing(self) -> list[bool]:
        """Which arcs lie on the near side at least in part."""
        arcs = topology().arcs
        if self.view.projection.world:
            return [True] * len(arcs)
        positions = np.concatenate(arcs)
        begins = np.cumsum([0, *(len(a) for a in arcs[:-1])])
        angles = self.view.projection.angles(positions[:, 0], positions[:, 1])
        nearest: list[bool] = (np.minimum.reduceat(angles, begins) < RIM_DEGREES - 1).tolist()
        return nearest

    @cached_property
    def _pieces(self) -> dict[int, list[BaseGeometry]]:
        """Of each piece the polygons that are seen."""
        points = [shapely.get_coordinates(arc) for arc in self._thinned.tolist()]
        found: dict[int, list[BaseGeometry]] = {}
        made, owners = [], []
        for outline in topology().outlines:
            if not any(self._facing[a if a >= 0 else ~a] for row in outline.rings for a in row):
                continue
            rings = [_ring(row, points) for row in outline.rings]
            if len(rings[0]) > 3 and self._on_paper(rings[0]):
                made.append(shapely.Polygon(rings[0], [r for r in rings[1:] if len(r) > 3]))
                owners.append(outline.piece)
        for owner, shape in zip(owners, cut_all(made, self.view.paper), strict=True):
            # Of disputed land the smallest rock is shown.
            if shape.area > (0.0 if layer().pieces[owner].kind == "area" else _LEAST_PX):
                found.setdefault(owner, []).append(shape)
        return found

    def _on_paper(self, ring: Floats) -> bool:
        left, top, right, bottom = self.view.paper
        low, high = ring.min(axis=0), ring.max(axis=0)
        return bool(high[0] > left and low[0] < right and high[1] > top and low[1] < bottom)


def _joined(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """In one; what is too small for the grid on which shapes are joined stays as it is."""
    whole = shapely.union_all(shapes, grid_size=0.1)
    return whole if not whole.is_empty else shapely.union_all(shapes)


def _ring(row: Sequence[int], points: list[Floats]) -> Floats:
    return np.concatenate([points[a] if a >= 0 else points[~a][::-1] for a in row])


def may_be_seen(polygon: BaseGeometry, view: View) -> bool:
    """False when all of it lies on the far side of the Earth."""
    if view.projection.world:
        return True
    west, south, east, north = polygon.bounds
    grid = np.stack(np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9)), axis=-1).reshape(-1, 2)
    return bool(view.projection.angles(grid[:, 0], grid[:, 1]).min() < RIM_DEGREES)


def projected(shape: BaseGeometry, view: View) -> BaseGeometry:
    """A shape in longitude and latitude, in pixels."""
    return shapely.transform(shapely.segmentize(shape, _DENSE_DEGREES), lambda xy: view.pixels(xy[:, 0], xy[:, 1]))


def cut(shape: BaseGeometry, view: View) -> BaseGeometry:
    """What of a shape in pixels lies on the paper."""
    return cut_all([shape], view.paper)[0]


def cut_all(shapes: Sequence[BaseGeometry], box: tuple[float, float, float, float]) -> list[BaseGeometry]:
    """The same for many."""
    whole = np.array(shapes, dtype=object)
    if not len(whole):
        return []
    # Thinned first, mended after: mending an outline of a hundred thousand corners takes seconds.
    broken = ~shapely.is_valid(whole)
    whole[broken] = shapely.make_valid(whole[broken])
    kept: list[BaseGeometry] = shapely.clip_by_rect(whole, *box).tolist()
    return kept


def outline_of(shape: BaseGeometry, view: View) -> str:
    """The lines round a shape in longitude and latitude, without the seams along which it was cut."""
    path = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.segmentize(shape, _DENSE_DEGREES))).tolist():
        for points in seamless(shapely.get_coordinates(ring)):
            line = shapely.LineString(view.pixels(points[:, 0], points[:, 1]))
            clipped = shapely.clip_by_rect(shapely.simplify(line, _FINE_PX), *view.paper)
            path += [line_path(shapely.get_coordinates(p)) for p in shapely.get_parts(clipped).tolist()]
    return "".join(path)


def seamless(ring: Floats) -> list[Floats]:
    """The stretches of an outline that run neither along the antimeridian nor at a pole: there it was cut."""
    seam = np.asarray((np.abs(np.abs(ring) - (180, 90)) < 1e-7).any(axis=1))
    return [line for line in np.split(ring, np.flatnonzero(seam[1:] & seam[:-1]) + 1) if len(line) > 1]


def area_path(shape: BaseGeometry) -> str:
    """The polygons of a shape in pixels, as one path."""
    parts = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon":
            for ring in (polygon.exterior, *polygon.interiors):
                parts.append(_steps(_tenths(shapely.get_coordinates(ring)[:-1])) + "Z")
    return "".join(parts)


def line_path(points: Floats) -> str:
    """A line in pixels as a path."""
    return _steps(_tenths(points)) if len(points) > 1 else ""


def _tenths(points: Floats) -> Ints:
    return np.rint(points * 10).astype(np.int64)


def _steps(tenths: Ints) -> str:
    """In tenths of a pixel, as steps: half as long as positions."""
    steps = "".join(f"{_tenth(x)}{_tenth(y)}" for x, y in np.diff(tenths, axis=0).tolist() if x or y)
    x, y = tenths[0].tolist()
    return f"M{x / 10:g} {y / 10:g}l{steps.strip()}" if steps else ""


def _tenth(value: int) -> str:
    text = f"{value / 10:g}".replace("0.", ".", 1) if abs(value) < 10 else f"{value / 10:g}"
    return text if value < 0 else f" {text}"
