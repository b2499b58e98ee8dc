"""Plans and a record in, findings out. Engines do not import each other, so any one can be replaced."""
