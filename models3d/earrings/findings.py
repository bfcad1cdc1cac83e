"""Findings: the post with its butterfly, the shepherd's hook and the lever-back.

Ear frame: the origin on the lobe's outer face where it is pierced, +Y up, +Z away from the head;
the piercing runs along -Z.
"""

from __future__ import annotations

from functools import lru_cache

import manifold3d
import numpy as np

from models3d.earrings.tubes import bezier, ring, tube
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import Outline
from models3d.settings.lathe import lathe
from models3d.settings.wire import rounded_polygon
from models3d.solids import skin, solid, union
from models3d.sweep import SweepPath, sweep

POST_RADIUS = 0.40e-3
POST_LENGTH = 10.0e-3
NOTCH_Z = -8.3e-3  # where the butterfly stops when the post slips
NOTCH_DEPTH = 0.06e-3
COLLAR_RADIUS = 0.85e-3
LOBE = 4.5e-3  # thickness of the lobe that findings leave room for

SHEET = 0.22e-3  # of the butterfly
PLATE_Z = -4.85e-3  # the butterfly's face on the back of the lobe
GRIP_PLAY = 0.008e-3  # between its scrolls and the post before they are sprung
SCROLL_RADIUS, SCROLL_END = 1.12e-3, 0.52e-3
SCROLL_TURNS = 1.30
RIBBON = (2.7e-3, 2.0e-3)  # its width at the plate and inside the scroll
PLATE = (2.5e-3, 1.95e-3)  # half axes of the plate

HOOK_WIRE = 0.78e-3
EYE_INNER = 1.15e-3
EYE_WIRE = 0.52e-3
JOINT_PLAY = 0.03e-3  # between a ring and the next


def post(root: float, y: float = 0.0) -> manifold3d.Manifold:
    """The post, from `root` metres in front of the lobe to its rounded tip behind it."""
    r, tip = POST_RADIUS, -POST_LENGTH
    profile = np.array(
        [
            [0.0, tip],
            [0.38 * r, tip + 0.06 * r],
            [0.72 * r, tip + 0.30 * r],
            [0.93 * r, tip + 0.68 * r],
            [r, tip + 1.2 * r],
            [r, NOTCH_Z - 0.32e-3],
            [r - 0.8 * NOTCH_DEPTH, NOTCH_Z - 0.16e-3],
            [r - NOTCH_DEPTH, NOTCH_Z],
            [r - 0.8 * NOTCH_DEPTH, NOTCH_Z + 0.16e-3],
            [r, NOTCH_Z + 0.32e-3],
            [r, root],
            [0.0, root],
        ]
    )
    lift = RigidTransform.from_translation([0.0, y, 0.0])
    return solid(lathe(profile, 20).transformed(lift))


def collar(top: float) -> manifold3d.Manifold:
    """The disc that a post is soldered in by, from the lobe to `top`."""
    r = COLLAR_RADIUS
    edge = min(0.15e-3, 0.4 * top)
    profile = np.array(
        [
            [0.0, 0.0],
            [r - edge, 0.0],
            [r - 0.3 * edge, 0.3 * edge],
            [r, edge],
            [r, top - edge],
            [r - 0.3 * edge, top - 0.3 * edge],
            [r - edge, top],
            [0.0, top],
        ]
    )
    return solid(lathe(profile, 28))


@lru_cache(maxsize=1)
def butterfly() -> Mesh:
    """A sheet with a hole, its two ends rolled into scrolls that grip the post between them."""
    middle = POST_RADIUS + GRIP_PLAY
    turn = np.linspace(0.0, 2.0 * np.pi * SCROLL_TURNS, 44)
    radius = SCROLL_RADIUS + (SCROLL_END - SCROLL_RADIUS) * turn / turn[-1]
    at_post = np.interp(1.5 * np.pi, turn, radius)
    center = middle + SHEET / 2.0 + at_post
    # x to the side, d back from the plate's middle
    scroll = np.stack(
        [center + radius * np.sin(turn), SCROLL_RADIUS - radius * np.cos(turn)], axis=1
    )
    flat = np.stack([np.linspace(0.0, center, 5)[:-1], np.zeros(4)], axis=1)
    right = np.concatenate([flat, scroll])
    line = np.concatenate([right[:0:-1] * (-1.0, 1.0), right])
    ribbon = solid(_ribbon(line))
    cutter = lathe(np.array([[0.0, -7e-3], [middle, -7e-3], [middle, -4e-3], [0.0, -4e-3]]), 24)
    body = union([ribbon, solid(_plate())]) - solid(cutter)
    return skin(body)


