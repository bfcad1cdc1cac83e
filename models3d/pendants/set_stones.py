"""Pendants of set stones: a solitaire in claws or a bezel, and a stone in a halo."""

from __future__ import annotations

from functools import lru_cache

import manifold3d
import numpy as np

from models3d.bill import Measure
from models3d.frames import Array, RigidTransform
from models3d.mesh import Material, Part
from models3d.pendants.body import PendantBody, eye_lift_mm, eyed, top_at_mm
from models3d.settings.bezel import Bezel, wall
from models3d.settings.claws import claw_places
from models3d.settings.halo import Halo, halo_head
from models3d.settings.halo_row import halo_row
from models3d.settings.head import Head, build_head, seat_tool
from models3d.settings.pave import bead_mesh, placed
from models3d.solids import skin, solid
from models3d.stones.stone import Stone

FINENESS = 0.88  # of claws and rails, beside a ring's: a pendant takes no knocks
HALO_FINENESS = 0.76
BEZEL_DEPTH = 0.62  # of the pavilion, that the wall hides
UP = np.array([0.0, 1.0])


def clawed(stone: Stone, claws: int, material: Material) -> PendantBody:
    """A stone in a basket.

    Raises:
        Unbuildable: claws do not hold such a stone, or it leaves no room for a rail.
    """
    head = Head(stone, claws, 0.0, FINENESS)
    basket = build_head(head)
    rail = np.array([0.0, 1e3 * head.rail_reach(head.upper_rail_z), 1e3 * head.upper_rail_z])
    rail[1] = 1e3 * (head.rail_line(head.upper_rail_z).reach(UP) + head.rail_thickness / 2.0)
    held = Measure("prong", "claws", 1e3 * head.prong_thickness)
    return _with_stone(stone, basket, head.stone_z, rail, material, held, "prong")


def bezelled(stone: Stone, material: Material) -> PendantBody:
    """A stone in a collet, open behind.

    Raises:
        Unbuildable: the stone leaves no room for a bezel.
    """
    bezel = Bezel(stone, 0.0)
    bezel = Bezel(stone, 0.0, max(bezel.below, BEZEL_DEPTH * stone.pavilion_depth))
    collet = solid(wall(bezel)) - seat_tool(stone, 0.0)
    z_mm = -1e3 * (stone.girdle_height + 0.45 * bezel.below)
    rim = 1e3 * (bezel.line().reach(UP) + 0.5 * bezel.wall)
    held = Measure("bezel", "bezel beside the girdle", 1e3 * bezel.wall)
    return _with_stone(stone, collet, 0.0, np.array([0.0, rim, z_mm]), material, held, "bezel")


def haloed(
    stone: Stone, claws: int, melee: str, melee_mm: float, material: Material
) -> PendantBody:
    """A stone in claws with small brilliants all round it.

    Raises:
        Unbuildable: no halo closes round the stone.
    """
    head, halo = halo_design(stone, claws, melee, melee_mm)
    metal, bead = halo_head(head, halo), bead_mesh(halo.bead)
    z_mm = 1e3 * (halo.z - 0.5 * halo.thickness)
    foot = np.array([0.0, top_at_mm(metal, z_mm) - 0.35, z_mm])
    girdles = [1e3 * stone.outline]
    at = np.array([0.0, eye_lift_mm(metal, z_mm, np.concatenate(girdles)), z_mm])
    whole = eyed(metal, at, foot).translate((-at).tolist())
    shift = RigidTransform.from_translation(-1e-3 * at).matrix
    beads = shift @ halo.bead_places
    at_stone = shift @ RigidTransform.from_translation([0.0, 0.0, head.stone_z]).matrix
    return PendantBody(
        (
            Part("pendant", skin(whole), material, slot="metal"),
            stone.part("stone", at_stone[None]),
            halo.stone.part("melee", shift @ halo.stone_places, "melee"),
            Part("beads", bead, material, beads, "metal"),
        ),
        (whole, *placed(bead, beads)),
        ("pendant", "stone", "melee", "beads"),
        stones=(stone.lot(1, "prong"), halo.stone.lot(len(halo.stone_places), "pave", "melee")),
        measures=(
            Measure("prong", "claws", 1e3 * head.prong_thickness),
            Measure("bead", "beads of the halo", 2e3 * halo.bead.radius),
        ),
    )


@lru_cache(maxsize=32)
def halo_design(stone: Stone, claws: int, melee: str, melee_mm: float) -> tuple[Head, Halo]:
    """The basket and its halo."""
    row = halo_row(stone, claw_places(stone, claws), melee, melee_mm)
    head = Head(stone, claws, 0.0, HALO_FINENESS, row.claws)
    return head, Halo(head, row)


def _with_stone(
    stone: Stone,
    metal: manifold3d.Manifold,
    stone_z: float,
    foot_mm: Array,
    material: Material,
    held: Measure,
    setting: str,
) -> PendantBody:
    at = np.array([0.0, eye_lift_mm(metal, foot_mm[2], 1e3 * stone.outline), foot_mm[2]])
    whole = eyed(metal, at, foot_mm).translate((-at).tolist())
    lift = np.array([0.0, 0.0, stone_z]) - 1e-3 * at
    place = RigidTransform.from_translation(lift).matrix[None]
    return PendantBody(
        (Part("pendant", skin(whole), material, slot="metal"), stone.part("stone", place)),
        (whole,),
        ("pendant", "stone"),
        stones=(stone.lot(1, setting),),
        measures=(held,),
    )
