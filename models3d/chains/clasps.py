"""What closes a chain: lobster clasp, spring ring and box clasp.

Link frame: the chain runs along +x, the clasp lies flat in z = 0. The ring of the chain's end
bears in its eye at x = -bearing / 2, the ring that it takes at +bearing / 2.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.chains.fittings import ARC_STEPS, AROUND
from models3d.chains.link import Link
from models3d.chains.shapes import horn, pillow, shaded, turned_ball
from models3d.chains.wire import round_wire, stadium
from models3d.frames import RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import ellipse_outline
from models3d.solids import skin, solid, union
from models3d.sweep import SweepPath, sweep


class Clasp(StrEnum):
    """Clasps by the trade's names."""

    LOBSTER = "lobster"
    SPRING_RING = "spring_ring"
    BOX = "box"


CLASP_PLAY = 0.08e-3  # metres between a clasp and the ring it holds
CLASP_LENGTHS_MM = {
    Clasp.LOBSTER: (9.0, 15.0),
    Clasp.SPRING_RING: (5.0, 7.0),
    Clasp.BOX: (8.0, 16.0),
}


def clasp(kind: Clasp, size_mm: float) -> Link:
    """A clasp of this length; a spring ring's is its diameter."""
    if kind is Clasp.LOBSTER:
        return lobster(size_mm)
    if kind is Clasp.SPRING_RING:
        return spring_ring(size_mm)
    return box_clasp(size_mm, 0.40 * size_mm, 0.21 * size_mm)


# The lobster's lines in millimetres of one 11 mm long: x, y, half width in the plane, half thick.
_ARM = np.array(
    [
        [-2.9, 0.35, 0.95, 0.95], [-1.6, 1.45, 0.80, 0.88], [0.3, 2.12, 0.66, 0.80],
        [2.2, 2.08, 0.62, 0.74], [3.85, 1.30, 0.60, 0.70], [4.75, 0.0, 0.56, 0.64],
        [4.35, -1.25, 0.50, 0.58], [3.20, -1.92, 0.42, 0.52],
    ]
)  # fmt: skip
_TRIGGER = np.array(
    [
        [-2.7, -0.45, 0.78, 0.72], [-1.55, -1.35, 0.62, 0.64], [-0.2, -1.92, 0.52, 0.58],
        [1.3, -2.12, 0.46, 0.52], [2.72, -2.02, 0.42, 0.50],
    ]
)  # fmt: skip
_THUMB = np.array(
    [[-1.25, -1.55, 0.42, 0.50], [-1.75, -2.25, 0.40, 0.48], [-2.35, -2.75, 0.34, 0.42]]
)
_EYE_X, _EYE_WIRE, _EYE_RADIUS = -4.35, 0.72, 1.14


@lru_cache(maxsize=16)
def lobster(length_mm: float) -> Link:
    """A hook closed by a sprung trigger with a thumb rest, and an eye."""
    scale = length_mm / 11.0
    eye = stadium(2e-3 * _EYE_RADIUS, 2e-3 * _EYE_RADIUS, ARC_STEPS)
    hub = turned_ball(1.0, 20)
    hub = Mesh(hub.positions * 1e-3 * (1.25, 1.15, 0.98), hub.normals, hub.triangles)
    bodies = [
        horn(_ARM, 20, 12),
        horn(_TRIGGER, 10, 12),
        horn(_THUMB, 5, 12),
        round_wire(eye, _EYE_WIRE * 1e-3, AROUND).transformed(_at(_EYE_X * 1e-3)),
        hub.transformed(_at(-2.75e-3)),
    ]
    left = 1e-3 * (_EYE_X - _EYE_RADIUS + _EYE_WIRE / 2.0)
    right = 1e-3 * (4.75 - 0.56 - 0.30)  # a ring's round wire bears on both flanks of the nose
    body = skin(union([solid(part) for part in bodies]).translate([-500.0 * (left + right), 0, 0]))
    middle = np.array([(left + right) / 2.0, 0.0, 0.0])
    body = Mesh(scale * body.positions, body.normals, body.triangles)
    return Link(
        body,
        scale * (eye.centers + np.array([_EYE_X * 1e-3, 0.0, 0.0]) - middle),
        scale * (right - left) - CLASP_PLAY,
        scale * _EYE_WIRE * 1e-3,
        float(np.ptp(body.positions[:, 1])),
        float(np.ptp(body.positions[:, 2])),
        0.0,
    )


