"""Chandelier earrings: a stone at the ear, an openwork frame below it, arms of stones and drops."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.chains.wire import volume
from models3d.earrings.findings import POST_LENGTH, POST_RADIUS, butterfly
from models3d.earrings.hung import (
    JOINT,
    Pendant,
    Strand,
    bezel_pendant,
    hang_point,
    places,
    solids,
    strand,
)
from models3d.earrings.pair import HEAVIEST_G, earring, metal_with_hung
from models3d.earrings.stud import bezel_stud
from models3d.earrings.tubes import bezier, straight, tube
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array
from models3d.mesh import Mesh, Model, Part
from models3d.metals import metal_material
from models3d.rings.ranges import check_range
from models3d.settings.bezel import Bezel, wall
from models3d.settings.head import seat_tool
from models3d.solids import MM, skin, solid, union
from models3d.stones.stone import Stone, stone, stone_by_carat

CARATS = (0.3, 2.0)
ARMS = (3, 5, 7)
TIERS = (0, 4)
WIRE = 0.42e-3  # radius of the frame's wires
FINE_WIRE = 0.30e-3  # of its scrolls
SMALL_MM = 2.0  # stones of the arms
FRAME_STONE_MM = 2.4  # stones of the frame
FRAME_BEZEL = 0.55e-3  # their wall under the girdle
PEAR_MM = (3.6, 3.2, 2.9, 2.6)  # widths of the drops, from the middle arm outwards
ARM_PITCH_MM = 4.7
SAG, RISE = 0.36, 0.86  # of the frame's half width: fall of its lower rim, and of the upper's
FORWARD = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True)
class Chandeliers:
    """A pair of chandeliers.

    Raises:
        ModelError: a measure is out of the range that can be made.
    """

    carat: float = 0.7  # of the stone at the ear
    top: str = "round_brilliant"  # its cut
    gem: str = "diamond"  # at the ear and the drops
    melee: str = "diamond"  # in the frame and the arms
    arms: int = 5
    tiers: int = 2  # small stones in the middle arm; each further arm has one less
    metal: str = "platinum_950"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_range("carat", self.carat, CARATS)
        check_range("tiers", self.tiers, TIERS)
        if self.arms not in ARMS:
            raise ModelError(f"arms must be 3, 5 or 7, got {self.arms!r}")

    def build(self) -> Model:
        """Parts stud, butterfly, stone, frame, frame_stone, jump_ring, link, melee and drops.

        Raises:
            ModelError: no such gem, metal or finish.
            Unbuildable: it is too heavy for an ear.
        """
        at_ear = stone_by_carat(self.top, self.gem, self.carat)
        stud, stone_place, eye = bezel_stud(at_ear, JOINT)
        top = frame(self.arms)
        frame_at = eye - (0.0, JOINT.step, 0.0)
        small = stone("round_brilliant", self.melee, SMALL_MM)
        link = bezel_pendant(small, JOINT, lower_eye=True)
        drops = {rank: self._drop(rank) for rank in range(self.arms // 2 + 1)}
        strands = {
            k: strand(
                [link] * max(self.tiers - abs(k), 0) + [drops[abs(k)]],
                frame_at + top.eyes[k + self.arms // 2],
                JOINT,
            )
            for k in range(-(self.arms // 2), self.arms // 2 + 1)
        }
        jumps = np.concatenate([(eye - (0.0, JOINT.fall, 0.0))[None], *_each(strands, "jumps")])
        links = np.concatenate([s.at[:-1] for s in strands.values()])
        framed = stone("round_brilliant", self.melee, FRAME_STONE_MM)
        material = metal_material(self.metal, self.finish)
        ring = JOINT.jump()
        swinging = [
            Part("frame", top.metal, material, places(frame_at[None]), "metal"),
            Part("frame_cup", top.cup, material, places(frame_at + top.stones), "metal"),
            framed.part("frame_stone", places(frame_at + top.stones), "melee"),
            Part("jump_ring", ring.mesh, material, places(jumps), "metal"),
        ]
        hung = top.volume + volume(ring.mesh) * len(jumps)
        lots = [at_ear.lot(1, "bezel"), framed.lot(len(top.stones), "bezel", "side")]
        if len(links):
            swinging.append(Part("link", link.metal, material, places(links), "metal"))
            swinging.append(small.part("melee", places(links + link.stone_at), "melee"))
            hung += volume(link.metal) * len(links)
            lots.append(small.lot(len(links), "bezel", "side"))
        for rank, drop in drops.items():
            at = np.array([s.at[-1] for k, s in strands.items() if abs(k) == rank])
            pear = self._pear(rank)
            swinging.append(Part(f"drop_{rank}", drop.metal, material, places(at), "metal"))
            swinging.append(pear.part(f"drop_stone_{rank}", places(at + drop.stone_at)))
            hung += volume(drop.metal) * len(at)
            lots.append(pear.lot(len(at), "bezel", "side"))
        lowest = min(s.lowest for s in strands.values())
        one = Bill(
            metals=(metal_with_hung(self.metal, (stud, solid(butterfly())), hung),),
            stones=tuple(lots),
            dimensions=(
                Dimension("drop", "Length below the piercing", -1e3 * lowest),
                Dimension("width", "Width", 1e3 * float(np.ptp(top.metal.bounds()[:, 0]))),
                Dimension("post", "Post", 1e3 * POST_LENGTH),
            ),
            measures=(
                Measure("bezel", "bezels of the arms", link.wall_mm),
                Measure("wire", "frame", 2e3 * FINE_WIRE),
                Measure("wire", "post", 2e3 * POST_RADIUS),
                Measure("wire", "jump rings", JOINT.jump_wire_mm),
            ),
        )
        if one.mass_g > HEAVIEST_G:
            raise Unbuildable(
                f"An earring of {one.mass_g:.0f} g drags at the lobe.", ("arms", "tiers", "metal")
            )
        fixed = (
            Part("stud", skin(stud), material, slot="metal"),
            Part("butterfly", butterfly(), material, slot="metal"),
            at_ear.part("stone", stone_place[None]),
        )
        return earring(
            "chandelier-earrings",
            (*fixed, *swinging),
            one,
            hanging=tuple(part.name for part in swinging),
            hangs_from=hang_point(eye, JOINT),
        )

    def _pear(self, rank: int) -> Stone:
        return stone("pear", self.gem, PEAR_MM[rank])

    def _drop(self, rank: int) -> Pendant:
        return bezel_pendant(self._pear(rank), JOINT, lower_eye=False)


def _each(strands: dict[int, Strand], name: str) -> list[Array]:
    return [getattr(one, name) for one in strands.values()]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The openwork about its upper eye."""

    metal: Mesh
    cup: Mesh  # the bezel of one of its stones, in the stone's frame
    stones: Array  # (k, 3) metres
    eyes: Array  # (arms, 3) metres: the middles of the lower eyes, from -X to +X
    volume: float  # cubic metres of the metal and all cups


