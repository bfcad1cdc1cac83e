"""Links of a line of stones: a basket of four claws, hinged to the next by a pin.

Link frame, metres: +x along the line, +z off the skin, the hinges' axes along y at
x = ±pitch / 2 and z = 0. A link has two knuckles and the pin at its left, a bored tongue at its
right.
"""

from __future__ import annotations

from functools import lru_cache

import manifold3d
import numpy as np

from models3d.chains.link import Link
from models3d.chains.shapes import horn, pillow, shaded
from models3d.chains.tennis_form import SIDE_PLAY_MM, TennisForm, tennis_form
from models3d.chains.wire import round_wire, stadium
from models3d.frames import RigidTransform
from models3d.mesh import Mesh
from models3d.solids import skin, solid, union
from models3d.stones.stone import Stone

CLASP_PITCHES = 2.4  # of the last links
BORE_PLAY_MM = 0.035
SEAT_PLAY_MM = 0.015  # wider than the mains' cone: the girdle facets are a little steeper
SEAT_SIDES = 24


@lru_cache(maxsize=32)
def tennis_link(stone: Stone) -> Link:
    """Basket and hinge, with the stone's seat cut."""
    form = tennis_form(stone)
    metal = union([*_claws(form), *_rails(form), *_hinges(form, 0.36 * form.diameter)])
    body = skin(metal - _seat(form, stone))
    return _link(form, body, form.pitch)


@lru_cache(maxsize=32)
def tennis_clasp(stone: Stone, length: float) -> Link:
    """A box clasp as wide as the line, hinged like its links, with thumb pieces.

    Args:
        length: millimetres between its hinges.
    """
    form = tennis_form(stone)
    box_length = length - 2.0 * (form.knuckle + 0.12)
    height = form.stone_z + 1.2 * form.knuckle
    box = pillow(box_length, form.diameter, height, 0.16 * form.diameter)
    slit = shaded(manifold3d.Manifold.cube([0.08, 3.0 * form.diameter, 3.0 * height], True))
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


def _claws(form: TennisForm) -> list[manifold3d.Manifold]:
    """Four claws, in millimetres."""
    claw = horn(form.claw_line, 6, 6, 2)
    upright = RigidTransform.from_axis_angle((1, 0, 0), np.pi / 2.0)
    turns = [
        RigidTransform.from_axis_angle((0, 0, 1), np.pi / 4.0 + k * np.pi / 2.0) for k in range(4)
    ]
    return [solid(claw.transformed(turn @ upright)) for turn in turns]


def _rails(form: TennisForm) -> list[manifold3d.Manifold]:
    """In millimetres."""
    rails = []
    for across, z in form.rails:
        ring = round_wire(stadium(1e-3 * across, 1e-3 * across, 7), form.wire * 1e-3, 5)
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
