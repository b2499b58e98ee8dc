"""Which piece of the map holds a point: Servanda's zone index, Shapely's tree over small pieces, GeoPandas.

    python benchmarks/points.py --uniform 10000000 --near 1000000 --runs 5

Every contestant has a process of its own, which keeps its index, and is asked in turn. See `README.md`.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import platform
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import shapely

import servanda
from servanda.spatial.ellipsoid.arrays import Floats
from servanda.spatial.index.zone_index import ZoneIndex
from servanda.spatial.land.layer import layer

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

THREADS = 2
CHUNK = 500_000  # the peers' points at a time: all at once would need gigabytes
SMALL = 256  # vertices of a piece


@dataclass(frozen=True)
class Took:
    """Seconds, seconds without making point objects, seconds of processors, and how many pairs were found."""

    wall: float
    without_points: float
    cpu: float
    pairs: int


# ---- the points and the polygons


def land() -> tuple[Shapes, Ints]:
    """Polygons of territories and disputed areas, and whose each is."""
    shipped = layer()
    wanted = np.flatnonzero(np.isin(shipped.polygon_piece, shipped.of_kind("land", "area")))
    return np.array([shipped.polygons[i] for i in wanted]), shipped.polygon_piece[wanted]


def uniform(count: int) -> tuple[Floats, Floats]:
    """Uniform in longitude and latitude."""
    dice = np.random.default_rng(1648)
    return dice.uniform(-180, 180, count), dice.uniform(-90, 90, count)


def near(count: int) -> tuple[Floats, Floats]:
    """Along all outlines, uniform by length, and uniform in a disc of 0.05 degrees about each place."""
    dice = np.random.default_rng(1815)
    rings = shapely.get_rings(land()[0])
    a = np.concatenate([shapely.get_coordinates(r)[:-1] for r in rings])
    b = np.concatenate([shapely.get_coordinates(r)[1:] for r in rings])
    # What the map draws along the seam and the south pole is no border.
    real = ~((np.abs(a[:, 0]) == 180) & (np.abs(b[:, 0]) == 180)) & ~((a[:, 1] == -90) & (b[:, 1] == -90))
    a, b = a[real], b[real]
    ends = np.cumsum(np.hypot(*(b - a).T))
    along = dice.uniform(0, ends[-1], count)
    edge = np.minimum(np.searchsorted(ends, along), len(ends) - 1)
    at = a[edge] + dice.uniform(0, 1, (count, 1)) * (b[edge] - a[edge])
    radius, turn = 0.05 * np.sqrt(dice.uniform(0, 1, count)), dice.uniform(0, 2 * np.pi, count)
    lon, lat = at[:, 0] + radius * np.cos(turn), at[:, 1] + radius * np.sin(turn)
    return (lon + 180) % 360 - 180, np.where(np.abs(lat) > 90, np.sign(lat) * 180 - lat, lat)


# ---- the contestants: made once, then asked for pairs


class Index:
    """`ZoneIndex.hits`."""

    def __init__(self) -> None:
        polygons, piece = land()
        with tempfile.TemporaryDirectory() as folder:
            before = time.perf_counter()
            ZoneIndex.cached(list(polygons), piece, Path(folder))
            self.made = time.perf_counter() - before
            (file,) = Path(folder).iterdir()
            before = time.perf_counter()
            self.index = ZoneIndex.open(file)
            self.opened = time.perf_counter() - before
            self.about = f"built and written in {self.made:.2f} s, {file.stat().st_size / 1e6:.0f} MB, "
            self.about += f"opened in {self.opened:.3f} s"

    def ask(self, x: Floats, y: Floats) -> tuple[int, float]:
        return len(self.index.hits(x, y)[0]), 0.0


class First(Index):
    """`ZoneIndex.first`."""

    def ask(self, x: Floats, y: Floats) -> tuple[int, float]:
        return int(np.count_nonzero(self.index.first(x, y) >= 0)), 0.0


class Tree:
    """A tree over pieces of at most 256 vertices, asked with a predicate that prepares the points."""

    def __init__(self) -> None:
        before = time.perf_counter()
        pieces, owners = [], []
        for polygon, owner in zip(*land(), strict=True):
            small = list(subdivided(shapely.make_valid(polygon)))
            pieces += small
            owners += [owner] * len(small)
        self.pieces, self.owners = np.array(pieces), np.array(owners)
        self.tree = shapely.STRtree(self.pieces)
        shapely.prepare(self.pieces)
        self.tree.query(shapely.Point(0, 0))
        self.about = f"{len(pieces)} pieces, made in {time.perf_counter() - before:.2f} s"

    def ask(self, x: Floats, y: Floats) -> tuple[int, float]:
        """Pairs found, and the seconds that one thread spent on making points."""
        chunks = [slice(i, i + CHUNK) for i in range(0, len(x), CHUNK)]
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(lambda at: self._timed(x[at], y[at]), chunks))
        return sum(pairs for pairs, _ in found), sum(seconds for _, seconds in found) / min(THREADS, len(chunks))

    def _timed(self, x: Floats, y: Floats) -> tuple[int, float]:
        before = time.perf_counter()
        points = shapely.points(x, y)
        spent = time.perf_counter() - before
        point, owner = self.pairs(points, x, y)
        assert len(point) == len(owner)
        return len(point), spent

    def pairs(self, points: Any, x: Floats, y: Floats) -> tuple[Ints, Ints]:
        """Pairs of a point and a piece of the map."""
        point, piece = self.tree.query(points, predicate="intersects")
        return point, self.owners[piece]


class Boxes(Tree):
    """The same tree asked for boxes alone, the pieces prepared and asked for coordinates.

    Two threads that ask one prepared piece crash GEOS, so each thread has pieces of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._spare = [shapely.from_wkb(shapely.to_wkb(self.pieces)) for _ in range(THREADS)]
        for pieces in self._spare:
            shapely.prepare(pieces)
        self._own = threading.local()

    def ask(self, x: Floats, y: Floats) -> tuple[int, float]:
        self._free = list(self._spare)
        return super().ask(x, y)

    def pairs(self, points: Any, x: Floats, y: Floats) -> tuple[Ints, Ints]:
        if getattr(self._own, "of", None) is not self._free:
            self._own.of, self._own.pieces = self._free, self._free.pop()
        point, piece = self.tree.query(points)
        order = np.argsort(piece, kind="stable")
        point, piece = point[order], piece[order]
        held = shapely.intersects_xy(self._own.pieces[piece], x[point], y[point])
        return point[held], self.owners[piece[held]]


