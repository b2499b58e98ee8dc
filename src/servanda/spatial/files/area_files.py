"""Areas as files: GeoJSON (RFC 7946) and GeoParquet 1.1, longitude first, each with what it is and rests on."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely import MultiPolygon

from servanda.spatial.area.plate import tidy

_DECIMALS = 8  # of a degree: a millimetre

# OGC:CRS84, degrees on WGS 84 with the longitude first, as GeoParquet wants it said.
_CRS84: Mapping[str, Any] = {
    "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
    "type": "GeographicCRS",
    "name": "WGS 84 (CRS84)",
    "datum": {
        "type": "GeodeticReferenceFrame",
        "name": "World Geodetic System 1984",
        "ellipsoid": {"name": "WGS 84", "semi_major_axis": 6378137, "inverse_flattening": 298.257223563},
    },
    "coordinate_system": {
        "subtype": "ellipsoidal",
        "axis": [
            {"name": "Geodetic longitude", "abbreviation": "Lon", "direction": "east", "unit": "degree"},
            {"name": "Geodetic latitude", "abbreviation": "Lat", "direction": "north", "unit": "degree"},
        ],
    },
    "id": {"authority": "OGC", "code": "CRS84"},
}


@dataclass(frozen=True)
class Area:
    """Polygons in longitude and latitude, and what is said of them: text, numbers, truths, or nothing."""

    polygons: MultiPolygon
    said: Mapping[str, str | float | bool | None]


def geojson(areas: Sequence[Area]) -> str:
    """A FeatureCollection, one feature a line."""
    features = ",\n".join(json.dumps(_feature(area), ensure_ascii=False, separators=(",", ":")) for area in areas)
    return f'{{"type":"FeatureCollection","features":[\n{features}\n]}}\n'


def _feature(area: Area) -> dict[str, Any]:
    said = {"type": "Feature", "properties": dict(area.said)}
    if area.polygons.is_empty:
        return {**said, "geometry": None}
    polygons = _rounded(area.polygons)
    west, south, east, north = polygons.bounds
    rings = [
        [[[round(x, _DECIMALS), round(y, _DECIMALS)] for x, y in ring.coords] for ring in (p.exterior, *p.interiors)]
        for p in polygons.geoms
    ]
    return {**said, "bbox": [west, south, east, north], "geometry": {"type": "MultiPolygon", "coordinates": rings}}


def _rounded(polygons: MultiPolygon) -> MultiPolygon:
    """To whole millimetres, and valid still: vertices that all but touch must not change sides."""
    return tidy(shapely.set_precision(polygons, 10.0**-_DECIMALS))


def write_geoparquet(areas: Sequence[Area], path: Path) -> None:
    """One row for each area: what is said of it, and `geometry` in WKB."""
    shapes = [area.polygons for area in areas]
    names = list(dict.fromkeys(name for area in areas for name in area.said))
    columns: dict[str, pa.Array] = {name: pa.array([area.said.get(name) for area in areas]) for name in names}
    columns["geometry"] = pa.array(shapely.to_wkb(shapes, output_dimension=2).tolist(), pa.binary())
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": ["MultiPolygon"],
        "crs": _CRS84,
        "orientation": "counterclockwise",
        "edges": "planar",
    }
    bounds: list[float] = shapely.total_bounds(shapes).tolist()
    if all(map(math.isfinite, bounds)):  # otherwise there is nothing in any of them
        column["bbox"] = bounds
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = pa.table(columns).replace_schema_metadata({"geo": json.dumps(about)})
    with path.open("wb") as file:  # its name may be no text
        pq.write_table(table, file, compression="zstd")