@lru_cache(maxsize=16)
def spring_ring(diameter_mm: float) -> Link:
    """A tube bent round, its bolt across the gap drawn back by a knob, and an eye."""
    outer = diameter_mm * 1e-3 / 2.0
    tube = 0.36 * outer
    radius = outer - tube / 2.0
    gap = np.radians([18.0, 72.0])
    shell = _arc(radius, tube / 2.0, gap[1], gap[0] + 2.0 * np.pi, 30)
    bolt = _arc(radius, 0.30 * tube, gap[0] - 0.15, gap[1] + 0.15, 8)
    knob_at = np.radians(104.0)
    knob = turned_ball(0.34 * tube, 14)
    out = np.array([np.cos(knob_at), np.sin(knob_at), 0.0])
    wire = 0.62 * tube
    eye_radius = 0.5 * (2.3 * wire + wire)
    eye = stadium(2.0 * eye_radius, 2.0 * eye_radius, ARC_STEPS)
    eye_x = -(outer + eye_radius - 0.35 * wire)
    bodies = [
        shell,
        bolt,
        knob.transformed(RigidTransform.from_translation((radius + 0.62 * tube) * out)),
        round_wire(eye, wire, AROUND).transformed(_at(eye_x)),
    ]
    left, right = eye_x - eye_radius + wire / 2.0, radius - tube / 2.0
    middle = (left + right) / 2.0
    body = skin(union([solid(part) for part in bodies]).translate([-1e3 * middle, 0, 0]))
    return Link(
        body,
        eye.centers + np.array([eye_x - middle, 0.0, 0.0]),
        right - left - CLASP_PLAY,
        wire,
        float(np.ptp(body.positions[:, 1])),
        float(np.ptp(body.positions[:, 2])),
        0.0,
    )


@lru_cache(maxsize=16)
def box_clasp(length_mm: float, width_mm: float, height_mm: float) -> Link:
    """A box that a tongue snaps into, with its thumb piece, and an eye at each end."""
    wire = float(np.clip(0.16 * width_mm, 0.5, 0.8))
    eye_radius = 0.5 * (2.2 * wire + wire)
    half = length_mm / 2.0 - 1.1 * (eye_radius + wire / 2.0)
    box = pillow(2.0 * half, width_mm, height_mm, 0.44 * height_mm, 24)
    slit = shaded(manifold3d.Manifold.cube([0.09, 2.0 * width_mm, 2.0 * height_mm], True))
    body = box - slit.translate([0.62 * half, 0.0, 0.0])
    core = pillow(2.0 * half - 0.3, width_mm - 0.3, height_mm - 0.3, 0.44 * (height_mm - 0.3))
    thumb = pillow(1.6, 0.42 * width_mm, 0.34 * height_mm, 0.12 * height_mm)
    eye = stadium(2e-3 * eye_radius, 2e-3 * eye_radius, ARC_STEPS)
    eye_x = half + eye_radius - 0.3 * wire
    ring = round_wire(eye, wire * 1e-3, AROUND)
    rings = [solid(ring.transformed(_at(sign * eye_x * 1e-3))) for sign in (-1.0, 1.0)]
    place = thumb.translate([0.34 * half, width_mm / 2.0, 0.0])
    body = union([body, core, place, *rings])
    bearing = 2.0 * (eye_x + eye_radius - wire / 2.0)
    mesh = skin(body)
    return Link(
        mesh, eye.centers - (eye_x * 1e-3, 0.0, 0.0), bearing * 1e-3 - CLASP_PLAY,
        wire * 1e-3, width_mm * 1e-3, height_mm * 1e-3, 0.0,
    )  # fmt: skip


def _at(x: float) -> RigidTransform:
    return RigidTransform.from_translation([x, 0.0, 0.0])


def _arc(radius: float, half: float, start: float, end: float, steps: int) -> Mesh:
    """Round wire on an arc about z with flat ends."""
    angle = np.linspace(start, end, steps + 1)
    outward = np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=1)
    up = np.tile([0.0, 0.0, 1.0], (len(angle), 1))
    same = np.full(len(angle), half)
    path = SweepPath(radius * outward, up, outward, radius * angle)
    return sweep(path, ellipse_outline(same, same, 12), taper=np.zeros(len(angle)))
