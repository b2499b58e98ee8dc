"""The column names of a table of acts: which attribute each is, in what unit, or which canonical column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from servanda.errors import Diagnostic, InputError
from servanda.record.columns import column_types, recorded_attributes
from servanda.record.document import folded_key
from servanda.record.refusal import near, shortened
from servanda.vocabulary.act import Attribute, Sort
from servanda.vocabulary.unit import Unit, unit

_SPECIAL = {
    "id": "act",
    "act": "act",
    "kind": "kind",
    "sure": "sure",
    "account": "account",
    "source": "source",
    "recorded": "recorded",
    "lon": "lon",
    "longitude": "lon",
    "lat": "lat",
    "latitude": "lat",
    "in": "place_in",
    "place-in": "place_in",
    "area": "area",
    "on-behalf-of": "behalf",
}
_SHOWN = 200  # columns refused one by one; the rest are counted
_LONGEST = 200  # no name of a column is longer, unit and all
_BRACKETED = re.compile(r"(.*?)\s*[\[(]([^\])]+)[\])]\s*")


@dataclass(frozen=True)
class Column:
    """One column of the file: its name there, and what it holds.

    `role` is 'attribute', a special column (act, kind, lon, …), or 'canonical' for a column already in final form.
    """

    name: str
    number: int  # from 1
    role: str
    attribute: Attribute | None = None
    unit: Unit | None = None
    target: str = ""


def columns_named(names: Sequence[str], shown: str) -> list[Column]:
    """What every column holds. Raises InputError naming each column that nobody knows, and each that comes twice."""
    wrong: list[Diagnostic] = []
    columns: list[Column] = []
    taken: dict[str, str] = {}
    more: Counter[str] = Counter()
    for number, name in enumerate(names, 1):
        column = _column(name, number) if len(name) <= _LONGEST else None
        if column is None:
            if len(wrong) < _SHOWN:
                close = near(folded_key(name), [*recorded_attributes(), *_SPECIAL])
                args = {"name": shortened(name), "near": close, "number": str(number)}
                wrong.append(Diagnostic("unknown-column", args, file=shown, case="near" if close else "none"))
            else:
                more["unknown-column"] += 1
            continue
        if column.target in taken:
            if len(wrong) < _SHOWN:
                args = {"name": name, "first": taken[column.target]}
                wrong.append(Diagnostic("column-twice", args, file=shown))
            else:
                more["column-twice"] += 1
            continue
        taken[column.target] = name
        columns.append(column)
    for needed in ("act", "kind"):
        if needed not in taken and not wrong:
            shown_name = "id" if needed == "act" else needed
            wrong.append(Diagnostic("missing-column", {"name": shown_name}, file=shown))
    for code, count in sorted(more.items()):
        wrong.append(Diagnostic("more-refused", {"count": str(count), "code": code}, file=shown, case="columns"))
    if wrong:
        raise InputError(wrong)
    return columns


def _column(name: str, number: int) -> Column | None:
    folded = folded_key(name)
    if (special := _SPECIAL.get(folded)) is not None and special != "behalf":
        return Column(name, number, special, target=special)
    attributes = recorded_attributes()
    if (attribute := attributes.get("behalf" if special else folded)) is not None:
        return Column(name, number, "attribute", attribute, target=attribute.name)
    if name in column_types():
        return Column(name, number, "canonical", target=name)
    if found := _BRACKETED.fullmatch(name):
        return _measured(name, number, folded_key(found[1]), found[2])
    for split in reversed([i for i, c in enumerate(folded) if c == "-"]):
        if column := _measured(name, number, folded[:split], folded[split + 1 :].replace("-", " ")):
            return column
    return None


def _measured(name: str, number: int, head: str, unit_name: str) -> Column | None:
    """A column of amounts whose unit stands in its name: `range_km`, `range [km]`."""
    attribute = recorded_attributes().get(head)
    written = unit(unit_name.strip())
    if attribute is None or attribute.sort is not Sort.QUANTITY or written is None:
        return None
    if written.dimension != attribute.dimension:
        return None
    return Column(name, number, "attribute", attribute, written, attribute.name)
