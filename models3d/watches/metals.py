"""Metal parts of a watch in two finishes: mirror polish, and brushing laid over it."""

from __future__ import annotations

from dataclasses import replace

from models3d.frames import Array
from models3d.mesh import ONE_INSTANCE, Part
from models3d.metals import metal_material
from models3d.straps import textures
from models3d.watches.shells import Shell, brushed_land

POLISHED_FINISH, BRUSHED_FINISH = "mirror_polish", "brushed_linear"
BRUSHED_SUFFIX = "_brushed"


def two_finish_parts(
    name: str,
    shell: Shell,
    metal: str,
    model_from_part: Array = ONE_INSTANCE,
    slot: str = "metal",
) -> tuple[Part, ...]:
    """The polished body and, where it has brushed faces, their lands.

    Raises:
        ModelError: no such metal.
    """
    body = Part(name, shell.mesh(), metal_material(metal, POLISHED_FINISH), model_from_part, slot)
    land = brushed_land(shell)
    if land is None:
        return (body,)
    brushed = replace(
        metal_material(metal, BRUSHED_FINISH), normal_texture=textures.brushed().normal
    )
    return body, Part(name + BRUSHED_SUFFIX, land, brushed, model_from_part, slot)
