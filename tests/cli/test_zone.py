"""`servanda zone`: files that others can read, what is told, and what is answered to wrong calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely

from cli.calls import Call
from servanda.spatial.territory import MARGIN_M

LIBRARY = Path(__file__).parents[2] / "library"
NATO = str(LIBRARY / "2021-nato-russia" / "agreement.md")
US = str(LIBRARY / "2021-us-russia" / "agreement.md")
ESTONIA = ("zone", "--within", "100km", "--of", "EST")


def features(text: str) -> list[dict[str, Any]]:
    """The features of a collection."""
    found = json.loads(text)
    assert found["type"] == "FeatureCollection"
    return list(found["features"])


def test_a_zone_is_valid_geojson(call: Call) -> None:
    """On standard output the file alone; what is told stands on standard error."""
    ran = call(*ESTONIA, "--format", "geojson")
    (feature,) = features(ran.out)
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))

    assert ran.status == 0 and "Within 100 km of Estonia" in ran.err
    assert shape.is_valid and shapely.intersects_xy(shape, 24.94, 60.17)
    said = feature["properties"]
    assert isinstance(said, dict)
    assert (said["territory"], said["range_m"], said["territory_edges"]) == ("EST", 100_000.0, "geodesic")
    assert said["on"] == "2025-12-31" and said["view"] is None and said["claims_counted"] is False


def test_a_zone_is_valid_geoparquet(call: Call, tmp_path: Path) -> None:
    """The `geo` metadata name the column, its encoding, its reference system and how its edges run."""
    file = tmp_path / "zone.parquet"

    assert call(*ESTONIA, "--land-of", "FIN", "--format", "parquet", "--output", str(file)).status == 0
    table = pq.read_table(file)
    about = json.loads(table.schema.metadata[b"geo"])
    column = about["columns"][about["primary_column"]]
    (shape,) = shapely.from_wkb(table["geometry"].to_pylist())

    assert about["version"] == "1.1.0" and column["encoding"] == "WKB" and column["geometry_types"] == ["MultiPolygon"]
    assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"} and column["edges"] == "planar"
    assert shape.is_valid and tuple(column["bbox"]) == shape.bounds
    assert table["within"].to_pylist() == ["FIN"]


def test_a_file_of_an_empty_area_is_a_file_all_the_same(call: Call, tmp_path: Path) -> None:
    """Nothing lies anywhere: the metadata say no bounds, and are JSON."""
    file = tmp_path / "zone.parquet"
    asked = (*ESTONIA, "--land-of", "AUS", "--format", "parquet", "--output", str(file))

    assert call(*asked).status == 0
    text = pq.read_table(file).schema.metadata[b"geo"]
    assert "NaN" not in text.decode() and "bbox" not in json.loads(text)["columns"]["geometry"]


def test_an_area_cut_with_land_is_as_uncertain_as_the_land(call: Call) -> None:
    """A line of Ukraine was typed by hand: what is cut along it is no better known, whoever asks."""
    chosen = "nato.art5.the other Parties=the other side"
    asked = ("zone", NATO, "--norm", "art5", "--party", "USA", "--range", "500km", "--reading", chosen)
    (of_norm,) = features(call(*asked, "--land-of", "UKR", "--format", "geojson").out)
    cut = ("zone", "--within", "500km", "--of", "RUS", "--land-of", "UKR", "--format", "geojson")
    (of_range,) = features(call(*cut).out)

    assert of_norm["properties"]["margin_m"] == of_range["properties"]["margin_m"] > MARGIN_M


@pytest.mark.parametrize("command", [ESTONIA, ("map",)])
def test_a_view_of_somebody_who_has_said_nothing_is_told(call: Call, command: tuple[str, ...]) -> None:
    """By every command that takes a view."""
    ran = call(*command, "--view", "Vatican City")

    assert ran.status == 0 and "[view-silent]" in ran.err


def test_a_zone_is_a_picture(call: Call, tmp_path: Path) -> None:
    """SVG that is well formed, with the title in it."""
    file = tmp_path / "zone.svg"

    assert call(*ESTONIA, "--format", "svg", "--output", str(file), "--lang", "vi").status == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<svg") and "Trong phạm vi 100 km quanh Estonia" in text


def test_an_article_is_drawn_for_each_territory(call: Call) -> None:
    """Article 5 with Russia on the other side: one zone; what was supposed and what it rests on is told."""
    chosen = "nato.art5.the other Parties=the other side"
    ran = call("zone", NATO, "--norm", "art5", "--party", "USA", "--range", "500km", "--reading", chosen)

    assert ran.status == 0
    assert "RUS" in ran.out and "d.basing is ground" in ran.out and "geodesics" in ran.out and "2025-12-31" in ran.out


def test_a_range_that_the_text_leaves_open_is_said(call: Call) -> None:
    """Nothing is drawn in silence: without a range there is none, and the reason is told."""
    ran = call("zone", US, "--norm", "us.art6.within-national-territory", "--party", "USA")

    assert ran.status == 0
    assert "nothing" in ran.out and "--range" in ran.out


def test_the_exception_of_ones_own_territory_is_drawn(call: Call) -> None:
    """Article 6 of the other draft: within one's own land where it reaches the other, outside it everywhere."""
    asked = ("zone", US, "--party", "RUS", "--range", "500km", "--format", "geojson", "--norm")
    (within,) = features(call(*asked, "us.art6.within-national-territory").out)
    (outside,) = features(call(*asked, "us.art6.outside-national-territory").out)
    own, abroad = (shapely.from_geojson(json.dumps(f["geometry"])) for f in (within, outside))

    assert shapely.intersects_xy(own, -173.3, 64.5) and not shapely.intersects_xy(own, 37.6, 55.75)
    assert not shapely.intersects_xy(own, -165.4, 64.5)
    assert shapely.intersects_xy(abroad, 2.35, 48.85) and not shapely.intersects_xy(abroad, 37.6, 55.75)


