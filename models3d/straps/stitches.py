"""Saddle stitching: each stitch a short length of waxed thread that dives at both ends."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.straps.piece import GROOVE_AT, Piece

PITCH = 3.0e-3  # 3.3 to the centimetre
LENGTH, HALF_WIDTH = 2.72e-3, 0.28e-3
ARCH = 0.30e-3  # how far the middle stands over the ends
SLANT = np.radians(8.0)
SEED = 23
RINGS, AROUND = 6, 5


@lru_cache(maxsize=1)
def stitch() -> Mesh:
    """One stitch along x, z outwards, its ends below z = 0; metres."""
    share = np.linspace(-1.0, 1.0, RINGS)
    x = np.sin(share * np.pi / 2.0) * LENGTH / 2.0
    z = ARCH * (0.55 - (2.0 * x / LENGTH) ** 2 * 1.35)
    radius = HALF_WIDTH * np.maximum(1.0 - np.abs(share) ** 5, 0.0) ** 0.5
    turn = np.pi / 2.0 + np.arange(AROUND) * (2.0 * np.pi / AROUND)
    ring = np.stack([0.0 * turn, np.cos(turn), np.sin(turn) * 0.8], axis=-1)
    body = np.stack([x, 0.0 * x, z], axis=-1)[1:-1, None] + radius[1:-1, None, None] * ring
    tilt = np.gradient(radius, x)[1:-1, None]
    normals = np.stack(
        [
            np.broadcast_to(-tilt, (RINGS - 2, AROUND)),
            np.broadcast_to(np.cos(turn), (RINGS - 2, AROUND)),
            np.broadcast_to(np.sin(turn), (RINGS - 2, AROUND)),
        ],
        axis=-1,
    )
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    poles = np.array([[x[0], 0.0, z[0]], [x[-1], 0.0, z[-1]]])
    n = RINGS - 2
    i, j = np.arange(n - 1)[:, None] * AROUND, np.arange(AROUND)[None]
    k = (j + 1) % AROUND
    a, b, c, d = i + j, i + k, i + AROUND + j, i + AROUND + k
    sides = np.concatenate([np.stack([a, c, b], -1), np.stack([b, c, d], -1)]).reshape(-1, 3)
    first, last, ends = n * AROUND, n * AROUND + 1, (n - 1) * AROUND
    spokes = np.arange(AROUND)
    following = (spokes + 1) % AROUND
    caps = np.concatenate(
        [
            np.stack([0 * spokes + first, spokes, following], -1),
            np.stack([0 * spokes + last, ends + following, ends + spokes], -1),
        ]
    )
    triangles = np.concatenate([sides[:, ::-1], caps[:, ::-1]]).astype(np.int32)
    positions = np.concatenate([body.reshape(-1, 3), poles])
    mesh = Mesh(
        positions,
        np.concatenate([normals.reshape(-1, 3), [[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]]),
        triangles,
    )
    corners = positions[triangles]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    outwards = np.einsum("ij,ij->", cross, corners.mean(axis=1))
    return mesh if outwards > 0.0 else Mesh(positions, mesh.normals, triangles[:, ::-1].copy())


def stitch_places(piece: Piece, start: float, end: float) -> Array:
    """(k, 4, 4): two rows on the outer face and two on the lining.

    Args:
        start, end: stations between which the rows run.
    """
    section = piece.section
    count = int((end - start) / PITCH)
    s = start + (np.arange(count) + 0.5) * (end - start) / count
    random = np.random.default_rng(SEED + (piece.side > 0))
    rows = []
    for sign in (1.0, -1.0):
        for face in (1.0, -1.0):
            y = sign * (section.half_width(s) - GROOVE_AT + random.normal(0.0, 3e-5, count))
            height = section.top(s, y) if face > 0 else section.bottom(s)
            normal = piece.outward(s) * face
            ahead = piece.place(s + 5e-4, y, height) - piece.place(s - 5e-4, y, height)
            ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
            normal -= ahead * np.einsum("ij,ij->i", normal, ahead)[:, None]
            normal /= np.linalg.norm(normal, axis=1, keepdims=True)
            slant = face * (SLANT + random.normal(0.0, np.radians(1.6), count))[:, None]
            x_axis = ahead * np.cos(slant) + np.cross(normal, ahead) * np.sin(slant)
            matrix = np.tile(np.eye(4), (count, 1, 1))
            matrix[:, :3, 0] = x_axis
            matrix[:, :3, 1] = np.cross(normal, x_axis)
            matrix[:, :3, 2] = normal
            matrix[:, :3, 3] = piece.place(s, y, height)
            rows.append(matrix)
    return np.concatenate(rows)
