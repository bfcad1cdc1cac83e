"""Eternity rings: round stones all or half round the finger, in shared claws, channel or pavé."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

import manifold3d
import numpy as np

from models3d.bill import Bill, Dimension, Measure
from models3d.errors import Unbuildable
from models3d.frames import Anchor, Array, RigidTransform
from models3d.mesh import Mesh, Model, Part
from models3d.metals import metal_material
from models3d.profiles import Outline, Profile, outline
from models3d.rings.pave_shank import pave_width
from models3d.rings.ranges import DEFAULT_SIZE, check_range
from models3d.settings.channel import WALL, channel_width, groove
from models3d.settings.lathe import lathe
from models3d.settings.pave import (
    PROUD,
    Bead,
    bead_mesh,
    drill,
    frames,
    paired,
    pave_bead,
    placed,
)
from models3d.settings.trough import DEPTH, blended, trough
from models3d.shank import reamed
from models3d.sizes import RingSize
from models3d.solids import skin, solid
from models3d.stones.stone import Stone, stone
from models3d.sweep import SweepPath, sweep
from models3d.weigh import metal_lot

STONES_MM = (1.2, 3.0)
LARGEST_PAVE_MM = 1.8
FLOOR = 0.80e-3  # of metal under the culets
LEAST_THICKNESS = 1.45e-3  # of the part without stones
SIEVE_MM = 0.05
SEGMENTS = 144
RUN_OUT = np.radians(4.0)  # of the bright cut behind the last stone
PALM_WIDTH = 0.85  # of the width at the stones, where there are none
PALM_THICKNESS = 0.84
CLAW_BAND = 0.84  # of the stone's width: the seats open its sides
SCALLOP, SCALLOP_SEGMENTS = 0.33, 20  # radius as a share of the stone's width
CLAW_PROUD = 0.07  # of the width: the girdle over the band


class RowSetting(StrEnum):
    """What holds the row."""

    PRONG = "prong"
    CHANNEL = "channel"
    PAVE = "pave"


class Coverage(StrEnum):
    """How far the stones run round the finger."""

    FULL = "full"
    THREE_QUARTER = "three_quarter"
    HALF = "half"


ANGLES = {Coverage.THREE_QUARTER: np.radians(270.0), Coverage.HALF: np.radians(190.0)}
# Least room between girdles; rounding the stones to a sieve size adds up to 0.05 mm.
GAPS = {RowSetting.PRONG: 0.05e-3, RowSetting.CHANNEL: 0.03e-3, RowSetting.PAVE: 0.11e-3}


@dataclass(frozen=True, slots=True)
class Eternity:
    """A row of round brilliants round the finger.

    The stones' width is the nearest sieve size that closes the circle at this ring size.

    Raises:
        ModelError: a measure is out of the range that can be made.
        Unbuildable: the stones are too large for the setting.
    """

    coverage: Coverage = Coverage.FULL
    setting: RowSetting = RowSetting.PRONG
    stone_size_mm: float = 2.0
    gem: str = "diamond"
    metal: str = "platinum_950"
    finish: str = "mirror_polish"
    size: RingSize = field(default=DEFAULT_SIZE)

    def __post_init__(self) -> None:
        check_range("stone_size_mm", self.stone_size_mm, STONES_MM)
        if self.setting is RowSetting.PAVE and self.stone_size_mm > LARGEST_PAVE_MM:
            raise Unbuildable(
                f"Pavé holds stones up to {LARGEST_PAVE_MM:g} mm; larger ones want claws or a "
                "channel.",
                ("stone_size_mm", "setting"),
            )

    def build(self) -> Model:
        """Parts band, melee and, but for channels, beads.

        Raises:
            ModelError: no such gem, metal or finish.
        """
        row = _row(self)
        material = metal_material(self.metal, self.finish)
        band = _band(row)
        parts = [
            Part("band", skin(band), material, slot="metal"),
            row.stone.part("melee", row.stone_places, "gem"),
        ]
        metal = [band]
        measures = [
            Measure("shank", "band at the palm", 1e3 * row.palm_thickness),
            Measure("seat_floor", "under the stones", 1e3 * row.floor),
        ]
        if self.setting is RowSetting.CHANNEL:
            measures.append(Measure("wall", "walls of the channel", 1e3 * WALL))
        else:
            beads = Part("beads", bead_mesh(row.bead), material, row.bead_places, "metal")
            parts.append(beads)
            metal += placed(beads.mesh, row.bead_places)
            measures.append(Measure("bead", "beads between the stones", 2e3 * row.bead.radius))
        bill = Bill(
            metals=(metal_lot(self.metal, metal),),
            stones=(row.stone.lot(row.count, str(self.setting), "melee"),),
            dimensions=(
                Dimension("width", "Width", 1e3 * row.width),
                Dimension("thickness", "Thickness of the metal", 1e3 * row.thickness),
                Dimension("height", "Height above the finger", 1e3 * row.height),
                Dimension("gap", "Gap between the stones", 1e3 * row.gap),
            ),
            measures=tuple(measures),
            size=self.size,
            resizable=(0.0, 0.0) if self.coverage is Coverage.FULL else (-1.0, 1.0),
        )
        return Model("eternity", tuple(parts), Anchor.FINGER, self.size.inner_diameter, bill=bill)


@dataclass(frozen=True)
class Row:
    """Where everything is, in metres; angles from +Z towards +X."""

    setting: RowSetting
    stone: Stone
    count: int
    pitch_angle: float
    inner_radius: float
    full: bool

    @property
    def floor(self) -> float:
        below = self.stone.girdle_height + self.stone.pavilion_depth
        return self.girdle_radius - self.inner_radius - below

    @property
    def girdle_radius(self) -> float:
        """From the finger's axis to the girdles' upper edges."""
        return _girdle_radius(self.setting, self.stone, self.inner_radius)

    @property
    def level(self) -> float:
        """Of the metal's top beside the stones over the girdles' upper edges."""
        if self.setting is RowSetting.CHANNEL:
            return self.stone.crown_height + 0.02e-3
        if self.setting is RowSetting.PAVE:
            return DEPTH - PROUD * self.stone.width
        return -CLAW_PROUD * self.stone.width

    @property
    def thickness(self) -> float:
        return self.girdle_radius + self.level - self.inner_radius

    @property
    def palm_thickness(self) -> float:
        """Opposite the row's middle, where there are no stones."""
        if self.full:
            return self.thickness
        return min(self.thickness, max(PALM_THICKNESS * self.thickness, LEAST_THICKNESS))

    @property
    def width(self) -> float:
        if self.setting is RowSetting.CHANNEL:
            return channel_width(self.stone)
        if self.setting is RowSetting.PAVE:
            return pave_width(1e3 * self.stone.width, 1)
        return CLAW_BAND * self.stone.width

    @property
    def height(self) -> float:
        """Of the tables above the finger."""
        return self.girdle_radius + self.stone.crown_height - self.inner_radius

    @property
    def pitch(self) -> float:
        """From stone to stone along the chord of their girdles."""
        return 2.0 * self.girdle_radius * float(np.sin(self.pitch_angle / 2.0))

    @property
    def gap(self) -> float:
        """Between neighbours where they come closest: at the lower edges of their girdles."""
        below = 2.0 * self.stone.girdle_height * float(np.sin(self.pitch_angle / 2.0))
        return self.pitch - below - self.stone.width

    @cached_property
    def angles(self) -> Array:
        """(count,) of the stones; one is on top, or the row's middle."""
        steps = np.arange(self.count, dtype=np.float64) - (self.count - 1) / 2.0
        return np.asarray(steps * self.pitch_angle, np.float64)

    @cached_property
    def stone_places(self) -> Array:
        return self._places(self.angles)

    @cached_property
    def bead_places(self) -> Array:
        half = self.pitch_angle / 2.0
        gaps = self.angles + half
        if not self.full:
            gaps = np.concatenate([self.angles[:1] - half, gaps])
        return paired(self._places(gaps), self.bead.aside)

    @cached_property
    def bead(self) -> Bead:
        """Between the stones; a claw where the band is narrower than they are."""
        grain = pave_bead(self.stone, self.pitch, self.pitch_angle)
        if self.setting is RowSetting.PAVE:
            return grain
        radius = float(np.clip(0.14 * self.stone.width, 0.18e-3, 0.34e-3))
        aside = min(0.27 * self.stone.width, self.width / 2.0 - 0.9 * radius)
        return Bead(
            self.stone,
            self.pitch,
            radius,
            aside,
            0.98 * self.stone.crown_height,
            0.5 * self.stone.width,
            self.pitch_angle,
        )

    def _places(self, angle: Array) -> Array:
        out = np.stack([np.sin(angle), 0.0 * angle, np.cos(angle)], axis=-1)
        along = np.stack([np.cos(angle), 0.0 * angle, -np.sin(angle)], axis=-1)
        return frames(self.girdle_radius * out, along, out)


