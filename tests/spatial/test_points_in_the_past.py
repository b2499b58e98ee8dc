"""Points by the index and the table of tenures, held against Shapely on the land of each State drawn as one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.index.zone_batch import piece_index
from servanda.spatial.land.layer import layer
from servanda.spatial.land.tenure import Holding, tenure

DAYS = (None, date(1960, 1, 1), date(1991, 6, 1))


def _lands(day: date | None) -> tuple[list[Holding], shapely.STRtree]:
    """Of each lot, that is all pieces held alike, the land as one shape."""
    by_lot: dict[Holding, list[shapely.Geometry]] = {}
    held = tenure(day).holdings
    for shape, piece in zip(layer().polygons, layer().polygon_piece.tolist(), strict=True):
        if layer().pieces[piece].kind != "sea":
            by_lot.setdefault(held[piece], []).append(shapely.make_valid(shape))
    return list(by_lot), shapely.STRtree([shapely.union_all(shapes) for shapes in by_lot.values()])


def _points(count: int, seed: int) -> tuple[Floats, Floats]:
    """Half of them anywhere, half of them within 0.05 degrees of a vertex."""
    chance = np.random.default_rng(seed)
    vertices = np.concatenate(layer().rings)
    beside = vertices[chance.integers(0, len(vertices), count // 2)] + chance.uniform(-0.05, 0.05, (count // 2, 2))
    anywhere = np.stack([chance.uniform(-180, 180, count // 2), chance.uniform(-90, 90, count // 2)], axis=1)
    xy = np.concatenate([beside, anywhere])
    xy = xy[(np.abs(xy[:, 0]) < 179.99) & (np.abs(xy[:, 1]) < 89.99)]
    return xy[:, 0], xy[:, 1]


def _pairs(point: Ints, lot: Ints, lots: int) -> Ints:
    found: Ints = np.unique(point * lots + lot)
    return found


def _found(day: date | None, count: int) -> tuple[Ints, Ints]:
    """Pairs of a point and a lot that holds it: by the index and the tenures, and by Shapely."""
    lots, lands = _lands(day)
    number = {lot: i for i, lot in enumerate(lots)}
    of_piece = np.array([number.get(held, -1) for held in tenure(day).holdings])
    x, y = _points(count, 11)

    point, piece = piece_index("land", "area").hits(x, y)
    ours = _pairs(point, of_piece[piece], len(lots))
    by_shapely, lot = lands.query(shapely.points(x, y), predicate="intersects")
    theirs = _pairs(by_shapely, lot, len(lots))

    return ours, theirs


@pytest.mark.parametrize("day", DAYS)
def test_points_are_in_the_land_that_shapely_says(day: date | None) -> None:
    ours, theirs = _found(day, 4_000)

    assert len(ours) > 400
    assert np.array_equal(ours, theirs)


@pytest.mark.long
@pytest.mark.parametrize("day", DAYS)
def test_two_million_points_are_in_the_land_that_shapely_says(day: date | None) -> None:
    ours, theirs = _found(day, 2_000_000)

    assert len(ours) > 200_000
    assert np.array_equal(ours, theirs)
