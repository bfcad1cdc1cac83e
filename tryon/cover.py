"""What stands before a jewel: hair, a sleeve, a collar. Whatever is not the wearer's skin.

A skin is a few colours, found where it surely shows. Shading scales all of a colour's light, so
colours are compared by what shading leaves alone, a* and b* over the lightness (both go with the
cube root of the light); lightness itself counts little within what the samples show and more
beyond. The share of each pixel that is not skin is found on a reduced picture and laid back along
the image's own edges with a guided filter (He, Sun, Tang, 2013; the fast form of 2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image, PixelRegion
from tryon.types import PersonMask, Veil

Pixels = NDArray[np.float32]

COLOURS = 4  # of one skin: lit, shaded, red, pale
ROUNDS = 4  # of their search
OUTLYING = 0.06  # chroma beyond which a sample is hair, a brow or glasses
DARK_SHARE = 0.5  # of the samples' usual lightness: darker ones are no bare skin
CHROMA_SPREAD = 0.034  # of one skin in one light; a* or b* over L* + 16
CHROMA_NOISE = 1.6  # grey levels of Lab: dark colours are uncertain
LIGHTER_SPREAD, DARKER_SPREAD = 0.32, 0.38  # natural logarithms of L* + 16
STRANGE = 2.4  # spreads at which a colour is half strange
WORK_SIDE_PX = 96  # the side at which colours are judged
EDGE_RADIUS = 0.035  # of the work picture's side: reach of the guided filter
EDGE_RIDGE = 4e-4  # variance of the guide, 0..1, below which it counts as flat
CERTAIN_NOT, CERTAIN = 0.40, 0.72  # filtered shares that become 0 and 1
SURELY = 0.65  # half strange and a little: what counts as cover in the trust
APART, WELL_APART = 1.2, 2.2  # spreads between cover and skin: no trust, full trust
PERSON_FROM, PERSON_TO = 0.25, 0.6  # person shares between which background becomes body


@dataclass(frozen=True, slots=True, eq=False)
class SkinTone:
    """The colours of one person's skin as this image shows them."""

    colours: Array  # (k, 3) log(L* + 16), a*/(L* + 16), b*/(L* + 16)
    trust: float  # 0..1: whether the samples agree that they show one skin


def skin_tone(image: Image, points_px: Array) -> SkinTone:
    """Learn a skin from places that surely show it; some may still be hair or outside the image.

    Args:
        image: (h, w, 3) RGB.
        points_px: (n, 2), from `tryon.skin_samples` or the caller's own.
    """
    height, width = image.shape[:2]
    inside = ((points_px >= 1) & (points_px < (width - 2, height - 2))).all(axis=1)
    if inside.sum() < COLOURS:
        return SkinTone(np.zeros((1, 3)), 0.0)
    samples = _features(_sampled(image, points_px[inside]))[0].astype(np.float64)
    usual = np.median(samples, axis=0)
    off = np.linalg.norm(samples[:, 1:] - usual[1:], axis=1)
    kept = samples[(off < OUTLYING) & (samples[:, 0] > usual[0] + np.log(DARK_SHARE))]
    if len(kept) < COLOURS:
        return SkinTone(usual[None], 0.0)
    return SkinTone(_few(kept), min(1.0, 2.0 * len(kept) / len(points_px)))


def cover(
    image: Image, region: PixelRegion, tone: SkinTone, person: PersonMask | None = None
) -> Veil:
    """How far each pixel of a region shows something of the person that is not skin.

    Background covers nothing. Without a person mask it cannot be told from cloth: keep the region,
    or the jewel, within the body. A veil that cannot be trusted hides nothing.

    Args:
        image: (h, w, 3) RGB.
        region: what reaches beyond the image hides nothing.
        tone: of the wearer.
        person: where people are, if known.
    """
    return _veil(image, region, tone, person, None)


def _veil(
    image: Image,
    region: PixelRegion,
    tone: SkinTone,
    person: PersonMask | None,
    hair: SkinTone | None,
) -> Veil:
    height, width = image.shape[:2]
    inside = region.clipped(width, height)
    hides = np.zeros((max(region.height, 0), max(region.width, 0)), np.float32)
    if inside.width < 2 or inside.height < 2 or tone.trust == 0.0:
        return Veil(hides, region)
    crop = image[inside.y : inside.y + inside.height, inside.x : inside.x + inside.width]
    scale = min(1.0, WORK_SIDE_PX / max(inside.width, inside.height))
    size = (max(round(inside.width * scale), 2), max(round(inside.height * scale), 2))
    small = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    features = _features(small)
    apart = _apart(features, tone)
    strange = apart / (apart + STRANGE**2)
    if hair is not None:
        strange = _hair_share(features, strange, apart, hair)
    bodily = None if person is None else _bodily(person, inside, size, width, height)
    trust = tone.trust * _separation(features, strange)
    share = _along_edges(strange, small, crop)
    share = (share - CERTAIN_NOT) * (trust / (CERTAIN - CERTAIN_NOT))
    np.clip(share, 0.0, trust, out=share)
    if bodily is not None:
        share *= cv2.resize(bodily, (inside.width, inside.height), interpolation=cv2.INTER_LINEAR)
    top, left = inside.y - region.y, inside.x - region.x
    hides[top : top + inside.height, left : left + inside.width] = share
    return Veil(hides, region)


def _features(colours: Image) -> Pixels:
    """(h, w, 3) log(L* + 16), a*/(L* + 16), b*/(L* + 16) of RGB; the last two ignore shading."""
    lab = cv2.cvtColor(colours.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2Lab)
    light = lab[..., 0] + 16.0
    return np.dstack([np.log(light), lab[..., 1] / light, lab[..., 2] / light])


