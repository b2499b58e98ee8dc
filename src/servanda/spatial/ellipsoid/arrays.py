"""Arrays, and the numbers of what lies side by side in them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """Arrays of one length, side by side."""

    def take(self, which: Ints | Truths) -> Self:
        """Some of the rows."""
        return type(self)(*(getattr(self, f.name)[which] for f in fields(self)))


def ranges(first: npt.NDArray[np.integer], counts: npt.NDArray[np.integer]) -> Ints:
    """The numbers first[0], first[0] + 1, … (counts[0] of them), first[1], …

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) + np.repeat(np.asarray(first, dtype=np.int64) - (ends - counts), counts)


def places(counts: npt.NDArray[np.integer]) -> Ints:
    """Of what stands in runs of these lengths the number within its run.

    >>> places(np.array([2, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    return ranges(np.zeros(len(counts), dtype=np.int64), counts)
