"""How long an act was there, as columns of a plan."""

from __future__ import annotations

from collections.abc import Callable

from servanda.plan import calendar, coverage, sql
from servanda.plan.instant import zone_of
from servanda.plan.scope import ActThing, Scope, column
from servanda.plan.sql import Expr, all_of, any_of, col, compare, not_null, null, number, when
from servanda.plan.truth import Pair
from servanda.vocabulary.act import Kind, vocabulary

LASTING = ("until", "last-seen", "by")  # the attributes that say how long an act was there
PRESENCE = ("seen", "gone", "ends_lo", "ends_hi", "sure_until", "sure_first", "sure_last")


def lasting(scope: Scope, thing: ActThing) -> Expr:
    """Whether the act is of a kind that has an end."""
    return _of_kind(scope, thing, lambda kind: kind.lasts)


def standing(scope: Scope, thing: ActThing) -> Expr:
    """Whether the act is of a kind that may be placed, and kept."""
    return _of_kind(scope, thing, lambda kind: kind.stands)


def _of_kind(scope: Scope, thing: ActThing, told: Callable[[Kind], bool]) -> Expr:
    """What the kind tells of an act: a constant where all its kinds tell the same."""
    kinds = _kinds(thing)
    found = [k for k in kinds if told(vocabulary().kinds[k])]
    if len(found) in (0, len(kinds)):
        return sql.boolean(bool(found))
    return sql.one_of(column(scope, thing, "kind"), found)


def _kinds(thing: ActThing) -> tuple[str, ...]:
    return tuple(vocabulary().kinds) if "act" in thing.kinds else thing.kinds


def lasts(scope: Scope, thing: ActThing) -> bool | None:
    """Whether acts of its kinds have an end; None where some have and some have not."""
    return sql.constant(lasting(scope, thing))


def with_presence(scope: Scope, thing: ActThing) -> Scope:
    """How long a lasting act was there, as of the day asked about: `seen`, `gone`, `ends_lo`, `ends_hi`."""
    on = number(scope.world.on)
    start_lo, start_hi = column(scope, thing, "start_lo"), column(scope, thing, "start_hi")
    until_lo, until_hi = column(scope, thing, "until_lo"), column(scope, thing, "until_hi")
    never = sql.coalesce(column(scope, thing, "until_none"), sql.boolean(False))
    seen_lo, seen_hi = column(scope, thing, "last_seen_lo"), column(scope, thing, "last_seen_hi")
    zone = zone_of(scope)
    # Where no start is wider than a day, its day ends with it at the latest.
    that_day = _that_day(start_lo, start_hi, zone) if scope.builder.schema.wide else start_hi
    last_seen, seen_sure = start_hi, that_day
    if not sql.is_null_constant(seen_lo):
        last_seen, seen_sure = (
            sql.coalesce(seen_hi, start_hi),
            sql.coalesce(_that_day(seen_lo, seen_hi, zone), that_day),
        )
    kinds = [k for k in _kinds(thing) if vocabulary().kinds[k].lasts] if "act" in thing.kinds else thing.kinds
    known_departures = coverage.departures(
        scope.builder, kinds, column(scope, thing, "kind"), column(scope, thing, "by"), start_lo
    )
    still = sql.greatest(on, start_hi)
    last = sql.least(sql.greatest(start_hi, last_seen, known_departures), still)
    sure = sql.least(sql.greatest(that_day, seen_sure, known_departures), still)
    ended = all_of((sql.negated(never), not_null(until_lo)))
    scope = scope.step(
        "present",
        {
            "seen": when((ended, until_hi), (never, on), otherwise=last),
            "gone": when((ended, until_hi), (never, on), otherwise=still),
            "ends_lo": when((ended, until_lo), otherwise=null(sql.BIGINT)),
            "ends_hi": when((ended, until_hi), otherwise=null(sql.BIGINT)),
            "sure_until": when((ended, until_lo), (never, on), otherwise=sure),
        },
    )
    first, last_ = _surely(scope, start_lo, start_hi)
    return scope.step("present", {"sure_first": first, "sure_last": last_})


def _that_day(lo: Expr, hi: Expr, zone: str) -> Expr:
    """The end of the day, if that is known; else of the first it can be."""
    end = sql.least(hi, calendar.end_of(calendar.day_of(lo, zone), zone))
    return when((compare(lo, "=", hi), lo), (not_null(lo), end), otherwise=null(sql.BIGINT))


def _surely(scope: Scope, start_lo: Expr, start_hi: Expr) -> tuple[Expr, Expr]:
    """From when to when it is certainly there, a day on which it begins or ends taken whole."""
    if not scope.builder.schema.wide:
        return start_lo, when((not_null(col("ends_lo")), col("ends_hi")), otherwise=col("sure_until"))
    zone = zone_of(scope)
    first = sql.greatest(start_lo, calendar.start_of(calendar.day_of(start_hi, zone), zone))
    ended = sql.least(col("ends_hi"), calendar.end_of(calendar.day_of(col("ends_lo"), zone), zone))
    return first, when((not_null(col("ends_lo")), ended), otherwise=col("sure_until"))


def present(lo: Expr, hi: Expr, start_lo: Expr, start_hi: Expr) -> Pair:
    """`Presence.here`: whether the act is there at some instant of [lo, hi]. NULL only where the start is unknown."""
    begins = all_of((compare(lo, "<=", start_lo), compare(start_hi, "<=", hi)))
    core = compare(sql.greatest(start_hi, lo), "<=", sql.least(col("sure_until"), hi))
    ends = sql.coalesce(
        all_of((compare(lo, "<=", col("ends_lo")), compare(col("ends_hi"), "<=", hi))), sql.boolean(False)
    )
    possibly = sql.coalesce(all_of((compare(start_lo, "<=", hi), compare(col("gone"), ">=", lo))), sql.boolean(False))
    certainly = sql.coalesce(any_of((begins, core, ends)), sql.boolean(False))
    return Pair(all_of((possibly, certainly)), possibly)
