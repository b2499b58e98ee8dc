"""The events of a YAML 1.2 text, each with the place where it stands.

libyaml reads many times faster than the parser of ruamel.yaml, but it reads YAML 1.1. So it reads what both are known
to read alike, to the last mark; whatever else a text holds, and whatever libyaml refuses, the slower parser reads: its
word is final, and so are its messages. Characters are looked at here, before and after, because both parsers break
lines at three that are no line breaks in YAML 1.2, and neither knows that an escape may be half of a character.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import FileMark, MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, Event, NodeEvent, ScalarEvent

# Marks that count for a column in one and not in the other, white space that divides tokens in one, directives, and a
# comment hard on the heels of a block scalar's indicator.
_UNLIKE = re.compile(r"[\r\t\ufeff]|^%|[|>][-+0-9]*#", re.MULTILINE)
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OLD_BREAKS = "\x85\u2028\u2029"  # of YAML 1.1
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")
_HALF_ESCAPE = re.compile(
    r"\\(?:u|U0000)[dD][89abAB][0-9a-fA-F]{2}\\(?:u|U0000)[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_BEYOND_ESCAPE = re.compile(r"\\U(?!0000|000[0-9a-fA-F]|0010)[0-9a-fA-F]{8}")
_BREAK = re.compile(r"\r\n|\r|\n")


_LONG_TAG = re.compile(r"(?<![^\s\[{,])![^\s\[\]{},]{65536}")  # whose length is paid for squared


class NoCharacter(MarkedYAMLError):
    """What stands here is, or stands for, nothing that a text may hold. `written`: the code point, or the escape."""

    def __init__(self, text: str, at: int, written: str) -> None:
        super().__init__(problem=f"{written} is no character of a text", problem_mark=_mark(text, at))
        self.written = written


def _mark(text: str, at: int) -> FileMark:
    breaks = [found.end() for found in _BREAK.finditer(text, 0, at)]
    return FileMark("", at, len(breaks), at - (breaks[-1] if breaks else 0))


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a YAML text, without their ends."""
    return tuple(_BREAK.split(text))


def events(text: str) -> Iterator[Event]:
    """The events in the order of the text. Raises ruamel's YAMLError, when it gets there, where the text is no YAML."""
    if (control := _CONTROL.search(text)) is not None:
        raise NoCharacter(text, control.start(), f"U+{ord(control[0]):04X}")
    if not any(sign in text for sign in _OLD_BREAKS):
        return _events(text)
    free = (chr(point) for point in range(0xE000, 0xF900) if chr(point) not in text)
    stand_ins = dict(zip(map(ord, _OLD_BREAKS), free, strict=False))
    if len(stand_ins) < len(_OLD_BREAKS):
        return _events(text)
    back = {ord(stand_in): sign for sign, stand_in in stand_ins.items()}
    return _translated(_events(text.translate(stand_ins)), back)


def _translated(found: Iterator[Event], table: dict[int, int]) -> Iterator[Event]:
    for event in found:
        if isinstance(event, ScalarEvent):
            event.value = event.value.translate(table)
        yield event


def _events(text: str) -> Iterator[Event]:
    if text.endswith("\n") and not _UNLIKE.search(text):  # libyaml counts one line too many where no line break ends it
        try:
            found = list(YAML(typ="safe").parse(text))
        except (YAMLError, ValueError):
            pass
        else:
            if not any(map(_placed_otherwise, found)):
                return iter(found)
    return _slowly(text)


class _AtOnce(io.StringIO):
    """Read by the chunk, a long token would be copied again for each of them."""

    def read(self, size: int | None = -1) -> str:
        return super().read()


def _slowly(text: str) -> Iterator[Event]:
    if (tag := _LONG_TAG.search(text)) is not None:
        raise MarkedYAMLError(problem="the tag is too long", problem_mark=_mark(text, tag.start()))
    found = iter(YAML(typ="safe", pure=True).parse(_AtOnce(text)))
    at = 0
    while True:
        try:
            event = next(found, None)
        except (ValueError, OverflowError):  # the number of an escape is the number of no character
            beyond = _BEYOND_ESCAPE.search(text, at)
            raise NoCharacter(text, beyond.start() if beyond else at, beyond[0] if beyond else "this") from None
        if event is None:
            return
        if isinstance(event, ScalarEvent) and _HALF.search(event.value):
            event.value = _PAIR.sub(_joined, event.value)
            if _HALF.search(event.value):
                raise _half(text, event)
        at = event.end_mark.index
        yield event


def _joined(pair: re.Match[str]) -> str:
    """Two escapes for one character, as JSON writes it."""
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _half(text: str, event: ScalarEvent) -> NoCharacter:
    start, end = event.start_mark.index, event.end_mark.index
    escape = next((e for e in _HALF_ESCAPE.finditer(text, start, end) if e[1]), None)
    return NoCharacter(text, escape.start() if escape else start, escape[1] if escape else "this")


def _placed_otherwise(event: Event) -> bool:
    """Whether the two parsers may put the event at different places, or spell what belongs to it differently."""
    match event:
        case ScalarEvent() if event.start_mark.index == event.end_mark.index:
            return True  # a value that is not there
        case AliasEvent():
            return True
        case NodeEvent():
            return bool(event.anchor or getattr(event, "tag", None))
    return False
