"""Lay what was drawn over the very frame that was solved. Pixels without jewel are not touched."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from models3d.frames import Image, PixelRegion
from tryon.appearance.compression import compressed, on_blocks
from tryon.appearance.grain import LEAST_NOISE, Grain, add_noise, soften
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
        grains: for each overlay what the camera did to the photo about it, to take on; None leaves
            it clean.
        seed: of the noise; another one for each frame.
        veils: for each overlay what stands before it.
    """
    out = image.copy()
    for index, overlay in enumerate(overlays):
        grain = grains[index] if grains else None
        inside = overlay.region.clipped(image.shape[1], image.shape[0])
        if inside.width == 0 or inside.height == 0:
            continue
        rgba = overlay.rgba if grain is None else soften(overlay.rgba, grain)
        rgba = _part(rgba, overlay.region, inside)
        for veil in veils[index] if veils else ():
            rgba = _veiled(rgba, inside, veil)
        _lay(out, np.ascontiguousarray(rgba), inside, grain, seed)
    return out


def _part(pixels: Image, region: PixelRegion, inside: PixelRegion) -> Image:
    """What lies `inside` of pixels that cover a region."""
    top, left = inside.y - region.y, inside.x - region.x
    return pixels[top : top + inside.height, left : left + inside.width]


def _veiled(rgba: Image, region: PixelRegion, veil: Veil) -> Image:
    """A drawing without what a veil hides of it."""
    left, top = max(veil.region.x, region.x), max(veil.region.y, region.y)
    right = min(veil.region.x + veil.region.width, region.x + region.width)
    bottom = min(veil.region.y + veil.region.height, region.y + region.height)
    if left >= right or top >= bottom:
        return rgba
    common = PixelRegion(left, top, right - left, bottom - top)
    hides = _part(np.asarray(veil.hides), veil.region, common)
    kept = cv2.convertScaleAbs(np.ascontiguousarray(hides), alpha=-255.0, beta=255.0)
    here = np.ascontiguousarray(_part(rgba, region, common))
    out = rgba.copy()
    _part(out, region, common)[:] = cv2.multiply(
        here, cv2.merge([kept, kept, kept, kept]), scale=1.0 / 255.0
    )
    return out


def _lay(out: Image, rgba: Image, inside: PixelRegion, grain: Grain | None, seed: int) -> None:
    target = _part(out, PixelRegion(0, 0, out.shape[1], out.shape[0]), inside)
    alpha = np.asarray(cv2.extractChannel(rgba, 3), np.uint8)
    behind = cv2.multiply(
        target, cv2.cvtColor(cv2.bitwise_not(alpha), cv2.COLOR_GRAY2RGB), scale=1.0 / 255.0
    )
    drawn = np.asarray(cv2.add(behind, cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB)), np.uint8)
    if grain is not None and grain.noise >= LEAST_NOISE:
        drawn = add_noise(drawn, alpha, grain, seed)
    target[:] = drawn
    if grain is not None and grain.quality is not None:
        _compress(out, alpha, inside, grain.quality)


def _compress(out: Image, alpha: Image, inside: PixelRegion, quality: int) -> None:
    """Compress what was drawn, on the photo's own blocks, and nothing else."""
    height, width = out.shape[:2]
    whole = PixelRegion(0, 0, width, height)
    blocks = on_blocks(inside, width, height)
    rough = compressed(np.ascontiguousarray(_part(out, whole, blocks)), quality)
    np.copyto(_part(out, whole, inside), _part(rough, blocks, inside), where=alpha[..., None] > 0)
