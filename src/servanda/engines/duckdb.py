"""The plans on one machine: DuckDB runs them, the geography is asked for the places that can still matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from servanda.engines.duckdb_acts import Acts, load
from servanda.engines.duckdb_findings import of_obligation, of_prohibition
from servanda.engines.duckdb_limits import of_limit
from servanda.engines.duckdb_places import answered
from servanda.norms import judgement
from servanda.norms.facts import World
from servanda.norms.norm import Limits, Prohibits, Requires, Standard, Variant
from servanda.plan import limit, obligation, prohibition
from servanda.plan.lower import Plan
from servanda.plan.scope import NotComputable, Schema
from servanda.vocabulary.verdict import Finding


class Session:
    """One connection, with the record in it."""

    def __init__(self, world: World, acts: Acts, *, threads: int | None = None) -> None:
        self.world = world
        self.con = duckdb.connect()
        self.con.execute("SET preserve_insertion_order = false")
        if threads is not None:
            self.con.execute(f"SET threads = {int(threads)}")
        self.schema: Schema = load(self.con, world, acts)

    def plan(self, variant: Variant) -> Plan:
        """The plan of a variant for this record."""
        return plan_of(self.world, variant, self.schema)

    def run(self, plan: Plan) -> pa.Table:
        """The rows that a plan gives."""
        for name, table in plan.small.items():
            self.con.register(name, table)
        for need in plan.needs:
            asked = self.con.sql(plan.needed(need).sql("duckdb", copy=False)).to_arrow_table()
            self.con.register(need.table, answered(self.world.places, need, asked))
        return self.con.sql(plan.tree.sql("duckdb", copy=False)).to_arrow_table()

    def findings(self, variant: Variant) -> list[Finding]:
        """The findings of one variant."""
        match variant.shape:
            case Prohibits():
                return list(of_prohibition(self.world, variant, self.run(self.plan(variant))))
            case Requires():
                return list(of_obligation(self.world, variant, self.run(self.plan(variant))))
            case Limits():
                return list(of_limit(self.world, variant, self.run(self.plan(variant))))
            case Standard():
                return list(judgement.findings(self.world, variant))
            case _:
                return []

    def close(self) -> None:
        """Frees the record."""
        self.con.close()


def plan_of(world: World, variant: Variant, schema: Schema) -> Plan:
    """The plan of a variant. Raises NotComputable where it holds a construct that no plan has."""
    match variant.shape:
        case Prohibits():
            return prohibition.lower(world, variant, schema)
        case Requires():
            return obligation.lower(world, variant, schema)
        case Limits():
            return limit.lower(world, variant, schema)
        case _:
            raise NotComputable(f"a plan of {type(variant.shape).__name__}")


def findings(world: World, acts: Acts, variants: Sequence[Variant]) -> list[Finding]:
    """The findings of each variant under the world's account, equal to those of the reference."""
    session = Session(world, acts)
    try:
        return [finding for variant in variants for finding in session.findings(variant)]
    finally:
        session.close()


def run(world: World, acts: Acts, variants: Sequence[Variant]) -> Iterator[tuple[Variant, pa.Table]]:
    """The rows of each variant as a table, without an object for each: for records of millions of acts."""
    session = Session(world, acts)
    try:
        for variant in variants:
            yield variant, session.run(session.plan(variant))
    finally:
        session.close()
