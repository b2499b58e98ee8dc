"""`servanda map`: what it takes, what it writes, what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.calls import Call

ROOT = Path(__file__).parents[2]
RECORD = """
sources: [{id: s1, title: A bulletin, publisher: A ministry, date: 2021-05-02}]
acts:
  - {act: d1, kind: deployment, by: USA, place: {lon: 17.1, lat: 54.5}, start: 2021-05-01, source: s1}
"""
SQUARE = {"type": "Polygon", "coordinates": [[[10, 50], [20, 50], [20, 55], [10, 55], [10, 50]]]}


@pytest.mark.parametrize(
    ("name", "begins"), [("m.svg", b"<svg "), ("m.png", b"\x89PNG"), ("m.html", b"<!doctype html>"), ("m", b"<svg ")]
)
def test_the_name_of_the_file_tells_the_form(name: str, begins: bytes, call: Call, tmp_path: Path) -> None:
    called = call("map", "--around", "Black Sea", "--output", str(tmp_path / name))

    assert (called.status, called.out, called.err) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_map_without_anything_is_of_the_world(call: Call) -> None:
    called = call("map")

    assert called.status == 0
    assert "Equal Earth" in called.out
    assert ">Brazil<" in called.out


@pytest.mark.parametrize(("lang", "sea"), [("en", "Black Sea"), ("vi", "Biển Đen"), ("ru", "Чёрное море")])
def test_names_are_in_the_language_asked_for(lang: str, sea: str, call: Call) -> None:
    assert f">{sea}<" in call("map", "--around", "Black Sea", "--lang", lang).out


def test_the_rest_of_a_russian_map_is_in_the_language_of_the_program(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    out = call("map", "--around", "Black Sea", "--lang", "ru").out

    assert ">Чёрное море<" in out
    assert "Lãnh thổ tính đến" in out


def test_a_day_and_a_view_are_said_on_the_map(call: Call) -> None:
    out = call("map", "--around", "Crimea", "--on", "2016-06-01", "--view", "Ukraine").out

    assert "Territories: Crimea, as Ukraine sees them, 1 June 2016" in re.sub(r"\s+", " ", out)
    assert "Territories as of 1 June 2016." in out


def test_a_group_stands_for_its_members_on_the_day(call: Call) -> None:
    before = call("map", "--of", "NATO", "--on", "2022-01-01", "--around", "Finland").out
    after = call("map", "--of", "NATO", "--on", "2024-01-01", "--around", "Finland").out

    assert before != after
    assert ">NATO<" in after or ">North Atlantic Treaty" in after


def test_a_state_that_is_gone_has_land_on_its_days(call: Call) -> None:
    assert ">Soviet Union<" in call("map", "--of", "SUN", "--on", "1980-01-01").out

    called = call("map", "--of", "SUN", "--on", "2000-01-01")

    assert called.status == 2
    assert "[no-territory]" in called.err


def test_acts_of_a_record_are_drawn_without_an_agreement(call: Call, tmp_path: Path) -> None:
    (tmp_path / "record.yaml").write_text(RECORD, encoding="utf-8")
    called = call("map", "--record", str(tmp_path / "record.yaml"))

    assert called.status == 0, called.err
    assert ">d1<" in called.out
    assert ">Act on record<" in called.out


def test_a_zone_is_drawn_with_what_it_is(call: Call, tmp_path: Path) -> None:
    said = {"range_m": 500000.0, "territory": "RUS"}
    zone = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": said, "geometry": SQUARE}]}
    (tmp_path / "z.geojson").write_text(json.dumps(zone), encoding="utf-8")
    called = call("map", "--zone", str(tmp_path / "z.geojson"))

    assert called.status == 0, called.err
    assert ">Within 500 km of Russia<" in called.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--on", "1939-09-01"), "map-day"),
        (("--on", "2099-01-01"), "map-day"),
        (("--on", "yesterday"), "bad-date"),
        (("--around", "49.9,118.2,300"), "bad-around"),
        (("--around", "200,300,300"), "bad-around"),
        (("--around", "36.8,55.7,0"), "bad-around"),
        (("--around", "Georgia"), "place-ambiguous"),
        (("--around", "Atlantis"), "place-unknown"),
        (("--of", "Rusland"), "unknown-party"),
        (("--view", "Nobody"), "unknown-party"),
        (("--zone", "no-such.geojson"), "geometry-unreadable"),
        (("--format", "png"), "missing-option"),
        (("--format", "pdf"), "unknown-choice"),
        (("agreement.md",), "missing-option"),
        (("--output", "no-such-folder/m.svg"), "cannot-write"),
    ],
)
def test_what_cannot_be_drawn_is_told(words: tuple[str, ...], code: str, call: Call) -> None:
    called = call("map", *words)

    assert (called.status, called.out) == (2, "")
    assert f"[{code}]" in called.err


@pytest.mark.parametrize("name", ["Antarctica", "Nam Cực", "Антарктика"])
def test_a_continent_of_disputed_sectors_is_shown(name: str, call: Call) -> None:
    called = call("map", "--around", name)

    assert (called.status, called.err) == (0, "")
    assert "Antarctica (Queen Maud Land)" in called.out


def test_everything_wrong_is_told_at_once(call: Call) -> None:
    err = call("map", "--on", "1939-09-01", "--view", "Nobody", "--zone", "no-such.geojson").err

    assert {"map-day", "unknown-party", "geometry-unreadable"} <= set(re.findall(r"\[([a-z-]+)\]", err))
