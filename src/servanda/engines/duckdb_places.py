"""What the geography says of the places that a plan asks about: small relations that the plan joins.

A plan asks once for each position, State and era (a stretch of days between two changes of the map), however many acts
stand there. The positions of one State and era are answered together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, isinf
from typing import TypeVar

import numpy as np
import pyarrow as pa

from servanda.norms.facts import WATER, Lots, Places
from servanda.plan.scope import Asking, Need
from servanda.spatial.ellipsoid.geodesic import distance_m

_FARTHEST = 2**62  # stands for an infinite distance: farther than anything that is compared with it

Metres = tuple[float, float] | None
T = TypeVar("T")


def answered(places: Places, need: Need, asked: pa.Table) -> pa.Table:
    """The relation that the plan joins: one row for each place asked about."""
    columns = {c: asked[c] for c in asked.column_names}
    match need.asking.what:
        case "lots":
            found = _lots(places, asked)
        case "named":
            found = _named(places, asked)
        case "within":
            found = _within(asked)
        case "region":
            found = _region(places, need.asking, asked)
        case "region metres":
            found = _region_metres(places, need.asking, asked)
        case _:
            found = _metres(places, need.asking, asked)
    return pa.table({**columns, **found})


# ---- days


def _days(places: Places, first: int, last: int) -> list[date]:
    """A day of each era from one to another."""
    changes = places.changes()
    return [changes[era - 1] if era else date.min for era in range(first, last + 1)]


def _together(asked: pa.Table, *columns: str) -> Iterator[tuple[tuple[Hashable, ...], np.ndarray]]:
    """The rows that are alike in these columns: their values, and the numbers of the rows."""
    if not asked.num_rows:
        return
    coded = [asked[c].combine_chunks().dictionary_encode() for c in columns]
    marks = np.stack([c.indices.to_numpy() for c in coded], axis=1)
    kinds, which = np.unique(marks, axis=0, return_inverse=True)
    order = np.argsort(which.reshape(-1), kind="stable")
    begin = np.flatnonzero(np.diff(which.reshape(-1)[order], prepend=-1))
    for kind, rows in zip(kinds.tolist(), np.split(order, begin[1:]), strict=True):
        yield tuple(c.dictionary[mark].as_py() for c, mark in zip(coded, kind, strict=True)), rows


def _spread(asked: pa.Table, columns: Sequence[str], answer: Callable[..., Sequence[T]]) -> list[T]:
    """The answers in the order of the rows; `answer` gets longitudes, latitudes and the common values."""
    lon, lat = (asked[c].to_numpy() for c in ("lon", "lat"))
    found: list[T | None] = [None] * asked.num_rows
    for values, rows in _together(asked, *columns):
        for row, one in zip(rows.tolist(), answer(lon[rows], lat[rows], *values), strict=True):
            found[row] = one
    return found  # type: ignore[return-value]  # every row is in one of the groups


# ---- answers


def _lots(places: Places, asked: pa.Table) -> Mapping[str, pa.Array]:
    def answer(lon: Sequence[float], lat: Sequence[float], first: int, last: int) -> list[Lots | None]:
        by_day = [places.lots_of(lon, lat, day) for day in _days(places, first, last)]
        return [_on_any(one) for one in zip(*by_day, strict=True)]

    return _columns(_spread(asked, ("era", "last_era"), answer))


def _named(places: Places, asked: pa.Table) -> Mapping[str, pa.Array]:
    """Of what the map lets the place be that which agrees with the word; else all that the word may mean."""
    found = []
    for word, drawn, first, last in zip(*(asked[c].to_pylist() for c in asked.column_names), strict=True):
        agreeing = frozenset(lot for lot in _read(drawn) if word in lot)
        found.append(agreeing or _on_any([places.named(word, day) for day in _days(places, first, last)]))
    return _columns(found)


def _on_any(found: Sequence[Lots | None]) -> Lots | None:
    """What it may be on any of the days."""
    told = [one for one in found if one is not None]
    if len(told) < len(found):
        return None
    return told[0] if len(told) == 1 else frozenset().union(*told)


def _columns(found: Sequence[Lots | None]) -> Mapping[str, pa.Array]:
    """Few answers for many places: each is made once."""
    kinds = list(dict.fromkeys(found))
    number = {kind: i for i, kind in enumerate(kinds)}
    at = pa.array([number[one] for one in found], pa.int64())
    codes = pa.list_(pa.string())
    land = [k - {WATER} if k is not None else k for k in kinds]
    columns = {
        "every": pa.array([None if k is None else sorted(frozenset.intersection(*k)) for k in kinds], codes),
        "some": pa.array([None if k is None else sorted(frozenset().union(*k)) for k in kinds], codes),
        "dry_every": pa.array([sorted(frozenset.intersection(*k)) if k else None for k in land], codes),
        "dry_lots": pa.array([_spelled(k) if k else None for k in land], pa.string()),
        "wet": pa.array([None if k is None else k == {WATER} for k in kinds], pa.bool_()),
        "dry": pa.array([None if k is None else WATER not in k for k in kinds], pa.bool_()),
        "lots": pa.array([None if k is None else _spelled(k) for k in kinds], pa.string()),
    }
    return {name: column.take(at) for name, column in columns.items()}


def _spelled(lots: Lots) -> str:
    """`DNK|DNK,GRL`: the codes of each lot, in order."""
    return "|".join(sorted(",".join(sorted(lot)) for lot in lots))


def _read(spelled: str) -> Lots:
    return frozenset(frozenset(lot.split(",")) - {""} for lot in spelled.split("|"))


def _within(asked: pa.Table) -> Mapping[str, pa.Array]:
    """Whether each, and whether any, of the lots is land of one of those who are meant: `DNK,NOR` or `NOR/DNK,NOR`."""
    found = [_held(lots, who) for lots, who in zip(*(asked[c].to_pylist() for c in ("lots", "who")), strict=True)]
    return {name: pa.array([one[i] for one in found], pa.bool_()) for i, name in enumerate(("cert", "poss"))}


def _held(spelled: str, who: str) -> tuple[bool, bool]:
    certain, _, possible = who.partition("/")
    lots = _read(spelled)
    sure, maybe = (set(codes.split(",")) - {""} for codes in (certain, possible if "/" in who else certain))
    return all(lot & sure for lot in lots), any(lot & maybe for lot in lots)


def _metres(places: Places, asking: Asking, asked: pa.Table) -> Mapping[str, pa.Array]:
    ask = places.distances_m if asking.what == "metres" else places.borders_m

    def answer(lon: Sequence[float], lat: Sequence[float], code: str, first: int, last: int) -> list[Metres]:
        if code.startswith("@"):
            return [_to_point(x, y, code) for x, y in zip(lon, lat, strict=True)]
        by_day = [ask(lon, lat, code, day) for day in _days(places, first, last)]
        return [_widest(one) for one in zip(*by_day, strict=True)]

    found = _spread(asked, ("code", "era", "last_era"), answer)
    return _ends(found, asking.scale)


def _region_metres(places: Places, asking: Asking, asked: pa.Table) -> Mapping[str, pa.Array]:
    assert asking.region is not None
    return _ends(places.regions_m(asking.region, *(asked[c].to_numpy() for c in ("lon", "lat"))), asking.scale)


def _ends(found: Sequence[Metres], scale: int) -> Mapping[str, pa.Array]:
    return {
        end: pa.array([None if m is None else _whole(m[i], scale) for m in found], pa.int64())
        for i, end in enumerate(("lo", "hi"))
    }


def _widest(found: Sequence[Metres]) -> Metres:
    told = [one for one in found if one is not None]
    return None if len(told) < len(found) else (min(lo for lo, _ in told), max(hi for _, hi in told))


def _whole(metres: float, scale: int) -> int:
    """Rounded up: a whole number is reached exactly when this reaches it, so no threshold is compared as a float."""
    return _FARTHEST if isinf(metres) else ceil(Fraction(metres) * scale)


def _to_point(lon: float, lat: float, there: str) -> Metres:
    there_lon, there_lat = (float(x) for x in there[1:].split())
    metres = distance_m(lon, lat, there_lon, there_lat)
    return metres, metres


def _region(places: Places, asking: Asking, asked: pa.Table) -> Mapping[str, pa.Array]:
    assert asking.region is not None
    found = places.all_inside(asking.region, *(asked[c].to_numpy() for c in ("lon", "lat")))
    return {
        "cert": pa.array([certainly for certainly, _ in found], pa.bool_()),
        "poss": pa.array([possibly for _, possibly in found], pa.bool_()),
    }
