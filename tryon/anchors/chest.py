"""Neck, shoulders and chest of one wearer as a surface that hides the far half of a chain."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models3d.chains.body import Neck
from models3d.frames import Array, IntArray, RigidTransform
from tryon.anchors.canonical import canonical_face
from tryon.anchors.head import HeadPose
from viewer.render.types import BodyMesh

# Metres above the notch, on the mean body: close together where the neck rises from the shoulders.
LEVELS = np.concatenate(
    [np.linspace(-0.330, -0.030, 9), np.linspace(-0.022, 0.082, 16), [0.093, 0.105]]
)
AROUND = 48
# Points inside the body through which its axis runs, y and z: chest, neck's base, below the head.
AXIS_Y, AXIS_Z = (-0.330, -0.060, 0.026, 0.105), (-0.080, -0.072, -0.049, -0.007)
FARTHEST = 0.260  # metres from the axis to the point of a shoulder
STEPS, HALVINGS = 44, 9
SET_BACK = 1.2e-3  # metres: so much the skin of this wearer may lie deeper than the mean one's
FACE_SET_BACK = 1.5e-3


@lru_cache(maxsize=16)
def chest_surface(base: float) -> tuple[Array, IntArray]:
    """The skin of a wearer, chest frame: (n, 3) metres and (m, 3).

    On rings about the body's axis each ray is led to where it leaves the body for good.

    Args:
        base: metres round the base of the neck.
    """
    body = Neck(base)
    scale = base / Neck().base
    turn = np.linspace(0.0, 2.0 * np.pi, AROUND, endpoint=False)
    ways = np.stack([np.sin(turn), np.zeros(AROUND), np.cos(turn)], axis=-1)
    middle = np.stack([np.zeros(len(LEVELS)), LEVELS, np.interp(LEVELS, AXIS_Y, AXIS_Z)], axis=-1)
    starts = scale * np.repeat(middle, AROUND, axis=0)
    rays = np.tile(ways, (len(LEVELS), 1))
    reaches = scale * FARTHEST * np.arange(1, STEPS + 1) / STEPS
    grid = starts[:, None] + rays[:, None] * reaches[None, :, None]
    inside = body.depth(grid.reshape(-1, 3)).reshape(len(starts), STEPS) < 0.0
    last = np.where(inside.any(axis=1), STEPS - 1 - np.argmax(inside[:, ::-1], axis=1), -1)
    step = scale * FARTHEST / STEPS
    near = (last + 1) * step
    far = near + step
    for _ in range(HALVINGS):
        half = 0.5 * (near + far)
        within = body.depth(starts + rays * half[:, None]) < 0.0
        near, far = np.where(within, half, near), np.where(within, far, half)
    positions = starts + rays * near[:, None]
    row, column = np.meshgrid(np.arange(len(LEVELS) - 1), np.arange(AROUND), indexing="ij")
    a, b = row * AROUND + column, row * AROUND + (column + 1) % AROUND
    quads = np.stack([a, b, b + AROUND, a + AROUND], axis=-1).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    return positions, triangles


@lru_cache(maxsize=16)
def _closed(base: float) -> tuple[Array, IntArray, Array]:
    """The skin with a lid under the chin: points, triangles, and their planes (m, 4) outward."""
    positions, triangles = chest_surface(base)
    middle = (base / Neck().base) * np.array([0.0, LEVELS[-1], AXIS_Z[-1]])
    last = (len(LEVELS) - 1) * AROUND
    ring = last + np.arange(AROUND)
    after = last + (np.arange(AROUND) + 1) % AROUND
    lid = np.stack([np.full(AROUND, len(positions)), ring, after], axis=-1).astype(np.int32)
    points, corners = np.vstack([positions, middle]), np.concatenate([triangles, lid])
    a, b, c = (points[corners[:, k]] for k in range(3))
    outward = np.cross(b - a, c - a)
    return points, corners, np.column_stack([outward, -np.einsum("ij,ij->i", outward, a)])


def chest_body(camera_from_chest: RigidTransform, base: float) -> BodyMesh:
    """The skin of a wearer in the camera's frame: the side of it that the camera sees.

    It is closed above, so that its far side is nowhere seen from within.
    """
    positions, triangles, planes = _closed(base)
    eye = camera_from_chest.inverse().translation
    seen = triangles[planes @ np.append(eye, 1.0) > 0.0]
    return BodyMesh(camera_from_chest.apply(positions), seen, set_back=SET_BACK)


def face_body(head: HeadPose) -> BodyMesh:
    """The face as it is seen: a chin hides the chain below it."""
    return BodyMesh(head.points, canonical_face().triangles, set_back=FACE_SET_BACK)
