"""From an agreement, a record and a question to a world: one for each account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial

import pyarrow as pa
import pyarrow.compute as pc

from servanda.check.claimants import speakers
from servanda.check.places import asked, the_map
from servanda.check.question import Question
from servanda.errors import Diagnostic, InputError
from servanda.lifecycle.force import Status, apart, status
from servanda.lifecycle.receipt import binding_least, binding_most, counted, undated
from servanda.norms.facts import Act, Places, Value, World
from servanda.norms.memory import Memory
from servanda.norms.norm import Agreement
from servanda.record.entries import Instrument
from servanda.record.record import Record
from servanda.record.values import acts_as_values
from servanda.record.zones import in_zone
from servanda.temporal import END_US, day_of, end_of_day_us, start_of_day_us
from servanda.vocabulary.coverage import Claim, Coverage
from servanda.vocabulary.verdict import Fact

UNDISPUTED = "undisputed"


# Up to so many acts all are made at once; beyond, each kind when it is asked for.
_AT_ONCE = 20_000


class ActsByKind(Mapping[str, Sequence[Act]]):
    """The acts of a table as values, made when they are asked for."""

    def __init__(
        self,
        table: pa.Table,
        more: Mapping[str, Sequence[Act]],
        like: ActsByKind | None = None,
        own: frozenset[str] = frozenset(),
    ) -> None:
        """`like`: acts that are the same there, all but those of `own`, are taken from there and not made again."""
        self._table, self._more, self._like, self._own = table, more, like, own
        self._made: dict[str, Sequence[Act]] = {}

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(pc.unique(self._table["kind"]).to_pylist()) | frozenset(self._more)

    def __getitem__(self, kind: str) -> Sequence[Act]:
        if kind not in self._kinds:
            raise KeyError(kind)
        if self._table.num_rows <= _AT_ONCE:
            return self._at_once[kind]
        if kind not in self._made:
            rows = self._table.filter(pc.equal(self._table["kind"], kind))
            self._made[kind] = (*acts_as_values(rows), *self._more.get(kind, ()))
        return self._made[kind]

    @cached_property
    def _at_once(self) -> dict[str, Sequence[Act]]:
        made: dict[str, list[Act]] = {kind: [] for kind in self._kinds}
        for act in self._rows:
            made[act.kind].append(act)
        for kind, acts in self._more.items():
            made[kind] += acts
        return {kind: tuple(acts) for kind, acts in made.items()}

    @cached_property
    def _rows(self) -> Sequence[Act]:
        if self._like is None:
            return acts_as_values(self._table)
        same = {act.id: act for act in self._like._rows}
        own = pa.array(sorted(self._own), pa.string())
        fresh = {a.id: a for a in acts_as_values(self._table.filter(pc.is_in(self._table["act"], own)))}
        return [fresh.get(i) or same[i] for i in self._table["act"].to_pylist()]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._kinds))

    def __len__(self) -> int:
        return len(self._kinds)


class ActsById(Mapping[str, Act]):
    """The same acts by id, all of them made when the first is asked for."""

    def __init__(self, by_kind: Mapping[str, Sequence[Act]]) -> None:
        self._by_kind = by_kind

    @cached_property
    def _all(self) -> dict[str, Act]:
        return {act.id: act for acts in self._by_kind.values() for act in acts}

    def __getitem__(self, act_id: str) -> Act:
        return self._all[act_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


@dataclass(frozen=True)
class Case:
    """What one account sees: the world, and the table that set-based engines read."""

    account: str | None
    world: World
    table: pa.Table
    instruments: Mapping[str, Sequence[Act]]


@dataclass(frozen=True)
class Cases:
    """All accounts in play, the undisputed one first, and what they share."""

    record: Record
    status: Status
    on: date
    cases: tuple[Case, ...]
    at_least: Status | None = None  # who is bound at the least, where receipts are not known; `status`: at the most
    undated: tuple[Act, ...] = ()  # the instruments of which that is so

    @property
    def entry(self) -> int | None:
        """Entry into force, where its day is known."""
        return self.status.entry if self.at_least is None or self.at_least.entry == self.status.entry else None

    def hanging(self, code: str) -> tuple[Fact, ...]:
        """The clauses and facts on which it hangs when the party is bound, or, where none is its own, when others are;
        the receipts apart."""
        sides = (self.status.hanging, self.at_least.hanging if self.at_least is not None else {})
        own = [f for key in (code, None) for side in sides for f in side.get(key, ())]
        others = [f for side in sides for facts in side.values() for f in facts] if not own and not self.undated else []
        return tuple(dict.fromkeys(own or others))

    def bound_least(self) -> tuple[Case, ...]:
        """The cases with those bound that are in any event; none where everybody's day is known."""
        if self.at_least is None:
            return ()
        shared: Memory = {}
        return tuple(replace(case, world=_with_status(case.world, self.at_least, shared)) for case in self.cases)

    def sources_of(self, ids: Iterable[str], account: str | None = None) -> dict[str, str]:
        """The sources of each act, of its row and of what was said of it, joined by commas.

        Of what was said in an account, where one is named, its own sources alone, if it gave any.
        """
        wanted = set(ids)
        found: dict[str, set[str]] = {i: set() for i in wanted}
        acts = self.record.acts
        if "source" in acts.column_names:
            rows = acts.filter(pc.is_in(acts["act"], pa.array(sorted(wanted), pa.string()))).select(["act", "source"])
            for row in rows.to_pylist():
                found[row["act"]] |= {row["source"]} - {None}
        own: dict[str, set[str]] = {}
        for assertion in self.record.assertions:
            if assertion.act in wanted and assertion.source:
                found[assertion.act].add(assertion.source)
                if assertion.account == account:
                    own.setdefault(assertion.act, set()).add(assertion.source)
        found |= own if account is not None else {}
        return {act: ", ".join(sorted(sources)) for act, sources in found.items() if sources}


