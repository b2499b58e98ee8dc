"""A place as written (a point, a name, a State) to the columns `lon, lat, place, place_in, area`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from servanda.record.columns import Cells
from servanda.record.document import Datum, folded_key
from servanda.record.refusal import Refused, suggesting
from servanda.spatial.ellipsoid.geodesic import look_swapped
from servanda.vocabulary.party import parties

HIGH_SEAS = "high seas"
# `km-to` and `note` are remarks for the reader: distances are computed, never read.
_KEYS = ("lon", "lat", "in", "name", "km-to", "note")
_DISPUTED = re.compile(r"disputed:\s*(.+)", re.I | re.S)
DEGREES = r"^[+-]?[0-9]{1,3}(\.[0-9]{1,20})?([eE]-[0-9]{1,2})?$"


def read_place(datum: Datum, places: Mapping[str, Cells]) -> Cells:
    """Read a place: a name from the record's `places`, a State, 'high seas', 'disputed: AREA', or a mapping."""
    if isinstance(datum, str):
        return _named(datum.strip(), places)
    if not isinstance(datum, dict):
        raise Refused("bad-place")
    entries = {folded_key(k): v for k, v in datum.items()}
    for key in entries:
        if key not in _KEYS:
            raise suggesting("record-unknown-key", key, list(_KEYS[:4]))
    cells: Cells = {}
    if (name := entries.get("name")) is not None:
        cells |= _named(_text(name), places)
    if ("lon" in entries) != ("lat" in entries):
        raise Refused("bad-place", "half")
    if "lon" in entries:
        cells |= point(_text(entries["lon"]), _text(entries["lat"]))
    if "in" in entries:
        cells |= read_in(_text(entries["in"]))
    if not cells:
        raise Refused("bad-place")
    return cells


def _text(datum: Datum) -> str:
    if not isinstance(datum, str):
        raise Refused("bad-place")
    return datum.strip()


def _named(name: str, places: Mapping[str, Cells]) -> Cells:
    if not name:
        raise Refused("bad-place")
    if name == "none":
        return {"place": "none", "place_in": "none"}
    if (known := places.get(name)) is not None:
        return {**known, "place": name}
    if name.casefold() == HIGH_SEAS or _DISPUTED.fullmatch(name) or parties().code(name):
        return read_in(name)
    return {"place": name}


def read_in(text: str) -> Cells:
    """Where the record says that a place lies: a State, 'high seas', 'none', or 'disputed: AREA'."""
    if text in ("unknown", "disputed"):
        return {}
    if text.casefold() == HIGH_SEAS:
        return {"place_in": HIGH_SEAS}
    if text == "none":
        return {"place_in": "none"}
    if found := _DISPUTED.fullmatch(text):
        return {"area": found[1].strip()}
    if (code := parties().code(text)) is None:
        raise suggesting("no-such-party", text, parties().names())
    return {"place_in": code}


def point(lon: str, lat: str) -> Cells:
    """A point in degrees, east and north; both unknown is no point."""
    if lon == lat == "unknown":
        return {}
    x, y = degrees(lon), degrees(lat)
    check_range(x, y)
    return {"lon": x, "lat": y}


def degrees(text: str) -> float:
    """Degrees as a decimal number."""
    if re.fullmatch(DEGREES, text) is None:
        raise Refused("bad-place", "degrees")
    return float(text)


def check_range(lon: float, lat: float) -> None:
    """Refuse what is on no globe; say so when the two look swapped."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Refused("bad-place", "degrees")
    if look_swapped(lon, lat):
        raise Refused("place-range", "swapped")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("place-range", "off")
