"""Two norms over a million acts: the plans, a hand-written query, clingo and a plain loop. See README.md.

python benchmarks/two_norms.py --acts 1000000 --runs 5
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import platform
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

import clingo
import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import servanda
from servanda.engines.duckdb import Session
from servanda.norms.condition import ActRange, And, Between, Compare, Is, Line, Offset, Or, Quantified
from servanda.norms.facts import Bound, Dispute, Lots, Places, World
from servanda.norms.norm import Agreement, Bearer, Exception_, Prohibits, Requires, Variant
from servanda.norms.term import Group, Listed, Outline, Quantity, Region, Word
from servanda.norms.term import Path as Attr
from servanda.record.columns import column_types
from servanda.temporal import DAY_US, CalendarSpan, Counting, day_of, end_of_day_us, start_of_day_us
from servanda.vocabulary.act import Sort, vocabulary
from servanda.vocabulary.coverage import Claim, Coverage
from servanda.vocabulary.party import Memberships

PARTIES = [f"P{i:02d}" for i in range(40)]
FIRST, LAST = start_of_day_us(date(2012, 1, 1)), start_of_day_us(date(2022, 1, 1))
SHARES = {"deployment": 0.3, "exercise": 0.3, "notification": 0.25, "consent": 0.15}
Counts = Counter[tuple[str, str]]


# ---- the record


def record(acts: int, path: Path, seed: int = 1936) -> None:
    """Writes the acts, clustered by kind and time, in row groups of 122 880 rows."""
    rng = np.random.default_rng(seed)
    numbers = {kind: round(acts * share) for kind, share in SHARES.items()}
    tables = []
    ids: dict[str, np.ndarray] = {}
    starts: dict[str, np.ndarray] = {}
    at = 0
    for kind in ("deployment", "exercise", "consent", "notification"):
        n = numbers[kind]
        ids[kind] = np.array([f"a{i:07d}" for i in range(at, at + n)])
        at += n
        starts[kind] = np.sort(rng.integers(FIRST // DAY_US + 60, LAST // DAY_US, n)) * DAY_US
    tables.append(_deployments(rng, ids["deployment"], starts["deployment"]))
    tables.append(_exercises(rng, ids["exercise"], starts["exercise"]))
    tables.append(
        _messages(
            rng,
            "consent",
            ids["consent"],
            ids["deployment"],
            starts["deployment"],
            rng.integers(-5, 6, numbers["consent"]),
        )
    )
    lead = rng.choice([60, 43, 42, 41, 10], numbers["notification"], p=[0.4, 0.2, 0.2, 0.1, 0.1])
    tables.append(_messages(rng, "notification", ids["notification"], ids["exercise"], starts["exercise"], -lead))
    table = pa.concat_tables(tables, promote_options="default")
    order = [("kind", "ascending"), ("start_lo", "ascending"), ("act", "ascending")]
    pq.write_table(table.sort_by(order), path, row_group_size=122_880, compression="lz4")


def _column(name: str, values: object, unknown: np.ndarray | None = None) -> pa.Array:
    kind = column_types().get(name, pa.string())
    found = pa.array(values, pa.string() if pa.types.is_string(kind) else None, mask=unknown)
    return found.cast(kind)


def _head(kind: str, ids: np.ndarray, start: np.ndarray, width: np.ndarray) -> dict[str, pa.Array]:
    return {
        "act": _column("act", ids),
        "kind": _column("kind", np.full(len(ids), kind)),
        "sure": _column("sure", np.full(len(ids), True)),
        "start_lo": _column("start_lo", start),
        "start_hi": _column("start_hi", start + width),
    }


def _widths(rng: np.random.Generator, n: int) -> np.ndarray:
    """One time in a hundred is known by its day alone."""
    return np.where(rng.random(n) < 0.01, DAY_US - 1, 0)


def _party(rng: np.random.Generator, name: str, n: int) -> pa.Array:
    return _column(name, np.array(PARTIES)[rng.integers(0, len(PARTIES), n)])


def _deployments(rng: np.random.Generator, ids: np.ndarray, start: np.ndarray) -> pa.Table:
    n = len(ids)
    metres = rng.integers(1, 80, n) * 100_000
    return pa.table(
        {
            **_head("deployment", ids, start, _widths(rng, n)),
            "by": _party(rng, "by", n),
            "host": _party(rng, "host", n),
            "basing": _column("basing", rng.choice(["ground", "sea", "air"], n), rng.random(n) < 0.01),
            "range_lo": _column("range_lo", metres, rng.random(n) < 0.01),
            "range_hi": _column("range_hi", metres, np.zeros(n, bool)),
        }
    )


def _exercises(rng: np.random.Generator, ids: np.ndarray, start: np.ndarray) -> pa.Table:
    n = len(ids)
    unknown = rng.random(n) < 0.01
    troops, tanks = rng.integers(10, 300, n) * 100, rng.integers(0, 500, n)
    return pa.table(
        {
            **_head("exercise", ids, start, _widths(rng, n)),
            "host": _party(rng, "host", n),
            "troops_lo": _column("troops_lo", troops, unknown),
            "troops_hi": _column("troops_hi", troops, unknown),
            "tanks_lo": _column("tanks_lo", tanks),
            "tanks_hi": _column("tanks_hi", tanks),
        }
    )


def _messages(
    rng: np.random.Generator, kind: str, ids: np.ndarray, about: np.ndarray, when: np.ndarray, days: np.ndarray
) -> pa.Table:
    n = len(ids)
    of = rng.integers(0, len(about), n)
    at = when[of] + days * DAY_US
    return pa.table(
        {
            **_head(kind, ids, at, np.zeros(n, np.int64)),
            "by": _party(rng, "by", n),
            "about": pa.ListArray.from_arrays(np.arange(n + 1, dtype=np.int32), pa.array(about[of])),
            "received_lo": _column("received_lo", at),
            "received_hi": _column("received_hi", at),
        }
    )


# ---- the norms


def path(variable: str, *names: str) -> Attr:
    """An attribute of a variable."""
    steps = tuple(vocabulary().attributes[n] for n in names)
    return Attr(variable, steps, steps[-1].sort if steps else Sort.ACT)


def metres(value: int) -> Quantity:
    """A length."""
    return Quantity(Fraction(value), "length")


MISSILES = Variant(
    id="missiles", article="1", readings={}, bearer=Bearer(path("d", "by")), owed_to=None, for_each=(), when=(),
    shape=Prohibits(
        ActRange(("deployment",), "d"), "placing",
        (
            Line(Is(path("d", "basing"), Word("ground")), "d.basing is ground"),
            Line(
                Between(path("d", "range"), metres(500_000), metres(5_500_000)),
                "d.range is between 500 km and 5 500 km",
            ),
        ),
    ),
    unless=(
        Exception_(
            "consent", Quantified("some", ActRange(("consent",), "c"), Is(path("c", "about"), path("d"))),
            "some consent c where c.about is d",
        ),
    ),
    start=None, until=None, strength="shall",
)  # fmt: skip

NOTICE = Variant(
    id="notice", article="2", readings={}, bearer=Bearer(path("x", "host")), owed_to=None,
    for_each=(ActRange(("exercise",), "x"),),
    when=(
        Line(
            Or(
                (
                    Compare(path("x", "troops"), ">=", Quantity(Fraction(9000), "persons")),
                    Compare(path("x", "tanks"), ">=", Quantity(Fraction(250), "tanks")),
                )
            ),
            "x.troops is at least 9 000 persons or x.tanks is at least 250 tanks",
        ),
    ),
    shape=Requires(
        ActRange(("notification",), "n"), (Line(And((Is(path("n", "about"), path("x")),)), "n.about is x"),),
        Offset(path("n", "received"), "at least", Quantity(Fraction(42), "calendar", "days", CalendarSpan(days=42)),
               "before", path("x", "start")),
    ),
    unless=(), start=None, until=None, strength="shall",
)  # fmt: skip


class _Nowhere(Places):
    """No norm measured here asks where anything is."""

    def changes(self) -> tuple[date, ...]:
        return ()

    def lots_at(self, lon: float, lat: float, on: date) -> Lots | None:
        return None

    def distance_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        return None

    def border_m(self, lon: float, lat: float, code: str, on: date) -> tuple[float, float] | None:
        return None

    def inside(self, region: Region | Outline, lon: float, lat: float) -> tuple[bool, bool]:
        return False, False

    def dispute(self, lon: float, lat: float, on: date) -> Dispute | None:
        return None


def world() -> World:
    """All forty bound throughout; the record claims to be complete."""
    group = Group("parties", (Listed(frozenset(PARTIES)),))
    agreement = Agreement(
        id="bench", title="Bench", status="in force", binding="treaty", published=None, signed=None, opened=None,
        parties=group, depositary=None, counting=Counting("UTC"), language="en", norms=(), stages=(), parameters={},
        open_parameters={}, tables={}, regions={}, paragraphs=(), file="", digest="",
    )  # fmt: skip
    return World(
        agreement=agreement, on=LAST + 365 * DAY_US - 1, acts={}, by_id={},
        bound={p: (Bound(FIRST, LAST + 4000 * DAY_US),) for p in PARTIES}, signatories={}, contracting={},
        memberships=Memberships(), coverage=Coverage((Claim(),)), places=_Nowhere(), entry=FIRST, entry_for={},
    )  # fmt: skip


# ---- the contestants: each gives counts by norm and outcome


def plans(file: Path, threads: int) -> Counts:
    """Servanda: every finding with its conditions and witness, as Arrow."""
    session = Session(world(), file, threads=threads)
    counts: Counts = Counter()
    for variant in (MISSILES, NOTICE):
        table = session.run(session.plan(variant))
        for row in table.group_by("outcome").aggregate([("outcome", "count")]).to_pylist():
            counts[variant.id, row["outcome"]] += row["outcome_count"]
    session.close()
    return counts


HAND = """
with deployments as (
  select act, "by", start_lo, coalesce(basing = 'ground', false) as bc, coalesce(basing = 'ground', true) as bp,
         coalesce(range_lo >= 500000 and range_hi <= 5500000, false) as rc,
         coalesce(range_hi >= 500000, true) and coalesce(range_lo <= 5500000, true) as rp
  from read_parquet($file) where kind = 'deployment'),
