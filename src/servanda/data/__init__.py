"""Data that the package ships; `ORIGINS.toml` beside this file says where each file comes from. Its tables as rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a CSV file, by its path in this folder; each row by the names of its columns."""
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def parted(cell: str) -> tuple[str, ...]:
    """What stands in a cell divided by `|`."""
    return tuple(part for part in map(str.strip, cell.split("|")) if part)
