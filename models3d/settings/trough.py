"""The pavé shank's section: a flat top, cut bright to a fine edge on either side of the stones."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.profiles import FILLET_STEPS, Outline, domed_outline

EDGE = 0.20e-3  # the thread of metal left on either side
SLOPE = 0.10e-3  # of the bright cut, across
DEPTH = 0.12e-3  # of the bright cut
TOP_STEPS = 10


def trough(width: Array, thickness: Array, depth: Array, inner_rise: Array) -> Outline:
    """Sections with as many points as `models3d.profiles.outline` gives a court shank.

    Args:
        width, thickness: (n,) metres.
        depth: (n,) metres of the bright cut; 0: a flat top.
        inner_rise: (n,) metres by which the inside is domed.
    """
    fillet = np.full_like(width, 0.10e-3)
    flat = domed_outline(
        width, thickness, 0.0 * width, inner_rise, fillet, 1.6 * fillet, (TOP_STEPS, 4)
    )
    points, normals = flat.points.copy(), flat.normals.copy()
    reach = width / 2.0 - fillet
    edge = width / 2.0 - EDGE
    floor = edge - SLOPE
    steepness = np.arctan2(depth, SLOPE)
    crest = 0.02e-3  # the thread's inner edge is broken
    right = np.stack(
        [reach, edge + crest, edge - 0.3 * crest, floor + crest, floor - crest], axis=1
    )
    fall = np.stack([0.0 * depth, 0.0 * depth, 0.12 * depth, 0.88 * depth, depth], axis=1)
    lean = np.stack([0.0 * depth, 0.0 * depth, steepness, steepness, 0.0 * depth], axis=1)
    middle = np.stack([0.0 * depth, thickness - depth], axis=1)[:, None]
    half = np.stack([right, thickness[:, None] - fall], axis=-1)
    facing = np.stack([-np.sin(lean), np.cos(lean)], axis=-1)
    mirror = np.array([-1.0, 1.0])
    first = FILLET_STEPS
    points[:, first : first + TOP_STEPS + 1] = np.concatenate(
        [half, middle, half[:, ::-1] * mirror], axis=1
    )
    upright = np.broadcast_to([0.0, 1.0], (len(width), 1, 2))
    normals[:, first : first + TOP_STEPS + 1] = np.concatenate(
        [facing, upright, facing[:, ::-1] * mirror], axis=1
    )
    return Outline(points, normals)


def blended(a: Outline, b: Outline, share: Array) -> Outline:
    """From section a (share 0) to section b (share 1) of as many points."""
    s = share[:, None, None]
    normals = a.normals * (1.0 - s) + b.normals * s
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return Outline(a.points * (1.0 - s) + b.points * s, normals)
