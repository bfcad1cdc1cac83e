"""A sleeve over the wrist: where it begins along the arm, and what it hides.

From some place on, everything up the arm is cloth: not the hand's skin, and alike. A worn watch or
bracelet is followed by skin again, or by cloth of another colour, and is no sleeve; a new piece is
simply drawn over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array, Image, PixelRegion
from tryon.anchors.evidence import smoothstep
from tryon.anchors.forearm import Forearm
from tryon.anchors.woven import row_unevenness, woven_from
from tryon.covers.cover import cover
from tryon.covers.masks import person_at
from tryon.covers.tones import Pixels, SkinTone, apart, features, skin_tone
from tryon.types import PersonMask, Veil

FIRST, LAST, ROWS = -0.45, 1.65, 43  # palms from the wrist joint, up the arm
ACROSS = 9  # samples within the arm's middle
INNER = 0.30  # half of what they span, breadths of the arm
STRANGE, LIKE_CLOTH = 2.2, 2.6  # spreads beyond skin; within cloth's own
COVERED_SHARE = 0.6  # of a row
LEAST_TRUST, LEAST_PERSON = 0.3, 0.3
FIRST_STEP = 9  # rows of skin, at least, before cloth that is coloured like skin
EVEN = 0.4  # of the step: how unlike each other the rows on either side may be
STEP = 2.6  # spreads of colour at the edge of such cloth
FAINT_STEP, FAR = 1.0, 1.3  # at a fainter one; of such cloth from skin, spreads
SKIN, NEARER = 1.2, 0.5  # of skin before it from the hand's, and by how much less than the cloth
ABRUPT = 0.8  # of the colour's change between five rows on either side that three rows must show
EDGE = 1.8  # spreads of colour between three rows at the edge of any sleeve
AT_ONCE = 0.75  # of the change of colour there
STEP_SPREAD = np.array([0.22, 0.045, 0.045])  # of log(L* + 16), a* and b* over L* + 16 along an arm
UNLIKE_SHARE = 0.35  # of a row like the cloth, below which it is something else
BROADEST_WATCH = 0.5  # palms
LEAST_CLOTH = 0.4  # palms of it that must be seen
CLOTH_FROM = 0.45  # palms up the cloth from its edge, where its colours are learned
SLACK = 0.14  # palms about the edge within which single pixels decide
BESIDE_EDGE = 0.10, 0.50  # palms from the edge of cloth like skin, where both are learned
ASLANT, STEEPEST = 0.30, 0.6  # palms about it where that edge runs; its growth across the arm
SOFT = 0.03  # palms over which it begins
ASIDE = 0.95  # breadths beside the arm that a sleeve still hides


@dataclass(frozen=True, slots=True)
class Sleeve:
    """Where cloth begins."""

    from_palms: float  # from the wrist joint up the arm
    confidence: float  # 0..1
    like_skin: bool = False  # its colours alone do not tell it from the wearer's skin


def find_sleeve(
    image: Image,
    forearm: Forearm,
    palm_px: float,
    tone: SkinTone,
    person: PersonMask | None = None,
    faces: Sequence[SkinTone] = (),
) -> Sleeve | None:
    """The sleeve over a forearm, if there is one.

    Args:
        image: (h, w, 3) RGB.
        palm_px: palm length in the image as if parallel to it.
        tone: of the hand.
        person: where people are, if known: beyond them no cloth is looked for.
        faces: tones of the faces seen: an arm lit otherwise than its hand is often like them.
    """
    if tone.trust < LEAST_TRUST:
        return None
    height, width = image.shape[:2]
    along = np.linspace(FIRST, LAST, ROWS)
    points = _spots(forearm, palm_px, along)
    inside = np.all((points >= 0) & (points <= (width - 1, height - 1)), axis=(1, 2))
    if person is not None:
        middle = points[:, ACROSS // 2]
        inside &= person_at(person, middle[:, 0], middle[:, 1], width, height) > LEAST_PERSON
    out = np.flatnonzero(~inside & (along > 0.0))
    last = int(out[0]) if len(out) else ROWS
    local = points[:last].astype(np.float32)
    colours = cv2.remap(
        image, local[..., 0], local[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    seen = features(np.asarray(colours, np.uint8))
    from_hand = apart(seen, tone)
    nearest = from_hand
    for face in faces:
        if face.trust >= LEAST_TRUST:
            nearest = np.minimum(nearest, apart(seen, face))
    covered = (nearest > STRANGE**2).mean(axis=1) >= COVERED_SHARE
    bare = np.flatnonzero(~covered)
    first = int(bare.max()) + 1 if len(bare) else 0
    rows = np.asarray(np.median(seen, axis=1), np.float64) / STEP_SPREAD
    far = np.asarray(np.median(np.sqrt(from_hand), axis=1), np.float64)
    if not _sharp(rows, first):  # shade, or another light
        first = last
    like = np.asarray(np.median(np.sqrt(nearest), axis=1), np.float64)
    uneven = row_unevenness(image, forearm, palm_px, along, INNER)[:last]
    steps = _step(rows, like), _faint_step(rows, far), woven_from(rows, uneven, FIRST_STEP)
    like_skin = min(steps) < first
    first = min(first, *steps)
    if last - first < 2 or along[last - 1] - along[first] < LEAST_CLOTH:
        return None
    first += _worn_before(image, points[:last], seen, along, first)
    shown = float(along[last - 1] - along[min(first, last - 1)])
    if shown < LEAST_CLOTH:
        return None
    step = float(along[1] - along[0])
    sure = smoothstep(LEAST_CLOTH, 2.0 * LEAST_CLOTH, shown)
    return Sleeve(float(along[first]) - 0.5 * step, sure, like_skin)


def _sharp(rows: Array, first: int) -> bool:
    """Whether the colour changes at once where cloth begins, and not little by little.

    Args:
        rows: (n, 3) spreads, from the hand up the arm.
    """
    near = rows[max(first - 3, 0) : first + 4]
    before, after = rows[max(first - 8, 0) : max(first - 1, 1)], rows[first + 2 : first + 12]
    if len(near) < 4 or len(after) == 0:
        return False
    jump = float(np.linalg.norm(near[3:] - near[:-3], axis=1).max())
    change = float(np.linalg.norm(np.median(after, axis=0) - np.median(before, axis=0)))
    return jump > max(EDGE, AT_ONCE * change)


def _step(rows: Array, far: Array) -> int:
    """The first row of cloth coloured so like skin that only the step at its edge tells it.

    Rows before it are alike, and rows after it. The number of rows without such a step.

    Args:
        rows: (n, 3) spreads of each row, from the hand up the arm.
        far: (n,) spreads of each from skin.
    """
    count = len(rows)
    if count < FIRST_STEP + 5:
        return count
    at = np.arange(FIRST_STEP, count - 4)
    total = np.cumsum(rows, axis=0)
    before = total[at - 1] / at[:, None]
    after = (total[-1] - total[at - 1]) / (count - at)[:, None]
    rise = np.linalg.norm(after - before, axis=1)
    sharp = np.linalg.norm(rows[at + 1] - rows[at - 2], axis=1)
    rise[(sharp < 0.6 * rise) | (_least_from(far)[at + 1] < FAR)] = 0.0
    best = int(rise.argmax())
    if rise[best] < STEP:
        return count
    edge = int(at[best])
    sides = (rows[:edge], before[best]), (rows[edge:], after[best])
    uneven = max(np.percentile(np.linalg.norm(side - mean, axis=1), 85) for side, mean in sides)
    return edge if uneven < EVEN * rise[best] else count


def _faint_step(rows: Array, far: Array) -> int:
    """As `_step`, of cloth almost like skin: all of it is a little farther from the hand's.

    Args:
        rows: (n, 3) spreads of each row, from the hand up the arm.
        far: (n,) spreads of each from the hand's skin.
    """
    count = len(rows)
    if count < FIRST_STEP + 6:
        return count
    at = np.arange(FIRST_STEP, count - 5)
    total = np.cumsum(np.pad(rows, ((1, 0), (0, 0))), axis=0)
    rise = np.linalg.norm((total[at + 5] - 2.0 * total[at] + total[at - 5]) / 5.0, axis=1)
    sharp = np.linalg.norm(rows[at + 1] - rows[at - 2], axis=1)
    skin = np.maximum.accumulate(far)[at - 2]
    cloth = _least_from(far)[at + 1]
    fits = (sharp > FAINT_STEP) & (sharp > ABRUPT * rise)
    fits &= (skin < SKIN) & (cloth > FAR) & (cloth < STRANGE) & (cloth - skin > NEARER)
    if not fits.any():
        return count
    edge = int(at[np.where(fits, sharp, 0.0).argmax()])
    return edge if np.median(far[edge:]) < STRANGE else count  # or all of it is in another light


def _least_from(far: Array) -> Array:
    """(n,) the least of each value and all that follow it."""
    return np.asarray(np.minimum.accumulate(far[::-1])[::-1], np.float64)


def _worn_before(image: Image, points: Array, seen: Pixels, along: Array, first: int) -> int:
    """How many rows before the cloth belong to a watch that is worn there."""
    core = np.flatnonzero(along[: len(seen)] > along[first] + CLOTH_FROM)
    if len(core) < 4:
        return 0
    cloth = skin_tone(image, points[core].reshape(-1, 2))
    if cloth.trust < LEAST_TRUST:
        return 0
    alike = (apart(seen, cloth) < LIKE_CLOTH**2).mean(axis=1)[first : core[0]]
    other = np.flatnonzero(alike < UNLIKE_SHARE)
    rows = int(other.max()) + 1 if len(other) else 0
    within = along[first] > FIRST + 0.1 and along[first + rows] - along[first] < BROADEST_WATCH
    return rows if within else 0


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
    line = _edge_line(image, forearm, palm_px, sleeve) if sleeve.like_skin else None
    if line is not None:
        across = (x[None] * right[0] + y[:, None] * right[1]) / palm_px
        share = np.clip((up - line[0] - line[1] * across) / SOFT + 0.5, 0.0, 1.0)
    else:
        pixels = cover(image, region, tone, person).hides
        near = np.clip(up / SLACK, -1.0, 1.0)
        share = np.where(near < 0.0, pixels * (1.0 + near), pixels + (1.0 - pixels) * near)
    reach = ASIDE * forearm.breadth_palms
    share *= np.clip((reach - aside) / 0.1 + 1.0, 0.0, 1.0)
    return Veil((share * sleeve.confidence).astype(np.float32), region)


def _edge_line(
    image: Image, forearm: Forearm, palm_px: float, sleeve: Sleeve
) -> tuple[float, float] | None:
    """A cuff's edge, which lies aslant: palms beyond where it begins, and growth to the right.

    By the colours of the skin before it and of its own cloth; None where these are not known.
    """
    beside = np.linspace(*BESIDE_EDGE, 9)
    skin, cloth = (
        skin_tone(image, _spots(forearm, palm_px, sleeve.from_palms + way * beside).reshape(-1, 2))
        for way in (-1.0, 1.0)
    )
    if min(skin.trust, cloth.trust) < LEAST_TRUST:
        return None
    along = np.linspace(-ASLANT, ASLANT, 2 * ACROSS + 1)
    points = _spots(forearm, palm_px, sleeve.from_palms + along).astype(np.float32)
    colours = cv2.remap(
        image, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    seen = features(np.asarray(colours, np.uint8))
    from_skin, from_cloth = (apart(seen, each, shades=False) for each in (skin, cloth))
    likely = np.asarray(from_skin / (from_skin + from_cloth + np.float32(1e-3)), np.float64)
    total = np.cumsum(np.pad(likely - 0.5, ((1, 0), (0, 0))), axis=0)
    begins = (total[-1] - 2.0 * total).argmax(axis=0)  # all before it skin, all after it cloth
    step = float(along[1] - along[0])
    edge = along[0] + step * (begins - 0.5)
    aside = np.linspace(-INNER, INNER, ACROSS) * forearm.breadth_palms
    i, j = np.triu_indices(ACROSS, 2)
    slope = float(np.median((edge[j] - edge[i]) / (aside[j] - aside[i])))  # Theil and Sen
    slope = float(np.clip(slope, -STEEPEST, STEEPEST))
    return float(np.median(edge - slope * aside)), slope
