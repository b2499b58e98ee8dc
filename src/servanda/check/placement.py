"""Where a norm forbids a party to place what it speaks of: the place conditions of its lines, drawn.

What a line asks of the place becomes an area; what it asks of the parties is answered for the party and for each other
party; what it asks of the act itself (a missile, on the ground) is supposed to hold, and listed. Whatever cannot be
drawn is listed too: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Final

import shapely
from shapely import MultiPolygon, Polygon

from servanda.errors import InputError
from servanda.norms import condition as c
from servanda.norms import term as t
from servanda.norms.norm import Agreement, Norm, Prohibits, Variant, walk
from servanda.spatial.area.plate import tidy
from servanda.spatial.files.geometry import shape_of
from servanda.spatial.land.layer import layer
from servanda.spatial.land.names import folded, seas
from servanda.spatial.land.tenure import KNOWN_UNTIL
from servanda.spatial.offset import Zone, circle, strip, territory, zone
from servanda.spatial.territory import MARGIN_M
from servanda.vocabulary.party import known_memberships, parties

_EARTH = MultiPolygon([Polygon([(-180, -90), (180, -90), (180, 90), (-180, 90)])])


class _Undrawn(Enum):
    """A place that is not drawn. What must hold besides cannot be drawn either: the area would come out too large."""

    UNDRAWN = auto()


_UNDRAWN: Final = _Undrawn.UNDRAWN

# Everywhere, nowhere, an area, a place that is not drawn, or nothing that speaks of a place.
Where = MultiPolygon | bool | _Undrawn | None


@dataclass(frozen=True)
class Drawn:
    """Where a condition holds, how far the map may be wrong about it, and the range that was drawn, if any was."""

    where: Where = None
    margin_m: float = MARGIN_M
    range_m: float | None = None

    def __and__(self, other: Drawn) -> Drawn:
        """Where both hold."""
        return _joined(_both(self.where, other.where), (self, other))

    def __invert__(self) -> Drawn:
        """Where it does not hold."""
        return replace(self, where=_not(self.where))


def _joined(where: Where, parts: Sequence[Drawn]) -> Drawn:
    """As uncertain as the worst of its parts; of several ranges the last."""
    ranges = [part.range_m for part in parts if part.range_m is not None]
    return Drawn(where, max(part.margin_m for part in parts), ranges[-1] if ranges else None)


@dataclass(frozen=True)
class Forbidden:
    """One area: under which readings, on whose account (the other parties whose territory draws it), how far the map
    may be wrong about it."""

    readings: tuple[tuple[str, str], ...]
    of: tuple[str, ...]
    polygons: MultiPolygon
    margin_m: float
    range_m: float | None


@dataclass(frozen=True)
class Undrawn:
    """A line that is not drawn, and why: a key of `zone.undrawn` and what it says."""

    text: str
    why: str
    about: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True)
class Placement:
    """The answer: the areas, what is not drawn, what is supposed to hold."""

    areas: tuple[Forbidden, ...]
    undrawn: tuple[Undrawn, ...]
    supposed: tuple[str, ...]


@dataclass
class _Asked:
    """The question, and what has been found on the way."""

    agreement: Agreement
    party: str
    bearer: str
    range_m: float | None
    on: date | None
    view: str | None
    claimed: bool
    undrawn: dict[tuple[str, str], Undrawn] = field(default_factory=dict)
    supposed: dict[str, None] = field(default_factory=dict)
    zones: dict[tuple[tuple[str, ...], float], Zone] = field(default_factory=dict)
    line: str = ""

    @property
    def day(self) -> date:
        """The day of memberships."""
        return self.on or KNOWN_UNTIL

    def not_drawn(self, why: str, **about: str) -> Drawn:
        """Note that something of the line is not drawn."""
        self.undrawn.setdefault((self.line, why), Undrawn(self.line, why, about))
        return Drawn(_UNDRAWN)


def placement(
    agreement: Agreement,
    norm: Norm,
    party: str,
    *,
    range_m: float | None = None,
    on: date | None = None,
    view: str | None = None,
    claimed: bool = False,
) -> Placement:
    """Where `party` may not place what the norm forbids, on a day and in a view.

    `range_m` stands for the range of what is placed, where the norm asks for it. Raises InputError as `zone` does.
    """
    asked = _Asked(agreement, party, "", range_m, on, view, claimed)
    found: dict[tuple[tuple[str, ...], bytes], Forbidden] = {}
    for variant in norm.variants:
        for area in _of_variant(asked, variant):
            name = (area.of, shapely.to_wkb(area.polygons))
            before = found.get(name)
            found[name] = area if before is None else replace(area, readings=_common(before.readings, area.readings))
    return Placement(tuple(found.values()), tuple(asked.undrawn.values()), tuple(asked.supposed))


def _common(one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The choices of readings that do not matter are left out."""
    return tuple(choice for choice in one if choice in other)