@lru_cache(maxsize=64)
def _row(ring: Eternity) -> Row:
    """Stones, count and spacing that close at this ring size."""
    inner_radius = ring.size.inner_diameter / 2.0
    gap = GAPS[ring.setting]
    asked = stone("round_brilliant", ring.gem, ring.stone_size_mm)
    radius = _girdle_radius(ring.setting, asked, inner_radius) - asked.girdle_height
    step = 2.0 * np.arcsin((asked.width + gap) / 2.0 / radius)
    if ring.coverage is not Coverage.FULL:
        count = round(ANGLES[ring.coverage] / step)
        return Row(ring.setting, asked, count, float(step), inner_radius, False)
    count = round(2.0 * np.pi / step)
    chord = 2.0 * radius * np.sin(np.pi / count)
    sieve = np.floor(1e3 * (chord - gap) / SIEVE_MM + 1e-6) * SIEVE_MM
    fitting = stone("round_brilliant", ring.gem, round(float(sieve), 2))
    return Row(ring.setting, fitting, count, 2.0 * np.pi / count, inner_radius, True)


def _girdle_radius(setting: RowSetting, melee: Stone, inner_radius: float) -> float:
    seated = FLOOR + melee.girdle_height + melee.pavilion_depth
    if setting is RowSetting.PRONG:
        seated = max(seated, LEAST_THICKNESS + CLAW_PROUD * melee.width)
    if setting is RowSetting.PAVE:
        seated = max(seated, LEAST_THICKNESS - DEPTH + PROUD * melee.width)
    return inner_radius + seated


