"""The lobe in the image: where an ear's soft end is, near the place that the head tells.

A small patch about the expected lobe is laid straight: the ear's up is up, outwards is to the
right, and lengths count in face heights. There a lobe is a piece of skin with a round end below
and outside. How much each place looks like the middle of one is a correlation with that round
end's rim, inside against outside, weighed with how far lobes are from where they are expected.

Whether an ear shows at all is told from the same patch (`ear_shows`). Strands before a lobe that
shows make a veil.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from models3d.frames import Array, Image, PixelRegion
from tryon.anchors.ear import OUTWARDS, EarAnchor
from tryon.anchors.ear_shows import LobePatch, ear_shows
from tryon.anchors.evidence import smoothstep
from tryon.covers.masks import person_at
from tryon.covers.tones import Pixels, SkinTone, apart, features, usual_colour
from tryon.types import PersonMask, Veil

PATCH_PX = 200.0  # of the patch, a face height
REACH, FAR_REACH = 0.16, 0.22  # face heights from its middle to its edge
SKIN_SPREAD = 6.0  # squared spreads at which a colour is half like skin
LIGHT_SPREAD = 0.35  # of the logarithm of the light, within which differences count fully
LIGHT_WEIGHT, SKIN_WEIGHT, INSIDE_WEIGHT = 0.5, 2.0, 1.0
RIM_RADII = (0.026, 0.034)  # face heights from the piercing to the lobe's rim
RIM_WIDTH = 0.008
RIM_FROM, RIM_TO = np.radians(-50.0), np.radians(80.0)  # from below towards outwards
# How far lobes are from where the head tells, face heights: aside seen from the front, more of it
# with the sine of the turn (whatever is wrong with the depth shows then), and upright.
ASIDE, ASIDE_TURNED, UPRIGHT = 0.012, 0.080, 0.080
SHARPNESS = 0.15  # score by which one place is better than another by a factor of e
BEHIND, LEAST_BEHIND = 0.10, 0.10  # person share of what is behind the wearer; least of a patch
LIKE_SKIN = 0.40, 0.70  # likeness to skin from which such a background is told by the mask
WEARER = 0.05, 0.30  # person shares between which it ends
FARTHEST = (0.07, 0.11)  # face heights outwards and up
LOBE_RADIUS = 0.020
PIERCED = 0.005  # face heights from the rim's middle up to the piercing
EITHER = 0.7  # squared spreads: so near to skin and hair, it may be either
NO_HAIR = 50.0  # squared spreads from the hair of a bald head
STRAND_FROM, STRAND_TO = 0.55, 0.85  # likeness to hair between which a strand covers
STRANDS_REACH = (0.021, 0.032)  # face heights from the piercing within which hair lies before it
LEAST_LOBE = 0.5  # of the lobe's disc that looks like skin where the rest is strands


@dataclass(frozen=True, slots=True, eq=False)
class LobeFound:
    """What a patch about an expected lobe shows."""

    shift: Array  # (2,) face heights, outwards and up, from the expected to the found place
    shows: float  # 0..1: that an ear is seen there, and no hair
    strands: Veil | None  # hair before the lobe


@dataclass(frozen=True, slots=True)
class Upright:
    """How high a lobe is looked for, face heights from where the head tells."""

    middle: float = 0.0
    spread: float = UPRIGHT
    farthest: float = FARTHEST[1]


@dataclass(frozen=True, slots=True, eq=False)
class LobeEvidence:
    """How much each place of a patch looks like a lobe's middle; all (side, side)."""

    score: Pixels  # but for its height
    rim: Pixels
    inside: Pixels  # mean likeness to skin over a lobe's disc
    seen: Pixels  # (side, side, 3) features
    soft: Pixels  # the first of them, a little blurred
    like_hair: Pixels
    aside: Pixels  # face heights outwards from the expected place
    up: Pixels
    source_from_patch: Array  # (2, 3)


def find_lobe(
    image: Image,
    anchor: EarAnchor,
    face_height_px: float,
    tone: SkinTone,
    hair: SkinTone,
    cheek_px: Array,
) -> LobeFound:
    """Look for the lobe near its expected place.

    Args:
        image: (h, w, 3) RGB.
        anchor: by the head alone.
        face_height_px: of a face seen from the front at the ear's distance.
        tone: of the wearer's skin.
        hair: of the wearer; without trust where there is none.
        cheek_px: (k, 2) places on the cheek beside this ear.
    """
    evidence = lobe_evidence(image, anchor, face_height_px, tone, hair)
    return lobe_found(evidence, usual_colour(image, cheek_px))


