"""The distance to an outline against a solver that shares nothing with it, and against what distances are."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.spatial.ellipsoid.geodesic import (
    arrivals,
    distance_m,
    distances_m,
    earth_centred,
    geodesics,
    on_the_ground,
)
from servanda.spatial.ellipsoid.segment import LONGEST_GEODESIC_M, EdgeModel
from servanda.spatial.ellipsoid.sphere import apart, at_most, unit
from servanda.spatial.outline.edges import Outline
from spatial.independent import solver
from spatial.places import Land, around, land, near_threshold, uniform

Floats = npt.NDArray[np.float64]

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)
CM = 0.01
RANGES = (500_000.0, 1_000_000.0, 5_500_000.0)


def _errors(of: Land, lon: Floats, lat: Floats) -> Floats:
    return np.abs(of.nearest_m(lon, lat) - of.solve(lon, lat))


@pytest.mark.parametrize("code", ["RUS", "NOR", "IDN", "FJI", "ATA", "VAT"])
def test_the_distance_is_that_of_the_independent_solver_to_a_centimetre(code: str) -> None:
    of = land(code)

    assert _errors(of, *uniform(15, 1)).max() < CM
    assert _errors(of, *around(of, 15, 2)).max() < CM


@pytest.mark.parametrize("count", [60, pytest.param(600, marks=pytest.mark.long)])
@pytest.mark.parametrize("range_m", RANGES)
def test_no_position_within_20_m_of_the_threshold_is_decided_wrongly(range_m: float, count: int) -> None:
    of = land("RUS")
    lon, lat = near_threshold(of, range_m, 20.0, count, 7)
    true = of.solve(lon, lat)
    found = of.nearest_m(lon, lat)

    assert np.abs(true - range_m).max() < 20 + CM
    assert np.abs(found - true).max() < CM
    assert ((found <= range_m) == (true <= range_m)).all()
    assert (of.outline.in_range(lon, lat, range_m) == (true <= range_m)).all()


def test_the_nearest_point_lies_on_the_outline_at_the_distance() -> None:
    of = land("IDN")
    lon, lat = uniform(50, 3)
    found = of.outline.nearest(lon, lat)

    assert np.abs(distances_m(lon, lat, found.lon, found.lat) - found.distance_m).max() < 1e-6
    assert of.outline.nearest(found.lon, found.lat).distance_m.max() < CM
    assert set(found.owner.tolist()) <= set(of.owners.tolist())


@given(LON, LAT, LON, LAT)
@settings(max_examples=60, deadline=None)
def test_distances_differ_by_no_more_than_one_moves(x1: float, y1: float, x2: float, y2: float) -> None:
    of = land("FJI")
    one, other = of.nearest_m(np.array([x1, x2]), np.array([y1, y2]))

    assert abs(one - other) <= distance_m(x1, y1, x2, y2) + CM


@given(LON, LAT, st.floats(1e-4, 5), st.floats(1e-4, 5), LON, LAT)
@settings(max_examples=150, deadline=None)
def test_any_triangle_is_as_far_as_the_independent_solver_finds(
    x: float, y: float, size: float, other: float, lon: float, lat: float
) -> None:
    ring = _triangle(x, y, size, other)
    found = Outline([ring], np.array([0])).nearest(np.array([lon]), np.array([lat]))

    assert found.distance_m[0] == pytest.approx(solver.distance(lon, lat, solver.outline([ring])), abs=CM)


@given(LON, LAT, st.floats(1e-4, 5), st.floats(1e-4, 5), st.floats(-3, 3), st.floats(-3, 3))
@settings(max_examples=150, deadline=None)
def test_any_triangle_near_its_antipode_is_as_far_as_the_independent_solver_finds(
    x: float, y: float, size: float, other: float, east: float, north: float
) -> None:
    ring = _triangle(x, y, size, other)
    lon, lat = (x + 180 + east + 180) % 360 - 180, max(-90.0, min(90.0, -y + north))
    found = Outline([ring], np.array([0])).nearest(np.array([lon]), np.array([lat]))

    assert found.distance_m[0] == pytest.approx(solver.distance(lon, lat, solver.outline([ring])), abs=CM)


def _triangle(x: float, y: float, size: float, other: float) -> Floats:
    lon, lat, _ = arrivals(x, y, np.array([0.0, 2.0, 4.5]), np.array([size, other, size]) * 111_000)
    corners = np.stack([lon, lat], axis=1)
    corners[np.abs(np.abs(corners[:, 0]) - 180) < 1e-9, 0] -= 1e-6  # the meridian of 180 degrees is a cut, no edge
    return corners


@pytest.mark.parametrize(("lon", "lat"), [(0, 90), (123, 90), (0, -90), (180, 0), (-180, 0), (180, 65.3), (-180, 65.3)])
def test_poles_and_antimeridian_need_no_care(lon: float, lat: float) -> None:
    for code in ("RUS", "FJI", "ATA"):
        of = land(code)
        assert _errors(of, np.array([float(lon)]), np.array([float(lat)])).max() < CM


def test_a_ring_round_the_pole_is_as_far_on_every_meridian() -> None:
    ring = np.array([(x, 80.0) for x in range(-170, 190, 20)], dtype=np.float64)
    of = Outline([ring], np.array([0]), "planar")

    to_pole = of.nearest(np.zeros(1), np.full(1, 90.0)).distance_m
    assert to_pole[0] == pytest.approx(distance_m(0, 80, 0, 90), abs=CM)


def test_an_edge_across_the_antimeridian_is_no_edge_round_the_earth() -> None:
    ring = np.array([(179.0, 10.0), (-179.0, 10.0), (-179.0, 12.0), (179.0, 12.0)])

    assert Outline([ring], np.array([0])).nearest(np.array([-179.9]), np.array([10.5])).distance_m[0] < 56_000
    assert Outline([ring], np.array([0]), "rhumb").nearest(np.array([-179.9]), np.array([10.5])).distance_m[0] < 56_000


def test_the_map_has_no_outline_where_it_is_cut() -> None:
    # On the antimeridian in Chukotka the nearest outline is a coast, tens of kilometres away.
    assert land("RUS").nearest_m(np.array([180.0]), np.array([67.5]))[0] > 20_000


@pytest.mark.parametrize("model", ["planar", "rhumb"])
def test_other_edges_are_measured_along_themselves(model: EdgeModel) -> None:
    rng = np.random.default_rng(4)
    for _ in range(30):
        a = np.array([rng.uniform(-170, 170), rng.uniform(-84, 84)])
        b = a + rng.uniform(-2, 2, 2)
        lon, lat = rng.uniform(-180, 180), np.degrees(np.arcsin(rng.uniform(-1, 1)))
        if rng.random() < 0.5:
            lon, lat = a + rng.normal(0, 1, 2)
        lat = float(np.clip(lat, -90, 90))
        found = Outline([np.array([a, b])], np.array([0]), model).nearest(np.array([lon]), np.array([lat]))
        least = min(_along_curve(model, a, b, float(lon), lat))
        assert found.distance_m[0] == pytest.approx(least, abs=CM), (a, b, lon, lat)


def _along_curve(model: EdgeModel, a: Floats, b: Floats, lon: float, lat: float) -> list[float]:
    """Distances to steps of a millionth of the way about the nearest of a hundred, by another inverse of Mercator's."""
    share = np.linspace(0, 1, 2001)
    for _ in range(2):
        x, y = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
        if model == "rhumb":
            y = _rhumb(a[1], b[1], share)
        away = distances_m(np.full(len(x), lon), np.full(len(x), lat), x, y)
        at = int(np.argmin(away))
        share = np.linspace(share[max(0, at - 1)], share[min(len(share) - 1, at + 1)], 2001)
    return [float(away[at])]


