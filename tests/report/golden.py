"""Golden files: what a report looked like when somebody last read it.

`SERVANDA_RECORD=1 pytest tests/report tests/cli` writes them anew; the difference is read before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).parent


def same_as_golden(text: str, name: str, folder: Path = HERE / "golden") -> bool:
    """True when the text is that of the golden file."""
    path = folder / name
    if os.environ.get("SERVANDA_RECORD"):
        path.write_text(text, encoding="utf-8", newline="\n")
    expected = path.read_text(encoding="utf-8")
    assert text == expected, f"{name} differs from the golden file"
    return True
