"""A stone's face as a picture, for viewers that trace no rays: drawn once, laid over its facets."""

from __future__ import annotations

import io
from typing import Final

import cv2
import numpy as np
from PIL import Image as Pillow

from models3d.frames import Array, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model, Part, Texture
from viewer.render.renderer import Renderer
from viewer.render.types import Lighting, Shot, Worn

SIZE_PX: Final = 256
MARGIN: Final = 1.04  # half the picture over half the stone
DISTANCE: Final = 60.0  # of the camera, in half widths of the stone: nearly parallel rays
JPEG_QUALITY: Final = 92


def face_coordinates(positions: Array) -> Array:
    """(n, 2) texture coordinates of a stone's corners (n, 3): seen straight onto its table."""
    middle, half = _middle_and_half(positions)
    flat = (positions - middle)[:, :2] / (2.0 * MARGIN * half)
    return np.column_stack([0.5 + flat[:, 0], 0.5 - flat[:, 1]])


def stone_picture(renderer: Renderer, stone: Part) -> Texture:
    """The stone's face in the studio's light, without the setting; opaque to its borders."""
    middle, half = _middle_and_half(stone.mesh.positions)
    facing = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.zeros(3))  # the table to the camera
    away = RigidTransform.from_translation([0.0, 0.0, DISTANCE * half])
    alone = Part(stone.name, stone.mesh, stone.material)
    focal = SIZE_PX / 2.0 * DISTANCE / MARGIN
    centre = SIZE_PX / 2.0
    shot = Shot(
        Intrinsics(focal, focal, centre, centre),
        PixelRegion(0, 0, SIZE_PX, SIZE_PX),
        (Worn(Model("stone", (alone,)), away @ facing @ RigidTransform.from_translation(-middle)),),
        lighting=Lighting(environment_from_camera=facing.rotation),
        supersampling=4,
        gem_bounces=10,
        full_dispersion=True,
    )
    face = _spread(renderer.render(shot).rgba)
    out = io.BytesIO()
    Pillow.fromarray(face).save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return Texture(out.getvalue(), "image/jpeg")


def _middle_and_half(positions: Array) -> tuple[Array, float]:
    """The middle (3,) of a stone and half of its longer side, metres."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    return (low + high) / 2.0, float((high - low)[:2].max()) / 2.0


def _spread(rgba: Image) -> Image:
    """(h, w, 3): premultiplied colours made opaque, those of the border spread outwards."""
    alpha = rgba[..., 3]
    solid = alpha > 250
    color = np.where(solid[..., None], rgba[..., :3], 0).astype(np.uint8)
    return np.asarray(cv2.inpaint(color, (~solid).astype(np.uint8), 3, cv2.INPAINT_TELEA), np.uint8)
