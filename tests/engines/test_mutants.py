"""Every seeded fault is caught by one of a fixed set of cases."""

from __future__ import annotations

import pytest

from engines.compare import by_plan, by_reference
from engines.hand import HAND
from engines.mutants import MUTANTS, Mutant
from engines.strategies import seeded

# The seed of a generated case, or the name of one made by hand.
CAUGHT_BY: dict[str, int | str] = {
    "at least as more than": 294,
    "unknown comparison is a no": "an_amount_not_known",
    "unknown value is a yes": 41,
    "unknown value is a no": 16,
    "not without the swap": 44,
    "nobody is an unknown partner": 28,
    "null key of a partner forgotten": 16,
    "null key of the row forgotten": 272,
    "nothing found is a no": 110,
    "deadline a day late": "a_doubted_notice",
    "a month is thirty days": 10,
    "first day never counted": 0,
    "a day is its midnight, until": 244,
    "doubtful exception forgotten": "a_doubtful_consent",
    "intervals never joined": 102,
    "no cuts": "in_and_out_of_an_alliance",
    "not seen to leave is still there": "last_seen",
    "departures not read": 181,
    "the other party may be the bearer": 108,
    "blurred deadline is sharp": 61,
    "the record's own place not heard": 26,
    "missing is zero": "an_amount_not_known",
    "term not read": "a_term_that_is_over",
    "more than as at least": "exactly_at_the_threshold",
    "doubted partner counts for sure": "a_doubtful_consent",
    "claims a day too long": "complete_until_the_deadline",
    "clear days as days": "a_clear_day_short",
    "a day begins when it ends": "on_the_day_itself",
    "member on the day of leaving": "on_the_day_of_leaving",
    "prevailing norm only excepts": "a_norm_that_prevails",
    "intervals joined over gaps and exceptions": "in_and_out_of_an_alliance",
    "blurred ends are never inside": "there_for_a_day",
    "doubted trigger counts for sure": "a_doubted_trigger",
    "window closes a day early": "a_doubted_notice",
    "deadline not read": "a_clear_day_short",
    "absence is always a fact": "complete_until_the_deadline",
    "absence is never a fact": "a_doubted_notice",
    "recommended as owed": "recommended_and_not_done",
    "an unknown is another": "an_unknown_bearer",
    "dispatch counts, not receipt": "a_consent_received_late",
    "least distance alone": "in_the_margin_of_the_map",
    "counterparty need not be bound": "a_duty_to_one_who_is_not_bound",
    "coverage of anybody needed": "complete_for_one_party",
    "bound on some other day": "not_yet_bound_on_the_day_of_the_trigger",
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_a_seeded_fault_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    by = CAUGHT_BY[mutant.name]
    case = HAND[by]() if isinstance(by, str) else seeded(by)
    right = by_plan(case)
    for module, attribute in mutant.places:
        monkeypatch.setattr(module, attribute, mutant.wrap(getattr(module, attribute)))
    wrong = by_plan(case)

    assert right == by_reference(case)
    assert wrong != right


def test_there_are_at_least_thirty_faults_and_each_has_its_case() -> None:
    assert len(MUTANTS) >= 30
    assert {m.name for m in MUTANTS} == set(CAUGHT_BY)


@pytest.mark.parametrize("name", HAND)
def test_cases_made_by_hand_are_judged_as_the_reference_judges_them(name: str) -> None:
    case = HAND[name]()

    assert by_plan(case) == by_reference(case)