@lru_cache(maxsize=8)
def frame(arms: int) -> Frame:
    """A fan: an ogee above, an arch below, stones between two rims and scrolls in the field."""
    half = 1e-3 * ARM_PITCH_MM * (arms // 2) + 0.9e-3
    away = JOINT.eye_inner_mm * MM / 2.0 + 0.75 * JOINT.eye_wire_mm * MM
    apex = -away - WIRE
    shoulder = apex - RISE * half
    framed = stone("round_brilliant", "diamond", FRAME_STONE_MM)
    bezel = Bezel(framed, 0.0, FRAME_BEZEL)
    outside = framed.width / 2.0 + bezel.wall
    band = 2.0 * outside + 0.5 * WIRE

    def rim(x: Array, lift: float) -> Array:
        """(n, 3) on the lower rim, or `lift` metres above it."""
        y = shoulder - SAG * half * (1.0 - (x / half) ** 2) + lift
        return np.stack([x, y, 0.0 * x], axis=1)

    ogee = bezier(
        np.array(
            [
                [0.0, apex, 0.0],
                [0.10 * half, apex - 0.52 * RISE * half, 0.0],
                [0.62 * half, apex - 0.30 * RISE * half, 0.0],
                [half, shoulder, 0.0],
            ]
        ),
        26,
    )
    x = np.linspace(0.0, half, 200)
    meets = float(x[np.argmax(rim(x, band)[:, 1] > np.interp(x, ogee[:, 0], ogee[:, 1]))])
    crown = rim(np.zeros(1), band + outside + 0.3 * WIRE)
    across = np.linspace(-1.0, 1.0, 33)
    wires = [
        tube(rim(half * across, 0.0), WIRE, FORWARD, 12),
        tube(rim(meets * across, band), 0.85 * WIRE, FORWARD, 12),
        straight(
            np.array([0.0, apex, 0.0]), crown[0] + np.array([0, outside - 1e-4, 0]), FINE_WIRE
        ),
    ]
    foot = rim(np.array([0.46 * half]), band)[0]
    for side in (-1.0, 1.0):
        mirror = np.array([side, 1.0, 1.0])
        wires += [tube(ogee * mirror, WIRE, FORWARD, 12), _scroll(foot, half, mirror)]
    xs = np.asarray(1e-3 * ARM_PITCH_MM * (np.arange(arms) - arms // 2.0), np.float64)
    between = np.asarray((xs[:-1] + xs[1:]) / 2.0)
    stones = np.concatenate([rim(between, 0.5 * band), crown])
    eyes = rim(xs, 0.0) - np.array([0.0, WIRE + away, 0.0])
    rings = [JOINT.eye(0.0), *(JOINT.eye(0.0).translate(place / MM) for place in eyes)]
    up = np.array([0.0, away, 0.0])
    wires += [straight(eye + 1.5 * up, eye + 0.8 * up, FINE_WIRE) for eye in eyes]
    wires.append(straight(-0.8 * up, np.array([0.0, apex - WIRE, 0.0]), FINE_WIRE))
    cup = skin(solid(wall(bezel)) - seat_tool(framed, 0.0))
    lift = np.array([0.0, 0.0, framed.girdle_height + 0.5 * FRAME_BEZEL])
    metal, stones = union([*(solid(w) for w in wires), *rings]), stones + lift
    whole = union([metal, *solids(cup, stones)])
    return Frame(skin(metal), cup, stones, eyes, 1e-9 * float(whole.volume()))


def _scroll(foot: Array, half: float, mirror: Array) -> Mesh:
    """A volute in the field that stands on the inner rim at `foot` and rolls to the middle."""
    room = 0.21 * half
    turn = np.linspace(-0.5 * np.pi, 1.3 * np.pi, 34)
    radius = room * (1.0 - 0.115 * (turn - turn[0]))
    curl = np.stack([radius * np.cos(turn), radius * np.sin(turn), 0.0 * turn], axis=1)
    center = foot + np.array([0.0, room, 0.0])
    return tube((center + curl) * mirror, FINE_WIRE, FORWARD, 10)
