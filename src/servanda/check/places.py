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

from servanda.norms.facts import Dispute, Lots, Places
from servanda.norms.norm import Agreement
from servanda.norms.sharing import Asked
from servanda.norms.term import ON_THE_MAP, Outline, Region, TerritoryOf
from servanda.spatial.borders import borders_m
from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths
from servanda.spatial.files.geometry import shape_of
from servanda.spatial.land.layer import layer
from servanda.spatial.land.rough import samples
from servanda.spatial.land.tenure import KNOWN_FROM, KNOWN_UNTIL, Tenure, spells, tenure
from servanda.spatial.land.views import (
    UNDETERMINED,
    claimants,
    disputes,
    others,
    speakers_on_areas,
    spoken_of,
    word,
    words,
)
from servanda.spatial.territory import MARGIN_M, Geography, Standing, geography
from servanda.vocabulary.party import parties
from servanda.vocabulary.territories import DISPUTED_TERRITORIES, OVERSEAS

Metres = tuple[float, float] | None
Measure = Callable[[Floats, Floats], tuple[Floats, Floats]]
Contains = Callable[[Floats, Floats], tuple[Truths, Truths]]
_kept = cache  # of one map a view, which lives as long as the process
FEW = 64  # so many points are asked one by one, each answer kept; more are cheaper together


