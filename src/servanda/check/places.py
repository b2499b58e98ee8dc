"""The geography as conditions ask for it: the package's map, in nobody's view and in that of each account.

In the undisputed reading a disputed area is nobody's. In the world of an account that has said whose it is, its word
decides from the day on which it said so; an account that has said nothing of it sees what nobody disputes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache, cached_property, partial
from math import floor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from servanda.norms.condition import ActRange
from servanda.norms.facts import Dispute, Places
from servanda.norms.norm import Agreement
from servanda.norms.sharing import Asked
from servanda.norms.term import ON_THE_MAP, Outline, Region, TerritoryOf
from servanda.spatial.borders import borders_m
from servanda.spatial.ellipsoid.geodesic import Floats
from servanda.spatial.ellipsoid.segment import Ints
from servanda.spatial.land.layer import layer
from servanda.spatial.land.rough import samples
from servanda.spatial.land.tenure import KNOWN_FROM, KNOWN_UNTIL, Tenure, spells, tenure
from servanda.spatial.land.views import UNDETERMINED, claimants, disputes, word, words
from servanda.spatial.territory import MARGIN_M, Geography, Standing, geography
from servanda.temporal import day_of

Codes = tuple[tuple[str, ...], bool] | None
Metres = tuple[float, float] | None


class Map(Places):
    """The package's map in one view; read when it is first asked, each answer kept."""

    def __init__(self, view: str | None = None) -> None:
        self.view = view

    @cached_property
    def _map(self) -> Geography:
        return geography(self.view)

    @cached_property
    def _changes(self) -> tuple[date, ...]:
        said = {day for area in disputes() for day in _days_of(area, self.view)}
        held = {day for rows in spells().values() for row in rows for day in (row.start, row.until)}
        within = {day for day in held | said if KNOWN_FROM < day <= KNOWN_UNTIL}
        return tuple(sorted({KNOWN_FROM, *within, KNOWN_UNTIL + timedelta(days=1)}))

    def changes(self) -> tuple[date, ...]:
        """The days from which some land may be another's in this view, the map's first, and that after its last."""
        return self._changes

    def era(self, on: date) -> date:
        """The first day of the stretch in which nothing changes: one answer serves all of it."""
        began = bisect_right(self._changes, on)
        return self._changes[began - 1] if began else date.min

    @cache  # noqa: B019 - there is one map a view, and it lives as long as the process
    def changes_of(self, codes: frozenset[str], first: date, last: date) -> tuple[date, ...]:
        """The changes between the days that touch the land of one of the States, or what the map knows at all.

        What a view says of its own is counted whole: it is little.
        """
        days = self.changes_between(first, last)
        if self.view is not None:
            own = set(days) & _spoken_on(self.view)
            return tuple(sorted(own | set(the_map().changes_of(codes, first, last))))
        return tuple(day for day in days if self._touched(day) is None or codes & (self._touched(day) or frozenset()))

    @cache  # noqa: B019 - as above
    def _touched(self, day: date) -> frozenset[str] | None:
        """Whose land is another's from that day on; None where what the map knows changes."""
        before, after = self._held(self.era(day - timedelta(days=1))), self._held(day)
        if before.missing != after.missing or before.missing is not None:
            return None
        found: set[str] = set()
        for one, other in zip(before.holdings, after.holdings, strict=True):
            if one is not other and one != other:
                if one.missing is not None or other.missing is not None:
                    return None
                found |= {*one.holders, *other.holders}
        return frozenset(found)

    @cache  # noqa: B019 - as above
    def _apart(self, era: date) -> npt.NDArray[np.bool_]:
        """The cells that hold land of which this view says otherwise than nobody's."""
        pairs = zip(tenure(era, self.view).holdings, tenure(era).holdings, strict=True)
        return cells_of(frozenset(i for i, (mine, others) in enumerate(pairs) if mine != others))

    @cache  # noqa: B019 - as above
    def _standing(self, lon: float, lat: float, era: date) -> Standing:
        if self.view is not None and not self._apart(era)[_cell(lon, 360), _cell(lat, 180)]:
            return the_map().standing(lon, lat, era)
        return self._map.standing(lon, lat, era)

    def standing(self, lon: float, lat: float, on: date) -> Standing:
        """Whose land the point is."""
        return self._standing(lon, lat, self._local_era(_cell(lon, 360), _cell(lat, 180), self.era(on)))

    def _local_era(self, x: int, y: int, era: date) -> date:
        """A stretch asked about before since which no land in the cell, or half a degree beside, is another's."""
        eras = self._eras_of_cells.setdefault((x, y), {})
        if era not in eras:
            earlier = max((one for one in eras if one < era), default=None)
            days = () if earlier is None else self.changes_between(earlier, era)
            alike = earlier is not None and not any(self._changed(day)[x, y] for day in days)
            eras[era] = eras[earlier] if earlier is not None and alike else era
        return eras[era]

    @cached_property
    def _eras_of_cells(self) -> dict[tuple[int, int], dict[date, date]]:
        return {}

    @cache  # noqa: B019 - as above
    def _changed(self, day: date) -> npt.NDArray[np.bool_]:
        """The cells that hold land that is another's from that day on; all of them where the map knows another lot."""
        before, after = self._held(self.era(day - timedelta(days=1))), self._held(day)
        if before.missing is not None or after.missing is not None:
            return np.ones((360, 180), dtype=bool)
        pairs = zip(before.holdings, after.holdings, strict=True)
        return cells_of(frozenset(i for i, (one, other) in enumerate(pairs) if one is not other and one != other))

    def codes_at(self, lon: float, lat: float, on: date) -> Codes:
        """The States to which the point may belong, and whether that is certain; None where the map cannot say."""
        return _codes(self.standing(lon, lat, on))

    def codes_of(self, lon: Sequence[float], lat: Sequence[float], on: date) -> Sequence[Codes]:
        """`codes_at` of many points."""
        return [_codes(one) for one in self._map.standings(np.asarray(lon), np.asarray(lat), self.era(on))]

    @cache  # noqa: B019 - as above
    def _held(self, era: date) -> Tenure:
        return tenure(era, self.view)

    def distance_m(self, lon: float, lat: float, code: str, on: date) -> Metres:
        """Least and greatest distance to the State's territory."""
        return self._distance_m(lon, lat, code, self.era(on))

    @cache  # noqa: B019 - as above
    def _land_era(self, code: str, era: date) -> date:
        """The first stretch asked about in which the State has the same land."""
        held = self._held(era)
        try:
            land = held.pieces_of(code) if held.missing is None else ()
        except KeyError:
            land = ()
        return self._eras.setdefault((code, held.missing, *(pieces.tobytes() for pieces in land)), era)

    @cached_property
    def _eras(self) -> dict[tuple[object, ...], date]:
        return {}

    @cache  # noqa: B019 - as above
    def _distance_m(self, lon: float, lat: float, code: str, era: date) -> Metres:
        held = self._held(era)
        if held.missing is not None:
            return 0.0, float("inf")
        try:
            land = held.pieces_of(code)
        except KeyError:
            return None
        if self.view is not None and not self._apart(era)[_cell(lon, 360), _cell(lat, 180)]:
            # On the land itself, or at its line, only what lies beside matters, and there this view says nothing else.
            there = the_map()._distance_m(lon, lat, code, era)
            if there is not None and there[0] == 0:
                return there
        return _distances().to(lon, lat, land, held, partial(self._map.distances_m, code=code, on=era))

    def rough_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float]:
        """Bounds of `distance_m`, at once."""
        return self._rough_m(lon, lat, code, self._land_era(code, self.era(on)))

    @cache  # noqa: B019 - as above
    def _rough_m(self, lon: float, lat: float, code: str, era: date) -> tuple[float, float]:
        held = self._held(era)
        try:
            land = held.pieces_of(code)
        except KeyError:
            return 0.0, float("inf")
        if held.missing is not None:
            return 0.0, float("inf")
        return _rough(lon, lat, *(pieces.tobytes() for pieces in land))

    def distances_m(self, lon: Sequence[float], lat: Sequence[float], code: str, on: date) -> Sequence[Metres]:
        """`distance_m` of many points."""
        era = self.era(on)
        if self._held(era).missing is None and code not in self._held(era).codes:
            return [None] * len(lon)
        return _pairs(self._map.distances_m(np.asarray(lon), np.asarray(lat), code, era))

    def border_m(self, lon: float, lat: float, code: str, on: date) -> Metres:
        """Least and greatest distance to the State's borders on land."""
        return self._border_m(lon, lat, code, self.era(on))

    @cache  # noqa: B019 - as above
    def _border_m(self, lon: float, lat: float, code: str, era: date) -> Metres:
        return self.borders_m([lon], [lat], code, era)[0]

    def borders_m(self, lon: Sequence[float], lat: Sequence[float], code: str, on: date) -> Sequence[Metres]:
        """`border_m` of many points."""
        era = self.era(on)
        if code not in self._map.codes_on(era):
            return [None] * len(lon)
        return _pairs(borders_m(np.asarray(lon), np.asarray(lat), code, era, self.view))

    def inside(self, region: Region | Outline, lon: float, lat: float) -> tuple[bool, bool]:
        """Certainly and possibly inside a sea or a region that the agreement draws."""
        return self.all_inside(region, [lon], [lat])[0]

    def all_inside(
        self, region: Region | Outline, lon: Sequence[float], lat: Sequence[float]
    ) -> Sequence[tuple[bool, bool]]:
        """`inside` of many points."""
        if len(lon) == 1 and isinstance(region, Region):
            return [self._in_sea(region.name, lon[0], lat[0])]
        x, y = np.asarray(lon), np.asarray(lat)
        match region:
            case Region(name=name):
                found = self._map.regions(name, x, y)
            case Outline(file=file):
                found = self._map.in_geometries(Path(file), x, y)
        return list(zip(*(half.tolist() for half in found), strict=True))

    @cache  # noqa: B019 - as above
    def _in_sea(self, name: str, lon: float, lat: float) -> tuple[bool, bool]:
        return self._map.region(name, lon, lat)

    def dispute(self, lon: float, lat: float, on: date) -> Dispute | None:
        """The disputed area in which the point lies, and what its claimants say of it on the day."""
        standing = self.standing(lon, lat, on)
        if standing.certain or standing.area is None:
            return None
        said = [(who, word(standing.area, who, on)) for who in claimants(standing.area, on)]
        return Dispute(standing.area, tuple((who, w.says, w.since) for who, w in said if w is not None))


