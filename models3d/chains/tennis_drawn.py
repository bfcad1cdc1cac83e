"""The basket of a small stone as pictures show it: every part of it, without the cuts that hide.

The workshop's body is in `tennis`: joined, its seats cut and its hinges bored. Here each part is a
simple closed shape that reaches into its neighbours, so that a line of two hundred is light.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.chains.shapes import shaded
from models3d.chains.tennis_form import SIDE_PLAY_MM, TennisForm
from models3d.chains.wire import round_wire, stadium
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh, merge
from models3d.profiles import ellipse_outline
from models3d.solids import skin
from models3d.sweep import SweepPath, sweep


@dataclass(frozen=True, slots=True)
class Detail:
    """How finely a link is drawn."""

    claw: int  # points of a claw's section
    rails: tuple[tuple[int, int], ...]  # base and gallery: segments of a half circle, of a section
    barrel: int  # sides of a hinge's barrel
    light_stone: bool


DETAILS = (
    Detail(7, ((7, 5), (9, 6)), 10, False),
    Detail(6, ((6, 4), (8, 5)), 8, True),
    Detail(5, ((5, 4), (6, 4)), 6, True),
    Detail(4, ((4, 3), (5, 4)), 6, True),
    Detail(3, ((3, 3), (4, 3)), 4, True),
)


@lru_cache(maxsize=32)
def drawn_link(form: TennisForm, detail: Detail) -> Mesh:
    """Claws, rails and hinges, in the link frame, metres."""
    claw = _claw(form.claw_line, detail.claw)
    turns = np.pi / 4.0 + np.arange(4) * np.pi / 2.0
    claws = [claw.transformed(RigidTransform.from_axis_angle((0, 0, 1), turn)) for turn in turns]
    rails = []
    for (steps, around), (across, z) in zip(detail.rails, form.rails, strict=True):
        ring = round_wire(stadium(1e-3 * across, 1e-3 * across, steps), form.wire * 1e-3, around)
        rails.append(ring.transformed(RigidTransform.from_translation([0.0, 0.0, 1e-3 * z])))
    return merge([*claws, *rails, *_hinges(form, detail.barrel)])


def _claw(line: Array, around: int) -> Mesh:
    """A tapering wire in the plane y = 0 with a rounded tip.

    Args:
        line: (4, 4) as `TennisForm.claw_line`.
    """
    ahead = line[-1, :2] - line[-2, :2]
    ahead = ahead / np.linalg.norm(ahead)
    half = line[-1, 2]
    shoulder = np.concatenate([line[-1, :2] + 0.6 * half * ahead, 0.75 * line[-1, 2:]])
    nodes = np.concatenate([line, shoulder[None]])
    tangent = np.gradient(nodes[:, :2], axis=0)
    tangent[-2:] = ahead
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    zero = np.zeros(len(nodes))
    path = SweepPath(
        1e-3 * np.stack([nodes[:, 0], zero, nodes[:, 1]], axis=1),
        np.tile([0.0, 1.0, 0.0], (len(nodes), 1)),
        np.stack([-tangent[:, 1], zero, tangent[:, 0]], axis=1),
    )
    tip = line[-1, :2] + half * ahead
    foot = line[0, :2]
    poles = 1e-3 * np.array([[foot[0], 0.0, foot[1]], [tip[0], 0.0, tip[1]]])
    section = ellipse_outline(1e-3 * nodes[:, 3], 1e-3 * nodes[:, 2], around)
    return sweep(path, section, poles=poles, taper=np.array([0.0, 0.0, 0.0, 0.25, 0.85]))


def _hinges(form: TennisForm, sides: int) -> list[Mesh]:
    """Two ears at the left, a tongue at the right."""
    tongue = 0.36 * form.width
    ear = (form.width - tongue) / 2.0 - SIDE_PLAY_MM
    side = (form.width - ear) / 2.0
    half, root = form.pitch / 2.0, 0.36 * form.diameter
    return [
        _arm(form, tongue, half, root, 0.0, sides),
        _arm(form, ear, -half, -root, side, sides),
        _arm(form, ear, -half, -root, -side, sides),
    ]


def _arm(form: TennisForm, width: float, hinge: float, root: float, y: float, sides: int) -> Mesh:
    """A barrel about a hinge's axis and what reaches from it into the basket."""
    bodies = []
    for x, radius in ((hinge, form.knuckle), (root, 0.62 * form.knuckle)):
        rod = manifold3d.Manifold.cylinder(width, radius, radius, sides, True)
        bodies.append(rod.rotate([90.0, 0.0, 0.0]).translate([x, y, 0.0]))
    return skin(shaded(manifold3d.Manifold.batch_hull(bodies)))
