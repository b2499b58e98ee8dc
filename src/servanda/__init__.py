"""Servanda: international agreements as readable files that run."""

from servanda._version import __version__

__all__ = ["__version__"]
