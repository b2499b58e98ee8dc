"""Reach against PostGIS: which of 100 000 positions lie within a range of a territory. See README.md.

python benchmarks/reach.py --psql "psql -h /run/postgresql -d reach" --runs 9
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon

from servanda.spatial.ellipsoid.arrays import Floats, Truths
from servanda.spatial.ellipsoid.geodesic import arrivals, geodesics
from servanda.spatial.land.layer import layer
from servanda.spatial.outline.edges import Outline
from servanda.spatial.outline.inside import Inside

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from spatial import places  # lives beside the tests
from spatial.independent import solver

RANGES_KM = (500, 1000, 5500)
OTHERS = ("NOR", "IDN", "FJI", "ATA", "VAT")


@dataclass(frozen=True)
class Territory:
    """What PostGIS gets, polygons, and what we get, their rings."""

    code: str
    shape: MultiPolygon
    rings: list[Floats]
    owners: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Points:
    """Positions of one set."""

    name: str
    lon: Floats
    lat: Floats


def territory(code: str) -> Territory:
    """The undisputed land of a code; ATA is all of Antarctica."""
    rings, owners = layer().rings_of(places.pieces_of(code))
    return Territory(code, MultiPolygon(layer().polygons_of(places.pieces_of(code))), rings, owners)


class Ours:
    """One territory, from nothing but its rings and polygons."""

    def __init__(self, of: Territory) -> None:
        self._outline = Outline(of.rings, of.owners)
        self._inside = Inside(list(of.shape.geoms))

    def within(self, points: Points, range_m: float) -> Truths:
        """Whether each position is on the land or within the range of it."""
        held = self._outline.in_range(points.lon, points.lat, range_m)
        rest = np.flatnonzero(~held)
        held[rest] = self._inside.holds(points.lon[rest], points.lat[rest])
        return held


def uniform(count: int, seed: int) -> Points:
    """Positions strewn evenly over land and sea."""
    return Points("uniform", *places.uniform(count, seed))


def near(of: Territory, range_m: float, spread_m: float, count: int, seed: int) -> Points:
    """Positions within `spread_m` of the line at the range: on the ways of farther ones to their nearest point."""
    rng = np.random.default_rng(seed)
    start = uniform(60_000, seed)
    outline = Outline(of.rings, of.owners)
    feet = outline.nearest(start.lon, start.lat)
    beyond = np.flatnonzero(
        (feet.distance_m > range_m + spread_m)
        & (feet.distance_m < range_m + 3e6)
        & ~shapely.intersects_xy(of.shape, start.lon, start.lat)
    )
    at = rng.choice(beyond, count)
    way = geodesics(feet.lon[at], feet.lat[at], start.lon[at], start.lat[at])
    # Past its start a way need not keep its nearest point; short of it, it does.
    x, y, _ = arrivals(feet.lon[at], feet.lat[at], way.setting_out, range_m + rng.uniform(-spread_m, spread_m, count))
    return Points(f"within {spread_m:g} m of the line", x, y)


def timed(work: Callable[[], Truths], runs: int) -> tuple[float, Truths]:
    """Median seconds of processor time of some runs, and the answer."""
    seconds = []
    for _ in range(runs):
        begin = time.process_time()
        answer = work()
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds), answer


@dataclass(frozen=True)
class Figures:
    """Seconds: all from the bare rings; a range new to a territory in use; a range asked before."""

    cold: float
    new_range: float
    again: float
    held: Truths


def ours(of: Territory, points: Points, range_m: float, runs: int) -> Figures:
    cold, held = timed(lambda: Ours(of).within(points, range_m), runs)
    used = Ours(of)
    used.within(points, 1.0)
    steps = iter(range_m + np.arange(runs) * 1e-7)  # ranges that differ by nothing, and yet are new
    fresh, _ = timed(lambda: used.within(points, float(next(steps))), runs)
    again, same = timed(lambda: used.within(points, range_m), runs)
    assert (same == held).all()
    return Figures(cold, fresh, again, held)


class PostGIS:
    """A server reached by psql."""

    def __init__(self, psql: str) -> None:
        self._psql = [*psql.split(), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-At"]

    def run(self, sql: str) -> str:
        """What a script prints."""
        return subprocess.run(self._psql, input=sql, text=True, capture_output=True, check=True).stdout

    def load(self, territories: list[Territory]) -> None:
        """Territories whole, as polygons, and cut into pieces of at most 256 vertices; the latter two indexed."""
        rows = "\n".join(
            f"insert into whole values ('{t.code}', st_setsrid('{shapely.to_wkb(t.shape, hex=True)}'::geometry, 4326));"
            for t in territories
        )
        self.run(f"""
            drop table if exists whole, polygons, parts;
            create table whole (code text, geog geography);
            {rows}
            create table polygons as select code, (st_dump(geog::geometry)).geom::geography geog from whole;
            create table parts as select code, st_subdivide(geog::geometry, 256)::geography geog from polygons;
            create index on polygons using gist (geog);
            create index on parts using gist (geog);
            vacuum analyze whole; vacuum analyze polygons; vacuum analyze parts;""")

    def load_points(self, points: Points) -> None:
        """Positions as geography, with an index."""
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            rows = zip(points.lon.tolist(), points.lat.tolist(), strict=True)
            file.writelines(f"{i},{x!r},{y!r}\n" for i, (x, y) in enumerate(rows))
            file.flush()
            self.run(f"""
                drop table if exists points;
                create table points (id int, lon float8, lat float8);
                \\copy points from '{file.name}' csv
                alter table points add geog geography;
                update points set geog = st_setsrid(st_makepoint(lon, lat), 4326)::geography;
                create index on points using gist (geog);
                vacuum full analyze points;""")

    def within(self, code: str, range_m: float, manner: str, count: int, limit: int) -> tuple[float, Truths]:
        """Seconds of processor time of a query over the first `limit` positions, and which it holds."""
        query = QUERIES[manner].format(code=code, range=range_m, limit=limit)
        out = self.run(f"set max_parallel_workers_per_gather = 0; set jit = off;\n{CLOCK}\n{query}\n{CLOCK}")
        before, *rows, after = (line for line in out.splitlines() if line)
        held = np.zeros(count, dtype=bool)
        held[[int(row) for row in rows]] = True
        return _seconds(after) - _seconds(before), held


# What the server's process has used, as the kernel tells it; so it must run on this machine, under Linux.
CLOCK = "select pg_read_file('/proc/self/stat', 0, 2000);"


def _seconds(stat: str) -> float:
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


WHOLE = (
    "select p.id from points p, whole t where t.code = '{code}' and p.id < {limit}"
    " and st_dwithin(t.geog, p.geog, {range}, true);"
)
SOME = "select p.id from points p where p.id < {limit} and exists (select 1 from "
JOINED = "select distinct p.id from points p join "
NEAR = "st_dwithin(t.geog, p.geog, {range}, true)"
QUERIES = {
    "plain": "set enable_indexscan = off; set enable_bitmapscan = off;" + WHOLE,
    "points indexed": WHOLE,
    "polygons": SOME + "polygons t where t.code = '{code}' and " + NEAR + ");",
    "parts": SOME + "parts t where t.code = '{code}' and " + NEAR + ");",
    "parts joined": JOINED + "parts t on " + NEAR + " where t.code = '{code}' and p.id < {limit};",
}


def quarrels(of: Territory, points: Points, range_m: float, one: Truths, other: Truths) -> str:
    """Where two answers differ: how many, whom the independent solver proves right, how far off the line they are."""
    differ = np.flatnonzero(one != other)
    if not len(differ):
        return "0"
    asked = differ[:: max(1, len(differ) // 40)]
    solved = solver.outline(of.rings)
    true = np.array([solver.distance(float(points.lon[i]), float(points.lat[i]), solved) for i in asked])
    right = int(((true <= range_m) == one[asked]).sum())
    return (
        f"{len(differ)} (ours right in {right} of {len(asked)} asked; up to {np.abs(true - range_m).max():.1f} m off)"
    )


def contest(of: Territory, sets: Callable[[float], Iterator[Points]], asked: argparse.Namespace) -> None:
    """Prints a row for each range and set."""
    peer = PostGIS(asked.psql) if asked.psql else None
    for km in asked.ranges:
        for points in sets(km * 1000.0):
            figures = ours(of, points, km * 1000.0, asked.runs)
            count = len(points.lon)
            head = f"| {of.code} | {km} | {points.name} | {int(figures.held.sum())} "
            took = [figures.cold, figures.new_range, figures.again]
            line = head + "".join(f"| {s * 1000:.1f} " for s in took)
            if peer is not None:
                peer.load_points(points)
                for manner in asked.manners:
                    limit = min(count, asked.limit or count)
                    seconds, held = peer.within(of.code, km * 1000.0, manner, count, limit)
                    seconds *= count / limit
                    line += f"| {seconds:.2f} | {' / '.join(f'{seconds / s:.0f}' for s in took)} "
                    if manner == asked.manners[0] and limit == count:
                        line += f"| {quarrels(of, points, km * 1000.0, figures.held, held)} "
            print(line + "|", flush=True)


def main() -> None:
    """The tables of the README."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--psql", help="how to reach a server with PostGIS; without it only ours is timed")
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--limit", type=int, help="PostGIS gets only the first so many, its time scaled up")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--codes", nargs="+", default=["RUS", *OTHERS])
    parser.add_argument("--ranges", nargs="+", type=int, default=list(RANGES_KM), help="in kilometres")
    parser.add_argument("--spreads", nargs="*", type=float, default=[1000.0], help="metres about the line")
    parser.add_argument("--manners", nargs="+", default=["plain", "points indexed"], choices=list(QUERIES))
    asked = parser.parse_args()
    territories = [territory(code) for code in asked.codes]
    if asked.psql:
        PostGIS(asked.psql).load(territories)
    everywhere = uniform(asked.points, 1936)
    for of in territories:

        def sets(range_m: float, of: Territory = of) -> Iterator[Points]:
            yield everywhere
            for spread in asked.spreads:
                yield near(of, range_m, spread, asked.points, 1936)

        contest(of, sets, asked)


if __name__ == "__main__":
    main()
