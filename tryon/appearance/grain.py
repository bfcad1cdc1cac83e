"""How soft, noisy, hazy and compressed a photo is, and the same for what is drawn into it.

A jewel drawn perfectly sharp and clean looks pasted: every real thing in the photo went through
the lens, the sensor and the compression. All is measured around the jewel and given to it;
measuring the applied noise again gives the photo's figure.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Image, PixelRegion
from tryon.appearance.compression import BLOCK, PLAIN_QUALITY, find_quality
from tryon.appearance.sharpness import LEAST_SIDE_PX, EdgeBlur, edge_blur, share_below

Pixels = NDArray[np.float32]

LARGEST_BLUR_PX = 12.0
LARGEST_NOISE = 6.0  # grey levels; beyond it, it is the texture of skin or cloth
OVERLAY_BLUR_PX = 0.45  # what `edge_blur` reads off a supersampled drawing itself
LEAST_BLUR_PX = 0.25  # less cannot be seen
LEAST_NOISE = 0.3  # grey levels; less drowns in the rounding to 8 bits
DISC_FROM_PX = 2.0  # blur from which a lens draws a disc, not a bell

STREAM_SIDE_PX, STILL_SIDE_PX = 176, 512  # of what is measured, at most
MID_GREY = 118  # grey level that parts the dark half from the light one
PLAIN_NOISE = 0.7  # grey levels from which its colour and where it lies can be told
LEAST_HALF = 400  # pixels of a half from which it tells its own noise
DARK_GAIN_LIMITS = (0.5, 2.0)

HAZE_SHARE = 0.005  # of the image: its darkest things
HAZE_FROM, HAZE_LIMIT = 10.0, 48.0  # grey levels that black has in an ordinary photo; at most
PALE_SCENE = 90.0  # from which nothing in it was ever black
HAZE_TRUST = 0.7

SMALLER_SHARE = 0.6  # of the second differences: those that are surely no edges
# Their mean for noise of one grey level: six times a half-normal's mean below its 60th percentile.
SMALLER_MEAN = 6.0 * 0.3966
TILE_PX = 640
TILE_BLUR_PX = 0.6  # noise of a developed photo has lost its finest scale
TILE_UNITS = 32  # of the tile for one standard deviation
LUMA_SHARE = 0.85  # of the noise that is common to the three channels


@dataclass(frozen=True, slots=True)
class Grain:
    """What the camera did to a photo about one place."""

    blur_px: float = 0.0  # standard deviation of the blur of its sharp edges
    noise: float = 0.0  # standard deviation in grey levels, 0..255, of middle greys
    moved_px: float | None = None  # blur along `way`, where something moved; None: as blur_px
    way: float = 0.0  # radians, from x to y
    channels: tuple[float, float, float] = (1.0, 1.0, 1.0)  # of the noise: R, G, B
    dark_gain: float = 1.0  # noise of dark places over that of light ones
    haze: tuple[float, float, float] = (0.0, 0.0, 0.0)  # grey levels of black: R, G, B
    quick: bool = False  # of a stream: a lens out of focus blurs as a Gaussian, not as a disc
    quality: int | None = None  # of its JPEG compression; None: not seen, or not looked for


def measure_grain(image: Image, region: PixelRegion, *, still: bool = False) -> Grain:
    """Measure a photo about one place.

    Args:
        image: (h, w, 3) RGB.
        region: about the place.
        still: a photo: there is time to look closer, and at its compression.
    """
    height, width = image.shape[:2]
    inside = _middle(region.clipped(width, height), STILL_SIDE_PX if still else STREAM_SIDE_PX)
    if min(inside.width, inside.height) < LEAST_SIDE_PX:
        return Grain()
    crop = image[inside.y : inside.y + inside.height, inside.x : inside.x + inside.width]
    grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.float32)
    response = _second_difference(grey)
    noise = _noise(response)
    blur = edge_blur(grey, noise)
    level = min(noise, LARGEST_NOISE)
    return Grain(
        min(blur.across_px, LARGEST_BLUR_PX),
        level,
        _moved(blur),
        blur.way,
        _channels(crop, noise) if still and noise > PLAIN_NOISE else (1.0, 1.0, 1.0),
        _dark_gain(response, grey) if noise > PLAIN_NOISE else 1.0,
        _haze(image),
        not still,
        _quality(image, inside) if still else None,
    )


def noise_level(grey: Pixels) -> float:
    """Noise by Immerkaer's (1996) second difference; its larger part is edges and does not count.

    Args:
        grey: (h, w) grey levels.
    """
    return _noise(_second_difference(grey))


def _noise(response: Pixels) -> float:
    """From sizes of the second difference: the mean of the smaller ones, steady on whole levels."""
    flat = response.ravel()
    count = max(int(SMALLER_SHARE * len(flat)), 1)
    return float(np.partition(flat, count - 1)[:count].mean()) / SMALLER_MEAN


def _second_difference(grey: Pixels) -> Pixels:
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return np.abs(cv2.filter2D(grey, cv2.CV_32F, mask)[1:-1, 1:-1])


def _middle(region: PixelRegion, side: int) -> PixelRegion:
    """The middle of a region, `side` at most."""
    width, height = min(region.width, side), min(region.height, side)
    x, y = region.x + (region.width - width) // 2, region.y + (region.height - height) // 2
    return PixelRegion(x, y, width, height)


def _moved(blur: EdgeBlur) -> float | None:
    if blur.along_px <= blur.across_px:
        return None
    return min(blur.along_px, LARGEST_BLUR_PX)


def _channels(crop: Image, noise: float) -> tuple[float, float, float]:
    """Noise of each channel over that of grey, which is the mean of partly common noise."""
    levels = [noise_level(crop[..., channel].astype(np.float32)) for channel in range(3)]
    usual = max(_tile_channel() * noise, 1e-3)
    red, green, blue = (float(np.clip(level / usual, 0.6, 2.5)) for level in levels)
    return red, green, blue


def _dark_gain(response: Pixels, grey: Pixels) -> float:
    dark = grey[1:-1, 1:-1] < MID_GREY
    count = int(np.count_nonzero(dark))
    if min(count, dark.size - count) < LEAST_HALF:
        return 1.0
    low, high = DARK_GAIN_LIMITS
    ratio = _noise(response[dark]) / max(_noise(response[~dark]), 1e-3)
    return float(np.clip(ratio, low, high))


def _haze(image: Image) -> tuple[float, float, float]:
    """What black became by stray light in the lens or by a pale picture style."""
    thin = image[::12, ::12].reshape(-1, 3)
    black = np.array([share_below(thin[:, channel], HAZE_SHARE) for channel in range(3)])
    veil = HAZE_TRUST * np.clip(black - HAZE_FROM, 0.0, HAZE_LIMIT)
    veil *= np.clip((PALE_SCENE - black.min()) / (PALE_SCENE - HAZE_LIMIT), 0.0, 1.0)
    return float(veil[0]), float(veil[1]), float(veil[2])


def _quality(image: Image, inside: PixelRegion) -> int | None:
    x, y = (-(-start // BLOCK) * BLOCK for start in (inside.x, inside.y))
    crop = image[y : inside.y + inside.height, x : inside.x + inside.width]
    found = find_quality(crop)
    return None if found is None or found >= PLAIN_QUALITY else found


def soften(rgba: Image, grain: Grain) -> Image:
    """A premultiplied drawing as soft and as pale as the photo."""
    if any(grain.haze):
        rgba = _hazed(rgba, grain.haze)
    across, along = (
        math.sqrt(max(blur**2 - OVERLAY_BLUR_PX**2, 0.0))
        for blur in (grain.blur_px, grain.moved_px or grain.blur_px)
    )
    if along < LEAST_BLUR_PX:
        return rgba
    if along > across:
        return np.asarray(cv2.filter2D(rgba, -1, _streak(across, along, grain.way)), np.uint8)
    if across >= DISC_FROM_PX and not grain.quick:
        return np.asarray(cv2.filter2D(rgba, -1, _disc(2.0 * across)), np.uint8)
    return np.asarray(cv2.GaussianBlur(rgba, (0, 0), across), np.uint8)


def _hazed(rgba: Image, haze: tuple[float, float, float]) -> Image:
    """Black lifted to `haze`, white kept; premultiplied colours stay within their alpha."""
    transform = np.zeros((4, 4), np.float32)
    for channel, level in enumerate(haze):
        transform[channel, channel] = 1.0 - level / 255.0
        transform[channel, 3] = level / 255.0
    transform[3, 3] = 1.0
    return np.asarray(cv2.transform(rgba, transform), np.uint8)


def _streak(across: float, along: float, way: float) -> Pixels:
    """The kernel of a Gaussian that is longer one way."""
    reach = math.ceil(2.5 * along)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    u = math.cos(way) * x + math.sin(way) * y
    v = -math.sin(way) * x + math.cos(way) * y
    kernel = np.exp(-0.5 * ((u / along) ** 2 + (v / max(across, LEAST_BLUR_PX)) ** 2))
    return np.asarray(kernel / kernel.sum(), np.float32)


def _disc(radius: float) -> Pixels:
    """The kernel of a lens out of focus: a disc, whose variance is its squared radius over four."""
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0.0, 1.0)
    return np.asarray(kernel / kernel.sum(), np.float32)


def add_noise(composed: Image, alpha: Image, grain: Grain, seed: int) -> Image:
    """Noise where something was drawn, and as much as was drawn.

    Args:
        composed: (h, w, 3) the photo with the drawing on it.
        alpha: (h, w) of the drawing.
        seed: the same gives the same noise.
    """
    noise = noise_patch(alpha.shape[0], alpha.shape[1], grain, seed)
    weight, whole = alpha, 255.0
    if grain.dark_gain != 1.0:
        grey = cv2.cvtColor(composed, cv2.COLOR_RGB2GRAY)
        gain = np.asarray(cv2.LUT(grey, _gains(grain.dark_gain)), np.uint8)
        weight = np.asarray(cv2.multiply(alpha, gain, scale=1.0 / 255.0), np.uint8)
        whole = 128.0
    share = cv2.cvtColor(weight, cv2.COLOR_GRAY2RGB).astype(np.int16)
    drawn = cv2.multiply(noise, share, scale=1.0 / (whole * TILE_UNITS))
    return np.asarray(cv2.add(composed, drawn, dtype=cv2.CV_8U), np.uint8)


def _gains(dark_gain: float) -> Image:
    """(256,) gain of the noise by grey level in 128ths; black has `dark_gain` times the lights'."""
    lightness = np.clip(np.arange(256) / (0.7 * 255.0), 0.0, 1.0)
    gains = dark_gain ** (0.5 - lightness)
    return np.asarray(np.clip(np.rint(128.0 * gains), 0, 255), np.uint8)


