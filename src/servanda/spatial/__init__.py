"""Where things are, with no idea of law: geodesics, a map of territories and seas, and its margin.

Names cost nothing to ask for; the map is read when `geography()` is first asked about a place.
"""

from servanda.spatial.ellipsoid.geodesic import PositionError, distance_m, distances_m
from servanda.spatial.land.names import disputed_areas, known_regions
from servanda.spatial.land.views import area_name
from servanda.spatial.territory import Geography, Standing, geography

__all__ = [
    "Geography",
    "PositionError",
    "Standing",
    "area_name",
    "disputed_areas",
    "distance_m",
    "distances_m",
    "geography",
    "known_regions",
]
