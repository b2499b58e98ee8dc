"""The demo: both drafts of December 2021 held against the public record, as if in force from two days.

Runs the command as a reader would. Servanda ends with 1 when something is breached and with 3 when something is open.
Both are answers, and the demo ends with 0; it ends otherwise only when the input is wrong or Servanda fails.

    python tools/demo.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DRAFTS = ("library/2021-nato-russia/agreement.md", "library/2021-us-russia/agreement.md")
RECORD = "library/2021-security-record"
# The drafts give no ranges. These are those of the INF Treaty of 1987, article II(5) and (6), both ends included.
RANGES = ("--set", "Least Range=500 km", "--set", "Greatest Range=5500 km")
PUBLISHED, REFERENCE = "2021-12-17", "1997-05-27"
OUT = Path("out")
PAGE, EARLIER, MAP = OUT / "demo.html", OUT / "demo-1997.txt", OUT / "article-5.svg"
ANSWERS = (0, 1, 3)


def started(*words: str) -> subprocess.Popen[bytes]:
    """A Python program, running."""
    return subprocess.Popen([sys.executable, *words])


def checked(day: str, *more: str) -> subprocess.Popen[bytes]:
    """`servanda check` of both drafts as if in force from the day."""
    where = ("--record", RECORD, "--as-if-in-force", day, *RANGES, "--lang", "en")
    return started("-m", "servanda", "check", *DRAFTS, *where, *more)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for it; stop the demo where it gave no answer."""
    if (status := process.wait()) not in ANSWERS:
        raise SystemExit(status if status > 0 else 70)


def main() -> None:
    """Run everything, two processes at a time, and print."""
    OUT.mkdir(exist_ok=True)
    print("Neither draft was ever signed: each check supposes that both had entered into force on the day named.")
    print("Checking; this takes a minute or two …\n", flush=True)
    page = checked(PUBLISHED, "--format", "html", "--map", str(OUT / "demo.svg"), "--output", str(PAGE))
    print("=== As if in force from 17 December 2021, the day on which the drafts were published\n", flush=True)
    ended(checked(PUBLISHED))
    earlier = checked(REFERENCE, "--output", str(EARLIER))
    ended(page)
    drawn = started("tools/picture.py", "article-5", str(MAP))
    ended(earlier)
    print("\n=== As if in force from 27 May 1997, the day that article 4 of the draft with NATO names\n")
    print(EARLIER.read_text(encoding="utf-8"))
    ended(drawn)
    print(f"\nThe first table, each verdict with its reasons and sources:          {PAGE}")
    print(f"Article 5 of the draft with NATO on a map, as if in force from 1997: {MAP}")


if __name__ == "__main__":
    main()
