"""The light of a photo, read off a hand or a face: colour, strength, where the key stands.

The studio that a jewel reflects is then tinted, dimmed and turned by this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array, Image, RigidTransform
from tryon.appearance.light_colour import log_exposure, log_tint, luminance, surroundings
from tryon.appearance.shaded_skin import linear, shaded_skin
from tryon.appearance.shading import NO_KEY, Key, find_key
from tryon.types import FaceLandmarks, HandLandmarks
from viewer.render.types import Lighting

# Of the key softbox in viewer.render.studio: from +z towards +x, and up.
KEY_AZIMUTH, KEY_ELEVATION = math.radians(-52.0), math.radians(40.0)
KEY_TURN_LIMIT = math.radians(75.0)
ELEVATION_TRUST = 0.8  # what is read lies too far from the horizon (benchmarks/accuracy_light.py)
KEY_TILT_LIMIT = math.radians(35.0)  # a floor of light must not become a wall

NEAR_SAMPLES = 20  # a side, about a jewel
SKIN_HUE = 0.4  # logarithms of ratios: so near in colour, it is this skin, lit or in shade
ENOUGH_NEAR = 0.15  # of the samples
NEAR_TRUST = 0.6  # of what the skin beside the jewel says
NEAR_LIMITS = (-0.7, 0.2)  # natural logarithms

SOFTNESS_TRUST = 0.8  # of what hardness says about the size of the lamp

SMOOTHING_SECONDS = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What was read; `lighting()` is what the renderer wants."""

    log_tint: Array  # (3,) natural logarithm of the gain of R, G, B
    log_exposure: float
    key: Array  # (3,) unit, towards the key: x right, y down, z away from the camera
    hardness: float = NO_KEY.hardness  # 0 even light .. 1 one small lamp
    skin: Array | None = None  # (3,) linear sRGB as the photo shows it

    def lighting(self) -> Lighting:
        """The studio tinted, dimmed, turned and tilted until its key stands there."""
        gains = np.exp(self.log_tint)
        skin = self.skin
        return Lighting(
            environment_from_camera=_environment_from_camera(self.key),
            tint=(float(gains[0]), float(gains[1]), float(gains[2])),
            exposure=math.exp(self.log_exposure),
            key_softness=0.5 + SOFTNESS_TRUST * (0.5 - self.hardness),
            skin=None if skin is None else (float(skin[0]), float(skin[1]), float(skin[2])),
        )


def _environment_from_camera(key: Array) -> Array:
    """(3, 3) the studio turned about the vertical, then tilted in the plane of its key.

    Args:
        key: (3,) unit, towards the key: x right, y down, z away from the camera.
    """
    azimuth = math.atan2(float(key[0]), -float(key[2]))
    elevation = ELEVATION_TRUST * math.asin(float(np.clip(-key[1], -1.0, 1.0)))
    turn = float(np.clip(KEY_AZIMUTH - azimuth, -KEY_TURN_LIMIT, KEY_TURN_LIMIT))
    tilt = float(np.clip(KEY_ELEVATION - elevation, -KEY_TILT_LIMIT, KEY_TILT_LIMIT))
    upright = RigidTransform.from_axis_angle([0.0, 1.0, 0.0], turn).rotation
    aside = [-math.cos(KEY_AZIMUTH), 0.0, math.sin(KEY_AZIMUTH)]
    raised = RigidTransform.from_axis_angle(aside, tilt).rotation
    return np.asarray(raised @ upright @ np.diag([1.0, -1.0, -1.0]))


def estimate_lighting(image: Image, landmarks: HandLandmarks | FaceLandmarks) -> Lighting:
    """The studio as it must stand to light a jewel on this hand or face."""
    return read_light(image, landmarks).lighting()


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """What skin alone says of the light: the first half of a reading."""

    skin: Array | None  # (3,) linear sRGB; None: none is seen
    key: Key


def read_light(image: Image, landmarks: HandLandmarks | FaceLandmarks) -> Light:
    """Read colour, strength and direction of the light off a hand or a face and what is about it.

    Args:
        image: (h, w, 3) RGB.
        landmarks: of what wears the jewel.
    """
    return read_about(read_shade(image, landmarks), image, landmarks)


def read_shade(image: Image, landmarks: HandLandmarks | FaceLandmarks) -> Shade:
    """The first half: how skin is shaded. The second may follow on the next frame."""
    sampled = shaded_skin(image, landmarks)
    if len(sampled.colours) == 0:
        return Shade(None, NO_KEY)
    key = find_key(luminance(sampled.colours), sampled.normals, sampled.group)
    return Shade(np.median(sampled.colours, axis=0), key)


def read_about(shade: Shade, image: Image, landmarks: HandLandmarks | FaceLandmarks) -> Light:
    """The second half: colour and strength, by what stands about the skin."""
    if shade.skin is None:
        return Light(np.zeros(3), 0.0, NO_KEY.direction)
    around = surroundings(image, landmarks.points_px)
    return Light(
        log_tint(shade.skin, around),
        log_exposure(shade.skin, around),
        shade.key.direction,
        shade.key.hardness,
        shade.skin,
    )


def light_at(light: Light, image: Image, at_px: Array, reach_px: float) -> Light:
    """The light at one place of the body: an ear in the head's shade gets less than the face.

    Args:
        light: of the whole hand or face.
        image: (h, w, 3) RGB.
        at_px: (2,) the jewel's place.
        reach_px: how far about it skin counts.
    """
    height, width = image.shape[:2]
    low = np.clip(at_px - reach_px, 0, (width, height)).astype(int)
    high = np.clip(at_px + reach_px, 0, (width, height)).astype(int)
    if light.skin is None or (high <= low).any():
        return light
    step = max(1, int((high - low).max()) // NEAR_SAMPLES)
    near = linear(np.ascontiguousarray(image[low[1] : high[1] : step, low[0] : high[0] : step]))
    pixels = np.maximum(near.reshape(-1, 3), np.float32(1e-4))
    skin = np.maximum(light.skin, 1e-4)
    hue = np.log(pixels[:, ::2] / pixels[:, 1:2]) - np.log(skin[::2] / skin[1])
    alike = pixels[np.abs(hue).max(axis=1) < SKIN_HUE]
    if len(alike) < ENOUGH_NEAR * len(pixels):
        return light
    there = float(np.median(luminance(alike))) / float(luminance(skin))
    low_change, high_change = NEAR_LIMITS
    change = float(np.clip(NEAR_TRUST * math.log(max(there, 1e-3)), low_change, high_change))
    return replace(
        light, log_exposure=light.log_exposure + change, skin=light.skin * math.exp(change)
    )


def smooth_light(previous: Light | None, read: Light, seconds: float) -> Light:
    """Follow the light of a stream slowly: a lamp does not flicker with the hand."""
    if previous is None:
        return read
    share = 1.0 - math.exp(-max(seconds, 0.0) / SMOOTHING_SECONDS)
    key = previous.key + share * (read.key - previous.key)
    skin = read.skin if previous.skin is None else previous.skin
    if previous.skin is not None and read.skin is not None:
        skin = previous.skin + share * (read.skin - previous.skin)
    return Light(
        previous.log_tint + share * (read.log_tint - previous.log_tint),
        previous.log_exposure + share * (read.log_exposure - previous.log_exposure),
        key / max(float(np.linalg.norm(key)), 1e-6),
        previous.hardness + share * (read.hardness - previous.hardness),
        skin,
    )
