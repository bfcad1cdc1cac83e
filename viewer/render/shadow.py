"""The jewel's shadow on the skin it is worn on, baked once per model.

For each texel of the skin near the jewel the light that the jewel keeps away, weighted by the
cosine, is projected on (1, x, y, z), so that at run time one dot product with the studio's light
gives the shadow for any light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models3d.frames import Array
from viewer.render.caster import Caster, simpler
from viewer.render.skin import Patch
from viewer.render.visibility import VisibilityBaker, even_directions, window_on

DIRECTIONS = 96
RESOLUTION = 256  # texels a side of the depth pictures: the shadow is soft
FINE_DIRECTIONS, FINE_RESOLUTION = 64, 1024  # under chains it has narrow parts
WRAP = 8  # texels
BLUR, FINE_BLUR = 1.0, 1.5  # texels
LEAST_FADE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class SkinShadow:
    """What the jewel keeps from the skin."""

    patch: Patch
    blocked: Array  # (rows, columns, 4), faded


def bake_shadow(baker: VisibilityBaker, caster: Caster, patch: Patch) -> SkinShadow:
    """Bake the shadow of all parts, stones too, on a patch of skin."""
    shown = patch.fade > LEAST_FADE
    points, normals = patch.points[shown], patch.normals[shown]
    count = FINE_DIRECTIONS if patch.fine else DIRECTIONS
    resolution = FINE_RESOLUTION if patch.fine else RESOLUTION
    directions = even_directions(count)
    found = np.zeros((len(points), 4))
    window = replace(window_on(caster), resolution=resolution)
    shape = caster if patch.fine else simpler(caster)
    visible = baker.visible(shape, points, directions, window)
    for direction, seen in zip(directions, visible, strict=True):
        hidden = np.clip(normals @ direction, 0.0, None) * ~seen
        found += hidden[:, None] * np.concatenate([[1.0], direction])
    blocked = np.zeros((*patch.fade.shape, 4), np.float32)
    blocked[shown] = found * (4.0 * np.pi / count)
    if patch.wraps:
        blocked = np.concatenate([blocked[:, -WRAP:], blocked, blocked[:, :WRAP]], axis=1)
    smooth = cv2.GaussianBlur(blocked, (5, 5), FINE_BLUR if patch.fine else BLUR)
    if patch.wraps:
        smooth = smooth[:, WRAP:-WRAP]
    return SkinShadow(patch, smooth.astype(np.float64) * patch.fade[..., None])
