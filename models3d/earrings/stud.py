"""Stud earrings: one stone of any cut on a post, in claws or a bezel, with or without a halo."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
from manifold3d import Manifold

from models3d.bill import Bill, Dimension, Measure
from models3d.earrings.findings import POST_LENGTH, POST_RADIUS, butterfly, collar, post
from models3d.earrings.hung import Joint
from models3d.earrings.pair import earring
from models3d.earrings.tubes import straight
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array, RigidTransform
from models3d.mesh import Model, Part
from models3d.metals import metal_material
from models3d.rings.ranges import check_range
from models3d.settings.bezel import Bezel, bezel_head
from models3d.settings.claws import claw_places
from models3d.settings.halo import Halo, halo_head
from models3d.settings.halo_row import MELEE_MM, halo_row
from models3d.settings.head import Head, build_head, seat_tool
from models3d.settings.pave import bead_mesh, placed
from models3d.solids import MM, skin, solid, union
from models3d.stones.stone import Stone, stone_by_carat
from models3d.weigh import metal_lot

CARATS = (0.1, 4.0)
TILTS_DEG = (0.0, 45.0)
FINENESS = 0.86  # of claws and rails, beside a ring's: an ear does not knock
HALO_FINENESS = 0.74
WIDEST_MM = 15.0  # of a stud: beyond, it covers the lobe and nods
BEZEL_DEPTH = 0.95e-3  # of the wall under the girdle at one carat
BAR = 0.62  # a cross bar's height over the room under the culet
PRONGS: Final = (4, 6)
LONG_CUTS: Final = frozenset({"oval", "pear", "marquise", "emerald", "radiant", "cushion"})


class StudSetting(StrEnum):
    """What holds the stone."""

    CLAWS = "claws"
    BEZEL = "bezel"
    HALO = "halo"


@dataclass(frozen=True, slots=True)
class Studs:
    """A pair of studs.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stone is too large for the lobe, or cannot be set this way.
    """

    carat: float = 0.5  # of each stone
    cut: str = "round_brilliant"
    gem: str = "diamond"
    setting: StudSetting = StudSetting.CLAWS
    prongs: int = 4  # of round and oval stones; other cuts have claws of their own
    melee: str = "diamond"
    melee_size_mm: float = 1.1
    tilt: float = 0.0  # degrees by which a long stone leans towards the face
    metal: str = "platinum_950"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_range("tilt", self.tilt, TILTS_DEG)
        check_range("melee_size_mm", self.melee_size_mm, MELEE_MM)
        if self.prongs not in PRONGS:
            raise ModelError(f"prongs must be 4 or 6, got {self.prongs!r}")
        stone, halo = self.stone, self.setting is StudSetting.HALO
        around = 2e3 * (self.melee_size_mm * 1e-3 + 0.5e-3) if halo else 0.0
        across = 1e3 * max(stone.width, stone.length) + around
        if across > WIDEST_MM:
            raise Unbuildable(
                f"A stud {across:.1f} mm across covers the lobe and nods.", ("carat", "setting")
            )
        if self.setting is not StudSetting.BEZEL:
            _design(self)

    @property
    def stone(self) -> Stone:
        return stone_by_carat(self.cut, self.gem, self.carat)

    def build(self) -> Model:
        """Parts stud, butterfly, stone; with a halo also melee and beads.

        Raises:
            ModelError: no such metal or finish.
        """
        head, halo = _design(self)
        gemstone = self.stone
        if halo is not None:
            basket = halo_head(head, halo)
            held = Measure("prong", "claws", 1e3 * head.prong_thickness)
        elif self.setting is StudSetting.BEZEL:
            bezel = _bezel(head)
            basket = bezel_head(head, bezel)
            held = Measure("bezel", "bezel beside the girdle", 1e3 * bezel.wall)
        else:
            basket = build_head(head)
            held = Measure("prong", "claws", 1e3 * head.prong_thickness)
        ear_from_head = _ear_from_head(self, head)
        bars, top = cross_bars(head)
        metal = union([moved(union([basket, bars]), ear_from_head), collar(top), post(top)])
        material = metal_material(self.metal, self.finish)
        at_stone = ear_from_head @ RigidTransform.from_translation([0.0, 0.0, head.stone_z])
        parts = [
            Part("stud", skin(metal), material, slot="metal"),
            Part("butterfly", butterfly(), material, slot="metal"),
            gemstone.part("stone", at_stone.matrix[None]),
        ]
        bodies: list[Manifold] = [metal, solid(butterfly())]
        stones = [gemstone.lot(1, "bezel" if self.setting is StudSetting.BEZEL else "prong")]
        if halo is not None:
            bead, places = bead_mesh(halo.bead), ear_from_head.matrix @ halo.bead_places
            stone_places = ear_from_head.matrix @ halo.stone_places
            parts.append(halo.stone.part("melee", stone_places, "melee"))
            parts.append(Part("beads", bead, material, places, "metal"))
            bodies += placed(bead, places)
            stones.append(halo.stone.lot(len(stone_places), "pave", "melee"))
        box = np.array(metal.bounding_box()).reshape(2, 3)
        size = box[1] - box[0]
        one = Bill(
            metals=(metal_lot(self.metal, bodies),),
            stones=tuple(stones),
            dimensions=(
                Dimension("width", "Width", max(float(size[0]), 1e3 * gemstone.width)),
                Dimension("height", "Height", max(float(size[1]), 1e3 * gemstone.length)),
                Dimension("stands_out", "Stands out from the lobe",
                          1e3 * (head.stone_z + gemstone.crown_height)),
                Dimension("post", "Post", 1e3 * POST_LENGTH),
            ),
            measures=(held, Measure("wire", "post", 2e3 * POST_RADIUS)),
        )  # fmt: skip
        return earring("stud-earrings", tuple(parts), one, mirrored=self._leans)

    @property
    def _leans(self) -> bool:
        return self.tilt > 0.0 and self.cut in LONG_CUTS


def moved(body: Manifold, a_from_b: RigidTransform) -> Manifold:
    """The solid, in millimetres, in another frame."""
    return body.transform(
        np.concatenate([a_from_b.rotation, 1e3 * a_from_b.translation[:, None]], axis=1)
    )


def cross_bars(head: Head) -> tuple[Manifold, float]:
    """Two wires across the lower rail, under the culet, and how high over the lobe they reach."""
    z = head.lower_rail_z
    height = min(head.rail_height, BAR * (head.culet_z + 0.5 * head.rail_height))
    radius = 0.5 * height
    line = head.rail_line(z)
    middle = 0.5 * head.rail_thickness

    def end(x: float, y: float) -> Array:
        way = np.array([x, y])
        return np.append(way * (line.reach(way) + middle), z)

    bars = [straight(end(-1.0, 0.0), end(1.0, 0.0), radius)]
    bars.append(straight(end(0.0, -1.0), end(0.0, 1.0), radius))
    return union([solid(bar) for bar in bars]), z + 0.6 * radius


def bezel_stud(stone: Stone, joint: Joint) -> tuple[Manifold, Array, Array]:
    """A stud in a bezel with an eye below it, for what hangs.

    Returns:
        its metal with the post, the stone's place (4, 4), the middle of the eye (3,) metres.
    """
    head = _seated(stone, 4, FINENESS)
    bezel = _bezel(head)
    bars, top = cross_bars(head)
    body = union([bezel_head(head, bezel), bars, collar(top), post(top)])
    inner, wire = joint.eye_inner_mm * MM, joint.eye_wire_mm * MM
    level = head.stone_z - stone.girdle_height - 0.5 * bezel.below
    edge = -bezel.line().reach(np.array([0.0, -1.0])) - bezel.wall
    eye = np.array([0.0, edge - inner / 2.0 - 0.75 * wire, level])
    stem = straight(
        np.array([0.0, edge + 0.3 * wire, level]),
        eye + np.array([0.0, inner / 2.0, 0.0]),
        wire / 2.0,
    )
    metal = union([body, solid(stem), joint.eye(0.0).translate(eye / MM)])
    metal = metal - seat_tool(stone, head.stone_z)
    return metal, RigidTransform.from_translation([0.0, 0.0, head.stone_z]).matrix, eye


@lru_cache(maxsize=64)
def _design(studs: Studs) -> tuple[Head, Halo | None]:
    """The head with its back against the lobe, z = 0."""
    if studs.setting is not StudSetting.HALO:
        return _seated(studs.stone, studs.prongs, FINENESS), None
    usual = claw_places(studs.stone, studs.prongs)
    row = halo_row(studs.stone, usual, studs.melee, studs.melee_size_mm)
    flat = Head(studs.stone, studs.prongs, 0.0, HALO_FINENESS, row.claws)
    head = Head(studs.stone, studs.prongs, _base(flat), HALO_FINENESS, row.claws)
    return head, Halo(head, row)


def _seated(stone: Stone, prongs: int, fineness: float) -> Head:
    return Head(stone, prongs, _base(Head(stone, prongs, 0.0, fineness)), fineness)


def _base(head: Head) -> float:
    """Of a head whose claws' feet stand on z = 0."""
    return 0.38 * head.rail_height + 0.06e-3


def _bezel(head: Head) -> Bezel:
    return Bezel(head.stone, head.stone_z, BEZEL_DEPTH * head.scale)


def _ear_from_head(studs: Studs, head: Head) -> RigidTransform:
    """A leaning stone's point looks to the face."""
    angle = -np.radians(studs.tilt) if studs.cut in LONG_CUTS else 0.0
    return RigidTransform.from_axis_angle((0, 0, 1), angle)