class Map(Places):
    """The package's map in one view; read when it is first asked, each answer kept."""

    def __init__(self, view: str | None = None) -> None:
        self.view = view

    @cached_property
    def _map(self) -> Geography:
        return geography(self.view)

    @cached_property
    def _changes(self) -> tuple[date, ...]:
        said = {day for area in disputes().keys() | spoken_of() for day in _days_of(area, self.view)}
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

    @_kept
    def changes_of(self, codes: frozenset[str], first: date, last: date) -> tuple[date, ...]:
        """The changes between the days that touch the land of one of the States, or what the map knows at all.

        What a view says of its own is counted whole: it is little.
        """
        days = self.changes_between(first, last)
        if self.view is not None:
            own = set(days) & _spoken_on(self.view)
            return tuple(sorted(own | set(the_map().changes_of(codes, first, last))))
        return tuple(day for day in days if self._touched(day) is None or codes & (self._touched(day) or frozenset()))

    @_kept
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

    @_kept
    def _apart(self, era: date) -> Truths:
        """The cells that hold land of which this view says otherwise than nobody's."""
        pairs = zip(tenure(era, self.view).holdings, tenure(era).holdings, strict=True)
        return cells_of(frozenset(i for i, (mine, others) in enumerate(pairs) if mine != others))

    @_kept
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

    @_kept
    def _changed(self, day: date) -> Truths:
        """The cells that hold land that is another's from that day on; all of them where the map knows another lot."""
        before, after = self._held(self.era(day - timedelta(days=1))), self._held(day)
        if before.missing is not None or after.missing is not None:
            return np.ones((360, 180), dtype=bool)
        pairs = zip(before.holdings, after.holdings, strict=True)
        return cells_of(frozenset(i for i, (one, other) in enumerate(pairs) if one is not other and one != other))

    def lots_at(self, lon: float, lat: float, on: date) -> Lots | None:
        """What the point may be; None where the map cannot say."""
        return self._lots(lon, lat, self._local_era(_cell(lon, 360), _cell(lat, 180), self.era(on)))

    @_kept
    def _lots(self, lon: float, lat: float, era: date) -> Lots | None:
        if self.view is not None and not self._apart(era)[_cell(lon, 360), _cell(lat, 180)]:
            return the_map().lots_at(lon, lat, era)
        return _with_parts(self._map.lots_at(lon, lat, era), lon, lat)

    def lots_of(self, lon: Sequence[float], lat: Sequence[float], on: date) -> Sequence[Lots | None]:
        """`lots_at` of many points; of a few, what was asked before is not worked out again."""
        if len(lon) <= FEW:
            return [self.lots_at(x, y, on) for x, y in zip(*_lists(lon, lat), strict=True)]
        found = self._map.lots(np.asarray(lon), np.asarray(lat), self.era(on))
        for i in np.flatnonzero(_overseas(np.asarray(lon), np.asarray(lat))).tolist():
            found[i] = _with_parts(found[i], float(lon[i]), float(lat[i]))
        return found

    def linked(self) -> frozenset[str]:
        """The dependencies, and the States that have or had any."""
        return _linked()

    def named(self, code: str, on: date) -> Lots:
        """What a place may be that is said to be the State's or the dependency's; with a dependency goes its State."""
        return self._named(code, self.era(on))

    @_kept
    def _named(self, code: str, era: date) -> Lots:
        if code not in _linked():
            return frozenset({frozenset({code})})
        if (state := _PARTS.get(code)) is not None:
            return frozenset({frozenset({state, code})})
        area = DISPUTED_TERRITORIES.get(code)
        found = self._map.named(code, era) if area is None else self._map.area(area, era)
        if found is None or (_is_territory(code) and found == {frozenset({code})}):
            # Nobody knows whose else it is: that of anybody who has dependencies.
            return frozenset(frozenset({code, other}) for other in (code, *_linked()) if not _is_territory(other))
        parts = {frozenset({code, part}) for part, state in _PARTS.items() if state == code}
        return frozenset(lot | {code} for lot in found | parts)

    @_kept
    def _held(self, era: date) -> Tenure:
        return tenure(era, self.view)

    def distance_m(self, lon: float, lat: float, code: str, on: date) -> Metres:
        """Least and greatest distance to the State's territory."""
        return self._distance_m(lon, lat, code, self.era(on))

    @_kept
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

    @_kept
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

    @_kept
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
        if len(lon) <= FEW:
            return [self.distance_m(x, y, code, on) for x, y in zip(*_lists(lon, lat), strict=True)]
        era = self.era(on)
        if self._held(era).missing is None and code not in self._held(era).codes:
            return [None] * len(lon)
        return _pairs(self._map.distances_m(np.asarray(lon), np.asarray(lat), code, era))

    def border_m(self, lon: float, lat: float, code: str, on: date) -> Metres:
        """Least and greatest distance to the State's borders on land."""
        return self._border_m(lon, lat, code, self.era(on))

    @_kept
    def _border_m(self, lon: float, lat: float, code: str, era: date) -> Metres:
        return self._borders_m([lon], [lat], code, era)[0]

    def borders_m(self, lon: Sequence[float], lat: Sequence[float], code: str, on: date) -> Sequence[Metres]:
        """`border_m` of many points."""
        if len(lon) <= FEW:
            return [self.border_m(x, y, code, on) for x, y in zip(*_lists(lon, lat), strict=True)]
        return self._borders_m(lon, lat, code, on)

    def _borders_m(self, lon: Sequence[float], lat: Sequence[float], code: str, on: date) -> Sequence[Metres]:
        era = self.era(on)
        if code not in self._map.codes_on(era):
            return [None] * len(lon)
        return _pairs(borders_m(np.asarray(lon), np.asarray(lat), code, era, self.view))

    def _area(self, region: Region | Outline) -> tuple[Contains, Measure]:
        """Of a sea or of a region that the agreement draws what is inside, and how far it is."""
        match region:
            case Region(name=name):
                return partial(self._map.regions, name), partial(self._map.regions_m, name)
            case Outline(file=file):
                shape = shape_of(Path(file))
                return shape.contains, shape.distance_m

    def inside(self, region: Region | Outline, lon: float, lat: float) -> tuple[bool, bool]:
        """Certainly and possibly inside a sea or a region that the agreement draws."""
        if isinstance(region, Region):
            return self._in_sea(region, lon, lat)
        return self.all_inside(region, [lon], [lat])[0]  # never kept: the file may be another the next time

    @_kept
    def _in_sea(self, sea: Region, lon: float, lat: float) -> tuple[bool, bool]:
        return self.all_inside(sea, [lon], [lat])[0]

    def all_inside(
        self, region: Region | Outline, lon: Sequence[float], lat: Sequence[float]
    ) -> Sequence[tuple[bool, bool]]:
        """`inside` of many points."""
        certainly, possibly = self._area(region)[0](np.asarray(lon), np.asarray(lat))
        return list(zip(certainly.tolist(), possibly.tolist(), strict=True))

    def region_m(self, region: Region | Outline, lon: float, lat: float) -> tuple[float, float]:
        """Least and greatest distance to a sea or to a region that the agreement draws."""
        return self._region_m(region, lon, lat)

    @_kept
    def _region_m(self, region: Region | Outline, lon: float, lat: float) -> tuple[float, float]:
        return self.regions_m(region, [lon], [lat])[0]

    def regions_m(
        self, region: Region | Outline, lon: Sequence[float], lat: Sequence[float]
    ) -> Sequence[tuple[float, float]]:
        """`region_m` of many points."""
        return list(zip(*_halves(self._area(region)[1](np.asarray(lon), np.asarray(lat))), strict=True))

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


