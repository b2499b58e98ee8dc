"""Who says what of each disputed area, and since when; its names; how the dispute began and ended.

A whole State may be spoken of too, by its English name, where some did not recognise that it was another's (Estonia,
Latvia and Lithuania until 1991).

Every speaker is treated alike: a row of `views.csv` is that speaker's own word, never a finding. Days are half-open:
a word holds from its first day up to and including the day before `until`. Speakers without a code (Abkhazia,
Northern Cyprus, …) have a word too, under their name. `docs/explanation/disputed-areas.md` tells how to read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from servanda.data import parted, table

ITSELF = "itself"  # the area is nobody's but its own: independent, without a code of its own
NOBODY = "nobody"  # no State holds it
UNDETERMINED = "undetermined"  # the speaker leaves it open in so many words
_IN_PART = " in part"  # after a code: that State holds some of it, and the word does not say which places


@dataclass(frozen=True)
class Word:
    """What one speaker says of an area for a time: `says` is a code, a code "in part", or one of the words above."""

    area: str
    speaker: str
    says: str
    since: date
    until: date | None
    source: str

    @property
    def decides(self) -> bool:
        """Whether the word settles whose every place of the area is."""
        return self.says != UNDETERMINED and not self.says.endswith(_IN_PART)

    @property
    def holders(self) -> tuple[str, ...]:
        """The code whose the area is by this word; none when it is its own, nobody's or left open."""
        return () if self.says in (ITSELF, NOBODY, UNDETERMINED) else (self.says.removesuffix(_IN_PART),)


@dataclass(frozen=True)
class Administration:
    """Who in fact administered an area, or some of it, for a time: a code or a name. It says nothing of title."""

    area: str
    by: str
    since: date
    until: date | None
    source: str


@dataclass(frozen=True)
class Dispute:
    """When an area was disputed.

    Before `begins` (none: since before the map begins) it is part of the land of `before`, with that land's own
    history (none: not told). From `settled` on (none: still open) it is that of `then`.
    """

    area: str
    begins: date | None
    before: str | None
    settled: date | None
    then: tuple[str, ...]

    def open_on(self, on: date) -> bool:
        """Whether the area is disputed on that day."""
        return (self.begins is None or self.begins <= on) and (self.settled is None or on < self.settled)


@cache
def words(area: str) -> tuple[Word, ...]:
    """Every word on record about an area, in the order of the table."""
    return tuple(_words().get(area, ()))


def spoken_of() -> frozenset[str]:
    """The disputed areas, and the States, of which some speaker has a word on record."""
    return frozenset(_words())


@cache
def spoken_of_by(speaker: str) -> frozenset[str]:
    """Those of which the speaker has a word on record."""
    return frozenset(area for area, who in _by_speaker() if who == speaker)


@cache
def speakers_on_areas() -> frozenset[str]:
    """Everybody who has a word on record, by code or by name."""
    return frozenset(speaker for _, speaker in _by_speaker())


@cache
def word(area: str, speaker: str, on: date) -> Word | None:
    """What the speaker says of the area on that day; None when nothing is on record."""
    said = [w for w in _by_speaker().get((area, speaker), ()) if _holds(w.since, w.until, on)]
    return max(said, key=lambda w: w.since, default=None)


@cache
def _by_speaker() -> dict[tuple[str, str], list[Word]]:
    found: dict[tuple[str, str], list[Word]] = {}
    for area, said in _words().items():
        for one in said:
            found.setdefault((area, one.speaker), []).append(one)
    return found


@cache
def claimants(area: str, on: date) -> tuple[str, ...]:
    """Codes of those who on that day call the area, or some of it, their own; or who claim it and leave it open."""
    said = {speaker: word(area, speaker, on) for speaker in {w.speaker for w in words(area)}}
    claim = _claims(area)
    return tuple(
        sorted(s for s, w in said.items() if w and (s in w.holders or (s in claim and w.says == UNDETERMINED)))
    )


@cache
def others(area: str, on: date) -> bool:
    """Whether on that day some speaker says that it is neither of several claimants': its own, nobody's, a third's."""
    claiming = set(claimants(area, on))
    said = (word(area, speaker, on) for speaker in {w.speaker for w in words(area)})
    return len(claiming) > 1 and any(w.decides and not claiming & {*w.holders} for w in said if w is not None)


def administrators(area: str, on: date) -> tuple[str, ...]:
    """Who in fact administers the area, or parts of it, on that day: codes and names."""
    held = [a for a in _administrations().get(area, ()) if _holds(a.since, a.until, on)]
    return tuple(sorted({a.by for a in held}))


@cache
def disputes() -> dict[str, Dispute]:
    """Of each disputed area when it was one."""
    return {
        r["en"]: Dispute(r["en"], _day(r["from"]), r["before"] or None, _day(r["until"]), parted(r["then"]))
        for r in table("geo/areas.csv")
    }


@cache
def area_names(area: str) -> dict[str, str]:
    """The area's name in the words of each speaker; of two in use the first."""
    named: dict[str, str] = {}
    for row in table("geo/area_names.csv"):
        if row["area"] == area and row["speaker"]:
            named.setdefault(row["speaker"], row["name"])
    return named


@cache
def area_name(area: str, lang: str = "en") -> str:
    """The area's name in a language as maps in that language print it: en, vi or ru; else the English one."""
    if lang == "vi":
        return next((r["vi"] for r in table("geo/areas.csv") if r["en"] == area), area)
    found = (
        r["name"] for r in table("geo/area_names.csv") if (r["area"], r["speaker"], r["language"]) == (area, "", lang)
    )
    return next(found, area)


@cache
def _words() -> dict[str, list[Word]]:
    said: dict[str, list[Word]] = {}
    for row in table("geo/views.csv"):
        if row["speaker"]:
            about = Word(row["area"], row["speaker"], row["says"], *_span(row), row["source"])
            said.setdefault(about.area, []).append(about)
    return said


@cache
def _administrations() -> dict[str, list[Administration]]:
    held: dict[str, list[Administration]] = {}
    for row in table("geo/views.csv"):
        if row["administers"]:
            about = Administration(row["area"], row["administers"], *_span(row), row["source"])
            held.setdefault(about.area, []).append(about)
    return held


@cache
def _claims(area: str) -> frozenset[str]:
    """Codes of the parties to the quarrel as it stands, or as it stood when it was settled."""
    return frozenset(c for r in table("geo/areas.csv") if r["en"] == area for c in parted(r["claimants"]))


def _holds(since: date, until: date | None, on: date) -> bool:
    return since <= on and (until is None or on < until)


def _span(row: Mapping[str, str]) -> tuple[date, date | None]:
    return date.fromisoformat(row["since"]), _day(row["until"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
