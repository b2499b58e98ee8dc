"""Norms: one block document to a norm with a variant for each choice of its readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from servanda.agreement import syntax as s
from servanda.agreement.keys import HEADS, NORM_KEYS
from servanda.agreement.printer import show
from servanda.agreement.resolve.bearers import awaits, resolve_bearer
from servanda.agreement.resolve.conditions import resolve_condition
from servanda.agreement.resolve.context import Context, Here, Unresolved
from servanda.agreement.resolve.lines import exceptions, lines
from servanda.agreement.resolve.readings import MOST_VARIANTS, Readings, pick
from servanda.agreement.resolve.shapes import head_range, limits, requires
from servanda.agreement.resolve.times import resolve_time
from servanda.agreement.yaml import Mapping, Node, Scalar, Sequence
from servanda.norms.condition import Range
from servanda.norms.norm import Declares, Permits, Prohibits, Shape, Standard, Strength, Variant
from servanda.norms.term import Time

__all__ = ["MOST_VARIANTS", "NormSource", "resolve_variant"]


@dataclass(frozen=True)
class NormSource:
    """A norm as written, before its readings are chosen."""

    id: str
    node: Mapping
    article: str
    heading: str
    words: str
    readings: Readings


def resolve_variant(context: Context, norm: NormSource) -> Variant:
    """The norm under the context's choices. Raises Unresolved after every problem was reported."""
    return _Resolver(context, norm).variant()


class _Resolver:
    """One norm under one choice: looks up its keys, and goes on after a problem to find the next."""

    def __init__(self, context: Context, norm: NormSource) -> None:
        self._context = context
        self._norm = norm
        self._failed = False
        self._anchor = norm.node.key("id") or norm.node.entries[0].key

    def _get(self, key: str) -> Node | None:
        return pick(self._context, self._norm.node.get(key), key)

    def _scalar(self, key: str) -> Scalar | None:
        found = self._get(key)
        if found is not None and not isinstance(found, Scalar):
            self._say_at(found, "type-clash", "text-needed", key=key)
            return None
        return found

    def _say_at(self, node: Node, code: str, case: str | None = None, **args: str) -> None:
        self._context.problems.say(code, node.span, case, **args)
        self._failed = True

    def _try[T](self, make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except Unresolved:
            self._failed = True
            return otherwise

    def variant(self) -> Variant:
        """All keys of the norm, in the order in which variables come into scope."""
        head = next((h for h in HEADS if self._norm.node.get(h) is not None), None)
        if head is None:
            self._context.problems.say("no-head", self._anchor.span)
            raise Unresolved
        here = Here(self._context, self._anchor)
        for_each, here = self._try(lambda: self._for_each(here), ((), here))
        when = self._try(lambda: lines(here, self._get("when"), "when"), ())
        shape, inner = self._try(lambda: self._shape(head, here), (None, here))
        bearer = self._scalar("bearer")
        owed = self._scalar("owed to")
        found_bearer = self._try(lambda: resolve_bearer(inner, bearer), None) if bearer is not None else None
        found_owed = self._try(lambda: resolve_bearer(inner, owed), None) if owed is not None else None
        unless = self._try(lambda: exceptions(inner, self._get("unless")), ())
        start, until = self._time(inner, "from"), self._time(inner, "until")
        strength = self._word("strength", ("shall", "should", "may"))
        if self._failed or shape is None:
            raise Unresolved
        return Variant(
            id=self._norm.id,
            article=self._norm.article,
            readings=dict(self._context.choices),
            shape=shape,
            bearer=found_bearer,
            owed_to=found_owed,
            for_each=for_each,
            when=when,
            unless=unless,
            start=start,
            until=until,
            strength=_strength(strength),
            prevails_over=self._ids("notwithstanding"),
            yields_to=self._ids("subject to"),
        )

    def _for_each(self, here: Here) -> tuple[tuple[Range, ...], Here]:
        written = self._scalar("for each")
        if written is None:
            return (), here
        here = here.at(written)
        node = self._context.parse(written, "ranges")
        assert isinstance(node, s.RangesRef)
        found: list[Range] = []
        from servanda.agreement.resolve.ranges import resolve_range

        for one in node.ranges:
            range_, here = resolve_range(here, one)
            found.append(range_)
        return tuple(found), here

    def _shape(self, head: str, here: Here) -> tuple[Shape | None, Here]:
        written = self._scalar(head)
        if written is None:
            raise Unresolved
        if head == "declares":
            return Declares(_one_line(written.text)), here
        if head == "standard":
            return Standard(_one_line(written.text), self._awaits(here)), here
        mode, range_, inner = head_range(here, written, head)
        where = self._try(lambda: lines(inner, self._get("where"), "where"), ())
        match head:
            case "prohibits":
                waits = self._awaits(inner) if self._norm.node.get("awaits") is not None else None
                return Prohibits(range_, mode, where, waits), inner
            case "requires":
                return requires(inner, range_, where, self._get), inner
            case "limits":
                return limits(inner, range_, where, self._get, self._norm.node), inner
            case _:
                return Permits(range_, where), inner

    def _awaits(self, here: Here) -> object:
        return awaits(here, self._scalar("awaits"), self._scalar("whether"), self._anchor)

    def _time(self, here: Here, key: str) -> Time | None:
        written = self._scalar(key)
        if written is None:
            return None

        def make() -> Time | None:
            node = self._context.parse(written, "start_time")
            return resolve_time(here.at(written), node)  # type: ignore[arg-type]  # the rule gives times

        return self._try(make, None)

    def _word(self, key: str, allowed: tuple[str, ...]) -> str:
        written = self._scalar(key)
        if written is None:
            return allowed[0]
        if written.text not in allowed:
            self._say_at(written, "bad-choice", key=key, value=written.text, allowed=", ".join(allowed))
            return allowed[0]
        return written.text

    def _ids(self, key: str) -> tuple[str, ...]:
        return tuple(one.text for one in id_list(self._get(key)))
