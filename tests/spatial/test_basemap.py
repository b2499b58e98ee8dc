"""Swapping the basemap: another edition, cut along the same areas, contradicts no answer that called itself certain."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from servanda.spatial.land.layer import layer

ROOT = Path(__file__).parents[2]
GEO = ROOT.parent / "shared" / "data" / "geo"
COUNTRIES = GEO / "ne_10m_admin_0_countries_deu.parquet"
EDITION = GEO / "world-atlas-countries-10m.topo.json"
FIRST = "ne_10m_admin_0"

# Entities that the other edition draws apart, and names that the two spell differently: whose outline they are part of.
PART_OF = {
    "Somaliland": "SOM", "Congo": "COG", "Dem. Rep. Congo": "COD", "St-Martin": "MAF", "Macedonia": "MKD",
    "Côte d'Ivoire": "CIV", "USNB Guantanamo Bay": "USG", "N. Cyprus": "CYP", "Cyprus U.N. Buffer Zone": "CYP",
    "Siachen Glacier": "IND", "Baikonur": "KAZ", "Curaçao": "CUW", "Fr. S. Antarctic Lands": "ATF",
    "St. Kitts and Nevis": "KNA", "St-Barthélemy": "BLM", "São Tomé and Principe": "STP", "Åland": "ALD",
    "Faeroe Is.": "FRO", "Wallis and Futuna Is.": "WLF",
}  # fmt: skip
# Banks that the table of disputed areas draws for both editions.
NOT_LAND = {"Bajo Nuevo Bank", "Serranilla Bank"}

ANSWER = """
import json, sys
import numpy as np
from servanda.spatial import geography
points = np.load(sys.argv[1])
found = geography().standings(points[:, 0], points[:, 1])
json.dump([[s.codes, s.certain, s.area] for s in found], open(sys.argv[2], "w"))
"""

Answer = tuple[list[str], bool, str | None]


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _other_edition(into: Path) -> Path:
    """The other edition's outlines under the first one's codes, as the builder reads them."""
    table = pq.read_table(COUNTRIES)
    rows = table.to_pylist()
    code = {str(r[key]): str(r["ADM0_A3"]) for key in ("NAME", "NAME_LONG", "ADMIN") for r in rows}
    topology = json.loads(EDITION.read_text(encoding="utf-8"))
    shapes: dict[str, list[Any]] = defaultdict(list)
    reader = _tool("measure_deviation")
    for name, polygons in reader.countries_of(topology):
        if name not in NOT_LAND:
            shapes[PART_OF.get(name) or code[name]] += [reader.polygon_of(rings) for rings in polygons]
    for row in rows:
        drawn = shapes.pop(str(row["ADM0_A3"]), None)
        # What the other edition leaves out (two small disputed areas) keeps the first one's outline.
        if drawn is not None:
            row["geometry"] = shapely.to_wkb(shapely.union_all(drawn))
    assert not shapes
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), into)
    return into


@pytest.fixture(scope="module")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package whose map is built from the other edition."""
    folder = tmp_path_factory.mktemp("swapped")
    shutil.copytree(ROOT / "src" / "servanda", folder / "servanda", ignore=shutil.ignore_patterns("__pycache__"))
    countries = _other_edition(folder / "countries.parquet")
    disputed, marine = GEO / "ne_10m_admin_0_disputed_areas.parquet", GEO / "ne_10m_geography_marine_polys.parquet"
    _tool("build_layer").main(
        str(countries), str(disputed), str(marine), str(folder / "servanda" / "data" / "geo" / "layer.npz")
    )
    return folder


def _answers(package: Path, points: npt.NDArray[np.float64], folder: Path) -> list[Answer]:
    np.save(folder / "points.npy", points)
    subprocess.run(
        [sys.executable, "-c", ANSWER, str(folder / "points.npy"), str(folder / "answers.json")],
        env={"PYTHONPATH": str(package), "PYTHONSAFEPATH": "1"},
        check=True,
    )
    return [tuple(a) for a in json.loads((folder / "answers.json").read_text())]


def _points() -> npt.NDArray[np.float64]:
    """20 000 places on the Earth, evenly, and 20 000 within some 15 km of a line of the map."""
    chance = np.random.default_rng(20_240_101)
    anywhere = np.stack(
        [chance.uniform(-180, 180, 20_000), np.degrees(np.arcsin(chance.uniform(-1, 1, 20_000)))], axis=1
    )
    world = layer()
    rings, _ = world.rings_of(world.of_kind("land", "area"))
    lines = np.concatenate(rings)
    near = lines[chance.integers(0, len(lines), 20_000)] + chance.normal(0, 0.05, (20_000, 2))
    points = np.concatenate([anywhere, near])
    points[:, 0] = (points[:, 0] + 180) % 360 - 180
    points[:, 1] = np.clip(points[:, 1], -90, 90)
    return points


def _where_the_editions_part(points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Places in or beside a square degree in which `deviation.csv` says that they differ by more than the margin."""
    with (ROOT / "src" / "servanda" / "data" / "geo" / "deviation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = {(int(r["lon"]), int(r["lat"])) for r in rows if r["kind"] != "line" or float(r["max_m"]) > 2_000}
    around = {(lon + i, lat + j) for lon, lat in told for i in (-1, 0, 1) for j in (-1, 0, 1)}
    return np.array([tuple(cell) in around for cell in np.floor(points).astype(int).tolist()])


@pytest.mark.shared
def test_two_editions_never_contradict_each_other_where_both_are_certain(swapped: Path, tmp_path: Path) -> None:
    points = _points()
    mine = _answers(ROOT / "src", points, tmp_path)
    theirs = _answers(swapped, points, tmp_path)

    told = _where_the_editions_part(points)
    assert told.mean() < 0.01
    changed = [i for i, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b]
    contradicted = [i for i in changed if not _agree(mine[i], theirs[i]) and not told[i]]
    assert [(points[i].round(4).tolist(), mine[i], theirs[i]) for i in contradicted] == []
    # The test would be idle if nothing moved: the editions are not the same.
    assert 20 < len(changed) < 4_000


def _agree(a: Answer, b: Answer) -> bool:
    """Two certain answers are the same; one that is not certain names whom the other, certain, names."""
    match a[1], b[1]:
        case True, True:
            return a[0] == b[0]
        case True, False:
            return set(a[0]) <= set(b[0])
        case False, True:
            return set(b[0]) <= set(a[0])
        case _:
            return True
