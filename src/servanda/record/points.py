"""A table of points, batch by batch: columns `lon`, `lat` and, where there is one, `on`; whatever else it holds stays.

Ten million rows pass through in pieces. A row that cannot be taken is refused with its row, column and reason and left
out; rows in are rows used and rows refused.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from servanda.errors import Diagnostic, InputError
from servanda.record.files import suffix_of, unreadable
from servanda.record.parquet import batches, declared, opened, plain_column, value, values
from servanda.record.place import DEGREES
from servanda.record.points_csv import Part, csv_batches
from servanda.record.refusal import Refusal, Refused, Where, damaged, phrase, shortened
from servanda.spatial.ellipsoid.geodesic import look_swapped

FORMS = (".csv", ".csv.gz", ".parquet")
KEPT = 50  # refusals that are told one by one; all are counted
_BATCH = 1 << 16
_NAMES = {
    "lon": ("lon", "longitude"),
    "lat": ("lat", "latitude"),
    "on": ("on",),
}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Batch:
    """Rows as read, and their positions; `day` is the number of a day in `days`, -1 where the row names none."""

    table: pa.Table
    lon_name: str
    lat_name: str
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    day: npt.NDArray[np.int64]
    days: tuple[date, ...]


@dataclass
class Points:
    """A table of points. The counts are right when the batches have been read to their end.

    `passed` of `size` (bytes, or rows) have been read. `empty`: no rows, in the columns of the table; known with the
    first batch, or when there was none.
    """

    path: Path
    shown: str
    first_day: date
    last_day: date
    reserved: tuple[str, ...] = ()
    size: int = 0
    rows_in: int = 0
    rows_refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    passed: int = 0
    empty: Batch | None = None

    def batches(self) -> Iterator[Batch]:
        """The rows that can be taken. Raises InputError when the file is no such table."""
        raw = _parquet(self) if suffix_of(self.path) == ".parquet" else csv_batches(self.path, self.shown)
        columns: dict[str, str] = {}
        for part in raw:
            if not columns:
                columns = _columns(part.table, self.shown, self.reserved)
                self.empty = self._taken(part.table.slice(0, 0), part.rows[:0], columns)
            self.passed = part.passed
            self.rows_in += part.table.num_rows + len(part.refusals)
            self._refuse(part.refusals)
            if part.table.num_rows and (taken := self._taken(part.table, part.rows, columns)).table.num_rows:
                yield taken

    def _refuse(self, refusals: Sequence[Refusal]) -> None:
        self.rows_refused += len(refusals)
        self.refusals += refusals[: max(0, KEPT - len(self.refusals))]

    def _taken(self, table: pa.Table, rows: npt.NDArray[np.int64], columns: dict[str, str]) -> Batch:
        judge = _Judge(table, rows, self.shown)
        lon, lat = (judge.degrees(columns[axis]) for axis in ("lon", "lat"))
        judge.range(lon, lat, columns)
        day, days = judge.days(columns.get("on"), self.first_day, self.last_day)
        good = judge.good
        told = judge.kept(KEPT)
        self.rows_refused += int((~good).sum()) - len(told)
        self._refuse(told)
        if not good.all():
            table, lon, lat, day = table.filter(pa.array(good)), lon[good], lat[good], day[good]
        return Batch(table, columns["lon"], columns["lat"], lon, lat, day, days)


def open_points(path: Path, first_day: date, last_day: date, reserved: tuple[str, ...] = ()) -> Points:
    """The table, not yet read. Raises InputError when there is no such file.

    Days outside of these two are refused, and so is a table that has a column of a `reserved` name.
    """
    shown = str(path)
    try:
        mode, size = path.stat().st_mode, path.stat().st_size
    except FileNotFoundError:
        raise InputError([Diagnostic("points-unreadable", file=shown, case="missing")]) from None
    except (OSError, ValueError) as error:
        reason = unreadable(shown, error).args["reason"]
        raise InputError([Diagnostic("points-unreadable", {"reason": reason}, file=shown)]) from None
    if not stat.S_ISREG(mode):
        raise InputError([Diagnostic("points-unreadable", {"reason": phrase("record-no-file")}, file=shown)])
    if suffix_of(path) not in FORMS:
        raise InputError([Diagnostic("points-form", {"suffix": path.suffix or "—"}, file=shown)])
    if size == 0:
        raise InputError([Diagnostic("record-empty", file=shown)])
    return Points(path, shown, first_day, last_day, reserved, size)


def _parquet(points: Points) -> Iterator[Part]:
    first = 1
    try:
        with opened(points.path) as file:
            schema = declared(file)
            _check_types(schema, points.shown)
            size, points.size = points.size, file.metadata.num_rows
            for table in batches(file, _BATCH, size, points.shown):
                rows = np.arange(first, first + table.num_rows)
                first += table.num_rows
                yield Part(table, rows, [], first - 1)
            if first == 1:
                yield Part(schema.empty_table(), np.arange(0), [], 0)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged(points.shown, error) from None


def _check_types(schema: pa.Schema, shown: str) -> None:
    wrong = []
    for name in schema.names:
        axis = next((a for a, known in _NAMES.items() if name.strip().casefold() in known), None)
        if axis is not None and schema.names.count(name) == 1 and not _fits(axis, schema.field(name).type):
            args = {"name": name, "found": str(schema.field(name).type)}
            wrong.append(Diagnostic("points-column-type", args, file=shown, case="day" if axis == "on" else None))
    if wrong:
        raise InputError(wrong)


def _fits(axis: str, found: pa.DataType) -> bool:
    types = pa.types
    text = any(t(found) for t in (types.is_string, types.is_large_string, types.is_string_view, types.is_null))
    if types.is_dictionary(found):
        return _fits(axis, found.value_type)
    if axis == "on":
        return bool(text or types.is_date(found))
    return bool(text or types.is_floating(found) or types.is_integer(found) or types.is_decimal(found))


def _columns(table: pa.Table, shown: str, reserved: tuple[str, ...]) -> dict[str, str]:
    """Which column is which. Raises InputError naming each that is missing, comes twice or is to be written."""
    found: dict[str, str] = {}
    names = table.column_names
    wrong = [Diagnostic("points-column-taken", {"name": n}, file=shown) for n in names if n in reserved]
    same = {n for n in names if names.count(n) > 1}
    wrong += [Diagnostic("points-column-twice", {"name": n}, file=shown, case="same") for n in sorted(same)]
    for axis, known in _NAMES.items():
        named = list(dict.fromkeys(n for n in names if n.strip().casefold() in known))
        if len(named) > 1:
            wrong.append(Diagnostic("points-column-twice", {"first": named[0], "name": named[1]}, file=shown))
        elif named:
            found[axis] = named[0]
        elif axis != "on":
            args = {"name": axis, "found": shortened(", ".join(names), 120)}
            wrong.append(Diagnostic("points-column-missing", args, file=shown, case=_missing(names)))
            if _missing(names):
                break
    if wrong:
        raise InputError(wrong)
    return found


def _missing(names: Sequence[str]) -> str | None:
    """A header of one column that holds another separator was not written with commas."""
    return "separator" if len(names) == 1 and any(mark in names[0] for mark in ";\t|") else None


class _Judge:
    """Decides row by row, a column at a time, and keeps the first reason against each row."""

    def __init__(self, table: pa.Table, rows: npt.NDArray[np.int64], shown: str) -> None:
        self.good = np.ones(table.num_rows, dtype=bool)
        self._table, self._rows, self._shown = table, rows, shown
        self._against: list[tuple[int, str, Refused]] = []

    def degrees(self, name: str) -> npt.NDArray[np.float64]:
        """A column of degrees as numbers; what is none is refused."""
        column = _plain(self._table[name])
        absent = pc.is_null(column)
        if pa.types.is_string(column.type):
            text = pc.utf8_trim_whitespace(column)
            absent = pc.fill_null(pc.equal(text, ""), True)
            column = pc.if_else(pc.match_substring_regex(text, DEGREES), text, None)
        self._refuse(np.asarray(absent), name, Refused("bad-place", "absent"))
        values = np.asarray(pc.fill_null(pc.cast(column, pa.float64()), np.nan))
        self._refuse(~np.isfinite(values), name, Refused("bad-place", "degrees"))
        return values

    def range(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], columns: dict[str, str]) -> None:
        """Positions on no globe are refused; those that would be on it with the two exchanged are told so."""
        self._refuse(look_swapped(lon, lat), columns["lat"], Refused("place-range", "swapped"))
        self._refuse(np.abs(lat) > 90, columns["lat"], Refused("place-range", "off"))
        self._refuse(np.abs(lon) > 180, columns["lon"], Refused("place-range", "off"))

    def days(self, name: str | None, first: date, last: date) -> tuple[npt.NDArray[np.int64], tuple[date, ...]]:
        """The day of each row, read once for each that comes up."""
        length = self._table.num_rows
        if name is None:
            return np.full(length, -1), ()
        encoded = _plain(self._table[name]).dictionary_encode()
        days: list[date] = []
        numbers = np.full(len(encoded.dictionary) + 1, -1)
        indices = np.asarray(pc.fill_null(encoded.indices, len(encoded.dictionary))).astype(np.int64)
        for number, written in enumerate(values(pa.chunked_array([encoded.dictionary]))):
            try:
                day = _day(written, first, last)
            except Refused as reason:
                self._refuse(indices == number, name, reason)
                continue
            if day is not None:
                numbers[number] = len(days)
                days.append(day)
        return numbers[indices], tuple(days)

    def kept(self, count: int) -> list[Refusal]:
        """The first refusals, in the order of the rows."""
        found = []
        for at, name, reason in sorted(self._against, key=lambda a: a[0])[:count]:
            written = value(self._table[name][at])
            found.append(Where(self._shown, int(self._rows[at]), name).refuse(reason, written))
        return found

    def _refuse(self, rows: npt.NDArray[np.bool_], name: str, reason: Refused) -> None:
        new = np.flatnonzero(rows & self.good)
        self._against += [(int(at), name, reason) for at in new[:KEPT]]
        self.good[new] = False


def _day(value: object, first: date, last: date) -> date | None:
    if isinstance(value, date):
        day = value
    elif isinstance(value, str) and not value.strip():
        return None
    else:
        try:
            text = str(value).strip()
            day = date.fromisoformat(text if _ISO_DAY.fullmatch(text) else "")
        except ValueError:
            raise Refused("points-day") from None
    if not first <= day <= last:
        raise Refused("points-day", "off", first=first.isoformat(), last=last.isoformat())
    return day


def _plain(column: pa.ChunkedArray) -> pa.Array:
    """One array, text as text."""
    array = plain_column(column).combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array