def test_a_strip_of_an_article_is_drawn(call: Call) -> None:
    """Article 7(2), with the width and the allies that the text leaves open."""
    sets = ("--set", "Border Width=150 km", "--set", "Allies of Russia=BLR")
    ran = call("zone", NATO, "--norm", "7(2)", "--party", "RUS", *sets, "--format", "geojson")
    (feature,) = features(ran.out)
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))

    assert shapely.intersects_xy(shape, 23.8, 53.7)  # Hrodna
    assert not shapely.intersects_xy(shape, 30.35, 53.9)  # Mahiliou
    assert shapely.is_valid(shape)


def test_nothing_is_forbidden_to_a_state_that_the_text_does_not_name(call: Call) -> None:
    """Viet Nam is no party of the INF treaty, and may join the draft; the reason and the supposition are told."""
    inf = str(LIBRARY / "1987-inf" / "agreement.md")
    ran = call("zone", inf, "--norm", "VIII", "--party", "VNM")

    assert ran.status == 0
    assert "nothing" in ran.out and "does not name VNM" in " ".join(ran.out.split())
    assert "VNM has joined" in call("zone", NATO, "--norm", "art5", "--party", "VNM").out


def test_what_a_place_not_drawn_would_narrow_is_not_drawn_either(call: Call) -> None:
    """Without a range, not all of Russia's own land is forbidden to it; nor where the other has no land that day."""
    for more in ((), ("--range", "2500km", "--on", "1985-01-01")):
        party = "USA" if more else "RUS"
        ran = call("zone", US, "--norm", "us.art6.within-national-territory", "--party", party, *more)

        assert ran.status == 0 and "nothing" in ran.out, ran.out


