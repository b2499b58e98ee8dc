"""What is checked of a whole agreement before anything runs: contradictions, ties, circles, gaps, remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from servanda.agreement.resolve.context import Context
from servanda.agreement.resolve.contradiction import contradiction
from servanda.agreement.resolve.norms import NormSource
from servanda.agreement.resolve.precedence import breach_edges, declared, find_circle
from servanda.agreement.resolve.rewrite import renamed
from servanda.errors import Span
from servanda.norms.condition import (
    ActRange,
    And,
    AtLeast,
    BreachRange,
    Compare,
    Condition,
    EveryOf,
    Has,
    Is,
    IsAt,
    IsOneOf,
    Not,
    Offset,
    Or,
    Quantified,
)
from servanda.norms.norm import Agreement, Limits, Norm, Prohibits, Requires, Variant, walk
from servanda.norms.term import (
    DayName,
    Group,
    InstantName,
    Length,
    Listed,
    Path,
    Population,
    Quantity,
    Time,
    TreatyTime,
)
from servanda.temporal import CalendarSpan, start_of_day_us

Sources = Mapping[str, NormSource]


def check_agreement(context: Context, agreement: Agreement, sources: Sources) -> None:
    """All checks; what is found is reported."""
    for norm in agreement.norms:
        context.problems.article = norm.heading or None
        for variant in norm.variants:
            _check_variant(context, variant, sources[norm.id])
    context.problems.article = None
    _norm_circle(context, agreement, sources)
    _unresolved(context, agreement, sources)
    _clauses(context, agreement)
    _open_parameters(context, agreement)


def _check_variant(context: Context, variant: Variant, source: NormSource) -> None:
    _never(context, variant, source)
    _ties(context, variant, source)
    _dates(context, variant, source)
    _remarks(context, variant, source)
    _limit_bearer(context, variant, source)


# ---- contradictions


def _conditions(variant: Variant) -> list[Condition]:
    lines = variant.when if isinstance(variant.shape, Requires) else (*variant.when, *variant.where)
    return [line.condition for line in lines]


def _never(context: Context, variant: Variant, source: NormSource) -> None:
    conditions = _conditions(variant)
    shape = variant.shape
    due = [line.condition for line in shape.where] if isinstance(shape, Requires) else []
    for group in (conditions, due):
        found = contradiction(group)
        if found is not None:
            context.problems.say("norm-never", found[1].span or source.anchor.span, second=found[0].span)
            return
    for exception in variant.unless:
        if not exception.replaces and exception.name not in context.norm_ids:
            found = contradiction([*conditions, exception.condition])
            if found is not None:
                span = found[1].span or source.anchor.span
                context.problems.say("exception-never", span, second=found[0].span, name=exception.name)


def _dates(context: Context, variant: Variant, source: NormSource) -> None:
    start, until = _instant(variant.start), _instant(variant.until)
    if start is not None and until is not None and until <= start:
        key = source.node.key("until") or source.anchor
        context.problems.say("norm-never", key.span, "dates")


def _instant(time: Time | None) -> int | None:
    match time:
        case DayName(day=day):
            return start_of_day_us(day)
        case InstantName(us=us):
            return us
    return None


# ---- ties


def _ties(context: Context, variant: Variant, source: NormSource) -> None:
    shape = variant.shape
    acts = [r.variable for r in variant.for_each if isinstance(r, ActRange | BreachRange)]
    if isinstance(shape, Requires) and acts:
        tied = any(_equals(line.condition, shape.range.variable, acts) for line in shape.where)
        if not tied:
            key = source.node.key("requires") or source.anchor
            context.problems.say("unkeyed-join", key.span, variable=shape.range.variable)
    for condition in (
        *(line.condition for line in (*variant.when, *variant.where)),
        *(e.condition for e in variant.unless if e.name not in context.norm_ids),
    ):
        for quantified in _quantified(condition):
            _tie(context, quantified, source)


def _equals(condition: Condition, variable: str, others: list[str]) -> bool:
    """Whether an equality or a place ties the two."""
    return any(
        isinstance(part, Is | IsOneOf | IsAt) and variable in (names := set(variables(part))) and names & set(others)
        for part in _walk(condition)
    )


def _tie(context: Context, quantified: Quantified, source: NormSource) -> None:
    if not isinstance(quantified.range, ActRange | BreachRange):
        return
    variable = quantified.range.variable
    where = quantified.where
    if where is not None and any(
        variable in (names := set(variables(part))) and len(names) > 1
        for part in _walk(where)
        if not isinstance(part, And | Or | Not)
    ):
        return
    context.problems.say("unkeyed-join", quantified.span or source.anchor.span, variable=variable)


def _quantified(condition: Condition) -> Iterator[Quantified]:
    for part in _walk(condition):
        if isinstance(part, Quantified):
            yield part


def _walk(condition: Condition | None) -> Iterator[Condition]:
    """The condition and all conditions in it."""
    match condition:
        case None:
            return
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _walk(part)
        case Not(part=part):
            yield from _walk(part)
        case Quantified(where=where):
            yield condition
            yield from _walk(where)
        case _:
            yield condition


def variables(node: object) -> Iterator[str]:
    """Every variable that a tree speaks of."""
    return (part.variable for part in walk(node) if isinstance(part, Path | Length))


# ---- remarks


def _remarks(context: Context, variant: Variant, source: NormSource) -> None:
    shape = variant.shape
    if isinstance(shape, Prohibits):
        for line in shape.where:
            for part in _walk(line.condition):
                if isinstance(part, Compare) and isinstance(part.left, Length) and part.operator in (">", ">="):
                    name = part.left.variable
                    context.problems.say("limit-as-prohibition", part.span, severity="note", variable=name)
    if variant.bearer is not None and isinstance(variant.bearer.of, Path):
        for exception in variant.unless:
            for part in _walk(exception.condition):
                if isinstance(part, Has) and _every_party(part.subject):
                    context.problems.say("every-includes-bearer", part.span or source.anchor.span, severity="note")


def _every_party(subject: object) -> bool:
    return (
        isinstance(subject, EveryOf)
        and subject.quantifier == "every"
        and not subject.other
        and isinstance(subject.of, Population)
        and subject.of.which == "party"
    )


def _limit_bearer(context: Context, variant: Variant, source: NormSource) -> None:
    shape, bearer = variant.shape, variant.bearer
    if not isinstance(shape, Limits) or bearer is None or bearer.jointly or shape.measure.function == "each":
        return
    if isinstance(bearer.of, Path) and bearer.of not in shape.per and bearer.of.variable == shape.range.variable:
        key = source.node.get("bearer")
        span = key.span if key is not None else source.anchor.span
        context.problems.say("bearer-not-party", span, "not-per", text=bearer.of.text)


def _open_parameters(context: Context, agreement: Agreement) -> None:
    for opened in agreement.open_parameters.values():
        term = context.terms.get(opened.name)
        span = term.key.span if term is not None else None
        case = None if opened.what == "amount" else opened.what
        args = {"name": opened.name, **({"unit": opened.unit} if opened.what == "amount" else {})}
        context.problems.report("open-parameter", span, args, case, "note")


# ---- norms against each other


def _norm_circle(context: Context, agreement: Agreement, sources: Sources) -> None:
    circle = find_circle(breach_edges(agreement.norms))
    if circle:
        context.problems.say("norm-cycle", sources[circle[0]].anchor.span, ids=", ".join(circle))


def _unresolved(context: Context, agreement: Agreement, sources: Sources) -> None:
    settled = {frozenset(pair) for pair in declared(agreement.norms)}
    duties = [n for n in agreement.norms if any(isinstance(v.shape, Requires) for v in n.variants)]
    bans = [n for n in agreement.norms if any(isinstance(v.shape, Prohibits) for v in n.variants)]
    for duty in duties:
        for ban in bans:
            if frozenset((duty.id, ban.id)) not in settled and _clash(duty, ban):
                context.problems.say(
                    "unresolved-precedence",
                    sources[duty.id].anchor.span,
                    severity="warning",
                    second=sources[ban.id].anchor.span,
                    first=duty.id,
                    other=ban.id,
                )


def _clash(duty: Norm, ban: Norm) -> bool:
    """Whether the same act may be demanded and forbidden: a common kind, and conditions that can hold together."""
    for a in duty.variants:
        for b in ban.variants:
            if not isinstance(a.shape, Requires) or not isinstance(b.shape, Prohibits) or b.shape.awaits:
                continue
            one, other = a.shape.range, b.shape.range
            if not isinstance(one, ActRange) or not isinstance(other, ActRange):
                continue
            if not set(one.kinds) & set(other.kinds) or a.strength != "shall" or b.strength != "shall":
                continue
            both = [*(x.condition for x in a.shape.where), *_renamed(b, other.variable, one.variable)]
            if contradiction(both) is None:
                return True
    return False


def _renamed(variant: Variant, old: str, new: str) -> list[Condition]:
    return [renamed(line.condition, {old: new}) for line in variant.where]


# ---- clauses


def _clauses(context: Context, agreement: Agreement) -> None:
    for stage in agreement.stages:
        for part in _walk(stage.when):
            if isinstance(part, Has) and isinstance(part.subject, AtLeast):
                _reachable(context, agreement, part, part.subject, stage.span)
    _lock_in(context, agreement)
    names = {stage.name for stage in agreement.stages}
    top = Span.at(agreement.file, 1)
    if agreement.binding == "treaty" and agreement.norms and not context.problems.errors:
        if "entry into force" not in names:
            context.problems.say("clause-missing", top, "entry", "note")
        if not names & {"exit", "end", "duration"}:
            context.problems.say("clause-missing", top, "exit", "note")


def _reachable(context: Context, agreement: Agreement, part: Has, subject: AtLeast, span: Span | None) -> None:
    group = agreement.parties if isinstance(subject.of, Population) else subject.of
    if isinstance(subject.of, Population) and subject.of.which == "State":
        return
    members = _listed(group)
    if members is None or subject.number is None:
        return
    needed = subject.number + (1 if subject.strict else 0)
    if needed > len(members):
        place = part.span or span
        context.problems.say("clause-unreachable", place, number=str(needed), members=str(len(members)))


def _listed(group: Group) -> frozenset[str] | None:
    """The members of a group that is listed one by one; None where membership depends on the day."""
    if group.without or not all(isinstance(item, Listed) for item in group.items):
        return None
    return frozenset(code for item in group.items if isinstance(item, Listed) for code in item.codes)


def _lock_in(context: Context, agreement: Agreement) -> None:
    """An exit that opens only after the term has run out."""
    terms = [s for s in agreement.stages if s.name == "duration" and "renews" not in s.options]
    for stage in agreement.stages:
        for part in _walk(stage.when) if stage.name == "exit" else ():
            if not isinstance(part, Has) or not isinstance(part.timing, Offset):
                continue
            timing = part.timing
            entry = isinstance(timing.anchor, TreatyTime) and timing.anchor.which == "entry"
            months = _months(timing.amount) if entry and timing.bound != "within" else None
            for term in terms:
                lasts = _written_months(term.options.get("lasts", ""))
                if months is not None and lasts is not None and months > lasts and not term.options.get("may extend"):
                    context.problems.say("clause-unreachable", part.span, "lock-in")


def _months(amount: object) -> int | None:
    span = amount.span_of_time if isinstance(amount, Quantity) else None
    return span.months if isinstance(span, CalendarSpan) and not span.days else None


def _written_months(text: str) -> int | None:
    number, _, unit = text.partition(" ")
    if not number.isdigit() or unit not in ("months", "month", "years", "year"):
        return None
    return int(number) * (12 if unit.startswith("year") else 1)
