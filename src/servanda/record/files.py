"""The files of a record: what a path holds, by table name, and their bytes, bounded."""

from __future__ import annotations

import gzip
import io
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path

from servanda.errors import Diagnostic, InputError, Span
from servanda.record.refusal import damaged, near, phrase

TABLES = (
    "acts",
    "assertions",
    "corrections",
    "coverage",
    "memberships",
    "instruments",
    "sources",
    "places",
)
YAML = (".yaml", ".yml")
TABULAR = (".csv", ".csv.gz", ".parquet")

MAX_YAML = 32 * 2**20
MAX_CSV_GZ = 2 * 2**30
FREE_PACKED = 64 * 2**20  # a small archive may hold this much
_MAX_RATIO = 200  # of the text to the archive: tables of text compress five to fiftyfold


@dataclass(frozen=True)
class File:
    """One file to read: its path, the name shown to the reader, its format and, for a table file, its table."""

    path: Path
    shown: str
    suffix: str
    table: str | None = None


def files_of(path: Path, shown: str) -> list[File]:
    """The files that a `--record` path stands for, in the order of their names. Raises InputError."""
    mode = _mode(path, shown)
    if stat.S_ISDIR(mode):
        return _in_folder(path, shown)
    if not stat.S_ISREG(mode):
        raise InputError([Diagnostic("record-unreadable", {"reason": phrase("record-no-file")}, file=shown)])
    suffix = suffix_of(path)
    if suffix not in (*YAML, *TABULAR):
        raise InputError([Diagnostic("record-format", {"suffix": path.suffix or "none"}, file=shown)])
    return [File(path, shown, suffix, table_of_stem(path) or (None if suffix in YAML else "acts"))]


def _in_folder(folder: Path, shown: str) -> list[File]:
    try:
        names = sorted(p.name for p in folder.iterdir())
    except OSError as error:
        raise InputError([unreadable(shown, error)]) from None
    files = []
    for name in names:
        path = folder / name
        suffix = suffix_of(path)
        if name.startswith(".") or suffix not in (*YAML, *TABULAR) or path.is_dir():
            continue
        file_shown = f"{shown.rstrip('/')}/{name}"
        mode = _mode(path, file_shown)
        if not stat.S_ISREG(mode):
            raise InputError([Diagnostic("record-unreadable", {"reason": phrase("record-no-file")}, file=file_shown)])
        table = table_of_stem(path)
        if suffix not in YAML and table is None:
            raise InputError([_unknown_table(path, file_shown)])
        files.append(File(path, file_shown, suffix, table))
    if not files:
        raise InputError([Diagnostic("record-empty-folder", file=shown)])
    return files


def _unknown_table(path: Path, shown: str) -> Diagnostic:
    stem = path.name.split(".")[0]
    return Diagnostic(
        "record-table",
        {"name": stem, "near": near(stem, list(TABLES)) or "acts", "tables": ", ".join(TABLES)},
        file=shown,
    )


def suffix_of(path: Path) -> str:
    """'.csv.gz', or the last suffix in lower case."""
    name = path.name.lower()
    return ".csv.gz" if name.endswith(".csv.gz") else path.suffix.lower()


def table_of_stem(path: Path) -> str | None:
    """The table that a file is named after: `acts.csv`, `acts-2021.parquet`, `sources.yaml`."""
    stem = path.name.lower().split(".")[0]
    for table in TABLES:
        if stem == table or stem.startswith((f"{table}-", f"{table}_")):
            return table
    return None


def _mode(path: Path, shown: str) -> int:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        raise InputError([Diagnostic("record-missing", file=shown)]) from None
    except (OSError, ValueError) as error:
        raise InputError([unreadable(shown, error)]) from None


def unreadable(shown: str, error: Exception) -> Diagnostic:
    """What the operating system says of a file that it will not give."""
    reason = getattr(error, "strerror", None) or str(error)
    return Diagnostic("record-unreadable", {"reason": str(reason)}, file=shown)


def read_text(file: File) -> str:
    """The text of a YAML file. Raises InputError when it is too large, or not UTF-8."""
    try:
        if file.path.stat().st_size > MAX_YAML:
            raise InputError([too_large(file.shown, MAX_YAML)])
        data = file.path.read_bytes()
    except OSError as error:
        raise InputError([unreadable(file.shown, error)]) from None
    return decoded(data, file.shown)


def decoded(data: bytes, shown: str) -> str:
    """UTF-8 text, a byte order mark left out. Raises InputError."""
    if not data.strip():
        raise InputError([Diagnostic("record-empty", file=shown)])
    if (found := other_encoding(data)) is not None:
        raise InputError([Diagnostic("record-encoding", {"found": found}, file=shown, case="other")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([_bad_byte(data, error.start, shown)]) from None


def other_encoding(data: bytes) -> str | None:
    """The encoding that the first bytes tell, where it is not UTF-8."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "UTF-32"
    return "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else None


def _bad_byte(data: bytes, at: int, shown: str) -> Diagnostic:
    first = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    line = data[first : end if end >= 0 else None].decode("utf-8", "replace").removesuffix("\r")
    number, column = data.count(b"\n", 0, at) + 1, len(data[first:at].decode("utf-8", "replace")) + 1
    return Diagnostic("record-encoding", {"line": str(number)}, Span.at(shown, number, column), line_text=line)


def read_bytes(file: File) -> bytes:
    """The bytes of a CSV file, unpacked. Raises InputError."""
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise InputError([unreadable(file.shown, error)]) from None
    return _unpacked(file, data) if file.suffix == ".csv.gz" else data


def _unpacked(file: File, data: bytes) -> bytes:
    limit = min(MAX_CSV_GZ, unpacked_limit(len(data)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as archive:
            text = archive.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(file.shown, error) from None
    if len(text) > limit:
        raise InputError([too_large(file.shown, limit)])
    return text


def unpacked_limit(size: int) -> int:
    """How much text an archive of that many bytes may hold."""
    return max(FREE_PACKED, _MAX_RATIO * size)


def too_large(shown: str, limit: int) -> Diagnostic:
    """The file, or what it unpacks to, has more bytes than are read."""
    return Diagnostic("record-too-large", {"limit": str(limit // 2**20)}, file=shown)
