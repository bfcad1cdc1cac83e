"""A sleeve over the wrist: where it begins along the arm, and what it hides.

From some place on, everything up the arm is cloth: not the hand's skin, and alike. A worn watch or
bracelet is followed by skin again, or by cloth of another colour, and is no sleeve; a new piece is
simply drawn over it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image, PixelRegion
from tryon.anchors.evidence import smoothstep
from tryon.anchors.forearm import Forearm
from tryon.cover import cover
from tryon.tones import SkinTone, apart, features, skin_tone
from tryon.types import PersonMask, Veil

FIRST, LAST, ROWS = -0.25, 1.65, 39  # palms from the wrist joint, up the arm
ACROSS = 9  # samples within the arm's middle
INNER = 0.30  # half of what they span, breadths of the arm
STRANGE, LIKE_CLOTH = 2.2, 2.6  # spreads beyond skin; within cloth's own
COVERED_SHARE = 0.6  # of a row
LEAST_CLOTH = 0.4  # palms of it that must be seen
CLOTH_FROM = 0.45  # palms up the cloth from its edge, where its colours are learned
SLACK = 0.14  # palms about the edge within which single pixels decide
ASIDE = 0.95  # breadths beside the arm that a sleeve still hides


@dataclass(frozen=True, slots=True)
class Sleeve:
    """Where cloth begins."""

    from_palms: float  # from the wrist joint up the arm
    confidence: float  # 0..1


def find_sleeve(image: Image, forearm: Forearm, palm_px: float, tone: SkinTone) -> Sleeve | None:
    """The sleeve over a forearm, if there is one.

    Args:
        image: (h, w, 3) RGB.
        palm_px: palm length in the image as if parallel to it.
        tone: of the hand.
    """
    if tone.trust < 0.3:
        return None
    height, width = image.shape[:2]
    along = np.linspace(FIRST, LAST, ROWS)
    points = _spots(forearm, palm_px, along)
    inside = np.all((points >= 0) & (points <= (width - 1, height - 1)), axis=(1, 2))
    if not inside.any():
        return None
    last = int(np.flatnonzero(inside).max()) + 1
    local = points[:last].astype(np.float32)
    colours = cv2.remap(
        image, local[..., 0], local[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    seen = features(np.asarray(colours, np.uint8))
    covered = (apart(seen, tone) > STRANGE**2).mean(axis=1)
    # from the far end towards the hand: cloth as long as nearly every row is covered
    bare = np.flatnonzero(covered < COVERED_SHARE)
    first = int(bare.max()) + 1 if len(bare) else 0
    if last - first < 2 or along[last - 1] - along[first] < LEAST_CLOTH:
        return None
    core = (along[:last] > along[first] + CLOTH_FROM) | (np.arange(last) >= last - 6)
    cloth = skin_tone(image, points[:last][core].reshape(-1, 2))
    alike = (apart(seen, cloth) < LIKE_CLOTH**2).mean(axis=1)
    if cloth.trust > 0.3:  # what lies before the cloth and is not like it: a worn watch
        other = np.flatnonzero((alike < 0.35)[: int(np.flatnonzero(core)[0])])
        other = other[other >= first]
        if len(other):
            first = int(other.max()) + 1
    seen_palms = float(along[last - 1] - along[min(first, last - 1)])
    if seen_palms < LEAST_CLOTH:
        return None
    step = float(along[1] - along[0])
    return Sleeve(
        float(along[first]) - 0.5 * step, smoothstep(LEAST_CLOTH, 2.0 * LEAST_CLOTH, seen_palms)
    )


def _spots(forearm: Forearm, palm_px: float, along: Array) -> Array:
    """(rows, ACROSS, 2) pixels within the arm."""
    away = -forearm.towards_hand
    right = np.array([away[1], -away[0]])
    across = np.linspace(-INNER, INNER, ACROSS) * forearm.breadth_palms * palm_px
    middle = forearm.start_px + palm_px * along[:, None] * away
    spots: Array = middle[:, None] + across[:, None] * right
    return spots


def sleeve_veil(
    image: Image,
    region: PixelRegion,
    forearm: Forearm,
    palm_px: float,
    sleeve: Sleeve,
    tone: SkinTone,
    person: PersonMask | None = None,
) -> Veil:
    """What a sleeve hides of what is drawn in a region.

    Beyond its edge everything, well before it nothing; about the edge each pixel for itself.
    """
    away = -forearm.towards_hand
    right = np.array([away[1], -away[0]])
    x = np.arange(region.width) + region.x + 0.5 - forearm.start_px[0]
    y = np.arange(region.height) + region.y + 0.5 - forearm.start_px[1]
    up = (x[None] * away[0] + y[:, None] * away[1]) / palm_px - sleeve.from_palms
    aside = np.abs(x[None] * right[0] + y[:, None] * right[1]) / palm_px
    near = np.clip(up / SLACK, -1.0, 1.0)
    pixels = cover(image, region, tone, person).hides
    share = np.where(near < 0.0, pixels * (1.0 + near), pixels + (1.0 - pixels) * near)
    reach = ASIDE * forearm.breadth_palms
    share *= np.clip((reach - aside) / 0.1 + 1.0, 0.0, 1.0)
    return Veil((share * sleeve.confidence).astype(np.float32), region)
