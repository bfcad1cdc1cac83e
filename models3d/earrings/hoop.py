"""Hoop earrings: a tube with a hinge and a latch, its post through the lobe; plain or with pavé."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

import manifold3d
import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.earrings.hinge import Hinge, hinge
from models3d.earrings.pair import HEAVIEST_G, earring
from models3d.earrings.tubes import straight
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array
from models3d.mesh import Mesh, Model, Part
from models3d.metals import metal_material
from models3d.profiles import Outline, Profile, outline
from models3d.rings.ranges import check_range
from models3d.settings.pave import GAP, PROUD, bead_mesh, drill, frames, paired, pave_bead, placed
from models3d.settings.trough import DEPTH, EDGE, SLOPE, blended, trough
from models3d.settings.wire import rounded_polygon
from models3d.solids import MM, skin, solid, union
from models3d.stones.stone import Stone, stone
from models3d.sweep import SweepPath, sweep
from models3d.weigh import metal_lot

TUBES_MM = (1.5, 4.0)
DIAMETERS_MM = (12.0, 40.0)
LEAST_INSIDE_MM = 7.5  # inside a huggie: less pinches the edge of the lobe
ROOM = 2.35e-3  # from the middle of the lobe to the tube on either side of it
LOBE_MIDDLE = -2.35e-3
POST_RADIUS = 0.45e-3
POST_ROOT = 1.0e-3  # of the post in the front arm, and of its tip in the back arm
LATCH_PLAY = 0.05e-3
SEAM = 0.10e-3  # between the two arms where they hinge and between barrel and fork
HINGE = np.radians(212.0)  # from the top over the front to the hinge
END_FILLET = 0.22  # of the tube, at its ends
END_STEPS = 4
BARREL = 0.27  # its radius over the tube
DEGREE = np.radians(1.0)
PAVE_START = np.radians(9.0)  # from the front arm's end to the first stone's edge
PAVE_END = np.radians(168.0)
RUN_OUT = 1.3e-3  # metres in which the bright cut ends
NOWHERE = (7.0, 7.0)  # angles beyond the hoop: the section of a hoop with stones, uncut
SIEVE_MM = 0.05
LARGEST_MM = 2.2  # of the stones; the thinnest tube carries 0.9 mm


class Section(StrEnum):
    """The tube's section."""

    ROUND = "round"
    HALF_ROUND = "half_round"
    KNIFE = "knife"


class Front(StrEnum):
    """What the front carries."""

    PLAIN = "plain"
    PAVE = "pave"


@dataclass(frozen=True, slots=True)
class Hoops:
    """A pair of hinged hoops.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the hoop is too small for its tube.
    """

    outer_mm: float = 20.0
    tube_mm: float = 2.5
    section: Section = Section.ROUND  # of a plain tube; one with stones is flat on its outside
    front: Front = Front.PLAIN
    melee: str = "diamond"
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        check_range("outer_mm", self.outer_mm, DIAMETERS_MM)
        check_range("tube_mm", self.tube_mm, TUBES_MM)
        if self.front not in tuple(Front):
            raise ModelError(f"front must be plain or pave, got {self.front!r}")
        inside = self.outer_mm - 2.0 * self.tube_mm
        if inside < LEAST_INSIDE_MM:
            raise Unbuildable(
                f"A hoop {inside:.1f} mm across inside pinches the lobe.", ("outer_mm", "tube_mm")
            )

    @property
    def melee_mm(self) -> float:
        """Width of the stones that the tube has room for."""
        room = self.tube_mm - 2e3 * (EDGE + 0.6 * SLOPE) - 0.08
        return float(min(np.floor(room / SIEVE_MM + 1e-6) * SIEVE_MM, LARGEST_MM))

    def build(self) -> Model:
        """Parts front, which carries the post, and back; with pavé also melee and beads.

        Raises:
            ModelError: no such metal or finish.
            Unbuildable: it is too heavy for an ear.
        """
        form = HoopForm(self.outer_mm * MM, self.tube_mm * MM, self.section)
        row = Row(form, stone("round_brilliant", self.melee, round(self.melee_mm, 2))) if (
            self.front is Front.PAVE
        ) else None  # fmt: skip
        front, back = arms(form, row)
        material = metal_material(self.metal, self.finish)
        parts = [
            Part("front", skin(front), material, slot="metal"),
            Part("back", skin(back), material, slot="metal"),
        ]
        bodies = [front, back]
        stones, measures = [], [Measure("wire", "post", 2.0 * POST_RADIUS / MM)]
        if row is not None:
            parts.append(row.stone.part("melee", row.stone_places, "melee"))
            parts.append(Part("beads", row.bead, material, row.bead_places, "metal"))
            bodies += placed(row.bead, row.bead_places)
            stones.append(row.stone.lot(len(row.stone_places), "pave", "melee"))
            measures.append(Measure("bead", "beads", 2e3 * row.bead_radius))
            measures.append(Measure("seat_floor", "under the stones", row.seat_floor / MM))
        one = Bill(
            metals=(metal_lot(self.metal, bodies),),
            stones=tuple(stones),
            dimensions=(
                Dimension("outer", "Diameter outside", self.outer_mm),
                Dimension("inside", "Diameter inside", self.outer_mm - 2.0 * self.tube_mm),
                Dimension("tube", "Tube", self.tube_mm),
            ),
            measures=tuple(measures),
        )
        if one.mass_g > HEAVIEST_G:
            raise Unbuildable(
                f"A hoop of {one.mass_g:.0f} g drags at the lobe.", ("tube_mm", "outer_mm", "metal")
            )
        return earring("hoop-earrings", tuple(parts), one, seen_from_side=True)


