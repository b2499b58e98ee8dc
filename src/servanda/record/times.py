"""A column of times to `_lo`, `_hi`, `_day`."""

from __future__ import annotations

from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servanda.errors import Diagnostic, InputError
from servanda.record.cell import NO_VALUE, Context, read_cell
from servanda.record.columns import column_of, columns_of
from servanda.record.converted import Converted, by_text, flagged, text_of, wrong_type
from servanda.record.heading import Column
from servanda.record.instants import instants, regular
from servanda.record.moment import read_when
from servanda.record.refusal import Refused
from servanda.temporal import BEGINNING_US, DAY_US, END_US, FIRST_YEAR, LAST_YEAR
from servanda.vocabulary.act import Attribute

_FEW = 4096  # distinct texts read one by one; beyond it the layout is cut into numbers


def times(column: Column, attribute: Attribute, array: pa.Array, context: Context, shown: str) -> Converted:
    """Read a column of days and instants: dates, time stamps with a zone, or text."""
    stem = column_of(attribute.name)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_date(array.type):
        return _days(stem, array.cast(pa.date32()).cast(pa.int32()))
    if pa.types.is_timestamp(array.type):
        return _stamps(stem, array, column, context, shown)
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_null(array.type)):
        raise wrong_type(column, array.type, shown)
    texts = text_of(array, column, shown)
    if pc.count_distinct(texts).as_py() > _FEW and pc.all(regular(texts)).as_py():
        return _instants(stem, instants(texts), texts)
    return by_text(texts, columns_of(attribute), lambda t: read_cell(attribute, t, context))


def _days(stem: str, days: pa.Array) -> Converted:
    lo = pc.multiply(days.cast(pa.int64()), DAY_US)
    columns = {f"{stem}_lo": lo, f"{stem}_hi": pc.add(lo, DAY_US - 1), f"{stem}_day": days}
    return Converted(columns, out_of_calendar(lo))


def _stamps(stem: str, array: pa.Array, column: Column, context: Context, shown: str) -> Converted:
    us = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    if array.type.tz is None:
        return by_text(_naive(us, column, context, shown), (f"{stem}_lo", f"{stem}_hi"), partial(_cells, stem, context))
    return _instants(stem, us.cast(pa.int64()), us)


def _naive(us: pa.Array, column: Column, context: Context, shown: str) -> pa.Array:
    """Time stamps without a zone as texts, with all their digits. Raises InputError where the record declares none."""
    if context.zone is None:
        raise InputError([Diagnostic("naive-time", {"column": column.name}, file=shown, case="column")])
    return pc.strftime(us, format="%Y-%m-%dT%H:%M:%S")


def _cells(stem: str, context: Context, text: str) -> dict[str, object]:
    when = read_when(text, context.zone)
    return {f"{stem}_lo": when.lo, f"{stem}_hi": when.hi}


def _instants(stem: str, us: pa.Array, written: pa.Array) -> Converted:
    bad = out_of_calendar(us)
    bad |= flagged(pc.and_(us.is_null(), written.is_valid()), Refused("bad-time", "calendar"))
    return Converted({f"{stem}_lo": us, f"{stem}_hi": us}, bad)


def out_of_calendar(us: pa.Array) -> dict[int, Refused]:
    """The rows whose instant no year of the calendar holds, each with the reason."""
    least, greatest = pc.min_max(us).as_py().values()
    if least is None or (least >= BEGINNING_US and greatest <= END_US):
        return {}
    reason = Refused("bad-time", "year", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return flagged(pc.or_(pc.less(us, BEGINNING_US), pc.greater(us, END_US)), reason)


def day_numbers(column: Column, array: pa.Array, context: Context, shown: str) -> Converted:
    """The column `recorded`: the day on which a row was entered or said."""
    if pa.types.is_date(array.type):
        return Converted({"recorded_day": array.cast(pa.date32()).cast(pa.int32())})
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        us = np.asarray(pc.fill_null(array.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.int64()), 0))
        return Converted({"recorded_day": pa.array((us // DAY_US).astype(np.int32), mask=np.asarray(array.is_null()))})

    def read(text: str) -> dict[str, object]:
        if text.strip() in NO_VALUE:
            return {}
        return {"recorded_day": read_when(text, context.zone).hi // DAY_US}

    if pa.types.is_timestamp(array.type):
        texts = _naive(array.cast(pa.timestamp("us"), safe=False), column, context, shown)
    else:
        texts = text_of(array, column, shown)
    return by_text(texts, ("recorded_day",), read)
