"""Where words go on a map so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """True when the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """True when no part of this one sticks out."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Placed:
    """A label with its baseline's anchor point; `leader`: the end of a thin line from the mark, if it stands apart."""

    x: float
    y: float
    anchor: Anchor
    leader: tuple[float, float] | None = None


Only = Callable[[Box], bool]


@dataclass
class Sheet:
    """What is taken on the sheet. Labels are put down one after the other, the most important first."""

    frame: Box
    _taken: dict[tuple[int, int], list[Box]] = field(default_factory=dict)  # by cell, so that few are compared

    def take(self, box: Box) -> None:
        """Keep `box` free of words from now on."""
        for cell in _cells(box):
            self._taken.setdefault(cell, []).append(box)

    def free(self, box: Box) -> bool:
        """True when `box` lies on the sheet and on nothing else."""
        return box.within(self.frame) and not any(
            box.overlaps(taken) for cell in _cells(box) for taken in self._taken.get(cell, ())
        )

    def beside(
        self, x: float, y: float, text: str, size: float, mark: float, only: Only | None = None
    ) -> Placed | None:
        """A place for `text` beside a mark of radius `mark`; None when there is no room.

        `only`: a further condition on the room; with it the text stands close by or nowhere.
        """
        width = text_width(text, size)
        for placed, box in _places(x, y, width, size, mark):
            if self.free(box) and (only is None or (placed.leader is None and only(box))):
                self.take(box)
                return placed
        return None

    def centred(self, x: float, y: float, lines: Sequence[str], size: float) -> Placed | None:
        """A place for some lines with their middle at a point: the first one's; None when there is no room."""
        box = block(x, y, lines, size)
        if not self.free(box):
            return None
        self.take(box)
        return Placed(x, y + size * (0.35 - (len(lines) - 1) * LEADING / 2), "middle")


LEADING = 1.15


def block(x: float, y: float, lines: Sequence[str], size: float) -> Box:
    """The room that some lines take up around their middle."""
    half = max(text_width(line, size) for line in lines) / 2
    tall = size * (0.6 + (len(lines) - 1) * LEADING / 2)
    return Box(x - half - 2, y - tall, x + half + 2, y + tall)


def halves(text: str) -> list[str]:
    """The text in two lines of about one length; in one where it is one word."""
    gaps = [i for i, c in enumerate(text) if c == " "]
    if not gaps:
        return [text]
    middle = min(gaps, key=lambda i: abs(i - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]


_CELL_PX = 64


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // _CELL_PX), int(box.right // _CELL_PX) + 1):
        for row in range(int(box.top // _CELL_PX), int(box.bottom // _CELL_PX) + 1):
            yield column, row


# Directions in the order in which cartographers like them: right, then up, then left.
_DIRECTIONS: tuple[tuple[float, float, Anchor], ...] = (
    (1, 0, "start"),
    (0.75, -0.8, "start"),
    (0.75, 0.8, "start"),
    (-1, 0, "end"),
    (-0.75, -0.8, "end"),
    (-0.75, 0.8, "end"),
    (0, -1.1, "middle"),
    (0, 1.1, "middle"),
)
_FAR = (0.0, 12.0, 24.0, 40.0, 60.0, 85.0)


def _places(x: float, y: float, width: float, size: float, mark: float) -> Iterator[tuple[Placed, Box]]:
    for far in _FAR:
        for east, south, anchor in _DIRECTIONS:
            reach = mark + 3 + far
            tip = (x + east * reach, y + south * (reach + size * 0.35))
            left = tip[0] - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
            box = Box(left - 2, tip[1] - size * 0.62, left + width + 2, tip[1] + size * 0.62)
            leader = tip if far >= 12 else None
            yield Placed(tip[0], tip[1] + size * 0.35, anchor, leader), box


_NARROW = frozenset("ijlI.,:;'’|()[] ftr-")
_WIDE = frozenset("mwMW@%—жмшщфюыдЖШЩЮФМДЫЪ")


def text_width(text: str, size: float) -> float:
    """About how wide the text is in a common sans-serif face; rather too wide than too narrow."""
    ems = 0.0
    for c in text:
        if c in _NARROW:
            ems += 0.36
        elif c in _WIDE:
            ems += 0.92
        elif c.isupper():
            ems += 0.72
        elif ord(c) > 0x2E7F:
            ems += 1.0
        elif "а" <= c <= "ё":
            ems += 0.61
        else:
            ems += 0.58
    return math.ceil(ems * size)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines no wider than `width`; a longer word stands alone."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines
