"""When an instrument counts, where the record gives a month, a span, or no receipt at all.

Legal time is receipt: an instrument that was sent has no effect before it arrives; a clause on exit may count from
the dispatch of the notice or from its circulation instead. Where the day is not known, who is bound when is taken
twice: as much as it can be, and as little. What both say alike is so; the rest is not settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from servanda.norms.facts import Act
from servanda.norms.norm import Agreement
from servanda.temporal import BEGINNING_US, Moment, day_of, start_of_day_us

ENDING = ("notice", "exclusion")  # the sooner they are received, the less anybody is bound


def counted(agreement: Agreement, instruments: Iterable[Act]) -> tuple[Act, ...]:
    """The instruments, those notices that count from elsewhere than their receipt with that time in its place."""
    since = counted_from(agreement)
    return tuple(_counted(act, since) if act.kind == "notice" else act for act in instruments)


def counted_from(agreement: Agreement) -> str:
    """From when the clause on exit counts: `receipt` where it says nothing, `dispatch`, `circulation`."""
    stage = next((s for s in agreement.stages if s.name == "exit"), None)
    return "receipt" if stage is None else stage.options.get("counted from", "receipt")


def time_wanting(agreement: Agreement, act: Act) -> str:
    """The attribute that would say when the instrument counts."""
    return "sent" if counted_from(agreement) == "dispatch" and act.kind == "notice" else "received"


def _counted(notice: Act, since: str) -> Act:
    match since:
        case "dispatch":
            return _received(notice, _dispatch(notice))
        case "circulation":
            told = notice.get("circulated")
            return _received(notice, told) if isinstance(told, Moment) else notice
    return notice


def _dispatch(notice: Act) -> Moment | None:
    """When it was sent; not before it was signed nor after it was received, where no more is known."""
    sent, start, received = (notice.get(name) for name in ("sent", "start", "received"))
    if isinstance(sent, Moment):
        return sent
    if isinstance(start, Moment) and isinstance(received, Moment):
        return Moment(start.lo, max(start.hi, received.hi))
    return None


def _received(notice: Act, when: Moment | None) -> Act:
    others = {name: value for name, value in notice.values.items() if name != "received"}
    return replace(notice, values=others if when is None else {**others, "received": when})


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
    zone, acts = agreement.counting.zone, tuple(instruments)
    found = []
    for act in acts:
        if _dated(act, zone):
            found.append(act)
            continue
        at = _latest(act) if act.kind in late else _soonest(agreement, act)
        if at is None:
            continue
        times = [at] if act.kind in late or act.kind not in ENDING else [at, *_consents_after(act, at, acts)]
        found += [replace(act, values={**act.values, "received": Moment(us, us)}) for us in times]
    return tuple(found)


def _consents_after(notice: Act, soonest: int, acts: tuple[Act, ...]) -> list[int]:
    """When the author of the notice consented, if it may have been received after that: it may end that consent."""
    last = _latest(notice)
    times = {
        us
        for act in acts
        if act.kind not in ENDING and act.get("by") == notice.get("by") and (us := _latest(act)) is not None
    }
    return sorted(us for us in times if soonest < us and (last is None or us <= last))


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
