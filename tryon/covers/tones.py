"""The colours of a skin and of a head of hair, as one image shows them.

A skin is a few colours, found where it surely shows. Shading scales all of a colour's light, so
colours are compared by what shading leaves alone, a* and b* over the lightness (both go with the
cube root of the light). Cameras make shaded skin more saturated and lit skin paler: along its own
hue a colour may differ as far as its lightness explains.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image
from tryon.appearance.skin_samples import (
    beside_jaw_points,
    face_skin_points,
    hair_points,
    hand_skin_points,
    neck_points,
)
from tryon.covers.masks import PERSON_TO, person_at
from tryon.types import FaceLandmarks, HandLandmarks, PersonMask

Pixels = NDArray[np.float32]

COLOURS = 4  # of one skin: lit, shaded, red, pale
ROUNDS = 4  # of their search
USUAL = 1.9  # spreads from the other samples beyond which one is hair, a brow or glasses
DEEPEST = 0.85  # shade that is looked for on a neck, natural logarithm of L* + 16
COLOURFUL = 0.6  # of the usual saturation; paler places are highlights
EXPLAINED, LEAST_EXPLAINED = 3.0, 0.25  # spreads at which shade explains a colour; of how many
CHROMA_SPREAD = 0.034  # of one skin in one light; a* or b* over L* + 16
CHROMA_NOISE = 1.6  # grey levels of Lab: dark colours are uncertain
LIGHTER_SPREAD, DARKER_SPREAD = 0.25, 0.32  # natural logarithms of L* + 16
SATURATES, SHADE = 1.6, 0.8  # growth of saturation with darkness, natural logarithms, and its end
PALES = 1.5  # its fall in lighter skin
STRANGE = 2.4  # spreads at which a colour is half strange
LEAST_HAIR = 0.3  # of the places above a forehead that must not look like skin
LENGTHS = 0.5  # of the places beside a jaw that show neither skin nor the hair above the forehead


@dataclass(frozen=True, slots=True, eq=False)
class SkinTone:
    """The colours of one person's skin as this image shows them."""

    colours: Array  # (k, 3) log(L* + 16), a*/(L* + 16), b*/(L* + 16)
    trust: float  # 0..1: whether the samples agree that they show one skin


def skin_tone(image: Image, points_px: Array, perhaps_px: Array | None = None) -> SkinTone:
    """Learn a skin from places that surely show it; some may still be hair or outside the image.

    Args:
        image: (h, w, 3) RGB.
        points_px: (n, 2), from `tryon.appearance.skin_samples` or the caller's own.
        perhaps_px: (m, 2) where skin lies in shade, or something else: colours that a shade of
            this skin explains join it.
    """
    samples = _samples(image, points_px)
    if len(samples) < COLOURS:
        return SkinTone(np.zeros((1, 3)), 0.0)
    usual = np.median(samples, axis=0)
    kept = samples
    for _ in range(ROUNDS):
        tone = SkinTone(usual[None] if kept is samples else _few(kept), 1.0)
        near = apart(samples[None].astype(np.float32), tone)[0] < USUAL**2
        near &= _saturation(samples) > COLOURFUL * _saturation(usual)  # no highlights
        if near.sum() < COLOURS:
            return SkinTone(usual[None], 0.0)
        kept = samples[near]
    trust = min(1.0, 1.5 * len(kept) / len(points_px))
    tone = SkinTone(_few(kept), trust)
    if perhaps_px is not None:
        others = _samples(image, perhaps_px)
        near = apart(others[None].astype(np.float32), tone)[0] < EXPLAINED**2
        others = others[near & (np.abs(others[:, 0] - usual[0] + DEEPEST / 2) < DEEPEST / 2)]
        if len(others) >= LEAST_EXPLAINED * len(perhaps_px):
            tone = SkinTone(np.concatenate([tone.colours, _few(others)]), trust)
    return tone


def face_tone(image: Image, face: FaceLandmarks) -> SkinTone:
    """The skin of a face and of the neck in its shade."""
    return skin_tone(image, face_skin_points(face), neck_points(face))


def hand_tone(image: Image, hand: HandLandmarks) -> SkinTone:
    """The skin of a hand."""
    return skin_tone(image, hand_skin_points(hand))


def hair_tone(
    image: Image, face: FaceLandmarks, tone: SkinTone, person: PersonMask | None = None
) -> SkinTone:
    """Learn the colours of the hair above a forehead; of a hat, where one is worn.

    Args:
        image: (h, w, 3) RGB.
        face: of the wearer.
        tone: of the wearer's skin.
        person: where people are, if known.
    Returns:
        colours with trust 0 where no hair was found, as on a bald head.
    """
    height, width = image.shape[:2]
    points = hair_points(face)
    if person is not None and len(points):
        points = points[person_at(person, points[:, 0], points[:, 1], width, height) > PERSON_TO]
    samples = _samples(image, points)
    strange = apart(samples[None].astype(np.float32), tone, shades=False)[0] > USUAL**2
    if strange.sum() < max(COLOURS, LEAST_HAIR * len(samples)):
        return SkinTone(np.zeros((1, 3)), 0.0)
    return SkinTone(_few(samples[strange]), float(strange.mean()))


