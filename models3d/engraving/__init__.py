"""Lettering cut into metal: typefaces, shaping, placement on a surface, limits of the workshop."""
