"""Worlds made by hand: a tiny agreement, a fake geography, a record of a few acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import pyarrow as pa

from servanda.norms.facts import Act, Bound, Dispute, Lots, Places, World
from servanda.norms.norm import Agreement, Variant
from servanda.norms.term import Group, Listed, Outline, Quantity, Region
from servanda.record.columns import Cells, column_types, table_of
from servanda.record.values import acts_as_values
from servanda.temporal import END_US, Counting, start_of_day_us
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.coverage import Claim, Coverage
from servanda.vocabulary.party import Membership, Memberships

# Three sites: on American soil, at sea near Russia, in a strip that the map is not sure of.
SITES = {(10.0, 50.0): "inland", (30.0, 60.0): "coast", (40.0, 45.0): "strip"}
# And two more: an American or a French shore, and land of nobody's or of Russia's.
SHORE, ICE = (41.0, 45.0), (42.0, 45.0)
_NAMES = SITES | {SHORE: "shore", ICE: "ice"}


def _lots(*lots: str) -> Lots:
    return frozenset(frozenset(lot.split()) for lot in lots)


@dataclass(frozen=True)
class FakePlaces(Places):
    """A geography of three points. On each of the days given the strip changes hands."""

    days: tuple[date, ...] = ()

    def changes(self) -> tuple[date, ...]:
        """The days given."""
        return self.days

    def _changed(self, on: date) -> bool:
        return sum(day <= on for day in self.days) % 2 == 1

    def lots_at(self, lon: float, lat: float, on: date) -> Lots | None:
        """inland: Puerto Rico; coast: the sea; strip: Russian or British, and in turns American; and so on."""
        site = _NAMES[(lon, lat)]
        if site == "strip" and self._changed(on):
            return _lots("USA")
        if site == "ice" and self._changed(on):
            return None
        return {
            "inland": _lots("USA PRI"),
            "coast": _lots(""),
            "strip": _lots("GBR", "RUS"),
            "shore": _lots("USA", "FRA SPM", ""),
            "ice": _lots("RUS", "-"),
        }[site]

    def linked(self) -> frozenset[str]:
        """America has a dependency; another changes hands."""
        return frozenset({"USA", "FRA", "RUS", "PRI", "SPM"})

    def named(self, code: str, on: date) -> Lots:
        """What is said to be American may be Puerto Rico; Saint Pierre is French, and in turns Russian."""
        if code == "SPM":
            return _lots("RUS SPM" if self._changed(on) else "FRA SPM")
        return {"USA": _lots("USA", "USA PRI"), "PRI": _lots("USA PRI")}.get(code, _lots(code))

    def distance_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        """Kilometres by site and State; nobody knows where France lies."""
        metres: Mapping[tuple[str, str], tuple[float, float]] = {
            ("shore", "USA"): (0.0, 3_000.0),
            ("shore", "FRA"): (0.0, 2_000.0),
            ("ice", "RUS"): (0.0, float("inf")),
            ("ice", "USA"): (300_000.0, 300_000.0),
            ("inland", "USA"): (0.0, 0.0),
            ("inland", "RUS"): (99_000.5, 101_000.25),
            ("inland", "GBR"): (500_000.0, 500_000.0),
            ("coast", "USA"): (400_000.0, 400_000.75),
            ("coast", "RUS"): (15_000.0, 16_000.0),
            ("coast", "GBR"): (22_000.0, 23_000.0),
            ("strip", "USA"): (900_000.0, 900_000.0),
            ("strip", "RUS"): (0.0, 500.0),
            ("strip", "GBR"): (0.0, 100_000.0),
        }
        if _NAMES[(lon, lat)] == "strip" and self._changed(on):
            return {"USA": (0.0, 0.0), "RUS": (20_000.0, 21_000.0), "GBR": (30_000.0, float("inf"))}.get(code)
        return metres.get((_NAMES[(lon, lat)], code))

    def border_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        """As far as the land of the State, and a little; Britain has no border."""
        found = self.distance_m(lon, lat, code, on)
        if found is None or code == "GBR":
            return None if found is None else (float("inf"), float("inf"))
        return found[0] + 1_000, found[1] + 1_000

    def inside(self, region: Region | Outline, lon: float, lat: float) -> tuple[bool, bool]:
        """The coast is in the Baltic Sea, the strip may be."""
        return {
            "inland": (False, False),
            "coast": (True, True),
            "strip": (False, True),
            "shore": (False, True),
            "ice": (False, False),
        }[_NAMES[(lon, lat)]]

    def region_m(self, region: Region | Outline, lon: float, lat: float) -> tuple[float, float]:
        """By site."""
        return {
            "inland": (99_000.0, 100_000.5),
            "coast": (0.0, 0.0),
            "strip": (0.0, 3_000.0),
            "shore": (0.0, 500.0),
            "ice": (400_000.0, 400_000.0),
        }[_NAMES[(lon, lat)]]

    def dispute(self, lon: float, lat: float, on: date) -> Dispute | None:
        """None is."""
        return None


def day_us(day: str | date, zone: str = "UTC") -> int:
    """Midnight."""
    return start_of_day_us(date.fromisoformat(day) if isinstance(day, str) else day, zone)


def agreement(
    zone: str = "UTC",
    *,
    first_day_included: bool = False,
    parameters: Mapping[str, Quantity] | None = None,
    tables: Mapping[str, Mapping[str, Quantity]] | None = None,
) -> Agreement:
    """An agreement of which only what engines read is set."""
    return Agreement(
        id="test", title="Test Agreement", status="in force", binding="treaty", published=None,
        signed=date(2021, 12, 1), opened=None, parties=Group("parties", (Listed(frozenset({"USA", "RUS"})),)),
        depositary=None, counting=Counting(zone, first_day_included), language="en", norms=(), stages=(),
        parameters=parameters or {}, open_parameters={}, tables=tables or {}, regions={}, paragraphs=(), file="",
        digest="",
    )  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A norm, a record, and the world around them."""

    world: World
    acts: pa.Table
    variant: Variant
    seed: object = field(default=None, compare=False)


