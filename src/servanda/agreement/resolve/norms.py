"""Norms: one document of a block to a variant, under one choice of its readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from servanda.agreement.keys import HEADS, NORM_KEYS
from servanda.agreement.resolve.bearers import awaits, resolve_bearer
from servanda.agreement.resolve.context import Context, Here, Unresolved
from servanda.agreement.resolve.lines import exceptions, lines
from servanda.agreement.resolve.ranges import resolve_range
from servanda.agreement.resolve.readings import Readings, pick
from servanda.agreement.resolve.shapes import head_range, limits, requires
from servanda.agreement.resolve.times import resolve_time
from servanda.agreement.yaml import Mapping, Node, Scalar, Sequence
from servanda.norms.condition import Line, Range
from servanda.norms.norm import (
    Awaits,
    Bearer,
    Declares,
    Exception_,
    Permits,
    Prohibits,
    Shape,
    Standard,
    Strength,
    Variant,
)
from servanda.norms.term import Time

T = TypeVar("T")

_NO_LINES: tuple[Line, ...] = ()
_NO_EXCEPTIONS: tuple[Exception_, ...] = ()


@dataclass(frozen=True)
class NormSource:
    """A norm as written, before its readings are chosen."""

    id: str
    node: Mapping
    article: str
    heading: str
    words: str
    readings: Readings

    @property
    def anchor(self) -> Scalar:
        """Where the norm is named."""
        return self.node.key("id") or self.node.entries[0].key


def id_list(node: Node | None) -> tuple[Scalar, ...]:
    """One id, or a list of them."""
    match node:
        case Scalar():
            return (node,)
        case Sequence(items=items):
            return tuple(i for i in items if isinstance(i, Scalar))
    return ()


def resolve_variant(context: Context, norm: NormSource) -> Variant:
    """The norm under the context's choices. Raises Unresolved after every problem was reported."""
    return _Resolver(context, norm).variant()


class _Resolver:
    """One norm under one choice: looks up its keys, and goes on after a problem to find the next."""

    def __init__(self, context: Context, norm: NormSource) -> None:
        self._context = context
        self._norm = norm
        self._failed = False

    def variant(self) -> Variant:
        """All keys of the norm, in the order in which variables come into scope."""
        here = Here(self._context, self._norm.anchor)
        for_each, here = self._for_each(here)
        when = self._try(lambda: lines(here, self._get("when"), "when"), _NO_LINES)
        shape, inner = self._shape(here)
        unless = self._try(lambda: exceptions(inner, self._get("unless")), _NO_EXCEPTIONS)
        bearer, owed = self._bearer(inner, "bearer"), self._bearer(inner, "owed to")
        start, until = self._time(inner, "from"), self._time(inner, "until")
        if self._failed or shape is None:
            raise Unresolved
        return Variant(
            id=self._norm.id,
            article=self._norm.article,
            readings=dict(self._context.choices),
            shape=shape,
            bearer=bearer,
            owed_to=owed,
            for_each=for_each,
            when=when,
            unless=unless,
            start=start,
            until=until,
            strength=self._strength(),
            prevails_over=tuple(i.text for i in id_list(self._get("notwithstanding"))),
            yields_to=tuple(i.text for i in id_list(self._get("subject to"))),
        )

    def _get(self, key: str) -> Node | None:
        return pick(self._context, self._norm.node.get(key), key)

    def _scalar(self, key: str) -> Scalar | None:
        found = self._get(key)
        if found is None or isinstance(found, Scalar):
            return found
        self._context.problems.say("type-clash", found.span, "text-needed", key=key)
        self._failed = True
        return None

    def _try(self, make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except Unresolved:
            self._failed = True
            return otherwise

    def _for_each(self, here: Here) -> tuple[tuple[Range, ...], Here]:
        written = self._scalar("for each")
        if written is None:
            return (), here
        found: list[Range] = []
        try:
            node = self._context.parse(written, "ranges")
            for one in node.ranges:
                range_, here = resolve_range(here.at(written), one)
                found.append(range_)
        except Unresolved:
            self._failed = True
        return tuple(found), here

    def _shape(self, here: Here) -> tuple[Shape | None, Here]:
        head = next((h for h in HEADS if self._norm.node.get(h) is not None), None)
        if head is None:
            self._context.problems.say("no-head", self._norm.anchor.span)
            raise Unresolved
        written = self._scalar(head)
        if written is None:
            raise Unresolved
        text = " ".join(written.text.split())
        if head == "declares":
            return Declares(text), here
        if head == "standard":
            waits = self._try(lambda: self._awaits(here), None)
            return Standard(text, waits) if waits is not None else None, here
        return self._conduct(head, here, written)

    def _conduct(self, head: str, here: Here, written: Scalar) -> tuple[Shape | None, Here]:
        mode, range_, inner = head_range(here, written, head)  # without it nothing else can be read
        where = self._try(lambda: lines(inner, self._get("where"), "where"), _NO_LINES)
        anchor = self._norm.node.key(head) or self._norm.anchor
        match head:
            case "prohibits":
                has_judge = self._norm.node.get("awaits") is not None
                waits = self._try(lambda: self._awaits(inner), None) if has_judge else None
                return Prohibits(range_, mode, where, waits), inner
            case "requires":
                return self._try(lambda: requires(inner, range_, where, self._get, anchor), None), inner
            case "limits":
                return self._try(lambda: limits(inner, range_, where, self._get, anchor), None), inner
            case _:
                return Permits(range_, where), inner

    def _awaits(self, here: Here) -> Awaits:
        return awaits(here, self._scalar("awaits"), self._scalar("whether"), self._norm.anchor)

    def _bearer(self, here: Here, key: str) -> Bearer | None:
        written = self._scalar(key)
        return self._try(lambda: resolve_bearer(here, written), None) if written is not None else None

    def _time(self, here: Here, key: str) -> Time | None:
        written = self._scalar(key)
        if written is None:
            return None

        def make() -> Time:
            return resolve_time(here.at(written), self._context.parse(written, "start_time"))

        return self._try(make, None)

    def _strength(self) -> Strength:
        written = self._scalar("strength")
        if written is None or written.text not in NORM_KEYS["strength"].words:
            return "shall"  # a wrong word was reported when the keys were checked
        return cast(Strength, written.text)
