"""How long zones take, and how well they are drawn. See `README.md`.

python benchmarks/zones.py [--check 200]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import shapely
from geographiclib.geodesic import Geodesic

from servanda.spatial.offset import Zone, territory, zone

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from spatial.independent import solver  # lives beside the tests

CASES = (("RUS", 500), ("RUS", 1000), ("RUS", 2500), ("USA", 1000), ("FJI", 1000))


def seconds(code: str, kilometres: int, runs: int) -> tuple[Zone, list[float]]:
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        found = zone(code, kilometres * 1000.0)
        taken.append(time.perf_counter() - begin)
    return found, taken


def checked(found: Zone, of: solver.Outline, count: int) -> dict[str, float]:
    """Errors of vertices and of middles of edges, and wrong decisions 5 m off the line."""
    rings = [shapely.get_coordinates(r) for r in shapely.get_rings(shapely.get_parts(found.polygons)).tolist()]
    edges = np.concatenate([np.stack([r[:-1], r[1:]], axis=1) for r in rings])
    sheet = (np.abs(edges[:, :, 0]) == 180).any(axis=1) | (np.abs(edges[:, :, 1]) == 90).any(axis=1)
    edges = edges[~sheet]
    random = np.random.default_rng(1)
    vertex = middle = wrong = 0.0
    for i in random.choice(len(edges), count, replace=False):
        (x1, y1), (x2, y2) = edges[i]
        vertex = max(vertex, abs(solver.distance(x1, y1, of) - found.range_m))
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        middle = max(middle, abs(solver.distance(x, y, of) - found.range_m))
        azimuth = Geodesic.WGS84.Inverse(y1, x1, y2, x2)["azi1"]
        for side in (-90, 90):
            at = Geodesic.WGS84.Direct(y, x, azimuth + side, 5.0)
            near = solver.distance(at["lon2"], at["lat2"], of) <= found.range_m
            wrong += near != found.contains(at["lon2"], at["lat2"])
    return {"worst_vertex_m": round(vertex, 5), "worst_middle_m": round(middle, 3), "wrong_at_5_m": wrong}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", type=int, default=0, help="edges to compare with the solver of the tests")
    asked = parser.parse_args()
    print(json.dumps({"python": platform.python_version(), "cores": os.cpu_count(), "shapely": shapely.__version__}))
    zone("VAT", 10_000.0)  # the map is read once
    for code, kilometres in CASES:
        found, taken = seconds(code, kilometres, asked.runs)
        row = {
            "zone": f"{code} {kilometres} km",
            "seconds": round(statistics.median(taken), 2),
            "valid": bool(found.polygons.is_valid),
            "polygons": len(found.polygons.geoms),
            "vertices": int(shapely.get_num_coordinates(found.polygons)),
        }
        if asked.check:
            row |= checked(found, solver.outline(territory([code]).rings), asked.check)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