def _ribbon(line: Array) -> Mesh:
    """The rolled sheet: (n, 2) of x and depth behind the plate's middle."""
    count = len(line)
    centers = np.stack([line[:, 0], 0.0 * line[:, 0], PLATE_Z - SHEET / 2.0 - line[:, 1]], axis=1)
    steps = np.linalg.norm(np.diff(centers, axis=0), axis=1)
    station = np.concatenate([[0.0], np.cumsum(steps)])
    tangents = np.gradient(centers, station, axis=0, edge_order=2)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    away = np.abs(np.linspace(-1.0, 1.0, count))
    half = (RIBBON[0] + (RIBBON[1] - RIBBON[0]) * np.clip(1.6 * away - 0.6, 0.0, 1.0)) / 2.0
    thick = SHEET / 2.0 * np.ones(count)
    ends = np.clip((1.0 - away) * count / 4.0, 0.0, 1.0)
    half = half * (0.80 + 0.20 * np.sqrt(1.0 - (1.0 - ends) ** 2))
    corner, normals = rounded_polygon(
        np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]]) * SHEET / 2.0,
        np.full(4, 0.09e-3), 2,
    )  # fmt: skip
    points = np.broadcast_to(corner, (count, *corner.shape)).copy()
    points[..., 0] += np.sign(points[..., 0]) * (half - SHEET / 2.0)[:, None]
    points[..., 1] *= (thick / (SHEET / 2.0))[:, None]
    across = np.tile([0.0, 1.0, 0.0], (count, 1))
    path = SweepPath(centers, across, np.cross(tangents, across), station)
    return sweep(path, Outline(points, np.broadcast_to(normals, points.shape)))


def _plate() -> Mesh:
    """The oval that lies against the lobe, its edge rolled away from the skin."""
    t = SHEET
    profile = np.array(
        [
            [0.0, -t], [0.90, -t], [0.97, -0.90 * t], [1.0, -0.62 * t],
            [0.985, -0.3 * t], [0.93, -0.06 * t], [0.86, 0.0], [0.0, 0.0],
        ]
    )  # fmt: skip
    unit = lathe(profile, 40)
    squeeze = np.array([PLATE[0], PLATE[1], 1.0])
    normals = unit.normals / squeeze * PLATE[1]
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Mesh(unit.positions * squeeze + (0.0, 0.0, PLATE_Z), normals, unit.triangles)


def in_plane(points_mm: Array) -> Array:
    """(n, 2) z, y in millimetres to (n, 3) metres in the plane of hooks."""
    flat = 1e-3 * points_mm
    return np.stack([0.0 * flat[:, 0], flat[:, 1], flat[:, 0]], axis=1)


HOOK_FRONT_Z = 3.0e-3
HOOK_EYE = np.array([0.0, -9.6e-3, HOOK_FRONT_Z])  # middle of the eye that drops hang from
SIDE = np.array([1.0, 0.0, 0.0])


def eye_top(eye: Array) -> Array:
    """z, y in millimetres where a wire runs into an eye."""
    return np.asarray(1e3 * np.array([eye[2], eye[1] + EYE_INNER / 2.0 + EYE_WIRE / 2.0]))


@lru_cache(maxsize=1)
def shepherd_hook() -> manifold3d.Manifold:
    """One wire: an eye in front, level through the lobe, a long tail behind it."""
    end = eye_top(HOOK_EYE)
    front = bezier(np.array([[0.0, 0.0], [1.75, 0.0], [3.0, -1.7], [3.0, -5.0]]), 18)
    level = np.array([[-2.4, 0.0], [-1.2, 0.0]])
    back = bezier(np.array([[-2.4, 0.0], [-5.4, 0.0], [-7.2, -2.5], [-7.2, -6.2]]), 20)
    tail = bezier(np.array([[-7.2, -6.2], [-7.2, -9.6], [-6.2, -11.8], [-6.9, -15.6]]), 12)
    line = np.concatenate([tail[:0:-1], back[:0:-1], level, front, end[None]])
    wire = tube(in_plane(line), HOOK_WIRE / 2.0, SIDE, 14)
    return union([solid(wire), solid(ring(EYE_INNER, EYE_WIRE, HOOK_EYE, "side"))])
