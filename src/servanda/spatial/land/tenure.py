"""Whose each piece of the map was on a day, and in whose view.

`spells.csv` tells who held a piece while it was not its holder of today: `piece, holder, from, until, status, source,
note`, half-open (`until` is the first day out), empty for "always" and "to this day"; the first row that covers the day
speaks. `holder` is a code; several divided by `|`; `=PIECE` for "whoever held that piece on the day"; or nobody.
`status`: empty, the holder's title stands; `joint`, all of them hold it together; `disputed`, the map does not say
whose it is; `unsettled`, it was no State's, or the sources do not say whose.

Of a disputed area `views.py` knows from which day to which it was disputed, who claimed it on the day, and what each
speaker says of it; `spells.csv` comes before that.

Between two days on which some row begins or ends nothing changes, so an answer is computed once for each such stretch.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property

import numpy as np

from servanda.data import parted, table
from servanda.spatial.ellipsoid.arrays import Ints
from servanda.spatial.land import views
from servanda.spatial.land.layer import Piece, layer

# The first and the last day of which the tables claim to know. The map without a day is that of the last.
KNOWN_FROM = date(1945, 1, 1)
KNOWN_UNTIL = date(2025, 12, 31)

BEFORE_LAYER = "before-layer"
AFTER_LAYER = "after-layer"
UNSETTLED = "unsettled"


@dataclass(frozen=True)
class Holding:
    """Whose a piece is: one State, or several together, and `certain`; or claimed by these, and not certain.

    `missing`: why nothing can be said: `before-layer`, `after-layer` (the tables do not reach the day) or `unsettled`
    (no State's, or the sources do not say whose). `others`: claimed by several, it may also be somebody else's, or
    nobody's, as some speaker says.
    """

    holders: tuple[str, ...]
    certain: bool
    missing: str | None = None
    others: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is a State's, or several States' together, and nothing more need be said."""
        return self.certain and bool(self.holders)

    @property
    def possible(self) -> tuple[tuple[str, ...], ...]:
        """Everybody whose it may be, each with those who hold it together; () is an entity without a code, or nobody.

        What one State alone claims is disputed all the same: somebody without a code has it, or nobody.
        """
        if self.certain:
            return (self.holders,)
        alone = tuple((holder,) for holder in self.holders)
        return alone if len(alone) > 1 and not self.others else (*alone, ())


@dataclass(frozen=True)
class Spell:
    """A row of `spells.csv`: what it says holds from `start` up to, not including, `until`."""

    holder: str
    start: date
    until: date
    status: str = ""

    def covers(self, day: date) -> bool:
        """Whether it speaks of the day."""
        return self.start <= day < self.until


@dataclass(frozen=True, eq=False)
class Tenure:
    """Whose each piece of the layer is, by its number, from one change to the next; seas are nobody's.

    `missing`: why nothing is known of the day at all, or None.
    """

    holdings: tuple[Holding, ...]
    missing: str | None = None

    @property
    def certain(self) -> tuple[bool, ...]:
        """Of each piece whether it is its holders'."""
        return tuple(h.certain for h in self.holdings)

    @property
    def codes(self) -> frozenset[str]:
        """The States that hold or claim something, and the dependencies that have a code of their own."""
        return frozenset(self._pieces)

    def pieces_of(self, code: str) -> tuple[Ints, Ints]:
        """The numbers of the pieces that are certainly the State's, and of those it only claims. Raises KeyError."""
        return self._pieces[code]

    @cached_property
    def _pieces(self) -> dict[str, tuple[Ints, Ints]]:
        own: dict[str, list[int]] = {}
        claimed: dict[str, list[int]] = {}
        if self.missing is None:
            for number, (piece, holding) in enumerate(zip(layer().pieces, self.holdings, strict=True)):
                own_name = [piece.dependency] if piece.dependency is not None else []
                for code in {*holding.holders, *own_name}:
                    (own if holding.certain else claimed).setdefault(code, []).append(number)
        return {
            code: (np.array(own.get(code, []), dtype=np.int64), np.array(claimed.get(code, []), dtype=np.int64))
            for code in own.keys() | claimed.keys()
        }


def tenure(on: date | None = None, view: str | None = None) -> Tenure:
    """Whose each piece was on the day, in the view of a State; None: on the last day known, in nobody's view."""
    day = KNOWN_UNTIL if on is None else on
    if not KNOWN_FROM <= day <= KNOWN_UNTIL:
        return _nothing(BEFORE_LAYER if day < KNOWN_FROM else AFTER_LAYER)
    return _tenure(changes()[bisect_right(changes(), day) - 1], view)


@cache
def _nothing(missing: str) -> Tenure:
    return Tenure(tuple(Holding((), False, missing) for _ in layer().pieces), missing)


@cache
def _tenure(day: date, view: str | None) -> Tenure:
    if view is None:
        return _the_same(tuple(_holding(piece, day, None) for piece in layer().pieces))
    everybody = _tenure(day, None)
    pieces = layer().pieces
    said = {i: found for i in _spoken_of(view) if (found := _holding(pieces[i], day, view)) != everybody.holdings[i]}
    return _the_same(tuple(said.get(i, held) for i, held in enumerate(everybody.holdings))) if said else everybody


@cache
def _spoken_of(view: str) -> tuple[int, ...]:
    """The pieces of which the view may say otherwise than nobody's: those that it names, and what follows another."""
    following = {i for i, rows in spells().items() if any(s.holder.startswith("=") for s in rows)}
    said = views.spoken_of_by(view)
    named = said | {p.id for p in layer().pieces if p.name in said}
    return tuple(i for i, p in enumerate(layer().pieces) if p.name in named or p.id in following or _leans(p, named))


def _leans(piece: Piece, named: frozenset[str]) -> bool:
    """Whether whose the piece is may hang on one of these."""
    dispute = views.disputes().get(piece.id)
    on = (piece.parent, dispute.before, *dispute.then) if dispute is not None else (piece.parent,)
    return any(one in named for one in on)


@cache
def _the_same(holdings: tuple[Holding, ...]) -> Tenure:
    """One tenure for all stretches and views in which every piece has the same lot."""
    return Tenure(holdings)


def _holding(piece: Piece, day: date, view: str | None) -> Holding:
    if piece.kind == "sea":
        return Holding((), True)
    spell = next((s for s in spells().get(piece.id, ()) if s.covers(day)), None)
    if spell is not None:
        found = _said(spell, piece, day, view)
    elif piece.kind == "area":
        found = _of_area(piece, day, view)
    elif piece.parent in _by_id():
        found = _whole(piece.parent, piece, day, view)
    else:
        found = Holding(piece.holders, True)
    word = views.word(piece.name, view, day) if view is not None else None
    return found if word is None else _word(word, found)


def _of_area(piece: Piece, day: date, view: str | None) -> Holding:
    """Whose an area was before or after its dispute; while it lasts, claimed by those who then claim it."""
    dispute = views.disputes()[piece.id]
    if dispute.open_on(day):
        return Holding(views.claimants(piece.id, day) or piece.holders, False, others=views.others(piece.id, day))
    if dispute.begins is not None and day < dispute.begins:
        before = dispute.before or piece.parent or ""
        return _lot((before,) if before else (), piece, day, view)
    return _lot(dispute.then, piece, day, view)


def _lot(holders: tuple[str, ...], piece: Piece, day: date, view: str | None) -> Holding:
    """That of a piece, or of a State by its code; of several, each of a part that the map does not draw."""
    if len(holders) == 1 and holders[0] in _by_id():
        return _whole(holders[0], piece, day, view)
    return Holding(holders, len(holders) == 1, None if holders else UNSETTLED)


def _word(word: views.Word, otherwise: Holding) -> Holding:
    """What a speaker's word makes of a piece: a State's, no State's, or as open as it is without it."""
    if not word.decides:
        return replace(otherwise, certain=False)
    return Holding(word.holders, True)


def _said(spell: Spell, piece: Piece, day: date, view: str | None) -> Holding:
    if spell.holder.startswith("="):
        return _whole(spell.holder[1:], piece, day, view)
    holders = tuple(sorted(parted(spell.holder)))
    if spell.status == UNSETTLED:
        return Holding(holders, False, UNSETTLED)
    return Holding(holders, spell.status == "joint" or (spell.status == "" and len(holders) == 1))


def _whole(identifier: str, part: Piece, day: date, view: str | None) -> Holding:
    """Whose the piece of that name was; where a line was drawn through two States, the piece in the part's own."""
    pieces = _by_id()[identifier]
    return _holding(next((p for p in pieces if p.code == part.code), pieces[0]), day, view)


@cache
def _by_id() -> dict[str, list[Piece]]:
    by_id: dict[str, list[Piece]] = {}
    for piece in layer().pieces:
        if piece.kind != "sea":
            by_id.setdefault(piece.id, []).append(piece)
    return by_id


# ---- the tables


@cache
def spells() -> dict[str, tuple[Spell, ...]]:
    """The rows of `spells.csv`, by piece."""
    found: dict[str, list[Spell]] = {}
    for row in table("geo/spells.csv"):
        start = date.fromisoformat(row["from"]) if row["from"] else date.min
        until = date.fromisoformat(row["until"]) if row["until"] else date.max
        found.setdefault(row["piece"], []).append(Spell(row["holder"], start, until, row["status"]))
    return {piece: tuple(rows) for piece, rows in found.items()}


@cache
def changes() -> tuple[date, ...]:
    """The days on which something changes, in order; the first is the first day known."""
    days = {day for rows in spells().values() for row in rows for day in (row.start, row.until)}
    days |= {day for one in views.disputes().values() for day in (one.begins, one.settled) if day is not None}
    said = (word for area in views.spoken_of() for word in views.words(area))
    days |= {day for word in said for day in (word.since, word.until) if day is not None}
    return tuple(sorted({day for day in days if KNOWN_FROM < day <= KNOWN_UNTIL} | {KNOWN_FROM}))