@dataclass(frozen=True)
class HoopForm:
    """Where the tube runs: a circle in the YZ plane, open at the top for the post.

    Angles count from the top of the circle over the front (+Z).
    """

    outer: float  # metres, diameter
    tube: float  # metres
    section: Section

    @property
    def radius(self) -> float:
        """Of the tube's middle."""
        return (self.outer - self.tube) / 2.0

    @property
    def start(self) -> float:
        """Angle of the front arm's end, clear of the lobe."""
        return float(np.arcsin((ROOM + 0.05e-3) / (self.radius - self.tube / 2.0)))

    @property
    def center(self) -> Array:
        """(3,): the ends of the tube stand at the post's height."""
        return np.array([0.0, -self.radius * np.cos(self.start), LOBE_MIDDLE])

    def out(self, angle: Array) -> Array:
        """(n, 3) unit, away from the circle's middle."""
        return np.stack([0.0 * angle, np.cos(angle), np.sin(angle)], axis=-1)

    def arm(self, start: float, end: float, bright: tuple[float, float] | None) -> Mesh:
        """The tube between two angles, its edges rounded.

        Args:
            bright: angles between which its outside is cut bright for stones.
        """
        fillet = END_FILLET * self.tube
        turn = np.linspace(0.0, np.pi / 2.0, END_STEPS + 1)
        inset = fillet * (1.0 - np.sin(turn))  # of the section
        ahead = fillet * (1.0 - np.cos(turn)) / self.radius
        count = max(int((end - start) / (3.2 * DEGREE)), 12)
        body = np.linspace(start + ahead[-1], end - ahead[-1], count)
        if bright is not None:
            steps = np.linspace(-1.0, 1.0, 9) * RUN_OUT / self.radius
            body = np.unique(np.concatenate([body, *(at + steps for at in bright)]))
            body = body[(body >= start + ahead[-1] - 1e-9) & (body <= end - ahead[-1] + 1e-9)]
            body = body[np.concatenate([[True], np.diff(body) > 1e-4])]
        angle = np.concatenate([start + ahead[:-1], body, end - ahead[-2::-1]])
        share = 1.0 - 2.0 * np.concatenate([inset[:-1], 0.0 * body, inset[-2::-1]]) / self.tube
        out = self.out(angle)
        path = SweepPath(
            self.center + self.radius * out,
            np.tile([1.0, 0.0, 0.0], (len(angle), 1)),
            out,
            angle * self.radius,
        )
        return sweep(path, _section(self, angle, share, bright))


def _section(
    form: HoopForm, angle: Array, share: Array, bright: tuple[float, float] | None
) -> Outline:
    """(n,) sections about the tube's middle, scaled by `share`."""
    tube = form.tube * np.ones(len(angle))
    if bright is not None:
        away = np.maximum(bright[0] - angle, angle - bright[1]) * form.radius
        plain = np.clip(away / RUN_OUT, 0.0, 1.0)
        plain = plain * plain * (3.0 - 2.0 * plain)
        cut = trough(tube, tube, DEPTH * (1.0 - plain), 0.30 * tube)
        found = blended(cut, outline(Profile.COURT, tube, tube), plain)
        points, normals = found.points - (0.0, form.tube / 2.0), found.normals
    else:
        unit, facing = _unit_section(form.section)
        points = tube[:, None, None] * unit
        normals = np.broadcast_to(facing, points.shape)
    return Outline(points * share[:, None, None], normals)


