"""Pictures: projections, what is seen in a window, words that do not cover each other."""
