"""Measures how far the lines of the map lie from those of another edition; writes `data/geo/deviation.csv`.

    python tools/measure_deviation.py TOPOJSON [OUTPUT]

TOPOJSON  world-atlas countries-10m: Natural Earth 4.1, 1:10 000 000, de-facto point of view, on a grid of some 40 m

Both ways: from every vertex of the one to the nearest line of the other, and from points along longer edges. Left out
are the lines of disputed areas and what was typed by hand, for there the editions differ on purpose, and runs of
vertices farther than `POLITICAL_M` from any line: a line that only one edition has (an island, a border) is listed by
itself and not averaged into the cells. A cell is a square degree, named by its south-west corner.

Metres are those of a plane fitted to each half degree of latitude: good to a few in a thousand below 80 degrees and
to one in twenty beyond, where no border runs.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
import shapely.affinity

from servanda.spatial.land.layer import Layer, layer

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Row = tuple[str | int, ...]

OUTPUT = Path(__file__).parent.parent / "src" / "servanda" / "data" / "geo" / "deviation.csv"
DEGREE_M = 111_320.0
BAND = 0.5  # degrees of latitude that share a plane
REACH = 0.5  # degrees around a band in which the nearest line is sought
STEP = 0.02  # longer edges are sampled that often, in degrees
POLITICAL_M = 15_000.0  # beyond it a line has no counterpart
WORTH_TELLING_M = 1_000.0  # cells all of whose lines are nearer are not written


@dataclass(frozen=True)
class Lines:
    """Segments (x1, y1, x2, y2) in degrees; `compared`: whether their own vertices are measured too."""

    ends: Floats
    compared: Truths

    @staticmethod
    def of(rings: list[tuple[Floats, Truths]]) -> Lines:
        """From open rings, and for each of their edges whether it is compared."""
        ends = np.concatenate([np.concatenate([ring, np.roll(ring, -1, axis=0)], axis=1) for ring, _ in rings])
        short = np.abs(ends[:, 0] - ends[:, 2]) <= 180
        return Lines(ends[short], np.concatenate([compared for _, compared in rings])[short])

    def samples(self) -> Floats:
        """Points along the compared edges: where each begins, and every STEP."""
        ends = self.ends[self.compared]
        count = np.maximum(1, np.ceil(np.hypot(*(ends[:, 2:] - ends[:, :2]).T) / STEP).astype(int))
        edge = np.repeat(np.arange(len(ends)), count)
        at = (np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)) / count[edge]
        points: Floats = ends[edge, :2] + at[:, None] * (ends[edge, 2:] - ends[edge, :2])
        return points


def main(topojson: str, output: str = str(OUTPUT)) -> None:
    """Measure both ways and write the cells and the lines without a counterpart."""
    countries = list(countries_of(json.loads(Path(topojson).read_text(encoding="utf-8"))))
    rings = [ring for _, polygons in countries for polygon in polygons for ring in polygon]
    ours, theirs = ours_of(layer()), Lines.of([(ring, _plain(ring)) for ring in rings])
    away = [(ours.samples(), theirs), (theirs.samples(), ours)]
    measured = [(points, *nearest_m(points, lines)) for points, lines in away]
    points = np.concatenate([p for p, _, _ in measured])
    metres = np.concatenate([d for _, d, _ in measured])
    # The nearest line of ours is a disputed area's: the editions differ there on purpose.
    keep = np.concatenate([np.ones(len(metres) - len(measured[1][1]), dtype=bool), measured[1][2]])
    _write(points[keep], metres[keep], list(_others(layer(), countries)), Path(output))


def ours_of(world: Layer) -> Lines:
    """The lines of the map; compared are those of undisputed land that Natural Earth drew and no area touches."""
    areas = set(world.of_kind("area").tolist())
    on_area = {tuple(v) for i, p in enumerate(world.ring_piece) if p in areas for v in world.rings[i].round(4).tolist()}
    rings = []
    for number in world.of_kind("land", "area").tolist():
        for i in np.flatnonzero(world.ring_piece == number):
            ring = world.rings[i]
            free = np.array([number not in areas and tuple(v) not in on_area for v in ring.round(4).tolist()])
            rings.append((ring, free & np.roll(free, -1) & (world.ring_margin[i] == 0) & _plain(ring)))
    return Lines.of(rings)


def _plain(ring: Floats) -> Truths:
    """Edges that are no frame of the map: none at the antimeridian, where lines are cut, nor round the pole."""
    after = np.roll(ring, -1, axis=0)
    frame = (np.abs(ring[:, 0]) > 179.8) | (np.abs(after[:, 0]) > 179.8)
    plain: Truths = ~frame & (ring[:, 1] > -84) & (after[:, 1] > -84)
    return plain


def countries_of(topology: dict[str, Any]) -> Iterator[tuple[str, list[list[Floats]]]]:
    """Every country of a TopoJSON topology: its name and its polygons, each a list of rings."""
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + translate for arc in topology["arcs"]]
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
        yield country["properties"]["name"], [[_ring(arcs, ring) for ring in polygon] for polygon in polygons]


def _ring(arcs: list[Floats], numbers: list[int]) -> Floats:
    return np.concatenate([(arcs[i] if i >= 0 else arcs[~i][::-1])[:-1] for i in numbers])


def polygon_of(rings: list[Floats]) -> Any:
    """A polygon between the meridians of 180 degrees, of rings that may run across them or round the South Pole."""
    closed = [_unrolled(ring) for ring in rings if len(ring) > 2]
    if len(rings[0]) < 3:  # an islet that the grid has shrunk to a line
        return shapely.Polygon()
    whole = _areal(shapely.make_valid(shapely.Polygon(closed[0], closed[1:])))
    turns = {n: shapely.intersection(whole, shapely.box(360 * n - 180, -90, 360 * n + 180, 90)) for n in (-1, 0, 1)}
    return _areal(shapely.union_all([shapely.affinity.translate(turn, -360 * n) for n, turn in turns.items()]))


def _unrolled(ring: Floats) -> Floats:
    steps = (np.diff(ring[:, 0], append=ring[0, 0]) + 180) % 360 - 180
    lon = ring[0, 0] + np.concatenate([[0], np.cumsum(steps)])
    closed = np.stack([lon, np.append(ring[:, 1], ring[0, 1])], axis=1)
    if abs(lon[-1] - lon[0]) < 180:
        return closed
    return np.concatenate([closed, [[lon[-1], -90], [lon[0], -90]]])


def _areal(shape: Any) -> Any:
    """Without the lines to which the coarse grid has shrunk narrow necks and islets."""
    return shapely.union_all([part for part in shapely.get_parts(shape) if "Polygon" in part.geom_type])


def nearest_m(points: Floats, lines: Lines) -> tuple[Floats, Truths]:
    """Metres from each point to the nearest line, infinite beyond REACH; and whether that line is a compared one."""
    metres = np.full(len(points), np.inf)
    compared = np.zeros(len(points), dtype=bool)
    band = np.floor(points[:, 1] / BAND)
    south = np.minimum(lines.ends[:, 1], lines.ends[:, 3])
    north = np.maximum(lines.ends[:, 1], lines.ends[:, 3])
    for number in np.unique(band):
        at = np.flatnonzero(band == number)
        low, high = number * BAND, (number + 1) * BAND
        near = np.flatnonzero((north >= low - REACH) & (south <= high + REACH))
        squeeze = np.array([max(np.cos(np.radians((low + high) / 2)), 0.02), 1.0])
        segments = shapely.linestrings(lines.ends[near].reshape(-1, 2, 2) * squeeze)
        (point, found), away = shapely.STRtree(segments).query_nearest(
            shapely.points(points[at] * squeeze), max_distance=REACH, return_distance=True, all_matches=False
        )
        metres[at[point]] = away * DEGREE_M
        compared[at[point]] = lines.compared[near[found]]
    return metres, compared


def _others(world: Layer, countries: list[tuple[str, list[list[Floats]]]]) -> Iterator[Row]:
    """Polygons of undisputed land that the other edition gives to another State than most of their State's."""
    drawn = [(name, polygon_of(polygon)) for name, polygons in countries for polygon in polygons]
    tree = shapely.STRtree([shape for _, shape in drawn])
    mine = [i for i, piece in enumerate(world.polygon_piece.tolist()) if world.pieces[piece].kind == "land"]
    within = shapely.point_on_surface([world.polygons[i] for i in mine])
    whose = [world.pieces[world.polygon_piece[i]] for i in mine]
    pairs = [(at, drawn[i][0]) for at, i in zip(*tree.query(within, predicate="within").tolist(), strict=True)]
    area = shapely.area([world.polygons[i] for i in mine])
    named: dict[tuple[str, ...], Counter[str]] = {}
    for at, name in pairs:
        named.setdefault((whose[at].id, *whose[at].holders), Counter())[name] += area[at]
    for at, name in pairs:
        usual = named[whose[at].id, *whose[at].holders].most_common(1)[0][0]
        if name != usual:
            lon, lat = (int(np.floor(v)) for v in (within[at].x, within[at].y))
            yield "holder", lon, lat, 1, "", "", "", f"{whose[at].name} here; {name} there"