def _halves(found: tuple[Floats, Floats]) -> tuple[list[float], list[float]]:
    return found[0].tolist(), found[1].tolist()


@cache
def _distances() -> Distances:
    return Distances()


# Land with a code of its own that the map draws as a part of its State.
_PARTS = {part.code: part.state for part in OVERSEAS} | {"SJM": "NOR"}


@cache
def _linked() -> frozenset[str]:
    pieces = [piece for piece in layer().pieces if piece.dependency is not None]
    parts = {piece.dependency for piece in pieces if piece.dependency is not None}
    rows = [row for piece in pieces for row in spells().get(piece.id, ())]
    assert not any(row.holder.startswith("=") for row in rows), "a dependency that follows another piece"
    held = {code for piece in pieces for code in piece.holders} | {
        c for row in rows for c in row.holder.split("|") if c
    }
    claiming = {w.speaker for area in DISPUTED_TERRITORIES.values() for w in words(area) if w.speaker in w.holders}
    territories = {code for code in parties().by_code if _is_territory(code)}
    return frozenset(parts | held | claiming | territories | {*_PARTS, *_PARTS.values()})


def _is_territory(code: str) -> bool:
    known = parties().by_code.get(code)
    return known is not None and known.kind == "territory"


def _with_parts(lots: Lots | None, lon: float, lat: float) -> Lots | None:
    """With the code of the part of a State overseas in whose box the place lies."""
    for part in OVERSEAS if lots else ():
        if part.west <= lon <= part.east and part.south <= lat <= part.north:
            lots = frozenset(lot | {part.code} if part.state in lot else lot for lot in lots or ())
    return lots


def _overseas(lon: Floats, lat: Floats) -> Truths:
    inside = [(p.west <= lon) & (lon <= p.east) & (p.south <= lat) & (lat <= p.north) for p in OVERSEAS]
    overseas: Truths = np.logical_or.reduce(inside)
    return overseas


def _lists(lon: Sequence[float], lat: Sequence[float]) -> tuple[list[float], list[float]]:
    return np.asarray(lon).tolist(), np.asarray(lat).tolist()


def _pairs(found: tuple[Floats, Floats]) -> list[Metres]:
    return list(zip(*_halves(found), strict=True))


@cache
def the_map(view: str | None = None) -> Map:
    """The one map of a view; an account that has said nothing of any disputed area sees what nobody disputes."""
    return Map(view) if view is None or view in speakers_on_areas() else the_map()


@cache
def asked(map_: Map) -> Asked:
    """The map, noting what it is asked, so that accounts to which it says the same need not ask again."""
    return Asked(map_)


@cache
def _spoken_on(view: str) -> frozenset[date]:
    """The days from which the view's own words hold, or no longer do."""
    said = (w for area in spoken_of() for w in words(area) if w.speaker == view)
    return frozenset(day for w in said for day in (w.since, w.until) if day is not None)


def _days_of(area: str, view: str | None) -> Iterator[date]:
    """The days on which the area may become another's in the view: it, or a claimant, says otherwise than before."""
    said = words(area)
    claiming = {w.speaker for w in said if w.speaker in w.holders or w.says == UNDETERMINED}
    days = [day for w in said if w.speaker in claiming | {view} for day in (w.since, w.until)]
    if (dispute := disputes().get(area)) is not None:
        days += [dispute.begins, dispute.settled]
    yield from (day for day in days if day is not None)
    yield from _others_from(area)


@cache
def _others_from(area: str) -> tuple[date, ...]:
    """The days from which somebody begins, or ceases, to say that the area is none of its claimants'."""
    days = {day for w in words(area) for day in (w.since, w.until) if day is not None}
    return tuple(day for day in sorted(days) if others(area, day) != others(area, day - timedelta(days=1)))


def _cell(degrees: float, whole: int) -> int:
    return min(max(floor(degrees) + whole // 2, 0), whole - 1)


@cache
def cells_of(pieces: frozenset[int]) -> Truths:
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


# ---- what an agreement asks of it


def asks_the_map(agreement: Agreement) -> bool:
    """Whether a norm asks whose land something is, or how far from it."""
    return any(isinstance(t, ON_THE_MAP) for norm in agreement.norms for v in norm.variants for t in v.terms)


def territory_of(agreement: Agreement) -> str:
    """How far territory reaches where a norm speaks of territory: as the terms say, or by default; else empty."""
    parts = (t for norm in agreement.norms for v in norm.variants for t in v.terms if isinstance(t, TerritoryOf))
    if not any(part.part == "territory" for part in parts):
        return ""
    return agreement.territory or "land"
