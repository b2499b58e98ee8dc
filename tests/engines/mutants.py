"""Faults seeded in the lowering, one at a time. Each must change a finding of some generated case.

A fault is a name, the attribute of a module it replaces, and what stands there instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from servanda.plan import (
    amount,
    bearers,
    calendar,
    coverage,
    deadline,
    doing,
    group,
    instant,
    landholding,
    limit,
    location,
    maintenance,
    obligation,
    partners,
    pieces,
    prohibition,
    quantifiers,
    site,
    sql,
    trigger,
    truth,
)
from servanda.plan import condition as conditions
from servanda.plan.islands import before
from servanda.plan.scope import Asking
from servanda.plan.sql import all_of, any_of, col, compare, number
from servanda.plan.truth import FALSE, TRUE, Pair

Wrapped = Callable[[Any], Any]


@dataclass(frozen=True)
class Mutant:
    """A fault: where it sits, and how it is made from what stood there."""

    name: str
    places: tuple[tuple[ModuleType | type, str], ...]
    wrap: Wrapped


def _strict_as_loose(real: Any) -> Any:
    return lambda left, operator, right: real(left, {">": ">=", "<": "<="}.get(operator, operator), right)


def _loose_as_strict(real: Any) -> Any:
    return lambda left, operator, right: real(left, {">=": ">", "<=": "<"}.get(operator, operator), right)


def _certain_only(real: Any) -> Any:
    def faulty(*arguments: Any, **named: Any) -> Pair:
        found: Pair = real(*arguments, **named)
        return Pair(found.cert, found.cert)

    return faulty


def _possible_as_certain(real: Any) -> Any:
    def faulty(*arguments: Any, **named: Any) -> Pair:
        found: Pair = real(*arguments, **named)
        return Pair(found.poss, found.poss)

    return faulty


def _always(value: Any) -> Wrapped:
    return lambda real: lambda *arguments, **named: value


def _unguarded(real: Any) -> Any:
    """The outer join's empty row counts as an unknown partner."""

    def faulty(scope: Any, *rest: Any) -> Pair:
        before = len(scope.joins)
        real(scope, *rest)
        given = scope.joins[before].this.alias
        return Pair(sql.coalesce(col("c", given), sql.boolean(False)), sql.coalesce(col("p", given), sql.boolean(True)))

    return faulty


def _unswapped(real: Any) -> Any:
    return lambda pair: Pair(sql.negated(pair.cert), sql.negated(pair.poss))


def _a_day_more(real: Any) -> Any:
    return lambda *arguments: compare(real(*arguments), "+", number(1))


def _thirty_days(real: Any) -> Any:
    def faulty(day: Any, span: Any, sign: int, counting: Any) -> Any:
        return real(day, replace(span, months=0, days=span.days + 30 * span.months), sign, counting)

    return faulty


def _not_clear(real: Any) -> Any:
    return lambda day, span, sign, counting: real(day, replace(span, clear=False), sign, counting)


def _first_day_not_counted(real: Any) -> Any:
    return lambda day, span, sign, counting: real(day, span, sign, replace(counting, first_day_included=False))


def _as_instant(real: Any) -> Any:
    """A day that is compared by its first microsecond."""
    return lambda left, right: real(left, instant.sharp(right.lo, right.lo))


def _as_midnight(real: Any) -> Any:
    """A day that is compared by its last microsecond."""
    return lambda left, right: real(left, instant.sharp(right.hi, right.hi))


def _inclusive_end(real: Any) -> Any:
    return lambda at, span: real(at, group.Span(span.lo, span.hi + 86_400_000_000))


def _claims_a_day_longer(real: Any) -> Any:
    return lambda claims, kind, party, lo, hi: real(claims, kind, party, lo, compare(hi, "-", number(86_400_000_000)))


def _nothing_replaced(real: Any) -> Any:
    return lambda variant: real(replace(variant, unless=tuple(replace(e, replaces=False) for e in variant.unless)))