def _of_variant(asked: _Asked, variant: Variant) -> Iterator[Forbidden]:
    asked.line = ""
    shape = variant.shape
    if not isinstance(shape, Prohibits):
        asked.not_drawn("shape")
        return
    bearer = variant.bearer.of if variant.bearer is not None else None
    asked.bearer = bearer.text if isinstance(bearer, t.Path) else ""
    if not _addressed(asked, bearer):
        asked.not_drawn("not-addressed", party=asked.party)
        return
    for exception in variant.unless:
        asked.line = exception.text
        asked.not_drawn("exception")
    lines = (*variant.when, *shape.where)
    common = Drawn(True)
    split: tuple[c.Line, c.Quantified] | None = None
    for line in lines:
        condition = line.condition
        if split is None and isinstance(condition, c.Quantified) and _over_parties(condition):
            split = line, condition
            continue
        common &= _line(asked, line, {})
    if split is None:
        if isinstance(common.where, MultiPolygon):
            yield _forbidden(variant, (), common.where, common)
        elif common.where is True and not asked.undrawn:
            asked.line = ", ".join(line.text for line in lines)
            asked.not_drawn("no-place")
        return
    yield from _for_each(asked, variant, common, *split)


def _addressed(asked: _Asked, bearer: t.Path | t.PartyName | c.EveryOf | None) -> bool:
    """Whether the text names the party, or lets others join, and the norm speaks of it; so where nobody can tell."""
    named = _members(asked, asked.agreement.parties)
    if named is not None and asked.party not in named:
        if not any(stage.name == "joining" for stage in asked.agreement.stages):
            return False
        asked.supposed.setdefault(f"{asked.party} has joined")
    match bearer:
        case t.PartyName(code=code):
            return code == asked.party
        case c.EveryOf(of=of):
            among = _members(asked, of)
            return among is None or asked.party in among
    return True


def _over_parties(condition: c.Quantified) -> bool:
    return condition.quantifier == "some" and isinstance(condition.range, c.PartyRange) and condition.where is not None


def _for_each(
    asked: _Asked, variant: Variant, common: Drawn, line: c.Line, condition: c.Quantified
) -> Iterator[Forbidden]:
    """An area for each party that the line may speak of."""
    assert isinstance(condition.range, c.PartyRange) and condition.where is not None
    asked.line = line.text
    for code in _parties(asked, condition.range):
        drawn = common & _where(asked, condition.where, {condition.range.variable: code})
        if isinstance(drawn.where, MultiPolygon) and not drawn.where.is_empty:
            yield _forbidden(variant, (code,), drawn.where, drawn)


def _forbidden(variant: Variant, of: tuple[str, ...], polygons: MultiPolygon, drawn: Drawn) -> Forbidden:
    return Forbidden(tuple(sorted(variant.readings.items())), of, polygons, drawn.margin_m, drawn.range_m)


def _parties(asked: _Asked, over: c.PartyRange) -> list[str]:
    """Everybody whom the text names as a party, on the day: a draft has no other parties."""
    everybody = _members(asked, asked.agreement.parties)
    if everybody is None:
        asked.not_drawn("open-group", name=asked.agreement.parties.name)
        return []
    return sorted(everybody - ({asked.party} if over.other else set()))


def _members(asked: _Asked, group: t.GroupItem) -> frozenset[str] | None:
    match group:
        case t.Listed(codes=codes):
            return codes
        case t.MembersOf(group=name, on=on):
            return known_memberships().members(name, on or asked.day)
        case t.Population(which="State"):
            return frozenset(code for code, party in parties().by_code.items() if party.kind == "state")
        case t.Population():
            return _members(asked, asked.agreement.parties)
        case t.Group(items=items, without=without):
            found = [_members(asked, item) for item in items]
            less = [_members(asked, item) for item in without]
            if None in found or None in less:
                return None
            inside = frozenset().union(*(f for f in found if f is not None))
            return inside.difference(*(f for f in less if f is not None))
        case _:
            return None


# ---- conditions


_PLACES = (c.IsAt, c.Distance)


