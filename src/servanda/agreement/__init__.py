"""Agreement files: literate Markdown to the `Agreement` that every engine sees, and back to canonical text.

source.py markdown.py yaml.py   the file, its blocks, their keys, each with its place
grammar.lark parser.py build.py expected.py   the text of an expression to its tree (`syntax/`)
printer.py layout.py            trees and whole files to canonical text
keys.py schema.py skeleton.py   what may stand in a block; a file to begin with
resolve/                        names to what they stand for
choose.py                       readings chosen, open parameters set
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from servanda.agreement.choose import choose, set_parameters
from servanda.agreement.layout import format_text
from servanda.agreement.resolve.assemble import assemble, resolved
from servanda.agreement.schema import schema
from servanda.agreement.skeleton import new_text
from servanda.agreement.source import open_source
from servanda.errors import Diagnostic, InputError
from servanda.norms.norm import Agreement
from servanda.spatial.files.geometry import shape_of

__all__ = ["choose", "format_text", "lint", "new_text", "read", "schema", "set_parameters"]


def read(path: str | Path, readings: Mapping[str, str] | None = None) -> Agreement:
    """The agreement in a file. Raises InputError with every error found in it.

    `readings` chooses between meanings, as in `choose`.
    """
    return resolved(open_source(path), readings)


def lint(path: str | Path) -> tuple[Diagnostic, ...]:
    """Every error, warning and note about a file, in the order of their places, and about the outlines it brings."""
    try:
        result = assemble(open_source(path))
    except InputError as error:
        return error.diagnostics
    drawn = result.agreement.regions.values() if result.agreement is not None else ()
    return (*result.diagnostics, *(d for file in dict.fromkeys(map(str, drawn)) for d in _badly_drawn(file)))


def _badly_drawn(file: str) -> tuple[Diagnostic, ...]:
    try:
        shape_of(Path(file))
    except InputError as error:
        return error.diagnostics
    return ()
