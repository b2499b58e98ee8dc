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
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from geographiclib.geodesic import Geodesic

from servanda.spatial.maritime import maritime_zone
from servanda.spatial.offset import Zone, territory, zone

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from spatial.independent import solver  # lives beside the tests

CASES = (
    *(("RUS", 500), ("RUS", 1000), ("RUS", 2500), ("USA", 1000), ("FJI", 1000)),
    *(("RUS", 1.852), ("RUS", 10), ("RUS", 22.224), ("RUS", 5500), ("CAN", 10), ("USA", 22.224)),
    *(("NOR", 1.852), ("GRC", 50), ("CHL", 370.4), ("IDN", 370.4), ("KIR", 8000), ("NZL", 17_000)),
)
BELTS = ("POL", "CHL", "NOR", "CAN", "RUS", "USA")


def timed(draw: Callable[[], Zone], runs: int) -> tuple[Zone, dict[str, object]]:
    """The zone, the median seconds of processor time, and what was drawn."""
    taken = []
    for _ in range(runs):
        begin = time.process_time()
        found = draw()
        taken.append(time.process_time() - begin)
    return found, {
        "seconds": round(statistics.median(taken), 2),
        "valid": bool(found.polygons.is_valid),
        "polygons": len(found.polygons.geoms),
        "vertices": int(shapely.get_num_coordinates(found.polygons)),
    }


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
        found, row = timed(partial(zone, code, kilometres * 1000.0), asked.runs)
        row = {"zone": f"{code} {kilometres} km", **row}
        if asked.check:
            row |= checked(found, solver.outline(territory([code]).rings), asked.check)
        print(json.dumps(row), flush=True)
    for code in BELTS:
        _, row = timed(partial(maritime_zone, code, "exclusive economic zone"), asked.runs)
        print(json.dumps({"belt": f"{code} exclusive economic zone", **row}), flush=True)


if __name__ == "__main__":
    main()
