"""`servanda locate`: a table of points, and where each of them is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.progress import Progress

from servanda.cli.output import check_outputs, standard_data, standard_error, standard_output, warn, write_whole
from servanda.cli.parsing import Arguments
from servanda.cli.values import map_day, party, silent
from servanda.cli.wrong import Wrong
from servanda.errors import Diagnostic
from servanda.messages import Lang, say
from servanda.record.points import Batch, Points, open_points
from servanda.report.placed import COLUMNS, CsvSink, JsonSink, ParquetSink, Placed, Sink, TextSink
from servanda.spatial import area_name
from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.index.zone_batch import NO_PIECE
from servanda.spatial.land.layer import LAYER, Piece, layer
from servanda.spatial.land.names import sea_name
from servanda.spatial.land.tenure import KNOWN_FROM, KNOWN_UNTIL, tenure
from servanda.spatial.locating import Located, Whose, locate, swapped_onto_land
from servanda.spatial.territory import BORDER_CAP_M, MARGIN_M
from servanda.vocabulary.party import parties
from servanda.vocabulary.territories import OVERSEAS, Subregion, subregion_of, subregion_of_area

_LOOKED_AT = 100_000  # points by which exchanged columns are told
_TOO_FEW = 5
_MOST = 0.6


@dataclass
class Run:
    """One call: what was asked, and what has been seen on the way."""

    points: Points
    on: date | None
    view: str | None
    lang: Lang
    swapped: int = 0
    looked_at: int = 0
    names: dict[Whose, tuple[str | None, str | None]] = field(default_factory=dict)


def locate_points(arguments: Arguments, lang: Lang) -> int:
    """Write the rows with where they are; 2 when rows were refused, unless that is allowed."""
    run, warnings = _asked(arguments, lang)
    warn(warnings, lang)
    form, output = arguments.one("format") or "csv", arguments.one("output")
    if output is not None:
        write_whole("--output", Path(output), lambda path: _write_file(run, form, path))
    else:
        with standard_output() if form == "text" else standard_data() as out:
            _pour(run, _sink(run, form, out))
    return _told(run, arguments.given("allow-refused"))


def _asked(arguments: Arguments, lang: Lang) -> tuple[Run, list[Diagnostic]]:
    wrong = Wrong()
    output, file = arguments.one("output"), Path(arguments.operands[0])
    if output is not None:
        wrong.diagnostics += check_outputs(arguments, "output")
    elif arguments.one("format") == "parquet":
        wrong.diagnostics.append(Diagnostic("missing-option", {"format": "parquet"}, case="placed"))
    on = wrong.catch(partial(map_day, arguments))
    view = wrong.catch(partial(party, arguments, "view"))
    points = wrong.catch(partial(open_points, file, KNOWN_FROM, KNOWN_UNTIL, COLUMNS))
    wrong.raise_if_any()
    assert points is not None
    return Run(points, on, view, lang), silent(view)


def _write_file(run: Run, form: str, path: Path) -> None:
    if form == "parquet":
        _pour(run, ParquetSink(path, _assumed(run)))
        return
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
        _pour(run, _sink(run, form, out))


def _sink(run: Run, form: str, out: TextIO) -> Sink:
    match form:
        case "csv":
            return CsvSink(out)
        case "jsonl":
            return JsonSink(out)
        case _:
            return TextSink(out, run.lang, lambda: _rests_on(run))


def _assumed(run: Run) -> dict[str, object]:
    """What the answers rest on, for those who find the file alone."""
    return {
        "map": LAYER,
        "margin_m": MARGIN_M,
        "border_cap_m": BORDER_CAP_M,
        "on": str(run.on or KNOWN_UNTIL),
        "view": run.view,
    }


def _rests_on(run: Run) -> str:
    view = parties().name(run.view, run.lang) if run.view else say("locate.no-view", run.lang)
    args = {"map": LAYER, "margin": f"{MARGIN_M / 1000:g}", "on": run.on or KNOWN_UNTIL, "view": view}
    return say("locate.rests-on", run.lang, **args)


def _pour(run: Run, sink: Sink) -> None:
    """All rows through the map, batch by batch."""
    with _progress(run) as step:
        for batch in run.points.batches():
            sink.write(_placed(run, batch))
            step(run.points.passed)
    if not run.looked_at and run.points.empty is not None:
        sink.write(_placed(run, run.points.empty))
    sink.close()


@contextmanager
def _progress(run: Run) -> Iterator[Callable[[int], None]]:
    """A bar for somebody who looks on; nothing in a file or a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("cli.progress.locating", run.lang), total=None)
        yield lambda done: bar.update(task, completed=done, total=run.points.size)


# ---- one batch


def _placed(run: Run, batch: Batch) -> Placed:
    _look_for_swapped(run, batch)
    columns: dict[str, list[pa.Array]] = {}
    order: list[Ints] = []
    for rows, on in _by_lot(run, batch):
        located = locate(batch.lon[rows], batch.lat[rows], on, run.view)
        for name, values in _columns(run, located, _overseas(batch.lon[rows], batch.lat[rows])).items():
            columns.setdefault(name, []).append(values)
        order.append(rows)
    back = pa.array(np.argsort(np.concatenate(order)))
    found = pa.table({name: pa.concat_arrays(parts).take(back) for name, parts in columns.items()})
    return Placed(batch.table, (batch.lon_name, batch.lon), (batch.lat_name, batch.lat), found)


