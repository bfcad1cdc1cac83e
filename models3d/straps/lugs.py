"""What a case offers a strap: spring bars, the flank between the lugs, and the wrist below.

Wrist frame, metres: the origin at the centre of the wrist section, +Y towards the hand, +Z dorsal.
The bars are parallel to Y; 12 o'clock lies at -X, 6 o'clock at +X, and the case's axis is Z.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ellipe

from models3d.errors import ModelError
from models3d.frames import Array

WRIST_CIRCUMFERENCES_MM = (135.0, 215.0)
BREADTH_SHARE = 1.15  # of a round wrist's diameter: how wide the flat of a wrist is


@dataclass(frozen=True, slots=True)
class WristSection:
    """The wrist where a watch is worn: an ellipse about the anchor's y axis."""

    half_breadth: float  # metres, along x
    half_depth: float  # metres, along z

    @staticmethod
    def from_circumference(circumference_mm: float) -> WristSection:
        """The ellipse of this girth that is 1.15 times as broad as a round wrist.

        Raises:
            ModelError: no adult's wrist measures this.
        """
        low, high = WRIST_CIRCUMFERENCES_MM
        if not low <= circumference_mm <= high:
            raise ModelError(f"wrist_mm must be from {low:g} to {high:g}, got {circumference_mm!r}")
        girth = circumference_mm * 1e-3
        half_breadth = BREADTH_SHARE * girth / (2.0 * np.pi)
        half_depth = brentq(
            lambda depth: _circumference(half_breadth, depth) - girth,
            0.4 * half_breadth,
            half_breadth,
        )
        return WristSection(float(half_breadth), float(half_depth))

    @property
    def circumference(self) -> float:
        """Metres once round."""
        return _circumference(self.half_breadth, self.half_depth)

    def top(self, x: ArrayLike) -> Array:
        """Height z of the skin over `x` (...), metres; 0 beside the wrist."""
        share = np.clip(np.asarray(x, np.float64) / self.half_breadth, -1.0, 1.0)
        return np.asarray(self.half_depth * np.sqrt(1.0 - share**2))


@dataclass(frozen=True, slots=True, eq=False)
class LugGeometry:
    """Where a strap begins. Everything is the same at 12 and at 6 o'clock, mirrored in x."""

    wrist: WristSection
    lug_width: float  # metres between the lugs, along y: strap or end link must fill it
    bar_x: float  # the spring bars' axes are at x = ±bar_x, z = bar_z, for |y| <= lug_width / 2
    bar_z: float
    bar_radius: float
    back_z: float  # of the case back, which rests on the wrist's top
    top_z: float  # of the lugs over the bar: end links lie flush with it
    lug_tip_x: float  # how far the lugs reach, and the height of their tips
    lug_tip_z: float
    lug_slope: float  # radians below horizontal at which the lugs' tops meet the bar
    case_profile: Array  # (n, 2) from the back up: the flank's distance from the axis, z
    round_case: bool  # the profile turns about z; else the flank is the plane x = distance

    def flank_x(self, y: ArrayLike, z: ArrayLike) -> Array:
        """Distance x of the case's flank between the lugs, which an end link follows.

        Args:
            y, z: (...) metres, |y| within half the lug width.
        """
        distance = np.interp(np.asarray(z), self.case_profile[:, 1], self.case_profile[:, 0])
        if not self.round_case:
            return np.asarray(distance + 0.0 * np.asarray(y), np.float64)
        return np.asarray(np.sqrt(np.maximum(distance**2 - np.asarray(y) ** 2, 0.0)), np.float64)


def _circumference(half_breadth: float, half_depth: float) -> float:
    """Of an ellipse, half_depth <= half_breadth: the complete elliptic integral."""
    return float(4.0 * half_breadth * ellipe(1.0 - (half_depth / half_breadth) ** 2))
