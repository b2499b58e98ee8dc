"""Rows of a plan as findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from servanda.norms import obligation, prohibition
from servanda.norms.bearers import bearers
from servanda.norms.condition import ActRange, BreachRange, CalendarRange, Has
from servanda.norms.deadline import Deadline
from servanda.norms.extension import extended, in_extension
from servanda.norms.facts import Act, Bound, World
from servanda.norms.judgement import judged
from servanda.norms.norm import Prohibits, Requires, Variant, walk
from servanda.norms.scene import CalendarUnit, Scene, Thing, When
from servanda.norms.truth import Truth
from servanda.vocabulary.verdict import Finding, Outcome, Reason

Row = Mapping[str, Any]


def base(variant: Variant, row: Row, lines: int) -> Finding:
    """The finding that a row is; columns that a shape does not have are left out."""
    return Finding(
        norm=variant.id,
        readings=variant.choices,
        account=None,
        bearer=row["bearer"],
        counterparty=row.get("counterparty"),
        occasion=_occasion(variant, row),
        act=row.get("act"),
        scope=(),
        outcome=Outcome(row["outcome"]),
        reason=Reason(row["reason"]),
        start=row.get("start"),
        until=row.get("until"),
        due=row.get("due"),
        due_latest=row.get("due_latest"),
        cured_at=row.get("cured_at"),
        late_by=row.get("late_by"),
        exception=row.get("exception"),
        witnesses=tuple(row.get("witnesses") or ()),
        lines=line_halves(row, lines),
        bound_from=row.get("bound_from"),
        bound_until=row.get("bound_until"),
    )


def line_halves(row: Row, count: int) -> tuple[tuple[bool, bool], ...]:
    """Whether each line holds, certainly and possibly."""
    return tuple((row[f"c{i}_cert"], row[f"c{i}_poss"]) for i in range(count))


def _occasion(variant: Variant, row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((r.variable, row[f"o{i}"] or "") for i, r in enumerate(variant.for_each))


def of_prohibition(world: World, variant: Variant, table: pa.Table) -> Iterator[Finding]:
    """The findings of a prohibition: those of acts, and those of parties of whom there is none."""
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    lines = len(variant.when) + len(shape.where)
    rows = table.to_pylist()
    if shape.awaits is None:
        found = [base(variant, row, lines) for row in rows]
    else:
        found = list(_awaited(world, variant, rows, lines))
    yield from found
    yield from prohibition.without_act(world, stripped(variant), found)


def stripped(variant: Variant) -> Variant:
    """The variant without its exceptions, where the question is only whom it addresses: they do not say."""
    lines = (*variant.when, *variant.where)
    deeds = any(isinstance(part, Has) for line in lines for part in walk(line.condition))
    return variant if deeds else replace(variant, unless=())


def things_of(world: World, variant: Variant, row: Row) -> dict[str, Thing]:
    """What the variables of a row stand for."""
    things: dict[str, Thing] = {}
    for i, over in enumerate(variant.for_each):
        label = row[f"o{i}"]
        match over:
            case ActRange() | BreachRange():
                things[over.variable] = world.by_id[label]
            case CalendarRange():
                things[over.variable] = _unit(over, label)
            case _:
                things[over.variable] = label
    return things


def _unit(over: CalendarRange, label: str) -> CalendarUnit:
    """The year or month of that label."""
    year, _, month = label.partition("-")
    return CalendarUnit(over.unit, date(int(year), int(month or 1), 1))


def _awaited(world: World, variant: Variant, rows: list[dict[str, Any]], lines: int) -> Iterator[Finding]:
    """Pieces of acts that wait for a judgement: held against the judgements on record, then joined."""
    shape = variant.shape
    assert isinstance(shape, Prohibits)
    assert shape.awaits is not None
    last: tuple[object, Finding] | None = None
    for row in sorted(rows, key=lambda r: (r["rid"], r["start"])):
        one = base(variant, row, lines)
        if one.outcome is Outcome.BREACHED:
            things = things_of(world, variant, row)
            things[shape.range.variable] = world.by_id[row["act"]]
            scene = Scene(world, row["start"], things, row["bearer"])
            ruling = judged(scene, variant, shape.awaits, (*(label for _, label in one.occasion), row["act"]))
            one = replace(
                one, outcome=ruling.outcome, reason=ruling.reason, owed_judgement=ruling.whose,
                witnesses=ruling.witnesses,
            )  # fmt: skip
        if last is not None and last[0] == row["rid"] and _joins(last[1], one):
            last = (last[0], replace(last[1], until=one.until))
            continue
        if last is not None:
            yield last[1]
        last = (row["rid"], one)
    if last is not None:
        yield last[1]


def _joins(before: Finding, after: Finding) -> bool:
    def kind(f: Finding) -> object:
        return (f.outcome, f.reason, f.exception, f.owed_judgement, f.witnesses)

    return kind(before) == kind(after) and before.until is not None and before.until + 1 == after.start


# ---- obligations


def of_obligation(world: World, variant: Variant, table: pa.Table) -> Iterator[Finding]:
    """The findings of an obligation: those of triggers, and those of parties for whom there is none."""
    shape = variant.shape
    assert isinstance(shape, Requires)
    rows = table.to_pylist()
    if "candidates" in table.column_names:
        found = list(_in_turn(world, variant, shape, rows))
    else:
        found = [_performed(variant, row) for row in rows]
    yield from found
    yield from obligation.without_trigger(world, stripped(variant), found)


def _performed(variant: Variant, row: Row) -> Finding:
    finding = base(variant, row, len(variant.when))
    witness = row.get("witness")
    return finding if witness is None else replace(finding, witnesses=(witness,))


def _in_turn(world: World, variant: Variant, shape: Requires, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """The duties in turn, as the definition has it, where one act discharges one occasion or an end is moved."""
    duties = [_duty(world, variant, row) for row in rows]
    if shape.matching == "one to one":
        duties.sort(key=lambda d: (d.occasion, _place(variant, d), d.bound.start))
        duties = obligation.one_to_one(duties)
    for duty in duties:
        yield from obligation.judged(variant, duty)


def _place(variant: Variant, duty: obligation.Duty) -> int:
    assert variant.bearer is not None
    return bearers(duty.scene, variant.bearer).index(duty.scene.bearer)


def _duty(world: World, variant: Variant, row: Row) -> obligation.Duty:
    scene = Scene(world, row["start"], things_of(world, variant, row), row["bearer"])
    due = Deadline(row["earliest"], row["latest"], row["opens"], row["is_open"])
    moved = extended(scene, variant, due)
    candidates = []
    for wit, oc, ic, ip, sc, sp, lo, hi in (tuple(c.values()) for c in row["candidates"] or ()):
        when = None if lo is None else When(lo, hi)
        in_time = in_extension(Truth(ic, ip), Truth(sc, sp), when, due, moved)
        candidates.append(obligation.Candidate(Act(wit, "", True, {}), Truth(oc, True), in_time, when))
    return obligation.Duty(
        scene=scene,
        bound=Bound(row["bound_from"], row["until_"]),
        engaged=Truth(row["ec"], row["ep"]),
        due=moved,
        candidates=tuple(sorted(candidates, key=lambda c: c.order)),
        exceptions=tuple(
            (e.name, e.replaces, Truth(row[f"e{i}_cert"], row[f"e{i}_poss"])) for i, e in enumerate(variant.unless)
        ),
        lines=line_halves(row, len(variant.when)),
        occasion=_occasion(variant, row),
        trigger=row["act"],
    )
