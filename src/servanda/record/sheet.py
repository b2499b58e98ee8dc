"""A CSV or Parquet table of acts to canonical columns, column by column: no Python object for a row.

Text columns are read once for each distinct value, by the same rules as values written by hand; typed columns are
cast. Bad rows are refused with their row and column and left out; a column that nobody knows refuses the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servanda.errors import Diagnostic, InputError, Span
from servanda.record.amounts import amounts
from servanda.record.cell import NO_VALUE, NONE, Context, read_cell, read_word
from servanda.record.columns import (
    Cells,
    array_of,
    column_of,
    column_types,
    columns_of,
    quantity_columns,
    recorded_attributes,
)
from servanda.record.converted import Converted, by_text, flagged, text_of, wrong_type
from servanda.record.files import File
from servanda.record.hand import read_kind, unknown_attribute
from servanda.record.heading import Column, columns_named
from servanda.record.parquet import value
from servanda.record.place import DEGREES, read_in
from servanda.record.raw import Raw, read_raw
from servanda.record.refusal import Refusal, Refused, Where
from servanda.record.row import speaker
from servanda.record.times import day_numbers, out_of_calendar, times
from servanda.spatial.ellipsoid.geodesic import look_swapped
from servanda.vocabulary.act import Attribute, Sort, vocabulary

_ZONES_US = 14 * 3_600_000_000
_BAD_ID = r"[\x00-\x1f\x7f]"


@dataclass(frozen=True)
class Sheet:
    """The rows of a table of acts that can be taken, in canonical columns, and the refusals of the others."""

    table: pa.Table
    rows: pa.Array  # the row of the file that each one is
    rows_in: int
    refusals: list[Refusal] = field(default_factory=list)


def read_sheet(file: File, context: Context) -> Sheet:
    """Read a CSV or Parquet table of acts. Raises InputError when the file as a whole cannot be taken."""
    raw = read_raw(file)
    reading = _Reading(raw, columns_named(raw.table.column_names, file.shown), context)
    reading.read()
    return reading.sheet()


class _Reading:
    """One table being read: canonical columns so far, and the rows found bad."""

    def __init__(self, raw: Raw, columns: list[Column], context: Context) -> None:
        self.raw = raw
        self.columns = columns
        self.context = context
        self.n = raw.table.num_rows
        self.done: dict[str, pa.Array] = {}
        self.number: dict[str, Column] = {}  # canonical column to the column of the file it came from
        self.bad = np.zeros(self.n, bool)
        self.refusals: list[Refusal] = list(raw.refusals)

    def read(self) -> None:
        """Read every column, then what only several columns together can tell."""
        wrong: list[Diagnostic] = []
        for column in self.columns:
            try:
                self._column(column)
            except InputError as error:
                wrong += error.diagnostics
        if wrong:
            raise InputError(wrong)
        self._points()
        self._intervals()
        self._required("act")
        self._required("kind")
        self._kinds()
        self._unwritten()
        for end in ("until", "last_seen"):
            self._order(end)

    def sheet(self) -> Sheet:
        """The rows that stand."""
        self.done.setdefault("sure", pa.array(np.ones(self.n, bool)))
        ordered = {c: self.done[c] for c in column_types() if c in self.done}
        table = pa.table(ordered)
        rows = self.raw.rows
        if self.bad.any():
            keep = pa.array(~self.bad)
            table, rows = table.filter(keep), rows.filter(keep)
        return Sheet(table, rows, self.n + self.raw.rows_lost, self.refusals)

    # ---- one column

    def _column(self, column: Column) -> None:
        array = self.raw.table[column.name].combine_chunks()
        if isinstance(array, pa.ChunkedArray):  # a column of more bytes than one array holds
            array = pa.concat_arrays([c.cast(pa.large_string()) for c in array.chunks])
        try:
            self._keep(column, self._convert(column, array))
        except (pa.ArrowException, OverflowError):  # a type, or values of it, that no rule above foresaw
            raise wrong_type(column, array.type, self.raw.shown) from None

    def _keep(self, column: Column, converted: Converted) -> None:
        for name, values in converted.columns.items():
            self.number[name] = column
            if name in self.done:  # a point of its own goes before that of a named place
                first, second = (self.done[name], values) if column.role == "attribute" else (values, self.done[name])
                values = pc.coalesce(first, second)
            self.done[name] = values
        for i, reason in converted.bad.items():
            self._refuse(i, column, reason)

    def _convert(self, column: Column, array: pa.Array) -> Converted:
        match column.role:
            case "attribute":
                assert column.attribute is not None
                return self._attribute(column, column.attribute, array)
            case "act":
                return _ids("act", text_of(array, column, self.raw.shown))
            case "source":
                return _ids("source", text_of(array, column, self.raw.shown))
            case "kind":
                return by_text(text_of(array, column, self.raw.shown), ("kind",), lambda t: {"kind": read_kind(t).name})
            case "account":
                text = text_of(array, column, self.raw.shown)
                return by_text(text, ("account",), lambda t: {"account": speaker(t)})
            case "recorded":
                return day_numbers(column, array, self.context, self.raw.shown)
            case "lon" | "lat" as axis:
                return _degrees(axis, column, array, self.raw.shown)
            case "place_in":
                return by_text(text_of(array, column, self.raw.shown), ("place_in", "area"), read_in)
            case "area":
                return by_text(text_of(array, column, self.raw.shown), ("area",), lambda t: {"area": t.strip()})
            case "sure":
                return _canonical("sure", column, array, self.raw.shown)
        return _canonical(column.target, column, array, self.raw.shown)

    def _attribute(self, column: Column, attribute: Attribute, array: pa.Array) -> Converted:
        shown = self.raw.shown
        match attribute.sort:
            case Sort.QUANTITY:
                return amounts(column, attribute, array, shown)
            case Sort.TIME:
                return times(column, attribute, array, self.context, shown)
            case Sort.YEAR if pa.types.is_integer(array.type):
                return _years(attribute, array)
            case Sort.TEXT:
                return Converted({columns_of(attribute)[0]: _trimmed(text_of(array, column, shown))})
        if attribute.many:
            return _lists(column, attribute, array, self.context, shown)
        if pa.types.is_boolean(array.type) and attribute.values == ("yes", "no"):
            array = pc.if_else(array, "yes", "no")
        read = partial(read_cell, attribute, context=self.context)
        return by_text(text_of(array, column, shown), columns_of(attribute), read)

    # ---- several columns

    def _refuse(self, i: int, column: Column, reason: Refused) -> None:
        self.bad[i] = True
        row = self.raw.rows[i].as_py()
        where = Where(self.raw.shown, row, column.name, Span.at(self.raw.shown, row, column.number))
        self.refusals.append(where.refuse(reason, value(self.raw.table[column.name][i])))

    def _required(self, name: str) -> None:
        column = self.number[name]
        for i in np.flatnonzero(np.asarray(self.done[name].is_null()) & ~self.bad):
            self._refuse(int(i), column, Refused("missing-field", name="id" if name == "act" else name))

    def _points(self) -> None:
        if "lon" not in self.done and "lat" not in self.done:
            return
        column = self.number.get("lon") or self.number["lat"]
        missing = pa.nulls(self.n, pa.float64())
        lon, lat = self.done.setdefault("lon", missing), self.done.setdefault("lat", missing)
        half = pc.xor(lon.is_valid(), lat.is_valid())
        x, y = (np.asarray(pc.fill_null(a, 0.0)) for a in (lon, lat))
        off = (np.abs(x) > 180) | (np.abs(y) > 90)
        for i in np.flatnonzero(np.asarray(half) & ~self.bad):
            self._refuse(int(i), column, Refused("bad-place", "half"))
        for i in np.flatnonzero(off & ~self.bad):
            case = "swapped" if look_swapped(x[i], y[i]) else "off"
            self._refuse(int(i), column, Refused("place-range", case))

    def _intervals(self) -> None:
        """Refuse what canonical columns alone can say: half an interval, or one that ends before it begins."""
        canonical = [c for c, column in self.number.items() if column.role == "canonical"]
        for name in sorted({c[:-3] for c in canonical if c.endswith(("_lo", "_hi"))}):
            low, high = (self.done.get(f"{name}_{end}", pa.nulls(self.n, pa.int64())) for end in ("lo", "hi"))
            column = self.number.get(f"{name}_lo") or self.number[f"{name}_hi"]
            is_time = f"{name}_lo" not in quantity_columns()
            code = "bad-time" if is_time else "bad-amount"
            half = pc.xor(low.is_valid(), high.is_valid()) if is_time else pc.and_(low.is_null(), high.is_valid())
            bad = flagged(half, Refused(code, "half"))
            bad |= flagged(pc.greater(low, high), Refused("bad-time", "order") if is_time else Refused("amount-order"))
            if not is_time:
                bad |= flagged(pc.less(low, pa.scalar(0, low.type)), Refused("amount-negative"))
            if is_time:
                bad = out_of_calendar(low) | out_of_calendar(high) | bad
            for i, reason in bad.items():
                if not self.bad[i]:
                    self._refuse(i, column, reason)

    def _kinds(self) -> None:
        """Refuse a value of an attribute that acts of the row's kind do not have."""
        kinds = [vocabulary().kinds[k] for k in pc.unique(self.done["kind"]).drop_null().to_pylist()]
        for attribute in recorded_attributes().values():
            present = [c for c in columns_of(attribute) if c in self.done]
            lacking = [k.name for k in kinds if attribute.name not in k.attributes]
            if not present or not lacking:
                continue
            said = np.logical_or.reduce([np.asarray(self.done[c].is_valid()) for c in present])
            strange = np.asarray(pc.is_in(self.done["kind"], pa.array(lacking))) & said & ~self.bad
            for i in np.flatnonzero(strange):
                kind = vocabulary().kinds[self.done["kind"][i].as_py()]
                self._refuse(int(i), self.number[present[0]], unknown_attribute(attribute.name, kind))

    def _unwritten(self) -> None:
        """What does not apply to acts of a kind unless it is written."""
        for name in pc.unique(self.done["kind"]).drop_null().to_pylist():
            kind = vocabulary().kinds[name]
            for attribute in (kind.attributes[a] for a in kind.none_unless_written):
                column = column_of(attribute.name)
                given = self.done.get(column, pa.nulls(self.n, column_types()[column]))
                nothing = pa.scalar([] if attribute.many else NONE, column_types()[column])
                empty = pc.and_(pc.equal(self.done["kind"], name), self._empty(column))
                # if_else knows no lists: take from a pair of arrays instead.
                both = pa.concat_arrays([given, pa.array([nothing.as_py()], column_types()[column])])
                here = pa.array(np.arange(self.n))
                self.done[column] = both.take(pc.if_else(pc.fill_null(empty, False), pa.scalar(self.n), here))

    def _empty(self, column: str) -> pa.Array:
        """Where the file says nothing at all in the column."""
        if column not in self.number:
            return pa.array(np.ones(self.n, bool))
        raw = self.raw.table[self.number[column].name].combine_chunks()
        return pc.equal(pc.fill_null(raw, ""), "") if pa.types.is_string(raw.type) else raw.is_null()

    def _order(self, end: str) -> None:
        """Refuse rows whose end lies before their start in every zone."""
        if f"{end}_hi" not in self.done or "start_lo" not in self.done:
            return
        start_day, end_day = (self.done.get(f"{n}_day", pa.nulls(self.n)) for n in ("start", end))
        mixed = np.asarray(pc.xor(start_day.is_valid(), end_day.is_valid()))
        slack = np.where(mixed, _ZONES_US, 0)
        before = pc.less(pc.add(self.done[f"{end}_hi"], pa.array(slack)), self.done["start_lo"])
        for i in np.flatnonzero(np.asarray(pc.fill_null(before, False)) & ~self.bad):
            self._refuse(int(i), self.number[f"{end}_hi"], Refused("until-before-start"))


