"""The zone index answers as exact arithmetic does, and as Shapely does, wherever a point may lie."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.ellipsoid.geodesic import PositionError
from servanda.spatial.ellipsoid.orientation import orientations
from servanda.spatial.index import zone_grid, zone_index
from servanda.spatial.index.zone_index import ZoneIndex
from servanda.spatial.land.layer import layer

Ring = list[tuple[float, float]]
Pairs = set[tuple[int, int]]


def pairs(index: ZoneIndex, x: npt.ArrayLike, y: npt.ArrayLike) -> Pairs:
    point, zone = index.hits(x, y)
    listed = list(zip(point.tolist(), zone.tolist(), strict=True))
    assert listed == sorted(set(listed))
    return set(listed)


# ---- judges: fractions, and Shapely


def holds(ring: Ring, x: float, y: float) -> bool:
    """Whether a ring holds a point, its outline included, by fractions: crossings of the way east."""
    px, py = Fraction(x), Fraction(y)
    vertices = [(Fraction(a), Fraction(b)) for a, b in ring]
    inside = False
    for (ax, ay), (bx, by) in zip(vertices, vertices[1:] + vertices[:1], strict=True):
        turn = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        if turn == 0 and min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by):
            return True
        if (ay > py) != (by > py) and (turn > 0) == (by > ay):
            inside = not inside
    return inside


def by_shapely(polygons: npt.NDArray[np.object_], zones: Ints, x: Floats, y: Floats) -> npt.NDArray[np.int64]:
    """Keys of pairs of a point and a zone, by prepared geometries and their boxes."""
    shapely.prepare(polygons)
    point, number = shapely.STRtree(polygons).query(shapely.points(x, y))
    order = np.argsort(number, kind="stable")
    point, number = point[order], number[order]
    held = shapely.intersects_xy(polygons[number], x[point], y[point])
    return np.unique(point[held] * 100_000 + zones[number[held]])


def keys(index: ZoneIndex, x: Floats, y: Floats) -> npt.NDArray[np.int64]:
    point, zone = index.hits(x, y)
    return point * 100_000 + zone


# ---- any polygons

# Steps of a quarter put vertices on the corners of cells; tenths are no doubles, so edges miss what they seem to meet.
_STEPS = st.sampled_from([0.25, 0.1, 1 / 3, 2.0**-9, 7.5])
_ANCHORS = st.sampled_from([(0.0, 0.0), (12.3, -45.6), (150.0, 33.0), (-179.0, 50.0)])


@st.composite
def rings_on_a_grid(draw: st.DrawFn) -> tuple[list[Ring], tuple[float, float], float]:
    step, anchor = draw(_STEPS), draw(_ANCHORS)
    at = st.tuples(st.integers(0, 4), st.integers(0, 4))
    ring = st.lists(at, min_size=3, max_size=7).filter(lambda drawn: len(set(drawn)) > 1)
    drawn = draw(st.lists(ring, min_size=1, max_size=9))
    return [[(anchor[0] + step * i, anchor[1] + step * j) for i, j in ring] for ring in drawn], anchor, step


@given(rings_on_a_grid(), st.lists(st.tuples(st.floats(-0.5, 4.5), st.floats(-0.5, 4.5)), max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_rings_hold_what_fractions_say(
    drawn: tuple[list[Ring], tuple[float, float], float], extra: list[tuple[float, float]]
) -> None:
    """Overlapping, touching, crossing themselves: vertices, middles of edges, neighbouring doubles, and anything."""
    rings, (x0, y0), step = drawn
    points = [(x0 + step * i, y0 + step * j) for i, j in extra]
    points += [(x0 + step * i / 2, y0 + step * j / 2) for i in range(9) for j in range(9)]
    for ring in rings:
        points += [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(ring)]
        points += [(math.nextafter(x, 999), math.nextafter(y, -999)) for x, y in ring]
    index = ZoneIndex.of_rings([np.array(r) for r in rings], np.arange(len(rings)), range(len(rings)))

    found = pairs(index, *np.array(points).T)

    assert found == {(p, r) for p, (x, y) in enumerate(points) for r, ring in enumerate(rings) if holds(ring, x, y)}


@given(rings_on_a_grid())
@settings(max_examples=30, deadline=None)
def test_the_first_zone_is_the_least_of_those_that_hold(drawn: tuple[list[Ring], tuple[float, float], float]) -> None:
    """And -1 stands for none."""
    rings, (x0, y0), step = drawn
    zones = np.array([7 - i % 3 for i in range(len(rings))])
    index = ZoneIndex.of_rings([np.array(r) for r in rings], np.arange(len(rings)), zones)
    x, y = (v.reshape(-1) for v in np.meshgrid(x0 + step * np.arange(-1, 10) / 2, y0 + step * np.arange(9) / 2))
    held: dict[int, int] = {}
    for point, zone in pairs(index, x, y):
        held[point] = min(held.get(point, zone), zone)

    first = index.first(x, y)

    assert first.dtype == np.int32
    assert first.tolist() == [held.get(i, -1) for i in range(len(x))]


_COORDINATE = st.one_of(
    st.floats(-180, 180), st.sampled_from([0.0, 1e-310, -1e-200, 5e-324, 2.0**-301, 0.1, 0.3, 180.0])
)


@given(st.lists(st.tuples(*[_COORDINATE] * 6), min_size=1, max_size=20), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_a_point_is_left_of_a_line_when_fractions_say_so(six: list[tuple[float, ...]], share: float) -> None:
    """Also for points that are as near to the line as doubles can be, and for coordinates that underflow."""
    near = [(ax, ay, bx, by, ax + share * (bx - ax), ay + share * (by - ay)) for ax, ay, bx, by, _, _ in six]
    rows = six + near
    expected = []
    for row in rows:
        ax, ay, bx, by, px, py = (Fraction(v) for v in row)
        turn = (ax - px) * (by - py) - (ay - py) * (bx - px)
        expected.append((turn > 0) - (turn < 0))

    assert orientations(*np.array(rows).T).tolist() == expected


def test_a_fan_of_polygons_at_one_vertex() -> None:
    """More polygons than a leaf holds, more edges than a cell should have: the vertex belongs to all."""
    count, middle = 100, (10.1, 20.2)
    angle = np.linspace(0, 2 * np.pi, count + 1)[:-1]
    rim = np.stack([middle[0] + np.cos(angle), middle[1] + np.sin(angle)], axis=1)
    fan = np.array([Polygon([middle, rim[i], rim[(i + 1) % count]]) for i in range(count)])
    index = ZoneIndex.build(list(fan), range(count))
    dice = np.random.default_rng(3)
    far = 10.0 ** dice.uniform(-12, 0, 5000)
    turn = dice.uniform(0, 2 * np.pi, 5000)
    x = np.concatenate([[middle[0]], rim[:, 0], middle[0] + far * np.cos(turn)])
    y = np.concatenate([[middle[1]], rim[:, 1], middle[1] + far * np.sin(turn)])

    assert pairs(index, *middle) == {(0, zone) for zone in range(count)}
    assert keys(index, x, y).tolist() == by_shapely(fan, np.arange(count), x, y).tolist()
    assert index.first(*middle).tolist() == [0]


def test_a_polygon_far_finer_than_the_grid() -> None:
    """Twenty thousand vertices within a hundredth of a degree."""
    dice = np.random.default_rng(4)
    angle = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    radius = 0.005 * (1 + 0.2 * dice.random(len(angle)))
    star = np.array([Polygon(np.stack([7.7 + radius * np.cos(angle), 8.8 + radius * np.sin(angle)], axis=1))])
    index = ZoneIndex.build(list(star), [3])
    x, y = 7.7 + dice.uniform(-0.007, 0.007, 20_000), 8.8 + dice.uniform(-0.007, 0.007, 20_000)

    assert keys(index, x, y).tolist() == by_shapely(star, np.array([3]), x, y).tolist()


def test_long_lines_close_to_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """No grid tells them apart; cells are cut while there is room, and the rest is decided edge by edge."""
    monkeypatch.setattr(zone_grid, "MOST_DEALT", 5000)
    bundle = np.array([shapely.box(-20, -10 - i * 1e-9, 20 + i * 1e-9, 10 + i * 1e-9) for i in range(30)])
    index = ZoneIndex.build(list(bundle), range(30))
    dice = np.random.default_rng(6)
    x, y = dice.uniform(-21, 21, 3000), 10 + dice.uniform(-1e-9, 31e-9, 3000)
    x, y = np.append(x, 20 + dice.uniform(-1e-9, 31e-9, 3000)), np.append(y, dice.uniform(-11, 11, 3000))

    assert 50 < len(index.tables.blocks) < 5240 / 5
    assert keys(index, x, y).tolist() == by_shapely(bundle, np.arange(30), x, y).tolist()


def test_long_edges_and_holes() -> None:
    """Edges a hundred degrees long, nearly level or nearly upright, and a hole that another zone fills."""
    hole = [(-10.0, -10.0), (11.0, -10.0000001), (10.0, 10.0), (-10.0000001, 9.0)]
    shapes = np.array([Polygon([(-150.0, -60.0), (140.0, -59.9999), (139.99999, 77.7), (-149.9, 80.0)], [hole])])
    shapes = np.append(shapes, [Polygon(hole)])
    index = ZoneIndex.build(list(shapes), [0, 1])
    dice = np.random.default_rng(5)
    share = dice.uniform(0, 1, (20_000, 1))
    edges = np.array([hole, np.roll(hole, -1, axis=0)])[:, dice.integers(0, 4, 20_000)]
    near = edges[0] + share * (edges[1] - edges[0])  # on an edge but for rounding
    x, y = np.append(near, dice.uniform(-90, 90, (20_000, 2)), axis=0).T

    assert keys(index, x, y).tolist() == by_shapely(shapes, np.arange(2), x, y).tolist()
    assert pairs(index, -10.0, -10.0) == {(0, 0), (0, 1)}


def test_an_edge_through_the_usual_reference_places_is_no_obstacle() -> None:
    """They are moved."""
    usual = next(zone_grid._fractions())
    x, y = zone_grid.reference(np.array([700, 710]), np.array([400, 410]), 0, usual)
    index = ZoneIndex.build([shapely.box(x[0], y[0], x[1], y[1])], [0])

    assert tuple(index.tables.fraction) != usual
    assert index.first([x[0], x[1], x[0] - 1e-13, (x[0] + x[1]) / 2], [y[0]] * 4).tolist() == [0, 0, -1, 0]


def test_an_outline_that_runs_back_along_itself() -> None:
    """The spike is outline, and what lies beside it is outside."""
    ring = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (3.0, 1.0), (1.0, 1.0), (0.0, 1.0)])
    index = ZoneIndex.of_rings([ring], np.array([0]), [5])

    assert index.first([2.0, 2.0, 2.0, 0.5], [1.0, 1.0000001, 0.99, 0.5]).tolist() == [5, -1, -1, 5]


# ---- the ends of the world


def test_the_meridian_of_180_degrees_is_one_line() -> None:
    """A point on it is in the zones on both sides, however it is written."""
    index = ZoneIndex.build([shapely.box(170, 0, 180, 10), shapely.box(-180, 5, -170, 15)], [1, 2])

    for lon in (180.0, -180.0, 540.0):
        assert pairs(index, [lon] * 4, [2.0, 7.0, 12.0, 16.0]) == {(0, 1), (1, 1), (1, 2), (2, 2)}
        assert index.first([lon] * 4, [2.0, 7.0, 12.0, 16.0]).tolist() == [1, 1, 2, -1]
    assert index.first([190.0, -190.0, math.nextafter(180, 0), math.nextafter(-180, 0)], 7.0).tolist() == [2, 1, 1, 2]
    assert index.first([math.nextafter(-180, -999)], [2.0]).tolist() == [1]


def test_a_pole_is_one_place() -> None:
    """Whatever its longitude, it is in every zone that touches it."""
    cap, wedge = shapely.box(-180, 80, 180, 90), Polygon([(0, 60), (30, 60), (20, 90), (10, 90)])
    index = ZoneIndex.build([cap, wedge, shapely.box(-180, -90, 0, -80)], [4, 2, 9])

    for lon in (-180.0, -77.7, 0.0, 15.0, 180.0):
        assert pairs(index, [lon, lon], [90.0, -90.0]) == {(0, 2), (0, 4), (1, 9)}
        assert index.first([lon, lon], [90.0, -90.0]).tolist() == [2, 9]
    assert pairs(index, [-180.0, 179.99], [85.0, math.nextafter(90, 0)]) == {(0, 4), (1, 4)}
    assert index.first([12.0], [math.nextafter(-90, 0)]).tolist() == [-1]


@pytest.mark.parametrize(("x", "y"), [(math.nan, 0), (0, math.nan), (math.inf, 0), (0, 90.0000001), (0, -91)])
def test_what_is_no_position_is_refused(x: float, y: float) -> None:
    """Also among a million that are."""
    index = ZoneIndex.build([shapely.box(0, 0, 1, 1)], [0])
    lon, lat = np.zeros(1_000_000), np.zeros(1_000_000)
    lon[777_777], lat[777_777] = x, y

    for ask in (index.first, index.hits):
        with pytest.raises(PositionError):
            ask([x], [y])
        with pytest.raises(PositionError):
            ask(lon, lat)


@pytest.mark.parametrize("x", [180.0000001, math.nan, -math.inf])
def test_a_zone_beyond_the_world_is_refused(x: float) -> None:
    with pytest.raises(PositionError, match="no vertex of a zone"):
        ZoneIndex.of_rings([np.array([(170.0, 0.0), (x, 0.0), (175.0, 5.0)])], np.array([0]), [0])


def test_what_is_no_polygon_is_refused() -> None:
    with pytest.raises(ValueError, match="no polygon"):
        ZoneIndex.build([shapely.Point(1, 1)], [0])
    with pytest.raises(ValueError, match="numbered from nought"):
        ZoneIndex.build([shapely.box(0, 0, 1, 1)], [-1])


def test_no_zones_and_no_points() -> None:
    """Nothing is nowhere."""
    for shapes in ([], [Polygon()]):
        index = ZoneIndex.build(shapes, [0] * len(shapes))

        assert index.first([0.0, 180.0], [0.0, 90.0]).tolist() == [-1, -1]
        assert pairs(index, [0.0, 180.0], [0.0, 90.0]) == set()
    assert len(index.first([], [])) == 0
    assert [len(v) for v in index.hits([], [])] == [0, 0]


def test_several_polygons_may_be_one_zone() -> None:
    """Parts of a multipolygon, and polygons of one number: a point in two of them is in the zone once."""
    both = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)])
    index = ZoneIndex.build([both, shapely.box(0.5, 0, 2.5, 1), shapely.box(0, 0, 3, 1)], [6, 6, 2])

    assert pairs(index, [0.7, 1.5, 3.0], 0.5) == {(p, z) for p in range(3) for z in (2, 6)}


# ---- the shipped map


@pytest.fixture(scope="module")
def shipped() -> tuple[npt.NDArray[np.object_], Ints, ZoneIndex]:
    """Polygons of the whole map, of which piece each is, and their index."""
    polygons = np.array(layer().polygons)
    return polygons, layer().polygon_piece, ZoneIndex.build(list(polygons), layer().polygon_piece)


def uniform(count: int) -> tuple[Floats, Floats]:
    dice = np.random.default_rng(1648)
    return dice.uniform(-180, 180, count), dice.uniform(-90, 90, count)


def near_borders(count: int) -> tuple[Floats, Floats]:
    """Within 0.05 degrees of an edge."""
    dice = np.random.default_rng(1815)
    ring = np.concatenate([np.repeat(i, len(r)) for i, r in enumerate(layer().rings)])
    a = np.concatenate(layer().rings)
    b = np.concatenate([np.roll(r, -1, axis=0) for r in layer().rings])
    which = dice.integers(0, len(ring), count)
    at = a[which] + dice.uniform(0, 1, (count, 1)) * (b[which] - a[which]) + dice.uniform(-0.035, 0.035, (count, 2))
    return at[:, 0], np.clip(at[:, 1], -89.999, 89.999)


def vertices(_: int) -> tuple[Floats, Floats]:
    x, y = np.concatenate(layer().rings).T
    return x, y


def middles(_: int) -> tuple[Floats, Floats]:
    x, y = np.concatenate([(r + np.roll(r, -1, axis=0)) / 2 for r in layer().rings]).T
    return x, y


Draw = Callable[[int], tuple[Floats, Floats]]


@pytest.mark.parametrize("draw", [uniform, near_borders, vertices, middles], ids=lambda f: str(f.__name__))
@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_the_shipped_map_is_looked_up_as_shapely_does(
    shipped: tuple[npt.NDArray[np.object_], Ints, ZoneIndex], draw: Draw, count: int
) -> None:
    """Everywhere but on the seam and at the poles, where Shapely knows one side only."""
    polygons, piece, index = shipped
    x, y = draw(count)
    x = (x + 180) % 360 - 180 if np.abs(x).max() > 180 else x
    inland = (np.abs(x) < 180) & (np.abs(y) < 90)
    x, y = x[inland], y[inland]

    expected = by_shapely(polygons, piece, x, y)

    assert len(expected) > count / 5
    assert np.setxor1d(keys(index, x, y), expected).tolist() == []


def test_fiji_russia_and_antarctica_go_on_beyond_the_seam(
    shipped: tuple[npt.NDArray[np.object_], Ints, ZoneIndex],
) -> None:
    """On the meridian of 180 degrees their land is theirs, whichever way it is written."""
    index = shipped[2]
    holders = {i: set(piece.holders) for i, piece in enumerate(layer().pieces) if piece.kind != "sea"}

    for lon in (180.0, -180.0):
        for lat, code in ((-16.8, "FJI"), (68.9, "RUS"), (71.2, "RUS")):
            _, zones = index.hits([lon], [lat])
            assert any(code in holders.get(zone, set()) for zone in zones.tolist()), (lon, lat)
    south, _ = index.hits([-180.0, -100.0, 0.0, 33.3, 180.0], [-90.0] * 5)
    assert set(south.tolist()) == set(range(5))


def test_chunks_and_threads_change_no_answer(
    shipped: tuple[npt.NDArray[np.object_], Ints, ZoneIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A point is answered for itself."""
    index = shipped[2]
    x, y = near_borders(20_000)
    first, hits = index.first(x, y), keys(index, x, y)

    monkeypatch.setattr(zone_index, "_CHUNK", 777)

    assert np.array_equal(index.first(x, y), first)
    assert np.array_equal(keys(index, x, y), hits)