consents as (
  select about[1] as d, any_value(act) as witness from read_parquet($file) where kind = 'consent' group by 1)
select d.act, d."by", d.start_lo,
       case when c.d is not null then 'complied' when bc and rc then 'breached' else 'undetermined' end as outcome,
       c.witness, bc, bp, rc, rp
from deployments d left join consents c on c.d = d.act where bp and rp
"""

HAND_NOTICE = """
with exercises as (
  select act, host, start_lo, start_hi, coalesce(troops_lo >= 9000, false) or tanks_lo >= 250 as ec,
         coalesce(troops_hi >= 9000, true) or tanks_hi >= 250 as ep
  from read_parquet($file) where kind = 'exercise'),
notices as (
  select about[1] as x, min(received_lo) as lo, arg_min(act, received_lo) as witness
  from read_parquet($file) where kind = 'notification' group by 1)
select x.act, x.host, n.witness,
       (start_lo // 86400000000 - 42) * 86400000000 + 86399999999 as due, n.lo - due as late_by,
       case when ec and coalesce(n.lo <= due, false) then 'complied'
            when coalesce(n.lo <= due, false) or not ec then 'undetermined' else 'breached' end as outcome, ec, ep
from exercises x left join notices n on n.x = x.act where ep
"""


def by_hand(file: Path, threads: int) -> Counts:
    """The same two norms as a person would write them for this file alone."""
    con = duckdb.connect()
    con.execute("set preserve_insertion_order = false")
    con.execute(f"set threads = {threads}")
    counts: Counts = Counter()
    for norm, query in (("missiles", HAND), ("notice", HAND_NOTICE)):
        table = con.sql(query, params={"file": str(file)}).to_arrow_table()
        for row in table.group_by("outcome").aggregate([("outcome", "count")]).to_pylist():
            counts[norm, row["outcome"]] += row["outcome_count"]
    con.close()
    return counts


def loop(file: Path, threads: int) -> Counts:
    """Plain Python: rows as dicts, two passes."""
    del threads
    columns = [
        "act",
        "kind",
        "basing",
        "range_lo",
        "range_hi",
        "troops_lo",
        "tanks_lo",
        "about",
        "received_lo",
        "start_lo",
    ]
    rows = pq.read_table(file, columns=columns).to_pylist()
    consented: set[str] = set()
    notices: dict[str, int] = {}
    for row in rows:
        if row["kind"] == "consent":
            consented.add(row["about"][0])
        elif row["kind"] == "notification":
            x = row["about"][0]
            notices[x] = min(notices.get(x, row["received_lo"]), row["received_lo"])
    counts: Counts = Counter()
    for row in rows:
        if row["kind"] == "deployment":
            found = _missile(row, consented)
        elif row["kind"] == "exercise":
            found = _notified(row, notices)
        else:
            continue
        if found is not None:
            counts[found] += 1
    return counts


def _missile(row: dict[str, Any], consented: set[str]) -> tuple[str, str] | None:
    based, low, high = row["basing"], row["range_lo"], row["range_hi"]
    if (
        (based is not None and based != "ground")
        or (high is not None and high < 500_000)
        or (low is not None and low > 5_500_000)
    ):
        return None
    if row["act"] in consented:
        return "missiles", "complied"
    sure = based is not None and low is not None and low >= 500_000 and high <= 5_500_000
    return "missiles", "breached" if sure else "undetermined"


def _notified(row: dict[str, Any], notices: dict[str, int]) -> tuple[str, str] | None:
    troops, tanks = row["troops_lo"], row["tanks_lo"]
    engaged = (troops is not None and troops >= 9000) or tanks >= 250
    if not engaged and troops is not None:
        return None
    due = end_of_day_us(day_of(row["start_lo"] - 42 * DAY_US))
    met = row["act"] in notices and notices[row["act"]] <= due
    if engaged and met:
        return "notice", "complied"
    return "notice", "undetermined" if met or not engaged else "breached"


PROGRAM = """
poss(D) :- deployment(D, B, L, H), bp(B), H >= 500, L <= 5500.
cert(D) :- deployment(D, ground, L, H), L >= 500, H <= 5500.
saved(D) :- poss(D), consent(D).
bp(ground). bp(unknown).
missiles(D, complied) :- saved(D).
missiles(D, breached) :- cert(D), not saved(D).
missiles(D, undetermined) :- poss(D), not cert(D), not saved(D).
ec(X) :- exercise(X, S, LT, HT, K), LT >= 9000.
ec(X) :- exercise(X, S, LT, HT, K), K >= 250.
ep(X) :- exercise(X, S, LT, HT, K), HT >= 9000.
ep(X) :- ec(X).
met(X) :- exercise(X, S, LT, HT, K), notice(X, R), R <= S - 42.
notice(X, complied, 1) :- ec(X), met(X).
notice(X, undetermined, 1) :- ep(X), not ec(X).
notice(X, breached, 1) :- ec(X), not met(X).
#show missiles/2.
#show notice/3.
"""


def answer_set(file: Path, threads: int) -> Counts:
    """clingo: the acts as ground facts (kilometres and days, which its 32-bit integers hold), the norms as rules."""
    control = clingo.Control([f"--parallel-mode={threads}", "--warn=none"])
    control.add("base", [], _facts(file) + PROGRAM)
    control.ground([("base", [])])
    counts: Counts = Counter()

    def seen(model: clingo.Model) -> None:
        for symbol in model.symbols(shown=True):
            counts[symbol.name, str(symbol.arguments[1])] += 1

    control.solve(on_model=seen)
    return counts


def _facts(file: Path) -> str:
    columns = [
        "act",
        "kind",
        "basing",
        "range_lo",
        "range_hi",
        "troops_lo",
        "tanks_lo",
        "about",
        "received_lo",
        "start_lo",
    ]
    lines = []
    for row in pq.read_table(file, columns=columns).to_pylist():
        number = int(row["act"][1:])
        match row["kind"]:
            case "deployment":
                low = 0 if row["range_lo"] is None else row["range_lo"] // 1000
                high = 1_000_000 if row["range_hi"] is None else row["range_hi"] // 1000
                lines.append(f"deployment({number},{row['basing'] or 'unknown'},{low},{high}).")
            case "consent":
                lines.append(f"consent({int(row['about'][0][1:])}).")
            case "exercise":
                low, high = (0, 10**6) if row["troops_lo"] is None else (row["troops_lo"], row["troops_lo"])
                lines.append(f"exercise({number},{row['start_lo'] // DAY_US},{low},{high},{row['tanks_lo']}).")
            case _:
                lines.append(f"notice({int(row['about'][0][1:])},{row['received_lo'] // DAY_US}).")
    return "\n".join(lines)


# ---- measuring


Contestant = Callable[[Path, int], Counts]
CONTESTANTS: dict[str, Contestant] = {"plans": plans, "by hand": by_hand, "loop": loop, "clingo": answer_set}


def timed(contestant: str, file: Path, threads: int) -> tuple[float, Counts]:
    """Seconds of one run, the file read anew."""
    gc.collect()
    start = time.perf_counter()
    counts = CONTESTANTS[contestant](file, threads)
    return time.perf_counter() - start, counts


def _peak(contestant: str, file: str, threads: int, queue: multiprocessing.Queue[tuple[int, int]]) -> None:
    before = _resident()
    CONTESTANTS[contestant](Path(file), threads)
    queue.put((before, _resident()))


def _resident() -> int:
    """The most that was ever resident in this process, kilobytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


def peak_memory(contestant: str, file: Path, threads: int) -> tuple[int, int]:
    """Megabytes resident before the run and at its peak, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_peak, args=(contestant, str(file), threads, queue))
    process.start()
    before, after = queue.get()
    process.join()
    return before // 1024, after // 1024


def main() -> None:
    """Alternating runs in one process; medians; equal counts or no figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=1_000_000)
    parser.add_argument("--clingo-acts", type=int, default=100_000, help="clingo's share, its time scaled up to --acts")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, small = Path(folder, "acts.parquet"), Path(folder, "small.parquet")
        record(options.acts, file)
        record(options.clingo_acts, small)
        files = {name: small if name == "clingo" else file for name in CONTESTANTS}
        times: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
        for run in range(options.runs):
            reference: Counts | None = None
            for name, own in files.items():
                seconds, counts = timed(name, own, options.threads)
                times[name].append(seconds)
                if name != "clingo":
                    reference = reference or counts
                    assert counts == reference, (name, counts, reference)
            if run == 0:
                assert plans(small, options.threads) == answer_set(small, options.threads), "clingo counts otherwise"
        memory = {name: peak_memory(name, own, options.threads) for name, own in files.items()}
        _report(options, times, memory, plans(file, options.threads), file.stat().st_size)