def _trimmed(text: pa.Array) -> pa.Array:
    """Texts in NFC without space around; empty ones are missing."""
    if not pc.any(pc.match_substring_regex(text, r"^\s|\s$|[^\x00-\x7f]")).as_py():
        clean = text
    else:
        clean = pc.utf8_normalize(pc.utf8_trim_whitespace(text), form="NFC")
    empty = pc.equal(clean, "")
    return pc.if_else(empty, None, clean) if pc.any(empty).as_py() else clean


def _ids(name: str, text: pa.Array) -> Converted:
    ids = _trimmed(text)
    reserved = pc.is_in(ids, pa.array([NONE, *NO_VALUE]))
    bad = pc.or_(pc.match_substring_regex(ids, _BAD_ID), pc.greater(pc.utf8_length(ids), 200))
    return Converted({name: ids}, flagged(pc.or_(reserved, pc.fill_null(bad, False)), Refused("bad-id")))


def _degrees(axis: str, column: Column, array: pa.Array, shown: str) -> Converted:
    if pa.types.is_floating(array.type) or pa.types.is_integer(array.type) or pa.types.is_decimal(array.type):
        values = array.cast(pa.float64())
        return Converted({axis: values}, flagged(pc.invert(pc.is_finite(values)), Refused("bad-place", "degrees")))
    text = _trimmed(text_of(array, column, shown))
    text = pc.if_else(pc.equal(text, "unknown"), None, text)
    right = pc.match_substring_regex(text, DEGREES)
    values = pc.if_else(right, text, None).cast(pa.float64())
    return Converted({axis: values}, flagged(pc.invert(right), Refused("bad-place", "degrees")))


