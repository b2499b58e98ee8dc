"""How far it is to an outline, and on which side of it: pieces of it, a tree of balls, its lunes and halo."""
