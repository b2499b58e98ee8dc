"""`servanda lint`, `fmt` and `new`: the agreement files themselves."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from servanda import agreement as texts
from servanda.agreement.source import bytes_of, from_bytes
from servanda.cli.output import standard_data, standard_error, standard_output, write_new, write_text
from servanda.cli.parsing import Arguments
from servanda.cli.wrong import Wrong
from servanda.errors import Diagnostic, InputError, printable, render
from servanda.messages import Lang, say

CHANGED = 1


def lint(arguments: Arguments, lang: Lang) -> int:
    """Print everything that is to be said of the files; 2 when any of it is an error."""
    found = [d for path in arguments.operands for d in texts.lint(Path(path))]
    found.sort(key=lambda d: d.place)
    with standard_output() as out:
        for diagnostic in found:
            out.write(render(diagnostic, lang) + "\n")
    return 2 if any(d.severity == "error" for d in found) else 0


def fmt(arguments: Arguments, lang: Lang) -> int:
    """Print the canonical form; with `--write` put it in place, with `--check` only say which files differ."""
    if arguments.given("check") and arguments.given("write"):
        raise InputError([Diagnostic("options-exclude", {"first": "--check", "second": "--write"})])
    formatted = _formatted(arguments.operands)
    changed = [path for path, (before, after) in formatted.items() if before != after]
    if arguments.given("write"):
        for path in changed:
            write_text("--write", Path(path), formatted[path][1])
    if not (arguments.given("write") or arguments.given("check")):
        with standard_data() as out:
            out.writelines(after for _, after in formatted.values())
    with standard_output() as out:
        if arguments.given("write") or arguments.given("check"):
            key = "cli.fmt-written" if arguments.given("write") else "cli.fmt-differs"
            out.writelines(say(key, lang, path=printable(path)) + "\n" for path in changed)
    return CHANGED if arguments.given("check") and changed else 0


def _formatted(paths: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Path to text as it is and as it would be. Raises InputError with what is wrong in any of them."""
    wrong = Wrong()
    found = {path: wrong.catch(partial(_formatted_one, path)) for path in paths}
    wrong.raise_if_any()
    return {path: both for path, both in found.items() if both is not None}


def _formatted_one(path: str) -> tuple[str, str]:
    data = bytes_of(path)
    from_bytes(data, path)  # raises what stands against reading it as text
    before = data.decode("utf-8")
    return before, texts.format_text(before, path)


def new(arguments: Arguments, lang: Lang) -> int:
    """Write an agreement to begin with. A file that exists is never overwritten."""
    path = Path(arguments.operands[0])
    write_new("new", path, texts.new_text())
    with standard_error() as err:
        err.write(say("cli.new-written", lang, path=printable(str(path))) + "\n")
    return 0