def _line(asked: _Asked, line: c.Line, named: Mapping[str, str]) -> Drawn:
    asked.line = line.text
    return _where(asked, line.condition, named)


def _where(asked: _Asked, condition: c.Condition, named: Mapping[str, str]) -> Drawn:
    """The area in which the condition holds; None where it does not speak of the place and nobody can answer it."""
    match condition:
        case c.And(parts=parts):
            return reduce(and_, (_where(asked, p, named) for p in parts))
        case c.Or(parts=parts):
            return _any(asked, [_where(asked, p, named) for p in parts])
        case c.Not(part=part):
            return ~_where(asked, part, named)
        case c.IsAt(place=place):
            return _place(asked, place, named)
        case c.Distance(distance=distance, of=of):
            return _near(asked, distance, of, named)
        case c.Is() | c.IsOneOf() | c.IsIn() | c.IsA():
            return Drawn(_of_parties(asked, condition, named))
        case c.Quantified() if any(isinstance(term, _PLACES) for term in walk(condition)):
            return asked.not_drawn("quantified")
        case _:
            return Drawn(_suppose(asked))


def _suppose(asked: _Asked) -> Where:
    asked.supposed.setdefault(asked.line)
    return None


def _both(one: Where, other: Where) -> Where:
    if one is False or other is False:
        return False
    if one is _UNDRAWN or other is _UNDRAWN:
        return _UNDRAWN
    if one is None or one is True:
        return one if other is None else other
    if other is None or other is True:
        return one
    return tidy(shapely.intersection(one, other))


def _any(asked: _Asked, parts: Sequence[Drawn]) -> Drawn:
    return _joined(_either(asked, [part.where for part in parts]), parts)


def _either(asked: _Asked, parts: Sequence[Where]) -> Where:
    if any(p is True for p in parts):
        return True
    areas = [p for p in parts if isinstance(p, MultiPolygon)]
    if areas and any(p is None for p in parts):
        asked.not_drawn("alternative")
    if areas:
        return tidy(shapely.union_all(areas))
    if _UNDRAWN in parts:
        return _UNDRAWN
    return None if any(p is None for p in parts) else False


def _not(where: Where) -> Where:
    match where:
        case None | _Undrawn():
            return where
        case bool():
            return not where
        case _:
            return tidy(shapely.difference(_EARTH, where))


def _of_parties(asked: _Asked, condition: c.Is | c.IsOneOf | c.IsIn | c.IsA, named: Mapping[str, str]) -> Where:
    left = _code(asked, condition.left, named)
    match condition:
        case c.Is(right=right):
            other = _code(asked, right, named)
            return _suppose(asked) if left is None or other is None else left == other
        case c.IsOneOf(among=among):
            others = [_code(asked, o, named) for o in among]
            return _suppose(asked) if left is None or None in others else left in others
        case c.IsIn(group=group):
            members = _members(asked, group)
        case c.IsA(population=population, other=other):
            if left is not None and other and left == asked.party:
                return False
            members = _members(asked, population)
    return _suppose(asked) if left is None or members is None else left in members


def _code(asked: _Asked, operand: t.Operand, named: Mapping[str, str]) -> str | None:
    match operand:
        case t.PartyName(code=code):
            return code
        case t.Path(text=text):
            return asked.party if text == asked.bearer else named.get(text)
        case _:
            return None


# ---- places


def _place(asked: _Asked, place: t.Place, named: Mapping[str, str]) -> Drawn:
    match place:
        case t.TerritoryOf(part=part, of=of):
            land = _land(asked, of, named)
            if land.where is not _UNDRAWN and part not in ("territory", "land territory"):
                return asked.not_drawn("part", part=part)
            return land
        case t.Near(distance=distance, of=of):
            return _near(asked, distance, of, named)
        case t.Region(name=name):
            return _sea(asked, name)
        case t.Outline(file=file) if not (drawn := shape_of(Path(file))).circles:
            return Drawn(tidy(drawn.area), max([MARGIN_M, *(patch.uncertainty_m for patch in drawn.patches)]))
        case t.Beyond(side="north" | "south" as side, degrees=degrees):
            return Drawn(_cap(float(degrees), side))
        case t.OpenRegion(name=name):
            return asked.not_drawn("unset", name=name)
        case t.Combined(operator=operator, parts=parts):
            areas = [~a if negated else a for negated, a in ((n, _place(asked, p, named)) for n, p in parts)]
            return reduce(and_, areas) if operator == "and" else _any(asked, areas)
        case _:
            return asked.not_drawn("place", what=_sort(place))