def with_lengths(
    image: Image, face: FaceLandmarks, tone: SkinTone, hair: SkinTone, person: PersonMask | None
) -> SkinTone:
    """The colours of a head of hair and of its lengths beside the jaw, where those are others.

    Roots grow out, hands or a cap hide the hair above a forehead. Without a person mask the
    background beside a face cannot be told from hair, and nothing is added.

    Args:
        image: (h, w, 3) RGB.
        tone: of the wearer's skin.
        hair: from `hair_tone`.
    """
    points = beside_jaw_points(face)
    if person is None or len(points) == 0:
        return hair
    height, width = image.shape[:2]
    on_person = person_at(person, points[:, 0], points[:, 1], width, height) > PERSON_TO
    samples = _samples(image, points[on_person])
    seen = samples[None].astype(np.float32)
    other = apart(seen, tone)[0] > USUAL**2
    if hair.trust > 0.0:
        other &= apart(seen, hair, shades=False)[0] > USUAL**2
    share = float(other.sum()) / len(points)
    if share < LENGTHS:
        return hair
    known = hair.colours if hair.trust > 0.0 else np.zeros((0, 3))
    return SkinTone(np.concatenate([known, _few(samples[other])]), max(hair.trust, share))


def features(colours: Image) -> Pixels:
    """(h, w, 3) log(L* + 16), a*/(L* + 16), b*/(L* + 16) of RGB; the last two ignore shading."""
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2Lab).astype(np.float32)
    light = lab[..., :1] * np.float32(100 / 255) + np.float32(16)
    chroma = (lab[..., 1:] - np.float32(128)) / light
    return np.asarray(np.concatenate([np.log(light), chroma], axis=2), np.float32)


def usual_colour(image: Image, points_px: Array) -> Array | None:
    """(3,) median features about (n, 2) pixels; None where all lie outside."""
    samples = _samples(image, points_px)
    return np.asarray(np.median(samples, axis=0)) if len(samples) else None


def _samples(image: Image, points_px: Array) -> Array:
    """(k, 3) features at those points that lie inside, each over three by three pixels."""
    height, width = image.shape[:2]
    inside = ((points_px >= 1) & (points_px < (width - 2, height - 2))).all(axis=1)
    x, y = np.rint(points_px[inside]).astype(np.intp).T
    if len(x) == 0:
        return np.zeros((0, 3))
    steps = np.arange(-1, 2)
    around = image[y[:, None, None] + steps[:, None], x[:, None, None] + steps]
    colours = np.asarray(np.rint(around.mean(axis=(1, 2))), np.uint8)
    return np.asarray(features(colours[None])[0], np.float64)


def _saturation(seen: Array | Pixels) -> Array:
    return np.asarray(np.hypot(seen[..., 1], seen[..., 2]))


def _few(samples: Array) -> Array:
    """(k, 3) colours that stand for many: k-means from the quantiles of lightness."""
    scaled = samples / (LIGHTER_SPREAD, CHROMA_SPREAD, CHROMA_SPREAD)
    order = np.argsort(scaled[:, 0], kind="stable")
    centres = np.stack([part.mean(axis=0) for part in np.array_split(scaled[order], COLOURS)])
    for _ in range(ROUNDS):
        nearest = ((scaled[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        member = nearest == np.arange(COLOURS)[:, None]
        count = member.sum(axis=1)[:, None]
        centres = np.where(count > 0, member @ scaled / np.maximum(count, 1), centres)
    return np.asarray(centres * (LIGHTER_SPREAD, CHROMA_SPREAD, CHROMA_SPREAD))


def apart(seen: Pixels, tone: SkinTone, *, shades: bool = True) -> Pixels:
    """Squared distance, in spreads, of every colour to the nearest of a tone's.

    Args:
        seen: (..., 3) features.
        shades: darker may be as much more saturated as shaded skin is, and lighter paler.
    """
    flat = np.ascontiguousarray(seen.reshape(-1, 3).T)
    precision = 1.0 / (CHROMA_SPREAD**2 + (CHROMA_NOISE * np.exp(-flat[0])) ** 2)
    colours = tone.colours.astype(np.float32)
    saturation = np.maximum(_saturation(colours), 1e-3)[:, None]
    darker = colours[:, :1] - flat[0]
    hue = np.concatenate([colours[:, 1:], colours[:, 2:], -colours[:, 1:2]], axis=1)
    turned = (hue / saturation).reshape(-1, 2) @ flat[1:]  # along each hue, and across it
    along = turned[0::2] - saturation
    if shades:
        along -= np.clip(along, -PALES * saturation * np.maximum(-darker, 0.0),
                         SATURATES * saturation * np.clip(darker, 0.0, SHADE))  # fmt: skip
    squares = (along**2 + turned[1::2] ** 2) * precision
    darker *= np.where(darker > 0.0, np.float32(1 / DARKER_SPREAD), np.float32(1 / LIGHTER_SPREAD))
    nearest: Pixels = np.min(squares + darker * darker, axis=0)
    return nearest.reshape(seen.shape[:-1])
