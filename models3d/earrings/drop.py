"""Drop earrings: a stone in claws or a bezel that swings from a hook or a lever-back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import manifold3d
import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.chains.wire import volume
from models3d.earrings.findings import HOOK_EYE, HOOK_WIRE, shepherd_hook
from models3d.earrings.hung import (
    JOINT,
    Pendant,
    bar_pendant,
    bezel_pendant,
    claw_pendant,
    hang_point,
    places,
    strand,
)
from models3d.earrings.lever import LEVER_EYE, lever_back
from models3d.earrings.pair import HEAVIEST_G, earring, metal_with_hung
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array
from models3d.mesh import Material, Model, Part
from models3d.metals import metal_material
from models3d.rings.ranges import check_range
from models3d.solids import skin
from models3d.stones.stone import Stone, stone, stone_by_carat

CARATS = (0.3, 12.0)
BARS_MM = (6.0, 40.0)
STEPS = (1, 6)
STEP_STONE_MM = 2.5  # width of the small stones above the drop
PRONGS = (4, 6)
WIDEST_MM = 20.0


class Ear(StrEnum):
    """What passes through the lobe."""

    HOOK = "hook"
    LEVER_BACK = "lever_back"


class DropSetting(StrEnum):
    """What holds the stone."""

    CLAWS = "claws"
    BEZEL = "bezel"


class Above(StrEnum):
    """What is between the ear wire and the stone."""

    NOTHING = "nothing"
    BAR = "bar"
    STONES = "stones"


@dataclass(frozen=True, slots=True)
class Drops:
    """A pair of drops.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stone is too wide to hang by the neck.
    """

    carat: float = 1.5  # of each stone
    cut: str = "pear"
    gem: str = "diamond"
    setting: DropSetting = DropSetting.CLAWS
    prongs: int = 4  # of round and oval stones; other cuts have claws of their own
    ear: Ear = Ear.HOOK
    above: Above = Above.NOTHING
    bar_mm: float = 15.0
    steps: int = 2  # small stones above the drop
    melee: str = "diamond"
    metal: str = "platinum_950"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_range("bar_mm", self.bar_mm, BARS_MM)
        check_range("steps", self.steps, STEPS)
        if self.prongs not in PRONGS:
            raise ModelError(f"prongs must be 4 or 6, got {self.prongs!r}")
        if 1e3 * self.stone.width > WIDEST_MM:
            raise Unbuildable(
                f"A drop {1e3 * self.stone.width:.1f} mm wide knocks against the neck.",
                ("carat", "cut"),
            )

    @property
    def stone(self) -> Stone:
        return stone_by_carat(self.cut, self.gem, self.carat)

    def build(self) -> Model:
        """Parts ear wire (and lever), jump ring, drop, stone; perhaps bar, or links and melee.

        Raises:
            ModelError: no such metal or finish.
            Unbuildable: the stone leaves no room for its setting, or it is too heavy for an ear.
        """
        drop = self._drop()
        upper = self._upper()
        eye, wires = ear_wire(self.ear)
        hung = strand([*upper, drop], eye, JOINT)
        material = metal_material(self.metal, self.finish)
        jump = JOINT.jump()
        loose = volume(jump.mesh) * len(hung.jumps) + volume(drop.metal)
        parts = wire_parts(wires, material)
        swinging = [
            Part("jump_ring", jump.mesh, material, places(hung.jumps), "metal"),
            Part("drop", drop.metal, material, places(hung.at[-1:]), "metal"),
            self.stone.part("stone", places(hung.at[-1:] + drop.stone_at)),
        ]
        stones = [self.stone.lot(1, drop.setting)]
        if upper:
            loose += volume(upper[0].metal) * len(upper)
            swinging.append(Part("link", upper[0].metal, material, places(hung.at[:-1]), "metal"))
            small = upper[0].stone
            if small is not None:
                at = places(hung.at[:-1] + upper[0].stone_at)
                swinging.append(small.part("melee", at, "melee"))
                stones.append(small.lot(len(upper), "bezel", "side"))
        kind = "bezel" if self.setting is DropSetting.BEZEL else "prong"
        one = Bill(
            metals=(metal_with_hung(self.metal, list(wires.values()), loose),),
            stones=tuple(stones),
            dimensions=(
                Dimension("drop", "Length below the piercing", -1e3 * hung.lowest),
                Dimension("width", "Width", 1e3 * float(np.ptp(drop.metal.bounds()[:, 0]))),
            ),
            measures=(
                Measure(kind, "bezel beside the girdle" if kind == "bezel" else "claws",
                        drop.wall_mm),
                Measure("wire", "ear wire", 1e3 * HOOK_WIRE),
                Measure("wire", "jump rings", JOINT.jump_wire_mm),
            ),
        )  # fmt: skip
        if one.mass_g > HEAVIEST_G:
            raise Unbuildable(
                f"An earring of {one.mass_g:.0f} g drags at the lobe.", ("carat", "metal")
            )
        return earring(
            "drop-earrings",
            (*parts, *swinging),
            one,
            hanging=tuple(part.name for part in swinging),
            hangs_from=hang_point(eye, JOINT),
        )

    def _drop(self) -> Pendant:
        if self.setting is DropSetting.BEZEL:
            return bezel_pendant(self.stone, JOINT, lower_eye=False)
        return claw_pendant(self.stone, self.prongs, JOINT)

    def _upper(self) -> list[Pendant]:
        if self.above is Above.BAR:
            return [bar_pendant(self.bar_mm, JOINT)]
        if self.above is Above.STONES:
            small = stone("round_brilliant", self.melee, STEP_STONE_MM)
            return [bezel_pendant(small, JOINT, lower_eye=True)] * self.steps
        return []


def ear_wire(kind: Ear) -> tuple[Array, dict[str, manifold3d.Manifold]]:
    """The middle of the eye that things hang from, and the bodies by their parts' names."""
    if kind is Ear.HOOK:
        return HOOK_EYE, {"hook": shepherd_hook()}
    frame, lever = lever_back()
    return LEVER_EYE, {"ear_wire": frame, "lever": lever}


def wire_parts(wires: dict[str, manifold3d.Manifold], material: Material) -> list[Part]:
    return [Part(name, skin(body), material, slot="metal") for name, body in wires.items()]
