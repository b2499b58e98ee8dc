"""The pictures of docs/how-to/draw-a-map.md, drawn by the command as a reader would.

    python tools/map_pictures.py [FOLDER]

Writes SVG files; the same layer, record and texts give the same files.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "images"
_CRIMEA = ("--around", "35,47,650", "--on", "2016-06-01")
_ARTICLE_5 = (
    "library/2021-nato-russia/agreement.md",
    *("--record", "library/2021-security-record"),
    *("--as-if-in-force", "1997-05-27"),
    *("--set", "Least Range=500 km"),
    *("--set", "Greatest Range=5500 km"),
    *("--around", "25,53,2000"),
)
SHOWN = {
    "map-crimea-2016": _CRIMEA,
    "map-crimea-2016-rus": (*_CRIMEA, "--view", "RUS"),
    "map-crimea-2016-ukr": (*_CRIMEA, "--view", "UKR"),
    "map-bien-dong": ("--around", "Biển Đông", "--lang", "vi"),
    "map-far-east": ("--around", "180,62,2800", "--lang", "ru"),
    "map-antarctica": ("--around", "0,-90,3600"),
}


def drawn(name: str, folder: Path, *words: str) -> None:
    """One picture. A map answers with 0; everything else stops."""
    output = folder / f"{name}.svg"
    call = [sys.executable, "-m", "servanda", "map", *words, "--output", str(output)]
    subprocess.run(call, check=True, cwd=ROOT, env={"LANG": "en_GB.UTF-8", "PATH": ""})


def main(folder: Path = FOLDER) -> None:
    """Draw them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in SHOWN.items():
        drawn(name, folder, *words)
    with tempfile.TemporaryDirectory() as beside:
        zone = Path(beside) / "zone.geojson"
        within = ("--within", "500km", "--of", "RUS", "--format", "geojson", "--output", str(zone))
        subprocess.run([sys.executable, "-m", "servanda", "zone", *within], check=True, cwd=ROOT, capture_output=True)
        drawn("map-article-5", folder, *_ARTICLE_5, "--zone", str(zone))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
