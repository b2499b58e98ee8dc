"""Where reports go: standard output that may be closed early, files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from servanda.cli.parsing import Arguments
from servanda.errors import Diagnostic, InputError, render
from servanda.messages import Lang

_READ = ("record", "suppose", "zone")  # options that name files to read


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output, for somebody who looks on. Raises InputError when it cannot be written.

    A reader who has seen enough closes the pipe, and that is no error.
    """
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        _pour_away()
    except OSError as error:
        _pour_away()
        raise InputError([Diagnostic("cannot-write", {"reason": _reason(error)}, case="standard-output")]) from error


@contextmanager
def standard_data() -> Iterator[TextIO]:
    """Standard output, for what is data and not words: UTF-8 whatever the terminal shows."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    with standard_output() as out:
        yield out


def _pour_away() -> None:
    """The interpreter flushes once more when it ends: into nothing."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


@contextmanager
def standard_error() -> Iterator[TextIO]:
    """Standard error. Where it takes no words, the status must say it."""
    with suppress(OSError):
        yield sys.stderr
        sys.stderr.flush()


def warn(diagnostics: Iterable[Diagnostic], lang: Lang) -> None:
    """Say on standard error what does not stop the work."""
    with standard_error() as err:
        err.writelines(render(diagnostic, lang) + "\n" for diagnostic in diagnostics)


def occupy_standard_streams() -> None:
    """A stream that was closed takes nothing; and no file that is opened later stands in its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)  # the lowest number that is free
    if sys.stdout is None:  # whoever writes to it is told so
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def check_outputs(arguments: Arguments, *options: str) -> list[Diagnostic]:
    """What stands against writing the files of these options, found before the work is done.

    No file that is read is written over, by whatever name it is called.
    """
    wrong = []
    for option in options:
        if (path := arguments.one(option)) is not None:
            wrong += check_writable(f"--{option}", Path(path)) or _over_inputs(f"--{option}", Path(path), arguments)
    return wrong


def _over_inputs(option: str, output: Path, arguments: Arguments) -> list[Diagnostic]:
    if _is_stream(output) or not output.exists():
        return []
    read = (*arguments.operands, *(value for name in _READ for value in arguments.many(name)))
    over = any(_same(output, path) for name in read for path in _files(Path(name)))
    return [_cannot(option, output, "input")] if over else []


def _files(path: Path) -> list[Path]:
    with suppress(OSError, ValueError):
        return [path, *path.iterdir()] if path.is_dir() else [path]
    return []


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError, ValueError):
        return one.samefile(other)
    return False


def check_writable(option: str, path: Path) -> list[Diagnostic]:
    """What stands against writing there."""
    try:
        if path.is_dir():
            return [_cannot(option, path, "folder")]
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            return [_cannot(option, path, "no-folder")]
        target.exists()
        if not os.access(path if _is_stream(path) else target.parent, os.W_OK):
            return [_cannot(option, path, "permission")]
    except (OSError, ValueError) as error:
        return [_cannot(option, path, "other", reason=_reason(error))]
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
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:32]}.", dir=None if stream else target.parent)
        os.close(handle)
        beside = Path(name)
        write(beside)
        if stream:
            path.write_bytes(beside.read_bytes())
        else:
            beside.chmod(_mode(target))
            beside.replace(target)
    except OSError as error:
        raise InputError([_cannot(option, path, "other", reason=_reason(error))]) from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def write_text(option: str, path: Path, text: str) -> None:
    """`write_whole` of a text, in UTF-8, its line ends as they are."""
    write_whole(option, path, lambda beside: beside.write_bytes(text.encode("utf-8", "backslashreplace")))


def write_new(option: str, path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises InputError when there is one, or it cannot be written."""
    if wrong := [] if _is_there(path) else check_writable(option, path):
        raise InputError(wrong)
    created = False
    try:
        with path.open("xb") as file:  # a link that leads nowhere is there too
            created = True
            file.write(text.encode("utf-8", "backslashreplace"))
    except FileExistsError as error:
        raise InputError([Diagnostic("would-overwrite", {"path": str(path)})]) from error
    except OSError as error:
        if created:
            path.unlink(missing_ok=True)
        raise InputError([_cannot(option, path, "other", reason=_reason(error))]) from error


def _is_there(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.is_symlink() or (path.exists() and not path.is_dir())
    return False


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what the user's mask gives to a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _cannot(option: str, path: Path, case: str, **args: str) -> Diagnostic:
    return Diagnostic("cannot-write", {"option": option, "path": str(path), **args}, case=case)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
