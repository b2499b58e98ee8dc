"""Zones of Arrow columns of positions: batch in, batch out, null where a position is unknown."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.index.zone_index import ZoneIndex
from servanda.spatial.land.layer import layer

NO_PIECE = -1


@cache
def piece_index(*kinds: str) -> ZoneIndex:
    """The index over the pieces of the shipped map of these kinds (all, if none is named); zones are piece numbers."""
    shipped = layer()
    wanted = shipped.among(shipped.of_kind(*(kinds or ("land", "area", "sea"))))
    zones = shipped.polygon_piece[wanted[shipped.polygon_piece]]
    return ZoneIndex.cached(shipped.polygons_of(np.flatnonzero(wanted)), zones)


def pieces_at(lon: Floats, lat: Floats) -> tuple[Ints, Ints, Ints]:
    """Of each position the piece of land that holds it, or -1; and pairs of a position and a sea that holds it."""
    point, zone = piece_index().hits(lon, lat)
    at_sea = _seas()[zone]
    piece = np.full(len(lon), NO_PIECE, dtype=np.int64)
    # On a border two pieces hold a position; the former is as good as the other, for none is certain there.
    piece[point[~at_sea][::-1]] = zone[~at_sea][::-1]
    return piece, point[at_sea], zone[at_sea]


@cache
def _seas() -> npt.NDArray[np.bool_]:
    return layer().among(layer().of_kind("sea"))


def locate_batch(index: ZoneIndex, lon: pa.Array | pa.ChunkedArray, lat: pa.Array | pa.ChunkedArray) -> pa.ListArray:
    """Of each position the zones that hold it, ascending; null where a coordinate is. Raises PositionError."""
    known, x, y = _positions(lon, lat)
    point, zone = index.hits(x, y)
    counts = np.zeros(len(known), dtype=np.int64)
    counts[known] = np.bincount(point, minlength=len(x))
    first = np.append(0, np.cumsum(counts)).astype(np.int32)
    return pa.ListArray.from_arrays(
        pa.array(first), pa.array(zone.astype(np.int32)), mask=pa.array(~known) if not known.all() else None
    )


def first_batch(index: ZoneIndex, lon: pa.Array | pa.ChunkedArray, lat: pa.Array | pa.ChunkedArray) -> pa.Int32Array:
    """Of each position the least number of a zone that holds it; null where none does or a coordinate is null."""
    known, x, y = _positions(lon, lat)
    zone = np.full(len(known), -1, dtype=np.int32)
    zone[known] = index.first(x, y)
    return pa.array(zone, mask=zone < 0)


def _positions(
    lon: pa.Array | pa.ChunkedArray, lat: pa.Array | pa.ChunkedArray
) -> tuple[npt.NDArray[np.bool_], Floats, Floats]:
    columns = [pc.cast(c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c, pa.float64()) for c in (lon, lat)]
    if any(c.null_count for c in columns):
        known = np.asarray(pc.and_(*(pc.is_valid(c) for c in columns)))
        columns = [c.filter(pa.array(known)) for c in columns]
    else:
        known = np.ones(len(columns[0]), dtype=bool)
    x, y = (c.to_numpy(zero_copy_only=False) for c in columns)
    return known, x, y
