"""Regions that an agreement brings along: GeoJSON, well-known text or GeoParquet, read once and checked.

`docs/how-to/locate-points.md` says what is read and what is refused.
"""

from __future__ import annotations

import stat
from functools import cache
from pathlib import Path

from servanda.errors import Diagnostic, InputError, Phrase
from servanda.messages import say
from servanda.spatial.files.drawn import LARGEST, Drawing
from servanda.spatial.files.geojson import read_geojson
from servanda.spatial.files.geoparquet import read_geoparquet
from servanda.spatial.files.shape import Circle, Shape
from servanda.spatial.files.wkt import looks_like_wkt, read_wkt

_PARQUET = (".parquet", ".geoparquet")
_JSON = (".json", ".geojson")


def shape_of(file: Path, name: str | None = None) -> Shape:
    """The region that a file draws; `name`: only the features of that name. Raises InputError.

    A file that has changed is read again.
    """
    try:
        found = file.stat()
    except (OSError, ValueError) as problem:
        raise _unreadable(file, problem) from problem
    if not stat.S_ISREG(found.st_mode):
        reason = Phrase(*(say("geometry.no-file", lang) for lang in ("en", "vi")))
        raise InputError([Diagnostic("geometry-unreadable", {"reason": reason}, file=str(file))])
    if found.st_size > LARGEST:
        args = {"limit": str(LARGEST // 2**20)}
        raise InputError([Diagnostic("geometry-unreadable", args, file=str(file), case="large")])
    return _read(file, name, found.st_mtime_ns)


def shape_of_text(text: str, shown: str) -> Shape:
    """The region that a text draws, GeoJSON or WKT; `shown` names it in messages. Raises InputError."""
    drawing = read_wkt(text, shown) if looks_like_wkt(text) else read_geojson(text, shown)
    return _whole(drawing)


@cache
def _read(file: Path, name: str | None, changed: int) -> Shape:
    """`changed` is part of the key, so that an edited file is read again."""
    if file.suffix.casefold() in _PARQUET:
        return _whole(read_geoparquet(file, str(file), name))
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as problem:
        raise _unreadable(file, problem) from problem
    if looks_like_wkt(text) or file.suffix.casefold() == ".wkt":
        return _whole(read_wkt(text, str(file)))
    if text.lstrip()[:1] not in ("{", "[") and file.suffix.casefold() not in _JSON:
        raise InputError([Diagnostic("geometry-unreadable", file=str(file), case="form")])
    return _whole(read_geojson(text, str(file), name))


def _whole(drawing: Drawing) -> Shape:
    if drawing.wrong:
        raise InputError(drawing.wrong)
    return drawing.shape()


def _unreadable(file: Path, problem: Exception) -> InputError:
    match problem:
        case FileNotFoundError():
            found = Diagnostic("geometry-unreadable", file=str(file), case="missing")
        case OSError():
            args = {"reason": problem.strerror or type(problem).__name__}
            found = Diagnostic("geometry-unreadable", args, file=str(file))
        case _ if file.suffix.casefold() not in (*_JSON, ".wkt"):
            found = Diagnostic("geometry-unreadable", file=str(file), case="form")
        case _ if file.suffix.casefold() == ".wkt":
            found = Diagnostic("geometry-unreadable", file=str(file), case="encoding")
        case _:
            found = Diagnostic("geometry-unreadable", file=str(file), case="text")
    return InputError([found])


__all__ = ["Circle", "Shape", "shape_of", "shape_of_text"]
