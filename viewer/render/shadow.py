"""The jewel's shadow on the skin it is worn on, baked once per model.

The skin is a cylinder about +Y with the jewel's inner diameter. For each of its points the light
that the jewel keeps away, weighted by the cosine, is projected on (1, x, y, z), so that at run
time one dot product with the studio's light gives the shadow for any light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models3d.frames import Array
from viewer.render.caster import Caster, simpler
from viewer.render.visibility import VisibilityBaker, even_directions, window_on

AROUND, ALONG = 96, 64  # texels
DIRECTIONS = 96
RESOLUTION = 256  # texels a side of the depth pictures: the shadow is soft
REACH = 1.1  # skin radii beyond the jewel's own width, each way


@dataclass(frozen=True, slots=True, eq=False)
class SkinShadow:
    """What the jewel keeps from the skin."""

    blocked: Array  # (ALONG, AROUND, 4)
    radius: float  # metres
    low: float  # metres along +Y
    high: float


def bake_shadow(baker: VisibilityBaker, caster: Caster, skin_radius: float) -> SkinShadow:
    """Bake the shadow of all parts, stones too, on a cylinder of `skin_radius` metres."""
    positions = caster.positions
    low = float(positions[:, 1].min()) - REACH * skin_radius
    high = float(positions[:, 1].max()) + REACH * skin_radius
    turn = (np.arange(AROUND) + 0.5) / AROUND * 2.0 * np.pi
    length = low + (np.arange(ALONG) + 0.5) / ALONG * (high - low)
    normals = np.stack([np.sin(turn), np.zeros(AROUND), np.cos(turn)], axis=-1)
    normals = np.broadcast_to(normals, (ALONG, AROUND, 3)).reshape(-1, 3)
    points = normals * (skin_radius * 0.985)
    points[:, 1] = np.repeat(length, AROUND)
    directions = even_directions(DIRECTIONS)
    blocked = np.zeros((len(points), 4))
    window = replace(window_on(caster), resolution=RESOLUTION)
    visible = baker.visible(simpler(caster), points, directions, window)
    for direction, seen in zip(directions, visible, strict=True):
        hidden = np.clip(normals @ direction, 0.0, None) * ~seen
        blocked += hidden[:, None] * np.concatenate([[1.0], direction])
    blocked *= 4.0 * np.pi / DIRECTIONS
    image = blocked.reshape(ALONG, AROUND, 4).astype(np.float32)
    wrapped = np.concatenate([image[:, -8:], image, image[:, :8]], axis=1)
    smooth = cv2.GaussianBlur(wrapped, (5, 5), 1.0)[:, 8:-8]
    return SkinShadow(smooth.astype(np.float64), skin_radius, low, high)