def _rhumb(low: float, high: float, share: Floats) -> Floats:
    """Latitudes at shares of the isometric latitude, by bisection."""
    e = math.sqrt(solver.WGS84.f * (2 - solver.WGS84.f))

    def isometric(lat: Floats) -> Floats:
        y = np.radians(lat)
        value: Floats = np.log(np.tan(np.pi / 4 + y / 2)) - e * np.arctanh(e * np.sin(y))
        return value

    ends = isometric(np.array([low, high]))
    wanted = ends[0] + share * (ends[1] - ends[0])
    below, above = np.full(len(share), min(low, high) - 1e-9), np.full(len(share), max(low, high) + 1e-9)
    for _ in range(60):
        middle = (below + above) / 2
        less = isometric(middle) < wanted
        below, above = np.where(less, middle, below), np.where(less, above, middle)
    found: Floats = (below + above) / 2
    return found


def test_a_line_drawn_there_and_back_is_a_line() -> None:
    line = np.array([(10.0, 50.0), (11.0, 50.5), (12.0, 50.0), (13.0, 51.0)])
    there_and_back = np.concatenate([line, line[-2:0:-1]])
    of = Outline([there_and_back], np.array([0]))
    lon, lat = uniform(20, 5)

    assert of.nearest_m(lon, lat, [0]) == pytest.approx(solved(there_and_back, lon, lat), abs=CM)
    tree = of.tree(None)
    assert tree is not None
    length = distances_m(*line[:-1].T, *line[1:].T).sum()
    assert distances_m(*tree.pieces.start.T, *tree.pieces.end.T).sum() == pytest.approx(length, rel=1e-9)


