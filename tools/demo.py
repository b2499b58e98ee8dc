"""The demo: both drafts of December 2021 held against the public record, as if in force from two days.

Runs the command as a reader would, and prints what it answers in plain words, a few lines a paragraph. Servanda ends
with 1 when something is breached and with 3 when something is open. Both are answers, and the demo ends with 0; it ends
otherwise only when the input is wrong or Servanda fails.

    python tools/demo.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from servanda.vocabulary.party import parties

DRAFTS = ("library/2021-nato-russia/agreement.md", "library/2021-us-russia/agreement.md")
RECORD = "library/2021-security-record"
# The drafts give no ranges. These are those of the INF Treaty of 1987, article II(5) and (6), both ends included.
RANGES = ("--set", "Least Range=500 km", "--set", "Greatest Range=5500 km")
OUT = Path("out")
ANSWERS = (0, 1, 3)
MARKS = {
    "breached": "✗",
    "overdue": "!",
    "depends on account": "±",
    "awaits judgement": "§",
    "undetermined": "?",
    "pending": "…",
    "complied": "✓",
    "not engaged": "–",
}
TABLES = (
    ("2021-12-17", "As if in force from 17 December 2021, the day on which the drafts were published"),
    ("1997-05-27", "As if in force from 27 May 1997, the day that article 4 of the draft with NATO names"),
)

Verdict = dict[str, Any]


def started(*words: str) -> subprocess.Popen[bytes]:
    """`servanda WORDS`, running."""
    return subprocess.Popen([sys.executable, "-m", "servanda.cli", *words])


def checked(day: str, output: Path, form: str) -> subprocess.Popen[bytes]:
    """`servanda check` of both drafts as if in force from the day, writing to a file."""
    where = ("--record", RECORD, "--as-if-in-force", day, *RANGES)
    return started("check", *DRAFTS, *where, "--format", form, "--output", str(output), "--lang", "en")


def ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for it; stop the demo where it gave no answer."""
    if (status := process.wait()) not in ANSWERS:
        raise SystemExit(status if status > 0 else 70)


# ---- in plain words


def digest(path: Path) -> Iterable[str]:
    """The lines of a table: every draft, every paragraph, every outcome, who, and why."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        if "header" in row:
            following = rows[number + 1 :]
            length = next((i for i, r in enumerate(following) if "header" in r), len(following))
            yield from _draft(row["header"], following[:length])


def _draft(header: dict[str, Any], verdicts: list[Verdict]) -> Iterable[str]:
    yield header["title"]
    yield f"  asked about {header['on']}; left open by the text: {', '.join(header['open_parameters']) or 'nothing'}"
    for paragraph, found in groupby(verdicts, key=lambda v: v["paragraph"]):
        yield from _paragraph(paragraph, list(found))
    told = Counter(v["outcome"] for v in verdicts)
    yield "  In all: " + ", ".join(f"{MARKS[o]} {o}: {told[o]}" for o in MARKS if told[o])
    yield ""


def _paragraph(paragraph: str, verdicts: list[Verdict]) -> Iterable[str]:
    label = f"Article {paragraph}" if paragraph else "Clauses"
    for outcome, mark in MARKS.items():
        same = [v for v in verdicts if v["outcome"] == outcome]
        if same:
            said = outcome if outcome != "depends on account" else f"depends on {_over(same)}"
            head = f"  {label:<15}{mark} {said:<29}"
            text = f"{_who(same)}: {_why(same)}"
            yield from textwrap.wrap(text, 116, initial_indent=head, subsequent_indent=" " * 48)
            label = ""


def _over(verdicts: list[Verdict]) -> str:
    over = sorted({part for v in verdicts for part in re.split(r"[;,] *", v["over"] or "account")})
    return " or ".join(over)


def _who(verdicts: list[Verdict]) -> str:
    names = sorted({parties().name(v["bearer"]) if v["bearer"] else "the Parties jointly" for v in verdicts})
    return ", ".join(names) if len(names) <= 4 else f"{len(names)} Parties"


def _why(verdicts: list[Verdict]) -> str:
    """The commonest reason, and how many verdicts there are for others."""
    reasons = Counter(v["reason"] for v in verdicts)
    reason, count = min(reasons.items(), key=lambda item: (-item[1], item[0]))
    others = len(verdicts) - count
    return f"{reason[:1].lower()}{reason[1:]}" + (f" And {others} more for other reasons." if others else "")


def main() -> None:
    """Run everything, two processes at a time, and print."""
    OUT.mkdir(exist_ok=True)
    print("Neither draft was ever signed: each check supposes that both had entered into force on the day named.")
    print("A verdict compares a record with a text. It is no finding that any State is responsible for anything.")
    print("Checking; this takes a minute or two …", flush=True)
    page = checked(TABLES[0][0], OUT / "demo.html", "html")
    for number, (day, title) in enumerate(TABLES, start=1):
        path = OUT / f"demo-{day}.jsonl"
        ended(checked(day, path, "jsonl"))
        print(f"\n=== {number}. {title}\n")
        print("\n".join(digest(path)), flush=True)
    drawn = subprocess.Popen([sys.executable, "tools/picture.py", "article-5", str(OUT / "article-5.svg")])
    ended(page)
    ended(drawn)
    print("The verdicts of the first table, each with its reasons and sources:  out/demo.html")
    print("Article 5 of the draft with NATO on a map:                           out/article-5.svg")


if __name__ == "__main__":
    main()
