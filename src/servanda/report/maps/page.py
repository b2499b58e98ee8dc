"""A map as one page that needs nothing else: library, styles, script and data inside, no request to anywhere.

The map on paper stands in the page too. It is what is seen without JavaScript or WebGL, and what is printed. Strings of
files and records are data: they enter the page as JSON and become text, never markup.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib import resources

from servanda.errors import printable
from servanda.messages import Lang, say
from servanda.report.maps.data import data
from servanda.report.maps.drawing import Drawing, legend, notes, svg
from servanda.spatial.paper.marks import slug, style, symbol, zone_stroke
from servanda.spatial.paper.window import Around

_TAKEN = ("Map", "Popup", "NavigationControl", "ScaleControl", "setWorkerUrl")
_SAID = (
    "globe", "flat", "names", "acts", "reach", "zones", "borders", "contested", "open", "tints", "sources", "close",
)  # fmt: skip
_LAYERS = ("names", "acts", "reach", "zones", "borders", "contested", "open", "tints")


def page(drawing: Drawing, around: Around | None, lang: Lang) -> str:
    """The whole page. `around`: what is seen at first; None, the whole world."""
    scripts = (_library(), _asset("map.js"))
    title = escape(printable(drawing.title))
    paper = svg(drawing, lang)
    inside = _json({**data(drawing, around, lang), "said": {key: say(f"map.page.{key}", lang) for key in _SAID}})
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>{_library_styles()}</style>\n<style>{_asset('map.css')}</style>\n</head>",
            f"<body>\n<header><h1>{title}</h1></header>",
            f'<main><div id="map" role="application" aria-label="{_said("map", lang)}"></div>',
            f'<p id="unable" role="status" hidden>{_said("unable", lang)}</p>',
            f'<div id="paper">{paper}</div>',
            f"{_panel(drawing, lang)}</main>",
            f'<script type="application/json" id="data">{inside}</script>',
            f'<script type="text/plain" id="worker">{_web("maplibre-gl-worker.mjs")}</script>',
            *(f'<script type="module">{script}</script>' for script in scripts),
            "</body>\n</html>\n",
        ]
    )


def _policy(scripts: tuple[str, ...]) -> str:
    """Nothing is fetched, and no script runs but these; the library reads its own worker from memory."""
    digests = " ".join(f"'sha256-{b64encode(sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {digests}; img-src data: blob:; "
        "worker-src data: blob:; connect-src data: blob:"
    )


def _library() -> str:
    """The library with what the page takes from it made known to the other script."""
    text = _web("maplibre-gl.mjs")
    found = re.search(r"export\{([^{}]*)\};?\s*$", text)
    assert found, "the library ends with its exports"
    pairs = (part.partition(" as ") for part in found[1].split(","))
    names = {name: local for local, _, name in pairs}
    taken = ",".join(f"{name}:{names[name]}" for name in _TAKEN)
    return f"{text[: found.start()]}globalThis.maplibregl={{{taken}}};\n"


def _library_styles() -> str:
    return _web("maplibre-gl.css")


def _web(name: str) -> str:
    text = (resources.files("servanda.data") / "web" / name).read_text(encoding="utf-8")
    assert "</script" not in text and "<!--" not in text, "a library inside a page may not end its script"
    return text


def _asset(name: str) -> str:
    return (resources.files("servanda.report.maps") / name).read_text(encoding="utf-8")


def _json(value: object) -> str:
    """JSON in which nothing can end a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _said(key: str, lang: Lang) -> str:
    return escape(say(f"map.page.{key}", lang))


# ---- beside the map


def _panel(drawing: Drawing, lang: Lang) -> str:
    """What can be chosen, what the signs mean, what the map rests on."""
    languages = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == drawing.labels else ""}>{name}</option>'
        for code, name in (("en", "English"), ("vi", "Tiếng Việt"), ("ru", "Русский"))
    )
    there = _there(drawing)
    layers = "".join(
        f'<li><label><input type="checkbox" data-layer="{key}" checked> {_said(key, lang)}</label></li>'
        for key in _LAYERS
        if key in there
    )
    keys = "".join(f"<li>{_sign(css)} {escape(printable(words))}</li>" for css, words in _keys(drawing, lang))
    told = "".join(f"<p>{escape(printable(note))}</p>" for note in [*notes(drawing, lang), say("map.credits", lang)])
    return (
        f'<aside><div class="choices"><label>{_said("language", lang)} '
        f'<select id="language">{languages}</select></label>'
        f'<button type="button" id="projection" aria-pressed="true">{_said("flat", lang)}</button>'
        f'<ul class="layers">{layers}</ul></div><ul class="legend">{keys}</ul><div class="notes">{told}</div></aside>'
    )


def _there(drawing: Drawing) -> set[str]:
    found = {"names", "borders", "contested", "open"}
    found |= {"acts"} if drawing.acts.acts else set()
    found |= {"reach"} if drawing.acts.circles else set()
    found |= {"zones"} if drawing.zones else set()
    return found | (set() if drawing.of else {"tints"})


def _keys(drawing: Drawing, lang: Lang) -> list[tuple[str, str]]:
    return [
        *legend(drawing, lang),
        ("disputed", say("map.disputed", lang)),
        ("contested", say("map.contested", lang)),
    ]


def _sign(css: str) -> str:
    look = style(css)
    colour, dashes = look.colour, ""
    if css.startswith("zone-"):
        colour, strokes = zone_stroke(css)
        dashes = f' stroke-dasharray="{strokes}"' if strokes else ""
    drawn = symbol(look.shape, 10, 8)
    return (
        f'<svg class="sign {slug(css)}" width="20" height="16" aria-hidden="true" fill="{colour}" stroke="{colour}"'
        f"{dashes}>{drawn}</svg>"
    )