@cache
def _rough(lon: float, lat: float, own: bytes, claimed: bytes) -> tuple[float, float]:
    """Bounds of the distance to a State's land, margins included; none where the position may lie on it."""
    mine, theirs = (np.frombuffer(pieces, dtype=np.int64) for pieces in (own, claimed))
    every = np.concatenate([mine, theirs])
    at = samples().at(lon, lat)
    if at and at <= frozenset(mine.tolist()):
        return 0.0, samples().widest_m(MARGIN_M)  # if the line were wrong, it would be by no more
    if at & frozenset(every.tolist()):
        return 0.0, float("inf")
    margin = samples().margin_m(every, MARGIN_M)
    least, _ = samples().bounds_m(lon, lat, every)
    _, greatest = samples().bounds_m(lon, lat, mine)
    # Off the land as drawn one is some way from it: no reach that may be nothing gets there for certain.
    return max(0.001, least - margin), greatest + margin


class Distances:
    """Distances to land, by the pieces of land: views and days on which a State has the same land share them."""

    def __init__(self) -> None:
        self._known: dict[tuple[float, float, bytes, bytes, int], tuple[float, float]] = {}

    def to(
        self, lon: float, lat: float, land: tuple[Ints, Ints], held: Tenure, measure: Measure
    ) -> tuple[float, float]:
        """Least and greatest distance from the position to a State's own and claimed land, as all land is held."""
        own, claimed = (pieces.tobytes() for pieces in land)
        found = self._known.get((lon, lat, own, claimed, 0)) or self._known.get((lon, lat, own, claimed, id(held)))
        if found is None:
            ((least,), (greatest,)) = _halves(measure(np.array([lon]), np.array([lat])))
            found = least, greatest
            # On the land itself it matters whose the land beside it is; elsewhere it does not.
            self._known[lon, lat, own, claimed, 0 if least > 0 else id(held)] = found
        return found


