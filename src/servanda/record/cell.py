"""One value of one attribute, as written, to its canonical cells. The same rules for YAML, CSV and Parquet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from servanda.record.amount import read_amount
from servanda.record.columns import Cells, column_of
from servanda.record.document import Datum
from servanda.record.moment import When, read_when
from servanda.record.place import read_place
from servanda.record.refusal import Refused, phrase, suggesting
from servanda.vocabulary.act import Attribute, Sort
from servanda.vocabulary.party import parties
from servanda.vocabulary.unit import Unit

# An id is anything that prints on one line: reports and tables bring their own.
_ID = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_YEAR = re.compile(r"\d{4}")
NO_VALUE = ("unknown", "disputed")
NONE = "none"


@dataclass(frozen=True)
class Context:
    """What values of one file are read against: its declared zone, the named places and the organs of the record."""

    zone: str | None = None
    places: Mapping[str, Cells] = field(default_factory=dict)
    organs: frozenset[str] = frozenset()


def read_cell(attribute: Attribute, datum: Datum, context: Context, bare_unit: Unit | None = None) -> Cells:
    """The canonical cells of a value; no cells for `unknown` and `disputed`, which are no values.

    Raises Refused.
    """
    if isinstance(datum, str) and datum.strip() in NO_VALUE:
        return {}
    column = column_of(attribute.name)
    if attribute.many:
        return {column: _several(attribute, datum, context)}
    if isinstance(datum, list):
        raise Refused("several-values")
    if attribute.sort is Sort.PLACE:
        return read_place(datum, context.places)
    if datum == NONE:
        return _none(attribute, column)
    match attribute.sort:
        case Sort.QUANTITY:
            low, high = read_amount(datum, attribute.dimension, bare_unit)
            return {f"{column}_lo": low, f"{column}_hi": high}
        case Sort.TIME:
            return when_cells(column, read_when(datum, context.zone))
    if not isinstance(datum, str):
        raise Refused("bad-shape", wanted=phrase("record-shape-of.text"))
    if attribute.sort is Sort.YEAR:
        return {column: _year(datum)}
    return {column: read_word(attribute, datum, context)}


def when_cells(column: str, when: When) -> Cells:
    """A time as its three cells."""
    return {f"{column}_lo": when.lo, f"{column}_hi": when.hi, f"{column}_day": when.day}


def _none(attribute: Attribute, column: str) -> Cells:
    if attribute.sort in (Sort.QUANTITY, Sort.TIME, Sort.YEAR):
        return {f"{column}_none": True}
    return {column: NONE}


def _several(attribute: Attribute, datum: Datum, context: Context) -> list[str]:
    items = datum if isinstance(datum, list) else [datum]
    if items == [NONE]:
        return []
    values = []
    for item in items:
        if not isinstance(item, str):
            raise Refused("bad-shape", wanted=phrase("record-shape-of.text"))
        values.append(read_word(attribute, item, context))
    return sorted(set(values))


def read_word(attribute: Attribute, datum: str, context: Context) -> str:
    """One word, party, norm or id. A name that is no party stays: whether it is an act is asked later."""
    text = " ".join(unicodedata.normalize("NFC", datum).split())
    if not text:
        raise Refused("empty-value")
    match attribute.sort:
        case Sort.PARTY:
            return party_code(text, context.organs)
        case Sort.WORD if attribute.values and text not in attribute.values:
            raise suggesting("unknown-value", text, list(attribute.values), allowed=", ".join(attribute.values))
        case Sort.TEXT:
            return unicodedata.normalize("NFC", datum).strip()
    return text


def party_code(name: str, organs: frozenset[str] = frozenset()) -> str:
    """The code of a party by code or by name in any language; an organ is its own name. Raises Refused."""
    if organs and (organ := " ".join(unicodedata.normalize("NFC", name).split())) in organs:
        return organ
    code = parties().code(name)
    if code is None:
        known = [] if len(name) == 2 else parties().names()  # NO is Norway in the code of two letters, and near UNO
        raise suggesting("no-such-party", name, known)
    return code


def _year(text: str) -> int:
    if _YEAR.fullmatch(text.strip()) is None or int(text) == 0:
        raise Refused("bad-year")
    return int(text)


def read_id(datum: Datum) -> str:
    """An id: text on one line, as written."""
    if not isinstance(datum, str):
        raise Refused("bad-shape", wanted=phrase("record-shape-of.text"))
    text = unicodedata.normalize("NFC", datum).strip()
    if not text:
        raise Refused("empty-value")
    if _ID.fullmatch(text) is None or text == NONE or text in NO_VALUE:
        raise Refused("bad-id")
    return text
