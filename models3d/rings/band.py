"""The wedding band."""

from __future__ import annotations

from dataclasses import dataclass, field

from models3d.bill import Bill, Dimension, Measure
from models3d.frames import Anchor
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.profiles import Profile
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.shank import band
from models3d.sizes import RingSize
from models3d.weigh import metal_lot

BAND_WIDTHS_MM = (2.0, 8.0)
BAND_THICKNESSES_MM = (1.3, 2.5)


@dataclass(frozen=True, slots=True)
class Band:
    """A plain hoop, as for weddings.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    profile: Profile = Profile.COURT
    width_mm: float = 4.0
    thickness_mm: float = 1.8
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("width_mm", self.width_mm, BAND_WIDTHS_MM)
        check_range("thickness_mm", self.thickness_mm, BAND_THICKNESSES_MM)

    def build(self) -> Model:
        """One part, shank.

        Raises:
            ModelError: no such metal or finish.
        """
        shank = band(
            self.size.inner_diameter / 2.0,
            self.profile,
            self.width_mm * 1e-3,
            self.thickness_mm * 1e-3,
        )
        bill = Bill(
            metals=(metal_lot(self.metal, [shank]),),
            dimensions=(
                Dimension("width", "Width", self.width_mm),
                Dimension("thickness", "Thickness", self.thickness_mm),
            ),
            measures=(Measure("shank", "band", self.thickness_mm),),
            size=self.size,
            resizable=(-2.0, 2.0),
        )
        return Model(
            "band",
            (Part("shank", shank, metal_material(self.metal, self.finish), slot="metal"),),
            Anchor.FINGER,
            self.size.inner_diameter,
            bill=bill,
        )
