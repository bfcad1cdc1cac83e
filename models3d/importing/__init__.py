"""Brands' own models: read, turned into an anchor's frame in metres, and told about."""
