"""The little plates that hands are made of: bevelled, faceted, with hub and cap. Millimetres."""

from __future__ import annotations

import manifold3d
import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.watches.outlines import Corner, circle, rounded
from models3d.watches.shells import Shell, extruded, from_solid

HUB_SEGMENTS = 32
SHARP = np.radians(25.0)  # corners that a bevel cannot go round in full
BEVEL = 0.07


def bevelled(
    points: list[tuple[float, float]], thickness: float, radius: float, bevel: float
) -> Shell:
    """A plate with a bevelled upper edge, the bevel narrowing where the plate comes to a point."""
    xy = np.array(points)
    turn, room = _corners(xy)
    radii = np.minimum(radius + 0.6 * min(bevel, BEVEL), room)
    corners = [Corner(x, y, float(r)) for (x, y), r in zip(points, radii, strict=True)]
    outline = rounded(corners, closed=True)
    nearest = np.linalg.norm(outline.points[:, None] - xy[None], axis=2).argmin(axis=1)
    inset = 0.8 * min(bevel, float(np.abs(xy[:, 0]).max()))
    spread = np.where(turn > SHARP, np.minimum(1.0, 0.8 * radii / inset), 1.0)[nearest]
    drop = min(0.7 * inset, 0.6 * thickness)
    edge = min(0.008, 0.12 * inset)
    profile = rounded(
        [
            Corner(-0.2 * inset, 0.0),
            Corner(0.0, 0.0, edge),
            Corner(0.0, thickness - drop, edge),
            Corner(-inset, thickness, edge),
            Corner(-1.1 * inset, thickness),
        ],
        closed=False,
    )
    return extruded(outline, profile, spread=spread)


def _corners(points: Array) -> tuple[Array, Array]:
    """(k,) turn of each corner in radians, and the greatest fillet its edges have room for."""
    ahead = np.roll(points, -1, axis=0) - points
    length = np.linalg.norm(ahead, axis=1)
    ahead /= length[:, None]
    before = np.roll(ahead, 1, axis=0)
    turn = np.arccos(np.clip(np.einsum("ij,ij->i", before, ahead), -1.0, 1.0))
    room = 0.45 * np.minimum(length, np.roll(length, 1))
    return turn, np.asarray(room / np.maximum(np.tan(turn / 2.0), 1e-3))


def faceted(faces: Array) -> Shell:
    """A shell of plane triangles (m, 3, 3)."""
    normals = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    points = faces.reshape(-1, 3)
    return Shell(
        points,
        np.repeat(normals, 3, axis=0),
        0.1 * points[:, :2],
        np.zeros(len(points)),
        np.arange(len(points), dtype=np.int32).reshape(-1, 3),
    )


def hub(radius: float, thickness: float) -> Shell:
    profile = rounded(
        [
            Corner(0.0, 0.0),
            Corner(radius, 0.0, 0.01),
            Corner(radius, thickness - 0.04, 0.01),
            Corner(radius - 0.04, thickness, 0.01),
            Corner(0.0, thickness),
        ],
        closed=False,
    )
    return extruded(circle(0.0, HUB_SEGMENTS), profile)


def cap(radius: float, bottom: float, top: float) -> Shell:
    profile = rounded(
        [
            Corner(0.0, bottom),
            Corner(radius, bottom, 0.01),
            Corner(radius, top - 0.06, 0.03),
            Corner(0.7 * radius, top, 0.1),
            Corner(0.0, top),
        ],
        closed=False,
    )
    return extruded(circle(0.0, 32), profile)


def joined(shells: list[Shell]) -> Shell:
    body = manifold3d.Manifold.batch_boolean([s.solid() for s in shells], manifold3d.OpType.Add)
    if body.is_empty():
        raise ModelError("a hand came out empty")
    return from_solid(body)
