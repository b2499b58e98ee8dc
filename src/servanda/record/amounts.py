"""A column of amounts to `_lo` and `_hi` in base units, exactly."""

from __future__ import annotations

from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servanda.errors import Diagnostic, InputError
from servanda.record.amount import COUNTS, base_unit, example
from servanda.record.cell import Context, read_cell
from servanda.record.columns import columns_of
from servanda.record.converted import Converted, by_text, flagged, text_of, wrong_type
from servanda.record.heading import Column
from servanda.record.refusal import Refused
from servanda.vocabulary.act import Attribute
from servanda.vocabulary.unit import Unit

_PLAIN = r"^[0-9]{1,15}$"
_NO_CONTEXT = Context()
_FLOAT_WHOLE = 2**53


def amounts(column: Column, attribute: Attribute, array: pa.Array, shown: str) -> Converted:
    """Read a column of amounts: numbers in the unit of the column's name, or text with units.

    Numbers without a unit are taken for counts (persons, items, tanks) alone.
    """
    bare = column.unit or (base_unit(attribute.dimension) if attribute.dimension in COUNTS else None)
    if pa.types.is_boolean(array.type) or pa.types.is_temporal(array.type) or pa.types.is_nested(array.type):
        raise wrong_type(column, array.type, shown)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
        return _numbers(column, attribute, array, bare, shown)
    texts = text_of(array, column, shown)
    if bare is not None and pc.all(pc.match_substring_regex(texts, _PLAIN)).as_py():
        return _numbers(column, attribute, texts.cast(pa.int64()), bare, shown)
    return _texts(attribute, texts, bare)


def _texts(attribute: Attribute, texts: pa.Array, bare: Unit | None) -> Converted:
    return by_text(texts, columns_of(attribute), partial(read_cell, attribute, context=_NO_CONTEXT, bare_unit=bare))


def _numbers(column: Column, attribute: Attribute, array: pa.Array, bare: Unit | None, shown: str) -> Converted:
    if bare is None:
        args = {"column": column.name, "example": example(attribute.dimension), "dimension": attribute.dimension}
        raise InputError([Diagnostic("amount-without-unit", args, file=shown, case="column")])
    if pa.types.is_floating(array.type):
        return _floats(attribute, array.cast(pa.float64()), bare)
    if pa.types.is_decimal(array.type):
        return _texts(attribute, array.cast(pa.string()), bare)
    return _whole(attribute, array, bare)


def _floats(attribute: Attribute, array: pa.Array, bare: Unit) -> Converted:
    """Floating point as its shortest decimal: 0.1 is one tenth, as it was meant when it was written down."""
    values = np.asarray(pc.fill_null(array, 0.0))
    finite = np.isfinite(values)
    if finite.all() and (values == np.rint(values)).all() and (np.abs(values) < _FLOAT_WHOLE).all():
        return _whole(attribute, array.cast(pa.int64()), bare)
    known = pa.array(finite & np.asarray(array.is_valid()))
    distinct = array.dictionary_encode()
    decimals = pa.array([_decimal(v) for v in distinct.dictionary.to_pylist()], pa.string())
    texts = pc.if_else(known, decimals.take(distinct.indices), None)
    read = _texts(attribute, texts, bare)
    return Converted(read.columns, read.bad | flagged(pa.array(~finite), Refused("bad-amount", "finite")))


def _decimal(value: float) -> str:
    return format(value, ".17f").rstrip("0").rstrip(".") if "e" in repr(value) else repr(value)


def _whole(attribute: Attribute, array: pa.Array, bare: Unit) -> Converted:
    least, greatest = pc.min_max(array).as_py().values()
    if bare.factor.denominator != 1 or (greatest is not None and greatest * bare.factor >= 2**63):
        return _texts(attribute, array.cast(pa.string()), bare)
    base = pc.multiply(array.cast(pa.int64()), int(bare.factor)) if bare.factor != 1 else array.cast(pa.int64())
    bad = flagged(pc.less(array, 0), Refused("amount-negative")) if least is not None and least < 0 else {}
    low, high, _ = columns_of(attribute)
    return Converted({low: base, high: base}, bad)
