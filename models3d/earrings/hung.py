"""What hangs from an earring: set stones and bars with their eyes, joined by jump rings.

Pendant frame: the middle of the upper eye is the origin, +Y up, +Z forward, the stones' tables
to +Z. Eyes are seen from the side and jump rings from the front, so that each ring passes through
the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.chains.fittings import jump_ring
from models3d.chains.link import Link
from models3d.earrings.findings import EYE_INNER, EYE_WIRE, JOINT_PLAY
from models3d.earrings.tubes import ring, straight
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.settings.bezel import Bezel, wall
from models3d.settings.head import Head, build_head, seat_tool
from models3d.settings.pave import placed
from models3d.solids import MM, skin, solid, union
from models3d.stones.stone import Stone

FINENESS = 0.84  # of a drop's claws and rails, beside a ring's
BEZEL_DEPTHS = (0.45e-3, 1.3e-3)  # of an open bezel's wall under the girdle
SLAB = 1.1  # millimetres to either side of the middle that an eye keeps clear of


@dataclass(frozen=True, slots=True)
class Joint:
    """The rings of one joint: the eyes on both sides and the jump ring between them."""

    eye_inner_mm: float
    eye_wire_mm: float
    jump_inner_mm: float
    jump_wire_mm: float

    @property
    def step(self) -> float:
        """Metres from the middle of one eye down to the middle of the next."""
        return (self.eye_inner_mm + self.jump_inner_mm) * MM - 2.0 * JOINT_PLAY

    @property
    def fall(self) -> float:
        """Metres from the middle of an eye down to the middle of the jump ring in it."""
        return self.step / 2.0

    def jump(self) -> Link:
        return jump_ring(self.jump_wire_mm, self.jump_inner_mm)

    def eye(self, y: float) -> manifold3d.Manifold:
        """An eye whose middle is at (0, y, 0) metres."""
        place = np.array([0.0, y, 0.0])
        return solid(ring(self.eye_inner_mm * MM, self.eye_wire_mm * MM, place, "side", 9))


JOINT = Joint(1e3 * EYE_INNER, 1e3 * EYE_WIRE, 1.3, 0.48)


@dataclass(frozen=True, slots=True, eq=False)
class Pendant:
    """One thing that hangs by its eye."""

    metal: Mesh
    stone: Stone | None
    stone_at: Array  # (3,) metres: the stone's origin
    bottom: float | None  # metres down to the middle of the lower eye, if it has one
    lowest: float  # metres down to its lowest point
    wall_mm: float  # of its bezel or claws; 0: it holds no stone
    setting: str = "bezel"


@lru_cache(maxsize=64)
def bezel_pendant(stone: Stone, joint: Joint, *, lower_eye: bool) -> Pendant:
    """A stone in an open bezel, an eye above it and perhaps one below."""
    below = float(np.clip(0.5 * stone.pavilion_depth, *BEZEL_DEPTHS))
    bezel = Bezel(stone, 0.0, below)
    cup = solid(wall(bezel)) - seat_tool(stone, 0.0)
    level = -stone.girdle_height - 0.5 * below
    return _with_eyes(cup, stone, joint, level, lower_eye, bezel.wall, "bezel")


@lru_cache(maxsize=64)
def claw_pendant(stone: Stone, claws: int, joint: Joint) -> Pendant:
    """A stone in a basket of claws, an eye above it."""
    head = Head(stone, claws, 0.0, FINENESS)
    body = build_head(head).translate([0.0, 0.0, -head.stone_z / MM])
    level = head.upper_rail_z - head.stone_z
    return _with_eyes(body, stone, joint, level, False, head.prong_thickness, "prong")


def _with_eyes(
    body: manifold3d.Manifold,
    stone: Stone,
    joint: Joint,
    level: float,
    lower_eye: bool,
    held: float,
    setting: str,
) -> Pendant:
    """The eyes stand at the height `level` of the stone's frame, clear of the setting."""
    inner, wire = joint.eye_inner_mm * MM, joint.eye_wire_mm * MM
    low, high = _reach(body)
    away = inner / 2.0 + 0.75 * wire
    top = high + away
    lift = np.array([0.0, -top, -level])
    bodies = [body.translate(lift / MM), joint.eye(0.0)]
    root = _rail(body, level, upper=True) - top
    foot = np.array([0.0, -inner / 2.0 - 0.1 * wire, 0.0])
    bodies.append(solid(straight(np.array([0.0, root - 0.3 * wire, 0.0]), foot, 0.5 * wire)))
    bottom = None
    lowest = top - low
    if lower_eye:
        bottom = top - (low - away)
        bodies.append(joint.eye(-bottom))
        end = _rail(body, level, upper=False) - top
        start = np.array([0.0, -bottom + inner / 2.0 + 0.1 * wire, 0.0])
        bodies.append(solid(straight(start, np.array([0.0, end + 0.3 * wire, 0.0]), 0.5 * wire)))
        lowest = bottom + inner / 2.0 + wire
    clear = seat_tool(stone, 0.0).translate(lift / MM)
    metal = skin(union(bodies) - clear)
    return Pendant(metal, stone, lift, bottom, lowest, held / MM, setting)