def cases(agreement: Agreement, record: Record, question: Question) -> Cases:
    """A world for each account that the question asks about."""
    if question.as_known_on is not None:
        record = record.as_known_on(question.as_known_on)
    on = question.on or last_day(record, agreement.counting.zone)
    places: Places = the_map()
    instruments = instruments_of(agreement, record)
    coverage = _coverage(agreement, record, question)
    status_of = partial(
        status,
        agreement,
        memberships=record.memberships,
        places=places,
        on=on,
        as_if_in_force=question.as_if_in_force,
        supposed=question.supposed_parties,
        coverage=coverage,
    )
    in_time = counted(agreement, instruments)
    found, least = apart(
        status_of(instruments=binding_most(agreement, in_time), side="most"),
        status_of(instruments=binding_least(agreement, in_time), side="least"),
    )
    base = World(
        agreement=agreement,
        on=end_of_day_us(on, agreement.counting.zone),
        acts={},
        by_id={},
        bound=found.bound,
        signatories=found.signatories,
        contracting=found.contracting,
        memberships=record.memberships,
        coverage=coverage,
        places=places,
        entry=found.entry,
        entry_for=found.entry_for,
        named=found.named,
    )
    more: dict[str, list[Act]] = {}
    for act in instruments:
        more.setdefault(act.kind, []).append(_as_act(act))
    open_ = tuple(undated(in_time, agreement.counting.zone))
    accounts = _asked(agreement, record, question)
    first = _case(base, record, accounts[0], more, None)
    others = (_case(base, record, a, more, first) for a in accounts[1:])
    return Cases(record, found, on, (first, *others), None if _alike(found, least) else least, open_)


def _alike(most: Status, least: Status) -> bool:
    """Whether it is settled who is bound when; which clauses were needed for it may differ."""
    return replace(most, not_run=(), rules=()) == replace(least, not_run=(), rules=())


def _with_status(world: World, found: Status, shared: Memory) -> World:
    return replace(
        world,
        bound=found.bound,
        signatories=found.signatories,
        contracting=found.contracting,
        entry=found.entry,
        entry_for=found.entry_for,
        shared=shared,
    )


