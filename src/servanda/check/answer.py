"""Hold an agreement against a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

import pyarrow as pa

from servanda import _version
from servanda.check.fold import fold
from servanda.check.missing import with_facts
from servanda.check.places import asks_the_map, territory_of
from servanda.check.question import EngineName, Question
from servanda.check.reuse import Reusing
from servanda.check.strata import Evaluate, findings
from servanda.check.unsettled import settled
from servanda.check.world import UNDISPUTED, Case, Cases, cases
from servanda.engines import reference
from servanda.norms import unbound
from servanda.norms.facts import World
from servanda.norms.norm import Agreement, Variant
from servanda.record.record import Record
from servanda.spatial.land.layer import LAYER
from servanda.temporal import END_US, day_of
from servanda.vocabulary.verdict import Assumptions, Finding, Outcome, Reason, Verdict


@dataclass(frozen=True)
class Answer:
    """The verdicts on one agreement, sorted by article, bearer, time; and everything they rest on."""

    agreement: Agreement
    verdicts: tuple[Verdict, ...]
    assumptions: Assumptions
    acts: Mapping[str, Mapping[str, str]]  # the acts that verdicts name: attribute to printed value, 'sources' joined
    cases: Cases | None = field(default=None, repr=False, compare=False)  # the worlds in which they were found


def check(agreement: Agreement, record: Record, question: Question) -> Answer:
    """Hold the agreement against the record.

    Readings and parameters are chosen on the agreement beforehand (`agreement.choose`, `agreement.set_parameters`).
    Raises InputError when the question does not fit the agreement.
    """
    found = cases(agreement, record, question)
    evaluate = Reusing(found.record, _engine(question.engine, found.record.acts.num_rows))
    by_norm: dict[str, list[tuple[str | None, Finding]]] = {norm.id: [] for norm in agreement.norms}
    by_account = _found(agreement, found.cases, evaluate)
    if least := found.bound_least():
        evaluate = Reusing(found.record, _engine(question.engine, found.record.acts.num_rows))
        by_account = {
            account: list(settled(by_account[account], others))
            for account, others in _found(agreement, least, evaluate).items()
        }
    for account, of_account in by_account.items():
        for finding in of_account:
            by_norm[finding.norm].append((account, finding))
    accounts = [case.account for case in found.cases]
    verdicts = [v for norm in agreement.norms for v in fold(norm, by_norm[norm.id], accounts)]
    verdicts += _paragraphs(agreement)
    ordered = sorted(verdicts, key=lambda v: _order(agreement, v))
    named = with_facts(agreement, found, ordered)
    return Answer(agreement, named.verdicts, assumptions(agreement, found, question), named.acts, found)


def _found(agreement: Agreement, cases: Sequence[Case], evaluate: Evaluate) -> dict[str | None, list[Finding]]:
    """The findings of each account, and those of whom nothing binds."""
    # Who is bound, and whom the words address, is no matter of account.
    outside = _unbound(agreement, cases[0])
    return {case.account: [*findings(agreement, case, evaluate), *outside] for case in cases}


# Below this many acts the plans cost more to make than the norms to read one by one (see benchmarks/README.md).
SMALL = 5_000


def _engine(name: EngineName, acts: int) -> Evaluate:
    if name == "reference" or (name == "auto" and acts <= SMALL):
        return lambda case, variants: reference.findings(case.world, variants)
    # Imported when a record is large enough for it: DuckDB and the plans cost a quarter of a second to import.
    findings_of: Callable[[World, pa.Table, Sequence[Variant]], list[Finding]] = import_module(
        "servanda.engines.duckdb"
    ).findings
    return lambda case, variants: findings_of(case.world, case.table, variants)


def _unbound(agreement: Agreement, case: Case) -> list[Finding]:
    return [f for norm in agreement.norms for variant in norm.variants for f in unbound.findings(case.world, variant)]


def _paragraphs(agreement: Agreement) -> list[Verdict]:
    """A row for each paragraph that holds a clause and no norm: it prescribes no conduct."""
    rows = []
    for paragraph in agreement.paragraphs:
        if paragraph.norms or not paragraph.article:
            continue
        stage = ", ".join(paragraph.stages) or "text"
        finding = Finding(
            norm=f"{paragraph.article} ({stage})",
            readings=(),
            account=None,
            bearer=None,
            counterparty=None,
            occasion=(),
            act=None,
            scope=(),
            outcome=Outcome.NOT_ENGAGED,
            reason=Reason.NO_CONDUCT,
        )
        rows.append(Verdict(finding, Outcome.NOT_ENGAGED, Reason.NO_CONDUCT))
    return rows


def article_of(agreement: Agreement, norm_id: str) -> str:
    """The article of a norm, or of the paragraph that a row without a norm speaks of."""
    for norm in agreement.norms:
        if norm.id == norm_id:
            return norm.article
    return norm_id.rpartition(" (")[0] or norm_id


def _order(agreement: Agreement, verdict: Verdict) -> tuple[object, ...]:
    place = {p.article: i for i, p in enumerate(agreement.paragraphs)}
    norms = {norm.id: i for i, norm in enumerate(agreement.norms)}
    f = verdict.finding
    article = article_of(agreement, f.norm)
    return (
        place.get(article, len(place)),
        norms.get(f.norm, len(norms)),
        f.bearer or "",
        f.counterparty or "",
        f.occasion,
        f.act or "",
        tuple((n, v or "") for n, v in f.scope),
        f.start if f.start is not None else -END_US,
    )


def assumptions(agreement: Agreement, found: Cases, question: Question) -> Assumptions:
    """Everything that the verdicts rest on, to be printed beside them."""
    zone = agreement.counting.zone
    return Assumptions(
        agreement=agreement.id,
        status=agreement.status,
        binding=agreement.binding,
        as_if_in_force=_iso(question.as_if_in_force),
        on=found.on.isoformat(),
        as_known_on=_iso(question.as_known_on),
        complete_until=_iso(question.complete_until),
        coverage=len(found.record.coverage.claims),
        parameters=dict(question.parameters),
        open_parameters=tuple(sorted(agreement.open_parameters)),
        readings=dict(question.readings),
        supposed=tuple(sorted(question.supposed_parties)),
        supposed_acts=question.supposed_acts,
        supposed_away=question.supposed_away,
        supposed_entries=question.supposed_entries,
        coverage_by=tuple(sorted({c.account for c in found.record.coverage.claims if c.account is not None})),
        accounts=tuple(case.account or UNDISPUTED for case in found.cases),
        record_digest=found.record.digest,
        agreement_digest=agreement.digest,
        version=_version.__version__,
        clauses_not_run=found.status.not_run,
        notes=found.status.rules,
        territory=territory_of(agreement),
        territory_said=bool(agreement.territory),
        map=LAYER if asks_the_map(agreement) else "",
        entry_into_force=None if found.entry is None else day_of(found.entry, zone).isoformat(),
    )


def _iso(day: object) -> str | None:
    return None if day is None else str(day)
