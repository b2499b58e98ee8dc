from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from servanda.errors import InputError
from servanda.spatial.offset import Zone, around, strip, territory, zone
from spatial.independent import solver
from spatial.independent.solver import Floats, Outline

SHOWN = [("RUS", 500_000), ("RUS", 1_000_000), ("RUS", 2_500_000), ("USA", 1_000_000), ("FJI", 1_000_000)]
SHORT = [("FJI", 22_224)]
SLOW = [
    ("GRC", 5_500_000),
    ("RUS", 10_000),
    ("CAN", 22_224),
    ("CHL", 92_600),
    ("KIR", 370_400),
    ("NZL", 17_000_000),
    ("NOR", 1_852),
]
CASES = [
    pytest.param(code, float(metres), id=f"{code}-{metres / 1000:.0f}km", marks=marks)
    for cases, marks in ((SHOWN, ()), (SHORT, ()), (SLOW, pytest.mark.long))
    for code, metres in cases
]


@cache
def made(code: str, metres: float) -> Zone:
    return zone(code, metres)


@cache
def outline(code: str) -> Outline:
    return solver.outline(territory([code]).rings)


def inner_edges(found: Zone) -> Floats:
    """Edges of the polygons that are not the edge of the sheet: rows of two positions."""
    rings = [shapely.get_coordinates(r) for r in shapely.get_rings(shapely.get_parts(found.polygons)).tolist()]
    edges = np.concatenate([np.stack([r[:-1], r[1:]], axis=1) for r in rings])
    sheet = (np.abs(edges[:, :, 0]) == 180).all(axis=1) | (np.abs(edges[:, :, 1]) == 90).all(axis=1)
    inner: Floats = edges[~sheet]
    return inner


@pytest.mark.parametrize(("code", "metres"), CASES)
def test_zones_are_valid_and_wound_as_the_standard_wants(code: str, metres: float) -> None:
    """RFC 7946: outer rings anticlockwise, holes clockwise, nothing beyond the sheet."""
    found = made(code, metres)

    assert found.polygons.is_valid
    assert all(p.exterior.is_ccw and not any(i.is_ccw for i in p.interiors) for p in found.polygons.geoms)
    west, south, east, north = found.polygons.bounds
    assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90


@pytest.mark.parametrize(("code", "metres"), CASES)
def test_every_vertex_lies_at_the_range(code: str, metres: float) -> None:
    """Within a metre; a sample against a solver that shares no code. Those on the seam are points of drawn edges."""
    vertices = inner_edges(made(code, metres))[:, 0]
    vertices = vertices[np.abs(vertices[:, 0]) < 180]
    chosen = vertices[np.random.default_rng(7).choice(len(vertices), 60, replace=False)].tolist()

    off = [abs(solver.distance(lon, lat, outline(code)) - metres) for lon, lat in chosen]

    assert max(off) < 0.01


@pytest.mark.parametrize(("code", "metres"), CASES)
def test_zone_and_distance_decide_alike_five_metres_from_the_line(code: str, metres: float) -> None:
    """Anywhere along it, in the middle of edges too, inside and outside."""
    found = made(code, metres)
    edges = inner_edges(found)
    random = np.random.default_rng(11)
    wrong = []
    for i in random.choice(len(edges), 50, replace=False):
        (x1, y1), (x2, y2) = edges[i]
        share = random.uniform()
        lon, lat = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
        azimuth = Geodesic.WGS84.Inverse(y1, x1, y2, x2)["azi1"]
        for side in (-90, 90):
            at = Geodesic.WGS84.Direct(lat, lon, azimuth + side, 5.0)
            near = solver.distance(at["lon2"], at["lat2"], outline(code)) <= metres
            if near != found.contains(at["lon2"], at["lat2"]):
                wrong.append((at["lon2"], at["lat2"]))

    assert wrong == []


