"""Lines typed by hand against towns that lay on a known side of them: the map may not know, it may not be wrong."""

from __future__ import annotations

from datetime import date

import pytest

from servanda.spatial import geography

WORLD = geography()

Towns = dict[str, tuple[float, float]]  # name: longitude, latitude

WEST: Towns = {
    "Lübeck": (10.687, 53.866),
    "Travemünde": (10.870, 53.962),
    "Ratzeburg": (10.757, 53.698),
    "Mölln": (10.690, 53.627),
    "Büchen": (10.616, 53.480),
    "Lauenburg": (10.558, 53.373),
    "Bleckede": (10.734, 53.292),
    "Hitzacker": (11.045, 53.153),
    "Dannenberg": (11.093, 53.096),
    "Lüchow": (11.150, 52.968),
    "Gartow": (11.462, 53.024),
    "Uelzen": (10.558, 52.965),
    "Wittingen": (10.739, 52.727),
    "Wolfsburg": (10.787, 52.423),
    "Helmstedt": (11.010, 52.227),
    "Schöningen": (10.966, 52.138),
    "Wolfenbüttel": (10.537, 52.163),
    "Bad Harzburg": (10.558, 51.882),
    "Braunlage": (10.611, 51.727),
    "Goslar": (10.429, 51.906),
    "Walkenried": (10.616, 51.586),
    "Duderstadt": (10.261, 51.513),
    "Göttingen": (9.935, 51.534),
    "Witzenhausen": (9.858, 51.341),
    "Eschwege": (10.053, 51.187),
    "Sontra": (9.935, 51.069),
    "Bad Hersfeld": (9.707, 50.868),
    "Hünfeld": (9.767, 50.674),
    "Fulda": (9.681, 50.552),
    "Fladungen": (10.146, 50.520),
    "Mellrichstadt": (10.304, 50.429),
    "Bad Königshofen": (10.467, 50.300),
    "Coburg": (10.964, 50.259),
    "Neustadt bei Coburg": (11.120, 50.329),
    "Kronach": (11.328, 50.241),
    "Naila": (11.707, 50.330),
    "Hof": (11.917, 50.313),
    "Kassel": (9.493, 51.313),
    "Braunschweig": (10.527, 52.269),
    "Hamburg": (9.993, 53.551),
}
EAST: Towns = {
    "Dassow": (10.974, 53.912),
    "Grevesmühlen": (11.191, 53.864),
    "Schönberg": (10.929, 53.847),
    "Gadebusch": (11.116, 53.702),
    "Zarrentin": (10.917, 53.551),
    "Boizenburg": (10.723, 53.374),
    "Dömitz": (11.246, 53.139),
    "Lenzen": (11.475, 53.091),
    "Wittenberge": (11.752, 52.999),
    "Arendsee": (11.486, 52.880),
    "Salzwedel": (11.153, 52.854),
    "Diesdorf": (10.870, 52.753),
    "Klötze": (11.163, 52.627),
    "Oebisfelde": (10.985, 52.434),
    "Gardelegen": (11.395, 52.526),
    "Haldensleben": (11.410, 52.289),
    "Halberstadt": (11.047, 51.896),
    "Osterwieck": (10.712, 51.970),
    "Ilsenburg": (10.678, 51.866),
    "Wernigerode": (10.785, 51.835),
    "Ellrich": (10.665, 51.586),
    "Nordhausen": (10.790, 51.501),
    "Worbis": (10.363, 51.423),
    "Heiligenstadt": (10.138, 51.378),
    "Mühlhausen": (10.453, 51.209),
    "Treffurt": (10.232, 51.137),
    "Eisenach": (10.319, 50.976),
    "Bad Salzungen": (10.234, 50.812),
    "Vacha": (10.022, 50.828),
    "Geisa": (9.952, 50.714),
    "Meiningen": (10.415, 50.568),
    "Hildburghausen": (10.729, 50.425),
    "Römhild": (10.539, 50.396),
    "Heldburg": (10.729, 50.281),
    "Sonneberg": (11.174, 50.359),
    "Probstzella": (11.382, 50.534),
    "Lobenstein": (11.640, 50.452),
    "Schleiz": (11.810, 50.578),
    "Plauen": (12.138, 50.495),
    "Erfurt": (11.033, 50.978),
    "Schwerin": (11.415, 53.629),
    "Magdeburg": (11.628, 52.131),
    "Potsdam": (13.064, 52.397),
    "Oranienburg": (13.237, 52.755),
}
EAST_BERLIN: Towns = {
    "Alexanderplatz": (13.413, 52.522),
    "Pankow": (13.402, 52.570),
    "Prenzlauer Berg": (13.424, 52.539),
    "Lichtenberg": (13.500, 52.514),
    "Treptower Park": (13.470, 52.489),
    "Köpenick": (13.577, 52.446),
    "Marzahn": (13.542, 52.545),
    "Buch": (13.493, 52.635),
}
WEST_BERLIN: Towns = {
    "Zoo": (13.333, 52.507),
    "Wedding": (13.355, 52.550),
    "Kreuzberg": (13.385, 52.492),
    "Neukölln": (13.435, 52.475),
    "Spandau": (13.200, 52.535),
    "Reinickendorf": (13.330, 52.575),
    "Zehlendorf": (13.260, 52.435),
    "Tempelhof": (13.385, 52.470),
    "Schöneberg": (13.350, 52.483),
    "Tegel": (13.285, 52.583),
}
SAAR: Towns = {
    "Saarbrücken": (6.997, 49.233),
    "Saarlouis": (6.752, 49.314),
    "Merzig": (6.637, 49.443),
    "St. Wendel": (7.168, 49.467),
    "Neunkirchen": (7.180, 49.344),
    "Homburg": (7.339, 49.320),
    "Losheim": (6.745, 49.510),
    "Nonnweiler": (6.970, 49.608),
}
BESIDE_THE_SAAR: Towns = {
    "Trier": (6.641, 49.750),
    "Saarburg": (6.550, 49.607),
    "Hermeskeil": (6.946, 49.657),
    "Birkenfeld": (7.165, 49.650),
    "Kusel": (7.401, 49.537),
    "Zweibrücken": (7.361, 49.247),
    "Kaiserslautern": (7.769, 49.444),
    "Pirmasens": (7.605, 49.201),
}
NORTH: Towns = {
    "Dong Hoi": (106.600, 17.470),
    "Ho Xa": (107.020, 17.070),
    "Vinh": (105.680, 18.670),
    "Hanoi": (105.840, 21.030),
}
SOUTH: Towns = {
    "Dong Ha": (107.100, 16.820),
    "Quang Tri": (107.190, 16.750),
    "Khe Sanh": (106.720, 16.620),
    "Hue": (107.580, 16.460),
}
SANAA: Towns = {
    "Sanaa": (44.207, 15.355),
    "Taizz": (44.020, 13.580),
    "Mokha": (43.250, 13.320),
    "Ibb": (44.180, 13.970),
    "Qataba": (44.705, 13.855),
    "Rada": (44.835, 14.415),
    "Al Bayda": (45.573, 13.987),
    "Marib": (45.325, 15.460),
    "Harib": (45.503, 14.937),
}
ADEN: Towns = {
    "Aden": (45.000, 12.830),
    "Lahij": (44.880, 13.060),
    "Ad Dali": (44.730, 13.695),
    "Lawdar": (45.870, 13.880),
    "Ataq": (46.830, 14.540),
    "Bayhan": (45.720, 14.800),
    "Shabwa": (47.020, 15.370),
    "Mukalla": (49.125, 14.540),
    "Sayun": (48.790, 15.940),
    "Hadibu": (54.020, 12.640),
}
SPANISH: Towns = {
    "Tetuan": (-5.370, 35.570),
    "Larache": (-6.150, 35.190),
    "Nador": (-2.930, 35.170),
    "Chefchaouen": (-5.270, 35.170),
}
FRENCH: Towns = {
    "Ouezzane": (-5.570, 34.800),
    "Fes": (-5.000, 34.030),
    "Taza": (-4.010, 34.210),
    "Oujda": (-1.910, 34.680),
    "Kenitra": (-6.580, 34.260),
}

