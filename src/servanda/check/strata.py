"""Norms that read the breaches of other norms are evaluated after them: what those found enters the world as acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter

import pyarrow as pa

from servanda.check.world import ActsById, ActsByKind, Case
from servanda.norms.condition import BreachRange
from servanda.norms.facts import Act, Range, Value
from servanda.norms.norm import Agreement, Variant
from servanda.temporal import Moment
from servanda.vocabulary.verdict import Finding, Outcome

Evaluate = Callable[[Case, Sequence[Variant]], list[Finding]]


def findings(agreement: Agreement, case: Case, evaluate: Evaluate) -> list[Finding]:
    """The findings of every norm of the agreement in one case, in the order in which they read each other."""
    by_norm = {norm.id: norm.variants for norm in agreement.norms}
    reads = {
        norm.id: {b for v in norm.variants for b in reads_breaches_of(v)} & set(by_norm) for norm in agreement.norms
    }
    if not any(reads.values()):
        return evaluate(case, [variant for variants in by_norm.values() for variant in variants])
    found: dict[str, list[Finding]] = {}
    for norm_id in TopologicalSorter(reads).static_order():
        earlier = [f for other in sorted(reads[norm_id]) for f in found[other]]
        found[norm_id] = [
            finding
            for variant in by_norm[norm_id]
            for finding in evaluate(with_breaches(case, variant, earlier), [variant])
        ]
    return [finding for norm_id in by_norm for finding in found[norm_id]]


def reads_breaches_of(variant: Variant) -> set[str]:
    """The norms whose breaches the variant speaks of."""
    return {term.norm for term in variant.terms if isinstance(term, BreachRange)}


def with_breaches(case: Case, variant: Variant, earlier: Sequence[Finding]) -> Case:
    """The case with the findings of earlier norms as acts of kind `breach`.

    A finding that is no breach in every reading that agrees with the variant's, or that is not decided, is a breach
    whose existence is unknown.
    """
    agreeing = [f for f in earlier if _agrees(dict(f.readings), variant)]
    adverse = [f for f in agreeing if f.outcome in _MAY_BE_BREACH]
    if not adverse:
        return case
    readings = {(f.norm, f.readings) for f in agreeing}
    acts: dict[str, Act] = {}
    certain: dict[str, set[tuple[str, object]]] = {}
    for finding in adverse:
        for act in _breaches(finding, case.world.by_id):
            acts[act.id] = act
            if act.sure:
                certain.setdefault(act.id, set()).add((finding.norm, finding.readings))
    for key, act in acts.items():
        everywhere = {r for r in readings if r[0] == act.get("norm")}
        acts[key] = replace(act, sure=certain.get(key) == everywhere)
    more = {"breach": tuple(acts[key] for key in sorted(acts))}
    by_kind = ActsByKind(case.table, {**case.instruments, **more})
    world = replace(case.world, acts=by_kind, by_id=ActsById(by_kind))
    return replace(case, world=world, table=_appended(case.table, more["breach"]))


_MAY_BE_BREACH = (Outcome.BREACHED, Outcome.UNDETERMINED, Outcome.OVERDUE, Outcome.AWAITS)


def _agrees(readings: dict[str, str], variant: Variant) -> bool:
    return all(variant.readings.get(name, choice) == choice for name, choice in readings.items())


def _breaches(finding: Finding, acts: Mapping[str, Act]) -> list[Act]:
    """The breach that a finding is, or may be; in a window of the calendar each act over the limit is one."""
    if finding.exceeding is None:
        return [_breach(finding)]
    return [
        replace(_breach(replace(finding, act=act, start=_start(acts.get(act)) or finding.start)), sure=sure)
        for act, sure in finding.exceeding
    ]


def _start(act: Act | None) -> int | None:
    return act.start.lo if act is not None and act.start is not None else None


def _breach(finding: Finding) -> Act:
    parts = (finding.norm, finding.bearer, finding.act, finding.start, *(v for _, v in finding.occasion))
    values: dict[str, Value] = {"norm": finding.norm}
    if finding.bearer is not None:
        values["by"] = finding.bearer
    if finding.act is not None:
        values["act"] = finding.act
    start = finding.due + 1 if finding.due is not None else finding.start
    if start is not None:
        values["start"] = Moment(start, start)
    if finding.until is not None and start is not None and finding.until >= start:
        values["until"] = Moment(finding.until, finding.until)
    if finding.measured is not None:
        values["measured"] = Range(*finding.measured)
    if finding.limit is not None:
        values["limit"] = Range(*finding.limit)
    name = "breach:" + ":".join("" if p is None else str(p) for p in parts)
    return Act(name, "breach", finding.outcome is Outcome.BREACHED, values)


def _appended(table: pa.Table, acts: Sequence[Act]) -> pa.Table:
    """The acts as rows of the canonical table."""
    rows = []
    for act in acts:
        row: dict[str, object] = {"act": act.id, "kind": act.kind, "sure": act.sure}
        for name in ("norm", "by"):
            row[name] = act.get(name)
        row["act_act"] = act.get("act")
        for name in ("start", "until"):
            moment = act.get(name)
            if isinstance(moment, Moment):
                row[f"{name}_lo"], row[f"{name}_hi"] = moment.lo, moment.hi
        rows.append(row)
    wanted = pa.Table.from_pylist(rows)
    fields = [table.schema.field(n) if n in table.column_names else wanted.schema.field(n) for n in wanted.column_names]
    typed = wanted.cast(pa.schema([pa.field(f.name, f.type) for f in fields]), safe=False)
    return pa.concat_tables([table, typed], promote_options="default")
