"""What a geometry file holds, checked: rings that close, cross nothing, lie on the globe and say which way they go."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import shapely
from shapely import Polygon

from servanda.errors import Diagnostic, Phrase, Span
from servanda.messages import say
from servanda.spatial.ellipsoid.geodesic import HALF_ROUND_M, look_swapped
from servanda.spatial.files.shape import Circle, Shape

Position = tuple[float, float]
_TOLD = 20  # of one file: what is wrong with a thousand positions is wrong with twenty
DEPTH = 8  # geometries in geometries: no drawing needs more
LARGEST = 200 * 2**20  # bytes of a file, and of what is packed in it
NOWHERE = Phrase("", "")  # where there is one feature only


@dataclass(frozen=True)
class Feature:
    """Polygons as written, each a list of rings, or a centre with a radius; `where`: which of several features."""

    polygons: tuple[Sequence[Any], ...] = ()
    centre: Any = None
    radius_m: Any = None
    uncertainty_m: Any = None
    where: Phrase = NOWHERE


class Drawing:
    """Turns features into a shape and collects what is wrong with them."""

    def __init__(self, shown: str) -> None:
        self.wrong: list[Diagnostic] = []
        self._shown = shown
        self._polygons: list[tuple[Polygon, float]] = []
        self._circles: list[Circle] = []
        self._where = NOWHERE

    def take(self, feature: Feature) -> None:
        """Check a feature and keep it."""
        self._where = feature.where
        uncertainty = self._uncertainty(feature.uncertainty_m)
        if feature.centre is not None:
            self._circle(feature.centre, feature.radius_m, uncertainty)
        for rings in feature.polygons:
            if (polygon := self._polygon(rings)) is not None:
                self._polygons.append((polygon, uncertainty))

    def shape(self) -> Shape:
        """What was drawn."""
        return Shape.of(self._polygons, self._circles)

    def refuse(self, code: str, case: str | None = None, **args: str) -> None:
        """Keep a diagnostic of the feature at hand; of many, the first."""
        if len(self.wrong) >= _TOLD:
            return
        self.wrong.append(Diagnostic(code, {"where": self._where, **args}, file=self._shown, case=case))

    def _uncertainty(self, value: Any) -> float:
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HALF_ROUND_M:
            self.refuse("geometry-uncertainty", value=shown(value))
            return 0.0
        return float(value)

    def _circle(self, centre: Any, radius: Any, uncertainty: float) -> None:
        position = as_position(centre)
        if position is None:
            self._refuse_position(centre)
        if problem := radius_problem(radius):
            self.refuse("geometry-radius", problem, value=shown(radius))
        elif position is not None:
            self._circles.append(Circle(*position, float(radius), uncertainty))

    def _polygon(self, rings: Any) -> Polygon | None:
        if not isinstance(rings, Sequence) or isinstance(rings, str) or not rings:
            self.refuse("geometry-not-polygon", *(("empty",) if rings == [] else ()), found=shown(rings))
            return None
        before = len(self.wrong)
        read = [self._ring(number, ring) for number, ring in enumerate(rings, 1)]
        if len(self.wrong) > before:
            return None
        polygon = Polygon(read[0], read[1:])
        if not polygon.is_valid:
            self._invalid(polygon)
            return None
        return polygon

    def _ring(self, number: int, ring: Any) -> list[Position]:
        positions = ring if isinstance(ring, Sequence) and not isinstance(ring, str) else []
        read = [as_position(p) for p in positions]
        for place, value in zip(read, positions, strict=True):
            if place is None:
                self._refuse_position(value)
        good = [p for p in read if p is not None]
        if len(read) < 4:
            self.refuse("geometry-ring", number=str(number))
        elif read[0] != read[-1]:
            self._open(number, read)
        elif len(good) == len(read):
            self._check_way(number, good)
        return good

    def _open(self, number: int, read: list[Position | None]) -> None:
        if read[0] is None or read[-1] is None:
            return
        ends = {"first": _written(read[0]), "last": _written(read[-1])}
        self.refuse("geometry-ring", "open", number=str(number), **ends)

    def _check_way(self, number: int, ring: list[Position]) -> None:
        """An edge of more than half the way round is not taken for what it says; a whole turn is."""
        long = [(a, b) for a, b in pairwise(ring) if abs(b[0] - a[0]) > 180]
        leaps = [(a, b) for a, b in long if not (abs(a[0]) == abs(b[0]) == 180)]
        if not leaps and _goes_round(ring) and not any(abs(lat) == _POLE for _, lat in ring):
            leaps = long
        if not leaps:
            return
        args = {"number": str(number), "first": _written(leaps[0][0]), "last": _written(leaps[0][1])}
        self.refuse("polygon-over-pole" if _goes_round(ring) else "polygon-antimeridian", **args)

    def _invalid(self, polygon: Polygon) -> None:
        reason = shapely.is_valid_reason(polygon)
        lon, lat = (*_NUMBER.findall(reason), "", "")[:2]
        if reason.startswith(("Hole", "Holes", "Nested")):
            self.refuse("geometry-crosses-itself", "hole", lon=lon, lat=lat)
        else:
            self.refuse("geometry-crosses-itself", lon=lon, lat=lat)

    def _refuse_position(self, value: Any) -> None:
        match value:
            case [int() | float() as lon, int() | float() as lat, *_] | (
                int() | float() as lon,
                int() | float() as lat,
            ):
                if look_swapped(lon, lat):
                    self.refuse("geometry-position", "swapped", value=shown(value))
                    return
        self.refuse("geometry-position", value=shown(value))


_POLE = 90.0
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def radius_problem(value: Any) -> str | None:
    """What is wrong with a radius in metres: the case of `geometry-radius`, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "number"
    if value <= 0:
        return "none"
    return "earth" if value > HALF_ROUND_M else None


def as_position(value: Any) -> Position | None:
    """A longitude and a latitude in degrees, or None where that is no position."""
    match value:
        case [bool(), *_] | [_, bool(), *_]:
            return None
        case [int() | float() as lon, int() | float() as lat, *_] if abs(lon) <= 180 and abs(lat) <= 90:
            return float(lon), float(lat)
    return None


def _goes_round(ring: Sequence[Position]) -> bool:
    """Whether the ring, each edge taken the shorter way, runs once round the Earth."""
    total = sum((b[0] - a[0] + 180) % 360 - 180 for a, b in pairwise(ring))
    return abs(total) > 180


def _written(position: Position) -> str:
    return f"[{position[0]:g}, {position[1]:g}]"


def shown(value: Any) -> str:
    """The head of a value, for messages."""
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[:60]


def numbered(number: int, name: Any = None) -> Phrase:
    """The words that say which feature is meant."""
    key = "geometry.feature-named" if isinstance(name, str) and name else "geometry.feature"
    return Phrase(*(say(key, lang, number=number, name=shown(name)) for lang in ("en", "vi")))


def broken(text: str, file: str, at: int, case: str, **args: str) -> Diagnostic:
    """A text that cannot be read on from a character; at its end, from behind its last word."""
    at = min(at, len(text.rstrip()))
    line, begin = text.count("\n", 0, at) + 1, text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    shown_line = text[begin : end if end >= 0 else None]
    span = Span.at(file, line, at - begin + 1)
    return Diagnostic("geometry-unreadable", args, span, case=case, line_text=shown_line)
