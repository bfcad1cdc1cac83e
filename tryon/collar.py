"""What lies over a necklace: hair wherever it falls, cloth only where the chain goes under it.

From its front a chain runs up both sides to the nape. As long as it has met nothing but cloth it
lies on the cloth, as over a jumper; where it comes off skin and meets cloth it goes under: that is
a collar, and it stays under. A strand of hair in between changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image, PixelRegion
from tryon.cover import SkinTone, cover, hair_cover
from tryon.types import PersonMask, Share, Veil

COVERED, BARE = 0.60, 0.40  # shares that count as cloth, as skin
SKIN_RUN, CLOTH_RUN = 0.012, 0.009  # metres of one kind before the chain has met it
REACH = 0.008  # metres to either side of a covered chain that its collar hides


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Where a chain runs in the picture, from its front to the nape on one side."""

    points_px: Array  # (n, 2)
    metres: Array  # (n,) along the chain from its front
    seen: NDArray[np.bool_]  # (n,) before the neck, not behind it


@dataclass(frozen=True, slots=True, eq=False)
class Wear:
    """The veil over a necklace, and how much of the chain is left to be seen."""

    veil: Veil
    shown: float  # 0..1, of those points that lie before the neck and in the picture


def worn_under(
    image: Image,
    region: PixelRegion,
    runs: tuple[Run, ...],
    px_per_metre: float,
    skin: SkinTone,
    hair: SkinTone,
    person: PersonMask | None,
) -> Wear:
    """What of a necklace is hidden.

    Args:
        image: (h, w, 3) RGB.
        region: of the picture, about the necklace, inside the image.
        runs: both sides of the chain.
        px_per_metre: at the neck.
    """
    by_hair = hair_cover(image, region, skin, hair, person).hides
    covered = cover(image, region, skin, person, hair).hides
    hides = by_hair.copy()
    shown, total = 0.0, 0
    for run in runs:
        x, y = np.rint(run.points_px - (region.x, region.y)).astype(np.intp).T
        inside = run.seen & (x >= 0) & (y >= 0) & (x < region.width) & (y < region.height)
        x, y = np.clip(x, 0, region.width - 1), np.clip(y, 0, region.height - 1)
        hidden = np.where(inside, by_hair[y, x], 0.0)
        under = _goes_under(run, covered[y, x] - by_hair[y, x], by_hair[y, x], inside)
        if under < len(run.metres):
            _hide_beyond(hides, covered, run.points_px[under:] - (region.x, region.y), px_per_metre)
            hidden[under:] = np.maximum(hidden[under:], covered[y[under:], x[under:]])
        shown += float((1.0 - hidden)[inside].sum())
        total += int(inside.sum())
    return Wear(Veil(hides, region), shown / total if total else 0.0)


def _goes_under(run: Run, cloth: Array, hair: Array, inside: NDArray[np.bool_]) -> int:
    """Index of the first point under a collar; the number of points where there is none."""
    step = np.diff(run.metres, prepend=run.metres[0])
    skin_met, cloth_met = 0.0, 0.0
    first = len(run.metres)
    for k in np.flatnonzero(inside).tolist():
        if hair[k] > BARE:
            continue
        if cloth[k] > COVERED:
            if skin_met >= SKIN_RUN:
                first = k if cloth_met == 0.0 else first
                cloth_met += float(step[k])
                if cloth_met >= CLOTH_RUN:
                    return first
        elif cloth[k] < BARE:
            skin_met += float(step[k])
            cloth_met, first = 0.0, len(run.metres)
    return len(run.metres)


def _hide_beyond(hides: Share, covered: Share, points: Array, px_per_metre: float) -> None:
    """Lay the collar over a chain from its first covered point on."""
    mask = np.zeros(hides.shape, np.uint8)
    thick = max(round(2.0 * REACH * px_per_metre), 3)
    line = np.rint(points).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [line], False, 255, thick, cv2.LINE_AA)
    np.maximum(hides, covered * (mask.astype(np.float32) / 255.0), out=hides)
