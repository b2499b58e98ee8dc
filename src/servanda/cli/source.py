"""`servanda source add`: a report enters the record."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from servanda.cli.output import standard_output
from servanda.cli.parsing import Arguments
from servanda.cli.wrong import Wrong
from servanda.errors import Diagnostic, InputError, printable
from servanda.messages import Lang, say
from servanda.record.source import add_source


def add(arguments: Arguments, lang: Lang) -> int:
    """Write the skeleton of a record beside each report. A file that exists is never overwritten."""
    output = arguments.one("output")
    if output is not None and len(arguments.operands) > 1:
        args = {"operand": "FILE", "command": "source add --output", "extra": " ".join(arguments.operands[1:])}
        raise InputError([Diagnostic("too-many-operands", args)])
    wrong = Wrong()
    with standard_output() as out:
        for report in arguments.operands:
            written = wrong.catch(partial(add_source, Path(report), None if output is None else Path(output)))
            if written is not None:
                out.write(say("cli.source-written", lang, path=printable(str(written))) + "\n")
    wrong.raise_if_any()
    return 0