def _years(attribute: Attribute, array: pa.Array) -> Converted:
    right = pc.and_(pc.greater(array, 0), pc.less(array, 10000))
    values = pc.if_else(right, array, None).cast(pa.int32())
    return Converted({columns_of(attribute)[0]: values}, flagged(pc.invert(right), Refused("bad-year")))


def _lists(column: Column, attribute: Attribute, array: pa.Array, context: Context, shown: str) -> Converted:
    """Several values: a list column, or text parted by semicolons."""
    name = columns_of(attribute)[0]
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        return by_text(text_of(array, column, shown), (name,), partial(_parted, attribute, name, context))
    if not pa.types.is_string(array.type.value_type):
        raise wrong_type(column, array.type, shown)
    distinct = pc.unique(pc.list_flatten(array)).to_pylist()
    known: dict[str | None, str] = {}
    bad: dict[str | None, Refused] = {}
    for text in distinct:
        try:
            known[text] = read_word(attribute, text or "", context)
        except Refused as reason:
            bad[text] = reason
    if not bad and all(k == v for k, v in known.items()):
        return Converted({name: array.cast(pa.list_(pa.string()))})
    lists, wrong = [], {}
    for i, row in enumerate(array.to_pylist()):
        lists.append(None if row is None else sorted({known[t] for t in row if t in known}))
        for t in row or ():
            if t in bad:
                wrong[i] = bad[t]
    return Converted({name: array_of(name, lists)}, wrong)


def _parted(attribute: Attribute, name: str, context: Context, text: str) -> Cells:
    parts = [p.strip() for p in text.split(";") if p.strip()]
    if len(parts) == 1 and parts[0] in NO_VALUE:
        return {}
    return {name: [] if parts == [NONE] else sorted({read_word(attribute, p, context) for p in parts})}


def _canonical(target: str, column: Column, array: pa.Array, shown: str) -> Converted:
    """A column that is in canonical form already: it is taken as it stands where its type fits."""
    wanted = column_types()[target]
    if array.type == wanted:
        return Converted({target: array})
    fits: Callable[[pa.DataType], bool] = pa.types.is_integer if pa.types.is_integer(wanted) else lambda t: t == wanted
    if target in quantity_columns() and pa.types.is_decimal(array.type):
        return Converted({target: array.cast(pa.decimal128(38, 9))})
    if pa.types.is_string(array.type) or fits(array.type):
        try:
            return Converted({target: array.cast(wanted)})
        except pa.ArrowInvalid:
            pass
    raise wrong_type(column, array.type, shown)
