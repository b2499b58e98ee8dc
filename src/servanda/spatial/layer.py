"""The map as it is shipped: polygons of territories, disputed areas and seas, read once.

`tools/build_layer.py` makes the file and describes it; `docs/reference/data.md` says where it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

from servanda.spatial.edges import Ints
from servanda.spatial.geodesic import Floats

LAYER = "Natural Earth 5.1.1, 1:10 000 000, cut along disputed areas"
UNIT_DEGREES = 1e-4


@dataclass(frozen=True)
class Piece:
    """A territory (`kind` land), a disputed area (area) or a sea (sea).

    `holders`: for land the one State whose it is, for a disputed area those who claim it, for a sea nobody.
    `code`: of a territory that has its own beside its State's, such as GRL.
    """

    kind: str
    name: str
    holders: tuple[str, ...]
    code: str | None = None
    vi: str | None = None


@dataclass(frozen=True)
class Layer:
    """Every piece, and every polygon with the number of its piece. Rings are rows of longitude and latitude."""

    pieces: tuple[Piece, ...]
    polygons: tuple[Polygon, ...]
    polygon_piece: Ints
    rings: tuple[Floats, ...]
    ring_piece: Ints

    def of_kind(self, *kinds: str) -> Ints:
        """Numbers of the pieces of these kinds."""
        return np.array([i for i, p in enumerate(self.pieces) if p.kind in kinds], dtype=np.int64)

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
        described = json.loads(bytes(data["pieces"]))
    rings = tuple(np.split(np.stack([x, y], axis=1), np.cumsum(length)[:-1]))
    return Layer(
        pieces=tuple(_piece(d) for d in described),
        polygons=_polygons(x, y, length, count),
        polygon_piece=owner,
        rings=rings,
        ring_piece=np.repeat(owner, count),
    )


def _degrees(steps: npt.NDArray[np.int32]) -> Floats:
    return np.cumsum(steps, dtype=np.int64).astype(np.float64) * UNIT_DEGREES


def _piece(about: Mapping[str, Any]) -> Piece:
    match about["kind"]:
        case "land":
            return Piece("land", about["name"], (about["holder"],), about["code"], about.get("vi"))
        case "area":
            return Piece("area", about["name"], tuple(about["claimants"]), vi=about["vi"])
        case kind:
            return Piece(kind, about["name"], ())


def _polygons(x: Floats, y: Floats, length: Ints, count: Ints) -> tuple[Polygon, ...]:
    # Each ring is closed by a copy of its first vertex.
    ends = np.cumsum(length)
    xy = np.insert(np.stack([x, y], axis=1), ends, np.stack([x, y], axis=1)[ends - length], axis=0)
    rings = np.append(0, np.cumsum(length + 1))
    made = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy, (rings, np.append(0, np.cumsum(count))))
    return tuple(made.tolist())
