"""The ellipsoid: geodesics, exact for one pair and fast for many, and bounds that hold for certain."""
