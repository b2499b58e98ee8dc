"""The life of a treaty under every order of its instruments, and under what is not known of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from meaning.asking import FRONT
from servanda.agreement import read
from servanda.check import Question
from servanda.check.world import Cases, cases
from servanda.norms.facts import Bound
from servanda.record.load import load

STATES = ("NOR", "CHL", "GHA", "PER")
STAGES = {
    "entry into force": (
        "{when: every signatory has deposited, effect: 10 days after that}",
        "{when: every signatory has signed, effect: 12 hours after that}",
        "{when: at least 2 States have deposited, effect: on that day}",
        "{when: every signatory has deposited, effect: on that day, unless: some party has accepted}",
        "{effect: 2019-06-01}",
        "",
    ),
    "joining": (
        "{when: it has deposited, effect: 30 days after that}",
        "{when: it has deposited, effect: on that day, own clock: after the trigger}",
        "",
    ),
    "exit": (
        "{when: it has given notice, effect: 3 months after that}",
        "{when: it has given notice, effect: 72 hours after that, counted from: dispatch}",
        "{when: it has given notice at least 1 year after entry into force for it, effect: 1 month after that}",
        "{when: it has given notice, effect: 1 month after that, counted from: circulation}",
        "none",
        "",
    ),
    "duration": ("{lasts: 2 years}", "{lasts: 2 years, renews: 1 year}", "", ""),
    "end": ("{when: some party has given notice, effect: 2 months after that}", "", ""),
}


def text_of(chance: Random) -> str:
    front = FRONT.format(
        parties=chance.choice(("Norway, Chile", "Norway, Chile, Ghana", "States")),
        zone="UTC",
        status="in force",
        front=chance.choice(("", "depositary: Norway\n")),
    )
    chosen = {name: chance.choice(choices) for name, choices in STAGES.items()}
    clause = "\n".join(f"{name}: {written}" for name, written in chosen.items() if written)
    norm = "```norm\nid: pact.test\nprohibits: test t\nbearer: t.by\n```\n"
    return f"{front}{norm}" + (f"```clause\n{clause}\n```\n" if clause else "")


def rows_of(chance: Random) -> list[str]:
    kinds = ("signature", "signature", "deposit", "deposit", "deposit", "notice", "notice", "revocation")
    return [
        f"  - {{kind: {chance.choice(kinds)}, by: {chance.choice(STATES)}, on: {time_of(chance)}}}"
        for _ in range(chance.randrange(1, 12))
    ]


def time_of(chance: Random) -> str:
    day = date(2019, 1, 1) + timedelta(days=chance.randrange(0, 900, 30))
    span = f"{{between: [{day}, {day + timedelta(days=chance.randrange(1, 200))}]}}"
    return chance.choice((str(day), str(day), f'"{day}T{chance.randrange(10, 24)}:00+00:00"', span, "unknown"))


def worlds(folder: Path, text: str, rows: Sequence[str]) -> Cases:
    (folder / "agreement.md").write_text(text, encoding="utf-8")
    record = "\n".join(("instruments:", *rows, "coverage: [{until: 2023-01-01}]"))
    (folder / "record.yaml").write_text(record, encoding="utf-8")
    return cases(read(folder / "agreement.md"), load([folder / "record.yaml"]), Question())


def within(spans: Sequence[Bound], others: Sequence[Bound]) -> bool:
    return all(any(b.start <= a.start and a.until <= b.until for b in others) for a in spans)


@pytest.mark.parametrize("seed", range(60))
def test_who_is_bound_hangs_on_no_order_and_what_is_open_says_for_want_of_what(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    text, rows = text_of(chance), rows_of(chance)
    found = worlds(tmp_path, text, rows)
    again = worlds(tmp_path, text, chance.sample(rows, len(rows)))
    most, least = found.status.bound, (found.at_least or found.status).bound

    assert (again.status.bound, (again.at_least or again.status).bound) == (most, least)
    assert all(within(spans, most.get(code, ())) for code, spans in least.items())
    for code in most.keys() | least.keys():
        assert most.get(code) == least.get(code) or found.hanging(code) or found.undated
