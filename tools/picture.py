"""Pictures for the README and the demo.

python tools/picture.py verdict             docs/images/verdict.svg, from the tutorial's own files
python tools/picture.py article-5 OUT.svg   what article 5 of the draft with NATO makes of the record, on a map
"""

from __future__ import annotations

import runpy
import sys
import tempfile
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

from servanda.agreement import read, set_parameters
from servanda.check import Question, check
from servanda.record.load import load
from servanda.report import picture

ROOT = Path(__file__).parents[1]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-agreement.md"
VERDICT = ROOT / "docs" / "images" / "verdict.svg"
COMMAND = "servanda explain agreement.md --record record.yaml --as-if-in-force 2024-01-01 --norm art1 --act fjord"
# The draft gives no ranges; these are those of the INF Treaty of 1987, article II(5) and (6).
RANGES = {"Least Range": "500 km", "Greatest Range": "5500 km"}

_LINE, _LEFT, _TOP, _WIDTH = 19, 26, 64, 900
_COLOURS = {"✓": "#1b6b3a", "✗": "#9b1c1c", "±": "#7a4d00", "?": "#7a4d00", "–": "#555555"}


def verdict() -> str:
    """The explanation of one verdict of the tutorial, as a picture of what the command prints."""
    pages = runpy.run_path(str(ROOT / "tests" / "pages.py"))
    with tempfile.TemporaryDirectory() as folder:
        for block in pages["blocks"](TUTORIAL.read_text(encoding="utf-8")):
            if block.file in ("agreement.md", "record.yaml"):
                Path(folder, block.file).write_text(block.text, encoding="utf-8")
        out, err = pages["Shell"](Path(folder)).run(COMMAND)
    if err:
        raise SystemExit(err)
    shown = out.partition("\nWhat would change it")[0].rstrip().splitlines()
    return _drawn([*shown, "", *out.rstrip().splitlines()[-1:]])


def _drawn(lines: list[str]) -> str:
    height = _TOP + _LINE * len(lines) + 14
    described = escape(" ".join(line.strip() for line in lines[:3]))
    body = [
        f'<text x="{_LEFT + 8 * (len(line) - len(line.lstrip()))}" y="{_TOP + _LINE * number}"'
        f"{_look(line, first=number < 2 or not lines[number - 1].strip())}>{escape(line.strip())}</text>"
        for number, line in enumerate(lines)
        if line.strip()
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
            f' aria-label="{described}" font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"'
            ' font-size="13.5">',
            f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="8" fill="#fff" stroke="#bbb"/>',
            f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="30" rx="8" fill="#eef1f4" stroke="#bbb"/>',
            f'<text x="{_LEFT}" y="20" fill="#444">$ servanda explain agreement.md --norm art1 --act fjord …</text>',
            *body,
            "</svg>",
            "",
        ]
    )


def _look(line: str, first: bool) -> str:
    colour = _COLOURS.get(line.strip()[0], "#222")
    # A title stands first in its paragraph and at the margin; the last sentence does too, and is longer.
    bold = ' font-weight="700"' if first and not line.startswith(" ") and len(line) < 40 else ""
    return f' fill="{colour}"{bold}'


def article_5() -> str:
    """The acts that article 5 speaks of, as if the draft had entered into force in 1997."""
    agreement = set_parameters(read(ROOT / "library" / "2021-nato-russia" / "agreement.md"), RANGES)
    norms = tuple(n for n in agreement.norms if n.article == "5")
    agreement = replace(agreement, norms=norms, title=f"Article 5: {agreement.title}")
    record = load([ROOT / "library" / "2021-security-record"])
    answer = check(agreement, record, Question(as_if_in_force=date(1997, 5, 27), parameters=RANGES))
    return picture.draw(answer, record, "en")


def main(words: list[str]) -> None:
    """Draw what is asked for."""
    match words:
        case ["verdict"] | []:
            VERDICT.write_text(verdict(), encoding="utf-8")
        case ["article-5", out]:
            Path(out).write_text(article_5(), encoding="utf-8")
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
