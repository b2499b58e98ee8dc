"""Every sentence that Servanda says, in English and Vietnamese, side by side.

Each file `*.toml` in this folder holds the sentences of one area; a leaf is a table with the keys `en` and
`vi`, filled by `str.format` with named values:

    [unknown-party.message]
    en = 'unknown party "{name}"'
    vi = 'không có bên nào tên là "{name}"'

Keys are unique over all files (tested), no message lacks a translation (tested), and both languages use
the same placeholders (tested).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal

Lang = Literal["en", "vi"]
LANGS: tuple[Lang, ...] = ("en", "vi")


def say(key: str, /, lang: Lang = "en", **args: object) -> str:
    """The sentence `key` in `lang`; the empty string for a `hint` that nobody wrote."""
    entry = catalogue().get(key)
    if entry is None:
        if key.endswith(".hint"):
            return ""
        raise KeyError(f"no message {key!r}")
    return entry[lang].format(**args)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All sentences: dotted key to language to template."""
    entries: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            _collect(tomllib.loads(file.read_text(encoding="utf-8")), "", entries)
    return entries


def _collect(table: dict[str, Any], prefix: str, entries: dict[str, dict[str, str]]) -> None:
    for key, value in table.items():
        path = f"{prefix}.{key}" if prefix else key
        if set(value) <= set(LANGS) and all(isinstance(v, str) for v in value.values()):
            if path in entries:
                raise ValueError(f"message {path!r} is written twice")
            entries[path] = value
        else:
            _collect(value, path, entries)