def _sampled(image: Image, points_px: Array) -> Image:
    """(1, n, 3) colours about points, each the mean of three by three: noise is no colour."""
    x, y = np.rint(points_px).astype(np.intp).T
    steps = np.arange(-1, 2)
    around = image[y[:, None, None] + steps[:, None], x[:, None, None] + steps]
    return np.rint(around.mean(axis=(1, 2))).astype(np.uint8)[None]


def _few(samples: Array) -> Array:
    """(k, 3) colours that stand for many: k-means from the quantiles of lightness."""
    scaled = samples / (LIGHTER_SPREAD, CHROMA_SPREAD, CHROMA_SPREAD)
    order = np.argsort(scaled[:, 0])
    centres = np.stack([part.mean(axis=0) for part in np.array_split(scaled[order], COLOURS)])
    for _ in range(ROUNDS):
        nearest = ((scaled[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        centres = np.stack(
            [
                scaled[nearest == k].mean(axis=0) if (nearest == k).any() else centres[k]
                for k in range(COLOURS)
            ]
        )
    return np.asarray(centres * (LIGHTER_SPREAD, CHROMA_SPREAD, CHROMA_SPREAD))


def _apart(features: Pixels, tone: SkinTone) -> Pixels:
    """Squared distance, in spreads, of every colour to the nearest of a tone's."""
    light = features[..., 0]
    noise = np.exp(-light) * CHROMA_NOISE
    precision = 1.0 / (CHROMA_SPREAD**2 + noise**2)
    least = np.full(light.shape, np.inf, np.float32)
    lowest, highest = tone.colours[:, 0].min(), tone.colours[:, 0].max()
    below, above = np.maximum(lowest - light, 0.0), np.maximum(light - highest, 0.0)
    beyond = (below / DARKER_SPREAD) ** 2 + (above / LIGHTER_SPREAD) ** 2
    for log_light, a, b in tone.colours.astype(np.float32):
        chroma = (features[..., 1] - a) ** 2 + (features[..., 2] - b) ** 2
        other = (light - log_light) * (0.5 / LIGHTER_SPREAD)
        np.minimum(least, chroma * precision + other**2, out=least)
    return np.asarray(least + beyond, np.float32)


def _hair_share(features: Pixels, strange: Pixels, apart: Pixels, hair: SkinTone) -> Pixels:
    """The share that is hair: as near to the hair's colours as far from the skin's."""
    near = _apart(features, hair)
    likely = apart / (apart + near + 0.5)
    known = STRANGE**2 / (STRANGE**2 + 0.5 * near)
    return np.asarray(likely * np.minimum(1.0, 1.4 * known), np.float32)


def _separation(features: Pixels, strange: Pixels) -> float:
    """How far what counts as cover lies from what counts as skin: 0 nothing tells them apart."""
    covered = strange > SURELY
    share = covered.mean()
    if share < 0.01 or share > 0.99:
        return 1.0
    spread = np.array([DARKER_SPREAD, 1.5 * CHROMA_SPREAD, 1.5 * CHROMA_SPREAD], np.float32)
    scaled = features / spread
    gap = np.linalg.norm(scaled[covered].mean(axis=0) - scaled[~covered].mean(axis=0))
    return float(np.clip((gap - APART) / (WELL_APART - APART), 0.0, 1.0))


def _along_edges(share: Pixels, small: Image, crop: Image) -> Pixels:
    """The share at full size, its edges moved onto the image's own.

    The guide is the mixture of red, green and blue that tells this cover from this skin best.
    """
    colours = small.reshape(-1, 3).astype(np.float32) / 255.0
    middle = colours.mean(axis=0)
    offset = colours - middle
    spread = offset.T @ offset / len(offset) + 1e-4 * np.eye(3, dtype=np.float32)
    mixture = np.linalg.solve(spread, offset.T @ (share.ravel() - share.mean()) / len(offset))
    mixture /= max(float(np.abs(mixture).sum()), 1e-6)
    guide = (offset @ mixture).reshape(share.shape).astype(np.float32)
    side = 2 * max(1, round(EDGE_RADIUS * max(share.shape))) + 1
    mean_guide, mean_share = _boxed(guide, side), _boxed(share, side)
    variance = _boxed(guide * guide, side) - mean_guide**2
    slope = (_boxed(guide * share, side) - mean_guide * mean_share) / (variance + EDGE_RIDGE)
    level = _boxed(mean_share - slope * mean_guide, side)
    slope = _boxed(slope, side)
    size = (crop.shape[1], crop.shape[0])
    slope = cv2.resize(slope, size, interpolation=cv2.INTER_LINEAR)
    level = cv2.resize(level, size, interpolation=cv2.INTER_LINEAR)
    transform = np.append(mixture / 255.0, -float(middle @ mixture)).astype(np.float32)[None]
    fine = cv2.transform(crop.astype(np.float32), transform)
    return np.asarray(slope * fine + level, np.float32)


def _boxed(values: Pixels, side: int) -> Pixels:
    return np.asarray(cv2.blur(values, (side, side)), np.float32)


def _bodily(
    person: PersonMask, inside: PixelRegion, size: tuple[int, int], width: int, height: int
) -> Pixels:
    """(h, w) of `size`: 1 on people, 0 on the background, over a region of the whole image."""
    rows, columns = person.share.shape
    x = (inside.x + (np.arange(size[0]) + 0.5) * inside.width / size[0]) / width * columns - 0.5
    y = (inside.y + (np.arange(size[1]) + 0.5) * inside.height / size[1]) / height * rows - 0.5
    across, down = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    share = cv2.remap(person.share, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(
        np.clip((share - PERSON_FROM) / (PERSON_TO - PERSON_FROM), 0.0, 1.0), np.float32
    )
