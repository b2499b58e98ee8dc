"""One call of the command line, from its words to its exit status."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

from servanda._version import __version__
from servanda.cli.commands import BY_NAME, COMMANDS
from servanda.cli.help import command_help, general_help
from servanda.cli.options import Command
from servanda.cli.output import occupy_standard_streams, standard_error, standard_output, warn
from servanda.cli.parsing import Arguments, parse, suggesting
from servanda.errors import Diagnostic, InputError, printable, render
from servanda.messages import LANGS, Lang

WRONG_INPUT = 2
INTERNAL = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # 128 and the number of the signal

Run = Callable[[Arguments, Lang], int]


def run(words: Sequence[str]) -> int:
    """Run the command that the words name. Returns the exit status; never raises."""
    # One short call makes many small values and no cycles worth looking for, nor any to take apart at the end.
    gc.set_threshold(1_000_000, 50, 100)
    atexit.register(_leave_values_standing)
    lang = language(words)
    occupy_standard_streams()
    _tolerate_narrow_encodings()
    with _Interrupt() as interrupt:
        try:
            return _dispatch(list(words), lang)
        except KeyboardInterrupt:
            return INTERRUPTED
        except InputError as error:
            if not interrupt.came:
                warn(error.diagnostics, lang)
            return INTERRUPTED if interrupt.came else WRONG_INPUT
        except Exception as error:
            return INTERRUPTED if interrupt.came else _internal(error, lang)


class _Interrupt:
    """Whether somebody asked to stop: a library may answer that with an exception of its own."""

    came = False

    def __enter__(self) -> _Interrupt:
        with suppress(ValueError):  # in another thread than the first, where nobody is asked
            self._before = signal.signal(signal.SIGINT, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ValueError, AttributeError):
            signal.signal(signal.SIGINT, self._before)

    def _stop(self, *_: object) -> None:
        self.came = True
        raise KeyboardInterrupt


def language(words: Sequence[str]) -> Lang:
    """The language asked for with `--lang`, else that of the locale, else English.

    Looked for before the words are parsed, so that what is wrong with them is said in it.
    """
    for word, following in zip(words, [*words[1:], ""], strict=False):
        for lang in LANGS:
            if word == f"--lang={lang}" or (word == "--lang" and following == lang):
                return lang
    locale = next((v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))), "")
    return "vi" if locale.startswith("vi") else "en"


def _leave_values_standing() -> None:
    """No cycles are looked for at the end; but DuckDB counts its objects then, and complains of those that stay."""
    if "duckdb" not in sys.modules:
        gc.freeze()


def _dispatch(words: list[str], lang: Lang) -> int:
    words = _after_language(words)
    if words[:1] in (["--version"], ["-V"]):
        with standard_output() as out:
            out.write(f"servanda {__version__}\n")
        return 0
    command, rest = _command(words)
    if command is None or "--help" in rest or "-h" in rest:
        with standard_output() as out:
            out.write(command_help(command, lang) if command else general_help(lang))
        return 0
    arguments = parse(command, rest)
    module = import_module(command.module)
    function: Run = getattr(module, command.function)
    return function(arguments, lang)


def _after_language(words: list[str]) -> list[str]:
    while words and words[0].startswith("--lang"):
        words = words[1:] if "=" in words[0] else words[2:]
    return words


def _command(words: list[str]) -> tuple[Command | None, list[str]]:
    """The command and the words after it; None where help is asked for, or nothing."""
    if words[:1] == ["help"]:
        words = [*_after_language(words[1:]), "--help"]
    if not words or words[0] in ("--help", "-h"):
        return None, []
    for length in (2, 1):
        if (found := BY_NAME.get(" ".join(words[:length]))) is not None:
            return found, words[length:]
    raise InputError([_unknown(words)])


def _unknown(words: list[str]) -> Diagnostic:
    if words[0].startswith("-"):
        return suggesting("unknown-option", words[0], ["--version", "--help", "--lang"], command="servanda")
    beginnings = [c.name for c in COMMANDS if c.name.split()[0] == words[0]]
    name = " ".join(words[:2]) if beginnings else words[0]
    return suggesting("unknown-command", name, beginnings or [c.name for c in COMMANDS])


def _tolerate_narrow_encodings() -> None:
    """A terminal that cannot show a letter shows its escape; that is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _internal(error: Exception, lang: Lang) -> int:
    """A fault of our own: said in one line, with what to send us; the traceback for those who ask for it."""
    if os.environ.get("SERVANDA_DEBUG"):
        traceback.print_exc()
    what = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    with standard_error() as err:
        err.write(_fault(what, lang) + "\n")
    return INTERNAL


def _fault(what: str, lang: Lang) -> str:
    try:
        return render(Diagnostic("internal-error", {"what": what, "version": __version__}), lang)
    except Exception:  # the messages themselves may be what is broken
        return f"{printable(what)} [internal-error]"
