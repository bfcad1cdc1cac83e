"""Rings from their parameters, rebuilt for each size, never stretched.

Anchor finger: origin at the centre of the finger hole, +Y along the finger, +Z dorsal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models3d import brilliant
from models3d.brilliant import RoundBrilliant
from models3d.errors import ModelError
from models3d.frames import Anchor, RigidTransform
from models3d.gems import gem
from models3d.head import Head, build_head
from models3d.mesh import Mesh, Model, Part
from models3d.metals import metal, metal_material
from models3d.profiles import Profile
from models3d.shank import ShankForm, band, cathedral
from models3d.sizes import RingSize, parse_ring_size, ring_sizes
from models3d.solids import solid, union

SCHEMA_VERSION = 1
DEFAULT_SIZE = parse_ring_size("EU 54")
CARATS = (0.3, 3.0)
SHANK_WIDTHS_MM = (1.6, 3.0)
BAND_WIDTHS_MM = (2.0, 8.0)
BAND_THICKNESSES_MM = (1.3, 2.5)
PRONGS = (4, 6)


@dataclass(frozen=True, slots=True)
class Solitaire:
    """A round brilliant in a basket of claws on cathedral shoulders.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    carat: float = 1.0
    gem: str = "diamond"
    prongs: int = 6
    shank_width_mm: float = 2.0
    profile: Profile = Profile.COURT
    metal: str = "platinum_950"
    finish: str = "mirror_polish"
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        _check_range("carat", self.carat, CARATS)
        _check_range("shank_width_mm", self.shank_width_mm, SHANK_WIDTHS_MM)
        if self.prongs not in PRONGS:
            raise ModelError(f"prongs must be 4 or 6, got {self.prongs!r}")

    @property
    def shank_thickness_mm(self) -> float:
        """At the palm: wider shanks are made thicker, from 1.5 to 1.9 mm."""
        return float(np.clip(0.9 + 0.4 * self.shank_width_mm, 1.5, 1.9))


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
        _check_range("width_mm", self.width_mm, BAND_WIDTHS_MM)
        _check_range("thickness_mm", self.thickness_mm, BAND_THICKNESSES_MM)


def build_solitaire(ring: Solitaire) -> Model:
    """Parts shank, head and stone; the stone's mesh is in the gem's own frame.

    Raises:
        ModelError: no such gem, metal or finish.
    """
    stone_kind = gem(ring.gem)
    cut = RoundBrilliant(
        diameter_mm=brilliant.diameter_mm_for_carat(ring.carat, stone_kind.density_g_cm3)
    )
    stone = brilliant.build(cut)
    head = Head(cut, ring.prongs, ring.size.inner_diameter / 2.0)
    material = metal_material(ring.metal, ring.finish)
    shank = cathedral(_shank_form(ring, head))
    basket = build_head(head, stone)
    model_from_stone = RigidTransform.from_translation([0.0, 0.0, head.stone_z]).matrix[None]
    return Model(
        "solitaire",
        (
            Part("shank", shank, material),
            Part("head", basket, material),
            Part("stone", stone, stone_kind.material(), model_from_stone),
        ),
        Anchor.FINGER,
        ring.size.inner_diameter,
        _facts(
            "solitaire",
            ring.size,
            ring.metal,
            [shank, basket],
            {
                "stone": ring.gem,
                "stone_carat": _rounded(ring.carat),
                "stone_diameter_mm": _rounded(cut.diameter_mm),
                "stone_depth_mm": _rounded(cut.diameter_mm * cut.depth_pct / 100.0),
                "shank_width_mm": _rounded(ring.shank_width_mm),
                "shank_thickness_mm": _rounded(ring.shank_thickness_mm),
                "culet_above_finger_mm": _rounded(1e3 * (head.culet_z - head.inner_radius)),
                "height_above_finger_mm": _rounded(
                    1e3 * (head.stone_z + stone.bounds()[1, 2] - head.inner_radius)
                ),
            },
        ),
    )


def build_band(ring: Band) -> Model:
    """One part, shank.

    Raises:
        ModelError: no such metal or finish.
    """
    shank = band(
        ring.size.inner_diameter / 2.0,
        ring.profile,
        ring.width_mm * 1e-3,
        ring.thickness_mm * 1e-3,
    )
    return Model(
        "band",
        (Part("shank", shank, metal_material(ring.metal, ring.finish)),),
        Anchor.FINGER,
        ring.size.inner_diameter,
        _facts(
            "band",
            ring.size,
            ring.metal,
            [shank],
            {
                "shank_width_mm": _rounded(ring.width_mm),
                "shank_thickness_mm": _rounded(ring.thickness_mm),
            },
        ),
    )


def _shank_form(ring: Solitaire, head: Head) -> ShankForm:
    """The shank that meets this head: its shoulders end inside the upper rail."""
    joint_z = head.upper_rail_z
    end_thickness = 0.9 * head.rail_thickness
    rail_outside = head.rail_radius(head.lower_rail_z) + head.rail_thickness / 2.0
    return ShankForm(
        inner_radius=head.inner_radius,
        profile=ring.profile,
        width=ring.shank_width_mm * 1e-3,
        thickness=ring.shank_thickness_mm * 1e-3,
        joint_radius=head.rail_radius(joint_z),
        joint_height=joint_z,
        joint_width=min(0.78 * ring.shank_width_mm * 1e-3, 0.75 * head.girdle_radius),
        joint_thickness=end_thickness,
        bridge_height=head.bridge_top,
        bridge_reach=rail_outside,
    )


def _facts(
    product: str, size: RingSize, metal_id: str, metal_parts: list[Mesh], more: Mapping[str, Any]
) -> dict[str, Any]:
    """What can be stated about the ring, in the units of the trade."""
    volume_mm3 = union([solid(part) for part in metal_parts]).volume()
    return {
        "schema": SCHEMA_VERSION,
        "product": product,
        "size": str(size),
        "sizes": ring_sizes(size.inner_diameter),
        "inner_diameter_mm": _rounded(size.inner_diameter_mm),
        "metal": metal_id,
        "metal_volume_mm3": _rounded(volume_mm3),
        "metal_mass_g": _rounded(volume_mm3 * 1e-3 * metal(metal_id).density_g_cm3),
        **more,
    }


def _rounded(value: float) -> float:
    """Four decimals: a tenth of a micrometre, and stable text in the file."""
    return round(float(value), 4)


def _check_range(name: str, value: float, allowed: tuple[float, float]) -> None:
    low, high = allowed
    if not low <= value <= high:
        raise ModelError(f"{name} must be from {low:g} to {high:g}, got {value!r}")
