"""What a political map shows of a day and a view: whose each piece is, which lines are borders, what carries a name.

Nothing is decided here: `tenure.py` tells whose a piece is, and what it leaves open is hatched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property

from servanda.messages import Lang
from servanda.spatial.land.layer import Piece, layer
from servanda.spatial.land.names import sea_name
from servanda.spatial.land.tenure import Tenure, tenure
from servanda.spatial.land.topology import topology
from servanda.spatial.land.views import area_name

TINTS = 6


class Line(StrEnum):
    """What a line of the map is."""

    COAST = "coast"
    BORDER = "border"
    DISPUTED = "contested"
    NONE = "none"  # between two pieces of one State, or a seam of the sheet


@dataclass(frozen=True)
class Lot:
    """What belongs together on the map: the land of a State, of a dependency, or one disputed area.

    `holders`: whose it is, or who claims it. `open`: the map gives it to nobody.
    """

    key: str
    holders: tuple[str, ...]
    dependency: str | None = None
    area: str | None = None
    open: bool = False


@dataclass(frozen=True)
class Atlas:
    """The map as of a day in a view. `on`: None, the last day known."""

    on: date | None
    view: str | None
    lots: Mapping[int, Lot]  # by number of the piece; seas have none
    lines: tuple[Line, ...]  # by number of the arc
    missing: str | None

    @cached_property
    def tints(self) -> Mapping[str, int]:
        """A number below `TINTS` for each State, so that neighbours differ."""
        return _tinted(self)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Who holds or claims something."""
        return frozenset(code for lot in self.lots.values() for code in (*lot.holders, lot.dependency or ""))

    def pieces_of(self, codes: Iterable[str]) -> frozenset[int]:
        """The pieces that the map gives to these States, or to these dependencies."""
        wanted = frozenset(codes)
        return frozenset(
            n
            for n, lot in self.lots.items()
            if not lot.open and wanted.intersection((*lot.holders, lot.dependency or ""))
        )


@dataclass(frozen=True)
class Names:
    """How things are called on a map in one language; `states` by code, which the floors above know."""

    lang: str
    states: Mapping[str, str]

    def of(self, lot: Lot, piece: Piece) -> str:
        """The name of a lot; `piece` is one of its pieces."""
        if lot.area is not None:
            return area_name(lot.area, self.lang)
        if lot.dependency is not None:
            return self.states.get(lot.dependency) or self.piece(piece)
        told = [self.states.get(code, "") for code in lot.holders]
        return " / ".join(told) if told and all(told) else self.piece(piece)

    def piece(self, piece: Piece) -> str:
        """What the layer itself calls a piece."""
        return piece.vi if self.lang == "vi" and piece.vi else piece.name

    def sea(self, piece: Piece) -> str:
        """The name of a sea; several where several are in use."""
        return sea_name(piece.name, self.lang)


def plain_names(lang: Lang) -> Names:
    """The names that the layer itself has."""
    return Names(lang, {})


@cache
def atlas(on: date | None = None, view: str | None = None) -> Atlas:
    """The map as of the day, in the view of a State."""
    held = tenure(on, view)
    unseen = tenure(on, None)
    lots = {n: _lot(n, held) for n, piece in enumerate(layer().pieces) if piece.kind != "sea"}
    contested = frozenset(n for n in lots if not unseen.holdings[n].plain)
    lines = tuple(
        Line.NONE if seam else _line(sides, lots, contested)
        for sides, seam in zip(topology().sides, topology().seam, strict=True)
    )
    return Atlas(on, view, lots, lines, held.missing)


def _lot(number: int, held: Tenure) -> Lot:
    piece, holding = layer().pieces[number], held.holdings[number]
    if holding.plain:
        dependency = piece.dependency if piece.dependency not in holding.holders else None
        # A territory whose State was another then keeps its own name only while it is a dependency.
        if dependency is not None and piece.holders == holding.holders:
            return Lot(f"{dependency} {'|'.join(holding.holders)}", holding.holders, dependency)
        return Lot("|".join(holding.holders), holding.holders)
    if piece.kind == "area":
        decided = holding.certain  # a view may say: nobody's
        return Lot(f"area {piece.name}", holding.holders, area=piece.name, open=not decided)
    return Lot(f"open {piece.id}", holding.holders, open=True)


def _line(sides: tuple[int, ...], lots: Mapping[int, Lot], contested: frozenset[int]) -> Line:
    if len(sides) == 1:
        return Line.COAST
    one, other = (lots[n] for n in sides)
    touching = [n in contested for n in sides]
    if one.holders == other.holders and not one.open and not other.open:
        return Line.NONE if all(touching) or not any(touching) else Line.DISPUTED
    return Line.DISPUTED if any(touching) else Line.BORDER


def _tinted(whole: Atlas) -> dict[str, int]:
    """Greedily, those with the most neighbours first. A State keeps the tint that it has on the map of today."""
    beside: dict[str, set[str]] = {}
    for sides in topology().sides:
        keys = {"|".join(whole.lots[n].holders) for n in sides}
        for key in keys:
            beside.setdefault(key, set()).update(keys - {key})
    today = {} if whole is atlas() else atlas().tints
    tints = {key: today[key] for key in beside if key in today}
    for key in sorted(beside.keys() - tints.keys(), key=lambda k: (-len(beside[k]), k)):
        taken = {tints[other] for other in beside[key] if other in tints}
        used = [sum(t == tint for t in tints.values()) for tint in range(TINTS)]
        tints[key] = min((t for t in range(TINTS) if t not in taken), key=lambda t: (used[t], t), default=0)
    return tints
