"""The pearl strand: pearls on knotted silk, equal or graduated to the front."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models3d.bill import Bill, ComponentLot, Dimension, Measure, StoneLot
from models3d.chains.chain import check_closes, neck_curve
from models3d.chains.clasps import box_clasp
from models3d.chains.fittings import jump_ring
from models3d.chains.lengths import LENGTHS_CM, necklace_length
from models3d.chains.link import Link
from models3d.chains.lots import metal_lot_of_volume
from models3d.chains.shapes import turned, turned_ball
from models3d.chains.strand import Item, Row, lay
from models3d.errors import ModelError
from models3d.frames import Anchor, Array, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from models3d.metals import metal_material
from models3d.stones.stone import Stone, stone

PEARLS_MM = (5.0, 12.0)
STEEPEST_STEP_MM = 0.25  # from pearl to pearl
FALL_MM = 3.5  # from the largest pearl to the smallest, where the strand is graduated
SMALLEST_MM = 3.5
SORTED_MM = 0.5  # pearls are sold in sizes half a millimetre apart
KNOT_GAP_MM = 0.40
KNOT_GAPS_MM = 0.30, 0.48  # silk is knotted looser or tighter to come to a length
THREAD_MM = 0.42  # two strands of silk
GIMP_WIRE_MM, GIMP_INNER_MM = 0.5, 1.9  # the coiled wire that guards the silk in the clasp's eye
TRIANGLES = 94_000  # of all pearls and knots together
FEWEST_SIDES = 20  # of a pearl, round its girth
SILK_G_PER_MM = 0.00016
SILK = Material("silk", (0.86, 0.83, 0.78, 1.0), roughness=0.75)
DARK_SILK = Material("silk/dark", (0.045, 0.045, 0.05, 1.0), roughness=0.75)


@dataclass(frozen=True, slots=True)
class PearlStrand:
    """Round pearls, a knot between any two, and a box clasp.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the pearls are too large for so short a strand.
    """

    gem: str = "pearl_white"
    pearl_mm: float = 8.0  # the largest
    graduated: bool = False
    length: str = "princess"
    length_cm: float = 45.0
    metal: str = "gold_18k_yellow_3N"
    finish: str = "mirror_polish"

    def __post_init__(self) -> None:
        for name, value, (least, greatest) in (
            ("pearl_mm", self.pearl_mm, PEARLS_MM),
            ("length_cm", self.length_cm, LENGTHS_CM),
        ):
            if not least <= value <= greatest:
                raise ModelError(f"{name} must be from {least:g} to {greatest:g}, got {value!r}")
        check_closes(necklace_length(self.length, self.length_cm), self.pearl_mm * 0.5e-3)

    @property
    def smallest_mm(self) -> float:
        """Beside the clasp."""
        return max(SMALLEST_MM, self.pearl_mm - FALL_MM) if self.graduated else self.pearl_mm

    def build(self) -> Model:
        """Parts pearl, silk, gimp (two, for the two ends) and clasp.

        Raises:
            ModelError: no such pearl, metal or finish.
        """
        pearl = stone("pearl", self.gem, round(self.pearl_mm, 2))
        clasp = box_clasp(round(5.0 + self.smallest_mm, 1), round(0.8 * self.smallest_mm, 2),
                          round(0.6 * self.smallest_mm, 2))  # fmt: skip
        guards = gimp(1), gimp(-1)
        ends = 1e3 * (clasp.bearing + guards[0].bearing + guards[1].bearing)
        room = 1e3 * necklace_length(self.length, self.length_cm) - ends
        sizes = self._sizes(room)
        gap = round(float(np.clip((room - sizes.sum()) / len(sizes), *KNOT_GAPS_MM)), 3)
        beads = [Item("pearl", bead(round(size, 3), gap), 0.0) for size in sizes]
        middle = len(beads) // 2
        quarter = np.pi / 2.0
        row_items = [
            *beads[:middle],
            Item("gimp", guards[0], quarter),
            Item("clasp", clasp, 0.0),
            Item("gimp_end", guards[1], quarter),
            *beads[middle:],
        ]
        length = sum(item.bearing for item in row_items)
        # one pearl lies in the middle of the front
        begin = -row_items[-1].bearing / 2.0 if len(beads) % 2 else 0.0
        row_items = [row_items[-1], *row_items[:-1]] if len(beads) % 2 else row_items
        radius = round((np.mean(sizes) / 2.0) * 1e-3, 9)
        row = lay(row_items, neck_curve(round(length, 9), radius), begin)
        material = metal_material(self.metal, self.finish)
        return Model(
            "pearl-strand",
            (
                _drawn(pearl, len(sizes)).part("pearl", _pearl_places(row, pearl), slot="pearl"),
                Part("silk", knot(), _silk(self.gem), _knots(row), slot="thread"),
                *metal_parts(row, material),
            ),
            Anchor.NECK,
            bill=self._bill(row, pearl, gap, clasp, guards),
        )

    def _sizes(self, room_mm: float) -> Array:
        """Pearls' diameters in millimetres, from the front round to the clasp and back."""
        if not self.graduated:
            count = round(room_mm / (self.pearl_mm + KNOT_GAP_MM))
            return np.full(count, round(self.pearl_mm, 2))
        fall = self.pearl_mm - self.smallest_mm
        mean = (self.pearl_mm + self.smallest_mm) / 2.0
        half = round(room_mm / (mean + KNOT_GAP_MM) / 2.0 - 0.5)
        share = np.arange(1, half + 1) / half
        falling = self.smallest_mm + fall * np.cos(share * np.pi / 2.0) ** 2
        return np.concatenate([falling, falling[::-1], [self.pearl_mm]])

    def _bill(
        self, row: Row, pearl: Stone, gap: float, clasp: Link, guards: tuple[Link, Link]
    ) -> Bill:
        metal_volume = clasp.volume + guards[0].volume + guards[1].volume
        sizes = sizes_of(row)
        return Bill(
            metals=(metal_lot_of_volume(self.metal, metal_volume),),
            stones=pearl_lots(pearl, sizes),
            components=(
                ComponentLot("silk", "Silk thread", 1, SILK_G_PER_MM * 1e3 * row.length),
                ComponentLot("tongue_spring", "Spring tongue of the clasp", 1, 0.05),
            ),
            dimensions=(
                Dimension("length", "Length", 1e3 * row.length),
                Dimension("largest_pearl", "Largest pearl", float(sizes.max())),
                Dimension("smallest_pearl", "Smallest pearl", float(sizes.min())),
                Dimension("knot_gap", "Between pearls", gap),
            ),
            measures=(Measure("wire", "eyes of the clasp", 1e3 * clasp.wire),),
        )