def _by_lot(run: Run, batch: Batch) -> Iterator[tuple[Ints, date | None]]:
    """Rows of days between which nothing on the map changed, and one of these days."""
    lots: dict[int, int] = {}
    days = [run.on, *batch.days]
    lot_of_day = np.array([lots.setdefault(id(tenure(d, run.view)), i) for i, d in enumerate(days)])
    lot = lot_of_day[batch.day + 1]
    for number in np.unique(lot).tolist() or [0]:
        yield np.flatnonzero(lot == number), days[number]


def _overseas(lon: Floats, lat: Floats) -> Ints:
    """Of each position the box overseas that it lies in, as its number from 1; 0 for none."""
    box = np.zeros(len(lon), dtype=np.int64)
    for number, o in enumerate(OVERSEAS, 1):
        box[(o.west <= lon) & (lon <= o.east) & (o.south <= lat) & (lat <= o.north)] = number
    return box


def _columns(run: Run, located: Located, box: Ints) -> dict[str, pa.Array]:
    names = [run.names.get(w) or run.names.setdefault(w, _names(w, run.lang)) for w in located.answers]
    territory, area = ([n[i] for n in names] for i in range(2))
    seas = ["|".join(sea_name(s, run.lang) for s in names) or None for names in located.sea_sets]
    certain = [w.certain for w in located.answers]
    return {
        "territory": pa.array(territory, pa.string()).take(pa.array(located.answer)),
        "area": pa.array(area, pa.string()).take(pa.array(located.answer)),
        "sea": pa.array(seas, pa.string()).take(pa.array(located.seas)),
        "region": _regions(located, box, run.lang),
        "certain": pa.array(certain, pa.bool_()).take(pa.array(located.answer)),
        "border_m": pa.array(np.rint(located.border_m).astype(np.int64)),
    }


def _regions(located: Located, box: Ints, lang: Lang) -> pa.Array:
    count = len(OVERSEAS) + 1
    keys, which = np.unique(located.answer * count + box, return_inverse=True)
    told = ["|".join(s.name(lang) for s in _subregions(located.answers[k // count], k % count)) for k in keys.tolist()]
    return pa.array([text or None for text in told], pa.string()).take(pa.array(which.reshape(-1)))


def _names(whose: Whose, lang: Lang) -> tuple[str | None, str | None]:
    return "|".join(whose.codes) or None, area_name(whose.area, lang) if whose.area else None


def _subregions(whose: Whose, box: int) -> list[Subregion]:
    """Of the land itself, so Greenland is in Northern America; and of neighbours that are too near to be excluded."""
    pieces = (whose.piece,) if whose.piece != NO_PIECE else whose.beside
    found = [s for p in pieces for s in _of_piece(layer().pieces[p], box)]
    if any("ATA" in s.members for s in found):
        return sorted(set(found), key=lambda s: s.en)  # who claims a sector beside this one does not bring its region
    spoken = {*whose.holders, *(c for p in pieces for c in layer().pieces[p].holders)}
    others = set(whose.codes) - spoken if pieces else set(whose.codes)
    found += [s for code in sorted(others) if (s := subregion_of(code)) is not None]
    return sorted(set(found), key=lambda s: s.en)


def _of_piece(piece: Piece, box: int) -> list[Subregion]:
    if box and piece.kind == "land" and OVERSEAS[box - 1].state == piece.code:
        own = subregion_of(OVERSEAS[box - 1].code)
    else:
        own = subregion_of_area(piece.name) or subregion_of_area(piece.id) or subregion_of(piece.code or "")
    if own is not None:
        return [own]
    return [s for code in piece.holders if (s := subregion_of(code)) is not None]


def _look_for_swapped(run: Run, batch: Batch) -> None:
    left = _LOOKED_AT - run.looked_at
    if left > 0:
        run.swapped += int(swapped_onto_land(batch.lon[:left], batch.lat[:left]).sum())
        run.looked_at += len(batch.lon[:left])


def _told(run: Run, allowed: bool) -> int:
    """Say what was left out and what is suspected; the status."""
    points = run.points
    warn((r.diagnostic for r in sorted(points.refusals, key=lambda r: r.row)), run.lang)
    if run.looked_at >= _TOO_FEW and run.swapped >= _MOST * run.looked_at:
        args = {"count": str(run.swapped), "all": str(run.looked_at)}
        warn([Diagnostic("coordinates-swapped", args, file=points.shown, severity="warning")], run.lang)
    if not points.rows_refused:
        return 0
    args = {"count": str(points.rows_refused), "all": str(points.rows_in)}
    with standard_error() as err:
        err.write(say("locate.left-out", run.lang, **args) + "\n")
    return 0 if allowed and points.rows_refused < points.rows_in else 2
