"""Areas within a range and lines between two coasts, as closed lines and valid polygons."""
