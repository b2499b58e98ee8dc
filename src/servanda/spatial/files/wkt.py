"""Well-known text (OGC 06-103r4) as a drawing: POLYGON, MULTIPOLYGON, GEOMETRYCOLLECTION, longitude first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from servanda.errors import InputError, Phrase
from servanda.messages import say
from servanda.spatial.files.crs import known
from servanda.spatial.files.drawn import DEPTH, Drawing, Feature, broken

_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z]+)|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<mark>[(),;=]))"
)
_KINDS = ("POINT", "LINESTRING", "MULTIPOINT", "MULTILINESTRING")


class _Broken(Exception):
    """The text is no WKT from this character on."""

    def __init__(self, at: int, wanted: str) -> None:
        super().__init__(wanted)
        self.at, self.wanted = at, wanted


def looks_like_wkt(text: str) -> bool:
    """Whether a text begins as WKT does."""
    return re.match(r"\s*(SRID\s*=|(MULTI)?(POLYGON|POINT|LINESTRING)|GEOMETRYCOLLECTION)\b", text, re.I) is not None


def read_wkt(text: str, file: str) -> Drawing:
    """The drawing that the text holds. Raises InputError with the place where it breaks off."""
    drawing = Drawing(file)
    reader = _Reader(text, drawing)
    try:
        reader.whole()
    except _Broken as error:
        wanted = Phrase(*(say(f"geometry.wkt-{error.wanted}", lang) for lang in ("en", "vi")))
        raise InputError([broken(text, file, error.at, "wkt", wanted=wanted)]) from None
    return drawing


class _Reader:
    """Reads from left to right, one token ahead."""

    def __init__(self, text: str, drawing: Drawing) -> None:
        self._text, self._at, self._drawing = text, 0, drawing

    def whole(self) -> None:
        """An optional SRID, a geometry, and nothing after it."""
        if self._peek() == "SRID":
            self._srid()
        self._geometry(0)
        if self._text[self._at :].strip():
            raise _Broken(self._start(), "end")

    def _srid(self) -> None:
        self._next()
        self._take("=")
        found = self._number()
        self._take(";")
        if not known(f"EPSG:{found:g}"):
            self._drawing.refuse("crs-unknown", crs=f"SRID={found:g}")

    def _geometry(self, depth: int) -> None:
        at, kind = self._start(), self._next()
        if self._peek() in ("Z", "M", "ZM"):
            self._next()
        if kind not in ("POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION"):
            if kind in _KINDS:
                self._drawing.refuse("geometry-not-polygon", found=kind)
                self._skip()
                return
            raise _Broken(at, "kind")
        if self._peek() == "EMPTY":
            self._next()
            self._drawing.refuse("geometry-not-polygon", "empty", found=kind)
        elif kind == "POLYGON":
            self._drawing.take(Feature((self._rings(),)))
        elif kind == "MULTIPOLYGON":
            self._drawing.take(Feature(tuple(self._several(self._rings))))
        elif depth < DEPTH:
            self._several(lambda: self._geometry(depth + 1))
        else:
            raise _Broken(at, "kind")

    def _rings(self) -> list[Any]:
        return self._several(lambda: self._several(self._position))

    def _position(self) -> list[float]:
        numbers = [self._number(), self._number()]
        while self._peek() not in (",", ")", None):
            numbers.append(self._number())
        return numbers

    def _several(self, one: Callable[[], Any]) -> list[Any]:
        self._take("(")
        items = [one()]
        while self._peek() == ",":
            self._next()
            items.append(one())
        self._take(")")
        return items

    def _skip(self) -> None:
        """Over a geometry that is of no use, brackets and all."""
        depth = 0
        while (token := self._peek()) is not None:
            depth += (token == "(") - (token == ")")
            if depth < 0 or (depth == 0 and token == ","):
                return
            self._next()

    def _number(self) -> float:
        found = self._match()
        if found is None or found["number"] is None:
            raise _Broken(self._start(), "number")
        self._at = found.end()
        return float(found["number"])

    def _take(self, mark: str) -> None:
        if self._peek() != mark:
            names = {"(": "open", ")": "close", "=": "srid", ";": "srid"}
            raise _Broken(self._start(), names[mark])
        self._next()

    def _next(self) -> str:
        found = self._match()
        if found is None:
            raise _Broken(self._start(), "kind")
        self._at = found.end()
        return found[0].strip().upper()

    def _peek(self) -> str | None:
        found = self._match()
        return found[0].strip().upper() if found else None

    def _match(self) -> re.Match[str] | None:
        return _TOKEN.match(self._text, self._at)

    def _start(self) -> int:
        """Where the next token begins."""
        space = re.compile(r"\s*").match(self._text, self._at)
        return space.end() if space else self._at