def world_of(
    acts: pa.Table,
    bound: Mapping[str, Sequence[tuple[int, int]]],
    *,
    on: str = "2022-06-30",
    agreement_: Agreement | None = None,
    claims: Sequence[Claim] = (),
    memberships: Sequence[Membership] = (),
    breaches: Sequence[Act] = (),
    groups: Mapping[str, frozenset[str]] | None = None,
    signatories: Mapping[str, int] | None = None,
    entry: int | None = None,
    entry_for: Mapping[str, int] | None = None,
) -> World:
    """The world that the reference reads: the same acts as values."""
    made = agreement_ or agreement()
    zone = made.counting.zone
    values = [*acts_as_values(acts), *breaches]
    by_kind: dict[str, list[Act]] = {}
    for act in values:
        by_kind.setdefault(act.kind, []).append(act)
    stretches = {code: tuple(Bound(a, b) for a, b in spans) for code, spans in bound.items()}
    starts = [b.start for spans in stretches.values() for b in spans]
    return World(
        agreement=made,
        on=start_of_day_us(date.fromisoformat(on), zone) + 86_400_000_000 - 1,
        acts=by_kind,
        by_id={act.id: act for act in values},
        bound=stretches,
        signatories=signatories or {},
        contracting={},
        memberships=Memberships.of(memberships),
        coverage=Coverage(tuple(claims)),
        places=FakePlaces(),
        entry=entry if entry is not None else min(starts, default=None),
        entry_for=entry_for if entry_for is not None else {c: s[0].start for c, s in stretches.items() if s},
        groups=groups or {},
    )


def rows_of(*rows: Cells) -> pa.Table:
    """A canonical table from cells; `start: '2022-03-01'` stands for that whole day."""
    return ordered_table([_cells(row) for row in rows])


def ordered_table(rows: Sequence[Cells]) -> pa.Table:
    """Rows by kind, start, id."""
    return table_of(
        sorted(rows, key=lambda r: (str(r["kind"]), r.get("start_lo") is None, r.get("start_lo") or 0, r["act"]))
    )


def _cells(row: Cells) -> Cells:
    cells: Cells = {"sure": True}
    for name, value in row.items():
        known = vocabulary().attributes.get(name.replace("_", "-"))
        if known is not None and known.sort == "time" and isinstance(value, str):
            cells |= {f"{name}_lo": day_us(value), f"{name}_hi": day_us(value) + 86_400_000_000 - 1}
        elif known is not None and known.sort == "quantity" and isinstance(value, int | Fraction):
            cells |= {f"{name}_lo": Fraction(value), f"{name}_hi": Fraction(value)}
        else:
            cells[name] = value
    assert set(cells) <= set(column_types()), set(cells) - set(column_types())
    return cells


FOREVER = END_US