def lobe_evidence(
    image: Image,
    anchor: EarAnchor,
    face_height_px: float,
    tone: SkinTone,
    hair: SkinTone,
    person: PersonMask | None = None,
) -> LobeEvidence:
    """What is seen about an expected lobe.

    Args:
        person: where people are, if known: then farther up and down is looked, and what is behind
            the wearer is no skin where its colours alone would not tell.
    """
    reach = REACH if person is None else FAR_REACH
    source_from_patch, patch = _patch(image, anchor, face_height_px, reach)
    seen = features(patch)
    far = apart(seen, tone)
    skin: Pixels = np.asarray(SKIN_SPREAD / (SKIN_SPREAD + far), np.float32)
    if person is not None:
        skin = skin * _before_background(person, source_from_patch, skin, image)
    skin = np.asarray(cv2.GaussianBlur(skin, (0, 0), 0.8), np.float32)
    light = np.ascontiguousarray(seen[..., 0])
    soft = cv2.GaussianBlur(light, (0, 0), 0.8)
    evened = np.tanh((soft - float(np.median(soft))) / (2.0 * LIGHT_SPREAD)) * (2.0 * LIGHT_SPREAD)
    mixed = SKIN_WEIGHT * skin + (LIGHT_WEIGHT / LIGHT_SPREAD) * evened
    rim = np.maximum(*(cv2.filter2D(mixed, cv2.CV_32F, kernel) for kernel in _rim_kernels()))
    inside = cv2.filter2D(skin, cv2.CV_32F, _disc_kernel())
    aside, up = _grid(reach)
    spread = ASIDE + ASIDE_TURNED * abs(float(np.sin(anchor.turn)))
    score = rim + INSIDE_WEIGHT * inside - 0.5 * (aside / np.float32(spread)) ** 2
    score[np.abs(aside) > FARTHEST[0]] = -1e3
    near = np.full_like(far, NO_HAIR)
    if hair.trust > 0.0:
        near = apart(seen, hair, shades=False)
    likely: Pixels = far / (far + near + np.float32(EITHER))
    return LobeEvidence(
        score,
        rim,
        np.asarray(inside, np.float32),
        seen,
        np.asarray(soft, np.float32),
        likely,
        aside,
        up,
        source_from_patch,
    )


def lobe_found(
    evidence: LobeEvidence, cheek: Array | None, upright: Upright | None = None
) -> LobeFound:
    """The place that looks most like a lobe, softly.

    Args:
        cheek: (3,) features of the cheek beside this ear; None: it lies outside the picture.
        upright: where its height is expected, if not where the head tells.
    """
    aside, up = evidence.aside, evidence.up
    score = evidence.score + height_prior(up, upright or Upright())
    weight = np.exp((score - score.max()) / SHARPNESS)
    weight /= weight.sum()
    shift = np.array([float((weight * aside).sum()), float((weight * up).sum())])
    aside, up = aside - np.float32(shift[0]), up - np.float32(shift[1])
    clearest = float((weight * evidence.rim).sum())
    around = LobePatch(evidence.seen, evidence.soft, evidence.like_hair, aside, up)
    shows = ear_shows(around, clearest, cheek)
    strands = None
    if shows > 0.0 and float((weight * evidence.inside).sum()) > LEAST_LOBE:
        away = np.hypot(aside, up - PIERCED)
        strands = _strands(evidence.like_hair, away, evidence.source_from_patch)
    return LobeFound(shift + np.array([0.0, PIERCED]), shows, strands)


def height_prior(up: Pixels, upright: Upright) -> Pixels:
    """What the height of each place takes off its score."""
    prior = -0.5 * ((up - np.float32(upright.middle)) / np.float32(upright.spread)) ** 2
    prior[np.abs(up) > upright.farthest] = -1e3
    return np.asarray(prior, np.float32)


def _before_background(
    person: PersonMask, source_from_patch: Array, skin: Pixels, image: Image
) -> Pixels:
    """(side, side) 0 on a background of the skin's own colours, 1 elsewhere."""
    side = len(skin)
    places = np.arange(side, dtype=np.float64)
    x = source_from_patch[0, 0] * places + source_from_patch[0, 1] * places[:, None]
    y = source_from_patch[1, 0] * places + source_from_patch[1, 1] * places[:, None]
    x, y = x + source_from_patch[0, 2], y + source_from_patch[1, 2]
    share = person_at(person, x, y, image.shape[1], image.shape[0])
    behind = share < BEHIND
    if behind.mean() < LEAST_BEHIND:
        return np.ones_like(skin)
    alike = smoothstep(*LIKE_SKIN, float(np.median(skin[behind])))
    wearer = np.clip((share - WEARER[0]) / (WEARER[1] - WEARER[0]), 0.0, 1.0)
    return np.asarray(1.0 - alike * (1.0 - wearer), np.float32)


