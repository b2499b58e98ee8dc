"""Zone indexes on disk: named by their content, mapped into memory, never trusted without their checksums.

A file is a line that names the format, the length and checksum of a header, the header (JSON: each array's name, type,
shape, place and checksum) and the arrays, each at a multiple of 64 bytes. What is damaged, cut short or of another
format is as good as absent. Writers write beside and rename, so that nobody reads half a file.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import sys
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from servanda.spatial.ellipsoid.arrays import Floats, Ints
from servanda.spatial.index.zone_grid import DEEPEST, FEW, MOST_DEALT, PER_DEGREE, SPLIT
from servanda.spatial.index.zone_tables import Tables

FORMAT = b"servanda zones 1\n"
_MADE_WITH = (PER_DEGREE, SPLIT, FEW, DEEPEST, MOST_DEALT, sys.byteorder)
KEPT = 6  # files in the cache: a map that is worked on would fill the disk
_ALIGNED = 64
_NAMES = tuple(field.name for field in fields(Tables))


class DamagedIndex(ValueError):
    """A file that holds no zone index of this format, or not all of one."""


def cache_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path | None:
    """Where indexes are kept: SERVANDA_CACHE, else where the platform keeps caches. None: SERVANDA_CACHE is empty."""
    if (own := environment.get("SERVANDA_CACHE")) is not None:
        return Path(own) if own else None
    try:
        match platform:
            case "win32":
                kept = environment.get("LOCALAPPDATA")
                return (Path(kept) if kept else Path.home() / "AppData" / "Local") / "servanda" / "cache"
            case "darwin":
                return Path.home() / "Library" / "Caches" / "servanda"
            case _:
                kept = environment.get("XDG_CACHE_HOME", "")
                # The convention: a path that is not absolute is to be ignored.
                return (Path(kept) if Path(kept).is_absolute() else Path.home() / ".cache") / "servanda"
    except RuntimeError:  # nobody's home
        return None


def content_key(rings: Sequence[Floats], polygon_of_ring: Ints, zones: Ints) -> str:
    """What an index is called: a digest of all it is made from, and of how."""
    digest = hashlib.blake2b(FORMAT + repr(_MADE_WITH).encode(), digest_size=20)
    lengths = np.array([len(ring) for ring in rings], dtype=np.int64)
    for part in (lengths, np.asarray(polygon_of_ring, dtype=np.int64), zones):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(part).data)
    for ring in rings:
        digest.update(np.ascontiguousarray(ring, dtype=np.float64).data)
    return digest.hexdigest()


def save(tables: Tables, file: Path) -> None:
    """Write the tables; `file` is afterwards the old one or the new one, whole. Raises OSError."""
    arrays = {name: np.ascontiguousarray(getattr(tables, name)) for name in _NAMES}
    header, place = [], 0
    for name, array in arrays.items():
        about = {"name": name, "type": array.dtype.str, "shape": array.shape, "at": place, "crc": _checksum(array)}
        header.append(about)
        place = _aligned(place + array.nbytes)
    text = json.dumps(header).encode("ascii")
    start = FORMAT + f"{len(text):010d} {zlib.crc32(text):010d}\n".encode("ascii") + text
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(prefix=f".{file.stem[:16]}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(start.ljust(_aligned(len(start)), b"\0"))
            for array in arrays.values():
                out.write(array.reshape(-1).view(np.uint8).data)
                out.write(b"\0" * (_aligned(array.nbytes) - array.nbytes))
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def forget_old(folder: Path, kept: int = KEPT) -> None:
    """Remove all indexes but those written or opened last. Raises OSError."""
    files = sorted(folder.glob("*.zones"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[kept:]:
        file.unlink(missing_ok=True)


def load(file: Path) -> Tables:
    """The tables of a file, mapped into memory. Raises DamagedIndex, or OSError when there is none."""
    with file.open("rb") as opened:
        try:
            data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise DamagedIndex(f"{file} is empty") from error
    try:
        return Tables(**_arrays(data))
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedIndex(f"{file}: {error}") from error


def _arrays(data: mmap.mmap) -> dict[str, npt.NDArray[Any]]:
    begin = len(FORMAT) + 22
    if data[: len(FORMAT)] != FORMAT:
        raise DamagedIndex("another format")
    length, checksum = (int(part) for part in data[len(FORMAT) : begin].split())
    text = data[begin : begin + length]
    if zlib.crc32(text) != checksum:
        raise DamagedIndex("the header is damaged")
    base = _aligned(begin + length)
    found = {about["name"]: _array(data, base + about["at"], about) for about in json.loads(text)}
    if set(found) != set(_NAMES):
        raise DamagedIndex("other tables")
    return found


def _array(data: mmap.mmap, place: int, about: Mapping[str, Any]) -> npt.NDArray[Any]:
    kind, count = np.dtype(about["type"]), int(np.prod(about["shape"], dtype=np.int64))
    if place + count * kind.itemsize > len(data):
        raise DamagedIndex("cut short")
    array = np.frombuffer(data, dtype=kind, count=count, offset=place).reshape(about["shape"])
    if _checksum(array) != about["crc"]:
        raise DamagedIndex(f"{about['name']} is damaged")
    return array


def _checksum(array: npt.NDArray[Any]) -> int:
    return zlib.crc32(array.reshape(-1).view(np.uint8).data)


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED
