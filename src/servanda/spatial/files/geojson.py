"""GeoJSON as features (RFC 7946: longitude first, edges straight in longitude and latitude)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from servanda.errors import Diagnostic, InputError
from servanda.spatial.files.crs import check_named_crs
from servanda.spatial.files.drawn import DEPTH, Drawing, Feature, broken, numbered, shown


def read_geojson(text: str, file: str, name: str | None = None) -> Drawing:
    """The drawing that the text holds; `name`: only features of that name. Raises InputError for what is no JSON."""
    data = _parsed(text, file)
    drawing = Drawing(file)
    if isinstance(data, dict) and "crs" in data:
        check_named_crs(data["crs"], drawing)
    for feature in _features(data, drawing, name):
        drawing.take(feature)
    return drawing


def _parsed(text: str, file: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError([broken(text, file, error.pos, "json")]) from None
    except RecursionError:
        raise InputError([Diagnostic("geometry-unreadable", {"most": str(DEPTH)}, file=file, case="deep")]) from None
    except ValueError:  # a number of too many figures
        raise InputError([Diagnostic("geometry-unreadable", file=file, case="text")]) from None


def _features(data: Any, drawing: Drawing, name: str | None) -> Iterator[Feature]:
    match data:
        case {"type": "FeatureCollection", "features": [_, *_] as parts}:
            found = [
                feature
                for number, part in enumerate(parts, 1)
                if name is None or _name(part) == name
                for feature in _of_feature(part, drawing, number if len(parts) > 1 else 0)
            ]
            if name is not None and not any(_name(p) == name for p in parts):
                drawing.refuse("geometry-no-feature", name=name, known=_names(parts))
            yield from found
        case {"type": "Feature"}:
            yield from _of_feature(data, drawing, 0)
        case _:
            yield from _of_geometry(data, {}, drawing, Feature(), 0)


def _name(feature: Any) -> Any:
    match feature:
        case {"properties": {"name": str() as name}}:
            return name
    return None


def _names(parts: list[Any]) -> str:
    return shown(", ".join(n for p in parts if isinstance(n := _name(p), str))) or "—"


def _of_feature(feature: Any, drawing: Drawing, number: int) -> Iterator[Feature]:
    match feature:
        case {"type": "Feature", "geometry": dict() as geometry}:
            about = feature.get("properties")
            about = about if isinstance(about, dict) else {}
            where = Feature(where=numbered(number, about.get("name"))) if number else Feature()
            yield from _of_geometry(geometry, about, drawing, where, 0)
        case {"type": "Feature"} | {"type": "FeatureCollection"}:
            drawing.refuse("geometry-not-polygon", "empty", found=shown(feature.get("type")))
        case _:
            yield from _of_geometry(feature, {}, drawing, Feature(), 0)


def _of_geometry(data: Any, about: dict[str, Any], drawing: Drawing, where: Feature, depth: int) -> Iterator[Feature]:
    uncertainty = about.get("uncertainty_m")
    match data:
        case {"type": "Polygon", "coordinates": list() as rings}:
            yield Feature((rings,), uncertainty_m=uncertainty, where=where.where)
        case {"type": "MultiPolygon", "coordinates": [_, *_] as several}:
            yield Feature(tuple(several), uncertainty_m=uncertainty, where=where.where)
        case {"type": "GeometryCollection", "geometries": [_, *_] as parts} if depth < DEPTH:
            for part in parts:
                yield from _of_geometry(part, about, drawing, where, depth + 1)
        case {"type": "Point", "coordinates": centre} if "radius_m" in about:
            yield Feature((), centre, about["radius_m"], uncertainty, where.where)
        case {"type": "MultiPolygon" | "GeometryCollection" | "FeatureCollection" as kind}:
            drawing.refuse("geometry-not-polygon", "empty", found=kind)
        case {"type": "Point"}:
            drawing.refuse("geometry-not-polygon", "point", found="Point")
        case {"type": str() as kind}:
            drawing.refuse("geometry-not-polygon", found=kind[:40])
        case _:
            drawing.refuse("geometry-not-polygon", found=shown(data))
