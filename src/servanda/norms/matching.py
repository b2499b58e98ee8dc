"""One to one: each act discharges one occasion at most, the earliest deadline served first, by the earliest act.

Who comes first, who has a claim at all and what fits whom may be unknown. An act that somebody else certainly took
is gone; one that somebody else may have taken is only possibly left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from servanda.norms.deadline import Deadline
from servanda.norms.truth import Truth, conjunction, unknown
from servanda.temporal import BEGINNING_US, END_US


@dataclass(frozen=True)
class Claimant:
    """A duty as far as the matching goes: its candidates in order, whether it has arisen, and by when it is due."""

    engaged: Truth
    due: Deadline
    name: object  # settles ties between duties that are due at one instant
    offers: tuple[tuple[str, Truth], ...]  # the acts that possibly discharge it, earliest first

    @property
    def first(self) -> int:
        """When it is due at the soonest."""
        if self.due.open:
            return END_US
        return BEGINNING_US if self.due.earliest is None else self.due.earliest

    @property
    def last(self) -> int:
        """When it is due at the latest."""
        return END_US if self.due.latest is None else self.due.latest


@dataclass(frozen=True)
class Left:
    """What others leave of a duty's acts: those that are `gone`, and those that may be."""

    gone: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()

    def of(self, act: str, met: Truth) -> Truth:
        """Whether the act, if it is not gone, discharges the duty."""
        if act not in self.doubtful:
            return met
        return conjunction((met, unknown()))


def left_for(claimants: Sequence[Claimant]) -> list[Left]:
    """What the others leave to each claimant."""
    left = [Left()] * len(claimants)
    for indices in _rivals(claimants):
        order = sorted(indices, key=lambda i: (claimants[i].last, str(claimants[i].name)))
        group = [claimants[i] for i in order]
        for index, one in zip(order, _served(group, _level(group)), strict=True):
            left[index] = one
    return left


def _rivals(claimants: Sequence[Claimant]) -> Iterator[list[int]]:
    """Those who have acts in common, directly or through others; who has none is nobody's rival."""
    wanting: dict[str, list[int]] = {}
    for index, claimant in enumerate(claimants):
        for act, _ in claimant.offers:
            wanting.setdefault(act, []).append(index)
    seen: set[int] = set()
    for index in range(len(claimants)):
        group, reached = [], [index]
        while reached:
            one = reached.pop()
            if one not in seen:
                seen.add(one)
                group.append(one)
                reached += [i for act, _ in claimants[one].offers for i in wanting.pop(act, ())]
        if len(group) > 1:
            yield group


def _level(group: Sequence[Claimant]) -> list[set[int]]:
    """For each of them, by last due, those of whom nobody knows which of the two comes first."""
    level: list[set[int]] = [set() for _ in group]
    for i, one in enumerate(group):
        for j in range(i - 1, -1, -1):
            if group[j].last < one.first:
                break
            if not _certainly_first(group[j], one):
                level[i].add(j)
                level[j].add(i)
    return level


def _served(group: Sequence[Claimant], level: Sequence[set[int]]) -> Iterator[Left]:
    """What is left to each in turn; to one whose turn is not known, what is left once all that may come first took."""
    before = Left()
    for mine in range(len(group)):
        if not level[mine]:
            yield before
        else:
            left = Left()
            for other in range(len(group)):
                if other in level[mine] or other < mine:
                    left = _without(group, level, other, mine, left)
            yield left
        before = _without(group, level, mine, None, before)


def _without(group: Sequence[Claimant], level: Sequence[set[int]], other: int, mine: int | None, left: Left) -> Left:
    """What is left when the other too has been served; `mine` aside, whose share is asked for."""
    rivals = level[other] - {mine}
    contested = {act for i in rivals for act in _takes(group[i], Left())[1]}
    sure, possible = _takes(group[other], Left(left.gone, left.doubtful | contested))
    surely_first = mine is None or other not in level[mine]
    gone = left.gone | {sure} if sure is not None and surely_first else left.gone
    return Left(gone, (left.doubtful | possible) - gone)


def _certainly_first(one: Claimant, other: Claimant) -> bool:
    """Whether one is due before the other; of two that are due at one instant, the one first by name."""
    if one.first == one.last == other.first == other.last:
        return str(one.name) < str(other.name)
    return one.last < other.first


def _takes(claimant: Claimant, left: Left) -> tuple[str | None, set[str]]:
    """The act that it certainly takes, if there is one, and all that it may."""
    possible: set[str] = set()
    for act, met in claimant.offers:
        if act in left.gone or not met.possibly:
            continue
        possible.add(act)
        if left.of(act, met).certainly:
            return (act if len(possible) == 1 and claimant.engaged.certainly else None), possible
    return None, possible
