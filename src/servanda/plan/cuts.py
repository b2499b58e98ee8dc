"""The instants from which a condition that reads the day may read otherwise, as a relation of a plan."""

from __future__ import annotations

import pyarrow as pa

from servanda.norms.condition import Has
from servanda.norms.cuts import turning_points
from servanda.norms.scene import Scene, When, time
from servanda.norms.term import ON_THE_MAP
from servanda.plan import calendar, sql
from servanda.plan.scope import Builder
from servanda.plan.sql import Expr, col, compare, null, text
from servanda.temporal import BEGINNING_US, END_US, day_of, start_of_day_us


def cuts(builder: Builder) -> str | None:
    """The instants at which a condition that reads the day may read otherwise; None where there are none."""
    if not builder.cut_at:
        builder.cut_at.append(_cuts(builder))
    return builder.cut_at[0]


def spreads(builder: Builder) -> bool:
    """Whether a condition may read otherwise at one end of a time on record than at the other.

    A time known to the day does not reach over a midnight; most cuts are midnights.
    """
    if builder.schema.wide or not builder.schema.blurred:
        return builder.schema.wide
    zone = builder.world.agreement.counting.zone
    found = {t for part in builder.variant.terms for t in turning_points(builder.world, part)}
    for term in (builder.variant.start, builder.variant.until):
        when = None if term is None else time(Scene(builder.world, builder.world.on), term)
        found |= {when.lo} if isinstance(when, When) else set()
    return any(t != start_of_day_us(day_of(t, zone), zone) for t in found if BEGINNING_US < t < END_US)


def _cuts(builder: Builder) -> str | None:
    zone = builder.world.agreement.counting.zone
    found: set[int] = set()
    deeds: list[Expr] = []
    for part in builder.variant.terms:
        if isinstance(part, ON_THE_MAP):
            found |= {start_of_day_us(day, zone) for day in builder.world.places.changes()}
        elif isinstance(part, Has):
            kinds = compare(col("kind", "a"), "=", text(part.verb.kind))
            for end in ("lo", "hi"):
                day = calendar.day_of(_verb_end(builder, part.verb.time, end), zone)
                moment = sql.alias(calendar.start_of(day, zone), "t")
                deeds.append(sql.select([moment], sql.table("acts", "a"), where=kinds))
        else:
            found |= turning_points(builder.world, part)
    if not found and not deeds:
        return None
    small = builder.relation("changes", pa.table({"t": pa.array(sorted(found), pa.int64())}))
    own = sql.select([sql.alias(col("t", "c"), "t")], sql.table(small, "c"))
    return builder.cte("cuts", sql.union(own, *deeds, distinct=True), materialized=True)


def _verb_end(builder: Builder, attribute: str, end: str) -> Expr:
    names = [f"{attribute}_{end}", f"start_{end}"]
    here = [col(n, "a") for n in names if n in builder.schema.columns]
    return sql.coalesce(here[0], *here[1:]) if here else null(sql.BIGINT)