def _strands(likely: Pixels, away: Pixels, source_from_patch: Array) -> Veil | None:
    """Hair on the lobe's own disc, as a veil of the image; None where there is none."""
    reach = np.clip((STRANDS_REACH[1] - away) / (STRANDS_REACH[1] - STRANDS_REACH[0]), 0.0, 1.0)
    hides = np.clip((likely - STRAND_FROM) / (STRAND_TO - STRAND_FROM), 0.0, 1.0) * reach
    rows, columns = np.nonzero(hides > 0.05)
    if len(rows) == 0:
        return None
    corners = np.array(
        [[x, y, 1.0] for x in (columns.min() - 1, columns.max() + 1)
         for y in (rows.min() - 1, rows.max() + 1)]
    ) @ source_from_patch.T  # fmt: skip
    low = np.floor(corners.min(axis=0)).astype(int)
    high = np.ceil(corners.max(axis=0)).astype(int) + 1
    region = PixelRegion(int(low[0]), int(low[1]), *(int(each) for each in high - low))
    to_region = source_from_patch - np.array([[0, 0, low[0]], [0, 0, low[1]]])
    share = cv2.warpAffine(hides, to_region, (region.width, region.height), flags=cv2.INTER_LINEAR)
    return Veil(np.asarray(share, np.float32), region)


def axes_px(anchor: EarAnchor) -> Array:
    """(2, 2): outwards and up in the image about an ear, unit length, square to each other."""
    up, lobe = anchor.camera_from_anchor.rotation[:, 1], anchor.camera_from_anchor.translation
    along = up[:2] - lobe[:2] / lobe[2] * up[2]
    along = along / max(float(np.linalg.norm(along)), 1e-9)
    return np.array([[-along[1], along[0]], along]) * ([OUTWARDS[anchor.ear]], [1.0])


def moved_px(anchor: EarAnchor, shift: Array, face_height_px: float) -> Array:
    """(2,) pixels: the lobe's place after a shift in face heights."""
    moved: Array = anchor.lobe_px + face_height_px * shift @ axes_px(anchor)
    return moved


def _patch(
    image: Image, anchor: EarAnchor, face_height_px: float, half: float
) -> tuple[Array, Image]:
    """The image's pixels from the patch's (2, 3), and the patch (side, side, 3).

    Args:
        half: face heights from its middle to its edge.
    """
    side = round(2.0 * half * PATCH_PX)
    outward, up = axes_px(anchor) * face_height_px / PATCH_PX
    middle = (side - 1) / 2.0
    linear = np.column_stack([outward, -up])
    offset = anchor.lobe_px - linear @ (middle, middle)
    step = float(np.hypot(*outward))
    source, shrunk, corner = image, 1.0, np.zeros(2)
    if step > 2.0:  # a large picture is reduced about the ear, so that no detail aliases
        reach = 1.5 * half * face_height_px
        low = np.clip(
            np.floor(anchor.lobe_px - reach), 0.0, (image.shape[1] - 1, image.shape[0] - 1)
        )
        high = np.maximum(np.ceil(anchor.lobe_px + reach), low + 1.0)
        crop = image[int(low[1]) : int(high[1]), int(low[0]) : int(high[0])]
        shrunk, corner = 1.5 / step, low
        size = (max(round(crop.shape[1] * shrunk), 1), max(round(crop.shape[0] * shrunk), 1))
        source = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    patch = cv2.warpAffine(
        source,
        np.column_stack([linear, offset - corner]) * shrunk,
        (side, side),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.column_stack([linear, offset]), np.asarray(patch, np.uint8)


@cache
def _grid(reach: float) -> tuple[Pixels, Pixels]:
    """Shifts outwards and up of every pixel of a patch."""
    side = round(2.0 * reach * PATCH_PX)
    along = ((np.arange(side) + 0.5) / side * 2.0 - 1.0).astype(np.float32) * np.float32(reach)
    aside, up = np.meshgrid(along, -along)
    return aside, up


@cache
def _rim_kernels() -> tuple[Pixels, ...]:
    """Inside minus outside a lobe's rim, about its piercing; each sums up to nothing."""
    return tuple(_rim_kernel(radius) for radius in RIM_RADII)


def _rim_kernel(radius: float) -> Pixels:
    unit_px = PATCH_PX
    reach = int(np.ceil((radius + 2.0 * RIM_WIDTH) * unit_px))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    angles = np.linspace(RIM_FROM, RIM_TO, 33)
    for side, sign in ((-RIM_WIDTH, 1.0), (RIM_WIDTH, -1.0)):
        x = (radius + side) * unit_px * np.sin(angles) + reach
        y = (radius + side) * unit_px * np.cos(angles) + reach
        column, row = np.floor(x).astype(int), np.floor(y).astype(int)
        right, low = x - column, y - row
        for i, j, share in (
            (0, 0, (1 - right) * (1 - low)),
            (1, 0, right * (1 - low)),
            (0, 1, (1 - right) * low),
            (1, 1, right * low),
        ):
            np.add.at(kernel, (row + j, column + i), sign * share / len(angles))
    return kernel


@cache
def _disc_kernel() -> Pixels:
    """The mean over a lobe's disc."""
    radius = LOBE_RADIUS * PATCH_PX
    reach = int(np.ceil(radius))
    across = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    disc = np.clip(radius + 0.5 - across, 0.0, 1.0)
    return np.asarray(disc / disc.sum(), np.float32)