def subdivided(shape: Any) -> Iterator[Any]:
    """Halves of halves, until none has more than 256 vertices."""
    if shape.geom_type != "Polygon":
        for part in getattr(shape, "geoms", ()):
            yield from subdivided(part)
    elif shapely.get_num_coordinates(shape) <= SMALL:
        yield shape
    else:
        west, south, east, north = shape.bounds
        x, y = (west + east) / 2, (south + north) / 2
        halves = [(west, south, x, north), (x, south, east, north)]
        if east - west < north - south:
            halves = [(west, south, east, y), (west, y, east, north)]
        for half in halves:
            yield from subdivided(shapely.intersection(shape, shapely.box(*half)))


class Join:
    """`GeoDataFrame.sjoin`, predicate within (its fastest: intersects, the default, prepares the points)."""

    predicate = "within"

    def __init__(self) -> None:
        polygons, piece = land()
        self.frame = geopandas.GeoDataFrame({"piece": piece}, geometry=polygons, crs=4326)
        self.about = f"geopandas {geopandas.__version__}, predicate {self.predicate}"

    def ask(self, x: Floats, y: Floats) -> tuple[int, float]:
        pairs, spent = 0, 0.0
        for i in range(0, len(x), CHUNK):
            before = time.perf_counter()
            geometry = geopandas.points_from_xy(x[i : i + CHUNK], y[i : i + CHUNK])
            points = geopandas.GeoDataFrame(geometry=geometry, crs=4326)
            spent += time.perf_counter() - before
            pairs += len(points.sjoin(self.frame, predicate=self.predicate))
        return pairs, spent