def _doubtful_exception_ignored(real: Any) -> Any:
    def faulty(variant: Any) -> Any:
        columns = real(variant)
        saving = [(col(f"e{i}_cert"), sql.text("complied")) for i in range(len(variant.unless))]
        breach = (col("ec"), sql.text("breached"))
        return columns | {"outcome": sql.when(*saving, breach, otherwise=sql.text("undetermined"))}

    return faulty


def _gaps_joined(real: Any) -> Any:
    def faulty(own: Any) -> Any:
        return all_of(compare(before(c, own), "=", col(c)) for c in ("outcome", "reason"))

    return faulty


def _core_only(real: Any) -> Any:
    """An act whose start and end are both blurred is there only where it is certainly there."""

    def faulty(lo: Any, hi: Any, start_lo: Any, start_hi: Any) -> Pair:
        found: Pair = real(lo, hi, start_lo, start_hi)
        core = compare(sql.greatest(start_hi, lo), "<=", sql.least(sql.coalesce(col("ends_lo"), col("seen")), hi))
        return Pair(all_of((found.poss, core)), found.poss)

    return faulty


def _never_gone(real: Any) -> Any:
    """What was not seen to leave is certainly still there."""

    def faulty(scope: Any, thing: Any) -> Any:
        return real(scope, thing).changed("present", {"seen": col("gone")})

    return faulty


def _latest_early(real: Any) -> Any:
    def faulty(scope: Any, shape: Any) -> Any:
        earliest, _, opens, is_open = real(scope, shape)
        return earliest, earliest, opens, is_open

    return faulty


def _day_before(real: Any) -> Any:
    def faulty(scope: Any, shape: Any) -> Any:
        earliest, latest, opens, is_open = real(scope, shape)
        return compare(earliest, "-", number(86_400_000_000)), latest, opens, is_open

    return faulty


def _unknown_is_other(real: Any) -> Any:
    def faulty(scope: Any, code: Any) -> Pair:
        found: Pair = real(scope, code)
        return Pair(found.poss, found.poss)

    return faulty


def _start_counts(real: Any) -> Any:
    return lambda scope, thing, verb: real(scope, thing, replace(verb, time="start"))


def _nearest_is_farthest(real: Any) -> Any:
    def faulty(here: Any, code: Any, reach: Any, **_: Any) -> Pair:
        found = here._metres(code, Asking("metres", scale=reach.scale))
        inside = compare(col("lo", found), "<=", reach.lo)
        return truth.bounds(inside, inside)

    return faulty


def _said_by_map(real: Any) -> Any:
    """The record's own word for a place is not heard."""

    class Deaf(site.Site):
        def __init__(self, scope: Any, path: Any) -> None:
            super().__init__(scope, path)
            self.inside = sql.null(sql.TEXT)

    return Deaf


def _head_kept(real: Any) -> Any:
    return lambda scope: scope


def _not_cut(real: Any) -> Any:
    return lambda lo, hi, *rest: real(lo, hi, *rest)


def _of_anybody(real: Any) -> Any:
    return lambda scope, variable, where: None


def _unknown_amount_is_zero(real: Any) -> Any:
    def faulty(scope: Any, term: Any) -> Any:
        known = real(scope, term)
        return replace(known, lo=sql.coalesce(known.lo, number(0)), hi=sql.coalesce(known.hi, number(0)))

    return faulty


def _label_is_article(real: Any) -> Any:
    return lambda label, article: compare(label, "=", article)


def _unended_ignored(real: Any) -> Any:
    return lambda builder, kinds, kind, by, lo: compare(lo, "-", number(1))


def _owed_anyhow(real: Any) -> Any:
    return lambda scope: TRUE


def _both(first: Any, second: Any) -> Any:
    return any_of((first, second))