def solved(ring: Floats, lon: Floats, lat: Floats) -> Floats:
    of = solver.outline([ring])
    return np.array([solver.distance(x, y, of) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)])


def test_whoever_has_no_outline_is_infinitely_far() -> None:
    of = land("VAT").outline
    found = of.nearest(np.array([0.0]), np.array([0.0]), [9999])

    assert (found.distance_m[0], found.owner[0]) == (np.inf, -1)
    assert not of.in_range(np.array([0.0]), np.array([0.0]), 1e7, [9999])[0]


def test_of_each_owner_the_distance_is_its_own() -> None:
    of = land("RUS")
    distance = of.outline.to_each(20.0, 50.0)

    for owner in np.unique(of.owners).tolist():
        assert distance[owner] == pytest.approx(of.outline.nearest_m(np.array([20.0]), np.array([50.0]), [owner])[0])


@given(LON, LAT, LON, LAT)
@settings(max_examples=400)
def test_bounds_on_the_sphere_of_reduced_latitudes_hold(x1: float, y1: float, x2: float, y2: float) -> None:
    u, v = unit(np.array([x1]), np.array([y1])), unit(np.array([x2]), np.array([y2]))
    length, error = apart(u, v)
    true = distance_m(x1, y1, x2, y2)

    assert abs(length[0] - true) <= error[0]
    assert true <= at_most(u, v)[0] + 1e-6


def test_the_remainder_of_lamberts_formula_is_at_most_half_of_what_is_allowed_for() -> None:
    lon, lat = uniform(200_000, 6)
    other = uniform(200_000, 8)
    length, error = apart(unit(lon, lat), unit(*other))
    clear = length < 2.88 * 6_378_137

    assert (np.abs(length - distances_m(lon, lat, *other)) / error)[clear].max() < 0.5


def test_pieces_of_geodesics_stray_as_little_as_is_allowed_for() -> None:
    lon, lat = uniform(20_000, 9)
    turn = np.random.default_rng(9).uniform(-np.pi, np.pi, len(lon))
    ends, middle = (arrivals(lon, lat, turn, way)[:2] for way in (LONGEST_GEODESIC_M, LONGEST_GEODESIC_M / 2))
    a, b, m = unit(lon, lat), unit(*ends), unit(*middle)
    across = np.cross(a, b)
    across /= np.linalg.norm(across, axis=1)[:, None]
    assert np.abs(np.einsum("ij,ij->i", across, m)).max() * 6_378_137 < 0.03

    chord = on_the_ground((earth_centred(lon, lat) + earth_centred(*ends)) / 2)
    away = geodesics(chord[:, 0], chord[:, 1], *middle).length
    assert away.max() < 0.002


@given(LON, LAT, st.floats(-math.pi, math.pi), st.floats(0, 1.9e7))
@settings(max_examples=200)
def test_arrivals_are_where_the_geodesic_comes_to(lon: float, lat: float, azimuth: float, way: float) -> None:
    exact = solver.WGS84.Direct(lat, lon, math.degrees(azimuth), way)
    x, y, arriving = (float(v[0]) for v in arrivals(lon, lat, azimuth, way))

    assert solver.between(x, y, exact["lon2"], exact["lat2"]) < 0.001
    beside_a_pole = 90 - abs(y) < 0.1  # where the azimuth turns with every step
    assert beside_a_pole or abs(math.remainder(arriving - math.radians(exact["azi2"]), math.tau)) < 1e-6


def test_owners_of_most_lines_are_found_in_the_tree_of_all_as_in_their_own() -> None:
    rng = np.random.default_rng(5)
    centre = np.stack([rng.uniform(-180, 178, 90), rng.uniform(-80, 78, 90)], axis=1)
    rings = [c + np.array([[0.0, 0.0], [1.0, 0.1], [0.9, 1.0]]) for c in centre]
    numbers = np.repeat(np.arange(30), 3)
    most = sorted(rng.choice(30, 20, replace=False).tolist())
    own = np.isin(numbers, most)
    shared = Outline(rings, numbers)
    alone = Outline([r for r, mine in zip(rings, own, strict=True) if mine], numbers[own])
    lon, lat = uniform(400, 6)

    found, expected = shared.nearest(lon, lat, most), alone.nearest(lon, lat)

    assert list(shared._trees) == [None]
    assert set(found.owner.tolist()) <= set(most)
    assert np.abs(found.distance_m - expected.distance_m).max() < CM
