"""The pictures of docs/how-to/where-may-it-stand.md: the zones that are shown to be right, and a norm's.

    python tools/zone_pictures.py [FOLDER]

Writes SVG files; the same layer gives the same files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import shapely

from servanda.messages import say
from servanda.spatial.offset import zone
from servanda.spatial.paper.picture import Look, MapZone, map_svg
from servanda.vocabulary.party import parties

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SHOWN = (("RUS", 500), ("RUS", 1000), ("RUS", 2500), ("USA", 1000), ("FJI", 1000))


def picture(code: str, kilometres: int) -> str:
    """One zone as SVG text."""
    found = zone(code, kilometres * 1000.0)
    title = say("zone.title", range=f"{kilometres} km", names=parties().name(code))
    notes = [
        f"Polygons: {len(found.polygons.geoms)}; vertices: {shapely.get_num_coordinates(found.polygons)}, each at the "
        "range along a geodesic of WGS 84. Disputed areas count for nobody.",
    ]
    return map_svg(
        [],
        zones=[MapZone(found.polygons, "zone-1")],
        title=title,
        notes=notes,
        legend=[("of", parties().name(code))],
        lang="en",
        look=Look(of=frozenset([code])),
    )


def main(folder: Path = FOLDER) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for code, kilometres in SHOWN:
        file = folder / f"zone-{code.lower()}-{kilometres}.svg"
        file.write_text(picture(code, kilometres), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
