"""Geodesics against published numbers and against each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.spatial import PositionError, distance_m, distances_m
from servanda.spatial.ellipsoid.geodesic import checked, earth_centred, greatest_arc_m, least_arc_m, look_swapped

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


@pytest.mark.parametrize(
    ("one", "other", "metres", "tolerance"),
    [
        # GeographicLib's own example, JFK to CDG.
        ((-73.8, 40.6), (2.55, 49.01666667), 5_853_226, 0.5),
        # Karney 2013: Wellington to Salamanca, nearly antipodal.
        ((174.81, -41.32), (-5.50, 40.96), 19_959_679.267, 0.01),
        # GeodTest, the first lines of the short set, rounded to a millimetre.
        ((0, 36.530042355041), (5.762344694676510456, -48.164270779097768864), 9_398_502.0434687, 0.001),
        # A quarter meridian and a quarter of the equator of WGS 84.
        ((0, 0), (0, 90), 10_001_965.729, 0.001),
        ((0, 0), (90, 0), 10_018_754.171, 0.001),
        # Vincenty's iteration never ends on this pair.
        ((0, 0), (179.5, 0.5), 19_936_288.579, 0.001),
    ],
)
def test_lengths_agree_with_published_tables(
    one: tuple[float, float], other: tuple[float, float], metres: float, tolerance: float
) -> None:
    assert distance_m(*one, *other) == pytest.approx(metres, abs=tolerance)
    assert distances_m(*one, *other)[0] == pytest.approx(metres, abs=tolerance)


@given(LON, LAT, LON, LAT)
def test_the_fast_length_is_the_exact_one_to_a_millimetre(x1: float, y1: float, x2: float, y2: float) -> None:
    assert distances_m(x1, y1, x2, y2)[0] == pytest.approx(distance_m(x1, y1, x2, y2), abs=0.001)


@given(LON, LAT, LON, LAT)
def test_a_chord_bounds_the_geodesic_above_it(x1: float, y1: float, x2: float, y2: float) -> None:
    chord = np.array([np.linalg.norm(earth_centred(x1, y1) - earth_centred(x2, y2))])
    length = distance_m(x1, y1, x2, y2)

    assert least_arc_m(chord)[0] <= length + 0.001
    assert length <= greatest_arc_m(chord)[0] + 0.001


@given(LON, LAT, LON, LAT)
def test_a_length_is_the_same_both_ways(x1: float, y1: float, x2: float, y2: float) -> None:
    assert distance_m(x1, y1, x2, y2) == pytest.approx(distance_m(x2, y2, x1, y1), abs=1e-6)


@pytest.mark.parametrize(
    ("lon", "lat"), [(0, 90.001), (0, -91), (0, float("nan")), (float("inf"), 0), (float("nan"), 0)]
)
def test_a_latitude_beyond_the_pole_and_a_number_that_is_none_are_no_positions(lon: float, lat: float) -> None:
    with pytest.raises(PositionError):
        distance_m(lon, lat, 0, 0)


def test_longitudes_come_round() -> None:
    assert checked([-180, 180, 190, 359], [0, 0, 0, 0])[0].tolist() == [-180, -180, -170, -1]


@pytest.mark.parametrize(
    ("lon", "lat", "swapped"),
    [(10, 120, True), (-90, -180, True), (10, 90, False), (10, 500, False), (120, 100, False), (math.nan, 100, False)],
)
def test_coordinates_look_exchanged_where_the_exchange_makes_a_position_of_them(
    lon: float, lat: float, swapped: bool
) -> None:
    assert look_swapped(lon, lat) is swapped
    assert look_swapped(np.array([lon]), np.array([lat])).tolist() == [swapped]