Measure = Callable[[Floats, Floats], tuple[Floats, Floats]]


def _halves(found: tuple[Floats, Floats]) -> tuple[list[float], list[float]]:
    return found[0].tolist(), found[1].tolist()


@cache
def _distances() -> Distances:
    return Distances()


def _codes(standing: Standing) -> Codes:
    """The holders, and the dependency that the land is: Greenland is Denmark's, and Greenland's."""
    if standing.missing is not None:
        return None
    return (*standing.codes, *standing.dependencies), standing.certain and not standing.mixed


def _pairs(found: tuple[Floats, Floats]) -> list[Metres]:
    return list(zip(*_halves(found), strict=True))


@cache
def the_map(view: str | None = None) -> Map:
    """The one map of a view; an account that has said nothing of any disputed area sees what nobody disputes."""
    return Map(view) if view is None or view in _speakers() else the_map()


@cache
def asked(map_: Map) -> Asked:
    """The map, noting what it is asked, so that accounts to which it says the same need not ask again."""
    return Asked(map_)


@cache
def _speakers() -> frozenset[str]:
    return frozenset(word.speaker for area in disputes() for word in words(area))


@cache
def _spoken_on(view: str) -> frozenset[date]:
    """The days from which the view's own words hold, or no longer do."""
    said = (w for area in disputes() for w in words(area) if w.speaker == view)
    return frozenset(day for w in said for day in (w.since, w.until) if day is not None)