SIDES = [
    ("1970-06-01", WEST, ("DEU",), None),
    ("1970-06-01", EAST, ("DDR",), None),
    ("1970-06-01", EAST_BERLIN, ("DDR",), None),
    ("1970-06-01", WEST_BERLIN, ("DEU",), "West Berlin"),
    ("1950-06-01", SAAR, (), "Saarland"),
    ("1950-06-01", BESIDE_THE_SAAR, ("DEU",), None),
    ("1960-06-01", NORTH, ("VDR",), None),
    ("1960-06-01", SOUTH, ("RVN",), None),
    ("1980-06-01", SANAA, ("YEM",), None),
    ("1980-06-01", ADEN, ("YMD",), None),
    ("1950-06-01", SPANISH, ("ESP",), None),
    ("1950-06-01", FRENCH, ("FRA",), None),
]
ASKED = [
    pytest.param(day, place, codes, area, id=f"{day} {name}")
    for day, towns, codes, area in SIDES
    for name, place in towns.items()
]


@pytest.mark.parametrize(("day", "place", "codes", "area"), ASKED)
def test_a_town_is_not_put_on_the_wrong_side(
    day: str, place: tuple[float, float], codes: tuple[str, ...], area: str | None
) -> None:
    standing = WORLD.standing(*place, on=date.fromisoformat(day))

    if standing.certain:
        assert standing.codes == codes
    assert set(codes) <= set(standing.codes)
    if area is not None:
        assert not standing.certain


@pytest.mark.parametrize(("day", "towns", "codes"), [(d, t, c) for d, t, c, area in SIDES if area is None])
def test_of_most_towns_the_side_is_certain(day: str, towns: Towns, codes: tuple[str, ...]) -> None:
    sure = [p for p in towns.values() if WORLD.standing(*p, on=date.fromisoformat(day)).certain]

    assert len(sure) >= len(towns) / 2
