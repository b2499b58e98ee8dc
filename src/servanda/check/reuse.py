"""What one account need not evaluate again: norms that read nothing on which it differs from the undisputed view."""

from __future__ import annotations

from collections.abc import Sequence

from servanda.check.strata import Evaluate
from servanda.check.world import Case
from servanda.norms import contribution, prohibition
from servanda.norms.facts import World
from servanda.norms.judgement import STATEMENTS
from servanda.norms.norm import Limits, Prohibits, Requires, Standard, Variant
from servanda.norms.sharing import reads_places
from servanda.record.record import Record
from servanda.vocabulary.verdict import Finding

EVERYTHING = "act"


class Reusing:
    """An engine that evaluates the first case whole, and of later ones only the variants that can differ."""

    def __init__(self, record: Record, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._kinds = _kinds_by_account(record)
        self._known: dict[int, list[Finding]] = {}
        self._first: Case | None = None

    def __call__(self, case: Case, variants: Sequence[Variant]) -> list[Finding]:
        """The findings of each variant in the case, in the order of the variants."""
        differs = self._kinds.get(case.account, frozenset()) if case.account is not None else frozenset()
        fresh = [
            v
            for v in variants
            if id(v) not in self._known
            or self._on_another_map(case, v)
            or (_reads(v, differs) and not self._alike(case, v))
        ]
        found: dict[int, list[Finding]] = {id(v): [] for v in fresh}
        by_key = {(v.id, v.choices): id(v) for v in fresh}
        for finding in self._evaluate(case, fresh) if fresh else ():
            found[by_key[(finding.norm, finding.readings)]].append(finding)
        if self._first is None:
            self._first = case
        if case is self._first:
            self._known |= found
        return [f for v in variants for f in found.get(id(v), self._known.get(id(v), []))]

    def _on_another_map(self, case: Case, variant: Variant) -> bool:
        """Whether the norm asks where things are, and the account sees another map than the first case."""
        return self._first is not None and case.world.places is not self._first.world.places and reads_places(variant)

    def _alike(self, case: Case, variant: Variant) -> bool:
        """Whether the acts on which accounts differ give the same in this case as in the first: then all does.

        Asked only where nothing that the norm reads beside them is disputed.
        """
        assert self._first is not None, "the first case is evaluated whole"
        world, first = case.world, self._first.world
        if ({EVERYTHING} | world.disputed_kinds) & variant.reads or variant.for_each:
            return False
        match variant.shape:
            case Limits():
                return _added(world, variant, world.disputed) == _added(first, variant, world.disputed)
            case Prohibits(awaits=None):
                ids = world.disputed
                return prohibition.of_acts(world, variant, ids) == prohibition.of_acts(first, variant, ids)
        return False


def _added(world: World, variant: Variant, ids: frozenset[str]) -> list[object]:
    """Each contribution of these acts, but for what of the act does not count."""
    return [
        (c.act.id, c.key, c.piece, c.when, c.amount, c.counted, c.saved, c.exception)
        for c in contribution.of_acts(world, variant, ids)
    ]


def _kinds_by_account(record: Record) -> dict[str | None, frozenset[str]]:
    """The kinds of the contested acts of which each account speaks: there alone its view differs."""
    contested = record.contested()
    if not contested:
        return {}
    kinds = dict(zip(record.acts["act"].to_pylist(), record.acts["kind"].to_pylist(), strict=True))
    by_account: dict[str | None, set[str]] = {}
    for act_id, matters in contested.items():
        for claims in matters.values():
            for claim in claims:
                by_account.setdefault(claim.account, set()).add(kinds.get(act_id, EVERYTHING))
    return {account: frozenset(found) for account, found in by_account.items()}


def _reads(variant: Variant, kinds: frozenset[str]) -> bool:
    """Whether the variant may read an act of these kinds."""
    if not kinds:
        return False
    read = kinds_read(variant)
    return EVERYTHING in read or EVERYTHING in kinds or bool(read & kinds)


def kinds_read(variant: Variant) -> frozenset[str]:
    """The kinds of act that the variant reads; 'act' where it may read any."""
    heads = {kind for over in variant.ranges for kind in over.kinds}
    match variant.shape:
        case Prohibits(awaits=awaits) if awaits is not None:
            heads.add("judgement")
        case Requires(may_extend=rule) if rule is not None:
            heads.add("extension")
        case Standard():
            heads |= {EVERYTHING, *STATEMENTS}
    return variant.reads | heads | ({EVERYTHING} if "breach" in heads else set())