def _reach(body: manifold3d.Manifold) -> tuple[float, float]:
    """Least and greatest y near x = 0, metres."""
    slab = manifold3d.Manifold.cube([SLAB, 100.0, 100.0], True)
    box = (body ^ slab).bounding_box()
    return box[1] * MM, box[4] * MM


def _rail(body: manifold3d.Manifold, level: float, *, upper: bool) -> float:
    """Where a setting's outside meets x = 0 at a height, metres."""
    needle = manifold3d.Manifold.cube([0.08, 100.0, 0.16], True).translate([0, 0, level / MM])
    box = (body ^ needle).bounding_box()
    return float(box[4 if upper else 1] * MM)


@lru_cache(maxsize=16)
def bar_pendant(length_mm: float, joint: Joint) -> Pendant:
    """A slender rod with an eye at either end, `length_mm` between their middles."""
    y = -length_mm * MM
    inner, wire = joint.eye_inner_mm * MM, joint.eye_wire_mm * MM
    away = inner / 2.0 + 0.1 * wire
    rod = straight(np.array([0.0, y + away, 0.0]), np.array([0.0, -away, 0.0]), 0.5 * wire)
    body = union([solid(rod), joint.eye(0.0), joint.eye(y)])
    return Pendant(skin(body), None, np.zeros(3), -y, -y + inner / 2.0 + wire, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """Pendants one below the other from an eye."""

    pendants: tuple[Pendant, ...]
    at: Array  # (n, 3) metres: the middles of their upper eyes
    jumps: Array  # (n, 3) metres: the middles of the jump rings above them

    @property
    def lowest(self) -> float:
        """Y of the lowest point, metres."""
        return float(self.at[-1, 1] - self.pendants[-1].lowest)


def strand(pendants: Sequence[Pendant], eye: Array, joint: Joint) -> Strand:
    """Hang pendants from the eye whose middle is at (3,) metres."""
    at, jumps = [], []
    here = np.array(eye, np.float64)
    for pendant in pendants:
        jumps.append(here - (0.0, joint.fall, 0.0))
        here = here - (0.0, joint.step, 0.0)
        at.append(here)
        here = here - (0.0, pendant.bottom or 0.0, 0.0)
    return Strand(tuple(pendants), np.array(at), np.array(jumps))


def places(points: Array) -> Array:
    """(k, 4, 4) translations to (k, 3) points."""
    matrices = np.tile(np.eye(4), (len(points), 1, 1))
    matrices[:, :3, 3] = points
    return matrices


def solids(mesh: Mesh, points: Array) -> list[manifold3d.Manifold]:
    """The body at (k, 3) places."""
    return placed(mesh, places(points))


def hang_point(eye: Array, joint: Joint) -> Array:
    """(3,) metres: where the jump ring rests in an eye."""
    return np.asarray(eye - (0.0, joint.eye_inner_mm * MM / 2.0, 0.0))
