"""The one coordinate reference system that is read: longitude and latitude on WGS 84."""

from __future__ import annotations

import re
from typing import Any

from servanda.spatial.files.drawn import Drawing, shown

# EPSG:4326, CRS84 and the names that older files give them.
_KNOWN = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?(?:EPSG:[\d.]*:?4326|OGC:[\d.]*:?CRS84|CRS:?84|WGS ?84)", re.I)


def check_named_crs(crs: Any, drawing: Drawing) -> None:
    """Refuse a `crs` member (GeoJSON of 2008) that names another system."""
    match crs:
        case {"type": "name", "properties": {"name": str() as name}} if known(name):
            return
        case {"properties": {"name": str() as name}}:
            drawing.refuse("crs-unknown", crs=shown(name))
        case _:
            drawing.refuse("crs-unknown", crs=shown(crs))


def check_projjson(crs: Any, drawing: Drawing) -> None:
    """Refuse a PROJJSON (GeoParquet) that is another system, or a `null`, which says that nobody knows."""
    match crs:
        case {"id": {"authority": str() as authority, "code": str() | int() as code}} if known(f"{authority}:{code}"):
            return
        case {"id": {"authority": str() as authority, "code": str() | int() as code}}:
            drawing.refuse("crs-unknown", crs=shown(f"{authority}:{code}"))
        case {"name": str() as name}:
            if not known(name) and not name.startswith("WGS 84 (CRS84)"):
                drawing.refuse("crs-unknown", crs=shown(name))
        case str() if known(crs):
            return
        case None:
            drawing.refuse("crs-unknown", "none")
        case _:
            drawing.refuse("crs-unknown", crs=shown(crs))


def known(name: str) -> bool:
    """Whether a name means longitude and latitude on WGS 84."""
    return _KNOWN.fullmatch(name.strip()) is not None
