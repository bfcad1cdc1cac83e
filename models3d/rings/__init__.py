"""Rings from their parameters, rebuilt for each size, never stretched.

Anchor finger: origin at the centre of the finger hole, +Y along the finger, +Z dorsal.
"""
