"""Whose land a place was: the days on which it changed, as treaties, acts and resolutions say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from servanda.spatial import Standing, geography
from servanda.spatial.land.outlines import COAST, outlines
from servanda.spatial.land.tenure import KNOWN_FROM, KNOWN_UNTIL, tenure
from servanda.spatial.outline.edges import Outline
from servanda.spatial.territory import MARGIN_M

WORLD = geography()


def _standing(place: tuple[float, float], day: str, view: str | None = None) -> Standing:
    return geography(view).standing(*place, on=date.fromisoformat(day))


JUBA, BRATISLAVA, VILNIUS, PRAGUE = (31.6, 4.85), (17.11, 48.16), (25.28, 54.69), (14.43, 50.08)
EAST_BERLIN, LEIPZIG, HANOVER = (13.42, 52.53), (12.37, 51.34), (9.73, 52.37)
PRISTINA, SIMFEROPOL, BISHKEK, SAIGON = (21.16, 42.66), (34.10, 44.95), (74.6, 42.87), (106.7, 10.78)
ASMARA, DILI, HONG_KONG, MACAO = (38.93, 15.33), (125.6, -8.65), (114.17, 22.35), (113.547, 22.195)
ADEN, WINDHOEK, WALVIS_BAY, PANJIM = (45.0, 12.87), (17.08, -22.56), (14.52, -22.95), (73.95, 15.4)

# Before the day, and from the day on.
CHANGES = [
    (JUBA, "2011-07-09", "SDN", "SSD"),
    (BRATISLAVA, "1993-01-01", "CSK", "SVK"),
    (PRAGUE, "1993-01-01", "CSK", "CZE"),
    (VILNIUS, "1991-09-06", "SUN", "LTU"),
    ((24.75, 59.42), "1991-09-06", "SUN", "EST"),
    (BISHKEK, "1991-12-26", "SUN", "KGZ"),
    ((30.5, 50.45), "1991-12-26", "SUN", "UKR"),
    ((37.6, 55.75), "1991-12-26", "SUN", "RUS"),
    (EAST_BERLIN, "1990-10-03", "DDR", "DEU"),
    (LEIPZIG, "1990-10-03", "DDR", "DEU"),
    ((14.5, 46.05), "1991-10-08", "YUG", "SVN"),
    ((15.98, 45.81), "1991-10-08", "YUG", "HRV"),
    ((21.43, 41.99), "1991-11-17", "YUG", "MKD"),
    ((20.46, 44.8), "2003-02-04", "YUG", "SCG"),
    ((20.46, 44.8), "2006-06-03", "SCG", "SRB"),
    ((19.2, 42.75), "2006-06-03", "SCG", "MNE"),
    ((13.72, 45.54), "1991-10-08", "YUG", "SVN"),
    ((13.66, 45.41), "1991-10-08", "YUG", "HRV"),
    (ASMARA, "1993-05-24", "ETH", "ERI"),
    (HONG_KONG, "1997-07-01", "GBR", "CHN"),
    (ADEN, "1967-11-30", "GBR", "YMD"),
    (ADEN, "1990-05-22", "YMD", "YEM"),
    (WINDHOEK, "1990-03-21", "ZAF", "NAM"),
    (WALVIS_BAY, "1994-03-01", "ZAF", "NAM"),
    (PANJIM, "1961-12-19", "PRT", "IND"),
    ((88.6, 27.4), "1975-05-16", "SKM", "IND"),
    ((90.4, 23.8), "1947-08-15", "GBR", "PAK"),
    ((90.4, 23.8), "1971-12-16", "PAK", "BGD"),
    ((103.83, 1.37), "1963-09-16", "GBR", "MYS"),
    ((103.83, 1.37), "1965-08-09", "MYS", "SGP"),
    ((110.4, 1.45), "1963-09-16", "GBR", "MYS"),
    ((101.7, 3.14), "1957-08-31", "GBR", "MYS"),
    ((36.3, 33.5), "1958-02-22", "SYR", "EGY"),
    ((36.3, 33.5), "1961-09-28", "EGY", "SYR"),
    ((-52.9, 47.5), "1949-03-31", "GBR", "CAN"),
    ((39.3, -6.1), "1963-12-10", "GBR", "ZAN"),
    ((39.3, -6.1), "1964-04-26", "ZAN", "TZA"),
    ((9.4, 4.5), "1961-10-01", "GBR", "CMR"),
    ((28.1, 36.2), "1947-09-15", "ITA", "GRC"),
    ((142.6, 47.0), "1945-09-02", "JPN", "SUN"),
    ((44.07, 9.56), "1960-07-01", "", "SOM"),
    ((140.5, -2.6), "1963-05-01", "", "IDN"),
    ((105.85, 21.03), "1976-07-02", "VDR", "VNM"),
    (SAIGON, "1976-07-02", "RVN", "VNM"),
    ((107.729, 20.133), "1976-07-02", "VDR", "VNM"),
    ((107.34, 17.16), "1976-07-02", "VDR", "VNM"),
    ((29.585, 36.145), "1947-09-15", "ITA", "GRC"),
    ((55.98, 17.5), "1967-11-30", "GBR", "OMN"),
    (DILI, "2002-05-20", "", "TLS"),
    ((3.05, 36.7), "1962-07-03", "FRA", "DZA"),
    ((168.3, -17.7), "1980-07-30", "FRA GBR", "VUT"),
    ((32.5, 15.5), "1956-01-01", "EGY GBR", "SDN"),
    ((7.0, 49.3), "1957-01-01", "", "DEU"),
]


@pytest.mark.parametrize(("place", "day", "before", "after"), CHANGES)
def test_a_place_changes_hands_on_the_day(place: tuple[float, float], day: str, before: str, after: str) -> None:
    eve = date.fromordinal(date.fromisoformat(day).toordinal() - 1)

    earlier, later = WORLD.standing(*place, on=eve), _standing(place, day)

    assert (earlier.codes, earlier.certain) == (tuple(before.split()), bool(before))
    assert (later.codes, later.certain) == (tuple(after.split()), True)


@pytest.mark.parametrize(
    ("place", "day", "code"),
    [
        (VILNIUS, "1960-06-01", "SUN"),
        (VILNIUS, "1994-06-01", "LTU"),
        (PRAGUE, "1960-06-01", "CSK"),
        (PRAGUE, "1994-06-01", "CZE"),
        (PRISTINA, "1960-06-01", "YUG"),
        (PRISTINA, "2008-02-16", "SRB"),
        (SIMFEROPOL, "1960-06-01", "SUN"),
        (SIMFEROPOL, "1994-06-01", "UKR"),
        (SAIGON, "1975-04-29", "RVN"),
        ((107.55, 16.4), "1960-06-01", "RVN"),
        ((106.3, 17.6), "1960-06-01", "VDR"),
        ((126.55, 37.97), "1949-06-01", "KOR"),
        ((126.55, 37.97), "1960-06-01", "PRK"),
        ((128.4, 38.2), "1949-06-01", "PRK"),
        ((128.4, 38.2), "1960-06-01", "KOR"),
        (HANOVER, "1970-06-01", "DEU"),
        (LEIPZIG, "1970-06-01", "DDR"),
        ((49.0, 14.8), "1980-06-01", "YMD"),
        ((44.2, 15.35), "1980-06-01", "YEM"),
        ((-75.12, 19.97), "2000-06-01", "CUB"),  # Guantanamo: leased
        ((16.0, 78.5), "1950-06-01", "NOR"),  # Svalbard
        ((-5.31, 35.89), "1950-06-01", "ESP"),  # Ceuta, before there was a Morocco to claim it
        ((33.8, 29.5), "1970-06-01", "EGY"),  # Sinai: occupied, never claimed
        ((46.75, 39.8), "1985-06-01", "SUN"),
        ((46.75, 39.8), "2024-06-01", "AZE"),
        ((-158.0, 21.5), "1950-06-01", "USA"),
        ((20.4, 54.7), "1950-06-01", "SUN"),
        ((13.4, 48.0), "1950-06-01", "AUT"),
    ],
)
def test_a_place_is_certainly_its_State_s_of_the_day(place: tuple[float, float], day: str, code: str) -> None:
    standing = _standing(place, day)

    assert (standing.codes, standing.certain, standing.area, standing.missing) == ((code,), True, None, None)


@pytest.mark.parametrize(
    ("place", "day", "area", "codes"),
    [
        (PRISTINA, "2008-02-17", "Kosovo", ("SRB", "XKX")),
        (SIMFEROPOL, "2014-03-18", "Crimea", ("RUS", "UKR")),
        ((46.75, 39.8), "2020-06-01", "Nagorno-Karabakh", ("ARM", "AZE")),
        ((13.30, 52.50), "1971-09-03", "West Berlin", ("DEU",)),
        (DILI, "1980-06-01", "Timor-Leste", ("IDN", "PRT")),
        ((127.9, 26.5), "1960-06-01", "Okinawa", ("JPN", "USA")),
        ((-79.70, 9.13), "1970-06-01", "Canal Zone", ("PAN", "USA")),
        ((147.9, 45.0), "1970-06-01", "Southern Kurils", ("JPN", "SUN")),
        ((-5.345, 36.14), "1950-06-01", "Gibraltar", ("ESP", "GBR")),
        ((-59.0, -51.7), "1950-06-01", "Falkland Islands (Malvinas)", ("ARG", "GBR")),
        ((121.0, 24.0), "1960-06-01", "Taiwan", ("CHN", "TWN")),
        ((107.55, 16.4), "1950-06-01", "Viet Nam", ("RVN", "VDR")),
        ((106.8, -6.4), "1947-06-01", "Indonesia", ("IDN", "NLD")),
        ((-13.0, 24.5), "1977-06-01", "Western Sahara", ("ESH", "MAR", "MRT")),
        ((13.9, 45.1), "1946-06-01", "Julian March", ("ITA", "YUG")),
        ((35.25, 32.2), "1975-06-01", "West Bank", ("ISR", "JOR")),
    ],
)
def test_a_quarrel_of_the_day_is_told_and_not_decided(
    place: tuple[float, float], day: str, area: str, codes: tuple[str, ...]
) -> None:
    standing = _standing(place, day)

    assert (standing.area, standing.codes, standing.certain, standing.missing) == (area, codes, False, None)


@pytest.mark.parametrize(
    ("place", "day", "area"),
    [
        (HANOVER, "1948-06-01", "Germany"),
        (LEIPZIG, "1949-10-06", "East Germany"),
        ((7.0, 49.3), "1950-06-01", "Saarland"),
        ((127.0, 37.55), "1947-06-01", "Republic of Korea"),
        ((13.8, 45.65), "1950-06-01", "Trieste Zone A"),
        ((20.0, 30.0), "1950-06-01", "Libya"),
        (DILI, "2000-06-01", "Timor-Leste"),
        (ASMARA, "1950-06-01", "Eritrea"),
    ],
)
def test_land_that_was_no_State_s_is_said_to_be_unsettled(place: tuple[float, float], day: str, area: str) -> None:
    standing = _standing(place, day)

    assert (standing.codes, standing.certain, standing.area, standing.missing) == ((), False, area, "unsettled")


@pytest.mark.parametrize(
    ("view", "day", "codes", "certain"),
    [
        ("RUS", "2014-03-16", ("UKR",), True),
        ("RUS", "2014-03-17", (), True),  # for a day a State to Russia, and of no code
        ("RUS", "2014-03-18", ("RUS",), True),
        ("UKR", "2014-03-17", ("UKR",), True),
        ("UKR", "2014-03-18", ("UKR",), True),
        (None, "2014-03-17", ("UKR",), True),
        (None, "2014-03-18", ("RUS", "UKR"), False),
        ("CHN", "2015-01-01", ("RUS", "UKR"), False),  # which has left it open
        ("BOL", "2015-01-01", ("RUS", "UKR"), False),  # of which the table has no word
    ],
)
def test_crimea_is_whose_each_view_says(view: str | None, day: str, codes: tuple[str, ...], certain: bool) -> None:
    standing = _standing(SIMFEROPOL, day, view)

    assert (standing.codes, standing.certain) == (codes, certain)


def test_a_view_decides_distances_as_well() -> None:
    on = date(2021, 12, 17)

    assert geography("RUS").distance_m(*SIMFEROPOL, "RUS", on) == (0.0, 0.0)
    assert geography("UKR").distance_m(*SIMFEROPOL, "UKR", on) == (0.0, 0.0)
    apart = geography("UKR").distance_m(*SIMFEROPOL, "RUS", on)
    assert apart is not None
    assert apart[0] > 150_000


def test_the_distance_to_a_State_that_is_gone_is_measured_while_it_lasted() -> None:
    warsaw = (21.0, 52.23)
    to_the_union = WORLD.distance_m(*warsaw, "SUN", date(1985, 1, 1))
    to_russia = WORLD.distance_m(*warsaw, "RUS", date(1995, 1, 1))

    assert to_the_union is not None
    assert to_russia is not None
    assert 140_000 < to_the_union[0] < to_the_union[1] < 190_000  # Brest
    assert 220_000 < to_russia[0] < to_russia[1] < 270_000  # Kaliningrad
    assert WORLD.distance_m(*warsaw, "SUN", date(1991, 12, 26)) is None
    assert WORLD.distance_m(*warsaw, "RUS", date(1991, 12, 25)) is None
    assert WORLD.distance_m(*warsaw, "SUN") is None


def test_deep_in_the_Union_the_republics_borders_were_none() -> None:
    kharkiv = (36.25, 50.2)

    assert WORLD.distance_m(*kharkiv, "SUN", date(1985, 1, 1)) == (0.0, 0.0)
    on_the_line = WORLD.standing(36.1, 50.43, on=date(1985, 1, 1))
    assert (on_the_line.codes, on_the_line.certain, on_the_line.border_m) == (("SUN",), True, 20_000.0)
    assert WORLD.standing(36.1, 50.43, on=date(1995, 1, 1)).codes == ("RUS", "UKR")


def test_a_line_typed_by_hand_is_as_wide_as_its_uncertainty_and_only_while_it_was_a_border() -> None:
    near_the_inner_border = (10.0, 51.42)  # Eichsfeld

    divided = _standing(near_the_inner_border, "1980-06-01")
    assert (divided.codes, divided.certain) == (("DDR", "DEU"), False)
    united = _standing(near_the_inner_border, "1995-06-01")
    assert (united.codes, united.certain, united.border_m) == (("DEU",), True, 20_000.0)
    # In the middle of Berlin the line is known to some 700 m.
    assert _standing((13.391, 52.517), "1980-06-01").codes == ("DDR",)
    assert not _standing((13.381, 52.517), "1980-06-01").certain


@pytest.mark.parametrize(
    ("day", "missing"), [("1944-12-31", "before-layer"), ("1648-10-24", "before-layer"), ("2199-01-01", "after-layer")]
)
def test_of_a_day_that_the_map_does_not_know_it_says_nothing(day: str, missing: str) -> None:
    on = date.fromisoformat(day)
    standing = WORLD.standing(37.6, 55.75, on)

    assert (standing.codes, standing.certain, standing.missing) == ((), False, missing)
    assert WORLD.distance_m(37.6, 55.75, "RUS", on) == (0.0, float("inf"))
    assert WORLD.codes_on(on) == frozenset()


def test_the_map_without_a_day_is_that_of_the_last_day_known() -> None:
    for place in (JUBA, SIMFEROPOL, EAST_BERLIN, DILI, (-60.0, 5.0)):
        assert WORLD.standing(*place) == WORLD.standing(*place, on=KNOWN_UNTIL)
    assert WORLD.codes_on() == WORLD.codes_on(KNOWN_UNTIL)
    assert "SUN" in WORLD.codes_on(KNOWN_FROM)
    assert "SUN" not in WORLD.codes_on()


@pytest.mark.parametrize("day", ["1985-06-01", "1995-06-01"])
def test_the_nearest_border_is_found_behind_lines_that_are_none(day: str) -> None:
    on = date.fromisoformat(day)
    held, lines = tenure(on), outlines(MARGIN_M)
    lot = [h.holders for h in held.holdings]
    x, y = np.random.default_rng(7).uniform((9.5, 47.5), (31.0, 55.0), (60, 2)).T
    rings = [
        ring
        for number, (a, b) in enumerate(zip(lines.left.tolist(), lines.right.tolist(), strict=True))
        if b == COAST or lot[a] != lot[b] or not (held.holdings[a].certain and held.holdings[b].certain)
        for ring in lines.rings[number]
        if (ring[:, 0].max() > 5) & (ring[:, 0].min() < 35) & (ring[:, 1].max() > 44) & (ring[:, 1].min() < 59)
    ]
    slow = Outline(rings, np.arange(len(rings))).nearest_m(x, y, range(len(rings)))

    found = [s.border_m for s in WORLD.standings(x, y, on)]

    np.testing.assert_allclose(found, np.minimum(slow, 20_000.0), rtol=0, atol=0.01)
