"""Heads that stand beside a centre head, tilted to follow the finger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models3d.frames import Array, RigidTransform
from models3d.settings.head import Head
from models3d.shank import Support

TILTS = (np.radians(10.0), np.radians(20.0))
FOLLOW = 0.56  # of the angle at which a side stone stands: how far it is tilted
APART = 0.16e-3  # metres between the girdles, seen along the finger
TUCK = -0.3e-3
SHALLOW = ("round_brilliant", "old_european", "oval", "marquise", "pear")


@dataclass(frozen=True)
class SideHead:
    """A head on the +X side; the other is the same, half a turn about the ring's +Z away.

    Its stone is turned about its own axis first, so that its length may lie along the ring.
    """

    head: Head
    turn: float  # radians about the stone's axis
    centre: Head
    tucked: bool = False  # its end lies under the centre's girdle, where the pavilion lets it

    @cached_property
    def extent(self) -> tuple[float, float]:
        """Along the ring, from the head's axis: least and greatest of the stone, metres."""
        x = self.head.stone.outline @ np.array([np.cos(self.turn), -np.sin(self.turn)])
        return float(x.min()), float(x.max())

    @cached_property
    def _near(self) -> float:
        """x of the girdle's near edge: beside the centre stone and clear of its claws."""
        centre, breadth = self.centre, self.breadth
        tuck = self.tucked and centre.stone.cut in SHALLOW
        near = centre.stone.width / 2.0 + (TUCK if tuck else APART)
        thickness = centre.prong_thickness
        for place in centre.places:
            if abs(place.point[1]) < breadth / 2.0 + 0.5 * thickness:
                near = max(near, float(place.point[0]) + 0.75 * thickness)
        stone = self.head.stone
        table = (self.head.stone_z + stone.crown_height) / np.cos(TILTS[0]) - near * np.tan(
            TILTS[0]
        )
        if table > centre.upper_rail_z - centre.rail_height:
            rail = centre.rail_reach(centre.upper_rail_z) + centre.rail_thickness / 2.0
            near = max(near, rail + 0.06e-3)
        return float(near)

    @property
    def breadth(self) -> float:
        """Of the stone along the finger, metres."""
        y = self.head.stone.outline @ np.array([np.sin(self.turn), np.cos(self.turn)])
        return float(np.ptp(y))

    @cached_property
    def tilt(self) -> float:
        """Radians towards +X."""
        least, _ = self.extent
        away = self._near - least
        stands = np.arctan2(away, 0.9 * self.centre.stone_z)
        return float(np.clip(FOLLOW * stands, *TILTS))

    @cached_property
    def shift(self) -> float:
        """Of the head along its tilted base, metres."""
        least, _ = self.extent
        near = self._near
        # x of the girdle's near edge: (shift + least) cos + stone_z sin
        rise = self.head.stone_z * np.sin(self.tilt)
        return float((near - rise) / np.cos(self.tilt) - least)

    @cached_property
    def ring_from_head(self) -> RigidTransform:
        turned = RigidTransform.from_axis_angle((0, 0, 1), self.turn)
        shifted = RigidTransform.from_translation([self.shift, 0.0, 0.0])
        tilted = RigidTransform.from_axis_angle((0, 1, 0), self.tilt)
        return tilted @ shifted @ turned

    @property
    def places(self) -> Array:
        """(2, 4, 4) of the head's frame on both sides of the ring."""
        right = self.ring_from_head.matrix
        return np.stack([right, np.diag([-1.0, -1.0, 1.0, 1.0]) @ right])

    @property
    def stone_places(self) -> Array:
        """(2, 4, 4) of the stones."""
        lift = RigidTransform.from_translation([0.0, 0.0, self.head.stone_z]).matrix
        return self.places @ lift

    def outwards(self) -> Array:
        """(2,) the direction in the head's own frame that leads away from the centre."""
        return np.array([np.cos(self.turn), -np.sin(self.turn)])

    def joint(self, z: float) -> tuple[float, float]:
        """x and z in the ring's frame of the outer side of the rail at a height of the head."""
        reach = self.head.rail_line(z).reach(self.outwards()) + self.head.rail_thickness / 2.0
        point = RigidTransform.from_axis_angle((0, 1, 0), self.tilt).apply(
            np.array([[self.shift + reach, 0.0, z]])
        )[0]
        return float(point[0]), float(point[2])

    def support(self) -> Support:
        """The flat of the bridge under it."""
        line = self.head.rail_line(self.head.lower_rail_z)
        out = line.reach(self.outwards()) + self.head.rail_thickness
        near = line.reach(-self.outwards()) + self.head.rail_thickness
        middle = (out - near) / 2.0
        return Support(self.head.base, (out + near) / 2.0, self.tilt, self.shift + middle)
