"""Areas that others drew, read and checked: GeoJSON, well-known text, GeoParquet, outlines in an agreement file."""