def _cap(lat: float, side: str) -> MultiPolygon:
    south, north = (lat, 90.0) if side == "north" else (-90.0, lat)
    return MultiPolygon([Polygon([(-180, south), (180, south), (180, north), (-180, north)])])


def _sea(asked: _Asked, name: str) -> Drawn:
    wanted = {sea.en for sea in seas() if folded(name) in {folded(n) for n in sea.names}}
    pieces = [i for i, piece in enumerate(layer().pieces) if piece.kind == "sea" and piece.name in wanted]
    if not pieces:
        return asked.not_drawn("region", name=name)
    return Drawn(tidy(shapely.union_all(layer().polygons_of(pieces))))


def _land(asked: _Asked, of: t.Operand | t.Group, named: Mapping[str, str]) -> Drawn:
    """The land; nowhere where there is none."""
    codes = _codes(asked, of, named)
    if not codes:
        return asked.not_drawn("whose", who=getattr(of, "text", getattr(of, "name", "")))
    try:
        land = territory(codes, on=asked.on, view=asked.view, claimed=asked.claimed)
    except InputError as error:
        return _off_map(asked, error, codes)
    return Drawn(land.shape, land.margin_m)


def _off_map(asked: _Asked, error: InputError, codes: tuple[str, ...]) -> Drawn:
    """A party without land on the map is said, and does not stop the others. Where it has none there is nowhere."""
    if any(d.code != "no-territory" for d in error.diagnostics):
        raise error
    for diagnostic in error.diagnostics:
        asked.not_drawn("no-land", code=str(diagnostic.args.get("code", "|".join(codes))))
    return Drawn(_UNDRAWN if len(codes) > 1 or any(d.case == "claims" for d in error.diagnostics) else False)


def _codes(asked: _Asked, of: t.Operand | t.Group, named: Mapping[str, str]) -> tuple[str, ...]:
    if isinstance(of, t.Group):
        return tuple(sorted(_members(asked, of) or ()))
    code = _code(asked, of, named)
    return () if code is None else (code,)


def _sort(place: t.Place) -> str:
    """What is called so in the text, or the word for it there."""
    match place:
        case t.Region(name=name) | t.Outline(name=name) | t.OpenRegion(name=name):
            return name
        case t.Path(text=text):
            return text
        case t.Beyond(side=side):
            return f"{side} of"
        case t.BorderOf() | t.BorderBetween():
            return "border"
    return "within … of"


def _near(asked: _Asked, distance: t.Amount, of: t.Place, named: Mapping[str, str]) -> Drawn:
    metres = _metres(asked, distance)
    if metres is None:
        return Drawn(_UNDRAWN)
    match of:
        case t.Spot(lon=lon, lat=lat):
            return Drawn(circle(float(lon), float(lat), metres))
        case t.TerritoryOf(part="territory" | "land territory", of=whose):
            codes = _codes(asked, whose, named)
            return asked.not_drawn("whose", who="") if not codes else _zone(asked, codes, metres)
        case t.BorderBetween(first=first, second=second):
            return _strip(asked, _codes(asked, first, named), _codes(asked, second, named), metres)
        case _:
            return asked.not_drawn("place", what=_sort(of))


def _zone(asked: _Asked, codes: tuple[str, ...], metres: float) -> Drawn:
    try:
        if (codes, metres) not in asked.zones:
            made = zone(codes, metres, on=asked.on, view=asked.view, claimed=asked.claimed)
            asked.zones[codes, metres] = made
    except InputError as error:
        return _off_map(asked, error, codes)
    found = asked.zones[codes, metres]
    return Drawn(found.polygons, found.margin_m, metres)


def _strip(asked: _Asked, one: tuple[str, ...], other: tuple[str, ...], metres: float) -> Drawn:
    if not one or not other:
        return asked.not_drawn("whose", who="")
    try:
        found = strip(one, other, metres, on=asked.on, view=asked.view)
    except InputError as error:
        return _off_map(asked, error, (*one, *other))
    return Drawn(found.polygons, found.margin_m, metres)


def _metres(asked: _Asked, amount: t.Amount) -> float | None:
    match amount:
        case t.Quantity(value=value):
            return float(value)
        case t.Parameter(name=name):
            if (given := asked.agreement.parameters.get(name)) is not None:
                return float(given.value)
            asked.not_drawn("unset", name=name)
        case t.Path(text=text):
            if asked.range_m is not None:
                return asked.range_m
            asked.not_drawn("no-range", name=text)
        case _:
            asked.not_drawn("amount")
    return None