def _days_of(area: str, view: str | None) -> Iterator[date]:
    """The days on which the area may become another's in the view: it, or a claimant, says otherwise than before."""
    said = words(area)
    claiming = {w.speaker for w in said if w.speaker in w.holders or w.says == UNDETERMINED}
    dispute = disputes()[area]
    days = [day for w in said if w.speaker in claiming | {view} for day in (w.since, w.until)]
    yield from (day for day in (*days, dispute.begins, dispute.settled) if day is not None)


def _cell(degrees: float, whole: int) -> int:
    return min(max(floor(degrees) + whole // 2, 0), whole - 1)


@cache
def cells_of(pieces: frozenset[int]) -> npt.NDArray[np.bool_]:
    """The cells of one degree, by longitude and latitude, in which these pieces lie, or half a degree beside."""
    cells = np.zeros((360, 180), dtype=bool)
    map_ = layer()
    for shape, number in zip(map_.polygons, map_.polygon_piece.tolist(), strict=True):
        if number in pieces:
            west, south, east, north = shape.bounds
            x = slice(_cell(west - 0.5, 360), _cell(east + 0.5, 360) + 1)
            y = slice(_cell(south - 0.5, 180), _cell(north + 0.5, 180) + 1)
            cells[x, y] = True
            # Half a degree beside is much more than the margin, except towards a pole: there the whole parallel is.
            cells[:, y] |= np.array(north > 80 or south < -80)
    return cells


# ---- whose word on a place decides, though nobody said so in the record


def speakers(agreement: Agreement, acts: pa.Table) -> tuple[str, ...]:
    """Claimants that differ on an area in which an act lies, where a norm that reads the act asks whose land it is.

    An act lies there by its coordinates alone: where the record says whose the place is, or who the host is, that
    stands.
    """
    kinds = _kinds_asked_about(agreement)
    wanted = {"kind", "lon", "lat", "start_lo", "start_hi"}
    if not kinds or not wanted <= set(acts.column_names):
        return ()
    rows = acts.filter(_placed_by_coordinates(acts, kinds))
    if not rows.num_rows:
        return ()
    lon, lat = (rows[c].to_numpy() for c in ("lon", "lat"))
    rows = rows.filter(pa.array(_near_disputes(lon, lat)))
    found: set[str] = set()
    for area, first, last in _disputed_stays(rows):
        found |= _at_odds(area, first, last)
    return tuple(sorted(found))


def asks_the_map(agreement: Agreement) -> bool:
    """Whether a norm asks whose land something is, or how far from it."""
    return any(isinstance(t, ON_THE_MAP) for norm in agreement.norms for v in norm.variants for t in v.terms)


def territory_of(agreement: Agreement) -> str:
    """How far territory reaches where a norm speaks of territory: as the terms say, or by default; else empty."""
    parts = (t for norm in agreement.norms for v in norm.variants for t in v.terms if isinstance(t, TerritoryOf))
    if not any(part.part == "territory" for part in parts):
        return ""
    return agreement.territory or "land"


def _kinds_asked_about(agreement: Agreement) -> frozenset[str]:
    """The kinds of act of which a norm that asks whose land something is speaks at all; 'act' for any."""
    kinds: set[str] = set()
    for norm in agreement.norms:
        for variant in norm.variants:
            if any(isinstance(term, ON_THE_MAP) for term in variant.terms):
                kinds |= variant.reads | {k for t in variant.terms if isinstance(t, ActRange) for k in t.kinds}
    return frozenset(kinds)


def _placed_by_coordinates(acts: pa.Table, kinds: frozenset[str]) -> pa.Array:
    mask = pc.and_(pc.is_valid(acts["lon"]), pc.is_valid(acts["lat"]))
    for column in ("place_in", "area", "host"):
        if column in acts.column_names:
            mask = pc.and_(mask, pc.is_null(acts[column]))
    return mask if "act" in kinds else pc.and_(mask, pc.is_in(acts["kind"], pa.array(sorted(kinds), pa.string())))


def _near_disputes(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Which positions lie in a cell of one degree that a disputed area touches: most records have none."""
    pieces = layer().pieces
    cells = cells_of(frozenset(i for i, piece in enumerate(pieces) if piece.id in disputes()))
    x, y = (np.clip(np.floor(d) + w // 2, 0, w - 1).astype(np.int64) for d, w in ((lon, 360), (lat, 180)))
    near: npt.NDArray[np.bool_] = cells[x, y]
    return near


def _disputed_stays(rows: pa.Table) -> set[tuple[str, date, date]]:
    """The disputed areas in which acts were, each with the stretch of days from their first to their last."""
    ends = "until_hi" if "until_hi" in rows.column_names else "start_hi"
    rows = rows.filter(pc.is_valid(rows["start_lo"]))
    last_us = pc.max_element_wise(rows["start_hi"], pc.coalesce(rows[ends], rows["start_hi"]))
    first, last = ([the_map().era(day_of(us, "UTC")) for us in c.to_pylist()] for c in (rows["start_lo"], last_us))
    lon, lat = (rows[c].to_numpy() for c in ("lon", "lat"))
    found: set[tuple[str, date, date]] = set()
    for eras in (first, last):
        for era in set(eras):
            at = np.flatnonzero(np.array([one == era for one in eras], dtype=bool))
            for i, standing in zip(at.tolist(), geography().standings(lon[at], lat[at], era), strict=True):
                if standing.area is not None and not standing.certain:
                    found.add((standing.area, first[i], last[i]))
    return found


def _at_odds(area: str, first: date, last: date) -> set[str]:
    """The claimants whose words, on one of the days, give all of the area to different States."""
    found: set[str] = set()
    for day in {first, *(w.since for w in words(area) if first < w.since <= last)}:
        said = {who: word(area, who, day) for who in claimants(area, day)}
        given = {who: w.holders for who, w in said.items() if w is not None and w.decides and w.holders}
        if len(set(given.values())) > 1:
            found |= set(given)
    return found
