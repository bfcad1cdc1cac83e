"""The light of a photo, read off the hand: its colour, its strength and where the key stands.

The studio that a jewel reflects is then tinted, dimmed and turned by this. All of it is held
back on purpose: complexion, nail varnish and a red wall also colour a hand, and a jewel lit
slightly wrong passes where one lit wildly wrong does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image
from tryon.types import FaceLandmarks, HandLandmarks
from viewer.render.types import Lighting

Linear = NDArray[np.float32]

# Linear sRGB of skin, as log R/G and log B/G, and its luminance: medians over 30 hands of many
# complexions in everyday photos (10th to 90th percentile: 0.26..0.99, -0.65..-0.03, 0.11..0.59).
SKIN_LOG_RED, SKIN_LOG_BLUE, SKIN_LUMINANCE = 0.64, -0.27, 0.25
# Dark skin is redder: how both change with the logarithm of its luminance, over the same hands.
SKIN_LOG_RED_SLOPE, SKIN_LOG_BLUE_SLOPE = -0.18, 0.06
SKIN_SHARE, SURROUNDINGS_SHARE = 0.6, 0.4  # of the two readings of the light's colour
SKIN_NEIGHBOURHOOD = 0.3  # logarithms: so near in colour, it is skin
ENOUGH_SURROUNDINGS = 0.25  # of the pixels; fewer tell less
TINT_TRUST = 0.65  # share of the colour that is believed
TINT_LIMIT = 0.30  # natural logarithm: at most a third warmer or cooler

WHITE_LUMINANCE = 0.80  # of the brightest things in a well exposed photo, linear
BRIGHTEST_PERCENTILE = 96
EXPOSURE_SKIN_SHARE = 0.35  # small: a dark skin is no dark room
EXPOSURE_TRUST = 0.6
EXPOSURE_LIMITS = (0.5, 1.25)

KEY_AZIMUTH = math.radians(-52.0)  # of the key softbox in viewer.render.studio, from +z towards +x
KEY_ABOVE = 0.35  # light comes from above until the photo says otherwise
KEY_TRUST = 1.6  # ambient light flattens the shading; the key is further aside than it reads
KEY_TURN_LIMIT = math.radians(75.0)

HAND_PX = 160  # the hand is looked at in a crop of about this size
FINGERS = ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
PALM = (0, 1, 5, 9, 13, 17)
FINGER_RADIUS = 0.13  # of the distance between the knuckles of index and little finger
SHADING_PRIOR = 1.5  # segments' worth of belief in light from above

SMOOTHING_SECONDS = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What was read; `lighting()` is what the renderer wants."""

    log_tint: Array  # (3,) natural logarithm of the gain of R, G, B
    log_exposure: float
    key: Array  # (2,) where the key stands: x right, y down; length is tan of its angle off axis

    def lighting(self) -> Lighting:
        """The studio tinted, dimmed, and turned about the vertical until its key stands there."""
        gains = np.exp(self.log_tint)
        azimuth = math.atan2(float(self.key[0]), 1.0)
        turn = float(np.clip(KEY_AZIMUTH - azimuth, -KEY_TURN_LIMIT, KEY_TURN_LIMIT))
        cosine, sine = math.cos(turn), math.sin(turn)
        turned = np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
        return Lighting(
            environment_from_camera=turned @ np.diag([1.0, -1.0, -1.0]),
            tint=(float(gains[0]), float(gains[1]), float(gains[2])),
            exposure=math.exp(self.log_exposure),
        )


def estimate_lighting(image: Image, landmarks: HandLandmarks | FaceLandmarks) -> Lighting:
    """The studio as it must stand to light a jewel on this hand."""
    return read_light(image, landmarks).lighting()


def read_light(image: Image, landmarks: HandLandmarks | FaceLandmarks) -> Light:
    """Read colour, strength and direction of the light off one hand and its surroundings.

    Args:
        image: (h, w, 3) RGB.
        landmarks: the hand that wears the jewel.
    """
    if isinstance(landmarks, FaceLandmarks):
        return Light(np.zeros(3), 0.0, np.array([0.0, -KEY_ABOVE]))
    crop, points = _hand_crop(image, landmarks.points_px)
    if crop is None:
        return Light(np.zeros(3), 0.0, np.array([0.0, -KEY_ABOVE]))
    radius = max(FINGER_RADIUS * float(np.linalg.norm(points[5] - points[17])), 1.5)
    skin_pixels = crop[_skin_mask(crop.shape[:2], points, radius)]
    around = _surroundings(image, landmarks.points_px)
    skin = np.full(3, SKIN_LUMINANCE)
    if len(skin_pixels):
        skin = np.median(skin_pixels, axis=0).astype(np.float64)
    return Light(_log_tint(skin, around), _log_exposure(skin, around), _key(crop, points, radius))


def smooth_light(previous: Light | None, read: Light, seconds: float) -> Light:
    """Follow the light of a stream slowly: a lamp does not flicker with the hand."""
    if previous is None:
        return read
    share = 1.0 - math.exp(-max(seconds, 0.0) / SMOOTHING_SECONDS)
    return Light(
        previous.log_tint + share * (read.log_tint - previous.log_tint),
        previous.log_exposure + share * (read.log_exposure - previous.log_exposure),
        previous.key + share * (read.key - previous.key),
    )


def _linear(image: Image) -> Linear:
    """sRGB bytes to linear light (IEC 61966-2-1)."""
    encoded = image.astype(np.float32) / 255.0
    low, high = encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    return np.where(encoded <= 0.04045, low, high).astype(np.float32)


def _luminance(linear: Linear) -> Linear:
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.asarray(linear @ weights, np.float32)