def _unit_section(section: Section) -> tuple[Array, Array]:
    """(k, 2) points and normals of a section one wide and one thick, about its middle."""
    if section is Section.KNIFE:
        corners = np.array([[0.5, -0.22], [0.0, 0.56], [-0.5, -0.22], [-0.26, -0.5], [0.26, -0.5]])
        return rounded_polygon(corners, np.array([0.14, 0.07, 0.14, 0.18, 0.18]), 4)
    angle = np.arange(28) * (2.0 * np.pi / 28)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if section is Section.ROUND:
        return 0.5 * circle, circle
    rise = np.linspace(0.0, np.pi, 17)
    dome = np.stack([0.5 * np.cos(rise), 0.72 * np.sin(rise) - 0.22], axis=1)
    facing = np.stack([0.72 * np.cos(rise), 0.5 * np.sin(rise)], axis=1)
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    low, low_facing = rounded_polygon(
        np.array([[0.5, 0.3], [-0.5, 0.3], [-0.5, -0.5], [0.5, -0.5]]), np.full(4, 0.2), 4
    )
    kept = low[:, 1] < -0.25
    return np.concatenate([dome, low[kept]]), np.concatenate([facing, low_facing[kept]])


@dataclass(frozen=True)
class Row:
    """A row of small stones round the front arm's outside."""

    form: HoopForm
    stone: Stone

    @property
    def level(self) -> float:
        """Radius at which the girdles lie."""
        return self.form.outer / 2.0 - DEPTH + PROUD * self.stone.width

    @cached_property
    def angles(self) -> Array:
        """(k,) of the stones, spread evenly between the ends."""
        first = self.form.start + PAVE_START
        pitch = self.stone.width * (1.0 + GAP) / self.level
        count = int((PAVE_END - first) / pitch)
        middle = (first + PAVE_END) / 2.0
        return np.asarray(middle + (np.arange(count) - (count - 1) / 2.0) * pitch)

    @property
    def bright(self) -> tuple[float, float]:
        half = 0.6 * self.stone.width / self.level
        return float(self.angles[0] - half), float(self.angles[-1] + half)

    @cached_property
    def bead(self) -> Mesh:
        return bead_mesh(pave_bead(self.stone, self._pitch))

    @property
    def bead_radius(self) -> float:
        return pave_bead(self.stone, self._pitch).radius

    @property
    def _pitch(self) -> float:
        return self.stone.width * (1.0 + GAP)

    @cached_property
    def stone_places(self) -> Array:
        return self._frames(self.angles)

    @cached_property
    def bead_places(self) -> Array:
        half = (self.angles[1] - self.angles[0]) / 2.0
        gaps = np.append(self.angles - half, self.angles[-1] + half)
        return paired(self._frames(gaps), pave_bead(self.stone, self._pitch).aside)

    @property
    def seat_floor(self) -> float:
        """Metal under the culets."""
        depth = self.stone.girdle_height + self.stone.pavilion_depth
        return self.form.tube - DEPTH + PROUD * self.stone.width - depth

    def _frames(self, angles: Array) -> Array:
        out = self.form.out(angles)
        along = np.stack([0.0 * angles, -np.sin(angles), np.cos(angles)], axis=-1)
        return frames(self.form.center + self.level * out, along, out)


def arms(form: HoopForm, row: Row | None) -> tuple[manifold3d.Manifold, manifold3d.Manifold]:
    """The front arm with post, fork and pin; the back arm with barrel and latch."""
    joint, gap = _hinge(form), SEAM / 2.0 / form.radius
    front = solid(form.arm(form.start, HINGE - gap, row.bright if row is not None else None))
    back = solid(form.arm(HINGE + gap, 2.0 * np.pi - form.start, None if row is None else NOWHERE))
    if row is not None:
        seats = placed(drill(row.stone), row.stone_places)
        front = manifold3d.Manifold.batch_boolean([front, *seats], manifold3d.OpType.Subtract)
    ends = form.radius * np.sin(form.start)
    start = np.array([0.0, 0.0, LOBE_MIDDLE + ends + POST_ROOT])
    tip = np.array([0.0, 0.0, LOBE_MIDDLE - ends - POST_ROOT])
    beyond = np.array([0.0, 0.0, LATCH_PLAY])
    post = solid(straight(start, tip, POST_RADIUS, 18))
    bore = solid(straight(start, tip - beyond, POST_RADIUS + LATCH_PLAY, 18))
    front = union([front - joint.barrel_room, joint.fork, post, joint.pin])
    back = union([back - joint.fork_room, joint.barrel]) - bore - joint.pin_room
    return front, back


@lru_cache(maxsize=16)
def _hinge(form: HoopForm) -> Hinge:
    middle = form.center + (form.radius - 0.30 * form.tube) * form.out(np.array(HINGE))
    tube = form.tube
    return hinge(middle, BARREL * tube, 0.19 * tube, 0.46 * tube, SEAM / 2.0)
