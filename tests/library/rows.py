"""Rows of `drafts-expected.yaml` as questions to the command line, and its answers as what the rows ask for.

No answers stand here, and nothing about single rows: a row becomes a record file and flags, and the verdict that
it asks for is picked from the output by the bearer, the act, the host, the day. Where several verdicts remain, the
most adverse one speaks for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from servanda.norms.norm import Agreement

ROOT = Path(__file__).parents[2]
EXPECTED = ROOT / "tests" / "data" / "drafts-expected.yaml"
AGREEMENTS = {
    "nato-russia-2021": ROOT / "library" / "2021-nato-russia" / "agreement.md",
    "us-russia-2021": ROOT / "library" / "2021-us-russia" / "agreement.md",
}

# The most adverse outcome first.
ADVERSE = (
    "breached",
    "depends on account",
    "overdue",
    "undetermined",
    "awaits judgement",
    "pending",
    "complied",
    "not engaged",
)
# A parameter of the rows that has two ends in the text.
_RANGES = {"missile ranges": {"at least": "Least Range", "at most": "Greatest Range"}}

Row = dict[str, Any]


def expected_rows() -> list[Row]:
    """All rows of the file, as plain values."""
    data = YAML(typ="safe", pure=True).load(EXPECTED.read_text(encoding="utf-8"))
    rows: list[Row] = data["rows"]
    return rows


# ---- a row to a record and flags


def record_of(row: Row) -> str:
    """The facts of a row as a record file (JSON is YAML)."""
    setup = row["setup"]
    tables = {
        "acts": row.get("acts"),
        "assertions": row.get("assertions"),
        "corrections": setup.get("corrections"),
        "coverage": setup.get("coverage"),
        "instruments": setup.get("instruments"),
        "memberships": setup.get("memberships"),
    }
    return json.dumps({k: v for k, v in tables.items() if v}, ensure_ascii=False, indent=1)


def flags_of(row: Row, agreement: Agreement) -> list[str]:
    """The setup of a row as flags of `servanda check`."""
    setup = row["setup"]
    flags = []
    for key in ("on", "as_if_in_force", "as_known_on", "complete_until"):
        if setup.get(key):
            flags += [f"--{key.replace('_', '-')}", str(setup[key])]
    for name, value in setup.get("parameters", {}).items():
        for parameter, text in _settings(name, value, agreement):
            flags += ["--set", f"{parameter}={text}"]
    for name, choice in setup.get("readings", {}).items():
        for reading in _readings(name, agreement):
            flags += ["--reading", f"{reading}={choice}"]
    return flags


def _settings(name: str, value: Any, agreement: Agreement) -> list[tuple[str, str]]:
    if name in _RANGES:
        return [(_RANGES[name][end], str(amount)) for end, amount in value.items()]
    parameter = _named(name, agreement.open_parameters)
    return [(parameter, ", ".join(value) if isinstance(value, list) else str(value))]


def _named(name: str, among: Iterable[str]) -> str:
    found = [n for n in among if n.casefold() == name.casefold()]
    assert found, f"no parameter {name!r} in the encoding"
    return found[0]


def _readings(name: str, agreement: Agreement) -> list[str]:
    """The readings of that name in the norms of its paragraph: '4.deploy' is one of each norm of article 4."""
    paragraph, _, reading = name.partition(".")
    found = [f"{n.id}.{reading}" for n in agreement.norms if n.article == paragraph and reading in n.readings]
    assert found, f"no reading {name!r} in the encoding"
    return found


# ---- the output to the verdict that the row asks for


@dataclass(frozen=True)
class Told:
    """What the output says to the question of a row: the verdict picked, and the header over it."""

    outcome: str
    verdict: Mapping[str, Any]
    header: Mapping[str, Any]
    reason: str = ""
    candidates: list[Mapping[str, Any]] = field(default_factory=list)


def answer(row: Row, lines: Iterable[str], agreement: Agreement) -> Told:
    """The verdict that the row asks for."""
    header, verdicts = _parsed(lines)
    ask = row["ask"]
    paragraph = str(ask.get("norm") or row["paragraph"])
    of_paragraph = [v for v in verdicts if paragraph in (v["paragraph"], v["norm"].partition(" (")[0])]
    limb = _slug(str(ask.get("limb", "")))
    mine = [v for v in of_paragraph if v["bearer"] == ask["bearer"] and limb in v["norm"]]
    mine = mine or [v for v in of_paragraph if v["bearer"] is None and not v["scope"]]  # of the paragraph itself
    if not mine:
        assert of_paragraph, f"the output holds no verdict on {paragraph}"
        return Told("not engaged", {}, header, "not a bearer", of_paragraph)
    return _read(_asked(mine, ask), ask, header)


def _parsed(lines: Iterable[str]) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    rows = [json.loads(line) for line in lines if line.strip()]
    assert rows, "no output"
    first = rows[0]
    return first.get("header", first), rows[1:]


def _slug(text: str) -> str:
    return "-".join(text.lower().split())


def _asked(mine: list[Mapping[str, Any]], ask: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The verdicts about what is asked; where there is none, what is said of the bearer as such."""
    found = [v for v in mine if _speaks_of(v, ask)]
    return found or [v for v in mine if not v["act"] and not v["occasion"] and not v["scope"]] or mine


def _speaks_of(verdict: Mapping[str, Any], ask: Mapping[str, Any]) -> bool:
    scopes = [name for name in ("host", "item") if name in ask]
    return (
        ("act" not in ask or _is_about(verdict, ask["act"]))
        and all(_in_scope(verdict, name, ask[name]) for name in scopes)
        and ("counterparty" not in ask or verdict["counterparty"] in (ask["counterparty"], None))
    )


def _is_about(verdict: Mapping[str, Any], act: str) -> bool:
    return act in (verdict["act"], *verdict["occasion"].values(), *verdict["witnesses"])


def _in_scope(verdict: Mapping[str, Any], name: str, value: str) -> bool:
    return any(path.endswith(f".{name}") and v == value for path, v in verdict["scope"].items())


def _read(found: list[Mapping[str, Any]], ask: Mapping[str, Any], header: Mapping[str, Any]) -> Told:
    if "at" in ask:
        day = ask["at"]
        then = [v for v in found if (v["from"] or "") <= day <= (v["until"] or "9999")]
        bound = [v for v in found if (v["bound_from"] or "") <= day <= (v["bound_until"] or "9999")]
        if not bound:
            return Told("not engaged", found[0], header, "not bound", found)
        found = then or found
    worst = min(found, key=lambda v: _rank(v, ask))
    return Told(_outcome(worst, ask), worst, header, str(worst["reason"]), found)


def _rank(verdict: Mapping[str, Any], ask: Mapping[str, Any]) -> tuple[int, int, bool]:
    """The most adverse outcome first, then the most adverse account or reading, then what an exception saved."""
    under = [*verdict["by_account"].values(), *verdict["by_reading"].values()]
    worst = min((ADVERSE.index(o) for o in under if o in ADVERSE), default=len(ADVERSE))
    return ADVERSE.index(_outcome(verdict, ask)), worst, not verdict["exception"]


def _outcome(verdict: Mapping[str, Any], ask: Mapping[str, Any]) -> str:
    account = ask.get("account")
    return str(verdict["by_account"].get(account, verdict["outcome"]) if account else verdict["outcome"])


# ---- what is expected against what was told


def differences(expect: Mapping[str, Any], told: Told) -> list[str]:
    """Everything in which the output is not what the row expects; empty when it is."""
    wrong = []
    if "outcome" in expect and told.outcome != expect["outcome"]:
        wrong.append(f"outcome is {told.outcome!r} ({told.reason}), expected {expect['outcome']!r}")
    if told.outcome in expect.get("never", []):
        wrong.append(f"outcome is {told.outcome!r}, which it must never be")
    if "over" in expect and expect["over"] not in str(told.verdict.get("over")):
        wrong.append(f"depends over {told.verdict.get('over')!r}, expected {expect['over']!r}")
    for key, check in _CHECKS.items():
        if key in expect and not check(expect[key], told):
            wrong.append(f"{key}: expected {expect[key]!r} in {_shown(told)}")
    return wrong


def _shown(told: Told) -> str:
    kept = {k: v for k, v in told.verdict.items() if v not in (None, [], {}, "")}
    return json.dumps({**kept, "reason": told.reason}, ensure_ascii=False)


def _by_account(expected: Mapping[str, str], told: Told) -> bool:
    given = told.verdict["by_account"]
    return all(given.get(account) == outcome for account, outcome in expected.items())


def _by_reading(expected: Mapping[str, str], told: Told) -> bool:
    """Each choice named has that outcome, whatever is chosen in the other readings."""
    given = told.verdict["by_reading"]
    for choice, outcome in expected.items():
        outcomes = {o for choices, o in given.items() if choice in choices.split("; ")}
        if outcomes != {outcome}:
            return False
    return True


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+", text.lower()))


def _facts(told: Told) -> str:
    return " ".join([*told.verdict.get("missing", ()), *told.verdict.get("deciding", ()), told.reason])


def _fact(expected: str, told: Told) -> bool:
    """Every word of the description stands in what is said to be missing or to decide; brackets are remarks."""
    description = re.sub(r"\(.*?\)", "", expected)
    for name, ends in _RANGES.items():
        if name in description:
            return any(end.lower() in _facts(told).lower() for end in ends.values())
    return _words(description) <= _words(_facts(told))


def _same_amount(expected: str, given: object) -> bool:
    number, _, unit = expected.partition(" ")
    found, _, of = str(given).partition(" ")
    return number == found and unit.rstrip("s") == of.rstrip("s")


def _same_time(expected: str, given: object) -> bool:
    if given is None:
        return False
    try:
        return datetime.fromisoformat(expected) == datetime.fromisoformat(str(given))
    except TypeError:
        return expected == given


def _contains(column: str) -> Any:
    return lambda expected, told: str(expected) in (told.verdict.get(column) or "")


_CHECKS: dict[str, Any] = {
    "by_account": _by_account,
    "by_reading": _by_reading,
    "reason": lambda expected, told: expected in told.reason.lower(),
    "fact": _fact,
    "due": lambda expected, told: _same_time(expected, told.verdict.get("due")),
    "cured_at": lambda expected, told: _same_time(expected, told.verdict.get("cured_at")),
    "late_by": lambda expected, told: told.verdict.get("late_by") == expected,
    "measure": lambda expected, told: _same_amount(expected, told.verdict.get("measured")),
    "limit": lambda expected, told: _same_amount(expected, told.verdict.get("limit")),
    "excess": lambda expected, told: _same_amount(expected, told.verdict.get("excess")),
    "interval": lambda expected, told: list(expected) == [told.verdict.get("from"), told.verdict.get("until")],
    "entry_into_force": lambda expected, told: told.header.get("entry_into_force") == expected,
    "bound_from": lambda expected, told: told.verdict.get("bound_from") == expected,
    "bound_until": lambda expected, told: told.verdict.get("bound_until") == expected,
    "exception": lambda expected, told: expected in f"{told.verdict.get('exception')} {told.reason}",
    "witness": lambda expected, told: expected in told.verdict.get("witnesses", ()),
    "whose": lambda expected, told: expected in told.verdict.get("whose", ()),
    "justification_claimed": _contains("justification_claimed"),
}