MUTANTS: tuple[Mutant, ...] = (
    Mutant("more than as at least", ((amount, "compared"),), _strict_as_loose),
    Mutant("at least as more than", ((amount, "compared"),), _loose_as_strict),
    Mutant("unknown comparison is a no", ((amount, "bounds"), (instant, "bounds")), _certain_only),
    Mutant("unknown value is a yes", ((conditions, "three_valued"),), _possible_as_certain),
    Mutant("unknown value is a no", ((conditions, "three_valued"),), _certain_only),
    Mutant("not without the swap", ((Pair, "__invert__"),), _unswapped),
    Mutant("doubted partner counts for sure", ((quantifiers, "there"), (doing, "there")), _always(TRUE)),
    Mutant("nobody is an unknown partner", ((quantifiers, "aggregated"), (doing, "aggregated")), _unguarded),
    Mutant("null key of a partner forgotten", ((partners, "_open"),), _always(False)),
    Mutant("null key of the row forgotten", ((partners, "_other_null"),), lambda r: lambda *a: sql.boolean(False)),
    Mutant("nothing found is a no", ((coverage, "uncovered"),), _always(FALSE)),
    Mutant("claims a day too long", ((coverage, "_covered"),), _claims_a_day_longer),
    Mutant("deadline a day late", ((calendar, "shift"),), _a_day_more),
    Mutant("a month is thirty days", ((calendar, "shift"),), _thirty_days),
    Mutant("clear days as days", ((calendar, "shift"),), _not_clear),
    Mutant("first day never counted", ((calendar, "shift"),), _first_day_not_counted),
    Mutant("a day begins when it ends", ((instant, "before"),), _as_midnight),
    Mutant("a day is its midnight, until", ((instant, "not_after"),), _as_instant),
    Mutant("member on the day of leaving", ((group, "_within"),), _inclusive_end),
    Mutant("prevailing norm only excepts", ((prohibition, "outcome_columns"),), _nothing_replaced),
    Mutant("doubtful exception forgotten", ((prohibition, "outcome_columns"),), _doubtful_exception_ignored),
    Mutant("intervals joined over gaps and exceptions", ((prohibition, "_alike"),), _gaps_joined),
    Mutant("intervals never joined", ((prohibition, "_alike"),), lambda r: lambda *a: sql.boolean(False)),
    Mutant("no cuts", ((pieces, "cuts"),), _always(None)),
    Mutant("blurred ends are never inside", ((pieces, "present"),), _core_only),
    Mutant("not seen to leave is still there",
           ((pieces, "with_presence"), (limit, "with_presence"), (maintenance, "with_presence")), _never_gone),
    Mutant("departures not read", ((coverage, "departures"),), _unended_ignored),
    Mutant("doubted trigger counts for sure",
           ((prohibition, "occasion_here"), (trigger, "occasion_here")), _always(TRUE)),
    Mutant("the other party may be the bearer", ((bearers, "_others_apart"),), _head_kept),
    Mutant("blurred deadline is sharp", ((deadline, "_deadline"),), _latest_early),
    Mutant("window closes a day early", ((deadline, "_deadline"),), _day_before),
    Mutant("deadline not read", ((obligation, "_in_time"),), _always(TRUE)),
    Mutant("absence is always a fact", ((obligation, "_complete"),), lambda r: lambda *a: sql.boolean(True)),
    Mutant("absence is never a fact", ((obligation, "_complete"),), lambda r: lambda *a: sql.boolean(False)),
    Mutant("recommended as owed", ((obligation, "_softened"),), lambda r: lambda variant, out, reason: (out, reason)),
    Mutant("an unknown is another",
           ((quantifiers, "other_than_bearer"), (doing, "other_than_bearer")), _unknown_is_other),
    Mutant("dispatch counts, not receipt", ((doing, "verb_time"),), _start_counts),
    Mutant("least distance alone", ((site.Site, "within"),), _nearest_is_farthest),
    Mutant("the record's own place not heard", ((landholding, "Site"), (location, "Site")), _said_by_map),
    Mutant("coverage of anybody needed", ((coverage, "pinned"),), _of_anybody),
    Mutant("missing is zero", ((amount, "amount"),), _unknown_amount_is_zero),
    Mutant("counterparty need not be bound", ((trigger, "_owed_party_bound"),), _owed_anyhow),
    Mutant("bound on some other day", ((prohibition, "bound_at"),), _always(TRUE)),
    Mutant("term not read", ((trigger, "_in_term"),), _always(TRUE)),
)  # fmt: skip
