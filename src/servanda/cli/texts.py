"""`servanda lint`, `fmt` and `new`: the agreement files themselves."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from servanda import agreement as texts
from servanda.cli.output import check_writable, standard_output, write_text
from servanda.cli.parsing import Arguments
from servanda.cli.wrong import Wrong
from servanda.errors import Diagnostic, InputError, render
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
    with standard_output() as out:
        if arguments.given("write") or arguments.given("check"):
            key = "cli.fmt-written" if arguments.given("write") else "cli.fmt-differs"
            out.writelines(say(key, lang, path=path) + "\n" for path in changed)
        else:
            out.writelines(after for _, after in formatted.values())
    return CHANGED if arguments.given("check") and changed else 0


def _formatted(paths: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Path to text as it is and as it would be. Raises InputError with what is wrong in any of them."""
    wrong = Wrong()
    found = {path: wrong.catch(partial(_formatted_one, path)) for path in paths}
    wrong.raise_if_any()
    return {path: both for path, both in found.items() if both is not None}


def _formatted_one(path: str) -> tuple[str, str]:
    before = read_text(Path(path))
    return before, texts.format_text(before, path)


def read_text(path: Path) -> str:
    """A text file in UTF-8, its line ends as they are."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError([Diagnostic("cannot-read", {"path": str(path)}, case="encoding")]) from error
    except FileNotFoundError as error:
        raise InputError([Diagnostic("cannot-read", {"path": str(path)}, case="missing")]) from error
    except OSError as error:
        args = {"path": str(path), "reason": error.strerror or str(error)}
        raise InputError([Diagnostic("cannot-read", args, case="other")]) from error


def new(arguments: Arguments, lang: Lang) -> int:
    """Write an agreement to begin with. A file that exists is never overwritten."""
    path = Path(arguments.operands[0])
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise InputError([Diagnostic("would-overwrite", {"path": str(path)})])
    if wrong := check_writable("new", path):
        raise InputError(wrong)
    text = texts.new_text()
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError([Diagnostic("would-overwrite", {"path": str(path)})]) from error
    except OSError as error:
        args = {"option": "new", "path": str(path), "reason": error.strerror or str(error)}
        raise InputError([Diagnostic("cannot-write", args, case="other")]) from error
    print(say("cli.new-written", lang, path=path), file=sys.stderr)
    return 0
