"""The layers of a round case: mid-case with lugs, bezel, case back, rehaut. Millimetres."""

from __future__ import annotations

from functools import lru_cache

import manifold3d
import numpy as np

from models3d.watches.form import DIAL_THICKNESS, PARTING, REHAUT_FOOT, RoundForm
from models3d.watches.lugs import LugForm, lugs
from models3d.watches.outlines import BRUSHED, POLISHED, Corner, circle, rectangle, rounded
from models3d.watches.screws import SEAT_RADIUS, with_seats
from models3d.watches.shells import KEPT, Shell, extruded, from_solid

SEGMENTS = 96
AXIS = circle(0.0, SEGMENTS)
LOWER_CHAMFER = (1.1, 0.9)  # radially and upwards: the flank looks slimmer than the case is
UPPER_CHAMFER = 0.38
BAR_HOLE = 0.45  # radius
BACK_WALL, BACK_FLOOR = 1.4, 0.6  # the case back is hollow inside
NOTCH_AT, NOTCH_LENGTH = 0.92, 3.0  # its middle, as share of the radius
SCREWS_AT = 0.86
BACK_RING = (0.62, 0.91)  # the flat ring of the case back, shares of its radius


def lug_form(form: RoundForm) -> LugForm:
    """Lugs in proportion to the case; their tips come down to the case back's level."""
    root = 0.112 * 2.0 * form.radius
    return LugForm(
        inner_x=form.lug_width / 2.0,
        root_width=root,
        tip_width=0.58 * root,
        knee_y=0.68 * form.radius,
        tip_y=form.lug_to_lug / 2.0,
        root_top=form.flank_top - 0.28,
        root_bottom=form.flank_bottom + 0.5,
        tip_top=0.15 + 2.1,
        tip_bottom=0.15,
        chamfer=0.85,
    )


def flank_profile(form: RoundForm) -> list[tuple[float, float]]:
    """(radius, z) of the mid-case's outside from below: what an end link meets."""
    bottom, top, r = form.flank_bottom, form.flank_top, form.radius
    return [
        (r - LOWER_CHAMFER[0], bottom),
        (r, bottom + LOWER_CHAMFER[1]),
        (r, top - UPPER_CHAMFER),
        (r - UPPER_CHAMFER, top),
    ]


@lru_cache(maxsize=KEPT)
def mid_case(form: RoundForm, additions: tuple[Shell, ...] = (), bar_holes: bool = False) -> Shell:
    """Flank, lugs and what a style adds, bored for movement and dial.

    Args:
        additions: bodies that are one with it, as crown guards.
        bar_holes: drill the lugs through for the spring bars.
    """
    lug = lug_form(form)
    below, lower, upper, above = flank_profile(form)
    drum = extruded(
        AXIS,
        rounded(
            [
                Corner(0.0, form.flank_bottom),
                Corner(*below, 0.08),
                Corner(*lower, 0.08, BRUSHED),
                Corner(*upper, 0.06),
                Corner(*above, 0.06, BRUSHED),
                Corner(0.0, form.flank_top),
            ],
            closed=False,
        ),
    )
    body = manifold3d.Manifold.batch_boolean(
        [shell.solid() for shell in (drum, *lugs(lug), *additions)], manifold3d.OpType.Add
    )
    tools = [_bore(form).solid()]
    if bar_holes:
        tools += [_bar_hole(lug, side).solid() for side in (1.0, -1.0)]
    return from_solid(manifold3d.Manifold.batch_boolean([body, *tools], manifold3d.OpType.Subtract))


def _bore(form: RoundForm) -> Shell:
    r = form.cavity_radius
    low, high = form.flank_bottom - 1.0, form.flank_top + 1.0
    return extruded(
        AXIS,
        rounded([Corner(0, low), Corner(r, low), Corner(r, high), Corner(0, high)], closed=False),
    )


def _bar_hole(lug: LugForm, side: float) -> Shell:
    reach = lug.inner_x + lug.root_width + 1.0
    pin = extruded(
        circle(0.0, 20),
        rounded(
            [
                Corner(0, -reach),
                Corner(BAR_HOLE, -reach),
                Corner(BAR_HOLE, reach),
                Corner(0, reach),
            ],
            closed=False,
        ),
    )
    along_x = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return pin.turned(along_x).moved(0.0, side * lug.bar_y, lug.bar_z)


