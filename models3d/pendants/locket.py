"""The locket: two hollow shells on a hinge, closed, with a snap at the other side. Millimetres.

The shells part at z = 0; the hinge is at the wearer's right (-X), the snap at the left.
"""

from __future__ import annotations

from enum import StrEnum

import manifold3d
import numpy as np

from models3d.bill import EngravingLot, Measure
from models3d.engraving.cut import engrave_plane
from models3d.engraving.limits import fitted
from models3d.engraving.look import engraved
from models3d.engraving.text import Lettering
from models3d.frames import Array, RigidTransform
from models3d.mesh import Material, Part
from models3d.pendants.body import PendantBody, eye_lift_mm, eyed, top_at_mm
from models3d.pendants.domes import (
    Rise,
    dome_solid,
    heart_outline,
    lens,
    oval_outline,
    rise_over,
    round_outline,
    shares,
)
from models3d.pendants.heart import SOFTENED
from models3d.pendants.plates import DEPTH_MM, Words, words_measures
from models3d.settings.lathe import lathe
from models3d.solids import skin, solid, union

GAP_MM = 0.07  # between the shells
HEIGHT = 0.155  # of each shell over the width
FULLNESS = 3.4
TALLER = 1.28  # an oval, over its width
BORDER_AT, BORDER_WIDE, BORDER_DEEP_MM = 0.86, 0.022, 0.13  # a line engine-cut along the rim
RINGS = np.sort(
    np.concatenate([shares(9, 8, 0.20), BORDER_AT + BORDER_WIDE * np.linspace(-2, 2, 9)])
)
KNUCKLE_MM, PIN_MM, BORE_MM = 0.72, 0.36, 0.42  # radii
KNUCKLE_GAP_MM = 0.07
HINGE = 0.30  # of the width: its length
AROUND = 28
SNAP_MM = 0.75  # radius of the thumb piece


class Shape(StrEnum):
    """The outline of a locket."""

    OVAL = "oval"
    ROUND = "round"
    HEART = "heart"


def outline_of(shape: Shape, width_mm: float) -> Array:
    """(n, 2) of the rim."""
    if shape is Shape.OVAL:
        return oval_outline(width_mm, TALLER * width_mm)
    return round_outline(width_mm / 2.0) if shape is Shape.ROUND else heart_outline(width_mm)


def softened(shape: Shape) -> float:
    """How much a heart's rings are rounded inside."""
    return SOFTENED if shape is Shape.HEART else 0.0


def bordered(height_mm: float) -> Rise:
    """A shell's dome with the line along its rim."""
    dome = lens(height_mm, FULLNESS)

    def rise(at: Array) -> Array:
        line = np.exp(-(((at - BORDER_AT) / BORDER_WIDE) ** 2))
        return np.asarray(dome(at) - BORDER_DEEP_MM * line * (at < 1.0))

    return rise


def locket_words(words: Words, shape: Shape, width_mm: float) -> Lettering:
    """The line across the front.

    Raises:
        Unbuildable: it does not fit.
    """
    return fitted(
        words.text,
        words.typeface,
        words.letter_height_mm,
        0.66 * width_mm,
        0.50 * width_mm if shape is not Shape.HEART else 0.36 * width_mm,
        "on the locket",
        ("letter_height_mm", "engraving", "locket_width_mm", "typeface"),
    )


def locket(
    shape: Shape, width_mm: float, wall_mm: float, words: Words | None, material: Material
) -> PendantBody:
    """A closed locket.

    Args:
        wall_mm: of the shells.
    """
    outline, height = outline_of(shape, width_mm), HEIGHT * width_mm
    front, back = _shells(shape, outline, height, wall_mm)
    front, back = _hinged(front, back, outline, width_mm)
    snap = _snap(outline)
    front, back = union([front, snap]), back - _grown(outline)
    at = np.array([0.0, eye_lift_mm(front, 0.0, beside=(back,)), 0.0])
    foot = np.array([0.0, top_at_mm(back, -0.7) - 0.35, -0.55])
    back = eyed(back, at, foot, 0.40)
    front -= _stem_room(foot)
    measures = [Measure("wall", "shells", wall_mm), Measure("wire", "hinge pin", 2.0 * PIN_MM)]
    lots: tuple[EngravingLot, ...] = ()
    front_material = material
    if words is not None:
        line, place = locket_words(words, shape, width_mm), np.eye(4)
        up = 0.06 * width_mm if shape is Shape.HEART else 0.0
        place[1, 3] = up
        surface = rise_over(outline, bordered(height), RINGS, softened(shape))
        front = engrave_plane(front, line, place, DEPTH_MM, lambda x, y: surface(x, y + up))
        lots, front_material = (words.lot("front"),), engraved(material)
        measures += words_measures(line, wall_mm)
    shells = [body.translate((-at).tolist()) for body in (front, back)]
    return PendantBody(
        (
            Part("locket_front", skin(shells[0]), front_material, slot="metal"),
            Part("locket_back", skin(shells[1]), material, slot="metal"),
        ),
        tuple(shells),
        ("locket_front", "locket_back"),
        engravings=lots,
        measures=tuple(measures),
    )