def _spoken_of(record: Record, account: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """The contested acts of which the account speaks, and their kinds: there alone its view is its own."""
    ids = frozenset(
        act
        for act, matters in (record.contested() if account is not None else {}).items()
        if any(claim.account == account for claims in matters.values() for claim in claims)
    )
    if not ids:
        return ids, frozenset()
    rows = record.acts.filter(pc.is_in(record.acts["act"], pa.array(sorted(ids), pa.string())))
    kinds = frozenset(rows["kind"].to_pylist())
    # An act that stands in assertions alone has no row, and may be of any kind.
    return ids, kinds if rows.num_rows == len(ids) else kinds | {"act"}


def _asked(agreement: Agreement, record: Record, question: Question) -> tuple[str | None, ...]:
    """Those who speak in the record, and those whose word on a disputed area decides where an act of it lies."""
    if question.account is None:
        return (None, *dict.fromkeys((*record.accounts(), *speakers(agreement, record.acts))))
    return (None,) if question.account == UNDISPUTED else (question.account,)


def _case(
    base: World, record: Record, account: str | None, more: Mapping[str, Sequence[Act]], like: Case | None
) -> Case:
    table = in_zone(record.view(account), base.agreement.counting.zone)
    ids, kinds = _spoken_of(record, account)
    same = like.world.acts if like is not None else None
    by_kind = ActsByKind(table, more, same if isinstance(same, ActsByKind) else None, ids)
    world = replace(
        base, acts=by_kind, by_id=ActsById(by_kind), disputed=ids, disputed_kinds=kinds, places=asked(the_map(account))
    )
    return Case(account, world, table, more)


def _coverage(agreement: Agreement, record: Record, question: Question) -> Coverage:
    claims: tuple[Claim, ...] = record.coverage_in(agreement.counting.zone).claims
    if question.complete_until is not None:
        claims = (*claims, Claim(until=start_of_day_us(question.complete_until, agreement.counting.zone)))
    return Coverage(claims)


def instruments_of(agreement: Agreement, record: Record) -> tuple[Act, ...]:
    """The instruments on record that concern this agreement, as acts."""
    return tuple(
        _instrument(number, instrument, agreement.counting.zone)
        for number, instrument in enumerate(record.instruments)
        if instrument.agreement in (None, agreement.id)
    )


def _instrument(number: int, instrument: Instrument, zone: str) -> Act:
    sent = instrument.sent or instrument.signed or instrument.received
    times = {
        "received": instrument.received,
        "sent": instrument.sent,
        "start": sent,
        "circulated": instrument.circulated,
    }
    values: dict[str, Value] = {name: when.moment(zone) for name, when in times.items() if when is not None}
    for name in ("about", "to"):
        if isinstance(told := instrument.values.get(name), list | tuple):
            values[name] = tuple(str(one) for one in told)
    return Act(instrument.id or f"instrument-{number + 1}", instrument.kind, True, {"by": instrument.party, **values})


def _as_act(instrument: Act) -> Act:
    """The instrument as norms see it: that it was circulated matters to the clauses alone."""
    values = {name: value for name, value in instrument.values.items() if name != "circulated"}
    return replace(instrument, values=values)


def last_day(record: Record, zone: str) -> date:
    """The last day that the record covers; where it claims nothing, the last day of which it speaks.

    Raises InputError when it speaks of no day at all.
    """
    ends = [c.until for c in record.coverage_in(zone).claims if c.until < END_US]
    if ends:
        return day_of(max(ends), zone) - timedelta(days=1)
    stems = tuple(f"{name}_" for name in ("start", "until", "received", "last_seen"))
    acts = in_zone(record.acts.select([c for c in record.acts.column_names if c.startswith(stems)]), zone)
    latest = [pc.max(acts[name]).as_py() for name in acts.column_names if name.endswith("_hi")]
    times = [us for us in latest if us is not None]
    times += [i.received.moment(zone).hi for i in record.instruments if i.received is not None]
    if not times:
        raise InputError([Diagnostic("no-last-day")])
    return day_of(max(times), zone)
