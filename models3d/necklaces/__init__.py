"""Necklaces, as worn: chains, tennis necklaces and pearl strands."""
