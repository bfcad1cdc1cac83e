"""The look of a picture: True, as the light goes, or Show, with more fire than nature gives.

Show is what many configurators show without saying so. Here it is a choice, named wherever it is
seen: in the file's own description, in its name, and by the page that asks for it.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from models3d.mesh import Material, Model

FIRE: Final = 2.0  # times the stone's own dispersion
COLOUR: Final = 1.35  # times its own absorption

SHOW_LABEL: Final = "Show look: the fire and the colour of the stones are exaggerated."


class Look(StrEnum):
    """How a piece is shown."""

    TRUE = "true"
    SHOW = "show"


def shown_material(material: Material) -> Material:
    """A clear stone with its fire and colour exaggerated; anything else as it is."""
    if not material.is_gem:
        return material
    r, g, b = (channel**COLOUR for channel in material.attenuation_color)
    return replace(material, dispersion=FIRE * material.dispersion, attenuation_color=(r, g, b))


@lru_cache(maxsize=16)  # a model is known again by identity, by the renderer too
def shown(model: Model, look: Look) -> Model:
    """The model in a look; the same object where nothing changes."""
    if look is Look.TRUE or not any(part.material.is_gem for part in model.parts):
        return model
    parts = tuple(replace(part, material=shown_material(part.material)) for part in model.parts)
    return replace(model, parts=parts)