@pytest.mark.parametrize(("code", "metres"), CASES)
def test_zone_and_distance_decide_alike_anywhere(code: str, metres: float) -> None:
    """Positions all over the Earth."""
    found = made(code, metres)
    random = np.random.default_rng(13)
    lon, lat = random.uniform(-180, 180, 40), np.degrees(np.arcsin(random.uniform(-1, 1, 40)))
    land = shapely.union_all(list(territory([code]).polygons))
    for x, y in zip(lon.tolist(), lat.tolist(), strict=True):
        near = shapely.intersects_xy(land, x, y) or solver.distance(x, y, outline(code)) <= metres
        assert bool(near) == found.contains(x, y), (x, y)


def test_a_zone_over_the_pole_reaches_the_edge_of_the_sheet() -> None:
    """The North Pole lies 959 km from Russia's northernmost islands."""
    found = made("RUS", 1_000_000.0)

    assert found.contains(0.0, 90.0) and found.contains(-123.4, 90.0)
    assert found.polygons.bounds[3] == 90.0
    assert not made("RUS", 500_000.0).contains(0.0, 90.0)


def test_a_zone_is_cut_at_the_antimeridian() -> None:
    """Fiji lies on both sides of it, and no polygon runs round the Earth to say so."""
    found = made("FJI", 1_000_000.0)

    assert len(found.polygons.geoms) == 2
    assert all(p.bounds[2] - p.bounds[0] < 20 for p in found.polygons.geoms)
    assert found.contains(180.0, -17.0) and found.contains(-180.0, -17.0)


def island(lon: float, lat: float) -> tuple[Floats, shapely.Polygon]:
    size = 0.01
    corners = [(-size, -size), (size, -size), (size, size), (-size, size)]
    ring = np.array([(lon + x, lat + y) for x, y in corners])
    return ring, shapely.Polygon(ring)


def around_islands(places: list[tuple[float, float]], metres: float) -> shapely.MultiPolygon:
    made_ = [island(*p) for p in places]
    return around([ring for ring, _ in made_], [shape for _, shape in made_], metres)


