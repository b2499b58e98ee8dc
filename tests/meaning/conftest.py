"""Every point of meaning is asked of both engines."""

from __future__ import annotations

import pytest

from servanda.check import EngineName


@pytest.fixture(params=["reference", "duckdb"])
def engine(request: pytest.FixtureRequest) -> EngineName:
    """One engine after the other."""
    found: EngineName = request.param
    return found
