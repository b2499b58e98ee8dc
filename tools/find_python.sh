#!/bin/sh
# Prints the name of a Python of 3.11 or later that starts, and can make a virtual environment.
set -eu

for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python3.14 python; do
    # A shim may be on the path without the version behind it: only running it tells.
    if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        echo "$name"
        exit 0
    fi
done

echo "No Python 3.11 or later with the modules venv and ensurepip was found." >&2
echo "Install one (on Debian and Ubuntu: the packages python3 and python3-venv), or name it: make PYTHON=/path/to/python" >&2
exit 1
