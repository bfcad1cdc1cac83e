"""What a camera's pictures say of its set-up: light, colour, sharpness, flicker, field of view.

A grey card is held where hands are shown, in the middle of the picture; for the field of view a
bank card at a measured distance (ISO/IEC 7810, ID-1: 85.60 mm wide).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from models3d.frames import Array, Image
from viewer.language import later

MIDDLE = 0.12  # of the shorter side: half of the patch that is looked at
CAST = 0.02  # that a grey card's channels may differ, linear light
DARK, LIGHT = 0.10, 0.60  # of a grey card's luminance: 18 % grey is 0.18
CLIPPED = 0.02  # share of pixels that may be white beyond measure
FLICKER = 0.02  # of the luminance from frame to frame, nobody moving
SHARP_PX = 0.45  # width of the finest details, as the share of detail that one blur more takes
RATE = 24.0
LEAST_SIDE_PX = 720
ID1_WIDTH_M = 0.0856
FIELD_DEG = (45.0, 80.0)  # along the longer side
WHITE_BALANCE = later(
    "Lock the white balance and set it until red {0}, green {1} and blue {2} are equal."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was measured, and what to do about it."""

    name: str
    value: str
    good: bool
    advice: str  # "" where it is good


@dataclass(frozen=True, slots=True)
class Patch:
    """The middle of a picture, in linear light."""

    red: float
    green: float
    blue: float

    @property
    def luminance(self) -> float:
        """ITU-R BT.709."""
        return 0.2126 * self.red + 0.7152 * self.green + 0.0722 * self.blue

    @property
    def cast(self) -> float:
        """How far apart the channels are, of their mean."""
        channels = (self.red, self.green, self.blue)
        return (max(channels) - min(channels)) / max(sum(channels) / 3.0, 1e-6)


def middle_of(image: Image) -> Patch:
    """The patch in the middle of (h, w, 3) sRGB."""
    height, width = image.shape[:2]
    half = round(MIDDLE * min(height, width))
    patch = image[height // 2 - half : height // 2 + half, width // 2 - half : width // 2 + half]
    red, green, blue = _linear(patch).reshape(-1, 3).mean(axis=0)
    return Patch(float(red), float(green), float(blue))


def findings(images: Sequence[Image], frames_a_second: float | None) -> list[Finding]:
    """What some frames in a row say; nobody moves before the camera meanwhile.

    Args:
        images: (h, w, 3) sRGB, at least one.
        frames_a_second: of the camera; None: not measured.
    """
    last = images[-1]
    height, width = last.shape[:2]
    patch = middle_of(last)
    levels = [middle_of(image).luminance for image in images]
    clipped = float(np.mean(np.all(last >= 250, axis=2)))
    sharp = _detail(last)
    light = (
        later("More light on the hands, or a longer exposure.")
        if patch.luminance < DARK
        else later("Less light, or a shorter exposure.")
    )
    channels = (f"{each:.2f}" for each in (patch.red, patch.green, patch.blue))
    found = [
        _finding(
            later("Size"), f"{width} × {height}", min(width, height) >= LEAST_SIDE_PX,
            later("Set the camera to 1280 × 720 or more."),
        ),
        _finding(
            later("Light on the grey card"), f"{100.0 * patch.luminance:.0f} %",
            DARK <= patch.luminance <= LIGHT, light,
        ),
        _finding(
            later("Colour cast of the grey card"), f"{100.0 * patch.cast:.1f} %",
            patch.cast <= CAST, _filled(WHITE_BALANCE, *channels),
        ),
        _finding(
            later("White beyond measure"), f"{100.0 * clipped:.1f} %", clipped <= CLIPPED,
            later("A lamp or a window shines into the lens: move or shade it."),
        ),
        _finding(
            later("Fine detail"), f"{100.0 * sharp:.0f} %", sharp >= SHARP_PX,
            later("Clean the lens, focus on the hands' distance, and switch off any softening."),
        ),
    ]  # fmt: skip
    if len(images) > 2:
        flicker = float(np.std(levels)) / max(float(np.mean(levels)), 1e-6)
        found.append(
            _finding(
                later("Flicker"), f"{100.0 * flicker:.1f} %", flicker <= FLICKER,
                later("Set the camera's power line frequency to the mains' (50 or 60 Hz)."),
            )
        )  # fmt: skip
    if frames_a_second is not None:
        found.append(
            _finding(
                later("Frames a second"), f"{frames_a_second:.1f}", frames_a_second >= RATE,
                later("More light: in the dark cameras expose for longer and give fewer frames."),
            )
        )  # fmt: skip
    return found


def field_of_view_deg(card_px: float, longer_px: int, distance_m: float) -> float:
    """Along the longer side, from a bank card that faces the camera.

    Args:
        card_px: its width in the picture.
        longer_px: the picture's longer side.
        distance_m: from the lens to the card.
    Raises:
        ValueError: a length is not positive.
    """
    if min(card_px, longer_px, distance_m) <= 0.0:
        raise ValueError("the card, the picture and the distance have positive lengths")
    focal_px = card_px * distance_m / ID1_WIDTH_M
    return math.degrees(2.0 * math.atan(longer_px / (2.0 * focal_px)))


def field_finding(degrees: float) -> Finding:
    """Whether a field of view suits a mirror."""
    low, high = FIELD_DEG
    advice = (
        later("Step back with the camera or zoom out: hands do not fit.")
        if degrees < low
        else later("Zoom in, or take another lens: hands are small.")
    )
    return _finding(later("Field of view"), f"{degrees:.0f}°", low <= degrees <= high, advice)


def document(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as they go over HTTP."""
    return [
        {"name": each.name, "value": each.value, "good": each.good, "advice": each.advice}
        for each in found
    ]


def _filled(form: str, *values: str) -> str:
    for at, value in enumerate(values):
        form = form.replace(f"{{{at}}}", value)
    return form


def _finding(name: str, value: str, good: bool, advice: str) -> Finding:
    return Finding(name, value, good, "" if good else advice)


def _linear(image: Image) -> Array:
    """sRGB levels as linear light (IEC 61966-2-1), (h, w, 3) in 0..1."""
    share = image.astype(float) / 255.0
    linear: Array = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear


def _detail(image: Image) -> float:
    """Share of the picture's fine detail that a small blur takes away: 0 in a soft picture.

    After Crété-Roffet et al., "The blur effect" (2007): what is blurred already loses little.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    soft = cv2.blur(grey, (5, 5))
    lost, had = 0.0, 0.0
    for axis in (0, 1):
        sharp_steps = np.abs(np.diff(grey, axis=axis))
        soft_steps = np.abs(np.diff(soft, axis=axis))
        lost += float(np.maximum(sharp_steps - soft_steps, 0.0).sum())
        had += float(sharp_steps.sum())
    return lost / max(had, 1e-6)
