"""Texture units: which sampler reads what."""

ENVIRONMENT_UNIT, GEM_ENVIRONMENT_UNIT, BAKED_UNIT, KEY_UNIT = 0, 1, 2, 3
FIRST_MATERIAL_UNIT = 4  # textures of a model's own materials
