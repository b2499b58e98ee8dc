"""`python -m servanda.cli`."""

import sys

from servanda.cli import main

if __name__ == "__main__":
    sys.exit(main())