def test_circles_and_parallels_of_a_text_are_drawn(call: Call) -> None:
    """The deployment areas of 1987 are circles; south of 60° S nobody has a base."""
    asked = ("--format", "geojson", "--norm")
    (feature,) = features(call("zone", str(LIBRARY / "1987-inf/agreement.md"), "--party", "USA", *asked, "VIII").out)
    outside = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert not shapely.intersects_xy(outside, -1.28, 51.38) and shapely.intersects_xy(outside, 0.56, 52.41)
    assert not shapely.intersects_xy(outside, 26.91, 55.2497) and shapely.intersects_xy(outside, 26.91, 55.2502)

    bases = call("zone", str(LIBRARY / "1959-antarctic/agreement.md"), "--party", "RUS", *asked, "at.art1.bases")
    (feature,) = features(bases.out)
    assert shapely.from_geojson(json.dumps(feature["geometry"])).bounds == (-180, -90, 180, -60)


def test_a_group_or_a_region_is_the_land_of_its_states(call: Call) -> None:
    """As of the day, and only of those that have land on the map."""
    ran = call("zone", "--within", "300km", "--of", "Melanesia", "--format", "geojson")
    (feature,) = features(ran.out)
    assert feature["properties"]["territory"] == "FJI|NCL|PNG|SLB|VUT"

    pact = call("zone", "--within", "10000km", "--of", "Visegrad Group", "--of", "EU", "--on", "1980-01-01")
    assert pact.status == 2 and "[unknown-party]" in pact.err and "[no-territory]" in pact.err


def test_a_zone_stays_valid_when_its_coordinates_are_rounded(call: Call) -> None:
    """Around the sectors of Antarctica lines all but touch: rounding must not make them cross, nor leave specks."""
    ran = call("zone", "--within", "100km", "--of", "ARG", "--claimed", "--format", "geojson")
    (feature,) = features(ran.out)
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))

    assert shapely.is_valid(shape)
    assert min(part.area for part in shapely.get_parts(shape)) > 1e-6


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("zone", ["zone-question"]),
        ("zone --of RUS --within 500M", ["zone-length"]),
        ("zone --of Korea --within 500km", ["place-ambiguous"]),
        ("zone --of EU --within 500km --on 1980-01-01", ["no-territory"]),
        ("zone --within 500km", ["zone-question"]),
        ("zone --of RUS --within 500", ["zone-length"]),
        ("zone --of RUS --within 5kg", ["zone-length"]),
        ("zone --of RUS --within -5km", ["range-impossible"]),
        ("zone --of RUS --within 0km", ["range-impossible"]),
        ("zone --of RUS --within 30000km", ["range-impossible"]),
        ("zone --of RUS --within 19000km", ["zone-not-drawn"]),
        ("zone --of RUS --within 50m", ["zone-not-drawn"]),
        ("zone --of RUS --within 5km --on 1900-01-01", ["map-day"]),
        ("zone --of RUS --within 5km --on 2022-02-30", ["bad-date"]),
        ("zone --of Narnia --within x --view Nowhere", ["unknown-party", "zone-length", "unknown-party"]),
        ("zone --of SUN --within 5km", ["no-territory"]),
        ("zone --of ESH --within 5km", ["no-territory"]),
        ("zone --of EST --within 5km --format parquet", ["missing-option"]),
        ("zone --of EST --within 5km --norm art5", ["zone-question"]),
        ("zone no-such-file.md --norm art5 --party USA", ["cannot-read-file"]),
        ("zone no-such-file.md", ["zone-question", "zone-question"]),
        ("zone no-such-file.md --norm art5 --party USA --set X=1 --set X=2", ["bad-pair"]),
    ],
)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_wrong_call_is_answered_by_diagnostics(call: Call, words: str, codes: list[str], lang: str) -> None:
    """All that is wrong at once, in both languages; never a traceback."""
    ran = call(*words.split(), "--lang", lang)

    assert ran.status == 2 and ran.out == ""
    found = [c for c in codes if f"[{c}]" in ran.err]
    assert found == codes and "Traceback" not in ran.err
