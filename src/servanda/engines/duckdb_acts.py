"""The relation `acts` in DuckDB: the canonical table, with amounts as whole numbers and times closed at both ends."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from sqlglot import exp

from servanda.norms.facts import NOTHING, Act, Range, World
from servanda.plan import calendar, sql
from servanda.plan.scope import OF_ACT, Schema
from servanda.plan.sql import Expr, col
from servanda.record.columns import DECIMAL, column_types, quantity_columns
from servanda.temporal import BEGINNING_US, END_US, Moment
from servanda.vocabulary.act import Sort, vocabulary

Acts: TypeAlias = pa.Table | ds.Dataset | Path | str  # the canonical table, or Parquet of it

RECORD, BREACHES = "record", "breaches"
_SCALE = 10**9


def load(con: duckdb.DuckDBPyConnection, world: World, acts: Acts) -> Schema:
    """Makes the relation `acts` of a record and of the breaches that norms found before; says what it holds."""
    if isinstance(acts, Path | str):
        files = exp.Anonymous(this="read_parquet", expressions=[sql.text(str(acts))])
        source: Expr = exp.Table(this=files, alias=exp.TableAlias(this=sql.name("r")))
        arrow = con.sql(sql.select([exp.Star()], source).limit(0).sql("duckdb")).to_arrow_table().schema
        table = None
    else:
        con.register(RECORD, acts)
        source, arrow = sql.table(RECORD, "r"), acts.schema
        table = acts if isinstance(acts, pa.Table) else None
    known = set(column_types()) & set(arrow.names)
    breaches = _breaches(world.acts.get("breach", ()))
    scaled = _scaled(arrow, breaches)
    own = _canonical(source, "r", arrow, known, table, scaled)
    parts: list[Expr] = [own]
    if breaches is not None:
        con.register(BREACHES, breaches)
        # The record has no breaches of its own: those it may hold are findings of an earlier run.
        own = own.where(exp.NEQ(this=col("kind", "r"), expression=sql.text("breach")))
        extra = set(breaches.schema.names)
        columns = sorted(known | extra | {OF_ACT})
        parts = [
            _wide(own, columns, known | {OF_ACT}, "x"),
            _wide(
                _canonical(sql.table(BREACHES, "b"), "b", breaches.schema, extra - {OF_ACT}, breaches, scaled),
                columns,
                extra,
                "y",
            ),
        ]
        known |= extra
    body = sql.union(parts[0], *parts[1:])
    view = exp.Create(this=sql.table_name("acts"), kind="VIEW", replace=True, expression=body,
                      properties=exp.Properties(expressions=[exp.TemporaryProperty()]))  # fmt: skip
    con.execute(view.sql("duckdb"))
    blurred, wide = _blurred(con, known, world.agreement.counting.zone)
    return Schema(
        blurred=blurred,
        wide=wide,
        columns=frozenset(known | {OF_ACT, "sure"}),
        scales=dict.fromkeys(known & scaled, _SCALE),
        complete=frozenset(_complete(acts, table)) if breaches is None else frozenset(),
        last_start=_last_start(acts) if table is None and breaches is None else None,
        doubted=breaches is not None or ("sure" in arrow.names and not _all_sure(acts, table)),
    )


def _blurred(con: duckdb.DuckDBPyConnection, known: set[str], zone: str) -> tuple[bool, bool]:
    """Whether some time in which something begins or ends is not known to the instant, and not even to the day."""
    ends = [(col(f"{c}_lo", "a"), col(f"{c}_hi", "a")) for c in ("start", "until") if f"{c}_lo" in known]
    blurred = [sql.compare(lo, "<", hi) for lo, hi in ends]
    wide = [sql.all_of((test, _apart(lo, hi, zone))) for test, (lo, hi) in zip(blurred, ends, strict=True)]
    if not _any(con, blurred):
        return False, False
    return True, _any(con, wide)


def _any(con: duckdb.DuckDBPyConnection, tests: list[Expr]) -> bool:
    """Whether some act meets one of the tests: no more is read than finds it."""
    found = [
        exp.Exists(this=sql.select([sql.number(1)], sql.table("acts", "a"), where=test))
        for test in tests
        if sql.constant(test) is not False
    ]
    if not found:
        return False
    ((answer,),) = con.sql(exp.Select(expressions=[sql.any_of(found)]).sql("duckdb")).fetchall()
    return bool(answer)


def _apart(lo: Expr, hi: Expr, zone: str) -> Expr:
    return sql.compare(calendar.day_of(lo, zone), "<>", calendar.day_of(hi, zone))


def _scaled(arrow: pa.Schema, breaches: pa.Table | None) -> frozenset[str]:
    """The columns of amounts that are counted in nine places: both ends, where either may have a fraction."""
    fields = [f for schema in (arrow, *([] if breaches is None else [breaches.schema])) for f in schema]
    fractions = {f.name.rpartition("_")[0] for f in fields if pa.types.is_decimal(f.type)}
    return frozenset(c for c in quantity_columns() if c.rpartition("_")[0] in fractions)


def _all_sure(acts: Acts, table: pa.Table | None) -> bool:
    if table is not None:
        return bool(pc.all(pc.fill_null(table["sure"], True)).as_py() is not False)
    found = [s for name, s in _statistics(acts) if name == "sure"]
    return bool(found) and all(s is not None and s.has_min_max and s.min is True for s in found)


def _complete(acts: Acts, table: pa.Table | None) -> Iterable[str]:
    """Columns without an unknown value, as far as that is known without reading them."""
    if table is not None:
        return (c for c in table.column_names if table[c].null_count == 0)
    told: dict[str, list[bool]] = {}
    for name, statistics in _statistics(acts):
        whole = statistics is not None and statistics.has_null_count and statistics.null_count == 0
        told.setdefault(name, []).append(whole)
    everywhere = max(map(len, told.values()), default=0)  # a file may lack a column that another has
    return (name for name, whole in told.items() if len(whole) == everywhere and all(whole))


def _last_start(acts: Acts) -> int | None:
    """An instant after which no act begins, as far as it is known without reading them."""
    found = [s for name, s in _statistics(acts) if name == "start_lo"]
    if not found or not all(s is not None and s.has_min_max for s in found):
        return None
    return max(int(s.max) for s in found)


def _statistics(acts: Acts) -> Iterable[tuple[str, Any]]:
    """What Parquet says of each column of each row group; of columns that are lists, nothing."""
    files = [str(acts)] if isinstance(acts, Path | str) else getattr(acts, "files", [])
    if not all(Path(file).is_file() and file.endswith(".parquet") for file in files):
        return  # of some files nothing is known, so nothing is known of all
    for file in files:
        metadata = pq.read_metadata(file)
        for group in range(metadata.num_row_groups):
            for index in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(index)
                if "." not in chunk.path_in_schema:
                    yield chunk.path_in_schema, chunk.statistics


def _canonical(
    source: Expr, name: str, arrow: pa.Schema, known: set[str], table: pa.Table | None, scaled: frozenset[str]
) -> exp.Select:
    columns = [sql.alias(_column(c, name, arrow, table, scaled), c) for c in sorted(known)]
    if "sure" not in known:
        columns.append(sql.alias(sql.boolean(True), "sure"))
    own = col(OF_ACT, name) if OF_ACT in arrow.names else col("act", name)
    return sql.select([*columns, sql.alias(own, OF_ACT)], source)


def _column(column: str, name: str, arrow: pa.Schema, table: pa.Table | None, scaled: frozenset[str]) -> Expr:
    here = col(column, name)
    if column == "sure":
        return sql.coalesce(here, sql.boolean(True))
    if column in quantity_columns():
        if column in scaled:
            return sql.cast(sql.compare(here, "*", sql.number(_SCALE)), sql.WIDE)
        return here
    stem, _, end = column.rpartition("_")
    times = {a.name.replace("-", "_") for a in vocabulary().attributes.values() if a.sort is Sort.TIME}
    if stem in times and end in ("lo", "hi"):
        other = f"{stem}_{'hi' if end == 'lo' else 'lo'}"
        if other in arrow.names and (table is None or table[column].null_count != table[other].null_count):
            far = sql.number(BEGINNING_US if end == "lo" else END_US)
            return sql.when((sql.is_null(here), sql.when((sql.not_null(col(other, name)), far),
                             otherwise=sql.null(sql.BIGINT))), otherwise=here)  # fmt: skip
    return here


def _wide(part: Expr, columns: list[str], known: set[str], name: str) -> exp.Select:
    """The part with every column, unknown where it has none; amounts in nine places."""
    inner = exp.Subquery(this=part, alias=exp.TableAlias(this=sql.name(name)))
    return sql.select([sql.alias(_or_null(c, known, name), c) for c in columns], inner)


def _or_null(column: str, known: set[str], name: str) -> Expr:
    return col(column, name) if column in known or column in ("sure", OF_ACT) else exp.Null()


def _breaches(found: Iterable[Act]) -> pa.Table | None:
    """Breaches as rows: `norm`, `by`, `of_act`, when, and how much."""
    rows = [_breach(act) for act in found]
    if not rows:
        return None
    types: dict[str, pa.DataType] = {"act": pa.string(), "kind": pa.string(), "sure": pa.bool_(), OF_ACT: pa.string()}
    types |= {c: t for c, t in column_types().items() if c not in types and any(r.get(c) is not None for r in rows)}
    quantities = quantity_columns()
    return pa.table(
        {c: pa.array([r.get(c) for r in rows], DECIMAL if c in quantities else t) for c, t in types.items()}
    )


def _breach(act: Act) -> dict[str, object]:
    row: dict[str, object] = {"act": act.id, "kind": act.kind, "sure": act.sure}
    for name, value in act.values.items():
        column = OF_ACT if name == "act" else name.replace("-", "_")
        match value:
            case Moment(lo=lo, hi=hi):
                row |= {f"{column}_lo": lo, f"{column}_hi": hi}
            case Range(lo=low, hi=high):
                row |= {f"{column}_lo": _decimal_of(low), f"{column}_hi": _decimal_of(high)}
            case tuple():
                row[column] = list(value)
            case str():
                row[column] = value
            case _ if value is NOTHING and column in ("until",):
                row[f"{column}_none"] = True
            case _ if value is NOTHING:
                row[column] = "none"
    return row


def _decimal_of(value: Fraction | None) -> Decimal | None:
    """Nine places: a measure that has more (a third of a limit) is rounded, which no condition on breaches reads."""
    return (
        None if value is None else (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(10) ** -9)
    )
