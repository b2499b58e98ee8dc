"""Builds the map layer `src/servanda/data/geo/layer.npz` from Natural Earth files.

    python tools/build_layer.py COUNTRIES DISPUTED MARINE [OUTPUT]

COUNTRIES  ne_10m_admin_0_countries_deu (GeoParquet; ADM0_A3, SOV_A3, ISO_A3_EH)
DISPUTED   ne_10m_admin_0_disputed_areas (GeoParquet; BRK_A3)
MARINE     ne_10m_geography_marine_polys (GeoParquet; NAME, FEATURECLA)

Natural Earth is in the public domain (https://www.naturalearthdata.com/about/terms-of-use/), version 5.1.1. Which
disputed areas are cut out of which States, and who claims them, is `areas.csv`; which polygons make up a named sea
is `regions.csv`, both beside the output. Coordinates are kept in whole units of 1e-4 degree (11 m at most).

The file holds polygons, each a run of rings, each a run of vertices (first not repeated), as differences from
vertex to vertex. Every polygon belongs to a piece: a territory, a disputed area or a sea, described in `pieces`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry as Geometry

DATA = Path(__file__).parent.parent / "src" / "servanda" / "data" / "geo"
UNIT = 1e-4

# Natural Earth's code of the sovereign to ISO; those absent are their own.
SOVEREIGN = {
    "GB1": "GBR", "FR1": "FRA", "US1": "USA", "NL1": "NLD", "CH1": "CHN", "DN1": "DNK", "FI1": "FIN",
    "AU1": "AUS", "NZ1": "NZL", "KA1": "KAZ", "CU1": "CUB", "IS1": "ISR", "SDS": "SSD",
}  # fmt: skip
# States in free association conclude treaties of their own.
ASSOCIATED = {"COK", "NIU"}
# The layer's own code to ISO where they differ; bases and reefs have no code and count as their sovereign's.
TERRITORY = {"SDS": "SSD", "ALD": "ALA"}
# Slivers thinner than this (degrees) between two drawings of the same line go to the disputed area.
SLIVER = 0.004


def main(countries: str, disputed: str, marine: str, output: str = str(DATA / "layer.npz")) -> None:
    """Read, cut, quantise, write."""
    land = {str(r["ADM0_A3"]): r for r in _rows(countries)}
    breaks = {str(r["BRK_A3"]): r["shape"] for r in _rows(disputed)}
    pieces = [*_pieces(land, breaks), *_seas(marine)]
    _write(pieces, Path(output))


def _rows(file: str) -> Iterator[dict[str, Any]]:
    for row in pq.read_table(file).to_pylist():
        yield {**row, "shape": shapely.make_valid(shapely.from_wkb(row["geometry"]))}


def _table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def _pieces(
    land: dict[str, dict[str, Any]], breaks: dict[str, Geometry]
) -> Iterator[tuple[dict[str, object], Geometry]]:
    taken: list[Geometry] = []
    areas: list[tuple[dict[str, object], Geometry]] = []
    for area in _table("areas.csv"):
        names = area["parts"].split("|")
        shape = shapely.union_all([breaks.get(n, land[n]["shape"] if n in land else None) for n in names])
        shape = _polygons(shapely.difference(shape, shapely.union_all(taken)))
        taken.append(shape)
        claimants = [c for c in area["claimants"].split("|") if c]
        areas.append(({"kind": "area", "name": area["en"], "vi": area["vi"], "claimants": claimants}, shape))
    cut = shapely.union_all(taken)
    parties = {r["code"]: r for r in _table("../parties.csv")}
    whole = {part for area in _table("areas.csv") for part in area["parts"].split("|")}
    for code, row in sorted(land.items()):
        if code in whole:
            continue
        rest, slivers = _without(row["shape"], cut)
        for sliver in slivers:
            nearest = min(range(len(areas)), key=lambda i: shapely.distance(areas[i][1], sliver))
            areas[nearest] = (areas[nearest][0], shapely.union(areas[nearest][1], sliver))
        about: dict[str, object] = {
            "kind": "land",
            "code": _code(row),
            "holder": _holder(row),
            "name": row["NAME_LONG"] or code,
        }
        if row["ISO_A3_EH"] == about["code"] or about["code"] != about["holder"]:
            about |= {"name": parties[_code(row)]["en"], "vi": parties[_code(row)]["vi"]}
        yield about, rest
    yield from areas


def _without(shape: Geometry, cut: Geometry) -> tuple[Geometry, list[Geometry]]:
    if not shapely.intersects(shape, cut):
        return _polygons(shape), []
    rest: list[Geometry] = []
    slivers: list[Geometry] = []
    for part in shapely.get_parts(_polygons(shapely.difference(shape, cut))):
        thin = shapely.is_empty(shapely.buffer(part, -SLIVER))
        (slivers if thin and shapely.distance(part, cut) < 1e-9 else rest).append(part)
    return shapely.union_all(rest), slivers


def _polygons(shape: Geometry) -> Geometry:
    return MultiPolygon([p for p in _flat(shape) if isinstance(p, Polygon) and p.area > 0])


def _flat(shape: Geometry) -> Iterator[Geometry]:
    for part in shapely.get_parts(shape):
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            yield from _flat(part)
        else:
            yield part


def _holder(row: dict[str, Any]) -> str:
    code = str(row["ADM0_A3"])
    return code if code in ASSOCIATED else SOVEREIGN.get(str(row["SOV_A3"]), str(row["SOV_A3"]))


def _code(row: dict[str, Any]) -> str:
    iso = str(row["ISO_A3_EH"])
    return TERRITORY.get(str(row["ADM0_A3"]), iso if len(iso) == 3 and iso.isalpha() else _holder(row))


def _seas(marine: str) -> Iterator[tuple[dict[str, object], Geometry]]:
    drawn: dict[str, list[Geometry]] = {}
    for row in _rows(marine):
        drawn.setdefault(str(row["NAME"]), []).append(row["shape"])
    named = {r["en"]: r["parts"].split("|") for r in _table("regions.csv")}
    for name, parts in sorted(named.items()):
        shape = shapely.union_all([s for part in parts for s in drawn[part]])
        # Closed by a metre or so: the parts' common lines are drawn twice and leave hairline gaps.
        closed = shapely.buffer(shapely.buffer(shape, 2e-5, join_style="mitre"), -2e-5, join_style="mitre")
        yield {"kind": "sea", "name": name}, _polygons(closed)


def _write(pieces: Iterable[tuple[dict[str, object], Geometry]], output: Path) -> None:
    described, owner, rings, lengths, vertices = [], [], [], [], []
    for number, (about, shape) in enumerate(pieces):
        described.append(about)
        for polygon in sorted(shapely.get_parts(_polygons(shape)), key=_along_a_curve):
            kept = [q for ring in (polygon.exterior, *polygon.interiors) if (q := _quantised(ring)) is not None]
            if kept:
                owner.append(number)
                rings.append(len(kept))
                lengths += [len(q) for q in kept]
                vertices += kept
    xy = np.concatenate(vertices)
    steps = np.diff(xy, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).astype(np.int32)
    np.savez_compressed(
        output,
        x=steps[:, 0],
        y=steps[:, 1],
        ring_length=np.array(lengths, dtype=np.int32),
        polygon_rings=np.array(rings, dtype=np.int32),
        polygon_piece=np.array(owner, dtype=np.int32),
        pieces=np.frombuffer(json.dumps(described, ensure_ascii=False).encode(), dtype=np.uint8),
    )
    print(f"{len(described)} pieces, {len(owner)} polygons, {len(xy)} vertices, {output.stat().st_size} bytes")


def _along_a_curve(polygon: Geometry) -> int:
    # Morton order: neighbours stay neighbours, so that the search tree of `edges.py` has small balls.
    west, south, _, _ = polygon.bounds
    column, row = int((west + 180) * 10), int((south + 90) * 10)
    return sum(((column >> bit & 1) << 2 * bit) | ((row >> bit & 1) << 2 * bit + 1) for bit in range(12))


def _quantised(ring: Geometry) -> np.ndarray[Any, np.dtype[np.int64]] | None:
    xy = np.rint(shapely.get_coordinates(ring)[:-1] / UNIT).astype(np.int64)
    moved = np.any(xy != np.roll(xy, 1, axis=0), axis=1)
    return xy[moved] if moved.sum() >= 3 else None


if __name__ == "__main__":
    main(*sys.argv[1:])
