"""Terms that rest on terms: how many stand one upon another, and how many one of them stands for, written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from servanda.agreement.resolve.context import Context, Term, TermKind
from servanda.agreement.resolve.readings import names_used
from servanda.agreement.yaml import Node, Scalar, Sequence

DEEPEST = 40  # terms upon terms
MOST = 1000  # terms that one stands for
_LIKELY: Mapping[TermKind, str] = {
    "group": "group", "region": "region", "activity": "kinds", "date": "start_time", "parameter": "amount",
    "table": "amount",
}  # fmt: skip


def too_nested(context: Context) -> bool:
    """Report the terms that nobody could write out, before anything looks into them. No recursion."""
    used = {name: tuple(_used(context, term.value, _LIKELY.get(term.kind, ""))) for name, term in context.terms.items()}
    depth: dict[str, int] = {}
    size: dict[str, int] = {}
    wrong = False
    for name in _leaves_first(used):
        inner = [n for n in used[name] if n in depth]  # those in a circle are told of where they are looked into
        depth[name] = 1 + max((depth[n] for n in inner), default=0)
        size[name] = 1 + sum(size[n] for n in inner)
        case = "terms" if depth[name] > DEEPEST else "terms-many" if size[name] > MOST else None
        if case is not None:
            wrong = True
            _refuse(context, context.terms[name], case)
            depth[name], size[name] = 1, 1  # told once: what rests on it is no fault of its own
    return _in_a_long_circle(context, used, depth) or wrong


def _used(context: Context, node: Node, likely: str) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield from names_used(context, node, likely)
        return
    for inner in node.items if isinstance(node, Sequence) else (e.value for e in node.entries):
        yield from _used(context, inner, likely)


def _leaves_first(used: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The terms, each after those that it names. Those of a circle, and what rests on one, are left out."""
    waits = {name: len(set(names)) for name, names in used.items()}
    users: dict[str, list[str]] = {name: [] for name in used}
    for name, names in used.items():
        for one in set(names):
            users[one].append(name)
    ready = [name for name, count in waits.items() if not count]
    while ready:
        name = ready.pop()
        yield name
        for user in users[name]:
            waits[user] -= 1
            if not waits[user]:
                ready.append(user)


def _in_a_long_circle(context: Context, used: Mapping[str, tuple[str, ...]], done: Mapping[str, int]) -> bool:
    """Report a circle where so many terms lead to it that it cannot be walked to."""
    left = [name for name in used if name not in done]
    if len(left) <= DEEPEST:
        return False
    name, seen = left[0], set[str]()
    while name not in seen:
        seen.add(name)
        name = next(n for n in used[name] if n not in done)
    context.problems.say("term-cycle", context.terms[name].key.span, name=name)
    return True


def _refuse(context: Context, term: Term, case: str) -> None:
    limit = DEEPEST if case == "terms" else MOST
    context.problems.say("nested-too-deep", term.key.span, case, name=term.name, limit=f"{limit:,}".replace(",", " "))
