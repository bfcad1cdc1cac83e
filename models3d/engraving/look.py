"""How engraved metal looks: one material whose small textures tell the cut from the finish.

Texture coordinates: the finish has v from 0 to 0.5, what was cut lies at `cut.ENGRAVED_UV`. Bodies
without texture coordinates of their own stand at (0, 0), which is the finish too.

A lettering of very many strokes costs less as maps than as triangles: `mapped_inside` draws the
same outlines into a normal map, with the same matte floor; v from 0 to 0.5 is then the strip that
carries it, 0.75 plain metal.
"""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw
from scipy.ndimage import gaussian_filter

from models3d.engraving.text import Lettering
from models3d.frames import Image
from models3d.mesh import Material, Texture
from models3d.surfaces import with_slopes

SIDE_PX = 16
CUT_ROWS = slice(10, 14)  # about v = 0.75
MAP_PIXELS_PER_MM = 44.0
FINE = 2  # samples a pixel, each way
WALL_MM = 0.025  # of a wall's lean in the map
STEEPEST = 0.7  # slope that a map shows: walls stand too steep to catch the light
MAP_SHADE = 0.14  # linear: a map has no walls that shade the floor
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


def mapped_inside(
    material: Material,
    lettering: Lettering,
    radius_mm: float,
    reach_mm: float,
    depth_mm: float,
    centre_angle: float = np.pi,
) -> Material:
    """The material of a hoop's inner strip with a lettering as `cut.engrave_ring` places it.

    The strip has u once round the ring, from +Z towards +X, and v from 0 to 0.5 along +Y.

    Args:
        radius_mm: of the strip.
        reach_mm: from the middle of the strip to its edges.
    """
    around = 2.0 * np.pi * radius_mm
    width, height = round(around * MAP_PIXELS_PER_MM), round(2.0 * reach_mm * MAP_PIXELS_PER_MM)
    drawn = np.zeros((FINE * height, FINE * width), bool)
    for polygon in lettering.centered().to_polygons():
        x, y = np.asarray(polygon).T
        columns = FINE * width * (centre_angle - x / radius_mm) / (2.0 * np.pi)
        rows = FINE * height * (y + reach_mm) / (2.0 * reach_mm)
        left, top = int(columns.min()), int(rows.min())
        picture = Pillow.new("1", (int(columns.max()) - left + 2, int(rows.max()) - top + 2))
        corners = zip((columns - left).tolist(), (rows - top).tolist(), strict=True)
        ImageDraw.Draw(picture).polygon(list(corners), fill=1)
        place = drawn[top : top + picture.height, left : left + picture.width]
        place ^= np.asarray(picture)[: place.shape[0], : place.shape[1]]  # holes are their own
    cover = drawn.reshape(height, FINE, width, FINE).mean(axis=(1, 3))
    cover = cover.astype(np.float32)
    floor = gaussian_filter(cover, WALL_MM * MAP_PIXELS_PER_MM, mode="nearest")
    across, along = np.gradient(-depth_mm * floor * MAP_PIXELS_PER_MM)
    # walls lean within the cut: the metal round it keeps its reflections up to the edge
    slopes = [cover * np.clip(slope, -STEEPEST, STEEPEST) for slope in (along, across)]
    roughness = max(material.roughness, CUT_ROUGHNESS)
    polish = material.roughness / roughness
    surface = np.full((2 * height, width, 3), 255, np.uint8)
    surface[..., 1] = round(255 * polish)
    surface[:height, :, 1] = np.round(255 * (polish + (1.0 - polish) * cover))
    shade = np.full((2 * height, width, 3), 255, np.uint8)
    # what leaves a groove was reflected by its walls before: it has taken their colour twice
    tint = MAP_SHADE * np.array(material.base_color[:3]) / max(material.base_color[:3])
    shade[:height] = np.round(255 * (1.0 - (1.0 - tint) * cover[..., None]) ** (1 / 2.2))
    dressed = with_slopes(material, *slopes)
    return replace(
        dressed,
        name=f"{material.name}/engraved-map",
        roughness=roughness,
        metallic_roughness_texture=png(surface),
        base_color_texture=png(shade),
    )


def png(pixels: Image) -> Texture:
    """Encode (h, w, 3) as a texture."""
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, "PNG", compress_level=7)
    return Texture(out.getvalue(), "image/png")
