"""Indexes on disk are named by their content, never trusted when damaged, and never in the way."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from servanda.spatial.ellipsoid.arrays import Ints
from servanda.spatial.ellipsoid.geodesic import PositionError
from servanda.spatial.index import zone_index, zone_tables
from servanda.spatial.index.zone_batch import first_batch, locate_batch, piece_index
from servanda.spatial.index.zone_cache import KEPT, DamagedIndex, cache_folder, load
from servanda.spatial.index.zone_edges import ZoneEdges
from servanda.spatial.index.zone_index import ZoneIndex
from servanda.spatial.index.zone_tables import Tables
from servanda.spatial.land.layer import layer

SHAPES = [shapely.box(0, 0, 1.1, 1), shapely.Point(1, 1).buffer(0.7), shapely.box(-180, 10, -170, 20)]
ZONES = [0, 4, 2]
LON, LAT = np.array([0.5, 1.0, 1.5, -180.0, 5.0]), np.array([0.5, 1.0, 1.0, 15.0, 5.0])
FIRST = [0, 0, 4, 2, -1]


def answers(index: ZoneIndex) -> bool:
    return bool(index.first(LON, LAT).tolist() == FIRST) and bool(index.hits(LON, LAT)[1].tolist() == [0, 0, 4, 4, 2])


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each index that is built."""
    made: list[int] = []
    real = zone_tables.tables

    def counted(edges: ZoneEdges, zone: Ints) -> Tables:
        made.append(1)
        return real(edges, zone)

    monkeypatch.setattr(zone_index, "tables", counted)
    return made


def test_an_index_is_built_once(tmp_path: Path, builds: list[int]) -> None:
    """The second time it is mapped from the file."""
    folder = tmp_path / "new" / "folder"

    assert answers(ZoneIndex.cached(SHAPES, ZONES, folder))
    assert answers(ZoneIndex.cached(SHAPES, ZONES, folder))
    assert len(builds) == 1
    assert [file.suffix for file in folder.iterdir()] == [".zones"]


def test_another_content_has_another_name(tmp_path: Path, builds: list[int]) -> None:
    """Another zone, another vertex, another polygon."""
    moved = [shapely.box(0, 0, 1.1000000000000003, 1), *SHAPES[1:]]
    for shapes, zones in ((SHAPES, ZONES), (SHAPES, [0, 4, 3]), (moved, ZONES), (SHAPES[:2], ZONES[:2])):
        ZoneIndex.cached(shapes, zones, tmp_path)

    assert len(builds) == len(list(tmp_path.iterdir())) == 4


def test_what_is_opened_is_what_was_saved(tmp_path: Path) -> None:
    index = ZoneIndex.build(SHAPES, ZONES)
    index.save(tmp_path / "zones")
    opened = ZoneIndex.open(tmp_path / "zones")

    assert answers(opened)
    for field in fields(index.tables):
        assert np.array_equal(getattr(opened.tables, field.name), getattr(index.tables, field.name))
    assert not opened.tables.codes.flags.writeable
    assert answers(pickle.loads(pickle.dumps(opened)))


