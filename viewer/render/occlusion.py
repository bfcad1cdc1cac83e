"""Self-occlusion of metal: how open each vertex's surroundings are, as a function of direction.

For every vertex, visibility over the hemisphere above it is fitted by `a + b . direction`; open
surfaces get exactly (1, 0). The surface shader asks it in the direction of the reflection.
"""

from __future__ import annotations

import numpy as np

from models3d.frames import Array, IntArray
from viewer.render.visibility import VisibilityBaker, even_directions

DIRECTIONS = 64
PULL = 0.05  # towards "open all round": keeps the fit steady
CHUNK = 50_000  # vertices at a time
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
    seen = np.stack(list(baker.visible(caster_positions, caster_triangles, points, directions)))
    basis = np.column_stack([np.ones(DIRECTIONS), directions])  # (k, 4)
    squares = (basis[:, :, None] * basis[:, None, :]).reshape(DIRECTIONS, 16)
    openness = np.zeros((len(points), 4))
    for first in range(0, len(points), CHUNK):
        rows = slice(first, first + CHUNK)
        weight = np.clip(normals[rows] @ directions.T, 0.0, None)  # (n, k)
        system = (weight @ squares).reshape(-1, 4, 4) + PULL * np.eye(4)
        target = (weight * seen[:, rows].T) @ basis
        target[:, 0] += PULL
        openness[rows] = np.linalg.solve(system, target[..., None])[..., 0]
    return openness