def _shells(
    shape: Shape, outline: Array, height: float, wall_mm: float
) -> tuple[manifold3d.Manifold, manifold3d.Manifold]:
    """Front and back, hollow, a hair apart."""
    soft = softened(shape)
    front, back, dome = bordered(height), bordered(height), lens(height, FULLNESS)
    whole = dome_solid(outline, RINGS, front, lambda at: -back(at), soft)
    inner = outline * (1.0 - wall_mm / np.hypot(*outline.T).min())
    hollow = lens(float(dome(np.zeros(1))[0]) - wall_mm, FULLNESS)
    coarse = shares(6, 4, 0.2)
    whole -= dome_solid(inner, coarse, hollow, lambda at: -hollow(at), soft)
    half = GAP_MM / 2.0
    return (
        whole.trim_by_plane((0.0, 0.0, 1.0), half),
        whole.trim_by_plane((0.0, 0.0, -1.0), half),
    )


def _hinged(
    front: manifold3d.Manifold, back: manifold3d.Manifold, outline: Array, width_mm: float
) -> tuple[manifold3d.Manifold, manifold3d.Manifold]:
    """Three knuckles on a pin: the middle one is the front's, the others and the pin the back's."""
    middle = _side(outline, -1.0)
    at = np.array([middle[0] - 0.45 * KNUCKLE_MM, middle[1], 0.0])
    length = HINGE * width_mm
    third, half = length / 3.0, KNUCKLE_GAP_MM / 2.0
    room = _rod(KNUCKLE_MM + KNUCKLE_GAP_MM, length + 2.0 * KNUCKLE_GAP_MM, 0.0)
    place = at.tolist()
    front, back = (body - room.translate(place) for body in (front, back))
    # what joins a knuckle to its own shell lies under it, on the shell's side of the parting
    mid = _leaf(third - half, 1.0) + _rod(KNUCKLE_MM, third - 2.0 * half, 0.12)
    bore = _rod(BORE_MM, 2.0 * third, 0.0)
    mid -= bore
    ends = [
        (_leaf(third - half, -1.0) + _rod(KNUCKLE_MM, third - half, 0.12)).translate((0.0, y, 0.0))
        for y in (-third, third)
    ]
    pin = _rod(PIN_MM, length - 0.6, 0.0)
    return (
        front + mid.translate(place),
        back + union([*ends, pin]).translate(place),
    )


def _leaf(length: float, side: float) -> manifold3d.Manifold:
    """From a knuckle's axis a tongue into the shell's wall."""
    depth = KNUCKLE_MM + 0.5
    box = manifold3d.Manifold.cube((depth, length, 0.55), True)
    placed = box.translate((depth / 2.0, 0.0, side * (0.275 + KNUCKLE_GAP_MM / 2.0)))
    return placed.calculate_normals(0, 40.0)


def _rod(radius: float, length: float, edge: float) -> manifold3d.Manifold:
    """A cylinder along Y about the origin, its ends eased."""
    half = 0.5e-3 * length
    r, e = 1e-3 * radius, 1e-3 * edge
    rim = (
        [[r - e, -half], [r, -half + e], [r, half - e], [r - e, half]]
        if edge
        else [[r, -half], [r, half]]
    )
    profile = np.array([[0.0, -half], *rim, [0.0, half]])
    upright = RigidTransform.from_axis_angle((1, 0, 0), -np.pi / 2.0)
    return solid(lathe(profile, AROUND).transformed(upright))


def _side(outline: Array, sign: float) -> Array:
    """(2,) the outline's outermost point in ±x."""
    return np.asarray(outline[np.argmax(sign * outline[:, 0])])


def _snap(outline: Array) -> manifold3d.Manifold:
    """The thumb piece: a half ball on the front's rim."""
    x, y = _side(outline, 1.0)
    ball = _ball(SNAP_MM).translate((x - 0.15, y, 0.0))
    return ball.trim_by_plane((0.0, 0.0, 1.0), GAP_MM / 2.0)


def _grown(outline: Array) -> manifold3d.Manifold:
    """A thumb nail's notch in the back, under the thumb piece."""
    x, y = _side(outline, 1.0)
    return _ball(0.9).translate((x + 0.55, y, -0.45))


def _ball(radius: float) -> manifold3d.Manifold:
    angle = np.linspace(-np.pi / 2.0, np.pi / 2.0, 13)
    profile = 1e-3 * radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    profile[[0, -1], 0] = 0.0
    return solid(lathe(profile, AROUND))


def _stem_room(foot: Array) -> manifold3d.Manifold:
    """What the front leaves free for the back's eye."""
    box = manifold3d.Manifold.cube((1.1, 6.0, 2.0), True)
    return box.translate((0.0, foot[1] + 2.4, 0.35)).calculate_normals(0, 40.0)
