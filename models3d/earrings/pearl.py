"""Pearl earrings: one pearl on a cup and peg, as a stud or as a drop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import manifold3d
import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.chains.shapes import turned
from models3d.chains.wire import volume
from models3d.earrings.drop import Ear, ear_wire, wire_parts
from models3d.earrings.findings import (
    HOOK_WIRE,
    POST_LENGTH,
    POST_RADIUS,
    butterfly,
    collar,
    post,
)
from models3d.earrings.hung import JOINT, hang_point, places
from models3d.earrings.pair import earring, metal_with_hung
from models3d.earrings.tubes import straight
from models3d.frames import RigidTransform
from models3d.mesh import Mesh, Model, Part
from models3d.metals import metal_material
from models3d.rings.ranges import check_range
from models3d.solids import MM, skin, solid, union
from models3d.stones.stone import Stone, stone
from models3d.weigh import metal_lot

PEARLS_MM = (5.0, 14.0)
GLUE = 0.01e-3  # between the cup and the pearl
CUP_WALL = 0.42e-3  # in the cup's middle; its rim runs out thin
SPREAD = np.radians(34.0)  # of a cup, from its axis
PEG_RADIUS = 0.40e-3
PEG_DEPTH = 0.62  # of the pearl's diameter: half drilled
CUP_SEGMENTS = 32


class PearlStyle(StrEnum):
    """How the pearl is worn."""

    STUD = "stud"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class PearlEarrings:
    """A pair of pearls.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    gem: str = "pearl_white"
    pearl_mm: float = 8.0
    style: PearlStyle = PearlStyle.STUD
    ear: Ear = Ear.HOOK  # of drops
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_range("pearl_mm", self.pearl_mm, PEARLS_MM)

    @property
    def pearl(self) -> Stone:
        return stone("pearl", self.gem, round(self.pearl_mm, 2))

    def build(self) -> Model:
        """Parts stud, butterfly and pearl; or ear wire, jump ring, cap and pearl.

        Raises:
            ModelError: no such pearl, metal or finish.
        """
        return self._stud() if self.style is PearlStyle.STUD else self._drop()

    def _stud(self) -> Model:
        radius = self.pearl_mm * MM / 2.0
        middle = radius + CUP_WALL
        seat = RigidTransform.from_translation([0.0, 0.0, middle])
        base = min(CUP_WALL, 0.4e-3)
        metal = union(
            [cup_and_peg(radius, seat @ _BACK), collar(base), post(middle + peg_end(radius))]
        )
        material = metal_material(self.metal, self.finish)
        parts = (
            Part("stud", skin(metal), material, slot="metal"),
            Part("butterfly", butterfly(), material, slot="metal"),
            self.pearl.part("pearl", seat.matrix[None], "pearl"),
        )
        one = Bill(
            metals=(metal_lot(self.metal, [metal, solid(butterfly())]),),
            stones=(self.pearl.lot(1, "drilled"),),
            dimensions=(
                Dimension("pearl", "Pearl", self.pearl_mm),
                Dimension("stands_out", "Stands out from the lobe", (middle + radius) / MM),
                Dimension("post", "Post", POST_LENGTH / MM),
            ),
            measures=(Measure("wire", "post", 2.0 * POST_RADIUS / MM),),
        )
        return earring("pearl-earrings", parts, one)

    def _drop(self) -> Model:
        radius = self.pearl_mm * MM / 2.0
        eye, wires = ear_wire(self.ear)
        cap, depth = pearl_cap(radius)
        at = (eye - (0.0, JOINT.step, 0.0))[None]
        jumps = (eye - (0.0, JOINT.fall, 0.0))[None]
        jump = JOINT.jump()
        material = metal_material(self.metal, self.finish)
        swinging = (
            Part("jump_ring", jump.mesh, material, places(jumps), "metal"),
            Part("cap", cap, material, places(at), "metal"),
            self.pearl.part("pearl", places(at - (0.0, depth, 0.0)), "pearl"),
        )
        loose = volume(jump.mesh) + volume(cap)
        one = Bill(
            metals=(metal_with_hung(self.metal, list(wires.values()), loose),),
            stones=(self.pearl.lot(1, "drilled"),),
            dimensions=(
                Dimension("pearl", "Pearl", self.pearl_mm),
                Dimension("drop", "Length below the piercing",
                          -(float(at[0, 1]) - depth - radius) / MM),
            ),
            measures=(
                Measure("wire", "ear wire", HOOK_WIRE / MM),
                Measure("wire", "jump rings", JOINT.jump_wire_mm),
            ),
        )  # fmt: skip
        return earring(
            "pearl-earrings",
            (*wire_parts(wires, material), *swinging),
            one,
            hanging=tuple(part.name for part in swinging),
            hangs_from=hang_point(eye, JOINT),
        )


_BACK = RigidTransform.from_axis_angle((1, 0, 0), np.pi)  # a cup's axis, +Z, to the lobe
_UP = RigidTransform.from_axis_angle((1, 0, 0), -np.pi / 2.0)


def peg_end(radius: float) -> float:
    """Metres from the pearl's middle towards its front where the peg ends."""
    return (2.0 * PEG_DEPTH - 1.0) * radius


def cup_and_peg(radius: float, model_from_cup: RigidTransform) -> manifold3d.Manifold:
    """A cup on the pearl's +Z with the peg that is glued into it; the pearl is about the origin."""
    spread = np.linspace(0.0, SPREAD, 9)
    rim = np.stack([np.sin(spread), np.cos(spread)], axis=1)
    fall = np.sqrt(np.maximum(np.cos(spread / SPREAD * np.pi / 2.0), 0.0))[:, None]
    inner = rim * (radius + GLUE)
    outer = rim * (radius + GLUE + 0.06e-3 + (CUP_WALL - GLUE - 0.06e-3) * fall)
    cup = turned(np.concatenate([inner, outer[::-1]]), CUP_SEGMENTS)
    peg = straight(
        np.array([0.0, 0.0, -peg_end(radius)]),
        np.array([0.0, 0.0, radius + 0.5 * CUP_WALL]),
        PEG_RADIUS,
    )
    return union([solid(body.transformed(model_from_cup)) for body in (cup, peg)])


def pearl_cap(radius: float) -> tuple[Mesh, float]:
    """The cap of a drop, about its eye, and how far below the eye the pearl's middle is, metres."""
    inner, wire = JOINT.eye_inner_mm * MM, JOINT.eye_wire_mm * MM
    depth = radius + CUP_WALL + inner / 2.0 + 0.55 * wire
    place = RigidTransform.from_translation([0.0, -depth, 0.0])
    bodies = [cup_and_peg(radius, place @ _UP), JOINT.eye(0.0)]
    return skin(union(bodies)), depth
