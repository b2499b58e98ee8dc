"""Whose land a place is, and how far it lies from a State's land, as far as the map can tell.

The map has a margin, and some land is disputed: answers are therefore intervals. What the map cannot decide it
says so; it never decides a quarrel. `docs/explanation/geography.md` gives the reasons and the measured margin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from servanda.spatial.edges import Edges, Ints
from servanda.spatial.geodesic import Floats, PositionError, checked
from servanda.spatial.geometry import polygon
from servanda.spatial.layer import LAYER, Layer, layer
from servanda.spatial.names import folded, seas

Truths = npt.NDArray[np.bool_]

MARGIN_M = 3_000.0  # measured against surveyed points: docs/explanation/geography.md
BORDER_CAP_M = 20_000.0


@dataclass(frozen=True)
class Standing:
    """Whose land a place is.

    `codes`: one State, and `certain`: it is that State's. Several: near a border, or disputed among them. None:
    nobody's, at sea. One that is not certain: at sea within the margin of its coast, or in an area that only it and
    an entity without a code claim. `area`: the disputed area, by its English name. `border_m`: to the nearest
    border or coast, at most 20 km.
    """

    codes: tuple[str, ...]
    certain: bool
    area: str | None
    border_m: float


class Geography:
    """The shipped map. It is read when first asked; an agreement without places never asks."""

    layer: str = LAYER
    margin_m: float = MARGIN_M

    def standing(self, lon: float, lat: float) -> Standing:
        """Whose land one position is. Raises PositionError."""
        return self.standings(np.array([lon]), np.array([lat]))[0]

    def standings(self, lon: Floats, lat: Floats) -> list[Standing]:
        """`standing` for many positions; equal ones are looked up once."""
        x, y, back = _distinct(lon, lat)
        inside = self._inside(x, y, self._land)
        near = self._edges.within(x, y, self.margin_m, BORDER_CAP_M)
        border = np.full(len(x), BORDER_CAP_M)
        np.minimum.at(border, near.point, near.distance)
        close = near.distance <= self.margin_m
        beside: list[set[int]] = [set() for _ in x]
        for point, piece in zip(near.point[close].tolist(), near.owner[close].tolist(), strict=True):
            beside[point].add(piece)
        found = [self._standing(inside[i], beside[i], float(border[i])) for i in range(len(x))]
        return [found[i] for i in back]

    def _standing(self, inside: set[int], beside: set[int], border: float) -> Standing:
        pieces = [self._map.pieces[i] for i in sorted(inside | beside)]
        codes = tuple(sorted({code for p in pieces for code in p.holders}))
        disputed = [p.name for p in pieces if p.kind == "area"]
        # The coast does not make land uncertain: what lies off it is the same State's water.
        certain = not disputed and (bool(inside) or not pieces) and len(codes) <= 1
        area = next((self._map.pieces[i].name for i in sorted(inside) if self._map.pieces[i].kind == "area"), None)
        return Standing(codes, certain, area or (disputed[0] if disputed else None), border)

    def distance_m(self, lon: float, lat: float, code: str) -> tuple[float, float] | None:
        """Least and greatest geodesic distance in metres to the State's territory; None when the layer has none.

        The least counts what the State claims in disputed areas as its own, the greatest only what nobody disputes;
        both hold the map's margin. (0, 0) when certainly inside. The greatest is infinite for a State all of whose land
        is disputed. `code` may be a territory with a code of its own, such as GRL. Raises PositionError.
        """
        if code not in self.codes:
            checked(lon, lat)
            return None
        least, greatest = self.distances_m(np.array([lon]), np.array([lat]), code)
        return float(least[0]), float(greatest[0])

    def distances_m(self, lon: Floats, lat: Floats, code: str) -> tuple[Floats, Floats]:
        """`distance_m` for many positions. Raises KeyError when the layer has no such State."""
        undisputed, claimed = self._territory[code]
        x, y, back = _distinct(lon, lat)
        to_land = self._outline_m(x, y, undisputed)
        to_claims = self._outline_m(x, y, claimed)
        within, foreign = self._hold(x, y, undisputed, claimed)
        claims = self._contains(x, y, claimed)
        least = np.maximum(np.minimum(to_land, to_claims) - self.margin_m, 0.0)
        greatest = to_land + self.margin_m
        # Inside, the way to the outline is the way out: the margin matters only where others' land is that near.
        least[within | claims] = 0.0
        greatest[within] = np.where(foreign[within], np.maximum(self.margin_m - to_land[within], 0.0), 0.0)
        return least[back], greatest[back]

    def _outline_m(self, x: Floats, y: Floats, pieces: Ints) -> Floats:
        return self._edges.nearest_m(x, y, pieces.tolist())

    def _hold(self, x: Floats, y: Floats, own: Ints, claimed: Ints) -> tuple[Truths, Truths]:
        """Which positions lie in `own`, and which of these lie within the margin of others' or disputed land."""
        within = self._contains(x, y, own)
        foreign = np.zeros(len(x), dtype=bool)
        at = np.flatnonzero(within)
        near = self._edges.within(x[at], y[at], self.margin_m, 0.0)
        others = ~np.isin(near.owner, own) & (near.distance <= self.margin_m)
        foreign[at[near.point[others]]] = True
        return within, foreign

    def region(self, name: str, lon: float, lat: float) -> tuple[bool, bool]:
        """Whether a position is certainly, and possibly, in a named sea. Raises KeyError for an unknown name."""
        certainly, possibly = self.regions(name, np.array([lon]), np.array([lat]))
        return bool(certainly[0]), bool(possibly[0])

    def regions(self, name: str, lon: Floats, lat: Floats) -> tuple[Truths, Truths]:
        """`region` for many positions."""
        piece = self._seas[folded(name)]
        x, y, back = _distinct(lon, lat)
        inside = self._contains(x, y, np.array([piece]))
        outline = self._sea_edges(piece).nearest_m(x, y, [piece])
        near = outline <= self.margin_m
        return (inside & ~near)[back], (inside | near)[back]

    def in_geometry(self, file: Path, lon: float, lat: float) -> tuple[bool, bool]:
        """Whether a position is certainly, and possibly, in the polygons of a GeoJSON file. Raises InputError."""
        certainly, possibly = self.in_geometries(file, np.array([lon]), np.array([lat]))
        return bool(certainly[0]), bool(possibly[0])

    def in_geometries(self, file: Path, lon: Floats, lat: Floats) -> tuple[Truths, Truths]:
        """`in_geometry` for many positions. On the very outline it is possible and not certain."""
        shape = polygon(file)
        x, y = checked(lon, lat)
        possibly: Truths = shapely.intersects_xy(shape, x, y)
        certainly: Truths = shapely.contains_xy(shape, x, y)
        return certainly, possibly

    @cached_property
    def codes(self) -> frozenset[str]:
        """States and territories that the layer knows."""
        return frozenset(self._territory)

    @cached_property
    def _map(self) -> Layer:
        return layer()

    @cached_property
    def _land(self) -> Ints:
        return self._map.of_kind("land", "area")

    @cached_property
    def _edges(self) -> Edges:
        return Edges(*self._map.rings_of(self._land))

    @cached_property
    def _sea_edges(self) -> Callable[[int], Edges]:
        return cache(lambda piece: Edges(*self._map.rings_of(np.array([piece]))))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapely.prepare(self._map.polygons)
        return shapely.STRtree(self._map.polygons)

    @cached_property
    def _territory(self) -> dict[str, tuple[Ints, Ints]]:
        """Of each State the pieces that are its, and the disputed ones that it claims."""
        own: dict[str, set[int]] = {}
        claimed: dict[str, set[int]] = {}
        for number, piece in enumerate(self._map.pieces):
            for code in {*piece.holders, *([piece.code] if piece.code else [])}:
                (own if piece.kind == "land" else claimed).setdefault(code, set()).add(number)
        return {
            code: (_numbers(own.get(code, set())), _numbers(claimed.get(code, set())))
            for code in own.keys() | claimed.keys()
        }

    @cached_property
    def _seas(self) -> dict[str, int]:
        numbers = {p.name: i for i, p in enumerate(self._map.pieces) if p.kind == "sea"}
        return {folded(name): numbers[sea.en] for sea in seas() for name in sea.names}

    def _contains(self, x: Floats, y: Floats, pieces: Ints) -> Truths:
        truths = np.zeros(len(x), dtype=bool)
        point, _ = self._hits(x, y, pieces)
        truths[point] = True
        return truths

    def _inside(self, x: Floats, y: Floats, pieces: Ints) -> list[set[int]]:
        inside: list[set[int]] = [set() for _ in x]
        for point, piece in zip(*(v.tolist() for v in self._hits(x, y, pieces)), strict=True):
            inside[point].add(piece)
        return inside

    def _hits(self, x: Floats, y: Floats, pieces: Ints) -> tuple[Ints, Ints]:
        """Pairs of a position and a piece that holds it."""
        point, number = self._tree.query(shapely.points(x, y))
        wanted = np.isin(self._map.polygon_piece[number], pieces)
        order = np.argsort(number[wanted], kind="stable")
        point, number = point[wanted][order], number[wanted][order]
        held = np.zeros(len(point), dtype=bool)
        begin = np.flatnonzero(np.append(True, number[1:] != number[:-1])[: len(number)])
        for at in np.split(np.arange(len(number)), begin[1:]) if len(number) else ():
            shape = self._map.polygons[number[at[0]]]
            held[at] = shapely.intersects_xy(shape, x[point[at]], y[point[at]])
        return point[held], self._map.polygon_piece[number[held]]


def _numbers(pieces: set[int]) -> Ints:
    return np.array(sorted(pieces), dtype=np.int64)


def _distinct(lon: Floats, lat: Floats) -> tuple[Floats, Floats, Ints]:
    x, y = checked(lon, lat)
    positions, back = np.unique(np.stack([x, y], axis=1), axis=0, return_inverse=True)
    return positions[:, 0], positions[:, 1], back.reshape(-1)


@cache
def geography() -> Geography:
    """The map of the package."""
    return Geography()


__all__ = ["Geography", "PositionError", "Standing", "geography"]
