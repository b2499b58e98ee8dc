"""The command line: arguments in, report out, nothing decided here.

Only what every call needs is imported here, so that `servanda --version` answers at once; each command is a module
that is imported when it is called.

run.py        one call from arguments to exit status; nothing that goes wrong reaches the user as a traceback
commands.py   the commands and where they are
options.py    options and arguments as data; parsing.py  arguments to values, with diagnostics
values.py  inputs.py  wrong.py  output.py  progress.py
check.py  explain.py  texts.py  vocabulary.py  error.py  source.py   the commands themselves
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from servanda._version import __version__

_INTERRUPTED = 130  # 128 and the number of the signal, as shells say it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0: nothing breached and nothing open. 1: at least one breach. 3: no breach, but open questions. 2: the input is
    wrong. 70: a fault of Servanda itself.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments in (["--version"], ["-V"]) and sys.stdout is not None:
            with suppress(OSError):  # which is answered below
                print(f"servanda {__version__}", flush=True)
                return 0
        status: int = import_module("servanda.cli.run").run(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status
