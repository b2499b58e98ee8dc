"""Make the fonts with which maps become PNG from the npm package roboto-fontface 0.10.0 (Apache-2.0).

    npm pack roboto-fontface@0.10.0 && tar xzf roboto-fontface-0.10.0.tgz
    pip install fonttools brotli
    python tools/build_fonts.py package/fonts/roboto

Latin with Vietnamese, Greek, Cyrillic and punctuation; hinting, which a picture does not need, is dropped.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[1] / "src" / "servanda" / "data" / "fonts"
FACES = {"Regular": "regular", "Bold": "bold", "RegularItalic": "italic"}
KEPT = [
    *range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x300, 0x330), *range(0x370, 0x530), *range(0x1E00, 0x2000),
    *range(0x2000, 0x2070), *range(0x20A0, 0x20C0), *range(0x2100, 0x2300),
]  # fmt: skip


def main(source: Path) -> None:
    """Write the faces that maps use."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for face, name in FACES.items():
        font = TTFont(source / f"Roboto-{face}.woff2")
        options = subset.Options(hinting=False, layout_features=["kern", "mark", "mkmk", "ccmp"], notdef_outline=True)
        maker = subset.Subsetter(options)
        maker.populate(unicodes=KEPT)
        maker.subset(font)
        font.flavor = None
        font.save(FOLDER / f"roboto-{name}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