def _write(points: Floats, metres: Floats, others: list[Row], output: Path) -> None:
    alone = metres > POLITICAL_M
    print(f"{len(points)} points, {alone.sum()} of them on lines without a counterpart within {POLITICAL_M:.0f} m")
    print(
        "all others, metres: " + ", ".join(f"p{q} {np.percentile(metres[~alone], q):.0f}" for q in (50, 90, 99, 99.9))
    )
    rows = [*_cells("line", points[~alone], metres[~alone]), *_cells("alone", points[alone], metres[alone]), *others]
    with output.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["kind", "lon", "lat", "points", "p50_m", "p99_m", "max_m", "note"])
        table.writerows(rows)
    print(f"{len(rows)} cells written")


def _cells(kind: str, points: Floats, metres: Floats) -> Iterator[Row]:
    cells, which = np.unique(np.floor(points).astype(int), axis=0, return_inverse=True)
    inside = np.split(
        metres[np.argsort(which.reshape(-1), kind="stable")], np.cumsum(np.bincount(which.reshape(-1)))[:-1]
    )
    for (lon, lat), found in zip(cells.tolist(), inside, strict=True):
        if kind == "alone":
            yield kind, lon, lat, len(found), "", "", "", "no line of the other edition within reach"
        elif found.max() > WORTH_TELLING_M:
            figures = (float(f) for f in (np.median(found), np.percentile(found, 99), found.max()))
            yield kind, lon, lat, len(found), *(round(f) for f in figures), ""


if __name__ == "__main__":
    main(*sys.argv[1:])