@lru_cache(maxsize=KEPT)
def polished_bezel(form: RoundForm) -> Shell:
    """A convex ring over a step, its foot a parting line above the flank."""
    low, high = form.flank_top + PARTING, form.bezel_top
    inner, outer = form.crystal_radius + 0.06, form.radius - 0.42
    rise = high - low
    crest = inner + 0.30
    middle = (crest + 0.42 * (outer - crest), low + 0.86 * rise)
    return extruded(
        AXIS,
        rounded(
            [
                Corner(inner, low - PARTING),
                Corner(outer - 0.35, low - PARTING),
                Corner(outer - 0.35, low),
                Corner(outer, low, 0.07),
                Corner(outer, low + 0.38 * rise, 0.12),
                Corner(*middle, min(1.6, 1.3 * (outer - crest))),
                Corner(crest, high, 0.12),
                Corner(inner, high, 0.08),
            ],
            closed=True,
        ),
    )


@lru_cache(maxsize=KEPT)
def rehaut(form: RoundForm) -> Shell:
    """The sloping ring between dial and crystal."""
    top = form.thickness - form.crystal_thickness - 0.04
    wide, narrow = form.crystal_radius - 0.08, form.dial_radius
    return extruded(
        AXIS,
        rounded(
            [
                Corner(narrow, form.dial_z + 0.02),
                Corner(narrow + REHAUT_FOOT - 0.03, form.dial_z + 0.02),
                Corner(wide, form.dial_z + 0.5),
                Corner(wide, top, 0.0, BRUSHED),
                Corner(narrow, form.dial_z + 0.22, 0.03),
            ],
            closed=True,
        ),
    )


@lru_cache(maxsize=KEPT)
def case_back(form: RoundForm, notches: int = 0, polished_ring: bool = False) -> Shell:
    """A disc with a brushed ring round a sunk brushed field, the step between them bright.

    Args:
        notches: cut into the rim for the key that screws it down; 0: it is held by screws.
        polished_ring: as ground for letters, which are matte.
    """
    r, top = form.back_radius, form.back_height
    plain = extruded(
        AXIS,
        rounded(
            [
                Corner(0.0, 0.12, 0.0, BRUSHED),
                Corner((BACK_RING[0] - 0.015) * r, 0.12, 0.06),
                Corner(BACK_RING[0] * r, 0.0, 0.05, POLISHED if polished_ring else BRUSHED),
                Corner(BACK_RING[1] * r, 0.0, 0.05),
                Corner(r, 0.55, 0.08),
                Corner(r, top),
                Corner(r - BACK_WALL, top),
                Corner(r - BACK_WALL, BACK_FLOOR * top),
                Corner(0.0, BACK_FLOOR * top),
            ],
            closed=False,
        ),
    )
    if not notches:
        return with_seats(plain, screw_places(form))
    cutter = extruded(
        rectangle(1.7, NOTCH_LENGTH, 0.3),
        rounded(
            [
                Corner(-0.3, -1.0),
                Corner(0.0, -1.0, 0.1),
                Corner(0.0, 0.32, 0.1),
                Corner(-0.3, 0.32),
            ],
            closed=False,
        ),
    )
    cutters = []
    for angle in np.arange(notches) * (2.0 * np.pi / notches):
        c, s = np.cos(angle), np.sin(angle)
        turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        cutters.append(cutter.moved(0.0, NOTCH_AT * r, 0.0).turned(turn).solid())
    return from_solid(
        manifold3d.Manifold.batch_boolean([plain.solid(), *cutters], manifold3d.OpType.Subtract)
    )


def screw_places(form: RoundForm) -> tuple[tuple[float, float], ...]:
    """Of the screws that hold a back without thread: four, between the hours of the lugs."""
    at = SCREWS_AT * form.back_radius * np.sqrt(0.5)
    return tuple((x * at, y * at) for x in (1.0, -1.0) for y in (1.0, -1.0))


def text_ring(form: RoundForm, notches: int) -> tuple[float, float]:
    """Radii between which the case back has room for words."""
    inner, outer = (share * form.back_radius for share in BACK_RING)
    if not notches:
        outer = min(outer, SCREWS_AT * form.back_radius - SEAT_RADIUS - 0.1)
    else:
        outer = min(outer, NOTCH_AT * form.back_radius - NOTCH_LENGTH / 2.0 - 0.1)
    return inner, outer


def movement_room(form: RoundForm) -> float:
    """Height that a movement can have: the case back is hollow inside."""
    return form.dial_z - DIAL_THICKNESS - BACK_FLOOR * form.back_height
