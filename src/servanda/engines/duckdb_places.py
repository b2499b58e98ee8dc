"""What the geography says of the places that a plan asks about: small relations that the plan joins."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil

import pyarrow as pa

from servanda.norms.facts import Places
from servanda.plan.scope import Need
from servanda.spatial.geodesic import distance_m


def answered(places: Places, need: Need, asked: pa.Table) -> pa.Table:
    """The relation that the plan joins: one row for each place asked about."""
    answer: Callable[[Places, Need, pa.Table], dict[str, pa.Array]] = {
        "codes": _codes,
        "metres": _metres,
        "region": _region,
    }[need.what]
    columns = {c: asked[c] for c in asked.column_names}
    return pa.table({**columns, **answer(places, need, asked)})


def _points(asked: pa.Table) -> list[tuple[float, float]]:
    return list(zip(asked["lon"].to_pylist(), asked["lat"].to_pylist(), strict=True))


def _codes(places: Places, need: Need, asked: pa.Table) -> dict[str, pa.Array]:
    found = [places.codes_at(lon, lat) for lon, lat in _points(asked)]
    return {
        "codes": pa.array([list(codes) for codes, _ in found], pa.list_(pa.string())),
        "certain": pa.array([certain for _, certain in found], pa.bool_()),
    }


def _metres(places: Places, need: Need, asked: pa.Table) -> dict[str, pa.Array]:
    found = [
        _distance(places, lon, lat, code)
        for (lon, lat), code in zip(_points(asked), asked["code"].to_pylist(), strict=True)
    ]
    # A whole number is reached exactly when the distance rounded up reaches it: no threshold is compared as a float.
    return {
        end: pa.array([None if m is None else ceil(Fraction(m[i]) * need.scale) for m in found], pa.int64())
        for i, end in enumerate(("lo", "hi"))
    }


def _distance(places: Places, lon: float, lat: float, code: str) -> tuple[float, float] | None:
    if not code.startswith("@"):
        return places.distance_m(lon, lat, code)
    there_lon, there_lat = (float(x) for x in code[1:].split())
    metres = distance_m(lon, lat, there_lon, there_lat)
    return metres, metres


def _region(places: Places, need: Need, asked: pa.Table) -> dict[str, pa.Array]:
    found = [places.region(need.region, lon, lat) for lon, lat in _points(asked)]
    return {
        "cert": pa.array([certainly for certainly, _ in found], pa.bool_()),
        "poss": pa.array([possibly for _, possibly in found], pa.bool_()),
    }
