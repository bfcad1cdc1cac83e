"""Self-occlusion of metal: how open each vertex's surroundings are, as a function of direction.

For every vertex, visibility over the hemisphere above it is fitted by `a + b . direction`; open
surfaces get exactly (1, 0). The surface shader asks it in the direction of the reflection.
"""

from __future__ import annotations

import numpy as np

from models3d.frames import Array, IntArray
from viewer.render.visibility import VisibilityBaker, even_directions

DIRECTIONS = 64
LIFT = 0.004  # of the model's radius: off the surface before looking around


def bake_openness(
    baker: VisibilityBaker,
    positions: Array,
    normals: Array,
    caster_positions: Array,
    caster_triangles: IntArray,
) -> Array:
    """(n, 4): a and b of each vertex.

    Args:
        positions, normals: (n, 3) of the vertices that look around.
        caster_positions, caster_triangles: everything opaque.
    """
    directions = even_directions(DIRECTIONS)
    middle = caster_positions.mean(axis=0)
    points = positions + normals * (LIFT * np.linalg.norm(caster_positions - middle, axis=1).max())
    system = np.zeros((len(points), 4, 4))
    target = np.zeros((len(points), 4))
    system[:] = np.eye(4) * 0.05  # a weak pull to "open all round" keeps the fit steady
    target[:, 0] = 0.05
    visible = baker.visible(caster_positions, caster_triangles, points, directions)
    for direction, seen in zip(directions, visible, strict=True):
        basis = np.concatenate([[1.0], direction])
        weight = np.clip(normals @ direction, 0.0, None)
        system += weight[:, None, None] * np.outer(basis, basis)
        target += (weight * seen)[:, None] * basis
    fitted = np.linalg.solve(system, target[..., None])[..., 0]
    return np.asarray(fitted, np.float64)
