"""Polygons that an agreement brings along, from GeoJSON files (RFC 7946: longitude first, straight edges)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from servanda.errors import Diagnostic, InputError


def polygon(file: Path) -> BaseGeometry:
    """The polygons of the file, read once. Raises InputError when it cannot be read or holds none."""
    try:
        changed = file.stat().st_mtime_ns
    except (OSError, ValueError) as problem:
        raise _unreadable(file, problem) from problem
    return _read(file, changed)


@cache
def _read(file: Path, changed: int) -> BaseGeometry:
    """`changed` is part of the key, so that an edited file is read again."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise _unreadable(file, problem) from problem
    wrong: list[Diagnostic] = []
    polygons = [p for rings in _all_rings(file, data, wrong) if (p := _polygon(file, rings, wrong)) is not None]
    if wrong:
        raise InputError(wrong)
    shape = shapely.union_all(polygons)
    shapely.prepare(shape)
    return shape


def _all_rings(file: Path, data: Any, wrong: list[Diagnostic], depth: int = 0) -> Iterator[Any]:
    match data:
        case {"type": "Feature", "geometry": dict() as geometry} if depth < 3:
            yield from _all_rings(file, geometry, wrong, depth + 1)
        case {"type": "FeatureCollection", "features": [_, *_] as parts} if depth < 3:
            for part in parts:
                yield from _all_rings(file, part, wrong, depth + 1)
        case {"type": "Polygon", "coordinates": list() as rings}:
            yield rings
        case {"type": "MultiPolygon", "coordinates": [_, *_] as several}:
            yield from several
        case {"type": str() as kind}:
            wrong.append(_refused(file, "geometry-not-polygon", found=kind[:40]))
        case _:
            wrong.append(_refused(file, "geometry-not-polygon", found=_shown(data)))


def _polygon(file: Path, rings: Any, wrong: list[Diagnostic]) -> Polygon | None:
    if not isinstance(rings, list) or not rings:
        wrong.append(_refused(file, "geometry-not-polygon", found=_shown(rings)))
        return None
    before = len(wrong)
    read = [_ring(file, number, ring, wrong) for number, ring in enumerate(rings, 1)]
    if len(wrong) > before:
        return None
    shape = Polygon(read[0], read[1:])
    if not shape.is_valid:
        lon, lat = _CROSSING.findall(shapely.is_valid_reason(shape))[:2]
        wrong.append(_refused(file, "geometry-crosses-itself", lon=lon, lat=lat))
        return None
    return shape


_CROSSING = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def _ring(file: Path, number: int, ring: Any, wrong: list[Diagnostic]) -> list[tuple[float, float]]:
    positions = ring if isinstance(ring, list) else []
    read = [_position(p) for p in positions]
    for place, value in zip(read, positions, strict=True):
        if place is None:
            wrong.append(_refused(file, "geometry-position", value=_shown(value)))
    if len(read) < 4 or read[0] != read[-1]:
        wrong.append(_refused(file, "geometry-ring", number=str(number)))
    return [p for p in read if p is not None]


def _position(value: Any) -> tuple[float, float] | None:
    match value:
        case [bool(), *_] | [_, bool(), *_]:
            return None
        case [int() | float() as lon, int() | float() as lat, *_] if abs(lon) <= 180 and abs(lat) <= 90:
            return float(lon), float(lat)
    return None


def _unreadable(file: Path, problem: Exception) -> InputError:
    match problem:
        case FileNotFoundError():
            found = _refused(file, "geometry-unreadable", case="missing")
        case OSError():
            found = _refused(file, "geometry-unreadable", reason=problem.strerror or type(problem).__name__)
        case _:
            found = _refused(file, "geometry-unreadable", case="text")
    return InputError([found])


def _shown(value: Any) -> str:
    return str(value)[:60]


def _refused(file: Path, code: str, case: str | None = None, **args: str) -> Diagnostic:
    return Diagnostic(code, args, file=str(file), case=case)
