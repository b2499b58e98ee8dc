"""How a map looks: a colour and a shape for every class, and the style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from servanda.errors import printable


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

# Zones: told apart by colour, and in black and white by the strokes of their lines.
ZONES = (
    ("#b5482f", ""),
    ("#22628f", "9 4"),
    ("#5d6b12", "2.5 2.5"),
    ("#6d3f94", "10 3 2 3"),
)
# Territories: pale, so that marks stand out; neighbours differ, and no colour means anything.
TINTS = ("#f4ead2", "#e6edd6", "#f3e0db", "#e4e4f0", "#efe7e2", "#dfece7")

MARK_PX = 5.5
_SANS = "Roboto, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'DejaVu Sans', sans-serif"


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
        case "swatch":
            return f'<rect x="{x - 8:.1f}" y="{y - 6:.1f}" width="16" height="12"/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.95:.1f}"/>'


_LAND = "#faf8f2"
_RULES = {
    "text": f"font-family:{_SANS}",
    ".title": "font-size:26px;font-weight:700;fill:#14181d",
    ".sea": "fill:#e3ecf1",
    ".edge": "fill:none;stroke:#9aa5ad;stroke-width:1",
    ".grid": "fill:none;stroke:#cfdce3;stroke-width:.7",
    ".land": f"fill:{_LAND};stroke:{_LAND};stroke-width:.6;stroke-linejoin:round",
    **{f".tint-{n}": f"fill:{tint};stroke:{tint}" for n, tint in enumerate(TINTS)},
    ".of": "fill:#e9cf96;stroke:#e9cf96;stroke-width:.6",
    ".coast": "fill:none;stroke:#8f9ba3;stroke-width:.7;stroke-linejoin:round",
    ".border": "fill:none;stroke:#8a7f6b;stroke-width:.9;stroke-linejoin:round",
    ".contested": "fill:none;stroke:#8a4b1f;stroke-width:1.1;stroke-dasharray:4 2.5;stroke-linejoin:round",
    ".rim": "fill:none;stroke-width:1.4;stroke-opacity:.85;stroke-dasharray:7 4",
    ".mark": "stroke-width:1.3;paint-order:stroke",
    ".label": "font-size:14px;font-weight:700;fill:#14181d;stroke:#fff;stroke-width:3.2;stroke-linejoin:round;"
    "paint-order:stroke",
    ".leader": "stroke:#4b545e;stroke-width:.8;fill:none",
    ".state": "fill:#6f6757;stroke:#fff;stroke-opacity:.7;stroke-width:2.4;stroke-linejoin:round;paint-order:stroke",
    ".area": "font-style:italic;fill:#6d3a14;stroke:#fff;stroke-opacity:.8;stroke-width:2.6;stroke-linejoin:round;"
    "paint-order:stroke",
    ".water": "font-style:italic;fill:#5f8298",
    ".bar": "fill:none;stroke:#4b545e;stroke-width:1.3",
    ".north": "fill:#4b545e",
    ".scale": "font-size:12px;fill:#4b545e;stroke:#fff;stroke-opacity:.8;stroke-width:2.4;paint-order:stroke",
    ".key": "font-size:14px;fill:#222a33",
    ".note": "font-size:12.5px;fill:#59636e",
}


_SWATCHES = frozenset({"of", "disputed", "contested", "reach"})
_REACH = "fill:#2b3440;fill-opacity:.08;stroke:#2b3440;stroke-width:1.2;stroke-dasharray:4 2"


def style_sheet(key: str, classes: Iterable[str]) -> str:
    """The rules for the sheet `map-KEY` alone, so that a page that holds it keeps its own look."""
    hatched = f"fill:url(#hatch-{key});stroke:#8a4b1f;stroke-width:.6;stroke-dasharray:4 2.5"
    rules = {**_RULES, ".disputed": f"fill:url(#hatch-{key})", ".swatch.disputed": hatched, ".swatch.reach": _REACH}
    for css in sorted({slug(c) for c in classes} - _SWATCHES):
        rules |= _rules_of_zone(css) if css.startswith("zone-") else _rules_of(css)
    return "<style>" + "".join(f"#map-{key} {selector}{{{body}}}" for selector, body in rules.items()) + "</style>"


def _rules_of(css: str) -> dict[str, str]:
    colour = style(css).colour
    return {
        f".mark.{css}": f"fill:{colour};stroke:#fff",
        f".mark.{css} .hollow": f"fill:#fff;stroke:{colour};stroke-width:2.6;paint-order:normal",
        f".reach.{css}": f"fill:{colour}",
        f".rim.{css}": f"stroke:{colour}",
    }


def _rules_of_zone(css: str) -> dict[str, str]:
    colour, strokes = zone_stroke(css)
    line = f"stroke:{colour};stroke-dasharray:{strokes or 'none'}"
    return {
        f".area-of.{css}": f"fill:{colour};fill-opacity:.16",
        f".line-of.{css}": f"fill:none;stroke-width:1.6;{line}",
        f".swatch.{css}": f"fill:{colour};fill-opacity:.16;stroke-width:1.6;{line}",
    }


def zone_stroke(css: str) -> tuple[str, str]:
    """The colour of a zone and the dashes of its line, empty where it is whole: zones take them in turn."""
    number = css.removeprefix("zone-")
    return ZONES[(int(number) - 1) % len(ZONES) if number.isdigit() else 0]


def style(css_class: str) -> Style:
    """The style of a class; a plain one for a class that nobody gave any."""
    if css_class in _SWATCHES or css_class.startswith("zone-"):
        return Style(PLAIN.colour, "swatch")
    return STYLES.get(slug(css_class), PLAIN)


def svg_text(text: str) -> str:
    """Text as it stands in SVG."""
    return escape(printable(text), quote=True)


def slug(css_class: str) -> str:
    """The class as a word that a style sheet takes: "depends on account" is depends-on-account."""
    return re.sub(r"[^a-z0-9]+", "-", css_class.casefold()).strip("-") or "plain"
