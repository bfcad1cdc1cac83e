"""How a round case is divided from back to crystal. Millimetres.

Case frame: as the dial's, 12 o'clock at +Y and 3 at +X, with z = 0 under the case back.
"""

from __future__ import annotations

from dataclasses import dataclass

PARTING = 0.07  # the line of shadow between two layers
HANDS_ROOM = 1.65  # from the dial to the crystal
DIAL_THICKNESS = 0.4
REHAUT_FOOT = 0.25  # the rehaut stands on the dial’s rim


@dataclass(frozen=True, slots=True)
class RoundForm:
    """Heights and radii that the layers share."""

    radius: float
    thickness: float  # with the crystal, flat or at its rim
    lug_to_lug: float
    lug_width: float
    bezel_width: float  # from the bezel's outer edge to the crystal
    bezel_height: float
    back_height: float
    crystal_thickness: float
    crystal_rise: float  # over the bezel
    rehaut_width: float  # from the crystal's edge to the dial seen
    crown_radius: float

    @property
    def bezel_top(self) -> float:
        return self.thickness - self.crystal_rise

    @property
    def flank_top(self) -> float:
        """Of the mid-case."""
        return self.bezel_top - self.bezel_height

    @property
    def flank_bottom(self) -> float:
        return self.back_height + PARTING

    @property
    def crystal_radius(self) -> float:
        return self.radius - self.bezel_width

    @property
    def dial_radius(self) -> float:
        return self.crystal_radius - self.rehaut_width

    @property
    def dial_z(self) -> float:
        """Top of the dial."""
        return self.thickness - self.crystal_thickness - HANDS_ROOM

    @property
    def back_radius(self) -> float:
        return self.radius - 1.5

    @property
    def cavity_radius(self) -> float:
        return self.crystal_radius - 0.05

    @property
    def crown_z(self) -> float:
        """Axis of crown and pushers: a little over the middle of the flank."""
        return 0.52 * (self.flank_bottom + self.flank_top)
