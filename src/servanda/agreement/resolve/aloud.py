"""A norm read aloud: one sentence made of its canonical lines, for the lawyer who listens beside the article."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Iterator

from servanda.agreement.keys import HEADS, NORM_KEYS, Key
from servanda.agreement.printer import show
from servanda.agreement.resolve.context import Context, Unresolved
from servanda.agreement.resolve.norms import NormSource
from servanda.agreement.resolve.readings import is_readings
from servanda.agreement.yaml import Mapping, Node, Scalar, Sequence

_PLURAL = ("troops", "tanks", "trainees")


def aloud(context: Context, source: NormSource) -> str:
    """The norm as one sentence. Readings are named, not chosen."""
    text = "; ".join(part for part in _clauses(_Speaker(context, source)) if part)
    if not text:
        return ""
    first = text if re.match(r"[a-z]\w*'s ", text) else text[:1].upper() + text[1:]
    return first.rstrip(".") + "."


class _Speaker:
    """Gives the value of a key as canonical words."""

    def __init__(self, context: Context, source: NormSource) -> None:
        self._context = context
        self.node = source.node
        self.head = next((h for h in HEADS if source.node.get(h) is not None), "")

    def say(self, key: str) -> str:
        """The value of a key as said; the empty string where there is none."""
        return self._of(self.node, NORM_KEYS, key)

    def inside(self, key: str, inner: str) -> str:
        """The value of a key inside a key."""
        node = self.node.get(key)
        return self._of(node, NORM_KEYS[key].inside, inner) if isinstance(node, Mapping) else ""

    def _of(self, node: Mapping, keys: abc.Mapping[str, Key], key: str) -> str:
        value = node.get(key)
        return self._value(keys[key], value) if value is not None else ""

    def _value(self, key: Key, value: Node) -> str:
        match value:
            case Mapping() if is_readings(value):
                choices = value.get("readings")
                assert isinstance(choices, Mapping)
                said = [f"({e.key.text}) {self._value(key, e.value)}" for e in choices.entries]
                return "either " + " or ".join(said)
            case Mapping() if isinstance(means := value.get("means"), Scalar | Mapping):
                return self._value(key, means)
            case Mapping(entries=entries) if key.form == "steps":
                return ", ".join(
                    f"{self._value(key, e.value)} from {self._said(e.key, 'start_time')} on" for e in entries
                )
            case Mapping(entries=entries):
                joint = ", or " if key.form == "exceptions" else " and "
                return joint.join(self._value(key, e.value) for e in entries)
            case Sequence(items=items):
                return " and ".join(self._value(key, i) for i in items)
            case Scalar():
                return self._scalar(key, value)

    def _scalar(self, key: Key, value: Scalar) -> str:
        return self._said(value, key.start) if key.start else " ".join(value.text.split())

    def _said(self, value: Scalar, start: str) -> str:
        try:
            return spoken(show(self._context.parse(value, start)))
        except Unresolved:
            return value.text


_BREACH_OF = re.compile(r"(breach [a-z]\w* of \S+)")


def spoken(text: str) -> str:
    """Canonical words as they are said.

    >>> spoken("n.about is x and x.troops is at least 9 000 persons and d.by is in NATO")
    "n is about x and x's troops are at least 9 000 persons and d's author is in NATO"
    """
    parts = _BREACH_OF.split(text)  # the id of a norm is no attribute
    return "".join(part if i % 2 else _spoken(part) for i, part in enumerate(parts))


def _spoken(text: str) -> str:
    text = re.sub(r"\b([a-z]\w*)\.(about|to|by) is (?!not |in |a |one )", r"\1 is \2 ", text)
    text = re.sub(rf"\b([a-z]\w*)\.({'|'.join(_PLURAL)}) is ", r"\1's \2 are ", text)
    text = re.sub(r"(?<![\w'.-])([a-z]\w*)((?:\.[a-z][a-z-]*)+)\b", _possessive, text)
    return re.sub(r"'s by\b", "'s author", text)


def _possessive(found: re.Match[str]) -> str:
    return "'s ".join([found[1], *found[2][1:].split(".")])


def _clauses(speaker: _Speaker) -> Iterator[str]:
    yield _occasion(speaker) + _conduct(speaker)
    if speaker.head == "limits":
        limit = " and ".join(f"{k} {speaker.say(k)}" for k in ("at most", "at least") if speaker.say(k))
        per = f", for each {speaker.say('per')}" if speaker.say("per") else ""
        yield f"{speaker.say('measure')} {limit}{per}"
    if speaker.head == "requires":
        yield speaker.say("due").replace(" is ", " ", 1)
        if broken := speaker.say("broken by"):
            yield f"broken when {broken}"
        yield _extension(speaker)
    if unless := speaker.say("unless"):
        yield f"unless {unless}"
    for key in ("from", "until"):
        if said := speaker.say(key):
            yield f"{key} {said}"
    if judge := speaker.say("awaits"):
        question = f" whether {speaker.say('whether')}" if speaker.say("whether") else ""
        yield f"this awaits the {judge}{question}"


def _extension(speaker: _Speaker) -> str:
    """'the time may be moved by at most 3 days, at most 1 time, if Russia has agreed'."""
    if not speaker.say("may extend"):
        return ""
    by, most, times = (speaker.inside("may extend", key) for key in ("by", "at most", "times"))
    parts = ["the time may be moved" + (f" by at most {most}" if most else "")]
    parts += [f"{'once' if times == '1' else f'{times} times'} at most"] if times else []
    return ", ".join(parts) + (f", if {by}" if by else "")


def _occasion(speaker: _Speaker) -> str:
    ranges = speaker.say("for each").replace(", ", " and ")
    when = f"when {speaker.say('when')}, " if speaker.say("when") else ""
    return f"for each {ranges}, {when}" if ranges else ""


_OWES = {"shall": "owes", "should": "should give", "may": "may give"}


def _conduct(speaker: _Speaker) -> str:
    bearer, thing = speaker.say("bearer"), _article(speaker.say(speaker.head))
    where = f", where {speaker.say('where')}" if speaker.say("where") else ""
    owed = f" {speaker.say('owed to')}" if speaker.say("owed to") else ""
    match speaker.head:
        case "prohibits":
            return f"{bearer} is forbidden {thing}{where}"
        case "requires":
            verb = _OWES.get(speaker.say("strength") or "shall", "owes")
            return f"{bearer} {verb}{owed} {thing}{where}"
        case "limits":
            return f"{bearer} answers for {thing.removeprefix('a ').removeprefix('an ')}{where}"
        case "permits":
            return f"{bearer or 'everybody'} is permitted {thing}{where}"
        case _:
            return speaker.say(speaker.head)


def _article(thing: str) -> str:
    """'notification n' is 'a notification n'; 'keeping deployment d' is 'keeping a deployment d'."""
    if thing.startswith("either "):
        return thing
    mode, _, rest = thing.partition(" ") if thing.startswith(("keeping ", "placing ")) else ("", "", thing)
    word = rest if rest[:1].isupper() else _indefinite(rest)
    return f"{mode} {word}".strip()


def _indefinite(word: str) -> str:
    vowel = word[:1] in "aeiou" and not word.startswith("use")
    return f"{'an' if vowel else 'a'} {word}"
