"""Where a norm forbids to place: how far the map may be wrong about what several lines draw together."""

from __future__ import annotations

from pathlib import Path

import pytest

from meaning.asking import FRONT
from servanda.agreement import read
from servanda.check.placement import Forbidden, placement
from servanda.spatial.offset import territory
from servanda.spatial.territory import MARGIN_M

UKRAINE = "d.place is in territory of Ukraine"
OTHERS = "some other party q where d.place is within 300 km of territory of q"


def _areas(folder: Path, *where: str) -> tuple[Forbidden, ...]:
    norm = "id: a\nprohibits: incident d\nbearer: d.by\nwhere:\n" + "".join(f"  - {line}\n" for line in where)
    front = FRONT.format(parties="Norway, Poland, Hungary", zone="UTC", status="in force", front="")
    path = folder / "agreement.md"
    path.write_text(f"{front}```norm\n{norm}```\n", encoding="utf-8")
    agreement = read(path)
    return placement(agreement, agreement.norms[0], "NOR").areas


@pytest.mark.parametrize("order", [(UKRAINE, OTHERS), (OTHERS, UKRAINE)])
def test_an_area_is_as_uncertain_as_the_worst_line_that_bounds_it(tmp_path: Path, order: tuple[str, ...]) -> None:
    """The line of Crimea and the Donbas was typed by hand; those of Poland and Hungary were not."""
    worst = territory(["UKR"]).margin_m
    areas = _areas(tmp_path, *order)

    assert worst > MARGIN_M and territory(["POL", "HUN"]).margin_m == MARGIN_M
    assert [(area.of, area.margin_m, area.range_m) for area in areas] == [
        (("HUN",), worst, 300_000.0),
        (("POL",), worst, 300_000.0),
    ]


def test_a_line_that_bounds_one_area_does_not_blur_another(tmp_path: Path) -> None:
    (ukraine,) = _areas(tmp_path, UKRAINE)
    (hungary, poland) = _areas(tmp_path, OTHERS)

    assert ukraine.margin_m > MARGIN_M and ukraine.range_m is None
    assert hungary.margin_m == poland.margin_m == MARGIN_M
