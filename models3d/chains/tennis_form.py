"""The measures of a link of a line of stones, all of which follow from the stone's.

Link frame, millimetres: +x along the line, +z off the skin, the hinges' axes along y at
x = ±pitch / 2 and z = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from models3d.stones.stone import Stone

GAP_MM = 0.30  # between stones
SIDE_PLAY_MM = 0.06  # of a hinge


@dataclass(frozen=True, slots=True)
class TennisForm:
    """A link's measures in millimetres."""

    diameter: float
    pavilion: float  # depth below the upper girdle edge
    crown_slope: float  # rise over run of the crown's mains

    @property
    def pitch(self) -> float:
        return self.diameter + GAP_MM

    @property
    def claw(self) -> float:
        """Thickness of a claw."""
        return float(np.clip(0.20 * self.diameter, 0.45, 0.72))

    @property
    def wire(self) -> float:
        """Of the rails."""
        return float(np.clip(0.14 * self.diameter, 0.34, 0.54))

    @property
    def knuckle(self) -> float:
        """Radius of the hinges' barrels."""
        return float(np.clip(0.13 * self.diameter, 0.28, 0.46))

    @property
    def pin(self) -> float:
        """Radius of the hinge's pin."""
        return 0.42 * self.knuckle

    @property
    def width(self) -> float:
        """Of the hinge, along y."""
        return 0.62 * self.diameter

    @property
    def stone_z(self) -> float:
        """Of the upper girdle edge over the hinge line: the culet just clears the skin."""
        return self.pavilion - self.knuckle + 0.15

    @property
    def rails(self) -> tuple[tuple[float, float], ...]:
        """Diameter and z of the base on the skin and of the gallery rail under the girdle."""
        return (
            (0.60 * self.diameter, -0.35 * self.knuckle),
            (0.75 * self.diameter, self.stone_z - 0.205 * self.diameter),
        )

    @property
    def claw_line(self) -> Array:
        """(4, 4) distance from the stone's axis, z, half the width and half the thickness."""
        radius, half, top = self.diameter / 2.0, self.claw / 2.0, self.stone_z
        reach = 0.62 * self.claw
        girdle = radius + 0.30 * half
        tip = top + self.crown_slope * reach + 0.50 * half
        return np.array(
            [
                [0.30 * self.diameter, -0.55 * self.knuckle, 0.92 * half, 0.92 * half],
                [girdle - 0.06 * self.diameter, top - 0.14 * self.diameter, half, half],
                [girdle, top + 0.35 * half, half, half],
                [radius - reach, tip, 0.66 * half, 0.72 * half],
            ]
        )


def tennis_form(stone: Stone) -> TennisForm:
    """The link for this stone."""
    return TennisForm(
        1e3 * stone.width,
        1e3 * (stone.girdle_height + stone.pavilion_depth),
        float(np.tan(stone.crown_angle)),
    )
