"""Links of a line of stones: a basket of four claws, hinged to the next by a pin.

Link frame, metres: +x along the line, +z off the skin, the hinges' axes along y at
x = ±pitch / 2 and z = 0. A link has two knuckles and the pin at its left, a bored tongue at its
right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.bill import StoneLot
from models3d.chains.link import Link
from models3d.chains.shapes import horn, pillow, shaded
from models3d.chains.strand import Item, Row
from models3d.chains.wire import round_wire, stadium
from models3d.frames import RigidTransform
from models3d.mesh import Mesh, Part
from models3d.solids import skin, solid, union
from models3d.stones.stone import Stone, stone

GAP_MM = 0.30  # between stones
BORE_PLAY_MM = 0.035
SIDE_PLAY_MM = 0.06
SEAT_PLAY_MM = 0.015  # wider than the mains' cone: the girdle facets are a little steeper
SEAT_SIDES = 24


@dataclass(frozen=True, slots=True)
class TennisForm:
    """A link's measures in millimetres; all follow from the stone's."""

    diameter: float
    pavilion: float  # depth below the upper girdle edge

    @property
    def pitch(self) -> float:
        return self.diameter + GAP_MM

    @property
    def claw(self) -> float:
        """Thickness of a claw."""
        return float(np.clip(0.20 * self.diameter, 0.45, 0.72))

    @property
    def wire(self) -> float:
        """Of the rails."""
        return float(np.clip(0.14 * self.diameter, 0.34, 0.54))

    @property
    def knuckle(self) -> float:
        """Radius of the hinges' barrels."""
        return float(np.clip(0.13 * self.diameter, 0.28, 0.46))

    @property
    def pin(self) -> float:
        """Radius of the hinge's pin."""
        return 0.42 * self.knuckle

    @property
    def width(self) -> float:
        """Of the hinge, along y."""
        return 0.62 * self.diameter

    @property
    def stone_z(self) -> float:
        """Of the upper girdle edge over the hinge line: the culet just clears the skin."""
        return self.pavilion - self.knuckle + 0.15


def tennis_form(stone: Stone) -> TennisForm:
    """The link for this stone."""
    return TennisForm(1e3 * stone.width, 1e3 * (stone.girdle_height + stone.pavilion_depth))


@lru_cache(maxsize=32)
def tennis_link(stone: Stone) -> Link:
    """Basket and hinge, with the stone's seat cut."""
    form = tennis_form(stone)
    metal = union([*_claws(form, stone), *_rails(form), *_hinges(form, 0.36 * form.diameter)])
    body = skin(metal - _seat(form, stone))
    return _link(form, body, form.pitch)


@lru_cache(maxsize=32)
def tennis_clasp(stone: Stone) -> Link:
    """A box clasp as wide as the line, hinged like its links, with thumb pieces."""
    form = tennis_form(stone)
    length = 2.4 * form.pitch
    box_length = length - 2.0 * (form.knuckle + 0.12)
    height = form.stone_z + 1.2 * form.knuckle
    box = pillow(box_length, form.diameter, height, 0.16 * form.diameter)
    slit = manifold3d.Manifold.cube([0.08, 3.0 * form.diameter, 3.0 * height], True)
    core = pillow(box_length - 0.3, form.diameter - 0.3, height - 0.3, 0.1 * form.diameter)
    thumb = pillow(0.45 * form.diameter, form.diameter + 0.9, 0.32 * height, 0.12 * height)
    body = union(
        [
            box - slit.translate([0.28 * box_length, 0.0, 0.0]),
            core,
            thumb.translate([0.28 * box_length - 0.45 * form.diameter, 0.0, 0.0]),
        ]
    ).translate([0.0, 0.0, height / 2.0 - form.knuckle])
    hinges = _hinges(form, box_length / 2.0 - 0.3, length)
    return _link(form, skin(union([body, *hinges])), length)


def _link(form: TennisForm, body: Mesh, pitch: float) -> Link:
    low, high = body.bounds()
    bore = stadium(2e-3 * form.pin, 2e-3 * form.pin, 4).centers
    return Link(
        body,
        bore,
        pitch * 1e-3,
        form.wire * 1e-3,
        float(high[1] - low[1]),
        float(high[2] - low[2]),
        0.0,
    )


def _claws(form: TennisForm, stone: Stone) -> list[manifold3d.Manifold]:
    """Four claws, in millimetres."""
    radius, half, top = form.diameter / 2.0, form.claw / 2.0, form.stone_z
    crown = float(np.tan(stone.crown_angle))
    reach = 0.62 * form.claw
    girdle = radius + 0.30 * half
    nodes = np.array(
        [
            [0.30 * form.diameter, -0.55 * form.knuckle, 0.92 * half, 0.92 * half],
            [girdle - 0.06 * form.diameter, top - 0.14 * form.diameter, half, half],
            [girdle, top + 0.35 * half, half, half],
            [radius - reach, top + crown * reach + 0.50 * half, 0.66 * half, 0.72 * half],
        ]
    )
    claw = horn(nodes, 6, 6, 2)
    upright = RigidTransform.from_axis_angle((1, 0, 0), np.pi / 2.0)
    turns = [
        RigidTransform.from_axis_angle((0, 0, 1), np.pi / 4.0 + k * np.pi / 2.0) for k in range(4)
    ]
    return [solid(claw.transformed(turn @ upright)) for turn in turns]


def _rails(form: TennisForm) -> list[manifold3d.Manifold]:
    """The base on the skin and the gallery rail under the girdle, in millimetres."""
    rails = []
    for share, z in ((0.30, -0.35 * form.knuckle), (0.375, form.stone_z - 0.205 * form.diameter)):
        across = 2.0 * share * form.diameter * 1e-3
        ring = round_wire(stadium(across, across, 7), form.wire * 1e-3, 5)
        rails.append(solid(ring).translate([0.0, 0.0, z]))
    return rails


