"""How a map looks: a colour and a shape for every class, and the style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """Colour and shape of a class."""

    colour: str
    shape: str


# Told apart by shape as well as by colour; the colours hold for the colour-blind (after Okabe and Ito, darkened).
STYLES = {
    "breached": Style("#b3261e", "diamond"),
    "overdue": Style("#c2570c", "diamond"),
    "pending": Style("#b07d00", "triangle"),
    "undetermined": Style("#6b6f76", "ring"),
    "depends-on-account": Style("#7b3f99", "square"),
    "awaits-judgement": Style("#1f5fa8", "square"),
    "complied": Style("#1b7f5c", "disc"),
    "not-engaged": Style("#8d959c", "disc"),
}
PLAIN = Style("#2b3440", "disc")

MARK_PX = 5.5
_SANS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'DejaVu Sans', sans-serif"


def symbol(shape: str, x: float, y: float, r: float = MARK_PX) -> str:
    """A mark of that shape around a point, as SVG."""
    match shape:
        case "diamond":
            r *= 1.25
            return f'<path d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f} {-r:.1f} {r:.1f} {-r:.1f} {-r:.1f}Z"/>'
        case "triangle":
            return f'<path d="M{x:.1f} {y - r * 1.2:.1f}l{r * 1.15:.1f} {r * 2:.1f} {-r * 2.3:.1f} 0Z"/>'
        case "square":
            s = r * 0.9
            return f'<rect x="{x - s:.1f}" y="{y - s:.1f}" width="{2 * s:.1f}" height="{2 * s:.1f}"/>'
        case "ring":
            return f'<circle class="hollow" cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.85:.1f}"/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.95:.1f}"/>'


_RULES = {
    "text": f"font-family:{_SANS}",
    ".title": "font-size:26px;font-weight:700;fill:#14181d",
    ".sea": "fill:#e3ecf1",
    ".edge": "fill:none;stroke:#9aa5ad;stroke-width:1",
    ".grid": "fill:none;stroke:#cfdce3;stroke-width:.7",
    ".land": "fill:#faf8f2;stroke:#a9a294;stroke-width:.7;stroke-linejoin:round",
    ".disputed": "stroke:#8f8672;stroke-width:.9;stroke-dasharray:4 2.5",
    ".reach": "fill-opacity:.07",
    ".rim": "fill:none;stroke-width:1.4;stroke-opacity:.85;stroke-dasharray:7 4",
    ".mark": "stroke-width:1.3;paint-order:stroke",
    ".label": "font-size:14px;font-weight:600;fill:#14181d;stroke:#fff;stroke-width:3.2;stroke-linejoin:round;"
    "paint-order:stroke",
    ".leader": "stroke:#4b545e;stroke-width:.8;fill:none",
    ".state": "font-size:13px;fill:#857d6d;letter-spacing:.4px",
    ".area": "font-size:11px;font-style:italic;fill:#6f6752;stroke:#efe9dc;stroke-width:2.5;paint-order:stroke",
    ".water": "font-size:12px;font-style:italic;fill:#7f9bab",
    ".bar": "fill:none;stroke:#4b545e;stroke-width:1.3",
    ".scale": "font-size:12px;fill:#4b545e",
    ".key": "font-size:14px;fill:#222a33",
    ".note": "font-size:12.5px;fill:#59636e",
}


def style_sheet(key: str, classes: Iterable[str]) -> str:
    """The rules for the sheet `map-KEY` alone, so that a page that holds it keeps its own look."""
    rules = {**_RULES, ".disputed": f"fill:url(#hatch-{key});{_RULES['.disputed']}"}
    for css in sorted({slug(c) for c in classes}):
        colour = style(css).colour
        rules[f".mark.{css}"] = f"fill:{colour};stroke:#fff"
        rules[f".mark.{css} .hollow"] = f"fill:#fff;stroke:{colour};stroke-width:2.4"
        rules[f".reach.{css}"] = f"fill:{colour}"
        rules[f".rim.{css}"] = f"stroke:{colour}"
    return "<style>" + "".join(f"#map-{key} {selector}{{{body}}}" for selector, body in rules.items()) + "</style>"


def style(css_class: str) -> Style:
    """The style of a class; a plain one for a class that nobody gave any."""
    return STYLES.get(slug(css_class), PLAIN)


def slug(css_class: str) -> str:
    """The class as a word that a style sheet takes: "depends on account" is depends-on-account."""
    return re.sub(r"[^a-z0-9]+", "-", css_class.casefold()).strip("-") or "plain"