def _band(row: Row) -> manifold3d.Manifold:
    """The metal round the finger with its seats or its channel."""
    angle = np.linspace(0.0, 2.0 * np.pi, SEGMENTS, endpoint=False)
    path = _circle(angle, row.inner_radius)
    body = solid(sweep(path, _section(row, angle)))
    if row.setting is RowSetting.CHANNEL:
        cut = [solid(_milled(row))]
    else:
        cut = placed(drill(row.stone), row.stone_places)
    if row.setting is RowSetting.PRONG:
        cut += placed(_scallop(row.stone), row.stone_places)
    done = manifold3d.Manifold.batch_boolean([body, *cut], manifold3d.OpType.Subtract)
    return reamed(done, row.inner_radius)


def _section(row: Row, angle: Array) -> Outline:
    """Round the ring; beyond the stones it narrows and rounds off to the palm."""
    away = np.abs((angle + np.pi) % (2.0 * np.pi) - np.pi)
    end = row.count * row.pitch_angle / 2.0
    plain = np.zeros(SEGMENTS)
    if not row.full:
        plain = np.clip((away - end) / (np.pi - end), 0.0, 1.0)
        plain = plain * plain * (3.0 - 2.0 * plain)
    width = row.width * (1.0 - (1.0 - PALM_WIDTH) * plain)
    thickness = row.thickness + (row.palm_thickness - row.thickness) * plain
    if row.setting is RowSetting.PRONG:
        return outline(Profile.FLAT, width, thickness)
    deep = DEPTH if row.setting is RowSetting.PAVE else 0.0
    bright = deep * np.clip(1.0 - (away - end) / RUN_OUT, 0.0, 1.0)
    set_part = trough(width, thickness, bright, 0.1 * thickness)
    return blended(set_part, outline(Profile.COURT, width, thickness), plain)


def _scallop(melee: Stone) -> Mesh:
    """A round file across the band under each stone: light reaches it from the sides."""
    radius, across = SCALLOP * melee.width, 0.8 * melee.width
    profile = np.array([[0.0, -across], [radius, -across], [radius, across], [0.0, across]])
    below = melee.girdle_height + melee.pavilion_depth - radius
    laid = RigidTransform.from_axis_angle((1, 0, 0), -np.pi / 2.0)
    down = RigidTransform.from_translation([0.0, 0.0, -below])
    return lathe(profile, SCALLOP_SEGMENTS).transformed(down @ laid)


def _milled(row: Row) -> Mesh:
    """The channel: a groove all round, or from the first stone's end to the last one's."""
    points, normals = groove(row.stone)
    if row.full:
        angle = np.linspace(0.0, 2.0 * np.pi, SEGMENTS, endpoint=False)
        path = _circle(angle, row.girdle_radius)
    else:
        half = row.count * row.pitch_angle / 2.0 + 0.02e-3 / row.girdle_radius
        steps = int(np.ceil(2.0 * half / (2.0 * np.pi) * SEGMENTS))
        angle = np.linspace(-half, half, steps + 1)
        path = _circle(angle, row.girdle_radius, closed=False)
    shape = (len(angle), *points.shape)
    return sweep(path, Outline(np.broadcast_to(points, shape), np.broadcast_to(normals, shape)))


def _circle(angle: Array, radius: float, *, closed: bool = True) -> SweepPath:
    out = np.stack([np.sin(angle), 0.0 * angle, np.cos(angle)], axis=-1)
    across = np.tile([0.0, 1.0, 0.0], (len(angle), 1))
    length = 2.0 * np.pi * radius if closed else None
    return SweepPath(radius * out, across, out, angle * radius, length)