def test_a_damaged_or_shortened_file_is_noticed_and_built_anew(tmp_path: Path, builds: list[int]) -> None:
    """Wherever the damage is: in the format, the header or an array."""
    ZoneIndex.cached(SHAPES, ZONES, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    damaged = [b"", b"x", whole[:30], whole[:500], whole[: len(whole) // 2], whole[:-65], b"\0" * len(whole)]
    tables = load(file)
    places = [3, 20, 30, 60, 300, whole.index(np.ascontiguousarray(tables.ends).tobytes()), len(whole) // 3]
    for place in places:
        damaged.append(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])

    for count, content in enumerate(damaged, start=2):
        file.unlink()  # what is mapped must not change under the mapping
        file.write_bytes(content)
        with pytest.raises(DamagedIndex):
            ZoneIndex.open(file)
        assert answers(ZoneIndex.cached(SHAPES, ZONES, tmp_path))
        assert len(builds) == count
        assert file.read_bytes() == whole


def test_where_nothing_can_be_written_the_index_is_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is a file, a folder that may not be made, none at all: no error, the same answers."""
    (tmp_path / "file").write_text("in the way")

    assert answers(ZoneIndex.cached(SHAPES, ZONES, tmp_path / "file"))
    assert answers(ZoneIndex.cached(SHAPES, ZONES, tmp_path / "file" / "below"))
    monkeypatch.setenv("SERVANDA_CACHE", "")
    assert answers(ZoneIndex.cached(SHAPES, ZONES))
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_the_cache_does_not_grow_for_ever(tmp_path: Path, builds: list[int]) -> None:
    """The files used last are kept."""
    for day, zone in enumerate(range(20, 20 + KEPT)):
        ZoneIndex.cached(SHAPES, [0, 1, zone], tmp_path)
        newest = max(tmp_path.iterdir(), key=lambda file: file.stat().st_ctime_ns)
        os.utime(newest, (day, day))
    ZoneIndex.cached(SHAPES, [0, 1, 20], tmp_path)  # opened: no longer the oldest
    ZoneIndex.cached(SHAPES, ZONES, tmp_path)

    assert len(list(tmp_path.iterdir())) == KEPT
    ZoneIndex.cached(SHAPES, [0, 1, 20], tmp_path)
    assert len(builds) == KEPT + 1
    ZoneIndex.cached(SHAPES, [0, 1, 21], tmp_path)
    assert len(builds) == KEPT + 2


def test_a_full_disk_leaves_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)

    assert answers(ZoneIndex.cached(SHAPES, ZONES, tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_writers_at_the_same_time_do_each_other_no_harm(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ZoneIndex.cached(SHAPES, ZONES, tmp_path), range(8)))

    assert all(answers(index) for index in made)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"SERVANDA_CACHE": "/elsewhere", "XDG_CACHE_HOME": "/x"}, "linux", Path("/elsewhere")),
        ({"SERVANDA_CACHE": ""}, "linux", None),
        ({"XDG_CACHE_HOME": "/x"}, "linux", Path("/x/servanda")),
        ({"XDG_CACHE_HOME": "not/absolute"}, "linux", Path.home() / ".cache" / "servanda"),
        ({}, "linux", Path.home() / ".cache" / "servanda"),
        ({}, "darwin", Path.home() / "Library" / "Caches" / "servanda"),
        ({"LOCALAPPDATA": "/local"}, "win32", Path("/local/servanda/cache")),
        ({}, "win32", Path.home() / "AppData" / "Local" / "servanda" / "cache"),
    ],
)
def test_caches_are_where_the_platform_keeps_them(
    environment: dict[str, str], platform: str, folder: Path | None
) -> None:
    assert cache_folder(environment, platform) == folder


def test_batches_of_arrow_go_in_and_come_out() -> None:
    """Nulls stay null, chunks and slices do not matter, integers are numbers too."""
    index = ZoneIndex.build(SHAPES, ZONES)
    lon = pa.chunked_array([[9.0, 0.5, None], [1.0, 5.0, 180.0]]).slice(1)
    lat = pa.array([0.5, 1.0, 1.0, None, 15.0])

    assert locate_batch(index, lon, lat).to_pylist() == [[0], None, [0, 4], None, [2]]
    assert first_batch(index, lon, lat).to_pylist() == [0, None, 0, None, 2]
    assert locate_batch(index, pa.array([5, 0]), pa.array([5, 0])).to_pylist() == [[], [0]]
    assert locate_batch(index, pa.array([], pa.float64()), pa.array([], pa.float64())).to_pylist() == []
    with pytest.raises(PositionError):
        first_batch(index, pa.array([float("nan")]), pa.array([0.0]))


def test_pieces_of_the_shipped_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zones are the numbers of pieces; kinds may be chosen."""
    monkeypatch.setenv("SERVANDA_CACHE", str(tmp_path))
    piece_index.cache_clear()

    zone = int(piece_index("land").first([2.35], [48.85])[0])

    assert layer().pieces[zone].holders == ("FRA",)
    assert layer().pieces[int(piece_index("sea").first([19.0], [57.0])[0])].kind == "sea"
    assert len(list(tmp_path.iterdir())) == 2
    piece_index.cache_clear()
