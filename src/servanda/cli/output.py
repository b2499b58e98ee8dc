"""Where reports go: standard output that may be closed early, files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from servanda.errors import Diagnostic, InputError, render
from servanda.messages import Lang


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output. A reader who has seen enough closes the pipe, and that is no error."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        with suppress(OSError, ValueError):  # the interpreter flushes once more when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(diagnostics: Iterable[Diagnostic], lang: Lang) -> None:
    """Say on standard error what does not stop the work."""
    for diagnostic in diagnostics:
        print(render(diagnostic, lang), file=sys.stderr)


def check_writable(option: str, path: Path) -> list[Diagnostic]:
    """What stands against writing there, found before the work is done."""
    if path.is_dir():
        return [_cannot(option, path, "folder")]
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        return [_cannot(option, path, "no-folder")]
    if not os.access(path if _is_stream(path) else target.parent, os.W_OK):
        return [_cannot(option, path, "permission")]
    return []


def _is_stream(path: Path) -> bool:
    """A device or a pipe: it is poured into, for a file moved there would take its place."""
    return path.exists() and not path.is_file()


def write_whole(option: str, path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and move it there. Raises InputError when it cannot be written.

    A link keeps pointing where it points, and what is no file (`/dev/stdout`) is written to.
    """
    if wrong := check_writable(option, path):
        raise InputError(wrong)
    beside: Path | None = None
    target = Path(os.path.realpath(path))
    try:
        stream = _is_stream(path)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=None if stream else target.parent)
        os.close(handle)
        beside = Path(name)
        write(beside)
        if stream:
            path.write_bytes(beside.read_bytes())
        else:
            beside.chmod(_mode(target))
            beside.replace(target)
    except OSError as error:
        raise InputError([_cannot(option, path, "other", reason=error.strerror or str(error))]) from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def write_text(option: str, path: Path, text: str) -> None:
    """`write_whole` of a text, in UTF-8, its line ends as they are."""
    write_whole(option, path, lambda beside: beside.write_bytes(text.encode("utf-8")))


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what the user's mask gives to a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _cannot(option: str, path: Path, case: str, **args: str) -> Diagnostic:
    return Diagnostic("cannot-write", {"option": option, "path": str(path), **args}, case=case)
