"""How deep a geometry in WKB is nested, told before anything follows it down: readers that do have no floor."""

from __future__ import annotations

import struct

_CONTAINERS = frozenset([4, 5, 6, 7, 9, 10, 11, 12])  # geometries of geometries
_LINES = frozenset([2, 8])
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000


def is_deep(data: bytes, most: int) -> bool:
    """Whether geometries stand in geometries more than `most` deep. What is no WKB is left to its reader."""
    at, order, open_parts = 0, "<", [1]
    try:
        while open_parts:
            if open_parts[-1] == 0:
                open_parts.pop()
                continue
            open_parts[-1] -= 1
            order = {0: ">", 1: "<"}.get(data[at], order)  # as GEOS does with a mark that is neither
            (kind,) = struct.unpack_from(order + "I", data, at + 1)
            at += 9 if kind & _SRID else 5
            kind, width = _plain(kind)
            if kind in _CONTAINERS:
                (parts,) = struct.unpack_from(order + "I", data, at)
                open_parts.append(parts)
                at += 4
                if len(open_parts) - 1 > most:
                    return True
            else:
                at = _behind(kind, width, order, data, at)
    except (struct.error, IndexError):
        return False
    return False


def _plain(kind: int) -> tuple[int, int]:
    """The kind without its marks of further dimensions, and the bytes of a position; both spellings are in use."""
    iso = (kind & 0xFFFF) // 1000
    has_z, has_m = bool(kind & _Z) or iso in (1, 3), bool(kind & _M) or iso in (2, 3)
    return (kind & 0xFFFF) % 1000, 8 * (2 + has_z + has_m)


def _behind(kind: int, width: int, order: str, data: bytes, at: int) -> int:
    """Where a geometry without parts ends. Raises struct.error for what is none."""
    if kind == 1:
        return at + width
    if kind in _LINES:
        return at + 4 + width * _count(order, data, at)
    if kind != 3:
        raise struct.error
    rings, at = _count(order, data, at), at + 4
    for _ in range(rings):
        at += 4 + width * _count(order, data, at)
    return at


def _count(order: str, data: bytes, at: int) -> int:
    (count,) = struct.unpack_from(order + "I", data, at)
    return int(count)