def _report(
    options: argparse.Namespace,
    times: dict[str, list[float]],
    memory: dict[str, tuple[int, int]],
    counts: Counts,
    size: int,
) -> None:
    median = {name: statistics.median(found) for name, found in times.items()}
    scaled = median | {"clingo": median["clingo"] * options.acts / options.clingo_acts}
    print(f"servanda {servanda.__version__}, duckdb {duckdb.__version__}, sqlglot {version('sqlglot')}, "
          f"clingo {clingo.__version__}, python {platform.python_version()}, {os.cpu_count()} cores")  # fmt: skip
    print(f"{options.acts} acts, {size / 1e6:.1f} MB, {options.threads} thread(s), {options.runs} alternating runs")
    for name in CONTESTANTS:
        acts = options.clingo_acts if name == "clingo" else options.acts
        print(f"{name:8} median {median[name]:7.3f} s for {acts:>9} acts, {acts / median[name] / 1e6:6.2f} M acts/s, "
              f"least {min(times[name]):.3f}, greatest {max(times[name]):.3f}, "
              f"{scaled[name] / scaled['plans']:6.2f} x plans, "
              f"peak {memory[name][1]} MB (before {memory[name][0]})")  # fmt: skip
    print(json.dumps({f"{norm}: {outcome}": n for (norm, outcome), n in sorted(counts.items())}))


if __name__ == "__main__":
    main()