def farthest_near(of: Outline, lon: float, lat: float) -> tuple[tuple[float, float], float]:
    """The position that is farthest from the outline, climbed to from one near it."""
    best, step = solver.distance(lon, lat, of), 0.1
    while step > 1e-7:
        around_ = [(lon + a * step, lat + b * step) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        reached = [solver.distance(*p, to=of) for p in around_]
        if max(reached) > best:
            best, (lon, lat) = max(reached), around_[int(np.argmax(reached))]
        else:
            step /= 2
    return (lon, lat), best


@pytest.mark.parametrize("short_m", [5.0, pytest.param(1_000.0, marks=pytest.mark.long)])
def test_a_small_hole_is_not_missed(short_m: float) -> None:
    """Islands around a circle, and a range that misses its middle by little: the hole is there, however small."""
    ring = [Geodesic.WGS84.Direct(41.0, 9.0, azimuth, 500_000.0) for azimuth in range(0, 360, 45)]
    places = [(at["lon2"], at["lat2"]) for at in ring]
    (lon, lat), farthest = farthest_near(solver.outline([island(*p)[0] for p in places]), 9.0, 41.0)

    with_hole = around_islands(places, farthest - short_m)
    without = around_islands(places, farthest + 1.0)

    assert sum(len(p.interiors) for p in with_hole.geoms) == 1
    assert not shapely.intersects_xy(with_hole, lon, lat)
    assert sum(len(p.interiors) for p in without.geoms) == 0


@pytest.mark.parametrize("gap_m", [100.0, 2_000.0])
def test_a_narrow_strait_between_two_zones_stays_open(gap_m: float) -> None:
    """Two circles that nearly touch are two polygons, and one when they overlap as little."""
    places = [(20.0, 10.0), (25.0, 12.0)]
    rings = [island(*p)[0] for p in places]
    apart = min(solver.distance(lon, lat, solver.outline([rings[0]])) for lon, lat in rings[1].tolist())

    assert len(around_islands(places, (apart - gap_m) / 2).geoms) == 2
    assert len(around_islands(places, (apart + gap_m) / 2).geoms) == 1


@pytest.mark.parametrize("lat", [89.99, -89.99, 85.0, 0.0])
@pytest.mark.parametrize("metres", [1_000.0, 300_000.0, 9_000_000.0, 12_000_000.0])
def test_a_zone_around_an_island_anywhere_is_right(lat: float, metres: float) -> None:
    """Beside the poles, on the antimeridian, beyond a quarter of the Earth."""
    places = [(179.995, lat - 0.02 if lat > 0 else lat + 0.02)]
    found = around_islands(places, metres)
    ring, _ = island(*places[0])
    of = solver.outline([ring])
    zoned = Zone(found, metres, 0.0, ("X",))
    edges = inner_edges(zoned)
    random = np.random.default_rng(3)
    for i in random.choice(len(edges), 10):
        x, y = edges[i].mean(axis=0)
        assert abs(solver.distance(x, y, of) - metres) < 1.0
    assert found.is_valid


def test_a_range_that_leaves_little_out_leaves_a_hole_at_the_antipodes() -> None:
    """17 000 km around Fiji: all of the Earth but a part of Africa."""
    found = zone("FJI", 17_000_000.0)

    assert found.polygons.bounds == (-180.0, -90.0, 180.0, 90.0)
    assert not found.contains(0.0, 16.0)
    assert found.contains(100.0, 60.0)


def test_a_zone_cut_with_land_lies_on_that_land() -> None:
    """Where, in Poland, one is within 300 km of Russia."""
    whole = zone("RUS", 300_000.0)
    cut = whole.cut_with("POL")

    assert cut.within == ("POL",) and cut.polygons.is_valid
    assert cut.contains(21.5, 54.0) and not cut.contains(17.0, 51.1)
    assert whole.contains(24.0, 55.0) and not cut.contains(24.0, 55.0)


def test_a_view_or_a_claim_moves_the_zone() -> None:
    """200 km around Russia with Crimea, as Russia says, reaches farther into the Black Sea than without."""
    off_crimea = (32.0, 44.0)

    assert not zone("RUS", 200_000.0).contains(*off_crimea)
    assert zone("RUS", 200_000.0, view="RUS", on=date(2021, 12, 17)).contains(*off_crimea)
    assert zone("RUS", 200_000.0, claimed=True).contains(*off_crimea)


def test_a_day_moves_the_zone() -> None:
    """Dresden lies in Germany today, and lay far from the Federal Republic in 1980."""
    dresden = (13.74, 51.05)

    assert zone("DEU", 50_000.0).contains(*dresden)
    assert not zone("DEU", 50_000.0, on=date(1980, 1, 1)).contains(*dresden)


def test_a_strip_lies_on_both_sides_of_the_line() -> None:
    """40 km between Estonia and Latvia: Valga and Valka, neither Riga nor the Gulf."""
    found = strip(["EST"], ["LVA"], 40_000.0)

    assert found.contains(26.05, 57.78) and found.contains(26.0, 57.75)
    assert not found.contains(24.1, 56.9) and not found.contains(23.9, 57.9)


@pytest.mark.parametrize(
    ("metres", "code"),
    [
        (0.0, "range-impossible"),
        (-5.0, "range-impossible"),
        (float("nan"), "range-impossible"),
        (2.1e7, "range-impossible"),
        (50.0, "zone-not-drawn"),
        (1.9e7, "zone-not-drawn"),
    ],
)
def test_a_range_that_is_none_is_refused(metres: float, code: str) -> None:
    """Zero, less, no number, beyond half the Earth; and what nobody could draw."""
    with pytest.raises(InputError) as caught:
        zone("RUS", metres)

    assert [d.code for d in caught.value.diagnostics] == [code]


def test_a_territory_that_is_none_is_refused() -> None:
    """No such State, none on that day, none on the map so early, nothing undisputed: all are told."""
    with pytest.raises(InputError) as caught:
        zone(["XXX", "RUS", "YYY"], 1e6)
    assert [d.code for d in caught.value.diagnostics] == ["no-territory", "no-territory"]

    with pytest.raises(InputError) as early:
        zone("RUS", 1e6, on=date(1900, 1, 1))
    assert early.value.diagnostics[0].code == "zone-not-drawn"

    with pytest.raises(InputError) as claims:
        zone("ESH", 1e6)
    assert claims.value.diagnostics[0].code == "no-territory"
