"""How engraved metal looks: one material whose small textures tell the cut from the finish.

Texture coordinates: the finish has v from 0 to 0.5, what was cut lies at `cut.ENGRAVED_UV`. Bodies
without texture coordinates of their own stand at (0, 0), which is the finish too.
"""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image as Pillow

from models3d.frames import Image
from models3d.mesh import Material, Texture

SIDE_PX = 16
CUT_ROWS = slice(10, 14)  # about v = 0.75
CUT_ROUGHNESS = 0.42  # a graver's or laser's floor: between satin and bead-blasted
CUT_SHADE = 0.45  # linear: a groove sees half of the light and keeps a trace of polish


def engraved(material: Material) -> Material:
    """The material on a body that letterings were cut into."""
    roughness = max(material.roughness, CUT_ROUGHNESS)
    surface = np.full((SIDE_PX, SIDE_PX, 3), 255, np.uint8)
    surface[..., 1] = round(255 * material.roughness / roughness)
    surface[CUT_ROWS, :, 1] = 255
    shade = np.full((SIDE_PX, SIDE_PX, 3), 255, np.uint8)
    shade[CUT_ROWS] = round(255 * CUT_SHADE ** (1 / 2.2))
    return replace(
        material,
        name=f"{material.name}/engraved",
        roughness=roughness,
        metallic_roughness_texture=png(surface),
        base_color_texture=png(shade),
    )


def png(pixels: Image) -> Texture:
    """Encode (h, w, 3) as a texture."""
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, "PNG", optimize=True)
    return Texture(out.getvalue(), "image/png")