def noise_patch(height: int, width: int, grain: Grain, seed: int) -> NDArray[np.int16]:
    """(h, w, 3) noise whose `noise_level` is the grain's, in `TILE_UNITS` to a grey level."""
    tile = _noise_tile()
    row, column = np.random.default_rng(seed).integers(0, TILE_PX // 2, 2)
    if max(height, width) > TILE_PX // 2:
        repeats = (-(-(row + height) // TILE_PX), -(-(column + width) // TILE_PX), 1)
        tile = np.tile(tile, repeats)
    patch = tile[row : row + height, column : column + width]
    scale = np.diag([grain.noise * channel for channel in grain.channels])
    return np.asarray(cv2.transform(patch, scale), np.int16)


@functools.cache
def _noise_tile() -> NDArray[np.int16]:
    """Seamless noise of level 1, mostly common to the three channels, in `TILE_UNITS`."""
    white = np.random.default_rng(0).standard_normal((TILE_PX, TILE_PX, 4)).astype(np.float32)
    padded = np.pad(white, ((4, 4), (4, 4), (0, 0)), mode="wrap")
    blurred = cv2.GaussianBlur(padded, (0, 0), TILE_BLUR_PX)[4:-4, 4:-4]
    mixed = LUMA_SHARE * blurred[..., :1] + math.sqrt(1 - LUMA_SHARE**2) * blurred[..., 1:]
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(mixed), cv2.COLOR_RGB2GRAY), np.float32)
    return np.rint(mixed * (TILE_UNITS / noise_level(grey))).astype(np.int16)


@functools.cache
def _tile_channel() -> float:
    """Noise of one channel of the tile over that of its grey."""
    tile = _noise_tile()[..., 1].astype(np.float32)
    return noise_level(tile) / TILE_UNITS
