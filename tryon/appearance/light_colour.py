"""Colour and strength of the light, from skin and from what stands about it.

Held back on purpose: complexion, make-up and a red wall also colour what is seen, and a jewel lit
slightly wrong passes where one lit wildly wrong does not.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.appearance.shaded_skin import Linear, linear

# Linear sRGB of skin, as log R/G and log B/G, and its luminance: medians over 30 hands of many
# complexions in everyday photos (10th to 90th percentile: 0.26..0.99, -0.65..-0.03, 0.11..0.59).
SKIN_LOG_RED, SKIN_LOG_BLUE, SKIN_LUMINANCE = 0.64, -0.27, 0.25
# Dark skin is redder: how both change with the logarithm of its luminance, over the same hands.
SKIN_LOG_RED_SLOPE, SKIN_LOG_BLUE_SLOPE = -0.18, 0.06
SKIN_SHARE = 0.3  # of the light's colour; the rest is the surroundings'
WHITE_SHARE, ENOUGH_WHITE = 0.75, 0.08  # how far white things decide, and how much of them
WHITE_FROM, WHITE_HUE = 0.45, 0.38  # luminance and logarithms of ratios
SKIN_NEIGHBOURHOOD = 0.3  # logarithms: so near in colour, it is skin
COLOURED = 0.7  # logarithms of ratios from which a thing has a colour of its own
ENOUGH_SURROUNDINGS = 0.25  # of the pixels; fewer tell less
TINT_TRUST = 0.5  # share of the colour that is believed
TINT_LIMIT = 0.16  # natural logarithm; with more, steel would pass for rose gold

WHITE_LUMINANCE = 0.80  # of the brightest things in a well exposed photo, linear
BRIGHTEST_PERCENTILE = 96
EXPOSURE_SKIN_SHARE = 0.35  # small: a dark skin is no dark room
EXPOSURE_TRUST = 0.7
EXPOSURE_LIMITS = (0.42, 1.4)

SIDE_SAMPLES = 48  # of the surroundings
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def surroundings(image: Image, points_px: Array) -> Linear:
    """A thin sample of a body part's rectangle and as much again on every side.

    Light differs across a room, so what is far away does not count.
    """
    height, width = image.shape[:2]
    low, high = points_px.min(axis=0), points_px.max(axis=0)
    reach = float((high - low).max())
    x0, y0 = np.clip(low - reach, 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(high + reach, (x0 + 1, y0 + 1), (width, height)).astype(int)
    step = max(1, min(x1 - x0, y1 - y0) // SIDE_SAMPLES)
    return linear(np.ascontiguousarray(image[y0:y1:step, x0:x1:step]))


def luminance(colours: Array | Linear) -> Array:
    """Of linear sRGB (..., 3)."""
    return np.asarray(colours @ WEIGHTS)


def log_tint(skin: Array, around: Linear) -> Array:
    """(3,) natural logarithm of the light's colour from skin and bright greys; green stays 0.

    Args:
        skin: (3,) linear sRGB.
        around: (h, w, 3) linear sRGB.
    """
    r, g, b = np.maximum(skin, 1e-4)
    lightness = math.log(max(float(luminance(skin)), 1e-3) / SKIN_LUMINANCE)
    red = SKIN_LOG_RED + SKIN_LOG_RED_SLOPE * lightness
    blue = SKIN_LOG_BLUE + SKIN_LOG_BLUE_SLOPE * lightness
    by_skin = np.array([math.log(r / g) - red, 0.0, math.log(b / g) - blue])
    pixels = np.maximum(around.reshape(-1, 3), np.float32(1e-4))
    red_log, green_log, blue_log = np.ascontiguousarray(cv2.log(pixels).T)
    red_hue, blue_hue = red_log - green_log, blue_log - green_log
    unlike = (red_hue - math.log(r / g)) ** 2 + (blue_hue - math.log(b / g)) ** 2
    coloured = np.maximum(np.abs(red_hue), np.abs(blue_hue))
    skinless = (unlike > SKIN_NEIGHBOURHOOD**2) & (coloured < COLOURED)
    by_surroundings, told = _by_surroundings(pixels[skinless], len(pixels))
    by_white, sure = _by_white(pixels[skinless], coloured[skinless], len(pixels))
    read = SKIN_SHARE * by_skin + (1.0 - SKIN_SHARE) * told * by_surroundings
    read = read + WHITE_SHARE * sure * (by_white - read)
    soft: Array = TINT_LIMIT * np.tanh(TINT_TRUST * read / TINT_LIMIT)  # never quite at the limit
    return soft


def _by_surroundings(other: Linear, count: int) -> tuple[Array, float]:
    """Shades of grey (Finlayson and Trezzi, 2004), the Minkowski mean of order 6, and its weight.

    More skin about the hand is no grey, so what has its colour is left out before.
    """
    if len(other) == 0:
        return np.zeros(3), 0.0
    squares = other * other
    shades = np.asarray(np.mean(squares**3, axis=0, dtype=np.float64)) ** (1.0 / 6.0)
    return np.log(shades / shades[1]), min(1.0, len(other) / (ENOUGH_SURROUNDINGS * count))


def _by_white(other: Linear, coloured: Linear, count: int) -> tuple[Array, float]:
    """The mean of what is bright and nearly grey, a wall, paper, a shirt, and how sure that is."""
    lit = luminance(other)
    white = (lit > WHITE_FROM) & (coloured < WHITE_HUE)
    white &= (other[:, 0] < 0.98) & (other[:, 1] < 0.98) & (other[:, 2] < 0.98)
    if not white.any():
        return np.zeros(3), 0.0
    mean = np.asarray(other[white].mean(axis=0), np.float64)
    return np.log(mean / mean[1]), min(1.0, int(white.sum()) / (ENOUGH_WHITE * count))


def log_exposure(skin: Array, around: Linear) -> float:
    """Natural logarithm of the strength of the light, from the brightest things and the skin."""
    lit = luminance(around).ravel()
    rank = int(len(lit) * BRIGHTEST_PERCENTILE / 100)
    bright = float(np.partition(lit, rank)[rank])
    read = (1.0 - EXPOSURE_SKIN_SHARE) * math.log(max(bright, 1e-3) / WHITE_LUMINANCE)
    read += EXPOSURE_SKIN_SHARE * math.log(max(float(luminance(skin)), 1e-3) / SKIN_LUMINANCE)
    low, high = (math.log(limit) for limit in EXPOSURE_LIMITS)
    limit = high if read > 0 else -low
    return limit * math.tanh(EXPOSURE_TRUST * read / limit)
