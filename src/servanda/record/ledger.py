"""Accounts: assertions and denials of one act, weighed into what each holder takes.

An account is a speaker. What it asserted or admitted last is what it holds; a denial is a fact about the speaker and
never the absence of the act. What a row of `acts` says is claimed by the row's `account`, or by the record itself
(account None). A value is contested when two claims differ or one denies what another claims; the existence of an
act is contested when somebody denies it. To say what an act was like is to say that it was.

For a holder X: its own claim where the matter is contested, nothing where X is silent, and everywhere the values that
nobody contests. The account None, "undisputed", holds no claim of its own.

Claims of one account made at one time that contradict each other cancel out: arrival order means nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servanda.record.columns import (
    Cells,
    attribute_of,
    columns_of,
    ordered,
    quantity_columns,
    recorded_attributes,
    table_of,
    tidy,
    unified,
)
from servanda.record.entries import EXISTENCE, Assertion, Correction, Stance


@dataclass(frozen=True)
class Claim:
    """What one account says of one attribute of an act, or of its existence. `said` in microseconds; None: always."""

    act: str
    attribute: str
    stance: Stance
    account: str | None
    cells: Cells | None = field(default=None, hash=False)
    source: str | None = None
    said: int | None = None


@dataclass(frozen=True)
class Matter:
    """One attribute of one act, or its existence, after all claims: what each account holds of it."""

    claims: tuple[Claim, ...]
    holds: Mapping[str | None, Claim]  # the claim that each account stands by; none for one that contradicts itself
    contested: bool

    def settled(self) -> Cells | None:
        """What nobody contests."""
        if self.contested:
            return None
        return next((c.cells for c in self.holds.values() if c.stance != "denies" and c.cells), None)

    def cells_for(self, holder: str) -> Cells | None:
        """What the holder takes of a contested value; None where it is silent, or denies."""
        claim = self.holds.get(holder)
        return claim.cells if claim is not None and claim.stance != "denies" else None


def weigh(claims: Iterable[Claim]) -> Matter:
    """Weigh all claims on one attribute of one act."""
    listed = tuple(sorted(claims, key=_order))
    accounts = {c.account for c in listed}
    holds: dict[str | None, Claim] = {}
    torn = False
    for account in accounts:
        stand = _stand([c for c in listed if c.account == account])
        if stand is None:
            torn = True
        else:
            holds[account] = stand
    return Matter(listed, holds, torn or _differ(list(holds.values())))


def _order(claim: Claim) -> tuple[bool, int, str, str, str]:
    said = claim.said
    return (said is not None, said or 0, claim.account or "", claim.stance, repr(sorted((claim.cells or {}).items())))


def _stand(claims: Sequence[Claim]) -> Claim | None:
    """The claim that one account stands by: its latest; None when its latest claims contradict each other.

    A denial of a value that is not the one it holds leaves that value standing.
    """
    stand: Claim | None = None
    for _, group in groupby(claims, key=lambda c: (c.said is not None, c.said)):
        together = list(group)
        said = [c for c in together if c.stance != "denies"]
        if any(c.cells != said[0].cells for c in said):
            stand = None
            continue
        stand = said[0] if said else stand
        for denial in (c for c in together if c.stance == "denies"):
            if stand is None or stand.stance == "denies" or denial.cells in (None, stand.cells):
                stand = None if said and denial.cells in (None, said[0].cells) else denial
    return stand


def _differ(stands: list[Claim]) -> bool:
    said = [c for c in stands if c.stance != "denies"]
    if any(c.cells != said[0].cells for c in said):
        return True
    return any(c.stance == "denies" and (c.cells is None or any(c.cells == s.cells for s in said)) for c in stands)


@dataclass(frozen=True)
class Ledger:
    """The acts of a record with all that is claimed of them."""

    acts: pa.Table  # with every value that nobody contests
    contested: Mapping[str, Mapping[str, Matter]]

    def accounts(self) -> tuple[str, ...]:
        """The accounts in play: all that have a claim on something contested."""
        return tuple(
            sorted(
                {
                    claim.account
                    for matters in self.contested.values()
                    for matter in matters.values()
                    for claim in matter.claims
                    if claim.account is not None
                }
            )
        )

    def view(self, holder: str | None) -> pa.Table:
        """The acts as the holder takes them; None: as nobody disputes them."""
        if not self.contested:
            return self.acts
        rows = rows_by_act(self.acts, self.contested)
        taken = {act: _row_for(rows[act], matters, holder) for act, matters in self.contested.items()}
        return replaced(self.acts, taken)


def _row_for(row: Cells, matters: Mapping[str, Matter], holder: str | None) -> Cells | None:
    taken = dict(row)
    for name, matter in matters.items():
        if name == EXISTENCE:
            claim = matter.holds.get(holder) if holder is not None else None
            if claim is not None and claim.stance == "denies":
                return None
            taken["sure"] = claim is not None
        else:
            taken = with_value(taken, name, matter.cells_for(holder) if holder is not None else None)
    return taken


def with_value(row: Cells, attribute: str, cells: Cells | None) -> Cells:
    """The row with one attribute set anew; None: unknown."""
    columns = columns_of(recorded_attributes()[attribute])
    return {c: v for c, v in row.items() if c not in columns} | (cells or {})


def ledger(acts: pa.Table, assertions: Sequence[Assertion]) -> Ledger:
    """Weigh the assertions against the acts."""
    if not assertions:
        return Ledger(acts, {})
    spoken: dict[str, list[Assertion]] = defaultdict(list)
    for assertion in assertions:
        spoken[assertion.act].append(assertion)
    contested: dict[str, dict[str, Matter]] = {}
    filled: dict[str, Cells | None] = {}
    for act, row in rows_by_act(acts, spoken).items():
        matters = {name: weigh(claims) for name, claims in _claims(row, spoken[act]).items()}
        after = row
        for name, matter in matters.items():
            if matter.contested:
                contested.setdefault(act, {})[name] = matter
            if name != EXISTENCE:
                after = with_value(after, name, matter.settled())
        if after != row:
            filled[act] = after
    return Ledger(replaced(acts, filled), contested)


def _claims(row: Cells, assertions: Sequence[Assertion]) -> dict[str, list[Claim]]:
    """The claims on each attribute that somebody asserts or denies, with what the row itself says of it."""
    act = str(row["act"])
    account, source, recorded = row.get("account"), row.get("source"), row.get("recorded_day")
    assert account is None or isinstance(account, str)
    assert source is None or isinstance(source, str)
    said = (recorded + 1) * 86_400_000_000 - 1 if isinstance(recorded, int) else None
    own = {name: Claim(act, name, "asserts", account, cells, source, said) for name, cells in values_of(row).items()}
    claims: dict[str, list[Claim]] = {EXISTENCE: [Claim(act, EXISTENCE, "asserts", account, None, source, said)]}
    for a in assertions:
        if a.attribute not in claims:
            claims[a.attribute] = [own[a.attribute]] if a.attribute in own else []
        claims[a.attribute].append(Claim(act, a.attribute, a.stance, a.account, a.cells, a.source, a.said))
    claims[EXISTENCE] += _implied(claims)
    return claims


def _implied(claims: Mapping[str, Sequence[Claim]]) -> list[Claim]:
    """Whoever says what an act was like, and nothing of its existence, says that it was."""
    outspoken = {c.account for c in claims[EXISTENCE]}
    implied = {}
    for name, said in claims.items():
        for c in said:
            if name != EXISTENCE and c.stance != "denies" and c.account not in outspoken:
                implied[c.account] = Claim(c.act, EXISTENCE, "asserts", c.account, None, c.source, c.said)
    return list(implied.values())


def values_of(row: Cells) -> dict[str, Cells]:
    """The known values of a row by attribute, amounts as fractions."""
    values: dict[str, Cells] = defaultdict(dict)
    for column, value in row.items():
        attribute = attribute_of().get(column)
        if attribute is not None and value is not None:
            values[attribute.name][column] = value
    return dict(values)


def rows_by_act(acts: pa.Table, wanted: Iterable[str]) -> dict[str, Cells]:
    """The rows of these acts as cells, amounts as fractions."""
    found = acts.filter(pc.is_in(acts["act"], pa.array(sorted(wanted), pa.string())))
    return {row["act"]: _exact(row) for row in found.to_pylist()}


def _exact(row: Cells) -> Cells:
    amounts = quantity_columns()
    return {
        c: Fraction(v) if c in amounts and isinstance(v, int | Decimal) else v for c, v in row.items() if v is not None
    }


def replaced(acts: pa.Table, rows: Mapping[str, Cells | None]) -> pa.Table:
    """The table with these rows in place of those of the same acts; None takes the row away."""
    if not rows:
        return acts
    new = table_of([r for r in rows.values() if r is not None])
    number = {str(row["act"]): i for i, row in enumerate(r for r in rows.values() if r is not None)}
    touched = pc.index_in(acts["act"], pa.array(sorted(rows), pa.string())).combine_chunks()
    at = np.flatnonzero(np.asarray(touched.is_valid()))
    index = np.arange(acts.num_rows)
    ids = acts["act"].take(pa.array(at)).to_pylist()
    gone = [int(p) for p, act in zip(at, ids, strict=True) if act not in number]
    for p, act in zip(at, ids, strict=True):
        index[p] = acts.num_rows + number.get(act, 0)
    whole = unified([acts, new]).take(pa.array(np.delete(index, gone)))
    return ordered(tidy(whole))


def corrected(acts: pa.Table, corrections: Sequence[Correction]) -> pa.Table:
    """The acts after all corrections and retractions, in the order in which they were recorded."""
    if not corrections:
        return acts
    rows: dict[str, Cells | None] = {**rows_by_act(acts, {c.act for c in corrections})}
    for correction in sorted(corrections, key=_order_of_correction):
        row = rows.get(correction.act)
        if row is None:
            continue
        if correction.change == "retraction":
            rows[correction.act] = None
        elif correction.attribute is not None:
            rows[correction.act] = with_value(row, correction.attribute, correction.cells)
    return replaced(acts, rows)


def _order_of_correction(c: Correction) -> tuple[bool, int, str, str, str]:
    day = c.recorded_day
    return (day is not None, day or 0, c.change, c.attribute or "", repr(sorted((c.cells or {}).items())))
