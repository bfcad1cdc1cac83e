"""A cut as a lapidary draws it: the girdle and the edges of the crown's facets, from above."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Final

import numpy as np

from models3d.frames import Array, IntArray
from models3d.mesh import Mesh
from models3d.stones.cuts import CUTS, cut, unit_stone

SIDE: Final = 100.0  # of the drawing, in its own units
MARGIN: Final = 3.0
SAME_POINT: Final = 1e-5  # of half the stone's width
FLAT: Final = 1.0 - 1e-6  # cosine between faces of one facet
UPWARD: Final = 0.02  # z of a normal: the girdle and the pavilion look outwards and down
STROKE: Final = 1.6


@lru_cache(maxsize=len(CUTS))
def cut_icon(cut_id: str) -> str:
    """The cut as SVG in the colour of the text around it; its drawing has the id `cut`.

    Raises:
        ModelError: no such cut.
    """
    stone = unit_stone(cut_id, cut(cut_id).checked(None))
    low, high = stone.outline.min(axis=0), stone.outline.max(axis=0)
    scale = (SIDE - 2.0 * MARGIN) / float((high - low).max())
    middle = (low + high) / 2.0

    def place(points: Array) -> Array:
        placed: Array = (points[..., :2] - middle) * scale * (1.0, -1.0) + SIDE / 2.0
        return placed

    girdle = "M" + "L".join(_point(p) for p in place(stone.outline)) + "Z"
    lines = "".join(
        f"M{_point(a)}L{_point(b)}" for a, b in place(stone.mesh.positions[_edges(stone.mesh)])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE:g} {SIDE:g}">'
        f'<g id="cut" fill="none" stroke="currentColor" stroke-width="{STROKE:g}" '
        f'stroke-linejoin="round" stroke-linecap="round">'
        f'<path d="{girdle}"/><path d="{lines}"/></g></svg>'
    )


def _edges(mesh: Mesh) -> IntArray:
    """(n, 2) corners of the edges between two facets that both look up."""
    _, joined = np.unique(np.rint(mesh.positions / SAME_POINT), axis=0, return_inverse=True)
    corners = mesh.positions[mesh.triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normals, axis=1)
    found: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for face, triangle in enumerate(mesh.triangles.tolist()):
        if length[face] == 0.0 or normals[face, 2] <= UPWARD * length[face]:
            continue
        for a, b in zip(triangle, (*triangle[1:], triangle[0]), strict=True):
            first, second = sorted((int(joined[a]), int(joined[b])))
            found[first, second].append((face, a, b))
    unit = normals / np.maximum(length, 1e-30)[:, None]
    sharp = [
        sides[0][1:]
        for sides in found.values()
        if len(sides) == 2 and unit[sides[0][0]] @ unit[sides[1][0]] < FLAT
    ]
    return np.array(sharp, np.int32).reshape(-1, 2)


def _point(point: Array) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
