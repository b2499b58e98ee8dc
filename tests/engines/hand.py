"""Cases made by hand: a duty of notice, a ban, and records that touch one boundary each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from engines.strategies import path
from engines.worlds import Case, day_us, rows_of, world_of
from servanda.norms.condition import (
    ActRange,
    Compare,
    Condition,
    Distance,
    Has,
    Is,
    IsIn,
    Line,
    Offset,
    Order,
    PartyRange,
    Quantified,
)
from servanda.norms.norm import Bearer, Exception_, Prohibits, Requires, Strength, Variant
from servanda.norms.term import DayName, Group, MembersOf, PartyName, Path, Population, Quantity, TerritoryOf
from servanda.record.columns import Cells
from servanda.temporal import CalendarSpan
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.coverage import Claim
from servanda.vocabulary.party import Membership

FOREVER = [(day_us("2000-01-01"), day_us("2100-01-01"))]
BOUND = {"USA": FOREVER, "RUS": FOREVER}


def days(number: int, *, clear: bool = False) -> Quantity:
    """So many calendar days."""
    return Quantity(Fraction(number), "calendar", "days", CalendarSpan(days=number, clear=clear))


def duty(span: Quantity | None = None, *, strength: Strength = "shall", owed_to: str | None = None) -> Variant:
    """x.by owes a notification about x so long before it starts; 42 days where nothing is said."""
    about = Line(Is(path("n", "about"), Path("x", (), path("n", "about").sort)), "n.about is x")
    due = Offset(path("n", "received"), "at least", span or days(42), "before", path("x", "start"))
    return Variant(
        id="n", article="1", readings={}, bearer=Bearer(path("x", "by")),
        owed_to=None if owed_to is None else Bearer(PartyName(owed_to)),
        for_each=(ActRange(("exercise",), "x"),), when=(), unless=(), start=None, until=None, strength=strength,
        shape=Requires(ActRange(("notification",), "n"), (about,), due),
    )  # fmt: skip


def ban(*conditions: Condition, unless: Sequence[Exception_] = (), keeping: bool = False) -> Variant:
    """Prohibits placing (or keeping) deployment d."""
    shape = Prohibits(
        ActRange(("deployment",), "d"), "keeping" if keeping else "placing", tuple(Line(c, "") for c in conditions)
    )
    return Variant(
        id="n", article="1", readings={}, bearer=Bearer(path("d", "by")), owed_to=None, for_each=(), when=(),
        unless=tuple(unless), start=None, until=None, strength="shall", shape=shape,
    )  # fmt: skip


def case(
    variant: Variant,
    *rows: Cells,
    covered: bool = True,
    until: str | None = None,
    memberships: Sequence[Membership] = (),
) -> Case:
    """The norm and the record; complete, unless said otherwise."""
    claim = Claim() if until is None else Claim(until=day_us(until))
    acts = rows_of(*rows)
    claims = [claim] if covered else []
    return Case(world_of(acts, BOUND, on="2023-06-30", claims=claims, memberships=memberships), acts, variant)


def exercise(day: str = "2022-06-01", **more: object) -> Cells:
    """An exercise of the United States."""
    return {"act": "x", "kind": "exercise", "by": "USA", "start": day, **more}


def notice(day: str, act: str = "n", about: list[str] | None = None, **more: object) -> Cells:
    """A notification, received on the day."""
    return {
        "act": act, "kind": "notification", "by": "USA", "start": day, "received": day, "about": about or ["x"], **more
    }  # fmt: skip


def deployment(act: str = "d", **more: object) -> Cells:
    """A deployment of the United States."""
    return {"act": act, "kind": "deployment", "by": "USA", "start": "2022-06-01", **more}


def exactly_at_the_threshold() -> Case:
    over = Compare(path("d", "range"), ">", Quantity(Fraction(500), "length"))
    return case(ban(over), deployment(range=500))


def a_doubted_notice() -> Case:
    return case(duty(), exercise(), notice("2022-01-01", sure=False), exercise(act="y"))


def complete_until_the_deadline() -> Case:
    return case(duty(), exercise(), until="2022-04-20")


def a_clear_day_short() -> Case:
    return case(duty(days(2, clear=True)), exercise(), notice("2022-05-30"))


def on_the_day_itself() -> Case:
    return case(ban(Order(path("d", "start"), "before", DayName(date(2022, 6, 1)))), deployment())


def a_doubtful_consent() -> Case:
    consent = Quantified(
        "some", ActRange(("consent",), "c"), Is(path("c", "about"), Path("d", (), path("c", "about").sort))
    )
    variant = ban(unless=(Exception_("consent", consent, ""),))
    row: Cells = {"act": "c", "kind": "consent", "by": "RUS", "start": "2022-05-01", "about": ["d"], "sure": False}
    return case(variant, deployment(), row)


def last_seen() -> Case:
    return case(ban(keeping=True), deployment(last_seen="2022-06-20"), covered=False)


def a_duty_to_one_who_is_not_bound() -> Case:
    return case(duty(owed_to="FRA"), exercise())


def nothing_done() -> Case:
    return case(duty(), exercise())


def nothing_known() -> Case:
    return case(duty(), exercise(), covered=False)


def done_two_days_late() -> Case:
    return case(duty(), exercise(), notice("2022-04-23"))


def recommended_and_not_done() -> Case:
    return case(duty(strength="should"), exercise())


def a_doubted_trigger() -> Case:
    return case(duty(), exercise(sure=False), notice("2022-01-01"))


def on_the_day_of_leaving() -> Case:
    member = IsIn(path("d", "by"), Group("NATO", (MembersOf("NATO"),)))
    left = Membership("NATO", "USA", date(1949, 8, 24), date(2022, 6, 1))
    return case(ban(member), deployment(), memberships=[left])


def in_and_out_of_an_alliance() -> Case:
    member = IsIn(path("d", "by"), Group("NATO", (MembersOf("NATO"),)))
    spans = [(date(2022, 1, 1), date(2022, 7, 1)), (date(2022, 9, 1), date(2022, 12, 1))]
    memberships = [Membership("NATO", "USA", first, after) for first, after in spans]
    return case(ban(member, keeping=True), deployment(until="2023-01-01"), memberships=memberships)


def a_norm_that_prevails() -> Case:
    allowed = Exception_("other", Is(path("d", "by"), PartyName("USA")), "", replaces=True)
    return case(ban(unless=(allowed,)), deployment())


def there_for_a_day() -> Case:
    return case(ban(keeping=True), deployment(until="2022-06-01"))


def a_place(metres: int) -> Case:
    reach = Distance(
        path("d", "place"), Quantity(Fraction(metres), "length"), TerritoryOf("territory", PartyName("RUS"))
    )
    return case(ban(reach), deployment(lon=10.0, lat=50.0))


def in_the_margin_of_the_map() -> Case:
    return a_place(100_000)


def a_consent_received_late() -> Case:
    deed = Has(PartyName("RUS"), vocabulary().verbs["consented to"], Path("d", (), path("d", "about").sort))
    sent: Cells = {
        "act": "c",
        "kind": "consent",
        "by": "RUS",
        "start": "2022-05-01",
        "received": "2022-07-01",
        "about": ["d"],
    }
    return case(ban(unless=(Exception_("consent", deed, ""),)), deployment(), sent)


def an_unknown_bearer() -> Case:
    other = Quantified("some", PartyRange(Population("party"), True, "q"), None)
    act = {k: v for k, v in deployment().items() if k != "by"}
    return case(ban(other), act, deployment("e"))


def a_term_that_is_over() -> Case:
    made = case(duty(), exercise())
    return replace(made, variant=replace(made.variant, until=DayName(date(2022, 5, 1))))


def an_amount_not_known() -> Case:
    little = Compare(path("d", "range"), "<=", Quantity(Fraction(500), "length"))
    return case(ban(little), deployment(), deployment("e", range=600))


def complete_for_one_party() -> Case:
    own = Line(Is(path("n", "by"), path("x", "by")), "n.by is x.by")
    made = case(duty(), exercise())
    shape = made.variant.shape
    assert isinstance(shape, Requires)
    variant = replace(made.variant, shape=replace(shape, where=(*shape.where, own)))
    claims = [Claim(parties=frozenset({"USA"})), Claim(kinds=frozenset({"exercise"}))]
    return Case(world_of(made.acts, BOUND, on="2023-06-30", claims=claims), made.acts, variant)


def not_yet_bound_on_the_day_of_the_trigger() -> Case:
    acts = rows_of(exercise("2022-05-01"), deployment())
    bound = {"USA": [(day_us("2022-05-15"), day_us("2100-01-01"))], "RUS": FOREVER}
    variant = replace(ban(), for_each=(ActRange(("exercise",), "x"),))
    return Case(world_of(acts, bound, on="2023-06-30", claims=[Claim()]), acts, variant)


HAND: dict[str, Callable[[], Case]] = {
    made.__name__: made
    for made in (
        exactly_at_the_threshold, a_doubted_notice, complete_until_the_deadline, a_clear_day_short, on_the_day_itself,
        a_doubtful_consent, last_seen, a_duty_to_one_who_is_not_bound, nothing_done, nothing_known, done_two_days_late,
        recommended_and_not_done, a_doubted_trigger, on_the_day_of_leaving, in_and_out_of_an_alliance,
        a_norm_that_prevails, there_for_a_day, in_the_margin_of_the_map, a_consent_received_late, an_unknown_bearer,
        a_term_that_is_over, an_amount_not_known,
        complete_for_one_party,
        not_yet_bound_on_the_day_of_the_trigger,
    )
}  # fmt: skip
