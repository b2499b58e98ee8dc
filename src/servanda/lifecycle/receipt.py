"""When an instrument was received, where the record gives a month, a span, or no receipt at all.

Legal time is receipt: an instrument that was sent has no effect before it arrives. Where its day is not known, who is
bound when is taken twice: as much as it can be, and as little. What both say alike is so; the rest is not settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from servanda.norms.facts import Act
from servanda.norms.norm import Agreement
from servanda.temporal import BEGINNING_US, Moment, day_of, start_of_day_us

ENDING = ("notice", "exclusion")  # the sooner they are received, the less anybody is bound


def undated(instruments: Iterable[Act], zone: str) -> list[Act]:
    """The instruments of which the day of receipt is not known."""
    return [act for act in instruments if not _dated(act, zone)]


def _dated(act: Act, zone: str) -> bool:
    received = act.get("received")
    return isinstance(received, Moment) and day_of(received.lo, zone) == day_of(received.hi, zone)


def binding_most(agreement: Agreement, instruments: Iterable[Act]) -> tuple[Act, ...]:
    """The instruments as they bind the most, for the longest: consent at the soonest, notices at the latest."""
    return _settled(agreement, instruments, late=ENDING)


def binding_least(agreement: Agreement, instruments: Iterable[Act]) -> tuple[Act, ...]:
    """The instruments as they bind the least: consent at the latest, if at all, notices at the soonest."""
    acts = tuple(instruments)
    return _settled(agreement, acts, late=tuple({a.kind for a in acts} - set(ENDING)))


def _settled(agreement: Agreement, instruments: Iterable[Act], late: tuple[str, ...]) -> tuple[Act, ...]:
    zone = agreement.counting.zone
    found = []
    for act in instruments:
        if _dated(act, zone):
            found.append(act)
            continue
        at = _latest(act) if act.kind in late else _soonest(agreement, act)
        if at is not None:
            found.append(replace(act, values={**act.values, "received": Moment(at, at)}))
    return tuple(found)


def _latest(act: Act) -> int | None:
    """None: it may never have been received."""
    received = act.get("received")
    return received.hi if isinstance(received, Moment) else None


def _soonest(agreement: Agreement, act: Act) -> int:
    """Not before it was sent; without that, not before there was a text."""
    for name in ("received", "sent", "start"):
        when = act.get(name)
        if isinstance(when, Moment):
            return when.lo
    text = next((d for d in (agreement.published, agreement.opened, agreement.signed) if d is not None), None)
    return BEGINNING_US if text is None else start_of_day_us(text, agreement.counting.zone)
