"""A file as text: read once, checked, and kept with its lines so that every message can show them."""

from __future__ import annotations

import errno
import hashlib
import stat
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from servanda.errors import Diagnostic, InputError, Span

LARGEST_FILE = 16 * 1024 * 1024  # bytes; the longest treaty in force is well under one megabyte of text


@dataclass(frozen=True)
class Source:
    """The text of one file. `text` has no byte order mark and ends its lines with a single line feed."""

    file: str
    text: str
    digest: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as shown in messages: composed characters (NFC), no line ends."""
        return tuple(composed(line) for line in self.text.split("\n"))

    def line(self, number: int) -> str | None:
        """Line `number`, counted from 1; None when there is no such line."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else None


def composed(text: str) -> str:
    """The text in Unicode normal form C: names written with combining marks are the names written without."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def open_source(path: str | Path) -> Source:
    """The file as text. Raises InputError when it is missing, not a file, too large, empty, or not UTF-8."""
    file = str(path)
    return from_bytes(bytes_of(path), file)


def from_bytes(data: bytes, file: str) -> Source:
    """The bytes of a file as text; see `open_source`."""
    if len(data) > LARGEST_FILE:
        raise _refused(file, "file-too-large", limit=str(LARGEST_FILE // (1024 * 1024)))
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        raise _refused(file, "not-utf8", "utf32")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _refused(file, "not-utf8", "utf16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([_bad_byte(data, error.start, file)]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise _refused(file, "empty-file")
    if "\x00" in text:
        raise InputError([_nul(text, file)])
    return Source(file, text, hashlib.sha256(data).hexdigest())


def from_text(text: str, file: str) -> Source:
    """A text that is already in memory, as if it stood in `file`."""
    return from_bytes(text.encode("utf-8", errors="surrogatepass"), file)


def bytes_of(path: str | Path) -> bytes:
    """The bytes of the file. Raises InputError when it is missing, not a file, or too large."""
    path, file = Path(path), str(path)
    try:
        found = path.stat()
        # A pipe or a device may have no end that could be waited for.
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise _refused(file, "cannot-read-file", "other")
        if found.st_size > LARGEST_FILE and stat.S_ISREG(found.st_mode):
            raise _refused(file, "file-too-large", limit=str(LARGEST_FILE // (1024 * 1024)))
        return path.read_bytes()
    except OSError as error:
        raise _refused(file, "cannot-read-file", _why_unreadable(error)) from None
    except ValueError:  # a NUL in the path
        raise _refused(file, "cannot-read-file", "missing") from None
    except RuntimeError:  # a loop of symbolic links, in older Pythons
        raise _refused(file, "cannot-read-file", "loop") from None


def _why_unreadable(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR | errno.ENAMETOOLONG:
            return "missing"
        case errno.EISDIR:
            return "directory"
        case errno.ELOOP:
            return "loop"
        case errno.EACCES | errno.EPERM:
            return "permission"
        case _:
            return "other"


def _refused(file: str, code: str, case: str | None = None, **args: str) -> InputError:
    return InputError([Diagnostic(code, {"file": file, **args}, file=file, case=case)])


def _bad_byte(data: bytes, at: int, file: str) -> Diagnostic:
    before = data[:at]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", errors="replace")) + 1
    args = {"file": file, "byte": f"0x{data[at]:02x}"}
    end = data.find(b"\n", at)
    shown = data[before.rfind(b"\n") + 1 : end if end >= 0 else None].decode("utf-8", errors="replace")
    return Diagnostic("not-utf8", args, Span.at(file, line, column), line_text=shown.removesuffix("\r"))


def _nul(text: str, file: str) -> Diagnostic:
    at = text.index("\x00")
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return Diagnostic("nul-in-file", {"file": file}, Span.at(file, line, column))
