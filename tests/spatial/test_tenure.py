"""The tables of who held what: every row with a source, no two of a piece at once, and nobody before its day."""

from __future__ import annotations

import csv
import itertools
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.spatial.land import views
from servanda.spatial.land.layer import layer
from servanda.spatial.land.outlines import COAST, outlines
from servanda.spatial.land.tenure import KNOWN_FROM, KNOWN_UNTIL, changes, spells, tenure
from servanda.spatial.territory import MARGIN_M
from servanda.vocabulary.party import parties

TABLE = Path(str(resources.files("servanda.data"))) / "geo" / "spells.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
DAYS = st.dates(KNOWN_FROM, KNOWN_UNTIL)
# Recognised by some and not by others, or not all the time that they claimed: they may claim and hold nothing for sure.
CONTESTED = {"ESH", "PSE", "TWN", "XKX", "VDR", "RVN", "AUT", "MNG", "IDN", "GNB", "BIH"}


def test_every_row_has_a_source_a_known_piece_known_holders_and_a_known_status() -> None:
    pieces = {p.id for p in layer().pieces}
    for row in ROWS:
        assert row["piece"] in pieces, row
        assert row["source"][:1].isupper(), row
        assert row["status"] in ("", "joint", "disputed", "unsettled"), row
        whole = row["holder"].removeprefix("=")
        assert whole in pieces if row["holder"].startswith("=") else True
        if not row["holder"].startswith("="):
            assert set(filter(None, row["holder"].split("|"))) <= parties().by_code.keys(), row
        assert bool(row["status"]) or "|" not in row["holder"], row
        assert bool(row["holder"]) or row["status"] == "unsettled", row


def test_of_one_piece_one_row_speaks_at_a_time() -> None:
    for piece, rows in spells().items():
        for one, following in itertools.pairwise(rows):
            assert one.start < one.until <= following.start, piece


def test_more_than_a_hundred_states_became_independent() -> None:
    free = {
        row["piece"]
        for row in ROWS
        if row["until"] and row["piece"] in tenure().codes and row["piece"] not in row["holder"].split("|")
    }

    assert len(free) > 120


def test_nobody_holds_or_claims_anything_before_it_was_a_state_or_after() -> None:
    for day in changes():
        now = tenure(day)
        hold = {code for h in now.holdings if h.certain for code in h.holders}
        claim = {code for h in now.holdings if not h.certain and h.missing is None for code in h.holders}
        assert claim <= hold | CONTESTED, (day, claim - hold)


@settings(max_examples=60, deadline=None)
@given(DAYS, st.sampled_from([None, "RUS", "UKR", "USA", "CHN"]))
def test_between_two_changes_nothing_changes(day: date, view: str | None) -> None:
    first = max(change for change in changes() if change <= day)

    assert tenure(day, view) is tenure(first, view)


@settings(max_examples=60, deadline=None)
@given(DAYS)
def test_every_piece_of_land_has_a_lot_on_every_day(day: date) -> None:
    now = tenure(day)

    assert now.missing is None
    for piece, holding in zip(layer().pieces, now.holdings, strict=True):
        if piece.kind == "land":
            assert holding.holders or holding.missing == "unsettled", piece
        assert not (holding.certain and holding.missing)
        if not holding.certain and holding.missing is None and piece.kind == "land":
            assert holding.holders
    for code in now.codes:
        own, claimed = now.pieces_of(code)
        assert len(own) + len(claimed) > 0
        assert not set(own.tolist()) & set(claimed.tolist())


@settings(max_examples=40, deadline=None)
@given(DAYS, st.sampled_from(["RUS", "UKR", "USA", "CHN", "SRB", "TUR"]))
def test_a_view_moves_nothing_of_which_it_has_no_word(day: date, view: str) -> None:
    plain, seen = tenure(day), tenure(day, view)

    for piece, one, other in zip(layer().pieces, plain.holdings, seen.holdings, strict=True):
        if one != other:
            assert piece.kind == "area" or not one.certain or views.word(piece.name, view, day) is not None


def test_outside_its_days_the_table_says_why_it_says_nothing() -> None:
    assert tenure(KNOWN_FROM - timedelta(days=1)).missing == "before-layer"
    assert tenure(KNOWN_UNTIL + timedelta(days=1)).missing == "after-layer"
    assert tenure(KNOWN_FROM).missing is None
    assert tenure() is tenure(KNOWN_UNTIL)


def test_a_part_shares_the_lot_of_its_whole_where_nothing_else_is_said() -> None:
    numbers = {p.id: i for i, p in enumerate(layer().pieces)}
    today = tenure()

    for part, whole in (("East Germany", "DEU"), ("East Berlin", "DEU"), ("South Yemen", "YEM"), ("Goa", "IND")):
        assert today.holdings[numbers[part]] == today.holdings[numbers[whole]]
    # A line drawn through two States leaves each its own part.
    istria = {p.code: today.holdings[i].holders for i, p in enumerate(layer().pieces) if p.id == "Trieste Zone B"}
    assert istria == {"SVN": ("SVN",), "HRV": ("HRV",)}


def test_the_land_of_the_map_overlaps_nowhere_and_has_common_lines_in_common() -> None:
    land = set(layer().of_kind("land", "area").tolist())
    polygons = [p for p, piece in zip(layer().polygons, layer().polygon_piece.tolist(), strict=True) if piece in land]

    assert shapely.coverage_is_valid(polygons)


def test_a_line_typed_by_hand_lies_between_two_pieces_and_knows_how_wrong_it_may_be() -> None:
    lines = outlines(MARGIN_M)

    assert lines.typed.any()
    assert (lines.margin_m[~lines.typed] == MARGIN_M).all()
    assert (lines.margin_m[lines.typed] != 0).all()
    numbers = {p.id: i for i, p in enumerate(layer().pieces)}
    wall = {numbers["East Berlin"], numbers["West Berlin"]}
    between = [i for i in np.flatnonzero(lines.typed) if {lines.left[i], lines.right[i]} == wall]
    assert lines.margin_m[between].tolist() == [700.0]


@pytest.mark.parametrize(("one", "other"), [("RUS", "UKR"), ("CZE", "SVK"), ("East Germany", "POL"), ("SDN", "SSD")])
def test_neighbours_share_their_border_and_a_coast_has_one_side(one: str, other: str) -> None:
    lines = outlines(MARGIN_M)
    numbers = {p.id: i for i, p in enumerate(layer().pieces)}
    sides = {numbers[one], numbers[other]}

    assert any({a, b} == sides for a, b in zip(lines.left.tolist(), lines.right.tolist(), strict=True))
    assert (lines.left != COAST).all()
