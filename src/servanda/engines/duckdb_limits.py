"""Contributions that a plan found, swept by the definition into the findings of a limit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pyarrow as pa

from servanda.engines.duckdb_findings import line_halves, stripped
from servanda.norms import limit
from servanda.norms.contribution import Contribution, Key, Ledger, keys_of, named
from servanda.norms.facts import Act, Range, World
from servanda.norms.norm import Limits, Variant
from servanda.norms.presence import Piece, Presence, lasts
from servanda.norms.scene import Unknown
from servanda.norms.single import single_findings
from servanda.norms.truth import Truth
from servanda.temporal import Moment
from servanda.vocabulary.verdict import Finding

Row = dict[str, Any]


def of_limit(world: World, variant: Variant, table: pa.Table) -> Iterator[Finding]:
    """The findings of a limit: those of measures, and those of parties of whom nothing counts."""
    found = list(_measured(world, variant, [_contribution(world, variant, row) for row in _ordered(table)]))
    yield from found
    yield from limit.without_act(world, stripped(variant), found)


def _ordered(table: pa.Table) -> list[Row]:
    return sorted(table.to_pylist(), key=lambda r: (r["start_lo"] or 0, r["act"], r["bearer"] or "", r["piece_lo"]))


def _measured(world: World, variant: Variant, everything: list[Contribution]) -> Iterator[Finding]:
    shape = variant.shape
    assert isinstance(shape, Limits)
    if shape.measure.function == "each":
        yield from single_findings(world, variant, everything)
        return
    counted = Ledger(everything)
    for key in keys_of(everything):
        yield from limit.of_key(world, variant, key, counted.belonging(key))


def _contribution(world: World, variant: Variant, row: Row) -> Contribution:
    shape = variant.shape
    assert isinstance(shape, Limits)
    start = None if row["start_lo"] is None else Moment(row["start_lo"], row["start_hi"])
    act = Act(row["act"], row["kind"], True, {} if start is None else {"start": start})
    if shape.measure.function == "each":
        act = world.by_id[act.id]
    scope = tuple((path.text, _text(row[f"s{i}"])) for i, path in enumerate(shape.per))
    return Contribution(
        act=act,
        key=Key(None if variant.jointly else row["bearer"], scope),
        piece=Piece(row["piece_lo"], row["piece_hi"], Truth(row["here_c"] and row["term_c"], row["here_p"])),
        when=_presence(row, act, start),
        amount=_amount(row),
        counted=Truth(row["cc"], row["cp"]),
        saved=Truth(row["sc"], row["sp"]),
        exception=row["exception"],
        lines=line_halves(row, len(shape.where)),
    )


def _presence(row: Row, act: Act, start: Moment | None) -> Presence | None:
    if start is None or not lasts(act):
        return None
    ends = None if row["ends_lo"] is None else Moment(row["ends_lo"], row["ends_hi"])
    return Presence(start, row["seen"], row["gone"], ends, row["sure_until"])


def _amount(row: Row) -> Range | Unknown:
    if "a_lo" not in row:
        return Range(Fraction(1), Fraction(1))
    if row["a_lo"] is None:
        return Unknown(())
    scale = int(row["a_scale"])
    high = row["a_hi"]
    return Range(Fraction(int(row["a_lo"]), scale), None if high is None else Fraction(int(high), scale))


def _text(value: object) -> str | None:
    return None if value is None else named(value)
