"""The map as it is shipped: polygons of territories, disputed areas and seas, read once.

`tools/build_layer.py` makes the file and describes it; `docs/reference/data.md` says where it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

from servanda.spatial.ellipsoid.arrays import Floats, Ints, Truths

LAYER = "Natural Earth 5.1.1, 1:10 000 000, cut along disputed areas"
UNIT_DEGREES = 1e-4


@dataclass(frozen=True)
class Piece:
    """A territory (`kind` land), a disputed area (area) or a sea (sea).

    `holders`: for land the one State whose it is today, for a disputed area those who claim it, for a sea nobody; who
    held it on another day `tenure.py` knows, by its `id`, which pieces that always go together share.
    `code`: of a territory that has its own beside its State's, such as GRL. `parent`: the `id` of the piece that this
    one was cut out of along a line typed by hand, and whose lot it shares where nothing else is said.
    """

    kind: str
    name: str
    holders: tuple[str, ...]
    code: str | None = None
    vi: str | None = None
    id: str = ""
    parent: str | None = None

    @property
    def dependency(self) -> str | None:
        """The code of a territory that is not its State's own."""
        return None if self.code in self.holders else self.code


@dataclass(frozen=True)
class Layer:
    """Every piece, and every polygon with the number of its piece. Rings are rows of longitude and latitude.

    `ring_margin`: for each vertex of a ring how many metres the edge that begins there may be wrong where it was typed
    by hand; 0 where the map's own margin holds.
    """

    pieces: tuple[Piece, ...]
    polygons: tuple[Polygon, ...]
    polygon_piece: Ints
    rings: tuple[Floats, ...]
    ring_piece: Ints
    ring_margin: tuple[Ints, ...] = ()

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The polygons, ready to be asked which of them hold a place."""
        shapely.prepare(self.polygons)
        return shapely.STRtree(self.polygons)

    def of_kind(self, *kinds: str) -> Ints:
        """Numbers of the pieces of these kinds."""
        return np.array([i for i, p in enumerate(self.pieces) if p.kind in kinds], dtype=np.int64)

    def among(self, pieces: npt.ArrayLike) -> Truths:
        """Of each piece, by its number, whether it is one of these."""
        among = np.zeros(len(self.pieces), dtype=bool)
        among[np.asarray(pieces, dtype=np.int64)] = True
        return among

    def polygons_of(self, pieces: npt.ArrayLike) -> list[Polygon]:
        """The polygons of these pieces."""
        return [self.polygons[i] for i in np.flatnonzero(self.among(pieces)[self.polygon_piece]).tolist()]

    def rings_of(self, pieces: Ints) -> tuple[list[Floats], Ints]:
        """The rings of these pieces, and whose each is."""
        which = np.flatnonzero(np.isin(self.ring_piece, pieces))
        return [self.rings[i] for i in which], self.ring_piece[which]


@cache
def layer() -> Layer:
    """The layer of the package."""
    with resources.as_file(resources.files("servanda.data") / "geo" / "layer.npz") as file, np.load(file) as data:
        x, y = (_degrees(data[axis]) for axis in ("x", "y"))
        length, count, owner = (data[k].astype(np.int64) for k in ("ring_length", "polygon_rings", "polygon_piece"))
        margin = data["margin"].astype(np.int64)
        described = json.loads(bytes(data["pieces"]))
    ends = np.cumsum(length)[:-1]
    rings = tuple(np.split(np.stack([x, y], axis=1), ends))
    return Layer(
        pieces=tuple(_piece(d) for d in described),
        polygons=_polygons(x, y, length, count),
        polygon_piece=owner,
        rings=rings,
        ring_piece=np.repeat(owner, count),
        ring_margin=tuple(np.split(margin, ends)),
    )


def _degrees(steps: npt.NDArray[np.int32]) -> Floats:
    return np.cumsum(steps, dtype=np.int64).astype(np.float64) * UNIT_DEGREES


def _piece(about: Mapping[str, Any]) -> Piece:
    holders = about.get("claimants") or [about[key] for key in ("holder",) if key in about]
    named = {key: about.get(key) for key in ("code", "vi", "parent")}
    return Piece(about["kind"], about["name"], tuple(holders), id=about["id"], **named)


def _polygons(x: Floats, y: Floats, length: Ints, count: Ints) -> tuple[Polygon, ...]:
    # Each ring is closed by a copy of its first vertex.
    ends = np.cumsum(length)
    xy = np.insert(np.stack([x, y], axis=1), ends, np.stack([x, y], axis=1)[ends - length], axis=0)
    rings = np.append(0, np.cumsum(length + 1))
    made = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy, (rings, np.append(0, np.cumsum(count))))
    return tuple(made.tolist())