def _drawn(pearl: Stone, count: int) -> Stone:
    """A pearl as finely as so many may be drawn."""
    each = TRIANGLES / count - len(knot().triangles)
    if len(pearl.mesh.triangles) <= each:
        return pearl
    sides = max(4 * int(np.sqrt(2.0 * each) / 4.0), FEWEST_SIDES)  # a ball has sides² / 2
    return replace(pearl, mesh=turned_ball(pearl.width / 2.0, sides))


def sizes_of(row: Row) -> Array:
    """Diameters in millimetres of the row's pearls, in order."""
    return np.array([1e3 * i.link.width for i in row.items if i.part == "pearl"])


def pearl_lots(pearl: Stone, sizes: Array) -> tuple[StoneLot, ...]:
    """Pearls by the sizes that they are sold in, largest first; weights are the exact means."""
    groups: defaultdict[float, list[float]] = defaultdict(list)
    for size in sizes.tolist():
        groups[round(size / SORTED_MM) * SORTED_MM].append(size)
    lots = []
    for _, members in sorted(groups.items(), reverse=True):
        mean = float(np.mean(members))
        share = float(np.mean((np.array(members) / (1e3 * pearl.width)) ** 3))
        lots.append(
            StoneLot(
                pearl.gem, pearl.cut, len(members), pearl.carat * share, mean, mean, mean,
                "drilled", "side",
            )
        )  # fmt: skip
    return tuple(lots)


def metal_parts(row: Row, material: Material) -> tuple[Part, ...]:
    """What is not pearl or silk."""
    return tuple(part for part in row.parts(material) if part.name != "pearl")


@lru_cache(maxsize=256)
def bead(diameter_mm: float, gap_mm: float) -> Link:
    """The room that a pearl and half a knot on either side take; its mesh is not drawn."""
    point = np.zeros((3, 3))
    empty = Mesh(point, point + np.array([0.0, 0.0, 1.0]), np.array([[0, 1, 2]], np.int32))
    size = diameter_mm * 1e-3
    return Link(empty, point, size + gap_mm * 1e-3, THREAD_MM * 1e-3, size, size, 0.0)


@lru_cache(maxsize=2)
def gimp(side: int) -> Link:
    """The guarded loop of silk in the clasp's eye, which is at its right (1) or left (-1)."""
    ring = jump_ring(GIMP_WIRE_MM, GIMP_INNER_MM)
    outside = GIMP_WIRE_MM * 1e-3
    shift = RigidTransform.from_translation([side * outside / 2.0, 0.0, 0.0])
    return Link(
        ring.mesh.transformed(shift),
        shift.apply(ring.center_line),
        ring.bearing + outside,
        ring.wire,
        ring.width,
        ring.height,
        0.0,
    )


@lru_cache(maxsize=1)
def knot() -> Mesh:
    """A knot and the silk on either side of it, along x: most of it lies in the drill holes."""
    thread, bulge, half = THREAD_MM / 2.0, 0.44, KNOT_GAP_MM / 2.0
    rise = np.linspace(-1.0, 1.0, 7)
    radius = thread + (bulge - thread) * np.sqrt(np.maximum(1.0 - rise**2, 0.0))
    ripple = 1.0 + 0.05 * np.cos(rise * 7.0)
    side = np.stack([radius * ripple, rise * half * 1.2], axis=1)
    reach = 2.2 * half
    profile = np.concatenate(
        [[[0.0, -reach], [thread, -reach]], side, [[thread, reach], [0.0, reach]]]
    )
    upright = turned(profile * 1e-3, 9)
    return upright.transformed(RigidTransform.from_axis_angle((0, 1, 0), np.pi / 2.0))


def _silk(gem_id: str) -> Material:
    """Silk is dyed to the pearls."""
    return DARK_SILK if gem_id == "pearl_tahitian" else SILK


def _pearl_places(row: Row, pearl: Stone) -> Array:
    """Each pearl at its size."""
    places = row.places("pearl")
    places[:, :3, :3] *= (sizes_of(row) / (1e3 * pearl.width))[:, None, None]
    return places


def _knots(row: Row) -> Array:
    """(k, 4, 4) where a pearl meets a pearl or the clasp's silk."""
    kinds = [item.part for item in row.items]
    at = [k for k in range(len(kinds)) if "pearl" in (kinds[k - 1], kinds[k])]
    before = row.frames[[k - 1 for k in at]]
    after = row.frames[at]
    ahead = before[:, :3, 0] + after[:, :3, 0]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    side = np.cross(after[:, :3, 2], ahead)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    places = np.tile(np.eye(4), (len(at), 1, 1))
    places[:, :3, 0], places[:, :3, 1] = ahead, side
    places[:, :3, 2], places[:, :3, 3] = np.cross(ahead, side), row.joints[at]
    return places
