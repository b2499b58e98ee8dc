"""From closed lines on the Earth to polygons in longitude and latitude (RFC 7946).

The sheet runs from -180 to 180 and from pole to pole. Lines are cut at the antimeridian; together with the edge of the
sheet they part it into faces, each of which is wholly inside or wholly outside. So an area with a pole in it reaches
up to the edge of the sheet there, and nobody has to say which side of a line is within.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from servanda.spatial.ellipsoid.arrays import Floats, Truths

_EDGE = 180.0
_POLE = 90.0
_SPECK = 1e-10  # square degrees, about a square metre at the equator: what lines that all but touch leave between them


def polygons(rings: Sequence[Floats], holds: Callable[[Floats, Floats], Truths]) -> MultiPolygon:
    """The faces of the sheet that `holds` says are inside, parted by closed rings of longitude and latitude.

    Valid; outer rings run anticlockwise. Neighbouring points of a ring are less than half round the Earth apart.
    """
    pieces = [piece for ring in rings for piece in pieces_of(ring)]
    return from_lines([LineString(p) for p in pieces if len(p) > 1], holds)


def from_lines(lines: Sequence[LineString], holds: Callable[[Floats, Floats], Truths]) -> MultiPolygon:
    """The same from lines that lie on the sheet."""
    network = shapely.union_all([*lines, *_sheet(lines)])
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(network).tolist())).tolist(), dtype=object)
    inner = shapely.point_on_surface(faces)
    inside = faces[holds(shapely.get_x(inner), shapely.get_y(inner)) | (shapely.area(faces) < _SPECK)]
    return without_specks(tidy(MultiPolygon(inside.tolist())))


def without_specks(shape: MultiPolygon) -> MultiPolygon:
    """Without polygons of less than a square metre, which are no places but what rounding leaves."""
    return MultiPolygon([p for p in shape.geoms if p.area >= _SPECK])


def tidy(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a shape, valid and with outer rings anticlockwise."""
    if not shape.is_valid:
        shape = shapely.union_all(shapely.get_parts(shape))
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept = [p for p in parts.tolist() if isinstance(p, Polygon) and p.area > 0]
    return MultiPolygon([orient(p) for p in sorted(kept, key=lambda p: p.bounds)])


def pieces_of(ring: Floats) -> Iterator[Floats]:
    """The ring cut at the antimeridian: itself, closed, or pieces from edge to edge."""
    following = np.roll(ring, -1, axis=0)
    step = (following[:, 0] - ring[:, 0] + 180) % 360 - 180
    reached = ring[:, 0] + step
    over = np.flatnonzero((reached >= _EDGE) | (reached < -_EDGE))
    if not len(over):
        yield np.concatenate([ring, ring[:1]])
        return
    side = np.where(reached[over] >= _EDGE, _EDGE, -_EDGE)
    share = np.where(step[over] == 0, 0.0, (side - ring[over, 0]) / np.where(step[over] == 0, 1, step[over]))
    lat = ring[over, 1] + (following[over, 1] - ring[over, 1]) * np.clip(share, 0, 1)
    for i, at in enumerate(over.tolist()):
        last = over[(i + 1) % len(over)]
        between = np.arange(at + 1, last + 1 if last > at else last + 1 + len(ring)) % len(ring)
        start, end = [[-side[i], lat[i]]], [[side[(i + 1) % len(over)], lat[(i + 1) % len(over)]]]
        yield _plain(np.concatenate([start, ring[between], end]))


def _plain(line: Floats) -> Floats:
    """Without points that stand twice."""
    plain: Floats = line[np.append(True, (np.diff(line, axis=0) != 0).any(axis=1))]
    return plain


def _sheet(lines: Sequence[LineString]) -> list[LineString]:
    """The edge of the sheet, with a vertex wherever a line ends on it."""
    ends = np.concatenate([np.empty((0, 2)), *(shapely.get_coordinates(line)[[0, -1]] for line in lines)])
    corners = np.array([-_POLE, _POLE])
    upright = [
        LineString([(side, y) for y in np.unique(np.append(ends[ends[:, 0] == side, 1], corners))])
        for side in (-_EDGE, _EDGE)
    ]
    level = [LineString([(-_EDGE, y), (_EDGE, y)]) for y in (-_POLE, _POLE)]
    return [*upright, *level]