class DefaultJoin(Join):
    predicate = "intersects"


CONTESTANTS: dict[str, Callable[[], Any]] = {
    "hits": Index,
    "first": First,
    "tree": Tree,
    "boxes": Boxes,
    "sjoin": Join,
    "sjoin, default": DefaultJoin,
}


# ---- measuring


def _serve(name: str, sets: dict[str, tuple[str, int]], pipe: Connection) -> None:
    points = {label: {"uniform": uniform, "near": near}[kind](count) for label, (kind, count) in sets.items()}
    contestant = CONTESTANTS[name]()
    pipe.send(contestant.about)
    while (label := pipe.recv()) is not None:
        gc.collect()
        cpu, before = time.process_time(), time.perf_counter()
        pairs, making = contestant.ask(*points[label])
        wall = time.perf_counter() - before
        pipe.send(Took(wall, wall - making, time.process_time() - cpu, pairs))
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    """Alternating runs; medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uniform", type=int, default=10_000_000)
    parser.add_argument("--near", type=int, default=1_000_000)
    parser.add_argument("--default", type=int, default=100_000, help="points for sjoin's default, scaled up")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    ten, one, beside = f"{options.uniform} uniform", f"{options.near} uniform", f"{options.near} near borders"
    small = f"{options.default} uniform"
    both = {one: ("uniform", options.near), beside: ("near", options.near)}
    everything = {ten: ("uniform", options.uniform), **both}
    asked = {
        name: {small: ("uniform", options.default)} if name == "sjoin, default" else everything for name in CONTESTANTS
    }
    print(
        f"servanda {servanda.__version__}, numpy {np.__version__}, shapely {shapely.__version__}, "
        f"GEOS {shapely.geos_version_string}, geopandas {geopandas.__version__}, python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {THREADS} threads"
    )
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Connection] = {}
    for name, sets in asked.items():
        pipes[name], other = context.Pipe()
        context.Process(target=_serve, args=(name, sets, other), daemon=True).start()
        print(f"{name}: {pipes[name].recv()}", flush=True)
    took: dict[tuple[str, str], list[Took]] = {}
    for label in (ten, one, beside, small):
        for run in range(options.runs):
            for name, sets in asked.items():
                slow = name.startswith("sjoin") and run >= max(1, options.runs // 2)
                if label in sets and not slow:
                    pipes[name].send(label)
                    took.setdefault((label, name), []).append(pipes[name].recv())
    _report(took)
    for name, pipe in pipes.items():
        pipe.send(None)
        print(f"{name}: peak {pipe.recv()} MB")


def _report(took: dict[tuple[str, str], list[Took]]) -> None:
    print(
        "| points | contestant | pairs | wall s | least-greatest | without points | cpu s "
        "| x hits | x hits, without points | x hits, cpu |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (label, name), runs in took.items():
        count = int(label.split()[0])
        wall, without, cpu = (
            statistics.median(getattr(t, key) for t in runs) for key in ("wall", "without_points", "cpu")
        )
        reference = took.get((label, "hits")) or next(r for (_, n), r in took.items() if n == "hits")
        points = count if (label, "hits") in took else int(next(k for k, n in took if n == "hits").split()[0])
        unit, unit_cpu = (
            statistics.median(getattr(t, key) for t in reference) * count / points for key in ("wall", "cpu")
        )
        print(
            f"| {label} | {name} | {runs[0].pairs} | {wall:.3f} | {min(t.wall for t in runs):.3f}-"
            f"{max(t.wall for t in runs):.3f} | {without:.3f} | {cpu:.3f} | {wall / unit:.1f} | {without / unit:.1f} "
            f"| {cpu / unit_cpu:.1f} |"
        )


if __name__ == "__main__":
    main()
