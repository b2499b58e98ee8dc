"""The nouns that every later floor shares: frozen values, no input or output but the package data."""
