"""Lay what was drawn over the very frame that was solved. Pixels without jewel are not touched."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from models3d.frames import Image
from tryon.grain import LEAST_NOISE, Grain, noise_patch, soften
from tryon.types import Veil
from viewer.render.types import Overlay


def compose(
    image: Image,
    overlays: Sequence[Overlay],
    grains: Sequence[Grain | None] | None = None,
    seed: int = 0,
    veils: Sequence[Sequence[Veil]] | None = None,
) -> Image:
    """A new image with the overlays on it, in their order.

    out = overlay + (1 - alpha) * image, the law of premultiplied alpha (Porter and Duff, 1984), on
    sRGB values as the overlay holds them.

    Args:
        image: (h, w, 3) RGB; it stays as it is.
        overlays: their regions may reach beyond the image.
        grains: for each overlay the softness and noise of the photo about it, to take on; None
            leaves it clean.
        seed: of the noise; another one for each frame.
        veils: for each overlay what stands before it.
    """
    out = image.copy()
    for index, overlay in enumerate(overlays):
        veiled = _veiled(overlay, veils[index]) if veils else overlay
        _lay(out, veiled, grains[index] if grains else None, seed)
    return out


def _veiled(overlay: Overlay, veils: Sequence[Veil]) -> Overlay:
    """The overlay without what its veils hide."""
    if not veils:
        return overlay
    region = overlay.region
    seen = np.ones(overlay.rgba.shape[:2], np.float32)
    for veil in veils:
        left, top = max(veil.region.x, region.x), max(veil.region.y, region.y)
        right = min(veil.region.x + veil.region.width, region.x + region.width)
        bottom = min(veil.region.y + veil.region.height, region.y + region.height)
        if left >= right or top >= bottom:
            continue
        here = seen[top - region.y : bottom - region.y, left - region.x : right - region.x]
        here *= (
            1.0
            - veil.hides[
                top - veil.region.y : bottom - veil.region.y,
                left - veil.region.x : right - veil.region.x,
            ]
        )
    return Overlay(np.rint(overlay.rgba * seen[..., None]).astype(np.uint8), region)


def _lay(out: Image, overlay: Overlay, grain: Grain | None, seed: int) -> None:
    height, width = out.shape[:2]
    whole, inside = overlay.region, overlay.region.clipped(width, height)
    if inside.width == 0 or inside.height == 0:
        return
    rgba = overlay.rgba if grain is None else soften(overlay.rgba, grain)
    top, left = inside.y - whole.y, inside.x - whole.x
    rgba = rgba[top : top + inside.height, left : left + inside.width]
    target = out[inside.y : inside.y + inside.height, inside.x : inside.x + inside.width]
    alpha = cv2.cvtColor(np.ascontiguousarray(rgba[..., 3]), cv2.COLOR_GRAY2RGB)
    behind = cv2.multiply(target, cv2.bitwise_not(alpha), scale=1.0 / 255.0)
    drawn = cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB)
    if grain is not None and grain.noise >= LEAST_NOISE:
        noise = noise_patch(inside.height, inside.width, grain.noise, seed)
        # 8-bit sums would clip the noise of dark pixels to one side: add everything at once
        total = cv2.multiply(noise, alpha, scale=1.0 / 255.0, dtype=cv2.CV_32F)
        total = cv2.add(cv2.add(total, drawn, dtype=cv2.CV_32F), behind, dtype=cv2.CV_32F)
        target[:] = cv2.convertScaleAbs(np.maximum(total, 0.0))
    else:
        cv2.add(behind, drawn, dst=behind)
        target[:] = behind
