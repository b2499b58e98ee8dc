"""Cases that ask where something is: every construct of place, on a map that changes, for acts little is known of.

Drawn apart from `strategies.py`, whose seeds stand for the mutants that they catch.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random
from typing import get_args

from engines.drawing import Draw
from engines.strategies import path
from engines.worlds import ICE, SHORE, SITES, Case, FakePlaces, day_us, ordered_table, world_of
from servanda.norms.condition import ActRange, Condition, Distance, IsAt, Line, Not, Offset, Or, PartyRange, Quantified
from servanda.norms.norm import (
    AtEveryInstant,
    Bearer,
    Exception_,
    Limits,
    Measure,
    Prohibits,
    Requires,
    Variant,
)
from servanda.norms.term import (
    Amount,
    Beyond,
    BorderBetween,
    BorderOf,
    Combined,
    Extent,
    Group,
    Listed,
    MembersOf,
    Near,
    OpenGroup,
    OpenRegion,
    Operand,
    Outline,
    Parameter,
    Part,
    PartyName,
    Path,
    Place,
    Population,
    Quantity,
    Region,
    Spot,
    TerritoryOf,
)
from servanda.record.columns import Cells
from servanda.temporal import CalendarSpan
from servanda.vocabulary.coverage import Claim
from servanda.vocabulary.party import Membership

PARTIES = ("USA", "RUS", "GBR", "FRA", "USA", "RUS", "USA", "PRI", "SPM")
DAY = 86_400_000_000
INLAND, STRIP = (10.0, 50.0), (40.0, 45.0)
DAYS = tuple(date(2022, 5, day) for day in (1, 8, 9, 20))  # on which the land may change hands
BOTH = Group("Both sides", (Listed(frozenset({"RUS", "GBR"})),))
GROUPS = (
    Group("NATO", (MembersOf("NATO"),)),
    Group("NATO then", (MembersOf("NATO", date(2022, 5, 1)),)),
    Group("Listed", (Listed(frozenset({"USA", "GBR"})),)),
    Group("Open", (OpenGroup("Open"),)),
    BOTH,
    Group("Shores", (Listed(frozenset({"USA", "SPM"})), MembersOf("NATO"))),
    Group("But some", (Listed(frozenset({"USA", "GBR", "RUS"})),), (OpenGroup("Open"),)),
    Group("Open but some", (Listed(frozenset({"GBR"})), OpenGroup("Open")), (Listed(frozenset({"RUS"})),)),
)


class Maker(Draw):
    """Draws one case."""

    # ---- places

    def owner(self) -> Operand:
        choices: list[Operand] = [PartyName(self.pick(PARTIES)), path("d", "by"), path("d", "host"), path("d", "to")]
        return choices[self.r.randrange(len(choices))]

    def side(self) -> Operand | Group:
        return self.pick(GROUPS) if self.chance(0.3) else self.single()

    def single(self) -> Operand:
        return PartyName(self.pick(PARTIES)) if self.chance(0.6) else path("d", "by")

    def area(self, depth: int = 0) -> Place:
        """A place that something can be in."""
        match self.r.randrange(8 if depth < 2 else 6):
            case 0 | 1 | 2:
                of: Operand | Group = self.pick(GROUPS) if self.chance(0.3) else self.owner()
                part: Part = "territory" if self.chance(0.4) else self.pick(get_args(Part))
                return TerritoryOf(part, of, self.pick(get_args(Extent)))
            case 3:
                named: Place = self.pick([Region("Baltic Sea"), Outline("Zone", "zone.geojson"), OpenRegion("Buffer")])
                return named
            case 4:
                return Beyond(self.pick(("north", "south")), Fraction(self.pick((0, 45, 50, 60))))
            case 5:
                return Beyond(self.pick(("east", "west")), Fraction(self.pick((-170, -150, 0, 30, 180))))
            case 6:
                return Near(self.amount(), self.thing(depth + 1))
            case _:
                parts = tuple((self.chance(0.3), self.area(depth + 1)) for _ in range(2))
                return Combined(self.pick(("or", "and")), parts)

    def thing(self, depth: int = 0) -> Place:
        """A place that something can be near."""
        match self.r.randrange(6):
            case 0:
                return BorderOf(self.owner())
            case 1:
                return BorderBetween(self.side(), self.side())
            case 2:
                return Spot(Fraction(21, 2), Fraction(50))
            case 3:
                return path("d", "place")
            case _:
                return self.area(depth)

    def amount(self) -> Amount:
        metres = self.pick((1, 500, 16_000, 21_000, 36_000, 100_000, 101_000, 400_001, 900_000, 900_000))
        if self.chance(0.05):
            return Parameter("Width", "length")
        return path("d", "range") if self.chance(0.25) else Quantity(Fraction(metres), "length")

    def condition(self) -> Condition:
        place = path("d", "place")
        one: Condition = IsAt(place, self.area()) if self.chance(0.6) else Distance(place, self.amount(), self.thing())
        if self.chance(0.2):
            one = Not(one)
        if self.chance(0.2):
            one = Or((one, IsAt(place, self.area())))
        if self.chance(0.2):
            near = Distance(place, self.amount(), TerritoryOf("territory", Path("q", (), path("d", "by").sort)))
            one = Quantified("some", PartyRange(Population("party"), self.chance(0.5), "q"), near)
        return one

    # ---- the norm

    def variant(self) -> Variant:
        lines = tuple(Line(self.condition(), "") for _ in range(self.pick((1, 1, 2))))
        over = ActRange(("deployment",), "d")
        unless = (Exception_("elsewhere", self.condition(), ""),) if self.chance(0.2) else ()
        base = Variant(
            id="n", article="1", readings={}, bearer=Bearer(path("d", "by")), owed_to=None, for_each=(), when=(),
            unless=unless, start=None, until=None, strength="shall",
            shape=Prohibits(over, self.pick(("keeping", "placing")), lines),
        )  # fmt: skip
        match self.r.randrange(4):
            case 0:
                due = Offset(path("n", "received"), "within", _days(30), "after", path("d", "start"))
                return replace(
                    base, for_each=(over,), when=lines, shape=Requires(ActRange(("notification",), "n"), (), due)
                )
            case 1:
                measure = Measure("count", None, AtEveryInstant(), "items", "")
                shape = Limits(over, lines, (), measure, Quantity(Fraction(1), "items"), None)
                return replace(base, shape=shape)
            case _:
                return base

    # ---- the record

    def rows(self) -> list[Cells]:
        return [self.deployment(f"d{i}") for i in range(self.pick((1, 2, 4)))] + (
            [{"act": "n", "kind": "notification", "sure": True, "by": "USA", **_on("start", 12), **_on("received", 12)}]
            if self.chance(0.5)
            else []
        )

    def deployment(self, act: str) -> Cells:
        cells: Cells = {
            "act": act,
            "kind": "deployment",
            "sure": self.chance(0.97),
            "by": self.pick(("USA", "RUS", "USA", "RUS", "FRA", None)),
        }
        if self.chance(0.95):
            first = self.r.randrange(1, 22)
            cells |= _on("start", first, first + self.pick((0, 0, 0, 1, 8)))
            if self.chance(0.85):
                cells |= _on("until", first + self.pick((0, 5, 15)))
        if self.chance(0.95):
            sites = (*SITES, INLAND, INLAND, STRIP, STRIP, STRIP, SHORE, ICE)
            cells |= dict(zip(("lon", "lat"), self.pick(sites), strict=True))
        for column, values in (
            ("place", ("Baltic Sea", "somewhere", "none")),
            ("place_in", ("USA", "RUS", "PRI", "SPM", "high seas", "none")),
            ("area", ("Crimea",)),
            ("host", ("USA", "FRA", "SPM", "none")),
            ("to", (["GBR"], ["USA", "RUS"], ["GBR", "RUS"])),
        ):
            if self.chance(0.06):
                cells[column] = self.pick(values)
        if self.chance(0.8):
            metres = Fraction(self.pick((500, 16_000, 100_000, 400_000)))
            cells |= {"range_lo": metres, "range_hi": metres + self.pick((0, 0, 1_000))}
        return {name: value for name, value in cells.items() if value is not None}

    def case(self) -> Case:
        variant, acts = self.variant(), ordered_table(self.rows())
        joined = Membership("NATO", "RUS", date(2022, 5, 15), date.max)
        world = world_of(
            acts,
            {
                "USA": [(day_us("2022-04-01"), day_us("2100-01-01"))],
                "RUS": [(day_us("2022-05-06"), day_us("2022-05-18"))],
            },
            on="2022-06-30",
            claims=[Claim()] if self.chance(0.9) else [],
            memberships=[Membership("NATO", "USA", date(1949, 8, 24), date.max), joined],
        )
        days = tuple(sorted(self.r.sample(DAYS, self.pick((1, 1, 2, 3, 4)))))
        return Case(replace(world, places=FakePlaces(days)), acts, variant)


def held(seed: int) -> Case:
    """A case that asks of one act alone whose land its place is: nothing else decides."""
    maker = Maker(Random(f"held {seed}"))
    of = maker.pick((*GROUPS[4:], BOTH, BOTH, *map(PartyName, ("USA", "FRA", "PRI")), path("d", "to")))
    territory = TerritoryOf(maker.pick(("territory", "land territory", "airspace")), of)
    near = Distance(path("d", "place"), Quantity(Fraction(1), "length"), territory)
    line = Line(IsAt(path("d", "place"), territory) if maker.chance(0.8) else near, "")
    row: Cells = {
        "act": "d", "kind": "deployment", "sure": True, "by": "USA", "to": maker.pick((["GBR", "RUS"], ["SPM"])),
        **_on("start", 2, maker.pick((2, 2, 9))), **_on("until", 10),
        **dict(zip(("lon", "lat"), maker.pick((STRIP, STRIP, SHORE, ICE, INLAND)), strict=True)),
    }  # fmt: skip
    if maker.chance(0.5):
        row["place_in"] = maker.pick(("USA", "PRI", "SPM", "FRA", "RUS"))
    if maker.chance(0.3):
        del row["lon"], row["lat"]
    case = maker.case()
    shape = Prohibits(ActRange(("deployment",), "d"), maker.pick(("keeping", "placing")), (line,))
    acts = ordered_table([row])
    world = world_of(
        acts,
        {"USA": [(day_us("2022-04-01"), day_us("2100-01-01"))]},
        claims=[Claim()],
        memberships=case.world.memberships.rows,
    )
    bearer = Bearer(path("d", "by"))
    variant = replace(case.variant, bearer=bearer, for_each=(), when=(), unless=(), shape=shape)
    return Case(replace(world, places=case.world.places), acts, variant)


def _days(number: int) -> Quantity:
    return Quantity(Fraction(number), "calendar", "days", CalendarSpan(days=number))


def _on(name: str, first: int, last: int | None = None) -> Cells:
    """A time that lies in these days of May 2022."""
    start = day_us("2022-05-01")
    return {f"{name}_lo": start + (first - 1) * DAY, f"{name}_hi": start + (last or first) * DAY - 1}


def placed(seed: int) -> Case:
    """The case of a seed."""
    return Maker(Random(f"places {seed}")).case()