def _hinges(form: TennisForm, root: float, pitch: float | None = None) -> list[manifold3d.Manifold]:
    """Knuckles and pin at the left, tongue at the right, in millimetres.

    Args:
        root: x at which they join the body.
    """
    half = (form.pitch if pitch is None else pitch) / 2.0
    tongue = 0.36 * form.width
    ear = (form.width - tongue) / 2.0 - SIDE_PLAY_MM
    bore = _barrel(form.pin + BORE_PLAY_MM, 2.0 * form.width, half, 0.0)
    tongue_body = _arm(form, tongue, half, root, 0.0) - bore
    side = (form.width - ear) / 2.0
    ears = [_arm(form, ear, -half, -root, sign * side) for sign in (-1.0, 1.0)]
    pin = _barrel(form.pin, form.width - 0.1, -half, 0.0)
    return [shaded(tongue_body), shaded(union([*ears, pin]))]


def _arm(
    form: TennisForm, width: float, hinge: float, root: float, y: float
) -> manifold3d.Manifold:
    """A barrel about a hinge's axis and what joins it to the body."""
    barrel = _barrel(form.knuckle, width, hinge, y)
    foot = _barrel(0.62 * form.knuckle, width, root, y)
    return manifold3d.Manifold.batch_hull([barrel, foot])


def _barrel(radius: float, width: float, x: float, y: float) -> manifold3d.Manifold:
    """A cylinder along y."""
    rod = manifold3d.Manifold.cylinder(width, radius, radius, 10, True)
    return rod.rotate([90.0, 0.0, 0.0]).translate([x, y, 0.0])


def _seat(form: TennisForm, stone: Stone) -> manifold3d.Manifold:
    """What the setter's burr takes away: cones about the stone, a hair wider."""
    radius, girdle = form.diameter / 2.0 + SEAT_PLAY_MM, 1e3 * stone.girdle_height
    over = 1.0 / np.cos(np.pi / SEAT_SIDES)  # the cones' flats clear the round girdle
    rise, fall = 0.6 * radius, 0.9 * radius
    crown, pavilion = np.tan(stone.crown_angle), np.tan(stone.pavilion_angle)
    upper = _cone(over * radius, over * (radius - rise), crown * rise)
    belt = manifold3d.Manifold.cylinder(girdle, over * radius, over * radius, SEAT_SIDES)
    lower = _cone(over * radius, over * (radius - fall), pavilion * fall)
    burr = union(
        [upper, belt.translate([0, 0, -girdle]), lower.mirror([0, 0, 1]).translate([0, 0, -girdle])]
    )
    return shaded(burr.translate([0.0, 0.0, form.stone_z]), 30.0)


def _cone(low: float, high: float, height: float) -> manifold3d.Manifold:
    return manifold3d.Manifold.cylinder(height, low, high, SEAT_SIDES)


@dataclass(frozen=True, slots=True)
class TennisLine:
    """Stones in a row with a clasp, equal or graduated to the front.

    A smaller link is the largest one, drawn smaller as a whole.
    """

    stone: Stone  # the largest
    sizes_mm: tuple[float, ...]  # of all stones, from the front round by the wearer's left

    def items(self) -> list[Item]:
        """Links and the clasp, opposite the front."""
        link, largest = tennis_link(self.stone), 1e3 * self.stone.width
        links = [Item("basket", link, 0.0, size / largest) for size in self.sizes_mm]
        middle = len(links) // 2
        least = min(self.sizes_mm) / largest
        return [*links[:middle], Item("clasp", tennis_clasp(self.stone), 0.0, least),
                *links[middle:]]  # fmt: skip

    def stones(self, row: Row) -> Part:
        """All stones, each in its basket."""
        lift = np.eye(4)
        lift[2, 3] = tennis_form(self.stone).stone_z * 1e-3
        return self.stone.part("stone", row.places("basket") @ lift, slot="gem")

    def lots(self) -> tuple[StoneLot, ...]:
        """One for each size, largest first."""
        counts = Counter(self.sizes_mm)
        kind = self.stone
        return tuple(
            stone(kind.cut, kind.gem, size).lot(count, "prong", "side")
            for size, count in sorted(counts.items(), reverse=True)
        )


def skin_to_hinge(form: TennisForm) -> float:
    """Metres from the skin to the hinge line: the base rail lies on the skin."""
    return 1e-3 * (0.35 * form.knuckle + 0.5 * form.wire + 0.05)


def equal_sizes(stone_mm: float, length_mm: float, clasp_mm: float) -> tuple[float, ...]:
    """Stones of one size that fill a length with a clasp."""
    count = round((length_mm - clasp_mm) / (stone_mm + GAP_MM))
    return (stone_mm,) * count


def graduated_sizes(
    largest_mm: float, smallest_mm: float, length_mm: float, clasp_mm: float
) -> tuple[float, ...]:
    """Stones that grow from the clasp to the front by a smooth curve, in tenths of a millimetre.

    Returns:
        the sizes from the front round to the clasp and back: a mirror image of itself.
    """
    mean = smallest_mm + 0.5 * (largest_mm - smallest_mm)
    half = max(2, round((length_mm - clasp_mm) / (mean + GAP_MM) / 2.0))
    share = (np.arange(half) + 0.5) / half
    sizes = smallest_mm + (largest_mm - smallest_mm) * np.cos(share * np.pi / 2.0) ** 2
    falling = [round(float(size), 1) for size in sizes]
    return (*falling, *falling[::-1])
