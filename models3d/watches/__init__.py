"""Watches: case, crystal, crown, hands and what holds them together."""
