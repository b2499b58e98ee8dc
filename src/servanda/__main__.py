"""`python -m servanda`, as the command."""

from __future__ import annotations

import sys

from servanda.cli import main

if __name__ == "__main__":
    sys.exit(main())
