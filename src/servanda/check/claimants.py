"""Whose word on a place decides, though nobody said so in the record: the claimants of areas in which acts lie."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from servanda.check.places import cells_of, the_map
from servanda.norms.condition import ActRange
from servanda.norms.facts import Dispute
from servanda.norms.norm import Agreement
from servanda.norms.term import ON_THE_MAP
from servanda.spatial.ellipsoid.arrays import Floats
from servanda.spatial.land.layer import layer
from servanda.spatial.land.views import claimants, disputes, speakers_on_areas, spoken_of, word, words
from servanda.spatial.territory import geography
from servanda.temporal import day_of
from servanda.vocabulary.territories import DISPUTED_TERRITORIES


def speakers(agreement: Agreement, acts: pa.Table) -> tuple[str, ...]:
    """Claimants that differ on an area in which an act lies, where a norm that reads the act asks whose land it is.

    An act lies there by its coordinates alone, or because the record names such an area as its territory: where it
    says whose else the place is, or who the host is, that stands.
    """
    kinds = _kinds_asked_about(agreement)
    if not kinds or not {"kind", "start_lo", "start_hi"} <= set(acts.column_names):
        return ()
    rows = acts if "act" in kinds else acts.filter(pc.is_in(acts["kind"], pa.array(sorted(kinds), pa.string())))
    rows = rows.filter(pc.is_valid(rows["start_lo"]))
    found: set[str] = set()
    for area, first, last in {*_disputed_stays(rows), *_disputed_names(rows)}:
        found |= _at_odds(area, first, last)
    return tuple(sorted(found))


def _kinds_asked_about(agreement: Agreement) -> frozenset[str]:
    """The kinds of act of which a norm that asks whose land something is speaks at all; 'act' for any."""
    kinds: set[str] = set()
    for norm in agreement.norms:
        for variant in norm.variants:
            if any(isinstance(term, ON_THE_MAP) for term in variant.terms):
                kinds |= variant.reads | {k for t in variant.terms if isinstance(t, ActRange) for k in t.kinds}
    return frozenset(kinds)


def _placed_by_coordinates(acts: pa.Table) -> pa.Array:
    mask = pc.and_(pc.is_valid(acts["lon"]), pc.is_valid(acts["lat"]))
    for column in ("place_in", "area", "host"):
        if column in acts.column_names:
            mask = pc.and_(mask, pc.is_null(acts[column]))
    return mask


def _near_disputes(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Which positions lie in a cell of one degree that a disputed area touches: most records have none."""
    pieces = layer().pieces
    named = disputes().keys() | spoken_of()
    cells = cells_of(frozenset(i for i, piece in enumerate(pieces) if piece.name in named))
    x, y = (np.clip(np.floor(d) + w // 2, 0, w - 1).astype(np.int64) for d, w in ((lon, 360), (lat, 180)))
    near: npt.NDArray[np.bool_] = cells[x, y]
    return near


def _disputed_stays(acts: pa.Table) -> set[tuple[str, date, date]]:
    """The disputed areas in which acts were, each with the stretch of days from their first to their last."""
    if not {"lon", "lat"} <= set(acts.column_names):
        return set()
    rows = acts.filter(_placed_by_coordinates(acts))
    if rows.num_rows:
        rows = rows.filter(pa.array(_near_disputes(rows["lon"].to_numpy(), rows["lat"].to_numpy())))
    first, last = _stays(rows)
    lon, lat = (rows[c].to_numpy() for c in ("lon", "lat"))
    found: set[tuple[str, date, date]] = set()
    rows_of: dict[date, set[int]] = {}
    for i, days in enumerate(zip(first, last, strict=True)):
        for era in days:
            rows_of.setdefault(era, set()).add(i)
    for era, numbers in rows_of.items():
        at = sorted(numbers)
        for i, standing in zip(at, geography().standings(lon[at], lat[at], era), strict=True):
            if standing.area is not None and not standing.certain:
                found.add((standing.area, first[i], last[i]))
    return found


def _disputed_names(acts: pa.Table) -> set[tuple[str, date, date]]:
    """Likewise of acts that are said to have been in a territory that is such an area."""
    found: set[tuple[str, date, date]] = set()
    for column in {"place_in", "host"} & set(acts.column_names):
        rows = acts.filter(pc.is_in(acts[column], pa.array(DISPUTED_TERRITORIES)))
        areas = (DISPUTED_TERRITORIES[code] for code in rows[column].to_pylist())
        found |= set(zip(areas, *_stays(rows), strict=True))
    return found


def _stays(rows: pa.Table) -> tuple[list[date], list[date]]:
    """The stretches of the map in which the acts began and were last."""
    ends = "until_hi" if "until_hi" in rows.column_names else "start_hi"
    last_us = pc.max_element_wise(rows["start_hi"], pc.coalesce(rows[ends], rows["start_hi"]))
    first, last = ([the_map().era(day_of(us, "UTC")) for us in c.to_pylist()] for c in (rows["start_lo"], last_us))
    return first, last


def _at_odds(area: str, first: date, last: date) -> set[str]:
    """The claimants whose words, on one of the days, give all of the area to different States."""
    found: set[str] = set()
    for day in {first, *(w.since for w in words(area) if first < w.since <= last)}:
        said = {who: word(area, who, day) for who in claimants(area, day)}
        given = {who: w.holders for who, w in said.items() if w is not None and w.decides and w.holders}
        if len(set(given.values())) > 1:
            found |= set(given)
    return found


def words_apart(lon: float, lat: float, on: date, accounts: Iterable[str | None]) -> Dispute | None:
    """The area at the point that one of the accounts gives to another, and what its claimants among them say of it.

    On the days on which the quarrel began an account may say otherwise before the area counts as disputed.
    """
    views = sorted({account for account in accounts if account in speakers_on_areas() and account is not None})
    standings = (the_map(view).standing(lon, lat, on) for view in views)
    area = next((standing.area for standing in standings if standing.area is not None), None)
    if area is None:
        return None
    claiming = {code for piece in layer().pieces if piece.name == area for code in piece.holders}
    said = [(view, word(area, view, on)) for view in views if view in claiming]
    return Dispute(area, tuple((who, w.says, w.since) for who, w in said if w is not None))
