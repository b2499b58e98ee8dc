"""GeoParquet as a drawing: the geometry column that the `geo` metadata names, in WKB (GeoParquet 1.1)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from servanda.errors import Diagnostic, InputError
from servanda.spatial.files.crs import check_projjson
from servanda.spatial.files.drawn import DEPTH, LARGEST, NOWHERE, Drawing, Feature, numbered, shown
from servanda.spatial.files.wkb import is_deep

_CRS84 = {"id": {"authority": "OGC", "code": "CRS84"}}
_NAMES = ("name", "NAME", "Name")


def read_geoparquet(path: Path, file: str, name: str | None = None) -> Drawing:
    """The drawing that the file holds; `name`: only rows of that name. Raises InputError for what is no GeoParquet."""
    drawing = Drawing(file)
    try:
        with pa.OSFile(os.fsencode(path)) as source, pq.ParquetFile(source) as parquet:
            about = _about(parquet.schema_arrow.metadata or {}, drawing)
            column = about.get("primary_column") if about is not None else None
            if about is None or not isinstance(column, str) or not _column(about, column, drawing):
                return drawing
            if column not in parquet.schema_arrow.names:
                drawing.refuse("geometry-no-column", "named", name=column)
                return drawing
            names = [n for n in _NAMES if n in parquet.schema_arrow.names][:1]
            extra = [n for n in ("uncertainty_m", "radius_m") if n in parquet.schema_arrow.names]
        with pa.OSFile(os.fsencode(path)) as source, pq.ParquetFile(source, read_dictionary=[column]) as parquet:
            table = parquet.read([column, *names, *extra])
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError([Diagnostic("geometry-unreadable", file=file, case="parquet")]) from error
    if _size(table[column]) > LARGEST:
        raise InputError([Diagnostic("geometry-unreadable", {"limit": str(LARGEST // 2**20)}, file=file, case="large")])
    _take_rows(table, column, name, file, drawing)
    return drawing


def _size(column: pa.ChunkedArray) -> int:
    """How many bytes the geometries take; one that comes a million times takes few in the file."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = (pc.binary_length(chunk.dictionary).take(chunk.indices) for chunk in column.chunks)
    return sum(pc.sum(of).as_py() or 0 for of in lengths)


def _about(metadata: dict[bytes, bytes], drawing: Drawing) -> dict[str, Any] | None:
    """The `geo` metadata, or None after the report."""
    try:
        about = json.loads(metadata[b"geo"])
    except (KeyError, ValueError):
        about = None
    if not isinstance(about, dict) or not isinstance(about.get("columns"), dict):
        drawing.refuse("geometry-no-column")
        return None
    return about


def _column(about: dict[str, Any], column: str, drawing: Drawing) -> bool:
    described = about["columns"].get(column)
    described = described if isinstance(described, dict) else {}
    if str(described.get("encoding", "WKB")).upper() != "WKB":
        drawing.refuse("geometry-no-column", "encoding", name=shown(described.get("encoding")))
        return False
    if described.get("edges", "planar") != "planar":
        drawing.refuse("geometry-no-column", "edges", name=shown(described.get("edges")))
        return False
    before = len(drawing.wrong)
    check_projjson(described.get("crs", _CRS84), drawing)
    return len(drawing.wrong) == before


def _take_rows(table: pa.Table, column: str, name: str | None, file: str, drawing: Drawing) -> None:
    label = next((n for n in _NAMES if n in table.column_names), None)
    rows = table.to_pylist()
    wanted = [(i, r) for i, r in enumerate(rows, 1) if name is None or (label and r[label] == name)]
    if not wanted:
        if name is None:
            drawing.refuse("geometry-not-polygon", "empty", found="GeoParquet")
        else:
            known = ", ".join(str(r[label]) for r in rows[:12]) if label else "—"
            drawing.refuse("geometry-no-feature", name=name, known=shown(known))
    for number, row in wanted:
        where = numbered(number, row.get(label or "")) if len(rows) > 1 else NOWHERE
        _take_row(row, column, where, file, drawing)


def _take_row(row: dict[str, Any], column: str, where: Any, file: str, drawing: Drawing) -> None:
    written = row[column]
    if is_deep(_bytes(written), DEPTH):
        raise InputError([Diagnostic("geometry-unreadable", {"most": str(DEPTH)}, file=file, case="deep")])
    try:
        with np.errstate(invalid="ignore"):  # what is no number is refused as a position
            shape = shapely.from_wkb(written)
    except (shapely.errors.GEOSException, TypeError, ValueError):
        drawing.take(Feature(where=where))
        drawing.refuse("geometry-no-column", "wkb", name=column)
        return
    drawing.take(Feature(where=where))
    if shape is None or shape.is_empty:
        drawing.refuse("geometry-not-polygon", "empty", found="NULL" if shape is None else shape.geom_type)
        return
    polygons = []
    for part in _flat(shape):
        if isinstance(part, Polygon):
            polygons.append([shapely.get_coordinates(r).tolist() for r in (part.exterior, *part.interiors)])
        elif part.geom_type == "Point" and row.get("radius_m") is not None:
            centre = shapely.get_coordinates(part).tolist()[0]
            drawing.take(Feature((), centre, row["radius_m"], row.get("uncertainty_m"), where))
        else:
            drawing.refuse("geometry-not-polygon", found=part.geom_type)
    drawing.take(Feature(tuple(polygons), uncertainty_m=row.get("uncertainty_m"), where=where))


def _bytes(written: object) -> bytes:
    """The bytes that WKB is, or spells in hexadecimal figures; none for what is neither."""
    if isinstance(written, str):
        with suppress(ValueError):
            return bytes.fromhex(written)
    return written if isinstance(written, bytes) else b""


def _flat(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(shape):
        if part.geom_type in ("MultiPolygon", "GeometryCollection", "MultiPoint"):
            yield from _flat(part)
        else:
            yield part
