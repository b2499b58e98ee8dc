"""Where an act was, and what the geography says of it: asked beforehand, for the places of acts that can still matter,
and joined.

Whose land a place is, is asked as of a day. Between two days on which some land is another's nothing changes, so rows
carry the number of the stretch between them (an era), and with it the one question serves all days of the stretch.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from servanda.norms.term import Path
from servanda.plan import sql
from servanda.plan.amount import Known
from servanda.plan.operand import act_at, no_place
from servanda.plan.scope import ActThing, Asking, Need, Scope, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, negated, not_null, text, when
from servanda.plan.truth import Pair, bounds
from servanda.temporal import BEGINNING_US, END_US, start_of_day_us


def asked(scope: Scope, asking: Asking, keys: dict[str, Expr], where: Expr) -> str:
    """What the geography says of the rows' places, joined once; the name it goes by."""
    builder = scope.builder
    question = f"{asking} " + " ".join(e.sql("duckdb") for e in keys.values())
    if question not in scope.asked:
        relation = builder.fresh(asking.what)
        query = scope.select([sql.alias(e, c) for c, e in keys.items()], where, distinct=True)
        builder.needs.append(Need(asking, relation, query, after=len(builder.ctes)))
        scope.asked[question] = scope.lookup(relation, list(keys.items()))
    return scope.asked[question]


@dataclass(frozen=True)
class Lots:
    """What a place may be: the codes of all and of any of its lots, and the lots spelled out."""

    every: Expr
    some: Expr
    spelled: Expr


class Site:
    """Where an act was: the columns of a place, and whether anything of it is known."""

    def __init__(self, scope: Scope, path: Path) -> None:
        self.scope = scope
        owner = act_at(scope, path)
        self.owner: ActThing | None = owner
        if owner is None:
            nothing = sql.null(sql.TEXT)
            self.lon = self.lat = sql.null(sql.DOUBLE)
            self.name = self.inside = self.area = self.host = nothing
            self.known: Expr = sql.boolean(False)
            return
        self.lon, self.lat = column(scope, owner, "lon"), column(scope, owner, "lat")
        self.name, self.inside = column(scope, owner, "place"), column(scope, owner, "place_in")
        self.area = column(scope, owner, "area")
        self.host = column(scope, owner, "host")
        parts = (self.lon, self.lat, self.name, self.inside, self.area)
        self.known = all_of((any_of(not_null(p) for p in parts), negated(no_place(scope, owner))))

    @property
    def mapped(self) -> Expr:
        """Whether it has coordinates."""
        return all_of((self.known, not_null(self.lon), not_null(self.lat)))

    @property
    def said(self) -> Expr:
        """Whether the record itself says whose the place is."""
        return any_of((all_of((self.known, not_null(self.inside))), not_null(self.host)))

    @property
    def word(self) -> Expr:
        """Whose it says it is: the territory that the place names, else the host."""
        return when((all_of((self.known, not_null(self.inside))), self.inside), otherwise=self.host)

    # ---- whose it may be

    def lots(self) -> Lots:
        """What the map lets it be."""
        here = self._drawn()
        return Lots(col("every", here), col("some", here), col("lots", here))

    def dry_lots(self) -> Lots:
        """What the map lets it be, where it is land."""
        here = self._drawn()
        return Lots(col("dry_every", here), col("some", here), col("dry_lots", here))

    def named_lots(self) -> Lots:
        """What it may be that is said to be somebody's: joined by the word, era, and what the map lets it be."""
        drawn = sql.coalesce(self.lots().spelled, text(""))
        keys = {"word": self.word, "drawn": drawn, **self._eras()}
        here = asked(self.scope, Asking("named"), keys, self.said)
        return Lots(col("every", here), col("some", here), col("lots", here))

    @property
    def wet(self) -> Expr:
        """Whether the map has it in the water."""
        return sql.coalesce(col("wet", self._drawn()), sql.boolean(False))

    @property
    def dry(self) -> Expr:
        """Whether the map has it on land."""
        return sql.coalesce(col("dry", self._drawn()), sql.boolean(False))

    def _drawn(self) -> str:
        return asked(self.scope, Asking("lots"), {"lon": self.lon, "lat": self.lat, **self._eras()}, self.mapped)

    # ---- how far from it

    def within(self, code: Expr, reach: Known, *, borders: bool = False, beyond_m: int = 0) -> Pair:
        """Whether the State's land (or its borders) lie within the reach, or within so many metres more."""
        found = self._metres(code, Asking("borders" if borders else "metres", scale=reach.scale))
        lo, hi = (compare(col(end, found), "-", sql.number(beyond_m * reach.scale)) if beyond_m else col(end, found)
                  for end in ("lo", "hi"))  # fmt: skip
        return bounds(compare(hi, "<=", reach.lo), negated(compare(lo, ">", reach.hi)))

    def _metres(self, code: Expr, asking: Asking) -> str:
        """Least and greatest distance to the territory or borders, in whole units of 1/scale metre, rounded up."""
        keys = {"lon": self.lon, "lat": self.lat, **self._eras(), "code": code}
        return asked(self.scope, asking, keys, all_of((self.mapped, not_null(code))))

    def of_region(self, asking: Asking) -> str:
        """Whether it is in a region, or how far from it."""
        return asked(self.scope, asking, {"lon": self.lon, "lat": self.lat}, self.mapped)

    # ---- when

    def _eras(self) -> dict[str, Expr]:
        """The first and the last era in which the act may have begun, where the row reads its start; else its own."""
        scope, owner = self.scope, self.owner
        first = _era(scope, scope.at)
        if owner is None or isinstance(first, sql.exp.Literal):
            return {"era": first, "last_era": first}
        start_lo, start_hi = column(scope, owner, "start_lo"), column(scope, owner, "start_hi")
        if sql.is_null_constant(start_lo):
            return {"era": first, "last_era": first}
        starting = all_of((compare(start_lo, "<=", scope.at), compare(scope.at, "<=", start_hi)))
        return {"era": first, "last_era": when((starting, _era(scope, start_hi)), otherwise=first)}


def _era(scope: Scope, at: Expr) -> Expr:
    """How many changes of the map came up to the instant: looked up once in the stretches between them."""
    zone = scope.world.agreement.counting.zone
    edges = [start_of_day_us(day, zone) for day in scope.world.places.changes()]
    if not edges:
        return sql.number(0)
    question = f"era {at.sql('duckdb')}"
    if question not in scope.asked:
        stretches = {"lo": [BEGINNING_US, *edges], "hi": [*edges, END_US + 1], "era": range(len(edges) + 1)}
        relation = scope.builder.relation("eras", pa.table({c: pa.array(v, pa.int64()) for c, v in stretches.items()}))
        scope.asked[question] = scope.lookup(relation, [], [("lo", "<=", at), ("hi", ">", at)])
    return col("era", scope.asked[question])
