"""The findings that every shape begins with: whose, and in which stretch, before anything is said of it."""

from __future__ import annotations

from dataclasses import replace

from servanda.norms.facts import Bound
from servanda.norms.norm import Variant
from servanda.temporal import END_US
from servanda.vocabulary.verdict import Finding, Outcome, Reason


def blank(variant: Variant, bearer: str | None, bound: Bound | None) -> Finding:
    """Nothing but the norm, its readings, the bearer, and the stretch in which it is bound: undetermined.

    A stretch without an end lasts to the end of all time.
    """
    return Finding(
        norm=variant.id,
        readings=variant.choices,
        account=None,
        bearer=bearer,
        counterparty=None,
        occasion=(),
        act=None,
        scope=(),
        outcome=Outcome.UNDETERMINED,
        reason=Reason.FACT_MISSING,
        bound_from=bound.start if bound is not None else None,
        bound_until=min(bound.until - 1, END_US) if bound is not None else None,
    )


def throughout(variant: Variant, bearer: str | None, bound: Bound, outcome: Outcome, reason: Reason) -> Finding:
    """One outcome for the whole stretch, where no act or occasion speaks for itself."""
    row = blank(variant, bearer, bound)
    return replace(row, outcome=outcome, reason=reason, start=bound.start, until=bound.until - 1)