def _skin_luminance(skin: Array) -> float:
    return float(_luminance(np.asarray(skin, np.float32)))


def _hand_crop(image: Image, points_px: Array) -> tuple[Linear | None, Array]:
    """The hand's rectangle in linear light, reduced, with the landmarks in it."""
    height, width = image.shape[:2]
    low = np.maximum(np.floor(points_px.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(points_px.max(axis=0)), (width, height)).astype(int)
    size = high - low
    if size.min() < 8:
        return None, points_px
    factor = min(1.0, HAND_PX / float(size.max()))
    crop = image[low[1] : high[1], low[0] : high[0]]
    if factor < 1.0:
        crop = np.asarray(
            cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
        )
    return _linear(crop), (points_px - low) * factor


def _surroundings(image: Image, points_px: Array) -> Linear:
    """The hand and as much again on every side: light differs across a room."""
    height, width = image.shape[:2]
    low, high = points_px.min(axis=0), points_px.max(axis=0)
    reach = float((high - low).max())
    x0, y0 = np.maximum(low - reach, 0).astype(int)
    x1, y1 = np.minimum(high + reach, (width, height)).astype(int)
    small = cv2.resize(image[y0:y1, x0:x1], (64, 64), interpolation=cv2.INTER_AREA)
    return _linear(np.asarray(small, np.uint8))


def _skin_mask(shape: tuple[int, ...], points: Array, radius: float) -> NDArray[np.bool_]:
    """The inner part of the palm and of the fingers without their tips, which carry nails."""
    mask = np.zeros(shape, np.uint8)
    pixels = np.round(points).astype(np.int32)
    cv2.fillConvexPoly(mask, cv2.convexHull(pixels[list(PALM)]), 1)
    for _, knuckle, middle, _ in FINGERS:
        cv2.line(mask, pixels[knuckle].tolist(), pixels[middle].tolist(), 1, max(1, int(radius)))
    return mask.astype(bool)


def _log_tint(skin: Array, around: Linear) -> Array:
    """Colour of the light from the skin and from the bright greys about it; green stays 1."""
    r, g, b = np.maximum(skin, 1e-4)
    lightness = math.log(max(_skin_luminance(skin), 1e-3) / SKIN_LUMINANCE)
    red = SKIN_LOG_RED + SKIN_LOG_RED_SLOPE * lightness
    blue = SKIN_LOG_BLUE + SKIN_LOG_BLUE_SLOPE * lightness
    by_skin = np.array([math.log(r / g) - red, 0.0, math.log(b / g) - blue])
    # Shades of grey (Finlayson and Trezzi, 2004): the Minkowski mean of order 6. More skin about
    # the hand is no grey, so what has its colour is left out.
    pixels = np.maximum(around.reshape(-1, 3), 1e-4)
    unlike = np.log(pixels / pixels[:, 1:2]) - (math.log(r / g), 0.0, math.log(b / g))
    other = pixels[np.linalg.norm(unlike, axis=1) > SKIN_NEIGHBOURHOOD]
    by_surroundings = np.zeros(3)
    if len(other):
        shades = np.mean(other**6.0, axis=0) ** (1.0 / 6.0)
        told = min(1.0, len(other) / (ENOUGH_SURROUNDINGS * len(pixels)))
        by_surroundings = told * np.log(shades / shades[1])
    read = SKIN_SHARE * by_skin + SURROUNDINGS_SHARE * by_surroundings
    soft: Array = TINT_LIMIT * np.tanh(TINT_TRUST * read / TINT_LIMIT)  # never quite at the limit
    return soft


def _log_exposure(skin: Array, around: Linear) -> float:
    bright = float(np.percentile(_luminance(around), BRIGHTEST_PERCENTILE))
    read = (1.0 - EXPOSURE_SKIN_SHARE) * math.log(max(bright, 1e-3) / WHITE_LUMINANCE)
    read += EXPOSURE_SKIN_SHARE * math.log(max(_skin_luminance(skin), 1e-3) / SKIN_LUMINANCE)
    low, high = (math.log(limit) for limit in EXPOSURE_LIMITS)
    limit = high if read > 0 else -low
    return limit * math.tanh(EXPOSURE_TRUST * read / limit)


def _key(crop: Linear, points: Array, radius: float) -> Array:
    """Where the key stands, from how each finger's brightness falls from one side to the other.

    A finger is a cylinder: across it, brightness goes as the front light plus the side light times
    the offset from its axis. Fingers that point in different directions give both components.
    """
    grey = _luminance(crop)
    aside = np.linspace(-0.65, 0.65, 7)
    along = np.linspace(0.15, 0.85, 6)
    normal, target = np.eye(2) * SHADING_PRIOR, np.array([0.0, -KEY_ABOVE]) * SHADING_PRIOR
    for finger in FINGERS:
        for start, end in pairwise(finger[:-1]):
            axis = points[end] - points[start]
            length = float(np.linalg.norm(axis))
            if length < 3.0:
                continue
            across = np.array([-axis[1], axis[0]]) / length
            places = points[start] + along[:, None, None] * axis
            places = (places + (aside * radius)[:, None] * across).astype(np.float32)
            sampled = cv2.remap(
                grey,
                places[..., 0],
                places[..., 1],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            profile = np.median(sampled, axis=0)
            slope = float(profile @ aside) / float(aside @ aside)
            fall = float(np.clip(slope / max(float(profile.mean()), 1e-3), -0.8, 0.8))
            normal += np.outer(across, across)
            target += KEY_TRUST * fall * across
    return np.asarray(np.linalg.solve(normal, target), np.float64)
