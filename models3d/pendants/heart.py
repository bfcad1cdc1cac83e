"""Hearts: puffed, with letters before or behind, and open, bent of tapering wire. Millimetres."""

from __future__ import annotations

import numpy as np

from models3d.bill import EngravingLot, Measure
from models3d.engraving.cut import engrave_plane
from models3d.engraving.limits import fitted
from models3d.engraving.look import engraved
from models3d.engraving.text import Lettering
from models3d.frames import Array
from models3d.mesh import Material, Mesh, Part
from models3d.pendants.body import PendantBody, eye_lift_mm, eyed, top_at_mm
from models3d.pendants.domes import Rise, dome_solid, heart_outline, lens, rise_over, shares
from models3d.pendants.plates import DEPTH_MM, Words, words_measures
from models3d.profiles import ellipse_outline
from models3d.solids import skin, solid
from models3d.sweep import SweepPath, sweep

FULLNESS = 2.3
SOFTENED = 0.22  # towards the middle: the cleft and the ridge of the point run out
RINGS = shares(13)
FRONT, BACK = 0.165, 0.115  # heights over the width
WORDS_ROOM = 0.66, 0.36  # of the width, for letters along and across
WORDS_UP = 0.075  # of the width, over the middle
WIRE = 0.118, 0.105  # of the width: an open heart's wire in its plane and across it
TALLER = np.array([1.0, 1.08])  # an open heart
SLIMMEST = 0.66  # of the wire, at the point


def heart_rises(width_mm: float) -> tuple[Rise, Rise]:
    """Front and back of a puffed heart."""
    back = lens(BACK * width_mm, FULLNESS)
    return lens(FRONT * width_mm, FULLNESS), lambda at: -back(at)


def heart_words(words: Words, width_mm: float) -> Lettering:
    """The line across the heart's lobes.

    Raises:
        Unbuildable: it does not fit.
    """
    along, across = WORDS_ROOM
    return fitted(
        words.text,
        words.typeface,
        words.letter_height_mm,
        along * width_mm,
        across * width_mm,
        "on the heart",
        ("letter_height_mm", "engraving", "heart_width_mm", "typeface"),
    )


def puffed(width_mm: float, words: Words | None, behind: bool, material: Material) -> PendantBody:
    """A heart domed on both sides.

    Args:
        behind: letters on the back, which lies on the skin; else on the front.
    """
    outline = heart_outline(width_mm)
    front, back = heart_rises(width_mm)
    metal = dome_solid(outline, RINGS, front, back, SOFTENED)
    at = np.array([0.0, eye_lift_mm(metal, 0.0), 0.0])
    whole = eyed(metal, at, np.array([0.0, top_at_mm(metal, 0.0) - 0.6, 0.0]))
    thickness = (FRONT + BACK) * width_mm
    measures = [Measure("wall", "heart", thickness)]
    lots: tuple[EngravingLot, ...] = ()
    if words is not None:
        line, place = heart_words(words, width_mm), np.eye(4)
        up = WORDS_UP * width_mm
        rise = back if behind else front
        height, side = rise_over(outline, rise, RINGS, SOFTENED), -1.0 if behind else 1.0
        place[:3, :3] = np.diag([side, 1.0, side])  # behind: turned about y, to be read from there
        place[1, 3] = up

        def surface(x: Array, y: Array) -> Array:
            return side * height(side * x, y + up)

        whole = engrave_plane(whole, line, place, DEPTH_MM, surface)
        lots, material = (words.lot("back" if behind else "front"),), engraved(material)
        measures += words_measures(line, 0.7 * thickness)
    whole = whole.translate((-at).tolist())
    return PendantBody(
        (Part("pendant", skin(whole), material, slot="metal"),),
        (whole,),
        ("pendant",),
        engravings=lots,
        measures=tuple(measures),
    )


def open_heart(width_mm: float, material: Material) -> PendantBody:
    """A line of metal round a heart, slimmer towards its point."""
    metal = solid(heart_wire(width_mm))
    at = np.array([0.0, eye_lift_mm(metal, 0.0), 0.0])
    foot = np.array([0.0, top_at_mm(metal, 0.0) - 0.35 * WIRE[0] * width_mm, 0.0])
    whole = eyed(metal, at, foot).translate((-at).tolist())
    return PendantBody(
        (Part("pendant", skin(whole), material, slot="metal"),),
        (whole,),
        ("pendant",),
        measures=(Measure("wire", "open heart", SLIMMEST * min(WIRE) * width_mm),),
    )


def heart_wire(width_mm: float) -> Mesh:
    """Wire of an oval section round a heart of this width over all."""
    in_plane, across = (share * width_mm for share in WIRE)
    line = heart_outline(width_mm - in_plane, 0.66 * in_plane, 0.7 * in_plane) * TALLER
    ahead = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    tangent = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    out = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    count = len(line)
    flat = np.zeros((count, 1))
    low, high = line[:, 1].min(), line[:, 1].max()
    share = SLIMMEST + (1.0 - SLIMMEST) * np.sqrt((line[:, 1] - low) / (high - low))
    steps = np.linalg.norm(np.roll(line, -1, axis=0) - line, axis=1) * 1e-3
    outward = np.concatenate([out, flat], axis=1)
    up = np.tile([0.0, 0.0, 1.0], (count, 1))
    path = SweepPath(
        1e-3 * np.concatenate([line, flat], axis=1),
        up,
        outward,
        np.append(0.0, np.cumsum(steps)[:-1]),
        float(steps.sum()),
    )
    half = 0.5e-3 * share
    return sweep(path, ellipse_outline(half * across, half * in_plane, 20))
