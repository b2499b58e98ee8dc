"""A picture from SVG, with fonts that the package brings along: the same on every machine."""

from __future__ import annotations

import re
from importlib import resources

import resvg_py

_FACES = ("regular", "bold", "italic")
_SCALE = 2  # pixels of the picture to those of the SVG: enough for print at a hand's breadth
# What the shipped faces draw; anything else is looked for among the fonts of the machine.
_DRAWN = re.compile(r"[\s\u0020-\u024f\u0300-\u052f\u1e00-\u206f\u20a0-\u20bf\u2100-\u22ff]*")


def png(svg: str) -> bytes:
    """The picture."""
    with resources.as_file(resources.files("servanda.data") / "fonts") as folder:
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=_SCALE,
            font_files=[str(folder / f"roboto-{face}.ttf") for face in _FACES],
            font_family="Roboto",
            sans_serif_family="Roboto",
            skip_system_fonts=_DRAWN.fullmatch(svg) is not None,
        )
