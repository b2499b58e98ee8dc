"""The events of a YAML 1.2 text, each with the place where it stands.

libyaml reads many times faster than the parser of ruamel.yaml, but it reads YAML 1.1. So it reads what both are known
to read alike, to the last mark; whatever else a text holds, and whatever libyaml refuses, the slower parser reads: its
word is final, and so are its messages.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, Event, NodeEvent, ScalarEvent

# Line breaks of YAML 1.1 that are none in 1.2, marks that count for a column in one and not in the other, white space
# that divides tokens in one, directives, and a comment hard on the heels of a block scalar's indicator.
_UNLIKE = re.compile(r"[\r\t\x85\u2028\u2029\ufeff]|^%|[|>][-+0-9]*#", re.MULTILINE)


def events(text: str) -> Iterator[Event]:
    """The events in the order of the text. Raises ruamel's YAMLError, when it gets there, where the text is no YAML."""
    if text.endswith("\n") and not _UNLIKE.search(text):  # libyaml counts one line too many where no line break ends it
        try:
            found = list(YAML(typ="safe").parse(text))
        except (YAMLError, ValueError):
            pass
        else:
            if not any(map(_placed_otherwise, found)):
                return iter(found)
    return iter(YAML(typ="safe", pure=True).parse(io.StringIO(text)))


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
